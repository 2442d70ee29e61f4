//! How often the library is called: behind a network each call may be a round trip.

use hsm_pkcs11::Pkcs11Hsm;
use seal::{Class, Hsm, KeyId, KeySpec, PublicKey};

use crate::{
    shim::{self, DERIVE, DESTROY, GET_ATTRIBUTES, SIGN, SIGN_INIT, calls},
    softhsm::{Tokens, alone},
};

const INDEX: KeyId = KeyId::index(1);
const OPEN: KeyId = KeyId::open(Class::Account, 1);

/// An adapter behind the shim, with keys that were used once.
fn in_use(tokens: &Tokens, mode: &str) -> (Pkcs11Hsm, [u8; 65]) {
    let options = tokens.one();
    let hsm = Pkcs11Hsm::open(shim::library(tokens, mode), options).unwrap();
    for key in [INDEX, OPEN] {
        hsm.create(KeySpec::of(key)).unwrap();
    }
    hsm.hmac(&INDEX, b"x").unwrap();
    let point = match hsm.public_key(&OPEN) {
        Ok(PublicKey::Agreement { point, .. }) => Some(point),
        _ => None,
    };
    let point = point.expect("an opening key agrees");
    hsm.ecdh(&OPEN, &point).unwrap();
    (hsm, point)
}

#[test]
fn an_operation_with_a_known_key_makes_its_own_calls_and_no_other() {
    alone(
        "calls::an_operation_with_a_known_key_makes_its_own_calls_and_no_other",
        &[],
        |tokens| {
            let (hsm, point) = in_use(tokens, "plain");
            let hmac = || drop(hsm.hmac(&INDEX, b"x").unwrap());
            // The first of two alike asks how long the answer is.
            assert_eq!(calls(tokens, hmac), [SIGN_INIT, SIGN, SIGN]);
            let ecdh = || drop(hsm.ecdh(&OPEN, &point).unwrap());
            let wanted = [DERIVE, GET_ATTRIBUTES, GET_ATTRIBUTES, DESTROY];
            assert_eq!(calls(tokens, ecdh), wanted);
            let public = || drop(hsm.public_key(&OPEN).unwrap());
            assert_eq!(calls(tokens, public), [0; 0]);
        },
    );
}

#[test]
fn a_token_that_keeps_no_derived_value_openly_is_found_out_once() {
    alone(
        "calls::a_token_that_keeps_no_derived_value_openly_is_found_out_once",
        &[],
        |tokens| {
            let (hsm, point) = in_use(tokens, "strict");
            let ecdh = || drop(hsm.ecdh(&OPEN, &point).unwrap());
            let wanted = [DERIVE, GET_ATTRIBUTES, GET_ATTRIBUTES, DESTROY];
            assert_eq!(calls(tokens, ecdh), wanted);
        },
    );
}
