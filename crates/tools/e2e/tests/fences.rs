//! What can be seen of the rooms' fences from outside, while the real rooms work.
#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::process::Process;
use e2e::{Room, System, sample};
use rustix::process::getuid;

/// State of a listening socket in `/proc/net/tcp` (tcp_states.h).
const LISTENING: &str = "0A";

/// A field of `/proc/PID/status`.
fn status(process: Process, name: &str) -> String {
    let text = fs::read_to_string(process.proc_file("status")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.expect("a field")
        .trim_start_matches(':')
        .trim()
        .to_owned()
}

/// What a process has open: number and target of each descriptor.
fn descriptors(process: Process) -> BTreeMap<u32, PathBuf> {
    let folder = fs::read_dir(process.proc_file("fd")).unwrap();
    let target = |entry: fs::DirEntry| {
        let number = entry.file_name().to_str()?.parse().ok()?;
        // A connection may end while we look.
        Some((number, fs::read_link(entry.path()).ok()?))
    };
    folder.filter_map(|entry| target(entry.unwrap())).collect()
}

/// Whether this test may look into rooms: only root may. For everybody else, the user that runs
/// the rooms included, this checks that they are closed.
fn may_look(system: &System) -> bool {
    if getuid().is_root() {
        return true;
    }
    for (room, process) in system.rooms() {
        for file in ["fd", "environ", "mem", "maps"] {
            let opened = File::open(process.proc_file(file))
                .err()
                .map(|error| error.kind());
            assert_eq!(
                opened,
                Some(ErrorKind::PermissionDenied),
                "{room:?}: {file}"
            );
        }
    }
    eprintln!("rooms are closed to this user; the rest needs root");
    false
}

/// Internet sockets of a process: local port and state.
fn internet_sockets(process: Process) -> Vec<(u16, String)> {
    let open: BTreeSet<String> = descriptors(process)
        .into_values()
        .filter_map(|target| target.to_str().map(str::to_owned))
        .filter_map(|t| Some(t.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let mut found = Vec::new();
    for kind in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        let table = fs::read_to_string(process.proc_file(&format!("net/{kind}")));
        for line in table.unwrap_or_default().lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if open.contains(fields[9]) {
                let port = fields[1].rsplit(':').next().unwrap();
                found.push((u16::from_str_radix(port, 16).unwrap(), fields[3].to_owned()));
            }
        }
    }
    found
}

/// A system that has worked: databases are open, messages were sent.
fn worked() -> System {
    let system = System::start();
    works(&system, 0);
    system
}

fn works(system: &System, person: usize) {
    let (mut api, mut phones) = (system.api(), system.phones());
    let number = sample::number(person);
    let started = api.start(&number);
    let code = phones.code(&number);
    assert_eq!(api.check(&started.id, &code.digits)["status"], "approved");
}

#[test]
fn every_room_is_without_privileges_filtered_and_told_nothing() {
    let system = worked();
    let rooms = system.rooms();
    assert_eq!(rooms.len(), Room::ALL.len());
    for (room, process) in rooms {
        assert_eq!(status(process, "NoNewPrivs"), "1", "{room:?}");
        assert_eq!(status(process, "Seccomp"), "2", "{room:?}");
        // The bounding set is left: nothing may be executed that could gain from it.
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
            assert_eq!(status(process, set), "0000000000000000", "{room:?} {set}");
        }
        if !may_look(&system) {
            continue;
        }
        let environment = fs::read(process.proc_file("environ")).unwrap();
        assert!(environment.is_empty(), "{room:?} has an environment");
        let limits = fs::read_to_string(process.proc_file("limits")).unwrap();
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"));
        let words: Vec<&str> = core.unwrap().split_whitespace().collect();
        assert_eq!(words[4..6], ["0", "0"], "{room:?} could leave a core file");
    }
}

