//! What is in force, what is missing and why, what is relaxed.

use std::{fmt, io};

/// One protection of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// No core file; the process file system's view is closed to others of the same user.
    NoDumps,
    /// A program it could start would gain nothing.
    NoNewPrivileges,
    /// No rights of a superuser.
    NoCapabilities,
    /// No file but its own directory and those listed (Landlock).
    Files,
    /// No TCP port but those listed (Landlock, ABI 4).
    TcpPorts,
    /// No signal and no abstract socket across the fence (Landlock, ABI 6).
    Signals,
    /// No program, no other process, no socket it does not need (seccomp).
    SystemCalls,
}

impl Part {
    /// All parts, in the order of the report.
    pub const ALL: [Self; 7] = [
        Self::NoDumps,
        Self::NoNewPrivileges,
        Self::NoCapabilities,
        Self::Files,
        Self::TcpPorts,
        Self::Signals,
        Self::SystemCalls,
    ];

    /// What it does, in a few words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NoDumps => "no memory dumps",
            Self::NoNewPrivileges => "no new privileges",
            Self::NoCapabilities => "no superuser rights",
            Self::Files => "own files only (Landlock)",
            Self::TcpPorts => "named TCP ports only (Landlock)",
            Self::Signals => "no signals across (Landlock)",
            Self::SystemCalls => "system call filter (seccomp)",
        }
    }
}

/// Why a part is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The kernel is built without it, or it was switched off at boot.
    NotOffered,
    /// The kernel has an earlier version without this part.
    KernelTooOld,
    /// The system refused, with this error number.
    Refused(u8),
}

/// Whether a part is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is (or, when probed, would be).
    InForce,
    /// It is not.
    Missing(Missing),
}

impl State {
    /// In force when the call went well, refused with its error number otherwise.
    pub(super) fn from_io(result: io::Result<()>) -> Self {
        match result {
            Ok(()) => Self::InForce,
            Err(error) => {
                let number = error
                    .raw_os_error()
                    .and_then(|number| u8::try_from(number).ok());
                Self::Missing(Missing::Refused(number.unwrap_or(u8::MAX)))
            }
        }
    }

    /// The same for a plain system call.
    pub(super) fn from_errno(result: rustix::io::Result<()>) -> Self {
        Self::from_io(result.map_err(io::Error::from))
    }

    /// The same for the installation of a filter.
    pub(super) fn from_seccomp(result: Result<(), seccompiler::Error>) -> Self {
        match result {
            Ok(()) => Self::InForce,
            Err(seccompiler::Error::Prctl(error) | seccompiler::Error::Seccomp(error)) => {
                Self::from_io(Err(error))
            }
            Err(_) => Self::Missing(Missing::Refused(u8::MAX)),
        }
    }

    /// Two bytes for the control message: kind, error number.
    const fn to_bytes(self) -> [u8; 2] {
        match self {
            Self::InForce => [0, 0],
            Self::Missing(Missing::NotOffered) => [1, 0],
            Self::Missing(Missing::KernelTooOld) => [2, 0],
            Self::Missing(Missing::Refused(number)) => [3, number],
        }
    }

    /// Inverse of [`to_bytes`](Self::to_bytes).
    const fn from_bytes(bytes: [u8; 2]) -> Option<Self> {
        match bytes {
            [0, 0] => Some(Self::InForce),
            [1, 0] => Some(Self::Missing(Missing::NotOffered)),
            [2, 0] => Some(Self::Missing(Missing::KernelTooOld)),
            [3, number] => Some(Self::Missing(Missing::Refused(number))),
            _ => None,
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InForce => f.write_str("in force"),
            Self::Missing(Missing::NotOffered) => {
                f.write_str("MISSING: this kernel does not offer it")
            }
            Self::Missing(Missing::KernelTooOld) => {
                f.write_str("MISSING: this kernel is too old for it")
            }
            Self::Missing(Missing::Refused(number)) => {
                write!(f, "MISSING: the system refused it (error {number})")
            }
        }
    }
}

/// A named exception that a room's work needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relaxation {
    /// It may make Unix sockets.
    UnixSockets,
    /// It may connect to the TCP ports of its configuration.
    TcpConnections,
    /// It may use UDP.
    Udp,
    /// It may read files outside its directory.
    ReadOnlyFiles,
    /// It runs the library of an HSM, whose code is its maker's.
    HsmLibrary,
}

impl Relaxation {
    /// All of them, in the order of the report.
    pub const ALL: [Self; 5] = [
        Self::UnixSockets,
        Self::TcpConnections,
        Self::Udp,
        Self::ReadOnlyFiles,
        Self::HsmLibrary,
    ];

    /// What it allows, in a few words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::UnixSockets => "may connect to Unix sockets (database server)",
            Self::TcpConnections => "may connect to the configured TCP ports",
            Self::Udp => "may use UDP (name resolution)",
            Self::ReadOnlyFiles => "may read the configured files outside its directory",
            Self::HsmLibrary => "runs the configured HSM library, with its folders",
        }
    }

    /// Its bit in the control message.
    const fn bit(self) -> u8 {
        match self {
            Self::UnixSockets => 1,
            Self::TcpConnections => 2,
            Self::Udp => 4,
            Self::ReadOnlyFiles => 8,
            Self::HsmLibrary => 16,
        }
    }
}

