//! A number's tags under every index key that lives, and how a stored tag names its key.
//!
//! There is one index key unless it is being rotated (sealing.md section 4). Then a number is
//! looked for by its tags under the present key first, and under the older ones after that. What is
//! written is always written under the present one.

use seal::{
    Hsm, HsmError, KeyPurpose,
    tag::{Tag, Tags},
};
use zeroize::Zeroizing;

use crate::{
    fault::Fault,
    keys::{FIRST_GENERATION, Keys},
};

/// Generations from here on are not of an instance: probes and tests make keys with them and
/// destroy these again.
pub const FIRST_RESERVED: u32 = u32::MAX - 255;

/// The index keys that live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexKeys {
    /// Generation of the one that everything is written under.
    pub present: u32,
    /// Generations of those that rows may still be under, newest first.
    pub older: Vec<u32>,
}

impl IndexKeys {
    /// Those of a key store. Its word counts and no row's: a row that was put back would hide the
    /// numbers that moved since.
    ///
    /// # Errors
    /// [`Fault::Hsm`] when it has none or does not answer.
    pub fn of(hsm: &dyn Hsm) -> Result<Self, Fault> {
        let all = hsm.list()?;
        let index = all
            .iter()
            .filter(|spec| spec.id.purpose == KeyPurpose::Index)
            .map(|spec| spec.id.generation)
            .filter(|generation| *generation < FIRST_RESERVED);
        let mut older: Vec<u32> = index.collect();
        older.sort_unstable();
        let present = older.pop().ok_or(HsmError::NoSuchKey)?;
        older.reverse();
        Ok(Self { present, older })
    }

    /// All of them, the present one first.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        std::iter::once(self.present).chain(self.older.iter().copied())
    }
}

/// Which of a number's tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Finds the accounts.
    Account,
    /// Finds the counters.
    Limit,
    /// Finds a ban.
    Ban,
}

impl Use {
    const fn of(self, tags: &Tags) -> &Tag {
        match self {
            Self::Account => &tags.account,
            Self::Limit => &tags.limit,
            Self::Ban => &tags.ban,
        }
    }
}

/// A tag, and the generation of the index key it was made with.
#[derive(Clone, PartialEq, Eq)]
pub struct MadeTag {
    /// Generation of the index key.
    pub generation: u32,
    /// The tag.
    pub tag: Tag,
}

const TAG_BYTES: usize = 32;

impl MadeTag {
    /// As it lies in a sealed cell: tag, then [`suffix`] of its generation.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(TAG_BYTES + GENERATION_BYTES));
        bytes.extend_from_slice(self.tag.as_bytes());
        bytes.extend(suffix(self.generation));
        bytes
    }

    /// Reads what [`MadeTag::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`Fault::Contradiction`] when it is no tag.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Fault> {
        let broken = Fault::Contradiction("a tag of the wrong size");
        let (tag, rest) = bytes.split_first_chunk().ok_or(broken)?;
        Ok(Self {
            generation: generation_of(rest)?,
            tag: Tag::from_bytes(*tag),
        })
    }
}

const GENERATION_BYTES: usize = 4;

/// The generation at the end of a sealed cell, big-endian. Nothing for the first one: cells are
/// then as they were before index keys could be rotated.
pub fn suffix(generation: u32) -> impl Iterator<Item = u8> {
    let told = generation != FIRST_GENERATION;
    told.then(|| generation.to_be_bytes()).into_iter().flatten()
}

/// Reads [`suffix`].
///
/// # Errors
/// [`Fault::Contradiction`] for anything that it does not write.
pub fn generation_of(suffix: &[u8]) -> Result<u32, Fault> {
    let broken = Fault::Contradiction("a generation of the wrong size");
    match suffix {
        [] => Ok(FIRST_GENERATION),
        bytes => {
            let generation = u32::from_be_bytes(bytes.try_into().map_err(|_| broken.clone())?);
            (generation != FIRST_GENERATION)
                .then_some(generation)
                .ok_or(broken)
        }
    }
}

/// The tags of one number in one application, by generation of the index key.
#[derive(Clone, PartialEq, Eq)]
pub struct NumberTags {
    present: (u32, Tags),
    older: Vec<(u32, Tags)>,
}

impl NumberTags {
    /// Tags under the present key, and under the older ones that live.
    #[must_use]
    pub const fn new(present: (u32, Tags), older: Vec<(u32, Tags)>) -> Self {
        Self { present, older }
    }

    /// Those under the present index key.
    #[must_use]
    pub const fn present(&self) -> &Tags {
        &self.present.1
    }

