//! The sealed record.
//!
//! ```text
//! pad    = E.164 text, zero padded to 32 bytes
//! K, S   = 32 + 32 random bytes
//! ctx    = LP(version, deployment, subject, generation)
//! prk    = HKDF-Extract("ringfence/record/v1", LP(K, S))
//! k_enc  = HKDF-Expand(prk, LP("enc", ctx), 32)
//! commit = HKDF-Expand(prk, LP("commit", ctx), 32)
//! ct     = AEAD(k_enc, nonce 0, pad, aad ctx)
//! wrap_c = LP(suite, key id, enc, HPKE-Seal(pk_c, info LP("ringfence/wrap/v1", deployment, c, suite, key id), aad ctx, K))
//!        = LP(3, key id, "", RSA-3072-OAEP-SHA-256(pk_c, K))           wrap suite 3
//! hash   = SHA-256(LP(ctx, ct, commit))
//! ```
//! Sealing needs no HSM operation, opening exactly one.

use crate::{
    Class, E164, Fill, Hsm, HsmError, Id, KeyId, KeyPurpose, OpenFailed, PublicKey, RSA_BYTES,
    SealFailed, Suite, aead,
    hpke::{self, Message, Point},
    kdf::{Prk, Secret, extract, sha256},
    lp,
    number::PADDED_BYTES,
    oaep,
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Format of the records made here.
pub const VERSION: u8 = 1;
/// Bytes of the ciphertext.
pub const CT_BYTES: usize = PADDED_BYTES + aead::TAG_BYTES;
/// The largest wrap accepted, bytes. Real ones are about 160, of suite 3 about 430.
pub const MAX_WRAP_BYTES: usize = 512;
/// Wrap suite 3; 1 and 2 are [`Suite`].
const OAEP: u8 = 3;

/// What a record is bound to: it opens for no other subject, generation or deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordContext {
    /// Drawn at genesis.
    pub deployment: Id,
    /// Whose number it is.
    pub subject: Id,
    /// Counts the subject's records.
    pub generation: u32,
}

impl RecordContext {
    fn encode(&self) -> Vec<u8> {
        let generation = self.generation.to_be_bytes();
        lp::encode(&[&[VERSION], &self.deployment, &self.subject, &generation])
    }

    /// SHA-256(LP(ctx, ct, commit)): named in the `sealed` leaf and in every staff request.
    #[must_use]
    pub fn hash(&self, ct: &[u8], commit: &[u8]) -> [u8; 32] {
        hash(&self.encode(), ct, commit)
    }
}

fn hash(ctx: &[u8], ct: &[u8], commit: &[u8]) -> [u8; 32] {
    sha256(|sink| lp::feed([ctx, ct, commit], sink))
}

/// S, the half of a record's secret that lives in the share store. Erased on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Share([u8; 32]);

impl Share {
    /// A share read back from its cell.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Share {
        Share(bytes)
    }

    /// The bytes, for sealing into a cell and nothing else.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Share(…)")
    }
}

/// A fresh record. Share and wraps go to the share store, `ct` and `commit` to the record.
#[derive(Debug, Clone)]
pub struct SealedRecord {
    /// The number, padded and sealed.
    pub ct: [u8; CT_BYTES],
    /// Commits to the key: no second key opens the same ciphertext to another number.
    pub commit: [u8; 32],
    /// The shred share.
    pub share: Share,
    /// One wrap per recipient, in the order given.
    pub wraps: Vec<Wrap>,
    /// The record hash.
    pub hash: [u8; 32],
}

/// K sealed to the opening key of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrap {
    /// For which class.
    pub class: Class,
    /// LP(suite, key id, enc, ct), as stored.
    pub bytes: Vec<u8>,
}

/// The opening key of one class, prepared for sealing in one deployment.
#[derive(Debug, Clone)]
pub struct ClassRecipient {
    class: Class,
    key_id: KeyId,
    sealer: Sealer,
}

/// A public key in the form of its wrap suite.
#[derive(Debug, Clone)]
enum Sealer {
    Hpke(Suite, hpke::Recipient),
    Oaep(oaep::Recipient),
}

/// The key cannot be sealed to: not an opening key, not a point of P-256 or no RSA-3072 modulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the public half of an opening key")]
pub struct RecipientRefused;

impl ClassRecipient {
    /// Prepares sealing to `key_id`, once for many records.
    ///
    /// # Errors
    /// [`RecipientRefused`] when `key_id` is no `open/…` key or `public` no valid opening key.
    pub fn new(
        deployment: &Id,
        key_id: KeyId,
        public: &PublicKey,
    ) -> Result<ClassRecipient, RecipientRefused> {
        let KeyPurpose::Open(class) = key_id.purpose else {
            return Err(RecipientRefused);
        };
        let sealer = match public {
            PublicKey::Agreement { point, suite } => {
                let point = Point::parse(point).map_err(|_| RecipientRefused)?;
                let info = wrap_info(deployment, class, *suite, &key_id.to_string());
                Sealer::Hpke(*suite, hpke::Recipient::new(point, *suite, &info))
            }
            PublicKey::Decryption(modulus) => {
                Sealer::Oaep(oaep::Recipient::new(modulus).ok_or(RecipientRefused)?)
            }
            PublicKey::Signing(_) => return Err(RecipientRefused),
        };
        Ok(ClassRecipient {
            class,
            key_id,
            sealer,
        })
    }

