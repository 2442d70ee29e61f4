//! Starting a verification: read the number, draw a code, seal both, queue the message.

use std::sync::Arc;

use model::{Channel, CodePurpose, MessageId, Status, Timestamp, VerificationId};
use peers::vault::{Begin, BeginRefusal, Begun, LimitKind, Unavailable};
use seal::pending::Code;
use store::{Tx, Value, Write};
use zeroize::Zeroizing;

use crate::{
    Core,
    accounts::{Found, find_accounts},
    again, announce,
    budgets::Scope,
    fault::Fault,
    intake::{Intake, choose_channel, refuse, sandbox_code},
    limits,
    log::{Labelled, used_leaf},
    outbox::Outgoing,
    reindex::{carried, limit_writes},
    render,
    rows::{
        Application, IngestSeen, Lane, Message, MessageState, NumberLimit, SimSignal, VERIFICATION,
        Verification,
    },
    secrets::{Origin, Secrets, draw_code},
    shares::under,
    tags::{NumberTags, Use},
};

pub(crate) mod surely;

/// A verification that is ready to be written.
#[derive(Clone)]
struct Draft {
    row: Verification,
    secrets: Secrets,
    message: Message,
    seen: Option<IngestSeen>,
    /// Where a device is known that may prove what a code after a change of the SIM card cannot.
    signal: Option<SimSignal>,
    /// Nothing is begun where a typed verification is open already.
    unless_open: bool,
}

/// What writing it came to.
enum Written {
    /// Done.
    Begun {
        row: Box<Verification>,
        message: Message,
        limit: NumberLimit,
    },
    /// The number's sends are used up, or its guesses: then no code could be of use.
    Limited(LimitKind, NumberLimit),
    /// Nothing: this verification is open in its place.
    Open(VerificationId),
}

/// What a start came to that was not refused.
enum Wrote {
    /// A verification.
    Begun(Begun),
    /// Nothing, because this one is open.
    Open(VerificationId),
}

impl Core {
    /// The verb `begin`.
    pub(crate) async fn begin(&self, request: Begin) -> Result<Begun, BeginRefusal> {
        let now = self.trusted_now()?;
        in_time(request.until, now)?;
        let app = self
            .application(request.application, now)
            .await
            .map_err(refuse)?;
        let app = app.ok_or(BeginRefusal::UnknownApplication)?;
        let lookups = [
            Scope::ApplicationLookups(request.application),
            Scope::OverallLookups,
        ];
        self.take_budget(&lookups, Lane::Stranger, now).await?;
        let intake = self.read_destination(&request, now).await?;
        let channel = choose_channel(&app, &intake.parsed, request.channel)?;
        let fixed = sandbox_code(&app, &intake.number)?;
        let (number, known) = (&intake.number, intake.known.as_ref());
        let tags = self
            .keys
            .tags_beside(request.application, number, known)
            .map_err(refuse)?;
        let lane = self.lane(&request, &tags, now).await.map_err(refuse)?;
        let sends = fixed.is_none().then(|| Scope::sends(request.application));
        let sends = sends.as_ref().map_or(&[][..], |sends| &sends[..]);
        self.take_budget(sends, lane, now).await?;
        let draft = self
            .draft(&request, intake, tags, lane, channel, fixed, now)
            .await;
        let draft = draft.map_err(refuse)?;
        match self.write_and_send(draft, &app, now).await {
            Ok(Wrote::Begun(begun)) => Ok(begun),
            Ok(Wrote::Open(open)) => {
                self.put_budget_back(sends, lane, now);
                self.send_again(open, &request).await
            }
            Err(refusal) => {
                if gives_back(&refusal) {
                    self.put_budget_back(sends, lane, now);
                }
                Err(refusal)
            }
        }
    }

