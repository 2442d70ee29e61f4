//! Making an instance: whose its files are, and what opens its keys.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs::{self, File, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use e2e::programs;
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tempfile::TempDir;

const PASSPHRASE: &str = "korrekt pferd batterie";

/// Runs `ringfence` in this folder, away from any terminal.
fn ringfence(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new("setsid");
    command.arg("--wait").arg(programs().join("ringfence"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    command.output().unwrap()
}

/// Exit code and what stands on standard error.
fn outcome(output: &Output) -> (Option<i32>, String) {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    (output.status.code(), error)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o7777
}

fn write_passphrase(folder: &Path, text: &str) {
    let path = folder.join("passphrase");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn a_passphrase_file_opens_the_keystore_and_nothing_else_does() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    write_passphrase(at, PASSPHRASE);
    let made = ringfence(
        at,
        &["init", "--data", "kept", "--passphrase-file", "passphrase"],
    );
    assert_eq!(outcome(&made), (Some(0), String::new()));
    assert!(!at.join("kept/vault/keystore.key").exists());
    assert_eq!(mode(&at.join("kept/vault/keystore")), 0o600);
    let config = fs::read_to_string(at.join("ringfence.toml")).unwrap();
    assert!(
        config.contains("[vault]\npassphrase_file = \"/"),
        "{config}"
    );
    assert_eq!(ringfence(at, &["check-data"]).status.code(), Some(0));
    let said = String::from_utf8(ringfence(at, &["check-config"]).stdout).unwrap();
    assert!(said.contains("opened with a passphrase"), "{said}");
    write_passphrase(at, "another passphrase");
    let (code, error) = outcome(&ringfence(at, &["check-data"]));
    assert_eq!(code, Some(1));
    assert!(error.contains("keystore"), "{error}");
    let (code, error) = outcome(&ringfence(at, &["check-config"]));
    assert_eq!(code, Some(1));
    assert!(error.contains("keystore"), "{error}");
    fs::remove_file(at.join("passphrase")).unwrap();
    assert_eq!(ringfence(at, &["check-config"]).status.code(), Some(64));
}

#[test]
fn a_demonstration_takes_over_no_instance() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    // Both are called this unless told otherwise; the second keeps its configuration inside.
    for init in [
        &["init", "--data", "ringfence-data"][..],
        &[
            "init",
            "--data",
            "other",
            "--config",
            "other/ringfence.toml",
        ],
    ] {
        fs::create_dir_all(at.join("other")).unwrap();
        assert_eq!(outcome(&ringfence(at, init)), (Some(0), String::new()));
        let keystore = at.join(init[2]).join("vault/keystore");
        let keys = fs::read(&keystore).unwrap();
        for more in [&[][..], &["--fresh"]] {
            let demo = [&["demo", "--port", "31950", "--data", init[2]], more].concat();
            let (code, error) = outcome(&ringfence(at, &demo));
            assert_eq!(code, Some(2), "{error}");
            assert!(error.contains("was not made by a demonstration"), "{error}");
            assert_eq!(fs::read(&keystore).unwrap(), keys);
        }
    }
}

#[test]
fn an_init_that_fails_can_be_tried_again() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let args = ["init", "--data", "kept", "--passphrase-file", "passphrase"];
    let (code, error) = outcome(&ringfence(at, &args));
    assert_eq!(code, Some(1));
    assert!(error.contains("no terminal to ask at"), "{error}");
    write_passphrase(at, "short");
    let (code, error) = outcome(&ringfence(at, &args));
    assert_eq!(code, Some(1));
    assert!(error.contains("passphrase"), "{error}");
    write_passphrase(at, PASSPHRASE);
    fs::set_permissions(at.join("passphrase"), Permissions::from_mode(0o644)).unwrap();
    let (code, error) = outcome(&ringfence(at, &args));
    assert_eq!(code, Some(1));
    assert!(error.contains("chmod 600"), "{error}");
    assert!(!at.join("ringfence.toml").exists());
    write_passphrase(at, PASSPHRASE);
    assert_eq!(ringfence(at, &args).status.code(), Some(0));
}

/// A person at a terminal of their own.
struct Person {
    hands: File,
    seen: String,
}

impl Person {
    /// Sits down and starts `ringfence` with these words.
    fn start(folder: &Path, args: &[&str]) -> (Self, std::process::Child) {
        let hands = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&hands).unwrap();
        unlockpt(&hands).unwrap();
        let name = ptsname(&hands, Vec::new()).unwrap();
        let screen = open(&*name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
        let screen = File::from(screen);
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait"]);
        command.arg(programs().join("ringfence")).args(args);
        let child = command
            .current_dir(folder)
            .stdin(screen.try_clone().unwrap())
            .stdout(screen.try_clone().unwrap())
            .stderr(screen)
            .spawn()
            .unwrap();
        let person = Self {
            hands: File::from(hands),
            seen: String::new(),
        };
        (person, child)
    }

    /// Reads until the screen shows this, then types.
    fn answer(&mut self, prompt: &str, line: &str) {
        while !self.seen.ends_with(prompt) {
            let mut byte = [0];
            assert_eq!(self.hands.read(&mut byte).unwrap(), 1, "{}", self.seen);
            self.seen.push(char::from(byte[0]));
        }
        self.hands.write_all(line.as_bytes()).unwrap();
        self.hands.write_all(b"\n").unwrap();
    }

