//! The simulator for people.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{
        Path, Query, State,
        rejection::{FormRejection, PathRejection},
    },
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use courier::simulator::{PhoneKey, PhoneSummary, TextBackRefused};
use numbers::E164;
use serde::Deserialize;
use webkit::{cookies::CookieRules, origin};

use crate::{
    Sim,
    fault_form::{FaultForm, Wrong, in_words},
    refusals,
    views::{Line, Panel, PhonesPage, Refresh, Thread},
};

/// The most phones in the list. Others are reached by typing their number.
const LISTED_MAX: usize = 100;

/// The demo is plain http on the own machine.
const COOKIES: CookieRules = CookieRules { https: false };

/// A page that the script fetches while nobody looks sends this; then nothing becomes read.
const BACKGROUND: &str = "x-background";

/// What a page is made from.
#[derive(Default)]
struct Ask {
    opened: Option<(PhoneKey, E164)>,
    still: bool,
    wrong: Vec<Wrong>,
    typed_number: String,
    typed_text: String,
    form: Option<FaultForm>,
}

impl Ask {
    fn refresh(&self) -> Refresh {
        let path = match &self.opened {
            Some((key, _)) => format!("/sim/threads/{}", key.0),
            None => "/sim".to_owned(),
        };
        match (self.wrong.is_empty(), self.still) {
            (false, _) => Refresh::Never,
            (true, false) => Refresh::On(format!("{path}?still=1")),
            (true, true) => Refresh::Off(path),
        }
    }
}

impl Sim {
    /// The thread that was opened, or that of the newest phone.
    fn shown(&self, ask: &Ask, phones: &[PhoneSummary]) -> Option<(PhoneKey, E164)> {
        let newest = phones
            .first()
            .map(|phone| (phone.key, phone.number.clone()));
        ask.opened.clone().or(newest)
    }

    fn page(&self, ask: Ask) -> Response {
        let phones = self.simulator.phones(LISTED_MAX);
        let shown = self.shown(&ask, &phones);
        let current = shown.as_ref().map(|(_, number)| number);
        let now = self.clock.now();
        let faults = self.simulator.faults();
        let lines = phones.iter().map(|phone| Line::new(phone, current, now));
        let thread = shown
            .as_ref()
            .map(|(key, number)| Thread::new(key.0, number, &self.simulator.messages(number)));
        let page = PhonesPage {
            style: self.assets.url("style"),
            icon: self.assets.url("mark"),
            script: self.assets.url("phones"),
            unread: self.simulator.unread(),
            count: self.simulator.phone_count(),
            lines: lines.collect(),
            thread,
            opened: ask.opened.is_some(),
            refresh: ask.refresh(),
            panel: Panel {
                words: in_words(&faults),
                open: ask.form.is_some(),
                form: ask.form.unwrap_or_else(|| FaultForm::of(&faults)),
            },
            wrong: ask.wrong,
            typed_number: ask.typed_number,
            typed_text: ask.typed_text,
        };
        respond(&page)
    }
}

fn respond(page: &PhonesPage<'_>) -> Response {
    let status = if page.wrong.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    // Rendering writes to a string, which cannot fail.
    let html = page.render().unwrap_or_default();
    let mut response = (status, Html(html)).into_response();
    if let Some(marker) = origin::marker(COOKIES) {
        response.headers_mut().insert(header::SET_COOKIE, marker);
    }
    response
}

#[derive(Deserialize)]
pub(crate) struct Still {
    still: Option<String>,
}

fn is_still<E>(query: Result<Query<Still>, E>) -> bool {
    query.is_ok_and(|Query(query)| query.still.is_some())
}

pub(crate) async fn index(
    State(sim): State<Arc<Sim>>,
    query: Result<Query<Still>, axum::extract::rejection::QueryRejection>,
) -> Response {
    sim.page(Ask {
        still: is_still(query),
        ..Ask::default()
    })
}

type KeyPath = Result<Path<u32>, PathRejection>;

fn find(sim: &Sim, path: KeyPath) -> Option<(PhoneKey, E164)> {
    let key = PhoneKey(path.ok()?.0);
    Some((key, sim.simulator.number_of(key)?))
}

