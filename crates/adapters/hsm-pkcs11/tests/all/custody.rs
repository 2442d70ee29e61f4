//! No key leaves its token, and none that could is used.

use std::thread;

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    mechanism::Mechanism,
    object::{Attribute, AttributeType, KeyType, ObjectClass},
    session::{Session, UserType},
    types::AuthPin,
};
use hsm_pkcs11::Flaw;
use seal::{Class, Hsm, HsmError, KeyId, KeySpec};

use crate::softhsm::{PIN, Tokens, alone, library_path, open};

/// Another program's session on the first token.
fn session() -> (Pkcs11, Session) {
    let context = Pkcs11::new(library_path()).unwrap();
    let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
    // The adapter may have begun the library in this process already.
    let _ = context.initialize(arguments);
    let slot = context.get_slots_with_initialized_token().unwrap()[0];
    let session = context.open_rw_session(slot).unwrap();
    let _ = session.login(UserType::User, Some(&AuthPin::new(PIN.into())));
    (context, session)
}

fn every_key() -> Vec<KeySpec> {
    let others = [
        KeyId::root(1),
        KeyId::index(1),
        KeyId::log(1),
        KeyId::shred(1),
    ];
    let opening = Class::ALL.map(|class| KeyId::open(class, 1));
    others.into_iter().chain(opening).map(KeySpec::of).collect()
}

#[test]
fn no_key_gives_its_value_and_each_reads_back_as_it_must_be() {
    alone(
        "custody::no_key_gives_its_value_and_each_reads_back_as_it_must_be",
        &[],
        |tokens| {
            let hsm = open(tokens.one()).unwrap();
            for spec in every_key() {
                hsm.create(spec).unwrap();
            }
            let report = hsm.describe().unwrap();
            assert_eq!(report.keys.len(), every_key().len());
            for key in &report.keys {
                assert_eq!(key.flaws, [], "{}", key.spec.id);
            }
            let (_context, session) = session();
            let secrets = [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY];
            let found =
                secrets.map(|class| session.find_objects(&[Attribute::Class(class)]).unwrap());
            assert_eq!(found.concat().len(), every_key().len());
            for object in found.concat() {
                for value in [AttributeType::Value, AttributeType::PrivateExponent] {
                    let told = session.get_attributes(object, &[value]).unwrap();
                    assert_eq!(told, [], "a key gave its value");
                }
                for loosened in [
                    Attribute::Extractable(true),
                    Attribute::Sensitive(false),
                    Attribute::Sign(true),
                    Attribute::Label(b"other".to_vec()),
                ] {
                    assert!(session.update_attributes(object, &[loosened]).is_err());
                }
                let wrapping = session.wrap_key(&Mechanism::AesKeyWrap, object, object);
                assert!(wrapping.is_err());
            }
        },
    );
}

#[test]
fn what_is_derived_is_gone_afterwards() {
    alone(
        "custody::what_is_derived_is_gone_afterwards",
        &[],
        |tokens| {
            let hsm = open(tokens.one()).unwrap();
            let id = KeyId::open(Class::Account, 1);
            hsm.create(KeySpec::of(id)).unwrap();
            let seal::PublicKey::Agreement { point, .. } = hsm.public_key(&id).unwrap() else {
                panic!("an opening key agrees");
            };
            hsm.ecdh(&id, &point).unwrap();
            let (_context, session) = session();
            let class = [Attribute::Class(ObjectClass::SECRET_KEY)];
            assert_eq!(session.find_objects(&class).unwrap(), []);
        },
    );
}

fn plant(session: &Session, label: &str, extractable: bool) {
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::ValueLen(32.into()),
        Attribute::Token(true),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(extractable),
        Attribute::Modifiable(false),
        Attribute::Sign(true),
        Attribute::Verify(false),
        Attribute::Encrypt(false),
        Attribute::Decrypt(false),
        Attribute::Wrap(false),
        Attribute::Unwrap(false),
        Attribute::Derive(false),
        Attribute::Label(label.into()),
        Attribute::Id(format!("{label}#1").into_bytes()),
    ];
    session
        .generate_key(&Mechanism::GenericSecretKeyGen, &template)
        .unwrap();
}

#[test]
fn a_planted_key_that_can_be_taken_out_is_not_used() {
    alone(
        "custody::a_planted_key_that_can_be_taken_out_is_not_used",
        &[],
        |tokens| {
            let hsm = open(tokens.one()).unwrap();
            let (_context, session) = session();
            plant(&session, "ringfence/index/1", true);
            plant(&session, "ringfence/root/1", false);
            assert_eq!(hsm.hmac(&KeyId::index(1), b"x"), Err(HsmError::Failed));
            assert!(hsm.hmac(&KeyId::root(1), b"x").is_ok());
            let report = hsm.describe().unwrap();
            assert_eq!(report.keys[0].flaws, [Flaw::Extractable, Flaw::OnceExposed]);
            assert_eq!(report.keys[1].flaws, []);
        },
    );
}

#[test]
fn two_keys_of_one_name_are_none() {
    alone("custody::two_keys_of_one_name_are_none", &[], |tokens| {
        let hsm = open(tokens.one()).unwrap();
        let (_context, session) = session();
        plant(&session, "ringfence/index/1", false);
        plant(&session, "ringfence/index/1", false);
        assert_eq!(hsm.hmac(&KeyId::index(1), b"x"), Err(HsmError::Failed));
    });
}

