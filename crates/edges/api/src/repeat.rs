//! Requests that may be repeated: `Idempotency-Key` on every POST.
//!
//! What is compared is method, path, application and body, without number, code and owner proof:
//! those fields are not serialised, so they cannot be hashed. What was done is remembered, what
//! was refused is not: a refusal changed nothing, and after waiting the same key may try again.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use identity::{Answered, Identity, Replay, hash::sha256};
use model::ApplicationId;
use serde::Serialize;

use crate::{answer::Answer, call::Caller, codes, refusal::Refusal};

const HEADER: &str = "idempotency-key";
const MAX_CHARS: usize = 255;

/// One POST as far as repeating it matters: method and path, and the key if it has one.
pub(crate) struct Repeatable {
    method: String,
    path: String,
    key: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Repeatable {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let mut values = parts.headers.get_all(HEADER).iter();
        let key = values.next().map(read_key).transpose()?;
        if values.next().is_some() {
            return Err(malformed());
        }
        let kept = |text: &str| key.as_ref().map(|_| text.to_owned()).unwrap_or_default();
        let (method, path) = (kept(parts.method.as_str()), kept(parts.uri.path()));
        Ok(Self { method, path, key })
    }
}

fn read_key(value: &HeaderValue) -> Result<String, Refusal> {
    let bytes = value.as_bytes();
    let fits = (1..=MAX_CHARS).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic);
    let text = value.to_str().ok().filter(|_| fits);
    text.map(str::to_owned).ok_or_else(malformed)
}

fn malformed() -> Refusal {
    Refusal::new(&codes::IDEMPOTENCY_KEY_MALFORMED)
}

/// A request with its key and the hash of what is compared.
pub(crate) struct Ticket {
    application: ApplicationId,
    key: String,
    hash: [u8; 32],
}

impl Repeatable {
    /// The key.
    pub(crate) fn key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// What identifies this request, if it has a key.
    pub(crate) fn ticket(&self, caller: &Caller, body: &impl Serialize) -> Option<Ticket> {
        let key = self.key.clone()?;
        let application = caller.id();
        let compared = (&self.method, &self.path, application, body);
        let text = serde_json::to_vec(&compared).unwrap_or_default();
        Some(Ticket {
            application,
            key,
            hash: sha256(&text),
        })
    }
}

/// Does `work` once for each key: a repeat gets the answer of the first time.
pub(crate) async fn once(
    identity: &Identity,
    ticket: Option<Ticket>,
    work: impl Future<Output = Result<Answer, Refusal>>,
) -> Result<Response, Refusal> {
    if let Some(ticket) = &ticket
        && let Some(answered) = ticket.replay(identity).await?
    {
        return Ok(repeated(answered));
    }
    let answer = work.await?;
    if let Some(ticket) = &ticket {
        ticket.remember(identity, &answer).await;
    }
    Ok(answer.into_response())
}

impl Ticket {
    /// The answer of the first time, if there was one.
    pub(crate) async fn replay(&self, identity: &Identity) -> Result<Option<Answered>, Refusal> {
        match identity
            .replay(self.application, &self.key, self.hash)
            .await?
        {
            Replay::Fresh => Ok(None),
            Replay::Same(answered) => Ok(Some(answered)),
            Replay::Different => Err(Refusal::new(&codes::IDEMPOTENCY_KEY_REUSED)),
        }
    }

    /// Remembers what was done. Failing to is no reason to hide it.
    pub(crate) async fn remember(&self, identity: &Identity, answer: &Answer) {
        let answered = Answered {
            status: answer.status.as_u16(),
            body: answer.body.clone(),
        };
        let (application, key) = (self.application, &self.key);
        let kept = identity
            .remember(application, key, self.hash, answered)
            .await;
        if kept.is_err() {
            tracing::warn!("api.repeat.not_remembered");
        }
    }
}

