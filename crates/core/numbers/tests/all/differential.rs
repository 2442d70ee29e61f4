//! Our rules held against the engine's own answers, in every region.

use numbers::{ParseError, Region, countries, parse};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL as UTIL, PhoneNumberFormat, PhoneNumberType, Region as EngineRegion,
};

fn engine(region: Region) -> EngineRegion {
    EngineRegion::from_code(region.as_str()).unwrap()
}

/// What the engine makes of `text`: the number, and whether it is valid.
fn oracle(text: &str, home: Option<Region>) -> Option<(String, String)> {
    let number = UTIL.parse(text, home.map(engine)).ok()?;
    let e164 = UTIL.format(&number, PhoneNumberFormat::E164).into_owned();
    let region = UTIL.get_region_for_number(&number)?;
    let valid = UTIL.is_valid_number(&number) && e164.len() <= 16;
    valid.then(|| (e164, region.as_region_str().as_ref().replace("001", "ZZ")))
}

fn ours(text: &str, home: Option<Region>) -> Option<(String, String)> {
    let parsed = parse(text, home).ok()?;
    Some((
        parsed.number.as_str().to_owned(),
        parsed.region.as_str().to_owned(),
    ))
}

/// A small generator with a fixed start, so that a failure repeats.
struct Digits(u64);

impl Digits {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn digit(&mut self) -> char {
        char::from(b"0123456789"[self.below(10)])
    }

    /// Random digits, or an example of the region with its last digits changed.
    fn national(&mut self, region: Region) -> String {
        const TYPES: [PhoneNumberType; 11] = [
            PhoneNumberType::Mobile,
            PhoneNumberType::FixedLine,
            PhoneNumberType::TollFree,
            PhoneNumberType::PremiumRate,
            PhoneNumberType::SharedCost,
            PhoneNumberType::VoIP,
            PhoneNumberType::PersonalNumber,
            PhoneNumberType::Pager,
            PhoneNumberType::UAN,
            PhoneNumberType::VoiceMail,
            PhoneNumberType::FixedLineOrMobile,
        ];
        let kind = TYPES[self.below(11)];
        let example = UTIL.get_example_number_for_type_and_region(engine(region), kind);
        let mut digits = match example {
            Ok(number) if self.below(4) > 0 => {
                rlibphonenumber::get_national_significant_number_owned(&number)
            }
            _ => (0..4 + self.below(8)).map(|_| self.digit()).collect(),
        };
        let kept = digits.len() - self.below(digits.len() - 1);
        let tail: String = digits[kept..].chars().map(|_| self.digit()).collect();
        digits.replace_range(kept.., &tail);
        digits
    }
}

fn is_ours_alone(text: &Option<(String, String)>) -> bool {
    let number = text
        .as_ref()
        .and_then(|(n, _)| numbers::E164::from_canonical(n).ok());
    number.is_some_and(|n| numbers::is_reserved_for_fiction(&n))
}

fn agree(text: &str, home: Option<Region>, wrong: &mut Vec<String>) {
    let (ours, theirs) = (ours(text, home), oracle(text, home));
    if ours != theirs && !is_ours_alone(&ours) {
        wrong.push(format!(
            "{text} in {home:?}: ours {ours:?}, engine {theirs:?}"
        ));
    }
}

#[test]
fn international_numbers_are_valid_exactly_where_the_engine_says_so() {
    let (mut digits, mut wrong, mut valid) = (Digits(20_261_122), Vec::new(), 0);
    for country in countries() {
        for _ in 0..120 {
            let text = format!(
                "+{}{}",
                country.calling_code,
                digits.national(country.region)
            );
            valid += usize::from(oracle(&text, None).is_some());
            agree(&text, None, &mut wrong);
        }
    }
    assert!(valid > 10_000, "only {valid} were valid");
    assert!(
        wrong.is_empty(),
        "{} of 29,400: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(40)]
    );
}

#[test]
fn national_numbers_are_read_as_the_engine_reads_them() {
    let (mut digits, mut wrong, mut valid) = (Digits(7), Vec::new(), 0);
    for country in countries() {
        for round in 0..120 {
            let national = digits.national(country.region);
            let text = if round % 3 == 0 {
                format!("0{national}")
            } else {
                national
            };
            // We read 00 as + everywhere; the engine only where the plan dials it.
            if text.starts_with("00") {
                continue;
            }
            let home = Some(country.region);
            valid += usize::from(oracle(&text, home).is_some());
            agree(&text, home, &mut wrong);
        }
    }
    assert!(valid > 8_000, "only {valid} were valid");
    assert!(
        wrong.is_empty(),
        "{} of 29,400: {:#?}",
        wrong.len(),
        &wrong[..wrong.len().min(40)]
    );
}

#[test]
fn the_territory_table_knows_exactly_the_regions_and_codes_of_the_plans() {
    let mut theirs: Vec<_> = UTIL
        .get_supported_regions()
        .map(|r| {
            (
                r.as_region_str().as_ref().to_owned(),
                UTIL.get_country_code_for_region(r).unwrap(),
            )
        })
        .collect();
    theirs.sort();
    let ours: Vec<_> = countries()
        .iter()
        .map(|c| (c.region.as_str().to_owned(), i32::from(c.calling_code)))
        .collect();
    assert_eq!(ours, theirs);
}

#[test]
fn every_assigned_calling_code_splits_off_and_no_other_does() {
    let theirs: Vec<i32> = UTIL.get_supported_calling_codes().collect();
    for code in 1..1000 {
        let text = format!("+{code}000000000");
        let split = numbers::E164::from_canonical(&text).unwrap().calling_code();
        assert_eq!(theirs.contains(&code), i32::from(split) == code, "{code}");
    }
}

#[test]
fn every_example_number_is_read_in_both_formats() {
    for country in countries() {
        let Ok(number) = UTIL.get_example_number(engine(country.region)) else {
            continue;
        };
        let e164 = UTIL.format(&number, PhoneNumberFormat::E164).into_owned();
        for style in [
            PhoneNumberFormat::International,
            PhoneNumberFormat::National,
        ] {
            let text = UTIL.format(&number, style);
            let read = ours(&text, Some(country.region)).map(|(n, _)| n);
            assert_eq!(read.as_ref(), Some(&e164), "{:?}", country.region);
        }
    }
}

/// Examples of emergency and short numbers per region, from the numbering data that a developer
/// may have beside the workspace; without it the rule is tested on the table of `refusals` only.
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
            let Some((_, rest)) = part.split_once("<exampleNumber>") else {
                continue;
            };
            let Some((example, _)) = rest.split_once('<') else {
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
