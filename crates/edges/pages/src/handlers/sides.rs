//! `/demo/sides`: both sides of the account this browser is signed in to.

use axum::{http::StatusCode, response::Response};

use super::account::{Session, session};
use crate::{
    ask::Ask,
    port::{Away, SignedIn, Stored},
    views::{message, sides},
};

pub(crate) async fn show(ask: Ask) -> Response {
    match find(&ask).await {
        Ok(Some((account, stored))) => {
            ask.page(StatusCode::OK, &sides::page(&ask, &account, &stored))
        }
        Ok(None) => message::no_sides(&ask),
        Err(Away) => message::away(&ask),
    }
}

async fn find(ask: &Ask) -> Result<Option<(SignedIn, Stored)>, Away> {
    let Session::Live(account) = session(ask).await? else {
        return Ok(None);
    };
    let stored = ask.pages.verifications.stored(account.subject).await?;
    Ok(stored.map(|stored| (account, stored)))
}
