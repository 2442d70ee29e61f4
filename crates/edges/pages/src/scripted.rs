//! A scripted stand-in for the service behind the pages: one code, one verdict, and any refusal
//! a test asks for. For tests and for looking at the pages.

use std::collections::HashMap;

use async_trait::async_trait;
use model::{
    Channel, ChannelChoice, ChannelState, Clock, Millis, NextChannels, Status, Subject, Timestamp,
    TypedCode, VerificationId, WaitReason,
};
use parking_lot::Mutex;

use crate::port::{
    Approved, Away, ClientInfo, Country, Destination, Guess, Health, Held, Line, NumberFault,
    OpenedSession, OwnerProof, Proven, Reclaim, SealKey, Seen, SessionToken, Sessions, SignedIn,
    StartError, StartForm, Started, Stored, Verdict, Verifications,
};

/// The code that is right.
pub const CODE: &str = "482913";
/// Guesses of each verification.
const GUESSES: u8 = 5;
const CODE_SECONDS: i64 = 600;
/// How long a sign-in lasts.
const SESSION_SECONDS: i64 = 12 * 3600;
/// How long a browser stays an owner's.
const OWNER_SECONDS: i64 = 180 * 86_400;

/// What the stand-in shall answer.
#[derive(Debug, Clone)]
pub struct Script {
    /// What a proof leads to.
    pub verdict: Verdict,
    /// Whether its keys are test keys.
    pub test_keys: bool,
    /// Refuses every start so.
    pub refusal: Option<StartError>,
    /// Whether nothing answers.
    pub away: bool,
    /// Until when the number is too fresh to be reclaimed; none when it can be.
    pub too_recent: Option<Timestamp>,
    /// Why a right code is not enough.
    pub held: Option<Held>,
    /// The key to seal to.
    pub seal: SealKey,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            verdict: Verdict::Created,
            test_keys: true,
            refusal: None,
            away: false,
            too_recent: None,
            held: None,
            seal: SealKey {
                note: "ringfence/seal-key/v1\nnot-after 0\n\n\u{2014} log AAAA\n".into(),
                verifier: "log+00000000+AAAA".into(),
                application: "00".repeat(16),
            },
        }
    }
}

#[derive(Default)]
struct State {
    script: Script,
    rows: HashMap<VerificationId, Seen>,
    last_locale: Option<&'static str>,
    last_owner: Option<OwnerProof>,
    sessions: HashMap<String, SignedIn>,
    opened: u32,
    compared: bool,
    sealed: u32,
}

/// The stand-in.
pub struct Scripted<C> {
    clock: C,
    state: Mutex<State>,
}

impl<C: Clock> Scripted<C> {
    /// A stand-in that approves [`CODE`].
    pub fn new(clock: C) -> Self {
        Self {
            clock,
            state: Mutex::default(),
        }
    }

    /// Changes what it answers from now on.
    pub fn script(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.state.lock().script);
    }

    /// The locale of the last start, and how many numbers came sealed.
    pub fn seen(&self) -> (Option<&'static str>, u32) {
        let state = self.state.lock();
        (state.last_locale, state.sealed)
    }

    /// The owner's proof that came with the last start.
    pub fn owner(&self) -> Option<OwnerProof> {
        self.state.lock().last_owner
    }

    /// Ends every session.
    pub fn end_sessions(&self) {
        self.state.lock().sessions.clear();
    }

    /// Sessions that are open.
    pub fn sessions(&self) -> usize {
        self.state.lock().sessions.len()
    }

    /// Ends every verification with this status.
    pub fn end_all(&self, status: Status) {
        for seen in self.state.lock().rows.values_mut() {
            seen.started.status = status;
        }
    }

    fn fresh(&self, form: &StartForm) -> Result<Started, StartError> {
        if let Destination::Typed { text, country } = &form.destination {
            let digits = text.expose().chars().filter(char::is_ascii_digit).count();
            match digits {
                0 => return Err(StartError::Number(NumberFault::Shape)),
                1..=6 => return Err(StartError::Number(NumberFault::TooShort(*country))),
                16.. => return Err(StartError::Number(NumberFault::TooLong(*country))),
                _ => {}
            }
        }
        let voice = form.channel == ChannelChoice::Voice;
        Ok(Started {
            verification: form.verification,
            status: Status::Pending,
            purpose: form.purpose,
            channel: if voice { Channel::Voice } else { Channel::Sms },
            expires_at: self.clock.now().plus(Millis::from_seconds(CODE_SECONDS)),
            attempts_left: GUESSES,
            code_length: 6,
            next: NextChannels {
                sms: ChannelState::wait(60, WaitReason::TooSoon),
                voice: ChannelState::OPEN,
            },
            country: Country::parse("GB"),
            line: Line::Mobile,
        })
    }
}

