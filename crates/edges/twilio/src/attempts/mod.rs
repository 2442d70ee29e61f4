//! `/v2/Attempts`: what became of the codes that were sent, as long as the front keeps it. An attempt
//! is a verification with its last message; its number is not known here.

mod filter;

use std::sync::Arc;

use axum::{Router, extract::RawPathParams, extract::State, response::Response, routing::get};
use identity::{AttemptPlace, AttemptTotals, Verification};
use model::{Lifecycle, Status, Timestamp};
use serde_json::{Value, json};

use crate::{
    App, TwilioState,
    answer::{self, MASKED, Urls, listed, shown},
    call::Caller,
    fault::Fault,
    form::Paging,
    sid,
};

use filter::Wanted;

pub(crate) fn routes() -> Router<Arc<TwilioState>> {
    Router::new()
        .route("/v2/Attempts", get(list))
        .route("/v2/Attempts/Summary", get(summary))
        .route("/v2/Attempts/{name}", get(fetch))
}

async fn list(
    State(app): App,
    Caller(application): Caller,
    wanted: Wanted,
    paging: Paging,
) -> Result<Response, Fault> {
    let place = paging.token().map(read_place).transpose()?;
    let (mut attempts, mut next) = (Vec::new(), None);
    if wanted.may_exist(&application) {
        let size = usize::from(paging.size());
        let page = app
            .identity
            .attempts(application.id, &wanted.filter, place, size)
            .await?;
        (attempts, next) = (page.attempts, page.next);
    }
    let now = app.identity.now();
    let entries = attempts.iter().map(|row| body(&app, row, now)).collect();
    let at = |number: u32, place: Option<AttemptPlace>| {
        let token = place.map(|place| format!("&PageToken={}", write_place(place)));
        let filters = wanted.query();
        format!(
            "{}/v2/Attempts?PageSize={}&Page={number}{}{filters}",
            app.public_url,
            paging.size(),
            token.unwrap_or_default()
        )
    };
    let number = paging.page();
    let urls = Urls {
        first: at(0, None),
        this: at(number, place),
        previous: None,
        next: next.map(|next| at(number.saturating_add(1), Some(next))),
    };
    Ok(listed("attempts", entries, &paging, &urls))
}

async fn fetch(
    State(app): App,
    Caller(application): Caller,
    names: RawPathParams,
) -> Result<Response, Fault> {
    let name = names.iter().find(|(key, _)| *key == "name");
    let id = name.and_then(|(_, value)| sid::read_attempt(value));
    let id = id.ok_or(Fault::NOT_FOUND)?;
    let found = app.identity.verification(application.id, id).await?;
    let row = found.ok_or_else(|| Fault::not_found("/Attempts"))?;
    Ok(shown(&body(&app, &row, app.identity.now())))
}

async fn summary(
    State(app): App,
    Caller(application): Caller,
    wanted: Wanted,
) -> Result<Response, Fault> {
    let mut totals = AttemptTotals::default();
    if wanted.may_exist(&application) {
        let counted = app
            .identity
            .attempt_totals(application.id, &wanted.filter)
            .await?;
        // A shorter time has fewer.
        totals = counted.ok_or_else(|| Fault::parameter("DateCreatedAfter"))?;
    }
    let AttemptTotals { all, converted } = totals;
    Ok(shown(&json!({
        "total_attempts": all,
        "total_converted": converted,
        "total_unconverted": all - converted,
        "conversion_rate_percentage": percentage(converted, all),
        "url": format!("{}/v2/Attempts/Summary", app.public_url),
    })))
}

/// With two decimals; of nothing, zero.
fn percentage(part: u64, whole: u64) -> String {
    let hundredths = part.saturating_mul(10_000) / whole.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn body(app: &TwilioState, row: &Verification, now: Timestamp) -> Value {
    let sid = sid::attempt(row.id);
    let (converted, updated_at) = match row.lifecycle {
        Lifecycle::Approved { at, .. } => ("converted", at),
        _ => ("unconverted", row.begun_at),
    };
    json!({
        "sid": sid,
        "account_sid": sid::account(row.application),
        "service_sid": sid::service(row.application),
        "verification_sid": sid::verification(row.id),
        "date_created": row.begun_at.rfc3339(),
        "date_updated": updated_at.rfc3339(),
        "conversion_status": converted,
        "channel": answer::channel(row.channel),
        "price": null,
        "channel_data": data(row, now),
        "url": format!("{}/v2/Attempts/{sid}", app.public_url),
    })
}

/// What the vendor tells of a message. The carrier and its words are the operator's.
fn data(row: &Verification, now: Timestamp) -> Value {
    json!({
        "verification_sid": sid::verification(row.id),
        "to": MASKED,
        "status": match row.lifecycle.status(now) {
            Status::Approved => "confirmed",
            Status::Expired => "expired",
            Status::Pending | Status::Locked | Status::Canceled => "unconfirmed",
        },
        "message_status": null,
        "error_code": null,
        "country": row.traits.country.as_str(),
        "code_length": row.code_length,
        "locale": null,
        "mcc": null,
        "mnc": null,
        "carrier": null,
    })
}

/// A place in the list as a page token: the beginning, in hexadecimal, and the SID.
fn write_place(place: AttemptPlace) -> String {
    let millis = place.begun_at.as_millis();
    format!("{millis:016x}{}", sid::attempt(place.id))
}

fn read_place(token: &str) -> Result<AttemptPlace, Fault> {
    let read = || {
        let (millis, sid) = token.split_at_checked(16)?;
        let begun_at = Timestamp::from_millis(i64::from_str_radix(millis, 16).ok()?);
        let id = sid::read_attempt(sid)?;
        Some(AttemptPlace { begun_at, id })
    };
    read().ok_or_else(|| Fault::parameter("PageToken"))
}

#[cfg(test)]
mod tests;
