//! The conformance suite, on every wrap suite.

use hsm_pkcs11::{Make, Pkcs11Hsm, Standing};
use seal::{Class, Custody, Hsm, HsmError, KeyId, KeyKind, KeySpec, Suite, conformance};

use crate::{
    shim,
    softhsm::{PIN, alone, open},
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

fn make(vendor: &str, model: &str) -> Option<Make> {
    let (vendor, model) = (vendor.to_owned(), model.to_owned());
    Some(Make { vendor, model })
}

/// What a token calls itself behind the shim that gives it another name.
fn example() -> Option<Make> {
    make("Example Devices", "Model 1")
}

#[test]
fn a_token_is_development_until_the_operator_names_its_maker_and_model() {
    alone(
        "suites::a_token_is_development_until_the_operator_names_its_maker_and_model",
        &[],
        |tokens| {
            let mut options = tokens.one();
            for (named, standing, custody) in [
                (None, Standing::Unnamed, "development"),
                (
                    make("Example Devices", "Model 2"),
                    Standing::Differs,
                    "development",
                ),
                (make("Example", "Model 1"), Standing::Differs, "development"),
                (
                    example(),
                    Standing::Vouched,
                    "hsm (Example Devices, Model 1)",
                ),
            ] {
                options.token.make = named;
                let library = shim::library(tokens, "renamed");
                let hsm = Pkcs11Hsm::open(library, options.clone()).unwrap();
                assert_eq!(hsm.probe().unwrap().to_string(), custody);
                let [token] = &hsm.describe().unwrap().tokens[..] else {
                    panic!("there is one token");
                };
                assert_eq!((token.standing, &token.make), (standing, &example()));
            }
        },
    );
}

/// Keys of a program are not in hardware, whatever interface they are behind and whoever says so.
#[test]
fn nobody_can_vouch_for_softhsm() {
    alone("suites::nobody_can_vouch_for_softhsm", &[], |tokens| {
        let mut options = tokens.one();
        options.token.make = make("SoftHSM project", "SoftHSM v2");
        let hsm = open(options).unwrap();
        assert_eq!(hsm.probe(), Ok(Custody::Development));
        let report = hsm.describe().unwrap();
        assert_eq!(report.tokens[0].standing, Standing::Software);
    });
}

#[test]
fn a_staff_token_that_is_unknown_or_does_not_answer_makes_the_whole_development() {
    alone(
        "suites::a_staff_token_that_is_unknown_or_does_not_answer_makes_the_whole_development",
        &[],
        |tokens| {
            let mut options = tokens.one();
            options.token.make = example();
            let mut staff = tokens.token("staff", PIN);
            staff.make = example();
            options.staff = Some(staff);
            let library = shim::library(tokens, "renamed");
            let hsm = Pkcs11Hsm::open(library.clone(), options.clone()).unwrap();
            assert_eq!(hsm.probe(), Ok(Custody::Development), "not there");
            drop(hsm);
            tokens.init("staff", PIN);
            let hsm = Pkcs11Hsm::open(library.clone(), options.clone()).unwrap();
            assert_ne!(hsm.probe(), Ok(Custody::Development));
            drop(hsm);
            options.staff = Some(tokens.token("staff", PIN));
            let hsm = Pkcs11Hsm::open(library, options).unwrap();
            assert_eq!(hsm.probe(), Ok(Custody::Development), "not vouched for");
        },
    );
}
