//! What the supervisor tells the program around it, and how it ends.

use std::{fmt, io, time::Duration};

use crate::{Label, Room, sandbox::Report};

/// Exit status of a program whose configuration is at fault.
const CONFIGURATION: u8 = 64;

/// Something happened. `Display` is one line for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The kernel (before Linux 5.11) cannot keep what the supervisor itself inherited from its rooms.
    StrayDescriptors,
    /// A process was started for the room.
    Started {
        /// Which room.
        room: Room,
        /// Its process.
        pid: u32,
    },
    /// What fences it.
    Sandboxed {
        /// Which room.
        room: Room,
        /// Its own report.
        report: Report,
    },
    /// It serves.
    Ready(Room),
    /// Every room has been ready once. Comes once.
    AllReady,
    /// A room shows an operator a code.
    Warning {
        /// Which room.
        room: Room,
        /// The code.
        code: Label,
    },
    /// It was not ready in time and is ended.
    NotReady(Room),
    /// It sent what is no message and is ended.
    Garbled(Room),
    /// It does not read its messages and is ended.
    Stuck(Room),
    /// It sent too much; nothing more is read from it until it is started again.
    Muted(Room),
    /// Its program could not be started.
    NotStarted {
        /// Which room.
        room: Room,
        /// Why.
        kind: io::ErrorKind,
    },
    /// Its process is gone.
    Exited {
        /// Which room.
        room: Room,
        /// How.
        ending: Ending,
    },
    /// It is started again after a wait.
    Restarting {
        /// Which room.
        room: Room,
        /// The wait.
        after: Duration,
    },
    /// It crashed again and again; it is still tried, at the longest wait.
    Storm {
        /// Which room.
        room: Room,
        /// Quick crashes in a row.
        crashes: u32,
    },
    /// The rooms are being stopped.
    Stopping(Cause),
}

/// How a room's process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was asked to stop and ended with status 0.
    Soft,
    /// It ended by itself, or badly, with this status.
    Status(i32),
    /// A signal ended it.
    Signal(i32),
    /// It did not end in time and was killed.
    OutOfTime,
    /// It was down, waiting to be started again.
    Down,
    /// It had not been started yet.
    NeverStarted,
}

/// Why the rooms were stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Somebody asked for it.
    Signal,
    /// This room ended, or could not be started, before it was ever ready.
    NotStarted(Room, Ending),
    /// This room was not ready in time at its first start.
    NotReady(Room),
}

/// How everything ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitReport {
    /// Why.
    pub cause: Cause,
    /// Every room with its ending, in stopping order.
    pub rooms: Vec<(Room, Ending)>,
}

impl ExitReport {
    /// 0 when somebody asked and every room stopped softly; 64 when a room blamed its configuration; otherwise 1.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        let soft = |ending: &Ending| matches!(ending, Ending::Soft | Ending::NeverStarted);
        match self.cause {
            Cause::Signal if self.rooms.iter().all(|(_, ending)| soft(ending)) => 0,
            Cause::NotStarted(_, Ending::Status(status)) if status == i32::from(CONFIGURATION) => {
                CONFIGURATION
            }
            _ => 1,
        }
    }
}

