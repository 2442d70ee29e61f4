//! Verifications that were just begun, so that their first check need not read them again.
//!
//! Only a place to look before the store: every verb that changes a row reads it again in its own
//! transaction. Looking takes the row out, so whoever comes second reads what the first one wrote.

use std::collections::{HashMap, VecDeque};

use model::{CodePurpose, VerificationId};
use parking_lot::Mutex;

use crate::rows::Verification;

/// Most that are kept, about 3 MB.
const MAX: usize = 4096;

/// The lookup value of a number at an application, and a purpose.
type NumberKey = ([u8; 16], CodePurpose);

#[derive(Default)]
struct Kept {
    /// With the key that finds them, where their number may.
    rows: HashMap<VerificationId, (Verification, Option<NumberKey>)>,
    numbers: HashMap<NumberKey, VerificationId>,
    /// Ids in the order they came, those taken out since among them.
    order: VecDeque<VerificationId>,
}

impl Kept {
    fn take(&mut self, id: VerificationId) -> Option<Verification> {
        let (row, number) = self.rows.remove(&id)?;
        // A later one of the same number may stand there.
        if let Some(number) = number.filter(|number| self.numbers.get(number) == Some(&id)) {
            self.numbers.remove(&number);
        }
        Some(row)
    }
}

/// The rows of verifications that nobody has asked about yet.
#[derive(Default)]
pub struct Recent(Mutex<Kept>);

impl Recent {
    /// Keeps a row that was just committed, with the lookup value of its number where the number
    /// may find it.
    pub fn keep(&self, row: &Verification, lookup: Option<[u8; 16]>) {
        let mut kept = self.0.lock();
        if kept.order.len() >= MAX
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.take(oldest);
        }
        kept.order.push_back(row.id);
        let number = lookup.map(|lookup| (lookup, row.purpose));
        if let Some(number) = number {
            kept.numbers.insert(number, row.id);
        }
        kept.rows.insert(row.id, (row.clone(), number));
    }

    /// Takes a row out.
    pub fn take(&self, id: VerificationId) -> Option<Verification> {
        self.0.lock().take(id)
    }

    /// Takes the row of a number out. It was begun last of those that are kept, and nobody asked
    /// about it; whether it was begun last of all, only the store says.
    pub fn take_of(&self, lookup: [u8; 16], purpose: CodePurpose) -> Option<Verification> {
        let mut kept = self.0.lock();
        let id = *kept.numbers.get(&(lookup, purpose))?;
        kept.take(id)
    }
}
