//! What a browser keeps from one request to the next: the verification it is in, what an approval
//! left for its owner, and its session. The first two carry a mark of ours, so that nobody can make
//! one; the third is a secret that the service knows again.

use axum::http::HeaderValue;
use data_encoding::BASE64URL_NOPAD;
use model::{Timestamp, VerificationId};
use webkit::cookies::{Cookie, SameSite};

use crate::{
    ask::Ask,
    flow::Flow,
    port::{OpenedSession, OwnerProof, SessionToken},
};

/// Seconds the browser keeps a flow: the code's ten minutes, and time to read what follows.
const FLOW_SECONDS: u32 = 30 * 60;
/// Holds what an earlier approval left.
const OWNER: &str = "rf-owner";
/// Where a proof is of use: where codes are asked for.
const OWNER_PATHS: &[&str] = &["/signup", "/login"];
/// Holds the token of a session.
const SESSION: &str = "rf-session";

/// The text of a marked cookie.
fn read<'a>(ask: &'a Ask, name: &str) -> Option<&'a str> {
    let value = ask.cookies().get(&ask.headers, name)?;
    ask.pages.cookie_key.read(name, value)
}

/// The verification this browser is in.
pub(crate) fn current(ask: &Ask, flow: Flow) -> Option<VerificationId> {
    read(ask, flow.cookie())?.parse().ok()
}

/// Lets the browser keep the verification.
pub(crate) fn keep(ask: &Ask, flow: Flow, verification: VerificationId) -> Option<HeaderValue> {
    let name = flow.cookie();
    ask.cookies().set(&Cookie {
        name,
        value: &ask.pages.cookie_key.mark(name, &verification.to_string()),
        path: flow.base(),
        max_age_seconds: Some(FLOW_SECONDS),
        same_site: SameSite::Lax,
    })
}

/// What an earlier approval left here, while it lasts.
pub(crate) fn owner(ask: &Ask) -> Option<OwnerProof> {
    let (millis, mac) = read(ask, OWNER)?.split_once('-')?;
    let proof = OwnerProof {
        expires_at: Timestamp::from_millis(millis.parse().ok()?),
        mac: BASE64URL_NOPAD
            .decode(mac.as_bytes())
            .ok()?
            .try_into()
            .ok()?,
    };
    (proof.expires_at > ask.now).then_some(proof)
}

/// Lets the browser keep an owner's proof for as long as the vault believes it: one cookie, which
/// over http is one for each path that asks for codes.
pub(crate) fn keep_owner(
    ask: &Ask,
    proof: &OwnerProof,
) -> impl Iterator<Item = Option<HeaderValue>> {
    let millis = proof.expires_at.as_millis();
    let text = format!("{millis}-{}", BASE64URL_NOPAD.encode(&proof.mac));
    let value = ask.pages.cookie_key.mark(OWNER, &text);
    let seconds = proof.expires_at.since(ask.now).as_millis() / 1000;
    let rules = ask.cookies();
    let paths = if rules.https { &["/"] } else { OWNER_PATHS };
    paths.iter().map(move |path| {
        rules.set(&Cookie {
            name: OWNER,
            value: &value,
            path,
            max_age_seconds: u32::try_from(seconds).ok(),
            same_site: SameSite::Lax,
        })
    })
}

/// The session this browser says it has.
pub(crate) fn session(ask: &Ask) -> Option<SessionToken> {
    let token = ask.cookies().get(&ask.headers, SESSION)?;
    Some(SessionToken::new(token))
}

/// Lets the browser keep a session until its last end, so that a page can say that it ended.
pub(crate) fn keep_session(ask: &Ask, opened: &OpenedSession) -> Option<HeaderValue> {
    let seconds = opened.ends_at.since(ask.now).as_millis() / 1000;
    ask.cookies().set(&Cookie {
        name: SESSION,
        value: opened.token.expose(),
        path: "/",
        max_age_seconds: u32::try_from(seconds).ok(),
        same_site: SameSite::Lax,
    })
}

/// Lets the browser forget its session.
pub(crate) fn forget_session(ask: &Ask) -> Option<HeaderValue> {
    ask.cookies().remove(SESSION, "/")
}

/// Lets the browser forget its session and what led to it. What an owner keeps stays: it opens
/// nothing.
pub(crate) fn forget(ask: &Ask) -> [Option<HeaderValue>; 3] {
    let flow = |flow: Flow| ask.cookies().remove(flow.cookie(), flow.base());
    [forget_session(ask), flow(Flow::Signup), flow(Flow::Login)]
}
