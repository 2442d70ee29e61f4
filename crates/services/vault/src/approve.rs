//! What a right code leads to: an account found, made, or refused.

use std::sync::Arc;

use model::{CodePurpose, Status, Subject, Timestamp, VerificationId};
use peers::vault::{Approved, Checked, Verdict};
use seal::record::{RecordContext, seal_record};
use store::{Read, StoreError, Tx, Value, Write};
use zeroize::Zeroizing;

use crate::{
    Core,
    accounts::{Found, find_accounts},
    announce,
    begin::{makes_accounts, number_limit, surely::LOST_ANSWERS},
    check::{Guess, ended},
    fault::Fault,
    keys::Keys,
    limits,
    log::{Labelled, sealed_leaf},
    reindex::limit_writes,
    rows::{
        Account, AccountStatus, Application, Ban, NumberLimit, ShareRow, SimSignal, TagRow,
        Verification,
    },
    secrets::Secrets,
    shares::{Shares, open_ban, seal_tag},
    sim::Cleared,
    tags::{NumberTags, Use},
    told::traits,
};

/// A new account, sealed outside the transaction because sealing is the most work of a sign-up.
#[derive(Clone)]
pub(crate) struct Proposal {
    account: Account,
    share: ShareRow,
    tag: TagRow,
    view_key: Zeroizing<[u8; 32]>,
    leaf_key: [u8; 16],
    salt: [u8; 32],
    record_hash: [u8; 32],
}

/// What the transaction decided.
enum Decided {
    /// By this call.
    Approved(Box<Verification>),
    /// By an earlier call: its answer is repeated.
    Before(Box<Verification>),
    Over(Box<Verification>, NumberLimit),
    /// The number's operator told of a change at the same moment.
    Held(Box<Verification>, SimSignal, NumberLimit),
    /// An account is to be made and none was prepared.
    NeedsProposal,
    /// There is none, or it is not the one that the guess means.
    Gone,
}

/// What a proof leads to, given what stands under the number.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    Create,
    Use(usize, Verdict),
    Nothing(Verdict),
}

impl Core {
    /// Approves a verification whose code was right when it was read, or repeats the approval.
    pub(crate) async fn approve(
        &self,
        guess: Guess,
        app: &Arc<Application>,
        cleared: Cleared,
        now: Timestamp,
    ) -> Result<Checked, Fault> {
        let (row, secrets) = (&guess.row, &guess.secrets);
        // When it began, a verification counts its own leaf only where no account stood under
        // the number. A wrong guess here costs time and nothing else.
        let likely = row.status == Status::Pending
            && makes_accounts(row.purpose)
            && (row.leaves > 0 || app.accounts_per_number > 1);
        let mut proposal = if likely {
            Some(self.propose(row, secrets, now)?)
        } else {
            None
        };
        let mut lost = 0;
        loop {
            let decided = self
                .decide_and_write(&guess, app, &cleared, proposal.take(), now)
                .await;
            // It begins by looking, so running it again is safe. What a first run may have left in
            // the share store leads to no account. It writes the verification's row, so it waits
            // for a first run that the server is still about to commit.
            if matches!(decided, Err(Fault::Store(StoreError::OutcomeUnknown)))
                && lost < LOST_ANSWERS
            {
                lost += 1;
                continue;
            }
            match decided? {
                Decided::Approved(row) => {
                    self.count_created(&row);
                    self.routes.proven(row.message);
                    return Ok(Checked::Approved(self.approved(&row, &secrets.tags, now)));
                }
                Decided::Before(row) => {
                    return Ok(Checked::Approved(self.approved(&row, &secrets.tags, now)));
                }
                Decided::Over(row, mut limit) => {
                    let view = self.view(&row, app, &mut limit, now);
                    return Ok(ended(row.status_at(now), view));
                }
                Decided::Held(row, signal, limit) => {
                    return Ok(self.held(&row, app, &signal, limit, now));
                }
                Decided::NeedsProposal => proposal = Some(self.propose(row, secrets, now)?),
                Decided::Gone => return Ok(Checked::NotFound),
            }
        }
    }

