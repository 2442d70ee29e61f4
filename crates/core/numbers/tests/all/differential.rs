//! Our rules held against the oracle's answers, in every region.
//!
//! Every difference is either in the table below, with its reason, or in a range where the two
//! versions of the plans differ (`plan_changes.txt`). Anything else fails.

use numbers::{E164, Fit, LineType, ParseError, Region, Style, countries, parse};
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL as UTIL, PhoneNumberFormat, PhoneNumberType,
    ValidationError,
};

use crate::oracle::{self, Answer, Dice};

fn ours(text: &str, home: Option<Region>) -> Option<Answer> {
    let parsed = parse(text, home).ok()?;
    let region = parsed.region.as_str().to_owned();
    Some((parsed.number.as_str().to_owned(), region, parsed.line_type))
}

/// Input, region, our number, the oracle's number, why.
type Difference = (
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    &'static str,
);

/// What differs on purpose.
const DIFFERENCES: [Difference; 8] = [
    (
        "+447700900123",
        "GB",
        Some("+447700900123"),
        None,
        "kept free for fiction: valid here",
    ),
    (
        "+52 1 55 1234 5678",
        "MX",
        Some("+525512345678"),
        None,
        "a 1 that Mexico dropped in 2019",
    ),
    (
        "00 44 7400 123456",
        "US",
        Some("+447400123456"),
        None,
        "00 means + where it means nothing else",
    ),
    (
        "044 55 1234 5678",
        "MX",
        Some("+525512345678"),
        None,
        "what Mexicans dialled until 2019",
    ),
    (
        "+0044 7400 123456",
        "US",
        Some("+447400123456"),
        None,
        "no calling code begins with 0",
    ),
    (
        "1-800-FLOWERS",
        "US",
        None,
        Some("+18003569377"),
        "a slip would make a stranger's of it",
    ),
    (
        "07400 123456 x12",
        "GB",
        None,
        Some("+447400123456"),
        "a text reaches no extension",
    ),
    (
        "{07400} 123456",
        "GB",
        Some("+447400123456"),
        None,
        "brackets of any kind",
    ),
];

#[test]
fn each_intended_difference_is_as_the_table_says() {
    for (text, home, expected, theirs, why) in DIFFERENCES {
        let home = Region::parse(home).ok();
        let number = |answer: Option<Answer>| answer.map(|(number, ..)| number);
        assert_eq!(
            number(ours(text, home)).as_deref(),
            expected,
            "{text}: {why}"
        );
        assert_eq!(
            number(oracle::answer(text, home)).as_deref(),
            theirs,
            "{text}: {why}"
        );
    }
}

/// Collects what differs without a reason.
#[derive(Default)]
struct Comparison {
    valid: usize,
    excused: usize,
    wrong: Vec<String>,
}

impl Comparison {
    fn compare(&mut self, text: &str, home: Option<Region>) {
        let (ours, theirs) = (ours(text, home), oracle::answer(text, home));
        self.valid += usize::from(theirs.is_some());
        if ours == theirs {
            return;
        }
        if has_a_reason(ours.as_ref(), theirs.as_ref(), text) {
            self.excused += 1;
            return;
        }
        let refusal = parse(text, home).err();
        self.wrong.push(format!(
            "{text:?} in {home:?}: ours {ours:?} {refusal:?}, oracle {theirs:?}"
        ));
    }

    /// At least so many must have been valid, and at most one in so many excused.
    fn judge(self, valid_min: usize, excused_one_in: usize) {
        let Self {
            valid,
            excused,
            wrong,
        } = self;
        assert!(valid >= valid_min, "only {valid} were valid");
        assert!(
            excused * excused_one_in < valid,
            "{excused} of {valid} were excused"
        );
        let shown = &wrong[..wrong.len().min(40)];
        assert!(
            wrong.is_empty(),
            "{} without a reason: {shown:#?}",
            wrong.len()
        );
    }
}

/// The reasons of the table that random numbers run into.
fn has_a_reason(ours: Option<&Answer>, theirs: Option<&Answer>, text: &str) -> bool {
    let changed = |answer: &Answer| oracle::in_changed_range(&answer.0);
    if [ours, theirs].into_iter().flatten().any(changed) {
        return true;
    }
    let (Some((number, ..)), None) = (ours, theirs) else {
        return false;
    };
    let fiction = E164::from_canonical(number).is_ok_and(|n| numbers::is_reserved_for_fiction(&n));
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let dropped = ["1", "01", "044", "045"];
    let dropped = digits.contains("521") || dropped.iter().any(|d| digits.starts_with(d));
    let mexican = number.starts_with("+52") && dropped;
    fiction || mexican || digits.starts_with("00")
}

fn rules_are_the_same(region: Region) -> bool {
    !oracle::RULES_CHANGED.contains(&region.as_str())
}

#[test]
fn international_numbers_have_the_oracles_region_and_type() {
    let (mut dice, mut all) = (Dice(20_261_122), Comparison::default());
    for country in countries() {
        for _ in 0..150 {
            let text = format!("+{}{}", country.calling_code, dice.national(country.region));
            all.compare(&text, None);
            all.compare(&text, Some(country.region));
        }
    }
    all.judge(25_000, 25);
}

