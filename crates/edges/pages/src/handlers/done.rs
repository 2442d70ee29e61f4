//! `/signup/done`, `/login/done`, `/signup/known`: what the proof led to.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    Asked, Read,
    code::{approved, current},
};
use crate::{
    ask::Ask,
    flow::Flow,
    html,
    port::{Away, Proven, Reclaim, Verdict},
    texts::Arg,
    views::{Fault, done, message},
};

/// Whether the person chose to sign in to the account that was found.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    kept: String,
}

/// What the person says about the account that was found.
#[derive(Deserialize)]
pub(crate) struct ChoiceForm {
    #[serde(default)]
    choice: String,
}

/// What this browser has proven, or the page that answers in its place.
async fn proven(ask: &Ask, flow: Flow) -> Result<Proven, Response> {
    let (_, seen) = current(ask, flow).await?;
    seen.proven
        .ok_or_else(|| ask.redirect(&format!("{}/code", flow.base()), []))
}

pub(crate) async fn show(ask: Ask, flow: Flow, chosen: Asked<Chosen>) -> Response {
    let proven = match proven(&ask, flow).await {
        Ok(proven) => proven,
        Err(page) => return page,
    };
    let kept = chosen.is_ok_and(|chosen| chosen.0.kept == "1");
    match proven.verdict {
        Verdict::Existing | Verdict::NumberInUse if flow == Flow::Signup && !kept => {
            ask.redirect("/signup/known", [])
        }
        Verdict::Created | Verdict::Existing | Verdict::NumberInUse => {
            ask.page(StatusCode::OK, &done::page(&ask, &proven))
        }
        Verdict::NoAccount => message::none(&ask),
        Verdict::Banned { until } => message::banned(&ask, until),
        Verdict::Locked => message::frozen(&ask),
    }
}

pub(crate) async fn known(ask: Ask) -> Response {
    match proven(&ask, Flow::Signup).await {
        Ok(proven) if Flow::Signup.after(&proven) == "/signup/known" => {
            ask.page(StatusCode::OK, &done::known(&ask, Vec::new()))
        }
        Ok(_) => ask.redirect("/signup/done", []),
        Err(page) => page,
    }
}

pub(crate) async fn choose(ask: Ask, form: Read<ChoiceForm>) -> Response {
    let choice = match form {
        Ok(form) => form.0.choice,
        Err(refused) => return message::unread(&ask, refused.status()),
    };
    let (id, _) = match current(&ask, Flow::Signup).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    match choice.as_str() {
        "signin" => ask.redirect("/signup/done?kept=1", []),
        "reclaim" => match ask.pages.verifications.reclaim(id).await {
            Ok(Reclaim::Done(right)) => approved(&ask, Flow::Signup, &right),
            Ok(Reclaim::NotApplicable) => ask.redirect("/signup/done", []),
            Ok(Reclaim::TooRecent { possible_at }) => {
                let at = html::time(ask.t, possible_at, ask.now);
                let text = ask.t.html("known-recent", &[("time", Arg::Markup(&at))]);
                let errors = vec![Fault {
                    field: "reclaim",
                    text,
                }];
                ask.page(StatusCode::UNPROCESSABLE_ENTITY, &done::known(&ask, errors))
            }
            Err(Away) => message::away(&ask),
        },
        _ => message::unread(&ask, StatusCode::UNPROCESSABLE_ENTITY),
    }
}
