//! Numbers written for people.

use std::fmt;

use zeroize::Zeroizing;

use crate::{E164, groups::Grouped, plan, table::Template};

/// The most digits of a number that [`masked`] leaves to see.
const SHOWN_DIGITS_MAX: usize = 4;

/// Room for a grouped number, so that no half-written copy is left behind by growing.
const ROOM: usize = 48;

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

    /// The text, and more behind it.
    pub(crate) fn followed_by(mut self, prefix: &str, text: &str) -> Self {
        let mut whole = Zeroizing::new(String::with_capacity(2 * ROOM));
        for part in [self.as_str(), prefix, text] {
            whole.push_str(part);
        }
        self.0 = whole;
        self
    }
}

impl fmt::Debug for Formatted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Formatted(..)")
    }
}

/// How to write a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// `+447700900123`: for machines (ITU-T E.164).
    E164,
    /// `+44 7700 900123`: as written abroad (ITU-T E.123).
    International,
    /// `07700 900123`: as dialled within its country.
    National,
    /// `tel:+44-7700-900123`: a link (RFC 3966, section 3).
    Rfc3966,
}

/// Writes a number.
///
/// A number of no known plan, which only [`E164::from_canonical`] can have let in, is written
/// without groups.
pub fn format(number: &E164, style: Style) -> Formatted {
    let digits = number.digit_bytes();
    let mut out = String::with_capacity(ROOM);
    match (style, plan::split_calling_code(digits)) {
        (Style::Rfc3966, split) => {
            out.push_str("tel:");
            let mut groups = Zeroizing::new(String::with_capacity(ROOM));
            abroad(split, number, &mut groups);
            hyphenate(&groups, &mut out);
        }
        (Style::International, split) => abroad(split, number, &mut out),
        (Style::National, Some((code, national))) => {
            Grouped::of(code, national, true).write(Template::Home, &mut out);
        }
        (Style::E164, _) | (_, None) => out.push_str(number.as_str()),
    }
    Formatted(Zeroizing::new(out))
}

fn abroad(split: Option<(u16, &[u8])>, number: &E164, out: &mut String) {
    let Some((code, national)) = split else {
        out.push_str(number.as_str());
        return;
    };
    out.push_str(
        number
            .as_str()
            .get(..=plan::digit_count(code))
            .unwrap_or_default(),
    );
    out.push(' ');
    Grouped::of(code, national, false).write(Template::Abroad, out);
}

/// Digits and `+` as they are, whatever stands between groups as one hyphen.
fn hyphenate(text: &str, out: &mut String) {
    let mut parted = false;
    for c in text.chars() {
        let part = c == '+' || c.is_ascii_digit();
        if part && parted {
            out.push('-');
        }
        if part {
            out.push(c);
        }
        parted = !part;
    }
}

/// The number as written abroad: [`Style::International`].
pub fn format_international(number: &E164) -> Formatted {
    format(number, Style::International)
}

/// The number as dialled within its country: [`Style::National`].
pub fn format_national(number: &E164) -> Formatted {
    format(number, Style::National)
}

/// The number with most digits hidden, such as `+44 •••• ••0123`: enough for its owner to tell
/// two of their numbers apart.
///
/// The calling code and the grouping stay. Of the national digits the last four are shown, and of
/// short numbers fewer, never more than two in five. It is still a secret type: it says more than
/// a log may.
pub fn masked(number: &E164) -> Formatted {
    let (code_digits, national_digits) = match plan::split_calling_code(number.digit_bytes()) {
        Some((code, national)) => (plan::digit_count(code), national.len()),
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
    fn one_number_in_every_style() {
        let styles = [
            (Style::E164, "+12015550123"),
            (Style::International, "+1 201-555-0123"),
            (Style::National, "(201) 555-0123"),
            (Style::Rfc3966, "tel:+1-201-555-0123"),
        ];
        for (style, text) in styles {
            assert_eq!(format(&number("+12015550123"), style).as_str(), text);
        }
        let nowhere = number("+999123");
        assert_eq!(format(&nowhere, Style::Rfc3966).as_str(), "tel:+999123");
        assert_eq!(format(&nowhere, Style::National).as_str(), "+999123");
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