    /// The class sealed for.
    #[must_use]
    pub fn class(&self) -> Class {
        self.class
    }

    /// The key sealed to.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    fn wrap(&self, ctx: &[u8], secret: &Secret) -> Result<Wrap, SealFailed> {
        let key_id = self.key_id.to_string();
        let bytes = match &self.sealer {
            Sealer::Hpke(suite, recipient) => {
                let sealed = recipient.seal(ctx, &**secret)?;
                lp::encode(&[&[suite.code()], key_id.as_bytes(), &sealed.enc, &sealed.ct])
            }
            Sealer::Oaep(recipient) => {
                let ct = recipient.seal(secret)?;
                lp::encode(&[&[OAEP], key_id.as_bytes(), b"", &ct])
            }
        };
        Ok(Wrap {
            class: self.class,
            bytes,
        })
    }
}

fn wrap_info(deployment: &Id, class: Class, suite: Suite, key_id: &str) -> Vec<u8> {
    let class = class.name().as_bytes();
    lp::encode(&[
        b"ringfence/wrap/v1",
        deployment,
        class,
        &[suite.code()],
        key_id.as_bytes(),
    ])
}

/// Seals `number` for the given classes, under fresh K and S.
///
/// # Errors
/// [`SealFailed`] when randomness or the library failed.
pub fn seal_record(
    context: &RecordContext,
    number: &E164,
    recipients: &[ClassRecipient],
    random: &dyn Fill,
) -> Result<SealedRecord, SealFailed> {
    let ctx = context.encode();
    let mut secrets = Zeroizing::new([0; 64]);
    random.fill(&mut *secrets)?;
    let (mut k, mut s) = (Zeroizing::new([0; 32]), Share([0; 32]));
    k.copy_from_slice(&secrets[..32]);
    s.0.copy_from_slice(&secrets[32..]);

    let keys = RecordKeys::derive(&k, &s, &ctx);
    let commit = keys.commit;
    let ct = keys.seal(number, &ctx)?;
    let wraps = recipients
        .iter()
        .map(|r| r.wrap(&ctx, &k))
        .collect::<Result<_, _>>()?;
    let hash = hash(&ctx, &ct, &commit);
    Ok(SealedRecord {
        ct,
        commit,
        share: s,
        wraps,
        hash,
    })
}

/// k_enc and commit of one pair of K and S.
struct RecordKeys {
    enc: Secret,
    commit: [u8; 32],
}

impl RecordKeys {
    fn derive(k: &Secret, s: &Share, ctx: &[u8]) -> RecordKeys {
        let prefix = lp::prefix(&s.0);
        let prk = Prk::new(&extract(
            b"ringfence/record/v1",
            &[&prefix, &**k, &prefix, &s.0],
        ));
        let enc = prk.expand(&[&lp::encode(&[b"enc", ctx])]);
        let commit = *prk.expand(&[&lp::encode(&[b"commit", ctx])]);
        RecordKeys { enc, commit }
    }

    /// Consumes the key: the nonce is 0, so it may seal once.
    fn seal(self, number: &E164, ctx: &[u8]) -> Result<[u8; CT_BYTES], SealFailed> {
        let mut pad = Zeroizing::new([0; PADDED_BYTES]);
        number.write_padded(&mut pad);
        let mut out = Vec::with_capacity(CT_BYTES);
        out.extend_from_slice(&*pad);
        aead::seal_from(&self.enc, [0; 12], ctx, &mut out, 0)?;
        out.try_into().map_err(|_| SealFailed)
    }

    fn open(self, ct: &[u8], ctx: &[u8]) -> Result<E164, OpenFailed> {
        let mut plain = Zeroizing::new(ct.to_vec());
        let pad = aead::open_in_place(&self.enc, [0; 12], ctx, &mut plain)?;
        if pad.len() != PADDED_BYTES {
            return Err(OpenFailed);
        }
        E164::from_padded(pad).map_err(|_| OpenFailed)
    }
}

/// A record as it is read from its two stores.
#[derive(Debug, Clone, Copy)]
pub struct StoredRecord<'a> {
    /// The sealed number.
    pub ct: &'a [u8],
    /// The key commitment.
    pub commit: &'a [u8],
    /// The shred share.
    pub share: &'a Share,
    /// The wrap of the class it is opened for.
    pub wrap: &'a [u8],
}

