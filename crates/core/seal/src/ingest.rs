//! Ingest: people's pages and SDKs seal what was typed; only the vault opens it.
//!
//! ```text
//! sealed_to = base64url(LP(key id, minute, enc, ct))           unpadded
//! ct        = HPKE-Seal(pk, info LP("ringfence/ingest/v1", deployment, application, key id),
//!                       aad LP(purpose, minute), typed)
//! typed     = version 1 ‖ region (2 ASCII letters, or zeros) ‖ UTF-8 text, zero padded to 128 bytes
//! ```
//! The design speaks of the padded E.164 text here. What a page can seal is what the person typed:
//! any spelling, with a default region from the page's country list. Only the vault parses
//! numbers, and a page without the numbering tables could not make E.164 of it. So the plaintext
//! holds typed text and region, still of one size. `typed` is plain concatenation of fixed parts.
//!
//! Age and replay are judged by the vault: [`SealedTo::minute`] and [`SealedTo::enc_hash`] are
//! what it judges by.

use crate::{
    Fill, Id, OpenFailed, SealFailed, Suite,
    hpke::{self, ENC_BYTES, Message, Point, PointRefused, Recipient},
    kdf::{Secret, sha256},
    keys::HourKey,
    lp,
    number::unpad,
    pending::{open_salted, seal_salted},
};
use aws_lc_rs::agreement::PrivateKey;
use data_encoding::BASE64URL_NOPAD;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const TYPED_VERSION: u8 = 1;
const TYPED_BYTES: usize = 128;
/// Room for the typed text, bytes of UTF-8.
pub const MAX_TEXT_BYTES: usize = TYPED_BYTES - 3;
/// The longest `sealed_to` accepted, characters. Real ones are about 330.
pub const MAX_SEALED_CHARS: usize = 512;

/// Name of an ingest key: the hour it serves, counted from 1970. In text `ingest/<hour>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IngestKeyId(pub u32);

/// The text is not the name of an ingest key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of an ingest key")]
pub struct IngestKeyIdRefused;

impl IngestKeyId {
    /// Reads the canonical text.
    ///
    /// # Errors
    /// [`IngestKeyIdRefused`] for anything [`fmt::Display`] would not write.
    pub fn parse(text: &str) -> Result<IngestKeyId, IngestKeyIdRefused> {
        let hour = text
            .strip_prefix("ingest/")
            .and_then(|hour| hour.parse().ok());
        let id = IngestKeyId(hour.ok_or(IngestKeyIdRefused)?);
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(IngestKeyIdRefused)
        }
    }
}

impl fmt::Display for IngestKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ingest/{}", self.0)
    }
}

/// What a person typed into a number field. Erased on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Typed {
    text: String,
    region: Option<[u8; 2]>,
}

/// The text is empty, too long or holds a NUL, or the region is not two capital letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("typed text is empty or too long, or the region is not two capital letters")]
pub struct TypedRefused;

impl Typed {
    /// Takes 1 to 125 bytes of text, and the region (ISO 3166-1 alpha-2) to read it in, if known.
    ///
    /// # Errors
    /// [`TypedRefused`].
    pub fn new(text: &str, region: Option<&str>) -> Result<Typed, TypedRefused> {
        if text.is_empty() || text.len() > MAX_TEXT_BYTES || text.contains('\0') {
            return Err(TypedRefused);
        }
        let region = region
            .map(|r| r.as_bytes().try_into().map_err(|_| TypedRefused))
            .transpose()?;
        if region.is_some_and(|r: [u8; 2]| !r.iter().all(u8::is_ascii_uppercase)) {
            return Err(TypedRefused);
        }
        Ok(Typed {
            text: text.to_owned(),
            region,
        })
    }

