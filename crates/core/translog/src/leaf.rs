//! The leaf and its bytes.

use crate::{Commitment, Event, LABEL_BYTES, lp};
use aws_lc_rs::digest::{Context, SHA256};

/// Format of the leaves written here.
const VERSION: u8 = 1;
/// The most commitments one leaf holds.
pub const MAX_COMMITMENTS: usize = 8;
/// The longest leaf, bytes: eight prefixes, nine bytes of codes, a label, the commitments.
pub const MAX_LEAF_BYTES: usize = 8 * 4 + 9 + LABEL_BYTES + MAX_COMMITMENTS * 32;

/// Days since 1970-01-01, UTC. Leaves carry no finer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(pub u32);

/// Stable code of a purpose class, never 0. The codes belong to the sealing crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Class(pub u8);

/// Stable code of a purpose, never 0. The codes belong to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Purpose(pub u8);

/// A subject label (see [`crate::ViewKey::label`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subject(pub [u8; LABEL_BYTES]);

/// How much of a number an opening shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Level {
    /// Its country.
    Country = 1,
    /// Its last two digits.
    Last2 = 2,
    /// A call put through without showing it.
    CallThrough = 3,
    /// All of it.
    Full = 4,
}

impl Level {
    /// Stable code inside the leaf.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The level with this code.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Level> {
        match code {
            1 => Some(Level::Country),
            2 => Some(Level::Last2),
            3 => Some(Level::CallThrough),
            4 => Some(Level::Full),
            _ => None,
        }
    }
}

/// LP(version, event, day, class, purpose, output level, subject label, commitments).
///
/// Codes are one byte, the day four; a field that does not apply is empty. Commitments stand one
/// after the other in their field, 32 bytes each, in the order the event's documentation gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// What happened.
    pub event: Event,
    /// When.
    pub day: Day,
    /// By which opening key.
    pub class: Option<Class>,
    /// What for. Always `None` in consent leaves: there the purpose is a commitment.
    pub purpose: Option<Purpose>,
    /// How much was shown.
    pub level: Option<Level>,
    /// Whom it is about, known to that person only.
    pub subject: Option<Subject>,
    /// What else is bound.
    pub commitments: Vec<Commitment>,
}

/// Not a leaf, or one that must not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafRefused {
    /// Bytes of no leaf of this version.
    #[error("malformed leaf")]
    Malformed,
    /// A consent leaf with its purpose in clear.
    #[error("a consent leaf must not show its purpose")]
    PurposeShown,
    /// More than [`MAX_COMMITMENTS`].
    #[error("too many commitments")]
    TooMany,
}

impl Leaf {
    /// The bytes that enter the tree.
    ///
    /// # Errors
    /// [`LeafRefused`] for a leaf that must not be written, or a class or purpose of code 0.
    pub fn encode(&self) -> Result<Vec<u8>, LeafRefused> {
        self.check()?;
        let mut commitments = Vec::with_capacity(self.commitments.len() * 32);
        for commitment in &self.commitments {
            commitments.extend_from_slice(&commitment.0);
        }
        let code = |code: Option<u8>| code.map_or_else(Vec::new, |code| vec![code]);
        Ok(lp::encode(&[
            &[VERSION],
            &[self.event.code()],
            &self.day.0.to_be_bytes(),
            &code(self.class.map(|class| class.0)),
            &code(self.purpose.map(|purpose| purpose.0)),
            &code(self.level.map(Level::code)),
            self.subject.as_ref().map_or(&[], |subject| &subject.0),
            &commitments,
        ]))
    }

    /// Reads a leaf; whatever [`Leaf::encode`] would not write is refused.
    ///
    /// # Errors
    /// [`LeafRefused`].
    pub fn decode(bytes: &[u8]) -> Result<Leaf, LeafRefused> {
        let leaf = Leaf::read(bytes).ok_or(LeafRefused::Malformed)?;
        leaf.check()?;
        Ok(leaf)
    }

