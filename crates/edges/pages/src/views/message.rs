//! Pages that say one thing and name the next open door.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use model::{Millis, Timestamp};
use webkit::Reference;

use super::{Frame, done};
use crate::{
    ask::{Ask, retry_after},
    flow::Flow,
    html::{self, Html},
    site::Link,
    texts::Arg,
};

/// Seconds after which a vault that was away is worth another try.
const AWAY_SECONDS: u32 = 30;

/// The page.
#[derive(Template)]
#[template(path = "message.html")]
pub(crate) struct MessagePage {
    frame: Frame,
    heading: String,
    text: Html,
    links: Vec<Link>,
    reference: Option<String>,
}

/// A page of `title` and `text`, leading to `(path, words)`.
fn message(ask: &Ask, title: &str, text: Html, to: (&str, &str)) -> MessagePage {
    let frame = ask.frame(title, true);
    let home = frame.home;
    MessagePage {
        frame: frame.path(home),
        heading: ask.t.get(title),
        text,
        links: vec![Link {
            href: to.0.to_owned(),
            text: ask.t.get(to.1),
        }],
        reference: None,
    }
}

fn plain(ask: &Ask, status: StatusCode, title: &str, text: &str) -> Response {
    let text = ask.t.html(text, &[]);
    let home = if ask.pages.site.demo.is_some() {
        "/"
    } else {
        "/signup"
    };
    ask.page(status, &message(ask, title, text, (home, "go-start")))
}

/// 404.
pub(crate) fn missing(ask: &Ask) -> Response {
    plain(ask, StatusCode::NOT_FOUND, "missing-title", "missing-text")
}

/// 403: a form from another site.
pub(crate) fn foreign(ask: &Ask) -> Response {
    plain(ask, StatusCode::FORBIDDEN, "foreign-title", "foreign-text")
}

/// 405.
pub(crate) fn wrong_method(ask: &Ask) -> Response {
    plain(
        ask,
        StatusCode::METHOD_NOT_ALLOWED,
        "method-title",
        "method-text",
    )
}

/// 400 or 413: a form that is no form.
pub(crate) fn unread(ask: &Ask, status: StatusCode) -> Response {
    plain(ask, status, "unread-title", "unread-text")
}

/// 503: the vault is away. The way on is the page that was asked for: every path that comes here
/// may be looked at again.
pub(crate) fn away(ask: &Ask) -> Response {
    let text = ask.t.html("away-text", &[]);
    let page = message(ask, "away-title", text, (&ask.path, "try-again"));
    retry_after(
        ask.page(StatusCode::SERVICE_UNAVAILABLE, &page),
        AWAY_SECONDS,
    )
}

/// 429: too many requests from one client.
pub(crate) fn busy(ask: &Ask, after_seconds: u32) -> Response {
    let opens = ask.now.plus(Millis::from_seconds(i64::from(after_seconds)));
    let at = html::time(ask.t, opens, ask.now);
    let text = ask.t.html("busy-text", &[("time", Arg::Markup(&at))]);
    let page = message(ask, "busy-title", text, ("/signup", "go-start"));
    retry_after(
        ask.page(StatusCode::TOO_MANY_REQUESTS, &page),
        after_seconds,
    )
}

/// 500, with the reference of the log line.
pub(crate) fn failed(ask: &Ask, reference: &Reference) -> Response {
    let text = ask.t.html("failed-text", &[]);
    let mut page = message(ask, "failed-title", text, ("/signup", "start-again"));
    page.reference = Some(format!("ref {reference}"));
    ask.page(StatusCode::INTERNAL_SERVER_ERROR, &page)
}

/// 409: a page whose earlier step this browser has not done.
pub(crate) fn lost(ask: &Ask, flow: Flow) -> Response {
    let text = ask.t.html("lost-text", &[]);
    let page = message(ask, "lost-title", text, (flow.base(), "start-again"));
    ask.page(StatusCode::CONFLICT, &page)
}

/// The number is proven and has no account.
pub(crate) fn none(ask: &Ask) -> Response {
    let text = ask.t.html("none-text", &[]);
    ask.page(
        StatusCode::OK,
        &message(ask, "none-title", text, ("/signup", "none-signup")),
    )
}

/// The number is proven and may not open accounts.
pub(crate) fn banned(ask: &Ask, until: Timestamp) -> Response {
    let until = html::time(ask.t, until, ask.now);
    let text = ask.t.html("banned-text", &[("time", Arg::Markup(&until))]);
    ask.page(
        StatusCode::OK,
        &message(ask, "banned-title", text, ("/signup", "start-again")),
    )
}

/// The number is proven and its account is locked.
pub(crate) fn frozen(ask: &Ask) -> Response {
    let text = ask
        .t
        .html("frozen-text", &[("app", Arg::Text(&ask.pages.site.app))]);
    ask.page(
        StatusCode::OK,
        &message(ask, "frozen-title", text, ("/signup", "go-start")),
    )
}

/// The person logged out.
pub(crate) fn logged_out(ask: &Ask) -> Response {
    let text = ask.t.html("logged-out-text", &[]);
    signed_out(ask, text)
}

/// The session ended without the person's doing.
pub(crate) fn ended(ask: &Ask) -> Response {
    let minutes = done::idle_minutes(ask);
    let values = [
        ("n", Arg::Number(minutes)),
        ("app", Arg::Text(&ask.pages.site.app)),
    ];
    signed_out(ask, ask.t.html("ended-text", &values))
}

/// No problem, so the title names none.
fn signed_out(ask: &Ask, text: Html) -> Response {
    let mut page = message(ask, "signed-out-title", text, ("/login", "sign-in"));
    page.frame = ask.frame("signed-out-title", false).path("/logout");
    ask.page(StatusCode::OK, &page)
}

/// The demonstration has no account to show yet.
pub(crate) fn no_sides(ask: &Ask) -> Response {
    let text = ask.t.html("sides-none-text", &[]);
    let mut page = message(ask, "sides-none-title", text, ("/signup", "demo-person-go"));
    page.frame = ask.frame("sides-none-title", false);
    ask.page(StatusCode::OK, &page)
}
