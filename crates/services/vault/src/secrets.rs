//! What a verification row hides, opened: number, code, tags and the view key of a person who
//! has no account yet.

use model::{Entropy, Subject};
use seal::{
    E164,
    keys::HourKey,
    pending::{self, Code, Pending, PendingContext},
    tag::{Tag, Tags},
};
use zeroize::Zeroizing;

use crate::{
    fault::Fault,
    keys::Keys,
    rows::Verification,
    tags::{NumberTags, generation_of, suffix},
};

/// The secrets of one verification.
#[derive(Clone)]
pub struct Secrets {
    /// The number being proven.
    pub number: E164,
    /// The code that proves it.
    pub code: Code,
    /// How the number is recognised, so that a check needs no HSM operation.
    pub tags: NumberTags,
    /// Labels the leaves of this verification; becomes the account's when it makes one.
    pub view_key: Zeroizing<[u8; 32]>,
    /// How the number came.
    pub origin: Origin,
}

/// How the number of a verification came to the vault. Only who gave it in the same way learns
/// that it is the same: else a front that lies could hold guesses against a number that was
/// sealed in a page, or is on file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin([u8; 32]);

impl Origin {
    /// The front saw it typed.
    pub const TYPED: Self = Self([0; 32]);

    /// Sealed in the page, in this ciphertext.
    #[must_use]
    pub fn sealed(enc_hash: &[u8; 32]) -> Self {
        Self::of(1, enc_hash.split_at(31).0)
    }

    /// On file for this pseudonym.
    #[must_use]
    pub fn on_file(subject: Subject) -> Self {
        Self::of(2, subject.as_bytes())
    }

    fn of(kind: u8, what: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes[0] = kind;
        bytes
            .iter_mut()
            .skip(1)
            .zip(what)
            .for_each(|(to, from)| *to = *from);
        Self(bytes)
    }
}

/// Account, limit and ban tag, the view key, the origin. Where the index key was rotated the
/// generation of these tags follows, 4 bytes, then for each older index key its generation and its
/// three tags.
const EXTRA_BYTES: usize = 160;
/// An older generation with its tags.
const OLDER_BYTES: usize = 100;

impl Secrets {
    /// Seals them for `row` under its hour's key.
    ///
    /// # Errors
    /// [`Fault::Seal`].
    pub fn seal(&self, row: &Verification, hour: &HourKey, keys: &Keys) -> Result<Vec<u8>, Fault> {
        let mut extra = Zeroizing::new(Vec::with_capacity(EXTRA_BYTES + 4 + 2 * OLDER_BYTES));
        write_tags(&mut extra, self.tags.present());
        extra.extend_from_slice(&*self.view_key);
        extra.extend_from_slice(&self.origin.0);
        extra.extend(suffix(self.tags.generation()));
        for (generation, tags) in self.tags.older() {
            extra.extend_from_slice(&generation.to_be_bytes());
            write_tags(&mut extra, tags);
        }
        let pending = Pending {
            number: self.number.clone(),
            code: self.code.clone(),
            extra,
        };
        Ok(pending::seal(
            hour,
            &context(row, keys),
            &pending,
            &keys.random,
        )?)
    }

    /// Opens the secrets of `row`.
    ///
    /// # Errors
    /// [`Fault::Open`] when the row was moved or edited.
    pub fn open(row: &Verification, hour: &HourKey, keys: &Keys) -> Result<Self, Fault> {
        let pending = pending::open(hour, &context(row, keys), &row.sealed)?;
        let broken = Fault::Contradiction("verification secrets of the wrong size");
        let fixed = pending.extra.split_at_checked(EXTRA_BYTES);
        let (fixed, rest) = fixed.ok_or(broken.clone())?;
        let &[account, limit, ban, view_key, origin] = fixed.as_chunks::<32>().0 else {
            return Err(broken);
        };
        let (generation, older) = rest.split_at(rest.len() % OLDER_BYTES);
        let older = older.chunks_exact(OLDER_BYTES).map(read_older);
        Ok(Self {
            number: pending.number,
            code: pending.code,
            tags: NumberTags::new(
                (generation_of(generation)?, tags_of([account, limit, ban])),
                older.collect::<Result<_, _>>()?,
            ),
            view_key: Zeroizing::new(view_key),
            origin: Origin(origin),
        })
    }
}

fn write_tags(extra: &mut Zeroizing<Vec<u8>>, tags: &Tags) {
    for tag in [&tags.account, &tags.limit, &tags.ban] {
        extra.extend_from_slice(tag.as_bytes());
    }
}

fn tags_of([account, limit, ban]: [[u8; 32]; 3]) -> Tags {
    Tags {
        account: Tag::from_bytes(account),
        limit: Tag::from_bytes(limit),
        ban: Tag::from_bytes(ban),
    }
}

fn read_older(bytes: &[u8]) -> Result<(u32, Tags), Fault> {
    let broken = Fault::Contradiction("older tags of the wrong size");
    let (generation, tags) = bytes.split_first_chunk().ok_or(broken.clone())?;
    let &[account, limit, ban] = tags.as_chunks::<32>().0 else {
        return Err(broken);
    };
    Ok((
        u32::from_be_bytes(*generation),
        tags_of([account, limit, ban]),
    ))
}

fn context<'a>(row: &Verification, keys: &Keys) -> PendingContext<'a> {
    PendingContext {
        deployment: keys.deployment,
        verification: *row.id.as_bytes(),
        application: *row.application.as_bytes(),
        purpose: row.purpose.as_str(),
        // A resend sends the same code and never moves its end.
        expiry: u64::try_from(row.expires_at.as_millis()).unwrap_or_default(),
    }
}

/// Draws a code of `digits` digits, every code equally likely.
///
/// # Errors
/// [`Fault::Random`].
pub fn draw_code(entropy: &dyn Entropy, digits: u8) -> Result<Code, Fault> {
    let mut text = Zeroizing::new(String::with_capacity(digits.into()));
    while text.len() < usize::from(digits) {
        let mut byte = [0];
        entropy.fill(&mut byte)?;
        // 250 is the largest multiple of 10 in a byte: what lies above would favour low digits.
        if byte[0] < 250 {
            text.push(char::from(b'0' + byte[0] % 10));
        }
    }
    Code::parse(&text).map_err(|_| Fault::Contradiction("a drawn code is not a code"))
}
