//! From patterns to one shared, minimal digit automaton.
//!
//! Everything the run time has to decide about digits is a walk through one pool of states. A
//! state has ten transitions and one outcome; equal states are stored once, whatever pattern they
//! come from. Numbers have at most [`DIGITS_MAX`] national digits, so that every automaton is
//! finite, and building it from the ends makes it minimal without a second pass.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::pattern::{DigitSet, Pattern};

/// The most digits a national number has in the data.
pub const DIGITS_MAX: usize = 17;

/// A place in the pool; 0 is the state from which nothing is accepted.
pub type StateId = u16;

/// The state from which nothing is accepted.
pub const DEAD: StateId = 0;

/// Ten transitions and an outcome, 0 for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    /// Where each digit leads.
    pub next: [StateId; 10],
    /// What it means if the number ends here; the meaning depends on the root it was reached from.
    pub outcome: u16,
}

/// All states, each once. Children come before their parents.
pub struct Pool {
    states: Vec<State>,
    known: HashMap<State, StateId>,
}

impl Pool {
    /// A pool that knows only the dead state.
    pub fn new() -> Self {
        let dead = State::default();
        Self {
            known: HashMap::from([(dead.clone(), DEAD)]),
            states: vec![dead],
        }
    }

    /// The place of a state equal to this one.
    pub fn place(&mut self, state: State) -> Result<StateId> {
        if let Some(&id) = self.known.get(&state) {
            return Ok(id);
        }
        let id = StateId::try_from(self.states.len())
            .map_err(|_| Error::failed("more states than 16 bits can number"))?;
        self.states.push(state.clone());
        self.known.insert(state, id);
        Ok(id)
    }

    /// All states by place.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// For each state a digit that leads to the nearest outcome, `None` where there is none ahead.
    pub fn nearest(&self) -> Vec<Option<u8>> {
        let mut distance: Vec<usize> = Vec::with_capacity(self.states.len());
        let mut digits = Vec::with_capacity(self.states.len());
        for state in &self.states {
            let ahead = (0u8..).zip(state.next).filter(|&(_, next)| next != DEAD);
            let best = ahead.min_by_key(|&(_, next)| distance[usize::from(next)]);
            digits.push(best.map(|(digit, _)| digit));
            let beyond = best.map(|(_, next)| distance[usize::from(next)].saturating_add(1));
            distance.push(match state.outcome {
                0 => beyond.unwrap_or(usize::MAX),
                _ => 0,
            });
        }
        digits
    }
}

/// One place of a tail: what it means that the number ends here, and how many places follow.
pub type TailPlace = (u16, u16);

impl Pool {
    /// The tails: runs of states from which only the count of the digits matters, so that a walk
    /// can stop and look its end up. Returns for each state its place in them, 0 where the digits
    /// matter, and all places.
    pub fn tails(&self) -> Result<(Vec<u16>, Vec<TailPlace>)> {
        let uniform = |id: StateId| {
            let next = &self.states[usize::from(id)].next;
            next.iter()
                .all(|other| *other == next[0])
                .then_some(next[0])
        };
        // How many states a tail has from here on; 0 where the digits matter. Children first.
        let mut lengths: Vec<u16> = vec![0; self.states.len()];
        for id in 1..self.states.len() {
            lengths[id] = match uniform(StateId::try_from(id).unwrap_or(DEAD)) {
                Some(DEAD) => 1,
                Some(next) if lengths[usize::from(next)] > 0 => lengths[usize::from(next)] + 1,
                _ => 0,
            };
        }
        let mut starts = vec![0; self.states.len()];
        let mut places = vec![(0, 0)];
        for id in (1..self.states.len()).rev() {
            let mut at = if starts[id] == 0 && lengths[id] > 0 {
                id
            } else {
                0
            };
            while at != usize::from(DEAD) {
                if starts[at] == 0 {
                    let place = u16::try_from(places.len());
                    starts[at] = place.map_err(|_| Error::failed("too many tails"))?;
                }
                places.push((self.states[at].outcome, lengths[at]));
                at = usize::from(self.states[at].next[0]);
            }
        }
        Ok((starts, places))
    }
}

/// Several patterns matched at once, as a position automaton (Glushkov).
#[derive(Default)]
pub struct Union {
    positions: Vec<Position>,
    patterns: usize,
}

#[derive(Default)]
struct Position {
    digits: DigitSet,
    follow: Vec<u32>,
    /// Patterns that may end here.
    ends: Vec<usize>,
}

/// The positions a match may stand at, sorted.
type Set = Vec<u32>;

/// What a part of a pattern begins and ends with.
#[derive(Clone, Default)]
struct Part {
    first: Vec<u32>,
    last: Vec<u32>,
    nullable: bool,
}

