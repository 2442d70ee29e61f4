//! `…/RateLimits/{SID}/Buckets`: how many requests with one value in how many seconds.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use identity::{Bucket, BucketId, BucketSize, RateLimitError};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{limit_id, missing};
use crate::{
    App, TwilioState,
    answer::{gone, made, page, shown},
    call::AtService,
    fault::Fault,
    form::{Form, Paging, filled},
    sid,
};

pub(super) fn routes() -> Router<Arc<TwilioState>> {
    let buckets = "/v2/Services/{service}/RateLimits/{limit}/Buckets";
    Router::new().route(buckets, get(list).post(create)).route(
        &format!("{buckets}/{{bucket}}"),
        get(fetch).post(update).delete(remove),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fields {
    max: Option<String>,
    interval: Option<String>,
}

impl Fields {
    /// The size asked for; what is not named stays as it is, if there is anything yet.
    fn size(self, known: Option<&Bucket>) -> Result<BucketSize, Fault> {
        let max = whole(self.max, known.map(|bucket| bucket.most), "Max")?;
        let seconds = whole(
            self.interval,
            known.map(|bucket| bucket.seconds),
            "Interval",
        )?;
        BucketSize::new(1, seconds).ok_or_else(|| Fault::parameter("Interval"))?;
        BucketSize::new(max, seconds).ok_or_else(|| Fault::parameter("Max"))
    }
}

fn whole(field: Option<String>, known: Option<u32>, name: &'static str) -> Result<u32, Fault> {
    match filled(field) {
        Some(text) => text.parse().map_err(|_| Fault::parameter(name)),
        None => known.ok_or_else(|| Fault::parameter(name)),
    }
}

/// What was wrong, in the codes for buckets.
fn fault(at: &AtService, error: RateLimitError) -> Fault {
    match error {
        RateLimitError::NotFound => missing(at),
        RateLimitError::Duplicate => Fault::BUCKET_EXISTS,
        RateLimitError::TooMany => Fault::TOO_MANY_BUCKETS,
        RateLimitError::Storage => Fault::storage(),
    }
}

/// The bucket that the path names.
fn bucket_id(at: &AtService) -> Result<BucketId, Fault> {
    sid::read_bucket(at.named("bucket")).ok_or_else(|| missing(at))
}

fn url(app: &TwilioState, at: &AtService) -> Result<String, Fault> {
    let limit = sid::rate_limit(limit_id(at)?);
    Ok(format!("{}/{limit}/Buckets", super::url(app, at)))
}

async fn create(
    State(app): App,
    at: AtService,
    Form(fields): Form<Fields>,
) -> Result<Response, Fault> {
    let (limit, size) = (limit_id(&at)?, fields.size(None)?);
    let row = app.identity.create_bucket(at.id(), limit, size).await;
    let row = row.map_err(|error| fault(&at, error))?;
    Ok(made(&body(&app, &at, &row)?))
}

async fn list(State(app): App, at: AtService, paging: Paging) -> Result<Response, Fault> {
    let rows = app.identity.buckets(at.id(), limit_id(&at)?).await;
    let rows = rows.map_err(|error| fault(&at, error))?;
    let entries: Result<_, Fault> = rows.iter().map(|row| body(&app, &at, row)).collect();
    Ok(page(&url(&app, &at)?, "buckets", entries?, &paging))
}

async fn known(app: &TwilioState, at: &AtService) -> Result<Bucket, Fault> {
    let (limit, id) = (limit_id(at)?, bucket_id(at)?);
    let row = app.identity.bucket(at.id(), limit, id).await;
    row.map_err(|error| fault(at, error))
}

async fn fetch(State(app): App, at: AtService) -> Result<Response, Fault> {
    let row = known(&app, &at).await?;
    Ok(shown(&body(&app, &at, &row)?))
}

async fn update(
    State(app): App,
    at: AtService,
    Form(fields): Form<Fields>,
) -> Result<Response, Fault> {
    let row = known(&app, &at).await?;
    let size = fields.size(Some(&row))?;
    let resized = app
        .identity
        .resize_bucket(at.id(), row.rate_limit, row.id, size);
    let row = resized.await.map_err(|error| fault(&at, error))?;
    Ok(shown(&body(&app, &at, &row)?))
}

async fn remove(State(app): App, at: AtService) -> Result<Response, Fault> {
    let (limit, id) = (limit_id(&at)?, bucket_id(&at)?);
    let removed = app.identity.delete_bucket(at.id(), limit, id).await;
    removed.map_err(|error| fault(&at, error))?;
    Ok(gone())
}

fn body(app: &TwilioState, at: &AtService, row: &Bucket) -> Result<Value, Fault> {
    let sid = sid::bucket(row.id);
    let url = format!("{}/{sid}", url(app, at)?);
    Ok(json!({
        "sid": sid,
        "rate_limit_sid": sid::rate_limit(row.rate_limit),
        "service_sid": sid::service(row.application),
        "account_sid": sid::account(row.application),
        "max": row.most,
        "interval": row.seconds,
        "date_created": row.created_at.rfc3339(),
        "date_updated": row.updated_at.rfc3339(),
        "url": url,
    }))
}
