//! Region and kind of line of every national number of a calling code, in one automaton.

use std::collections::HashMap;

use crate::automaton::{Pool, StateId, Union};
use crate::compile::word;
use crate::error::{Error, Result};
use crate::metadata::{Kind, Lengths, Territory};
use crate::pattern::Pattern;

/// The id of services that belong to no country.
pub const GLOBAL: &str = "001";

/// The place of landlines and of mobile numbers in `metadata::KINDS`, and of what may be both.
const FIXED: usize = 8;
const MOBILE: usize = 9;
const FIXED_OR_MOBILE: usize = 10;

/// Every pair of region and kind that occurs; number 0 is "not valid".
pub struct Outcomes {
    pairs: Vec<(u16, u16)>,
    known: HashMap<(u16, u16), u16>,
}

impl Outcomes {
    /// None but "not valid".
    pub fn new() -> Self {
        Self {
            pairs: vec![(0, 0)],
            known: HashMap::new(),
        }
    }

    /// All pairs by number.
    pub fn all(&self) -> impl Iterator<Item = (u16, u16)> {
        self.pairs.iter().copied()
    }

    /// The number of a pair, a new one if need be.
    pub fn number(&mut self, pair: (u16, u16)) -> Result<u16> {
        if let Some(&number) = self.known.get(&pair) {
            return Ok(number);
        }
        let number = word(self.pairs.len())?;
        self.pairs.push(pair);
        self.known.insert(pair, number);
        Ok(number)
    }
}

/// The two letters of a region; global services are `ZZ`.
pub fn letters(id: &str) -> Result<[u8; 2]> {
    match id {
        GLOBAL => Ok(*b"ZZ"),
        id => id
            .as_bytes()
            .try_into()
            .map_err(|_| Error::failed(format!("region `{id}`"))),
    }
}

/// One territory of a shared calling code, with the numbers of its patterns.
struct Member {
    region: u16,
    leading: Option<usize>,
    general: (usize, Lengths),
    kinds: Vec<Option<(usize, Lengths)>>,
    /// Whether landlines and mobile numbers have one pattern: they cannot be told apart then.
    same: bool,
}

/// Builds the automaton of a calling code. The territories are in the order in which a number is
/// tried against them; each comes with its place in the table.
pub fn build(
    pool: &mut Pool,
    outcomes: &mut Outcomes,
    territories: &[(usize, &Territory)],
) -> Result<StateId> {
    let mut union = Union::new();
    let mut members = Vec::new();
    for (place, territory) in territories {
        members.push(member(&mut union, word(*place)?, territory)?);
    }
    let mut failed = None;
    let root = union.build(pool, &mut |ended, digits| {
        let Some(pair) = first(&members, ended, digits) else {
            return 0;
        };
        outcomes.number(pair).unwrap_or_else(|error| {
            failed = Some(error);
            0
        })
    })?;
    failed.map_or(Ok(root), Err)
}

fn member(union: &mut Union, region: u16, territory: &Territory) -> Result<Member> {
    let leading = territory.leading.as_deref().map(|leading| {
        let pattern = Pattern::parse(leading)?;
        union.add(&pattern.then_anything())
    });
    let mut add = |kind: &Kind| Ok((union.add(&Pattern::parse(&kind.pattern)?)?, kind.lengths));
    let general = add(&territory.general)?;
    let kinds = territory
        .kinds
        .iter()
        .map(|kind| kind.as_ref().map(&mut add).transpose());
    let kinds: Vec<_> = kinds.collect::<Result<_>>()?;
    let pattern = |place: usize| territory.kinds[place].as_ref().map(|kind| &kind.pattern);
    Ok(Member {
        region,
        leading: leading.transpose()?,
        general,
        same: pattern(FIXED).is_some() && pattern(FIXED) == pattern(MOBILE),
        kinds,
    })
}

