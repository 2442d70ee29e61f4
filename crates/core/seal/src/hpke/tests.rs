use super::*;
use crate::testing::{Dry, Seeded, hex};
use ::hpke::{
    Deserializable, Kem as _, OpModeR, OpModeS, Serializable, aead::AesGcm256, kdf::HkdfSha256,
    kem::DhP256HkdfSha256 as OracleKem, single_shot_open, single_shot_seal,
};
use data_encoding::HEXLOWER;
use proptest::prelude::*;

/// The official vectors of RFC 9180 (test-vectors.json of cfrg/draft-irtf-cfrg-hpke at 5f503c5),
/// mode 0, KEM 0x0010, KDF 0x0001, AEAD 0x0002, first encryption.
mod vector {
    pub(super) const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
    pub(super) const SK_R: &str =
        "317f915db7bc629c48fe765587897e01e282d3e8445f79f27f65d031a88082b2";
    pub(super) const SK_E: &str =
        "90345e3a1d116c1dd39ae76d95ab858c142223a63e44f8f85318cfa91a84858e";
    pub(super) const PK_R: &str = "04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f853148544876de76c0f2ef99cdc3a05ccf5ded7860c7c021238f9e2073d2356c";
    pub(super) const ENC: &str = "04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb2d98e0d3bf01da5cc4c39ff5370d331a4f1f7d5a4e0";
    pub(super) const SHARED_SECRET: &str =
        "48893fecd82f7c3456af6a42d8f56325d21e08c10fa81299986aaff54cde7b49";
    pub(super) const KEY_SCHEDULE_CONTEXT: &str = "008fc3aeb832490a4b5ab3e42023287db29a1f4bc7c222c0df228727b70a4021127f1ff3fd1aa97af7e5d473e1cb01ba74831133d9659b6c26b03a038a49a84074";
    pub(super) const KEY: &str = "ee16802a936d5f544771131900ee6973d0551de9e852ece2ef34bf0d5f9e1d1d";
    pub(super) const BASE_NONCE: &str = "9bc50980832a7b4b58c40161";
    pub(super) const AAD: &str = "436f756e742d30";
    pub(super) const PT: &str = "4265617574792069732074727574682c20747275746820626561757479";
    pub(super) const CT: &str = "58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d291742465e902cd216f8908da49f8f96f";
}

/// RFC 9180 appendix A.3.1 (P-256, AES-128-GCM); the KEM's shared secret is the same for any AEAD.
mod a_3_1 {
    pub(super) const ENC: &str = "04a92719c6195d5085104f469a8b9814d5838ff72b60501e2c4466e5e67b325ac98536d7b61a1af4b78e5b7f951c0900be863c403ce65c9bfcb9382657222d18c4";
    pub(super) const PK_R: &str = "04fe8c19ce0905191ebc298a9245792531f26f0cece2460639e8bc39cb7f706a826a779b4cf969b8a0e539c7f62fb3d30ad6aa8f80e30f1d128aafd68a2ce72ea0";
    pub(super) const SK_R: &str =
        "f3ce7fdae57e1a310d87f1ebbde6f328be0a99cdbcadf4d6589cf29de4b8ffd2";
    pub(super) const SHARED_SECRET: &str =
        "c0d26aeab536609a572b07695d933b589dcf363ff9d93c93adea537aeabb8cb8";
}

fn private(scalar: &str) -> PrivateKey {
    PrivateKey::from_private_key(&ECDH_P256, &hex(scalar)).unwrap()
}

fn point(text: &str) -> Point {
    Point::parse(&hex(text)).unwrap()
}

fn in_memory<'a>(
    sk: &'a PrivateKey,
    suite: Suite,
) -> impl FnOnce(&Point) -> Result<Secret, OpenFailed> + 'a {
    move |enc| agree(sk, enc, suite).ok_or(OpenFailed)
}

#[test]
fn rfc_9180_key_pairs_belong_together() {
    for (sk, pk) in [
        (vector::SK_R, vector::PK_R),
        (vector::SK_E, vector::ENC),
        (a_3_1::SK_R, a_3_1::PK_R),
    ] {
        assert_eq!(HEXLOWER.encode(&public_bytes(&private(sk)).unwrap()), pk);
    }
}

