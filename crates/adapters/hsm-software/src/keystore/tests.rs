//! The keystore as a process sees it: files, modes, restarts.

use crate::{Cost, KeystoreError, SoftwareKeystore, Unlock, create_key_file};
use seal::{Class, Custody, Hsm, HsmError, KeyId, KeySpec, Suite, conformance, soft::KeyMaterial};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// Cheap, so that the tests test the file and not the machine.
const COST: Cost = Cost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};
const PASSPHRASE: Unlock<'static> = Unlock::Passphrase("correct horse");

struct Place {
    _dir: TempDir,
    path: PathBuf,
}

fn place() -> Place {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("keys");
    Place { _dir: dir, path }
}

fn create(path: &Path) -> SoftwareKeystore {
    SoftwareKeystore::create_with_cost(path, &PASSPHRASE, COST).unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_software_keystore_conforms() {
    let place = place();
    let store = create(&place.path);
    let import = |spec, secret: [u8; 32]| {
        store.import(KeyMaterial {
            spec,
            secret: secret.into(),
        })
    };
    conformance::run(&store, Some(&import)).unwrap();
    assert!(store.list().unwrap().is_empty());
}

#[test]
fn keys_survive_a_restart_the_moment_create_returns() {
    let place = place();
    let store = create(&place.path);
    let specs = [
        KeySpec::with_suite(KeyId::open(Class::Account, 1), Suite::X963),
        KeySpec::of(KeyId::index(1)),
        KeySpec::of(KeyId::log(1)),
    ];
    for spec in specs {
        store.create(spec).unwrap();
    }
    let before = store.hmac(&KeyId::index(1), b"x").unwrap();
    let public = store.public_key(&KeyId::open(Class::Account, 1)).unwrap();
    // Not dropped first: durable means on return, not on exit.
    let again = SoftwareKeystore::open(&place.path, &PASSPHRASE).unwrap();
    assert_eq!(again.list().unwrap(), store.list().unwrap());
    assert_eq!(again.hmac(&KeyId::index(1), b"x").unwrap(), before);
    assert_eq!(
        again.public_key(&KeyId::open(Class::Account, 1)).unwrap(),
        public
    );
}

#[test]
fn a_destroyed_key_does_not_come_back_with_a_restart() {
    let place = place();
    let store = create(&place.path);
    store.create(KeySpec::of(KeyId::shred(1))).unwrap();
    store.destroy(&KeyId::shred(1)).unwrap();
    let again = SoftwareKeystore::open(&place.path, &PASSPHRASE).unwrap();
    assert_eq!(again.hmac(&KeyId::shred(1), b"x"), Err(HsmError::NoSuchKey));
}

#[test]
fn two_processes_do_not_lose_each_others_keys() {
    let place = place();
    let a = create(&place.path);
    let b = SoftwareKeystore::open(&place.path, &PASSPHRASE).unwrap();
    a.create(KeySpec::of(KeyId::index(1))).unwrap();
    b.create(KeySpec::of(KeyId::root(1))).unwrap();
    assert_eq!(
        b.create(KeySpec::of(KeyId::index(1))),
        Err(HsmError::Exists)
    );
    assert_eq!(a.list().unwrap(), b.list().unwrap());
    assert_eq!(a.hmac(&KeyId::root(1), b"x"), b.hmac(&KeyId::root(1), b"x"));
}

#[test]
fn a_key_file_unlocks_without_a_passphrase() {
    let place = place();
    let key_file = place.path.with_extension("key");
    create_key_file(&key_file).unwrap();
    assert_eq!(
        (mode(&key_file), fs::read(&key_file).unwrap().len()),
        (0o600, 32)
    );
    let unlock = Unlock::KeyFile(&key_file);
    SoftwareKeystore::create(&place.path, &unlock)
        .unwrap()
        .create(KeySpec::of(KeyId::index(1)))
        .unwrap();
    let store = SoftwareKeystore::open(&place.path, &unlock).unwrap();
    assert_eq!(store.list().unwrap().len(), 1);

    assert!(matches!(
        create_key_file(&key_file),
        Err(KeystoreError::Exists { .. })
    ));
    let refused = SoftwareKeystore::open(&place.path, &PASSPHRASE).unwrap_err();
    assert!(matches!(refused, KeystoreError::OtherUnlock));
    let other = place.path.with_extension("other");
    create_key_file(&other).unwrap();
    let refused = SoftwareKeystore::open(&place.path, &Unlock::KeyFile(&other)).unwrap_err();
    assert!(matches!(refused, KeystoreError::WrongUnlock));
    fs::write(&other, [1; 31]).unwrap();
    let refused = SoftwareKeystore::open(&place.path, &Unlock::KeyFile(&other)).unwrap_err();
    assert!(matches!(refused, KeystoreError::KeyFileSize));
}

#[test]
fn a_wrong_passphrase_is_told_from_a_damaged_file() {
    let place = place();
    create(&place.path)
        .create(KeySpec::of(KeyId::index(1)))
        .unwrap();
    let wrong = SoftwareKeystore::open(&place.path, &Unlock::Passphrase("wrong horse"));
    assert!(matches!(wrong, Err(KeystoreError::WrongUnlock)));

    let good = fs::read(&place.path).unwrap();
    let mut garbled = good.clone();
    garbled[good.len() / 2] ^= 1;
    for damaged in [&good[..good.len() - 1], &garbled, b"", b"not a keystore"] {
        fs::write(&place.path, damaged).unwrap();
        let refused = SoftwareKeystore::open(&place.path, &PASSPHRASE);
        assert!(matches!(refused, Err(KeystoreError::Damaged)));
    }
}

#[test]
fn a_file_open_to_others_is_refused_with_the_remedy() {
    let place = place();
    let store = create(&place.path);
    store.create(KeySpec::of(KeyId::index(1))).unwrap();
    assert_eq!(mode(&place.path), 0o600);
    fs::set_permissions(&place.path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = SoftwareKeystore::open(&place.path, &PASSPHRASE).unwrap_err();
    assert!(matches!(
        refused,
        KeystoreError::Permissions { mode: 0o640, .. }
    ));
    assert!(refused.to_string().contains("chmod 600"));
    assert_eq!(
        store.create(KeySpec::of(KeyId::root(1))),
        Err(HsmError::Unavailable)
    );
}

#[test]
fn an_existing_keystore_is_never_overwritten() {
    let place = place();
    create(&place.path)
        .create(KeySpec::of(KeyId::index(1)))
        .unwrap();
    let refused = SoftwareKeystore::create_with_cost(&place.path, &PASSPHRASE, COST).unwrap_err();
    assert!(matches!(refused, KeystoreError::Exists { .. }));
    let store = SoftwareKeystore::open(&place.path, &PASSPHRASE).unwrap();
    assert_eq!(store.list().unwrap().len(), 1);
}

#[test]
fn a_missing_file_and_a_short_passphrase_are_typed() {
    let place = place();
    let missing = SoftwareKeystore::open(&place.path, &PASSPHRASE);
    assert!(matches!(missing, Err(KeystoreError::Io { .. })));
    let short = SoftwareKeystore::create(&place.path, &Unlock::Passphrase("short"));
    assert!(matches!(short, Err(KeystoreError::PassphraseTooShort)));
    assert!(!place.path.exists());
}

#[test]
fn no_temporary_file_is_left_behind() {
    let place = place();
    let store = create(&place.path);
    for epoch in 0..4 {
        store.create(KeySpec::of(KeyId::shred(epoch))).unwrap();
    }
    let names = fs::read_dir(place.path.parent().unwrap()).unwrap();
    assert_eq!(names.count(), 1);
}

#[test]
fn the_file_shows_no_secret_and_debug_no_passphrase() {
    let place = place();
    let store = create(&place.path);
    let spec = KeySpec::of(KeyId::index(1));
    store
        .import(KeyMaterial {
            spec,
            secret: [0x77; 32].into(),
        })
        .unwrap();
    let file = fs::read(&place.path).unwrap();
    assert!(!file.windows(8).any(|window| window == [0x77; 8]));
    assert_eq!(store.probe(), Ok(Custody::Development));
    assert!(!format!("{store:?} {PASSPHRASE:?}").contains("horse"));
}
