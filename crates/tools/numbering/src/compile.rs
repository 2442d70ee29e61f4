//! From the numbering data to the table.

use std::collections::{BTreeMap, HashMap};

use crate::automaton::{DEAD, Pool, State, StateId, Union};
use crate::bytes::{File, Section};
use crate::classify::{self, Outcomes};
use crate::decided;
use crate::error::{Error, Result};
use crate::formats::{self, Formats};
use crate::layout;
use crate::metadata::{self, Kind, Territory};
use crate::pattern::Pattern;
use crate::prefix::{self, Action, Rules};

/// The text of the data files.
#[derive(Default)]
pub struct Sources {
    /// `PhoneNumberMetadata.xml`.
    pub metadata: String,
    /// `PhoneNumberAlternateFormats.xml`.
    pub alternate_formats: String,
    /// `ShortNumberMetadata.xml`.
    pub short_numbers: String,
    /// `map_data.txt`.
    pub time_zones: String,
}

/// Compiles the data into the bytes of the table. The same input gives the same bytes.
pub fn compile(sources: &Sources, notice: &str) -> Result<Vec<u8>> {
    let mut compiler = Compiler {
        pool: Pool::new(),
        rules: Rules::new(),
        outcomes: Outcomes::new(),
        formats: Formats::default(),
        letters: Vec::new(),
        file: File::default(),
    };
    let territories = sorted(metadata::territories(&sources.metadata)?);
    let alternates = metadata::alternate_formats(&sources.alternate_formats)?;
    let shorts = metadata::short_numbers(&sources.short_numbers)?;
    compiler.file.bytes(Section::Notice, notice.as_bytes());
    compiler.regions(&territories, &shorts.into_iter().collect())?;
    let roots = compiler.codes(&territories, &alternates.into_iter().collect())?;
    let zones = compiler.zones(&metadata::time_zones(&sources.time_zones)?)?;
    let whole = compiler.trie(&roots)?;
    let decided = compiler.decided(&roots)?;
    compiler
        .file
        .states(Section::Roots, &[whole, zones, decided]);
    compiler.finish(whole)
}

/// By region code, global services last and by calling code: binary search finds a region.
fn sorted(mut territories: Vec<Territory>) -> Vec<Territory> {
    let global = |t: &Territory| t.id == classify::GLOBAL;
    territories.sort_by(|a, b| {
        let key = |t: &Territory| (global(t), t.id.clone(), t.calling_code);
        key(a).cmp(&key(b))
    });
    territories
}

struct Compiler {
    pool: Pool,
    rules: Rules,
    outcomes: Outcomes,
    formats: Formats,
    /// Of each region, in the order of the table.
    letters: Vec<[u8; 2]>,
    file: File,
}

impl Compiler {
    /// One record for each region, in the order given.
    fn regions(
        &mut self,
        territories: &[Territory],
        shorts: &BTreeMap<String, Vec<Option<Kind>>>,
    ) -> Result<()> {
        for territory in territories {
            let general = self.matches(&territory.general.pattern)?;
            let national = self.prefix(&territory.prefix_for_parsing, &territory.transform)?;
            let abroad = self.prefix(&territory.international_prefix, "")?;
            let short = match shorts.get(&territory.id) {
                Some(kinds) => self.short(kinds)?,
                None => DEAD,
            };
            let letters = classify::letters(&territory.id)?;
            self.letters.push(letters);
            self.file.bytes(Section::Regions, &letters);
            self.file.words(Section::Regions, &[territory.calling_code]);
            let roots = [general, national, abroad, short];
            self.file.states(Section::Regions, &roots);
            for lengths in [territory.general.lengths, territory.general.local_lengths] {
                self.file.bytes(Section::Regions, &lengths.to_le_bytes());
            }
            for text in [
                &territory.national_prefix,
                &territory.preferred_international_prefix,
                &territory.extension_prefix,
            ] {
                let place = self.file.string(text.as_bytes())?;
                self.file.words(Section::Regions, &[place]);
            }
            let leads = self.leads(national);
            self.file.words(Section::Regions, &[leads]);
        }
        let index = layout::region_index(&self.letters)?;
        self.file.bytes(Section::RegionIndex, &index);
        Ok(())
    }

    /// The digits with which something can begin that a prefix rule is about, a bit each.
    fn leads(&self, prefix: StateId) -> u16 {
        let state = &self.pool.states()[usize::from(prefix)];
        let always = self.rules.all()[usize::from(state.outcome)].open.is_some();
        let leads = |digit: &usize| always || state.next[*digit] != DEAD;
        (0..10).filter(leads).map(|digit| 1 << digit).sum()
    }

