//! Stand-ins: rooms that answer from a script, and a peer that writes bytes by hand.

use std::sync::Arc;

use async_trait::async_trait;
use model::{
    ApplicationId, Channel, ChannelState, CodePurpose, FactorId, FactorSecret, NextChannels,
    Status, Subject, Timestamp, VerificationId,
};
use numbers::{LineType, Region};
use parking_lot::Mutex;
use peers::{
    carrier::{CarrierMessage, CourierEvents, CourierRun, Handed, Handover, Outbound, Receipt},
    front::{FrontEvents, PeerGone, SendReport},
    operator::{NoAnswer, OperatorAnswer, OperatorQuestion},
    vault::{
        AccountPage, Approved, AskOperator, AskRefusal, Begin, BeginRefusal, Begun, CheckCode,
        CheckFactor, CheckNumber, Checked, CheckedNumber, Custody, DeletionState, FactorChecked,
        FactorRefusal, FindOpen, Health, MakeFactor, NumberVault, Open, PendingView, Reclaimed,
        Resend, SealKey, Traits, Unavailable, Verdict, Viewed,
    },
};
use serde::Serialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
    sync::Semaphore,
    task::JoinSet,
};

use crate::{
    Ended, HelloError, Limits, Peer, Room, Service,
    frame::{Batch, Kind, frame_length, split_entry},
    hello,
};

pub(super) const APP: ApplicationId = ApplicationId::from_bytes([2; 16]);
pub(super) const VERIFICATION: VerificationId = VerificationId::from_bytes([1; 16]);
pub(super) const SUBJECT: Subject = Subject::from_bytes([3; 16]);
pub(super) const AT: Timestamp = Timestamp::from_millis(1_795_000_000_000);

pub(super) type Links = JoinSet<Result<Ended, HelloError>>;

/// Every room at once. It notes what it was asked, and answers when `gate` lets it.
pub(super) struct Script {
    pub seen: Mutex<Vec<String>>,
    pub gate: Semaphore,
}

impl Script {
    pub(super) fn open() -> Arc<Self> {
        Self::with_gate(Semaphore::MAX_PERMITS)
    }

    pub(super) fn closed() -> Arc<Self> {
        Self::with_gate(0)
    }

    fn with_gate(permits: usize) -> Arc<Self> {
        Arc::new(Self {
            seen: Mutex::default(),
            gate: Semaphore::new(permits),
        })
    }

    async fn note(&self, what: String) {
        self.seen.lock().push(what);
        self.gate.acquire().await.unwrap().forget();
    }

    pub(super) fn last(&self) -> String {
        self.seen.lock().last().cloned().unwrap_or_default()
    }
}

pub(super) fn traits() -> Traits {
    Traits {
        country: Region::parse("GB").unwrap(),
        line_type: LineType::Mobile,
    }
}

pub(super) fn view() -> PendingView {
    PendingView {
        status: Status::Pending,
        channel: Channel::Sms,
        begun_at: AT,
        sent_at: AT,
        expires_at: AT,
        attempts_left: 4,
        code_length: 6,
        next: NextChannels::both(ChannelState::OPEN),
    }
}

pub(super) fn begun() -> Begun {
    Begun {
        verification: VERIFICATION,
        view: view(),
        traits: traits(),
    }
}

pub(super) fn approved() -> Approved {
    Approved {
        subject: Some(SUBJECT),
        verdict: Verdict::Created,
        traits: traits(),
        at: AT,
        purpose: CodePurpose::Signup,
        channel: Channel::Sms,
        owner: None,
    }
}

pub(super) fn viewed() -> Viewed {
    Viewed {
        purpose: CodePurpose::Signup,
        view: view(),
        traits: traits(),
        approved: Some(approved()),
    }
}

#[async_trait]
impl NumberVault for Script {
    async fn begin(&self, request: Begin) -> Result<Begun, BeginRefusal> {
        let text = match &request.destination {
            peers::vault::Destination::Typed { text, .. } => text.expose().to_owned(),
            other => format!("{other:?}"),
        };
        self.note(format!(
            "begin {} {text} {:?}",
            request.verification, request.locale
        ))
        .await;
        match text.as_str() {
            "panic" => panic!("as the test asked"),
            "refuse" => Err(BeginRefusal::LineRefused {
                line_type: LineType::Pager,
            }),
            _ => Ok(begun()),
        }
    }

    async fn make_factor(&self, request: MakeFactor) -> Result<FactorSecret, FactorRefusal> {
        let given = request.secret.as_ref().map(FactorSecret::expose);
        self.note(format!(
            "make {} {:?} {given:?}",
            request.factor, request.terms
        ))
        .await;
        given.map_or(Err(FactorRefusal::TooMany), |text| {
            Ok(FactorSecret::new(text.to_owned()).unwrap())
        })
    }

