//! A front that calls anything in any order, beside a plain model of what it may learn: the hard
//! limits hold.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail by panicking"
)]

use std::collections::HashMap;

use model::{
    ApplicationId, Channel, ChannelChoice, CodePurpose, Entropy as _, Millis, Timestamp,
    VerificationId,
};
use peers::vault::{Approved, Checked, NumberVault, OwnerProof, Resend};
use testkit::{APP, Product, SeededEntropy, Setup, app_terms, begin, guess, guess_at, wrong_code};

const OTHER: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);
const HOUR: Millis = Millis::from_seconds(3600);
const PURPOSES: [CodePurpose; 4] = [
    CodePurpose::Signup,
    CodePurpose::Login,
    CodePurpose::Recovery,
    CodePurpose::StepUp,
];

fn id(product: &Product) -> VerificationId {
    VerificationId::from_bytes(product.entropy.random_16().unwrap())
}

fn numbered(n: usize) -> String {
    format!("+447700900{n:03}")
}

/// What a test remembers of a verification that a liar runs.
struct Known {
    channel: Channel,
    id: VerificationId,
    app: ApplicationId,
    purpose: CodePurpose,
    number: usize,
    owner: bool,
    code: String,
    judged: u32,
    over: bool,
    /// When housekeeping may clear it away.
    gone_at: Timestamp,
}

type LaneKey = (usize, ApplicationId, CodePurpose, bool);

/// A front that does anything, and a plain model of what it may learn.
struct Liar {
    product: Product,
    random: SeededEntropy,
    known: Vec<Known>,
    lanes: HashMap<LaneKey, u32>,
    proofs: Vec<(usize, ApplicationId, OwnerProof)>,
    sends: HashMap<(usize, ApplicationId, bool, i64), u32>,
    most_per_hour: u8,
    approvals: u32,
}

impl Liar {
    async fn new(seed: u64) -> Self {
        let mut setup = Setup::new(seed);
        setup.apps.push(app_terms(OTHER));
        if seed.is_multiple_of(2) {
            setup.vault.number_sends_per_hour = 100;
            setup.vault.number_sends_per_day = 200;
        }
        Self {
            most_per_hour: setup.vault.number_sends_per_hour,
            product: Product::with(setup).await,
            random: SeededEntropy::new(seed ^ 0xFEED),
            known: Vec::new(),
            lanes: HashMap::new(),
            proofs: Vec::new(),
            sends: HashMap::new(),
            approvals: 0,
        }
    }

    fn some(&self) -> Option<usize> {
        // Mostly the newest ones: old ones are over.
        let from = self.known.len().saturating_sub(6);
        let all = self.known.len();
        (all > 0).then(|| {
            if self.random.below(4) == 0 {
                self.random.below(all)
            } else {
                from + self.random.below(all - from)
            }
        })
    }

    async fn begin(&mut self) {
        let (app, number) = (self.random.pick(&[APP, APP, OTHER]), self.random.below(3));
        let purpose = self.random.pick(&PURPOSES[..2]);
        let mut request = begin(id(&self.product), app, purpose, &numbered(number));
        let proof = match self.proofs.len() {
            0 => None,
            n if self.random.below(2) == 0 => Some(self.proofs[self.random.below(n)]),
            _ => None,
        };
        request.owner = proof.map(|(_, _, proof)| proof);
        let owner = proof.is_some_and(|(n, a, _)| (n, a) == (number, app));
        let id = request.verification;
        if let Ok(begun) = self.product.vault.begin(request).await {
            self.count_send(number, app, owner);
            let code = self.product.code_of(&numbered(number), id).await;
            self.known.push(Known {
                id,
                channel: begun.view.channel,
                app,
                purpose,
                number,
                owner,
                code: code.expect("it was sent"),
                judged: 0,
                over: false,
                gone_at: self.product.identity.now().plus(Millis::from_seconds(1200)),
            });
        }
    }

    fn count_send(&mut self, number: usize, app: ApplicationId, owner: bool) {
        let hour = self.product.identity.now().as_millis() / HOUR.as_millis();
        let sent = self.sends.entry((number, app, owner, hour)).or_default();
        *sent += 1;
        assert!(*sent <= self.most_per_hour.into(), "a number's hour");
    }

    async fn check(&mut self, at: usize, code: String, app: ApplicationId) {
        let asked = match self.random.below(3) {
            0 => self.by_number(at, &code, app).await,
            _ => {
                let request = guess(app, self.known[at].id, &code);
                Some((at, self.product.vault.check(request).await.unwrap()))
            }
        };
        let Some((at, checked)) = asked else { return };
        let known = &self.known[at];
        let right = code == known.code && app == known.app;
        let key = (known.number, known.app, known.purpose, known.owner);
        match checked {
            Checked::Approved(approved) => {
                assert!(right, "approved without the right code");
                self.approved(at, approved);
            }
            Checked::Wrong(_) => {
                assert!(!right);
                self.judged(at, key);
            }
            Checked::Locked(_) if app == self.known[at].app && !self.known[at].over => {
                // The last guess was judged, or the lane was closed before it.
                let open = self.lanes.get(&key).is_none_or(|fails| *fails < 50);
                if open {
                    assert!(!right);
                    self.judged(at, key);
                }
                self.known[at].over = true;
            }
            _ => {}
        }
    }