impl Union {
    /// No patterns.
    pub fn new() -> Self {
        let start = Position::default();
        Self {
            positions: vec![start],
            patterns: 0,
        }
    }

    /// Adds a pattern; its number counts from 0.
    pub fn add(&mut self, pattern: &Pattern) -> Result<usize> {
        let number = self.patterns;
        self.patterns += 1;
        let whole = self.part(pattern)?;
        let ends = whole.last.iter().copied();
        for end in ends.chain(whole.nullable.then_some(0)) {
            self.position(end).ends.push(number);
        }
        self.position(0).follow.extend(whole.first);
        Ok(number)
    }

    fn position(&mut self, place: u32) -> &mut Position {
        &mut self.positions[place as usize]
    }

    fn part(&mut self, pattern: &Pattern) -> Result<Part> {
        match pattern {
            Pattern::Digit(digits) => {
                let place = u32::try_from(self.positions.len())
                    .map_err(|_| Error::failed("a pattern is too long"))?;
                self.positions.push(Position {
                    digits: *digits,
                    ..Position::default()
                });
                Ok(Part {
                    first: vec![place],
                    last: vec![place],
                    nullable: false,
                })
            }
            Pattern::Sequence(parts) => self.sequence(parts.iter()),
            Pattern::Choice(choices) => {
                let mut whole = Part::default();
                for choice in choices {
                    let part = self.part(choice)?;
                    whole.first.extend(part.first);
                    whole.last.extend(part.last);
                    whole.nullable |= part.nullable;
                }
                Ok(whole)
            }
            Pattern::Repeat(inner, least, most) => self.repeat(inner, *least, *most),
            Pattern::Capture(_, inner) => self.part(inner),
            Pattern::End => Err(Error::failed("`$` is only understood in prefixes")),
        }
    }

    fn sequence<'p>(&mut self, parts: impl Iterator<Item = &'p Pattern>) -> Result<Part> {
        let mut whole = Part {
            nullable: true,
            ..Part::default()
        };
        for pattern in parts {
            let part = self.part(pattern)?;
            self.join(&mut whole, part);
        }
        Ok(whole)
    }

    fn join(&mut self, whole: &mut Part, part: Part) {
        for &last in &whole.last {
            self.position(last).follow.extend(&part.first);
        }
        if whole.nullable {
            whole.first.extend(&part.first);
        }
        match part.nullable {
            true => whole.last.extend(part.last),
            false => whole.last = part.last,
        }
        whole.nullable &= part.nullable;
    }

    fn repeat(&mut self, inner: &Pattern, least: u8, most: Option<u8>) -> Result<Part> {
        let mut whole = self.sequence((0..least).map(|_| inner))?;
        let Some(most) = most else {
            let mut again = self.part(inner)?;
            for &last in &again.last.clone() {
                self.position(last).follow.extend(&again.first);
            }
            again.nullable = true;
            self.join(&mut whole, again);
            return Ok(whole);
        };
        for _ in least..most {
            let mut more = self.part(inner)?;
            more.nullable = true;
            self.join(&mut whole, more);
        }
        Ok(whole)
    }

    fn step(&self, set: &Set, digit: u8) -> Set {
        let follow = set
            .iter()
            .flat_map(|&at| &self.positions[at as usize].follow);
        let fits = |at: &u32| self.positions[*at as usize].digits & (1 << digit) != 0;
        let mut next: Set = follow.copied().filter(fits).collect();
        next.sort_unstable();
        next.dedup();
        next
    }

    fn ended(&self, set: &Set) -> Vec<usize> {
        let ends = set.iter().flat_map(|&at| &self.positions[at as usize].ends);
        let mut ended: Vec<usize> = ends.copied().collect();
        ended.sort_unstable();
        ended.dedup();
        ended
    }

    /// Builds the automaton into the pool and returns its start. `outcome` says what it means
    /// that these patterns (sorted) all match the whole of a number with so many digits.
    pub fn build(
        &self,
        pool: &mut Pool,
        outcome: &mut dyn FnMut(&[usize], usize) -> u16,
    ) -> Result<StateId> {
        let mut builder = Builder {
            union: self,
            pool,
            outcome,
            known: HashMap::new(),
        };
        builder.state(vec![0], 0)
    }
}

struct Builder<'b> {
    union: &'b Union,
    pool: &'b mut Pool,
    outcome: &'b mut dyn FnMut(&[usize], usize) -> u16,
    known: HashMap<(Set, usize), StateId>,
}