    async fn check_factor(&self, request: CheckFactor) -> Result<FactorChecked, Unavailable> {
        let (code, confirms) = (request.code.expose(), request.confirms);
        self.note(format!("check factor {code} {confirms}")).await;
        Ok(FactorChecked::Wait { after_seconds: 7 })
    }

    async fn delete_factor(&self, _: ApplicationId, factor: FactorId) -> Result<bool, Unavailable> {
        self.note(format!("delete {factor}")).await;
        Ok(true)
    }

    async fn resend(&self, request: Resend) -> Result<Begun, BeginRefusal> {
        self.note(format!("{request:?}")).await;
        Err(BeginRefusal::Finished)
    }

    async fn check(&self, request: CheckCode) -> Result<Checked, Unavailable> {
        self.note(format!("check {}", request.code.expose())).await;
        Ok(if request.code.expose() == "424242" {
            Checked::Approved(approved())
        } else {
            Checked::Wrong(view())
        })
    }

    async fn cancel(&self, a: ApplicationId, v: VerificationId) -> Result<(), Unavailable> {
        self.note(format!("cancel {a} {v}")).await;
        Ok(())
    }

    async fn view(
        &self,
        a: ApplicationId,
        v: VerificationId,
    ) -> Result<Option<Viewed>, Unavailable> {
        self.note(format!("view {a} {v}")).await;
        Ok(Some(viewed()))
    }

    async fn find_open(&self, request: FindOpen) -> Result<Option<Open>, BeginRefusal> {
        let (app, text) = (request.application, request.text.expose());
        self.note(format!("find_open {app} {text} {:?}", request.region))
            .await;
        Ok(Some(Open {
            begun_at: AT,
            verification: VERIFICATION,
            status: Status::Pending,
        }))
    }

    async fn check_number(
        &self,
        request: CheckNumber,
    ) -> Result<Option<CheckedNumber>, BeginRefusal> {
        let CheckNumber { number, code } = request;
        let Some(open) = self.find_open(number).await? else {
            return Ok(None);
        };
        let guess = CheckCode {
            application: APP,
            verification: open.verification,
            code,
        };
        let checked = self.check(guess).await?;
        Ok(Some(CheckedNumber { open, checked }))
    }

    async fn ask_operator(&self, request: AskOperator) -> Result<OperatorAnswer, AskRefusal> {
        self.note(format!("ask_operator {:?}", request.asked)).await;
        Ok(OperatorAnswer::Changed(true))
    }

    async fn reclaim(&self, a: ApplicationId, v: VerificationId) -> Result<Reclaimed, Unavailable> {
        self.note(format!("reclaim {a} {v}")).await;
        Ok(Reclaimed::Done {
            approved: approved(),
            former: SUBJECT,
        })
    }

    async fn seal_key(&self) -> Result<SealKey, Unavailable> {
        self.note("seal_key".into()).await;
        Ok(SealKey {
            note: "note".into(),
            verifier: "v".into(),
            not_after: AT,
        })
    }

    async fn new_accounts(&self, since: Timestamp, limit: u16) -> Result<AccountPage, Unavailable> {
        self.note(format!("new_accounts {since:?} {limit}")).await;
        Ok(AccountPage {
            accounts: Vec::new(),
            more_since: Some(AT),
        })
    }

    async fn delete(&self, a: ApplicationId, s: Subject) -> Result<DeletionState, Unavailable> {
        self.note(format!("delete {a} {s}")).await;
        Ok(DeletionState::Scheduled { shred_at: AT })
    }

    async fn undo_delete(
        &self,
        a: ApplicationId,
        s: Subject,
    ) -> Result<DeletionState, Unavailable> {
        self.note(format!("undo_delete {a} {s}")).await;
        Ok(DeletionState::Active)
    }

    async fn set_locked(&self, a: ApplicationId, s: Subject, l: bool) -> Result<bool, Unavailable> {
        self.note(format!("set_locked {a} {s} {l}")).await;
        Ok(l)
    }

    async fn ban(&self, a: ApplicationId, s: Subject, t: Timestamp) -> Result<bool, Unavailable> {
        self.note(format!("ban {a} {s} {t:?}")).await;
        Ok(true)
    }

    async fn forget_number(&self, a: ApplicationId, s: Subject) -> Result<bool, Unavailable> {
        self.note(format!("forget_number {a} {s}")).await;
        Err(Unavailable::Keys)
    }

    async fn health(&self) -> Result<Health, Unavailable> {
        self.note("health".into()).await;
        let custody = Custody::Hsm {
            vendor: "maker".into(),
            model: "one".into(),
        };
        Ok(Health {
            custody,
            trouble: Some(Unavailable::Clock),
            accounts: 7,
            courier: true,
            code_length: 6,
        })
    }

