//! The other rooms as the traits of `peers`, over whatever connection stands.

use async_trait::async_trait;
use model::{ApplicationId, FactorId, FactorSecret, Subject, Timestamp, VerificationId};
#[cfg(feature = "demo")]
use peers::vault::StoredView;
use peers::{
    carrier::{
        CarrierMessage, CourierEvents, CourierRun, Handed, Outbound, ROUTES_MAX, Receipt,
        RouteCount,
    },
    front::{FrontEvents, PeerGone, SendReport},
    operator::{NoAnswer, OperatorAnswer, OperatorQuestion},
    vault::{
        AccountPage, AskOperator, AskRefusal, Begin, BeginRefusal, Begun, CheckCode, CheckFactor,
        CheckNumber, Checked, CheckedNumber, DeletionState, FactorChecked, FactorRefusal, FindOpen,
        Health, MakeFactor, NumberVault, Open, Reclaimed, Resend, SealKey, Unavailable, Viewed,
    },
};

use crate::{Peer, Verb, courier_codec};

/// The most accounts on one page, whatever was asked for: a page must fit in one batch.
pub(crate) const PAGE_ACCOUNTS: u16 = 1000;
/// The most reports or receipts in one request.
const LIST_ENTRIES: usize = 1000;

/// The vault, as the front calls it.
#[derive(Debug, Clone)]
pub struct VaultClient(Peer);

/// The front, as the vault calls it.
#[derive(Debug, Clone)]
pub struct FrontClient(Peer);

/// The courier, as the vault calls it.
#[derive(Debug, Clone)]
pub struct CourierClient(Peer);

/// The vault, as the courier calls it.
#[derive(Debug, Clone)]
pub struct EventsClient(Peer);

impl VaultClient {
    /// Calls the vault over `peer`, which must lead from the front to it.
    #[must_use]
    pub const fn new(peer: Peer) -> Self {
        Self(peer)
    }
}

impl FrontClient {
    /// Calls the front over `peer`, which must lead from the vault to it.
    #[must_use]
    pub const fn new(peer: Peer) -> Self {
        Self(peer)
    }
}

impl CourierClient {
    /// Calls the courier over `peer`, which must lead from the vault to it.
    #[must_use]
    pub const fn new(peer: Peer) -> Self {
        Self(peer)
    }
}

impl EventsClient {
    /// Calls the vault over `peer`, which must lead from the courier to it.
    #[must_use]
    pub const fn new(peer: Peer) -> Self {
        Self(peer)
    }
}

#[async_trait]
impl NumberVault for VaultClient {
    async fn begin(&self, request: Begin) -> Result<Begun, BeginRefusal> {
        self.0.ask(Verb::Begin, &request).await?
    }

    async fn resend(&self, request: Resend) -> Result<Begun, BeginRefusal> {
        self.0.ask(Verb::Resend, &request).await?
    }

    async fn check(&self, request: CheckCode) -> Result<Checked, Unavailable> {
        self.0.ask(Verb::Check, &request).await?
    }

