//! Every verb of the protocol on one page: its number, who serves it, who may call it, and its
//! budget. What is not in this table cannot be asked of a room.

/// A room: one process with one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Room {
    /// API, pages and jobs; pseudonyms and traits only.
    Front,
    /// The staff pages.
    Console,
    /// Keys, numbers, codes, the log.
    Vault,
    /// The only room that talks to carriers.
    Courier,
    /// The operator's command line.
    Operator,
}

impl Room {
    /// Every room.
    pub const ALL: [Self; 5] = [
        Self::Front,
        Self::Console,
        Self::Vault,
        Self::Courier,
        Self::Operator,
    ];

    /// The number in the hello.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Front => 1,
            Self::Console => 2,
            Self::Vault => 3,
            Self::Courier => 4,
            Self::Operator => 5,
        }
    }

    /// The room with this number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|room| room.code() == code)
    }
}

/// One question that one room may ask another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// [`peers::vault::NumberVault::begin`]
    Begin,
    /// [`peers::vault::NumberVault::resend`]
    Resend,
    /// [`peers::vault::NumberVault::check`]
    Check,
    /// [`peers::vault::NumberVault::cancel`]
    Cancel,
    /// [`peers::vault::NumberVault::view`]
    View,
    /// [`peers::vault::NumberVault::find_open`]
    FindOpen,
    /// [`peers::vault::NumberVault::check_number`]
    CheckNumber,
    /// [`peers::vault::NumberVault::reclaim`]
    Reclaim,
    /// [`peers::vault::NumberVault::seal_key`]
    SealKey,
    /// [`peers::vault::NumberVault::new_accounts`]
    NewAccounts,
    /// [`peers::vault::NumberVault::delete`]
    Delete,
    /// [`peers::vault::NumberVault::undo_delete`]
    UndoDelete,
    /// [`peers::vault::NumberVault::set_locked`]
    SetLocked,
    /// [`peers::vault::NumberVault::ban`]
    Ban,
    /// [`peers::vault::NumberVault::forget_number`]
    ForgetNumber,
    /// [`peers::vault::NumberVault::health`]
    Health,
    /// [`peers::vault::NumberVault::ask_operator`]
    AskOperator,
    /// [`peers::vault::NumberVault::make_factor`]: the answer has a secret.
    MakeFactor,
    /// [`peers::vault::NumberVault::check_factor`]
    CheckFactor,
    /// [`peers::vault::NumberVault::delete_factor`]
    DeleteFactor,
    /// `NumberVault::stored`, in demo builds only.
    #[cfg(feature = "demo")]
    Stored,
    /// [`peers::front::FrontEvents::sends_changed`]
    SendsChanged,
    /// [`peers::carrier::Outbound::run`]
    CourierRun,
    /// [`peers::carrier::Outbound::send`]: a body with a number.
    CourierSend,
    /// [`peers::carrier::Outbound::ask`]: the other body with a number; the answer has none.
    CourierAsk,
    /// [`peers::carrier::Outbound::verified`]: counts, no number.
    CourierVerified,
    /// [`peers::carrier::CourierEvents::receipts`]
    Receipts,
}

/// What holds for one verb.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// Stands for the verb on the wire. Never used again for another.
    pub number: u16,
    /// The name in events and counters.
    pub name: &'static str,
    /// The room that answers.
    pub server: Room,
    /// The rooms that may ask.
    pub callers: &'static [Room],
    /// The longest request body.
    pub max_bytes: u32,
    /// How many the server works on at once for one peer.
    pub at_once: u16,
}

const FRONT: &[Room] = &[Room::Front];
const VAULT: &[Room] = &[Room::Vault];
const COURIER: &[Room] = &[Room::Courier];
const WATCHERS: &[Room] = &[Room::Front, Room::Console, Room::Operator];
/// The longest list of ids, reports or receipts in one request.
const LIST: u32 = 64 * 1024;

