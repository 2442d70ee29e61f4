//! A PostgreSQL server for a benchmark: Debian's defaults, on a Unix socket, gone with the value.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::host::{self, Run};

/// The user that nobody logs in as: `initdb` refuses root.
const NOBODY: u32 = 65_534;
const READY_WITHIN: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(20);
const DATABASES: [&str; 3] = ["front", "vault", "share"];

/// A running server.
pub struct Server {
    directory: PathBuf,
    process: Child,
}

impl Server {
    /// Makes a cluster in `directory`, starts it and makes the databases.
    pub fn start(directory: &Path) -> Result<Self> {
        if directory.exists() {
            fs::remove_dir_all(directory)?;
        }
        let data = directory.join("data");
        fs::create_dir_all(&data)?;
        fs::set_permissions(directory, fs::Permissions::from_mode(0o755))?;
        if is_root()? {
            for path in [directory, &data] {
                chown(path, Some(NOBODY), Some(NOBODY))?;
            }
        }
        program("initdb")?
            .args(["--username=owner", "--auth=trust", "--encoding=UTF8"])
            .args(["--no-locale", "--pgdata"])
            .arg(&data)
            .capture()?;
        let process = program("postgres")?
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(directory)
            .args(["-c", "listen_addresses="])
            .spawn_quiet()?;
        let server = Self {
            directory: directory.to_owned(),
            process,
        };
        let begun = host::now();
        while server.ask("postgres", "SELECT 1").is_err() {
            if begun.elapsed() > READY_WITHIN {
                return Err(Error::failed("the database server does not start"));
            }
            thread::park_timeout(GLANCE);
        }
        for name in DATABASES {
            server.ask("postgres", &format!("CREATE DATABASE {name}"))?;
        }
        Ok(server)
    }

    /// The tables of a configuration that lead here.
    pub fn config(&self) -> String {
        let address = |name: &str| {
            let socket = self.directory.display();
            format!("\"postgresql:///{name}?host={socket}&user=owner\"")
        };
        let [front, vault, share] = DATABASES.map(address);
        format!(
            "\n[front.database]\naddress = {front}\n\n[vault.database]\naddress = {vault}\n\
             share_address = {share}\n"
        )
    }

    /// Bytes of the databases, without the server's own log.
    pub fn disk_bytes(&self) -> Result<u64> {
        let names = DATABASES.map(|name| format!("'{name}'")).join(",");
        let sum = "SELECT sum(pg_database_size(datname))::bigint FROM pg_database";
        let told = self.ask("postgres", &format!("{sum} WHERE datname IN ({names})"))?;
        let bytes = told.trim().parse();
        bytes.map_err(|_| Error::failed("the server's sizes cannot be read"))
    }

    fn ask(&self, database: &str, text: &str) -> Result<String> {
        Run::new("psql")
            .arg("-h")
            .arg(&self.directory)
            .args(["-U", "owner", "-qAt", "-d", database, "-c", text])
            .read()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = self.process.id().to_string();
        // Best effort: the process may be gone already.
        let _ = Run::new("kill").args(["-INT", &pid]).capture();
        let _ = self.process.wait();
    }
}

fn is_root() -> Result<bool> {
    Ok(Run::new("id").arg("-u").read()?.trim() == "0")
}

/// A program of the server, run as somebody it accepts.
fn program(name: &str) -> Result<Run> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    versions.sort();
    let found = versions.pop().map(|path| path.join("bin").join(name));
    let path = found.filter(|path| path.exists()).ok_or_else(|| {
        Error::failed(format!(
            "{name} is missing: install Debian's package postgresql"
        ))
    })?;
    if !is_root()? {
        return Ok(Run::new(path));
    }
    let ids = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")];
    Ok(Run::new("setpriv")
        .args(ids)
        .args(["--clear-groups", "--"])
        .arg(path))
}
