//! One token that is logged in to: a session for each thread at work, and the keys found.

use std::{collections::BTreeMap, ops::Deref, time::Duration};

use cryptoki::{
    context::Pkcs11,
    object::{ObjectClass, ObjectHandle},
    session::Session,
    slot::Slot,
};
use parking_lot::{Condvar, Mutex, RwLock};
use seal::{HsmError, KeyId, KeyKind, PublicKey};

use crate::{
    attributes, names,
    operations::{self, Kept},
    problem::Problem,
};

/// A key as it was found in the token.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) object: ObjectHandle,
    pub(crate) kind: KeyKind,
    /// Of what is derived with it.
    pub(crate) kept: Kept,
    pub(crate) public: Option<PublicKey>,
}

/// A logged-in token. Sessions close when it is dropped.
pub(crate) struct Token {
    context: Pkcs11,
    slot: Slot,
    /// Keeps the login, and makes and destroys keys.
    ceremony: Mutex<Session>,
    pool: Mutex<Pool>,
    returned: Condvar,
    /// Longest wait for a session.
    patience: Duration,
    keys: RwLock<BTreeMap<KeyId, Held>>,
}

struct Pool {
    idle: Vec<Session>,
    /// Sessions that may still be opened.
    left: usize,
}

impl Token {
    /// Around a session that is logged in, with at most `most` more. Nobody waits for one of them
    /// longer than `patience`.
    pub(crate) fn new(
        context: Pkcs11,
        slot: Slot,
        ceremony: Session,
        most: usize,
        patience: Duration,
    ) -> Token {
        Token {
            context,
            slot,
            ceremony: Mutex::new(ceremony),
            pool: Mutex::new(Pool {
                idle: Vec::new(),
                left: most.max(1),
            }),
            returned: Condvar::new(),
            patience,
            keys: RwLock::default(),
        }
    }

    /// Where the token is.
    pub(crate) fn slot(&self) -> Slot {
        self.slot
    }

    /// The session for ceremonies, of which one is held at a time.
    pub(crate) fn ceremony(&self) -> Result<impl Deref<Target = Session> + '_, Problem> {
        let session = self.ceremony.try_lock_for(self.patience);
        session.ok_or(HsmError::Unavailable.into())
    }

    /// A session for this thread alone, until the guard is gone.
    pub(crate) fn session(&self) -> Result<Lent<'_>, Problem> {
        let mut pool = self.pool.lock();
        let taken = |pool: &mut Pool| pool.idle.is_empty() && pool.left == 0;
        self.returned
            .wait_while_for(&mut pool, taken, self.patience);
        if let Some(session) = pool.idle.pop() {
            return Ok(Lent::new(self, session));
        }
        let left = pool.left.checked_sub(1);
        pool.left = left.ok_or(HsmError::Unavailable)?;
        drop(pool);
        match self.context.open_ro_session(self.slot) {
            Ok(session) => Ok(Lent::new(self, session)),
            Err(error) => {
                self.give_back(None);
                Err(error.into())
            }
        }
    }

    fn give_back(&self, session: Option<Session>) {
        let mut pool = self.pool.lock();
        match session {
            Some(session) => pool.idle.push(session),
            None => pool.left += 1,
        }
        self.returned.notify_one();
    }

    /// The key of that name, which takes a session only where it was not found before.
    pub(crate) fn held(&self, key: &KeyId) -> Result<Held, Problem> {
        match self.known(key) {
            Some(held) => Ok(held),
            None => self.session()?.run(|session| self.key(session, key)),
        }
    }

    fn known(&self, key: &KeyId) -> Option<Held> {
        self.keys.read().get(key).cloned()
    }

    /// The key of that name.
    pub(crate) fn key(&self, session: &Session, key: &KeyId) -> Result<Held, Problem> {
        if let Some(held) = self.known(key) {
            return Ok(held);
        }
        let held = find(session, key)?;
        self.keys.write().insert(*key, held.clone());
        Ok(held)
    }

    /// Forgets where a key was.
    pub(crate) fn forget(&self, key: &KeyId) {
        self.keys.write().remove(key);
    }
}

/// A session that goes back to its pool, or is closed when its operation failed: what a failed
/// operation leaves behind in it is unknown.
pub(crate) struct Lent<'a> {
    token: &'a Token,
    session: Option<Session>,
    sound: bool,
}