    /// The text as typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The region to read it in.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region
            .as_ref()
            .and_then(|r| std::str::from_utf8(r).ok())
    }

    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(TYPED_BYTES));
        out.push(TYPED_VERSION);
        out.extend_from_slice(&self.region.unwrap_or_default());
        out.extend_from_slice(self.text.as_bytes());
        out.resize(TYPED_BYTES, 0);
        out
    }

    fn decode(bytes: &[u8]) -> Option<Typed> {
        let &[TYPED_VERSION, a, b, ref text @ ..] = bytes else {
            return None;
        };
        let region = [a, b];
        let region = if region == [0, 0] {
            None
        } else {
            Some(std::str::from_utf8(&region).ok()?)
        };
        if bytes.len() != TYPED_BYTES {
            return None;
        }
        Typed::new(unpad(text)?, region).ok()
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(…)")
    }
}

/// `sealed_to`, parsed but not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedTo {
    /// The key it is sealed to.
    pub key_id: IngestKeyId,
    /// When it was sealed by the page's clock, minutes since 1970; authenticated by opening.
    pub minute: u32,
    enc: [u8; ENC_BYTES],
    ct: Vec<u8>,
}

/// The text is not a `sealed_to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed sealed number")]
pub struct SealedToRefused;

impl SealedTo {
    /// Reads the text form; every part has its one size.
    ///
    /// # Errors
    /// [`SealedToRefused`].
    pub fn parse(text: &str) -> Result<SealedTo, SealedToRefused> {
        if text.len() > MAX_SEALED_CHARS {
            return Err(SealedToRefused);
        }
        let bytes = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .map_err(|_| SealedToRefused)?;
        let [key_id, minute, enc, ct] = lp::parse(&bytes).map_err(|_| SealedToRefused)?;
        let key_id = std::str::from_utf8(key_id).map_err(|_| SealedToRefused)?;
        let key_id = IngestKeyId::parse(key_id).map_err(|_| SealedToRefused)?;
        let minute = u32::from_be_bytes(minute.try_into().map_err(|_| SealedToRefused)?);
        let enc = enc.try_into().map_err(|_| SealedToRefused)?;
        if ct.len() != TYPED_BYTES + hpke::OVERHEAD_BYTES {
            return Err(SealedToRefused);
        }
        Ok(SealedTo {
            key_id,
            minute,
            enc,
            ct: ct.to_vec(),
        })
    }

    /// The text form.
    #[must_use]
    pub fn encode(&self) -> String {
        let key_id = self.key_id.to_string();
        let minute = self.minute.to_be_bytes();
        BASE64URL_NOPAD.encode(&lp::encode(&[
            key_id.as_bytes(),
            &minute,
            &self.enc,
            &self.ct,
        ]))
    }

    /// SHA-256 of `enc`: what the vault remembers to refuse a second use.
    #[must_use]
    pub fn enc_hash(&self) -> [u8; 32] {
        sha256(|sink| sink(&self.enc))
    }
}

/// Where a typed number is sealed for.
#[derive(Debug, Clone, Copy)]
pub struct IngestContext<'a> {
    /// Drawn at genesis.
    pub deployment: Id,
    /// The application whose page or SDK seals.
    pub application: Id,
    /// What the verification is for, by its stable name.
    pub purpose: &'a str,
}

impl IngestContext<'_> {
    fn info(&self, key_id: IngestKeyId) -> Vec<u8> {
        let key_id = key_id.to_string();
        lp::encode(&[
            b"ringfence/ingest/v1",
            &self.deployment,
            &self.application,
            key_id.as_bytes(),
        ])
    }

    fn aad(&self, minute: u32) -> Vec<u8> {
        lp::encode(&[self.purpose.as_bytes(), &minute.to_be_bytes()])
    }
}

