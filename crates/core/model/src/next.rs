//! What may be done next, when, and why not now.

use serde::{Deserialize, Serialize};

use crate::Channel;

/// Why a channel cannot be used at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// A message went out a moment ago; it may still arrive.
    TooSoon,
    /// This number was sent as much as it may be sent for now.
    NumberLimit,
    /// The application, the address or the whole instance has used up its share for now.
    SendLimit,
    /// The line cannot take this channel, such as a text to a landline.
    LineType,
    /// The application does not offer this channel.
    NotOffered,
    /// The verification is over.
    Finished,
}

/// Whether one channel may be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelState {
    /// Whether a message may be asked for now.
    pub allowed: bool,
    /// Seconds until it may be; 0 when it may now, and when waiting does not help.
    pub after_seconds: u32,
    /// Why not now.
    pub reason: Option<WaitReason>,
}

impl ChannelState {
    /// Open now.
    pub const OPEN: Self = Self {
        allowed: true,
        after_seconds: 0,
        reason: None,
    };

    /// Closed for good, for `reason`.
    #[must_use]
    pub const fn closed(reason: WaitReason) -> Self {
        Self {
            allowed: false,
            after_seconds: 0,
            reason: Some(reason),
        }
    }

    /// Closed for `after_seconds`, for `reason`; open when nothing is left to wait.
    #[must_use]
    pub const fn wait(after_seconds: u32, reason: WaitReason) -> Self {
        if after_seconds == 0 {
            return Self::OPEN;
        }
        Self {
            allowed: false,
            after_seconds,
            reason: Some(reason),
        }
    }

    /// The stricter of two answers about the same channel: closed for good before a longer wait
    /// before a shorter one.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        let weight = |state: Self| match (state.allowed, state.after_seconds) {
            (true, _) => 0,
            (false, 0) => u64::MAX,
            (false, seconds) => u64::from(seconds),
        };
        if weight(other) > weight(self) {
            other
        } else {
            self
        }
    }

    /// The wait rounded up to `step` seconds, so that a stranger does not learn another
    /// person's exact times.
    #[must_use]
    pub fn rounded(self, step: u32) -> Self {
        Self {
            after_seconds: self.after_seconds.next_multiple_of(step.max(1)),
            ..self
        }
    }
}

/// The state of every channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextChannels {
    /// Text messages.
    pub sms: ChannelState,
    /// Calls.
    pub voice: ChannelState,
}

impl NextChannels {
    /// The state of `channel`.
    #[must_use]
    pub const fn of(&self, channel: Channel) -> ChannelState {
        match channel {
            Channel::Sms => self.sms,
            Channel::Voice => self.voice,
        }
    }

    /// The same answer for both channels.
    #[must_use]
    pub const fn both(state: ChannelState) -> Self {
        Self {
            sms: state,
            voice: state,
        }
    }

    /// Channel by channel the stricter of two answers.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            sms: self.sms.stricter(other.sms),
            voice: self.voice.stricter(other.voice),
        }
    }

    /// The shortest wait after which some channel opens; `None` when none ever does.
    #[must_use]
    pub fn soonest(&self) -> Option<u32> {
        [self.sms, self.voice]
            .into_iter()
            .filter(|state| state.allowed || state.after_seconds > 0)
            .map(|state| state.after_seconds)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_answers_the_stricter_one_counts() {
        let wait = ChannelState::wait(30, WaitReason::TooSoon);
        let closed = ChannelState::closed(WaitReason::LineType);
        assert_eq!(ChannelState::OPEN.stricter(wait), wait);
        assert_eq!(closed.stricter(wait), closed);
        assert_eq!(
            wait.stricter(ChannelState::wait(60, WaitReason::SendLimit))
                .after_seconds,
            60
        );
    }

    #[test]
    fn a_strangers_wait_is_rounded_up() {
        let wait = ChannelState::wait(31, WaitReason::TooSoon);
        assert_eq!(wait.rounded(30).after_seconds, 60);
        assert_eq!(ChannelState::OPEN.rounded(30), ChannelState::OPEN);
    }

    #[test]
    fn a_wait_of_nothing_is_open() {
        assert_eq!(
            ChannelState::wait(0, WaitReason::TooSoon),
            ChannelState::OPEN
        );
    }
}
