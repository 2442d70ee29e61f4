//! The keystore's file and its key file.
#![no_main]

use std::{fs, os::unix::fs::PermissionsExt, sync::OnceLock};

use hsm_software::{SoftwareKeystore, Unlock, create_key_file};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

fn folder() -> &'static TempDir {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        create_key_file(&folder.path().join("key")).expect("a key file");
        let file = folder.path().join("keystore");
        fs::write(&file, "").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("a mode");
        folder
    })
}

// A passphrase is not tried: stretching one takes as long as the file says, within its bounds.
fuzz_target!(|data: &[u8]| {
    let (file, key) = (
        folder().path().join("keystore"),
        folder().path().join("key"),
    );
    fs::write(&file, data).expect("written");
    assert!(SoftwareKeystore::open(&file, &Unlock::KeyFile(&key)).is_err());
});
