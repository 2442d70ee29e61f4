//! Where things stand in the file, so that a walk takes few and near look-ups.

use std::ops::Range;

use crate::automaton::{Pool, StateId};
use crate::classify;
use crate::compile::{byte, word};
use crate::error::{Error, Result};

/// How many digits a walk over a whole number skips by one look-up. No valid number has fewer.
const BEGINNING_DIGITS: usize = 5;

/// Where each state stands in the file: first those that have a row, then the places of tails.
pub fn places(starts: &[u16], tails: usize) -> Result<Vec<u16>> {
    let rows = starts.iter().filter(|start| **start == 0).count();
    word(rows + tails)?;
    let mut row = 0;
    let place = |start: &u16| match usize::from(*start) {
        0 => {
            row += 1;
            word(row - 1)
        }
        start => word(rows + start),
    };
    starts.iter().map(place).collect()
}

/// Where each beginning of a whole number leads, so that a walk starts behind it.
pub fn beginnings(pool: &Pool, whole: StateId) -> Result<Vec<StateId>> {
    let mut states = vec![whole];
    for _ in 0..BEGINNING_DIGITS {
        let state = |id: &StateId| &pool.states()[usize::from(*id)];
        if states.iter().any(|id| state(id).outcome != 0) {
            return Err(Error::failed("a number is shorter than a beginning"));
        }
        states = states.iter().flat_map(|id| state(id).next).collect();
    }
    Ok(states)
}

/// The beginnings of three digits that have a calling code.
pub fn beginnings_of(code: u16) -> Range<usize> {
    let each = match code {
        0..=9 => 100,
        10..=99 => 10,
        _ => 1,
    };
    let from = usize::from(code) * each;
    from..from + each
}

/// For each two letters the place of their region plus one. Global services are no region: they
/// share two letters.
pub fn region_index(regions: &[[u8; 2]]) -> Result<Vec<u8>> {
    let mut index = vec![0; 26 * 26];
    for (place, letters) in regions.iter().enumerate() {
        let [first, second] = letters.map(|letter| usize::from(letter.wrapping_sub(b'A')));
        let slot = index.get_mut(first * 26 + second);
        let slot = slot.ok_or_else(|| Error::failed("a region that is not two letters"))?;
        if *letters != classify::letters(classify::GLOBAL)? {
            *slot = byte(place + 1)?;
        }
    }
    Ok(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::automaton::Union;
    use crate::pattern::Pattern;

    #[test]
    fn states_with_a_row_come_first_and_tails_behind_them() {
        assert_eq!(places(&[0, 3, 0, 1, 0], 5).unwrap(), [0, 6, 1, 4, 2]);
        assert!(places(&[0, 0], 70_000).is_err());
    }

    #[test]
    fn a_beginning_leads_where_its_digits_lead() {
        let (mut pool, mut union) = (Pool::new(), Union::new());
        union.add(&Pattern::parse("1234[56]7").unwrap()).unwrap();
        let mut one = |ended: &[usize], _| u16::from(!ended.is_empty());
        let root = union.build(&mut pool, &mut one).unwrap();
        let all = beginnings(&pool, root).unwrap();
        assert_eq!(all.len(), 100_000);
        let live: Vec<_> = (0..all.len()).filter(|&place| all[place] != 0).collect();
        assert_eq!(live, [12_345, 12_346]);
        assert_eq!(
            pool.states()[usize::from(all[12_345])].next[7],
            all[12_345] - 1
        );
    }

    #[test]
    fn a_number_as_short_as_a_beginning_is_refused() {
        let (mut pool, mut union) = (Pool::new(), Union::new());
        union.add(&Pattern::parse("1234").unwrap()).unwrap();
        let mut one = |ended: &[usize], _| u16::from(!ended.is_empty());
        let root = union.build(&mut pool, &mut one).unwrap();
        assert!(beginnings(&pool, root).is_err());
    }

    #[test]
    fn codes_and_regions_have_their_places() {
        assert_eq!(beginnings_of(1), 100..200);
        assert_eq!(beginnings_of(44), 440..450);
        assert_eq!(beginnings_of(998), 998..999);
        let index = region_index(&[*b"AB", *b"ZA", *b"ZZ"]).unwrap();
        assert_eq!((index[1], index[25 * 26], index[675]), (1, 2, 0));
        assert!(region_index(&[*b"a1"]).is_err());
    }
}
