//! A verification as the front sees it: an enum with consuming transitions. The vault is the
//! judge; this is the read copy that answers, lists and metrics are made from.

use serde::{Deserialize, Serialize};

use crate::{Subject, Timestamp};

/// The word for a verification's state in answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A code is out and may still be typed.
    Pending,
    /// The right code was typed in time.
    Approved,
    /// The time ran out.
    Expired,
    /// The guesses ran out.
    Locked,
    /// It was called off.
    Canceled,
}

impl Status {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Expired => "expired",
            Self::Locked => "locked",
            Self::Canceled => "canceled",
        }
    }

    /// The stable number in rows.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Pending => 1,
            Self::Approved => 2,
            Self::Expired => 3,
            Self::Locked => 4,
            Self::Canceled => 5,
        }
    }

    /// The status with this number.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Pending),
            2 => Some(Self::Approved),
            3 => Some(Self::Expired),
            4 => Some(Self::Locked),
            5 => Some(Self::Canceled),
            _ => None,
        }
    }
}

/// Where a verification stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lifecycle {
    /// A code is out.
    Pending {
        /// When it ends by itself.
        expires_at: Timestamp,
    },
    /// Proven.
    Approved {
        /// The account, absent where the person proved a number that has none.
        subject: Option<Subject>,
        /// Whether this verification made the account.
        new_account: bool,
        /// When.
        at: Timestamp,
    },
    /// Ended by time.
    Expired,
    /// Ended by wrong guesses.
    Locked,
    /// Ended by the caller.
    Canceled,
}

/// What the vault said to one guess, as far as the lifecycle cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckSeen {
    /// The code was right.
    Approved {
        /// The account, if there is one.
        subject: Option<Subject>,
        /// Whether it is new.
        new_account: bool,
    },
    /// The code was wrong and more guesses are left.
    Wrong,
    /// Too late.
    Expired,
    /// No guesses left.
    Locked,
}

/// A transition that this state does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a verification that is {from:?} cannot take this step")]
pub struct LifecycleError {
    /// The state it was in.
    pub from: Status,
}

impl Lifecycle {
    /// A verification whose code just went out.
    #[must_use]
    pub const fn started(expires_at: Timestamp) -> Self {
        Self::Pending { expires_at }
    }

    /// The state in one word at `now`.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> Status {
        match self {
            Self::Pending { expires_at } if *expires_at <= now => Status::Expired,
            Self::Pending { .. } => Status::Pending,
            Self::Approved { .. } => Status::Approved,
            Self::Expired => Status::Expired,
            Self::Locked => Status::Locked,
            Self::Canceled => Status::Canceled,
        }
    }

    /// After the vault judged one guess.
    ///
    /// # Errors
    /// [`LifecycleError`] when the verification had already ended differently: the vault's word
    /// and this copy disagree, which is worth an alarm.
    pub fn checked(self, seen: CheckSeen, now: Timestamp) -> Result<Self, LifecycleError> {
        match (self, seen) {
            (
                Self::Pending { .. },
                CheckSeen::Approved {
                    subject,
                    new_account,
                },
            ) => Ok(Self::Approved {
                subject,
                new_account,
                at: now,
            }),
            (pending @ Self::Pending { .. }, CheckSeen::Wrong) => Ok(pending),
            (Self::Pending { .. } | Self::Expired, CheckSeen::Expired) => Ok(Self::Expired),
            (Self::Pending { .. } | Self::Locked, CheckSeen::Locked) => Ok(Self::Locked),
            (done @ Self::Approved { .. }, CheckSeen::Approved { .. }) => Ok(done),
            (other, _) => Err(LifecycleError {
                from: other.status(now),
            }),
        }
    }

    /// After a resend: the end moves to what the vault says.
    ///
    /// # Errors
    /// [`LifecycleError`] when the verification has ended.
    pub fn resent(self, expires_at: Timestamp, now: Timestamp) -> Result<Self, LifecycleError> {
        match self {
            Self::Pending { .. } => Ok(Self::Pending { expires_at }),
            other => Err(LifecycleError {
                from: other.status(now),
            }),
        }
    }

    /// Called off by the caller; calling off twice is the same as once.
    ///
    /// # Errors
    /// [`LifecycleError`] when it was already approved.
    pub fn canceled(self, now: Timestamp) -> Result<Self, LifecycleError> {
        match self {
            Self::Approved { .. } => Err(LifecycleError {
                from: self.status(now),
            }),
            _ => Ok(Self::Canceled),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);
    const LATER: Timestamp = Timestamp::from_millis(9_000);

    fn approved() -> CheckSeen {
        CheckSeen::Approved {
            subject: Some(Subject::from_bytes([1; 16])),
            new_account: true,
        }
    }

    #[test]
    fn a_pending_verification_expires_by_itself() {
        let pending = Lifecycle::started(LATER);
        assert_eq!(pending.status(NOW), Status::Pending);
        assert_eq!(pending.status(LATER), Status::Expired);
    }

    #[test]
    fn approval_repeats_and_keeps_its_first_time() {
        let first = Lifecycle::started(LATER).checked(approved(), NOW).unwrap();
        assert_eq!(first.clone().checked(approved(), LATER).unwrap(), first);
    }

    #[test]
    fn what_was_called_off_cannot_be_approved() {
        let off = Lifecycle::started(LATER).canceled(NOW).unwrap();
        assert_eq!(
            off.checked(approved(), NOW),
            Err(LifecycleError {
                from: Status::Canceled
            })
        );
    }

    #[test]
    fn what_was_approved_cannot_be_called_off() {
        let done = Lifecycle::started(LATER).checked(approved(), NOW).unwrap();
        assert!(done.canceled(NOW).is_err());
    }

    #[test]
    fn status_numbers_lead_back_to_the_same_status() {
        for code in 0..=u8::MAX {
            assert!(Status::from_code(code).is_none_or(|s| s.code() == code));
        }
    }
}
