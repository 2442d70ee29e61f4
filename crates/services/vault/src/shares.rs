//! What a row of the share store hides, and how it is laid out inside its sealed columns.

use seal::{
    Class,
    keys::EpochKey,
    lp,
    record::{Share, Wrap},
    share::Cell,
    tag::Tag,
};
use zeroize::Zeroizing;

mod packing;

use crate::{
    fault::Fault,
    keys::Random,
    rows::{Ban, NumberLimit, ShareRow, TagRow},
    tags::{MadeTag, generation_of, suffix},
};

/// The secrets of one subject: fixed layout S ‖ view key ‖ limit tag ‖ ban tag, 128 bytes, then the
/// generation of the index key, 4 bytes, unless it is the first.
#[derive(Clone)]
pub struct Shares {
    /// S, the half of the record's secret.
    pub share: Share,
    /// Labels the subject's log leaves; given to the person.
    pub view_key: Zeroizing<[u8; 32]>,
    /// Finds the number's limits without the number.
    pub limit: Tag,
    /// Finds or places a ban without the number.
    pub ban: Tag,
    /// Generation of the index key that these two tags, and the tag row, were made with.
    pub generation: u32,
    /// Wraps of K, one for each class.
    pub wraps: Vec<Wrap>,
}

const SECRETS_BYTES: usize = 128;

impl Shares {
    /// Seals the row of `subject` under an epoch's key.
    ///
    /// # Errors
    /// [`Fault::Seal`].
    pub fn seal(
        &self,
        subject: [u8; 16],
        epoch: &EpochKey,
        random: &Random,
    ) -> Result<ShareRow, Fault> {
        let mut secrets = Zeroizing::new(Vec::with_capacity(SECRETS_BYTES + 4));
        secrets.extend_from_slice(self.share.as_bytes());
        secrets.extend_from_slice(&*self.view_key);
        secrets.extend_from_slice(self.limit.as_bytes());
        secrets.extend_from_slice(self.ban.as_bytes());
        secrets.extend(suffix(self.generation));
        let wraps = packing::pack(&self.wraps)
            .map_err(|lp::Malformed| Fault::Contradiction("wraps that make no sense"))?;
        Ok(ShareRow {
            subject,
            epoch: epoch.epoch(),
            secrets: epoch.seal(&cell(&subject, "secrets"), &secrets, random)?,
            wraps: epoch.seal(&cell(&subject, "wraps"), &wraps, random)?,
        })
    }

    /// Opens a row.
    ///
    /// # Errors
    /// [`Fault::Open`] when it does not open, [`Fault::Contradiction`] when it makes no sense.
    pub fn open(row: &ShareRow, epoch: &EpochKey) -> Result<Self, Fault> {
        let secrets = epoch.open(&cell(&row.subject, "secrets"), &row.secrets)?;
        let (&[share, view_key, limit, ban], rest) = secrets.as_chunks::<32>() else {
            return Err(Fault::Contradiction("share secrets of the wrong size"));
        };
        let wraps = epoch.open(&cell(&row.subject, "wraps"), &row.wraps)?;
        Ok(Self {
            share: Share::from_bytes(share),
            view_key: Zeroizing::new(view_key),
            limit: Tag::from_bytes(limit),
            ban: Tag::from_bytes(ban),
            generation: generation_of(rest)?,
            wraps: packing::unpack(&wraps)
                .map_err(|lp::Malformed| Fault::Contradiction("wraps that make no sense"))?,
        })
    }

    /// The tag of the ban, as it is written.
    #[must_use]
    pub fn made_ban(&self) -> MadeTag {
        MadeTag {
            generation: self.generation,
            tag: self.ban.clone(),
        }
    }

    /// The wrap of a class, if there is one.
    #[must_use]
    pub fn wrap(&self, class: Class) -> Option<&Wrap> {
        self.wraps.iter().find(|wrap| wrap.class == class)
    }
}

fn cell<'a>(subject: &'a [u8; 16], column: &'a str) -> Cell<'a> {
    Cell {
        table: "share",
        row: subject,
        column,
    }
}

