//! Processes of the system: who runs, signals, and when they are gone.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use xtask::bench::harness::process::with_descendants;

use crate::until;

/// A kind of room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// Public pages and API.
    Front,
    /// Keys and records.
    Vault,
    /// Carriers and the simulator.
    Courier,
    /// Staff pages.
    Console,
}

impl Room {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Front, Self::Vault, Self::Courier, Self::Console];

    /// Which room a process is, by its program and first argument.
    fn of(arguments: &[String]) -> Option<Self> {
        let program = arguments.first()?.rsplit('/').next()?;
        match (program, arguments.get(1)?.as_str()) {
            ("ringfence", "room-front") => Some(Self::Front),
            ("ringfence", "room-console") => Some(Self::Console),
            ("ringfence-vault", "room") => Some(Self::Vault),
            ("ringfence-courier", "room") => Some(Self::Courier),
            _ => None,
        }
    }
}

/// One process, distinguished from a later one with the same id by when it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    began_ticks: u64,
}

impl Process {
    /// The process that now has this id.
    #[must_use]
    pub fn now(pid: u32) -> Option<Self> {
        let began_ticks = stat(pid)?.began_ticks;
        Some(Self { pid, began_ticks })
    }

    /// Whether it still runs. A zombie does not.
    #[must_use]
    pub fn runs(self) -> bool {
        stat(self.pid).is_some_and(|stat| stat.began_ticks == self.began_ticks && stat.alive)
    }

    /// Sends a signal, if it still runs.
    pub fn signal(self, signal: Signal) {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| self.runs()) {
            // It may have ended meanwhile, which is as good.
            let _ = kill_process(pid, signal);
        }
    }

    /// Ends it at once, without a word.
    pub fn kill(self) {
        self.signal(Signal::KILL);
    }

    /// Waits until it is gone.
    ///
    /// # Panics
    /// If it still runs after `limit`.
    pub fn wait_gone(self, limit: Duration) {
        until(&format!("process {} to end", self.pid), limit, || {
            (!self.runs()).then_some(())
        });
    }

    /// A file of its folder in `/proc`.
    #[must_use]
    pub fn proc_file(self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{name}", self.pid))
    }
}

struct Stat {
    alive: bool,
    began_ticks: u64,
}

/// State and start time, fields 3 and 22 (proc_pid_stat(5)).
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let alive = !matches!(fields.next()?, "Z" | "X");
    let began_ticks = fields.nth(18)?.parse().ok()?;
    Some(Stat { alive, began_ticks })
}

fn arguments(pid: u32) -> Vec<String> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let parts = bytes.split(|byte| *byte == 0);
    parts
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect()
}

/// The rooms that a supervisor has started and that run now.
#[must_use]
pub fn rooms_under(supervisor: u32) -> Vec<(Room, Process)> {
    let below = with_descendants(supervisor).expect("reading /proc");
    let room = |pid: u32| Some((Room::of(&arguments(pid))?, Process::now(pid)?));
    let running = |(_, process): &(Room, Process)| process.runs();
    below.into_iter().filter_map(room).filter(running).collect()
}

/// Every process whose command line names `folder`: who still works on it, orphans included.
#[must_use]
pub fn working_on(folder: &str) -> Vec<Process> {
    let entries = fs::read_dir("/proc").expect("reading /proc");
    let pids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let names_it = |pid: &u32| arguments(*pid).iter().any(|text| text.contains(folder));
    pids.filter(|pid| *pid != std::process::id())
        .filter(names_it)
        .filter_map(Process::now)
        .filter(|process| process.runs())
        .collect()
}
