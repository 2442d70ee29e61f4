//! `/`: the demonstration's first page; elsewhere the way to sign-up.

use axum::{http::StatusCode, response::Response};

use crate::{ask::Ask, views};

pub(crate) async fn show(ask: Ask) -> Response {
    let Some(demo) = &ask.pages.site.demo else {
        return ask.redirect("/signup", []);
    };
    let health = ask.pages.verifications.health().await;
    ask.page(StatusCode::OK, &views::start::page(&ask, demo, health))
}
