//! One guess.

use model::{
    ApplicationId, CheckSeen, CodePurpose, Lifecycle, Subject, TypedCode, TypedNumber,
    VerificationId,
};
use peers::vault::{
    Approved, CheckCode, CheckNumber, Checked, CheckedNumber, FindOpen, Open, Verdict,
};
use store::{Read, Record, StoreError, Tx, Write};

use crate::{
    Identity,
    error::{OperationError, StartError},
    limits::Client,
    rows::{Account, AccountStatus, Verification},
    start::{IntoKey, copy_of},
};

/// What one guess came to, as the vault judged it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckAnswer {
    /// The judgement.
    pub checked: Checked,
    /// Whether the approval repeats an earlier one. Of calls at the same moment, only one is told
    /// that it is the first; after a crash that lost the read copy, none is.
    pub repeated: bool,
}

impl Identity {
    /// Passes one guess to the vault, and records what an approval led to before answering.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn check(
        &self,
        application: ApplicationId,
        verification: VerificationId,
        code: TypedCode,
        client: &Client,
    ) -> Result<CheckAnswer, OperationError> {
        let core = &self.0;
        core.limits.check(client, core.clock.now(), &core.config)?;
        let request = CheckCode {
            application,
            verification,
            code,
        };
        let checked = core.vault.check(request).await?;
        self.recorded(application, verification, checked).await
    }

    /// Passes one guess at the open verification of a typed number to the vault, in one call, and
    /// records as [`Identity::check`] does. Nothing where none is open; nothing of the number is
    /// kept.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn check_number(
        &self,
        application: ApplicationId,
        purpose: CodePurpose,
        text: TypedNumber,
        code: TypedCode,
        client: &Client,
    ) -> Result<Option<(Open, CheckAnswer)>, StartError> {
        let core = &self.0;
        core.limits.check(client, core.clock.now(), &core.config)?;
        let number = FindOpen {
            application,
            purpose,
            text,
            region: None,
        };
        let request = CheckNumber { number, code };
        let Some(judged) = core.vault.check_number(request).await? else {
            return Ok(None);
        };
        let CheckedNumber { open, checked } = judged;
        let answer = self.recorded(application, open.verification, checked);
        Ok(Some((open, answer.await?)))
    }

    async fn recorded(
        &self,
        application: ApplicationId,
        verification: VerificationId,
        checked: Checked,
    ) -> Result<CheckAnswer, OperationError> {
        let repeated = match &checked {
            Checked::Approved(approved) => {
                !self
                    .record_approval(application, verification, *approved)
                    .await?
            }
            _ => false,
        };
        Ok(CheckAnswer { checked, repeated })
    }

    /// Writes what the vault said into the read copies. Repeating it changes nothing, so an
    /// answer that was lost can be asked for again. True where this ended the verification.
    pub(crate) async fn record_approval(
        &self,
        application: ApplicationId,
        id: VerificationId,
        approved: Approved,
    ) -> Result<bool, OperationError> {
        let core = &self.0;
        let now = core.clock.now();
        // A quick person is here before the copy was written: then it is written once, as it ends.
        let copy = core.copies.take(id).await;
        let unwritten = copy.clone();
        let recorded = core
            .store
            .transact(
                "identity.approve",
                async move |tx: &mut dyn Tx| -> Result<bool, StoreError> {
                    let subject = approved.subject.map(|subject| Read::Get {
                        table: Account::TABLE,
                        key: vec![subject.into_key()],
                    });
                    let unseen = copy.is_none().then(|| copy_of(id));
                    let reads = subject.into_iter().chain(unseen);
                    tx.prefetch(reads.collect()).await?;
                    let mut writes: Vec<Write> = Vec::new();
                    let found = match &copy {
                        Some(row) => Some(row.clone()),
                        None => tx.get::<Verification>(&[id.into_key()]).await?,
                    };
                    let ends = found
                        .as_ref()
                        .is_some_and(|row| !matches!(row.lifecycle, Lifecycle::Approved { .. }));
                    if let Some(mut row) = found {
                        let new_account = approved.verdict == Verdict::Created;
                        let seen = CheckSeen::Approved {
                            subject: approved.subject,
                            new_account,
                        };
                        let next = row.lifecycle.clone().checked(seen, now);
                        let next = next.unwrap_or_else(|error| {
                            // The vault is the judge: its word replaces the copy.
                            tracing::warn!(from = ?error.from, "identity.lifecycle.disagrees");
                            told(&approved)
                        });
                        let next = if names(&next, approved.subject) {
                            next
                        } else {
                            told(&approved)
                        };
                        if next != row.lifecycle || copy.is_some() {
                            row.lifecycle = next;
                            writes.push(store::put(&row));
                        }
                    }
                    writes.extend(account_write(tx, application, &approved).await?);
                    if !writes.is_empty() {
                        tx.write(writes).await?;
                    }
                    Ok(ends)
                },
            )
            .await;
        if let (Err(_), Some(row)) = (&recorded, unwritten) {
            core.copies.keep(row);
        }
        Ok(recorded?)
    }
}

fn names(lifecycle: &Lifecycle, subject: Option<Subject>) -> bool {
    matches!(lifecycle, Lifecycle::Approved { subject: known, .. } if *known == subject)
}

/// The vault's word as a state of its own; after a reclaim it names another account than before.
pub(crate) fn told(approved: &Approved) -> Lifecycle {
    Lifecycle::Approved {
        subject: approved.subject,
        new_account: approved.verdict == Verdict::Created,
        at: approved.at,
    }
}

/// The account's row: new for a new account, with a later proof for one that is known.
async fn account_write(
    tx: &mut dyn Tx,
    application: ApplicationId,
    approved: &Approved,
) -> Result<Option<Write>, StoreError> {
    let Some(subject) = approved.subject else {
        return Ok(None);
    };
    let fresh = Account {
        subject,
        application,
        status: AccountStatus::Active,
        traits: approved.traits,
        verified_at: approved.at,
        shred_at: None,
    };
    // A repeated answer finds the row, and what was done to the account since stays.
    let found = tx.get::<Account>(&[subject.into_key()]).await?;
    Ok(match found {
        None => Some(store::put(&fresh)),
        // To the day is enough, so that most sign-ins write nothing here.
        Some(known)
            if approved.verdict == Verdict::Existing
                && known.verified_at.day() != approved.at.day() =>
        {
            Some(store::put(&Account {
                verified_at: approved.at,
                ..known
            }))
        }
        Some(_) => None,
    })
}

impl From<crate::limits::Limited> for OperationError {
    fn from(limited: crate::limits::Limited) -> Self {
        let crate::limits::Limited {
            limit,
            retry_after_seconds,
        } = limited;
        Self::Limited {
            limit,
            retry_after_seconds,
        }
    }
}

impl From<crate::limits::Limited> for StartError {
    fn from(limited: crate::limits::Limited) -> Self {
        let crate::limits::Limited {
            limit,
            retry_after_seconds,
        } = limited;
        Self::Limited {
            limit,
            retry_after_seconds,
        }
    }
}