    fn check(&self) -> Result<(), LeafRefused> {
        let is_consent = matches!(self.event, Event::ConsentGiven | Event::ConsentWithdrawn);
        if is_consent && self.purpose.is_some() {
            return Err(LeafRefused::PurposeShown);
        }
        if self.commitments.len() > MAX_COMMITMENTS {
            return Err(LeafRefused::TooMany);
        }
        if self.class == Some(Class(0)) || self.purpose == Some(Purpose(0)) {
            return Err(LeafRefused::Malformed);
        }
        Ok(())
    }

    fn read(bytes: &[u8]) -> Option<Leaf> {
        if bytes.len() > MAX_LEAF_BYTES {
            return None;
        }
        let mut rest = bytes;
        let mut field = || {
            let (field, after) = lp::take(rest)?;
            rest = after;
            Some(field)
        };
        let (version, event, day) = (field()?, field()?, field()?);
        let (class, purpose, level) = (code(field()?)?, code(field()?)?, code(field()?)?);
        let (subject, commitments) = (field()?, field()?);
        let (commitments, partial) = commitments.as_chunks::<32>();
        if version != [VERSION] || !partial.is_empty() || !rest.is_empty() {
            return None;
        }
        Some(Leaf {
            event: Event::from_code(code(event)??)?,
            day: Day(u32::from_be_bytes(day.try_into().ok()?)),
            class: class.map(Class),
            purpose: purpose.map(Purpose),
            level: match level {
                Some(level) => Some(Level::from_code(level)?),
                None => None,
            },
            subject: match subject {
                [] => None,
                label => Some(Subject(label.try_into().ok()?)),
            },
            commitments: commitments.iter().copied().map(Commitment).collect(),
        })
    }
}

/// An optional one-byte field; `None` when it is longer.
fn code(field: &[u8]) -> Option<Option<u8>> {
    match field {
        [] => Some(None),
        [code] => Some(Some(*code)),
        _ => None,
    }
}

