//! What this room answers on one link: decodes a request, starts it, queues its answer.

use std::sync::Arc;

use peers::{
    carrier::{CourierEvents, Outbound},
    front::FrontEvents,
    vault::NumberVault,
};
use serde::Serialize;
use tokio::task::JoinSet;

use crate::{
    Verb,
    body::{
        decode, decode_ask, decode_begin, decode_check, decode_check_number, decode_find,
        decode_guess, decode_make,
    },
    client::PAGE_ACCOUNTS,
    counters::Counters,
    courier_codec,
    frame::{Kind, Refusal},
    line::Line,
};

/// What this room offers to the other one.
pub enum Service {
    /// Nothing: this room only asks.
    Nothing,
    /// The vault's answers for the front, the console and the operator.
    Vault(Arc<dyn NumberVault>),
    /// The vault's answers for the courier.
    Receipts(Arc<dyn CourierEvents>),
    /// The front's answers for the vault.
    Front(Arc<dyn FrontEvents>),
    /// The courier's answers for the vault.
    Courier(Arc<dyn Outbound>),
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Vault(_) => "Vault",
            Self::Receipts(_) => "Receipts",
            Self::Front(_) => "Front",
            Self::Courier(_) => "Courier",
        })
    }
}

/// An admitted request, before its body was read.
pub(crate) struct Request<'a> {
    pub id: u64,
    pub body: &'a [u8],
    pub slot: Slot,
    pub counters: Arc<Counters>,
    pub tasks: &'a mut JoinSet<()>,
}

/// A request's share of its verb's budget, given back on drop.
pub(crate) struct Slot {
    line: Arc<Line>,
    verb: Verb,
}

