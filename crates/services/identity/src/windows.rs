//! Counting in windows of time, in memory: what is forgotten with the process stands before limits
//! that are not.

use std::{collections::HashMap, hash::Hash};

use model::{Millis, Timestamp};
use parking_lot::Mutex;

/// Windows remembered; when full, ended ones go, then everything.
const MAX_WINDOWS: usize = 200_000;

/// Windows by what is counted.
pub struct Windows<K>(Mutex<HashMap<K, Window>>);

impl<K> Default for Windows<K> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    length: Millis,
    count: u32,
}

/// One thing to be counted.
#[derive(Debug, Clone, Copy)]
pub struct Take<K> {
    /// What is counted.
    pub key: K,
    /// How long a window lasts from its first count.
    pub length: Millis,
    /// Counts that fit into it.
    pub most: u32,
}

impl<K: Eq + Hash + Clone> Windows<K> {
    /// Counts one in every window, or in none where one of them is full.
    ///
    /// # Errors
    /// The longest wait until all windows that are full have ended.
    pub fn take(&self, wanted: &[Take<K>], now: Timestamp) -> Result<(), Millis> {
        let mut windows = self.0.lock();
        let waits = wanted.iter().filter_map(|take| {
            let window = windows.get(&take.key).filter(|window| window.is_open(now));
            let (began, length, count) = window.map_or((now, take.length, 0), |window| {
                (window.began, window.length, window.count)
            });
            // Where nothing is allowed, an empty window is full.
            (count >= take.most).then(|| began.plus(length).since(now))
        });
        if let Some(wait) = waits.max() {
            return Err(wait);
        }
        make_room(&mut windows, wanted.len(), now);
        for take in wanted {
            let fresh = Window {
                began: now,
                length: take.length,
                count: 0,
            };
            let window = windows.entry(take.key.clone()).or_insert(fresh);
            if !window.is_open(now) {
                *window = fresh;
            }
            window.count = window.count.saturating_add(1);
        }
        Ok(())
    }
}

fn make_room<K: Eq + Hash>(windows: &mut HashMap<K, Window>, more: usize, now: Timestamp) {
    if windows.len() + more <= MAX_WINDOWS {
        return;
    }
    windows.retain(|_, window| window.is_open(now));
    if windows.len() + more > MAX_WINDOWS {
        windows.clear();
    }
}

impl Window {
    fn is_open(&self, now: Timestamp) -> bool {
        let age = now.since(self.began);
        (Millis::from_millis(0)..self.length).contains(&age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Millis = Millis::from_seconds(60);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn take(key: u32, most: u32) -> Take<u32> {
        Take {
            key,
            length: MINUTE,
            most,
        }
    }

    #[test]
    fn a_full_window_says_how_long_it_lasts_and_the_next_one_is_empty() {
        let windows = Windows::default();
        assert_eq!(windows.take(&[take(1, 1)], at(0)), Ok(()));
        assert_eq!(
            windows.take(&[take(1, 1)], at(20)),
            Err(Millis::from_seconds(40))
        );
        assert_eq!(windows.take(&[take(1, 1)], at(60)), Ok(()));
    }

    #[test]
    fn where_one_window_is_full_none_is_counted() {
        let windows = Windows::default();
        assert_eq!(windows.take(&[take(1, 1)], at(0)), Ok(()));
        let both = [take(2, 1), take(1, 1)];
        assert_eq!(windows.take(&both, at(1)), Err(Millis::from_seconds(59)));
        assert_eq!(windows.take(&[take(2, 1)], at(1)), Ok(()));
    }

    #[test]
    fn windows_that_ended_make_room_before_those_that_have_not() {
        let windows = Windows::default();
        for key in 0..u32::try_from(MAX_WINDOWS).unwrap() - 1 {
            windows.take(&[take(key, 1)], at(0)).unwrap();
        }
        windows.take(&[take(u32::MAX, 1)], at(30)).unwrap();
        windows.take(&[take(u32::MAX - 1, 1)], at(61)).unwrap();
        assert_eq!(windows.0.lock().len(), 2);
        assert!(windows.take(&[take(u32::MAX, 1)], at(61)).is_err());
    }
}