    /// Seals the number for a new account.
    pub(crate) fn propose(
        &self,
        row: &Verification,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Proposal, Fault> {
        let subject = self.entropy.row_key(now)?;
        let generation = 1;
        let context = RecordContext {
            deployment: self.keys.deployment,
            subject,
            generation,
        };
        let random = &self.keys.random;
        let sealed = seal_record(&context, &secrets.number, &self.keys.recipients(), random)?;
        let epochs = self.keys.epochs();
        let shares = Shares {
            share: sealed.share,
            view_key: secrets.view_key.clone(),
            limit: secrets.tags.present().limit.clone(),
            ban: secrets.tags.present().ban.clone(),
            generation: secrets.tags.generation(),
            wraps: sealed.wraps,
        };
        let account = Account {
            subject,
            application: row.application,
            handle: Subject::from_bytes(self.entropy.random_16()?),
            verification: row.id,
            generation,
            ct: Some(sealed.ct.to_vec()),
            commit: Some(sealed.commit),
            status: AccountStatus::Active,
            country: row.country,
            line_type: row.line_type,
            created_at: now,
            proven_at: now,
            leaves: 0,
            shred_at: None,
            version: 0,
        };
        let mut salt = [0; 32];
        self.entropy.fill(&mut salt)?;
        Ok(Proposal {
            account,
            share: shares.seal(subject, &epochs.current, random)?,
            tag: seal_tag(
                &secrets.tags.made(Use::Account),
                subject,
                &epochs.current,
                random,
            )?,
            view_key: secrets.view_key.clone(),
            leaf_key: self.entropy.row_key(now)?,
            salt,
            record_hash: sealed.hash,
        })
    }

    async fn decide_and_write(
        &self,
        guess: &Guess,
        app: &Arc<Application>,
        cleared: &Cleared,
        proposal: Option<Proposal>,
        now: Timestamp,
    ) -> Result<Decided, Fault> {
        let cleared = cleared.clone();
        let (keys, config, app) = (Arc::clone(&self.keys), self.config.clone(), Arc::clone(app));
        let (id, guess) = (guess.row.id, guess.clone());
        self.store
            .transact(
                "vault.approve",
                async move |tx: &mut dyn Tx| -> Result<Decided, Fault> {
                    let tags = &guess.secrets.tags;
                    tx.prefetch(announced(id, &keys, tags)).await?;
                    let key = [Value::from(*id.as_bytes())];
                    let Some(mut row) = keys.guard.get::<Verification>(tx, &key).await? else {
                        return Ok(Decided::Gone);
                    };
                    let mut limit = number_limit(tx, &keys, tags, now).await?;
                    if !guess.means_it(&limit) {
                        return Ok(Decided::Gone);
                    }
                    // A double click, or a repeated call. It goes through the same queue as wrong
                    // guesses, so that of many at once only the first few are judged.
                    if may_recheck(&row, &config, now) {
                        return Ok(Decided::Before(Box::new(row)));
                    }
                    if row.status_at(now) != Status::Pending {
                        return Ok(Decided::Over(Box::new(row), limit));
                    }
                    if row.guesses_left == 0
                        || !limits::may_guess(&mut limit, row.lane, row.purpose, &config)
                    {
                        // As after a wrong guess: else the answer would judge one more.
                        row.status = Status::Locked;
                        tx.write(vec![keys.guard.put(&row)]).await?;
                        return Ok(Decided::Over(Box::new(row), limit));
                    }
                    let heard = match cleared.settle(tx, &keys).await? {
                        Ok(heard) => heard,
                        Err(signal) => return Ok(Decided::Held(Box::new(row), signal, limit)),
                    };
                    let found = find_accounts(tx, &keys, tags).await?;
                    let ban = ban_until(tx, &keys, tags, now).await?;
                    let decision = decide(&row, &found, ban, app.accounts_per_number);
                    if decision == Decision::Create && proposal.is_none() {
                        return Ok(Decided::NeedsProposal);
                    }
                    let creates = decision == Decision::Create;
                    let mut writes =
                        outcome(&mut row, decision, found, proposal.clone(), &keys, now)?;
                    // Two that make an account of one number at once both write its counters,
                    // so that one of them runs again and sees the other's account.
                    let cleared = limits::clear_after_proof(&mut limit, row.lane, row.purpose);
                    if cleared || creates {
                        writes.extend(limit_writes(&limit, tags, &keys));
                    }
                    row.status = Status::Approved;
                    row.approved_at = Some(now);
                    writes.push(keys.guard.put(&row));
                    writes.extend(heard);
                    tx.write(writes).await?;
                    Ok(Decided::Approved(Box::new(row)))
                },
            )
            .await
    }

    /// The answer of an approved verification; the same every time.
    pub(crate) fn approved(
        &self,
        row: &Verification,
        tags: &NumberTags,
        now: Timestamp,
    ) -> Approved {
        let at = row.approved_at.unwrap_or(now);
        let owner = row.handle.map(|handle| {
            let expires_at = at.plus(self.config.owner_proof_lifetime);
            self.keys
                .owner_proof(row.application, handle, &tags.present().account, expires_at)
        });
        Approved {
            subject: row.handle,
            verdict: row.verdict.unwrap_or(Verdict::NoAccount),
            traits: traits(row),
            at,
            purpose: row.purpose,
            channel: row.channel,
            owner,
        }
    }
}

/// What judging a right code reads.
fn announced(id: VerificationId, keys: &Keys, tags: &NumberTags) -> Vec<Read> {
    let mut reads = vec![announce::verification(id)];
    reads.extend(announce::limit(keys, tags));
    reads.extend(announce::tags_of(keys, tags));
    reads.extend(announce::ban(keys, tags));
    reads
}

/// Whether a right code still repeats the approval: for a while, and while guesses are left.
pub(crate) fn may_recheck(
    row: &Verification,
    config: &crate::config::VaultConfig,
    now: Timestamp,
) -> bool {
    row.status == Status::Approved
        && row.guesses_left > 0
        && row
            .approved_at
            .is_some_and(|at| at.plus(config.recheck_window) > now)
}

/// The end of a ban that is in force.
async fn ban_until(
    tx: &mut dyn Tx,
    keys: &Keys,
    tags: &NumberTags,
    now: Timestamp,
) -> Result<Option<Timestamp>, Fault> {
    let epochs = keys.epochs();
    for lookup in tags.lookups(Use::Ban, keys) {
        let Some(row) = tx.get::<Ban>(&[Value::from(lookup)]).await? else {
            continue;
        };
        let (_, until) = open_ban(&row, epochs.key(row.epoch)?)?;
        let until = Timestamp::from_millis(until);
        if until > now {
            return Ok(Some(until));
        }
    }
    Ok(None)
}

fn decide(row: &Verification, found: &[Found], ban: Option<Timestamp>, allowed: u8) -> Decision {
    let newest = found.len().checked_sub(1);
    let wanted = row
        .wanted
        .map(|wanted| found.iter().position(|f| f.account.handle == wanted));
    if let Some(None) = wanted {
        return Decision::Nothing(Verdict::OtherNumber);
    }
    let at = wanted.flatten().or(newest);
    if row.purpose == CodePurpose::Signup && row.wanted.is_none() {
        if let Some(until) = ban {
            return Decision::Nothing(Verdict::Banned { until });
        }
        if found.len() < usize::from(allowed) {
            return Decision::Create;
        }
    }
    let Some(at) = at else {
        return Decision::Nothing(Verdict::NoAccount);
    };
    let open = found.get(at).is_some_and(|found| found.account.is_open());
    let verdict = match (open, row.purpose) {
        (false, _) => Verdict::LockedAccount,
        (true, CodePurpose::Signup) => Verdict::NumberInUse,
        (true, _) => Verdict::Existing,
    };
    Decision::Use(at, verdict)
}

/// The writes of a decision; names the account in the verification.
fn outcome(
    row: &mut Verification,
    decision: Decision,
    found: Vec<Found>,
    proposal: Option<Proposal>,
    keys: &Keys,
    now: Timestamp,
) -> Result<Vec<Write>, Fault> {
    match (decision, proposal) {
        (Decision::Create, Some(proposal)) => create(row, proposal, keys, now),
        (Decision::Create, None) => Ok(Vec::new()),
        (Decision::Nothing(verdict), _) => {
            row.verdict = Some(verdict);
            Ok(Vec::new())
        }
        (Decision::Use(at, verdict), _) => {
            let Some(Found { mut account, .. }) = found.into_iter().nth(at) else {
                return Ok(Vec::new());
            };
            row.verdict = Some(verdict);
            row.handle = Some(account.handle);
            // A sign-up that meets an account does not prove that the account's owner was here;
            // and to the day is enough, so that most sign-ins write nothing.
            let claimed = row.purpose != CodePurpose::Signup;
            if claimed && account.proven_at.day() != now.day() {
                account.proven_at = now;
                return Ok(vec![keys.guard.put(&account)]);
            }
            Ok(Vec::new())
        }
    }
}

/// The writes that make an account; the share store's rows are committed first by the store.
pub(crate) fn create(
    row: &mut Verification,
    mut proposal: Proposal,
    keys: &Keys,
    now: Timestamp,
) -> Result<Vec<Write>, Fault> {
    let account = &mut proposal.account;
    account.leaves = row.leaves + 1;
    row.verdict = Some(Verdict::Created);
    row.handle = Some(account.handle);
    let view_key = proposal.view_key.clone();
    let leaf = Labelled {
        view_key,
        n: account.leaves,
    };
    let hash = &proposal.record_hash;
    let leaf = sealed_leaf(&leaf, hash, keys, proposal.leaf_key, &proposal.salt, now)?;
    Ok(vec![
        store::insert(&proposal.share),
        store::insert(&proposal.tag),
        keys.guard.insert(account),
        leaf,
    ])
}
