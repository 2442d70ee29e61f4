//! Grouping while a number is being typed.

use crate::{
    Region, calling_code_of, plan,
    unicode::{Kind, kind},
};

/// The longest number that is grouped; longer ones are returned as bare digits.
const DIGITS_GROUPED_MAX: usize = 17;

/// Groups the digits typed so far as the finished national number will be, such as `07700 9` for
/// `077009` in GB.
///
/// The engine has no as-you-type formatter. So the digits are completed with those of an example
/// of the region, the whole is formatted, and cut after the last digit typed: the groups are those
/// of the number that would come out. What cannot be grouped (too long, an unknown region, a
/// beginning that the plan rewrites, anything after `+`) is returned ungrouped, never changed.
/// Characters other than digits and a leading `+` are dropped.
pub fn as_you_type(region: Region, digits_so_far: &str) -> String {
    let typed = typed_digits(digits_so_far);
    if typed.starts_with('+') || typed.len() < 3 || typed.len() > DIGITS_GROUPED_MAX {
        return typed;
    }
    grouped(region, &typed).unwrap_or(typed)
}

fn typed_digits(text: &str) -> String {
    let mut typed = String::new();
    for c in text.chars().take(crate::INPUT_MAX_BYTES) {
        match kind(c) {
            Kind::Digit(digit) => typed.push(char::from(digit)),
            Kind::Plus if typed.is_empty() => typed.push('+'),
            _ => {}
        }
    }
    typed
}

fn grouped(region: Region, typed: &str) -> Option<String> {
    let calling_code = calling_code_of(region)?;
    let example = plan::example(region)?;
    // What is typed may begin with a trunk prefix that the example lacks: try both alignments.
    let written = plan::format(calling_code, &example, false)?;
    let written: String = written.chars().filter(char::is_ascii_digit).collect();
    [written.as_str(), example.as_str()]
        .iter()
        .find_map(|pattern| {
            let completed = format!("{typed}{}", pattern.get(typed.len()..).unwrap_or_default());
            let plan::National::Number(code, national) =
                plan::read(&completed, false, Some(region))
            else {
                return None;
            };
            let whole = plan::format(code, &national, false)?;
            (code == calling_code)
                .then(|| cut_after(&whole, typed))
                .flatten()
        })
}

/// The beginning of `whole` that holds exactly the digits of `typed`, with an opened bracket
/// closed only if its group is complete.
fn cut_after(whole: &str, typed: &str) -> Option<String> {
    let mut wanted = typed.chars();
    let mut out = String::new();
    let mut chars = whole.chars().peekable();
    while let Some(next) = wanted.clone().next() {
        let c = chars.next()?;
        if c.is_ascii_digit() {
            if c != next {
                return None;
            }
            wanted.next();
        }
        out.push(c);
    }
    if chars.peek() == Some(&')') {
        out.push(')');
    }
    let open = out.contains('(') && !out.contains(')');
    Some(if open { out.replace('(', "") } else { out })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(region: &str, digits: &str) -> Vec<String> {
        let region = Region::parse(region).unwrap();
        (3..=digits.len())
            .map(|n| as_you_type(region, &digits[..n]))
            .collect()
    }

    #[test]
    fn groups_grow_with_the_digits() {
        assert_eq!(
            steps("US", "2015550123"),
            [
                "(201)",
                "(201) 5",
                "(201) 55",
                "(201) 555",
                "(201) 555-0",
                "(201) 555-01",
                "(201) 555-012",
                "(201) 555-0123"
            ],
        );
        let gb = steps("GB", "07400123456");
        assert_eq!(gb.last().unwrap(), "07400 123456");
        assert_eq!(gb[4], "07400 12");
    }

    #[test]
    fn no_digit_is_ever_added_lost_or_moved() {
        for country in crate::countries() {
            for digits in [
                "1",
                "0",
                "000000",
                "123456789012",
                "07700900123",
                "99999999999999999999",
            ] {
                let text = as_you_type(country.region, digits);
                let kept: String = text.chars().filter(char::is_ascii_digit).collect();
                assert_eq!(kept, digits, "{:?}", country.region);
            }
        }
    }

    #[test]
    fn international_input_is_left_alone() {
        let gb = Region::parse("GB").unwrap();
        assert_eq!(as_you_type(gb, "+44 7700"), "+447700");
        assert_eq!(as_you_type(Region::WORLD, "12345"), "12345");
    }
}
