//! Grouping while a number is being typed.

use crate::{
    Region,
    groups::Grouped,
    plan::{self, NATIONAL_MAX},
    table::{CodePlan, RegionPlan, Template},
    unicode::{Kind, kind},
};

/// The longest number that is grouped; longer ones are returned as bare digits.
const DIGITS_GROUPED_MAX: usize = 20;

/// Groups the digits typed so far as the finished number will be, such as `07700 9` for `077009`
/// in GB, or `+44 7700 9` for `+4477009` anywhere.
///
/// The digits are completed on the shortest way to a number that the plan has in use, the whole is
/// formatted, and cut after the last digit typed: the groups are those of the number that would
/// come out. What cannot be grouped (too short, too long, an unknown region or calling code, the
/// beginning of no number) is returned ungrouped, never changed. Characters other than digits and
/// a leading `+` are dropped.
pub fn as_you_type(region: Region, digits_so_far: &str) -> String {
    let typed = typed_digits(digits_so_far);
    if typed.len() > DIGITS_GROUPED_MAX {
        return typed;
    }
    let grouped = match typed.strip_prefix('+') {
        Some(digits) => international(digits),
        None if typed.len() < 3 => None,
        None => national(region, typed.as_bytes()),
    };
    grouped.unwrap_or(typed)
}

/// The digits of a text in ASCII, and a `+` before them.
pub(crate) fn typed_digits(text: &str) -> String {
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

fn international(typed: &str) -> Option<String> {
    let (code, national) = plan::split_calling_code(typed.as_bytes())?;
    if national.is_empty() {
        return None;
    }
    let behind = behind_code(CodePlan::of(code)?, national)?;
    Some(format!("+{code} {behind}"))
}

/// The groups of what stands behind a calling code.
pub(crate) fn behind_code(plan: CodePlan, national: &[u8]) -> Option<String> {
    let whole = completed(plan, national)?;
    let mut out = String::new();
    Grouped::of(plan.calling_code(), &whole, false).write(Template::Abroad, &mut out);
    cut_after(&out, national)
}

/// The groups of what is typed at home.
pub(crate) fn national(region: Region, typed: &[u8]) -> Option<String> {
    let home = RegionPlan::of(region.letters())?;
    let code = home.calling_code();
    let without_trunk = plan::without_trunk_prefix(region, typed);
    // What is typed may begin with a trunk prefix, which the national form has and the bare lacks.
    let tries = [
        (without_trunk, Template::Home),
        (typed, Template::Home),
        (typed, Template::Bare),
    ];
    tries.into_iter().find_map(|(digits, template)| {
        let whole = completed(CodePlan::of(code)?, digits)?;
        let mut out = String::new();
        Grouped::of(code, &whole, true).write(template, &mut out);
        cut_after(&out, typed)
    })
}

/// The shortest number in use that begins with these digits, by the nearest way at each digit.
fn completed(plan: CodePlan, digits: &[u8]) -> Option<Vec<u8>> {
    let mut state = plan.national().walk(digits);
    let mut whole = digits.to_vec();
    while state.outcome() == 0 {
        let digit = state.nearest().filter(|_| whole.len() < NATIONAL_MAX)?;
        state = state.step(digit);
        whole.push(digit);
    }
    Some(whole)
}

/// The beginning of `whole` that holds exactly the digits of `typed`, with an opened bracket
/// closed only if its group is complete.
fn cut_after(whole: &str, typed: &[u8]) -> Option<String> {
    let digits = whole.bytes().filter(u8::is_ascii_digit);
    if !digits.take(typed.len()).eq(typed.iter().copied()) {
        return None;
    }
    cut_after_count(whole, typed.len(), |c| c.is_ascii_digit())
}

/// The beginning of `whole` that holds so many places, as [`cut_after`] cuts it.
pub(crate) fn cut_after_count(
    whole: &str,
    count: usize,
    is_place: fn(char) -> bool,
) -> Option<String> {
    let mut wanted = count;
    let mut out = String::new();
    let mut chars = whole.chars().peekable();
    while wanted > 0 {
        let c = chars.next()?;
        wanted -= usize::from(is_place(c));
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
    fn a_number_without_its_trunk_prefix_is_grouped_too() {
        let gb = Region::parse("GB").unwrap();
        assert_eq!(as_you_type(gb, "7400123456"), "7400 123456");
        assert_eq!(as_you_type(gb, "740012"), "7400 12");
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
                for digits in [
                    digits.to_owned(),
                    format!("{}{digits}", country.calling_code),
                ] {
                    let text = as_you_type(country.region, &digits);
                    let kept: String = text.chars().filter(char::is_ascii_digit).collect();
                    assert_eq!(kept, digits, "{:?}", country.region);
                    let text = as_you_type(country.region, &format!("+{digits}"));
                    let kept: String = text.chars().filter(char::is_ascii_digit).collect();
                    assert!(kept == digits && text.starts_with('+'), "{text}");
                }
            }
        }
    }

    #[test]
    fn an_international_number_is_grouped_wherever_it_is_typed() {
        for region in [Region::parse("GB").unwrap(), Region::WORLD] {
            assert_eq!(as_you_type(region, "+44 74001"), "+44 7400 1");
            assert_eq!(as_you_type(region, "+1201555"), "+1 201-555");
            assert_eq!(as_you_type(region, "+44"), "+44");
            assert_eq!(as_you_type(region, "+999123"), "+999123");
        }
    }

    #[test]
    fn what_is_the_beginning_of_no_number_is_left_alone() {
        let gb = Region::parse("GB").unwrap();
        assert_eq!(as_you_type(gb, "0000000"), "0000000");
        assert_eq!(as_you_type(Region::WORLD, "12345"), "12345");
    }
}
