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