/// What holds for one room. `Display` is the block that `ringfence check-config` prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    states: [State; Part::ALL.len()],
    /// Exceptions in use, in the order of [`Relaxation::ALL`].
    pub relaxations: Vec<Relaxation>,
}

impl Report {
    /// Length of [`to_bytes`](Self::to_bytes).
    pub(crate) const BYTES_LEN: usize = 2 * Part::ALL.len() + 1;

    /// Every part in the same state, nothing relaxed.
    #[must_use]
    pub fn new(state: State) -> Self {
        Self {
            states: [state; Part::ALL.len()],
            relaxations: Vec::new(),
        }
    }

    /// Sets one part.
    pub fn set(&mut self, part: Part, state: State) {
        for (slot, _) in self
            .states
            .iter_mut()
            .zip(Part::ALL)
            .filter(|(_, other)| *other == part)
        {
            *slot = state;
        }
    }

    /// All parts with their states.
    pub fn parts(&self) -> impl Iterator<Item = (Part, State)> {
        Part::ALL.into_iter().zip(self.states)
    }

    /// Whether one part is in force.
    #[must_use]
    pub fn holds(&self, part: Part) -> bool {
        self.parts()
            .any(|(other, state)| other == part && state == State::InForce)
    }

    /// The parts that are missing: each deserves a loud line at the start.
    pub fn missing(&self) -> impl Iterator<Item = (Part, State)> {
        self.parts().filter(|(_, state)| *state != State::InForce)
    }

    /// Whether the instance must call itself `development`: nothing but good manners would then keep a room that shares
    /// its user with another (`shared_user`) from reading the other's files.
    #[must_use]
    pub fn is_development(&self, shared_user: bool) -> bool {
        shared_user && !self.holds(Part::Files)
    }

    /// Fixed form for the control message.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self
            .states
            .iter()
            .flat_map(|state| state.to_bytes())
            .collect();
        bytes.push(
            self.relaxations
                .iter()
                .fold(0, |bits, relaxation| bits | relaxation.bit()),
        );
        bytes
    }

    /// Inverse of [`to_bytes`](Self::to_bytes); none for anything else.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (bits, states) = bytes.split_last()?;
        let known = Relaxation::ALL
            .iter()
            .fold(0, |bits, relaxation| bits | relaxation.bit());
        if states.len() != Self::BYTES_LEN - 1 || bits & !known != 0 {
            return None;
        }
        let mut report = Self::new(State::InForce);
        for (slot, pair) in report.states.iter_mut().zip(states.chunks_exact(2)) {
            *slot = State::from_bytes(pair.try_into().ok()?)?;
        }
        report.relaxations = Relaxation::ALL
            .into_iter()
            .filter(|one| bits & one.bit() != 0)
            .collect();
        Some(report)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (part, state) in self.parts() {
            writeln!(f, "  {:<33} {state}", part.title())?;
        }
        for relaxation in &self.relaxations {
            writeln!(f, "  {:<33} {}", "relaxed", relaxation.title())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sharing_a_user_without_landlock_is_development() {
        let mut report = Report::new(State::InForce);
        assert!(!report.is_development(true));
        report.set(Part::Files, State::Missing(Missing::NotOffered));
        assert!(report.is_development(true));
        assert!(!report.is_development(false));
        assert_eq!(
            report.missing().collect::<Vec<_>>(),
            [(Part::Files, State::Missing(Missing::NotOffered))]
        );
    }

    #[test]
    fn the_report_reads_as_a_table() {
        let mut report = Report::new(State::InForce);
        report.set(Part::Signals, State::Missing(Missing::KernelTooOld));
        report.relaxations = vec![Relaxation::Udp];
        let text = report.to_string();
        assert!(
            text.contains("  own files only (Landlock)         in force\n"),
            "{text}"
        );
        assert!(
            text.contains(
                "  no signals across (Landlock)      MISSING: this kernel is too old for it\n"
            ),
            "{text}"
        );
        assert!(
            text.ends_with("  relaxed                           may use UDP (name resolution)\n"),
            "{text}"
        );
    }

    #[test]
    fn every_state_survives_the_control_message() {
        let causes = [
            Missing::NotOffered,
            Missing::KernelTooOld,
            Missing::Refused(13),
        ];
        for cause in causes {
            let mut report = Report::new(State::Missing(cause));
            report.set(Part::NoDumps, State::InForce);
            report.relaxations = Relaxation::ALL.to_vec();
            assert_eq!(Report::from_bytes(&report.to_bytes()), Some(report));
        }
    }

    proptest! {
        #[test]
        fn bytes_are_a_report_or_nothing(bytes in proptest::collection::vec(0_u8..20, 0..20)) {
            if let Some(report) = Report::from_bytes(&bytes) {
                prop_assert_eq!(report.to_bytes(), bytes);
            }
        }
    }
}