/// An answer given before, marked as such.
pub(crate) fn repeated(answered: Answered) -> Response {
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::OK);
    let body = answered.body;
    let mut response = Answer { status, body }.into_response();
    let mark = HeaderName::from_static("idempotent-replay");
    response
        .headers_mut()
        .insert(mark, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use crate::{
        harness::{Call, Harness, NUMBER},
        scripted::{Script, waiting},
    };
    use identity::{BeginRefusal, Unavailable};
    use insta::assert_snapshot;
    use serde_json::json;

    fn signup(h: &Harness) -> Call {
        h.post("/v1/verifications")
            .json(&json!({ "to": NUMBER, "purpose": "signup" }))
    }

    #[tokio::test]
    async fn the_same_key_starts_once_and_repeats_the_answer() {
        let h = Harness::new().await;
        let first = h.send(signup(&h).key("k-1")).await;
        h.vault
            .script(|script| script.begun.as_mut().unwrap().view = waiting(1));
        let second = h.send(signup(&h).key("k-1")).await;
        assert_eq!((first.status, &first.text), (second.status, &second.text));
        assert_eq!(first.header("idempotent-replay"), None);
        assert_eq!(second.header("idempotent-replay"), Some("true"));
        let third = h.send(signup(&h).key("k-2")).await;
        assert_ne!(first.json()["id"], third.json()["id"]);
    }

    #[tokio::test]
    async fn the_same_key_for_another_request_is_refused() {
        let h = Harness::new().await;
        h.send(signup(&h).key("k-1")).await;
        let other = json!({ "to": NUMBER, "purpose": "login" });
        let reply = h
            .send(h.post("/v1/verifications").json(&other).key("k-1"))
            .await;
        assert_snapshot!(reply, @r#"422 {"type":"/docs/errors#idempotency_key_reused","title":"This idempotency key was used for another request","status":422,"code":"idempotency_key_reused","detail":"Use a new key for a new request."}"#);
    }

    #[tokio::test]
    async fn the_same_key_for_another_number_is_refused_by_the_vault() {
        let h = Harness::new().await;
        h.send(signup(&h).key("k-1")).await;
        for refusal in [BeginRefusal::IdReused, BeginRefusal::SandboxNumber] {
            h.vault.script(|script| script.begun = Err(refusal));
            let reply = h.send(signup(&h).key("k-1")).await;
            assert_eq!(reply.code(), "idempotency_key_reused");
        }
        h.vault
            .script(|script| script.begun = Err(Unavailable::Gone.into()));
        assert_eq!(h.send(signup(&h).key("k-1")).await.status, 201);
    }

    #[tokio::test]
    async fn a_late_repeat_never_asks_the_vault_which_would_send_again() {
        let h = Harness::new().await;
        h.send(signup(&h).key("k-1")).await;
        h.pass(601);
        let late = h.send(signup(&h).key("k-1")).await;
        assert_eq!(late.header("idempotent-replay"), Some("true"));
        assert_eq!(h.vault.times("begin"), 1);
    }

    #[tokio::test]
    async fn a_refusal_is_not_remembered() {
        let h = Harness::new().await;
        h.vault
            .script(|script| script.begun = Err(Unavailable::Busy.into()));
        assert_eq!(h.send(signup(&h).key("k-1")).await.status, 503);
        h.vault.script(|script| *script = Script::default());
        let reply = h.send(signup(&h).key("k-1")).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("idempotent-replay")),
            (201, None)
        );
    }

    #[tokio::test]
    async fn two_applications_may_use_the_same_key() {
        let h = Harness::new().await;
        let first = h.send(signup(&h).key("k-1")).await;
        let second = h.send(h.foreign(signup(&h).key("k-1"))).await;
        assert_eq!(second.header("idempotent-replay"), None);
        assert_ne!(first.json()["id"], second.json()["id"]);
    }

    #[tokio::test]
    async fn a_key_is_one_header_of_visible_ascii() {
        let h = Harness::new().await;
        let long = "k".repeat(256);
        for key in ["", "two words", long.as_str()] {
            let reply = h.send(signup(&h).key(key)).await;
            assert_eq!(reply.code(), "idempotency_key_malformed", "{key}");
        }
        assert_eq!(h.send(signup(&h).key(&long[1..])).await.status, 201);
    }
}
