//! `/signup` and `/login`: ask for a number, send a code.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Channel, ChannelChoice, NextChannels, SealedText, TypedNumber};
use serde::Deserialize;

use super::{
    Asked, Read,
    account::{Session, session},
    channel,
};
use crate::{
    ask::{Ask, retry_after},
    flow::Flow,
    html::{self, Html},
    kept,
    port::{Away, Country, Destination, NumberFault, StartError, StartForm},
    texts::Arg,
    views::{Fault, code::opens_at, message, number},
};

/// How the code should come, when a link says so.
#[derive(Deserialize)]
pub(crate) struct By {
    #[serde(default)]
    by: String,
}

/// The form. It has no `Debug`: it holds a number.
#[derive(Deserialize)]
pub(crate) struct NumberForm {
    #[serde(default)]
    key: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    sealed_to: String,
    #[serde(default)]
    channel: String,
}

pub(crate) async fn show(ask: Ask, flow: Flow, by: Asked<By>) -> Response {
    if flow == Flow::Login {
        match session(&ask).await {
            Ok(Session::Live(_)) => return ask.redirect("/me", []),
            Ok(Session::Over | Session::None) => {}
            Err(Away) => return message::away(&ask),
        }
    }
    let answers = number::Answers {
        voice: by.is_ok_and(|by| by.0.by == "voice"),
        ..number::Answers::default()
    };
    render(&ask, flow, StatusCode::OK, answers, Vec::new()).await
}

/// The seal key for a page that was open longer than its key lives.
pub(crate) async fn seal_key(ask: Ask) -> Response {
    match ask.pages.verifications.seal_key().await {
        Ok(key) => {
            let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (kind, key.note).into_response()
        }
        Err(_) => message::away(&ask),
    }
}

pub(crate) async fn send(ask: Ask, flow: Flow, form: Read<NumberForm>) -> Response {
    let form = match form {
        Ok(form) => form.0,
        Err(refused) => return message::unread(&ask, refused.status()),
    };
    let country = Country::parse(&form.country);
    let voice = channel(&form.channel) == Some(Channel::Voice);
    let echo = TypedNumber::new(form.number.clone());
    let answers = || number::Answers {
        country,
        number: echo.as_ref().map_or("", TypedNumber::expose),
        voice,
    };
    let refused = match read(&ask, flow, form, country, voice) {
        Err(error) => error,
        Ok(start) => match ask.pages.verifications.start(start).await {
            Ok(started) => {
                let keep = kept::keep(&ask, flow, started.verification);
                let to = format!("{}/code", flow.base());
                return ask.redirect(&to, [keep, ask.device_cookie()]);
            }
            Err(error) => error,
        },
    };
    refuse(&ask, flow, answers(), refused).await
}

/// The form as the service takes it.
fn read(
    ask: &Ask,
    flow: Flow,
    form: NumberForm,
    country: Option<Country>,
    voice: bool,
) -> Result<StartForm, StartError> {
    let destination = if form.sealed_to.is_empty() {
        if form.number.trim().is_empty() {
            return Err(StartError::Number(NumberFault::Empty));
        }
        let text = TypedNumber::new(form.number);
        let text = text.ok_or(StartError::Number(NumberFault::TooLong(country)))?;
        Destination::Typed { text, country }
    } else {
        Destination::Sealed(SealedText::new(form.sealed_to).ok_or(StartError::SealedText)?)
    };
    Ok(StartForm {
        verification: form.key.parse().map_err(|_| StartError::KeyReused)?,
        destination,
        channel: if voice {
            ChannelChoice::Voice
        } else {
            ChannelChoice::Auto
        },
        purpose: flow.purpose(),
        locale: ask.t.code,
        client: ask.client,
        owner: kept::owner(ask),
    })
}