impl Event {
    /// Whether an operator should be shown it even when all is quiet.
    #[must_use]
    pub fn is_loud(&self) -> bool {
        match self {
            Self::Started { .. } | Self::Ready(_) | Self::AllReady => false,
            Self::Stopping(cause) => *cause != Cause::Signal,
            Self::Exited { ending, .. } => *ending != Ending::Soft,
            Self::Sandboxed { report, .. } => report.missing().next().is_some(),
            _ => true,
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StrayDescriptors => f.write_str(
                "THIS KERNEL IS TOO OLD to keep descriptors of the supervisor's own parent from the rooms",
            ),
            Self::Started { room, pid } => write!(f, "{room}: started as process {pid}"),
            Self::Sandboxed { room, report } => fence_line(*room, report, f),
            Self::Ready(room) => write!(f, "{room}: ready"),
            Self::AllReady => f.write_str("all rooms are ready"),
            Self::Warning { room, code } => write!(f, "{room}: warning {code}"),
            Self::NotReady(room) => write!(f, "{room}: not ready in time"),
            Self::Garbled(room) => write!(f, "{room}: sent an unknown message; ending it"),
            Self::Stuck(room) => write!(f, "{room}: does not read its messages; ending it"),
            Self::Muted(room) => write!(f, "{room}: sent too many messages; no more are read"),
            Self::NotStarted { room, kind } => {
                write!(f, "{room}: its program cannot be started: {kind}")
            }
            Self::Exited { room, ending } => write!(f, "{room}: {ending}"),
            Self::Restarting { room, after } => {
                write!(f, "{room}: starting again in {} ms", after.as_millis())
            }
            Self::Storm { room, crashes } => {
                write!(
                    f,
                    "{room}: CRASHED {crashes} TIMES IN A ROW; it is tried again and again, look into it"
                )
            }
            Self::Stopping(Cause::Signal) => f.write_str("stopping, as asked"),
            Self::Stopping(Cause::NotStarted(room, ending)) => {
                write!(f, "stopping: the {room} {ending} at its start")
            }
            Self::Stopping(Cause::NotReady(room)) => {
                write!(f, "stopping: the {room} was not ready in time")
            }
        }
    }
}

/// One line on a fence: naming what it leaves open, or what is missing.
fn fence_line(room: Room, report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if report.missing().next().is_none() {
        write!(f, "{room}: fenced")?;
        return report
            .relaxations
            .iter()
            .try_for_each(|relaxation| write!(f, "; {}", relaxation.title()));
    }
    write!(f, "{room}: NOT FULLY FENCED:")?;
    report
        .missing()
        .try_for_each(|(part, state)| write!(f, " {}: {state};", part.title()))
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Soft => f.write_str("stopped"),
            Self::Status(status) => write!(f, "ended with status {status}"),
            Self::Signal(signal) => write!(f, "was ended by signal {signal}"),
            Self::OutOfTime => f.write_str("did not stop in time and was killed"),
            Self::Down => f.write_str("was down"),
            Self::NeverStarted => f.write_str("was not started"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{Missing, Part, State};

    fn code(cause: Cause, endings: &[Ending]) -> u8 {
        let rooms = Room::STOP_ORDER
            .into_iter()
            .zip(endings.iter().copied())
            .collect();
        ExitReport { cause, rooms }.exit_code()
    }

    #[test]
    fn zero_means_asked_for_and_soft_everywhere() {
        assert_eq!(code(Cause::Signal, &[Ending::Soft, Ending::Soft]), 0);
        assert_eq!(
            code(Cause::Signal, &[Ending::NeverStarted, Ending::Soft]),
            0
        );
        for bad in [
            Ending::Status(0),
            Ending::Status(1),
            Ending::Signal(9),
            Ending::OutOfTime,
            Ending::Down,
        ] {
            assert_eq!(code(Cause::Signal, &[Ending::Soft, bad]), 1, "{bad}");
        }
    }

    #[test]
    fn a_configuration_error_keeps_its_status() {
        assert_eq!(
            code(
                Cause::NotStarted(Room::Vault, Ending::Status(64)),
                &[Ending::Soft]
            ),
            64
        );
        assert_eq!(
            code(
                Cause::NotStarted(Room::Vault, Ending::Status(1)),
                &[Ending::Soft]
            ),
            1
        );
        assert_eq!(code(Cause::NotReady(Room::Vault), &[Ending::Soft]), 1);
    }

    #[test]
    fn a_gap_in_the_fence_is_loud_and_named() {
        let mut report = Report::new(State::InForce);
        let event = |report: &Report| Event::Sandboxed {
            room: Room::Vault,
            report: report.clone(),
        };
        assert!(!event(&report).is_loud());
        report.set(Part::Files, State::Missing(Missing::NotOffered));
        assert!(event(&report).is_loud());
        let line = event(&report).to_string();
        assert!(
            line.contains("NOT FULLY FENCED") && line.contains("own files only"),
            "{line}"
        );
    }
}