#[test]
fn global_services_have_the_oracles_type() {
    let (mut dice, mut all) = (Dice(3), Comparison::default());
    for code in [800, 808, 870, 878, 881, 882, 883, 888, 979] {
        let number = UTIL.get_example_number_for_non_geo_entity(code).unwrap();
        let example = oracle::national(&number);
        for _ in 0..300 {
            let kept = dice.below(example.len()) + 1;
            let tail: String = example[kept..].chars().map(|_| dice.digit()).collect();
            all.compare(&format!("+{code}{}{tail}", &example[..kept]), None);
        }
    }
    all.judge(1_500, 25);
}

#[test]
fn national_numbers_are_read_as_the_oracle_reads_them() {
    const PREFIXES: [&str; 14] = [
        "", "", "", "0", "1", "8", "06", "9", "90", "015", "031", "0180020", "183", "19",
    ];
    let (mut dice, mut all) = (Dice(7), Comparison::default());
    for country in countries().iter().filter(|c| rules_are_the_same(c.region)) {
        for _ in 0..200 {
            let national = dice.national(country.region);
            let text = format!("{}{national}", dice.pick(&PREFIXES));
            all.compare(&text, Some(country.region));
        }
    }
    all.judge(5_000, 25);
}

#[test]
fn numbers_dialled_abroad_are_read_as_the_oracle_reads_them() {
    const PREFIXES: [&str; 19] = [
        "", "", "0011", "810", "119", "010", "009", "0019", "001", "0014", "00700", "1230",
        "00089", "99014", "16", "0031", "002", "8~10", "0~0",
    ];
    let (mut dice, mut all) = (Dice(11), Comparison::default());
    for country in countries().iter().filter(|c| rules_are_the_same(c.region)) {
        for prefix in PREFIXES {
            for own in [true, false] {
                let other = countries()[dice.below(countries().len())];
                let other = if own { *country } else { other };
                let example = oracle::example(other.region, PhoneNumberType::Mobile);
                let national = example.unwrap_or_else(|| dice.national(other.region));
                let text = format!("{prefix}{}{national}", other.calling_code);
                all.compare(&text, Some(country.region));
            }
        }
    }
    all.judge(900, 5);
}

#[test]
fn local_numbers_get_the_area_code_that_the_oracle_gives_them() {
    let (mut dice, mut all) = (Dice(13), Comparison::default());
    for country in countries().iter().filter(|c| rules_are_the_same(c.region)) {
        for digits in 4..9 {
            for _ in 0..12 {
                let text: String = (0..digits).map(|_| dice.digit()).collect();
                all.compare(&text, Some(country.region));
            }
        }
    }
    all.judge(300, 25);
}

#[test]
fn what_is_around_and_between_digits_changes_nothing() {
    let (mut dice, mut all) = (Dice(17), Comparison::default());
    for country in countries() {
        for kind in oracle::TYPES {
            let Some(national) = oracle::example(country.region, kind) else {
                continue;
            };
            let whole = format!("+{}{national}", country.calling_code);
            let Some(number) = oracle::number(&whole, None) else {
                continue;
            };
            for style in [PhoneNumberFormat::International, PhoneNumberFormat::RFC3966] {
                let text = UTIL.format(&number, style).into_owned();
                all.compare(&text, Some(country.region));
                all.compare(&disguised(&text, &mut dice), Some(country.region));
            }
        }
    }
    all.judge(4_000, 25);
}

/// The same number in other characters, as keyboards and pasting make them.
fn disguised(text: &str, dice: &mut Dice) -> String {
    let digits = dice.pick(&[
        "0123456789",
        "０１２３４５６７８９",
        "٠١٢٣٤٥٦٧٨٩",
        "०१२३४५६७८९",
    ]);
    let gap = dice.pick(&["\u{a0}", "\u{2011}", " ", ".", "\u{3000}", "/"]);
    let mut out = String::from(dice.pick(&["", "Tel: ", "call ", "(", "\u{feff}"]));
    for c in text.chars() {
        match c.to_digit(10) {
            Some(value) => out.extend(digits.chars().nth(usize::try_from(value).unwrap())),
            None if c == ' ' => out.push_str(gap),
            None => out.push(c),
        }
    }
    out
}

#[test]
fn every_style_is_written_as_the_oracle_writes_it() {
    let styles = [
        (Style::E164, PhoneNumberFormat::E164),
        (Style::International, PhoneNumberFormat::International),
        (Style::National, PhoneNumberFormat::National),
        (Style::Rfc3966, PhoneNumberFormat::RFC3966),
    ];
    let (mut dice, mut written) = (Dice(19), 0);
    for country in countries() {
        if oracle::FORMATS_CHANGED.contains(&country.calling_code) {
            continue;
        }
        for _ in 0..100 {
            let text = format!("+{}{}", country.calling_code, dice.national(country.region));
            let (Ok(ours), Some(theirs)) =
                (E164::from_canonical(&text), oracle::number(&text, None))
            else {
                continue;
            };
            if UTIL.format(&theirs, PhoneNumberFormat::E164) != text {
                continue;
            }
            for (style, their_style) in styles {
                let expected = UTIL.format(&theirs, their_style).into_owned();
                assert_eq!(
                    numbers::format(&ours, style).as_str(),
                    expected,
                    "{text} {style:?}"
                );
                written += 1;
            }
        }
    }
    assert!(written > 60_000, "only {written}");
}

