//! Random lives of many numbers at three applications, with faults of both stores and of the
//! courier, crashes and a clock that jumps. A plain model predicts what every proof leads to; a
//! call whose answer was lost is repeated and must answer as the model says.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "helpers of tests fail by panicking, and name their seed"
)]

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use identity::{Client, StartError};
use model::{
    ApplicationId, ChannelChoice, CodePurpose, Millis, Subject, Timestamp, TypedCode, TypedNumber,
    VerificationId,
};
use peers::{
    carrier::{Handover, Rejection},
    vault::{Approved, Checked, DeletionState, NumberVault, Reclaimed, Verdict},
};
use store::{FaultRates, Faulty, Store, Value};
use testkit::{APP, Product, SeededEntropy, Setup, app_terms, guess, scan_all, wrong_code};
use vault::{
    check_data,
    rows::{ACCOUNT, SCHEMA},
};

const APPS: [ApplicationId; 3] = [
    APP,
    ApplicationId::from_bytes([0xB7; 16]),
    ApplicationId::from_bytes([0xC3; 16]),
];
const NUMBERS: usize = 24;
const HOURLY: u32 = 40;
const DAY: i64 = 86_400;
const STEPS: usize = 250;
const SEEDS: u64 = 24;

fn number(n: usize) -> String {
    format!("+447700900{n:03}")
}

/// One account as the model knows it.
#[derive(Debug, Clone)]
struct Person {
    subject: Subject,
    app: usize,
    number: usize,
    proven_at: Timestamp,
    locked: bool,
    forgotten: bool,
    lost: bool,
    shred_at: Option<Timestamp>,
}

impl Person {
    const fn open(&self) -> bool {
        !self.locked && self.shred_at.is_none()
    }
}

#[derive(Debug, Clone)]
struct Proof {
    id: VerificationId,
    app: usize,
    number: usize,
    purpose: CodePurpose,
    expires_at: Timestamp,
    wrong: u8,
    canceled: bool,
    code: Option<String>,
    approved: Option<Approved>,
    reclaimed: bool,
}

struct Sim {
    product: Product,
    faulty: [Arc<Faulty>; 2],
    rates: FaultRates,
    random: SeededEntropy,
    people: Vec<Person>,
    proofs: Vec<Proof>,
    bans: HashMap<(usize, usize), Timestamp>,
    sends: HashMap<(usize, i64), u32>,
    calls: u64,
}

/// Says which seed failed.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "simulation seed {}: add it to tests/reproductions.txt",
                self.0
            );
        }
    }
}

impl Sim {
    async fn new(seed: u64) -> Self {
        let calm = FaultRates::default();
        let faulty = Product::memory_stores().map(|store| {
            let store: Arc<dyn Store> = store;
            Arc::new(Faulty::new(store, seed ^ 0xFA17, calm))
        });
        let [front, rows] = faulty.clone().map(|store| -> Arc<dyn Store> { store });
        let mut setup = Setup::new(seed);
        setup.apps = APPS.map(app_terms).to_vec();
        setup.apps[1].accounts_per_number = 2;
        setup.vault.application_sends_per_hour = HOURLY;
        Self {
            product: Product::over(setup, front, rows).await,
            faulty,
            rates: FaultRates {
                conflict_per_mille: 40,
                before_commit_per_mille: 25,
                after_commit_per_mille: 25,
            },
            random: SeededEntropy::new(seed),
            people: Vec::new(),
            proofs: Vec::new(),
            bans: HashMap::new(),
            sends: HashMap::new(),
            calls: 0,
        }
    }

    fn storm(&self) {
        for store in &self.faulty {
            store.set_rates(self.rates);
        }
    }

    fn calm(&self) {
        for store in &self.faulty {
            store.set_rates(FaultRates::default());
        }
    }

    fn now(&self) -> Timestamp {
        self.product.identity.now()
    }

