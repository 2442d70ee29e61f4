//! What a code is for, and how it reaches a person.

use serde::{Deserialize, Serialize};

/// What a code is for. A code for one purpose is useless for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodePurpose {
    /// Create an account.
    Signup,
    /// Sign in to an account that exists.
    Login,
    /// Regain an account.
    Recovery,
    /// Confirm one sensitive step.
    StepUp,
}

impl CodePurpose {
    /// The stable name in answers, leaves and authenticated data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signup => "signup",
            Self::Login => "login",
            Self::Recovery => "recovery",
            Self::StepUp => "step_up",
        }
    }

    /// The stable number in rows.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Signup => 1,
            Self::Login => 2,
            Self::Recovery => 3,
            Self::StepUp => 4,
        }
    }

    /// The purpose with this number.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Signup),
            2 => Some(Self::Login),
            3 => Some(Self::Recovery),
            4 => Some(Self::StepUp),
            _ => None,
        }
    }
}

/// A way to bring a code to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A text message.
    Sms,
    /// A phone call that speaks the code.
    Voice,
}

impl Channel {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Voice => "voice",
        }
    }

    /// The other way.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Sms => Self::Voice,
            Self::Voice => Self::Sms,
        }
    }

    /// The stable number in rows.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Sms => 1,
            Self::Voice => 2,
        }
    }

    /// The channel with this number.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Sms),
            2 => Some(Self::Voice),
            _ => None,
        }
    }
}

/// What the caller asks for: one channel, or the best one for this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum ChannelChoice {
    /// Text where the line takes texts, else a call; falls back by itself.
    #[default]
    Auto,
    /// Text only.
    Sms,
    /// Call only.
    Voice,
}

impl ChannelChoice {
    /// The channel the caller insists on, if any.
    #[must_use]
    pub const fn fixed(self) -> Option<Channel> {
        match self {
            Self::Auto => None,
            Self::Sms => Some(Channel::Sms),
            Self::Voice => Some(Channel::Voice),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_rows_lead_back_to_the_same_value() {
        for code in 0..=u8::MAX {
            assert!(CodePurpose::from_code(code).is_none_or(|p| p.code() == code));
            assert!(Channel::from_code(code).is_none_or(|c| c.code() == code));
        }
    }
}
