//! The pages after the code: done, and “this number already has an account here”.

use askama::Template;
use model::Subject;

use super::{Fault, Frame, line};
use crate::{
    ask::Ask,
    html::{self, Html},
    port::{Proven, Verdict},
};

/// The last page.
#[derive(Template)]
#[template(path = "done.html")]
pub(crate) struct DonePage {
    frame: Frame,
    heading: String,
    subject: Option<Subject>,
    country: Html,
    line: String,
    since: Html,
    onward: Option<String>,
    demo: bool,
}

/// Builds the last page.
pub(crate) fn page(ask: &Ask, proven: &Proven) -> DonePage {
    let heading = match proven.verdict {
        Verdict::Created => "done-title",
        _ => "login-done-title",
    };
    DonePage {
        frame: ask.frame(heading, false),
        heading: ask.t.get(heading),
        subject: proven.subject,
        country: html::country(ask.t, proven.country),
        line: line(ask.t, proven.line),
        since: html::time(ask.t, proven.at, ask.now),
        onward: ask.pages.site.onward.clone(),
        demo: ask.pages.site.demo.is_some(),
    }
}

/// The page for a number that has an account already.
#[derive(Template)]
#[template(path = "known.html")]
pub(crate) struct KnownPage {
    frame: Frame,
    errors: Vec<Fault>,
    base: &'static str,
}

/// Builds it.
pub(crate) fn known(ask: &Ask, errors: Vec<Fault>) -> KnownPage {
    KnownPage {
        frame: ask.frame("known-title", !errors.is_empty()),
        errors,
        base: "/signup",
    }
}
