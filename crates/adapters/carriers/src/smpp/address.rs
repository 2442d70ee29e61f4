//! Senders and receivers as SMPP writes them (sections 5.2.5 to 5.2.9).

use numbers::E164;
use zeroize::Zeroizing;

use super::body::Address;

/// Type of number: the network finds out.
const TON_UNKNOWN: u8 = 0;
/// Type of number: with calling code.
const TON_INTERNATIONAL: u8 = 1;
/// Type of number: letters.
const TON_ALPHANUMERIC: u8 = 5;
/// Numbering plan: none.
const NPI_UNKNOWN: u8 = 0;
/// Numbering plan: E.164.
const NPI_E164: u8 = 1;
/// Digits above which a sender is a number and not a short code.
const SHORT_CODE_MAX: usize = 8;
/// Characters of an alphanumeric sender (3GPP TS 23.040, section 9.1.2.5).
const ALPHANUMERIC_MAX: usize = 11;

/// The person.
#[must_use]
pub fn receiver(number: &E164) -> Address {
    Address {
        ton: TON_INTERNATIONAL,
        npi: NPI_E164,
        text: Zeroizing::new(number.digits().to_owned()),
    }
}

/// The sender shown: a number with or without `+`, a short code of up to 8 digits, or up to 11
/// letters, digits and spaces. `None` for anything else.
#[must_use]
pub fn sender(text: &str) -> Option<Address> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let (ton, npi, text) = if digits.bytes().all(|octet| octet.is_ascii_digit()) {
        match digits.len() {
            0 | 16.. => return None,
            1..=SHORT_CODE_MAX if digits == text => (TON_UNKNOWN, NPI_UNKNOWN, digits),
            _ => (TON_INTERNATIONAL, NPI_E164, digits),
        }
    } else {
        let plain = |octet: u8| octet.is_ascii_alphanumeric() || octet == b' ';
        if text.len() > ALPHANUMERIC_MAX || !text.bytes().all(plain) {
            return None;
        }
        (TON_ALPHANUMERIC, NPI_UNKNOWN, text)
    };
    Some(Address {
        ton,
        npi,
        text: Zeroizing::new(text.to_owned()),
    })
}

/// Who wrote to us: a number with its calling code; `None` for short codes and names.
#[must_use]
pub fn person(address: &Address) -> Option<E164> {
    let digits = address.text.trim_start_matches('+');
    let international = address.ton == TON_INTERNATIONAL
        || address.text.starts_with('+')
        || (address.ton == TON_UNKNOWN && digits.len() > SHORT_CODE_MAX);
    if !international {
        return None;
    }
    let text = Zeroizing::new(format!("+{digits}"));
    E164::from_canonical(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<(u8, u8)> {
        sender(text).map(|address| (address.ton, address.npi))
    }

    #[test]
    fn senders_are_numbers_short_codes_or_names() {
        assert_eq!(kind("+447700900123"), Some((1, 1)));
        assert_eq!(kind("447700900123"), Some((1, 1)));
        assert_eq!(kind("60777"), Some((0, 0)));
        assert_eq!(kind("HARBOUR"), Some((5, 0)));
        assert_eq!(kind("Harbour 24"), Some((5, 0)));
    }

    #[test]
    fn what_no_network_shows_is_refused() {
        for text in [
            "",
            "+",
            "HARBOURCHAT24",
            "Härbour",
            "a\0b",
            "1234567890123456",
        ] {
            assert_eq!(kind(text), None, "{text:?}");
        }
    }

    #[test]
    fn only_whole_numbers_are_people() {
        let from = |ton, text: &str| {
            let text = Zeroizing::new(text.to_owned());
            person(&Address { ton, npi: 1, text })
        };
        let number = E164::from_canonical("+447700900123").ok();
        assert_eq!(from(1, "447700900123"), number);
        assert_eq!(from(0, "+447700900123"), number);
        assert_eq!(from(0, "447700900123"), number);
        assert_eq!(from(0, "60777"), None);
        assert_eq!(from(5, "HARBOUR"), None);
        assert_eq!(from(1, "44770090x123"), None);
        assert_eq!(from(1, ""), None);
    }
}
