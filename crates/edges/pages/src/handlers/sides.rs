//! `/demo/sides`: both sides of the account this browser just made.

use axum::{http::StatusCode, response::Response};

use crate::{
    ask::Ask,
    flow::Flow,
    kept,
    port::{Away, Proven, Stored},
    views::{message, sides},
};

pub(crate) async fn show(ask: Ask) -> Response {
    match find(&ask).await {
        Ok(Some((proven, stored))) => {
            ask.page(StatusCode::OK, &sides::page(&ask, &proven, &stored))
        }
        Ok(None) => message::no_sides(&ask),
        Err(Away) => message::away(&ask),
    }
}

/// The newest of this browser's flows that led to an account.
async fn find(ask: &Ask) -> Result<Option<(Proven, Stored)>, Away> {
    let service = &ask.pages.verifications;
    for flow in [Flow::Signup, Flow::Login] {
        let Some(id) = kept::current(ask, flow) else {
            continue;
        };
        let proven = service.view(id).await?.and_then(|seen| seen.proven);
        if let (Some(proven), Some(stored)) = (proven, service.stored(id).await?) {
            return Ok(Some((proven, stored)));
        }
    }
    Ok(None)
}
