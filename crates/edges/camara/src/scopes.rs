//! What a token is good for, in the contracts' own words.

/// One operation, or both of `one-time-password-sms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Send and validate codes.
    Otp,
    /// Ask whether a SIM card was changed within some hours.
    SimSwapCheck,
    /// Ask when it was changed.
    SimSwapDate,
    /// Compare a number with that of a device. Only with the operator's own token.
    NumberVerify,
}

const NAMES: [(Scope, &str); 4] = [
    (Scope::Otp, "one-time-password-sms:send-validate"),
    (Scope::SimSwapCheck, "sim-swap:check"),
    (Scope::SimSwapDate, "sim-swap:retrieve-date"),
    (Scope::NumberVerify, "number-verification:verify"),
];
/// Both operations of `sim-swap`.
const SIM_SWAP: &str = "sim-swap";
/// What a caller says its questions are for; it may stand beside scopes.
const PURPOSE: &str = "dpv:";

impl Scope {
    const fn bit(self) -> u8 {
        match self {
            Self::Otp => 1,
            Self::SimSwapCheck => 2,
            Self::SimSwapDate => 4,
            Self::NumberVerify => 8,
        }
    }
}

/// Several of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scopes(u8);

impl Scopes {
    /// What a client gets that asks for nothing.
    pub(crate) const USUAL: Self = Self(Scope::Otp.bit());
    /// What a client may have by its own word.
    pub(crate) const CLIENTS: Self =
        Self(Scope::Otp.bit() | Scope::SimSwapCheck.bit() | Scope::SimSwapDate.bit());
    /// What takes the operator's word for the person.
    pub(crate) const PERSONS: Self = Self(Scope::NumberVerify.bit());

    pub(crate) const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    pub(crate) const fn code(self) -> u8 {
        self.0
    }

    /// Those with this number; nothing where there is none or a bit of no scope.
    pub(crate) fn from_code(code: u8) -> Option<Self> {
        let known = Self::CLIENTS.0 | Self::PERSONS.0;
        (code != 0 && code & !known == 0).then_some(Self(code))
    }

    /// Those that are asked for, if there is one and all are among `allowed`.
    pub(crate) fn read(asked: &str, allowed: Self) -> Option<Self> {
        let mut bits = 0;
        for word in asked.split_ascii_whitespace() {
            bits |= match NAMES.iter().find(|(_, name)| *name == word) {
                Some((scope, _)) => scope.bit(),
                None if word == SIM_SWAP => Scope::SimSwapCheck.bit() | Scope::SimSwapDate.bit(),
                None if word.starts_with(PURPOSE) => 0,
                None => return None,
            };
        }
        Self::from_code(bits).filter(|_| bits & !allowed.0 == 0)
    }

    /// As a token request and its answer write them.
    pub(crate) fn text(self) -> String {
        let held = NAMES.iter().filter(|(scope, _)| self.has(*scope));
        held.map(|(_, name)| *name).collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scopes_are_read_in_the_contracts_words() {
        let read = |asked| Scopes::read(asked, Scopes::CLIENTS).map(Scopes::text);
        let both = "sim-swap:check sim-swap:retrieve-date";
        assert_eq!(read("sim-swap").as_deref(), Some(both));
        let asked = "dpv:FraudPreventionAndDetection sim-swap:check";
        assert_eq!(read(asked).as_deref(), Some("sim-swap:check"));
        for asked in [
            "",
            "dpv:FraudPreventionAndDetection",
            "number-verification:verify",
            "number-verification:device-phone-number:read",
            "sim-swap:check openid",
        ] {
            assert_eq!(read(asked), None, "{asked}");
        }
    }

    proptest! {
        #[test]
        fn what_a_token_holds_is_read_back(code: u8) {
            match Scopes::from_code(code) {
                Some(scopes) => prop_assert_eq!(scopes.code(), code),
                None => prop_assert!(code == 0 || code > 15),
            }
        }

        #[test]
        fn no_text_makes_the_reader_panic(asked in ".{0,100}") {
            let _ = Scopes::read(&asked, Scopes::PERSONS);
        }
    }
}
