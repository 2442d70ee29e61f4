//! What a room gives up before its first thread starts.
//!
//! Three layers that do not lean on each other. *Process state*: no dumps, no new privileges, no capabilities. *Landlock*:
//! no file but its own directory, no TCP port but those named, no signal and no abstract socket across the fence.
//! *seccomp*: no program to start, no other process to touch, no socket it does not need. A kernel without Landlock still
//! gives the other two; the [`Report`] says so, and rooms that then share a user make the instance a `development` one.

mod filter;
mod landlocked;
mod numbers;
mod report;

use std::{
    io,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Access, Mode},
    process::{DumpableBehavior, Resource, Rlimit},
    thread::{CapabilitySet, CapabilitySets},
};

pub use report::{Missing, Part, Relaxation, Report, State};

/// What a room may still do. Everything else is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sandbox {
    /// Directories the room reads and writes. They must exist and be writable for its user.
    pub own: Vec<PathBuf>,
    /// Files and directories it may read besides. Those that do not exist are passed over. A file that other programs
    /// replace (such as `/etc/resolv.conf`) is better named by its directory: the rule follows the file, not the name.
    pub read_only: Vec<PathBuf>,
    /// Sockets it may make itself; descriptors it inherited are not concerned.
    pub sockets: Sockets,
}

/// The sockets a room may make itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sockets {
    /// Unix sockets, for a database server on the same machine.
    pub unix: bool,
    /// Remote TCP ports it may connect to (needs Landlock ABI 4 to hold; without it, any port). Empty: no TCP at all.
    pub tcp_ports: Vec<u16>,
    /// UDP, for name resolution.
    pub udp: bool,
}

impl Sockets {
    /// None at all: the vault, and a front that only accepts on listeners it inherited.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }
}

/// Why a sandbox could not be entered. Things a kernel lacks are no error: they stand in the [`Report`].
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Landlock and seccomp are per thread: one that already runs would stay outside.
    #[error("{0} threads already run; the sandbox must be entered before the first is started")]
    ThreadsRunning(usize),
    /// A directory of its own that the room cannot open.
    #[error("cannot open the directory {path}: {source}")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A directory of its own that its user may not write (a superuser has no special rights in a sandbox).
    #[error(
        "the directory {path} must be writable for the user of this process, without special rights"
    )]
    NotWritable {
        /// The directory.
        path: PathBuf,
    },
    /// The filter could not be built, for example on another processor architecture.
    #[error("cannot build the system call filter: {0}")]
    Filter(#[from] seccompiler::BackendError),
}

impl Sandbox {
    /// Gives up everything not named in `self`, for this process and for good.
    ///
    /// Call it on the only thread, after opening what will be out of reach (listeners, libraries) and before the runtime
    /// starts. Files made afterwards are readable by their owner only.
    ///
    /// # Errors
    /// [`SandboxError`]; the process may then be half fenced and should end.
    pub fn enter(&self) -> Result<Report, SandboxError> {
        refuse_threads()?;
        let mut report = Report::new(State::InForce);
        report.relaxations = self.relaxations();
        rustix::process::umask(Mode::from_raw_mode(0o077));
        report.set(Part::NoDumps, State::from_io(forbid_dumps()));
        report.set(
            Part::NoNewPrivileges,
            State::from_errno(rustix::thread::set_no_new_privs(true)),
        );
        report.set(Part::NoCapabilities, State::from_errno(drop_capabilities()));
        self.check_own_directories()?;
        landlocked::enter(self, &mut report)?;
        report.set(
            Part::SystemCalls,
            State::from_seccomp(filter::install(&self.sockets)?),
        );
        Ok(report)
    }

    /// The exceptions this sandbox makes, for the report.
    fn relaxations(&self) -> Vec<Relaxation> {
        [
            (self.sockets.unix, Relaxation::UnixSockets),
            (
                !self.sockets.tcp_ports.is_empty(),
                Relaxation::TcpConnections,
            ),
            (self.sockets.udp, Relaxation::Udp),
            (!self.read_only.is_empty(), Relaxation::ReadOnlyFiles),
        ]
        .into_iter()
        .filter_map(|(present, relaxation)| present.then_some(relaxation))
        .collect()
    }

    /// Says early, and with the path, what a database would say late and without.
    fn check_own_directories(&self) -> Result<(), SandboxError> {
        let writable = |path: &Path| {
            rustix::fs::access(path, Access::WRITE_OK | Access::READ_OK | Access::EXEC_OK).is_ok()
        };
        match self
            .own
            .iter()
            .find(|path| path.exists() && !writable(path))
        {
            Some(path) => Err(SandboxError::NotWritable { path: path.clone() }),
            None => Ok(()),
        }
    }
}

/// What this kernel offers, without applying anything: what [`Sandbox::enter`] would report, for `check-config`.
#[must_use]
pub fn probe() -> Report {
    let mut report = Report::new(State::InForce);
    landlocked::probe(&mut report);
    report.set(Part::SystemCalls, filter::probe());
    report
}

/// Fails when more than the calling thread runs. Without a process file system it cannot know, and goes on.
fn refuse_threads() -> Result<(), SandboxError> {
    match std::fs::read_dir("/proc/self/task").map(Iterator::count) {
        Ok(threads) if threads > 1 => Err(SandboxError::ThreadsRunning(threads)),
        _ => Ok(()),
    }
}

/// No core file, and the process file system's view of this process is closed to others of the same user.
fn forbid_dumps() -> io::Result<()> {
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    rustix::process::setrlimit(Resource::Core, nothing)?;
    Ok(rustix::process::set_dumpable_behavior(
        DumpableBehavior::NotDumpable,
    )?)
}

/// A superuser's room keeps no more rights than any other user's.
fn drop_capabilities() -> rustix::io::Result<()> {
    let nothing = CapabilitySet::empty();
    let sets = CapabilitySets {
        effective: nothing,
        permitted: nothing,
        inheritable: nothing,
    };
    rustix::thread::set_capabilities(None, sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_threads_is_refused() {
        // The test harness itself runs this on a second thread.
        let sandbox = Sandbox {
            own: vec![],
            read_only: vec![],
            sockets: Sockets::none(),
        };
        assert!(matches!(
            sandbox.enter(),
            Err(SandboxError::ThreadsRunning(2..))
        ));
    }

    #[test]
    fn probing_applies_nothing() {
        let before = rustix::process::dumpable_behavior().unwrap();
        let report = probe();
        assert_eq!(rustix::process::dumpable_behavior().unwrap(), before);
        assert!(!rustix::thread::no_new_privs().unwrap());
        assert_eq!(report.relaxations, []);
    }

    #[test]
    fn every_exception_is_named() {
        let sockets = Sockets {
            unix: true,
            tcp_ports: vec![443],
            udp: true,
        };
        let sandbox = Sandbox {
            own: vec![],
            read_only: vec!["/etc/ssl".into()],
            sockets,
        };
        // The library of an HSM is loaded before the fence, by the room that needs it.
        let fences = Relaxation::ALL
            .into_iter()
            .filter(|relaxation| *relaxation != Relaxation::HsmLibrary);
        assert!(sandbox.relaxations().into_iter().eq(fences));
        let plain = Sandbox {
            own: vec![],
            read_only: vec![],
            sockets: Sockets::none(),
        };
        assert_eq!(plain.relaxations(), []);
    }
}
