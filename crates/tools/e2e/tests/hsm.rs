//! An instance on a PKCS#11 token, run by the real programs: SoftHSM in a folder of the test's.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail as tests do"
)]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use e2e::{Ports, Random, http::Client, programs, until};
use tempfile::TempDir;

const PIN: &str = "4711-0815";
const LIBRARIES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// A folder with a token, a PIN file and, after `init`, an instance.
struct Instance {
    folder: TempDir,
    ports: Ports,
}

impl Instance {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let tokens = folder.path().join("hsm/tokens");
        fs::create_dir_all(&tokens).unwrap();
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            tokens.display()
        );
        fs::write(folder.path().join("hsm/softhsm2.conf"), text).unwrap();
        let ports = Ports::take(&mut Random::new(u64::from(std::process::id())));
        let instance = Self { folder, ports };
        instance.write_pin(PIN);
        let made = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", "ringfence"])
            .args(["--pin", PIN, "--so-pin", "so-4711"])
            .env("SOFTHSM2_CONF", instance.conf())
            .output()
            .expect("this test needs softhsm2-util: install the Debian package softhsm2");
        assert!(made.status.success(), "{made:?}");
        instance
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn conf(&self) -> PathBuf {
        self.path("hsm/softhsm2.conf")
    }

    fn write_pin(&self, pin: &str) {
        let path = self.path("pin");
        fs::write(&path, pin).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(programs().join("ringfence"));
        command.args(args).current_dir(self.folder.path());
        command.stdin(Stdio::null());
        command
    }

    /// What a command printed, and its exit code.
    fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (status.code(), text(stdout), text(stderr))
    }

    fn init(&self) -> (Option<i32>, String, String) {
        self.init_by(library())
    }

    fn init_by(&self, library: &str) -> (Option<i32>, String, String) {
        let conf = self.conf();
        let variable = format!("SOFTHSM2_CONF={}", conf.display());
        let folder = format!("RINGFENCE_TEST_FOLDER={}", self.path("hsm").display());
        self.run(&[
            "init",
            "--data",
            "kept",
            "--hsm",
            library,
            "--hsm-env",
            &folder,
            "--hsm-pin-file",
            "pin",
            "--hsm-read",
            "hsm",
            "--hsm-write",
            "hsm/tokens",
            "--hsm-env",
            &variable,
        ])
    }

    /// SoftHSM under another maker's name, by the library that the adapter's tests use.
    fn renamed_library(&self) -> PathBuf {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../adapters/hsm-pkcs11/tests/all/shim.c");
        let built = self.path("hsm/shim.so");
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&built)
            .arg(format!("-DSOFTHSM=\"{}\"", library()))
            .arg(source)
            .arg("-ldl")
            .output()
            .expect("this test needs a C compiler: install the Debian package build-essential");
        assert!(made.status.success(), "{made:?}");
        fs::write(self.path("hsm/mode"), "renamed").unwrap();
        built
    }

    /// Puts the listeners on free ports and starts the rooms.
    fn serve(&self) -> Running {
        let config = self.path("ringfence.toml");
        let first = self.ports.first;
        let text = fs::read_to_string(&config)
            .unwrap()
            .replace("127.0.0.1:8080", &format!("127.0.0.1:{first}"))
            .replace("127.0.0.1:8082", &format!("127.0.0.1:{}", first + 2));
        fs::write(&config, text).unwrap();
        let log = fs::File::create(self.path("log")).unwrap();
        let child = self
            .command(&["serve"])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Running(child)
    }

    fn status(&self, path: &str) -> Option<u16> {
        let address = ([127, 0, 0, 1], self.ports.first).into();
        let mut client = Client::new(address);
        client.get(path).ok().map(|answer| answer.status)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap()
    }
}

fn library() -> &'static str {
    let library = LIBRARIES.into_iter().find(|path| Path::new(path).exists());
    library.expect("install the Debian package softhsm2")
}

/// The supervisor, ended with its rooms when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let pid = self.0.id().to_string();
        // It may have ended already.
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.0.wait();
    }
}

