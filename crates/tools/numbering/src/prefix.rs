//! National and international prefixes: which digits at the beginning go, stay or are rewritten.
//!
//! These patterns have alternatives in an order that matters, groups whose text is kept, and `$`.
//! Numbers are short, so all of that is decided here: the automaton counts its own digits, and
//! each outcome says in absolute places what to cut, what to keep and what to put before it. The
//! run time walks, remembers the last outcome, and copies.

use std::collections::HashMap;

use crate::automaton::{DEAD, DIGITS_MAX, Pool, State, StateId};
use crate::error::{Error, Result};
use crate::pattern::{DigitSet, Pattern};

/// What to do with a number's beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Action {
    /// So many digits are the prefix.
    pub matched: u8,
    /// Digits put in its place.
    pub insert: String,
    /// Digits of the prefix kept after the inserted ones: from, to.
    pub keep: (u8, u8),
    /// Where in the prefix a carrier code stands: from, to; equal for none.
    pub carrier: (u8, u8),
}

/// What holds when a walk has come to a state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rule {
    /// If more digits follow.
    pub open: Option<Action>,
    /// If the number ends here.
    pub ended: Option<Action>,
}

/// Every rule, each once; number 0 is no rule.
#[derive(Default)]
pub struct Rules {
    rules: Vec<Rule>,
    known: HashMap<Rule, u16>,
}

impl Rules {
    /// No rules but the empty one.
    pub fn new() -> Self {
        Self {
            rules: vec![Rule::default()],
            known: HashMap::from([(Rule::default(), 0)]),
        }
    }

    /// All rules by number.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    fn number(&mut self, rule: Rule) -> Result<u16> {
        if let Some(&number) = self.known.get(&rule) {
            return Ok(number);
        }
        let number =
            u16::try_from(self.rules.len()).map_err(|_| Error::failed("too many prefix rules"))?;
        self.rules.push(rule.clone());
        self.known.insert(rule, number);
        Ok(number)
    }
}

/// Builds the automaton of one prefix pattern. `transform` is the data's rule for what replaces a
/// prefix with a captured part: digits and one `$1` or `$2`, or nothing.
pub fn build(
    pool: &mut Pool,
    rules: &mut Rules,
    pattern: &str,
    transform: &str,
) -> Result<StateId> {
    let pattern = Pattern::parse(pattern)?;
    let mut program = Program {
        steps: Vec::new(),
        captures: captures_in(&pattern),
        transform: Transform::parse(transform)?,
    };
    program.compile(&pattern);
    program.steps.push(Step::Match);
    let mut builder = Builder {
        program: &program,
        pool,
        rules,
        known: HashMap::new(),
    };
    let start = program.spread(&[Thread::default()], 0);
    builder.state(start, 0)
}

/// What replaces a prefix: digits, then a captured group.
struct Transform {
    insert: String,
    group: Option<usize>,
}

impl Transform {
    fn parse(text: &str) -> Result<Self> {
        let (insert, group) = match text.split_once('$') {
            None if text.is_empty() => ("", None),
            Some((insert, "1")) => (insert, Some(1)),
            Some((insert, "2")) => (insert, Some(2)),
            _ => return Err(Error::failed(format!("transform rule `{text}`"))),
        };
        let insert = insert.to_owned();
        Ok(Self { insert, group })
    }
}

/// One step of a backtracking program, run by all its threads at once.
enum Step {
    Digit(DigitSet),
    /// The first way is tried before the second.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    End,
    Match,
}

/// One way to match so far: where it stands, and where its groups begin and end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Thread {
    step: usize,
    /// Begin and end of group 1, then of group 2, each plus one; 0 while unknown.
    saved: [u8; 4],
    /// Whether `$` was passed, after which no digit may follow.
    ended: bool,
}

struct Program {
    steps: Vec<Step>,
    captures: usize,
    transform: Transform,
}

fn captures_in(pattern: &Pattern) -> usize {
    match pattern {
        Pattern::Digit(_) | Pattern::End => 0,
        Pattern::Sequence(parts) | Pattern::Choice(parts) => parts.iter().map(captures_in).sum(),
        Pattern::Repeat(inner, ..) => captures_in(inner),
        Pattern::Capture(_, inner) => 1 + captures_in(inner),
    }
}