/// Hash of a leaf in the tree: SHA-256(0x00 ‖ leaf), plain concatenation (RFC 6962, 2.1).
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(&[0]);
    context.update(leaf);
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sealed() -> Leaf {
        Leaf {
            event: Event::Sealed,
            day: Day(20_585),
            class: Some(Class(1)),
            purpose: Some(Purpose(2)),
            level: None,
            subject: Some(Subject([0x11; 32])),
            commitments: vec![Commitment([0x22; 32])],
        }
    }

    /// Computed apart with Python's hashlib.
    #[test]
    fn known_answer_of_a_leaf_and_its_hash() {
        let bytes = sealed().encode().unwrap();
        let mut expected = vec![0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 4, 0, 0, 0x50, 0x69];
        expected.extend_from_slice(&[0, 0, 0, 1, 1, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 32]);
        expected.extend_from_slice(&[0x11; 32]);
        expected.extend_from_slice(&[0, 0, 0, 32]);
        expected.extend_from_slice(&[0x22; 32]);
        assert_eq!(bytes, expected);
        assert_eq!(
            leaf_hash(&bytes),
            [
                0x46, 0x23, 0x12, 0x67, 0x93, 0xd9, 0x94, 0x31, 0xbb, 0x90, 0x63, 0xc8, 0xa1, 0xeb,
                0x34, 0xdb, 0x13, 0xf7, 0x81, 0x8c, 0xa8, 0x19, 0x6c, 0xa8, 0x4e, 0xe9, 0x69, 0x96,
                0x18, 0x26, 0xe8, 0x15
            ]
        );
    }

    /// The empty leaf of RFC 6962, as published with its reference implementation.
    #[test]
    fn the_hash_of_the_empty_leaf_is_the_published_one() {
        assert_eq!(
            leaf_hash(b""),
            [
                0x6e, 0x34, 0x0b, 0x9c, 0xff, 0xb3, 0x7a, 0x98, 0x9c, 0xa5, 0x44, 0xe6, 0xbb, 0x78,
                0x0a, 0x2c, 0x78, 0x90, 0x1d, 0x3f, 0xb3, 0x37, 0x38, 0x76, 0x85, 0x11, 0xa3, 0x06,
                0x17, 0xaf, 0xa0, 0x1d
            ]
        );
    }

    #[test]
    fn the_leaves_of_a_sign_up_stay_under_120_bytes() {
        let used = Leaf {
            event: Event::Used,
            level: Some(Level::Full),
            ..sealed()
        };
        for leaf in [sealed(), used] {
            assert!(leaf.encode().unwrap().len() < 120);
        }
    }

    #[test]
    fn a_consent_leaf_never_shows_its_purpose() {
        for event in [Event::ConsentGiven, Event::ConsentWithdrawn] {
            let shown = Leaf { event, ..sealed() };
            assert_eq!(shown.encode(), Err(LeafRefused::PurposeShown));
            let hidden = Leaf {
                purpose: None,
                ..shown
            };
            let mut bytes = hidden.encode().unwrap();
            assert_eq!(Leaf::decode(&bytes), Ok(hidden));
            // The same leaf with a purpose spliced into its empty field.
            bytes.splice(23..27, [0, 0, 0, 1, 2]);
            assert_eq!(Leaf::decode(&bytes), Err(LeafRefused::PurposeShown));
        }
    }

    #[test]
    fn more_commitments_than_allowed_are_refused() {
        let most = Leaf {
            commitments: vec![Commitment([1; 32]); MAX_COMMITMENTS],
            ..sealed()
        };
        let bytes = Leaf {
            level: Some(Level::Full),
            ..most.clone()
        }
        .encode()
        .unwrap();
        assert_eq!(bytes.len(), MAX_LEAF_BYTES);
        let mut more = most;
        more.commitments.push(Commitment([1; 32]));
        assert_eq!(more.encode(), Err(LeafRefused::TooMany));
    }

    #[test]
    fn code_zero_is_no_class_and_no_purpose() {
        let class = Leaf {
            class: Some(Class(0)),
            ..sealed()
        };
        let purpose = Leaf {
            purpose: Some(Purpose(0)),
            ..sealed()
        };
        assert_eq!(class.encode(), Err(LeafRefused::Malformed));
        assert_eq!(purpose.encode(), Err(LeafRefused::Malformed));
    }

    fn any_leaf() -> impl Strategy<Value = Leaf> {
        let level = prop::option::of((1..=4u8).prop_map(|c| Level::from_code(c).unwrap()));
        let commitments = prop::collection::vec(any::<[u8; 32]>().prop_map(Commitment), 0..=8);
        (
            prop::sample::select(&Event::ALL[..]),
            any::<u32>().prop_map(Day),
            prop::option::of((1..=u8::MAX).prop_map(Class)),
            prop::option::of((1..=u8::MAX).prop_map(Purpose)),
            level,
            prop::option::of(any::<[u8; 32]>().prop_map(Subject)),
            commitments,
        )
            .prop_map(
                |(event, day, class, purpose, level, subject, commitments)| Leaf {
                    event,
                    day,
                    class,
                    purpose: purpose.filter(|_| {
                        !matches!(event, Event::ConsentGiven | Event::ConsentWithdrawn)
                    }),
                    level,
                    subject,
                    commitments,
                },
            )
    }

    proptest! {
        #[test]
        fn every_leaf_reads_back_and_no_cut_of_it_does(leaf in any_leaf(), cut: prop::sample::Index) {
            let bytes = leaf.encode().unwrap();
            prop_assert_eq!(Leaf::decode(&bytes), Ok(leaf));
            let cut = cut.index(bytes.len());
            prop_assert!(Leaf::decode(&bytes[..cut]).is_err());
            let longer = [&bytes[..], &[0]].concat();
            prop_assert!(Leaf::decode(&longer).is_err());
        }

        #[test]
        fn what_decodes_encodes_to_the_same_bytes(leaf in any_leaf(), at: prop::sample::Index, to: u8) {
            let mut bytes = leaf.encode().unwrap();
            let at = at.index(bytes.len());
            bytes[at] = to;
            if let Ok(read) = Leaf::decode(&bytes) {
                prop_assert_eq!(read.encode().unwrap(), bytes);
            }
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = Leaf::decode(&bytes);
        }
    }
}
