//! One operation on one session: nothing here knows of pools or reconnecting.

use cryptoki::{
    mechanism::{
        Mechanism, MechanismType,
        eddsa::{EddsaParams, EddsaSignatureScheme},
        elliptic_curve::{EcKdf, Ecdh1DeriveParams},
        rsa::{PkcsMgfType, PkcsOaepParams, PkcsOaepSource},
    },
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
};
use seal::{
    HsmError, KeyKind, PublicKey, RSA_BYTES, Suite,
    pair::{self, NotAPair},
};
use zeroize::Zeroizing;

use crate::problem::Problem;

type Secret = Zeroizing<[u8; 32]>;

/// P-256's base point, uncompressed (FIPS 186-4, D.1.2.3): a public key to try a derivation with.
const BASE_POINT: [u8; 65] = [
    0x04, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
    0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2,
    0x96, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e,
    0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51,
    0xf5,
];

/// How a derived value is kept for the moment until it is read. Both are session objects, of this
/// process alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// As it is. A token in software would encrypt it only to decrypt it for us.
    Openly,
    /// For sessions that are logged in. Some tokens keep no value otherwise.
    Privately,
}

/// HMAC-SHA-256.
pub(crate) fn hmac(session: &Session, key: ObjectHandle, data: &[u8]) -> Result<Secret, Problem> {
    let answer = Zeroizing::new(session.sign(&Mechanism::Sha256Hmac, key, data)?);
    exactly(&answer)
}

/// P-256 ECDH. The derived value is a session object; it is destroyed whatever happens.
pub(crate) fn ecdh(
    session: &Session,
    key: ObjectHandle,
    point: &[u8],
    suite: Suite,
    kept: Kept,
) -> Result<Secret, Problem> {
    let value = derive(session, key, point, suite, kept)?;
    match suite {
        Suite::X963 => exactly(&value),
        // Some modules leave the zeros out that a number begins with.
        Suite::RawX => {
            let mut out = Zeroizing::new([0; 32]);
            let start = out.len().checked_sub(value.len());
            let place = start.and_then(|start| out.get_mut(start..));
            place.ok_or(HsmError::Failed)?.copy_from_slice(&value);
            Ok(out)
        }
    }
}

/// Tries a derivation with a key, and answers how its token keeps what is derived.
pub(crate) fn kept(
    session: &Session,
    key: ObjectHandle,
    suite: Suite,
) -> cryptoki::error::Result<Kept> {
    let tried = |kept| derive(session, key, &BASE_POINT, suite, kept).map(|_| kept);
    // Tokens refuse a template with one value or another: whichever it is, the other way counts.
    tried(Kept::Openly).or_else(|_| tried(Kept::Privately))
}

/// The derivation itself.
fn derive(
    session: &Session,
    key: ObjectHandle,
    point: &[u8],
    suite: Suite,
    kept: Kept,
) -> cryptoki::error::Result<Zeroizing<Vec<u8>>> {
    let kdf = match suite {
        Suite::RawX => EcKdf::null(),
        Suite::X963 => EcKdf::sha256(&[]),
    };
    let mechanism = Mechanism::Ecdh1Derive(Ecdh1DeriveParams::new(kdf, point));
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::ValueLen(32.into()),
        Attribute::Token(false),
        Attribute::Private(kept == Kept::Privately),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
    ];
    let derived = session.derive_key(&mechanism, key, &template)?;
    let read = session.get_attributes(derived, &[AttributeType::Value]);
    session.destroy_object(derived)?;
    let value = read?.into_iter().find_map(|attribute| match attribute {
        Attribute::Value(bytes) => Some(Zeroizing::new(bytes)),
        _ => None,
    });
    // A module that derives what it then keeps to itself is of no use for this suite.
    value.ok_or(cryptoki::error::Error::NotSupported)
}

/// RSA-3072-OAEP with SHA-256.
pub(crate) fn decrypt(
    session: &Session,
    key: ObjectHandle,
    ct: &[u8; RSA_BYTES],
) -> Result<Secret, Problem> {
    let plain = Zeroizing::new(session.decrypt(&oaep(), key, ct)?);
    <[u8; 32]>::try_from(plain.as_slice())
        .map(Zeroizing::new)
        .map_err(|_| HsmError::Undecipherable.into())
}