/// Seals as a page or SDK does. For tests and SDKs.
///
/// # Errors
/// [`SealFailed`] when `public` is no P-256 point or the library failed.
pub fn seal(
    key_id: IngestKeyId,
    public: &[u8],
    context: &IngestContext<'_>,
    minute: u32,
    typed: &Typed,
) -> Result<SealedTo, SealFailed> {
    let point = Point::parse(public).map_err(|PointRefused| SealFailed)?;
    let recipient = Recipient::new(point, Suite::RawX, &context.info(key_id));
    let sealed = recipient.seal(&context.aad(minute), &typed.encode())?;
    Ok(SealedTo {
        key_id,
        minute,
        enc: sealed.enc,
        ct: sealed.ct,
    })
}

/// An ingest key pair, held in vault memory for its hours.
pub struct IngestKey {
    id: IngestKeyId,
    scalar: Secret,
    private: PrivateKey,
    public: [u8; ENC_BYTES],
}

impl IngestKey {
    /// Draws a new key pair.
    ///
    /// # Errors
    /// [`SealFailed`] when randomness or the library failed.
    pub fn generate(id: IngestKeyId, random: &dyn Fill) -> Result<IngestKey, SealFailed> {
        let scalar = hpke::draw_scalar(random).ok_or(SealFailed)?;
        IngestKey::from_scalar(id, scalar).ok_or(SealFailed)
    }

    fn from_scalar(id: IngestKeyId, scalar: Secret) -> Option<IngestKey> {
        let (private, public) = hpke::key_pair(&scalar)?;
        Some(IngestKey {
            id,
            scalar,
            private,
            public,
        })
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> IngestKeyId {
        self.id
    }

    /// The uncompressed public point.
    #[must_use]
    pub fn public(&self) -> &[u8; ENC_BYTES] {
        &self.public
    }

    /// Opens what a page sealed.
    ///
    /// # Errors
    /// [`OpenFailed`] for another key, application, purpose or minute, or changed bytes.
    pub fn open(
        &self,
        context: &IngestContext<'_>,
        sealed: &SealedTo,
    ) -> Result<Typed, OpenFailed> {
        if sealed.key_id != self.id {
            return Err(OpenFailed);
        }
        let message = Message {
            suite: Suite::RawX,
            info: &context.info(self.id),
            aad: &context.aad(sealed.minute),
            enc: &sealed.enc,
            ct: &sealed.ct,
        };
        let plain = hpke::open(&message, &self.public, |enc| {
            hpke::agree(&self.private, enc, Suite::RawX).ok_or(OpenFailed)
        })?;
        Typed::decode(&plain).ok_or(OpenFailed)
    }

    /// Seals the private key under the hour's key, so that a restart loses nothing.
    ///
    /// # Errors
    /// [`SealFailed`] when randomness or encryption failed.
    pub fn export(
        &self,
        hour: &HourKey,
        deployment: &Id,
        random: &dyn Fill,
    ) -> Result<Vec<u8>, SealFailed> {
        seal_salted(
            hour,
            b"ingest",
            &export_aad(self.id, deployment),
            &*self.scalar,
            random,
        )
    }

    /// Reads back an exported key.
    ///
    /// # Errors
    /// [`OpenFailed`] for another hour, key, deployment, or changed bytes.
    pub fn import(
        id: IngestKeyId,
        hour: &HourKey,
        deployment: &Id,
        sealed: &[u8],
    ) -> Result<IngestKey, OpenFailed> {
        let plain = open_salted(hour, b"ingest", &export_aad(id, deployment), sealed)?;
        let scalar: [u8; 32] = plain.as_slice().try_into().map_err(|_| OpenFailed)?;
        IngestKey::from_scalar(id, Zeroizing::new(scalar)).ok_or(OpenFailed)
    }
}

fn export_aad(id: IngestKeyId, deployment: &Id) -> Vec<u8> {
    lp::encode(&[
        b"ringfence/ingest-key/v1",
        deployment,
        id.to_string().as_bytes(),
    ])
}

impl fmt::Debug for IngestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IngestKey({}, …)", self.id)
    }
}

#[cfg(test)]
mod tests;
