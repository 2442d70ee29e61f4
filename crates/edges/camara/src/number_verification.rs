//! `number-verification` v2, as far as it can be had without a number coming back.
//!
//! The contract wants a token that the operator's network gave to the device itself. Only the
//! operator can give one and only it can say whose it is. So a client brings that token to
//! `/oauth2/token`, and this service shows it to the operator with the number that is claimed. The
//! operator says yes or no. `device-phone-number` would be a number on its way back: it is refused.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use data_encoding::HEXLOWER_PERMISSIVE;
use identity::{AskRefusal, Asked, OperatorAnswer, TypedClaim};
use model::TypedNumber;
use serde::{Deserialize, Serialize};

use crate::{
    App, Shared,
    body::{Strict, wrong},
    caller::Caller,
    phone,
    refusal::{Refusal, UNAUTHENTICATED},
    relay::{no_number_comes_back, nothing_here, senseless},
    scopes::Scope,
};

const ONE_OF_TWO: &str = "Send `phoneNumber` or `hashedPhoneNumber`, and not both.";
const HASH: &str = "`hashedPhoneNumber` must be 64 hexadecimal digits.";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct VerifyBody {
    #[serde(default)]
    phone_number: Option<TypedNumber>,
    /// As telling as the number: carried like one.
    #[serde(default)]
    hashed_phone_number: Option<TypedNumber>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MatchResponse {
    device_phone_number_verified: bool,
}

impl VerifyBody {
    fn read(self) -> Result<TypedClaim, Refusal> {
        match (self.phone_number, self.hashed_phone_number) {
            (Some(number), None) => match phone::is_phone_number(number.expose()) {
                true => Ok(TypedClaim::Number(number)),
                false => Err(wrong(phone::FORM)),
            },
            (None, Some(hash)) => {
                let bytes = HEXLOWER_PERMISSIVE.decode(hash.expose().as_bytes());
                let bytes = bytes.ok().and_then(|bytes| bytes.try_into().ok());
                bytes.map(TypedClaim::Hash).ok_or_else(|| wrong(HASH))
            }
            _ => Err(wrong(ONE_OF_TWO)),
        }
    }
}

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/number-verification/v2/verify", post(verify))
        .route(
            "/number-verification/v2/device-phone-number",
            get(device_phone_number),
        )
        .route("/number-verification/{*rest}", any(nothing_here))
}

async fn verify(
    State(app): App,
    caller: Caller,
    Strict(body): Strict<VerifyBody>,
) -> Result<Response, Refusal> {
    let application = caller.may(Scope::NumberVerify)?;
    let token = caller.into_network_token();
    let token = token.ok_or_else(|| Refusal::new(&UNAUTHENTICATED))?;
    let claim = body.read()?;
    let asked = Asked::Device { token, claim };
    let answer = app.identity.ask_operator(application, asked).await;
    let answer = answer.map_err(|refusal| match refusal {
        AskRefusal::Number(_) => wrong("`phoneNumber` is not a number that can be in use."),
        other => other.into(),
    })?;
    let OperatorAnswer::SameDevice(verified) = answer else {
        return Err(senseless());
    };
    let told = MatchResponse {
        device_phone_number_verified: verified,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(told)).into_response())
}

async fn device_phone_number(_caller: Caller) -> Refusal {
    no_number_comes_back()
}

#[cfg(test)]
mod tests;
