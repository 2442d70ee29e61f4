//! Messages on their way out: from the vault to the courier to a carrier.

use std::fmt;

use async_trait::async_trait;
use model::{Channel, MessageId, Timestamp};
use numbers::E164;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    front::PeerGone,
    operator::{NoAnswer, OperatorAnswer, OperatorQuestion},
};

/// The words of one message, wiped after use.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub enum Words {
    /// A text message.
    Text(String),
    /// What a call says, in order.
    Spoken(Vec<SpokenPart>),
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(..)",
            Self::Spoken(_) => "Spoken(..)",
        })
    }
}

/// One part of a call.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub enum SpokenPart {
    /// A sentence.
    Say(String),
    /// Digits, one by one, slowly.
    Digits(String),
    /// Silence.
    Pause {
        /// How long, in milliseconds.
        millis: u32,
    },
    /// A question to press any key. What follows is said only once a key was pressed, so that no
    /// answering machine records it.
    AwaitKey(String),
}

impl fmt::Debug for SpokenPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpokenPart(..)")
    }
}

/// One message: the only shape in which a number leaves the vault.
#[derive(Clone)]
pub struct CarrierMessage {
    /// Drawn by the vault, the same on every attempt to hand over this message.
    pub id: MessageId,
    /// Whom to reach.
    pub to: E164,
    /// The sender shown, at most 11 characters of A–Z, a–z, 0–9 and space.
    pub from: String,
    /// BCP-47 language of the words, so that a call uses the right voice.
    pub language: String,
    /// The words.
    pub words: Words,
    /// Whether the application is a sandbox: only a simulator may take it.
    pub sandbox: bool,
}

impl CarrierMessage {
    /// Text or call.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self.words {
            Words::Text(_) => Channel::Sms,
            Words::Spoken(_) => Channel::Voice,
        }
    }
}

impl fmt::Debug for CarrierMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CarrierMessage")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Why a carrier will never send this message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejection {
    /// The carrier does not serve this number or country.
    NoRoute,
    /// The carrier says the number cannot be reached this way.
    Unreachable,
    /// The carrier refuses the content or the sender.
    Content,
    /// The carrier wants us to slow down, and did not take it.
    Throttled,
    /// The carrier's account is out of money or switched off.
    Account,
    /// No carrier is configured for this kind of message.
    NoCarrier,
    /// The carrier cannot be reached just now. Nothing was handed to it.
    Down,
}

/// What handing over a message came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handover {
    /// The carrier has it.
    Accepted,
    /// It was definitely not sent.
    Rejected(Rejection),
    /// It may have been sent. It must not be repeated by itself.
    Unknown,
}

/// A way to a group of numbers, named without saying which. The vault counts by it how many
/// codes were proven, and gives those counts back: nothing else of a verification leaves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RouteHandle(pub u32);

/// How many codes that went by one route were proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteCount {
    /// The route.
    pub route: RouteHandle,
    /// Codes proven since the last count.
    pub verified: u32,
}

/// A handover and the way it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// What it came to.
    pub handover: Handover,
    /// By which route, if one took it or may have.
    pub route: Option<RouteHandle>,
}

impl From<Handover> for Handed {
    fn from(handover: Handover) -> Self {
        let route = None;
        Self { handover, route }
    }
}

/// What a carrier later says about a message. May come late, twice, or before the handover's
/// answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The message.
    pub id: MessageId,
    /// Whether the phone has it.
    pub delivered: bool,
    /// When the carrier said so.
    pub at: Timestamp,
}

/// One way to the phone networks: a real carrier or the simulator.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Sends one message. Never tries twice by itself.
    async fn send(&self, message: CarrierMessage) -> Handover;

    /// A short name for logs and metrics, such as `simulator`.
    fn name(&self) -> &str;

    /// Forgets what it kept for too long. Called about once a second; it must not wait.
    fn sweep(&self) {}
}

/// One text that a person sent to one of our numbers. Wiped on drop; `Debug` says nothing of it.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct InboundText {
    /// Who sent it.
    pub from: E164,
    /// The sender name or number it answers, at most 20 characters.
    pub to: String,
    /// The words.
    pub text: String,
    /// When it arrived here.
    #[zeroize(skip)]
    pub at: Timestamp,
}

impl fmt::Debug for InboundText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InboundText(..)")
    }
}

/// Takes what carriers report by themselves. It must not wait: a carrier's session or webhook
/// would be held up.
pub trait CarrierReports: Send + Sync {
    /// Takes one receipt.
    fn receipt(&self, receipt: Receipt);

    /// Takes one text that a person sent.
    fn inbound(&self, text: InboundText);
}

/// Identifies one run of the courier process. What a courier remembers, it remembers for one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CourierRun(pub [u8; 8]);

/// The courier, as the vault calls it.
#[async_trait]
pub trait Outbound: Send + Sync {
    /// Which run of the courier this is.
    async fn run(&self) -> Result<CourierRun, PeerGone>;

    /// Hands over one message that is meant for `run`. The same id twice within one run is sent
    /// once and answered the same. `None` from another run, which did nothing with it.
    async fn send(
        &self,
        run: CourierRun,
        message: CarrierMessage,
    ) -> Result<Option<Handed>, PeerGone>;

    /// Tells how many codes were proven by each route of `run`, at most [`ROUTES_MAX`]. Counts
    /// that are lost are lost: they only guide the choice of routes.
    async fn verified(&self, _run: CourierRun, _counts: Vec<RouteCount>) -> Result<(), PeerGone> {
        Ok(())
    }

    /// Asks the operator of a number. A courier without one says so.
    async fn ask(&self, _question: OperatorQuestion) -> Result<OperatorAnswer, NoAnswer> {
        Err(NoAnswer::NoOperator)
    }
}

/// The most counts in one call.
pub const ROUTES_MAX: usize = 1024;

/// The vault, as the courier calls it.
#[async_trait]
pub trait CourierEvents: Send + Sync {
    /// Takes receipts; returning `Ok` means they are stored or were of no more interest.
    async fn receipts(&self, receipts: Vec<Receipt>) -> Result<(), PeerGone>;
}
