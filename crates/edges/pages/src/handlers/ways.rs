//! `/signup/ways` and `/login/ways`: pick a way that works now.

use axum::{http::StatusCode, response::Response};
use model::{ChannelState, NextChannels, Status, VerificationId};

use super::{
    Read, channel,
    code::{ChannelForm, send_again},
};
use crate::{
    ask::Ask,
    flow::Flow,
    kept,
    port::{Away, Seen},
    views::{Fault, message, ways},
};

/// Before any code is out, both channels are offered.
const FRESH: NextChannels = NextChannels::both(ChannelState::OPEN);

/// The verification of this browser, if a code is out for it. One that is over closes no way: the
/// next code is a new one.
async fn found(ask: &Ask, flow: Flow) -> Result<Option<(VerificationId, Seen)>, Away> {
    let Some(id) = kept::current(ask, flow) else {
        return Ok(None);
    };
    let seen = ask.pages.verifications.view(id).await?;
    let out = |seen: &Seen| {
        let own = seen.started.purpose == flow.purpose();
        own && seen.proven.is_none() && seen.started.status == Status::Pending
    };
    Ok(seen.filter(out).map(|seen| (id, seen)))
}

pub(crate) async fn show(ask: Ask, flow: Flow) -> Response {
    let found = match found(&ask, flow).await {
        Ok(found) => found,
        Err(Away) => return message::away(&ask),
    };
    let next = found.map_or(FRESH, |(_, seen)| seen.started.next);
    ask.page(
        StatusCode::OK,
        &ways::page(&ask, flow, next, found.is_some(), Vec::new()),
    )
}

pub(crate) async fn pick(ask: Ask, flow: Flow, form: Read<ChannelForm>) -> Response {
    let wished = match form {
        Ok(form) => channel(&form.0.channel),
        Err(refused) => return message::unread(&ask, refused.status()),
    };
    let found = match found(&ask, flow).await {
        Ok(found) => found,
        Err(Away) => return message::away(&ask),
    };
    let Some(wished) = wished else {
        let text = ask.t.html("ways-choose", &[]);
        let errors = vec![Fault::fix("way-sms", text)];
        let next = found.map_or(FRESH, |(_, seen)| seen.started.next);
        let page = ways::page(&ask, flow, next, found.is_some(), errors);
        return ask.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    match found {
        Some((id, seen)) => send_again(&ask, flow, id, &seen, wished).await,
        None => ask.redirect(&format!("{}?by={}", flow.base(), wished.as_str()), []),
    }
}
