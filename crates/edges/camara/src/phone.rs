//! `PhoneNumber` as the contracts write it.

/// Why a number is refused that does not fit.
pub(crate) const FORM: &str = "`phoneNumber` must be + and 5 to 15 digits.";

/// `^\+[1-9][0-9]{4,14}$`.
pub(crate) fn is_phone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (5..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_number_of_the_contracts_pattern_is_read(text in r"\+[1-9][0-9]{4,14}") {
            prop_assert!(is_phone_number(&text));
        }

        #[test]
        fn no_other_text_is_a_number(text in r"\+?[0-9 ]{0,17}") {
            let digits = text.strip_prefix('+');
            let fits = digits.is_some_and(|digits| {
                (5..=15).contains(&digits.len()) && !digits.starts_with('0') && !digits.contains(' ')
            });
            prop_assert_eq!(is_phone_number(&text), fits);
        }
    }
}
