//! A start that begins nothing where a verification is open: its code is sent again instead.
//!
//! Whether one is open is decided in the transaction that would begin another, so that two calls at
//! the same moment send one code; most starts find none, so nobody looks before. Only a typed number
//! finds, and only what was typed is found: a front that guesses learns no more than from
//! `find_open`.

use model::{Status, Timestamp, VerificationId};
use peers::vault::{Begin, BeginRefusal, Begun, Destination, Resend, Unavailable};
use store::{Tx, Value};

use crate::{
    Core,
    fault::Fault,
    keys::Keys,
    rows::{NumberLimit, Verification},
};

/// Whether a request is answered by an open verification where there is one.
pub(crate) const fn may_find(request: &Begin) -> bool {
    request.unless_open && matches!(request.destination, Destination::Typed { .. })
}

/// Whether a verification that was found is open in the place of the one that was asked for. A
/// repeated call finds its own and is answered as every repeat.
fn stands_for(found: &Verification, asked: VerificationId, now: Timestamp) -> bool {
    found.status_at(now) == Status::Pending && found.id != asked
}

/// The open verification that a new one would stand beside, as the transaction sees it.
pub(crate) async fn in_place_of(
    tx: &mut dyn Tx,
    keys: &Keys,
    limit: &NumberLimit,
    row: &Verification,
    now: Timestamp,
) -> Result<Option<VerificationId>, Fault> {
    let Some(latest) = limit.latest(row.purpose) else {
        return Ok(None);
    };
    let key = [Value::from(*latest.as_bytes())];
    let found = keys.guard.get::<Verification>(tx, &key).await?;
    let ours = found.filter(|found| found.application == row.application);
    let open = ours.filter(|found| stands_for(found, row.id, now));
    Ok(open.map(|found| found.id))
}

impl Core {
    /// Sends the code of an open verification as the request wants it sent.
    pub(crate) async fn send_again(
        &self,
        open: VerificationId,
        request: &Begin,
    ) -> Result<Begun, BeginRefusal> {
        let resend = Resend {
            application: request.application,
            verification: open,
            channel: request.channel,
            fallback: false,
            until: request.until,
        };
        match self.resend(resend).await {
            // It ended in this very moment; the next call begins a new one.
            Err(BeginRefusal::Finished | BeginRefusal::NotFound) => {
                Err(BeginRefusal::Unavailable(Unavailable::Busy))
            }
            answer => answer,
        }
    }
}