/// A record was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenRecordError {
    /// Wrong record, share, wrap, class or context, or changed bytes: not distinguished.
    #[error(transparent)]
    Failed(#[from] OpenFailed),
    /// The key store did not do its part.
    #[error(transparent)]
    Hsm(#[from] HsmError),
}

/// Opens a record for `class`, with one HSM operation.
///
/// # Errors
/// [`OpenRecordError`].
pub fn open_record(
    context: &RecordContext,
    class: Class,
    stored: &StoredRecord<'_>,
    hsm: &dyn Hsm,
) -> Result<E164, OpenRecordError> {
    let ctx = context.encode();
    let (_, keys) = unwrap(context, &ctx, class, stored, hsm)?;
    Ok(keys.open(stored.ct, &ctx)?)
}

/// Re-wrapping failed in one of its halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RewrapError {
    /// The old wrap did not open.
    #[error(transparent)]
    Open(#[from] OpenRecordError),
    /// The new wrap could not be made.
    #[error(transparent)]
    Seal(#[from] SealFailed),
}

/// Opens K (not the number) from the wrap of `class` and wraps it for other keys.
///
/// The commitment is checked first, so a wrap of something else is never carried over.
///
/// # Errors
/// [`RewrapError`].
pub fn rewrap(
    context: &RecordContext,
    class: Class,
    stored: &StoredRecord<'_>,
    hsm: &dyn Hsm,
    recipients: &[ClassRecipient],
) -> Result<Vec<Wrap>, RewrapError> {
    let ctx = context.encode();
    let (k, _) = unwrap(context, &ctx, class, stored, hsm)?;
    Ok(recipients
        .iter()
        .map(|r| r.wrap(&ctx, &k))
        .collect::<Result<_, _>>()?)
}

/// K of a stored record, checked against the commitment in constant time.
fn unwrap(
    context: &RecordContext,
    ctx: &[u8],
    class: Class,
    stored: &StoredRecord<'_>,
    hsm: &dyn Hsm,
) -> Result<(Secret, RecordKeys), OpenRecordError> {
    let wrap = ParsedWrap::parse(stored.wrap).map_err(|_| OpenFailed)?;
    if wrap.key_id.purpose != KeyPurpose::Open(class) {
        return Err(OpenFailed.into());
    }
    let k = wrap.open(context, ctx, class, hsm)?;
    let keys = RecordKeys::derive(&k, stored.share, ctx);
    verify_slices_are_equal(&keys.commit, stored.commit).map_err(|_| OpenFailed)?;
    Ok((k, keys))
}

/// The parts of a stored wrap.
struct ParsedWrap<'a> {
    key_id: KeyId,
    sealed: Sealed<'a>,
}

/// K under one of the wrap suites.
enum Sealed<'a> {
    Hpke {
        suite: Suite,
        enc: &'a [u8],
        ct: &'a [u8],
    },
    Oaep(&'a [u8; RSA_BYTES]),
}

impl<'a> ParsedWrap<'a> {
    fn parse(bytes: &'a [u8]) -> Result<ParsedWrap<'a>, lp::Malformed> {
        if bytes.len() > MAX_WRAP_BYTES {
            return Err(lp::Malformed);
        }
        let [suite, key_id, enc, ct] = lp::parse(bytes)?;
        let &[suite] = suite else {
            return Err(lp::Malformed);
        };
        let key_id = std::str::from_utf8(key_id).map_err(|_| lp::Malformed)?;
        let key_id = KeyId::parse(key_id).map_err(|_| lp::Malformed)?;
        let sealed = match (suite, enc) {
            (OAEP, []) => Sealed::Oaep(ct.try_into().map_err(|_| lp::Malformed)?),
            (suite, enc) => {
                let suite = Suite::from_code(suite).ok_or(lp::Malformed)?;
                Sealed::Hpke { suite, enc, ct }
            }
        };
        Ok(ParsedWrap { key_id, sealed })
    }

    fn open(
        &self,
        context: &RecordContext,
        ctx: &[u8],
        class: Class,
        hsm: &dyn Hsm,
    ) -> Result<Secret, OpenRecordError> {
        match self.sealed {
            Sealed::Hpke { suite, enc, ct } => {
                let key_id = self.key_id.to_string();
                let message = Message {
                    suite,
                    info: &wrap_info(&context.deployment, class, suite, &key_id),
                    aad: ctx,
                    enc,
                    ct,
                };
                self.open_hpke(&message, hsm)
            }
            Sealed::Oaep(ct) => hsm.decrypt(&self.key_id, ct).map_err(|error| match error {
                HsmError::Undecipherable => OpenFailed.into(),
                other => OpenRecordError::Hsm(other),
            }),
        }
    }

    fn open_hpke(&self, message: &Message<'_>, hsm: &dyn Hsm) -> Result<Secret, OpenRecordError> {
        let PublicKey::Agreement { point, .. } = hsm.public_key(&self.key_id)? else {
            return Err(HsmError::WrongUsage.into());
        };
        let plain = hpke::open(message, &point, |enc| {
            hsm.ecdh(&self.key_id, enc.as_bytes())
                .map_err(OpenRecordError::Hsm)
        })?;
        let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| OpenFailed)?;
        Ok(Zeroizing::new(bytes))
    }
}

/// The key a stored wrap is sealed to, for rotation and health figures.
///
/// # Errors
/// [`lp::Malformed`] when the bytes are no wrap.
pub fn wrap_key_id(wrap: &[u8]) -> Result<KeyId, lp::Malformed> {
    ParsedWrap::parse(wrap).map(|wrap| wrap.key_id)
}

#[cfg(test)]
mod tests;