    #[cfg(feature = "demo")]
    async fn stored(
        &self,
        a: ApplicationId,
        s: Subject,
    ) -> Result<Option<peers::vault::StoredView>, Unavailable> {
        self.note(format!("stored {a} {s}")).await;
        Ok(None)
    }
}

#[async_trait]
impl FrontEvents for Script {
    async fn sends_changed(&self, reports: Vec<SendReport>) -> Result<(), PeerGone> {
        self.note(format!("sends_changed {}", reports.len())).await;
        Ok(())
    }
}

#[async_trait]
impl CourierEvents for Script {
    async fn receipts(&self, receipts: Vec<Receipt>) -> Result<(), PeerGone> {
        self.note(format!("receipts {}", receipts.len())).await;
        Ok(())
    }
}

/// The run of every scripted courier.
const RUN: CourierRun = CourierRun([5; 8]);

#[async_trait]
impl Outbound for Script {
    async fn run(&self) -> Result<CourierRun, PeerGone> {
        self.note("run".into()).await;
        Ok(RUN)
    }

    async fn send(
        &self,
        run: CourierRun,
        message: CarrierMessage,
    ) -> Result<Option<Handed>, PeerGone> {
        self.note(format!("send {} {:?}", message.to.as_str(), message.words))
            .await;
        Ok((run == RUN).then_some(Handover::Unknown.into()))
    }

    async fn ask(&self, question: OperatorQuestion) -> Result<OperatorAnswer, NoAnswer> {
        let number = match &question {
            OperatorQuestion::Sim { number, .. } => number.as_str(),
            OperatorQuestion::Device { token, .. } => token.expose(),
        };
        self.note(format!("ask {number}")).await;
        Err(NoAnswer::Busy)
    }
}

/// What the room `me` offers to the room `other`.
pub(super) fn service(me: Room, other: Room, script: &Arc<Script>) -> Service {
    match (me, other) {
        (Room::Vault, Room::Courier) => Service::Receipts(Arc::clone(script) as _),
        (Room::Vault, _) => Service::Vault(Arc::clone(script) as _),
        (Room::Front, _) => Service::Front(Arc::clone(script) as _),
        (Room::Courier, _) => Service::Courier(Arc::clone(script) as _),
        (Room::Console | Room::Operator, _) => Service::Nothing,
    }
}

pub(super) fn peer(me: Room, other: Room, script: &Arc<Script>, limits: Limits) -> Peer {
    Peer::new(me, other, service(me, other, script), limits)
}

/// A front and a vault that are not connected yet.
pub(super) fn front_and_vault(script: &Arc<Script>, limits: Limits) -> (Peer, Peer) {
    let front = peer(Room::Front, Room::Vault, script, limits);
    (front, peer(Room::Vault, Room::Front, script, limits))
}

/// Connects two peers, first one's driver first.
pub(super) async fn connect(one: &Peer, other: &Peer, links: &mut Links) {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let (reader, writer) = tokio::io::split(near);
    links.spawn(one.attach_halves(reader, writer));
    let (reader, writer) = tokio::io::split(far);
    links.spawn(other.attach_halves(reader, writer));
    one.up().await;
    other.up().await;
}

/// The other end of a link, byte by byte.
pub(super) struct Raw(pub DuplexStream);

impl Raw {
    /// Attaches a raw end to `peer` and says hello as `me`.
    pub(super) async fn attach(peer: &Peer, me: Room, pipe: usize, links: &mut Links) -> Self {
        let (near, far) = tokio::io::duplex(pipe);
        let (reader, writer) = tokio::io::split(near);
        links.spawn(peer.attach_halves(reader, writer));
        let mut raw = Self(far);
        raw.0.write_all(&hello::encode(me)).await.unwrap();
        let mut theirs = [0; 8];
        raw.0.read_exact(&mut theirs).await.unwrap();
        raw
    }

    pub(super) async fn send<T: Serialize + ?Sized>(&mut self, id: u64, verb: u16, body: &T) {
        let mut batch = Batch::new(200_000);
        batch.push(id, Kind::Request(verb), body).unwrap();
        self.0.write_all(batch.frame()).await.unwrap();
    }

    /// The first entry of the next frame.
    pub(super) async fn receive(&mut self) -> (u64, Kind, Vec<u8>) {
        let mut field = [0; 4];
        self.0.read_exact(&mut field).await.unwrap();
        let mut frame = vec![0; frame_length(field).unwrap()];
        self.0.read_exact(&mut frame).await.unwrap();
        let (entry, _) = split_entry(&frame).unwrap();
        (entry.id, entry.kind, entry.body.to_vec())
    }
}
