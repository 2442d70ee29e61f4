//! HPKE, RFC 9180 base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, one message
//! per context.
//!
//! The private key may live in an HSM: [`open`] takes the Diffie-Hellman step as a function.
//! [`Suite::RawX`] is RFC 9180 unchanged. Under [`Suite::X963`] the module returns the X9.63
//! SHA-256 derivation of the x-coordinate, which takes the place of `dh` under a KEM id of our
//! own, since some modules give out nothing else.
//!
//! Ephemeral keys are drawn by the cryptographic library from the operating system: a simulation
//! must not depend on the bytes of a ciphertext.

use crate::{
    Fill, OpenFailed, SealFailed, Suite, aead,
    kdf::{self, Prk, Secret, extract},
};
use aws_lc_rs::agreement::{self, ECDH_P256, ParsedPublicKey, PrivateKey, UnparsedPublicKey};
use std::fmt;
use zeroize::Zeroizing;

/// Bytes of an encapsulated key: an uncompressed P-256 point.
pub const ENC_BYTES: usize = 65;
/// Bytes a ciphertext is longer than its plaintext.
pub const OVERHEAD_BYTES: usize = aead::TAG_BYTES;

/// KEM id of suite 2, outside the registered ones: DHKEM over the X9.63 derivation.
const KEM_X963: u16 = 0xff10;
/// DHKEM(P-256, HKDF-SHA256), RFC 9180 section 7.1.
const KEM_P256: u16 = 0x0010;

/// A P-256 public key that has been checked: right length, uncompressed, on the curve.
#[derive(Clone)]
pub struct Point {
    parsed: ParsedPublicKey,
    bytes: [u8; ENC_BYTES],
}

/// The bytes are not an uncompressed point of P-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an uncompressed P-256 point")]
pub struct PointRefused;

impl Point {
    /// Checks length, the 0x04 marker and the curve equation.
    ///
    /// # Errors
    /// [`PointRefused`], also for the point at infinity and compressed or hybrid forms.
    pub fn parse(bytes: &[u8]) -> Result<Point, PointRefused> {
        let bytes: [u8; ENC_BYTES] = bytes.try_into().map_err(|_| PointRefused)?;
        if bytes[0] != 4 {
            return Err(PointRefused);
        }
        let parsed = UnparsedPublicKey::new(&ECDH_P256, bytes).try_into();
        Ok(Point {
            parsed: parsed.map_err(|_| PointRefused)?,
            bytes,
        })
    }

    /// The uncompressed form.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; ENC_BYTES] {
        &self.bytes
    }
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Point(P-256)")
    }
}

/// A public key to seal to, with everything that depends only on the key and `info` done ahead.
#[derive(Debug, Clone)]
pub struct Recipient {
    point: Point,
    schedule: Schedule,
}

/// One sealed message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The encapsulated key.
    pub enc: [u8; ENC_BYTES],
    /// Ciphertext and tag.
    pub ct: Vec<u8>,
}

impl Recipient {
    /// Prepares sealing to `point` with a fixed `info`.
    #[must_use]
    pub fn new(point: Point, suite: Suite, info: &[u8]) -> Recipient {
        Recipient {
            point,
            schedule: Schedule::new(suite, info),
        }
    }

    /// Seals one message.
    ///
    /// # Errors
    /// [`SealFailed`] when the library cannot make a key or encrypt.
    pub fn seal(&self, aad: &[u8], plain: &[u8]) -> Result<Sealed, SealFailed> {
        let ephemeral = PrivateKey::generate(&ECDH_P256).map_err(|_| SealFailed)?;
        self.seal_with(&ephemeral, aad, plain)
    }

    /// [`Recipient::seal`] with a given ephemeral key, used once; apart so that vectors can fix it.
    fn seal_with(&self, sk: &PrivateKey, aad: &[u8], plain: &[u8]) -> Result<Sealed, SealFailed> {
        let enc = public_bytes(sk).ok_or(SealFailed)?;
        let dh = agree(sk, &self.point, self.schedule.suite).ok_or(SealFailed)?;
        let (key, nonce) = self.schedule.derive(&dh, &enc, &self.point.bytes);
        let mut ct = Vec::with_capacity(plain.len() + aead::TAG_BYTES);
        ct.extend_from_slice(plain);
        aead::seal_from(&key, *nonce, aad, &mut ct, 0)?;
        Ok(Sealed { enc, ct })
    }
}

/// Opens one message. `dh` does the Diffie-Hellman step with the private key that belongs to
/// `public`; it is called once, and only with a point that is on the curve.
///
/// # Errors
/// `E` as `dh` returned it; [`OpenFailed`] (converted) for everything else, undistinguished.
pub fn open<E: From<OpenFailed>>(
    message: &Message<'_>,
    public: &[u8; ENC_BYTES],
    dh: impl FnOnce(&Point) -> Result<Zeroizing<[u8; 32]>, E>,
) -> Result<Zeroizing<Vec<u8>>, E> {
    let enc = Point::parse(message.enc).map_err(|PointRefused| OpenFailed)?;
    let dh = dh(&enc)?;
    let schedule = Schedule::new(message.suite, message.info);
    let (key, nonce) = schedule.derive(&dh, &enc.bytes, public);
    let mut plain = Zeroizing::new(message.ct.to_vec());
    let len = aead::open_in_place(&key, *nonce, message.aad, &mut plain)?.len();
    plain.truncate(len);
    Ok(plain)
}

