//! `/signup/done`, `/login/done`, `/signup/known`: what the proof led to.

use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    Read,
    account::{Session, over, session, sign_in},
    code::{approved, current},
};
use crate::{
    ask::Ask,
    flow::Flow,
    html,
    port::{Away, Proven, Reclaim, Seen, Verdict},
    texts::Arg,
    views::{Fault, done, message},
};

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

pub(crate) async fn show(ask: Ask, flow: Flow) -> Response {
    let proven = match proven(&ask, flow).await {
        Ok(proven) => proven,
        Err(page) => return page,
    };
    match proven.verdict {
        Verdict::Created | Verdict::Existing | Verdict::NumberInUse => {
            landed(&ask, flow, &proven).await
        }
        Verdict::NoAccount => message::none(&ask),
        Verdict::Banned { until } => message::banned(&ask, until),
        Verdict::Locked => message::frozen(&ask),
    }
}

/// The page of somebody who is signed in to what was proven.
async fn landed(ask: &Ask, flow: Flow, proven: &Proven) -> Response {
    match session(ask).await {
        Ok(Session::Live(account)) if Some(account.subject) == proven.subject => {
            ask.page(StatusCode::OK, &done::page(ask, proven))
        }
        Ok(_) if flow.after(proven) == "/signup/known" => ask.redirect("/signup/known", []),
        Ok(_) => over(ask),
        Err(Away) => message::away(ask),
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
    let (id, seen) = match current(&ask, Flow::Signup).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    match choice.as_str() {
        "signin" => keep_account(&ask, &seen).await,
        "reclaim" => match ask.pages.verifications.reclaim(id).await {
            Ok(Reclaim::Done(right)) => approved(&ask, Flow::Signup, &right).await,
            Ok(Reclaim::NotApplicable) => ask.redirect("/signup/done", []),
            Ok(Reclaim::TooRecent { possible_at }) => {
                let at = html::time(ask.t, possible_at, ask.now);
                let text = ask.t.html("known-recent", &[("time", Arg::Markup(&at))]);
                let errors = vec![Fault::wait("reclaim", text)];
                ask.page(StatusCode::UNPROCESSABLE_ENTITY, &done::known(&ask, errors))
            }
            Err(Away) => message::away(&ask),
        },
        _ => message::unread(&ask, StatusCode::UNPROCESSABLE_ENTITY),
    }
}

/// The account that was found is the person's own: they sign in to it.
async fn keep_account(ask: &Ask, seen: &Seen) -> Response {
    let proven = seen.proven.as_ref();
    let known = proven.filter(|proven| Flow::Signup.after(proven) == "/signup/known");
    let Some(subject) = known.and_then(|proven| proven.subject) else {
        return ask.redirect("/signup/done", []);
    };
    match sign_in(ask, subject).await {
        Ok(session) => ask.redirect("/signup/done", [session]),
        Err(Away) => message::away(ask),
    }
}
