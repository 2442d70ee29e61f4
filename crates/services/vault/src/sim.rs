//! The word of a number's operator about its SIM card, before a right code proves anything.
//!
//! The operator is asked when the right code is there, and not when a verification begins: so
//! nobody learns by typing a number whether its SIM card was changed, nobody can make us ask for
//! nothing, and the answer is as fresh as the proof. The question stands between the right code
//! and the only function that approves, which wants [`Cleared`]: a front has no way around it.

use std::{sync::Arc, time::Duration};

use model::{CodePurpose, Millis, Status, Timestamp, VerificationId};
use peers::{
    operator::{NoAnswer, OperatorAnswer, OperatorQuestion, SimQuestion},
    vault::{Checked, Held, HeldFor, OtherWay, OwnerProof},
};
use seal::Class;
use store::{Tx, Value};
use tokio::time::timeout;

use crate::{
    Core,
    accounts::find_accounts,
    announce,
    approve::may_recheck,
    begin::{UseLabel, label_use, number_limit},
    check::ended,
    config::{SimCheck, SimPolicy},
    fault::Fault,
    keys::Keys,
    limits,
    log::unasked_leaf,
    rows::{Application, Lane, NumberLimit, Said, SimSignal, Verification},
    secrets::Secrets,
};

/// Questions for one verification. A right code that comes again after that is held unasked.
const ASKED_MAX: u8 = 5;

/// Says that a right code may prove its number: the operator has nothing against it, or is not to
/// be asked. Only this file can make one.
#[derive(Clone)]
pub(crate) struct Cleared(Option<SimSignal>);

/// Whether a right code is enough.
pub(crate) enum Gate {
    Open(Cleared),
    Shut(Checked),
}

/// What the transaction before a question came to.
enum Noted {
    Ask(SimSignal),
    /// It was approved before: nothing is to be asked.
    Pass,
    /// It is known already, or was asked often enough.
    Known(Box<Verification>, SimSignal, NumberLimit),
    Over(Box<Verification>, NumberLimit),
    Gone,
}

impl Core {
    fn sim_check(&self, row: &Verification) -> Option<(&SimCheck, &SimPolicy)> {
        let check = self.config.sim_check.as_ref()?;
        Some((check, check.policy(row.application, row.purpose)?))
    }

    /// What is remembered of a device that proved the number before, where that may matter.
    pub(crate) fn known_device(
        &self,
        row: &Verification,
        proof: Option<&OwnerProof>,
    ) -> Option<SimSignal> {
        let known = proof.filter(|_| row.lane == Lane::Owner)?;
        self.sim_check(row)?;
        let lifetime = self.config.owner_proof_lifetime.as_millis();
        let since = known.expires_at.plus(Millis::from_millis(-lifetime));
        Some(SimSignal::fresh(row.id, row.expires_at, Some(since)))
    }

    /// Asks the operator where the application wants that, and judges its answer.
    pub(crate) async fn clear_sim(
        &self,
        row: &Verification,
        secrets: &Secrets,
        app: &Arc<Application>,
        now: Timestamp,
    ) -> Result<Gate, Fault> {
        let asked = self.sim_check(row).filter(|_| app.sandbox.is_none());
        let Some((check, policy)) = asked else {
            return Ok(Gate::Open(Cleared(None)));
        };
        let mut signal = match self.note_question(row.id, secrets, now).await? {
            Noted::Ask(signal) => signal,
            Noted::Pass => return Ok(Gate::Open(Cleared(None))),
            Noted::Known(_, signal, _) if is_enough(&signal, check, policy, now) => {
                return Ok(Gate::Open(Cleared(Some(signal))));
            }
            Noted::Known(row, signal, limit) => {
                return Ok(Gate::Shut(self.held(&row, app, &signal, limit, now)));
            }
            Noted::Over(row, mut limit) => {
                let view = self.view(&row, app, &mut limit, now);
                return Ok(Gate::Shut(ended(row.status_at(now), view)));
            }
            Noted::Gone => return Ok(Gate::Shut(Checked::NotFound)),
        };
        let answer = self.ask_about_sim(secrets, check).await?;
        if let Err(why) = answer {
            let why = why.as_str();
            tracing::warn!(verification = %row.id, why, "vault.sim.no_signal");
        }
        judge(&mut signal, answer, check, now);
        if is_enough(&signal, check, policy, now) {
            return Ok(Gate::Open(Cleared(Some(signal))));
        }
        tracing::info!(verification = %row.id, said = ?signal.said, "vault.sim.held");
        self.keep_signal(&signal).await?;
        let limit = self.limit_of(secrets, now).await?;
        Ok(Gate::Shut(self.held(row, app, &signal, limit, now)))
    }

