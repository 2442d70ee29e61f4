//! `/signup/code` and `/login/code`: prove control; ask for the code again.

use axum::{http::StatusCode, response::Response};
use model::{Channel, NextChannels, Status, TypedCode, VerificationId};
use serde::Deserialize;

use super::{Asked, Read, account::sign_in, channel};
use crate::{
    ask::{Ask, retry_after},
    flow::Flow,
    html, kept,
    port::{Approved, Away, Guess, Held, Seen, StartError, Started},
    texts::Arg,
    views::{Fault, code, code::opens_at, message},
};

/// Which channel a repeat just went by.
#[derive(Deserialize)]
pub(crate) struct Again {
    #[serde(default)]
    again: String,
}

/// The form. It has no `Debug`: it holds a code.
#[derive(Deserialize)]
pub(crate) struct CodeForm {
    #[serde(default)]
    code: String,
}

/// A wish for the code by some channel.
#[derive(Deserialize)]
pub(crate) struct ChannelForm {
    #[serde(default)]
    pub(super) channel: String,
}

/// The verification this browser is in, or the page that answers in its place.
pub(super) async fn current(ask: &Ask, flow: Flow) -> Result<(VerificationId, Seen), Response> {
    let Some(id) = kept::current(ask, flow) else {
        return Err(message::lost(ask, flow));
    };
    match ask.pages.verifications.view(id).await {
        Ok(Some(seen)) if seen.started.purpose == flow.purpose() => Ok((id, seen)),
        Ok(_) => Err(message::lost(ask, flow)),
        Err(Away) => Err(message::away(ask)),
    }
}

pub(crate) async fn show(ask: Ask, flow: Flow, again: Asked<Again>) -> Response {
    let seen = match current(&ask, flow).await {
        Ok((_, seen)) => seen,
        Err(page) => return page,
    };
    if let Some(proven) = &seen.proven {
        return ask.redirect(flow.after(proven), []);
    }
    let started = seen.started;
    let again = again.ok().and_then(|query| channel(&query.0.again));
    match ended(&ask, &started) {
        Some(fault) => render(&ask, flow, &started, StatusCode::OK, vec![fault]),
        None if started.status == Status::Pending => {
            let page = code::page(&ask, flow, &started, Vec::new(), String::new(), again);
            ask.page(StatusCode::OK, &page)
        }
        None => message::lost(&ask, flow),
    }
}

pub(crate) async fn check(ask: Ask, flow: Flow, form: Read<CodeForm>) -> Response {
    let typed = match form {
        Ok(form) => form.0.code,
        Err(refused) => return message::unread(&ask, refused.status()),
    };
    let (id, seen) = match current(&ask, flow).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    if typed.trim().is_empty() {
        let fault = Fault::fix("code", ask.t.html("error-code-empty", &[]));
        return render(
            &ask,
            flow,
            &seen.started,
            StatusCode::UNPROCESSABLE_ENTITY,
            vec![fault],
        );
    }
    let shown = shown_back(&typed);
    let Some(code) = TypedCode::new(typed) else {
        // Longer than any code: the vault need not be asked.
        let length = ("n", Arg::Number(u32::from(seen.started.code_length)));
        return again_with(&ask, flow, &seen.started, "error-code-shape", length, shown);
    };
    let guess = ask.pages.verifications.check(id, code, ask.client).await;
    match guess {
        Ok(Guess::Approved(right)) => approved(&ask, flow, &right).await,
        Ok(Guess::Gone) => message::lost(&ask, flow),
        Ok(Guess::Wrong(started)) => {
            let left = ("n", Arg::Number(u32::from(started.attempts_left)));
            again_with(&ask, flow, &started, "error-code-wrong", left, shown)
        }
        Ok(Guess::Malformed(started)) => {
            let length = ("n", Arg::Number(u32::from(started.code_length)));
            again_with(&ask, flow, &started, "error-code-shape", length, shown)
        }
        Ok(Guess::Held(started, held)) => not_enough(&ask, flow, &started, held),
        Ok(Guess::Expired(started)) => over(
            &ask,
            flow,
            Started {
                status: Status::Expired,
                ..started
            },
        ),
        Ok(Guess::Locked(started)) => over(
            &ask,
            flow,
            Started {
                status: Status::Locked,
                ..started
            },
        ),
        Err(Away) => message::away(&ask),
    }
}

/// The code was right: the browser keeps what is left for the owner, is signed in where the flow
/// does that, and goes on.
pub(super) async fn approved(ask: &Ask, flow: Flow, right: &Approved) -> Response {
    let session = match flow.signs_in(&right.proven) {
        Some(subject) => match sign_in(ask, subject).await {
            Ok(session) => session,
            Err(Away) => return message::away(ask),
        },
        None => None,
    };
    let owner = right.owner.iter();
    let owner = owner.flat_map(|proof| kept::keep_owner(ask, proof));
    ask.redirect(flow.after(&right.proven), owner.chain([session]))
}

/// A wrong code is shown back so that it can be compared and corrected; only plain ones are.
fn shown_back(typed: &str) -> String {
    let plain = typed.len() <= 16 && typed.bytes().all(|b| b.is_ascii_digit() || b == b' ');
    if plain {
        typed.to_owned()
    } else {
        String::new()
    }
}

