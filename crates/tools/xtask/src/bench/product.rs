//! The product under load: a demonstration of its own on free ports, with the hard limits raised
//! so that the machine is measured and not the limits.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::harness::connection::{Connection, write_request};
use super::harness::process;
use super::server::Server;
use crate::error::{Error, Result};
use crate::host::{self, Run};
use crate::rooms;

const PORT: u16 = 18_480;
const READY_WITHIN: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(5);

/// The running product.
pub struct Product {
    supervisor: Child,
    /// Public listener.
    pub public: SocketAddr,
    /// Simulator.
    pub phones: SocketAddr,
    /// Key of its application.
    pub api_key: String,
    /// What its demonstration said of itself, other names of the key among it.
    told: Value,
    /// Everything it keeps.
    pub data: PathBuf,
    /// From the start of the supervisor until both listeners answered.
    pub ready_after: Duration,
    /// Dropped last: the rooms stop before it.
    server: Option<Server>,
}

/// Where the product keeps its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// SQLite.
    Files,
    /// PostgreSQL.
    Server,
}

impl Product {
    /// Builds the programs, starts over with nothing, raises the limits and starts.
    pub fn start(built: bool) -> Result<Self> {
        Self::start_on(built, Storage::Files)
    }

    /// The same, with its rows in files or on a server of its own.
    pub fn start_on(built: bool, storage: Storage) -> Result<Self> {
        if !built {
            build()?;
        }
        let data = host::root().join("target/bench/data");
        let told = prepare(&data)?;
        let api_key = member(&told, "/api_key")?;
        let mut config = data.join("ringfence.toml");
        raise_limits(&config)?;
        let mut server = None;
        if storage == Storage::Server {
            let started = Server::start(&host::root().join("target/bench/postgres"))?;
            config = move_to(&started, &data, &config)?;
            server = Some(started);
        }
        let begun = host::now();
        let supervisor = Run::new(program())
            .args(["serve", "--config"])
            .arg(&config)
            .spawn_quiet()?;
        let at = |offset: u16| SocketAddr::from(([127, 0, 0, 1], PORT + offset));
        let mut product = Self {
            supervisor,
            public: at(0),
            phones: at(2),
            api_key,
            told,
            data,
            ready_after: Duration::ZERO,
            server,
        };
        wait_ready(product.public)?;
        wait_ready(product.phones)?;
        product.ready_after = begun.elapsed();
        Ok(product)
    }

    /// A member of `demo.json`, as a JSON pointer: `/twilio/account_sid`.
    pub fn told(&self, pointer: &str) -> Result<String> {
        member(&self.told, pointer)
    }

    /// The supervisor and its rooms.
    pub fn pids(&self) -> Result<Vec<u32>> {
        process::with_descendants(self.supervisor.id())
    }

    /// Bytes that all processes hold in memory together.
    pub fn memory_bytes(&self) -> Result<u64> {
        let mut sum = 0;
        for pid in self.pids()? {
            sum += process::share_of_memory(pid)?;
        }
        Ok(sum)
    }

    /// Bytes of all databases together, their logs included.
    pub fn disk_bytes(&self) -> Result<u64> {
        if let Some(server) = &self.server {
            return server.disk_bytes();
        }
        let mut sum = 0;
        for room in ["front", "vault"] {
            for entry in fs::read_dir(self.data.join(room))? {
                sum += entry?.metadata()?.len();
            }
        }
        Ok(sum)
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        let pid = self.supervisor.id().to_string();
        // Best effort: the process may be gone already.
        let _ = Run::new("kill").args(["-INT", &pid]).capture();
        let _ = self.supervisor.wait();
    }
}

fn program() -> PathBuf {
    host::root().join("target/release/ringfence")
}

fn build() -> Result<()> {
    host::note("building the programs");
    let features: Vec<String> = rooms::BINARIES
        .iter()
        .map(|name| format!("{name}/{}", rooms::FEATURE))
        .collect();
    Run::cargo()
        .args(["build", "--release", "--quiet"])
        .args(rooms::packages())
        .args(["--features", &features.join(",")])
        .stream()
}

/// Lets a demonstration make keys, databases and its application, then stops it.
fn prepare(data: &Path) -> Result<Value> {
    // A demonstration keeps the folders that it makes to itself; the database server beside it
    // runs as somebody else.
    if let Some(beside) = data.parent() {
        fs::create_dir_all(beside)?;
    }
    let about = data.join("demo.json");
    // What an earlier run left would be taken for news.
    match fs::remove_file(&about) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(Error::file(&about, &error));
        }
        _ => {}
    }
    let port = PORT.to_string();
    let mut demo = Run::new(program())
        .args(["demo", "--fresh", "--port", &port, "--data"])
        .arg(data)
        .spawn_quiet()?;
    let begun = host::now();
    while !about.exists() {
        if begun.elapsed() > READY_WITHIN || demo.try_wait()?.is_some() {
            return Err(Error::failed("the demonstration did not start"));
        }
        thread::park_timeout(GLANCE);
    }
    let text = fs::read_to_string(&about).map_err(|error| Error::file(&about, &error))?;
    let pid = demo.id().to_string();
    Run::new("kill").args(["-INT", &pid]).capture()?;
    demo.wait()?;
    serde_json::from_str(&text).map_err(|_| Error::failed("unreadable demo.json"))
}

fn member(told: &Value, pointer: &str) -> Result<String> {
    let found = told.pointer(pointer).and_then(Value::as_str);
    let missing = || Error::failed(format!("demo.json has no {pointer}"));
    Ok(found.ok_or_else(missing)?.to_owned())
}

fn raise_limits(config: &Path) -> Result<()> {
    let text = fs::read_to_string(config).map_err(|error| Error::file(config, &error))?;
    let raised = text.replace(
        "[vault.limits]\n",
        "[vault.limits]\nnumber_sends_per_hour = 250\nnumber_sends_per_day = 250\n",
    );
    fs::write(config, raised).map_err(|error| Error::file(config, &error))
}

/// Moves every row as an operator would. Answers with the configuration of the new place.
fn move_to(server: &Server, data: &Path, config: &Path) -> Result<PathBuf> {
    let text = fs::read_to_string(config).map_err(|error| Error::file(config, &error))?;
    let place = data.join("postgres.toml");
    fs::write(&place, text + &server.config()).map_err(|error| Error::file(&place, &error))?;
    Run::new(program())
        .args(["migrate-store", "--config"])
        .arg(config)
        .arg("--to")
        .arg(&place)
        .capture()?;
    Ok(place)
}

fn wait_ready(address: SocketAddr) -> Result<()> {
    let begun = host::now();
    let mut request = Vec::new();
    write_request(
        &mut request,
        "GET",
        "/healthz",
        &[("host", "localhost")],
        b"",
    );
    while begun.elapsed() < READY_WITHIN {
        let answered = Connection::open(address)
            .and_then(|mut connection| connection.exchange(&request)?.expect_status(200));
        if answered.is_ok() {
            return Ok(());
        }
        thread::park_timeout(GLANCE);
    }
    Err(Error::failed("the product did not become ready"))
}
