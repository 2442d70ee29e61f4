//! For tests: a PostgreSQL server of their own, in a temporary directory, on a Unix socket, gone
//! with the value. It needs Debian's package `postgresql`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test harness fails by panicking"
)]

use std::io::{BufRead, BufReader};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use crate::{Options, Place};

/// The user that nobody logs in as: `initdb` refuses root.
const NOBODY: u32 = 65_534;

/// A running server.
pub struct Server {
    directory: TempDir,
    process: Option<Child>,
    databases: AtomicU32,
}

impl Server {
    /// Makes a cluster and starts it.
    ///
    /// # Panics
    /// When the programs are missing or fail.
    #[must_use]
    pub fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let data = directory.path().join("data");
        std::fs::create_dir(&data).unwrap();
        if rustix::process::geteuid().is_root() {
            for path in [directory.path(), &data] {
                chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        let made = command("initdb", directory.path())
            .args(["--username=owner", "--auth=trust", "--encoding=UTF8"])
            .args(["--no-locale", "--no-sync", "--pgdata"])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        assert!(made.is_ok_and(|status| status.success()), "initdb failed");
        let mut server = Server {
            directory,
            process: None,
            databases: AtomicU32::new(0),
        };
        server.run();
        server
    }

    /// Starts the server over its cluster and waits until it answers.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn run(&mut self) {
        let data = self.directory.path().join("data");
        let process = command("postgres", self.directory.path())
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(self.directory.path())
            .args(["-c", "listen_addresses=", "-c", "max_connections=60"])
            .args(["-c", "fsync=off", "-c", "full_page_writes=off"])
            .args(["-c", "deadlock_timeout=20ms", "-c", "shared_buffers=16MB"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut process = process.unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let ready = |line: std::io::Result<String>| {
            line.is_ok_and(|line| line.contains("ready to accept connections"))
        };
        assert!(log.any(ready), "the server does not start");
        // A log that nobody reads would stop the server; it ends with the server.
        std::thread::spawn(move || log.for_each(drop));
        self.process = Some(process);
    }

    /// Stops the server: at once and without a word to its clients, or after their transactions
    /// are cut off.
    ///
    /// # Panics
    /// When it cannot be told.
    pub fn stop(&mut self, kill: bool) {
        let Some(mut process) = self.process.take() else {
            return;
        };
        let signal = match kill {
            true => rustix::process::Signal::QUIT,
            false => rustix::process::Signal::INT,
        };
        let pid = rustix::process::Pid::from_child(&process);
        rustix::process::kill_process(pid, signal).unwrap();
        process.wait().unwrap();
    }

    /// Puts a line before all others that say who may come in, and starts again.
    ///
    /// # Panics
    /// When the file cannot be changed.
    pub fn let_in(&mut self, line: &str) {
        let file = self.directory.path().join("data/pg_hba.conf");
        let rest = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{line}\n{rest}")).unwrap();
        self.stop(false);
        self.run();
    }

    /// The directory of the socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        self.directory.path()
    }

    /// Runs statements in a database; false when the server refuses.
    ///
    /// # Panics
    /// When `psql` is missing.
    #[must_use]
    pub fn sql(&self, database: &str, text: &str) -> bool {
        let done = self.psql(database, text).status();
        done.unwrap_or_else(|_| panic!("psql is missing: install Debian's package postgresql"))
            .success()
    }

    /// The answer to a query, as text.
    ///
    /// # Panics
    /// When `psql` is missing.
    pub fn ask(&self, database: &str, text: &str) -> String {
        let told = self.psql(database, text).stdout(Stdio::piped()).output();
        String::from_utf8(told.unwrap().stdout)
            .unwrap()
            .trim()
            .to_owned()
    }

    /// A session of its own that runs statements.
    ///
    /// # Panics
    /// When `psql` is missing.
    #[must_use]
    pub fn spawn(&self, database: &str, text: &str) -> Child {
        self.psql(database, text).spawn().unwrap()
    }

    fn psql(&self, database: &str, text: &str) -> Command {
        let mut psql = Command::new("psql");
        psql.arg("-h").arg(self.socket());
        psql.args([
            "-U",
            "owner",
            "-d",
            database,
            "-qAt",
            "-v",
            "ON_ERROR_STOP=1",
        ]);
        psql.args(["-c", text]);
        psql.stdout(Stdio::null()).stderr(Stdio::null());
        psql
    }

    /// Options for a store on new databases with these names.
    ///
    /// # Panics
    /// When the server refuses.
    #[must_use]
    pub fn options(&self, names: &[&'static str]) -> Options {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        names.iter().fold(Options::default(), |options, name| {
            let database = format!("{name}_{number}");
            let made = self.sql("postgres", &format!("CREATE DATABASE {database}"));
            assert!(made, "a database is made");
            options.database(name, self.place(&database, self.socket()))
        })
    }

    /// The place of a database behind a socket.
    ///
    /// # Panics
    /// When the names are no address.
    #[must_use]
    pub fn place(&self, database: &str, socket: &Path) -> Place {
        let socket = socket.display();
        Place::parse(&format!(
            "postgresql:///{database}?host={socket}&user=owner"
        ))
        .unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop(true);
    }
}

/// A program of the server, run as somebody it accepts.
fn command(name: &str, directory: &Path) -> Command {
    let mut command = Command::new(program(name));
    command.current_dir(directory);
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Where Debian puts the server's programs: not on the path.
fn program(name: &str) -> PathBuf {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    versions.sort();
    let found = versions
        .iter()
        .rev()
        .map(|path| path.join("bin").join(name));
    found
        .chain([PathBuf::from("/usr/local/bin").join(name)])
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("{name} is missing: install Debian's package postgresql"))
}
