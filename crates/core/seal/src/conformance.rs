//! The suite every [`Hsm`] passes: software keystore and PKCS#11 alike.
//!
//! It uses generations near the top of the range, so it can run on a token that holds real keys,
//! and destroys what it made.

use crate::{
    Class, Hsm, HsmError, KeyId, KeyKind, KeySpec, PublicKey, RSA_BYTES, Suite,
    hpke::{self, Point},
    kdf::Secret,
    oaep,
};
use aws_lc_rs::{
    agreement::{ECDH_P256, PrivateKey},
    signature::{ED25519, UnparsedPublicKey},
};

/// Generation of the keys the suite makes.
const TEST_GENERATION: u32 = u32::MAX - 7;

/// Puts a key with a known secret into the module, where it allows that.
pub type Import<'a> = &'a dyn Fn(KeySpec, [u8; 32]) -> Result<(), HsmError>;

/// A rule the module breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The rule, in words.
    #[error("broken rule: {0}")]
    Rule(&'static str),
    /// A verb that had to succeed did not.
    #[error("a verb that must succeed failed: {0}")]
    Verb(#[from] HsmError),
}

/// Runs the whole suite; without `import` the known-answer test is left out.
///
/// # Errors
/// The first broken rule.
pub fn run(hsm: &dyn Hsm, import: Option<Import<'_>>) -> Result<(), Broken> {
    created_keys_are_listed_once(hsm)?;
    hmac_is_a_function_of_key_and_data(hsm)?;
    if let Some(import) = import {
        hmac_gives_the_published_answer(hsm, import)?;
    }
    for suite in [Suite::RawX, Suite::X963] {
        ecdh_agrees_with_a_software_peer(hsm, suite)?;
    }
    rsa_decrypts_what_was_sealed_to_it(hsm)?;
    signatures_verify(hsm)?;
    a_key_has_one_usage(hsm)?;
    an_unknown_key_is_told_apart(hsm)?;
    a_destroyed_key_is_gone(hsm)
}

fn rule(holds: bool, rule: &'static str) -> Result<(), Broken> {
    if holds {
        Ok(())
    } else {
        Err(Broken::Rule(rule))
    }
}

fn created_keys_are_listed_once(hsm: &dyn Hsm) -> Result<(), Broken> {
    let spec = KeySpec::of(KeyId::index(TEST_GENERATION));
    rule(
        !hsm.list()?.contains(&spec),
        "a key is not listed before it is made",
    )?;
    hsm.create(spec)?;
    let count = hsm.list()?.iter().filter(|found| **found == spec).count();
    rule(count == 1, "a made key is listed once, with its kind")?;
    rule(
        hsm.create(spec) == Err(HsmError::Exists),
        "a key is never replaced",
    )?;
    let list = hsm.list()?;
    rule(
        list.is_sorted_by_key(|spec| spec.id),
        "keys are listed in order",
    )?;
    Ok(hsm.destroy(&spec.id)?)
}

fn hmac_is_a_function_of_key_and_data(hsm: &dyn Hsm) -> Result<(), Broken> {
    let (one, two) = (
        KeyId::shred(TEST_GENERATION),
        KeyId::shred(TEST_GENERATION + 1),
    );
    hsm.create(KeySpec::of(one))?;
    hsm.create(KeySpec::of(two))?;
    let first = hsm.hmac(&one, b"data")?;
    rule(first == hsm.hmac(&one, b"data")?, "HMAC is deterministic")?;
    rule(
        first != hsm.hmac(&one, b"other")?,
        "HMAC depends on the data",
    )?;
    rule(first != hsm.hmac(&two, b"data")?, "HMAC depends on the key")?;
    hsm.hmac(&one, &[0; 4096])?;
    hsm.destroy(&two)?;
    Ok(hsm.destroy(&one)?)
}

/// RFC 4231 test case 1; HMAC pads its 20-byte key with the zeros that make it 32 here.
fn hmac_gives_the_published_answer(hsm: &dyn Hsm, import: Import<'_>) -> Result<(), Broken> {
    const ANSWER: [u8; 32] = [
        0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53, 0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1,
        0x2b, 0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7, 0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32,
        0xcf, 0xf7,
    ];
    let id = KeyId::root(TEST_GENERATION);
    let mut secret = [0; 32];
    secret[..20].fill(0x0b);
    import(KeySpec::of(id), secret)?;
    rule(
        *hsm.hmac(&id, b"Hi There")? == ANSWER,
        "HMAC-SHA-256 as published in RFC 4231",
    )?;
    Ok(hsm.destroy(&id)?)
}

fn ecdh_agrees_with_a_software_peer(hsm: &dyn Hsm, suite: Suite) -> Result<(), Broken> {
    let id = KeyId::open(Class::Hygiene, TEST_GENERATION);
    match hsm.create(KeySpec::with_suite(id, suite)) {
        // A module may know only one of the two.
        Err(HsmError::WrongUsage) => return Ok(()),
        made => made?,
    }
    let PublicKey::Agreement { point, suite: told } = hsm.public_key(&id)? else {
        return Err(Broken::Rule("an opening key has an agreement public key"));
    };
    rule(told == suite, "the suite is kept")?;
    let theirs = Point::parse(&point).map_err(|_| Broken::Rule("public keys are on the curve"))?;
    let peer = PrivateKey::generate(&ECDH_P256).map_err(|_| HsmError::Failed)?;
    let ours = hpke::public_bytes(&peer).ok_or(HsmError::Failed)?;
    let expected = hpke::agree(&peer, &theirs, suite).ok_or(HsmError::Failed)?;
    rule(hsm.ecdh(&id, &ours)? == expected, "ECDH agrees with a peer")?;
    let (ours, expected) = begins_with_zero(&theirs, suite)?;
    rule(
        hsm.ecdh(&id, &ours)? == expected,
        "a shared secret keeps the zeros it begins with",
    )?;
    Ok(hsm.destroy(&id)?)
}

/// A peer whose shared secret begins with a zero byte: one in 256.
fn begins_with_zero(
    theirs: &Point,
    suite: Suite,
) -> Result<([u8; hpke::ENC_BYTES], Secret), Broken> {
    const MAX_DRAWS: usize = 16_384;
    for _ in 0..MAX_DRAWS {
        let peer = PrivateKey::generate(&ECDH_P256).map_err(|_| HsmError::Failed)?;
        let expected = hpke::agree(&peer, theirs, suite).ok_or(HsmError::Failed)?;
        if expected[0] == 0 {
            let ours = hpke::public_bytes(&peer).ok_or(HsmError::Failed)?;
            return Ok((ours, expected));
        }
    }
    Err(HsmError::Failed.into())
}

fn rsa_decrypts_what_was_sealed_to_it(hsm: &dyn Hsm) -> Result<(), Broken> {
    let id = KeyId::open(Class::Support, TEST_GENERATION);
    let kind = KeyKind::Decryption;
    match hsm.create(KeySpec { id, kind }) {
        // A module may not know it.
        Err(HsmError::WrongUsage) => return Ok(()),
        made => made?,
    }
    let PublicKey::Decryption(modulus) = hsm.public_key(&id)? else {
        return Err(Broken::Rule("a decryption key has a modulus"));
    };
    let to = oaep::Recipient::new(&modulus).ok_or(Broken::Rule("a modulus has 3072 bits"))?;
    let secret = [0x5a; 32];
    let ct = to.seal(&secret).map_err(|_| HsmError::Failed)?;
    rule(
        *hsm.decrypt(&id, &ct)? == secret,
        "RSA-OAEP with SHA-256 decrypts",
    )?;
    let mut other = ct;
    other[RSA_BYTES - 1] ^= 1;
    rule(
        hsm.decrypt(&id, &other) == Err(HsmError::Undecipherable),
        "what was not encrypted for a key is told apart from a failure",
    )?;
    Ok(hsm.destroy(&id)?)
}

fn signatures_verify(hsm: &dyn Hsm) -> Result<(), Broken> {
    let id = KeyId::log(TEST_GENERATION);
    hsm.create(KeySpec::of(id))?;
    let PublicKey::Signing(public) = hsm.public_key(&id)? else {
        return Err(Broken::Rule("a log key has a signing public key"));
    };
    let verifier = UnparsedPublicKey::new(&ED25519, public);
    for message in [&b""[..], b"a checkpoint"] {
        let signature = hsm.sign(&id, message)?;
        rule(
            verifier.verify(message, &signature).is_ok(),
            "Ed25519 signatures verify",
        )?;
        rule(
            verifier.verify(b"other", &signature).is_err(),
            "for their message only",
        )?;
    }
    Ok(hsm.destroy(&id)?)
}

fn a_key_has_one_usage(hsm: &dyn Hsm) -> Result<(), Broken> {
    let hmac = KeyId::index(TEST_GENERATION);
    let log = KeyId::log(TEST_GENERATION);
    hsm.create(KeySpec::of(hmac))?;
    hsm.create(KeySpec::of(log))?;
    let peer = PrivateKey::generate(&ECDH_P256).map_err(|_| HsmError::Failed)?;
    let point = hpke::public_bytes(&peer).ok_or(HsmError::Failed)?;
    let wrong = Err(HsmError::WrongUsage);
    rule(
        hsm.sign(&hmac, b"x").map(drop) == wrong,
        "an HMAC key does not sign",
    )?;
    rule(
        hsm.ecdh(&hmac, &point).map(drop) == wrong,
        "an HMAC key does not agree",
    )?;
    rule(
        hsm.decrypt(&hmac, &[1; RSA_BYTES]).map(drop) == wrong,
        "an HMAC key does not decrypt",
    )?;
    rule(
        hsm.public_key(&hmac).map(drop) == wrong,
        "an HMAC key has no public half",
    )?;
    rule(
        hsm.hmac(&log, b"x").map(drop) == wrong,
        "a signing key does not HMAC",
    )?;
    rule(
        hsm.ecdh(&log, &point).map(drop) == wrong,
        "a signing key does not agree",
    )?;
    let mixed = KeySpec {
        id: KeyId::root(TEST_GENERATION),
        kind: KeySpec::of(log).kind,
    };
    rule(hsm.create(mixed) == wrong, "purpose and kind must agree")?;
    hsm.destroy(&log)?;
    Ok(hsm.destroy(&hmac)?)
}

fn an_unknown_key_is_told_apart(hsm: &dyn Hsm) -> Result<(), Broken> {
    let id = KeyId::log(TEST_GENERATION);
    let peer = PrivateKey::generate(&ECDH_P256).map_err(|_| HsmError::Failed)?;
    let point = hpke::public_bytes(&peer).ok_or(HsmError::Failed)?;
    let none = Err(HsmError::NoSuchKey);
    rule(hsm.hmac(&id, b"x").map(drop) == none, "HMAC knows its keys")?;
    rule(hsm.sign(&id, b"x").map(drop) == none, "sign knows its keys")?;
    rule(
        hsm.ecdh(&id, &point).map(drop) == none,
        "ECDH knows its keys",
    )?;
    rule(
        hsm.decrypt(&id, &[1; RSA_BYTES]).map(drop) == none,
        "decrypt knows its keys",
    )?;
    rule(
        hsm.public_key(&id).map(drop) == none,
        "public_key knows its keys",
    )?;
    rule(hsm.destroy(&id) == none, "destroy knows its keys")
}

fn a_destroyed_key_is_gone(hsm: &dyn Hsm) -> Result<(), Broken> {
    let spec = KeySpec::of(KeyId::shred(TEST_GENERATION));
    hsm.create(spec)?;
    let before = hsm.hmac(&spec.id, b"x")?;
    hsm.destroy(&spec.id)?;
    rule(
        hsm.hmac(&spec.id, b"x") == Err(HsmError::NoSuchKey),
        "a destroyed key is gone",
    )?;
    rule(
        !hsm.list()?.contains(&spec),
        "a destroyed key is not listed",
    )?;
    hsm.create(spec)?;
    rule(
        before != hsm.hmac(&spec.id, b"x")?,
        "a new key of that name is another key",
    )?;
    Ok(hsm.destroy(&spec.id)?)
}