impl Builder<'_> {
    fn state(&mut self, set: Set, digits: usize) -> Result<StateId> {
        if set.is_empty() {
            return Ok(DEAD);
        }
        if let Some(&id) = self.known.get(&(set.clone(), digits)) {
            return Ok(id);
        }
        let mut state = State {
            outcome: (self.outcome)(&self.union.ended(&set), digits),
            ..State::default()
        };
        if digits < DIGITS_MAX {
            for digit in 0..10u8 {
                let next = self.union.step(&set, digit);
                state.next[usize::from(digit)] = self.state(next, digits + 1)?;
            }
        }
        let id = self.pool.place(state)?;
        self.known.insert((set, digits), id);
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(patterns: &[&str]) -> (Pool, StateId) {
        let (mut pool, mut union) = (Pool::new(), Union::new());
        for pattern in patterns {
            union.add(&Pattern::parse(pattern).unwrap()).unwrap();
        }
        let mut bits = |ended: &[usize], _| ended.iter().map(|n| 1 << n).sum();
        let root = union.build(&mut pool, &mut bits).unwrap();
        (pool, root)
    }

    fn walk(pool: &Pool, root: StateId, digits: &str) -> u16 {
        let step = |at: StateId, d: u8| pool.states()[usize::from(at)].next[usize::from(d - b'0')];
        pool.states()[usize::from(digits.bytes().fold(root, step))].outcome
    }

    #[test]
    fn one_walk_tells_every_pattern_that_matches() {
        let (pool, root) = built(&["1(?:2|34)\\d{2}", "12\\d\\d?\\d?", "[0-2]{4,5}"]);
        for (digits, expected) in [
            ("1299", 0b011),
            ("13499", 0b001),
            ("129", 0b010),
            ("12999", 0b010),
            ("1211", 0b111),
            ("00000", 0b100),
            ("000000", 0),
            ("", 0),
            ("9", 0),
        ] {
            assert_eq!(walk(&pool, root, digits), expected, "{digits}");
        }
    }

    #[test]
    fn equal_states_are_stored_once_whatever_they_come_from() {
        let (mut pool, first) = built(&["1\\d{6}"]);
        let states = pool.states().len();
        let mut union = Union::new();
        union.add(&Pattern::parse("1[0-9]{6}").unwrap()).unwrap();
        let mut one = |ended: &[usize], _| u16::from(!ended.is_empty());
        assert_eq!(union.build(&mut pool, &mut one).unwrap(), first);
        assert_eq!(pool.states().len(), states);
        assert_eq!(states, 9);
    }

    #[test]
    fn a_prefix_match_goes_on_to_the_longest_number() {
        let (mut pool, mut union) = (Pool::new(), Union::new());
        let prefix = Pattern::parse("4[56]").unwrap().then_anything();
        union.add(&prefix).unwrap();
        let mut one = |ended: &[usize], _| u16::from(!ended.is_empty());
        let root = union.build(&mut pool, &mut one).unwrap();
        assert_eq!(walk(&pool, root, "45"), 1);
        assert_eq!(walk(&pool, root, "46123456789012345"), 1);
        assert_eq!(walk(&pool, root, "4"), 0);
        assert_eq!(walk(&pool, root, "471"), 0);
    }

    #[test]
    fn a_tail_says_what_any_more_digits_mean() {
        let (pool, root) = built(&["7\\d{2,3}", "8[1-4]\\d"]);
        let (starts, places) = pool.tails().unwrap();
        let step = |at: StateId, d: usize| pool.states()[usize::from(at)].next[d];
        let tail = |at: StateId| {
            let start = usize::from(starts[usize::from(at)]);
            let length = usize::from(places[start].1);
            let outcomes = places[start..start + length].iter().map(|place| place.0);
            outcomes.collect::<Vec<_>>()
        };
        assert_eq!(tail(root), Vec::<u16>::new());
        assert_eq!(tail(step(root, 7)), [0, 0, 1, 1]);
        assert_eq!(tail(step(step(root, 7), 5)), [0, 1, 1]);
        assert_eq!(tail(step(root, 8)), Vec::<u16>::new());
        assert_eq!(tail(step(step(root, 8), 2)), [0, 2]);
        assert_eq!(tail(DEAD), Vec::<u16>::new());
    }

    #[test]
    fn the_nearest_outcome_is_found_by_following_its_digits() {
        let (pool, root) = built(&["7\\d{4}", "79"]);
        let nearest = pool.nearest();
        let mut at = root;
        let mut digits = Vec::new();
        while pool.states()[usize::from(at)].outcome == 0 {
            let digit = nearest[usize::from(at)].unwrap();
            digits.push(digit);
            at = pool.states()[usize::from(at)].next[usize::from(digit)];
        }
        assert_eq!(digits, [7, 9]);
        assert_eq!(nearest[0], None);
    }
}