/// What [`open`] is given: the message and the context it must have been sealed in.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// How the private key agrees.
    pub suite: Suite,
    /// Application context of the key schedule.
    pub info: &'a [u8],
    /// Additional authenticated data.
    pub aad: &'a [u8],
    /// The encapsulated key, not yet checked.
    pub enc: &'a [u8],
    /// Ciphertext and tag.
    pub ct: &'a [u8],
}

/// The Diffie-Hellman step with a private key in memory, as the HSM would do it for this suite.
pub(crate) fn agree(sk: &PrivateKey, point: &Point, suite: Suite) -> Option<Secret> {
    agreement::agree(sk, point.parsed.clone(), (), |x| {
        Ok(match suite {
            Suite::RawX => {
                let mut out = Zeroizing::new([0; 32]);
                out.copy_from_slice(x);
                out
            }
            // One block: SHA-256(Z ‖ counter 1), plain concatenation.
            Suite::X963 => Zeroizing::new(kdf::sha256(|feed| {
                feed(x);
                feed(&[0, 0, 0, 1]);
            })),
        })
    })
    .ok()
}

/// The uncompressed public point of a private key.
pub(crate) fn public_bytes(sk: &PrivateKey) -> Option<[u8; ENC_BYTES]> {
    sk.compute_public_key().ok()?.as_ref().try_into().ok()
}

/// Draws a P-256 private scalar. One draw in 2^32 is out of range and drawn again.
pub(crate) fn draw_scalar(random: &dyn Fill) -> Option<Secret> {
    const MAX_DRAWS: usize = 8;
    (0..MAX_DRAWS).find_map(|_| {
        let mut scalar = Zeroizing::new([0; 32]);
        random.fill(&mut *scalar).ok()?;
        key_pair(&scalar).map(|_| scalar)
    })
}

/// The key pair of a private scalar; `None` when it is zero or not below the group order.
pub(crate) fn key_pair(scalar: &[u8; 32]) -> Option<(PrivateKey, [u8; ENC_BYTES])> {
    let private = PrivateKey::from_private_key(&ECDH_P256, scalar).ok()?;
    let public = public_bytes(&private)?;
    Some((private, public))
}

/// RFC 9180 sections 4.1 and 5.1 for one suite and one `info`.
#[derive(Debug, Clone)]
struct Schedule {
    suite: Suite,
    /// 0x00 (base mode) ‖ psk_id_hash ‖ info_hash, plain concatenation.
    context: [u8; 65],
}

impl Schedule {
    fn new(suite: Suite, info: &[u8]) -> Schedule {
        let id = suite_id(suite);
        let mut context = [0; 65];
        context[1..33].copy_from_slice(&*labeled_extract(&id, b"", b"psk_id_hash", b""));
        context[33..].copy_from_slice(&*labeled_extract(&id, b"", b"info_hash", info));
        Schedule { suite, context }
    }

    /// ExtractAndExpand, then `key` and `base_nonce`.
    fn derive(&self, dh: &Secret, enc: &[u8], public: &[u8]) -> (Secret, Zeroizing<[u8; 12]>) {
        let shared = shared_secret(self.suite, dh, enc, public);
        let id = suite_id(self.suite);
        let secret = Prk::new(&labeled_extract(&id, &*shared, b"secret", b""));
        let key = labeled_expand(&secret, &id, b"key", [&self.context, b""]);
        let nonce = labeled_expand(&secret, &id, b"base_nonce", [&self.context, b""]);
        (key, nonce)
    }
}

/// `shared_secret` of DHKEM's Encap and Decap; kem_context is enc ‖ public, plain concatenation.
fn shared_secret(suite: Suite, dh: &Secret, enc: &[u8], public: &[u8]) -> Secret {
    let id = kem_suite_id(suite);
    let eae_prk = Prk::new(&labeled_extract(&id, b"", b"eae_prk", &**dh));
    labeled_expand(&eae_prk, &id, b"shared_secret", [enc, public])
}

fn kem_id(suite: Suite) -> [u8; 2] {
    match suite {
        Suite::RawX => KEM_P256.to_be_bytes(),
        Suite::X963 => KEM_X963.to_be_bytes(),
    }
}

fn kem_suite_id(suite: Suite) -> [u8; 5] {
    let [a, b] = kem_id(suite);
    [b'K', b'E', b'M', a, b]
}

/// KEM, HKDF-SHA256 (0x0001), AES-256-GCM (0x0002).
fn suite_id(suite: Suite) -> [u8; 10] {
    let [a, b] = kem_id(suite);
    [b'H', b'P', b'K', b'E', a, b, 0, 1, 0, 2]
}

fn labeled_extract(suite_id: &[u8], salt: &[u8], label: &[u8], ikm: &[u8]) -> Secret {
    extract(salt, &[b"HPKE-v1", suite_id, label, ikm])
}

fn labeled_expand<const N: usize>(
    prk: &Prk,
    suite_id: &[u8],
    label: &[u8],
    info: [&[u8]; 2],
) -> Zeroizing<[u8; N]> {
    let [_, _, _, _, _, _, high, low] = (N as u64).to_be_bytes();
    prk.expand(&[&[high, low], b"HPKE-v1", suite_id, label, info[0], info[1]])
}

#[cfg(test)]
mod tests;
