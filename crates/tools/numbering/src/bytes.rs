//! The file: sections of little-endian records behind a directory, read in place at run time.

use std::collections::HashMap;

use crate::automaton::StateId;
use crate::error::{Error, Result};

/// The first bytes of the file; the digit is the version of the layout.
pub const MAGIC: &[u8; 8] = b"NUMPLAN3";

/// The sections, in the order of the file. `numbers::table` reads the same list.
#[derive(Clone, Copy, Debug)]
pub enum Section {
    /// Where the data is from and under which licence, as text.
    Notice,
    /// The states at which the next digit matters, 24 bytes each.
    States,
    /// For each beginning of three digits the place of its calling code's record plus one, 0 for
    /// none.
    CodeIndex,
    /// Calling codes, 16 bytes each.
    Codes,
    /// Regions, 28 bytes each.
    Regions,
    /// A region's letters and kind of line of a valid number, 4 bytes each.
    Outcomes,
    /// Formats, 16 bytes each.
    Formats,
    /// Sets of alternate formats: a count, then places in `Formats`.
    Alternates,
    /// Prefix rules, 24 bytes each.
    Rules,
    /// Lists of time zones: a count, then places in `Strings`.
    Zones,
    /// Start states that belong to no region.
    Roots,
    /// Strings, each after its length.
    Strings,
    /// Tails of numbers of which only the length matters: outcome and places left, 4 bytes each.
    Tails,
    /// For each of `States` the digit on the shortest way to an outcome, a byte each; 255 for none.
    Nearest,
    /// Where each beginning of a whole number leads, 2 bytes each.
    Beginnings,
    /// For each two letters the place of their region plus one, 0 for none; a byte each.
    RegionIndex,
}

const SECTIONS: usize = 16;

/// Every section starts at a multiple of this, so that no record of 2, 4 or 8 bytes lies across two
/// lines of a cache.
const ALIGNMENT: usize = 8;

/// The sections being written.
#[derive(Default)]
pub struct File {
    sections: [Vec<u8>; SECTIONS],
    strings: HashMap<Vec<u8>, u16>,
    lists: HashMap<(usize, Vec<u16>), u16>,
    /// Section and offset of every state's number that was written before the states were placed.
    states: Vec<(usize, usize)>,
}

impl File {
    /// Appends bytes to a section.
    pub fn bytes(&mut self, section: Section, bytes: &[u8]) {
        self.sections[section as usize].extend_from_slice(bytes);
    }

    /// Appends 16-bit numbers to a section.
    pub fn words(&mut self, section: Section, words: &[u16]) {
        for word in words {
            self.bytes(section, &word.to_le_bytes());
        }
    }

    /// Appends the numbers of states, which [`place_states`](Self::place_states) replaces.
    pub fn states(&mut self, section: Section, states: &[StateId]) {
        for &state in states {
            let at = (section as usize, self.sections[section as usize].len());
            self.states.push(at);
            self.words(section, &[state]);
        }
    }

    /// Replaces the numbers of states by their places in the file.
    pub fn place_states(&mut self, places: &[u16]) {
        for (section, at) in self.states.drain(..) {
            let word = &mut self.sections[section][at..at + 2];
            let state = usize::from(u16::from_le_bytes([word[0], word[1]]));
            word.copy_from_slice(&places[state].to_le_bytes());
        }
    }

    /// The place of a string, written once; 0 is the empty one.
    pub fn string(&mut self, text: &[u8]) -> Result<u16> {
        if self.strings.is_empty() {
            self.strings.insert(Vec::new(), 0);
            self.bytes(Section::Strings, &[0]);
        }
        if let Some(&place) = self.strings.get(text) {
            return Ok(place);
        }
        let place = self.sections[Section::Strings as usize].len();
        let place = u16::try_from(place).map_err(|_| Error::failed("too many strings"))?;
        let length = u8::try_from(text.len()).map_err(|_| Error::failed("a string is too long"))?;
        self.bytes(Section::Strings, &[length]);
        self.bytes(Section::Strings, text);
        self.strings.insert(text.to_vec(), place);
        Ok(place)
    }

    /// The place of a list of numbers in a section of lists, counted in 16-bit numbers; written
    /// once; 0 is the empty one.
    pub fn list(&mut self, section: Section, items: &[u16]) -> Result<u16> {
        let key = (section as usize, items.to_vec());
        if let Some(&place) = self.lists.get(&key) {
            return Ok(place);
        }
        if self.sections[section as usize].is_empty() && !items.is_empty() {
            self.list(section, &[])?;
        }
        let place = self.sections[section as usize].len() / 2;
        let place = u16::try_from(place).map_err(|_| Error::failed("too many lists"))?;
        let count = u16::try_from(items.len()).map_err(|_| Error::failed("a list is too long"))?;
        self.words(section, &[count]);
        self.words(section, items);
        self.lists.insert(key, place);
        Ok(place)
    }

    /// The whole file.
    pub fn finish(self) -> Result<Vec<u8>> {
        let mut file = MAGIC.to_vec();
        let mut start = MAGIC.len() + 8 * SECTIONS;
        for section in &self.sections {
            for number in [start, section.len()] {
                let number = u32::try_from(number).map_err(|_| Error::failed("file too long"))?;
                file.extend_from_slice(&number.to_le_bytes());
            }
            start += section.len().next_multiple_of(ALIGNMENT);
        }
        for section in self.sections {
            file.extend(section);
            file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
        }
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_lists_are_written_once_and_empty_ones_are_first() {
        let mut file = File::default();
        assert_eq!(file.string(b"ab").unwrap(), 1);
        assert_eq!(file.string(b"").unwrap(), 0);
        assert_eq!(file.string(b"c").unwrap(), 4);
        assert_eq!(file.string(b"ab").unwrap(), 1);
        assert_eq!(file.list(Section::Zones, &[7]).unwrap(), 1);
        assert_eq!(file.list(Section::Zones, &[]).unwrap(), 0);
        assert_eq!(file.list(Section::Zones, &[7]).unwrap(), 1);
    }

    #[test]
    fn the_directory_says_where_each_section_is() {
        let mut file = File::default();
        file.bytes(Section::Notice, b"hello");
        file.words(Section::Roots, &[513]);
        let bytes = file.finish().unwrap();
        assert_eq!(&bytes[..8], MAGIC);
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(&bytes[word(8)..][..word(12)], b"hello");
        let roots = 8 + 8 * Section::Roots as usize;
        assert_eq!(word(roots) % ALIGNMENT, 0);
        assert_eq!(&bytes[word(roots)..][..word(roots + 4)], [1, 2]);
    }

    #[test]
    fn states_get_their_places_when_all_are_known() {
        let mut file = File::default();
        file.words(Section::Regions, &[2]);
        file.states(Section::Regions, &[2, 0]);
        file.place_states(&[0, 70, 80]);
        assert_eq!(
            file.sections[Section::Regions as usize],
            [2, 0, 80, 0, 0, 0]
        );
    }
}
