//! The first eight bytes in each direction: magic, version, room.
//!
//! ```text
//! "RFLK"   4 bytes
//! version  u16, little endian
//! room     u8, see Room::code
//! zero     u8
//! ```

use std::{io, time::Duration};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::Room;

/// Version of frames, verbs and bodies together. Any change to one of them changes it: rooms of
/// one release are started together, so there is nothing to negotiate.
pub const PROTOCOL_VERSION: u16 = 1;

const MAGIC: [u8; 4] = *b"RFLK";

/// Why two rooms do not talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HelloError {
    /// The socket broke.
    #[error("the connection broke during the hello: {0}")]
    Broken(io::ErrorKind),
    /// No whole hello within [`crate::Limits::hello`].
    #[error("the other room did not say hello in time")]
    Late,
    /// The first bytes are not a hello.
    #[error("the other end does not speak this protocol")]
    NotThisProtocol,
    /// The other room was built from another release.
    #[error("the other room speaks version {theirs} of the protocol, this one {PROTOCOL_VERSION}")]
    Version {
        /// What the other room speaks.
        theirs: u16,
    },
    /// Another room than the one this socket is for.
    #[error("expected {expected:?} at the other end, found {found:?}")]
    WrongRoom {
        /// Who should be there.
        expected: Room,
        /// Who is there; `None` when the code means no room.
        found: Option<Room>,
    },
}

/// Says who we are and hears who the other is.
///
/// # Errors
/// [`HelloError`]; the connection is of no use then.
pub(crate) async fn exchange<R, W>(
    reader: &mut R,
    writer: &mut W,
    me: Room,
    other: Room,
    within: Duration,
) -> Result<(), HelloError>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let both = async {
        let broken = |error: io::Error| HelloError::Broken(error.kind());
        writer.write_all(&encode(me)).await.map_err(broken)?;
        writer.flush().await.map_err(broken)?;
        let mut theirs = [0; 8];
        reader.read_exact(&mut theirs).await.map_err(broken)?;
        judge(theirs, other)
    };
    tokio::time::timeout(within, both)
        .await
        .unwrap_or(Err(HelloError::Late))
}

pub(crate) fn encode(me: Room) -> [u8; 8] {
    let [m0, m1, m2, m3] = MAGIC;
    let [low, high] = PROTOCOL_VERSION.to_le_bytes();
    [m0, m1, m2, m3, low, high, me.code(), 0]
}

fn judge(theirs: [u8; 8], expected: Room) -> Result<(), HelloError> {
    let [m0, m1, m2, m3, low, high, room, zero] = theirs;
    if [m0, m1, m2, m3] != MAGIC {
        return Err(HelloError::NotThisProtocol);
    }
    let version = u16::from_le_bytes([low, high]);
    if version != PROTOCOL_VERSION {
        return Err(HelloError::Version { theirs: version });
    }
    if zero != 0 {
        return Err(HelloError::NotThisProtocol);
    }
    match Room::from_code(room) {
        Some(found) if found == expected => Ok(()),
        found => Err(HelloError::WrongRoom { expected, found }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn another_version_is_named() {
        let mut theirs = encode(Room::Vault);
        theirs[4] = 9;
        assert_eq!(
            judge(theirs, Room::Vault),
            Err(HelloError::Version { theirs: 9 })
        );
    }

    #[test]
    fn another_room_is_named() {
        let found = Some(Room::Courier);
        let expected = Room::Vault;
        let error = HelloError::WrongRoom { expected, found };
        assert_eq!(judge(encode(Room::Courier), expected), Err(error));
    }

    proptest! {
        #[test]
        fn only_the_hello_itself_is_taken(theirs: [u8; 8]) {
            let taken = judge(theirs, Room::Vault).is_ok();
            prop_assert_eq!(taken, theirs == encode(Room::Vault));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_room_is_given_up_in_time() {
        let (ours, _theirs) = tokio::io::duplex(64);
        let (mut r, mut w) = tokio::io::split(ours);
        let within = Duration::from_secs(5);
        let met = exchange(&mut r, &mut w, Room::Front, Room::Vault, within).await;
        assert_eq!(met, Err(HelloError::Late));
    }

    #[tokio::test]
    async fn a_socket_closed_early_is_broken() {
        let (ours, theirs) = tokio::io::duplex(64);
        drop(theirs);
        let (mut r, mut w) = tokio::io::split(ours);
        let within = Duration::from_secs(5);
        let met = exchange(&mut r, &mut w, Room::Front, Room::Vault, within).await;
        assert!(matches!(met, Err(HelloError::Broken(_))));
    }
}
