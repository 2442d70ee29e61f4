//! The trait, with everything that may go wrong on the way.

use std::{fmt, sync::Arc};

use cryptoki::{
    object::{ObjectClass, ObjectHandle},
    session::Session,
};
use seal::{Custody, Hsm, HsmError, KeyId, KeyKind, KeyPurpose, KeySpec, PublicKey, RSA_BYTES};
use zeroize::Zeroizing;

use crate::{
    attributes,
    connection::Setup,
    describe,
    lives::Lives,
    names, operations,
    options::{Library, Options},
    problem::{Problem, not_offered},
    refusals::Refusals,
    token::{Held, Token, id_of},
};

/// Keys in PKCS#11 tokens.
pub struct Pkcs11Hsm {
    setup: Arc<Setup>,
    lives: Lives,
}

impl Pkcs11Hsm {
    /// Begins the library and logs in to the tokens.
    ///
    /// # Errors
    /// [`HsmError`] when the first token does not answer: missing, PIN wrong or locked, library
    /// failed. A second token that does not answer is no error here; its keys are.
    pub fn open(library: Library, options: Options) -> Result<Pkcs11Hsm, HsmError> {
        let refusals = Refusals::new(options.refusals.clone());
        let setup = Arc::new(Setup {
            library,
            options,
            refusals,
        });
        let lives = Lives::new(Arc::clone(&setup));
        lives.retried(|connection| connection.token(KeyPurpose::Root).map(drop))?;
        Ok(Pkcs11Hsm { setup, lives })
    }

    /// What stands in the tokens, for an operator: mechanisms, what is missing, every key with
    /// its attributes read back.
    ///
    /// # Errors
    /// [`HsmError`] when a token does not answer.
    pub fn describe(&self) -> Result<describe::Report, HsmError> {
        self.lives
            .retried(|connection| describe::report(connection, &self.setup.options))
    }

    /// Runs a ceremony, which must not be done twice. Whether the connection stands is found out
    /// before.
    fn once<T>(
        &self,
        key: &KeyId,
        act: impl FnOnce(&Token) -> Result<T, Problem>,
    ) -> Result<T, HsmError> {
        self.lives.retried(|connection| {
            let token = connection.token(key.purpose)?;
            Ok(token
                .ceremony()?
                .find_objects(&attributes::search(key, None))
                .map(drop)?)
        })?;
        self.lives
            .once(|connection| act(&*connection.token(key.purpose)?))
    }

    /// One operation with a key of the right kind.
    fn with_key<T>(
        &self,
        key: &KeyId,
        act: impl Fn(&Session, &Held) -> Result<T, Problem>,
    ) -> Result<T, HsmError> {
        self.lives.retried(|connection| {
            let token = connection.token(key.purpose)?;
            let mut lent = token.session()?;
            let held = lent.run(|session| token.key(session, key))?;
            lent.run(|session| act(session, &held))
        })
    }
}

impl Hsm for Pkcs11Hsm {
    fn hmac(&self, key: &KeyId, data: &[u8]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.with_key(key, |session, held| match held.kind {
            KeyKind::Hmac => operations::hmac(session, held.object, data),
            _ => Err(HsmError::WrongUsage.into()),
        })
    }

    fn ecdh(&self, key: &KeyId, point: &[u8; 65]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.with_key(key, |session, held| match held.kind {
            KeyKind::Agreement(suite) => {
                operations::ecdh(session, held.object, point, suite, held.kept)
            }
            _ => Err(HsmError::WrongUsage.into()),
        })
    }

    fn decrypt(&self, key: &KeyId, ct: &[u8; RSA_BYTES]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.with_key(key, |session, held| match held.kind {
            KeyKind::Decryption => operations::decrypt(session, held.object, ct),
            _ => Err(HsmError::WrongUsage.into()),
        })
    }

    fn sign(&self, key: &KeyId, message: &[u8]) -> Result<[u8; 64], HsmError> {
        self.with_key(key, |session, held| match held.kind {
            KeyKind::Signing => operations::sign(session, held.object, message),
            _ => Err(HsmError::WrongUsage.into()),
        })
    }

    fn public_key(&self, key: &KeyId) -> Result<PublicKey, HsmError> {
        self.lives.retried(|connection| {
            let held = connection.token(key.purpose)?.held(key)?;
            held.public.ok_or(HsmError::WrongUsage.into())
        })
    }

    fn create(&self, spec: KeySpec) -> Result<(), HsmError> {
        if !spec.is_consistent() {
            return Err(HsmError::WrongUsage);
        }
        self.once(&spec.id, |token| create(token, &spec))
    }

