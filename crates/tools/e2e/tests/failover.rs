//! The database server restarts under load. Nothing that a client was told is taken back, nothing
//! is sent twice, and who asks meanwhile is told why there is no answer.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod served;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use e2e::load::{
    Doors, RECOVERY_MAX, Seen, Worker, approvals_stand, checked_data, nothing_was_sent_twice,
};
use e2e::{Random, Room, System, now, until};
use served::on_a_server;
use store_postgres::server::Server;

const WORKERS: usize = 6;

/// Ends the workers also when the test fails, or the scope would wait for them for ever.
struct StopAtTheEnd<'a>(&'a AtomicBool);

impl Drop for StopAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Restarts the server while people sign up: by its own end, by a crash, at once, and after a
/// while in which requests were refused.
fn restarts(server: &mut Server, system: &System, random: &mut Random) -> Seen {
    let doors = Doors::of(system);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (tell, progress) = channel();
    let mut seen = Seen::default();
    thread::scope(|scope| {
        let stop_at_the_end = StopAtTheEnd(&stop);
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| {
                let worker = Worker::new(&doors, random.fork(), &next, tell.clone());
                scope.spawn(|| worker.work(&stop))
            })
            .collect();
        let some_steps = |steps: usize| {
            for _ in 0..steps {
                progress.recv_timeout(RECOVERY_MAX).unwrap();
            }
        };
        for (crash, long) in [(false, false), (true, false), (false, true), (true, false)] {
            some_steps(60);
            server.stop(crash);
            if long {
                refused(system);
            }
            server.run();
            while progress.try_recv().is_ok() {}
            let begun = now();
            some_steps(1);
            eprintln!("answers again after {:?}", begun.elapsed());
        }
        some_steps(60);
        drop(stop_at_the_end);
        for worker in workers {
            seen.merge(worker.join().unwrap_or_else(|_| panic!("a worker failed")));
        }
    });
    seen
}

/// Waits until somebody who asks now is refused with a reason and a time.
fn refused(system: &System) {
    let mut api = system.api();
    let body = serde_json::json!({ "to": "+447700900999", "purpose": "signup" });
    until("a refusal", RECOVERY_MAX, || {
        let reply = api.try_start(&body);
        assert_eq!(reply.status, 503, "{}", reply.text());
        let reasons = [
            "vault_unavailable",
            "storage_unavailable",
            "busy",
            "timeout",
        ];
        assert!(
            reasons.contains(&reply.problem().as_str()),
            "{}",
            reply.text()
        );
        assert!(reply.header("retry-after").is_some(), "{}", reply.text());
        Some(())
    });
}

#[test]
fn a_database_server_that_restarts_under_load_loses_nothing_and_doubles_nothing() {
    let (mut server, mut system) = on_a_server();
    let rooms = system.rooms();
    let mut seen = restarts(&mut server, &system, &mut Random::seeded());
    eprintln!(
        "{} approvals, {} repeats, {} codes lost, refused {:?}",
        seen.approvals.len(),
        seen.repeats,
        seen.lost,
        seen.refused
    );
    assert!(seen.approvals.len() > 60, "hardly any load");
    assert!(!seen.refused.is_empty(), "nobody was refused");
    let same = system.rooms();
    assert_eq!(same.len(), Room::ALL.len());
    for (room, process) in &rooms {
        let stayed = same.iter().any(|(r, p)| r == room && p.pid == process.pid);
        assert!(stayed, "the {room:?} room did not recover by itself");
    }
    approvals_stand(&system, &seen);
    nothing_was_sent_twice(&system, &mut seen);
    assert_eq!(seen.lost, 0, "every code that was announced came");
    assert_eq!(system.stop(), Some(0), "{}", system.written());
    let found = checked_data(&system, &[]);
    assert_eq!(found["accounts without a sealed number"], 0);
    assert_eq!(found["forged rows"], 0);
    assert_eq!(found["accounts the vault does not know"], 0);
    let written = system.written();
    assert!(!written.contains("panicked"), "{written}");
    assert!(found["accounts in the vault"] >= 60, "{found:?}");
}