    async fn cancel(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<(), Unavailable> {
        self.0
            .ask(Verb::Cancel, &(application, verification))
            .await?
    }

    async fn view(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<Option<Viewed>, Unavailable> {
        self.0.ask(Verb::View, &(application, verification)).await?
    }

    async fn find_open(&self, request: FindOpen) -> Result<Option<Open>, BeginRefusal> {
        self.0.ask(Verb::FindOpen, &request).await?
    }

    async fn check_number(
        &self,
        request: CheckNumber,
    ) -> Result<Option<CheckedNumber>, BeginRefusal> {
        self.0.ask(Verb::CheckNumber, &request).await?
    }

    async fn ask_operator(&self, request: AskOperator) -> Result<OperatorAnswer, AskRefusal> {
        let asked = self.0.ask(Verb::AskOperator, &request).await;
        asked.map_err(Unavailable::from)?
    }

    async fn make_factor(&self, request: MakeFactor) -> Result<FactorSecret, FactorRefusal> {
        let made = self.0.ask(Verb::MakeFactor, &request).await;
        made.map_err(Unavailable::from)?
    }

    async fn check_factor(&self, request: CheckFactor) -> Result<FactorChecked, Unavailable> {
        self.0.ask(Verb::CheckFactor, &request).await?
    }

    async fn delete_factor(
        &self,
        application: ApplicationId,
        factor: FactorId,
    ) -> Result<bool, Unavailable> {
        self.0
            .ask(Verb::DeleteFactor, &(application, factor))
            .await?
    }

    async fn reclaim(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<Reclaimed, Unavailable> {
        self.0
            .ask(Verb::Reclaim, &(application, verification))
            .await?
    }

    async fn seal_key(&self) -> Result<SealKey, Unavailable> {
        self.0.ask(Verb::SealKey, &()).await?
    }

    async fn new_accounts(&self, since: Timestamp, limit: u16) -> Result<AccountPage, Unavailable> {
        self.0
            .ask(Verb::NewAccounts, &(since, limit.min(PAGE_ACCOUNTS)))
            .await?
    }

    async fn delete(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<DeletionState, Unavailable> {
        self.0.ask(Verb::Delete, &(application, subject)).await?
    }

    async fn undo_delete(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<DeletionState, Unavailable> {
        self.0
            .ask(Verb::UndoDelete, &(application, subject))
            .await?
    }

    async fn set_locked(
        &self,
        application: ApplicationId,
        subject: Subject,
        locked: bool,
    ) -> Result<bool, Unavailable> {
        self.0
            .ask(Verb::SetLocked, &(application, subject, locked))
            .await?
    }

    async fn ban(
        &self,
        application: ApplicationId,
        subject: Subject,
        until: Timestamp,
    ) -> Result<bool, Unavailable> {
        self.0
            .ask(Verb::Ban, &(application, subject, until))
            .await?
    }

    async fn forget_number(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<bool, Unavailable> {
        self.0
            .ask(Verb::ForgetNumber, &(application, subject))
            .await?
    }

    async fn health(&self) -> Result<Health, Unavailable> {
        self.0.ask(Verb::Health, &()).await?
    }

    #[cfg(feature = "demo")]
    async fn stored(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<Option<StoredView>, Unavailable> {
        self.0.ask(Verb::Stored, &(application, subject)).await?
    }
}

#[async_trait]
impl FrontEvents for FrontClient {
    /// Longer lists go in parts; `Ok` means that all are stored.
    async fn sends_changed(&self, reports: Vec<SendReport>) -> Result<(), PeerGone> {
        for part in reports.chunks(LIST_ENTRIES) {
            let taken: Result<(), PeerGone> = self.0.ask(Verb::SendsChanged, part).await?;
            taken?;
        }
        Ok(())
    }
}

#[async_trait]
impl Outbound for CourierClient {
    async fn run(&self) -> Result<CourierRun, PeerGone> {
        self.0.ask(Verb::CourierRun, &()).await?
    }

    async fn send(
        &self,
        run: CourierRun,
        message: CarrierMessage,
    ) -> Result<Option<Handed>, PeerGone> {
        self.0
            .ask(Verb::CourierSend, &courier_codec::encode(run, &message))
            .await?
    }

    /// A courier that cannot be reached is an operator that cannot.
    async fn ask(&self, question: OperatorQuestion) -> Result<OperatorAnswer, NoAnswer> {
        let question = courier_codec::encode_question(&question);
        let asked = self.0.ask(Verb::CourierAsk, &question).await;
        asked.map_err(|_| NoAnswer::Away)?
    }

    /// Counts above the bound of one call are left out: they only guide.
    async fn verified(&self, run: CourierRun, counts: Vec<RouteCount>) -> Result<(), PeerGone> {
        let counts = &counts[..counts.len().min(ROUTES_MAX)];
        self.0.ask(Verb::CourierVerified, &(run, counts)).await?
    }
}

#[async_trait]
impl CourierEvents for EventsClient {
    /// Longer lists go in parts; `Ok` means that all are taken.
    async fn receipts(&self, receipts: Vec<Receipt>) -> Result<(), PeerGone> {
        for part in receipts.chunks(LIST_ENTRIES) {
            let taken: Result<(), PeerGone> = self.0.ask(Verb::Receipts, part).await?;
            taken?;
        }
        Ok(())
    }
}
