//! People who sign up and in while something goes wrong, and what must hold afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::Sender;
use std::time::Duration;

use serde_json::{Value, json};

use crate::http::Reply;
use crate::{Api, Code, Phones, Random, System, fresh_key, now, sample, until};

/// Whatever broke is whole again after at most this, and with it every answer comes.
pub const RECOVERY_MAX: Duration = Duration::from_secs(30);

/// How a worker reaches the system, whichever process answers there.
#[derive(Clone, Debug)]
pub struct Doors {
    public: SocketAddr,
    courier: SocketAddr,
    key: String,
}

impl Doors {
    /// Those of a system, which stay the same when it starts again.
    #[must_use]
    pub fn of(system: &System) -> Self {
        Self {
            public: system.public(),
            courier: system.courier(),
            key: system.told("api_key").to_owned(),
        }
    }
}

/// What a client was told.
pub struct Approval {
    number: String,
    verification: String,
    code: String,
    /// The account.
    pub subject: String,
    answer: Value,
}

/// What one worker, or all together, did and saw.
#[derive(Default)]
pub struct Seen {
    /// Approvals that were answered.
    pub approvals: Vec<Approval>,
    /// Verifications begun for each number.
    pub starts: BTreeMap<String, usize>,
    /// Messages seen on each number's phone, in any life of the courier.
    messages: BTreeMap<String, BTreeSet<String>>,
    /// Codes that never came, because a kill took them.
    pub lost: usize,
    /// Requests that were repeated on purpose.
    pub repeats: usize,
    /// Requests that were answered with a 503, by its code.
    pub refused: BTreeMap<String, usize>,
}

impl Seen {
    /// Adds what another worker saw.
    pub fn merge(&mut self, other: Self) {
        self.approvals.extend(other.approvals);
        self.starts.extend(other.starts);
        for (number, ids) in other.messages {
            self.messages.entry(number).or_default().extend(ids);
        }
        self.lost += other.lost;
        self.repeats += other.repeats;
        for (code, times) in other.refused {
            *self.refused.entry(code).or_default() += times;
        }
    }
}

/// Several people's phones and the product they sign up to.
pub struct Worker<'a> {
    api: Api,
    phones: Phones,
    random: Random,
    next: &'a AtomicUsize,
    progress: Sender<()>,
    seen: Seen,
}

impl<'a> Worker<'a> {
    /// One that takes the next number from `next`, and tells `progress` of each answer.
    #[must_use]
    pub fn new(doors: &Doors, random: Random, next: &'a AtomicUsize, progress: Sender<()>) -> Self {
        Self {
            api: Api::new(doors.public, &doors.key),
            phones: Phones::new(doors.courier),
            random,
            next,
            progress,
            seen: Seen::default(),
        }
    }

    /// Signs people up, and most of them in again, until told to stop.
    ///
    /// # Panics
    /// If an answer is neither right nor a typed 503, or none comes.
    pub fn work(mut self, stop: &AtomicBool) -> Seen {
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
        let id = started["id"]
            .as_str()
            .expect("what the programs promise")
            .to_owned();
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
            let reply = self.api.post(path, key, body).ok()?;
            if reply.status == 503 {
                let code = typed(&reply);
                *self.seen.refused.entry(code).or_default() += 1;
                return None;
            }
            assert_eq!(reply.status, status, "{path}: {}", reply.text());
            Some(reply.json())
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

/// The code of a 503, which says when to ask again.
fn typed(reply: &Reply) -> String {
    let code = reply.problem();
    assert!(!code.is_empty(), "an untyped 503");
    assert!(reply.header("retry-after").is_some(), "{}", reply.text());
    code
}

/// Every approval that a client saw still stands, in the vault and in the front.
///
/// # Panics
/// If one does not.
pub fn approvals_stand(system: &System, seen: &Seen) {
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
///
/// # Panics
/// If there are.
pub fn nothing_was_sent_twice(system: &System, seen: &mut Seen) {
    let mut phones = system.phones();
    for (number, starts) in &seen.starts {
        let known = seen.messages.entry(number.clone()).or_default();
        let messages = phones.messages(number).expect("what the programs promise");
        known.extend(messages.into_iter().map(|message| message.id));
        let found = known.len();
        assert!(
            found <= *starts,
            "{found} messages for {starts} verifications"
        );
    }
}

/// The figures of `check-data`, by name.
///
/// # Panics
/// If it fails or does not find everything sound.
pub fn checked_data(system: &System, args: &[&str]) -> BTreeMap<String, u64> {
    let output = system.operate(&[&["check-data"], args].concat());
    let text = String::from_utf8(output.stdout).expect("what the programs promise");
    let error = String::from_utf8(output.stderr).expect("what the programs promise");
    assert_eq!(output.status.code(), Some(0), "{text}{error}");
    assert!(text.lines().any(|line| line == "sound"), "{text}");
    let figure = |line: &str| {
        let (name, count) = line.trim_end().rsplit_once(' ')?;
        Some((name.trim_end().to_owned(), count.parse().ok()?))
    };
    text.lines().filter_map(figure).collect()
}
