//! A library that is begun, and its tokens logged in to.

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error, RvError},
    session::UserType,
    slot::{Limit, Slot},
};
use seal::{HsmError, KeyPurpose};

use crate::{
    options::{Library, Options, TokenOptions},
    pin::{self, Refusals},
    problem::Problem,
    token::Token,
};

/// A token that answers, or why it does not.
type Reached = Result<Token, HsmError>;

/// One life of the library, from `C_Initialize` to `C_Finalize`.
pub(crate) struct Connection {
    /// Tells one life from the next.
    pub(crate) serial: u64,
    tokens: Vec<Reached>,
    context: Pkcs11,
}

impl Connection {
    /// Begins the library and logs in to every token. A token that cannot be reached leaves the
    /// others at work.
    pub(crate) fn open(
        library: &Library,
        options: &Options,
        refusals: &Refusals,
        serial: u64,
    ) -> Result<Connection, HsmError> {
        let context = library.0.clone();
        initialize(&context)?;
        let tokens = options
            .tokens()
            .map(|token| reach(&context, token, options.sessions, refusals));
        let tokens: Vec<Reached> = tokens.collect();
        Ok(Connection {
            serial,
            tokens,
            context,
        })
    }

    /// The token with keys of this purpose.
    pub(crate) fn token(&self, options: &Options, purpose: KeyPurpose) -> Result<&Token, Problem> {
        self.at(options.place(purpose))
    }

    /// Every token, in the order of the options.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = Result<&Token, HsmError>> {
        self.tokens
            .iter()
            .map(|token| token.as_ref().map_err(|error| *error))
    }

    fn at(&self, place: usize) -> Result<&Token, Problem> {
        match self.tokens.get(place) {
            Some(Ok(token)) => Ok(token),
            // What failed may work by now. A refused PIN is not among what is tried again.
            Some(Err(error)) => Err(Problem::Lost(*error)),
            None => Err(Problem::Answered(HsmError::Failed)),
        }
    }

    /// The library behind it.
    pub(crate) fn context(&self) -> &Pkcs11 {
        &self.context
    }
}

impl Drop for Connection {
    /// Sessions are closed before the library ends: their handles may mean others in its next life.
    fn drop(&mut self) {
        self.tokens.clear();
        if let Err(error) = self.context.clone().finalize() {
            tracing::debug!(%error, "hsm.finalize");
        }
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
fn reach(context: &Pkcs11, token: &TokenOptions, most: usize, refusals: &Refusals) -> Reached {
    let reached =
        find(context, &token.label).and_then(|slot| log_in(context, slot, token, most, refusals));
    reached.map_err(|problem| {
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
    most: usize,
    refusals: &Refusals,
) -> Result<Token, Problem> {
    let info = context.get_token_info(slot)?;
    if info.user_pin_locked() || info.user_pin_final_try() {
        return Err(HsmError::PinLocked.into());
    }
    let pin = pin::read(&token.pin_file).map_err(|error| {
        tracing::error!(%error, "hsm.pin");
        HsmError::PinWrong
    })?;
    refusals.check(token, &pin)?;
    let session = context.open_rw_session(slot)?;
    match session.login(UserType::User, Some(&pin.secret)) {
        Ok(()) | Err(Error::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => {}
        Err(error) => {
            let problem = Problem::from(error);
            if problem.error() == HsmError::PinWrong {
                refusals.note(token, &pin);
            }
            return Err(problem);
        }
    }
    // One is taken already.
    let most = match info.max_session_count() {
        Limit::Max(limit) => most.min(usize::try_from(limit).unwrap_or(most).saturating_sub(1)),
        Limit::Unavailable | Limit::Infinite => most,
    };
    Ok(Token::new(context.clone(), slot, session, most))
}
