//! How numbers are grouped: the automata that choose a format, and the formats' records.

use crate::automaton::{DEAD, Pool, StateId, Union};
use crate::bytes::{File, Section};
use crate::compile::word;
use crate::error::{Error, Result};
use crate::metadata::{Format, Territory};
use crate::pattern::Pattern;

/// Stands for a carrier code in a template; groups are 1 to 6.
const CARRIER: char = '\u{E}';

/// The most groups of a format.
const GROUPS_MAX: usize = 6;

/// All formats so far.
#[derive(Default)]
pub struct Formats {
    records: Vec<[u8; 16]>,
}

impl Formats {
    /// Adds the formats of a territory; returns the starts of the automata that choose one, at
    /// home and from abroad. An outcome is the place of a format plus one.
    pub fn build(
        &mut self,
        pool: &mut Pool,
        file: &mut File,
        territory: &Territory,
    ) -> Result<(StateId, StateId)> {
        let mut all = Vec::new();
        for format in &territory.formats {
            let number = self.add(file, format, &territory.national_prefix)?;
            all.push((number, format));
        }
        let home = choose(pool, &all)?;
        let abroad = all.iter().copied();
        let abroad = abroad.filter(|(_, format)| format.international.as_deref() != Some("NA"));
        Ok((home, choose(pool, &abroad.collect::<Vec<_>>())?))
    }

    /// Adds other ways to group a calling code's numbers. An outcome is the place of the list of
    /// all that fit the number.
    pub fn alternates(
        &mut self,
        pool: &mut Pool,
        file: &mut File,
        formats: &[Format],
    ) -> Result<StateId> {
        let mut union = Union::new();
        let mut all = Vec::new();
        for format in formats {
            all.push((self.add(file, format, "")?, format));
            union.add(&leading(format)?)?;
        }
        let mut failed = None;
        let root = union.build(pool, &mut |ended, digits| {
            let fitting = ended
                .iter()
                .map(|&n| all[n])
                .filter(|(_, f)| fits(f, digits));
            let fitting: Vec<u16> = fitting.map(|(number, _)| number).collect();
            if fitting.is_empty() {
                return 0;
            }
            file.list(Section::Alternates, &fitting)
                .unwrap_or_else(|error| {
                    failed = Some(error);
                    0
                })
        })?;
        failed.map_or(Ok(root), Err)
    }

    fn add(&mut self, file: &mut File, format: &Format, prefix: &str) -> Result<u16> {
        let Format {
            template, groups, ..
        } = format;
        if groups.len() > GROUPS_MAX || groups.iter().any(|g| g.0 > 15 || g.1 > 15) {
            return Err(Error::failed(format!("format `{template}` is too long")));
        }
        let abroad = format.international.as_ref().unwrap_or(template);
        let home = with_rule(template, &format.prefix_rule, prefix);
        let carrier = match format.carrier_rule.is_empty() {
            true => String::new(),
            false => with_rule(template, &format.carrier_rule, prefix),
        };
        let mut record = [0; 16];
        record[0] = u8::try_from(groups.len()).unwrap_or(0);
        record[1] = u8::from(format.prefix_optional);
        for (place, (least, most)) in record[2..].iter_mut().zip(groups) {
            *place = (least << 4) | most;
        }
        let places = record[8..].chunks_exact_mut(2);
        for (place, text) in places.zip([home.as_str(), abroad, &carrier, template]) {
            let text = encoded(text)?;
            place.copy_from_slice(&file.string(text.as_bytes())?.to_le_bytes());
        }
        let number = word(self.records.len())?;
        self.records.push(record);
        Ok(number)
    }
}

/// Writes all records.
pub fn write(file: &mut File, formats: Formats) -> Result<()> {
    for record in formats.records {
        file.bytes(Section::Formats, &record);
    }
    // So that a list's place 0 is the empty list, even without alternates.
    file.list(Section::Alternates, &[]).map(|_| ())
}

/// The first format whose leading digits and length fit.
fn choose(pool: &mut Pool, formats: &[(u16, &Format)]) -> Result<StateId> {
    if formats.is_empty() {
        return Ok(DEAD);
    }
    let mut union = Union::new();
    for (_, format) in formats {
        union.add(&leading(format)?)?;
    }
    union.build(pool, &mut |ended, digits| {
        let first = ended
            .iter()
            .map(|&n| formats[n])
            .find(|(_, f)| fits(f, digits));
        first.map_or(0, |(number, _)| number + 1)
    })
}

fn leading(format: &Format) -> Result<Pattern> {
    let leading = format.leading.as_deref().unwrap_or_default();
    Ok(Pattern::parse(leading)?.then_anything())
}

fn fits(format: &Format, digits: usize) -> bool {
    let sum = |pick: fn(&(u8, u8)) -> u8| -> usize {
        format
            .groups
            .iter()
            .map(|group| usize::from(pick(group)))
            .sum()
    };
    (sum(|group| group.0)..=sum(|group| group.1)).contains(&digits)
}

/// Puts a rule in the place of the template's first group, which the rule calls `$FG`.
fn with_rule(template: &str, rule: &str, prefix: &str) -> String {
    let first = template.find('$').and_then(|at| template.get(at..at + 2));
    let (Some(first), false) = (first, rule.is_empty()) else {
        return template.to_owned();
    };
    let rule = rule.replace("$NP", prefix).replace("$FG", first);
    template.replacen(first, &rule, 1)
}

/// A template with each group as one byte.
fn encoded(template: &str) -> Result<String> {
    let template = template.replace("$CC", &CARRIER.to_string());
    let mut out = String::new();
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        match (c, chars.as_str().chars().next()) {
            ('$', Some(group @ '1'..='6')) => {
                out.push(char::from(group as u8 - b'0'));
                chars.next();
            }
            (c, _) if c.is_ascii() && c != '$' => out.push(c),
            _ => return Err(Error::failed(format!("template `{template}`"))),
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_wraps_the_first_group_written_whichever_it_is() {
        assert_eq!(with_rule("$1 $2", "($NP$FG)", "0"), "(0$1) $2");
        assert_eq!(with_rule("$2 15-$3-$4", "$NP$FG", "0"), "0$2 15-$3-$4");
        assert_eq!(with_rule("$1", "", "0"), "$1");
        assert_eq!(with_rule("$1 $2", "$NP$CC $FG", "0"), "0$CC $1 $2");
    }

    #[test]
    fn groups_become_single_bytes() {
        assert_eq!(encoded("($1) $2").unwrap(), "(\u{1}) \u{2}");
        assert_eq!(encoded("0$CC $1").unwrap(), "0\u{E} \u{1}");
        assert!(encoded("$7").is_err() && encoded("é").is_err());
    }

    #[test]
    fn the_first_format_that_fits_is_chosen() {
        let format = |leading: &str, groups: &[(u8, u8)]| Format {
            leading: Some(leading.to_owned()),
            groups: groups.to_vec(),
            ..Format::default()
        };
        let (short, long) = (
            format("1", &[(1, 1), (2, 3)]),
            format("1[23]", &[(2, 2), (3, 5)]),
        );
        let mut pool = Pool::new();
        let root = choose(&mut pool, &[(0, &short), (1, &long)]).unwrap();
        let walk = |digits: &str| {
            let step = |at: u16, d: u8| pool.states()[usize::from(at)].next[usize::from(d - b'0')];
            pool.states()[usize::from(digits.bytes().fold(root, step))].outcome
        };
        assert_eq!((walk("1234"), walk("12345"), walk("14567")), (1, 2, 0));
    }
}