    /// Lets the dispatcher run.
    async fn breathe(&self) {
        for _ in 0..40 {
            tokio::task::yield_now().await;
        }
    }

    async fn start(&mut self) {
        let (app, n) = (self.random.below(3), self.random.below(NUMBERS));
        let purpose =
            self.random
                .pick(&[CodePurpose::Signup, CodePurpose::Signup, CodePurpose::Login]);
        self.calls += 1;
        let mut request = self.product.request(&number(n), purpose);
        request.application = APPS[app];
        request.idempotency_key = Some(format!("call-{}", self.calls));
        self.courier_faults();
        self.storm();
        let mut answer = self.product.identity.start(request.clone()).await;
        if self.random.below(2) == 0 {
            self.breathe().await;
        }
        self.calm();
        if is_lost(&answer) {
            answer = self.product.identity.start(request).await;
        }
        self.breathe().await;
        match answer {
            Ok((id, begun)) => {
                self.count_send(app);
                self.proofs.push(Proof {
                    id,
                    app,
                    number: n,
                    purpose,
                    expires_at: begun.view.expires_at,
                    wrong: 0,
                    canceled: false,
                    code: None,
                    approved: None,
                    reclaimed: false,
                });
            }
            Err(StartError::Refused(identity::BeginRefusal::Limit { .. })) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    fn count_send(&mut self, app: usize) {
        let hour = self.now().as_millis().div_euclid(3_600_000);
        let sent = self.sends.entry((app, hour)).or_default();
        *sent += 1;
        assert!(*sent <= HOURLY, "an application's budget");
    }

    fn courier_faults(&self) {
        match self.random.below(12) {
            0 => self
                .product
                .phones
                .answer_next(Handover::Rejected(Rejection::Unreachable)),
            1 => self.product.phones.answer_next(Handover::Unknown),
            2 => self.product.phones.lose_next_answer(),
            3 => self.product.phones.restart(),
            _ => {}
        }
    }

    fn some_proof(&self) -> Option<usize> {
        let from = self.proofs.len().saturating_sub(8);
        let span = self.proofs.len() - from;
        (span > 0).then(|| from + self.random.below(span))
    }

    fn some_person(&self) -> Option<usize> {
        (!self.people.is_empty()).then(|| self.random.below(self.people.len()))
    }

    /// The code in the newest message of the verification that arrived.
    async fn learn(&mut self, at: usize) -> Option<String> {
        let proof = &self.proofs[at];
        if proof.code.is_none() {
            let all = scan_all(&*self.product.vault_store, &SCHEMA).await;
            let id = Value::from(*proof.id.as_bytes());
            let messages: HashSet<Vec<u8>> = all
                .iter()
                .filter(|(table, row)| table.name == "message" && row[1] == id)
                .filter_map(|(_, row)| match &row[0] {
                    Value::Bytes(bytes) => Some(bytes.clone()),
                    _ => None,
                })
                .collect();
            let thread = self.product.phones.thread(&number(proof.number));
            let arrived = thread
                .into_iter()
                .find(|m| messages.contains(m.id.as_bytes().as_slice()));
            self.proofs[at].code = arrived.map(|m| m.code);
        }
        self.proofs[at].code.clone()
    }

    async fn check(&mut self, right: bool) {
        let Some(at) = self.some_proof() else { return };
        let Some(code) = self.learn(at).await else {
            return;
        };
        let code = if right {
            code
        } else {
            wrong_code(&code, self.random.below(9))
        };
        let (app, id) = (APPS[self.proofs[at].app], self.proofs[at].id);
        let typed = TypedCode::new(code.clone()).unwrap();
        let client = Client::default();
        let by_number = self.random.below(3) == 0 && self.is_newest(at);
        self.storm();
        let answer = match by_number {
            true => self.check_number(at, typed.clone()).await,
            false => {
                let answer = self.product.identity.check(app, id, typed.clone(), &client);
                answer
                    .await
                    .map(|answer| Some(answer.checked))
                    .map_err(drop)
            }
        };
        self.calm();
        let checked = match answer {
            Ok(Some(checked)) => checked,
            Ok(None) => {
                let proof = &self.proofs[at];
                let over = proof.approved.is_some() || proof.canceled;
                assert!(over || proof.expires_at <= self.now(), "it is open");
                return;
            }
            // A wrong guess is not repeated: it may have been counted.
            Err(_) if !right => {
                self.proofs[at].wrong += 1;
                return;
            }
            // The vault's word, without the front: it has to catch up.
            Err(_) if self.random.below(2) == 0 => self
                .product
                .vault
                .check(guess(app, id, &code))
                .await
                .unwrap(),
            Err(_) => {
                let again = self.product.identity.check(app, id, typed, &client).await;
                again.unwrap().checked
            }
        };
        self.judge(at, right, checked);
    }

    /// Whether no other proof of its number was begun for its purpose since.
    fn is_newest(&self, at: usize) -> bool {
        let of = |proof: &Proof| (proof.app, proof.number, proof.purpose);
        let later = self.proofs[at + 1..].iter();
        !later
            .into_iter()
            .any(|proof| of(proof) == of(&self.proofs[at]))
    }

    /// A guess that names the number only; nothing where none is open.
    async fn check_number(&self, at: usize, code: TypedCode) -> Result<Option<Checked>, ()> {
        let proof = &self.proofs[at];
        let text = TypedNumber::new(number(proof.number)).unwrap();
        let (app, client) = (APPS[proof.app], Client::default());
        let front = &self.product.identity;
        let judged = front.check_number(app, proof.purpose, text, code, &client);
        let judged = judged.await.map_err(drop)?;
        Ok(judged.map(|(open, answer)| {
            assert_eq!(open.verification, proof.id, "the newest is meant");
            answer.checked
        }))
    }

    fn judge(&mut self, at: usize, right: bool, checked: Checked) {
        let now = self.now();
        let proof = self.proofs[at].clone();
        let pending = proof.approved.is_none() && !proof.canceled && proof.expires_at > now;
        match checked {
            Checked::Approved(approved) => {
                assert!(right && !proof.canceled, "approved without the right code");
                match proof.approved {
                    Some(known) => assert_eq!(approved, known, "a repeated answer differs"),
                    None => self.approved(at, approved),
                }
            }
            Checked::Wrong(_) => {
                assert!(!right && pending);
                self.proofs[at].wrong += 1;
                assert!(self.proofs[at].wrong <= 5);
            }
            Checked::Locked(_) => {
                self.proofs[at].wrong += 1;
                assert!(proof.wrong >= 4, "locked after {} guesses", proof.wrong);
            }
            Checked::Expired(_) => assert!(!pending),
            Checked::Canceled => assert!(proof.canceled),
            Checked::NotFound => assert!(proof.expires_at <= now),
            Checked::Malformed(_) => panic!("six digits are a code"),
            Checked::Held(_) => panic!("no operator is asked here"),
        }
    }

    /// Compares what a proof led to with what the model says.
    fn approved(&mut self, at: usize, approved: Approved) {
        let now = self.now();
        let proof = &mut self.proofs[at];
        proof.approved = Some(approved);
        let (app, n, purpose) = (proof.app, proof.number, proof.purpose);
        let standing: Vec<usize> = self.standing(app, n);
        let allowed = if app == 1 { 2 } else { 1 };
        let signup = purpose == CodePurpose::Signup;
        let ban = self.bans.get(&(app, n)).filter(|until| **until > now);
        let newest = standing.last().map(|at| &self.people[*at]);
        let expected = match (signup, ban, newest) {
            (true, Some(until), _) => Verdict::Banned { until: *until },
            (true, None, _) if standing.len() < allowed => Verdict::Created,
            (_, _, None) => Verdict::NoAccount,
            (_, _, Some(person)) if !person.open() => Verdict::LockedAccount,
            (true, ..) => Verdict::NumberInUse,
            (false, ..) => Verdict::Existing,
        };
        assert_eq!(approved.verdict, expected);
        match expected {
            Verdict::Created => self.born(app, n, approved),
            Verdict::Existing | Verdict::NumberInUse | Verdict::LockedAccount => {
                let at = *standing.last().unwrap();
                assert_eq!(approved.subject, Some(self.people[at].subject));
                if !signup && self.people[at].proven_at.day() != now.day() {
                    self.people[at].proven_at = now;
                }
            }
            _ => assert_eq!(approved.subject, None),
        }
    }

    fn born(&mut self, app: usize, number: usize, approved: Approved) {
        let subject = approved.subject.expect("a new account has a name");
        assert!(self.people.iter().all(|p| p.subject != subject));
        self.people.push(Person {
            subject,
            app,
            number,
            proven_at: approved.at,
            locked: false,
            forgotten: false,
            lost: false,
            shred_at: None,
        });
    }

    fn standing(&self, app: usize, number: usize) -> Vec<usize> {
        let under = |p: &Person| (p.app, p.number) == (app, number) && !p.lost;
        (0..self.people.len())
            .filter(|at| under(&self.people[*at]))
            .collect()
    }

    async fn resend(&mut self) {
        let Some(at) = self.some_proof() else { return };
        let proof = self.proofs[at].clone();
        let choice = self
            .random
            .pick(&[ChannelChoice::Sms, ChannelChoice::Voice]);
        self.courier_faults();
        self.storm();
        let client = Client::default();
        let answer = self
            .product
            .identity
            .resend(APPS[proof.app], proof.id, choice, &client);
        let answer = answer.await;
        self.calm();
        self.breathe().await;
        if answer.is_ok() {
            assert!(proof.approved.is_none() && !proof.canceled);
            self.count_send(proof.app);
        }
    }

    async fn cancel(&mut self) {
        let Some(at) = self.some_proof() else { return };
        let (app, id) = (APPS[self.proofs[at].app], self.proofs[at].id);
        self.storm();
        let answer = self.product.identity.cancel(app, id).await;
        self.calm();
        if answer.is_err() {
            self.product.identity.cancel(app, id).await.unwrap();
        }
        let ended = self.proofs[at].wrong >= 5 || self.proofs[at].approved.is_some();
        self.proofs[at].canceled |= !ended;
    }

    async fn reclaim(&mut self) {
        // Mostly the last proof that met an account: others may not reclaim, which is seen too.
        let met = |proof: &Proof| {
            let verdict = proof.approved.map(|approved| approved.verdict);
            verdict == Some(Verdict::NumberInUse)
        };
        let last = self.proofs.iter().rposition(met);
        let last = last.filter(|_| self.random.below(4) > 0);
        let Some(at) = last.or_else(|| self.some_proof()) else {
            return;
        };
        let proof = self.proofs[at].clone();
        let app = APPS[proof.app];
        self.storm();
        let answer = self.product.identity.reclaim(app, proof.id).await;
        self.calm();
        let answer = match answer {
            Ok(answer) => answer,
            Err(_) => self.product.identity.reclaim(app, proof.id).await.unwrap(),
        };
        let Reclaimed::Done { approved, former } = answer else {
            return;
        };
        let old = self
            .people
            .iter_mut()
            .find(|p| p.subject == former)
            .unwrap();
        if proof.reclaimed {
            assert!(old.lost, "a repeated reclaim changes nothing");
            return;
        }
        let silent = self.product.identity.now().since(old.proven_at);
        assert!(silent >= Millis::from_seconds(90 * DAY), "too soon");
        (old.lost, self.proofs[at].reclaimed) = (true, true);
        self.proofs[at].approved = Some(approved);
        self.born(proof.app, proof.number, approved);
    }

    /// One of the things that are done to an account; repeated when the answer was lost.
    async fn change(&mut self) {
        let Some(at) = self.some_person() else { return };
        let what = self.random.below(7);
        // Nobody can name an account whose pseudonym the front never told.
        let (app, subject) = (APPS[self.people[at].app], self.people[at].subject);
        let known = self.product.identity.subject(app, subject).await.unwrap();
        if known.is_none() {
            return;
        }
        let until = self.now().plus(Millis::from_seconds(5 * DAY));
        self.storm();
        let first = self.apply(at, what, until).await;
        self.calm();
        let state = match first {
            Some(state) => state,
            None => self.apply(at, what, until).await.expect("calm"),
        };
        let (person, now) = (&mut self.people[at], self.product.identity.now());
        match what {
            0 if !person.lost => person.locked = true,
            1 => person.locked = false,
            2 => match state {
                Some(DeletionState::Scheduled { shred_at }) => person.shred_at = Some(shred_at),
                other => panic!("{other:?}"),
            },
            3 | 4 if person.shred_at.is_some_and(|at| at <= now) => {
                assert_eq!(state, Some(DeletionState::Gone), "it is final by its time");
            }
            3 | 4 => person.shred_at = None,
            5 if !person.lost => {
                self.bans.insert((person.app, person.number), until);
            }
            6 if !person.lost => person.forgotten = true,
            _ => assert!(until > now),
        }
    }

    /// `None` when the answer was lost.
    async fn apply(
        &self,
        at: usize,
        what: usize,
        until: Timestamp,
    ) -> Option<Option<DeletionState>> {
        let (app, subject) = (APPS[self.people[at].app], self.people[at].subject);
        let front = &self.product.identity;
        match what {
            0 | 1 => front
                .set_locked(app, subject, what == 0)
                .await
                .ok()
                .map(|_| None),
            2 => front.delete(app, subject).await.ok().map(Some),
            3 | 4 => front.undo_delete(app, subject).await.ok().map(Some),
            5 => front.ban(app, subject, until).await.ok().map(|_| None),
            _ => {
                let done = self.product.vault.forget_number(app, subject).await;
                done.ok().map(|_| None)
            }
        }
    }

    /// Jobs in a storm, then in calm until none is left; what was to be shredded is.
    async fn run_jobs(&mut self) {
        self.breathe().await;
        // Leases of jobs that a fault stopped end first.
        self.product.wait(Millis::from_seconds(40));
        self.product.run_jobs().await;
        self.breathe().await;
        self.product.run_jobs().await;
        let now = self.now();
        self.people.retain(|p| p.shred_at.is_none_or(|at| at > now));
    }

    async fn housekeep(&self) {
        self.storm();
        // What a fault stops is done in the next round.
        let _ = self.product.vault.housekeep().await;
        let _ = self.product.identity.housekeep().await;
        let _ = self.product.identity.catch_up().await;
        self.calm();
    }

    async fn step(mut self) -> Self {
        match self.random.below(40) {
            0..=11 => self.start().await,
            12..=19 => self.check(true).await,
            20..=23 => self.check(false).await,
            24..=25 => self.resend().await,
            26 => self.cancel().await,
            27..=28 => self.reclaim().await,
            29..=31 => self.change().await,
            32..=33 => self.run_jobs().await,
            34..=35 => self.housekeep().await,
            36 => {
                self.product = self.product.crash().await;
                self.breathe().await;
            }
            _ => {
                let span = self.random.pick(&[
                    20,
                    60,
                    300,
                    600,
                    3600,
                    20_000,
                    DAY,
                    4 * DAY,
                    40 * DAY,
                    100 * DAY,
                ]);
                self.product.wait(Millis::from_seconds(span));
            }
        }
        self
    }

    /// Everything that must be true whatever happened.
    async fn audit(&mut self) {
        self.run_jobs().await;
        self.product.identity.catch_up().await.unwrap();
        for person in &self.people {
            let front = self
                .product
                .identity
                .subject(APPS[person.app], person.subject)
                .await;
            let front = front.unwrap();
            let front = front.unwrap_or_else(|| panic!("unknown to the front: {person:?}"));
            let expected = match person {
                Person {
                    shred_at: Some(_), ..
                } => "deleting",
                Person { lost: true, .. } => "number_lost",
                Person { locked: true, .. } => "locked",
                _ => "active",
            };
            assert_eq!(front.status.as_str(), expected);
        }
        let all = scan_all(&*self.product.vault_store, &SCHEMA).await;
        let accounts: HashMap<Value, bool> = all
            .iter()
            .filter(|(table, _)| table.name == ACCOUNT.name)
            .map(|(table, row)| {
                let column = |name| row[table.position(name).unwrap()].clone();
                (column("handle"), !column("ct").is_null())
            })
            .collect();
        assert_eq!(accounts.len(), self.people.len(), "accounts of the vault");
        for person in &self.people {
            let has_number = accounts.get(&Value::from(*person.subject.as_bytes()));
            let keeps = !person.lost && !person.forgotten;
            assert_eq!(has_number, Some(&keeps), "{person:?}");
        }
        self.audit_messages(&all);
        let (store, keys) = (&*self.product.vault_store, self.product.vault.keys());
        let found = check_data(store, keys, self.now(), false, &mut |_, _| {}).await;
        let found = found.unwrap();
        assert!(found.is_sound(), "{found:?}");
        assert_eq!((found.halves, found.stray_tags), (0, 0), "orphans");
    }

    /// No message arrived twice, and no verification sent more than it says.
    fn audit_messages(&self, all: &[(&'static store::Table, store::Row)]) {
        let mut ids = HashSet::new();
        for n in 0..NUMBERS {
            for arrived in self.product.phones.thread(&number(n)) {
                assert!(ids.insert(*arrived.id.as_bytes()), "a message came twice");
            }
        }
        let mut sent: HashMap<Value, i64> = HashMap::new();
        for (_, row) in all.iter().filter(|(table, _)| table.name == "message") {
            let arrived = matches!(&row[0], Value::Bytes(id) if ids.contains(id.as_slice()));
            *sent.entry(row[1].clone()).or_default() += i64::from(arrived);
        }
        for (table, row) in all.iter().filter(|(table, _)| table.name == "verification") {
            let sends = row[table.position("sends").unwrap()].clone();
            let arrived = sent.get(&row[0]).copied().unwrap_or(0);
            assert!(Value::Int(arrived) <= sends, "sent more often than counted");
        }
    }
}

fn is_lost<T>(answer: &Result<T, StartError>) -> bool {
    matches!(
        answer,
        Err(StartError::Storage | StartError::Refused(identity::BeginRefusal::Unavailable(_)))
    )
}

async fn run(seed: u64) -> (usize, usize) {
    let note = Seed(seed);
    let mut sim = Sim::new(seed).await;
    for step in 0..STEPS {
        sim = sim.step().await;
        if step % 25 == 24 {
            sim.audit().await;
        }
    }
    sim.audit().await;
    let approved = sim.proofs.iter().filter(|p| p.approved.is_some()).count();
    let reclaimed = sim.proofs.iter().filter(|p| p.reclaimed).count();
    sim.product.finish().await;
    drop(note);
    (approved, reclaimed)
}

#[tokio::test]
async fn whatever_happens_front_and_vault_agree_with_a_plain_model() {
    let known = include_str!("reproductions.txt");
    let known = known.lines().filter(|line| !line.starts_with('#'));
    let known: Vec<u64> = known.map(|line| line.trim().parse().unwrap()).collect();
    let (mut approved, mut reclaimed) = (0, 0);
    for seed in known.into_iter().chain(100..100 + SEEDS) {
        let (a, r) = run(seed).await;
        (approved, reclaimed) = (approved + a, reclaimed + r);
    }
    assert!(approved > 200, "the simulation proves numbers: {approved}");
    assert!(reclaimed > 0, "and numbers change hands: {reclaimed}");
}
