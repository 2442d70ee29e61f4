//! The pages after the code: done, and “this number already has an account here”.

use askama::Template;
use model::Subject;

use super::{Fault, Frame, line};
use crate::{
    ask::Ask,
    html::{self, Html},
    port::{Proven, SignedIn, Verdict},
    texts::Arg,
};

/// The last page.
#[derive(Template)]
#[template(path = "done.html")]
pub(crate) struct DonePage {
    frame: Frame,
    heading: String,
    fresh: bool,
    here: Html,
    subject: Option<Subject>,
    country: Html,
    line: String,
    since: Html,
    onward: Option<String>,
    demo: bool,
}

/// Minutes without use after which a browser is signed out.
pub(crate) fn idle_minutes(ask: &Ask) -> u32 {
    let minutes = ask.pages.sessions.idle().as_millis() / 60_000;
    u32::try_from(minutes).unwrap_or(u32::MAX)
}

/// Builds the last page.
pub(crate) fn page(ask: &Ask, proven: &Proven) -> DonePage {
    let heading = match proven.verdict {
        Verdict::Created => "done-title",
        _ => "login-done-title",
    };
    signed_in(ask, heading, true, proven)
}

/// Builds the page of an account that the browser was signed in to before.
pub(crate) fn account(ask: &Ask, account: &SignedIn) -> DonePage {
    let proven = Proven {
        subject: Some(account.subject),
        verdict: Verdict::Existing,
        country: account.country,
        line: account.line,
        at: account.proven_at,
    };
    signed_in(ask, "login-done-title", false, &proven)
}

fn signed_in(ask: &Ask, heading: &str, fresh: bool, proven: &Proven) -> DonePage {
    let minutes = Arg::Number(idle_minutes(ask));
    DonePage {
        frame: ask.frame(heading, false),
        heading: ask.t.get(heading),
        fresh,
        here: ask.t.html("signed-in-here", &[("n", minutes)]),
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