/// The first territory that claims the number decides, even if the number is not valid there.
fn first(members: &[Member], ended: &[usize], digits: usize) -> Option<(u16, u16)> {
    for member in members {
        let kind = member.kind(ended, digits);
        let claimed = member
            .leading
            .is_some_and(|leading| ended.contains(&leading));
        if kind.is_some() || claimed {
            return kind.map(|kind| (member.region, kind));
        }
    }
    None
}

impl Member {
    fn kind(&self, ended: &[usize], digits: usize) -> Option<u16> {
        let fits = |(number, lengths): (usize, Lengths)| {
            ended.contains(&number) && lengths & (1 << digits) != 0
        };
        let is = |place: usize| self.kinds[place].is_some_and(fits);
        if !fits(self.general) {
            return None;
        }
        let found = (0..FIXED)
            .find(|&place| is(place))
            .or_else(|| match (is(FIXED), is(MOBILE)) {
                (true, mobile) if self.same || mobile => Some(FIXED_OR_MOBILE),
                (true, _) => Some(FIXED),
                (false, true) if !self.same => Some(MOBILE),
                _ => None,
            });
        found.and_then(|kind| u16::try_from(kind).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automaton::DEAD;

    fn kind(pattern: &str, lengths: &[u32]) -> Option<Kind> {
        Some(Kind {
            pattern: pattern.to_owned(),
            lengths: lengths.iter().map(|n| 1 << n).sum(),
            local_lengths: 0,
        })
    }

    fn territory(leading: Option<&str>, fixed: &str, mobile: &str) -> Territory {
        let mut kinds = vec![None; 10];
        (kinds[FIXED], kinds[MOBILE]) = (kind(fixed, &[4]), kind(mobile, &[4, 5]));
        Territory {
            leading: leading.map(str::to_owned),
            general: kind("\\d{4,5}", &[4, 5]).unwrap(),
            kinds,
            ..Territory::default()
        }
    }

    fn outcome(territories: &[Territory], digits: &str) -> Option<(u16, u16)> {
        let (mut pool, mut outcomes) = (Pool::new(), Outcomes::new());
        let places: Vec<_> = territories.iter().enumerate().collect();
        let mut at = build(&mut pool, &mut outcomes, &places).unwrap();
        for digit in digits.bytes() {
            at = pool.states()[usize::from(at)].next[usize::from(digit - b'0')];
        }
        let outcome = pool.states()[usize::from(at)].outcome;
        let pair = outcomes.all().nth(usize::from(outcome));
        pair.filter(|_| at != DEAD && outcome != 0)
    }

    #[test]
    fn the_first_territory_in_which_a_number_is_valid_has_it() {
        let two = [
            territory(None, "1\\d+".replace('+', "{3}").as_str(), "9\\d{3,4}"),
            territory(None, "2\\d{3}", "9\\d{3,4}"),
        ];
        assert_eq!(outcome(&two, "1000"), Some((0, 8)));
        assert_eq!(outcome(&two, "2000"), Some((1, 8)));
        assert_eq!(outcome(&two, "90000"), Some((0, 9)));
        assert_eq!(outcome(&two, "3000"), None);
    }

    #[test]
    fn leading_digits_claim_a_number_that_is_not_valid() {
        let two = [
            territory(Some("2"), "1\\d{3}", "9\\d{3}"),
            territory(None, "2\\d{3}", "9\\d{3}"),
        ];
        assert_eq!(outcome(&two, "2000"), None);
    }

    #[test]
    fn one_pattern_for_both_means_either_and_only_the_landlines_lengths_count() {
        let same = [territory(None, "7\\d{3,4}", "7\\d{3,4}")];
        assert_eq!(outcome(&same, "7000"), Some((0, 10)));
        assert_eq!(outcome(&same, "70000"), None);
        let overlapping = [territory(None, "7\\d{3}", "[67]\\d{3}")];
        assert_eq!(outcome(&overlapping, "7000"), Some((0, 10)));
        assert_eq!(outcome(&overlapping, "6000"), Some((0, 9)));
    }
}
