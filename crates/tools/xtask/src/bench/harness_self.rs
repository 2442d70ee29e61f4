//! The benchmark of the benchmark: how much the load generator can do, and at what cost.
//!
//! The server is this program once more, in a process of its own so that costs can be told apart.
//! It answers every request with the same bytes.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Child;
use std::thread;
use std::time::Duration;

use super::Options;
use super::harness::connection::{Connection, write_request};
use super::harness::load::{self, Outcome, Plan, Recorder, Worker};
use super::report::{Measure, Measures};
use crate::error::{Error, Result};
use crate::host::{self, Run};

/// Makes `xtask bench` the server; not for people.
pub const SERVE_FLAG: &str = "--serve-constant";

const WARM_UP: Duration = Duration::from_millis(500);
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
content-length: 27\r\n\r\n{\"status\":\"approved\",\"n\":1}";

/// Measures the generator against the constant server.
pub fn run(options: &Options) -> Result<Vec<Measures>> {
    (0..options.runs).map(|_| run_once(options)).collect()
}

fn run_once(options: &Options) -> Result<Measures> {
    let server = Server::start()?;
    let plan = Plan {
        workers: options.connections,
        warm_up: WARM_UP,
        measured: options.duration,
        watched: vec![server.process.id()],
    };
    let outcome = load::run(&plan, |_| Asker::new(server.address))?;
    Ok(measures(&outcome))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people, far below 2^53"
)]
fn measures(outcome: &Outcome) -> Measures {
    let mut measures = outcome.measures("request");
    let requests = outcome.whole.count().max(1) as f64;
    let cost = |cpu: Duration| cpu.as_secs_f64() * 1e6 / requests;
    measures.push(Measure::new(
        "generator cpu per request",
        "µs",
        cost(outcome.own.cpu),
    ));
    for server in &outcome.watched {
        measures.push(Measure::new(
            "server cpu per request",
            "µs",
            cost(server.cpu),
        ));
    }
    let memory = outcome.own.at_end.resident_bytes as f64 / f64::from(1 << 20);
    measures.push(Measure::new("generator memory", "MiB", memory));
    measures
}

/// Asks the same thing again and again.
struct Asker {
    connection: Connection,
    request: Vec<u8>,
}

impl Asker {
    fn new(address: SocketAddr) -> Result<Self> {
        let mut request = Vec::new();
        let headers = [("host", "localhost"), ("content-type", "application/json")];
        write_request(
            &mut request,
            "POST",
            "/v1/verifications",
            &headers,
            b"{\"to\":\"nobody\"}",
        );
        Ok(Self {
            connection: Connection::open(address)?,
            request,
        })
    }
}

impl Worker for Asker {
    fn iterate(&mut self, _: &mut Recorder) -> Result<()> {
        self.connection.exchange(&self.request)?.expect_status(200)
    }
}

/// The server's process; it ends when its standard input does.
struct Server {
    process: Child,
    address: SocketAddr,
}

impl Server {
    fn start() -> Result<Self> {
        let this = std::env::current_exe()?;
        let mut process = Run::new(this).args(["bench", SERVE_FLAG]).spawn_piped()?;
        let stdout = process.stdout.take();
        let mut line = String::new();
        if let Some(stdout) = stdout {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        match line.trim().parse() {
            Ok(address) => Ok(Self { process, address }),
            Err(_) => Err(Error::failed("the constant server did not say its address")),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Serves until standard input ends.
pub fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    host::say(listener.local_addr()?.to_string());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that leaves is none of the server's business.
            thread::spawn(move || drop(answer(stream)));
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// Answers each request of a connection; a request is what one read brings.
fn answer(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut request = [0; 4096];
    while stream.read(&mut request)? > 0 {
        stream.write_all(ANSWER)?;
    }
    Ok(())
}
