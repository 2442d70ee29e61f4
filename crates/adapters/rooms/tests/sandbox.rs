//! What a fenced process can and cannot do, tried by real processes.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail as tests do"
)]

mod common;

use std::{
    collections::BTreeMap,
    fs::{self, Permissions},
    net::{TcpListener, TcpStream},
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::PathBuf,
    process::{Command, Stdio},
};

use common::{Running, example};
use rooms::{sandbox::probe, users::may_switch};
use tempfile::TempDir;

/// Two rooms' directories below one that everybody may enter.
struct House {
    root: TempDir,
}

impl House {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("a directory");
        fs::set_permissions(root.path(), Permissions::from_mode(0o755)).expect("permissions");
        Self { root }
    }

    /// A directory that only its owner may enter.
    fn room(&self, name: &str, owner: Option<u32>) -> PathBuf {
        let path = self.root.path().join(name);
        fs::create_dir(&path).expect("a directory");
        fs::set_permissions(&path, Permissions::from_mode(0o700)).expect("permissions");
        chown(&path, owner, owner).expect("a superuser, or no other owner");
        path
    }
}

fn inmate(owner: Option<u32>) -> Command {
    let mut command = Command::new(example("inmate"));
    if let Some(id) = owner {
        command.uid(id).gid(id);
    }
    command
}

/// The outcome of every attempt by name.
fn outcomes(running: &mut Running) -> BTreeMap<String, String> {
    assert!(running.finish().success(), "{:#?}", running.seen);
    let pairs = running.seen.iter().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(name, outcome)| (name.to_owned(), outcome.to_owned()))
        .collect()
}

/// A fenced vault, and everything another room tried against it. The vault must be unharmed.
fn intrude(
    vault_user: Option<u32>,
    other_user: Option<u32>,
    landlock: bool,
) -> BTreeMap<String, String> {
    let house = House::new();
    let vault_room = house.room("vault", vault_user);
    let other_room = house.room("other", other_user);
    let mut vault = inmate(vault_user);
    let mut vault = Running::start(vault.arg("victim").arg(&vault_room).stdin(Stdio::piped()));
    let pid = vault.wait_for("fenced");
    let mut other = inmate(other_user);
    if !landlock {
        other.arg("without-landlock");
    }
    other
        .arg("intruder")
        .arg(&other_room)
        .arg(&vault_room)
        .arg(pid);
    let outcomes = outcomes(&mut Running::start(&mut other));
    vault.close_input();
    vault.wait_for("unharmed");
    assert!(vault.finish().success());
    outcomes
}

fn assert_refused(outcomes: &BTreeMap<String, String>, names: &[&str]) {
    for name in names {
        let outcome = outcomes.get(*name).map(String::as_str);
        assert!(
            matches!(outcome, Some("EPERM" | "EACCES")),
            "{name}: {outcome:?}"
        );
    }
}

const FILES: &[&str] = &["list", "keystore", "plant", "rename"];
const VIEWS: &[&str] = &["mem", "environ", "maps", "fd", "fd-open"];
const PROGRAMS: &[&str] = &["exec", "spawn", "fork"];
const PROCESSES: &[&str] = &[
    "signal", "group", "ptrace", "readv", "writev", "pidfd", "tgkill", "tkill", "kill-all",
    "limits",
];
const DOORS: &[&str] = &[
    "unshare",
    "setns",
    "bpf",
    "io_uring",
    "userfaultfd",
    "perf",
    "keyctl",
    "mount",
    "kexec",
    "setuid",
    "core",
    "dumpable",
];

/// Whether this kernel has what the strict expectations need.
fn has_landlock() -> bool {
    probe().missing().next().is_none()
}

/// Users to try: the test's own for both, an ordinary one for both, and two different ones.
fn users() -> Vec<(Option<u32>, Option<u32>)> {
    let switched = [(Some(65_534), Some(65_534)), (Some(65_533), Some(65_534))];
    [(None, None)]
        .into_iter()
        .chain(switched.into_iter().filter(|_| may_switch()))
        .collect()
}

#[test]
fn a_fenced_room_reaches_nothing_of_the_vault() {
    for (vault, other) in users() {
        let outcomes = intrude(vault, other, true);
        assert_refused(&outcomes, VIEWS);
        assert_refused(&outcomes, PROGRAMS);
        assert_refused(&outcomes, PROCESSES);
        assert_refused(&outcomes, DOORS);
        if has_landlock() || vault != other {
            assert_refused(&outcomes, FILES);
        }
        if has_landlock() {
            assert_refused(&outcomes, &["passwd"]);
            let link = outcomes.get("link").map(String::as_str);
            assert_ne!(link, Some("ok"), "a second name for the keystore");
            assert_eq!(
                outcomes.get("development").map(String::as_str),
                Some("false")
            );
        }
    }
}

