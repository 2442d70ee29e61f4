//! What the vault tells the front without being asked.

use async_trait::async_trait;
use model::{ApplicationId, Channel, Timestamp, VerificationId};
use serde::{Deserialize, Serialize};

/// What became of one message, in words without a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendState {
    /// The carrier took it.
    Accepted,
    /// The carrier says the phone has it.
    Delivered,
    /// Definitely not sent, or definitely not delivered. Another channel may be tried.
    Failed,
    /// Nobody knows whether it went out. It is never repeated by itself.
    Unknown,
}

/// One message of one verification changed its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendReport {
    /// The application the verification belongs to.
    pub application: ApplicationId,
    /// The verification.
    pub verification: VerificationId,
    /// How the message travelled.
    pub channel: Channel,
    /// Where it stands now.
    pub state: SendState,
    /// Since when.
    pub at: Timestamp,
}

/// The front, as the vault calls it. Calls may repeat after a crash; handling one twice must be
/// the same as once.
#[async_trait]
pub trait FrontEvents: Send + Sync {
    /// Takes reports; returning `Ok` means they are stored.
    async fn sends_changed(&self, reports: Vec<SendReport>) -> Result<(), PeerGone>;
}

/// The other room did not answer. What it had accepted before still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("the other room does not answer")]
pub struct PeerGone;
