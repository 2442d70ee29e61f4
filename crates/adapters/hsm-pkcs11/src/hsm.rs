//! The trait, with everything that may go wrong on the way.

use std::{fmt, sync::Arc};

use cryptoki::{
    object::{ObjectClass, ObjectHandle},
    session::Session,
};
use parking_lot::RwLock;
use seal::{Custody, Hsm, HsmError, KeyId, KeyKind, KeyPurpose, KeySpec, PublicKey, RSA_BYTES};
use zeroize::Zeroizing;

use crate::{
    attributes,
    connection::{Connection, Setup},
    describe, names, operations,
    options::{Library, Options},
    pin::Refusals,
    problem::{Problem, not_offered},
    token::{Held, Token, id_of},
};

/// P-256's base point, uncompressed (FIPS 186-4, D.1.2.3): a public key to try a derivation with.
const BASE_POINT: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
    0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2,
    0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
    0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
    0xf5,
];

/// Keys in PKCS#11 tokens.
pub struct Pkcs11Hsm {
    setup: Arc<Setup>,
    /// Read for every operation, written while the library is begun anew: nothing is under way in
    /// it then.
    state: RwLock<State>,
}

struct State {
    connection: Option<Connection>,
    /// Lives of the library so far.
    serial: u64,
    /// When it was begun last, but for the first time, and what failed then.
    renewed: Option<(i64, Option<HsmError>)>,
}

impl Pkcs11Hsm {
    /// Begins the library and logs in to the tokens.
    ///
    /// # Errors
    /// [`HsmError`] when the first token does not answer: missing, PIN wrong or locked, library
    /// failed. A second token that does not answer is no error here; its keys are.
    pub fn open(library: Library, options: Options) -> Result<Pkcs11Hsm, HsmError> {
        let refusals = Refusals::new(options.refusals.clone());
        let hsm = Pkcs11Hsm {
            setup: Arc::new(Setup {
                library,
                options,
                refusals,
            }),
            state: RwLock::new(State {
                connection: None,
                serial: 0,
                renewed: None,
            }),
        };
        hsm.retried(|connection| connection.token(KeyPurpose::Root).map(drop))?;
        Ok(hsm)
    }

    /// What stands in the tokens, for an operator: mechanisms, what is missing, every key with
    /// its attributes read back.
    ///
    /// # Errors
    /// [`HsmError`] when a token does not answer.
    pub fn describe(&self) -> Result<describe::Report, HsmError> {
        self.retried(|connection| describe::report(connection, &self.setup.options))
    }

    /// Runs an operation in the present life of the library. An error says in which.
    fn read<T>(
        &self,
        act: impl FnOnce(&Connection) -> Result<T, Problem>,
    ) -> Result<T, (Problem, u64)> {
        let state = self.state.read();
        match &state.connection {
            Some(connection) => act(connection).map_err(|problem| (problem, connection.serial)),
            None => Err((Problem::Lost(HsmError::Unavailable), state.serial)),
        }
    }

    /// Runs an operation, once more when the connection was lost.
    fn retried<T>(&self, act: impl Fn(&Connection) -> Result<T, Problem>) -> Result<T, HsmError> {
        match self.read(&act) {
            Err((Problem::Lost(why), serial)) => {
                self.reconnect(serial, why)?;
                self.read(&act).map_err(|(problem, _)| problem.error())
            }
            done => done.map_err(|(problem, _)| problem.error()),
        }
    }

    /// Runs a ceremony, which must not be done twice. Whether the connection stands is found out
    /// before; one that is lost on the way is made anew for whoever comes next.
    fn once<T>(
        &self,
        key: &KeyId,
        act: impl FnOnce(&Token) -> Result<T, Problem>,
    ) -> Result<T, HsmError> {
        self.retried(|connection| {
            let token = connection.token(key.purpose)?;
            Ok(token
                .ceremony()
                .find_objects(&attributes::search(key, None))
                .map(drop)?)
        })?;
        let act = |connection: &Connection| act(&*connection.token(key.purpose)?);
        self.read(act).map_err(|(problem, serial)| {
            if let Problem::Lost(why) = problem
                && let Err(error) = self.reconnect(serial, why)
            {
                tracing::warn!(%error, "hsm.reconnect");
            }
            problem.error()
        })
    }

    /// Ends the life `seen` of the library, which was lost for `why`, and begins the next, unless
    /// somebody did already. Not every request of many that fail begins another.
    fn reconnect(&self, seen: u64, why: HsmError) -> Result<(), HsmError> {
        let mut state = self.state.write();
        let failed = state.renewed.and_then(|(_, failed)| failed);
        if state.serial != seen {
            return match (&state.connection, failed) {
                (None, Some(error)) => Err(error),
                _ => Ok(()),
            };
        }
        if let Some((at, _)) = state.renewed
            && self.setup.is_pausing(at)
        {
            let standing = state.connection.is_some();
            return Err(failed.filter(|_| !standing).unwrap_or(why));
        }
        // Ended before the next life begins.
        state.connection = None;
        state.serial += 1;
        let serial = state.serial;
        let opened = Connection::open(&self.setup, serial);
        let failed = match &opened {
            Ok(connection) => connection.failed(),
            Err(error) => Some(*error),
        };
        if seen > 0 || failed.is_some() {
            state.renewed = Some((self.setup.now(), failed));
        }
        state.connection = Some(opened?);
        Ok(())
    }

    /// One operation with a key of the right kind.
    fn with_key<T>(
        &self,
        key: &KeyId,
        act: impl Fn(&Session, &Held) -> Result<T, Problem>,
    ) -> Result<T, HsmError> {
        self.retried(|connection| {
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
            KeyKind::Agreement(suite) => operations::ecdh(session, held.object, point, suite),
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
        self.with_key(key, |_, held| {
            let public = held.public.clone();
            public.ok_or(HsmError::WrongUsage.into())
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
        self.retried(|connection| {
            let mut all = Vec::new();
            for token in connection.tokens() {
                all.extend(list(&*token?)?);
            }
            all.sort_unstable_by_key(|spec| spec.id);
            Ok(all)
        })
    }

    fn probe(&self) -> Result<Custody, HsmError> {
        self.retried(describe::custody)
    }
}

/// Makes a key, tries it and reads it back. What is not as it was asked for is destroyed again.
fn create(token: &Token, spec: &KeySpec) -> Result<(), Problem> {
    let session = token.ceremony();
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
        KeyKind::Agreement(suite) => {
            match operations::derive(session, secret, &BASE_POINT, suite) {
                Err(error) if not_offered(&error) => Err(HsmError::WrongUsage.into()),
                tried => Ok(tried.map(drop)?),
            }
        }
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
    let session = token.ceremony();
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
    let session = token.ceremony();
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
