//! A running room's ear and voice towards the supervisor.

use std::{
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream,
    },
    sync::Arc,
    time::Duration,
};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc::{self, error::TrySendError},
};

use super::{
    message::{FromRoom, ToRoom},
    socket::{Packet, receive, send},
};
use crate::{Label, Room, sandbox::Report};

/// How long a room may take to end after its supervisor is gone.
pub const SELF_STOP_MAX: Duration = Duration::from_secs(10);

/// Events a room may leave unheard before it counts as stuck. More than a supervisor sends in its worst quarter of an
/// hour.
const UNHEARD_MAX: usize = 256;

/// What the supervisor wants.
#[derive(Debug)]
pub enum Event {
    /// A fresh stream to another room; it replaces an earlier one to the same room. Non-blocking, ready for
    /// `tokio::net::UnixStream::from_std`.
    Link {
        /// Who is at the other end.
        peer: Room,
        /// This end.
        stream: UnixStream,
    },
    /// Finish what was accepted, then end with status 0.
    Stop,
    /// As [`Stop`](Self::Stop), and nobody will start the room again.
    SupervisorGone,
}

/// A running room's side of the control socket.
#[derive(Debug)]
pub struct RoomControl {
    events: mpsc::Receiver<Event>,
    sender: RoomSender,
}

/// What a room can say. Cheap to clone, usable from any thread, never waits.
#[derive(Clone, Debug)]
pub struct RoomSender {
    socket: Arc<OwnedFd>,
}

impl RoomControl {
    /// Starts the thread that listens; see [`Inherited::start`](super::Inherited::start).
    pub(super) fn start(
        socket: OwnedFd,
        links: Vec<(Room, UnixStream)>,
        report: &Report,
        self_stop_max: Duration,
    ) -> io::Result<Self> {
        for kind in [
            SignalKind::terminate(),
            SignalKind::interrupt(),
            SignalKind::hangup(),
        ] {
            // Once taken, a signal stays without effect even if nobody waits for it.
            drop(signal(kind)?);
        }
        let sender = RoomSender {
            socket: Arc::new(socket),
        };
        let (notes, events) = mpsc::channel(UNHEARD_MAX);
        for (peer, stream) in links {
            notes
                .try_send(Event::Link { peer, stream })
                .map_err(io::Error::other)?;
        }
        let ear = Arc::clone(&sender.socket);
        std::thread::Builder::new()
            .name("control".into())
            .spawn(move || listen(&ear, &notes, self_stop_max))?;
        rustix::process::set_parent_process_death_signal(None)?;
        sender.say(&FromRoom::Sandbox(report.clone()))?;
        Ok(Self { events, sender })
    }

    /// Waits for the next wish of the supervisor. After [`Event::SupervisorGone`] it is the same for ever.
    pub async fn next_event(&mut self) -> Event {
        self.events.recv().await.unwrap_or(Event::SupervisorGone)
    }

    /// The voice.
    #[must_use]
    pub fn sender(&self) -> RoomSender {
        self.sender.clone()
    }
}

impl RoomSender {
    /// Tells the supervisor that the room serves; it then starts the next one.
    ///
    /// # Errors
    /// When the supervisor is gone or does not read.
    pub fn ready(&self) -> io::Result<()> {
        self.say(&FromRoom::Ready)
    }

    /// Shows an operator a code. The supervisor hears at most 256 messages from a room between its starts.
    ///
    /// # Errors
    /// When the supervisor is gone or does not read.
    pub fn warn(&self, code: Label) -> io::Result<()> {
        self.say(&FromRoom::Warning(code))
    }

    fn say(&self, message: &FromRoom) -> io::Result<()> {
        Ok(send(self.socket.as_fd(), &message.to_bytes(), None)?)
    }
}

/// Hands on what arrives until the supervisor is gone, then sees to it that this process ends.
///
/// A thread and not a task, so that a room whose runtime hangs still ends with its supervisor.
fn listen(socket: &OwnedFd, notes: &mpsc::Sender<Event>, self_stop_max: Duration) {
    while let Some(event) = next(socket) {
        if let Err(TrySendError::Full(_)) = notes.try_send(event) {
            std::process::abort();
        }
    }
    // A full queue or a closed one makes no difference now.
    drop(notes.try_send(Event::SupervisorGone));
    let (_held, never) = std::sync::mpsc::channel::<()>();
    let _timeout = never.recv_timeout(self_stop_max);
    std::process::abort();
}

/// The next event; none when the supervisor is gone or says what it never says.
fn next(socket: &OwnedFd) -> Option<Event> {
    let Ok(Packet::Message(bytes, attached)) = receive(socket) else {
        return None;
    };
    match (ToRoom::from_bytes(&bytes)?, attached) {
        (ToRoom::Link(peer), Some(stream)) => Some(Event::Link {
            peer,
            stream: stream.into(),
        }),
        (ToRoom::Stop, None) => Some(Event::Stop),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rustix::net::SocketType;

    use super::*;
    use crate::control::socket::pair;

    #[test]
    fn a_link_and_a_stop_are_heard_in_order() {
        let (here, there) = pair(SocketType::SEQPACKET).unwrap();
        let (ours, _theirs) = UnixStream::pair().unwrap();
        send(
            &here,
            &ToRoom::Link(Room::Courier).to_bytes(),
            Some(ours.as_fd()),
        )
        .unwrap();
        send(&here, &ToRoom::Stop.to_bytes(), None).unwrap();
        assert!(matches!(
            next(&there),
            Some(Event::Link {
                peer: Room::Courier,
                ..
            })
        ));
        assert!(matches!(next(&there), Some(Event::Stop)));
    }

    #[test]
    fn a_closed_socket_and_a_strange_message_end_the_listening() {
        let (here, there) = pair(SocketType::SEQPACKET).unwrap();
        send(&here, &ToRoom::Start(Room::Front).to_bytes(), None).unwrap();
        drop(here);
        assert!(next(&there).is_none(), "a second start is no event");
        assert!(next(&there).is_none(), "the end is no event");
    }
}
