//! The vault is killed again and again while the index key is rotated. Every number still leads to
//! its account, and the rotation comes to its end.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod served;

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use e2e::load::{RECOVERY_MAX, checked_data};
use e2e::{Random, Room, System, until};
use served::{all_are_found, on_a_server, people};

/// More than three pages of a round, and fewer than the budget of a day.
const PEOPLE: usize = 350;
/// After so many kills a rotation that is not done never will be.
const KILLS_MAX: u64 = 150;
/// Kills in one life of the supervisor: a room that crashes often is started again ever later.
const KILLS_IN_A_LIFE: u64 = 4;

/// What `keys list` says of the rotation of the index key: records so far, and whether it is done.
fn progress(system: &System) -> (u64, bool) {
    let output = system.operate(&["keys", "list"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines().filter(|line| line.starts_with("rotation"));
    let line = lines.find(|line| line.contains("index/"));
    let line = line.unwrap_or_else(|| panic!("no rotation: {text}"));
    let records = line.split(" records were tagged").next();
    let records = records.and_then(|before| before.rsplit(' ').next());
    let records = records.and_then(|count| count.parse().ok());
    (records.unwrap_or(0), line.ends_with("done"))
}

/// Kills the vault until the rotation is done; the later the longer it lives. Answers how many kills
/// found it under way.
fn kill_until_done(system: &mut System, random: &mut Random) -> u64 {
    // Nobody tells anything: only the time runs out.
    let (_tell, nothing): (_, Receiver<()>) = channel();
    let (mut under_way, mut last) = (0, 0);
    for kill in 1..=KILLS_MAX {
        let vault = system.room(Room::Vault);
        let lived = Duration::from_micros(random.below(kill * 8_000));
        let _ = nothing.recv_timeout(lived);
        vault.kill();
        let (records, done) = progress(system);
        assert!(records >= last, "{records} of {last} records are left");
        last = records;
        if done {
            return under_way;
        }
        under_way += u64::from(records > 0);
        if kill % KILLS_IN_A_LIFE == 0 {
            system.kill_supervisor();
            system.serve();
        }
    }
    panic!("not done after {KILLS_MAX} kills: {last} records");
}

fn rotate_under_kills(mut system: System) {
    let people = people(&system, PEOPLE);
    let asked = system.operate(&["keys", "rotate", "index"]);
    assert_eq!(asked.status.code(), Some(0), "{asked:?}");
    // The next round of housekeeping begins with the room.
    let under_way = kill_until_done(&mut system, &mut Random::seeded());
    assert!(under_way > 0, "it was never killed in the middle");
    until("all rooms to be back", RECOVERY_MAX, || {
        (system.rooms().len() == Room::ALL.len()).then_some(())
    });
    all_are_found(&system, &people);
    assert_eq!(system.stop(), Some(0), "{}", system.written());
    let found = checked_data(&system, &[]);
    assert_eq!(found["accounts in the vault"], PEOPLE as u64);
    assert_eq!(found["accounts without a sealed number"], 0);
    assert_eq!(found["forged rows"], 0);
    assert_eq!(found["tags that lead nowhere"], 0);
    let written = system.written();
    assert!(!written.contains("panicked"), "{written}");
    eprintln!("{under_way} kills found the rotation under way");
}

#[test]
fn a_vault_that_is_killed_while_its_index_key_is_rotated_loses_nobody() {
    rotate_under_kills(System::start());
}

#[test]
fn nor_does_one_on_a_database_server() {
    let (_server, system) = on_a_server();
    rotate_under_kills(system);
}