impl Verb {
    /// The table.
    #[rustfmt::skip]
    pub(crate) const fn rule(self) -> Rule {
        use Room::{Courier, Front, Vault};
        let (number, name, server, callers, max_bytes, at_once) = match self {
            //                    number  name             server   callers   bytes  at once
            Self::Begin        => (0x0101, "begin",         Vault,   FRONT,    2048,  512),
            Self::Resend       => (0x0102, "resend",        Vault,   FRONT,    64,    512),
            Self::Check        => (0x0103, "check",         Vault,   FRONT,    128,   1024),
            Self::Cancel       => (0x0104, "cancel",        Vault,   FRONT,    32,    512),
            Self::Reclaim      => (0x0105, "reclaim",       Vault,   FRONT,    32,    64),
            Self::SealKey      => (0x0106, "seal_key",      Vault,   FRONT,    0,     512),
            Self::NewAccounts  => (0x0107, "new_accounts",  Vault,   FRONT,    16,    4),
            Self::Delete       => (0x0108, "delete",        Vault,   FRONT,    32,    64),
            Self::UndoDelete   => (0x0109, "undo_delete",   Vault,   FRONT,    32,    64),
            Self::SetLocked    => (0x010a, "set_locked",    Vault,   FRONT,    33,    64),
            Self::Ban          => (0x010b, "ban",           Vault,   FRONT,    48,    64),
            Self::ForgetNumber => (0x010c, "forget_number", Vault,   FRONT,    32,    64),
            Self::Health       => (0x010d, "health",        Vault,   WATCHERS, 0,     64),
            Self::View         => (0x010e, "view",          Vault,   FRONT,    32,    512),
            Self::FindOpen     => (0x010f, "find_open",     Vault,   FRONT,    192,   512),
            Self::CheckNumber  => (0x0111, "check_number",  Vault,   FRONT,    288,   1024),
            Self::AskOperator  => (0x0110, "ask_operator",  Vault,   FRONT,    2304,  64),
            Self::MakeFactor   => (0x0112, "make_factor",   Vault,   FRONT,    192,   64),
            Self::CheckFactor  => (0x0113, "check_factor",  Vault,   FRONT,    160,   1024),
            Self::DeleteFactor => (0x0114, "delete_factor", Vault,   FRONT,    32,    64),
            #[cfg(feature = "demo")]
            Self::Stored       => (0x01f0, "stored",        Vault,   FRONT,    32,    8),
            Self::SendsChanged => (0x0201, "sends_changed", Front,   VAULT,    LIST,  256),
            Self::CourierRun   => (0x0301, "courier_run",   Courier, VAULT,    0,     256),
            Self::CourierSend  => (0x0302, "courier_send",  Courier, VAULT,    8192,  1024),
            Self::CourierAsk   => (0x0304, "courier_ask",   Courier, VAULT,    2304,  256),
            Self::CourierVerified => (0x0303, "courier_verified", Courier, VAULT, 16384, 4),
            Self::Receipts     => (0x0401, "receipts",      Vault,   COURIER,  LIST,  256),
        };
        Rule { number, name, server, callers, max_bytes, at_once }
    }

    /// Every verb of this build.
    pub const ALL: &[Self] = &[
        Self::Begin,
        Self::Resend,
        Self::Check,
        Self::Cancel,
        Self::View,
        Self::FindOpen,
        Self::CheckNumber,
        Self::Reclaim,
        Self::SealKey,
        Self::NewAccounts,
        Self::Delete,
        Self::UndoDelete,
        Self::SetLocked,
        Self::Ban,
        Self::ForgetNumber,
        Self::Health,
        Self::AskOperator,
        Self::MakeFactor,
        Self::CheckFactor,
        Self::DeleteFactor,
        #[cfg(feature = "demo")]
        Self::Stored,
        Self::SendsChanged,
        Self::CourierRun,
        Self::CourierSend,
        Self::CourierAsk,
        Self::CourierVerified,
        Self::Receipts,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.rule().number
    }

    /// The verb with this number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|verb| verb.number() == number)
    }

    /// The name in events and counters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.rule().name
    }

    /// The room that answers.
    #[must_use]
    pub const fn server(self) -> Room {
        self.rule().server
    }

    /// The rooms that may ask.
    #[must_use]
    pub const fn callers(self) -> &'static [Room] {
        self.rule().callers
    }

    /// The place in [`Verb::ALL`], which is the order of declaration.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_verb_has_a_number_and_a_name_of_its_own() {
        let numbers: HashSet<u16> = Verb::ALL.iter().map(|v| v.number()).collect();
        let names: HashSet<&str> = Verb::ALL.iter().map(|v| v.name()).collect();
        assert_eq!(numbers.len(), Verb::ALL.len());
        assert_eq!(names.len(), Verb::ALL.len());
        for (place, verb) in Verb::ALL.iter().enumerate() {
            assert_eq!(verb.index(), place);
            assert_eq!(Verb::from_number(verb.number()), Some(*verb));
        }
    }

    #[test]
    fn no_number_reaches_into_the_markers_of_replies() {
        assert!(Verb::ALL.iter().all(|verb| verb.number() < 0x8000));
    }

    #[test]
    fn no_room_asks_itself_and_only_the_vault_hands_a_number_to_the_courier() {
        for verb in Verb::ALL {
            assert!(!verb.callers().contains(&verb.server()), "{}", verb.name());
            assert!(!verb.callers().is_empty(), "{}", verb.name());
        }
        for verb in [Verb::CourierSend, Verb::CourierAsk] {
            assert_eq!(verb.callers(), [Room::Vault]);
            assert_eq!(verb.server(), Room::Courier);
        }
    }

    #[test]
    fn a_room_is_found_by_its_code_and_no_other() {
        for code in 0..=u8::MAX {
            assert!(Room::from_code(code).is_none_or(|room| room.code() == code));
        }
        assert!(
            Room::ALL
                .into_iter()
                .all(|r| Room::from_code(r.code()) == Some(r))
        );
    }
}
