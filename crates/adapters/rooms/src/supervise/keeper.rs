//! The supervisor's one loop: a seat for each room, and what to do when something happens to it.

use std::{
    collections::BTreeMap,
    os::fd::{AsFd, BorrowedFd},
    sync::Arc,
    time::Duration,
};

use rustix::{io::Errno, net::SocketType};
use tokio::{
    net::UnixStream,
    sync::{Notify, mpsc},
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{
    Backoff, Cause, Ending, Event, ExitReport, RoomSpec, Timing,
    process::{Act, Note, attend, spawn},
    shutdown::Signals,
};
use crate::{
    Room,
    control::{
        message::{FromRoom, ToRoom},
        socket::{pair, send},
    },
};

/// Notes that may wait for the loop; those who send them wait then.
const NOTES_MAX: usize = 64;

/// A living process of a room.
pub(super) struct Process {
    serial: u64,
    control: Arc<UnixStream>,
    kill: Arc<Notify>,
    /// When it said that it serves.
    ready_since: Option<Instant>,
    /// When it must have said so; none once it was killed for not doing it.
    ready_until: Option<Instant>,
}

/// What a room is doing.
pub(super) enum State {
    /// Its turn has not come.
    Waiting,
    /// It runs.
    Living(Process),
    /// It crashed and is started again at that time.
    Down(Instant),
    /// It is over; only while stopping.
    Gone(Ending),
}

/// One room.
pub(super) struct Seat {
    spec: RoomSpec,
    pub(super) state: State,
    backoff: Backoff,
    ever_ready: bool,
}

/// Everything the supervisor knows.
pub(super) struct Keeper<F> {
    pub(super) seats: BTreeMap<Room, Seat>,
    pub(super) timing: Timing,
    pub(super) notes: mpsc::Receiver<Note>,
    to_notes: mpsc::Sender<Note>,
    attendants: JoinSet<()>,
    on_event: F,
    serial: u64,
    failure: Option<Cause>,
}

impl Process {
    /// Sends a message, with a descriptor if there is one. A process that is gone already is no error: its exit will be
    /// noted, and its successor gets everything anew.
    pub(super) fn tell(
        &self,
        message: &ToRoom,
        attached: Option<BorrowedFd<'_>>,
    ) -> rustix::io::Result<()> {
        match send(&self.control, &message.to_bytes(), attached) {
            Err(Errno::PIPE | Errno::CONNRESET) => Ok(()),
            result => result,
        }
    }

    /// Ends it at once; its exit is noted as any other.
    pub(super) fn kill(&self) {
        self.kill.notify_one();
    }
}

impl<F: FnMut(&Event)> Keeper<F> {
    /// Seats for the rooms, which are in starting order; nothing is started yet.
    pub(super) fn new(rooms: Vec<RoomSpec>, timing: Timing, on_event: F) -> Self {
        let (to_notes, notes) = mpsc::channel(NOTES_MAX);
        let seat = |spec| Seat {
            spec,
            state: State::Waiting,
            backoff: Backoff::default(),
            ever_ready: false,
        };
        let seats = rooms
            .into_iter()
            .map(|spec| (spec.room, seat(spec)))
            .collect();
        let attendants = JoinSet::new();
        Self {
            seats,
            timing,
            notes,
            to_notes,
            attendants,
            on_event,
            serial: 0,
            failure: None,
        }
    }

    /// Runs until a signal or a failed first start, then stops everything.
    pub(super) async fn run(mut self, mut signals: Signals) -> ExitReport {
        self.start_next();
        let cause = loop {
            if let Some(cause) = self.failure {
                break cause;
            }
            let due = self.next_due();
            tokio::select! {
                () = signals.next() => break Cause::Signal,
                Some(note) = self.notes.recv() => self.take(note),
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => self.act_on_time(),
            }
        };
        self.stop_all(cause, signals).await
    }

    pub(super) fn tell_outside(&mut self, event: Event) {
        (self.on_event)(&event);
    }

    /// Starts the first room whose turn has not come yet.
    fn start_next(&mut self) {
        let waiting = |room: &Room| {
            self.seats
                .get(room)
                .is_some_and(|seat| matches!(seat.state, State::Waiting))
        };
        match Room::START_ORDER.into_iter().find(waiting) {
            Some(room) => self.start(room),
            None => self.tell_outside(Event::AllReady),
        }
    }

    /// Starts a room and gives it and its peers what they need.
    fn start(&mut self, room: Room) {
        let Some(seat) = self.seats.get_mut(&room) else {
            return;
        };
        self.serial += 1;
        let serial = self.serial;
        let (child, control) = match spawn(&seat.spec) {
            Ok(started) => started,
            Err(error) => {
                self.tell_outside(Event::NotStarted {
                    room,
                    kind: error.kind(),
                });
                return self.fell(room, Ending::NeverStarted);
            }
        };
        let kill = Arc::new(Notify::new());
        let process = Process {
            serial,
            control: Arc::clone(&control),
            kill: Arc::clone(&kill),
            ready_since: None,
            ready_until: Some(Instant::now() + self.timing.ready_max),
        };
        seat.state = State::Living(process);
        let pid = child.id().unwrap_or_default();
        self.attendants.spawn(attend(
            room,
            serial,
            child,
            control,
            kill,
            self.to_notes.clone(),
        ));
        self.tell_outside(Event::Started { room, pid });
        self.furnish(room);
    }

    /// Sends a room its listeners and links, and its peers the other ends.
    fn furnish(&mut self, room: Room) {
        let mut stuck = Vec::new();
        if let Some(Seat {
            spec,
            state: State::Living(process),
            ..
        }) = self.seats.get(&room)
        {
            for (name, listener) in &spec.listeners {
                let message = ToRoom::Listener(name.clone());
                stuck.extend(
                    process
                        .tell(&message, Some(listener.as_fd()))
                        .err()
                        .map(|_| room),
                );
            }
        }
        for peer in room.peers() {
            stuck.extend(self.link(room, peer).err());
        }
        if let Some(Seat {
            state: State::Living(process),
            ..
        }) = self.seats.get(&room)
        {
            stuck.extend(process.tell(&ToRoom::Start(room), None).err().map(|_| room));
        }
        for room in stuck {
            self.end(room, Event::Stuck(room));
        }
    }

    /// Gives two living rooms the ends of a fresh pair. The error is the room that did not take its end.
    fn link(&self, one: Room, other: Room) -> Result<(), Room> {
        let (Some(first), Some(second)) = (self.living(one), self.living(other)) else {
            return Ok(());
        };
        let (here, there) = pair(SocketType::STREAM).map_err(|_| one)?;
        for end in [&here, &there] {
            rustix::io::ioctl_fionbio(end, true).map_err(|_| one)?;
        }
        first
            .tell(&ToRoom::Link(other), Some(here.as_fd()))
            .map_err(|_| one)?;
        second
            .tell(&ToRoom::Link(one), Some(there.as_fd()))
            .map_err(|_| other)
    }

    /// The process of a room that runs.
    pub(super) fn living(&self, room: Room) -> Option<&Process> {
        match &self.seats.get(&room)?.state {
            State::Living(process) => Some(process),
            _ => None,
        }
    }

    /// Kills a room's process and says why.
    fn end(&mut self, room: Room, why: Event) {
        if let Some(process) = self.living(room) {
            process.kill();
            self.tell_outside(why);
        }
    }

    /// Whether the note is about the process that the room has now.
    pub(super) fn is_current(&self, note: &Note) -> bool {
        self.living(note.room)
            .is_some_and(|process| process.serial == note.serial)
    }

    /// Acts on what a process did.
    fn take(&mut self, note: Note) {
        if !self.is_current(&note) {
            return;
        }
        match note.act {
            Act::Exited(ending) => {
                self.tell_outside(Event::Exited {
                    room: note.room,
                    ending,
                });
                self.fell(note.room, ending);
            }
            Act::Said(FromRoom::Ready) => self.became_ready(note.room),
            act => self.pass_on(note.room, act),
        }
    }

    /// Acts on what changes nothing about who runs; the same while stopping.
    pub(super) fn pass_on(&mut self, room: Room, act: Act) {
        match act {
            Act::Said(FromRoom::Sandbox(report)) => {
                self.tell_outside(Event::Sandboxed { room, report })
            }
            Act::Said(FromRoom::Warning(code)) => self.tell_outside(Event::Warning { room, code }),
            Act::Garbled => self.end(room, Event::Garbled(room)),
            Act::Muted => self.tell_outside(Event::Muted(room)),
            Act::Said(FromRoom::Ready) | Act::Exited(_) => {}
        }
    }

    /// A room serves; at the first start, the next room's turn has come.
    fn became_ready(&mut self, room: Room) {
        let Some(Seat {
            state: State::Living(process),
            ever_ready,
            ..
        }) = self.seats.get_mut(&room)
        else {
            return;
        };
        if process.ready_since.is_some() {
            return;
        }
        process.ready_since = Some(Instant::now());
        process.ready_until = None;
        let first = !std::mem::replace(ever_ready, true);
        self.tell_outside(Event::Ready(room));
        if first {
            self.start_next();
        }
    }

    /// A room's process is gone, or could not be made: the end of everything at its first start, else a wait.
    fn fell(&mut self, room: Room, ending: Ending) {
        let Some(seat) = self.seats.get_mut(&room) else {
            return;
        };
        if !seat.ever_ready {
            seat.state = State::Gone(ending);
            self.failure = self.failure.or(Some(Cause::NotStarted(room, ending)));
            return;
        }
        let healthy = match &seat.state {
            State::Living(Process {
                ready_since: Some(since),
                ..
            }) => since.elapsed(),
            _ => Duration::ZERO,
        };
        let after = seat.backoff.crashed(healthy, &self.timing);
        let crashes = seat.backoff.crashes();
        seat.state = State::Down(Instant::now() + after);
        if crashes >= self.timing.storm_after {
            self.tell_outside(Event::Storm { room, crashes });
        }
        self.tell_outside(Event::Restarting { room, after });
    }

    /// When the next room must have become ready or is to be started again.
    fn next_due(&self) -> Option<Instant> {
        self.seats.values().filter_map(Seat::due).min()
    }

    /// Acts on every room whose time has come.
    fn act_on_time(&mut self) {
        let now = Instant::now();
        let due = self
            .seats
            .iter()
            .filter(|(_, seat)| seat.due().is_some_and(|at| at <= now));
        for room in due.map(|(room, _)| *room).collect::<Vec<_>>() {
            match self.seats.get_mut(&room) {
                Some(Seat {
                    state: State::Living(process),
                    ever_ready,
                    ..
                }) => {
                    process.ready_until = None;
                    self.failure = self
                        .failure
                        .or((!*ever_ready).then_some(Cause::NotReady(room)));
                    self.end(room, Event::NotReady(room));
                }
                _ => self.start(room),
            }
        }
    }
}

impl Seat {
    /// The time this room waits for.
    fn due(&self) -> Option<Instant> {
        match &self.state {
            State::Living(process) => process.ready_until,
            State::Down(until) => Some(*until),
            State::Waiting | State::Gone(_) => None,
        }
    }
}
