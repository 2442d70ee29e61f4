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

use crate::{attributes, names, operations, problem::Problem};

/// A key as it was found in the token.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) object: ObjectHandle,
    pub(crate) kind: KeyKind,
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
    let objects = session.find_objects(&attributes::search(key, None))?;
    let mut secrets = Vec::new();
    let mut public = None;
    for object in objects {
        match class_of(session, object)? {
            Some(ObjectClass::PUBLIC_KEY) => public = Some(object),
            Some(ObjectClass::PRIVATE_KEY | ObjectClass::SECRET_KEY) => secrets.push(object),
            _ => {}
        }
    }
    let [object] = secrets[..] else {
        return Err(Problem::Answered(match secrets.len() {
            0 => HsmError::NoSuchKey,
            _ => {
                tracing::error!(%key, "hsm.key.twice");
                HsmError::Failed
            }
        }));
    };
    let kind = kind_of(session, object, key)?;
    let flaws = attributes::flaws(session, object, kind)?;
    if let Some(flaw) = flaws.iter().find(|flaw| flaw.is_fatal()) {
        tracing::error!(%key, flaw = flaw.as_str(), "hsm.key.refused");
        return Err(HsmError::Failed.into());
    }
    let public = match kind {
        KeyKind::Hmac => None,
        _ => {
            let from = public.unwrap_or(object);
            Some(operations::public_key(session, from, kind)?)
        }
    };
    Ok(Held {
        object,
        kind,
        public,
    })
}

fn kind_of(session: &Session, object: ObjectHandle, key: &KeyId) -> Result<KeyKind, Problem> {
    let spec = id_of(session, object)?.and_then(|id| names::parse(&id));
    match spec {
        Some(spec) if spec.id == *key => Ok(spec.kind),
        _ => {
            tracing::error!(%key, "hsm.key.misnamed");
            Err(HsmError::Failed.into())
        }
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