fn proven(verdict: Verdict, at: model::Timestamp) -> Option<Proven> {
    Some(Proven {
        subject: matches!(
            verdict,
            Verdict::Created | Verdict::Existing | Verdict::NumberInUse
        )
        .then(|| Subject::from_bytes([0x5a; 16])),
        verdict,
        country: Country::parse("GB")?,
        line: Line::Mobile,
        at,
    })
}

/// A right code, with a proof for the browser where there is an account.
fn approved(proven: Proven) -> Approved {
    Approved {
        proven,
        owner: proven.subject.map(|_| OwnerProof {
            expires_at: proven.at.plus(Millis::from_seconds(OWNER_SECONDS)),
            mac: [0x6d; 32],
        }),
    }
}

#[async_trait]
impl<C: Clock> Verifications for Scripted<C> {
    async fn start(&self, form: StartForm) -> Result<Started, StartError> {
        let mut state = self.state.lock();
        if state.script.away {
            return Err(StartError::Away);
        }
        if let Some(refusal) = &state.script.refusal {
            return Err(refusal.clone());
        }
        state.last_locale = Some(form.locale);
        state.last_owner = form.owner;
        state.sealed += u32::from(matches!(form.destination, Destination::Sealed(_)));
        let started = self.fresh(&form)?;
        let seen = Seen {
            started,
            proven: None,
        };
        Ok(state.rows.entry(form.verification).or_insert(seen).started)
    }

    async fn resend(
        &self,
        verification: VerificationId,
        channel: Channel,
        _: ClientInfo,
    ) -> Result<Started, StartError> {
        let mut state = self.state.lock();
        let seen = state
            .rows
            .get_mut(&verification)
            .ok_or(StartError::Finished)?;
        if !seen.started.next.of(channel).allowed {
            return Err(StartError::Limit(seen.started.next));
        }
        seen.started.channel = channel;
        seen.started.next = NextChannels::both(ChannelState::wait(60, WaitReason::TooSoon));
        Ok(seen.started)
    }

    async fn check(
        &self,
        verification: VerificationId,
        code: TypedCode,
        _: ClientInfo,
    ) -> Result<Guess, Away> {
        let mut state = self.state.lock();
        let (verdict, held) = (state.script.verdict, state.script.held);
        let Some(seen) = state.rows.get_mut(&verification) else {
            return Ok(Guess::Gone);
        };
        match seen.started.status {
            Status::Expired => return Ok(Guess::Expired(seen.started)),
            Status::Locked => return Ok(Guess::Locked(seen.started)),
            Status::Canceled => return Ok(Guess::Gone),
            Status::Pending | Status::Approved => {}
        }
        let digits: String = code.expose().chars().filter(char::is_ascii_digit).collect();
        if digits.len() != CODE.len() {
            return Ok(Guess::Malformed(seen.started));
        }
        if let Some(held) = held.filter(|_| digits == CODE) {
            return Ok(Guess::Held(seen.started, held));
        }
        if digits == CODE {
            seen.started.status = Status::Approved;
            seen.proven = proven(verdict, self.clock.now());
            return Ok(seen
                .proven
                .map_or(Guess::Gone, |proven| Guess::Approved(approved(proven))));
        }
        seen.started.attempts_left = seen.started.attempts_left.saturating_sub(1);
        if seen.started.attempts_left == 0 {
            seen.started.status = Status::Locked;
            return Ok(Guess::Locked(seen.started));
        }
        Ok(Guess::Wrong(seen.started))
    }