/// The folder of a room's own files.
fn own_folder(system: &System, room: Room) -> Option<PathBuf> {
    let name = match room {
        Room::Front => "front",
        Room::Vault => "vault",
        Room::Courier => "courier",
        Room::Console => return None,
    };
    Some(system.data().join(name))
}

#[test]
fn no_room_has_a_file_of_another_open() {
    let system = worked();
    if !may_look(&system) {
        return;
    }
    for (room, process) in system.rooms() {
        let own = own_folder(&system, room);
        let open = descriptors(process);
        let files = open
            .iter()
            .filter(|(fd, target)| **fd > 2 && target.is_absolute());
        for (_, target) in files {
            let is_own = own.as_ref().is_some_and(|own| target.starts_with(own));
            assert!(
                is_own || target == Path::new("/dev/null"),
                "{room:?}: {target:?}"
            );
        }
        let databases = open
            .values()
            .filter(|t| t.extension().is_some_and(|e| e == "db"));
        let has_some = databases.count() > 0;
        assert_eq!(
            has_some,
            matches!(room, Room::Front | Room::Vault),
            "{room:?}"
        );
    }
    let supervisor = descriptors(system.supervisor());
    // It holds the folder itself, so that nobody else runs or replaces the instance.
    let data = system.data().canonicalize().unwrap();
    let inside = |target: &&PathBuf| target.starts_with(&data) && **target != data;
    assert_eq!(supervisor.values().find(inside), None);
}

#[test]
fn the_vault_has_no_internet_socket_and_the_others_only_their_own() {
    let system = worked();
    if !may_look(&system) {
        return;
    }
    assert_eq!(internet_sockets(system.room(Room::Vault)), []);
    for (room, address) in [
        (Room::Front, system.public()),
        (Room::Console, system.console()),
        (Room::Courier, system.courier()),
    ] {
        let sockets = internet_sockets(system.room(room));
        let listening = sockets.iter().filter(|(_, state)| state == LISTENING);
        assert_eq!(listening.count(), 1, "{room:?}");
        let own = sockets.iter().all(|(port, _)| *port == address.port());
        assert!(own, "{room:?}: {sockets:?}");
    }
    // The supervisor holds the listeners for the rooms' next lives and accepts nothing.
    let held = internet_sockets(system.supervisor());
    assert!(held.iter().all(|(_, state)| state == LISTENING), "{held:?}");
}

/// Users that every Debian has (base-passwd), for front, vault, courier and console.
const USERS: [&str; 4] = ["daemon", "bin", "games", "news"];

fn user_id(name: &str) -> Option<(u32, u32)> {
    let text = fs::read_to_string("/etc/passwd").ok()?;
    let line = text
        .lines()
        .find(|line| line.split(':').next() == Some(name))?;
    let fields: Vec<&str> = line.split(':').collect();
    Some((fields[2].parse().ok()?, fields[3].parse().ok()?))
}

/// Gives each room its files, as an operator does who names users.
fn hand_over(system: &System, room: Room, (uid, gid): (u32, u32)) {
    let Some(folder) = own_folder(system, room) else {
        return;
    };
    for entry in fs::read_dir(&folder).unwrap() {
        chown(entry.unwrap().path(), Some(uid), Some(gid)).unwrap();
    }
    chown(&folder, Some(uid), Some(gid)).unwrap();
}

