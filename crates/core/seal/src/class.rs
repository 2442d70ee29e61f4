//! Purpose classes: one opening key pair for each.

use std::fmt;

/// What a number may be opened for. A record carries one wrap per class it may be opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Class {
    /// Codes the person asked for, and recovery. Opens every record, by design.
    Account = 1,
    /// Recycling and SIM checks.
    Hygiene = 2,
    /// Staff, only with a grant.
    Staff = 3,
    /// Security codes the system starts, when switched on.
    SecurityCodes = 4,
    /// Notices by text.
    NotifySms = 5,
    /// Notices by call.
    NotifyVoice = 6,
    /// Conversations by text.
    ChatSms = 7,
    /// Conversations by call.
    ChatVoice = 8,
    /// Direct support.
    Support = 9,
    /// Subscriptions (only in the consented profile).
    Subscriptions = 10,
    /// Cross-promotion (only in the consented profile).
    CrossPromo = 11,
    /// Advertising (only in the consented profile).
    Ads = 12,
}

impl Class {
    /// Every class, in the order of its code.
    pub const ALL: [Class; 12] = [
        Class::Account,
        Class::Hygiene,
        Class::Staff,
        Class::SecurityCodes,
        Class::NotifySms,
        Class::NotifyVoice,
        Class::ChatSms,
        Class::ChatVoice,
        Class::Support,
        Class::Subscriptions,
        Class::CrossPromo,
        Class::Ads,
    ];

    /// Stable code, for columns and leaves.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The class with this code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.code() == code)
    }

    /// Stable name, part of key names and of the wrap's `info`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Class::Account => "account",
            Class::Hygiene => "hygiene",
            Class::Staff => "staff",
            Class::SecurityCodes => "security_codes",
            Class::NotifySms => "notify_sms",
            Class::NotifyVoice => "notify_voice",
            Class::ChatSms => "chat_sms",
            Class::ChatVoice => "chat_voice",
            Class::Support => "support",
            Class::Subscriptions => "subscriptions",
            Class::CrossPromo => "cross_promo",
            Class::Ads => "ads",
        }
    }

    /// The class with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_lead_back() {
        for class in Class::ALL {
            assert_eq!(Class::from_code(class.code()), Some(class));
            assert_eq!(Class::from_name(class.name()), Some(class));
        }
        assert_eq!(Class::from_code(0), None);
        assert_eq!(Class::from_code(13), None);
        assert_eq!(Class::from_name("Account"), None);
    }

    #[test]
    fn stored_codes_never_change() {
        let codes: Vec<_> = Class::ALL.iter().map(|c| (c.code(), c.name())).collect();
        assert_eq!(codes[0], (1, "account"));
        assert_eq!(codes[3], (4, "security_codes"));
        assert_eq!(codes[11], (12, "ads"));
    }
}