    async fn lane(
        &self,
        request: &Begin,
        tags: &NumberTags,
        now: Timestamp,
    ) -> Result<Lane, Fault> {
        let Some(proof) = &request.owner else {
            return Ok(Lane::Stranger);
        };
        let (keys, wanted) = (Arc::clone(&self.keys), tags.clone());
        let standing = self
            .store
            .read("vault.lane", async move |tx: &mut dyn Tx| {
                find_accounts(tx, &keys, &wanted).await
            })
            .await?;
        let app = request.application;
        let owns = standing.iter().any(|found| {
            self.keys
                .is_owner(app, found.account.handle, tags, proof, now)
        });
        Ok(if owns { Lane::Owner } else { Lane::Stranger })
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "each is one fact of the request, used once"
    )]
    async fn draft(
        &self,
        request: &Begin,
        intake: Intake,
        tags: NumberTags,
        lane: Lane,
        channel: Channel,
        fixed: Option<String>,
        now: Timestamp,
    ) -> Result<Draft, Fault> {
        let sandbox = fixed.is_some();
        let code = match fixed {
            Some(code) => Code::parse(&code).map_err(|_| Fault::Contradiction("sandbox code"))?,
            None => draw_code(&*self.entropy, self.config.code_digits)?,
        };
        let mut view_key = Zeroizing::new([0; 32]);
        self.entropy.fill(&mut *view_key)?;
        let message = self.fresh_message(request.verification, channel, sandbox, now)?;
        let country = intake.parsed.region;
        let language = render::language(request.locale.as_deref(), country);
        let hour = self.keys.hour_or_new(&*self.store, now.hour()).await?;
        let mut row = Verification {
            id: request.verification,
            application: request.application,
            purpose: request.purpose,
            hour: now.hour(),
            sealed: Vec::new(),
            expires_at: now.plus(self.config.code_lifetime),
            status: Status::Pending,
            lane,
            channel,
            sends: 1,
            sent_at: now,
            message: message.id,
            guesses_left: self.config.guesses_per_code,
            code_digits: u8::try_from(code.as_str().len()).unwrap_or(u8::MAX),
            language: language.tag().to_owned(),
            country,
            line_type: intake.parsed.line_type,
            leaves: 0,
            wanted: request.subject,
            approved_at: None,
            handle: None,
            verdict: None,
            former: None,
            version: 0,
        };
        let secrets = Secrets {
            number: intake.number,
            code,
            tags,
            view_key,
            origin: intake.origin,
        };
        row.sealed = secrets.seal(&row, &hour, &self.keys)?;
        let signal = self.known_device(&row, request.owner.as_ref());
        Ok(Draft {
            signal,
            row,
            secrets,
            message,
            seen: intake.seen,
            unless_open: again::may_find(request),
        })
    }

    /// A message that is about to be written; one of a sandbox stays where it is.
    pub(crate) fn fresh_message(
        &self,
        verification: VerificationId,
        channel: Channel,
        sandbox: bool,
        now: Timestamp,
    ) -> Result<Message, Fault> {
        Ok(Message {
            id: MessageId::from_bytes(self.entropy.row_key(now)?),
            verification,
            channel,
            state: if sandbox {
                MessageState::Withheld
            } else {
                MessageState::Handing
            },
            courier_run: self.outbox.courier_run(),
            at: now,
        })
    }

    async fn write_and_send(
        &self,
        draft: Draft,
        app: &Arc<Application>,
        now: Timestamp,
    ) -> Result<Wrote, BeginRefusal> {
        let secrets = draft.secrets.clone();
        let asked = draft.row.clone();
        let slot = self.outbox.reserve()?;
        match self.write_surely(draft, app, now).await {
            Ok(Written::Begun {
                row,
                message,
                mut limit,
            }) => {
                if message.state == MessageState::Handing {
                    let outgoing = Outgoing::code(&row, &message, &secrets, app).map_err(refuse)?;
                    slot.send(outgoing);
                }
                // Only what was typed may be found by its number.
                let typed = secrets.origin == Origin::TYPED;
                self.recent.keep(&row, typed.then_some(limit.lookup));
                Ok(Wrote::Begun(self.begun(&row, app, &mut limit, now)))
            }
            Ok(Written::Limited(kind, mut limit)) => {
                let next = limits::next_channels(app, &asked, &mut limit, now, &self.config);
                Err(BeginRefusal::Limit { kind, next })
            }
            Ok(Written::Open(open)) => Ok(Wrote::Open(open)),
            Err(Fault::Store(error)) if error.is_duplicate(VERIFICATION.name, "key") => {
                let repeated = self.repeat(&asked, &secrets, app, now).await?;
                Ok(Wrote::Begun(repeated))
            }
            Err(Fault::Store(error)) if error.is_duplicate("ingest_seen", "key") => {
                // The same verification repeated with the same sealed number is a repeat; anything
                // else is a replay.
                match self.repeat(&asked, &secrets, app, now).await {
                    Err(BeginRefusal::NotFound) => Err(BeginRefusal::SealedText),
                    answer => answer.map(Wrote::Begun),
                }
            }
            Err(fault) => Err(refuse(fault)),
        }
    }

    async fn write(
        &self,
        draft: Draft,
        app: &Arc<Application>,
        now: Timestamp,
    ) -> Result<Written, Fault> {
        let (keys, config, app) = (Arc::clone(&self.keys), self.config.clone(), Arc::clone(app));
        let leaf_key = self.entropy.row_key(now)?;
        self.store
            .transact(
                "vault.begin",
                async move |tx: &mut dyn Tx| -> Result<Written, Fault> {
                    let tags = &draft.secrets.tags;
                    let mut reads = announce::limit(&keys, tags);
                    reads.extend(announce::tags_of(&keys, tags));
                    tx.prefetch(reads).await?;
                    let (mut row, mut message) = (draft.row.clone(), draft.message.clone());
                    let mut limit = number_limit(tx, &keys, tags, now).await?;
                    if draft.unless_open {
                        // Of two calls at the same moment the second reads what the first wrote.
                        let open = again::in_place_of(tx, &keys, &limit, &row, now).await?;
                        if let Some(open) = open {
                            return Ok(Written::Open(open));
                        }
                    }
                    let sends = app.sandbox.is_none();
                    if let Err(kind) = limits::take_use(&mut limit, &row, sends, now, &config) {
                        return Ok(Written::Limited(kind, limit));
                    }
                    // Only what was typed may be found by its number.
                    if draft.secrets.origin == Origin::TYPED {
                        limit.remember(row.purpose, row.id);
                    }
                    let mut writes = vec![store::insert(&message)];
                    writes.extend(limit_writes(&limit, tags, &keys));
                    let found = find_accounts(tx, &keys, tags).await?;
                    writes.extend(carried(tx, &keys, tags, &found).await?);
                    if app.sandbox.is_none() {
                        let label = label_use(&mut row, found.into_iter().last(), &draft.secrets);
                        if label.withheld {
                            message.state = MessageState::Withheld;
                            writes[0] = store::insert(&message);
                        }
                        writes.extend(label.account.map(|account| keys.guard.put(&account)));
                        let leaf = used_leaf(&label.leaf, row.purpose, &keys, leaf_key, now);
                        writes.push(leaf?);
                    }
                    writes.push(keys.guard.insert(&row));
                    writes.extend(draft.seen.as_ref().map(store::insert));
                    writes.extend(
                        draft
                            .signal
                            .as_ref()
                            .map(|signal| keys.guard.insert(signal)),
                    );
                    tx.write(writes).await?;
                    row.version = 1;
                    Ok(Written::Begun {
                        row: Box::new(row),
                        message,
                        limit,
                    })
                },
            )
            .await
    }

    /// The answer to a repeated call: the same number, given in the same way, gives the same
    /// answer and sends nothing.
    async fn repeat(
        &self,
        asked: &Verification,
        secrets: &Secrets,
        app: &Arc<Application>,
        now: Timestamp,
    ) -> Result<Begun, BeginRefusal> {
        let found = self
            .verification(asked.application, asked.id)
            .await
            .map_err(refuse)?;
        let row = found.ok_or(BeginRefusal::NotFound)?;
        let known = self.secrets(&row).await.map_err(refuse)?;
        let same = row.purpose == asked.purpose
            && row.wanted == asked.wanted
            && known.is_some_and(|known| {
                known.origin == secrets.origin && known.tags.is_same(&secrets.tags)
            });
        if !same {
            return Err(BeginRefusal::IdReused);
        }
        let mut limit = self.limit_of(secrets, now).await.map_err(refuse)?;
        Ok(self.begun(&row, app, &mut limit, now))
    }
}

