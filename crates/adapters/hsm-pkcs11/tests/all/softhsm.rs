//! SoftHSM tokens, each in a folder of its own.
//!
//! The library finds its folder by its environment, and a test may not change its own: so each
//! test runs its body in a child process, the same program told to run that one test.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use hsm_pkcs11::{Library, Options, Pkcs11Hsm, TokenOptions};
use model::{Clock, Timestamp};
use seal::HsmError;

const PLACES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];
const FOLDER: &str = "RINGFENCE_TEST_FOLDER";
pub const PIN: &str = "4711-0815";

/// A time that tests move.
#[derive(Default)]
pub struct Hand(AtomicI64);

impl Hand {
    pub fn forward(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// SoftHSM's library.
pub fn library_path() -> PathBuf {
    let found = PLACES.iter().map(PathBuf::from).find(|path| path.exists());
    found.expect("this test needs SoftHSM: install the Debian package softhsm2")
}

/// A folder with tokens.
pub struct Tokens {
    pub folder: PathBuf,
    pub clock: Arc<Hand>,
}

/// Runs `body` in a process of its own, where SoftHSM keeps its tokens in a fresh folder.
/// `test` is the test's whole name; `environment` is set besides.
pub fn alone(test: &str, environment: &[(&str, &str)], body: fn(&Tokens)) {
    #[expect(
        clippy::disallowed_methods,
        reason = "not configuration: whether this process is the child"
    )]
    let folder = std::env::var_os(FOLDER);
    if let Some(folder) = folder {
        let clock = Arc::default();
        body(&Tokens {
            folder: folder.into(),
            clock,
        });
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let conf = folder.path().join("softhsm2.conf");
    let tokens = folder.path().join("tokens");
    fs::create_dir(&tokens).unwrap();
    let text = format!(
        "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
        tokens.display()
    );
    fs::write(&conf, text).unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env("SOFTHSM2_CONF", conf)
        .env(FOLDER, folder.path())
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr);
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{told}\n{said}");
    assert!(told.contains("1 passed"), "no such test: {test}\n{told}");
}

impl Tokens {
    /// Makes a token.
    pub fn init(&self, label: &str, pin: &str) {
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", label])
            .args(["--pin", pin, "--so-pin", "so-4711"])
            .output()
            .expect("this test needs softhsm2-util: install the Debian package softhsm2");
        assert!(made.status.success(), "{made:?}");
    }

    /// A token named `ringfence` and the options for it.
    pub fn one(&self) -> Options {
        self.init("ringfence", PIN);
        self.options("ringfence", PIN)
    }

    pub fn options(&self, label: &str, pin: &str) -> Options {
        Options {
            token: self.token(label, pin),
            staff: None,
            sessions: 4,
            patience: Options::PATIENCE,
            refusals: Some(self.folder.clone()),
            clock: self.clock.clone(),
        }
    }

    pub fn token(&self, label: &str, pin: &str) -> TokenOptions {
        let pin_file = self.folder.join(format!("{label}.pin"));
        write_private(&pin_file, pin);
        TokenOptions {
            label: label.to_owned(),
            pin_file,
            make: None,
        }
    }

    /// Where SoftHSM keeps the tokens.
    pub fn place(&self) -> PathBuf {
        self.folder.join("tokens")
    }
}

pub fn write_private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

pub fn library() -> Library {
    Library::load(&library_path()).unwrap()
}

pub fn open(options: Options) -> Result<Pkcs11Hsm, HsmError> {
    Pkcs11Hsm::open(library(), options)
}