#[test]
fn without_landlock_the_process_is_closed_but_the_instance_is_development() {
    for (vault, other) in users() {
        let outcomes = intrude(vault, other, false);
        assert_refused(&outcomes, VIEWS);
        assert_refused(&outcomes, PROGRAMS);
        assert_refused(&outcomes, PROCESSES);
        assert_refused(&outcomes, DOORS);
        assert_eq!(
            outcomes.get("development").map(String::as_str),
            Some("true")
        );
        let own_files = outcomes.get("keystore").map(String::as_str);
        match vault == other {
            true => assert_eq!(
                own_files,
                Some("ok"),
                "the very reason for calling it development"
            ),
            false => assert_refused(&outcomes, FILES),
        }
    }
}

/// The inmate's report has this line.
fn assert_says(running: &Running, part: &str, state: &str) {
    let line = format!("part {part}: {state}");
    assert!(running.seen.contains(&line), "{line}: {:#?}", running.seen);
}

#[test]
fn a_kernel_without_landlock_is_reported_part_by_part() {
    let house = House::new();
    let room = house.room("vault", None);
    let mut running = Running::start(inmate(None).arg("without-landlock").arg("report").arg(room));
    assert!(running.finish().success());
    for (part, state) in [
        ("NoDumps", "in force"),
        ("NoNewPrivileges", "in force"),
        ("NoCapabilities", "in force"),
        ("Files", "MISSING: this kernel does not offer it"),
        ("TcpPorts", "MISSING: this kernel does not offer it"),
        ("Signals", "MISSING: this kernel does not offer it"),
        ("SystemCalls", "in force"),
    ] {
        assert_says(&running, part, state);
    }
}

#[test]
fn what_the_probe_promises_is_what_the_sandbox_reports() {
    let house = House::new();
    let room = house.room("vault", None);
    let mut running = Running::start(inmate(None).arg("report").arg(room));
    assert!(running.finish().success());
    for (part, state) in probe().parts() {
        assert_says(&running, &format!("{part:?}"), &state.to_string());
    }
}

#[test]
fn the_vault_makes_no_socket() {
    let house = House::new();
    let room = house.room("vault", None);
    let outcomes = outcomes(&mut Running::start(inmate(None).arg("vault-net").arg(room)));
    let sockets = [
        "tcp",
        "listen",
        "udp",
        "unix",
        "unix-pair",
        "netlink",
        "packet",
        "icmp",
        "mptcp",
    ];
    assert_refused(&outcomes, &sockets);
    assert_eq!(
        outcomes.get("stream-pair").map(String::as_str),
        Some("ok"),
        "the runtime needs it"
    );
}

#[test]
fn the_courier_connects_to_its_ports_and_to_no_other() {
    let house = House::new();
    let room = house.room("courier", None);
    let (allowed, refused) = (listener(), listener());
    let mut command = inmate(None);
    command.arg("courier-net").arg(room);
    for listener in [&allowed, &refused] {
        command.arg(
            listener
                .local_addr()
                .expect("an address")
                .port()
                .to_string(),
        );
    }
    let outcomes = outcomes(&mut Running::start(&mut command));
    for name in ["tcp", "udp"] {
        assert_eq!(outcomes.get(name).map(String::as_str), Some("ok"), "{name}");
    }
    assert_refused(
        &outcomes,
        &[
            "listen",
            "unix",
            "unix-pair",
            "netlink",
            "packet",
            "icmp",
            "mptcp",
        ],
    );
    if has_landlock() {
        assert_refused(&outcomes, &["other-port"]);
    }
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").expect("a port")
}

#[test]
fn a_fenced_room_can_do_its_work() {
    for user in [None, Some(65_534)]
        .into_iter()
        .filter(|user| user.is_none() || may_switch())
    {
        let house = House::new();
        let room = house.room("vault", user);
        let mut running = Running::start(inmate(user).arg("worker").arg(room));
        let address = running.wait_for("address");
        let _caller = TcpStream::connect(address).expect("a listener");
        let outcomes = outcomes(&mut running);
        for name in ["timer", "accept", "random", "raise"] {
            assert_eq!(outcomes.get(name).map(String::as_str), Some("ok"), "{name}");
        }
        assert_eq!(outcomes.get("database").map(String::as_str), Some("250"));
        assert_refused(&outcomes, &["exec-in-thread"]);
    }
}

#[test]
fn a_directory_of_another_user_is_refused_with_its_path() {
    if !may_switch() {
        return;
    }
    let house = House::new();
    let room = house.room("vault", Some(65_533));
    let mut command = inmate(None);
    let output = command.arg("report").arg(&room).output().expect("it runs");
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("NotWritable") && error.contains(&*room.to_string_lossy()),
        "{error}"
    );
}
