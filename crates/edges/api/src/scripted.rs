//! A vault that answers what a test wrote down.

use async_trait::async_trait;
use identity::{
    Approved, BeginRefusal, Begun, Checked, Custody, DeletionState, Destination, Health,
    OwnerProof, PendingView, Reclaimed, SealKey, Traits, Unavailable, Verdict, Viewed,
};
use model::{
    ApplicationId, Channel, ChannelState, CodePurpose, NextChannels, Status, Subject, Timestamp,
    VerificationId, WaitReason,
};
use numbers::{LineType, Region};
use parking_lot::Mutex;
use peers::vault::{
    AccountPage, Begin, CheckCode, CheckNumber, CheckedNumber, FindOpen, NumberVault, Open, Resend,
    StoredView,
};

use crate::harness::NOW;

/// What each verb answers.
pub(crate) struct Script {
    pub(crate) begun: Result<Begun, BeginRefusal>,
    pub(crate) checked: Result<Checked, Unavailable>,
    pub(crate) reclaimed: Reclaimed,
    pub(crate) deleted: DeletionState,
    pub(crate) restored: DeletionState,
    pub(crate) known: bool,
    pub(crate) viewed: Option<Viewed>,
    pub(crate) health: Result<Health, Unavailable>,
    /// What was asked, without what is secret.
    pub(crate) asked: Vec<&'static str>,
    /// The last start.
    pub(crate) begin: Option<Begin>,
}

#[derive(Default)]
pub(crate) struct ScriptedVault(pub(crate) Mutex<Script>);

pub(crate) fn subject(byte: u8) -> Subject {
    Subject::from_bytes([byte; 16])
}

pub(crate) fn traits() -> Traits {
    Traits {
        country: Region::parse("GB").unwrap(),
        line_type: LineType::Mobile,
    }
}

pub(crate) fn waiting(attempts_left: u8) -> PendingView {
    PendingView {
        status: Status::Pending,
        channel: Channel::Sms,
        begun_at: Timestamp::from_millis(NOW),
        sent_at: Timestamp::from_millis(NOW),
        expires_at: Timestamp::from_millis(NOW + 600_000),
        attempts_left,
        code_length: 6,
        next: NextChannels {
            sms: ChannelState::wait(30, WaitReason::TooSoon),
            voice: ChannelState::OPEN,
        },
    }
}

pub(crate) fn approved(verdict: Verdict, subject: Option<Subject>) -> Approved {
    Approved {
        subject,
        verdict,
        traits: traits(),
        at: Timestamp::from_millis(NOW),
        purpose: CodePurpose::Signup,
        channel: Channel::Sms,
        owner: subject.map(|_| OwnerProof {
            expires_at: Timestamp::from_millis(NOW),
            mac: [7; 32],
        }),
    }
}

impl Default for Script {
    fn default() -> Self {
        Self {
            begun: Ok(Begun {
                verification: VerificationId::from_bytes([0; 16]),
                view: waiting(5),
                traits: traits(),
            }),
            checked: Ok(Checked::Approved(approved(
                Verdict::Created,
                Some(subject(1)),
            ))),
            reclaimed: Reclaimed::NotApplicable,
            deleted: DeletionState::Scheduled {
                shred_at: Timestamp::from_millis(NOW + 72 * 3_600_000),
            },
            restored: DeletionState::Active,
            known: true,
            viewed: None,
            health: Ok(Health {
                custody: Custody::Development,
                trouble: None,
                accounts: 1,
                courier: true,
                code_length: 6,
            }),
            asked: Vec::new(),
            begin: None,
        }
    }
}

impl ScriptedVault {
    pub(crate) fn script(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.0.lock());
    }

    pub(crate) fn times(&self, verb: &str) -> usize {
        self.0
            .lock()
            .asked
            .iter()
            .filter(|asked| **asked == verb)
            .count()
    }

    pub(crate) fn last_number(&self) -> Option<String> {
        match &self.0.lock().begin.as_ref()?.destination {
            Destination::Typed { text, .. } => Some(text.expose().to_owned()),
            Destination::Sealed(_) | Destination::OnFile(_) => None,
        }
    }

    fn answer<T>(&self, verb: &'static str, pick: impl FnOnce(&Script) -> T) -> T {
        let mut script = self.0.lock();
        script.asked.push(verb);
        pick(&script)
    }
}

#[async_trait]
impl NumberVault for ScriptedVault {
    async fn begin(&self, request: Begin) -> Result<Begun, BeginRefusal> {
        self.0.lock().begin = Some(request);
        self.answer("begin", |script| script.begun.clone())
    }

    async fn resend(&self, _: Resend) -> Result<Begun, BeginRefusal> {
        self.answer("resend", |script| script.begun.clone())
    }

    async fn check(&self, _: CheckCode) -> Result<Checked, Unavailable> {
        self.answer("check", |script| script.checked.clone())
    }

    async fn cancel(&self, _: ApplicationId, _: VerificationId) -> Result<(), Unavailable> {
        self.answer("cancel", |_| Ok(()))
    }

    async fn reclaim(&self, _: ApplicationId, _: VerificationId) -> Result<Reclaimed, Unavailable> {
        self.answer("reclaim", |script| Ok(script.reclaimed))
    }

    async fn seal_key(&self) -> Result<SealKey, Unavailable> {
        self.answer("seal_key", |script| {
            script.health.as_ref().map_err(|trouble| *trouble)?;
            Ok(SealKey {
                note: "ringfence/seal-key/v1\n".to_owned(),
                verifier: "log.harbour.example+12345678+AQ".to_owned(),
                not_after: Timestamp::from_millis(NOW + 7_200_000),
            })
        })
    }

    async fn view(
        &self,
        _: ApplicationId,
        _: VerificationId,
    ) -> Result<Option<Viewed>, Unavailable> {
        self.answer("view", |script| Ok(script.viewed))
    }

    async fn find_open(&self, _: FindOpen) -> Result<Option<Open>, BeginRefusal> {
        self.answer("find_open", |_| Ok(None))
    }

    async fn check_number(&self, _: CheckNumber) -> Result<Option<CheckedNumber>, BeginRefusal> {
        self.answer("check_number", |_| Ok(None))
    }

    async fn new_accounts(&self, _: Timestamp, _: u16) -> Result<AccountPage, Unavailable> {
        Ok(AccountPage {
            accounts: Vec::new(),
            more_since: None,
        })
    }

    async fn delete(&self, _: ApplicationId, _: Subject) -> Result<DeletionState, Unavailable> {
        self.answer("delete", |script| Ok(script.deleted))
    }

    async fn undo_delete(
        &self,
        _: ApplicationId,
        _: Subject,
    ) -> Result<DeletionState, Unavailable> {
        self.answer("undo_delete", |script| Ok(script.restored))
    }

    async fn set_locked(&self, _: ApplicationId, _: Subject, _: bool) -> Result<bool, Unavailable> {
        self.answer("set_locked", |script| Ok(script.known))
    }

    async fn ban(&self, _: ApplicationId, _: Subject, _: Timestamp) -> Result<bool, Unavailable> {
        self.answer("ban", |script| Ok(script.known))
    }

    async fn forget_number(&self, _: ApplicationId, _: Subject) -> Result<bool, Unavailable> {
        self.answer("forget_number", |script| Ok(script.known))
    }

    async fn health(&self) -> Result<Health, Unavailable> {
        self.answer("health", |script| script.health.clone())
    }

    async fn stored(
        &self,
        _: ApplicationId,
        _: Subject,
    ) -> Result<Option<StoredView>, Unavailable> {
        Ok(None)
    }
}
