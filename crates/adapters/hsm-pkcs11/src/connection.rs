//! A library that is begun, and its tokens logged in to.

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    session::UserType,
    slot::{Limit, Slot},
};
use parking_lot::{Mutex, RwLock};
use seal::{HsmError, KeyPurpose};
use std::sync::Arc;

use crate::{
    options::{Library, Options, TokenOptions},
    pin,
    problem::Problem,
    refusals::Refusals,
    token::Token,
};

/// Pause between one attempt to reach what failed and the next, milliseconds.
pub(crate) const PAUSE: i64 = 1000;

/// What connections are made from.
pub(crate) struct Setup {
    pub(crate) library: Library,
    pub(crate) options: Options,
    pub(crate) refusals: Refusals,
}

impl Setup {
    /// Whether a pause is not over that began at `since`.
    pub(crate) fn is_pausing(&self, since: i64) -> bool {
        (0..PAUSE).contains(&(self.now() - since))
    }

    pub(crate) fn now(&self) -> i64 {
        self.options.clock.now().as_millis()
    }
}

/// A token that answers, or why it does not.
type Reached = Result<Arc<Token>, HsmError>;

/// Where a token is looked for.
struct Place {
    named: TokenOptions,
    reached: RwLock<Reached>,
    /// When it was looked for last; held while it is.
    tried: Mutex<i64>,
}

/// One life of the library as requests see it: logins and sessions. They close with it.
pub(crate) struct Connection {
    /// Tells one life from the next.
    pub(crate) serial: u64,
    places: Vec<Place>,
    context: Pkcs11,
    setup: Arc<Setup>,
}

impl Connection {
    /// Begins the library and logs in to every token. A token that cannot be reached leaves the
    /// others at work.
    pub(crate) fn open(setup: &Arc<Setup>, serial: u64) -> Result<Connection, HsmError> {
        let context = setup.library.0.clone();
        initialize(&context)?;
        let place = |named: &TokenOptions| Place {
            named: named.clone(),
            reached: RwLock::new(reach(&context, named, setup)),
            tried: Mutex::new(setup.now()),
        };
        Ok(Connection {
            serial,
            places: setup.options.tokens().map(place).collect(),
            context,
            setup: Arc::clone(setup),
        })
    }

    /// The token with keys of this purpose.
    pub(crate) fn token(&self, purpose: KeyPurpose) -> Result<Arc<Token>, Problem> {
        let place = self.places.get(self.setup.options.place(purpose));
        self.at(place.ok_or(HsmError::Failed)?)
    }

    /// Every token, in the order of the options.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = Result<Arc<Token>, Problem>> {
        self.places.iter().map(|place| self.at(place))
    }

    /// Why a token did not answer when it was looked for last.
    pub(crate) fn failed(&self) -> Option<HsmError> {
        let mut reached = self.places.iter().map(|place| place.reached.read());
        reached.find_map(|reached| reached.as_ref().err().copied())
    }

    fn at(&self, place: &Place) -> Result<Arc<Token>, Problem> {
        let reached = place.reached.read().clone();
        match reached {
            Err(error) if is_refusal(error) => self.once_more(place, error),
            reached => reached.map_err(unreached),
        }
    }

    /// Looks for a token again whose PIN was refused, as its file may have changed. The library is
    /// sound, and the other token at work in it.
    fn once_more(&self, place: &Place, error: HsmError) -> Result<Arc<Token>, Problem> {
        let Some(mut tried) = place.tried.try_lock() else {
            return Err(error.into());
        };
        if self.setup.is_pausing(*tried) {
            return Err(error.into());
        }
        *tried = self.setup.now();
        let reached = reach(&self.context, &place.named, &self.setup);
        *place.reached.write() = reached.clone();
        reached.map_err(unreached)
    }

    /// The library behind it.
    pub(crate) fn context(&self) -> &Pkcs11 {
        &self.context
    }
}

const fn is_refusal(error: HsmError) -> bool {
    matches!(error, HsmError::PinWrong | HsmError::PinLocked)
}

/// What failed may work in the next life of the library; a refused PIN does not.
const fn unreached(error: HsmError) -> Problem {
    if is_refusal(error) {
        Problem::Answered(error)
    } else {
        Problem::Lost(error)
    }
}

/// Ends the library. Sessions must be closed by then: their handles may mean others in its next
/// life.
pub(crate) fn finalize(library: &Library) {
    if let Err(error) = library.0.clone().finalize() {
        tracing::debug!(%error, "hsm.finalize");
    }
}

fn initialize(context: &Pkcs11) -> Result<(), HsmError> {
    let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
    match context.initialize(arguments) {
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
        Err(error) => Err(Problem::from(error).error()),
    }
}

/// Finds a token by its label and logs in.
fn reach(context: &Pkcs11, token: &TokenOptions, setup: &Setup) -> Reached {
    let reached = find(context, &token.label).and_then(|slot| log_in(context, slot, token, setup));
    reached.map(Arc::new).map_err(|problem| {
        let error = problem.error();
        tracing::error!(%error, token = token.label, "hsm.token");
        error
    })
}

/// The one token of that label.
fn find(context: &Pkcs11, label: &str) -> Result<Slot, Problem> {
    let mut found = None;
    for slot in context.get_slots_with_token()? {
        let info = context.get_token_info(slot)?;
        if !info.token_initialized() || info.label().trim_end() != label {
            continue;
        }
        if found.replace(slot).is_some() {
            tracing::error!(token = label, "hsm.token.twice");
            return Err(HsmError::TokenMissing.into());
        }
    }
    found.ok_or(HsmError::TokenMissing.into())
}

fn log_in(
    context: &Pkcs11,
    slot: Slot,
    token: &TokenOptions,
    setup: &Setup,
) -> Result<Token, Problem> {
    let refusals = &setup.refusals;
    let Options {
        sessions: most,
        patience,
        ..
    } = setup.options;
    let info = context.get_token_info(slot)?;
    if info.user_pin_locked() || info.user_pin_final_try() {
        return Err(HsmError::PinLocked.into());
    }
    let pin = pin::read(&token.pin_file).map_err(|error| {
        tracing::error!(%error, "hsm.pin");
        HsmError::PinWrong
    })?;
    refusals.check(token, &pin, &info)?;
    let session = context.open_rw_session(slot)?;
    match session.login(UserType::User, Some(&pin.for_login())) {
        Ok(()) => refusals.clear(token),
        Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
        Err(error) => {
            let problem = Problem::from(error);
            if problem.error() == HsmError::PinWrong {
                let after = context.get_token_info(slot);
                let counts = after.is_ok_and(|after| after.user_pin_count_low());
                refusals.note(token, &pin, counts);
            }
            return Err(problem);
        }
    }
    // One is taken already.
    let most = match info.max_session_count() {
        Limit::Max(limit) => most.min(usize::try_from(limit).unwrap_or(most).saturating_sub(1)),
        Limit::Unavailable | Limit::Infinite => most,
    };
    Ok(Token::new(context.clone(), slot, session, most, patience))
}