    /// An automaton that accepts what one pattern matches as a whole.
    fn matches(&mut self, pattern: &str) -> Result<StateId> {
        let mut union = Union::new();
        union.add(&Pattern::parse(pattern)?)?;
        union.build(&mut self.pool, &mut |ended, _| u16::from(!ended.is_empty()))
    }

    fn prefix(&mut self, pattern: &str, transform: &str) -> Result<StateId> {
        match pattern.is_empty() {
            true => Ok(DEAD),
            false => prefix::build(&mut self.pool, &mut self.rules, pattern, transform),
        }
    }

    /// The outcome of a short number is the set of its kinds, a bit each. Emergency numbers have
    /// no lengths beside their pattern.
    fn short(&mut self, kinds: &[Option<Kind>]) -> Result<StateId> {
        let mut union = Union::new();
        let mut known = Vec::new();
        for (bit, kind) in kinds.iter().enumerate() {
            if let Some(kind) = kind {
                union.add(&Pattern::parse(&kind.pattern)?)?;
                known.push((1u16 << bit, kind.lengths));
            }
        }
        union.build(&mut self.pool, &mut |ended, digits| {
            let fits = |lengths: u32| lengths == 0 || lengths & (1 << digits) != 0;
            let kinds = ended.iter().map(|&number| known[number]);
            kinds
                .filter(|(_, lengths)| fits(*lengths))
                .map(|(bit, _)| bit)
                .sum()
        })
    }

    /// One record for each calling code; returns where each code's national numbers start.
    fn codes(
        &mut self,
        territories: &[Territory],
        alternates: &BTreeMap<u16, Vec<metadata::Format>>,
    ) -> Result<Vec<(String, StateId)>> {
        let mut shared: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        for (place, territory) in territories.iter().enumerate() {
            shared
                .entry(territory.calling_code)
                .or_default()
                .push(place);
        }
        let mut index = vec![0u8; 1000];
        let mut roots = Vec::new();
        for (number, (code, mut places)) in shared.into_iter().enumerate() {
            places.sort_by_key(|&place| !territories[place].main);
            let members: Vec<_> = places.iter().map(|&p| (p, &territories[p])).collect();
            let national = classify::build(&mut self.pool, &mut self.outcomes, &members)?;
            let main = members[0].1;
            let (home, abroad) = self.formats.build(&mut self.pool, &mut self.file, main)?;
            let others = alternates.get(&code).map_or(&[][..], Vec::as_slice);
            let other = self
                .formats
                .alternates(&mut self.pool, &mut self.file, others)?;
            let slots = index.get_mut(layout::beginnings_of(code));
            slots
                .ok_or_else(|| Error::failed("a calling code over 999"))?
                .fill(byte(number + 1)?);
            self.file
                .words(Section::Codes, &[code, word(members[0].0)?]);
            self.file
                .states(Section::Codes, &[national, home, abroad, other]);
            let lengths = lengths_to_an_outcome(&self.pool, national);
            self.file.bytes(Section::Codes, &lengths.to_le_bytes());
            roots.push((code.to_string(), national));
        }
        self.file.bytes(Section::CodeIndex, &index);
        Ok(roots)
    }

    /// The lists of time zones by prefix: the last outcome of a walk is the answer.
    fn zones(&mut self, zones: &[(String, Vec<String>)]) -> Result<StateId> {
        let mut lists = Vec::new();
        for (prefix, names) in zones {
            let names = names.iter().map(|name| self.file.string(name.as_bytes()));
            let names: Vec<u16> = names.collect::<Result<_>>()?;
            lists.push((prefix.clone(), self.file.list(Section::Zones, &names)?));
        }
        Trie::of(&lists).build(&mut self.pool, &mut |list| State {
            outcome: list,
            ..State::default()
        })
    }

    /// The regions that the first digits of whole numbers decide: the last outcome of a walk is the
    /// place of a region plus one.
    fn decided(&mut self, roots: &[(String, StateId)]) -> Result<StateId> {
        let mut entries = Vec::new();
        for (code, root) in roots {
            let found = decided::beginnings(&self.pool, &self.outcomes, code, *root)?;
            entries.extend(
                found
                    .into_iter()
                    .map(|(digits, region)| (digits, region + 1)),
            );
        }
        Trie::of(&entries).build(&mut self.pool, &mut |region| State {
            outcome: region,
            ..State::default()
        })
    }