async fn refuse(
    ask: &Ask,
    flow: Flow,
    answers: number::Answers<'_>,
    error: StartError,
) -> Response {
    match error {
        StartError::Away => message::away(ask),
        StartError::ClientLimit { after_seconds } => message::busy(ask, after_seconds),
        StartError::Limit(next) => {
            let errors = vec![limit(ask, next)];
            let status = StatusCode::TOO_MANY_REQUESTS;
            let page = render(ask, flow, status, answers, errors).await;
            retry_after(page, next.soonest().unwrap_or(86_400))
        }
        other => {
            let errors = vec![fault(ask, &other)];
            render(ask, flow, StatusCode::UNPROCESSABLE_ENTITY, answers, errors).await
        }
    }
}

fn limit(ask: &Ask, next: NextChannels) -> Fault {
    let soonest = [next.sms, next.voice]
        .into_iter()
        .filter(|state| state.after_seconds > 0)
        .min_by_key(|state| state.after_seconds);
    let text = match soonest {
        Some(state) => {
            let at = html::time(ask.t, opens_at(ask, state), ask.now);
            ask.t.html("error-limit-at", &[("time", Arg::Markup(&at))])
        }
        None => ask.t.html("error-limit", &[]),
    };
    Fault::wait("number", text)
}

/// What is wrong, beside which field.
fn fault(ask: &Ask, error: &StartError) -> Fault {
    let app = || ("app", Arg::Text(ask.pages.site.app.as_str()));
    let (field, key) = match error {
        StartError::Number(wrong) => return number_fault(ask, *wrong),
        StartError::ChannelForLine(open) => {
            let key = match open.first() {
                Some(Channel::Voice) => "error-no-text",
                Some(Channel::Sms) => "error-no-call",
                None => "error-no-channel",
            };
            ("channel-sms", key)
        }
        StartError::LineRefused => ("number", "error-line-refused"),
        StartError::CountryRefused => ("number", "error-country-refused"),
        StartError::SandboxNumber => ("number", "error-sandbox"),
        StartError::SealedText => ("number", "error-seal"),
        _ => ("number", "error-key"),
    };
    Fault::fix(field, ask.t.html(key, &[app()]))
}

fn number_fault(ask: &Ask, wrong: NumberFault) -> Fault {
    let t = ask.t;
    // A number that belongs to no country is told without one.
    let wrong = match wrong {
        NumberFault::TooShort(Some(Country::WORLD)) => NumberFault::TooShort(None),
        NumberFault::TooLong(Some(Country::WORLD)) => NumberFault::TooLong(None),
        wrong => wrong,
    };
    let named = |key: &str, country: Country| -> Html {
        let name = html::country(t, country);
        t.html(key, &[("country", Arg::Markup(&name))])
    };
    let (field, text) = match wrong {
        NumberFault::Empty => ("number", t.html("error-number-empty", &[])),
        NumberFault::TooShort(Some(country)) => ("number", named("error-number-short", country)),
        NumberFault::TooLong(Some(country)) => ("number", named("error-number-long", country)),
        NumberFault::TooShort(None) => ("number", t.html("error-number-short-any", &[])),
        NumberFault::TooLong(None) => ("number", t.html("error-number-long-any", &[])),
        NumberFault::Shape => ("number", t.html("error-number-shape", &[])),
        NumberFault::Unknown => ("number", t.html("error-number-unknown", &[])),
        NumberFault::Extension => ("number", t.html("error-number-extension", &[])),
        NumberFault::Service => ("number", t.html("error-number-service", &[])),
        NumberFault::CountryMissing => ("country", t.html("error-country-missing", &[])),
    };
    Fault::fix(field, text)
}

/// The page with a fresh key, so that a form corrected after a refusal is a new request.
async fn render(
    ask: &Ask,
    flow: Flow,
    status: StatusCode,
    answers: number::Answers<'_>,
    errors: Vec<Fault>,
) -> Response {
    let Ok(seal) = ask.pages.verifications.seal_key().await else {
        return message::away(ask);
    };
    match ask.draw() {
        Ok(key) => {
            let page = number::page(ask, flow, answers, errors, key, Some(seal));
            ask.page(status, &page)
        }
        Err(error) => ask.failed(&error),
    }
}
