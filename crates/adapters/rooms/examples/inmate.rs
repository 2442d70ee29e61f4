//! A process that enters a sandbox and says what it can still do: what the tests of `sandbox` run.
//!
//! One line for each attempt: its name, then `ok` or the error number's name.
#![expect(clippy::print_stdout, reason = "its lines are what the tests read")]

use std::{
    error::Error,
    fs::{self, File},
    io::{self, Read},
    net::{TcpListener, TcpStream, UdpSocket},
    os::unix::{net::UnixDatagram, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use libc::c_long;
use rooms::sandbox::{Report, Sandbox, Sockets};
use rustix::process::{Pid, Signal};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == "without-landlock") {
        args.remove(0);
        hide_landlock()?;
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["victim", own] => victim(Path::new(own)),
        ["intruder", own, room, pid] => intruder(Path::new(own), Path::new(room), pid.parse()?),
        ["worker", own] => worker(Path::new(own)),
        ["vault-net", own] => network(Path::new(own), Sockets::none(), 0, 0),
        ["courier-net", own, allowed, refused] => {
            let sockets = Sockets {
                unix: false,
                tcp_ports: vec![allowed.parse()?],
                udp: true,
            };
            network(Path::new(own), sockets, allowed.parse()?, refused.parse()?)
        }
        ["report", own] => enter(Path::new(own), Sockets::none()).map(drop),
        _ => Err("usage: inmate [without-landlock] ROLE OWN …".into()),
    }
}

/// Answers Landlock's calls as a kernel that is built without it.
fn hide_landlock() -> Result<(), Failure> {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
    let calls = [
        libc::SYS_landlock_create_ruleset,
        libc::SYS_landlock_add_rule,
        libc::SYS_landlock_restrict_self,
    ];
    let rules = calls.into_iter().map(|call| (call, vec![])).collect();
    let answer = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let architecture = std::env::consts::ARCH.try_into()?;
    let filter: BpfProgram =
        SeccompFilter::new(rules, SeccompAction::Allow, answer, architecture)?.try_into()?;
    Ok(seccompiler::apply_filter(&filter)?)
}

fn enter(own: &Path, sockets: Sockets) -> Result<Report, Failure> {
    let report = Sandbox {
        own: vec![own.into()],
        read_only: vec![],
        sockets,
    }
    .enter()?;
    for (part, state) in report.parts() {
        println!("part {part:?}: {state}");
    }
    println!("development {}", report.is_development(true));
    Ok(report)
}

fn say<T>(name: &str, result: io::Result<T>) {
    match result {
        Ok(_) => println!("{name} ok"),
        Err(error) => match error.raw_os_error() {
            Some(libc::EPERM) => println!("{name} EPERM"),
            Some(libc::EACCES) => println!("{name} EACCES"),
            other => println!("{name} error {other:?}"),
        },
    }
}

/// Keeps a secret file, and lives until its standard input ends.
fn victim(own: &Path) -> Result<(), Failure> {
    fs::write(own.join("keystore"), b"secret")?;
    enter(own, Sockets::none())?;
    println!("fenced {}", std::process::id());
    io::stdin().read_to_end(&mut Vec::new())?;
    println!("unharmed");
    Ok(())
}

/// Tries everything against another room.
fn intruder(own: &Path, room: &Path, pid: i32) -> Result<(), Failure> {
    enter(own, Sockets::none())?;
    say("list", fs::read_dir(room));
    say("keystore", File::open(room.join("keystore")));
    say("plant", File::create(room.join("planted")));
    say(
        "link",
        fs::hard_link(room.join("keystore"), own.join("stolen")),
    );
    say(
        "rename",
        fs::rename(room.join("keystore"), own.join("stolen")),
    );
    say("passwd", File::open("/etc/passwd"));
    let process = PathBuf::from(format!("/proc/{pid}"));
    for file in ["mem", "environ", "maps"] {
        say(
            file,
            File::open(process.join(file)).and_then(|mut file| file.read(&mut [0; 1])),
        );
    }
    say("fd", fs::read_link(process.join("fd/0")));
    say("fd-open", File::open(process.join("fd/0")));
    say("exec", Err::<(), _>(Command::new("/bin/true").exec()));
    say("spawn", Command::new("/bin/true").status());
    let target = Pid::from_raw(pid).ok_or("a process number")?;
    say(
        "signal",
        rustix::process::kill_process(target, Signal::TERM).map_err(io::Error::from),
    );
    say(
        "group",
        rustix::process::kill_process_group(target, Signal::TERM).map_err(io::Error::from),
    );
    for (name, call, arguments) in calls(c_long::from(pid)) {
        say(name, raw(call, arguments));
    }
    say(
        "core",
        rustix::process::setrlimit(rustix::process::Resource::Core, unlimited())
            .map_err(io::Error::from),
    );
    let dumpable = rustix::process::DumpableBehavior::Dumpable;
    say(
        "dumpable",
        rustix::process::set_dumpable_behavior(dumpable).map_err(io::Error::from),
    );
    println!("done");
    Ok(())
}

fn unlimited() -> rustix::process::Rlimit {
    rustix::process::Rlimit {
        current: None,
        maximum: None,
    }
}

