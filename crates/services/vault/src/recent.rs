//! Verifications that were just begun, so that their first check need not read them again.
//!
//! Only a place to look before the store: every verb that changes a row reads it again in its own
//! transaction. Looking takes the row out, so whoever comes second reads what the first one wrote.

use std::collections::{HashMap, VecDeque};

use model::VerificationId;
use parking_lot::Mutex;

use crate::rows::Verification;

/// Most that are kept, about 3 MB.
const MAX: usize = 4096;

#[derive(Default)]
struct Kept {
    rows: HashMap<VerificationId, Verification>,
    /// Ids in the order they came, those taken out since among them.
    order: VecDeque<VerificationId>,
}

/// The rows of verifications that nobody has asked about yet.
#[derive(Default)]
pub struct Recent(Mutex<Kept>);

impl Recent {
    /// Keeps a row that was just committed.
    pub fn keep(&self, row: &Verification) {
        let mut kept = self.0.lock();
        if kept.order.len() >= MAX
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.rows.remove(&oldest);
        }
        kept.order.push_back(row.id);
        kept.rows.insert(row.id, row.clone());
    }

    /// Takes a row out.
    pub fn take(&self, id: VerificationId) -> Option<Verification> {
        self.0.lock().rows.remove(&id)
    }
}
