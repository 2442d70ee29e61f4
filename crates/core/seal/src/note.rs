//! C2SP signed notes with Ed25519, and the note that names the vault's ingest key.
//!
//! A note is its text (ending in a newline), an empty line, and signature lines
//! `— <key name> <base64(key id ‖ signature)>`. The key id is the first four bytes of
//! SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key). (C2SP signed-note, 1.0.0)

use crate::{
    Hsm, HsmError, Id, KeyId,
    hpke::{ENC_BYTES, Point},
    ingest::IngestKeyId,
    kdf::sha256,
};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use std::fmt::Write as _;

/// The longest note accepted, bytes.
pub const MAX_NOTE_BYTES: usize = 16 * 1024;
/// The longest key name accepted, bytes.
pub const MAX_NAME_BYTES: usize = 255;
/// Signature type of Ed25519.
const ED25519_TYPE: u8 = 1;
/// What a signature line begins with: an em dash and a space.
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// A signer as its verifiers know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    public: [u8; 32],
    key_id: [u8; 4],
}

/// Why a note, name or verifier key was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteRefused {
    /// Not of the signed-note form, or too long.
    #[error("malformed note")]
    Malformed,
    /// The key name is empty, too long, or has a space, a control character or `+`.
    #[error("malformed key name")]
    Name,
    /// No signature by the expected key.
    #[error("the note is not signed by the expected key")]
    Unsigned,
    /// A signature by the expected key is wrong.
    #[error("the signature does not verify")]
    Forged,
}

/// A note could not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignNoteError {
    /// The text is not fit for a note.
    #[error(transparent)]
    Note(#[from] NoteRefused),
    /// The key store did not sign.
    #[error(transparent)]
    Hsm(#[from] HsmError),
}

impl Verifier {
    /// A signer by key name (a schema-less URL such as `log.example.org/ringfence`) and key.
    ///
    /// # Errors
    /// [`NoteRefused::Name`].
    pub fn new(name: &str, public: [u8; 32]) -> Result<Verifier, NoteRefused> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains(bad) {
            return Err(NoteRefused::Name);
        }
        let hash = sha256(|sink| {
            sink(name.as_bytes());
            sink(&[b'\n', ED25519_TYPE]);
            sink(&public);
        });
        let [a, b, c, d, ..] = hash;
        Ok(Verifier {
            name: name.to_owned(),
            public,
            key_id: [a, b, c, d],
        })
    }

    /// Reads a verifier key: `<name>+<key id in hex>+<base64(0x01 ‖ public key)>`.
    ///
    /// # Errors
    /// [`NoteRefused`]; also when the key id does not belong to name and key.
    pub fn parse(text: &str) -> Result<Verifier, NoteRefused> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(key_id), Some(key)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(NoteRefused::Malformed);
        };
        let key = BASE64
            .decode(key.as_bytes())
            .map_err(|_| NoteRefused::Malformed)?;
        let [ED25519_TYPE, public @ ..] = key.as_slice() else {
            return Err(NoteRefused::Malformed);
        };
        let public = public.try_into().map_err(|_| NoteRefused::Malformed)?;
        let verifier = Verifier::new(name, public)?;
        let key_id = HEXLOWER_PERMISSIVE.decode(key_id.as_bytes());
        if key_id.map_err(|_| NoteRefused::Malformed)? != verifier.key_id {
            return Err(NoteRefused::Malformed);
        }
        Ok(verifier)
    }

    /// The verifier key as text, to be published and pinned.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut key = vec![ED25519_TYPE];
        key.extend_from_slice(&self.public);
        format!(
            "{}+{}+{}",
            self.name,
            HEXLOWER.encode(&self.key_id),
            BASE64.encode(&key)
        )
    }

    /// The key name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Checks a note and returns its text, the final newline included. Signatures by other keys
    /// (witnesses) are passed over.
    ///
    /// # Errors
    /// [`NoteRefused`].
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NoteRefused> {
        if note.len() > MAX_NOTE_BYTES || has_control(note) {
            return Err(NoteRefused::Malformed);
        }
        let end = note.rfind("\n\n").ok_or(NoteRefused::Malformed)?;
        let (text, signatures) = (&note[..=end], &note[end + 2..]);
        let signatures = signatures
            .strip_suffix('\n')
            .ok_or(NoteRefused::Malformed)?;
        let mut signed = false;
        for line in signatures.split('\n') {
            signed |= self.check_line(text, line)?;
        }
        if signed {
            Ok(text)
        } else {
            Err(NoteRefused::Unsigned)
        }
    }

    /// Whether the line is a good signature of ours; an error when it is a bad one, or no line.
    fn check_line(&self, text: &str, line: &str) -> Result<bool, NoteRefused> {
        let line = line
            .strip_prefix(SIGNATURE_PREFIX)
            .ok_or(NoteRefused::Malformed)?;
        let (name, blob) = line.split_once(' ').ok_or(NoteRefused::Malformed)?;
        let blob = BASE64
            .decode(blob.as_bytes())
            .map_err(|_| NoteRefused::Malformed)?;
        let (key_id, signature) = blob
            .split_first_chunk::<4>()
            .ok_or(NoteRefused::Malformed)?;
        if name.is_empty() {
            return Err(NoteRefused::Malformed);
        }
        if name != self.name || *key_id != self.key_id {
            return Ok(false);
        }
        let key = UnparsedPublicKey::new(&ED25519, self.public);
        key.verify(text.as_bytes(), signature)
            .map_err(|_| NoteRefused::Forged)?;
        Ok(true)
    }

    /// The note of `text` (ending in a newline) with one signature, made by `sign`.
    ///
    /// # Errors
    /// [`NoteRefused`] (converted) when the text is unfit, otherwise what `sign` returned.
    pub fn seal<E: From<NoteRefused>>(
        &self,
        text: &str,
        sign: impl FnOnce(&[u8]) -> Result<[u8; 64], E>,
    ) -> Result<String, E> {
        if !text.ends_with('\n') || has_control(text) || text.len() > MAX_NOTE_BYTES / 2 {
            return Err(NoteRefused::Malformed.into());
        }
        let mut blob = self.key_id.to_vec();
        blob.extend_from_slice(&sign(text.as_bytes())?);
        Ok(format!(
            "{text}\n{SIGNATURE_PREFIX}{} {}\n",
            self.name,
            BASE64.encode(&blob)
        ))
    }
}

