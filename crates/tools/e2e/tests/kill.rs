//! Rooms and supervisor are killed at random moments under load. Nothing that a client was told
//! is taken back, and nothing is sent twice.
#![expect(clippy::panic, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use e2e::load::{
    Doors, RECOVERY_MAX, Seen, Worker, approvals_stand, checked_data, nothing_was_sent_twice,
};
use e2e::{Random, Room, System, now, until};

const WORKERS: usize = 6;
const KILLS: usize = 50;

/// Ends processes; knows how many.
struct Killer {
    system: System,
    random: Random,
    progress: Receiver<()>,
    killed: usize,
    lives: usize,
}

impl Killer {
    /// One life of the supervisor: each room, two together, all together, then itself.
    ///
    /// A room that crashes often is started again ever later, so one life has few kills.
    fn one_life(&mut self) {
        for room in [Room::Vault, Room::Front, Room::Courier] {
            self.kill(&[room]);
        }
        let pairs = [
            [Room::Front, Room::Vault],
            [Room::Vault, Room::Courier],
            [Room::Courier, Room::Front],
        ];
        let pair = *self.random.pick(&pairs);
        self.kill(&pair);
        self.kill(&Room::ALL);
        self.wait_a_moment();
        self.system.kill_supervisor();
        self.killed += 1;
        self.lives += 1;
        self.system.start_again();
    }

    fn kill(&mut self, victims: &[Room]) {
        self.wait_a_moment();
        for (room, process) in self.system.rooms() {
            if victims.contains(&room) {
                process.kill();
                self.killed += 1;
            }
        }
    }

    /// Until the load has got a few steps further, and then a little.
    fn wait_a_moment(&mut self) {
        for _ in 0..self.random.below(16) {
            // The time is a bound: after a kill nothing may happen for a while.
            let _ = self.progress.recv_timeout(Duration::from_secs(1));
        }
        let little = Duration::from_micros(self.random.below(40_000));
        let begun = now();
        while let Some(left) = little.checked_sub(begun.elapsed()) {
            let _ = self.progress.recv_timeout(left);
        }
    }
}

/// Runs the load while the killer kills.
fn run(mut random: Random) -> (System, Seen) {
    let system = System::start();
    let doors = Doors::of(&system);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (tell, progress) = channel();
    let mut seen = Seen::default();
    let (fork, begun) = (random.fork(), now());
    let mut killer = Killer {
        system,
        random: fork,
        progress,
        killed: 0,
        lives: 1,
    };
    thread::scope(|scope| {
        let stop_at_the_end = StopAtTheEnd(&stop);
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                let worker = Worker::new(&doors, random.fork(), &next, tell.clone());
                scope.spawn(|| worker.work(&stop))
            })
            .collect();
        while killer.killed < KILLS {
            killer.one_life();
        }
        // The last kills are of rooms: those left must make it whole again.
        killer.kill(&[Room::Vault, Room::Front]);
        killer.wait_a_moment();
        drop(stop_at_the_end);
        for worker in workers {
            seen.merge(worker.join().unwrap_or_else(|_| panic!("a worker failed")));
        }
    });
    eprintln!(
        "{} processes killed in {} lives and {:?}: {} approvals, {} repeats, {} codes lost",
        killer.killed,
        killer.lives,
        begun.elapsed(),
        seen.approvals.len(),
        seen.repeats,
        seen.lost
    );
    (killer.system, seen)
}

/// Ends the workers also when the killer fails, or the scope would wait for them for ever.
struct StopAtTheEnd<'a>(&'a AtomicBool);

impl Drop for StopAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn what_a_client_was_told_survives_every_kill() {
    let (mut system, mut seen) = run(Random::seeded());
    until("all rooms to be back", RECOVERY_MAX, || {
        (system.rooms().len() == Room::ALL.len()).then_some(())
    });
    approvals_stand(&system, &seen);
    nothing_was_sent_twice(&system, &mut seen);
    assert!(seen.approvals.len() > KILLS, "hardly any load");
    assert_eq!(system.stop(), Some(0), "{}", system.written());
    assert!(system.at_work().is_empty(), "orphans");
    let found = checked_data(&system, &[]);
    assert_eq!(found["accounts without a sealed number"], 0);
    assert_eq!(found["forged rows"], 0);
    assert_eq!(found["accounts the vault does not know"], 0);
    eprintln!("{found:?}");
    checked_data(&system, &["--repair"]);
    let repaired = checked_data(&system, &[]);
    assert_eq!(repaired["halves of unfinished accounts"], 0);
    assert_eq!(repaired["tags that lead nowhere"], 0);
    let people: BTreeSet<_> = seen.approvals.iter().map(|a| &a.subject).collect();
    assert!(repaired["accounts in the vault"] >= people.len() as u64);
    assert!(repaired["accounts in the vault"] <= seen.starts.len() as u64);
    assert!(
        !system.written().contains("panicked"),
        "{}",
        system.written()
    );
}
