//! Handing messages to the courier, once.
//!
//! A message is a row, committed with the verification that caused it, before anything is handed
//! over. The row names the courier's run it is meant for. Only that run can say whether it ever
//! got the message; when it is gone, the outcome is unknown and the message is never repeated by
//! itself.

use std::{sync::Arc, time::Duration};

use model::MessageId;
use parking_lot::RwLock;
use peers::{
    carrier::{CarrierMessage, CourierRun, Outbound, Receipt},
    front::{SendReport, SendState},
    vault::{BeginRefusal, Unavailable},
};
use store::{Scan, Tx, Value};
use tokio::{sync::mpsc, task::JoinSet};

use crate::{
    Core, announce,
    fault::Fault,
    handover::hand_over,
    jobs::TellFront,
    render,
    rows::{Application, MESSAGE, Message, MessageState, Verification},
    secrets::Secrets,
};

/// Messages that may wait for the courier; beyond it, requests are refused as busy.
const QUEUE: usize = 8192;
/// Messages handed over at the same time.
const AT_ONCE: usize = 512;
/// Outcomes written in one transaction.
const BATCH: usize = 256;

/// A message on its way to the courier.
pub struct Outgoing {
    pub(crate) message: CarrierMessage,
    pub(crate) run: Option<CourierRun>,
    /// It may have been handed over before a restart: ask before sending.
    pub(crate) recovered: bool,
}

impl Outgoing {
    /// The message that carries a verification's code.
    ///
    /// # Errors
    /// [`Fault::Contradiction`] when the words cannot be rendered.
    pub(crate) fn code(
        row: &Verification,
        message: &Message,
        secrets: &Secrets,
        app: &Application,
    ) -> Result<Self, Fault> {
        let language = render::language(Some(&row.language), row.country);
        let words = render::code_words(app, message.channel, language, row.purpose, &secrets.code)?;
        let to = numbers::E164::from_canonical(secrets.number.as_str())
            .map_err(|_| Fault::Contradiction("a sealed number that is no number"))?;
        let message = CarrierMessage {
            id: message.id,
            to,
            from: app.sender.clone(),
            language: language.tag().to_owned(),
            words,
            sandbox: app.sandbox.is_some(),
        };
        Ok(Self {
            message,
            run: None,
            recovered: false,
        })
    }
}

/// The queue in front of the courier.
pub struct Outbox {
    /// Gone once the room is stopping.
    sender: RwLock<Option<mpsc::Sender<Outgoing>>>,
    run: RwLock<Option<CourierRun>>,
}

/// A place in the queue, taken before anything is written.
pub struct Slot {
    permit: mpsc::OwnedPermit<Outgoing>,
    run: Option<CourierRun>,
}

impl Slot {
    /// Puts a message in the place.
    pub fn send(self, mut outgoing: Outgoing) {
        outgoing.run = self.run;
        self.permit.send(outgoing);
    }
}

impl Outbox {
    /// A queue and its other end, for [`dispatch`].
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Outgoing>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        (
            Self {
                sender: RwLock::new(Some(sender)),
                run: RwLock::new(None),
            },
            receiver,
        )
    }

    /// The courier's run as last heard.
    pub fn courier_run(&self) -> Option<CourierRun> {
        *self.run.read()
    }

    pub(crate) fn heard(&self, run: Option<CourierRun>) {
        *self.run.write() = run;
    }

    /// Takes a place, so that what is committed can also be queued.
    ///
    /// # Errors
    /// [`Unavailable::Busy`] when the courier is far behind.
    pub fn reserve(&self) -> Result<Slot, BeginRefusal> {
        let sender = self.sender.read().clone();
        let permit = sender.and_then(|sender| sender.try_reserve_owned().ok());
        let permit = permit.ok_or(BeginRefusal::Unavailable(Unavailable::Busy))?;
        Ok(Slot {
            permit,
            run: self.courier_run(),
        })
    }

    /// Takes no more messages; those in the queue are still handed over.
    pub fn close(&self) {
        *self.sender.write() = None;
    }
}

/// One message's outcome, to be written.
#[derive(Debug, Clone, Copy)]
pub struct Settled {
    /// The message.
    pub id: MessageId,
    /// What became of it.
    pub state: MessageState,
}

