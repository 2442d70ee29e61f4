//! What fails around the system: rooms that do not answer, files that cannot be read, disks that
//! are full. Every refusal is typed, and there is always a way back.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs::{self, File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use e2e::http::{Client, Reply};
use e2e::{Api, Room, Setup, System, now, programs, sample, until};
use rustix::process::{Signal, getuid};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Far longer than any room's way back.
const RECOVERY_MAX: Duration = Duration::from_secs(40);
/// The front's limit for a whole request, with room for a busy machine.
const REQUEST_MAX: Duration = Duration::from_secs(24);

fn signup(number: &str) -> Value {
    json!({ "to": number, "purpose": "signup" })
}

/// A refusal that a program can act on: a stable code, and when to come back.
fn is_typed_503(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.text());
    let known = [
        "vault_unavailable",
        "storage_unavailable",
        "timeout",
        "busy",
    ];
    assert!(
        known.contains(&reply.problem().as_str()),
        "{}",
        reply.text()
    );
    let wait: u32 = reply.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
}

/// Starts verifications until one is accepted; everything before must be a typed 503.
fn recovers(api: &mut Api, first: usize) {
    let mut next = first;
    until("an accepted request", RECOVERY_MAX, || {
        next += 1;
        let reply = api.try_start(&signup(&sample::number(next)));
        (reply.status == 201).then_some(()).or_else(|| {
            is_typed_503(&reply);
            None
        })
    });
}

#[test]
fn a_vault_that_hangs_is_answered_for_and_comes_back() {
    let system = System::start();
    let mut api = system.api();
    let vault = system.room(Room::Vault);
    let _ = api.try_start(&signup(&sample::number(0))).expect(201);
    vault.signal(Signal::STOP);
    let begun = now();
    thread::scope(|scope| {
        scope.spawn(|| is_typed_503(&system.api().try_start(&signup(&sample::number(1)))));
        scope.spawn(|| is_typed_503(&system.api().get("/healthz")));
        scope.spawn(|| {
            let page = Client::new(system.public()).get("/signup").unwrap();
            assert_eq!(page.status, 503);
        });
    });
    assert!(begun.elapsed() < REQUEST_MAX, "{:?}", begun.elapsed());
    let _ = api.get("/openapi.json").expect(200);
    vault.signal(Signal::CONT);
    recovers(&mut api, 10);
    assert_eq!(system.room(Room::Vault), vault, "it was ended");
    let late = system.phones().messages(&sample::number(1)).unwrap();
    assert!(
        late.is_empty(),
        "sent after the person was told that it failed"
    );
}

/// Takes a file from its room, or gives it back. Rooms have no superuser's rights, even as root.
fn permit(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_vault_that_cannot_open_its_database_is_answered_for_and_comes_back() {
    let system = System::start();
    let mut api = system.api();
    let database = system.data().join("vault/main.db");
    permit(&database, 0);
    system.room(Room::Vault).kill();
    until("the vault to fail", RECOVERY_MAX, || {
        let reply = api.try_start(&signup(&sample::number(0)));
        (reply.status != 201).then(|| is_typed_503(&reply))
    });
    is_typed_503(&api.get("/healthz"));
    permit(&database, 0o600);
    recovers(&mut api, 10);
}

#[test]
fn a_database_that_may_only_be_read_is_refused_by_type() {
    let system = System::start();
    let mut api = system.api();
    let database = system.data().join("vault/main.db");
    permit(&database, 0o400);
    system.room(Room::Vault).kill();
    until("the vault to fail", RECOVERY_MAX, || {
        let reply = api.try_start(&signup(&sample::number(0)));
        (reply.status != 201).then(|| is_typed_503(&reply))
    });
    permit(&database, 0o600);
    recovers(&mut api, 10);
}

/// A small disk of its own; gone at the end.
struct Disk(PathBuf);

impl Disk {
    /// None where we may not mount, which is said.
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mounted = getuid().is_root()
            && run(
                "mount",
                &[
                    "-t",
                    "tmpfs",
                    "-o",
                    &format!("size={size},mode=700"),
                    "none",
                ],
                at,
            );
        if !mounted {
            eprintln!("not run: only root may mount a small disk");
            return None;
        }
        Some(Self(at.to_owned()))
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let mut file = File::create(self.0.join("ballast")).unwrap();
        while file.write_all(&[1; 4096]).is_ok() {}
    }

    fn free(&self) {
        fs::remove_file(self.0.join("ballast")).unwrap();
    }

    fn remount(&self, how: &str) -> bool {
        run("mount", &["-o", &format!("remount,{how}")], &self.0)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["--lazy"], &self.0);
    }
}

fn run(program: &str, args: &[&str], at: &Path) -> bool {
    let mut command = Command::new(program);
    let quiet = command.args(args).arg(at).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

#[test]
fn a_full_disk_is_refused_by_type_and_loses_nothing() {
    let scratch = TempDir::new().unwrap();
    let Some(disk) = Disk::mount(&scratch.path().join("disk"), "8m") else {
        return;
    };
    let system = Setup::new().data(&disk.0.join("data")).start();
    let (mut api, mut phones) = (system.api(), system.phones());
    let rooms = system.rooms();
    let before = api.start(&sample::number(0));
    let code = phones.code(&sample::number(0));
    let approved = api.check(&before.id, &code.digits);
    disk.fill();
    let mut refused = 0;
    for n in 1..400 {
        let reply = api.try_start(&signup(&sample::number(n)));
        if reply.status != 201 {
            is_typed_503(&reply);
            refused += 1;
        }
        if refused == 20 {
            break;
        }
    }
    assert!(refused > 0, "the disk was never full");
    let subject = format!("/v1/subjects/{}", approved["subject"].as_str().unwrap());
    let facts = api.get(&subject);
    assert!(
        facts.status == 200 || facts.status == 503,
        "{}",
        facts.text()
    );
    disk.free();
    recovers(&mut api, 1000);
    assert_eq!(api.get(&subject).expect(200).json()["status"], "active");
    assert_eq!(api.check(&before.id, &code.digits), approved);
    assert_eq!(system.rooms(), rooms, "a room died:\n{}", system.written());
}

#[test]
fn a_read_only_disk_stops_the_start_with_one_line() {
    let scratch = TempDir::new().unwrap();
    let Some(disk) = Disk::mount(&scratch.path().join("disk"), "8m") else {
        return;
    };
    let mut system = Setup::new().data(&disk.0.join("data")).start();
    assert_eq!(system.stop(), Some(0));
    assert!(disk.remount("ro"));
    let mut command = Command::new(programs().join("ringfence"));
    command
        .args(["demo", "--port", "31900", "--data"])
        .arg(system.data());
    let output = command.stdin(Stdio::null()).output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(
        error.contains("error: ") && !error.contains("panicked"),
        "{error}"
    );
    assert!(disk.remount("rw"));
    system.start_again();
    let _ = system.api().start(&sample::number(0));
}
