//! The text form of what an approval leaves on a device: base64url of eight bytes of expiry
//! (milliseconds, big-endian) and the vault's mark.

use data_encoding::BASE64URL_NOPAD;
use identity::OwnerProof;
use model::Timestamp;

const BYTES: usize = 40;
/// Characters of the text form.
pub(crate) const CHARS: usize = 54;

pub(crate) fn to_text(proof: &OwnerProof) -> String {
    let mut bytes = [0; BYTES];
    let (expiry, mac) = bytes.split_at_mut(8);
    expiry.copy_from_slice(&proof.expires_at.as_millis().to_be_bytes());
    mac.copy_from_slice(&proof.mac);
    BASE64URL_NOPAD.encode(&bytes)
}

pub(crate) fn from_text(text: &str) -> Option<OwnerProof> {
    if text.len() != CHARS {
        return None;
    }
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    let (expiry, mac) = bytes.split_first_chunk::<8>()?;
    Some(OwnerProof {
        expires_at: Timestamp::from_millis(i64::from_be_bytes(*expiry)),
        mac: mac.try_into().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_proof_survives_its_text_form(millis: i64, mac: [u8; 32]) {
            let proof = OwnerProof { expires_at: Timestamp::from_millis(millis), mac };
            let text = to_text(&proof);
            prop_assert_eq!(text.len(), CHARS);
            prop_assert!(from_text(&text) == Some(proof));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,60}") {
            let _ = from_text(&text);
        }
    }
}
