//! The conformance suite, on every wrap suite.

use hsm_pkcs11::Pkcs11Hsm;
use seal::{Class, Custody, Hsm, HsmError, KeyId, KeyKind, KeySpec, Suite, conformance};

use crate::{
    shim,
    softhsm::{alone, open},
};

#[test]
fn softhsm_conforms() {
    alone("suites::softhsm_conforms", &[], |tokens| {
        let hsm = open(tokens.one()).unwrap();
        conformance::run(&hsm, None).unwrap();
        assert_eq!(hsm.list(), Ok(vec![]), "the suite leaves nothing behind");
    });
}

/// SoftHSM derives without a KDF and knows OAEP with SHA-1 only.
#[test]
fn a_suite_that_a_token_does_not_offer_makes_no_key() {
    alone(
        "suites::a_suite_that_a_token_does_not_offer_makes_no_key",
        &[],
        |tokens| {
            let hsm = open(tokens.one()).unwrap();
            let id = KeyId::open(Class::Account, 1);
            let x963 = KeySpec::with_suite(id, Suite::X963);
            let kind = KeyKind::Decryption;
            for spec in [x963, KeySpec { id, kind }] {
                assert_eq!(hsm.create(spec), Err(HsmError::WrongUsage));
            }
            assert_eq!(hsm.list(), Ok(vec![]));
            assert_eq!(hsm.create(KeySpec::of(id)), Ok(()));
        },
    );
}

#[test]
fn a_token_with_a_kdf_and_oaep_conforms_on_all_suites() {
    alone(
        "suites::a_token_with_a_kdf_and_oaep_conforms_on_all_suites",
        &[],
        |tokens| {
            let options = tokens.one();
            let hsm = Pkcs11Hsm::open(shim::library(tokens, "able"), options).unwrap();
            let id = KeyId::open(Class::Account, 1);
            for spec in [
                KeySpec::with_suite(id, Suite::X963),
                KeySpec {
                    id,
                    kind: KeyKind::Decryption,
                },
            ] {
                hsm.create(spec).expect("the shim adds this suite");
                hsm.destroy(&id).unwrap();
            }
            conformance::run(&hsm, None).unwrap();
        },
    );
}

/// Keys of a program are not in hardware, whatever interface they are behind.
#[test]
fn softhsm_is_development_and_a_device_is_not() {
    alone(
        "suites::softhsm_is_development_and_a_device_is_not",
        &[],
        |tokens| {
            let options = tokens.one();
            let hsm = open(options.clone()).unwrap();
            assert_eq!(hsm.probe(), Ok(Custody::Development));
            drop(hsm);
            let hsm = Pkcs11Hsm::open(shim::library(tokens, "renamed"), options).unwrap();
            let custody = hsm.probe().unwrap();
            assert_eq!(custody.to_string(), "hsm (Example Devices, Model 1)");
        },
    );
}
