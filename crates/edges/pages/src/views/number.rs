//! The page that asks for a number.

use askama::Template;
use model::VerificationId;

use super::{Fault, Frame, first_heading, wrong};
use crate::{
    ask::Ask,
    flow::Flow,
    html::Html,
    port::{Country, SealKey},
};

struct Choice {
    code: Country,
    name: &'static str,
    calling_code: u16,
    selected: bool,
}

struct Seal {
    note: String,
    verifier: String,
    application: String,
    purpose: &'static str,
    now: i64,
    fresh: &'static str,
}

/// What a person has answered so far.
#[derive(Default)]
pub(crate) struct Answers<'a> {
    pub(crate) country: Option<Country>,
    pub(crate) number: &'a str,
    pub(crate) voice: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "number.html")]
pub(crate) struct NumberPage<'a> {
    frame: Frame,
    errors: Vec<Fault>,
    heading: String,
    lead: String,
    signup: bool,
    action: &'static str,
    ways: String,
    key: VerificationId,
    seal: Option<Seal>,
    countries: Vec<Choice>,
    chosen: bool,
    number: &'a str,
    voice: bool,
}

impl NumberPage<'_> {
    fn wrong(&self, field: &str) -> Option<&Html> {
        wrong(&self.errors, field)
    }
}

/// The countries in the order of the page's language.
fn choices(ask: &Ask, selected: Option<Country>) -> Vec<Choice> {
    let offered = &ask.pages.countries;
    let choices = ask.t.regions().iter().filter_map(|(code, name)| {
        let (_, calling_code) = offered.iter().find(|(known, _)| known == code)?;
        Some(Choice {
            code: *code,
            name,
            calling_code: *calling_code,
            selected: selected == Some(*code),
        })
    });
    choices.collect()
}

/// Builds the page. Without a seal key the browser does not seal.
pub(crate) fn page<'a>(
    ask: &Ask,
    flow: Flow,
    answers: Answers<'a>,
    errors: Vec<Fault>,
    key: VerificationId,
    seal: Option<SealKey>,
) -> NumberPage<'a> {
    let heading = first_heading(flow);
    let selected = answers.country.or_else(|| ask.country());
    let countries = choices(ask, selected);
    let lead = match flow {
        Flow::Signup => ask.t.get("signup-lead"),
        Flow::Login => ask.t.with("login-lead", "app", &ask.pages.site.app),
    };
    NumberPage {
        frame: ask.frame(heading, !errors.is_empty()).script(ask, "number"),
        heading: ask.t.get(heading),
        lead,
        signup: flow == Flow::Signup,
        action: flow.base(),
        ways: format!("{}/ways", flow.base()),
        key,
        seal: seal.map(|seal| Seal {
            note: seal.note,
            verifier: seal.verifier,
            application: seal.application,
            purpose: flow.purpose().as_str(),
            now: ask.now.as_millis(),
            fresh: "/signup/seal-key",
        }),
        chosen: countries.iter().any(|choice| choice.selected),
        countries,
        number: answers.number,
        voice: answers.voice,
        errors,
    }
}

impl std::fmt::Display for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