impl Program {
    fn compile(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Digit(digits) => self.steps.push(Step::Digit(*digits)),
            Pattern::End => self.steps.push(Step::End),
            Pattern::Sequence(parts) => parts.iter().for_each(|part| self.compile(part)),
            Pattern::Choice(choices) => self.choice(choices),
            Pattern::Repeat(inner, least, most) => {
                (0..*least).for_each(|_| self.compile(inner));
                (*least..most.unwrap_or(*least)).for_each(|_| self.maybe(inner));
            }
            Pattern::Capture(number, inner) => {
                let slot = 2 * usize::from(number.saturating_sub(1));
                self.steps.push(Step::Save(slot));
                self.compile(inner);
                self.steps.push(Step::Save(slot + 1));
            }
        }
    }

    fn choice(&mut self, choices: &[Pattern]) {
        let mut jumps = Vec::new();
        for (number, choice) in choices.iter().enumerate() {
            let split = self.steps.len();
            let last = number + 1 == choices.len();
            if !last {
                self.steps.push(Step::Split(split + 1, 0));
            }
            self.compile(choice);
            if !last {
                jumps.push(self.steps.len());
                self.steps.push(Step::Jump(0));
                self.steps[split] = Step::Split(split + 1, self.steps.len());
            }
        }
        for jump in jumps {
            self.steps[jump] = Step::Jump(self.steps.len());
        }
    }

    /// Once if it fits, else not at all.
    fn maybe(&mut self, inner: &Pattern) {
        let split = self.steps.len();
        self.steps.push(Step::Split(0, 0));
        self.compile(inner);
        self.steps[split] = Step::Split(split + 1, self.steps.len());
    }

    /// Follows every step that reads no digit; what is left reads one or matches, best first.
    fn spread(&self, threads: &[Thread], digits: u8) -> Vec<Thread> {
        let mut seen = Vec::new();
        let mut spread = Vec::new();
        let mut open: Vec<Thread> = threads.iter().rev().cloned().collect();
        while let Some(mut thread) = open.pop() {
            if seen.contains(&(thread.step, thread.ended)) {
                continue;
            }
            seen.push((thread.step, thread.ended));
            match &self.steps[thread.step] {
                Step::Digit(_) | Step::Match => {
                    spread.push(thread);
                    continue;
                }
                Step::Split(first, second) => {
                    let other = Thread {
                        step: *second,
                        ..thread.clone()
                    };
                    open.push(other);
                    thread.step = *first;
                }
                Step::Jump(to) => thread.step = *to,
                Step::Save(slot) => {
                    if let Some(saved) = thread.saved.get_mut(*slot) {
                        *saved = digits + 1;
                    }
                    thread.step += 1;
                }
                Step::End => {
                    thread.ended = true;
                    thread.step += 1;
                }
            }
            open.push(thread);
        }
        spread
    }

    fn advance(&self, threads: &[Thread], digit: u8, digits: u8) -> Vec<Thread> {
        let fits = |thread: &&Thread| {
            let fits = |set: DigitSet| set & (1 << digit) != 0;
            !thread.ended && matches!(self.steps[thread.step], Step::Digit(set) if fits(set))
        };
        let moved = threads.iter().filter(fits).map(|thread| Thread {
            step: thread.step + 1,
            ..thread.clone()
        });
        self.spread(&moved.collect::<Vec<_>>(), digits + 1)
    }

    /// The rule of a state, and the threads that are still of interest behind it.
    fn rule(&self, threads: Vec<Thread>, digits: u8) -> (Rule, Vec<Thread>) {
        let mut rule = Rule::default();
        let mut live = Vec::new();
        for thread in threads {
            if !matches!(self.steps[thread.step], Step::Match) {
                live.push(thread);
                continue;
            }
            let action = self.action(&thread, digits);
            rule.ended.get_or_insert_with(|| action.clone());
            if !thread.ended {
                // What is tried later than a match does not matter.
                rule.open = Some(action);
                break;
            }
        }
        (rule, live)
    }

    fn action(&self, thread: &Thread, matched: u8) -> Action {
        let group = |number: usize| {
            let slot = 2 * number.saturating_sub(1);
            let (from, to) = (thread.saved[slot], thread.saved[slot + 1]);
            (from > 0 && to > 0).then(|| (from - 1, to - 1))
        };
        let full = |number| group(number).filter(|(from, to)| from < to);
        let action = Action {
            matched,
            ..Action::default()
        };
        match self
            .transform
            .group
            .filter(|_| full(self.captures).is_some())
        {
            Some(kept) => Action {
                insert: self.transform.insert.clone(),
                keep: full(kept).unwrap_or_default(),
                carrier: full(1).filter(|_| self.captures > 1).unwrap_or_default(),
                ..action
            },
            None => Action {
                carrier: full(1).unwrap_or_default(),
                ..action
            },
        }
    }
}