fn has_control(text: &str) -> bool {
    text.bytes().any(|b| b < 0x20 && b != b'\n')
}

/// First line of the seal-key note. No checkpoint begins so: its second line would be a number.
const SEAL_KEY_TITLE: &str = "ringfence/seal-key/v1";

/// What `GET /v1/seal-key` says: the ingest key that pages and SDKs seal to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealKeyNote {
    /// Drawn at genesis.
    pub deployment: Id,
    /// The ingest key.
    pub key_id: IngestKeyId,
    /// Its uncompressed point.
    pub public: [u8; ENC_BYTES],
    /// Not to be sealed to before, seconds since 1970.
    pub not_before: u64,
    /// Not to be sealed to after, seconds since 1970.
    pub not_after: u64,
}

impl SealKeyNote {
    /// The text that is signed: a title, then `<name> <value>` lines in fixed order.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{SEAL_KEY_TITLE}\n");
        // Writing to a string cannot fail.
        let _ = writeln!(out, "deployment {}", HEXLOWER.encode(&self.deployment));
        let _ = writeln!(out, "key {}", self.key_id);
        let _ = writeln!(out, "public {}", BASE64.encode(&self.public));
        let _ = writeln!(out, "not-before {}", self.not_before);
        let _ = writeln!(out, "not-after {}", self.not_after);
        out
    }

    /// Reads the text; only what [`SealKeyNote::text`] writes is accepted, with a valid point.
    ///
    /// # Errors
    /// [`NoteRefused::Malformed`].
    pub fn parse(text: &str) -> Result<SealKeyNote, NoteRefused> {
        let note = SealKeyNote::read(text).ok_or(NoteRefused::Malformed)?;
        if note.text() == text {
            Ok(note)
        } else {
            Err(NoteRefused::Malformed)
        }
    }

    fn read(text: &str) -> Option<SealKeyNote> {
        let mut lines = text.lines().skip(1);
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let deployment = HEXLOWER.decode(value("deployment")?.as_bytes()).ok()?;
        let key_id = IngestKeyId::parse(value("key")?).ok()?;
        let public = BASE64.decode(value("public")?.as_bytes()).ok()?;
        Some(SealKeyNote {
            deployment: deployment.try_into().ok()?,
            key_id,
            public: *Point::parse(&public).ok()?.as_bytes(),
            not_before: value("not-before")?.parse().ok()?,
            not_after: value("not-after")?.parse().ok()?,
        })
    }

    /// The note, signed by the log key in the HSM.
    ///
    /// # Errors
    /// [`SignNoteError`].
    pub fn sign(
        &self,
        hsm: &dyn Hsm,
        log: &KeyId,
        signer: &Verifier,
    ) -> Result<String, SignNoteError> {
        signer.seal(&self.text(), |text| {
            hsm.sign(log, text).map_err(SignNoteError::Hsm)
        })
    }

    /// Checks signature and form, as pages' servers and SDKs do. Time is the caller's to judge.
    ///
    /// # Errors
    /// [`NoteRefused`].
    pub fn verify(note: &str, signer: &Verifier) -> Result<SealKeyNote, NoteRefused> {
        SealKeyNote::parse(signer.open(note)?)
    }
}

#[cfg(test)]
mod tests;
