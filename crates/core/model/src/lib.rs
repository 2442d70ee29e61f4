//! Ids, time, purposes and pure decisions: the words every other crate speaks.
//!
//! Nothing here does I/O, reads a clock or draws randomness: both come in as arguments through
//! [`Clock`] and [`Entropy`], so that a test can repeat a whole day to the byte.

mod entropy;
mod id;
mod next;
mod purpose;
mod secret;
mod time;
mod totp;
mod verification;

pub use crate::entropy::{Entropy, EntropyError};
pub use crate::id::{
    AppKind, ApplicationId, FactorId, FactorKind, Id, IdError, IdKind, MessageId, MessageKind,
    Subject, SubjectKind, VerificationId, VerificationKind,
};
pub use crate::next::{ChannelState, NextChannels, WaitReason};
pub use crate::purpose::{Channel, ChannelChoice, CodePurpose};
pub use crate::secret::{FactorSecret, NetworkToken, SealedText, TypedCode, TypedNumber};
pub use crate::time::{Clock, Millis, TimeError, Timestamp};
pub use crate::totp::{TermsOutOfRange, TotpHash, TotpTerms};
pub use crate::verification::{CheckSeen, Lifecycle, LifecycleError, Status};