/// Refuses what the caller does not wait for any more.
pub(crate) fn in_time(until: Timestamp, now: Timestamp) -> Result<(), BeginRefusal> {
    if now > until {
        return Err(BeginRefusal::Unavailable(Unavailable::Busy));
    }
    Ok(())
}

/// Whether a refusal came instead of a write, and gives back what a send takes from budgets: an
/// honest front may ask for a number whose limits are used up. It repeats no id with another
/// request and no sealed text, and of what is not available nobody knows whether it was written.
pub(crate) const fn gives_back(refusal: &BeginRefusal) -> bool {
    matches!(refusal, BeginRefusal::Limit { .. } | BeginRefusal::Finished)
}

/// The counters of a number under the present epoch and index key; those under older ones are
/// carried over.
pub(crate) async fn number_limit(
    tx: &mut dyn Tx,
    keys: &crate::keys::Keys,
    tags: &NumberTags,
    now: Timestamp,
) -> Result<NumberLimit, Fault> {
    tags.still_complete(keys)?;
    let epochs = keys.epochs();
    let mut found = None;
    let lookups = tags.lookups(Use::Limit, keys);
    for lookup in &lookups {
        let key = [Value::from(*lookup)];
        found = keys.guard.get::<NumberLimit>(tx, &key).await?;
        if found.is_some() {
            break;
        }
    }
    match found {
        Some(found) if lookups.first() == Some(&found.lookup) => Ok(found),
        other => {
            let limit = other.unwrap_or_else(|| NumberLimit::fresh(now));
            under(limit, &tags.made(Use::Limit), &epochs.current, &keys.random)
        }
    }
}