/// Calls without a safe wrapper, with arguments that would otherwise work or fail in another way.
fn calls(pid: c_long) -> Vec<(&'static str, c_long, [c_long; 4])> {
    let new_user = c_long::from(libc::CLONE_NEWUSER);
    vec![
        ("ptrace", libc::SYS_ptrace, [16, pid, 0, 0]),
        ("readv", libc::SYS_process_vm_readv, [pid, 0, 0, 0]),
        ("writev", libc::SYS_process_vm_writev, [pid, 0, 0, 0]),
        ("pidfd", libc::SYS_pidfd_open, [pid, 0, 0, 0]),
        ("tgkill", libc::SYS_tgkill, [pid, pid, 15, 0]),
        ("tkill", libc::SYS_tkill, [pid, 15, 0, 0]),
        ("kill-all", libc::SYS_kill, [-1, 0, 0, 0]),
        ("limits", libc::SYS_prlimit64, [pid, 7, 0, 0]),
        ("fork", libc::SYS_clone, [17, 0, 0, 0]),
        ("unshare", libc::SYS_unshare, [new_user, 0, 0, 0]),
        ("setns", libc::SYS_setns, [0, 0, 0, 0]),
        ("bpf", libc::SYS_bpf, [0, 0, 0, 0]),
        ("io_uring", libc::SYS_io_uring_setup, [0, 0, 0, 0]),
        ("userfaultfd", libc::SYS_userfaultfd, [0, 0, 0, 0]),
        ("perf", libc::SYS_perf_event_open, [0, 0, 0, 0]),
        ("keyctl", libc::SYS_keyctl, [0, 0, 0, 0]),
        ("mount", libc::SYS_mount, [0, 0, 0, 0]),
        ("kexec", libc::SYS_kexec_load, [0, 0, 0, 0]),
        ("setuid", libc::SYS_setuid, [0, 0, 0, 0]),
    ]
}

#[expect(
    unsafe_code,
    reason = "a test of what happens to calls that have no safe wrapper"
)]
fn raw(call: c_long, arguments: [c_long; 4]) -> io::Result<()> {
    let [a, b, c, d] = arguments;
    // SAFETY: every pointer argument is null with length zero; nothing of this process is read or written.
    match unsafe { libc::syscall(call, a, b, c, d) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Which sockets it can make and connect.
fn network(own: &Path, sockets: Sockets, allowed: u16, refused: u16) -> Result<(), Failure> {
    enter(own, sockets)?;
    say("tcp", TcpStream::connect(("127.0.0.1", allowed)));
    say("other-port", TcpStream::connect(("127.0.0.1", refused)));
    say("listen", TcpListener::bind("127.0.0.1:0"));
    say("udp", UdpSocket::bind("127.0.0.1:0"));
    say("unix", UnixDatagram::unbound());
    say("unix-pair", UnixDatagram::pair());
    say("stream-pair", std::os::unix::net::UnixStream::pair());
    let socket = |family: i32, kind: i32, protocol: i32| {
        raw(
            libc::SYS_socket,
            [family, kind, protocol, 0].map(c_long::from),
        )
    };
    say("netlink", socket(libc::AF_NETLINK, libc::SOCK_RAW, 0));
    say("packet", socket(libc::AF_PACKET, libc::SOCK_RAW, 0));
    say(
        "icmp",
        socket(libc::AF_INET, libc::SOCK_DGRAM, libc::IPPROTO_ICMP),
    );
    say(
        "mptcp",
        socket(libc::AF_INET, libc::SOCK_STREAM, libc::IPPROTO_MPTCP),
    );
    println!("done");
    Ok(())
}

/// Does what every room must be able to do.
fn worker(own: &Path) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    println!("address {}", listener.local_addr()?);
    enter(own, Sockets::none())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let own = own.to_path_buf();
    runtime.block_on(async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        println!("timer ok");
        let listener = tokio::net::TcpListener::from_std(listener)?;
        say("accept", listener.accept().await);
        let rows = tokio::task::spawn_blocking(move || database(&own)).await?;
        println!("database {}", rows.map_err(io::Error::other)?);
        let exec = tokio::task::spawn_blocking(|| Command::new("/bin/true").exec()).await?;
        say("exec-in-thread", Err::<(), _>(exec));
        drop(tokio::signal::unix::signal(
            tokio::signal::unix::SignalKind::terminate(),
        )?);
        say("raise", raw_raise());
        Ok::<_, Failure>(())
    })?;
    let mut random = [0; 32];
    let random =
        aws_lc_rs::rand::SecureRandom::fill(&aws_lc_rs::rand::SystemRandom::new(), &mut random);
    println!("random {}", if random.is_ok() { "ok" } else { "error" });
    println!("done");
    Ok(())
}

/// A signal to itself is no signal across the fence; number 0 only asks.
fn raw_raise() -> io::Result<()> {
    rustix::process::test_kill_process(rustix::process::getpid()).map_err(io::Error::from)
}

/// A database as the vault keeps it: write-ahead log, full synchronisation, a sort larger than its cache.
fn database(own: &Path) -> rusqlite::Result<i64> {
    let connection = rusqlite::Connection::open(own.join("room.db"))?;
    let set = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;";
    connection.execute_batch(set)?;
    connection.execute_batch("CREATE TABLE t(a, b); BEGIN IMMEDIATE;")?;
    for row in 0..500 {
        connection.execute("INSERT INTO t VALUES(?1, randomblob(2000))", [row])?;
    }
    connection.execute_batch(
        "COMMIT; DELETE FROM t WHERE a % 2; PRAGMA wal_checkpoint(TRUNCATE); VACUUM;",
    )?;
    connection.query_row(
        "SELECT count(*) FROM (SELECT a FROM t ORDER BY b)",
        [],
        |row| row.get(0),
    )
}