    /// Generation of the present index key.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.present.0
    }

    /// Those under older keys, newest first.
    #[must_use]
    pub fn older(&self) -> &[(u32, Tags)] {
        &self.older
    }

    /// Those of a generation.
    #[must_use]
    pub fn of_generation(&self, generation: u32) -> Option<&Tags> {
        let mut all = std::iter::once(&self.present).chain(&self.older);
        all.find_map(|(of, tags)| (*of == generation).then_some(tags))
    }

    /// The present tag of a use, as it is written.
    #[must_use]
    pub fn made(&self, which: Use) -> MadeTag {
        MadeTag {
            generation: self.present.0,
            tag: which.of(&self.present.1).clone(),
        }
    }

    /// The tags of a use, the present one first.
    pub fn all(&self, which: Use) -> impl Iterator<Item = MadeTag> {
        let all = std::iter::once(&self.present).chain(&self.older);
        all.map(move |(generation, tags)| MadeTag {
            generation: *generation,
            tag: which.of(tags).clone(),
        })
    }

    /// Lookup values of a use: the present generation's first, and of each the present epoch's.
    #[must_use]
    pub fn lookups(&self, which: Use, keys: &Keys) -> Vec<[u8; 16]> {
        let epochs = keys.epochs();
        let all = self.all(which);
        all.flat_map(|made| epochs.lookups(&made.tag)).collect()
    }

    /// Lookup values of a use under older index keys.
    #[must_use]
    pub fn older_lookups(&self, which: Use, keys: &Keys) -> Vec<[u8; 16]> {
        let epochs = keys.epochs();
        let older = self.older.iter();
        older
            .flat_map(|(_, tags)| epochs.lookups(which.of(tags)))
            .collect()
    }

    /// Whether two are of the same number, by a generation that both know.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let all = std::iter::once(&self.present).chain(&self.older);
        all.filter_map(|(generation, tags)| Some((tags, other.of_generation(*generation)?)))
            .next()
            .is_some_and(|(own, others)| own == others)
    }

    /// Refuses tags that were made before the index key was rotated: who looks with these misses
    /// what has moved since.
    ///
    /// # Errors
    /// [`Fault::IndexTurned`]; the caller may try again.
    pub fn still_complete(&self, keys: &Keys) -> Result<(), Fault> {
        let living = keys.index();
        let known = |generation: u32| self.of_generation(generation).is_some();
        match living.iter().all(known) {
            true => Ok(()),
            false => Err(Fault::IndexTurned),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tags(byte: u8) -> Tags {
        let tag = || Tag::from_bytes([byte; 32]);
        Tags {
            account: tag(),
            limit: tag(),
            ban: tag(),
        }
    }

    #[test]
    fn a_tag_of_the_first_generation_is_written_as_it_always_was() {
        let tag = Tag::from_bytes([7; 32]);
        let generation = FIRST_GENERATION;
        let made = MadeTag { generation, tag };
        assert_eq!(*made.to_bytes(), [7; 32]);
        assert!(MadeTag::from_bytes(&[7; 32]).is_ok_and(|read| read == made));
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        let mut first_in_words = vec![7; 32];
        first_in_words.extend(FIRST_GENERATION.to_be_bytes());
        for bytes in [&[][..], &[7; 31], &[7; 33], &[7; 37], &first_in_words] {
            assert!(MadeTag::from_bytes(bytes).is_err(), "{}", bytes.len());
        }
    }

    #[test]
    fn tags_are_of_one_number_when_a_generation_that_both_know_says_so() {
        let old = NumberTags::new((1, tags(1)), vec![]);
        let both = NumberTags::new((2, tags(2)), vec![(1, tags(1))]);
        let other = NumberTags::new((2, tags(2)), vec![(1, tags(9))]);
        assert!(old.is_same(&both) && both.is_same(&old));
        assert!(!old.is_same(&other));
        let later = NumberTags::new((3, tags(3)), vec![]);
        assert!(!later.is_same(&both), "nothing says so");
    }

    proptest! {
        #[test]
        fn a_made_tag_reads_back(bytes: [u8; 32], generation: u32) {
            let made = MadeTag { generation, tag: Tag::from_bytes(bytes) };
            prop_assert!(MadeTag::from_bytes(&made.to_bytes()).is_ok_and(|read| read == made));
        }

        #[test]
        fn any_bytes_are_refused_or_written_the_same(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(made) = MadeTag::from_bytes(&bytes) {
                prop_assert_eq!(&*made.to_bytes(), &bytes);
            }
        }
    }
}
