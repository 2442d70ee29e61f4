//! Three free ports in a row, held against other tests.

use std::fs::{self, File};
use std::net::TcpListener;

use crate::Random;

/// Below the range from which Linux takes ports for outgoing connections (ip(7)).
const LOWEST: u16 = 12_000;
const HIGHEST: u16 = 31_000;
/// A program that another test starts listens on a port of these four and lets nobody choose.
const TAKEN: u16 = 13_000;
const TRIES: u32 = 1_000;

/// Ports `first`, `first + 1`, `first + 2`.
#[derive(Debug)]
pub struct Ports {
    /// The first of them.
    pub first: u16,
    /// Locked while these ports are ours: tests run in many processes at once.
    _lock: File,
}

impl Ports {
    /// Takes three that nobody listens on and no other test holds.
    ///
    /// # Panics
    /// When there are none.
    pub fn take(random: &mut Random) -> Self {
        let places = u64::from((HIGHEST - LOWEST) / 4 - 1);
        for _ in 0..TRIES {
            let place = u16::try_from(random.below(places)).expect("a port");
            let first = first_of(place);
            if let Some(lock) = lock(first)
                && (first..first + 3).all(is_free)
            {
                return Self { first, _lock: lock };
            }
        }
        panic!("no three free ports between {LOWEST} and {HIGHEST}");
    }
}

/// The first port of a place; places are four ports apart.
const fn first_of(place: u16) -> u16 {
    let first = LOWEST + place * 4;
    if first < TAKEN { first } else { first + 4 }
}

fn lock(first: u16) -> Option<File> {
    // Each user has a folder: one could not write into another's.
    let user = rustix::process::getuid().as_raw();
    let folder = std::env::temp_dir().join(format!("ringfence-e2e-ports-{user}"));
    fs::create_dir_all(&folder).expect("a folder for locks");
    let file = File::create(folder.join(first.to_string())).expect("a lock file");
    file.try_lock().ok()?;
    Some(file)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ports_of_a_program_that_cannot_choose_are_left_out() {
        let places = (HIGHEST - LOWEST) / 4 - 1;
        let firsts: Vec<u16> = (0..places).map(first_of).collect();
        assert!(
            firsts
                .iter()
                .all(|first| !(TAKEN - 3..TAKEN + 4).contains(first))
        );
        assert!(firsts.is_sorted() && firsts.last().is_some_and(|last| last + 3 < HIGHEST));
    }
}