    fn destroy(&self, key: &KeyId) -> Result<(), HsmError> {
        self.once(key, |token| destroy(token, key))
    }

    fn list(&self) -> Result<Vec<KeySpec>, HsmError> {
        self.lives.retried(|connection| {
            let mut all = Vec::new();
            for token in connection.tokens() {
                all.extend(list(&*token?)?);
            }
            all.sort_unstable_by_key(|spec| spec.id);
            Ok(all)
        })
    }

    fn probe(&self) -> Result<Custody, HsmError> {
        self.lives
            .retried(|connection| describe::custody(connection, &self.setup.options))
    }
}

/// Makes a key, tries it and reads it back. What is not as it was asked for is destroyed again.
fn create(token: &Token, spec: &KeySpec) -> Result<(), Problem> {
    let session = token.ceremony()?;
    let class = attributes::class(spec.kind);
    if !session
        .find_objects(&attributes::search(&spec.id, None))?
        .is_empty()
    {
        return Err(HsmError::Exists.into());
    }
    let made = match attributes::generate(&session, spec) {
        Err(error) if not_offered(&error) => return Err(HsmError::WrongUsage.into()),
        made => made?,
    };
    let judged = judge(token, &session, spec, &made).and_then(|()| {
        // Tokens know no unique names: another process may have made the same key meanwhile.
        let search = attributes::search(&spec.id, Some(class));
        match session.find_objects(&search)?.len() {
            1 => Ok(()),
            _ => Err(HsmError::Exists.into()),
        }
    });
    if judged.is_err() {
        for object in made {
            session.destroy_object(object)?;
        }
        token.forget(&spec.id);
    }
    judged
}

/// Whether a new key does what it is for, and is kept as it must be.
fn judge(
    token: &Token,
    session: &Session,
    spec: &KeySpec,
    made: &[ObjectHandle],
) -> Result<(), Problem> {
    let Some(&secret) = made.first() else {
        return Err(HsmError::Failed.into());
    };
    // In a session of its own, which is closed when the trial fails.
    token
        .session()?
        .run(|session| trial(session, spec, secret))?;
    match attributes::flaws(session, secret, spec.kind)?.first() {
        None => Ok(()),
        Some(flaw) => {
            tracing::error!(key = %spec.id, flaw = flaw.as_str(), "hsm.key.refused");
            Err(HsmError::Failed.into())
        }
    }
}

/// One use of a new key.
fn trial(session: &Session, spec: &KeySpec, secret: ObjectHandle) -> Result<(), Problem> {
    match spec.kind {
        KeyKind::Hmac => operations::hmac(session, secret, b"trial").map(drop),
        KeyKind::Signing => operations::sign(session, secret, b"trial").map(drop),
        KeyKind::Agreement(suite) => match operations::kept(session, secret, suite) {
            Err(error) if not_offered(&error) => Err(HsmError::WrongUsage.into()),
            tried => Ok(tried.map(drop)?),
        },
        KeyKind::Decryption => {
            // Nobody encrypted this: whatever the module says of it, it knows the mechanism.
            let tried = session.decrypt(&operations::oaep(), secret, &[1; RSA_BYTES]);
            match tried {
                Err(error) if not_offered(&error) => Err(HsmError::WrongUsage.into()),
                _ => Ok(()),
            }
        }
    }
}

/// Destroys every object of a key, the secret first.
fn destroy(token: &Token, key: &KeyId) -> Result<(), Problem> {
    let session = token.ceremony()?;
    token.forget(key);
    let mut found = false;
    for class in [
        ObjectClass::SECRET_KEY,
        ObjectClass::PRIVATE_KEY,
        ObjectClass::PUBLIC_KEY,
    ] {
        for object in session.find_objects(&attributes::search(key, Some(class)))? {
            session.destroy_object(object)?;
            found = true;
        }
    }
    if found {
        Ok(())
    } else {
        Err(HsmError::NoSuchKey.into())
    }
}

/// Every key of ours in one token.
fn list(token: &Token) -> Result<Vec<KeySpec>, Problem> {
    let session = token.ceremony()?;
    let mut specs = Vec::new();
    for (object, _) in describe::secrets(&session)? {
        let id = id_of(&session, object)?;
        specs.extend(id.and_then(|id| names::parse(&id)));
    }
    Ok(specs)
}

impl fmt::Debug for Pkcs11Hsm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs11Hsm({}, …)", self.setup.options.token.label)
    }
}
