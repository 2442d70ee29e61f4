//! `POST /v1/verifications/{id}/resend`: the same code again, by the same or another channel.

use axum::{extract::State, response::Response};
use model::{ChannelChoice, VerificationKind};
use serde::{Deserialize, Serialize};

use crate::{
    App,
    answer::Answer,
    body::{ClientBody, MaybeJson},
    call::Caller,
    named::Named,
    refusal::Refusal,
    repeat::{Repeatable, once},
};

use super::Sent;

/// By which channel.
#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResendBody {
    #[serde(default)]
    channel: ChannelChoice,
    #[serde(default)]
    client: Option<ClientBody>,
}

pub(crate) async fn resend(
    State(app): App,
    caller: Caller,
    Named(id): Named<VerificationKind>,
    repeat: Repeatable,
    MaybeJson(body): MaybeJson<ResendBody>,
) -> Result<Response, Refusal> {
    let ticket = repeat.ticket(&caller, &body);
    let client = ClientBody::read(body.client)?;
    let identity = &app.identity;
    let work = async {
        let begun = identity.resend(caller.id(), id, body.channel, &client);
        Ok(Answer::ok(&Sent::new(id, &begun.await?)))
    };
    once(identity, ticket, work).await
}
