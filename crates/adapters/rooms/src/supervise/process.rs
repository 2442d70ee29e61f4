//! One process of a room: how it is started, and who attends to it.

use std::{
    io,
    os::unix::{net, process::ExitStatusExt as _},
    process::{ExitStatus, Stdio},
    sync::Arc,
};

use rustix::net::SocketType;
use tokio::{
    io::Interest,
    net::UnixStream,
    process::{Child, Command},
    sync::{Notify, mpsc},
};

use super::{Ending, RoomSpec};
use crate::{
    Room,
    control::{
        message::FromRoom,
        socket::{Packet, pair, receive_plain},
    },
};

/// Messages heard from one process before the supervisor stops reading: a fenced room must not be able to fill a log.
const MESSAGES_MAX: u32 = 256;

/// What a process did.
#[derive(Debug)]
pub(super) enum Act {
    /// It sent a message.
    Said(FromRoom),
    /// It sent something else.
    Garbled,
    /// It sent too much.
    Muted,
    /// It is gone.
    Exited(Ending),
}

/// Which process did what.
#[derive(Debug)]
pub(super) struct Note {
    /// Its room.
    pub room: Room,
    /// Its number among all processes of this supervisor, so that a late note is not taken for its successor's.
    pub serial: u64,
    /// What it did.
    pub act: Act,
}

/// Starts the program of `spec` with a control socket as its standard input; returns the supervisor's end.
///
/// Nothing else is passed on: no environment, no other descriptor but standard output and error. A process group of its
/// own keeps the terminal's Ctrl-C away from it, so that the order of stopping holds.
pub(super) fn spawn(spec: &RoomSpec) -> io::Result<(Child, Arc<UnixStream>)> {
    let (ours, theirs) = pair(SocketType::SEQPACKET)?;
    // Only the type's readiness is used: a Unix socket is one to the reactor whether it keeps message bounds or not.
    let ours = net::UnixStream::from(ours);
    ours.set_nonblocking(true)?;
    let control = Arc::new(UnixStream::from_std(ours)?);
    let mut command = Command::new(&spec.program);
    command
        .args(&spec.args)
        .env_clear()
        .process_group(0)
        .stdin(Stdio::from(theirs));
    if let Some(user) = spec.user {
        // Supplementary groups are dropped by the standard library when a superuser changes the user.
        command.gid(user.gid).uid(user.uid);
    }
    Ok((command.spawn()?, control))
}

/// Reports everything one process does until it is gone; kills it when told to.
pub(super) async fn attend(
    room: Room,
    serial: u64,
    mut child: Child,
    control: Arc<UnixStream>,
    kill: Arc<Notify>,
    notes: mpsc::Sender<Note>,
) {
    let note = |act| Note { room, serial, act };
    let mut budget = MESSAGES_MAX;
    let mut listening = true;
    loop {
        let act = tokio::select! {
            biased;
            heard = hear(&control), if listening => match heard {
                Some(_) if budget == 0 => { listening = false; Act::Muted }
                Some(act) => { budget -= 1; act }
                None => { listening = false; continue }
            },
            status = child.wait() => Act::Exited(ending(status)),
            () = kill.notified() => { drop(child.start_kill()); continue }
        };
        let last = matches!(act, Act::Exited(_));
        if notes.send(note(act)).await.is_err() || last {
            return;
        }
    }
}

/// The next message; none when the room has closed its end.
async fn hear(control: &UnixStream) -> Option<Act> {
    let packet = control
        .async_io(Interest::READABLE, || Ok(receive_plain(control)?))
        .await;
    match packet {
        Ok(Packet::Message(bytes, _)) => {
            Some(FromRoom::from_bytes(&bytes).map_or(Act::Garbled, Act::Said))
        }
        Ok(Packet::Oversized) => Some(Act::Garbled),
        Ok(Packet::End) | Err(_) => None,
    }
}

/// How a process ended, without the question whether it was asked to.
fn ending(status: io::Result<ExitStatus>) -> Ending {
    match status {
        Ok(status) => match status.signal() {
            Some(signal) => Ending::Signal(signal),
            None => Ending::Status(status.code().unwrap_or(-1)),
        },
        Err(_) => Ending::Status(-1),
    }
}
