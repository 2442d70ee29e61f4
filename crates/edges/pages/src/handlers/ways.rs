//! `/signup/ways` and `/login/ways`: pick a way that works now.

use axum::{http::StatusCode, response::Response};
use model::{ChannelState, NextChannels};

use super::{
    Read, channel,
    code::{ChannelForm, current, send_again},
};
use crate::{
    ask::Ask,
    flow::Flow,
    port::{Away, Seen},
    views::{Fault, message, ways},
};
use model::VerificationId;

/// Before any code is out, both channels are offered.
const FRESH: NextChannels = NextChannels::both(ChannelState::OPEN);

/// The verification of this browser, if it is in one.
async fn found(ask: &Ask, flow: Flow) -> Result<Option<(VerificationId, Seen)>, Response> {
    if flow.current(ask.cookies(), &ask.headers).is_none() {
        return Ok(None);
    }
    current(ask, flow).await.map(Some)
}

pub(crate) async fn show(ask: Ask, flow: Flow) -> Response {
    let id = flow.current(ask.cookies(), &ask.headers);
    let seen = match id {
        Some(id) => ask.pages.verifications.view(id).await,
        None => Ok(None),
    };
    let seen = match seen {
        Ok(seen) => seen.filter(|seen| seen.proven.is_none()),
        Err(Away) => return message::away(&ask),
    };
    let next = seen.map_or(FRESH, |seen| seen.started.next);
    ask.page(
        StatusCode::OK,
        &ways::page(&ask, flow, next, seen.is_some(), Vec::new()),
    )
}

pub(crate) async fn pick(ask: Ask, flow: Flow, form: Read<ChannelForm>) -> Response {
    let wished = match form {
        Ok(form) => channel(&form.0.channel),
        Err(refused) => return message::unread(&ask, refused.status()),
    };
    let found = match found(&ask, flow).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let Some(wished) = wished else {
        let text = ask.t.html("ways-choose", &[]);
        let errors = vec![Fault {
            field: "way-sms",
            text,
        }];
        let next = found.map_or(FRESH, |(_, seen)| seen.started.next);
        let page = ways::page(&ask, flow, next, found.is_some(), errors);
        return ask.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    match found {
        Some((id, seen)) => send_again(&ask, flow, id, &seen, wished).await,
        None => ask.redirect(&format!("{}?by={}", flow.base(), wished.as_str()), []),
    }
}