#[test]
fn lengths_fit_as_the_oracle_says() {
    let (mut dice, mut compared) = (Dice(29), 0);
    for country in countries().iter().filter(|c| rules_are_the_same(c.region)) {
        for digits in 2..15 {
            let national: String = (0..digits).map(|_| dice.digit()).collect();
            let text = format!("+{}{national}", country.calling_code);
            let (Ok(ours), Some(theirs)) =
                (E164::from_canonical(&text), oracle::number(&text, None))
            else {
                continue;
            };
            if UTIL.format(&theirs, PhoneNumberFormat::E164) != text {
                continue;
            }
            let expected = match UTIL.is_possible_number_with_reason(&theirs) {
                Ok(NumberLengthType::IsPossible) => Fit::Possible,
                Ok(NumberLengthType::IsPossibleLocalOnly) => Fit::LocalOnly,
                Err(ValidationError::TooShort) => Fit::TooShort,
                Err(ValidationError::TooLong) => Fit::TooLong,
                Err(ValidationError::InvalidLength) => Fit::NoSuchLength,
                Err(ValidationError::InvalidCountryCode) => Fit::UnknownCallingCode,
            };
            assert_eq!(numbers::fit(&ours), expected, "{text}");
            compared += 1;
        }
    }
    assert!(compared > 2_000, "only {compared}");
}

#[test]
fn a_number_typed_to_its_end_is_grouped_as_the_oracle_groups_it() {
    for country in countries() {
        for kind in oracle::TYPES {
            let Some(national) = oracle::example(country.region, kind) else {
                continue;
            };
            let whole = format!("+{}{national}", country.calling_code);
            if oracle::in_changed_range(&whole)
                || oracle::FORMATS_CHANGED.contains(&country.calling_code)
            {
                continue;
            }
            let number = oracle::number(&whole, None).unwrap();
            let expected = UTIL.format(&number, PhoneNumberFormat::International);
            assert_eq!(numbers::as_you_type(country.region, &whole), expected);
        }
    }
}

#[test]
fn the_territory_table_knows_exactly_the_regions_and_codes_of_the_plans() {
    let code = |region| UTIL.get_country_code_for_region(region).unwrap();
    let regions = UTIL.get_supported_regions();
    let mut theirs: Vec<_> = regions
        .map(|r| (r.as_region_str().as_ref().to_owned(), code(r)))
        .collect();
    theirs.sort();
    let ours = countries().iter();
    let ours: Vec<_> = ours
        .map(|c| (c.region.as_str().to_owned(), i32::from(c.calling_code)))
        .collect();
    assert_eq!(ours, theirs);
}

#[test]
fn every_assigned_calling_code_splits_off_and_no_other_does() {
    let theirs: Vec<i32> = UTIL.get_supported_calling_codes().collect();
    for code in 1..1000 {
        let text = format!("+{code}000000000");
        let split = E164::from_canonical(&text).unwrap().calling_code();
        assert_eq!(theirs.contains(&code), i32::from(split) == code, "{code}");
    }
}

/// Examples of emergency numbers per region, from the numbering data that a developer may have
/// beside the workspace; without it the rule is tested on the table of `refusals` only.
#[test]
fn no_emergency_number_of_the_published_data_is_ever_read() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../../shared/data/numbering/ShortNumberMetadata.xml"
    );
    let Ok(xml) = std::fs::read_to_string(path) else {
        eprintln!("skipped: no numbering data beside the workspace");
        return;
    };
    let mut seen = 0;
    for territory in xml.split("<territory id=\"").skip(1) {
        let Ok(home) = Region::parse(&territory[..2]) else {
            continue;
        };
        for part in territory.split("<emergency>").skip(1) {
            let example = part
                .split_once("<exampleNumber>")
                .and_then(|(_, rest)| rest.split_once('<'));
            let Some((example, _)) = example else {
                continue;
            };
            assert_eq!(
                parse(example, Some(home)),
                Err(ParseError::Emergency),
                "{example} in {home}"
            );
            seen += 1;
        }
    }
    assert!(seen > 200, "only {seen} examples were found");
}

#[test]
fn a_line_type_is_never_unknown_for_a_number_in_use() {
    let mut dice = Dice(23);
    for country in countries() {
        for _ in 0..20 {
            let text = format!("+{}{}", country.calling_code, dice.national(country.region));
            let unknown = parse(&text, None).is_ok_and(|p| p.line_type == LineType::Unknown);
            assert!(!unknown, "{text}");
        }
    }
}
