//! The table is what its readers take it for.

use super::*;

#[test]
fn the_table_says_where_it_is_from() {
    let notice = plans_notice();
    for line in ["libphonenumber", "Version: ", "Apache-2.0", "Changes: "] {
        assert!(notice.contains(line), "{line}");
    }
    assert!(FILE.len() < 2_000_000);
}

fn digit_count(plan: CodePlan) -> usize {
    plan.calling_code().to_string().len()
}

#[test]
fn look_ups_say_the_same_as_walks() {
    let mut digits = [b'0'; 15];
    let mut seed = 7u32;
    for code in (1..1000).filter_map(CodePlan::of) {
        for _ in 0..300 {
            for digit in &mut digits {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *digit = b'0' + u8::try_from((seed >> 20) % 10).unwrap();
            }
            for length in 0..digits.len() {
                let digits = &digits[..length];
                for root in [code.national(), code.formats(true), State::whole()] {
                    assert_eq!(root.outcome_of(digits), root.walk(digits).outcome());
                }
                assert_eq!(
                    outcome_of_national(code.calling_code(), digit_count(code), digits),
                    code.national().outcome_of(digits)
                );
                let whole = [code.calling_code().to_string().as_bytes(), digits].concat();
                assert_eq!(outcome_of_whole(&whole), State::whole().outcome_of(&whole));
            }
        }
    }
}

#[test]
fn a_whole_number_and_its_national_part_have_the_same_outcome() {
    let whole = outcome_of_whole(b"12015550123");
    let national = CodePlan::of(1).unwrap().national().walk(b"2015550123");
    assert_eq!(whole, national.outcome());
    assert_eq!(outcome(whole).unwrap().0, *b"US");
    assert_eq!(outcome(0), None);
}

#[test]
fn no_read_leaves_the_table() {
    let beyond = State(u16::MAX);
    assert!(beyond.step(b'5').is_dead() && beyond.outcome() == 0);
    assert!(beyond.nearest().is_none());
    assert_eq!(outcome_of_whole(b"1201:::::::"), 0);
    assert_eq!(State::whole().step(b'a'), State::default());
    assert_eq!(RegionPlan(u16::MAX).letters(), [0, 0]);
    assert!(string(u16::MAX).is_empty());
    assert_eq!(zones(u16::MAX).count(), 0);
    assert!(State::default().is_dead() && State::default().outcome() == 0);
    assert!(State::default().step(b'1').is_dead());
}

#[test]
fn every_region_is_found_by_its_letters() {
    for place in 0..REGIONS.len() / REGION_BYTES {
        let plan = RegionPlan(u16::try_from(place).unwrap());
        let found = RegionPlan::of(plan.letters());
        assert_eq!(found, Some(plan).filter(|p| p.letters() != *b"ZZ"));
    }
    for letters in [*b"QQ", *b"ZZ", *b"gb", *b"G\x00", *b"@z", [0xFF; 2]] {
        assert_eq!(RegionPlan::of(letters), None);
    }
}

#[test]
fn a_calling_code_is_found_by_itself_and_by_what_begins_with_it() {
    for (digits, code) in [
        ("1", 1),
        ("12", 1),
        ("44", 44),
        ("447700", 44),
        ("998", 998),
    ] {
        let plan = CodePlan::beginning(digits.as_bytes()).unwrap();
        assert_eq!(
            (plan.calling_code(), CodePlan::of(code)),
            (code, Some(plan))
        );
    }
    assert_eq!(CodePlan::beginning(b"210"), None);
    for code in [0, 4, 440, 999, 1000, u16::MAX] {
        assert_eq!(CodePlan::of(code), None, "{code}");
    }
}

#[test]
fn only_digits_that_lead_to_a_prefix_are_looked_up() {
    for place in 0..REGIONS.len() / REGION_BYTES {
        let plan = RegionPlan(u16::try_from(place).unwrap());
        for digit in b'0'..=b'9' {
            let found = [b"".as_slice(), b"0", b"115"]
                .map(|rest| [&[digit], rest].concat())
                .iter()
                .any(|digits| Prefix::find(plan.national_prefix(), digits).is_some());
            assert!(plan.has_prefix_from(digit) || !found);
        }
        assert!(!plan.has_prefix_from(b'0' + 10));
    }
}

#[test]
fn following_the_nearest_digits_ends_at_a_valid_number() {
    for code in 1..1000 {
        let Some(plan) = CodePlan::of(code) else {
            continue;
        };
        let (mut state, mut digits) = (plan.national(), 0);
        while state.outcome() == 0 {
            state = state.step(state.nearest().unwrap());
            digits += 1;
        }
        assert!(plan.valid_lengths() & (1 << digits) != 0, "{code}");
    }
}
