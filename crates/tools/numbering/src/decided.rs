//! The first digits of a number that decide its region, where several share a calling code.

use std::collections::HashMap;

use crate::automaton::{DEAD, Pool, StateId};
use crate::classify::Outcomes;
use crate::error::{Error, Result};

/// So many digits behind a calling code are looked at. Canada has numbers of seven digits that
/// begin as others of ten do in the United States: only their end tells those apart, and no page
/// can wait for it.
const DIGITS_MAX: usize = 7;

/// A set of regions, by their place in the table.
type Regions = Vec<u16>;

/// The shortest beginnings of the numbers of a calling code that only one region has numbers with,
/// each with the place of its region. `code` is the calling code, `root` where its national numbers
/// start.
pub fn beginnings(
    pool: &Pool,
    outcomes: &Outcomes,
    code: &str,
    root: StateId,
) -> Result<Vec<(String, u16)>> {
    let regions: Vec<u16> = outcomes.all().map(|(region, _)| region).collect();
    let mut search = Search {
        pool,
        regions: &regions,
        longest: code.len() + DIGITS_MAX,
        known: HashMap::new(),
        found: Vec::new(),
    };
    search.decide(root, &mut code.to_owned())?;
    Ok(search.found)
}

struct Search<'s> {
    pool: &'s Pool,
    /// Of each outcome.
    regions: &'s [u16],
    /// How many digits a beginning may have.
    longest: usize,
    known: HashMap<StateId, Regions>,
    found: Vec<(String, u16)>,
}

impl Search<'_> {
    fn decide(&mut self, state: StateId, digits: &mut String) -> Result<()> {
        match self.ahead(state)?.as_slice() {
            [] => {}
            [region] => self.found.push((digits.clone(), *region)),
            _ if digits.len() == self.longest => {}
            _ => {
                let next = self.pool.states()[usize::from(state)].next;
                for (digit, next) in ('0'..).zip(next) {
                    digits.push(digit);
                    self.decide(next, digits)?;
                    digits.pop();
                }
            }
        }
        Ok(())
    }

    /// The regions of the numbers that lead on from a state.
    fn ahead(&mut self, state: StateId) -> Result<Regions> {
        if state == DEAD {
            return Ok(Regions::new());
        }
        if let Some(known) = self.known.get(&state) {
            return Ok(known.clone());
        }
        let row = self.pool.states()[usize::from(state)].clone();
        let mut all = Regions::new();
        if row.outcome != 0 {
            let region = self.regions.get(usize::from(row.outcome));
            all.push(*region.ok_or_else(|| Error::failed("an unknown outcome"))?);
        }
        for next in row.next {
            all.extend(self.ahead(next)?);
            all.sort_unstable();
            all.dedup();
        }
        self.known.insert(state, all.clone());
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automaton::Union;
    use crate::pattern::Pattern;

    #[test]
    fn what_only_the_end_decides_is_left_open() {
        let (mut pool, mut union) = (Pool::new(), Union::new());
        for pattern in ["3\\d{6}", "3\\d{9}"] {
            union.add(&Pattern::parse(pattern).unwrap()).unwrap();
        }
        let mut outcomes = Outcomes::new();
        let numbers = [(4, 8), (7, 8)].map(|pair| outcomes.number(pair).unwrap());
        let mut last = |ended: &[usize], _| ended.last().map_or(0, |&pattern| numbers[pattern]);
        let root = union.build(&mut pool, &mut last).unwrap();
        assert!(beginnings(&pool, &outcomes, "1", root).unwrap().is_empty());
    }

    #[test]
    fn the_shortest_beginning_that_one_region_has_decides() {
        let (mut pool, mut union) = (Pool::new(), Union::new());
        for pattern in ["[23]\\d{3}", "2[01]\\d{2}"] {
            union.add(&Pattern::parse(pattern).unwrap()).unwrap();
        }
        let mut outcomes = Outcomes::new();
        let numbers = [(4, 8), (7, 8)].map(|pair| outcomes.number(pair).unwrap());
        let mut last = |ended: &[usize], _| ended.last().map_or(0, |&pattern| numbers[pattern]);
        let root = union.build(&mut pool, &mut last).unwrap();
        let found = beginnings(&pool, &outcomes, "9", root).unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|(digits, region)| (digits.as_str(), *region))
            .collect();
        let rest = ["922", "923", "924", "925", "926", "927", "928", "929", "93"];
        let mut expected = vec![("920", 7), ("921", 7)];
        expected.extend(rest.map(|digits| (digits, 4)));
        assert_eq!(found, expected);
    }
}
