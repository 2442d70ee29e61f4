//! The hosted pages' view of the identity service, for one application.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use identity::{
    BeginRefusal, Begun, Checked, Client, Custody, Identity, Reclaimed, Start,
    StartError as Refused, Traits, Viewed,
};
use model::{
    ApplicationId, Channel, ChannelChoice, CodePurpose, Millis, Subject, TypedCode, VerificationId,
};
use numbers::{LineType, ParseError, Region};
use pages::port::{
    Approved, Away, ClientInfo, Country, Destination, Guess, Health, Line, NumberFault,
    OpenedSession, OwnerProof, Proven, Reclaim, SealKey, Seen, SessionToken, Sessions, SignedIn,
    StartError, StartForm, Started, Stored, Verdict, Verifications,
};
use tokio::time::timeout;

/// The pages' service: one application of the identity service.
pub struct Hosted {
    /// The service.
    pub identity: Identity,
    /// The application whose pages these are.
    pub application: ApplicationId,
    /// Both sides of an account have been shown since the start.
    compared: AtomicBool,
    /// Whether the vault's keys are test keys, and so until it says otherwise.
    test_keys: AtomicBool,
    /// When it was last asked, milliseconds since 1970; never is zero.
    keys_asked_at: AtomicI64,
}

/// How long the vault's word on its keys is good for.
const KEYS_GOOD: Millis = Millis::from_seconds(60);
/// How long a page waits for that word; a vault that works needs far less.
const KEYS_PATIENCE: Duration = Duration::from_millis(500);

#[async_trait]
impl Verifications for Hosted {
    async fn start(&self, form: StartForm) -> Result<Started, StartError> {
        let destination = match form.destination {
            Destination::Typed { text, country } => identity::Destination::Typed {
                text,
                region: country.and_then(|country| Region::parse(country.as_str()).ok()),
            },
            Destination::Sealed(text) => identity::Destination::Sealed(text),
        };
        let purpose = form.purpose;
        let start = Start {
            application: self.application,
            purpose,
            destination,
            channel: form.channel,
            subject: None,
            locale: Some(form.locale.to_owned()),
            owner: form.owner.map(|proof| identity::OwnerProof {
                expires_at: proof.expires_at,
                mac: proof.mac,
            }),
            client: client(form.client),
            verification: Some(form.verification),
            idempotency_key: None,
        };
        let (id, begun) = self.identity.start(start).await.map_err(refused)?;
        Ok(started(id, purpose, &begun))
    }

    async fn resend(
        &self,
        verification: VerificationId,
        channel: Channel,
        by: ClientInfo,
    ) -> Result<Started, StartError> {
        let choice = match channel {
            Channel::Sms => ChannelChoice::Sms,
            Channel::Voice => ChannelChoice::Voice,
        };
        let begun = self
            .identity
            .resend(self.application, verification, choice, &client(by))
            .await;
        let begun = begun.map_err(refused)?;
        let seen = self
            .look_up(verification)
            .await
            .map_err(|Away| StartError::Away)?;
        let purpose = seen.map_or(CodePurpose::Signup, |seen| seen.purpose);
        Ok(started(verification, purpose, &begun))
    }

    async fn check(
        &self,
        verification: VerificationId,
        code: TypedCode,
        by: ClientInfo,
    ) -> Result<Guess, Away> {
        let checked = self
            .identity
            .check(self.application, verification, code, &client(by))
            .await;
        let checked = checked.map_err(|_| Away)?.checked;
        if let Checked::Approved(approved) = checked {
            return Ok(Guess::Approved(right(&approved)));
        }
        let Some(viewed) = self.look_up(verification).await? else {
            return Ok(Guess::Gone);
        };
        let now = |view| Started {
            ..shown(verification, &Viewed { view, ..viewed })
        };
        Ok(match checked {
            Checked::Approved(approved) => Guess::Approved(right(&approved)),
            Checked::Wrong(view) => Guess::Wrong(now(view)),
            Checked::Malformed(view) => Guess::Malformed(now(view)),
            Checked::Held(held) => Guess::Held(now(held.view), why(held)),
            Checked::Expired(view) => Guess::Expired(now(view)),
            Checked::Locked(view) => Guess::Locked(now(view)),
            Checked::Canceled | Checked::NotFound => Guess::Gone,
        })
    }

    async fn view(&self, verification: VerificationId) -> Result<Option<Seen>, Away> {
        let viewed = self.look_up(verification).await?;
        Ok(viewed.map(|viewed| Seen {
            started: shown(verification, &viewed),
            proven: viewed.approved.as_ref().map(proven),
        }))
    }