    /// One start for whole numbers: the calling code, then its national numbers.
    fn trie(&mut self, roots: &[(String, StateId)]) -> Result<StateId> {
        let states = self.pool.states().to_vec();
        let trie = Trie::of(roots);
        trie.build(&mut self.pool, &mut |root| {
            states[usize::from(root)].clone()
        })
    }

    fn finish(mut self, whole: StateId) -> Result<Vec<u8>> {
        let (starts, tails) = self.pool.tails()?;
        let places = layout::places(&starts, tails.len())?;
        let nearest = self.pool.nearest();
        let states = self.pool.states().iter().zip(nearest).zip(&starts);
        for ((state, nearest), _) in states.filter(|(_, start)| **start == 0) {
            let next = state.next.map(|next| places[usize::from(next)]);
            self.file.words(Section::States, &next);
            self.file.words(Section::States, &[state.outcome, 0]);
            let nearest = nearest.unwrap_or(u8::MAX);
            self.file.bytes(Section::Nearest, &[nearest]);
        }
        for (outcome, length) in tails {
            self.file.words(Section::Tails, &[outcome, length]);
        }
        let beginnings = layout::beginnings(&self.pool, whole)?;
        self.file.states(Section::Beginnings, &beginnings);
        self.file.place_states(&places);
        for (region, kind) in self.outcomes.all() {
            let letters = self.letters[usize::from(region)];
            self.file.bytes(Section::Outcomes, &letters);
            self.file.words(Section::Outcomes, &[kind]);
        }
        for rule in self.rules.all() {
            for action in [&rule.open, &rule.ended] {
                let record = action_record(action.as_ref())?;
                self.file.bytes(Section::Rules, &record);
            }
        }
        formats::write(&mut self.file, self.formats)?;
        self.file.finish()
    }
}

fn action_record(action: Option<&Action>) -> Result<[u8; 12]> {
    let mut record = [0; 12];
    let Some(action) = action else {
        return Ok(record);
    };
    let Action {
        matched,
        insert,
        keep,
        carrier,
    } = action;
    let head = [
        1,
        *matched,
        keep.0,
        keep.1,
        carrier.0,
        carrier.1,
        byte(insert.len())?,
    ];
    record[..7].copy_from_slice(&head);
    let room = record.get_mut(7..7 + insert.len());
    room.ok_or_else(|| Error::failed("a prefix inserts too much"))?
        .copy_from_slice(insert.as_bytes());
    Ok(record)
}

/// Digit strings with a number each.
#[derive(Default)]
struct Trie {
    next: BTreeMap<u8, Trie>,
    value: u16,
}

impl Trie {
    fn of(entries: &[(String, u16)]) -> Self {
        let mut root = Self::default();
        for (digits, value) in entries {
            let mut at = &mut root;
            for digit in digits.bytes() {
                at = at.next.entry(digit - b'0').or_default();
            }
            at.value = *value;
        }
        root
    }

    /// `state` makes the state of a value, which the entries behind it extend.
    fn build(&self, pool: &mut Pool, state: &mut dyn FnMut(u16) -> State) -> Result<StateId> {
        let mut own = match self.value {
            0 => State::default(),
            value => state(value),
        };
        for (&digit, next) in &self.next {
            own.next[usize::from(digit)] = next.build(pool, state)?;
        }
        pool.place(own)
    }
}

/// The lengths of the numbers that lead from here to an outcome, as a set of bits.
fn lengths_to_an_outcome(pool: &Pool, root: StateId) -> u32 {
    fn of(pool: &Pool, at: StateId, known: &mut HashMap<StateId, u32>) -> u32 {
        if at == DEAD {
            return 0;
        }
        if let Some(&lengths) = known.get(&at) {
            return lengths;
        }
        let state = &pool.states()[usize::from(at)];
        let next = state.next.iter().map(|&next| of(pool, next, known) << 1);
        let lengths = next.fold(u32::from(state.outcome != 0), |all, some| all | some);
        known.insert(at, lengths);
        lengths
    }
    of(pool, root, &mut HashMap::new())
}

/// A number as 8 bits.
pub fn byte(number: usize) -> Result<u8> {
    u8::try_from(number).map_err(|_| Error::failed("a number is too large for 8 bits"))
}

/// A place as 16 bits.
pub fn word(number: usize) -> Result<u16> {
    u16::try_from(number).map_err(|_| Error::failed("a number is too large for 16 bits"))
}
