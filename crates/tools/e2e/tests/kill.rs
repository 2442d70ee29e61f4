//! Rooms and supervisor are killed at random moments under load. Nothing that a client was told
//! is taken back, and nothing is sent twice.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use e2e::http::Reply;
use e2e::{Api, Code, Phones, Random, Room, System, fresh_key, now, sample, until};
use serde_json::{Value, json};

const WORKERS: usize = 6;
const KILLS: usize = 50;
/// A room is back after at most this, and with it every answer.
const RECOVERY_MAX: Duration = Duration::from_secs(30);

/// How a worker reaches the system, whichever process answers there.
#[derive(Clone)]
struct Doors {
    public: SocketAddr,
    courier: SocketAddr,
    key: String,
}

/// What a client was told.
struct Approval {
    number: String,
    verification: String,
    code: String,
    subject: String,
    answer: Value,
}

/// What one worker, or all together, did and saw.
#[derive(Default)]
struct Seen {
    approvals: Vec<Approval>,
    /// Verifications begun for each number.
    starts: BTreeMap<String, usize>,
    /// Messages seen on each number's phone, in any life of the courier.
    messages: BTreeMap<String, BTreeSet<String>>,
    /// Codes that never came, because a kill took them.
    lost: usize,
    repeats: usize,
}

impl Seen {
    fn merge(&mut self, other: Self) {
        self.approvals.extend(other.approvals);
        self.starts.extend(other.starts);
        for (number, ids) in other.messages {
            self.messages.entry(number).or_default().extend(ids);
        }
        self.lost += other.lost;
        self.repeats += other.repeats;
    }
}

/// Several people's phones and the product they sign up to.
struct Worker<'a> {
    api: Api,
    phones: Phones,
    random: Random,
    next: &'a AtomicUsize,
    progress: Sender<()>,
    seen: Seen,
}

impl Worker<'_> {
    /// Signs people up, and most of them in again, until told to stop.
    fn work(mut self, stop: &AtomicBool) -> Seen {
        while !stop.load(Ordering::Relaxed) {
            let number = sample::number(self.next.fetch_add(1, Ordering::Relaxed));
            let Some(code) = self.prove(&number, "signup", None) else {
                self.seen.lost += 1;
                continue;
            };
            if self.random.below(3) > 0 && self.prove(&number, "login", Some(&code)).is_none() {
                self.seen.lost += 1;
            }
        }
        self.seen
    }

    /// Proves a number; none if its code was lost with a room.
    fn prove(&mut self, number: &str, purpose: &str, known: Option<&Code>) -> Option<Code> {
        let body = json!({ "to": number, "purpose": purpose });
        let started = self.insist("/v1/verifications", &body, 201);
        *self.seen.starts.entry(number.to_owned()).or_default() += 1;
        let id = started["id"].as_str().unwrap().to_owned();
        let code = self.code(number, known)?;
        let path = format!("/v1/verifications/{id}/check");
        let answer = self.insist(&path, &json!({ "code": code.digits }), 200);
        self.note_messages(number);
        assert_eq!(answer["status"], "approved", "{purpose}: {answer}");
        let subject = answer["subject"].as_str().unwrap_or_default().to_owned();
        self.seen.approvals.push(Approval {
            number: number.to_owned(),
            verification: id,
            code: code.digits.clone(),
            subject,
            answer,
        });
        Some(code)
    }

    /// Sends a request until it is answered; sometimes once more, which must change nothing.
    fn insist(&mut self, path: &str, body: &Value, status: u16) -> Value {
        let key = fresh_key();
        let first = self.until_answered(path, &key, body, status);
        if self.random.below(4) == 0 {
            let again = self.until_answered(path, &key, body, status);
            assert_eq!(first["id"], again["id"], "a repeat is another verification");
            assert_eq!(
                first["subject"], again["subject"],
                "a repeat is another person"
            );
            self.seen.repeats += 1;
        }
        // Nobody may be listening any more.
        let _ = self.progress.send(());
        first
    }

    fn until_answered(&mut self, path: &str, key: &str, body: &Value, status: u16) -> Value {
        until("an answer", RECOVERY_MAX, || {
            let reply = self.api.post(path, key, body);
            answered(path, reply, status)
        })
    }

    /// The code on a phone: what is newer than `known`, if it comes within a moment.
    fn code(&mut self, number: &str, known: Option<&Code>) -> Option<Code> {
        let begun = now();
        until("a code or the end of waiting", RECOVERY_MAX, || {
            let code = self.phones.newest(number, known, 500).ok().flatten();
            let over = begun.elapsed() > Duration::from_millis(2500);
            code.map(Some).or(over.then_some(None))
        })
    }

    fn note_messages(&mut self, number: &str) {
        if let Ok(messages) = self.phones.messages(number) {
            let seen = self.seen.messages.entry(number.to_owned()).or_default();
            seen.extend(messages.into_iter().map(|message| message.id));
        }
    }
}

/// The body of the wanted answer; none if asking again is right: a broken connection or a 503.
fn answered(path: &str, reply: io::Result<Reply>, status: u16) -> Option<Value> {
    let reply = reply.ok()?;
    if reply.status == 503 {
        assert!(!reply.problem().is_empty(), "an untyped 503");
        assert!(reply.header("retry-after").is_some(), "{}", reply.text());
        return None;
    }
    assert_eq!(reply.status, status, "{path}: {}", reply.text());
    Some(reply.json())
}

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
    let doors = Doors {
        public: system.public(),
        courier: system.courier(),
        key: system.told("api_key").to_owned(),
    };
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
                let worker = Worker {
                    api: Api::new(doors.public, &doors.key),
                    phones: Phones::new(doors.courier),
                    random: random.fork(),
                    next: &next,
                    progress: tell.clone(),
                    seen: Seen::default(),
                };
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

/// Every approval that a client saw still stands, in the vault and in the front.
fn approvals_stand(system: &System, seen: &Seen) {
    let mut api = system.api();
    let mut people: BTreeMap<&str, &str> = BTreeMap::new();
    for approval in &seen.approvals {
        let again = api.check(&approval.verification, &approval.code);
        for member in ["status", "verdict", "subject", "new_account"] {
            assert_eq!(again[member], approval.answer[member], "{again}");
        }
        let path = format!("/v1/subjects/{}", approval.subject);
        assert_eq!(api.get(&path).expect(200).json()["status"], "active");
        let known = people.insert(&approval.number, &approval.subject);
        assert!(known.is_none_or(|known| known == approval.subject));
    }
    let subjects: BTreeSet<&&str> = people.values().collect();
    assert_eq!(subjects.len(), people.len(), "two people share an account");
}

/// On no phone are more messages than verifications were begun for it.
fn nothing_was_sent_twice(system: &System, seen: &mut Seen) {
    let mut phones = system.phones();
    for (number, starts) in &seen.starts {
        let known = seen.messages.entry(number.clone()).or_default();
        let messages = phones.messages(number).unwrap();
        known.extend(messages.into_iter().map(|message| message.id));
        let found = known.len();
        assert!(
            found <= *starts,
            "{found} messages for {starts} verifications"
        );
    }
}

/// The figures of `check-data`, by name.
fn checked_data(system: &System, args: &[&str]) -> BTreeMap<String, u64> {
    let output = system.operate(&[&["check-data"], args].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}{error}");
    assert!(text.lines().any(|line| line == "sound"), "{text}");
    let figure = |line: &str| {
        let (name, count) = line.trim_end().rsplit_once(' ')?;
        Some((name.trim_end().to_owned(), count.parse().ok()?))
    };
    text.lines().filter_map(figure).collect()
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
