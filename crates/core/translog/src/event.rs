//! What a leaf reports.

/// The event of a leaf. Codes are part of the published format and never change meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Event {
    /// A number was sealed into a record.
    Sealed = 1,
    /// A number was used by the system itself: code, notice, chat turn, hygiene check.
    Used = 2,
    /// A record was opened.
    Opened = 3,
    /// A staff request moved to another state.
    Grant = 4,
    /// A person gave a consent.
    ConsentGiven = 5,
    /// A person withdrew a consent.
    ConsentWithdrawn = 6,
    /// The promise manifest changed.
    Promise = 7,
    /// The access policy changed.
    Policy = 8,
    /// People or roles of the staff changed.
    Staff = 9,
    /// A key was made, rotated or destroyed.
    Key = 10,
    /// A record was deleted.
    Deleted = 11,
    /// An opening was reviewed.
    Review = 12,
    /// A poll was opened or closed.
    Poll = 13,
    /// A report was published; the leaf holds its hash.
    Report = 14,
    /// How many lookups a minute had.
    Lookups = 15,
    /// Totals of a day.
    DailyTotals = 16,
}

impl Event {
    /// Every event, in the order of its code.
    pub const ALL: [Event; 16] = [
        Event::Sealed,
        Event::Used,
        Event::Opened,
        Event::Grant,
        Event::ConsentGiven,
        Event::ConsentWithdrawn,
        Event::Promise,
        Event::Policy,
        Event::Staff,
        Event::Key,
        Event::Deleted,
        Event::Review,
        Event::Poll,
        Event::Report,
        Event::Lookups,
        Event::DailyTotals,
    ];

    /// Stable code inside the leaf.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The event with this code.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Event> {
        Event::ALL.into_iter().find(|event| event.code() == code)
    }

    /// Stable name, for pages and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Event::Sealed => "sealed",
            Event::Used => "used",
            Event::Opened => "opened",
            Event::Grant => "grant",
            Event::ConsentGiven => "consent_given",
            Event::ConsentWithdrawn => "consent_withdrawn",
            Event::Promise => "promise",
            Event::Policy => "policy",
            Event::Staff => "staff",
            Event::Key => "key",
            Event::Deleted => "deleted",
            Event::Review => "review",
            Event::Poll => "poll",
            Event::Report => "report",
            Event::Lookups => "lookups",
            Event::DailyTotals => "daily_totals",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_dense_and_lead_back_and_names_are_unique() {
        for (code, event) in (1..).zip(Event::ALL) {
            assert_eq!(event.code(), code);
            assert_eq!(Event::from_code(code), Some(event));
        }
        assert_eq!(Event::from_code(0), None);
        assert_eq!(Event::from_code(17), None);
        let names: std::collections::HashSet<_> = Event::ALL.map(Event::name).into();
        assert_eq!(names.len(), Event::ALL.len());
    }
}
