//! `/me` and `/logout`: the account a browser is signed in to, and the way out of it.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use model::Subject;

use crate::{
    ask::Ask,
    kept,
    port::{Away, SignedIn},
    views::{done, message},
};

/// What a browser's session is.
pub(super) enum Session {
    /// It has none.
    None,
    /// It had one.
    Over,
    /// It is signed in.
    Live(SignedIn),
}

/// The session of this browser.
pub(super) async fn session(ask: &Ask) -> Result<Session, Away> {
    let Some(token) = kept::session(ask) else {
        return Ok(Session::None);
    };
    let found = ask.pages.sessions.find(&token).await?;
    Ok(found.map_or(Session::Over, Session::Live))
}

/// Signs this browser in to an account it has just proven: the cookie that says so.
pub(super) async fn sign_in(ask: &Ask, subject: Subject) -> Result<Option<HeaderValue>, Away> {
    let former = kept::session(ask);
    let opened = ask.pages.sessions.open(subject, former.as_ref()).await?;
    Ok(kept::keep_session(ask, &opened))
}

pub(crate) async fn show(ask: Ask) -> Response {
    match session(&ask).await {
        Ok(Session::Live(account)) => ask.page(StatusCode::OK, &done::account(&ask, &account)),
        Ok(Session::Over) => over(&ask),
        Ok(Session::None) => ask.redirect("/login", []),
        Err(Away) => message::away(&ask),
    }
}

/// The session has ended by itself: say so once.
pub(super) fn over(ask: &Ask) -> Response {
    let mut page = message::ended(ask);
    if let Some(cookie) = kept::forget_session(ask) {
        page.headers_mut().append(header::SET_COOKIE, cookie);
    }
    page
}

pub(crate) async fn log_out(ask: Ask) -> Response {
    if let Some(token) = kept::session(&ask)
        && let Err(Away) = ask.pages.sessions.end(&token).await
    {
        return message::away(&ask);
    }
    ask.redirect("/logout", kept::forget(&ask))
}

pub(crate) async fn logged_out(ask: Ask) -> Response {
    match session(&ask).await {
        Ok(Session::Live(_)) => ask.redirect("/me", []),
        Ok(_) => message::logged_out(&ask),
        Err(Away) => message::away(&ask),
    }
}