/// Hands messages over until the queue closes, then finishes what is under way.
pub async fn dispatch(
    core: Arc<Core>,
    outbound: Arc<dyn Outbound>,
    mut queue: mpsc::Receiver<Outgoing>,
) {
    let (settle, settled) = mpsc::channel(QUEUE);
    let writer = write_outcomes(Arc::clone(&core), settled);
    let hand = async move {
        if let Ok(run) = outbound.run().await {
            core.outbox.heard(Some(run));
        }
        let mut under_way = JoinSet::new();
        while let Some(outgoing) = queue.recv().await {
            while under_way.len() >= AT_ONCE {
                under_way.join_next().await;
            }
            while under_way.try_join_next().is_some() {}
            if let (Some(run), Some(counts)) = (core.outbox.courier_run(), core.routes.due()) {
                let outbound = Arc::clone(&outbound);
                // Lost counts are lost: they only guide.
                under_way.spawn(async move {
                    let _ = outbound.verified(run, counts).await;
                });
            }
            let (core, outbound) = (Arc::clone(&core), Arc::clone(&outbound));
            let settle = settle.clone();
            under_way.spawn(async move {
                let id = outgoing.message.id;
                let state = hand_over(&core, &*outbound, outgoing).await;
                // The writer ends only after every sender is gone.
                let _ = settle.send(Settled { id, state }).await;
            });
        }
        while under_way.join_next().await.is_some() {}
    };
    tokio::join!(hand, writer);
}

async fn write_outcomes(core: Arc<Core>, mut settled: mpsc::Receiver<Settled>) {
    let mut batch = Vec::with_capacity(BATCH);
    while settled.recv_many(&mut batch, BATCH).await > 0 {
        gather(&core, &mut settled, &mut batch).await;
        if let Err(fault) = core.settle(std::mem::take(&mut batch)).await {
            // The rows stay `Handing`; the next start asks the courier about them.
            tracing::error!(fault = %fault, "vault.outbox.settle");
        }
    }
}

/// Good news may wait a moment for more, so that many share one commit. Whoever acts upon bad news
/// waits for it, so it is written at once.
async fn gather(core: &Core, settled: &mut mpsc::Receiver<Settled>, batch: &mut Vec<Settled>) {
    let wait = u64::try_from(core.config.outcome_wait.as_millis()).unwrap_or(0);
    let until = tokio::time::Instant::now() + Duration::from_millis(wait);
    let good = |settled: &Settled| settled.state == MessageState::Accepted;
    while wait > 0 && batch.len() < BATCH && batch.iter().all(good) {
        let more = settled.recv_many(batch, BATCH - batch.len());
        match tokio::time::timeout_at(until, more).await {
            Ok(1..) => {}
            // Time is up, or the room is stopping.
            Ok(0) | Err(_) => return,
        }
    }
}

impl Core {
    /// Writes outcomes, and queues the news that the front acts upon.
    pub(crate) async fn settle(&self, batch: Vec<Settled>) -> Result<(), Fault> {
        let now = self.clock.now();
        let job_id = self.entropy.row_key(now)?;
        let told = self
            .store
            .transact(
                "vault.settle",
                async move |tx: &mut dyn Tx| -> Result<bool, Fault> {
                    let reads = batch.iter().map(|settled| announce::message(settled.id));
                    tx.prefetch(reads.collect()).await?;
                    let mut writes = Vec::new();
                    let mut reports = Vec::new();
                    for Settled { id, state } in &batch {
                        let key = [Value::from(*id.as_bytes())];
                        let Some(mut row) = tx.get::<Message>(&key).await? else {
                            continue;
                        };
                        if !row.state.may_become(*state) {
                            continue;
                        }
                        (row.state, row.at) = (*state, now);
                        reports.extend(report(tx, &row).await?);
                        writes.push(store::put(&row));
                    }
                    tx.write(writes).await?;
                    if reports.is_empty() {
                        return Ok(false);
                    }
                    let job = TellFront { reports };
                    store::jobs::enqueue(tx, &job, now.as_millis(), job_id).await?;
                    Ok(true)
                },
            )
            .await?;
        if told {
            self.jobs_wake.notify_one();
        }
        Ok(())
    }

