//! A demonstration: the supervisor and its rooms.

use std::ffi::OsString;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;
use tempfile::TempDir;

use crate::http::Client;
use crate::ports::Ports;
use crate::process::{Process, Room, rooms_under, working_on};
use crate::{Api, Phones, Random, programs, until};

/// Far longer than a start takes, on a machine busy with other tests.
const START_MAX: Duration = Duration::from_secs(60);
/// The limit that interfaces promise for a stop, and what a busy machine adds.
const STOP_MAX: Duration = Duration::from_secs(15);
/// Lines of the programs' output that a failed test shows.
const LINES_SHOWN: usize = 60;

/// How a system is to be started.
#[derive(Default)]
pub struct Setup {
    data: Option<PathBuf>,
    wrapper: Vec<OsString>,
}

impl Setup {
    /// A new data directory in the system's place for temporary files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps everything in this directory, for example on a disk of its own.
    #[must_use]
    pub fn data(mut self, data: &Path) -> Self {
        self.data = Some(data.to_owned());
        self
    }

    /// Starts the supervisor through another program, such as `prlimit`.
    #[must_use]
    pub fn through(mut self, wrapper: &[&str]) -> Self {
        self.wrapper = wrapper.iter().map(OsString::from).collect();
        self
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Panics
    /// If it does not start; what it wrote is shown.
    #[must_use]
    pub fn start(self) -> System {
        let scratch = TempDir::new().expect("a temporary directory");
        let data = self.data.unwrap_or_else(|| scratch.path().join("data"));
        let mut system = System {
            ports: Ports::take(&mut Random::new(u64::from(std::process::id()))),
            data,
            wrapper: self.wrapper,
            about: Value::Null,
            supervisor: None,
            starts: 0,
            scratch,
        };
        system.run(true);
        system
    }
}

/// The three programs at work. Dropped, everything of it is ended at once.
pub struct System {
    ports: Ports,
    data: PathBuf,
    wrapper: Vec<OsString>,
    about: Value,
    supervisor: Option<Supervisor>,
    starts: u32,
    /// Data and what the programs wrote; removed at the end.
    scratch: TempDir,
}

/// The supervisor's process, waited for by a thread, so that its end is an event.
struct Supervisor {
    process: Process,
    /// In a lock so that threads may share the system.
    ended: Mutex<Receiver<Option<i32>>>,
}

impl Supervisor {
    fn new(mut child: Child) -> Self {
        let process = Process::now(child.id()).expect("a process just started");
        let (tell, ended) = mpsc::channel();
        thread::spawn(move || {
            let code = child.wait().ok().and_then(|status| status.code());
            // Nobody may be waiting any more.
            let _ = tell.send(code);
        });
        let ended = Mutex::new(ended);
        Self { process, ended }
    }
}

impl System {
    /// A fresh system in a directory of its own.
    #[must_use]
    pub fn start() -> Self {
        Setup::new().start()
    }

    /// An instance served from a demonstration's configuration with these lines of
    /// `[vault.limits]`.
    ///
    /// # Panics
    /// If it does not start.
    #[must_use]
    pub fn limited(lines: &str) -> Self {
        let mut system = Self::start();
        assert_eq!(system.stop(), Some(0), "{}", system.written());
        let config = fs::read_to_string(system.config()).expect("a configuration");
        let limited = format!("[vault.limits]\n{lines}");
        let config = config.replace("[vault.limits]\n", &limited);
        fs::write(system.config(), config).expect("a configuration");
        system.serve();
        system
    }

    /// Starts it again on the same data and ports, after a stop or a kill.
    pub fn start_again(&mut self) {
        self.run(false);
    }

    /// Runs `ringfence serve` on what the demonstration made, after the test has changed its
    /// configuration.
    ///
    /// # Panics
    /// If it runs already, or does not get ready.
    pub fn serve(&mut self) {
        assert!(self.supervisor.is_none(), "it runs already");
        self.starts += 1;
        let mut command = Command::new(programs().join("ringfence"));
        command.arg("serve").arg("--config").arg(self.config());
        self.supervisor = Some(Supervisor::new(self.logged(command)));
        until("all listeners to be ready", START_MAX, || {
            assert!(!self.has_ended(), "it did not start:\n{}", self.written());
            let ready = |address| {
                Client::new(address)
                    .get("/healthz")
                    .is_ok_and(|r| r.status == 200)
            };
            let all = [self.public(), self.console(), self.courier()];
            all.into_iter().all(ready).then_some(())
        });
    }

    /// Starts it again with nothing, on the same ports.
    pub fn start_over(&mut self) {
        self.run(true);
    }

    fn run(&mut self, fresh: bool) {
        assert!(self.supervisor.is_none(), "it runs already");
        self.starts += 1;
        let about = self.data.join("demo.json");
        // Written anew when all rooms are ready.
        let _ = fs::remove_file(&about);
        self.supervisor = Some(Supervisor::new(self.spawn(fresh)));
        let told = until("demo.json", START_MAX, || {
            let text = fs::read(&about).ok()?;
            match serde_json::from_slice::<Value>(&text) {
                Ok(told) => Some(Some(told)),
                Err(_) => None,
            }
            .or_else(|| self.has_ended().then_some(None))
        });
        match told {
            Some(told) => self.about = told,
            None => panic!("it did not start:\n{}", self.written()),
        }
    }

