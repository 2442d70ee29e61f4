//! The numbering data as types: what libphonenumber's XML files say about each territory.

use crate::error::{Error, Result};
use crate::pattern::Pattern;
use crate::xml::{self, Element};

/// The kinds of line in the data, in the order in which a number is tried against them; the place
/// is the kind's number in the table. Fixed and mobile come last and are looked at together.
pub const KINDS: [&str; 10] = [
    "premiumRate",
    "tollFree",
    "sharedCost",
    "voip",
    "personalNumber",
    "pager",
    "uan",
    "voicemail",
    "fixedLine",
    "mobile",
];

/// The kinds of short number in the data; the place is the kind's bit in the table.
pub const SHORT_KINDS: [&str; 8] = [
    "shortCode",
    "emergency",
    "expandedEmergency",
    "tollFree",
    "standardRate",
    "premiumRate",
    "carrierSpecific",
    "smsServices",
];

/// A set of lengths: bit `n` is set if a number may have `n` digits.
pub type Lengths = u32;

/// The numbers of one kind.
#[derive(Clone, Debug, Default)]
pub struct Kind {
    /// The pattern of the whole number, as written in the data without white space.
    pub pattern: String,
    /// How many digits they have.
    pub lengths: Lengths,
    /// How many digits they have without an area code.
    pub local_lengths: Lengths,
}

/// One way to group digits.
#[derive(Clone, Debug, Default)]
pub struct Format {
    /// The least and most digits of each group.
    pub groups: Vec<(u8, u8)>,
    /// What the number begins with; the last one given is the most exact.
    pub leading: Option<String>,
    /// Groups as `$1` with what stands between them.
    pub template: String,
    /// The same for callers from abroad: `None` as at home, `NA` for not to be used.
    pub international: Option<String>,
    /// How the national prefix joins the first group: `$NP` and `$FG`.
    pub prefix_rule: String,
    /// How a carrier code joins the first group: `$NP`, `$CC` and `$FG`.
    pub carrier_rule: String,
    /// Whether the national prefix is often left out in writing.
    pub prefix_optional: bool,
}

/// One territory with a plan of its own, or a global service (`001`).
#[derive(Clone, Debug, Default)]
pub struct Territory {
    /// Two letters, or `001`.
    pub id: String,
    /// The calling code.
    pub calling_code: u16,
    /// Whether it is the first of those that share the code.
    pub main: bool,
    /// What numbers of the territory begin with, where that alone decides.
    pub leading: Option<String>,
    /// The prefix for calls abroad, as a pattern.
    pub international_prefix: String,
    /// The one to write, where several are in use.
    pub preferred_international_prefix: String,
    /// The trunk prefix as written.
    pub national_prefix: String,
    /// The trunk prefix as a pattern, with what else people dial before a number.
    pub prefix_for_parsing: String,
    /// What replaces that pattern.
    pub transform: String,
    /// How an extension is announced in writing.
    pub extension_prefix: String,
    /// Every number of the territory.
    pub general: Kind,
    /// The kinds of [`KINDS`] that the territory has.
    pub kinds: Vec<Option<Kind>>,
    /// How numbers are grouped.
    pub formats: Vec<Format>,
}

/// Reads `PhoneNumberMetadata.xml`.
pub fn territories(text: &str) -> Result<Vec<Territory>> {
    territory_elements(text)?.iter().map(territory).collect()
}

/// Reads `PhoneNumberAlternateFormats.xml`: formats by calling code.
pub fn alternate_formats(text: &str) -> Result<Vec<(u16, Vec<Format>)>> {
    let read = |element: &Element| Ok((calling_code(element)?, formats(element)?));
    territory_elements(text)?.iter().map(read).collect()
}

/// Reads `ShortNumberMetadata.xml`: the kinds of [`SHORT_KINDS`] by territory.
pub fn short_numbers(text: &str) -> Result<Vec<(String, Vec<Option<Kind>>)>> {
    let read = |element: &Element| {
        let kinds = SHORT_KINDS.iter().map(|name| kind(element, name));
        Ok((attribute(element, "id"), kinds.collect::<Result<_>>()?))
    };
    territory_elements(text)?.iter().map(read).collect()
}