/// Whose leaf a use is, and what changes with it.
pub(crate) struct UseLabel {
    pub(crate) leaf: Labelled,
    pub(crate) account: Option<crate::rows::Account>,
    pub(crate) withheld: bool,
}

/// Counts the use for the account that stands under the number, or for the verification itself
/// where there is none yet.
pub(crate) fn label_use(
    row: &mut Verification,
    found: Option<Found>,
    secrets: &Secrets,
) -> UseLabel {
    match found {
        Some(Found {
            mut account,
            shares,
        }) => {
            account.leaves += 1;
            let leaf = Labelled {
                view_key: shares.view_key,
                n: account.leaves,
            };
            let withheld = !account.is_open();
            UseLabel {
                leaf,
                account: Some(account),
                withheld,
            }
        }
        None => {
            row.leaves += 1;
            let leaf = Labelled {
                view_key: secrets.view_key.clone(),
                n: row.leaves,
            };
            UseLabel {
                leaf,
                account: None,
                withheld: false,
            }
        }
    }
}

/// Purposes that may make an account.
pub(crate) const fn makes_accounts(purpose: CodePurpose) -> bool {
    matches!(purpose, CodePurpose::Signup)
}

/// One use of a number by a message that goes out again: counted and logged like the first.
pub(crate) fn resend_writes(
    row: &mut Verification,
    found: Option<Found>,
    secrets: &Secrets,
    keys: &crate::keys::Keys,
    leaf_key: [u8; 16],
    now: Timestamp,
) -> Result<(Vec<Write>, bool), Fault> {
    let label = label_use(row, found, secrets);
    let leaf = used_leaf(&label.leaf, row.purpose, keys, leaf_key, now)?;
    let account = label.account.map(|account| keys.guard.put(&account));
    Ok((account.into_iter().chain([leaf]).collect(), label.withheld))
}
