//! HKDF-SHA-256 (RFC 5869) for outputs of one block, over the library's HMAC.
//!
//! All outputs here are at most 32 bytes, so Expand is one HMAC. Written this way nothing can
//! fail and no secret is copied to the heap, which the library's own `hkdf` does.

use aws_lc_rs::{digest, hmac};
use zeroize::Zeroizing;

/// 32 secret bytes, erased on drop.
pub(crate) type Secret = Zeroizing<[u8; 32]>;

/// HMAC-SHA-256 of the concatenated `parts`.
pub(crate) fn hmac(key: &hmac::Key, parts: &[&[u8]]) -> Secret {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(part);
    }
    digest32(context.sign().as_ref())
}

/// HKDF-Extract(salt, parts concatenated). An empty salt stands for 32 zero bytes.
pub(crate) fn extract(salt: &[u8], parts: &[&[u8]]) -> Secret {
    hmac(&hmac::Key::new(hmac::HMAC_SHA256, salt), parts)
}

/// A pseudorandom key ready for several [`Prk::expand`].
pub(crate) struct Prk(hmac::Key);

impl Prk {
    pub(crate) fn new(secret: &[u8; 32]) -> Prk {
        Prk(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// HKDF-Expand(self, parts concatenated, N), N at most 32.
    pub(crate) fn expand<const N: usize>(&self, parts: &[&[u8]]) -> Zeroizing<[u8; N]> {
        const { assert!(N <= 32, "one block only") };
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        context.update(&[1]);
        let block = digest32(context.sign().as_ref());
        let mut out = Zeroizing::new([0; N]);
        out.copy_from_slice(&block[..N]);
        out
    }
}

/// SHA-256 of the concatenated pieces that `feed` gives.
pub(crate) fn sha256(feed: impl FnOnce(&mut dyn FnMut(&[u8]))) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    feed(&mut |piece| context.update(piece));
    *digest32(context.finish().as_ref())
}

/// A SHA-256 sized output as an array.
fn digest32(bytes: &[u8]) -> Secret {
    let mut out = Zeroizing::new([0; 32]);
    out.copy_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    #[test]
    fn rfc_5869_test_case_1() {
        let salt: Vec<u8> = (0..=12).collect();
        let prk = extract(&salt, &[&[0x0b; 22]]);
        assert_eq!(
            HEXLOWER.encode(&*prk),
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"
        );
        let info: Vec<u8> = (0xf0..=0xf9).collect();
        let okm = Prk::new(&prk).expand::<32>(&[&info]);
        assert_eq!(
            HEXLOWER.encode(&*okm),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        );
    }

    proptest! {
        #[test]
        fn agrees_with_the_library_hkdf(salt: Vec<u8>, ikm: Vec<u8>, info: Vec<u8>) {
            use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
            let mut theirs = [0; 32];
            Salt::new(HKDF_SHA256, &salt)
                .extract(&ikm)
                .expand(&[&info], HKDF_SHA256)
                .unwrap()
                .fill(&mut theirs)
                .unwrap();
            let ours = Prk::new(&extract(&salt, &[&ikm])).expand::<32>(&[&info]);
            prop_assert_eq!(*ours, theirs);
        }
    }
}
