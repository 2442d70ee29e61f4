//! Finding the open verification of a number, for callers that know people by their number.

use std::sync::Arc;

use model::{ApplicationId, CodePurpose, Status, Timestamp, VerificationId};
use peers::vault::{BeginRefusal, FindOpen, Open};
use store::{Tx, Value};

use crate::{
    Core, announce,
    budgets::Scope,
    fault::Fault,
    intake::{intake, refuse},
    rows::{Lane, NumberLimit, Verification},
    secrets::Origin,
    tags::{NumberTags, Use},
};

/// Read where a number has no verification, so that the work is the same. No id is all zeros.
const NOBODY: VerificationId = VerificationId::from_bytes([0; 16]);

impl Core {
    /// The verb `find_open`.
    pub(crate) async fn find_open(&self, request: FindOpen) -> Result<Option<Open>, BeginRefusal> {
        let now = self.trusted_now()?;
        let FindOpen {
            application,
            purpose,
            text,
            region,
        } = request;
        let app = self.application(application, now).await.map_err(refuse)?;
        app.ok_or(BeginRefusal::UnknownApplication)?;
        let lookups = [
            Scope::ApplicationLookups(application),
            Scope::OverallLookups,
        ];
        self.take_budget(&lookups, Lane::Stranger, now).await?;
        let intake = intake(text.expose(), region, Origin::TYPED)?;
        let tags = self.keys.tags(application, &intake.number);
        let tags = tags.map_err(refuse)?;
        let latest = self.latest(application, purpose, tags).await;
        let latest = latest.map_err(refuse)?;
        let open = latest.filter(|row| lives(row, now));
        Ok(open.map(|row| Open {
            verification: row.id,
            status: row.status,
            begun_at: self.begun_at(&row),
        }))
    }

    /// The verification that was begun last for a purpose with a number as typed text, open or
    /// ended.
    pub(crate) async fn latest(
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