    fn spawn(&self, fresh: bool) -> Child {
        let program = programs().join("ringfence").into_os_string();
        let mut words = self.wrapper.iter().cloned().chain([program]);
        let mut command = Command::new(words.next().expect("a program"));
        command
            .args(words)
            .arg("demo")
            .arg("--data")
            .arg(&self.data);
        command.arg("--port").arg(self.ports.first.to_string());
        if fresh {
            command.arg("--fresh");
        }
        self.logged(command)
    }

    fn logged(&self, mut command: Command) -> Child {
        command
            .stdin(Stdio::null())
            .stdout(self.log("stdout"))
            .stderr(self.log("stderr"))
            .spawn()
            .expect("starting ringfence")
    }

    fn log(&self, name: &str) -> File {
        let path = self.scratch.path().join(format!("{name}-{}", self.starts));
        File::create(path).expect("a file for what the programs write")
    }

    fn has_ended(&self) -> bool {
        let process = self.supervisor.as_ref().map(|running| running.process);
        process.is_none_or(|process| !process.runs())
    }

    /// What all programs wrote to standard output and error, of all starts.
    #[must_use]
    pub fn written(&self) -> String {
        let mut all = String::new();
        for start in 1..=self.starts {
            for name in ["stdout", "stderr"] {
                let path = self.scratch.path().join(format!("{name}-{start}"));
                let bytes = fs::read(path).unwrap_or_default();
                all.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        all
    }

    /// The data directory.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The configuration file that the demonstration wrote.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.data.join("ringfence.toml")
    }

    /// The public listener.
    #[must_use]
    pub fn public(&self) -> SocketAddr {
        self.listener(0)
    }

    /// The console's listener.
    #[must_use]
    pub fn console(&self) -> SocketAddr {
        self.listener(1)
    }

    /// The courier's listener, with the simulator.
    #[must_use]
    pub fn courier(&self) -> SocketAddr {
        self.listener(2)
    }

    fn listener(&self, place: u16) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.ports.first + place))
    }

    /// A member of `demo.json`, such as `public_url` or `api_key`.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn told(&self, name: &str) -> &str {
        self.about[name].as_str().expect("a member of demo.json")
    }

    /// What `demo.json` says.
    pub(crate) const fn about(&self) -> &Value {
        &self.about
    }

    /// The demonstration's product.
    #[must_use]
    pub fn api(&self) -> Api {
        Api::new(self.public(), self.told("api_key"))
    }

    /// The simulator's phones.
    #[must_use]
    pub fn phones(&self) -> Phones {
        Phones::new(self.courier())
    }

    /// The rooms that run now.
    #[must_use]
    pub fn rooms(&self) -> Vec<(Room, Process)> {
        let running = self.supervisor.as_ref();
        running.map_or_else(Vec::new, |running| rooms_under(running.process.pid))
    }

    /// One room's process, as soon as it runs.
    ///
    /// # Panics
    /// If it does not come.
    #[must_use]
    pub fn room(&self, wanted: Room) -> Process {
        until("a room to run", START_MAX, || {
            let rooms = self.rooms();
            let found = rooms.into_iter().find(|(room, _)| *room == wanted);
            found.map(|(_, process)| process)
        })
    }

    /// The supervisor's process.
    ///
    /// # Panics
    /// If it does not run.
    #[must_use]
    pub fn supervisor(&self) -> Process {
        self.supervisor.as_ref().expect("a supervisor").process
    }

    /// Asks it to stop and waits; the exit code, none if a signal ended it.
    ///
    /// # Panics
    /// If it does not end in time.
    pub fn stop(&mut self) -> Option<i32> {
        self.supervisor().signal(Signal::INT);
        self.ended()
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// If it does not end in time.
    pub fn ended(&mut self) -> Option<i32> {
        let running = self.supervisor.take().expect("a supervisor");
        let ended = running.ended.into_inner().expect("nobody panics with it");
        let code = ended.recv_timeout(STOP_MAX);
        code.unwrap_or_else(|_| panic!("it does not stop:\n{}", self.written()))
    }

    /// Kills the supervisor and waits until its rooms have noticed and ended by themselves.
    ///
    /// # Panics
    /// If one of them stays.
    pub fn kill_supervisor(&mut self) {
        let rooms = self.rooms();
        self.supervisor().kill();
        self.ended();
        for (_, process) in rooms {
            process.wait_gone(STOP_MAX);
        }
        // A room may have been starting when we looked.
        for process in self.at_work() {
            process.wait_gone(STOP_MAX);
        }
    }

    /// Every process that works on this data.
    #[must_use]
    pub fn at_work(&self) -> Vec<Process> {
        working_on(&self.data.display().to_string())
    }

    /// Runs an operator's command of `ringfence` on this configuration.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn operate(&self, args: &[&str]) -> Output {
        let mut command = Command::new(programs().join("ringfence"));
        command.args(args).arg("--config").arg(self.config());
        command.stdin(Stdio::null()).output().expect("running it")
    }
}

impl Drop for System {
    fn drop(&mut self) {
        // The supervisor first: it would start killed rooms again.
        if let Some(running) = &self.supervisor {
            running.process.kill();
        }
        for process in self.at_work() {
            process.kill();
        }
        if thread::panicking() {
            let written = self.written();
            let lines: Vec<&str> = written.lines().collect();
            let last = lines.len().saturating_sub(LINES_SHOWN);
            eprintln!(
                "what the programs wrote last:\n{}",
                lines[last..].join("\n")
            );
        }
    }
}