    async fn view(&self, verification: VerificationId) -> Result<Option<Seen>, Away> {
        let state = self.state.lock();
        if state.script.away {
            return Err(Away);
        }
        Ok(state.rows.get(&verification).copied())
    }

    async fn reclaim(&self, verification: VerificationId) -> Result<Reclaim, Away> {
        let mut state = self.state.lock();
        if let Some(possible_at) = state.script.too_recent {
            return Ok(Reclaim::TooRecent { possible_at });
        }
        let Some(seen) = state.rows.get_mut(&verification) else {
            return Ok(Reclaim::NotApplicable);
        };
        seen.proven = proven(Verdict::Created, self.clock.now());
        let done = seen.proven.map(|proven| Reclaim::Done(approved(proven)));
        Ok(done.unwrap_or(Reclaim::NotApplicable))
    }

    async fn seal_key(&self) -> Result<SealKey, Away> {
        let state = self.state.lock();
        if state.script.away {
            Err(Away)
        } else {
            Ok(state.script.seal.clone())
        }
    }

    async fn health(&self) -> Health {
        let state = self.state.lock();
        let accounts = state
            .rows
            .values()
            .filter(|seen| seen.proven.is_some())
            .count();
        Health {
            vault: !state.script.away,
            courier: !state.script.away,
            accounts: u64::try_from(accounts).unwrap_or(u64::MAX),
            compared: state.compared,
        }
    }

    async fn test_keys(&self) -> bool {
        self.state.lock().script.test_keys
    }

    async fn stored(&self, subject: Subject) -> Result<Option<Stored>, Away> {
        let mut state = self.state.lock();
        if state.script.away {
            return Err(Away);
        }
        let mut proven = state.rows.values().filter_map(|seen| seen.proven);
        let known = proven.any(|proven| proven.subject == Some(subject));
        state.compared |= known;
        // Bytes that look like what they stand for: unlike one another, and without pattern.
        let bytes = |seed: u32, length: u32| -> Vec<u8> {
            let byte = |n: u32| {
                (seed + n)
                    .wrapping_mul(2_654_435_761)
                    .rotate_left(n % 29)
                    .to_le_bytes()[1]
            };
            (0..length).map(byte).collect()
        };
        Ok(known.then(|| Stored {
            ciphertext: bytes(1, 48),
            commitment: bytes(2, 32),
            wraps: vec![
                ("account".into(), bytes(3, 117)),
                ("hygiene".into(), bytes(4, 117)),
            ],
            tag: bytes(5, 32),
            record_hash: bytes(6, 32),
            leaves: vec![bytes(7, 96), bytes(8, 96)],
        }))
    }
}

#[async_trait]
impl<C: Clock> Sessions for Scripted<C> {
    async fn open(
        &self,
        subject: Subject,
        former: Option<&SessionToken>,
    ) -> Result<OpenedSession, Away> {
        let mut state = self.state.lock();
        if state.script.away {
            return Err(Away);
        }
        if let Some(former) = former {
            state.sessions.remove(former.expose());
        }
        let now = self.clock.now();
        state.opened += 1;
        let token = format!("{:0>43}", state.opened);
        if let Some(country) = Country::parse("GB") {
            let account = SignedIn {
                subject,
                country,
                line: Line::Mobile,
                proven_at: now,
            };
            state.sessions.insert(token.clone(), account);
        }
        Ok(OpenedSession {
            token: SessionToken::new(token),
            ends_at: now.plus(Millis::from_seconds(SESSION_SECONDS)),
        })
    }

    async fn find(&self, token: &SessionToken) -> Result<Option<SignedIn>, Away> {
        let state = self.state.lock();
        if state.script.away {
            return Err(Away);
        }
        Ok(state.sessions.get(token.expose()).copied())
    }

    async fn end(&self, token: &SessionToken) -> Result<(), Away> {
        let mut state = self.state.lock();
        if state.script.away {
            return Err(Away);
        }
        state.sessions.remove(token.expose());
        Ok(())
    }

    fn idle(&self) -> Millis {
        Millis::from_seconds(15 * 60)
    }
}
