//! `POST /v1/verifications/{id}/resend`: the same code again, by the same or another channel.

use axum::{extract::State, response::Response};
use model::{ChannelChoice, VerificationKind};
use serde::{Deserialize, Serialize};

use crate::{
    App,
    answer::Answer,
    body::{ClientBody, MaybeJson, Object},
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
    client: Option<Object<ClientBody>>,
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

#[cfg(test)]
mod tests {
    use crate::harness::Harness;
    use identity::{BeginRefusal, LimitKind};
    use insta::assert_snapshot;
    use model::{ChannelState, NextChannels, WaitReason};
    use serde_json::json;

    #[tokio::test]
    async fn a_code_goes_out_again_with_or_without_a_body() {
        let h = Harness::new().await;
        let path = format!("{}/resend", h.started().await);
        assert_snapshot!(h.send(h.post(&path)).await, @r#"200 {"id":"ver_agrahectyaaaaaaaaaaaaaaaa4","status":"pending","channel":"sms","expires_at":"2026-11-22T14:12:00Z","attempts_left":5,"code_length":6,"next":{"sms":{"allowed":false,"after_seconds":30,"reason":"too_soon"},"voice":{"allowed":true,"after_seconds":0,"reason":null}},"traits":{"country":"GB","line_type":"mobile"}}"#);
        let reply = h
            .send(h.post(&path).json(&json!({ "channel": "voice" })))
            .await;
        assert_eq!(reply.status, 200);
        assert_eq!(h.send(h.post(&path).raw(b"")).await.status, 200);
        let undeclared = h.post(&path).json(&json!({})).without("content-type");
        assert_eq!(h.send(undeclared).await.code(), "unsupported_media_type");
    }

    #[tokio::test]
    async fn what_cannot_be_sent_again_says_why() {
        let h = Harness::new().await;
        let path = format!("{}/resend", h.started().await);
        h.vault
            .script(|script| script.begun = Err(BeginRefusal::Finished));
        assert_snapshot!(h.send(h.post(&path)).await, @r#"409 {"type":"/docs/errors#verification_finished","title":"The verification has ended","status":409,"code":"verification_finished","detail":"Start a new verification."}"#);
        h.vault
            .script(|script| script.begun = Err(BeginRefusal::NotFound));
        assert_eq!(h.send(h.post(&path)).await.code(), "verification_not_found");
        let next = NextChannels::both(ChannelState::wait(27, WaitReason::TooSoon));
        let kind = LimitKind::NumberSends;
        h.vault
            .script(|script| script.begun = Err(BeginRefusal::Limit { kind, next }));
        let reply = h.send(h.post(&path)).await;
        assert_eq!(reply.header("retry-after"), Some("27"));
    }

    #[tokio::test]
    async fn the_same_key_sends_once() {
        let h = Harness::new().await;
        let path = format!("{}/resend", h.started().await);
        for _ in 0..2 {
            assert_eq!(h.send(h.post(&path).key("again")).await.status, 200);
        }
        assert_eq!(h.vault.times("resend"), 1);
    }
}