#[test]
fn rfc_9180_shared_secrets() {
    for (sk, enc, pk, expected) in [
        (
            vector::SK_R,
            vector::ENC,
            vector::PK_R,
            vector::SHARED_SECRET,
        ),
        (a_3_1::SK_R, a_3_1::ENC, a_3_1::PK_R, a_3_1::SHARED_SECRET),
    ] {
        let dh = agree(&private(sk), &point(enc), Suite::RawX).unwrap();
        let shared = shared_secret(Suite::RawX, &dh, &hex(enc), &hex(pk));
        assert_eq!(HEXLOWER.encode(&*shared), expected);
    }
}

#[test]
fn rfc_9180_key_schedule() {
    let schedule = Schedule::new(Suite::RawX, &hex(vector::INFO));
    assert_eq!(
        HEXLOWER.encode(&schedule.context),
        vector::KEY_SCHEDULE_CONTEXT
    );
    let dh = agree(&private(vector::SK_R), &point(vector::ENC), Suite::RawX).unwrap();
    let (key, nonce) = schedule.derive(&dh, &hex(vector::ENC), &hex(vector::PK_R));
    assert_eq!(HEXLOWER.encode(&*key), vector::KEY);
    assert_eq!(HEXLOWER.encode(&*nonce), vector::BASE_NONCE);
}

#[test]
fn rfc_9180_first_encryption_both_ways() {
    let recipient = Recipient::new(point(vector::PK_R), Suite::RawX, &hex(vector::INFO));
    let sealed = recipient
        .seal_with(&private(vector::SK_E), &hex(vector::AAD), &hex(vector::PT))
        .unwrap();
    assert_eq!(HEXLOWER.encode(&sealed.enc), vector::ENC);
    assert_eq!(HEXLOWER.encode(&sealed.ct), vector::CT);

    let (info, aad) = (hex(vector::INFO), hex(vector::AAD));
    let (enc, ct) = (hex(vector::ENC), hex(vector::CT));
    let message = Message {
        suite: Suite::RawX,
        info: &info,
        aad: &aad,
        enc: &enc,
        ct: &ct,
    };
    let public = *point(vector::PK_R).as_bytes();
    let sk = private(vector::SK_R);
    let plain = open(&message, &public, in_memory(&sk, Suite::RawX)).unwrap();
    assert_eq!(HEXLOWER.encode(&plain), vector::PT);
}

/// The x-coordinate is that of the vector above, the derivation computed apart with hashlib.
#[test]
fn suite_2_is_the_x9_63_derivation_of_the_x_coordinate() {
    let (sk, enc) = (private(vector::SK_R), point(vector::ENC));
    let x = agree(&sk, &enc, Suite::RawX).unwrap();
    let derived = agree(&sk, &enc, Suite::X963).unwrap();
    let mut input = x.to_vec();
    input.extend_from_slice(&[0, 0, 0, 1]);
    let expected = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &input);
    assert_eq!(derived.as_slice(), expected.as_ref());
}

#[test]
fn points_off_the_curve_and_other_encodings_are_refused() {
    let good = hex(vector::ENC);
    assert!(Point::parse(&good).is_ok());
    for at in [1, 32, 33, 64] {
        let mut off = good.clone();
        off[at] ^= 1;
        assert!(Point::parse(&off).is_err(), "byte {at}");
    }
    let mut hybrid = good.clone();
    hybrid[0] = 6 | (good[64] & 1);
    let mut compressed = good[..33].to_vec();
    compressed[0] = 2 | (good[64] & 1);
    let infinity = [0];
    let mut zero = [0; 65];
    zero[0] = 4;
    // The coordinates of the field's prime: not below it, so not coordinates at all.
    let mut prime = hex(&format!(
        "04{0}{0}",
        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"
    ));
    for bad in [
        &hybrid[..],
        &compressed,
        &infinity,
        &zero,
        &prime,
        &good[..64],
        &[],
    ] {
        assert!(Point::parse(bad).is_err());
    }
    prime.push(0);
    assert!(Point::parse(&prime).is_err());
}

#[test]
fn an_enc_off_the_curve_never_reaches_the_private_key() {
    let mut enc = hex(vector::ENC);
    enc[64] ^= 1;
    let message = Message {
        suite: Suite::RawX,
        info: b"",
        aad: b"",
        enc: &enc,
        ct: &[0; 48],
    };
    let public = *point(vector::PK_R).as_bytes();
    let opened = open(&message, &public, |_| -> Result<Secret, OpenFailed> {
        panic!("the HSM was asked about a point off the curve")
    });
    assert_eq!(opened.unwrap_err(), OpenFailed);
}

#[test]
fn scalars_out_of_range_are_refused() {
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    for bad in [[0; 32], [0xff; 32], hex(order).try_into().unwrap()] {
        assert!(key_pair(&bad).is_none());
    }
    assert!(draw_scalar(&Dry).is_none());
    assert!(draw_scalar(&Seeded::new(3)).is_some());
}