    /// Everything the screen showed, once the program has ended.
    fn rest(mut self) -> String {
        let mut bytes = Vec::new();
        // Linux ends with an error when nobody has the other end open any more.
        let _ = self.hands.read_to_end(&mut bytes);
        self.seen.push_str(&String::from_utf8_lossy(&bytes));
        self.seen
    }
}

const FIRST: &str = "Passphrase for the keystore: ";
const SECOND: &str = "The same once more: ";
const ASKING: [&str; 5] = ["init", "--data", "kept", "--passphrase-file", "passphrase"];

#[test]
fn a_passphrase_is_asked_for_twice_and_never_shown() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let (mut person, mut child) = Person::start(at, &ASKING);
    person.answer(FIRST, PASSPHRASE);
    person.answer(SECOND, PASSPHRASE);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let seen = person.rest();
    assert!(!seen.contains("korrekt") && seen.contains("made"), "{seen}");
    assert_eq!(mode(&at.join("passphrase")), 0o600);
    let kept = fs::read_to_string(at.join("passphrase")).unwrap();
    assert_eq!(kept, format!("{PASSPHRASE}\n"));
    assert_eq!(ringfence(at, &["check-data"]).status.code(), Some(0));
}

#[test]
fn two_passphrases_that_differ_make_nothing() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    let (mut person, mut child) = Person::start(at, &ASKING);
    person.answer(FIRST, PASSPHRASE);
    person.answer(SECOND, "korrekt pferd baterie");
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(person.rest().contains("not the same"));
    assert!(!at.join("passphrase").exists() && !at.join("ringfence.toml").exists());
    assert!(!at.join("kept/vault/keystore").exists());
}

#[test]
fn a_sandbox_is_refused_outside_a_demonstration_before_anything_is_written() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    assert_eq!(
        ringfence(at, &["init", "--data", "kept"]).status.code(),
        Some(0)
    );
    let sandbox = "+447700900123=123456";
    let create = [
        "apps",
        "create",
        "Harbour",
        "--host",
        "chat.example",
        "--sandbox",
        sandbox,
    ];
    let (code, error) = outcome(&ringfence(at, &create));
    assert_eq!(code, Some(2));
    assert!(error.contains("ringfence demo"), "{error}");
    let listed = ringfence(at, &["apps", "list"]);
    assert_eq!((listed.status.code(), listed.stdout.len()), (Some(0), 0));
    // The vault refuses it too, whoever asks.
    let terms = r#"{"id":"app_aaaaaaaaaaaaaaaaaaaaaaaaaa","name":"Harbour","host":"chat.example",
        "sender":"HARBOUR","accounts_per_number":1,"countries":[],"refused_lines":[],
        "voice":true,"sms":true,"sandbox":[{"number":"+447700900123","code":"123456"}]}"#;
    fs::write(at.join("terms.json"), terms).unwrap();
    let mut register = Command::new(programs().join("ringfence-vault"));
    register.arg("register").current_dir(at);
    register.stdin(File::open(at.join("terms.json")).unwrap());
    let (code, error) = outcome(&register.output().unwrap());
    assert_eq!(code, Some(1));
    assert!(error.contains("demonstration"), "{error}");
}

#[test]
fn rooms_get_users_from_root_only_and_only_users_there_are() {
    let folder = TempDir::new().unwrap();
    let args = ["init", "--data", "kept", "--users", "nobody-by-this-prefix"];
    let (code, error) = outcome(&ringfence(folder.path(), &args));
    let root = rustix::process::getuid().is_root();
    assert_eq!(code, Some(if root { 64 } else { 2 }), "{error}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

/// Users that every Debian has (base-passwd).
const USERS: [(&str, &str); 3] = [("front", "daemon"), ("vault", "bin"), ("courier", "games")];

#[test]
fn migrate_gives_rooms_what_root_made_for_them() {
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    assert_eq!(
        ringfence(at, &["init", "--data", "kept"]).status.code(),
        Some(0)
    );
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    let uid = |name: &str| -> Option<u32> {
        let line = passwd
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        line.split(':').nth(2)?.parse().ok()
    };
    let known = USERS.iter().all(|(_, user)| uid(user).is_some());
    if !rustix::process::getuid().is_root() || !known {
        eprintln!("not run: only root may give files away");
        return;
    }
    let path = at.join("ringfence.toml");
    let named: String = USERS
        .iter()
        .map(|(room, user)| format!("{room} = \"{user}\"\n"))
        .collect();
    let config = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{config}\n[instance.users]\n{named}")).unwrap();
    assert_eq!(ringfence(at, &["migrate"]).status.code(), Some(0));
    assert_eq!(mode(&at.join("kept")), 0o711);
    for (room, user) in USERS {
        let folder = at.join("kept").join(room);
        assert_eq!(mode(&folder), 0o700, "{room}");
        let inside = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        for path in inside.chain([folder.clone()]) {
            assert_eq!(
                Some(fs::metadata(&path).unwrap().uid()),
                uid(user),
                "{}",
                path.display()
            );
        }
    }
}
