//! `GET /healthz`: whether requests can be answered now.

use axum::extract::State;
use identity::{Health, Unavailable};
use model::Millis;
use serde::Serialize;

use crate::{App, Shared, answer::Answer, refusal::Refusal};

/// Probes come every few seconds; strangers may come more often, and cost nothing.
const BELIEVED: Millis = Millis::from_seconds(1);

/// Ready, and whether messages go out at once or wait for the courier.
#[derive(Serialize)]
struct Ready {
    status: &'static str,
    courier: bool,
}

pub(crate) async fn health(State(app): App) -> Result<Answer, Refusal> {
    let (kept, now) = (&app.public.health, app.identity.now());
    let answer = match kept.younger_than(BELIEVED, now) {
        Some(answer) => answer,
        None => {
            let answer = ask(&app).await;
            kept.keep(answer.clone(), now);
            answer
        }
    };
    Ok(answer?)
}

async fn ask(app: &Shared) -> Result<Answer, Unavailable> {
    let Health {
        trouble, courier, ..
    } = app.identity.health().await?;
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    let status = "ready";
    Ok(Answer::ok(&Ready { status, courier }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::Harness;
    use axum::http::Method;
    use insta::assert_snapshot;

    #[tokio::test]
    async fn ready_means_that_the_vault_answers_and_can_work() {
        let h = Harness::new().await;
        let call = h.call(Method::GET, "/healthz").without("authorization");
        assert_snapshot!(h.send(call).await, @r#"200 {"status":"ready","courier":true}"#);
        h.vault
            .script(|script| script.health = Err(Unavailable::Gone));
        assert_eq!(h.get("/healthz").await.status, 200);
        h.pass(1);
        assert_snapshot!(h.get("/healthz").await, @r#"503 {"type":"/docs/errors#vault_unavailable","title":"The vault cannot answer now","status":503,"code":"vault_unavailable","detail":"Repeat the request in a moment with the same idempotency key.","retry_after_seconds":2}"#);
    }

    #[tokio::test]
    async fn a_vault_in_trouble_is_not_ready() {
        let h = Harness::new().await;
        h.vault.script(|script| {
            script.health.as_mut().unwrap().trouble = Some(Unavailable::Keys);
        });
        assert_eq!(h.get("/healthz").await.code(), "vault_unavailable");
    }
}