fn again_with(
    ask: &Ask,
    flow: Flow,
    started: &Started,
    key: &str,
    value: (&'static str, Arg<'_>),
    shown: String,
) -> Response {
    let text = ask.t.html(key, &[value]);
    let errors = vec![Fault::fix("code", text)];
    let page = code::page(ask, flow, started, errors, shown, None);
    ask.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// The code was right and proves nothing by itself: say until when, and what else would.
fn not_enough(ask: &Ask, flow: Flow, started: &Started, held: Held) -> Response {
    let (status, fault) = match held {
        Held::SimChanged {
            possible_at,
            known_device,
        } => {
            let at = html::time(ask.t, possible_at, ask.now);
            let key = if known_device {
                "error-sim-changed-device"
            } else {
                "error-sim-changed"
            };
            let text = ask.t.html(key, &[("time", Arg::Markup(&at))]);
            (StatusCode::FORBIDDEN, Fault::wait("code", text))
        }
        Held::NoSignal => {
            let text = ask.t.html("error-no-sim-signal", &[]);
            (StatusCode::SERVICE_UNAVAILABLE, Fault::wait("code", text))
        }
    };
    render(ask, flow, started, status, vec![fault])
}

/// The code has ended or its guesses are used up: say which, and when it opens again.
fn over(ask: &Ask, flow: Flow, started: Started) -> Response {
    let status = match started.status {
        Status::Locked => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let errors = ended(ask, &started).into_iter().collect();
    let page = render(ask, flow, &started, status, errors);
    match started.next.soonest() {
        Some(seconds) if seconds > 0 => retry_after(page, seconds),
        _ => page,
    }
}

fn ended(ask: &Ask, started: &Started) -> Option<Fault> {
    match started.status {
        Status::Expired => {
            let at = html::time(ask.t, started.expires_at, ask.now);
            let values = [("time", Arg::Markup(&at))];
            Some(Fault::fix(
                "code",
                ask.t.html("error-code-expired", &values),
            ))
        }
        Status::Locked => Some(match soonest_wait(started.next) {
            Some(seconds) => {
                let wait = model::Millis::from_seconds(i64::from(seconds));
                let at = html::time(ask.t, ask.now.plus(wait), ask.now);
                let values = [("time", Arg::Markup(&at))];
                Fault::wait("code", ask.t.html("error-code-locked-at", &values))
            }
            None => Fault::fix("code", ask.t.html("error-code-locked", &[])),
        }),
        _ => None,
    }
}

fn soonest_wait(next: NextChannels) -> Option<u32> {
    next.soonest().filter(|seconds| *seconds > 0)
}

fn render(
    ask: &Ask,
    flow: Flow,
    started: &Started,
    status: StatusCode,
    errors: Vec<Fault>,
) -> Response {
    ask.page(
        status,
        &code::page(ask, flow, started, errors, String::new(), None),
    )
}

/// Where a refused repeat was shown, when its page is loaded again: nothing is sent by looking.
pub(crate) async fn resent(ask: Ask, flow: Flow) -> Response {
    ask.redirect(&format!("{}/code", flow.base()), [])
}

pub(crate) async fn resend(ask: Ask, flow: Flow, form: Read<ChannelForm>) -> Response {
    let wished = match form {
        Ok(form) => channel(&form.0.channel),
        Err(refused) => return message::unread(&ask, refused.status()),
    };
    let (id, seen) = match current(&ask, flow).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    match wished {
        Some(wished) => send_again(&ask, flow, id, &seen, wished).await,
        None => message::unread(&ask, StatusCode::UNPROCESSABLE_ENTITY),
    }
}

/// Sends the code again by `wished`, and says so or when it can be.
pub(super) async fn send_again(
    ask: &Ask,
    flow: Flow,
    id: VerificationId,
    seen: &Seen,
    wished: Channel,
) -> Response {
    let code = format!("{}/code", flow.base());
    match ask.pages.verifications.resend(id, wished, ask.client).await {
        Ok(_) => ask.redirect(&format!("{code}?again={}", wished.as_str()), []),
        Err(StartError::Away) => message::away(ask),
        Err(StartError::ClientLimit { after_seconds }) => message::busy(ask, after_seconds),
        Err(StartError::Limit(next)) => {
            let started = Started {
                next,
                ..seen.started
            };
            let errors = vec![too_soon(ask, &started, wished)];
            let page = render(ask, flow, &started, StatusCode::TOO_MANY_REQUESTS, errors);
            retry_after(page, next.of(wished).after_seconds.max(1))
        }
        Err(StartError::ChannelForLine(_)) => {
            let key = match wished {
                Channel::Sms => "error-no-text",
                Channel::Voice => "error-no-call",
            };
            let errors = vec![Fault::fix("again", ask.t.html(key, &[]))];
            render(
                ask,
                flow,
                &seen.started,
                StatusCode::UNPROCESSABLE_ENTITY,
                errors,
            )
        }
        Err(_) => ask.redirect(&code, []),
    }
}

fn too_soon(ask: &Ask, started: &Started, wished: Channel) -> Fault {
    let state = started.next.of(wished);
    let text = if state.after_seconds > 0 {
        let at = html::time(ask.t, opens_at(ask, state), ask.now);
        ask.t.html("error-too-soon", &[("time", Arg::Markup(&at))])
    } else {
        ask.t.html("error-limit", &[])
    };
    Fault::wait("again", text)
}
