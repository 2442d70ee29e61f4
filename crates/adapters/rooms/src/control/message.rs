//! The messages as bytes: version, kind, payload. Both directions are small closed enums; everything else is refused.

use crate::{Label, Room, sandbox::Report};

/// Version of the form. A room of another release than its supervisor refuses it instead of guessing.
const VERSION: u8 = 1;

/// Longest message, in bytes.
pub(crate) const LEN_MAX: usize = 64;

/// From the supervisor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ToRoom {
    /// With a listening socket.
    Listener(Label),
    /// With a stream socket to that room.
    Link(Room),
    /// All that was there at the start has been sent; the room's own name.
    Start(Room),
    /// Finish and end.
    Stop,
}

/// From a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FromRoom {
    /// It serves.
    Ready,
    /// A code an operator should see.
    Warning(Label),
    /// What fences it.
    Sandbox(Report),
}

impl ToRoom {
    /// The packet.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Listener(name) => packet(1, name.as_str().as_bytes()),
            Self::Link(room) => packet(2, &[room.to_byte()]),
            Self::Start(room) => packet(3, &[room.to_byte()]),
            Self::Stop => packet(4, &[]),
        }
    }

    /// The message of a packet, or none if it is no such message.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [VERSION, 1, name @ ..] => label(name).map(Self::Listener),
            [VERSION, 2, room] => Room::from_byte(*room).map(Self::Link),
            [VERSION, 3, room] => Room::from_byte(*room).map(Self::Start),
            [VERSION, 4] => Some(Self::Stop),
            _ => None,
        }
    }
}

impl FromRoom {
    /// The packet.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ready => packet(16, &[]),
            Self::Warning(code) => packet(17, code.as_str().as_bytes()),
            Self::Sandbox(report) => packet(18, &report.to_bytes()),
        }
    }

    /// The message of a packet, or none if it is no such message.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [VERSION, 16] => Some(Self::Ready),
            [VERSION, 17, code @ ..] => label(code).map(Self::Warning),
            [VERSION, 18, report @ ..] => Report::from_bytes(report).map(Self::Sandbox),
            _ => None,
        }
    }
}

/// Version, kind, payload.
fn packet(kind: u8, payload: &[u8]) -> Vec<u8> {
    [&[VERSION, kind], payload].concat()
}

/// A label that fills the rest of a packet.
fn label(bytes: &[u8]) -> Option<Label> {
    Label::parse(std::str::from_utf8(bytes).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sandbox::State;

    fn one_of_each() -> (Vec<ToRoom>, Vec<FromRoom>) {
        let longest = Label::parse(&"a".repeat(Label::LEN_MAX)).unwrap();
        let mut down = vec![ToRoom::Listener(longest.clone()), ToRoom::Stop];
        down.extend(
            Room::START_ORDER
                .into_iter()
                .flat_map(|room| [ToRoom::Link(room), ToRoom::Start(room)]),
        );
        let up = vec![
            FromRoom::Ready,
            FromRoom::Warning(longest),
            FromRoom::Sandbox(Report::new(State::InForce)),
        ];
        (down, up)
    }

    #[test]
    fn every_message_survives_and_fits() {
        let (down, up) = one_of_each();
        for message in down {
            assert!(message.to_bytes().len() <= LEN_MAX);
            assert_eq!(ToRoom::from_bytes(&message.to_bytes()), Some(message));
        }
        for message in up {
            assert!(message.to_bytes().len() <= LEN_MAX);
            assert_eq!(FromRoom::from_bytes(&message.to_bytes()), Some(message));
        }
    }

    #[test]
    fn a_message_of_one_direction_is_nothing_in_the_other() {
        let (down, up) = one_of_each();
        assert!(
            down.iter()
                .all(|message| FromRoom::from_bytes(&message.to_bytes()).is_none())
        );
        assert!(
            up.iter()
                .all(|message| ToRoom::from_bytes(&message.to_bytes()).is_none())
        );
    }

    #[test]
    fn another_version_is_refused() {
        assert_eq!(FromRoom::from_bytes(&[2, 16]), None);
        assert_eq!(ToRoom::from_bytes(&[0, 4]), None);
    }

    proptest! {
        #[test]
        fn bytes_are_a_message_or_nothing(kind in 0_u8..24, rest in proptest::collection::vec(any::<u8>(), 0..80)) {
            let bytes = [&[VERSION, kind], rest.as_slice()].concat();
            if let Some(message) = ToRoom::from_bytes(&bytes) {
                prop_assert_eq!(message.to_bytes(), bytes.clone());
            }
            if let Some(message) = FromRoom::from_bytes(&bytes) {
                prop_assert_eq!(message.to_bytes(), bytes);
            }
        }
    }
}
