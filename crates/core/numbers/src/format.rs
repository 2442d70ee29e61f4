//! Numbers written for people.

use std::fmt;

use zeroize::Zeroizing;

use crate::{E164, plan};

/// The most digits of a number that [`masked`] leaves to see.
const SHOWN_DIGITS_MAX: usize = 4;

/// A number written for a person: as secret as the number itself, wiped on drop.
///
/// Like [`E164`] it has neither `Display` nor serde's traits, and `Debug` prints
/// `Formatted(..)`. A page that shows it does so with [`as_str`](Self::as_str).
#[derive(Clone, PartialEq, Eq)]
pub struct Formatted(Zeroizing<String>);

impl Formatted {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Formatted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Formatted(..)")
    }
}

/// The number as written abroad, such as `+44 7700 900123` (ITU-T E.123).
pub fn format_international(number: &E164) -> Formatted {
    formatted(number, true)
}

/// The number as dialled within its country, such as `07700 900123`.
pub fn format_national(number: &E164) -> Formatted {
    formatted(number, false)
}

/// Falls back to the bare number where no plan is known, which only a number from
/// [`E164::from_canonical`] can cause.
fn formatted(number: &E164, international: bool) -> Formatted {
    let text = plan::split_calling_code(number.digits())
        .and_then(|(code, national)| plan::format(code, national, international));
    Formatted(Zeroizing::new(
        text.unwrap_or_else(|| number.as_str().to_owned()),
    ))
}

/// The number with most digits hidden, such as `+44 •••• ••0123`: enough for its owner to tell
/// two of their numbers apart.
///
/// The calling code and the grouping stay. Of the national digits the last four are shown, and of
/// short numbers fewer, never more than two in five. It is still a secret type: it says more than
/// a log may.
pub fn masked(number: &E164) -> Formatted {
    let (code_digits, national_digits) = match plan::split_calling_code(number.digits()) {
        Some((code, national)) => (code.to_string().len(), national.len()),
        None => (0, number.digits().len()),
    };
    let shown = SHOWN_DIGITS_MAX.min(national_digits * 2 / 5);
    let hidden = code_digits..code_digits + national_digits - shown;
    let text = format_international(number);
    let mut place = 0;
    let mut out = String::with_capacity(text.as_str().len() * 3);
    for c in text.as_str().chars() {
        out.push(if c.is_ascii_digit() && hidden.contains(&place) {
            '•'
        } else {
            c
        });
        place += usize::from(c.is_ascii_digit());
    }
    Formatted(Zeroizing::new(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> E164 {
        E164::from_canonical(text).unwrap()
    }

    #[test]
    fn numbers_are_grouped_as_their_plan_writes_them() {
        let gb = number("+447700900123");
        assert_eq!(format_international(&gb).as_str(), "+44 7700 900123");
        assert_eq!(format_national(&gb).as_str(), "07700 900123");
        assert_eq!(
            format_national(&number("+12015550123")).as_str(),
            "(201) 555-0123"
        );
    }

    #[test]
    fn a_mask_keeps_calling_code_grouping_and_four_digits() {
        assert_eq!(masked(&number("+447700900018")).as_str(), "+44 •••• ••0018");
        assert_eq!(masked(&number("+12015550123")).as_str(), "+1 •••-•••-0123");
    }

    #[test]
    fn a_short_number_shows_less() {
        // Saint Helena has five-digit numbers.
        assert_eq!(
            masked(&number("+29051234")).as_str().matches('•').count(),
            3
        );
        assert_eq!(masked(&number("+99")).as_str(), "+••");
    }

    #[test]
    fn a_number_of_no_plan_is_written_bare() {
        assert_eq!(format_international(&number("+999123")).as_str(), "+999123");
    }

    #[test]
    fn debug_says_nothing() {
        assert_eq!(
            format!("{:?}", masked(&number("+447700900018"))),
            "Formatted(..)"
        );
    }
}