    /// Writes the leaf of the question, before it is asked, and counts it. A code is judged here as
    /// where it is approved: of many guesses at once, no more are answered than may be.
    async fn note_question(
        &self,
        id: VerificationId,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Noted, Fault> {
        let (keys, config) = (Arc::clone(&self.keys), self.config.clone());
        let (secrets, leaf_key) = (secrets.clone(), self.entropy.row_key(now)?);
        self.store
            .transact(
                "vault.sim.ask",
                async move |tx: &mut dyn Tx| -> Result<Noted, Fault> {
                    let tags = &secrets.tags;
                    let mut reads = vec![announce::verification(id), announce::sim_signal(id)];
                    reads.extend(announce::limit(&keys, tags));
                    reads.extend(announce::tags_of(&keys, tags));
                    tx.prefetch(reads).await?;
                    let key = [Value::from(*id.as_bytes())];
                    let Some(mut row) = keys.guard.get::<Verification>(tx, &key).await? else {
                        return Ok(Noted::Gone);
                    };
                    let mut limit = number_limit(tx, &keys, tags, now).await?;
                    let may_guess = row.guesses_left > 0
                        && limits::may_guess(&mut limit, row.lane, row.purpose, &config);
                    if may_recheck(&row, &config, now) {
                        return Ok(Noted::Pass);
                    }
                    if row.status_at(now) != Status::Pending {
                        return Ok(Noted::Over(Box::new(row), limit));
                    }
                    if !may_guess {
                        row.status = Status::Locked;
                        tx.write(vec![keys.guard.put(&row)]).await?;
                        return Ok(Noted::Over(Box::new(row), limit));
                    }
                    let mut signal = signal_of(tx, &keys, &row).await?;
                    if signal.said == Said::Changed || signal.asked >= ASKED_MAX {
                        return Ok(Noted::Known(Box::new(row), signal, limit));
                    }
                    let found = find_accounts(tx, &keys, tags).await?;
                    let label = label_use(&mut row, found.into_iter().last(), &secrets);
                    // Also of an account that was locked meanwhile: else whoever can lock one account
                    // of a number could prove the others unasked.
                    let UseLabel { leaf, account, .. } = label;
                    signal.asked += 1;
                    let mut writes =
                        vec![unasked_leaf(Class::Hygiene, &leaf, &keys, leaf_key, now)?];
                    writes.push(match account {
                        Some(account) => keys.guard.put(&account),
                        None => keys.guard.put(&row),
                    });
                    writes.push(keys.guard.put(&signal));
                    tx.write(writes).await?;
                    signal.version += 1;
                    Ok(Noted::Ask(signal))
                },
            )
            .await
    }

    async fn ask_about_sim(
        &self,
        secrets: &Secrets,
        check: &SimCheck,
    ) -> Result<Result<bool, NoAnswer>, Fault> {
        let number = numbers::E164::from_canonical(secrets.number.as_str())
            .map_err(|_| Fault::Contradiction("a sealed number that is no number"))?;
        let question = OperatorQuestion::Sim {
            number,
            question: SimQuestion::ChangedWithin { hours: check.hours },
        };
        let answer = self.ask_outside(question, check.wait).await;
        Ok(answer.and_then(|answer| match answer {
            OperatorAnswer::Changed(changed) => Ok(changed),
            OperatorAnswer::ChangedAt { .. } | OperatorAnswer::SameDevice(_) => {
                Err(NoAnswer::Senseless)
            }
        }))
    }

    /// Asks through the courier, and waits no longer than `within`.
    pub(crate) async fn ask_outside(
        &self,
        question: OperatorQuestion,
        within: Millis,
    ) -> Result<OperatorAnswer, NoAnswer> {
        let courier = self.courier.get().ok_or(NoAnswer::NoOperator)?;
        let within = Duration::from_millis(u64::try_from(within.as_millis()).unwrap_or(0));
        let answer = timeout(within, courier.ask(question)).await;
        answer.unwrap_or(Err(NoAnswer::Away))
    }

    /// Remembers what was said, unless a question at the same moment learnt of a change.
    async fn keep_signal(&self, signal: &SimSignal) -> Result<(), Fault> {
        let (keys, signal) = (Arc::clone(&self.keys), signal.clone());
        self.store
            .transact(
                "vault.sim.keep",
                async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                    match merged(tx, &keys, &signal).await? {
                        Some(write) => Ok(tx.write(vec![write]).await?),
                        None => Ok(()),
                    }
                },
            )
            .await
    }

