//! Packets with a descriptor attached, over a Unix socket pair.

use std::{
    io::{IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
};

use rustix::{
    io::Errno,
    net::{
        AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags,
        SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg,
        sendmsg, socketpair,
    },
};

use super::message::LEN_MAX;

/// What arrived.
#[derive(Debug)]
pub(crate) enum Packet {
    /// A packet of bytes, with or without a descriptor.
    Message(Vec<u8>, Option<OwnedFd>),
    /// Too long, or with more descriptors than one.
    Oversized,
    /// The other end is closed.
    End,
}

/// A pair of the given type; neither end is inherited by a program that is started.
pub(crate) fn pair(kind: SocketType) -> Result<(OwnedFd, OwnedFd), Errno> {
    socketpair(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None)
}

/// Sends one packet, with a descriptor if there is one. Never waits: a full socket is `EAGAIN`.
pub(crate) fn send(
    socket: impl AsFd,
    bytes: &[u8],
    attached: Option<BorrowedFd<'_>>,
) -> Result<(), Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let descriptors = attached.map(|one| [one]);
    if let Some(one) = &descriptors {
        ancillary.push(SendAncillaryMessage::ScmRights(one));
    }
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    rustix::io::retry_on_intr(|| sendmsg(&socket, &[IoSlice::new(bytes)], &mut ancillary, flags))
        .map(|_sent| ())
}

/// Receives one packet with its descriptor. Waits, unless the socket is set not to.
pub(crate) fn receive(socket: impl AsFd) -> Result<Packet, Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    receive_into(socket, &mut RecvAncillaryBuffer::new(&mut space))
}

/// Receives one packet and refuses descriptors: the kernel closes what a room attaches, and the packet counts as
/// oversized.
pub(crate) fn receive_plain(socket: impl AsFd) -> Result<Packet, Errno> {
    receive_into(socket, &mut RecvAncillaryBuffer::default())
}

/// Receives into a buffer whose size says how many descriptors are welcome.
fn receive_into(
    socket: impl AsFd,
    ancillary: &mut RecvAncillaryBuffer<'_>,
) -> Result<Packet, Errno> {
    let mut bytes = [0; LEN_MAX];
    let flags = RecvFlags::CMSG_CLOEXEC;
    let got = rustix::io::retry_on_intr(|| {
        recvmsg(
            &socket,
            &mut [IoSliceMut::new(&mut bytes)],
            ancillary,
            flags,
        )
    })?;
    let attached = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    if got
        .flags
        .intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC)
    {
        return Ok(Packet::Oversized);
    }
    match bytes.get(..got.bytes) {
        Some([]) | None => Ok(Packet::End),
        Some(message) => Ok(Packet::Message(message.to_vec(), attached)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn ends() -> (OwnedFd, OwnedFd) {
        pair(SocketType::SEQPACKET).unwrap()
    }

    #[test]
    fn a_descriptor_travels_with_its_packet() {
        let (here, there) = ends();
        let (mut writer, reader) = std::os::unix::net::UnixStream::pair().unwrap();
        send(&here, b"take", Some(reader.as_fd())).unwrap();
        drop(reader);
        let Packet::Message(bytes, Some(attached)) = receive(&there).unwrap() else {
            panic!("no descriptor")
        };
        writer.write_all(b"hello").unwrap();
        let mut heard = [0; 5];
        std::os::unix::net::UnixStream::from(attached)
            .read_exact(&mut heard)
            .unwrap();
        assert_eq!((bytes.as_slice(), &heard), (b"take".as_slice(), b"hello"));
    }

    #[test]
    fn packets_keep_their_bounds() {
        let (here, there) = ends();
        send(&here, b"one", None).unwrap();
        send(&here, b"two", None).unwrap();
        drop(here);
        for expected in [b"one", b"two"] {
            let Packet::Message(bytes, None) = receive(&there).unwrap() else {
                panic!("no packet")
            };
            assert_eq!(bytes, expected);
        }
        assert!(matches!(receive(&there).unwrap(), Packet::End));
    }

    #[test]
    fn a_packet_over_the_limit_is_refused_whole() {
        let (here, there) = ends();
        send(&here, &[7; LEN_MAX + 1], None).unwrap();
        send(&here, &[7; LEN_MAX], None).unwrap();
        assert!(matches!(receive(&there).unwrap(), Packet::Oversized));
        assert!(
            matches!(receive(&there).unwrap(), Packet::Message(bytes, None) if bytes.len() == LEN_MAX)
        );
    }

    #[test]
    fn a_descriptor_sent_where_none_is_welcome_is_closed() {
        let (here, there) = ends();
        let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        send(&here, b"x", Some(theirs.as_fd())).unwrap();
        drop(theirs);
        assert!(matches!(receive_plain(&there).unwrap(), Packet::Oversized));
        assert_eq!(
            ours.read(&mut [0; 1]).unwrap(),
            0,
            "the other end must be gone"
        );
    }

    #[test]
    fn sending_to_a_full_socket_does_not_wait() {
        let (here, _there) = ends();
        let refused =
            std::iter::repeat_with(|| send(&here, &[0; LEN_MAX], None)).find_map(Result::err);
        assert_eq!(refused, Some(Errno::AGAIN));
    }
}
