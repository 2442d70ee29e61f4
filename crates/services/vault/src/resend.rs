//! Sending the same code again, by the same or another channel.

use std::sync::Arc;

use model::{ChannelChoice, Status, Timestamp};
use peers::vault::{BeginRefusal, Begun, LimitKind, Resend};
use store::{StoreError, Tx, Value};

use crate::{
    Core,
    accounts::find_accounts,
    announce,
    begin::{gives_back, in_time, number_limit, resend_writes, surely::LOST_ANSWERS},
    budgets::Scope,
    fault::Fault,
    intake::{channel_for, refuse},
    limits,
    outbox::Outgoing,
    reindex::limit_writes,
    rows::{Application, Message, MessageState, NumberLimit, Verification},
    secrets::Secrets,
};

/// What writing the resend came to.
enum Written {
    Queued {
        row: Box<Verification>,
        message: Message,
        limit: NumberLimit,
    },
    /// The fallback that is asked for was sent before, and its answer was lost.
    Before(Box<Verification>, NumberLimit),
    NotNow(LimitKind, Box<Verification>, NumberLimit),
    Over,
}

impl Core {
    /// The verb `resend`.
    pub(crate) async fn resend(&self, request: Resend) -> Result<Begun, BeginRefusal> {
        let now = self.trusted_now()?;
        in_time(request.until, now)?;
        let app = self
            .application(request.application, now)
            .await
            .map_err(refuse)?;
        let app = app.ok_or(BeginRefusal::UnknownApplication)?;
        let row = self
            .verification(request.application, request.verification)
            .await;
        let row = row.map_err(refuse)?.ok_or(BeginRefusal::NotFound)?;
        let secrets = self
            .secrets(&row)
            .await
            .map_err(refuse)?
            .ok_or(BeginRefusal::NotFound)?;
        if row.status_at(now) != Status::Pending {
            return Err(BeginRefusal::Finished);
        }
        let channel = channel_for(&app, row.line_type, choice(request.channel, &row))?;
        let sends = Scope::sends(request.application);
        let sends = if app.sandbox.is_none() {
            &sends[..]
        } else {
            &[]
        };
        self.take_budget(sends, row.lane, now).await?;
        let message = self.fresh_message(row.id, channel, app.sandbox.is_some(), now);
        let message = message.map_err(refuse)?;
        let again = self
            .write_and_send_again(message, &secrets, &app, request.fallback, now)
            .await;
        if again.as_ref().is_err_and(gives_back) {
            self.put_budget_back(sends, row.lane, now);
        }
        again
    }

    async fn write_and_send_again(
        &self,
        message: Message,
        secrets: &Secrets,
        app: &Arc<Application>,
        fallback: bool,
        now: Timestamp,
    ) -> Result<Begun, BeginRefusal> {
        let slot = self.outbox.reserve()?;
        let written = self
            .resend_surely(message, secrets, app, fallback, now)
            .await;
        match written.map_err(refuse)? {
            Written::Queued {
                row,
                message,
                mut limit,
            } => {
                if message.state == MessageState::Handing {
                    slot.send(Outgoing::code(&row, &message, secrets, app).map_err(refuse)?);
                }
                Ok(self.begun(&row, app, &mut limit, now))
            }
            Written::Before(row, mut limit) => Ok(self.begun(&row, app, &mut limit, now)),
            Written::NotNow(kind, row, mut limit) => {
                let next = limits::next_channels(app, &row, &mut limit, now, &self.config);
                Err(BeginRefusal::Limit { kind, next })
            }
            Written::Over => Err(BeginRefusal::Finished),
        }
    }

    /// Writes the resend; after a lost answer once more. A run that finds its own message has
    /// nothing to write.
    async fn resend_surely(
        &self,
        message: Message,
        secrets: &Secrets,
        app: &Arc<Application>,
        fallback: bool,
        now: Timestamp,
    ) -> Result<Written, Fault> {
        for _ in 0..LOST_ANSWERS {
            let written = self
                .write_resend(message.clone(), secrets, app, fallback, now)
                .await;
            if !matches!(written, Err(Fault::Store(StoreError::OutcomeUnknown))) {
                return written;
            }
        }
        self.write_resend(message, secrets, app, fallback, now)
            .await
    }