/// Seals the tag row that leads from a number to a subject.
///
/// # Errors
/// [`Fault::Seal`].
pub fn seal_tag(
    made: &MadeTag,
    subject: [u8; 16],
    epoch: &EpochKey,
    random: &Random,
) -> Result<TagRow, Fault> {
    let lookup = epoch.lookup(&made.tag);
    let row = tag_row_key(&lookup, &subject);
    let cell = Cell {
        table: "tag",
        row: &row,
        column: "sealed",
    };
    let sealed = epoch.seal(&cell, &made.to_bytes(), random)?;
    Ok(TagRow {
        lookup,
        subject,
        epoch: epoch.epoch(),
        sealed,
    })
}

/// Opens a tag row; one that was planted, moved or swapped does not open.
///
/// # Errors
/// [`Fault::Open`].
pub fn open_tag(row: &TagRow, epoch: &EpochKey) -> Result<MadeTag, Fault> {
    let key = tag_row_key(&row.lookup, &row.subject);
    let cell = Cell {
        table: "tag",
        row: &key,
        column: "sealed",
    };
    MadeTag::from_bytes(&epoch.open(&cell, &row.sealed)?)
}

/// Counters of a number, found and carried over under this epoch's key.
///
/// # Errors
/// [`Fault::Seal`].
pub fn under(
    mut limit: NumberLimit,
    made: &MadeTag,
    epoch: &EpochKey,
    random: &Random,
) -> Result<NumberLimit, Fault> {
    let lookup = epoch.lookup(&made.tag);
    limit.sealed = epoch.seal(&limit_cell(&lookup), &made.to_bytes(), random)?;
    (limit.lookup, limit.epoch, limit.version) = (lookup, epoch.epoch(), 0);
    Ok(limit)
}

/// Whose counters these are.
///
/// # Errors
/// [`Fault::Open`].
pub fn open_limit(limit: &NumberLimit, epoch: &EpochKey) -> Result<MadeTag, Fault> {
    MadeTag::from_bytes(&epoch.open(&limit_cell(&limit.lookup), &limit.sealed)?)
}

const fn limit_cell(lookup: &[u8; 16]) -> Cell<'_> {
    Cell {
        table: "number_limit",
        row: lookup,
        column: "sealed",
    }
}

fn tag_row_key(lookup: &[u8; 16], subject: &[u8; 16]) -> [u8; 32] {
    let mut key = [0; 32];
    key[..16].copy_from_slice(lookup);
    key[16..].copy_from_slice(subject);
    key
}

/// Seals a ban until `until_at` (milliseconds): end, 8 bytes big-endian, behind the tag and before
/// its generation.
///
/// # Errors
/// [`Fault::Seal`].
pub fn seal_ban(
    made: &MadeTag,
    until_at: i64,
    epoch: &EpochKey,
    random: &Random,
) -> Result<Ban, Fault> {
    let lookup = epoch.lookup(&made.tag);
    let mut plain = Zeroizing::new(made.tag.as_bytes().to_vec());
    plain.extend_from_slice(&until_at.to_be_bytes());
    plain.extend(suffix(made.generation));
    let cell = Cell {
        table: "ban",
        row: &lookup,
        column: "sealed",
    };
    let sealed = epoch.seal(&cell, &plain, random)?;
    Ok(Ban {
        lookup,
        epoch: epoch.epoch(),
        until_at,
        sealed,
    })
}

/// Opens a ban: its tag and its end in milliseconds.
///
/// # Errors
/// [`Fault::Open`].
pub fn open_ban(row: &Ban, epoch: &EpochKey) -> Result<(MadeTag, i64), Fault> {
    let cell = Cell {
        table: "ban",
        row: &row.lookup,
        column: "sealed",
    };
    let plain = epoch.open(&cell, &row.sealed)?;
    let broken = Fault::Contradiction("a ban of the wrong size");
    let (tag, rest) = plain.split_first_chunk::<32>().ok_or(broken.clone())?;
    let (until, rest) = rest.split_first_chunk::<8>().ok_or(broken)?;
    let made = MadeTag {
        generation: generation_of(rest)?,
        tag: Tag::from_bytes(*tag),
    };
    Ok((made, i64::from_be_bytes(*until)))
}