impl Slot {
    /// Takes a share, if one is left.
    pub(crate) fn take(line: &Arc<Line>, verb: Verb) -> Option<Self> {
        line.admit(verb).then(|| Self {
            line: Arc::clone(line),
            verb,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.line.release(self.verb);
    }
}

/// A request being worked on. It gets exactly one answer: when the work panics or is aborted,
/// a refusal.
struct Job {
    id: u64,
    slot: Slot,
    counters: Arc<Counters>,
    answered: bool,
}

impl Job {
    async fn answer<T: Serialize>(mut self, answer: &T) {
        let queued = self.slot.line.reply(self.id, Kind::Answer, answer).await;
        self.answered = queued.is_ok();
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if !self.answered {
            self.counters.error(self.slot.verb);
            self.slot.line.refuse_now(self.id, Refusal::Failed);
        }
    }
}

impl Request<'_> {
    /// Works on the request in a task of its own.
    fn run<T: Serialize + Send + Sync>(
        self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<(), Refusal> {
        let Self {
            id,
            slot,
            counters,
            tasks,
            ..
        } = self;
        let job = Job {
            id,
            slot,
            counters,
            answered: false,
        };
        tasks.spawn(async move {
            let answer = work.await;
            job.answer(&answer).await;
        });
        Ok(())
    }
}

impl Service {
    /// Reads the request's body and starts it.
    ///
    /// # Errors
    /// [`Refusal`] when it was not started.
    pub(crate) fn start(&self, request: Request<'_>) -> Result<(), Refusal> {
        match self {
            Self::Nothing => Err(Refusal::NotAllowed),
            Self::Vault(vault) => vault_verb(Arc::clone(vault), request),
            Self::Receipts(events) => receipts_verb(Arc::clone(events), request),
            Self::Front(front) => front_verb(Arc::clone(front), request),
            Self::Courier(courier) => courier_verb(Arc::clone(courier), request),
        }
    }
}

fn vault_verb(vault: Arc<dyn NumberVault>, request: Request<'_>) -> Result<(), Refusal> {
    let body = request.body;
    match request.slot.verb {
        Verb::Begin => {
            let begin = decode_begin(body)?;
            request.run(async move { vault.begin(begin).await })
        }
        Verb::Resend => {
            let resend = decode(body)?;
            request.run(async move { vault.resend(resend).await })
        }
        Verb::Check => {
            let check = decode_check(body)?;
            request.run(async move { vault.check(check).await })
        }
        Verb::Cancel => {
            let (application, verification) = decode(body)?;
            request.run(async move { vault.cancel(application, verification).await })
        }
        Verb::View => {
            let (application, verification) = decode(body)?;
            request.run(async move { vault.view(application, verification).await })
        }
        Verb::FindOpen => {
            let find = decode_find(body)?;
            request.run(async move { vault.find_open(find).await })
        }
        Verb::CheckNumber => {
            let check = decode_check_number(body)?;
            request.run(async move { vault.check_number(check).await })
        }
        Verb::AskOperator => {
            let ask = decode_ask(body)?;
            request.run(async move { vault.ask_operator(ask).await })
        }
        Verb::Reclaim => {
            let (application, verification) = decode(body)?;
            request.run(async move { vault.reclaim(application, verification).await })
        }
        Verb::SealKey => {
            decode::<()>(body)?;
            request.run(async move { vault.seal_key().await })
        }
        Verb::NewAccounts => {
            let (since, limit): (_, u16) = decode(body)?;
            let limit = limit.min(PAGE_ACCOUNTS);
            request.run(async move { vault.new_accounts(since, limit).await })
        }
        Verb::Health => {
            decode::<()>(body)?;
            request.run(async move { vault.health().await })
        }
        _ => account_verb(vault, request),
    }
}

/// The verbs about one account.
fn account_verb(vault: Arc<dyn NumberVault>, request: Request<'_>) -> Result<(), Refusal> {
    let body = request.body;
    match request.slot.verb {
        Verb::Delete => {
            let (application, subject) = decode(body)?;
            request.run(async move { vault.delete(application, subject).await })
        }
        Verb::UndoDelete => {
            let (application, subject) = decode(body)?;
            request.run(async move { vault.undo_delete(application, subject).await })
        }
        Verb::SetLocked => {
            let (application, subject, locked) = decode(body)?;
            request.run(async move { vault.set_locked(application, subject, locked).await })
        }
        Verb::Ban => {
            let (application, subject, until) = decode(body)?;
            request.run(async move { vault.ban(application, subject, until).await })
        }
        Verb::ForgetNumber => {
            let (application, subject) = decode(body)?;
            request.run(async move { vault.forget_number(application, subject).await })
        }
        #[cfg(feature = "demo")]
        Verb::Stored => {
            let (application, subject) = decode(body)?;
            request.run(async move { vault.stored(application, subject).await })
        }
        _ => factor_verb(vault, request),
    }
}

/// The verbs about one authenticator app.
fn factor_verb(vault: Arc<dyn NumberVault>, request: Request<'_>) -> Result<(), Refusal> {
    let body = request.body;
    match request.slot.verb {
        Verb::MakeFactor => {
            let make = decode_make(body)?;
            request.run(async move { vault.make_factor(make).await })
        }
        Verb::CheckFactor => {
            let check = decode_guess(body)?;
            request.run(async move { vault.check_factor(check).await })
        }
        Verb::DeleteFactor => {
            let (application, factor) = decode(body)?;
            request.run(async move { vault.delete_factor(application, factor).await })
        }
        _ => Err(Refusal::NotAllowed),
    }
}

fn receipts_verb(events: Arc<dyn CourierEvents>, request: Request<'_>) -> Result<(), Refusal> {
    if request.slot.verb != Verb::Receipts {
        return Err(Refusal::NotAllowed);
    }
    let receipts = decode(request.body)?;
    request.run(async move { events.receipts(receipts).await })
}

fn front_verb(front: Arc<dyn FrontEvents>, request: Request<'_>) -> Result<(), Refusal> {
    if request.slot.verb != Verb::SendsChanged {
        return Err(Refusal::NotAllowed);
    }
    let reports = decode(request.body)?;
    request.run(async move { front.sends_changed(reports).await })
}

fn courier_verb(courier: Arc<dyn Outbound>, request: Request<'_>) -> Result<(), Refusal> {
    match request.slot.verb {
        Verb::CourierRun => {
            decode::<()>(request.body)?;
            request.run(async move { courier.run().await })
        }
        Verb::CourierSend => {
            let (run, message) = courier_codec::decode(request.body)?;
            request.run(async move { courier.send(run, message).await })
        }
        Verb::CourierAsk => {
            let question = courier_codec::decode_question(request.body)?;
            request.run(async move { courier.ask(question).await })
        }
        Verb::CourierVerified => {
            let (run, counts) = decode(request.body)?;
            request.run(async move { courier.verified(run, counts).await })
        }
        _ => Err(Refusal::NotAllowed),
    }
}