    /// The answer to a right code that is not enough.
    pub(crate) fn held(
        &self,
        row: &Verification,
        app: &Application,
        signal: &SimSignal,
        mut limit: NumberLimit,
        now: Timestamp,
    ) -> Checked {
        let why = match signal.said {
            Said::Changed => HeldFor::SimChanged,
            Said::Nothing | Said::Same | Said::NoSignal => HeldFor::NoSignal,
        };
        // Who signs up has no device that is known.
        let known = why == HeldFor::SimChanged && row.purpose != CodePurpose::Signup;
        Checked::Held(Held {
            view: self.view(row, app, &mut limit, now),
            why,
            possible_at: signal.until,
            other_way: known.then_some(OtherWay::KnownDevice),
        })
    }
}

impl Cleared {
    /// Whether a question at the same moment learnt of a change after all; else the write that
    /// records what was said, for the transaction that approves.
    pub(crate) async fn settle(
        &self,
        tx: &mut dyn Tx,
        keys: &Keys,
    ) -> Result<Result<Option<store::Write>, SimSignal>, Fault> {
        let Some(own) = &self.0 else {
            return Ok(Ok(None));
        };
        match merged(tx, keys, own).await? {
            Some(write) => Ok(Ok(Some(write))),
            None => Ok(Err(stored(tx, keys, own.verification)
                .await?
                .unwrap_or_else(|| own.clone()))),
        }
    }
}

/// The write that records a signal; nothing where a change is on record and this is none.
async fn merged(
    tx: &mut dyn Tx,
    keys: &Keys,
    own: &SimSignal,
) -> Result<Option<store::Write>, Fault> {
    let found = stored(tx, keys, own.verification).await?;
    let version = found.as_ref().map_or(0, |found| found.version);
    let asked = found.as_ref().map_or(own.asked, |found| found.asked);
    if found.is_some_and(|found| found.said == Said::Changed) && own.said != Said::Changed {
        return Ok(None);
    }
    let signal = SimSignal {
        version,
        asked,
        ..own.clone()
    };
    Ok(Some(keys.guard.put(&signal)))
}

async fn stored(
    tx: &mut dyn Tx,
    keys: &Keys,
    id: VerificationId,
) -> Result<Option<SimSignal>, Fault> {
    let key = [Value::from(*id.as_bytes())];
    Ok(keys.guard.get::<SimSignal>(tx, &key).await?)
}

async fn signal_of(tx: &mut dyn Tx, keys: &Keys, row: &Verification) -> Result<SimSignal, Fault> {
    let found = stored(tx, keys, row.id).await?;
    Ok(found.unwrap_or_else(|| SimSignal::fresh(row.id, row.expires_at, None)))
}

/// Writes an answer into the signal.
fn judge(signal: &mut SimSignal, answer: Result<bool, NoAnswer>, check: &SimCheck, now: Timestamp) {
    (signal.said, signal.until) = match answer {
        Ok(false) => (Said::Same, None),
        // It was changed within the hours before now: that far ahead it is surely long enough ago.
        Ok(true) => (Said::Changed, Some(now.plus(span(check)))),
        Err(_) => (Said::NoSignal, None),
    };
}

/// Whether a right code is enough beside this signal.
fn is_enough(signal: &SimSignal, check: &SimCheck, policy: &SimPolicy, now: Timestamp) -> bool {
    match signal.said {
        Said::Same => true,
        // A proof from before the hours asked about was not made with the new SIM card.
        Said::Changed => signal
            .known_since
            .is_some_and(|since| since.plus(span(check)) <= now),
        Said::Nothing | Said::NoSignal => !policy.hold_without_signal,
    }
}

fn span(check: &SimCheck) -> Millis {
    Millis::from_seconds(i64::from(check.hours) * 3600)
}
