//! The names of the rooms, their order and who is linked to whom.

use std::fmt;

/// One process of an instance. The supervisor is none: it has nothing to fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Room {
    /// API, hosted pages, jobs: the only room that strangers reach.
    Front,
    /// Staff pages, same binary as the front.
    Console,
    /// Carriers out, carrier webhooks in.
    Courier,
    /// Keys, numbers, log. Speaks to its inherited sockets only.
    Vault,
}

impl Room {
    /// A room comes after those it asks.
    pub const START_ORDER: [Self; 4] = [Self::Vault, Self::Courier, Self::Front, Self::Console];

    /// A room goes before those it asks, so that what it has accepted can still be finished.
    pub const STOP_ORDER: [Self; 4] = [Self::Front, Self::Console, Self::Courier, Self::Vault];

    /// The pairs that get a socket pair between them when both are present.
    pub const LINKS: [(Self, Self); 3] = [
        (Self::Front, Self::Vault),
        (Self::Console, Self::Vault),
        (Self::Courier, Self::Vault),
    ];

    /// Lower-case name for logs and command lines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Console => "console",
            Self::Courier => "courier",
            Self::Vault => "vault",
        }
    }

    /// The room of that [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::START_ORDER
            .into_iter()
            .find(|room| room.name() == name)
    }

    /// The rooms this one is linked to when they are present.
    pub fn peers(self) -> impl Iterator<Item = Self> {
        Self::LINKS
            .into_iter()
            .filter_map(move |(one, other)| match self {
                room if room == one => Some(other),
                room if room == other => Some(one),
                _ => None,
            })
    }

    /// The byte that stands for the room in a control message.
    pub(crate) const fn to_byte(self) -> u8 {
        match self {
            Self::Front => 1,
            Self::Console => 2,
            Self::Courier => 3,
            Self::Vault => 4,
        }
    }

    /// Inverse of [`to_byte`](Self::to_byte).
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        Self::START_ORDER
            .into_iter()
            .find(|room| room.to_byte() == byte)
    }
}

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_room_has_its_own_name_and_byte() {
        for room in Room::START_ORDER {
            assert_eq!(Room::from_name(room.name()), Some(room));
            assert_eq!(Room::from_byte(room.to_byte()), Some(room));
        }
        assert_eq!(Room::from_byte(0), None);
        assert_eq!(Room::from_name("kitchen"), None);
    }

    #[test]
    fn the_front_and_the_courier_never_meet() {
        let peers = |room: Room| room.peers().collect::<Vec<_>>();
        assert_eq!(peers(Room::Front), [Room::Vault]);
        assert_eq!(peers(Room::Console), [Room::Vault]);
        assert_eq!(peers(Room::Courier), [Room::Vault]);
        assert_eq!(
            peers(Room::Vault),
            [Room::Front, Room::Console, Room::Courier]
        );
    }

    #[test]
    fn the_vault_starts_first_and_stops_last() {
        assert_eq!(Room::START_ORDER.first(), Some(&Room::Vault));
        assert_eq!(Room::STOP_ORDER.last(), Some(&Room::Vault));
        assert_eq!(Room::STOP_ORDER.first(), Some(&Room::Front));
    }
}