#[test]
fn each_room_may_be_a_user_of_its_own() {
    let ids: Option<Vec<_>> = USERS.iter().map(|name| user_id(name)).collect();
    let (true, Some(ids)) = (getuid().is_root(), ids) else {
        eprintln!("not run: only root may start rooms as other users");
        return;
    };
    let mut system = worked();
    assert_eq!(system.stop(), Some(0));
    let rooms = [Room::Front, Room::Vault, Room::Courier, Room::Console];
    for (room, ids) in rooms.into_iter().zip(&ids) {
        hand_over(&system, room, *ids);
    }
    for folder in [system.data(), system.data().parent().unwrap()] {
        fs::set_permissions(folder, Permissions::from_mode(0o711)).unwrap();
    }
    let [front, vault, courier, console] = USERS;
    let users = format!(
        "\n[instance.users]\nfront = \"{front}\"\nvault = \"{vault}\"\n\
         courier = \"{courier}\"\nconsole = \"{console}\"\n"
    );
    let text = fs::read_to_string(system.config()).unwrap();
    fs::write(system.config(), text + &users).unwrap();
    system.serve();
    works(&system, 1);
    for ((room, process), (uid, _)) in rooms.map(|r| (r, system.room(r))).into_iter().zip(ids) {
        let shown = status(process, "Uid");
        assert!(
            shown.split_whitespace().all(|id| id == uid.to_string()),
            "{room:?}: {shown}"
        );
        assert!(
            status(process, "Groups").is_empty(),
            "{room:?} has other groups"
        );
        // The kernel gives the process's files to root when it may not be dumped (proc(5)).
        let owner = fs::metadata(process.proc_file("mem")).unwrap().uid();
        assert_eq!(owner, 0, "{room:?} may be dumped");
    }
    assert_eq!(system.stop(), Some(0), "{}", system.written());
}

#[test]
fn check_config_says_what_is_in_force() {
    let system = System::start();
    let output = system.operate(&["check-config"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let text = text.replace(system.data().to_str().unwrap(), "DATA");
    let text = text.replace(&system.public().port().to_string(), "PORT");
    // What the kernel offers differs; what is asked of it does not.
    let parts = text.lines().filter_map(|line| line.strip_prefix("  "));
    let parts: Vec<&str> = parts
        .filter_map(|line| Some(line.trim().split_once("   ")?.0))
        .collect();
    let settings: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("  "))
        .collect();
    assert_eq!(
        settings[..15],
        [
            "config   DATA/ringfence.toml",
            "mode     demo",
            "data     DATA",
            "public   127.0.0.1:PORT  http://localhost:PORT",
            "keys     development (a file on this machine)",
            "database front: files in its folder",
            "database vault: files in its folder",
            "carriers pretend phones",
            "operator 1 application may ask the pretend operator",
            "users    shared by the rooms; name them under [instance.users]",
            "room     front    its own folder; makes no sockets",
            "room     vault    its own folder; makes no sockets",
            "room     courier  its own folder; makes no sockets",
            "room     console  no files; makes no sockets",
            "fence    what this kernel offers each room:",
        ]
    );
    assert_eq!(
        parts,
        [
            "no memory dumps",
            "no new privileges",
            "no superuser rights",
            "own files only (Landlock)",
            "named TCP ports only (Landlock)",
            "no signals across (Landlock)",
            "system call filter (seccomp)",
        ]
    );
}

/// Names of all crates in a program, however deep.
fn crates_in(program: &str) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args([
        "tree",
        "--offline",
        "-e",
        "normal",
        "--prefix",
        "none",
        "-p",
        program,
    ]);
    command.args(["--features", &format!("{program}/demo")]);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    names.map(str::to_owned).collect()
}

#[test]
fn programs_hold_no_code_that_their_room_must_not_have() {
    let front = crates_in("ringfence");
    assert!(front.contains("axum") && !front.contains("seal") && !front.contains("vault"));
    assert!(!front.contains("courier") && !front.contains("hsm-software"));
    let vault = crates_in("ringfence-vault");
    assert!(vault.contains("seal"));
    for edge in [
        "axum", "hyper", "tower", "askama", "webkit", "reqwest", "courier", "identity",
    ] {
        assert!(!vault.contains(edge), "the vault has {edge}");
    }
    let courier = crates_in("ringfence-courier");
    for secret in [
        "seal",
        "vault",
        "identity",
        "store",
        "store-sqlite",
        "rusqlite",
        "store-postgres",
        "hsm-software",
    ] {
        assert!(!courier.contains(secret), "the courier has {secret}");
    }
}