/// SHA-256, MGF1 with SHA-256, no label.
pub(crate) fn oaep() -> Mechanism<'static> {
    Mechanism::RsaPkcsOaep(PkcsOaepParams::new(
        MechanismType::SHA256,
        PkcsMgfType::MGF1_SHA256,
        PkcsOaepSource::empty(),
    ))
}

/// Pure Ed25519.
pub(crate) fn sign(
    session: &Session,
    key: ObjectHandle,
    message: &[u8],
) -> Result<[u8; 64], Problem> {
    let params = EddsaParams::new(EddsaSignatureScheme::Ed25519);
    let signature = session.sign(&Mechanism::Eddsa(params), key, message)?;
    signature.try_into().map_err(|_| HsmError::Failed.into())
}

fn exactly(bytes: &[u8]) -> Result<Secret, Problem> {
    <[u8; 32]>::try_from(bytes)
        .map(Zeroizing::new)
        .map_err(|_| HsmError::Failed.into())
}

/// Reads the public half from its object.
pub(crate) fn public_key(
    session: &Session,
    object: ObjectHandle,
    kind: KeyKind,
) -> Result<PublicKey, Problem> {
    let wanted = match kind {
        KeyKind::Hmac => return Err(HsmError::WrongUsage.into()),
        KeyKind::Agreement(_) | KeyKind::Signing => AttributeType::EcPoint,
        KeyKind::Decryption => AttributeType::Modulus,
    };
    let told = session.get_attributes(object, &[wanted])?;
    let public = told.iter().find_map(|attribute| match (attribute, kind) {
        (Attribute::EcPoint(bytes), KeyKind::Agreement(suite)) => {
            let point = unwrapped(bytes)?;
            Some(PublicKey::Agreement { point, suite })
        }
        (Attribute::EcPoint(bytes), KeyKind::Signing) => unwrapped(bytes).map(PublicKey::Signing),
        (Attribute::Modulus(bytes), KeyKind::Decryption) => {
            let modulus: Box<[u8]> = bytes.as_slice().into();
            modulus.try_into().ok().map(PublicKey::Decryption)
        }
        _ => None,
    });
    public.ok_or(HsmError::Failed.into())
}

/// Whether `public` is the other half of `secret`: one operation with it.
pub(crate) fn is_pair(
    session: &Session,
    secret: ObjectHandle,
    public: &PublicKey,
    kept: Kept,
) -> Result<bool, Problem> {
    let tried = match public {
        PublicKey::Agreement { point, suite } => pair::agreement(point, *suite, |enc| {
            Ok(ecdh(session, secret, enc, *suite, kept)?)
        }),
        PublicKey::Decryption(modulus) => {
            pair::decryption(modulus, |ct| Ok(decrypt(session, secret, ct)?))
        }
        PublicKey::Signing(key) => pair::signing(key, |text| Ok(sign(session, secret, text)?)),
    };
    match tried {
        Ok(()) => Ok(true),
        Err(Tried::Strange) => Ok(false),
        Err(Tried::Problem(problem)) => Err(problem),
    }
}

/// Why a try of two halves failed.
enum Tried {
    Strange,
    Problem(Problem),
}

impl From<NotAPair> for Tried {
    fn from(_: NotAPair) -> Self {
        Self::Strange
    }
}

impl From<Problem> for Tried {
    fn from(problem: Problem) -> Self {
        match problem {
            // What was encrypted by another modulus.
            Problem::Answered(HsmError::Undecipherable) => Self::Strange,
            other => Self::Problem(other),
        }
    }
}

/// A point as modules give it: bare, in a DER OCTET STRING (PKCS #11 2.40), or in a BIT STRING.
fn unwrapped<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let short = u8::try_from(N + 1).ok()?;
    let bare = match bytes {
        [0x04, length, rest @ ..] if *length == short - 1 && rest.len() == N => rest,
        [0x03, length, 0x00, rest @ ..] if *length == short && rest.len() == N => rest,
        bare => bare,
    };
    bare.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_read_in_every_form_that_modules_use() {
        let bare = [7; 32];
        let octets = [&[0x04, 32][..], &bare].concat();
        let bits = [&[0x03, 33, 0][..], &bare].concat();
        for form in [&bare[..], &octets, &bits] {
            assert_eq!(unwrapped::<32>(form), Some(bare));
        }
        for bad in [&[][..], &bare[1..], &octets[1..], &bits[..34]] {
            assert_eq!(unwrapped::<32>(bad), None);
        }
        let mut point = [4; 65];
        point[1] = 63;
        assert_eq!(unwrapped::<65>(&point), Some(point));
    }
}