    async fn reclaim(&self, verification: VerificationId) -> Result<Reclaim, Away> {
        let reclaimed = self.identity.reclaim(self.application, verification).await;
        Ok(match reclaimed.map_err(|_| Away)? {
            Reclaimed::Done { approved, .. } => Reclaim::Done(right(&approved)),
            Reclaimed::TooRecent { possible_at } => Reclaim::TooRecent { possible_at },
            Reclaimed::NotApplicable => Reclaim::NotApplicable,
        })
    }

    async fn seal_key(&self) -> Result<SealKey, Away> {
        let key = self.identity.seal_key().await.map_err(|_| Away)?;
        let application = self
            .application
            .as_bytes()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Ok(SealKey {
            note: key.note,
            verifier: key.verifier,
            application,
        })
    }

    async fn health(&self) -> Health {
        match self.identity.health().await {
            Ok(health) => Health {
                vault: health.trouble.is_none(),
                courier: health.courier,
                accounts: health.accounts,
                compared: self.compared.load(Ordering::Relaxed),
            },
            Err(_) => Health {
                vault: false,
                courier: false,
                accounts: 0,
                compared: false,
            },
        }
    }

    async fn test_keys(&self) -> bool {
        let now = self.identity.now().as_millis();
        let (asked, order) = (&self.keys_asked_at, Ordering::Relaxed);
        let last = asked.load(order);
        let old = now - last >= KEYS_GOOD.as_millis();
        // One request asks, for a moment; the others go on with what is known.
        if old
            && asked.compare_exchange(last, now, order, order).is_ok()
            && let Ok(Ok(health)) = timeout(KEYS_PATIENCE, self.identity.health()).await
        {
            let test = health.custody == Custody::Development;
            self.test_keys.store(test, order);
        }
        self.test_keys.load(order)
    }

    async fn stored(&self, subject: Subject) -> Result<Option<Stored>, Away> {
        let stored = self.stored_for(subject).await?;
        if stored.is_some() {
            self.compared.store(true, Ordering::Relaxed);
        }
        Ok(stored)
    }
}

#[async_trait]
impl Sessions for Hosted {
    async fn open(
        &self,
        subject: Subject,
        former: Option<&SessionToken>,
    ) -> Result<OpenedSession, Away> {
        let former = former.and_then(token);
        let opened = self
            .identity
            .open_session(self.application, subject, former.as_ref())
            .await
            .map_err(|_| Away)?;
        Ok(OpenedSession {
            token: SessionToken::new(opened.token.expose()),
            ends_at: opened.ends_at,
        })
    }

    async fn find(&self, kept: &SessionToken) -> Result<Option<SignedIn>, Away> {
        let Some(token) = token(kept) else {
            return Ok(None);
        };
        let found = self.identity.session(self.application, &token).await;
        Ok(found.map_err(|_| Away)?.map(|account| SignedIn {
            subject: account.subject,
            country: country(account.traits.country).unwrap_or(WORLD),
            line: line(account.traits.line_type),
            proven_at: account.verified_at,
        }))
    }

    async fn end(&self, kept: &SessionToken) -> Result<(), Away> {
        let Some(token) = token(kept) else {
            return Ok(());
        };
        let ended = self.identity.end_session(self.application, &token).await;
        ended.map_err(|_| Away)
    }

    fn idle(&self) -> Millis {
        self.identity.session_idle()
    }
}

/// A token as the service knows them; nothing when a cookie holds something else.
fn token(kept: &SessionToken) -> Option<identity::SessionToken> {
    identity::SessionToken::from_cookie(kept.expose())
}

impl Hosted {
    async fn look_up(&self, verification: VerificationId) -> Result<Option<Viewed>, Away> {
        self.identity
            .look_up(self.application, verification)
            .await
            .map_err(|_| Away)
    }

    #[cfg(feature = "demo")]
    async fn stored_for(&self, subject: Subject) -> Result<Option<Stored>, Away> {
        let stored = self
            .identity
            .stored(self.application, subject)
            .await
            .map_err(|_| Away)?;
        Ok(stored.map(|stored| Stored {
            ciphertext: stored.ciphertext,
            commitment: stored.commitment,
            wraps: stored.wraps,
            tag: stored.tag,
            record_hash: stored.record_hash,
            leaves: stored.leaves,
        }))
    }

    #[cfg(not(feature = "demo"))]
    async fn stored_for(&self, _: Subject) -> Result<Option<Stored>, Away> {
        Ok(None)
    }
}

/// Countries for the pages' list.
pub fn countries() -> Vec<(Country, u16)> {
    let country = |entry: &numbers::Country| {
        Some((Country::parse(entry.region.as_str())?, entry.calling_code))
    };
    numbers::countries().iter().filter_map(country).collect()
}

fn client(info: ClientInfo) -> Client {
    let address: IpAddr = info.address;
    let hex = |device: [u8; 16]| device.iter().map(|byte| format!("{byte:02x}")).collect();
    Client {
        address: Some(address),
        device: info.device.map(hex),
    }
}

