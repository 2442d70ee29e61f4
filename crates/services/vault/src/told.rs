//! What may be told of a verification and of its number.

use model::Timestamp;
use peers::vault::{Begun, PendingView, Traits};

use crate::{
    Core, limits,
    rows::{Application, NumberLimit, Verification},
};

impl Core {
    /// The shape of every answer about a verification that runs.
    pub(crate) fn begun(
        &self,
        row: &Verification,
        app: &Application,
        limit: &mut NumberLimit,
        now: Timestamp,
    ) -> Begun {
        Begun {
            verification: row.id,
            view: self.view(row, app, limit, now),
            traits: traits(row),
        }
    }

    /// What may be told of a verification.
    pub(crate) fn view(
        &self,
        row: &Verification,
        app: &Application,
        limit: &mut NumberLimit,
        now: Timestamp,
    ) -> PendingView {
        PendingView {
            status: row.status_at(now),
            channel: row.channel,
            begun_at: self.begun_at(row),
            sent_at: row.sent_at,
            expires_at: row.expires_at,
            attempts_left: row.guesses_left,
            code_length: row.code_digits,
            next: limits::next_channels(app, row, limit, now, &self.config),
        }
    }

    /// Its end, less the time that a code works. No row keeps the beginning.
    pub(crate) fn begun_at(&self, row: &Verification) -> Timestamp {
        let lifetime = self.config.code_lifetime.as_millis();
        Timestamp::from_millis(row.expires_at.as_millis().saturating_sub(lifetime))
    }
}

/// What may be told about a number.
pub(crate) fn traits(row: &Verification) -> Traits {
    Traits {
        country: row.country,
        line_type: row.line_type,
    }
}