/// Reads `map_data.txt`: time zones, separated by `&`, by the first digits of the whole number.
pub fn time_zones(text: &str) -> Result<Vec<(String, Vec<String>)>> {
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = |line: &str| {
        let (prefix, zones) = line
            .split_once('|')
            .filter(|(prefix, _)| is_digits(prefix))?;
        Some((
            prefix.to_owned(),
            zones.split('&').map(str::to_owned).collect(),
        ))
    };
    let wrong = |line| Error::failed(format!("time zones: `{line}`"));
    lines
        .map(|line| read(line).ok_or_else(|| wrong(line)))
        .collect()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn territory_elements(text: &str) -> Result<Vec<Element>> {
    let mut root = xml::parse(text)?;
    let place = root
        .children
        .iter()
        .position(|child| child.name == "territories");
    match place.map(|place| root.children.swap_remove(place)) {
        Some(territories) => Ok(territories.children),
        None => Err(Error::failed("the data has no territories")),
    }
}

fn attribute(element: &Element, name: &str) -> String {
    element.attribute(name).unwrap_or_default().to_owned()
}

fn pattern_attribute(element: &Element, name: &str) -> String {
    attribute(element, name).split_whitespace().collect()
}

fn calling_code(element: &Element) -> Result<u16> {
    let code = attribute(element, "countryCode");
    code.parse()
        .map_err(|_| Error::failed(format!("calling code `{code}`")))
}

fn territory(element: &Element) -> Result<Territory> {
    let kinds = KINDS.iter().map(|name| kind(element, name));
    let kinds: Vec<Option<Kind>> = kinds.collect::<Result<_>>()?;
    let mut general = kind(element, "generalDesc")?.unwrap_or_default();
    for kind in kinds.iter().flatten() {
        general.lengths |= kind.lengths;
        general.local_lengths |= kind.local_lengths;
    }
    general.local_lengths &= !general.lengths;
    let national_prefix = attribute(element, "nationalPrefix");
    let for_parsing = pattern_attribute(element, "nationalPrefixForParsing");
    Ok(Territory {
        id: attribute(element, "id"),
        calling_code: calling_code(element)?,
        main: element.attribute("mainCountryForCode") == Some("true"),
        leading: element.attribute("leadingDigits").map(str::to_owned),
        international_prefix: pattern_attribute(element, "internationalPrefix"),
        preferred_international_prefix: attribute(element, "preferredInternationalPrefix"),
        prefix_for_parsing: match for_parsing.is_empty() {
            true => national_prefix.clone(),
            false => for_parsing,
        },
        national_prefix,
        transform: attribute(element, "nationalPrefixTransformRule"),
        extension_prefix: attribute(element, "preferredExtnPrefix"),
        general,
        kinds,
        formats: formats(element)?,
    })
}

fn kind(element: &Element, name: &str) -> Result<Option<Kind>> {
    let Some(element) = element.child(name) else {
        return Ok(None);
    };
    let pattern = element.child("nationalNumberPattern");
    let mut kind = Kind {
        pattern: pattern.map(Element::dense_text).unwrap_or_default(),
        ..Kind::default()
    };
    if let Some(possible) = element.child("possibleLengths") {
        kind.lengths = lengths(possible.attribute("national").unwrap_or_default())?;
        kind.local_lengths = lengths(possible.attribute("localOnly").unwrap_or_default())?;
    }
    Ok(Some(kind))
}

/// Lengths as the data writes them: `8`, `6,8`, `[6-8],10`; `-1` is none at all.
fn lengths(text: &str) -> Result<Lengths> {
    let wrong = || Error::failed(format!("lengths `{text}`"));
    let number = |text: &str| text.parse::<u32>().ok().filter(|&n| n < Lengths::BITS);
    let mut set = 0;
    for part in text
        .split(',')
        .filter(|part| !part.is_empty() && *part != "-1")
    {
        let range = part.trim_start_matches('[').trim_end_matches(']');
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let (first, last) = number(first).zip(number(last)).ok_or_else(wrong)?;
        set |= (first..=last).map(|length| 1 << length).sum::<Lengths>();
    }
    Ok(set)
}

fn formats(territory: &Element) -> Result<Vec<Format>> {
    let available = territory.child("availableFormats");
    let formats = available
        .into_iter()
        .flat_map(|list| list.all("numberFormat"));
    formats.map(|element| format(territory, element)).collect()
}

/// Rules given for the territory hold for each format without its own.
fn format(territory: &Element, element: &Element) -> Result<Format> {
    let rule = |name| {
        let own = element
            .attribute(name)
            .or_else(|| territory.attribute(name));
        own.unwrap_or_default().to_owned()
    };
    let template = element.child("format").map(|child| child.text.clone());
    Ok(Format {
        groups: groups(element.attribute("pattern").unwrap_or_default())?,
        leading: element.all("leadingDigits").last().map(Element::dense_text),
        template: template.ok_or_else(|| Error::failed("a format without a template"))?,
        international: element.child("intlFormat").map(|child| child.text.clone()),
        prefix_rule: rule("nationalPrefixFormattingRule"),
        carrier_rule: rule("carrierCodeFormattingRule"),
        prefix_optional: rule("nationalPrefixOptionalWhenFormatting") == "true",
    })
}

/// The groups of a formatting pattern: each a captured run of any digits.
fn groups(pattern: &str) -> Result<Vec<(u8, u8)>> {
    let parts = match Pattern::parse(pattern)? {
        Pattern::Sequence(parts) => parts,
        one => vec![one],
    };
    let group = |part: &Pattern| match part {
        Pattern::Capture(_, inner) => match inner.as_ref() {
            Pattern::Digit(_) => Some((1, 1)),
            Pattern::Repeat(_, least, Some(most)) => Some((*least, *most)),
            _ => None,
        },
        _ => None,
    };
    let groups: Option<Vec<_>> = parts.iter().map(group).collect();
    groups.ok_or_else(|| Error::failed(format!("formatting pattern `{pattern}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r#"<phoneNumberMetadata><territories>
      <territory id="AA" countryCode="999" nationalPrefix="0" internationalPrefix="00"
          nationalPrefixFormattingRule="$NP$FG">
        <availableFormats>
          <numberFormat pattern="(\d)(\d{3,4})"><leadingDigits>1</leadingDigits>
            <leadingDigits> 1[2
              3] </leadingDigits><format>$1 $2</format><intlFormat>NA</intlFormat></numberFormat>
        </availableFormats>
        <generalDesc><nationalNumberPattern>1\d{3,4}</nationalNumberPattern></generalDesc>
        <mobile><possibleLengths national="4,5" localOnly="3"/>
          <nationalNumberPattern>1\d{3,4}</nationalNumberPattern></mobile>
      </territory></territories></phoneNumberMetadata>"#;

    #[test]
    fn a_territory_is_read_with_all_its_rules() {
        let territory = territories(SAMPLE).unwrap().remove(0);
        assert_eq!((territory.id.as_str(), territory.calling_code), ("AA", 999));
        assert_eq!(territory.prefix_for_parsing, "0");
        assert_eq!(territory.general.lengths, 0b11_0000);
        assert_eq!(territory.general.local_lengths, 0b1000);
        let format = &territory.formats[0];
        assert_eq!(format.groups, [(1, 1), (3, 4)]);
        assert_eq!(format.leading.as_deref(), Some("1[23]"));
        assert_eq!(format.prefix_rule, "$NP$FG");
        assert_eq!(format.international.as_deref(), Some("NA"));
        assert!(territory.kinds[9].is_some() && territory.kinds[8].is_none());
    }

    #[test]
    fn lengths_are_lists_and_ranges() {
        assert_eq!(lengths("4").unwrap(), 1 << 4);
        assert_eq!(lengths("[3-5],7").unwrap(), 0b1011_1000);
        assert_eq!(lengths("-1").unwrap(), 0);
        assert!(lengths("x").is_err() && lengths("99").is_err());
    }

    #[test]
    fn time_zones_are_lines_of_prefix_and_names() {
        let zones = time_zones("# note\n\n1201|America/New_York\n7|A/B&C/D\n").unwrap();
        assert_eq!(
            zones[1],
            ("7".to_owned(), vec!["A/B".to_owned(), "C/D".to_owned()])
        );
        assert!(time_zones("x|A").is_err());
    }
}