    async fn write_resend(
        &self,
        message: Message,
        secrets: &Secrets,
        app: &Arc<Application>,
        fallback: bool,
        now: Timestamp,
    ) -> Result<Written, Fault> {
        let (keys, config, app) = (Arc::clone(&self.keys), self.config.clone(), Arc::clone(app));
        let secrets = secrets.clone();
        let leaf_key = self.entropy.row_key(now)?;
        self.store
            .transact(
                "vault.resend",
                async move |tx: &mut dyn Tx| -> Result<Written, Fault> {
                    let tags = &secrets.tags;
                    let mut reads = vec![announce::verification(message.verification)];
                    reads.extend(announce::limit(&keys, tags));
                    reads.extend(announce::tags_of(&keys, tags));
                    tx.prefetch(reads).await?;
                    let mut message = message.clone();
                    let key = [Value::from(*message.verification.as_bytes())];
                    let Some(mut row) = keys.guard.get::<Verification>(tx, &key).await? else {
                        return Ok(Written::Over);
                    };
                    if row.status_at(now) != Status::Pending {
                        return Ok(Written::Over);
                    }
                    let mut limit = number_limit(tx, &keys, &secrets.tags, now).await?;
                    let before = done_before(tx, &row, &limit, &message, fallback).await?;
                    if let Some(done) = before {
                        return Ok(done);
                    }
                    let soon = limits::resend_wait(&row, now, &config).as_millis() > 0;
                    let sandbox = app.sandbox.is_some();
                    let taken = match soon && !fallback {
                        true => Err(LimitKind::NumberSends),
                        false => limits::take_use(&mut limit, &row, !sandbox, now, &config),
                    };
                    if let Err(kind) = taken {
                        return Ok(Written::NotNow(kind, Box::new(row), limit));
                    }
                    let mut writes = limit_writes(&limit, tags, &keys);
                    if !sandbox {
                        let found = find_accounts(tx, &keys, &secrets.tags).await?;
                        let newest = found.into_iter().last();
                        let (used, withheld) =
                            resend_writes(&mut row, newest, &secrets, &keys, leaf_key, now)?;
                        writes.extend(used);
                        if withheld {
                            message.state = MessageState::Withheld;
                        }
                    }
                    (row.channel, row.sent_at, row.message) = (message.channel, now, message.id);
                    row.sends += 1;
                    writes.extend([store::insert(&message), keys.guard.put(&row)]);
                    tx.write(writes).await?;
                    Ok(Written::Queued {
                        row: Box::new(row),
                        message,
                        limit,
                    })
                },
            )
            .await
    }
}

/// What is done already: by an earlier run of the same call, or by a fallback whose answer was lost.
async fn done_before(
    tx: &mut dyn Tx,
    row: &Verification,
    limit: &NumberLimit,
    message: &Message,
    fallback: bool,
) -> Result<Option<Written>, Fault> {
    if row.message == message.id {
        let own = [Value::from(*message.id.as_bytes())];
        if let Some(message) = tx.get::<Message>(&own).await? {
            return Ok(Some(Written::Queued {
                row: Box::new(row.clone()),
                message,
                limit: limit.clone(),
            }));
        }
    }
    let sent = fallback && row.channel == message.channel;
    Ok(sent.then(|| Written::Before(Box::new(row.clone()), limit.clone())))
}

/// Without a wish, the channel of the last message.
fn choice(wanted: ChannelChoice, row: &Verification) -> ChannelChoice {
    match (wanted, row.channel) {
        (ChannelChoice::Auto, model::Channel::Sms) => ChannelChoice::Sms,
        (ChannelChoice::Auto, model::Channel::Voice) => ChannelChoice::Voice,
        (fixed, _) => fixed,
    }
}
