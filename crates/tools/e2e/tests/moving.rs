//! A move to a database server is killed again and again, and goes on where it was.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod served;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use e2e::load::checked_data;
use e2e::{Random, System, programs};
use served::{all_are_found, config_on, empty_server, people};
use store_postgres::server::Server;

const PEOPLE: usize = 60;
const KILLS_MAX: u64 = 200;

fn move_to(system: &System, to: &Path) -> Child {
    let mut command = Command::new(programs().join("ringfence"));
    command.arg("--config").arg(system.config());
    command.args(["migrate-store", "--to"]).arg(to);
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    quiet.stderr(Stdio::null()).spawn().unwrap()
}

/// Rows that have arrived in the vault's databases.
fn arrived(server: &Server) -> u64 {
    let count = |(database, table): (&str, &str)| -> u64 {
        let there = format!("SELECT to_regclass('{table}') IS NOT NULL");
        match server.ask(database, &there).trim() {
            "t" => {
                let rows = server.ask(database, &format!("SELECT count(*) FROM {table}"));
                rows.trim().parse().unwrap()
            }
            _ => 0,
        }
    };
    let tables = [
        ("share", "share"),
        ("share", "tag"),
        ("vault", "account"),
        ("vault", "leaf"),
    ];
    tables.into_iter().map(count).sum()
}

/// Kills the move, the later the longer it lasts, until it comes to its end. Answers what had
/// arrived when it was killed in the middle.
fn kill_until_moved(system: &System, server: &Server, to: &Path) -> Vec<u64> {
    let (mut random, mut seen) = (Random::seeded(), vec![]);
    // Nobody tells anything: only the time runs out.
    let (_tell, nothing): (_, Receiver<()>) = channel();
    for kill in 1..=KILLS_MAX {
        let mut moving = move_to(system, to);
        let lasts = Duration::from_micros(random.below(kill * 10_000));
        let _ = nothing.recv_timeout(lasts);
        for process in system.at_work() {
            process.kill();
        }
        let ended = moving.wait().unwrap();
        if ended.success() {
            return seen;
        }
        seen.push(arrived(server));
    }
    seen
}

#[test]
fn a_move_that_is_killed_goes_on_and_loses_nobody() {
    let (server, mut system) = (empty_server(), System::start());
    let people = people(&system, PEOPLE);
    assert_eq!(system.stop(), Some(0));
    let moved = config_on(&server, &system);
    let seen = kill_until_moved(&system, &server, &moved);
    let output = system.operate(&["migrate-store", "--to", moved.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let whole = arrived(&server);
    let middle = seen.iter().filter(|rows| (1..whole).contains(*rows));
    assert!(middle.count() > 0, "never killed in the middle: {seen:?}");
    fs::rename(&moved, system.config()).unwrap();
    system.serve();
    all_are_found(&system, &people);
    assert_eq!(system.stop(), Some(0), "{}", system.written());
    let found = checked_data(&system, &[]);
    assert_eq!(found["accounts in the vault"], PEOPLE as u64);
    assert_eq!(found["tags that lead nowhere"], 0);
    assert_eq!(found["forged rows"], 0);
}