struct Builder<'b> {
    program: &'b Program,
    pool: &'b mut Pool,
    rules: &'b mut Rules,
    known: HashMap<(Vec<Thread>, u8), StateId>,
}

impl Builder<'_> {
    fn state(&mut self, threads: Vec<Thread>, digits: u8) -> Result<StateId> {
        if threads.is_empty() {
            return Ok(DEAD);
        }
        if let Some(&id) = self.known.get(&(threads.clone(), digits)) {
            return Ok(id);
        }
        let (rule, live) = self.program.rule(threads.clone(), digits);
        let mut state = State {
            outcome: self.rules.number(rule)?,
            ..State::default()
        };
        if usize::from(digits) < DIGITS_MAX {
            for digit in 0..10u8 {
                let next = self.program.advance(&live, digit, digits);
                state.next[usize::from(digit)] = self.state(next, digits + 1)?;
            }
        }
        let id = self.pool.place(state)?;
        self.known.insert((threads, digits), id);
        Ok(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the run time does with the automaton: the whole number after the prefix is handled.
    fn apply(pattern: &str, transform: &str, digits: &str) -> Option<String> {
        let (mut pool, mut rules) = (Pool::new(), Rules::new());
        let root = build(&mut pool, &mut rules, pattern, transform).unwrap();
        let mut at = root;
        let mut last = rules.all()[usize::from(pool.states()[usize::from(at)].outcome)].clone();
        let mut found = last.open.take();
        for digit in digits.bytes() {
            at = pool.states()[usize::from(at)].next[usize::from(digit - b'0')];
            last = rules.all()[usize::from(pool.states()[usize::from(at)].outcome)].clone();
            found = last.open.take().or(found);
        }
        let action = last.ended.filter(|_| at != DEAD).or(found)?;
        let kept = &digits[usize::from(action.keep.0)..usize::from(action.keep.1)];
        Some(format!(
            "{}{kept}{}",
            action.insert,
            &digits[usize::from(action.matched)..]
        ))
    }

    fn applied(pattern: &str, transform: &str, digits: &str, expected: &str) {
        let found = apply(pattern, transform, digits);
        assert_eq!(found.as_deref(), Some(expected), "{pattern} on {digits}");
    }

    #[test]
    fn a_plain_prefix_is_cut() {
        applied("0", "", "0123", "123");
        applied("0|80?", "", "8012", "12");
        applied("0|80?", "", "8112", "112");
        assert_eq!(apply("0", "", "123"), None);
        assert_eq!(apply("0", "", ""), None);
    }

    #[test]
    fn a_local_number_gets_its_area_code_only_if_nothing_follows() {
        applied("([2-5]\\d{3})$|1", "268$1", "2345", "2682345");
        applied("([2-5]\\d{3})$|1", "268$1", "12345", "2345");
        assert_eq!(apply("([2-5]\\d{3})$|1", "268$1", "23456"), None);
    }

    #[test]
    fn a_carrier_code_goes_with_the_prefix() {
        let brazil = "(?:0|90)(?:(1[245]|31)(\\d{10,11}))?";
        applied(brazil, "$2", "0311199998888", "1199998888");
        applied(brazil, "$2", "03111999998888", "11999998888");
        applied(brazil, "$2", "01199998888", "1199998888");
        applied(brazil, "$2", "901", "1");
        applied("0(1\\d)?", "", "0123456", "3456");
        applied("0(1\\d)?", "", "023456", "23456");
    }

    #[test]
    fn an_argentine_mobile_is_rewritten() {
        let argentina = "0?(?:(11|2(?:21|3)|3\\d\\d)15)?";
        applied(argentina, "9$1", "0111512345678", "91112345678");
        applied(argentina, "9$1", "231512345", "92312345");
        applied(argentina, "9$1", "01112345678", "1112345678");
        applied(argentina, "9$1", "1112345678", "1112345678");
    }

    #[test]
    fn the_earlier_alternative_wins_even_if_it_is_shorter() {
        applied("0|011", "", "0112", "112");
        applied("011|0", "", "0112", "2");
        applied("011|0", "", "0122", "122");
    }

    #[test]
    fn a_carriers_place_is_known() {
        let (mut pool, mut rules) = (Pool::new(), Rules::new());
        build(&mut pool, &mut rules, "0(1\\d)?", "").unwrap();
        let open = rules.all().iter().flat_map(|rule| &rule.open);
        let carriers: Vec<_> = open
            .map(|action| (action.matched, action.carrier))
            .collect();
        assert!(carriers.contains(&(3, (1, 3))), "{carriers:?}");
        assert!(carriers.contains(&(1, (0, 0))), "{carriers:?}");
    }
}