/// Keys of one run, in our type and in the oracle's.
fn pair(
    seed: u32,
) -> (
    PrivateKey,
    [u8; ENC_BYTES],
    <OracleKem as ::hpke::Kem>::PrivateKey,
) {
    let scalar = draw_scalar(&Seeded::new(seed)).unwrap();
    let (private, public) = key_pair(&scalar).unwrap();
    let theirs = <OracleKem as ::hpke::Kem>::PrivateKey::from_bytes(&*scalar).unwrap();
    assert_eq!(OracleKem::sk_to_pk(&theirs).to_bytes().as_slice(), public);
    (private, public, theirs)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_hpke_crate_opens_what_we_seal(seed: u32, info: Vec<u8>, aad: Vec<u8>, plain: Vec<u8>) {
        let (_, public, theirs) = pair(seed);
        let recipient = Recipient::new(Point::parse(&public).unwrap(), Suite::RawX, &info);
        let sealed = recipient.seal(&aad, &plain).unwrap();
        let enc = <OracleKem as ::hpke::Kem>::EncappedKey::from_bytes(&sealed.enc).unwrap();
        let opened = single_shot_open::<AesGcm256, HkdfSha256, OracleKem>(
            &OpModeR::Base, &theirs, &enc, &info, &sealed.ct, &aad).unwrap();
        prop_assert_eq!(opened, plain);
    }

    #[test]
    fn we_open_what_the_hpke_crate_seals(seed: u32, info: Vec<u8>, aad: Vec<u8>, plain: Vec<u8>) {
        let (ours, public, theirs) = pair(seed);
        let (enc, ct) = single_shot_seal::<AesGcm256, HkdfSha256, OracleKem>(
            &OpModeS::Base, &OracleKem::sk_to_pk(&theirs), &info, &plain, &aad).unwrap();
        let enc = enc.to_bytes();
        let message = Message { suite: Suite::RawX, info: &info, aad: &aad, enc: &enc, ct: &ct };
        let opened = open(&message, &public, in_memory(&ours, Suite::RawX)).unwrap();
        prop_assert_eq!(opened.as_slice(), plain);
    }

    #[test]
    fn either_suite_opens_its_own_and_not_the_other(seed: u32, plain: Vec<u8>, x963: bool) {
        let (suite, other) = if x963 { (Suite::X963, Suite::RawX) } else { (Suite::RawX, Suite::X963) };
        let (ours, public, _) = pair(seed);
        let recipient = Recipient::new(Point::parse(&public).unwrap(), suite, b"info");
        let sealed = recipient.seal(b"aad", &plain).unwrap();
        let message = Message { suite, info: b"info", aad: b"aad", enc: &sealed.enc, ct: &sealed.ct };
        let opened = open(&message, &public, in_memory(&ours, suite)).unwrap();
        prop_assert_eq!(opened.as_slice(), plain);
        prop_assert!(open(&message, &public, in_memory(&ours, other)).is_err());
        let message = Message { suite: other, ..message };
        prop_assert!(open(&message, &public, in_memory(&ours, other)).is_err());
    }

    #[test]
    fn a_changed_message_or_context_does_not_open(seed: u32, what in 0..4, at: prop::sample::Index, bit in 0..8) {
        let (ours, public, _) = pair(seed);
        let recipient = Recipient::new(Point::parse(&public).unwrap(), Suite::RawX, b"info");
        let sealed = recipient.seal(b"aad", b"a secret").unwrap();
        let mut parts = [sealed.enc.to_vec(), sealed.ct, b"info".to_vec(), b"aad".to_vec()];
        let part = &mut parts[usize::try_from(what).unwrap()];
        let at = at.index(part.len());
        part[at] ^= 1u8 << bit;
        let [enc, ct, info, aad] = &parts;
        let message = Message { suite: Suite::RawX, info, aad, enc, ct };
        prop_assert!(open(&message, &public, in_memory(&ours, Suite::RawX)).is_err());
    }

    #[test]
    fn no_bytes_panic(enc in prop::collection::vec(any::<u8>(), 0..70), ct: Vec<u8>) {
        let (ours, public, _) = pair(1);
        let message = Message { suite: Suite::RawX, info: b"", aad: b"", enc: &enc, ct: &ct };
        prop_assert!(open(&message, &public, in_memory(&ours, Suite::RawX)).is_err());
    }
}
