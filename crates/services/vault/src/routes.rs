//! By which routes codes went, and how many were proven: the courier hears the counts and chooses
//! better routes by them. Kept in memory only, because it guides and decides nothing.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};

use model::MessageId;
use parking_lot::Mutex;
use peers::carrier::{ROUTES_MAX, RouteCount, RouteHandle};
use tokio::time::Instant;

/// Messages whose route is remembered, the newest. About 8 MB when full.
const REMEMBERED_MAX: usize = 100_000;
/// How often counts are told at most.
const EVERY: Duration = Duration::from_secs(1);

#[derive(Default)]
struct State {
    went: HashMap<MessageId, RouteHandle>,
    order: VecDeque<MessageId>,
    proven: BTreeMap<RouteHandle, u32>,
    told: Option<Instant>,
}

/// Routes of recent messages.
#[derive(Default)]
pub struct Routes(Mutex<State>);

impl Routes {
    /// Notes by which route a message went.
    pub fn went(&self, id: MessageId, route: RouteHandle) {
        let mut state = self.0.lock();
        if state.order.len() >= REMEMBERED_MAX
            && let Some(oldest) = state.order.pop_front()
        {
            state.went.remove(&oldest);
        }
        if state.went.insert(id, route).is_none() {
            state.order.push_back(id);
        }
    }

    /// Notes that the code of a message was proven.
    pub fn proven(&self, id: MessageId) {
        let mut state = self.0.lock();
        let Some(route) = state.went.get(&id).copied() else {
            return;
        };
        let known = state.proven.contains_key(&route);
        if known || state.proven.len() < ROUTES_MAX {
            *state.proven.entry(route).or_default() += 1;
        }
    }

    /// The counts since they were last told, if there are any and it is time.
    pub fn due(&self) -> Option<Vec<RouteCount>> {
        let mut state = self.0.lock();
        let now = Instant::now();
        if state.proven.is_empty() || state.told.is_some_and(|told| now - told < EVERY) {
            return None;
        }
        state.told = Some(now);
        let counts = std::mem::take(&mut state.proven).into_iter();
        Some(
            counts
                .map(|(route, verified)| RouteCount { route, verified })
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> MessageId {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&n.to_le_bytes());
        MessageId::from_bytes(bytes)
    }

    #[tokio::test(start_paused = true)]
    async fn counts_are_told_once_and_not_too_often() {
        let routes = Routes::default();
        routes.went(id(1), RouteHandle(7));
        routes.went(id(2), RouteHandle(7));
        routes.proven(id(1));
        routes.proven(id(2));
        routes.proven(id(3));
        let counted = |verified| {
            let route = RouteHandle(7);
            Some(vec![RouteCount { route, verified }])
        };
        assert_eq!(routes.due(), counted(2));
        routes.proven(id(1));
        assert_eq!(routes.due(), None);
        tokio::time::advance(EVERY).await;
        assert_eq!(routes.due(), counted(1));
        assert_eq!(routes.due(), None);
    }

    #[test]
    fn only_recent_messages_are_remembered() {
        let routes = Routes::default();
        for n in 0..u32::try_from(REMEMBERED_MAX).unwrap() + 5 {
            routes.went(id(n), RouteHandle(1));
        }
        assert_eq!(routes.0.lock().went.len(), REMEMBERED_MAX);
    }
}
