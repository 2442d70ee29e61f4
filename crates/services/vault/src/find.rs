//! Finding the open verification of a number, for callers that know people by their number.

use std::sync::Arc;

use model::{ApplicationId, CodePurpose, Status, Timestamp, TypedCode, VerificationId};
use peers::vault::{BeginRefusal, CheckNumber, Checked, CheckedNumber, FindOpen, Open};
use store::{Tx, Value};

use crate::{
    Core, announce,
    budgets::Scope,
    check::Named,
    fault::Fault,
    intake::{intake, refuse},
    rows::{Application, Lane, NumberLimit, Verification},
    secrets::Origin,
    tags::{NumberTags, Use},
};

/// Read where a number has no verification, so that the work is the same. No id is all zeros.
const NOBODY: VerificationId = VerificationId::from_bytes([0; 16]);

/// A number that was asked about.
struct Sought {
    app: Arc<Application>,
    purpose: CodePurpose,
    tags: NumberTags,
    now: Timestamp,
}

impl Core {
    /// The verb `find_open`.
    pub(crate) async fn find_open(&self, request: FindOpen) -> Result<Option<Open>, BeginRefusal> {
        let sought = self.sought(request).await?;
        let row = self.latest_open(&sought).await.map_err(refuse)?;
        Ok(row.map(|row| self.open(&row)))
    }

    /// The verb `check_number`.
    pub(crate) async fn check_number(
        &self,
        request: CheckNumber,
    ) -> Result<Option<CheckedNumber>, BeginRefusal> {
        let CheckNumber { number, code } = request;
        let sought = self.sought(number).await?;
        self.judge_latest(&sought, &code).await.map_err(refuse)
    }

    /// Counts a look-up and reads the number.
    async fn sought(&self, request: FindOpen) -> Result<Sought, BeginRefusal> {
        let now = self.trusted_now()?;
        let FindOpen {
            application,
            purpose,
            text,
            region,
        } = request;
        let app = self.application(application, now).await.map_err(refuse)?;
        let app = app.ok_or(BeginRefusal::UnknownApplication)?;
        let lookups = [
            Scope::ApplicationLookups(application),
            Scope::OverallLookups,
        ];
        self.take_budget(&lookups, Lane::Stranger, now).await?;
        let intake = intake(text.expose(), region, Origin::TYPED)?;
        let tags = self.keys.tags(application, &intake.number);
        Ok(Sought {
            app,
            purpose,
            tags: tags.map_err(refuse)?,
            now,
        })
    }

    fn open(&self, row: &Verification) -> Open {
        Open {
            verification: row.id,
            status: row.status,
            begun_at: self.begun_at(row),
        }
    }

    /// Judges a guess at the verification that was just begun, if it still is the one that is meant;
    /// else at the one that the store names.
    async fn judge_latest(
        &self,
        sought: &Sought,
        code: &TypedCode,
    ) -> Result<Option<CheckedNumber>, Fault> {
        if let Some(row) = self.just_begun(sought) {
            let judged = self.judge_one(row, sought, code).await?;
            if judged.checked != Checked::NotFound {
                return Ok(Some(judged));
            }
        }
        match self.latest_open(sought).await? {
            None => Ok(None),
            Some(row) => self.judge_one(row, sought, code).await.map(Some),
        }
    }

    async fn judge_one(
        &self,
        row: Verification,
        sought: &Sought,
        code: &TypedCode,
    ) -> Result<CheckedNumber, Fault> {
        let open = self.open(&row);
        let checked = self.judge(row, Named::ByNumber, &sought.app, code, sought.now);
        Ok(CheckedNumber {
            open,
            checked: checked.await?,
        })
    }

    /// From memory, so that most checks read no more than one that names its verification.
    fn just_begun(&self, sought: &Sought) -> Option<Verification> {
        let lookups = sought.tags.lookups(Use::Limit, &self.keys);
        let row = self.recent.take_of(*lookups.first()?, sought.purpose)?;
        Some(row).filter(|row| row.application == sought.app.id && lives(row, sought.now))
    }

    /// The verification that was begun last for a purpose with a number as typed text, while its
    /// code lives.
    async fn latest_open(&self, sought: &Sought) -> Result<Option<Verification>, Fault> {
        let (application, now) = (sought.app.id, sought.now);
        let tags = sought.tags.clone();
        let latest = self.latest(application, sought.purpose, tags).await?;
        Ok(latest.filter(|row| lives(row, now)))
    }

    /// The verification that was begun last for a purpose with a number as typed text, open or
    /// ended.
    async fn latest(
        &self,
        application: ApplicationId,
        purpose: CodePurpose,
        tags: NumberTags,
    ) -> Result<Option<Verification>, Fault> {
        let keys = Arc::clone(&self.keys);
        let row = self
            .store
            .read(
                "vault.latest",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    tx.prefetch(announce::limit(&keys, &tags)).await?;
                    let mut latest = None;
                    for lookup in tags.lookups(Use::Limit, &keys) {
                        let key = [Value::from(lookup)];
                        let limit = keys.guard.get::<NumberLimit>(tx, &key).await?;
                        latest = latest.or(limit.and_then(|limit| limit.latest(purpose)));
                    }
                    let latest = latest.unwrap_or(NOBODY);
                    let key = [Value::from(*latest.as_bytes())];
                    Ok(keys.guard.get::<Verification>(tx, &key).await?)
                },
            )
            .await?;
        Ok(row.filter(|row| row.application == application))
    }
}

fn lives(row: &Verification, now: Timestamp) -> bool {
    matches!(row.status, Status::Pending | Status::Locked) && now < row.expires_at
}
