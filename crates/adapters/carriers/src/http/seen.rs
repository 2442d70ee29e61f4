//! Signed requests that were taken: a carrier repeats a webhook, and a listener in between may
//! replay one while its signature is fresh.

use std::collections::{HashSet, VecDeque};

use parking_lot::Mutex;

/// The most that are remembered, the newest. About 1 MB when full.
const SEEN_MAX: usize = 10_000;
/// The longest name of a request.
const NAME_MAX: usize = 64;

#[derive(Default)]
struct State {
    names: HashSet<String>,
    order: VecDeque<String>,
}

/// Names of requests that were taken, bounded.
#[derive(Default)]
pub(super) struct Seen(Mutex<State>);

impl Seen {
    /// Whether this name is new, which it is once. One that is too long never is.
    pub(super) fn is_new(&self, name: &str) -> bool {
        let mut state = self.0.lock();
        if name.is_empty() || name.len() > NAME_MAX || state.names.contains(name) {
            return false;
        }
        if state.order.len() >= SEEN_MAX
            && let Some(oldest) = state.order.pop_front()
        {
            state.names.remove(&oldest);
        }
        state.order.push_back(name.to_owned());
        state.names.insert(name.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_new_once_and_only_the_newest_are_remembered() {
        let seen = Seen::default();
        for n in 0..=SEEN_MAX {
            assert!(seen.is_new(&format!("n{n}")));
        }
        assert!(!seen.is_new("n1"));
        assert!(seen.is_new("n0"), "it fell out");
        let state = seen.0.lock();
        assert_eq!((state.names.len(), state.order.len()), (SEEN_MAX, SEEN_MAX));
    }

    #[test]
    fn what_has_no_usable_name_is_never_new() {
        let seen = Seen::default();
        assert!(!seen.is_new("") && !seen.is_new(&"x".repeat(NAME_MAX + 1)));
    }
}