fn started(id: VerificationId, purpose: CodePurpose, begun: &Begun) -> Started {
    let viewed = Viewed {
        purpose,
        view: begun.view,
        traits: begun.traits,
        approved: None,
    };
    shown(id, &viewed)
}

fn shown(id: VerificationId, viewed: &Viewed) -> Started {
    let view = viewed.view;
    Started {
        verification: id,
        status: view.status,
        purpose: viewed.purpose,
        channel: view.channel,
        expires_at: view.expires_at,
        attempts_left: view.attempts_left,
        code_length: view.code_length,
        next: view.next,
        country: country(viewed.traits.country),
        line: line(viewed.traits.line_type),
    }
}

fn country(region: Region) -> Option<Country> {
    Country::parse(region.as_str())
}

const fn line(line: LineType) -> Line {
    match line {
        LineType::Mobile => Line::Mobile,
        LineType::Fixed => Line::Fixed,
        LineType::FixedOrMobile => Line::Either,
        LineType::Voip => Line::Voip,
        _ => Line::Other,
    }
}

fn right(approved: &identity::Approved) -> Approved {
    Approved {
        proven: proven(approved),
        owner: approved.owner.map(|proof| OwnerProof {
            expires_at: proof.expires_at,
            mac: proof.mac,
        }),
    }
}

fn proven(approved: &identity::Approved) -> Proven {
    let Traits {
        country: region,
        line_type,
    } = approved.traits;
    Proven {
        subject: approved.subject,
        verdict: match approved.verdict {
            identity::Verdict::Created => Verdict::Created,
            identity::Verdict::Existing => Verdict::Existing,
            identity::Verdict::NumberInUse => Verdict::NumberInUse,
            identity::Verdict::NoAccount | identity::Verdict::OtherNumber => Verdict::NoAccount,
            identity::Verdict::Banned { until } => Verdict::Banned { until },
            identity::Verdict::LockedAccount => Verdict::Locked,
        },
        country: country(region).unwrap_or(WORLD),
        line: line(line_type),
        at: approved.at,
    }
}

/// Stands for numbers that belong to no country.
const WORLD: Country = Country::WORLD;

fn refused(error: Refused) -> StartError {
    match error {
        Refused::Limited {
            retry_after_seconds,
            ..
        } => StartError::ClientLimit {
            after_seconds: retry_after_seconds,
        },
        Refused::Storage => StartError::Away,
        Refused::Refused(refusal) => match refusal {
            BeginRefusal::Number(error) => number_refused(error),
            BeginRefusal::ChannelForLine { open, .. } => StartError::ChannelForLine(open),
            BeginRefusal::LineRefused { .. } => StartError::LineRefused,
            BeginRefusal::CountryRefused { .. } => StartError::CountryRefused,
            BeginRefusal::Limit { next, .. } => StartError::Limit(next),
            BeginRefusal::Finished | BeginRefusal::NotFound | BeginRefusal::NoNumberOnFile => {
                StartError::Finished
            }
            BeginRefusal::IdReused => StartError::KeyReused,
            BeginRefusal::SandboxNumber => StartError::SandboxNumber,
            BeginRefusal::SealedText => StartError::SealedText,
            BeginRefusal::UnknownApplication | BeginRefusal::Unavailable(_) => StartError::Away,
        },
    }
}

fn number_refused(error: ParseError) -> StartError {
    let at = |region: Option<Region>| region.and_then(country);
    StartError::Number(match error {
        ParseError::Empty => NumberFault::Empty,
        ParseError::TooShort { region } => NumberFault::TooShort(at(region)),
        ParseError::TooLong { region } => NumberFault::TooLong(at(region)),
        ParseError::NotANumber => NumberFault::Shape,
        ParseError::HasExtension => NumberFault::Extension,
        ParseError::NeedsCountry => NumberFault::CountryMissing,
        ParseError::Emergency | ParseError::ShortCode => NumberFault::Service,
        ParseError::UnknownCallingCode | ParseError::NotInUse { .. } => NumberFault::Unknown,
    })
}

/// The service as the pages hold it.
pub fn shared(identity: Identity, application: ApplicationId) -> Arc<Hosted> {
    Arc::new(Hosted {
        identity,
        application,
        compared: AtomicBool::new(false),
        test_keys: AtomicBool::new(true),
        keys_asked_at: AtomicI64::new(0),
    })
}

fn why(held: identity::Held) -> pages::port::Held {
    match (held.why, held.possible_at) {
        (identity::HeldFor::SimChanged, Some(possible_at)) => pages::port::Held::SimChanged {
            possible_at,
            known_device: held.other_way == Some(identity::OtherWay::KnownDevice),
        },
        _ => pages::port::Held::NoSignal,
    }
}