pub(crate) async fn thread(
    State(sim): State<Arc<Sim>>,
    path: KeyPath,
    query: Result<Query<Still>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Some((key, number)) = find(&sim, path) else {
        return refusals::phone_gone(&headers);
    };
    if !headers.contains_key(BACKGROUND) {
        sim.simulator.mark_read(&number);
    }
    sim.page(Ask {
        opened: Some((key, number)),
        still: is_still(query),
        ..Ask::default()
    })
}

/// The form, if it came from our own page and is whole.
fn own_form<T>(
    headers: &HeaderMap,
    form: Result<Form<T>, FormRejection>,
) -> Result<T, Box<Response>> {
    if origin::check(headers, "", COOKIES).is_err() {
        return Err(Box::new(refusals::foreign_form(headers)));
    }
    match form {
        Ok(Form(form)) => Ok(form),
        Err(refused) => Err(Box::new(refusals::unreadable_form(
            headers,
            refused.status(),
        ))),
    }
}

fn to_thread(key: PhoneKey) -> Response {
    Redirect::to(&format!("/sim/threads/{}", key.0)).into_response()
}

#[derive(Deserialize)]
pub(crate) struct AddForm {
    number: String,
}

/// Any number that can be written as E.164: a phone here need not be in a numbering plan.
fn read_number(typed: &str) -> Option<E164> {
    if let Ok(parsed) = numbers::parse(typed, None) {
        return Some(parsed.number);
    }
    let bare: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    E164::from_canonical(&bare).ok()
}

pub(crate) async fn add(
    State(sim): State<Arc<Sim>>,
    headers: HeaderMap,
    form: Result<Form<AddForm>, FormRejection>,
) -> Response {
    let typed = match own_form(&headers, form) {
        Ok(form) => form.number,
        Err(refused) => return *refused,
    };
    if let Some(number) = read_number(&typed) {
        return to_thread(sim.simulator.add_phone(&number));
    }
    sim.page(Ask {
        wrong: vec![Wrong {
            field: "number",
            text: "Phone number: start with + and the country code.".to_owned(),
        }],
        typed_number: typed.chars().take(64).collect(),
        ..Ask::default()
    })
}

#[derive(Deserialize)]
pub(crate) struct BackForm {
    to: String,
    #[serde(default)]
    text: String,
    /// The button's own words, such as `STOP`; they win over the field.
    word: Option<String>,
}

pub(crate) async fn text_back(
    State(sim): State<Arc<Sim>>,
    path: KeyPath,
    headers: HeaderMap,
    form: Result<Form<BackForm>, FormRejection>,
) -> Response {
    let form = match own_form(&headers, form) {
        Ok(form) => form,
        Err(refused) => return *refused,
    };
    let Some((key, number)) = find(&sim, path) else {
        return refusals::phone_gone(&headers);
    };
    let text = form.word.as_deref().unwrap_or(&form.text);
    let Err(refused) = sim.simulator.text_back(&number, &form.to, text) else {
        return to_thread(key);
    };
    let words = match refused {
        TextBackRefused::Text => "Text back: write up to 1,600 characters.",
        TextBackRefused::Receiver => "Text back: there is nobody to answer yet.",
        TextBackRefused::NoEntropy => "Text back: it was not sent. Try again in a moment.",
    };
    sim.page(Ask {
        opened: Some((key, number)),
        wrong: vec![Wrong {
            field: "text",
            text: words.to_owned(),
        }],
        typed_text: form.text.clone(),
        ..Ask::default()
    })
}

pub(crate) async fn settings(
    State(sim): State<Arc<Sim>>,
    headers: HeaderMap,
    form: Result<Form<FaultForm>, FormRejection>,
) -> Response {
    let form = match own_form(&headers, form) {
        Ok(form) => form,
        Err(refused) => return *refused,
    };
    let wrong = match form.read() {
        // A form that was read is within the bounds, so the simulator takes it.
        Ok(faults) if sim.simulator.set_faults(faults).is_ok() => {
            return Redirect::to("/sim#faults").into_response();
        }
        Ok(_) => Vec::new(),
        Err(wrong) => wrong,
    };
    sim.page(Ask {
        wrong,
        form: Some(form),
        ..Ask::default()
    })
}