#[test]
fn an_instance_on_a_token_is_made_probed_and_serves_behind_its_fence() {
    let instance = Instance::new();
    let (code, said, error) = instance.init();
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert!(said.contains("kept in token ringfence"), "{said}");
    assert!(said.contains("a token is a program"), "{said}");
    assert!(!instance.path("kept/vault/keystore").exists());

    let (code, said, _) = instance.run(&["keys", "list"]);
    assert_eq!(code, Some(0));
    for key in ["index/1", "root/1", "log/1", "shred/0001", "open/staff/1"] {
        let line = said.lines().find(|line| line.contains(key));
        let kept = line.is_some_and(|line| line.contains("sensitive, never extractable"));
        assert!(kept, "{key}: {said}");
    }
    let (code, said, error) = instance.run(&["hsm", "probe"]);
    assert_eq!((code, error.as_str()), (Some(0), ""), "{said}");
    assert!(said.ends_with("missing  nothing\n"), "{said}");
    assert!(said.contains("CKM_ECDH1_DERIVE") && said.contains("rate     HMAC-SHA-256"));
    let (code, said, _) = instance.run(&["check-config"]);
    assert_eq!(code, Some(0));
    assert!(
        said.contains("development (a token in software: SoftHSM"),
        "{said}"
    );
    assert!(said.contains("relaxed  it writes "), "{said}");
    let (code, _, error) = instance.run(&["backup", "copy", "--keys"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("from one token to another"), "{error}");

    let _running = instance.serve();
    until("the rooms to be ready", Duration::from_secs(60), || {
        (instance.status("/healthz") == Some(200)).then_some(())
    });
    // Its note is signed in the token, by the fenced vault.
    assert_eq!(
        instance.status("/v1/seal-key"),
        Some(200),
        "{}",
        instance.log()
    );
    let log = instance.log();
    assert!(log.contains("runs the configured HSM library"), "{log}");
    assert_eq!(instance.run(&["check-data"]).0, Some(0));
}

#[test]
fn a_token_is_hardware_by_the_word_of_the_operator_that_init_writes_down() {
    let instance = Instance::new();
    let library = instance.renamed_library();
    let (code, said, error) = instance.init_by(library.to_str().unwrap());
    assert_eq!((code, error.as_str()), (Some(0), ""));
    assert!(said.contains("you vouch that it is hardware"), "{said}");
    let config = instance.path("ringfence.toml");
    let text = fs::read_to_string(&config).unwrap();
    let lines = "vendor = \"Example Devices\"\nmodel = \"Model 1\"\n";
    assert!(text.contains(lines), "{text}");
    let (_, said, _) = instance.run(&["check-config"]);
    let vouched = "keys     hsm (Example Devices, Model 1), as the configuration vouches: ";
    assert!(said.contains(vouched), "{said}");

    fs::write(&config, text.replace(lines, "")).unwrap();
    let (_, said, _) = instance.run(&["check-config"]);
    assert!(
        said.contains("keys     development (nobody vouches for token ringfence: "),
        "{said}"
    );
    fs::write(&config, text.replace("Model 1", "Model 2")).unwrap();
    let (_, said, _) = instance.run(&["check-config"]);
    assert!(
        said.contains("keys     development (token ringfence is "),
        "{said}"
    );
}

#[test]
fn a_wrong_pin_makes_no_instance_and_is_told_apart() {
    let instance = Instance::new();
    instance.write_pin("0000-0000");
    for _ in 0..3 {
        let (code, _, error) = instance.init();
        assert_eq!(code, Some(1), "{error}");
        assert!(
            error.contains("the PIN of token ringfence was refused"),
            "{error}"
        );
        assert!(!error.contains("0000"), "{error}");
    }
    instance.write_pin(PIN);
    assert_eq!(instance.init().0, Some(0));
}

#[test]
fn an_epoch_opening_keys_and_the_index_key_are_rotated_and_the_others_say_why_not() {
    let instance = Instance::new();
    assert_eq!(instance.init().0, Some(0));
    let (code, said, _) = instance.run(&["keys", "rotate", "shred"]);
    assert_eq!(code, Some(0));
    assert!(said.starts_with("epoch 1 ends"), "{said}");
    let (code, said, _) = instance.run(&["keys", "rotate", "open/account"]);
    assert_eq!(code, Some(0));
    assert!(said.starts_with("open/account/2 is made"), "{said}");
    let (code, _, error) = instance.run(&["keys", "rotate", "open/account"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("was asked for already"), "{error}");
    let (code, said, _) = instance.run(&["keys", "rotate", "index"]);
    assert_eq!(code, Some(0));
    assert!(said.starts_with("index/2 is made"), "{said}");
    let (code, _, error) = instance.run(&["keys", "rotate", "index"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("was asked for already"), "{error}");
    for (purpose, code) in [("root", 1), ("log", 1), ("open/nobody", 2), ("", 2)] {
        assert_eq!(
            instance.run(&["keys", "rotate", purpose]).0,
            Some(code),
            "{purpose}"
        );
    }
    let _running = instance.serve();
    until("the new key", Duration::from_secs(90), || {
        let (_, said, _) = instance.run(&["keys", "list"]);
        // The line about the rotation names it too, before it is there.
        for key in ["open/account/2 ", "index/2 "] {
            let mut keys = said.lines().filter(|line| !line.starts_with("rotation"));
            let made = keys.find(|line| line.contains(key))?;
            assert!(made.contains("sensitive, never extractable"), "{made}");
        }
        Some(())
    });
    // Empty as it is, two rounds of housekeeping find nothing to wrap.
    let (_, said, _) = instance.run(&["keys", "list"]);
    assert!(said.contains("rotation open/account"), "{said}");
    assert!(said.contains("rotation index"), "{said}");
}
