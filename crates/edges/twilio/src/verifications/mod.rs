//! Verifications: one file for each call.

mod check;
mod fetch;
mod start;
mod update;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use identity::{Open, PendingView, Viewed};
use model::{CodePurpose, Status, Timestamp, TypedNumber, VerificationId};
use serde_json::{Value, json};

use crate::{TwilioState, answer, call::AtService, fault::Fault, form, sid};

pub(crate) fn routes() -> Router<Arc<TwilioState>> {
    Router::new()
        .route("/v2/Services/{service}/Verifications", post(start::start))
        .route(
            "/v2/Services/{service}/Verifications/{name}",
            get(fetch::fetch).post(update::update),
        )
        .route(
            "/v2/Services/{service}/VerificationCheck",
            post(check::check),
        )
}

/// What every code here is for: the vendor knows no purposes.
const PURPOSE: CodePurpose = CodePurpose::Signup;

/// One verification, as every call but a check answers it.
struct Shown<'a> {
    id: VerificationId,
    /// The number as this request carried it.
    to: Option<&'a TypedNumber>,
    view: &'a PendingView,
    status: Status,
    updated_at: Timestamp,
}

impl Shown<'_> {
    fn body(&self, app: &TwilioState, at: &AtService) -> Value {
        let (sid, service) = (sid::verification(self.id), sid::service(at.id()));
        let url = format!(
            "{}/v2/Services/{service}/Verifications/{sid}",
            app.public_url
        );
        let channel = answer::channel(self.view.channel);
        json!({
            "sid": sid,
            "service_sid": service,
            "account_sid": sid::account(at.id()),
            "to": shown(self.to),
            "channel": channel,
            "status": answer::status(self.status),
            "valid": self.status == Status::Approved,
            "date_created": self.view.begun_at.rfc3339(),
            "date_updated": self.updated_at.rfc3339(),
            "lookup": {},
            "amount": null,
            "payee": null,
            "send_code_attempts": [{
                "time": self.view.sent_at.rfc3339(),
                "channel": channel.to_ascii_uppercase(),
                "attempt_sid": sid::attempt(self.id),
            }],
            "sna": null,
            "url": url,
        })
    }
}

/// The number where this request carried it.
fn shown(to: Option<&TypedNumber>) -> &str {
    to.map_or(answer::MASKED, TypedNumber::expose)
}

/// What a call names: an id, or a number.
enum Named {
    Sid(VerificationId),
    Number(TypedNumber),
}

impl Named {
    /// The last name of a path. The `+` of a number stands there as it is.
    fn read(at: &AtService) -> Result<Self, Fault> {
        let name = at.named("name");
        if let Some(id) = sid::read_verification(name) {
            return Ok(Self::Sid(id));
        }
        let number = TypedNumber::new(name.to_owned()).ok_or(Fault::NOT_FOUND)?;
        Ok(Self::Number(form::number(number)?))
    }

    const fn number(&self) -> Option<&TypedNumber> {
        match self {
            Self::Sid(_) => None,
            Self::Number(number) => Some(number),
        }
    }

    /// What is named, where its code lives. A verification that ended is gone, as the vendor says.
    async fn open(&self, app: &TwilioState, at: &AtService, resource: &str) -> Result<Open, Fault> {
        let found = match self {
            Self::Number(number) => {
                let number = number.clone();
                app.identity.find_open(at.id(), PURPOSE, number).await?
            }
            Self::Sid(id) => viewed(app, at, *id).await?.and_then(|viewed| {
                let status = viewed.view.status;
                let lives = matches!(status, Status::Pending | Status::Locked);
                (lives && app.identity.now() < viewed.view.expires_at).then_some(Open {
                    verification: *id,
                    status,
                    begun_at: viewed.view.begun_at,
                })
            }),
        };
        found.ok_or_else(|| missing(at, resource))
    }
}

async fn viewed(
    app: &TwilioState,
    at: &AtService,
    id: VerificationId,
) -> Result<Option<Viewed>, Fault> {
    Ok(app.identity.look_up(at.id(), id).await?)
}

/// The vendor names the resource; ours never holds the number.
fn missing(at: &AtService, resource: &str) -> Fault {
    let service = sid::service(at.id());
    Fault::not_found(&format!("/Services/{service}/{resource}"))
}
