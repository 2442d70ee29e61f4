//! Backups and restores as an operator makes them. What an epoch's turn changes is tested where
//! the clock can be moved: in the vault's own program.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use e2e::System;

const NUMBER: &str = "+447700900131";
const LATER: &str = "+447700900132";

/// A demonstration and a folder for copies beside its data.
struct Kept {
    system: System,
    copies: PathBuf,
}

impl Kept {
    fn start() -> Self {
        let system = System::start();
        let copies = system.data().parent().unwrap().join("copies");
        fs::create_dir(&copies).unwrap();
        Self { system, copies }
    }

    fn copy(&self, name: &str) -> String {
        self.copies.join(name).display().to_string()
    }

    /// Runs a command; its exit code and all it wrote.
    fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = self.system.operate(args);
        let written = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(written).unwrap())
    }

    fn done(&self, args: &[&str]) -> String {
        let (code, written) = self.run(args);
        assert_eq!(code, Some(0), "{args:?}: {written}");
        written
    }

    /// Proves a number; verdict and pseudonym.
    fn prove(&self, number: &str, purpose: &str) -> (String, String) {
        let (mut api, mut phones) = (self.system.api(), self.system.phones());
        let started = api.start_for(number, purpose);
        // A number is proven once in each life of the simulator, which forgets what it showed.
        let code = phones.code(number);
        let judged = api.check(&started.id, &code.digits);
        let text = |name: &str| judged[name].as_str().unwrap_or_default().to_owned();
        (text("verdict"), text("subject"))
    }
}

#[test]
fn three_parts_restored_on_an_empty_machine_open_what_they_held() {
    let mut kept = Kept::start();
    let (_, subject) = kept.prove(NUMBER, "signup");
    let (main, share, keys) = (kept.copy("main"), kept.copy("share"), kept.copy("keys"));
    assert!(
        kept.done(&["backup", &main])
            .contains("opens no number by itself")
    );
    let told = kept.done(&["backup", &share, "--share"]);
    assert!(told.contains("opens until epoch 1 ends, about 2"), "{told}");
    let told = kept.done(&["backup", &keys, "--keys"]);
    assert!(told.contains("has the key of epoch 1"), "{told}");
    for file in [format!("{main}/vault.db"), format!("{keys}/keystore")] {
        assert_eq!(fs::metadata(file).unwrap().mode() & 0o777, 0o600);
    }
    assert_eq!(kept.run(&["backup", &main]).0, Some(2));
    assert_eq!(kept.system.stop(), Some(0));
    for room in [
        "front/main.db",
        "vault/main.db",
        "vault/share.db",
        "vault/keystore",
    ] {
        fs::remove_file(kept.system.data().join(room)).unwrap();
    }
    let (code, told) = kept.run(&["restore", &main, "--share", &share]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("keystore"), "{told}");
    let keystore = kept.system.data().join("vault/keystore");
    fs::copy(kept.copies.join("keys/keystore"), keystore).unwrap();
    let told = kept.done(&["restore", &main, "--share", &share]);
    assert!(
        told.contains("1 accounts in this copy; the number of 1 opens"),
        "{told}"
    );
    assert!(kept.done(&["check-data"]).contains("sound"));
    kept.system.serve();
    let again = kept.prove(NUMBER, "login");
    assert_eq!(again, ("existing".to_owned(), subject));
    assert_eq!(kept.system.stop(), Some(0), "{}", kept.system.written());
}

#[test]
fn a_restore_over_living_databases_keeps_them_beside_and_says_what_is_lost() {
    let mut kept = Kept::start();
    let (_, subject) = kept.prove(NUMBER, "signup");
    let main = kept.copy("main");
    kept.done(&["backup", &main]);
    kept.prove(LATER, "signup");
    assert_eq!(kept.system.stop(), Some(0));
    assert_eq!(kept.run(&["restore", &main]).0, Some(2));
    let told = kept.done(&["restore", &main, "--yes"]);
    assert!(told.contains("since the copy are not in it"), "{told}");
    assert!(kept.system.data().join("vault/main.db.replaced").exists());
    assert!(!kept.system.data().join("vault/restoring").exists());
    kept.system.serve();
    assert_eq!(
        kept.prove(NUMBER, "login"),
        ("existing".to_owned(), subject)
    );
    assert_eq!(kept.prove(LATER, "login").0, "no_account");
    assert_eq!(kept.system.stop(), Some(0), "{}", kept.system.written());
}

#[test]
fn without_any_share_store_the_instance_starts_and_no_number_opens() {
    let mut kept = Kept::start();
    kept.prove(NUMBER, "signup");
    let main = kept.copy("main");
    kept.done(&["backup", &main]);
    assert_eq!(kept.system.stop(), Some(0));
    for room in ["front/main.db", "vault/main.db", "vault/share.db"] {
        fs::remove_file(kept.system.data().join(room)).unwrap();
    }
    let told = kept.done(&["restore", &main]);
    assert!(
        told.contains("1 do not open and are not recognised: there is no share store"),
        "{told}"
    );
    assert_eq!(kept.run(&["check-data"]).0, Some(1));
    kept.system.serve();
    assert_eq!(kept.prove(NUMBER, "login").0, "no_account");
    assert_eq!(kept.system.stop(), Some(0), "{}", kept.system.written());
}

#[test]
fn a_damaged_copy_is_refused_and_changes_nothing() {
    let mut kept = Kept::start();
    kept.prove(NUMBER, "signup");
    let main = kept.copy("main");
    kept.done(&["backup", &main]);
    assert_eq!(kept.system.stop(), Some(0));
    let path = kept.copies.join("main/vault.db");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[4096..middle].fill(0x55);
    fs::write(&path, bytes).unwrap();
    let (code, told) = kept.run(&["restore", &main, "--yes"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(!kept.system.data().join("vault/main.db.replaced").exists());
    assert!(!kept.system.data().join("front/main.db.replaced").exists());
    assert!(kept.done(&["check-data"]).contains("sound"));
}
