//! A store in which two calls meet, so that a test can have them at the same moment.

use std::sync::Arc;

use parking_lot::Mutex;
use store::{SendFut, Store, Unit};

/// Holds the first two transactions of one name until both are there.
pub struct Together {
    inner: Arc<dyn Store>,
    name: &'static str,
    /// Nothing when both have passed.
    held: Mutex<Option<Vec<Unit>>>,
}

impl Together {
    /// Wraps a store.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>, name: &'static str) -> Self {
        Self {
            inner,
            name,
            held: Mutex::new(Some(Vec::new())),
        }
    }
}

impl Store for Together {
    fn submit(&self, unit: Unit) {
        let mut held = self.held.lock();
        let Some(waiting) = held.as_mut().filter(|_| unit.name == self.name) else {
            drop(held);
            return self.inner.submit(unit);
        };
        waiting.push(unit);
        if waiting.len() < 2 {
            return;
        }
        let both = held.take().unwrap_or_default();
        drop(held);
        for unit in both {
            self.inner.submit(unit);
        }
    }

    fn close(&self) -> SendFut<'_, ()> {
        self.inner.close()
    }
}
