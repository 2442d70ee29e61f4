//! `POST …/VerificationCheck`: judge one guess.

use axum::{extract::State, http::StatusCode, response::Response};
use identity::{Approved, CheckAnswer, Checked, Client, Open, PendingView, Verdict};
use model::{Channel, Status, Subject, Timestamp, TypedCode, TypedNumber};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    App, TwilioState,
    answer::{self, json},
    call::AtService,
    fault::Fault,
    form::{self, Form},
    sid,
};

use super::{Named, missing, shown};

/// One guess, and what it is for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Fields {
    to: Option<TypedNumber>,
    verification_sid: Option<String>,
    code: Option<TypedCode>,
    amount: Option<String>,
    payee: Option<String>,
    sna_client_token: Option<String>,
}

impl Fields {
    fn read(self) -> Result<(Named, TypedCode), Fault> {
        let off = [self.amount, self.payee, self.sna_client_token];
        let code = form::code(self.code)?;
        if off.into_iter().any(|field| form::filled(field).is_some()) {
            return Err(Fault::OFF);
        }
        let to = self.to.filter(|to| !to.expose().is_empty());
        let named = match (form::filled(self.verification_sid), to) {
            (Some(text), _) => {
                let id = sid::read_verification(&text);
                Named::Sid(id.ok_or_else(|| Fault::parameter("VerificationSid"))?)
            }
            (None, Some(to)) => Named::Number(form::number(to)?),
            (None, None) => return Err(Fault::NO_TARGET),
        };
        Ok((named, code))
    }
}

/// What a guess came to.
struct Judged {
    status: &'static str,
    valid: bool,
    channel: Channel,
    subject: Option<Subject>,
}

const RESOURCE: &str = "VerificationCheck";

pub(crate) async fn check(
    State(app): App,
    at: AtService,
    Form(fields): Form<Fields>,
) -> Result<Response, Fault> {
    let (named, code) = fields.read()?;
    let (open, answer) = guess(&app, &at, &named, code).await?;
    if open.status == Status::Locked {
        return Err(Fault::NO_GUESSES);
    }
    let judged = match answer.checked {
        // Of two right checks at the same moment the second is late.
        Checked::Approved(_) if answer.repeated => return Err(missing(&at, RESOURCE)),
        Checked::Approved(approved) => proven(&approved),
        Checked::Wrong(view) | Checked::Malformed(view) => wrong(&view, Status::Pending),
        // The code was right and is not enough: the SIM card was changed, or its operator is silent.
        Checked::Held(held) => Judged {
            status: "failed",
            valid: false,
            channel: held.view.channel,
            subject: None,
        },
        // The last guess of this code: the next is answered 60202.
        Checked::Locked(view) => wrong(&view, Status::Locked),
        Checked::Expired(_) | Checked::Canceled | Checked::NotFound => {
            return Err(missing(&at, RESOURCE));
        }
    };
    let now = app.identity.now();
    let body = judged.body(&at, &open, named.number(), now);
    Ok(json(StatusCode::OK, &body))
}

/// Passes the guess on: in one call to the vault where a number is named.
async fn guess(
    app: &TwilioState,
    at: &AtService,
    named: &Named,
    code: TypedCode,
) -> Result<(Open, CheckAnswer), Fault> {
    let (identity, client) = (&app.identity, Client::default());
    match named {
        Named::Number(number) => {
            let number = number.clone();
            let found = identity.check_number(at.id(), super::PURPOSE, number, code, &client);
            found.await?.ok_or_else(|| missing(at, RESOURCE))
        }
        Named::Sid(id) => {
            let open = named.open(app, at, RESOURCE).await?;
            let answer = identity.check(at.id(), *id, code, &client).await?;
            Ok((open, answer))
        }
    }
}

const fn wrong(view: &PendingView, status: Status) -> Judged {
    Judged {
        status: answer::status(status),
        valid: false,
        channel: view.channel,
        subject: None,
    }
}

/// The code was right. Where the number may not be used here all the same, the vendor's word is
/// `failed`.
const fn proven(approved: &Approved) -> Judged {
    let welcome = match approved.verdict {
        Verdict::Created | Verdict::Existing | Verdict::NumberInUse | Verdict::NoAccount => true,
        Verdict::Banned { until: _ } | Verdict::OtherNumber | Verdict::LockedAccount => false,
    };
    Judged {
        status: if welcome { "approved" } else { "failed" },
        valid: welcome,
        channel: approved.channel,
        subject: if welcome { approved.subject } else { None },
    }
}

impl Judged {
    fn body(&self, at: &AtService, open: &Open, to: Option<&TypedNumber>, now: Timestamp) -> Value {
        let mut body = json!({
            "sid": sid::verification(open.verification),
            "service_sid": sid::service(at.id()),
            "account_sid": sid::account(at.id()),
            "to": shown(to),
            "channel": answer::channel(self.channel),
            "status": self.status,
            "valid": self.valid,
            "amount": null,
            "payee": null,
            "sna_attempts_error_codes": [],
            "date_created": open.begun_at.rfc3339(),
            "date_updated": now.rfc3339(),
        });
        if let Some(subject) = self.subject {
            // Ours: the pseudonym that the native API knows the person by.
            body["subject"] = json!(subject);
        }
        body
    }
}

#[cfg(test)]
mod tests;
