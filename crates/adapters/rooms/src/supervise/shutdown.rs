//! Stopping: the front first, the vault last, each with a bounded time.

use std::{future::pending, io};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{Instant, sleep_until},
};

use super::{
    Cause, Ending, Event, ExitReport,
    keeper::{Keeper, State},
    process::Act,
};
use crate::{Room, control::message::ToRoom};

/// The signals that ask for a stop.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hangup: Signal,
}

impl Signals {
    /// Takes over SIGTERM, SIGINT and SIGHUP.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for one of them.
    pub(super) async fn next(&mut self) {
        let heard = tokio::select! {
            heard = self.terminate.recv() => heard,
            heard = self.interrupt.recv() => heard,
            heard = self.hangup.recv() => heard,
        };
        if heard.is_none() {
            pending::<()>().await;
        }
    }
}

/// What ended a wait for a room.
#[derive(PartialEq, Eq)]
enum Waited {
    Gone,
    OutOfTime,
    AskedAgain,
}

impl<F: FnMut(&Event)> Keeper<F> {
    /// Stops every room in order. A second signal takes away the time that is left.
    pub(super) async fn stop_all(mut self, cause: Cause, mut signals: Signals) -> ExitReport {
        self.tell_outside(Event::Stopping(cause));
        let mut end = Instant::now() + self.timing.stop_max;
        let present = Room::STOP_ORDER
            .into_iter()
            .filter(|room| self.seats.contains_key(room));
        let present: Vec<_> = present.collect();
        let mut rooms = Vec::new();
        for (index, room) in present.iter().enumerate() {
            let later = u32::try_from(present.len() - index - 1).unwrap_or(u32::MAX);
            let reserve = self.timing.stop_reserve.saturating_mul(later);
            let until = end.checked_sub(reserve).unwrap_or(end);
            let (ending, waited) = self.stop_one(*room, until, &mut signals).await;
            if waited == Waited::AskedAgain {
                end = Instant::now();
            }
            rooms.push((*room, ending));
        }
        ExitReport { cause, rooms }
    }

    /// Asks one room to stop and waits; kills it when its time is up.
    async fn stop_one(
        &mut self,
        room: Room,
        until: Instant,
        signals: &mut Signals,
    ) -> (Ending, Waited) {
        let Some(process) = self.living(room) else {
            return (self.ending_of(room), Waited::Gone);
        };
        // A room that cannot be told is killed below.
        let _told = process.tell(&ToRoom::Stop, None);
        let waited = self.wait_gone(room, until, signals).await;
        if waited == Waited::Gone {
            let ending = match self.ending_of(room) {
                Ending::Status(0) => Ending::Soft,
                other => other,
            };
            self.tell_outside(Event::Exited { room, ending });
            return (ending, waited);
        }
        if let Some(process) = self.living(room) {
            process.kill();
        }
        let until = Instant::now() + self.timing.kill_max;
        while self.wait_gone(room, until, signals).await == Waited::AskedAgain {}
        self.tell_outside(Event::Exited {
            room,
            ending: Ending::OutOfTime,
        });
        (Ending::OutOfTime, waited)
    }

    /// Waits for one room to be gone, noting what happens to the others.
    async fn wait_gone(&mut self, room: Room, until: Instant, signals: &mut Signals) -> Waited {
        while self.living(room).is_some() {
            tokio::select! {
                Some(note) = self.notes.recv() => if self.is_current(&note) {
                    self.note_while_stopping(note.room, note.act, room);
                },
                () = sleep_until(until) => return Waited::OutOfTime,
                () = signals.next() => return Waited::AskedAgain,
            }
        }
        Waited::Gone
    }

    /// Nothing is started any more; a room that falls out of turn is told outside at once.
    fn note_while_stopping(&mut self, room: Room, act: Act, asked: Room) {
        let Act::Exited(ending) = act else {
            return self.pass_on(room, act);
        };
        if let Some(seat) = self.seats.get_mut(&room) {
            seat.state = State::Gone(ending);
        }
        if room != asked {
            self.tell_outside(Event::Exited { room, ending });
        }
    }

    /// How a room that does not run has ended.
    fn ending_of(&self, room: Room) -> Ending {
        match self.seats.get(&room).map(|seat| &seat.state) {
            Some(State::Gone(ending)) => *ending,
            Some(State::Down(_)) => Ending::Down,
            _ => Ending::NeverStarted,
        }
    }
}
