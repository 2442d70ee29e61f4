//! The vault, as the front calls it. No verb returns a number.

mod ask;
mod factor;
mod refusal;
mod shapes;

use async_trait::async_trait;
use model::{ApplicationId, FactorId, FactorSecret, Subject, Timestamp, VerificationId};

use crate::operator::OperatorAnswer;

pub use ask::{AskOperator, AskRefusal, Asked, TypedClaim};
pub use factor::{CheckFactor, FactorChecked, FactorRefusal, MakeFactor};
pub use refusal::{BeginRefusal, LimitKind, Unavailable};
#[cfg(feature = "demo")]
pub use shapes::StoredView;
pub use shapes::{
    AccountPage, Approved, Begin, Begun, CheckCode, CheckNumber, Checked, CheckedNumber, Custody,
    DeletionState, Destination, FindOpen, Health, Held, HeldFor, NewAccount, Open, OtherWay,
    OwnerProof, PendingView, Reclaimed, Resend, SealKey, Standing, Traits, Verdict, Viewed,
};

/// The vault's verbs for the front. Every call may be repeated with the same ids after a lost
/// answer; the second answer is the same as the first.
#[async_trait]
pub trait NumberVault: Send + Sync {
    /// Starts a verification: reads the number, draws a code, queues the message.
    async fn begin(&self, request: Begin) -> Result<Begun, BeginRefusal>;

    /// Sends the same code again, by the same or another channel.
    async fn resend(&self, request: Resend) -> Result<Begun, BeginRefusal>;

    /// Judges one guess.
    async fn check(&self, request: CheckCode) -> Result<Checked, Unavailable>;

    /// Calls a verification off. Unknown or finished ones stay as they are.
    async fn cancel(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<(), Unavailable>;

    /// Where a verification stands, without sending or judging anything.
    async fn view(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<Option<Viewed>, Unavailable>;

    /// The verification that was begun last for a purpose with a number as typed text at an
    /// application, while its code lives: pending, or out of guesses. It spares a caller that knows people by their number from
    /// keeping one. Counted as a look-up; the work is the same whether or not there is one.
    async fn find_open(&self, request: FindOpen) -> Result<Option<Open>, BeginRefusal>;

    /// Finds as [`NumberVault::find_open`] does and judges one guess at what it found, as
    /// [`NumberVault::check`] does; nothing where there is none. Whether the verification is the
    /// one that the number means is decided where the guess is counted. It takes what the two calls
    /// take, a look-up and a guess, and tells no more.
    async fn check_number(
        &self,
        request: CheckNumber,
    ) -> Result<Option<CheckedNumber>, BeginRefusal>;

    /// Asks a number's operator for an application that may ask. Counted as a look-up and logged as
    /// a use of the number. A vault that asks nobody lets nobody ask.
    async fn ask_operator(&self, _request: AskOperator) -> Result<OperatorAnswer, AskRefusal> {
        Err(AskRefusal::NotAllowed)
    }

    /// Keeps the secret of an authenticator app, and answers it: the only time that it leaves the
    /// vault, but for the same call again until a code has confirmed it. A vault that keeps none
    /// refuses.
    async fn make_factor(&self, _request: MakeFactor) -> Result<FactorSecret, FactorRefusal> {
        Err(FactorRefusal::UnknownApplication)
    }

    /// Judges one code of an authenticator app.
    async fn check_factor(&self, _request: CheckFactor) -> Result<FactorChecked, Unavailable> {
        Ok(FactorChecked::NotFound)
    }

    /// Destroys the secret of an authenticator app; whether there was one.
    async fn delete_factor(
        &self,
        _application: ApplicationId,
        _factor: FactorId,
    ) -> Result<bool, Unavailable> {
        Ok(false)
    }

    /// The person who just proved a number says that the account found under it is not theirs:
    /// the number was given to a new owner. The old account loses number, wraps and consents; a
    /// new one is made.
    async fn reclaim(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<Reclaimed, Unavailable>;

    /// The note with the key that pages and SDKs seal to.
    async fn seal_key(&self) -> Result<SealKey, Unavailable>;

    /// Accounts made at or after `since`, oldest first, so that a front that lost an answer can
    /// catch up. Pages may overlap; handling an account twice must be the same as once.
    async fn new_accounts(&self, since: Timestamp, limit: u16) -> Result<AccountPage, Unavailable>;

    /// An application asks for deletion: the account is suspended at once and shredded after the
    /// delay, unless undone.
    async fn delete(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<DeletionState, Unavailable>;

    /// Takes a requested deletion back while it can be.
    async fn undo_delete(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<DeletionState, Unavailable>;

    /// Locks or unlocks: nothing opens and nothing is sent while locked.
    async fn set_locked(
        &self,
        application: ApplicationId,
        subject: Subject,
        locked: bool,
    ) -> Result<bool, Unavailable>;

    /// Keeps the number behind `subject` from making accounts at this application until
    /// `until`, whether or not the account lives on. Setting it in the past lifts it.
    async fn ban(
        &self,
        application: ApplicationId,
        subject: Subject,
        until: Timestamp,
    ) -> Result<bool, Unavailable>;

    /// Destroys record, shares and wraps; the account stays recognisable if the number is typed
    /// again.
    async fn forget_number(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<bool, Unavailable>;

    /// Whether the vault can serve, and who holds its keys.
    async fn health(&self) -> Result<Health, Unavailable>;

    /// What is stored for one account, as ciphertext, for the demo's side-by-side page. A vault
    /// that was built without it shows nothing.
    #[cfg(feature = "demo")]
    async fn stored(
        &self,
        _application: ApplicationId,
        _subject: Subject,
    ) -> Result<Option<StoredView>, Unavailable> {
        Ok(None)
    }
}
