//! Finding the open verification of a number, for callers that know people by their number.

use std::sync::Arc;

use model::{ApplicationId, Status, Timestamp, VerificationId};
use peers::vault::{BeginRefusal, FindOpen, Open};
use seal::tag::Tags;
use store::{Tx, Value};

use crate::{
    Core, announce,
    budgets::Scope,
    fault::Fault,
    intake::{intake, refuse},
    rows::{Lane, NumberLimit, Verification},
    secrets::Origin,
};

/// Read where a number has no verification, so that the work is the same. No id is all zeros.
const NOBODY: VerificationId = VerificationId::from_bytes([0; 16]);

impl Core {
    /// The verb `find_open`.
    pub(crate) async fn find_open(&self, request: FindOpen) -> Result<Option<Open>, BeginRefusal> {
        let now = self.trusted_now()?;
        let FindOpen {
            application,
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
        self.latest_open(application, tags, now)
            .await
            .map_err(refuse)
    }

    async fn latest_open(
        &self,
        application: ApplicationId,
        tags: Tags,
        now: Timestamp,
    ) -> Result<Option<Open>, Fault> {
        let keys = Arc::clone(&self.keys);
        let row = self
            .store
            .read(
                "vault.find_open",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    tx.prefetch(announce::limit(&keys, &tags)).await?;
                    let mut latest = None;
                    for lookup in keys.epochs().lookups(&tags.limit) {
                        let key = [Value::from(lookup)];
                        let limit = keys.guard.get::<NumberLimit>(tx, &key).await?;
                        latest = latest.or(limit.and_then(|limit| limit.latest));
                    }
                    let latest = latest.unwrap_or(NOBODY);
                    let key = [Value::from(*latest.as_bytes())];
                    Ok(keys.guard.get::<Verification>(tx, &key).await?)
                },
            )
            .await?;
        Ok(row
            .filter(|row| row.application == application)
            .and_then(|row| open(&row, now)))
    }
}

fn open(row: &Verification, now: Timestamp) -> Option<Open> {
    let lives = matches!(row.status, Status::Pending | Status::Locked) && now < row.expires_at;
    lives.then_some(Open {
        verification: row.id,
        status: row.status,
    })
}
