//! Whether a public half belongs to a secret that only its module can use.
//!
//! Modules keep both halves as objects of their own, and the public one is often writable by
//! whoever reaches the module. A number sealed to a planted one would open for its owner. So each
//! half is used once: what is sealed to the public one must open by the secret one.

use crate::{
    OpenFailed, RSA_BYTES, Suite,
    hpke::{self, ENC_BYTES, Message, Point, Recipient},
    kdf::Secret,
    oaep,
};
use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    signature::{ED25519, UnparsedPublicKey},
};

/// Context of what is sealed for a try, so that it is of no use elsewhere.
const INFO: &[u8] = b"ringfence/pair/v1";
/// Nothing that is hidden.
const PLAIN: [u8; 32] = [0x5a; 32];

/// The public half is that of another key, or none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the public half is not that of the key")]
pub struct NotAPair;

/// Tries a P-256 key: `ecdh` is the step with the secret half, called at most once.
///
/// # Errors
/// `E` as `ecdh` returned it, [`NotAPair`] (converted) when the halves do not belong together.
pub fn agreement<E: From<NotAPair>>(
    point: &[u8; ENC_BYTES],
    suite: Suite,
    ecdh: impl FnOnce(&[u8; ENC_BYTES]) -> Result<Secret, E>,
) -> Result<(), E> {
    let parsed = Point::parse(point).map_err(|_| NotAPair)?;
    let sealed = Recipient::new(parsed, suite, INFO).seal(b"", &PLAIN);
    let sealed = sealed.map_err(|_| NotAPair)?;
    let message = Message {
        suite,
        info: INFO,
        aad: b"",
        enc: &sealed.enc,
        ct: &sealed.ct,
    };
    let opened = hpke::open(&message, point, |enc| {
        ecdh(enc.as_bytes()).map_err(Tried::Module)
    });
    match opened {
        Ok(_) => Ok(()),
        Err(Tried::Module(error)) => Err(error),
        Err(Tried::NotOpened) => Err(NotAPair.into()),
    }
}

/// Why a try did not open.
enum Tried<E> {
    Module(E),
    NotOpened,
}

impl<E> From<OpenFailed> for Tried<E> {
    fn from(_: OpenFailed) -> Self {
        Self::NotOpened
    }
}

/// Tries an RSA-3072 key: `decrypt` is the step with the secret half, called at most once.
///
/// # Errors
/// `E` as `decrypt` returned it, [`NotAPair`] (converted) when the halves do not belong together.
pub fn decryption<E: From<NotAPair>>(
    modulus: &[u8; RSA_BYTES],
    decrypt: impl FnOnce(&[u8; RSA_BYTES]) -> Result<Secret, E>,
) -> Result<(), E> {
    let recipient = oaep::Recipient::new(modulus).ok_or(NotAPair)?;
    let plain = decrypt(&recipient.seal(&PLAIN).map_err(|_| NotAPair)?)?;
    Ok(verify_slices_are_equal(&*plain, &PLAIN).map_err(|_| NotAPair)?)
}

/// Tries an Ed25519 key: `sign` is the step with the secret half, called once. What is signed is
/// neither a checkpoint nor a note.
///
/// # Errors
/// `E` as `sign` returned it, [`NotAPair`] (converted) when the halves do not belong together.
pub fn signing<E: From<NotAPair>>(
    public: &[u8; 32],
    sign: impl FnOnce(&[u8]) -> Result<[u8; 64], E>,
) -> Result<(), E> {
    let signature = sign(INFO)?;
    let verified = UnparsedPublicKey::new(&ED25519, public).verify(INFO, &signature);
    Ok(verified.map_err(|_| NotAPair)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Class, Hsm, HsmError, KeyId, KeySpec, PublicKey,
        soft::SoftKeys,
        testing::{RsaKey, Seeded},
    };
    use std::sync::Arc;

    #[derive(Debug, PartialEq)]
    enum Why {
        Other,
        Module(HsmError),
    }

    impl From<NotAPair> for Why {
        fn from(_: NotAPair) -> Self {
            Self::Other
        }
    }

    fn keys() -> SoftKeys {
        SoftKeys::new(Arc::new(Seeded::new(1)))
    }

    #[test]
    fn a_point_is_a_pair_with_its_own_scalar_only() {
        for suite in [Suite::RawX, Suite::X963] {
            let keys = keys();
            let [one, two] = [1, 2].map(|n| KeyId::open(Class::Account, n));
            let [first, second] = [one, two].map(|id| {
                keys.create(KeySpec::with_suite(id, suite)).unwrap();
                match keys.public_key(&id).unwrap() {
                    PublicKey::Agreement { point, .. } => point,
                    _ => [0; 65],
                }
            });
            let with = |point| {
                agreement(point, suite, |enc| {
                    keys.ecdh(&one, enc).map_err(Why::Module)
                })
            };
            assert_eq!(with(&first), Ok(()));
            assert_eq!(with(&second), Err(Why::Other));
            assert_eq!(with(&[4; 65]), Err(Why::Other), "not on the curve");
        }
    }

    #[test]
    fn a_module_that_fails_is_told_apart_from_a_strange_half() {
        let keys = keys();
        let id = KeyId::open(Class::Account, 1);
        keys.create(KeySpec::of(id)).unwrap();
        let PublicKey::Agreement { point, suite } = keys.public_key(&id).unwrap() else {
            panic!("an opening key agrees");
        };
        let failed = Why::Module(HsmError::Unavailable);
        assert_eq!(
            agreement(&point, suite, |_| Err(Why::Module(HsmError::Unavailable))),
            Err(failed)
        );
    }

    #[test]
    fn a_modulus_is_a_pair_with_its_own_exponent_only() {
        let [own, other] = [RsaKey::generate(), RsaKey::generate()];
        let with = |modulus: [u8; RSA_BYTES]| {
            decryption(&modulus, |ct| own.decrypt(ct).map_err(Why::Module))
        };
        assert_eq!(with(own.modulus()), Ok(()));
        assert!(with(other.modulus()).is_err());
        assert_eq!(with([0; RSA_BYTES]), Err(Why::Other));
    }

    #[test]
    fn a_verifying_key_is_a_pair_with_its_own_seed_only() {
        let keys = keys();
        let [one, two] = [1, 2].map(KeyId::log);
        for id in [one, two] {
            keys.create(KeySpec::of(id)).unwrap();
        }
        let PublicKey::Signing(public) = keys.public_key(&one).unwrap() else {
            panic!("a log key signs");
        };
        let with = |id| signing(&public, |text| keys.sign(&id, text).map_err(Why::Module));
        assert_eq!(with(one), Ok(()));
        assert_eq!(with(two), Err(Why::Other));
    }
}