    /// The verb `receipts`.
    pub(crate) async fn receipts(&self, receipts: Vec<Receipt>) -> Result<(), Fault> {
        let state = |delivered| {
            if delivered {
                MessageState::Delivered
            } else {
                MessageState::Failed
            }
        };
        let settled = receipts
            .into_iter()
            .map(|receipt| Settled {
                id: receipt.id,
                state: state(receipt.delivered),
            })
            .collect();
        self.settle(settled).await
    }

    /// After a start: messages that may or may not have been handed over are asked about.
    pub(crate) async fn recover_messages(&self) -> Result<usize, Fault> {
        let now = self.clock.now();
        let oldest = now.plus(model::Millis::from_millis(
            -self.config.code_lifetime.as_millis(),
        ));
        let from = store::id::time_ordered(oldest.as_millis(), [0; 10]);
        let mut place = None;
        let mut found = 0;
        loop {
            let scan = Scan::new(&MESSAGE, BATCH)
                .from(Value::from(from))
                .after(place.take());
            let asked = scan.clone();
            let rows = self
                .store
                .read(
                    "vault.recover",
                    async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                        Ok(tx.scan::<Message>(asked.clone()).await?)
                    },
                )
                .await?;
            let Some(last) = rows.last() else {
                return Ok(found);
            };
            place = Some(vec![Value::from(*last.id.as_bytes())]);
            for row in rows
                .into_iter()
                .filter(|row| row.state == MessageState::Handing)
            {
                found += 1;
                self.recover_one(row).await?;
            }
        }
    }

    async fn recover_one(&self, message: Message) -> Result<(), Fault> {
        let id = message.verification;
        let keys = Arc::clone(&self.keys);
        let row = self
            .store
            .read(
                "vault.recover.row",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let key = [Value::from(*id.as_bytes())];
                    Ok(keys.guard.get::<Verification>(tx, &key).await?)
                },
            )
            .await?;
        let lost = Settled {
            id: message.id,
            state: MessageState::Unknown,
        };
        let Some(row) = row else {
            return self.settle(vec![lost]).await;
        };
        let app = self.application(row.application, self.clock.now()).await?;
        // Messages are not guarded rows, verifications are: only the message that one names, and
        // only while its code is of use, goes out.
        if row.message != message.id || row.status_at(self.clock.now()) != model::Status::Pending {
            return self.settle(vec![lost]).await;
        }
        let (Some(app), Some(secrets)) = (app, self.secrets(&row).await?) else {
            return self.settle(vec![lost]).await;
        };
        let mut outgoing = Outgoing::code(&row, &message, &secrets, &app)?;
        (outgoing.run, outgoing.recovered) = (message.courier_run, true);
        if message.courier_run.is_none() {
            // No run was named: nobody can say whether it went out.
            return self.settle(vec![lost]).await;
        }
        let sender = self.outbox.sender.read().clone();
        // A closed queue means that the room is stopping; the row is found again.
        if let Some(sender) = sender {
            let _ = sender.send(outgoing).await;
        }
        Ok(())
    }
}

/// News for the front: only what it acts upon, so that a message that simply arrives costs one
/// row and no call.
async fn report(tx: &mut dyn Tx, row: &Message) -> Result<Option<SendReport>, Fault> {
    let state = match row.state {
        MessageState::Failed => SendState::Failed,
        MessageState::Unknown => SendState::Unknown,
        MessageState::Handing
        | MessageState::Accepted
        | MessageState::Delivered
        | MessageState::Withheld => return Ok(None),
    };
    let key = [Value::from(*row.verification.as_bytes())];
    let Some(stored) = tx.get_row(&crate::rows::VERIFICATION, &key).await? else {
        return Ok(None);
    };
    // Only the application's id is read here; it decides nothing but whom to tell.
    let Some(Value::Bytes(application)) = stored.get(1) else {
        return Ok(None);
    };
    let Ok(application) = <[u8; 16]>::try_from(application.as_slice()) else {
        return Ok(None);
    };
    Ok(Some(SendReport {
        application: model::ApplicationId::from_bytes(application),
        verification: row.verification,
        channel: row.channel,
        state,
        at: row.at,
    }))
}