    /// A guess that names the number only, and the verification at which it was judged.
    async fn by_number(
        &self,
        at: usize,
        code: &str,
        app: ApplicationId,
    ) -> Option<(usize, Checked)> {
        let known = &self.known[at];
        let request = guess_at(app, known.purpose, &numbered(known.number), code);
        let judged = self.product.vault.check_number(request).await.ok()??;
        let found = self
            .known
            .iter()
            .position(|known| known.id == judged.open.verification);
        let found = found.expect("only what was begun is found");
        let meant = (self.known[found].number, self.known[found].app);
        assert_eq!(
            meant,
            (known.number, app),
            "another number's or application's"
        );
        Some((found, judged.checked))
    }

    fn judged(&mut self, at: usize, key: LaneKey) {
        self.known[at].judged += 1;
        assert!(self.known[at].judged <= 5, "a code was judged six times");
        let fails = self.lanes.entry(key).or_default();
        *fails += 1;
        assert!(*fails <= 50, "a lane was judged 51 times in a row");
    }

    fn approved(&mut self, at: usize, approved: Approved) {
        let known = &mut self.known[at];
        if known.over {
            return;
        }
        known.over = true;
        self.approvals += 1;
        let (number, app, purpose) = (known.number, known.app, known.purpose);
        self.lanes.insert((number, app, purpose, false), 0);
        if known.owner {
            self.lanes.insert((number, app, purpose, true), 0);
        }
        if let Some(proof) = approved.owner {
            self.proofs.push((number, app, proof));
        }
    }

    async fn step(mut self) -> Self {
        match self.random.below(40) {
            0..=6 => self.begin().await,
            7..=8 => self.again().await,
            9..=10 => self.resend().await,
            11 => {
                let span = self.random.pick(&[60, 600, 3600, 20_000]);
                self.product.wait(Millis::from_seconds(span));
            }
            12 if self.random.below(3) == 0 => self.product = self.product.crash().await,
            12 => {
                self.product.vault.housekeep().await.unwrap();
                // What is cleared away may be begun again under the same id.
                let now = self.product.identity.now();
                self.known.retain(|known| known.gone_at > now);
            }
            13 => {
                if let Some(at) = self.some() {
                    let known = &mut self.known[at];
                    known.over = true;
                    self.product
                        .vault
                        .cancel(known.app, known.id)
                        .await
                        .unwrap();
                }
            }
            14 => {
                if let Some(at) = self.some().filter(|_| self.random.below(3) == 0) {
                    let (code, app) = (self.known[at].code.clone(), self.known[at].app);
                    self.check(at, code, app).await;
                }
            }
            15..=16 => self.elsewhere().await,
            _ => {
                if let Some(at) = self.some() {
                    let code = wrong_code(&self.known[at].code, self.random.below(9));
                    let app = self.known[at].app;
                    self.check(at, code, app).await;
                }
            }
        }
        self
    }

    /// The same id again: for the same number, or another.
    async fn again(&mut self) {
        let Some(at) = self.some() else { return };
        let known = &self.known[at];
        let number = self.random.pick(&[known.number, 0, 1, 2]);
        let request = begin(known.id, known.app, known.purpose, &numbered(number));
        let before = self.product.phones.handed();
        let answer = self.product.vault.begin(request).await;
        if number != known.number {
            assert!(answer.is_err(), "an id stands for one number");
        }
        assert_eq!(
            self.product.phones.handed(),
            before,
            "a repeat sends nothing"
        );
    }

    async fn resend(&mut self) {
        let Some(at) = self.some() else { return };
        let known = &self.known[at];
        let request = Resend {
            application: known.app,
            verification: known.id,
            channel: self.random.pick(&[
                ChannelChoice::Auto,
                ChannelChoice::Sms,
                ChannelChoice::Voice,
            ]),
            fallback: self.random.below(2) == 0,
            until: model::Timestamp::from_millis(i64::MAX),
        };
        let (number, app, owner) = (known.number, known.app, known.owner);
        let asked = match request.channel {
            ChannelChoice::Auto => known.channel,
            ChannelChoice::Sms => Channel::Sms,
            ChannelChoice::Voice => Channel::Voice,
        };
        // A fallback to the channel that is in use was sent before.
        let sends = !(request.fallback && asked == known.channel);
        if let Ok(begun) = self.product.vault.resend(request).await {
            if sends {
                self.count_send(number, app, owner);
            }
            self.known[at].channel = begun.view.channel;
            let known = &self.known[at];
            let code = self.product.code_of(&numbered(number), known.id).await;
            assert_eq!(code.as_deref(), Some(known.code.as_str()));
        }
    }

    /// The right code of one verification where it does not belong.
    async fn elsewhere(&mut self) {
        let (Some(at), Some(other)) = (self.some(), self.some()) else {
            return;
        };
        let code = self.known[other].code.clone();
        let app = self.random.pick(&[APP, OTHER]);
        self.check(at, code, app).await;
    }
}

#[tokio::test]
async fn whatever_a_lying_front_calls_the_limits_hold() {
    let mut approvals = 0;
    let mut fullest = 0;
    for seed in 0..8 {
        let mut liar = Liar::new(seed).await;
        for _ in 0..1200 {
            liar = liar.step().await;
        }
        approvals += liar.approvals;
        fullest = fullest.max(liar.lanes.values().copied().max().unwrap_or(0));
        liar.product.finish().await;
    }
    assert!(
        approvals > 50,
        "the liar sometimes knows a code: {approvals}"
    );
    assert_eq!(fullest, 50, "some lane was used up");
}