impl<'a> Lent<'a> {
    fn new(token: &'a Token, session: Session) -> Self {
        Self {
            token,
            session: Some(session),
            sound: false,
        }
    }

    /// Runs one operation.
    pub(crate) fn run<T>(
        &mut self,
        act: impl FnOnce(&Session) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.sound = false;
        let Some(session) = &self.session else {
            return Err(HsmError::Failed.into());
        };
        let done = act(session);
        self.sound = done.is_ok();
        done
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let session = self.session.take();
        self.token.give_back(session.filter(|_| self.sound));
    }
}

/// Finds a key and reads it back. Two keys of one name are none: nobody could say which is meant.
fn find(session: &Session, key: &KeyId) -> Result<Held, Problem> {
    let Objects { secrets, publics } = Objects::of(session, key)?;
    let object = match secrets[..] {
        [object] => object,
        [] => return Err(HsmError::NoSuchKey.into()),
        _ => return Err(refused(key, "there twice")),
    };
    let (kind, id) = kind_of(session, object, key)?;
    let flaws = attributes::flaws(session, object, kind)?;
    if let Some(flaw) = flaws.iter().find(|flaw| flaw.is_fatal()) {
        return Err(refused(key, flaw.as_str()));
    }
    let from = match publics[..] {
        // Some modules tell the public half of the private object.
        [] => object,
        [public] if id_of(session, public)?.as_ref() == Some(&id) => public,
        [_] => return Err(refused(key, "a public half of another kind")),
        _ => return Err(refused(key, "two public halves")),
    };
    let kept = match kind {
        KeyKind::Agreement(suite) => operations::kept(session, object, suite)?,
        _ => Kept::Privately,
    };
    let public = match kind {
        KeyKind::Hmac => None,
        _ => {
            let public = operations::public_key(session, from, kind)?;
            if !operations::is_pair(session, object, &public, kept)? {
                return Err(refused(key, "the public half of another key"));
            }
            Some(public)
        }
    };
    Ok(Held {
        object,
        kind,
        kept,
        public,
    })
}

/// Every object that bears a key's name.
struct Objects {
    secrets: Vec<ObjectHandle>,
    publics: Vec<ObjectHandle>,
}

impl Objects {
    fn of(session: &Session, key: &KeyId) -> Result<Self, Problem> {
        let (mut secrets, mut publics) = (Vec::new(), Vec::new());
        for object in session.find_objects(&attributes::search(key, None))? {
            match class_of(session, object)? {
                Some(ObjectClass::PUBLIC_KEY) => publics.push(object),
                Some(ObjectClass::PRIVATE_KEY | ObjectClass::SECRET_KEY) => secrets.push(object),
                _ => {}
            }
        }
        Ok(Self { secrets, publics })
    }
}

fn refused(key: &KeyId, flaw: &str) -> Problem {
    tracing::error!(%key, flaw, "hsm.key.refused");
    HsmError::Failed.into()
}

/// The kind of a secret object, and the `CKA_ID` that tells it.
fn kind_of(
    session: &Session,
    object: ObjectHandle,
    key: &KeyId,
) -> Result<(KeyKind, Vec<u8>), Problem> {
    let id = id_of(session, object)?.unwrap_or_default();
    match names::parse(&id) {
        Some(spec) if spec.id == *key => Ok((spec.kind, id)),
        _ => Err(refused(key, "misnamed")),
    }
}

/// `CKA_ID`.
pub(crate) fn id_of(session: &Session, object: ObjectHandle) -> Result<Option<Vec<u8>>, Problem> {
    use cryptoki::object::{Attribute, AttributeType};
    let told = session.get_attributes(object, &[AttributeType::Id])?;
    Ok(told.into_iter().find_map(|attribute| match attribute {
        Attribute::Id(id) => Some(id),
        _ => None,
    }))
}

fn class_of(session: &Session, object: ObjectHandle) -> Result<Option<ObjectClass>, Problem> {
    use cryptoki::object::{Attribute, AttributeType};
    let told = session.get_attributes(object, &[AttributeType::Class])?;
    Ok(told.into_iter().find_map(|attribute| match attribute {
        Attribute::Class(class) => Some(class),
        _ => None,
    }))
}