/// A public object that bears a key's name, as another program may put it there.
fn plant_public(session: &Session, key: &KeyId, id: &str, point: &[u8]) {
    const P256: [u8; 10] = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
    let template = [
        Attribute::Class(ObjectClass::PUBLIC_KEY),
        Attribute::KeyType(KeyType::EC),
        Attribute::EcParams(P256.to_vec()),
        Attribute::EcPoint([&[0x04, 65][..], point].concat()),
        Attribute::Token(true),
        Attribute::Private(false),
        Attribute::Label(format!("ringfence/{key}").into_bytes()),
        Attribute::Id(id.into()),
    ];
    session.create_object(&template).unwrap();
}

/// Two opening keys, the first of which a new connection has to find, and what is public of them.
fn two_openings(tokens: &Tokens) -> ([KeyId; 2], [[u8; 65]; 2]) {
    let hsm = open(tokens.one()).unwrap();
    let keys = [1, 2].map(|n| KeyId::open(Class::Account, n));
    let points = keys.map(|key| {
        hsm.create(KeySpec::of(key)).unwrap();
        let point = match hsm.public_key(&key) {
            Ok(seal::PublicKey::Agreement { point, .. }) => Some(point),
            _ => None,
        };
        point.expect("an opening key agrees")
    });
    (keys, points)
}

#[test]
fn a_second_public_half_makes_a_key_useless_rather_than_sealed_to() {
    alone(
        "custody::a_second_public_half_makes_a_key_useless_rather_than_sealed_to",
        &[],
        |tokens| {
            let ([key, other], [_, planted]) = two_openings(tokens);
            let hsm = open(tokens.options("ringfence", PIN)).unwrap();
            let (_context, session) = session();
            plant_public(&session, &key, "ringfence/open/account/1#2", &planted);
            assert_eq!(hsm.public_key(&key), Err(HsmError::Failed));
            assert!(hsm.public_key(&other).is_ok());
            let report = hsm.describe().unwrap();
            let flaws: Vec<_> = report.keys.iter().map(|key| &key.flaws[..]).collect();
            assert_eq!(flaws, [&[Flaw::Ambiguous][..], &[]]);
        },
    );
}

#[test]
fn a_public_half_put_in_the_place_of_the_right_one_is_not_sealed_to() {
    alone(
        "custody::a_public_half_put_in_the_place_of_the_right_one_is_not_sealed_to",
        &[],
        |tokens| {
            let ([key, _], [own, planted]) = two_openings(tokens);
            let search = [
                Attribute::Class(ObjectClass::PUBLIC_KEY),
                Attribute::Label(format!("ringfence/{key}").into_bytes()),
            ];
            let right = "ringfence/open/account/1#2";
            for (id, point, found) in [
                (right, planted, false),
                ("ringfence/open/account/1#3", own, false),
                (right, own, true),
            ] {
                let hsm = open(tokens.options("ringfence", PIN)).unwrap();
                let (_context, session) = session();
                for object in session.find_objects(&search).unwrap() {
                    session.destroy_object(object).unwrap();
                }
                plant_public(&session, &key, id, &point);
                assert_eq!(hsm.public_key(&key).is_ok(), found, "{id}");
                if !found {
                    assert_eq!(hsm.ecdh(&key, &own), Err(HsmError::Failed));
                }
            }
        },
    );
}

fn staff(tokens: &Tokens) -> hsm_pkcs11::Options {
    let mut options = tokens.one();
    tokens.init("staff", "another pin");
    options.staff = Some(tokens.token("staff", "another pin"));
    options
}

#[test]
fn the_staff_key_may_live_in_a_token_of_its_own() {
    alone(
        "custody::the_staff_key_may_live_in_a_token_of_its_own",
        &[],
        |tokens| {
            let hsm = open(staff(tokens)).unwrap();
            for spec in every_key() {
                hsm.create(spec).unwrap();
            }
            let report = hsm.describe().unwrap();
            for key in &report.keys {
                let own = key.spec.id == KeyId::open(Class::Staff, 1);
                assert_eq!(key.token, if own { "staff" } else { "ringfence" });
            }
            let specs: Vec<KeySpec> = hsm.list().unwrap();
            assert_eq!(specs.len(), every_key().len());
            assert!(specs.is_sorted_by_key(|spec| spec.id));
        },
    );
}

#[test]
fn without_the_staff_token_the_other_keys_work_and_staff_ones_fail_as_missing() {
    alone(
        "custody::without_the_staff_token_the_other_keys_work_and_staff_ones_fail_as_missing",
        &[],
        |tokens| {
            let mut options = tokens.one();
            options.staff = Some(tokens.token("staff", "another pin"));
            let hsm = open(options).unwrap();
            hsm.create(KeySpec::of(KeyId::index(1))).unwrap();
            assert!(hsm.hmac(&KeyId::index(1), b"x").is_ok());
            let staff = KeyId::open(Class::Staff, 1);
            assert_eq!(hsm.public_key(&staff), Err(HsmError::TokenMissing));
            tokens.init("staff", "another pin");
            tokens.clock.forward(2_000);
            assert_eq!(hsm.public_key(&staff), Err(HsmError::NoSuchKey));
            assert!(hsm.hmac(&KeyId::index(1), b"x").is_ok());
        },
    );
}

#[test]
fn many_threads_share_few_sessions() {
    alone("custody::many_threads_share_few_sessions", &[], |tokens| {
        let hsm = open(tokens.one()).unwrap();
        let id = KeyId::index(1);
        hsm.create(KeySpec::of(id)).unwrap();
        let expected = hsm.hmac(&id, b"x").unwrap();
        thread::scope(|scope| {
            for _ in 0..16 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        assert_eq!(hsm.hmac(&id, b"x"), Ok(expected.clone()));
                    }
                });
            }
        });
    });
}
