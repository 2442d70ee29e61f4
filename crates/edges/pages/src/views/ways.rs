//! The page of other ways.

use askama::Template;
use model::{Channel, ChannelState, Millis, NextChannels, WaitReason};

use super::{Fault, Frame, code::opens_at};
use crate::{
    ask::Ask,
    flow::Flow,
    html::{self, Html},
    texts::Arg,
};

/// A wait that a person can sit out: up to it, a way that opens later is offered.
const SOON_SECONDS: u32 = 300;

struct Way {
    channel: &'static str,
    label: Html,
    hint: String,
}

/// The page.
#[derive(Template)]
#[template(path = "ways.html")]
pub(crate) struct WaysPage {
    frame: Frame,
    errors: Vec<Fault>,
    base: &'static str,
    options: Vec<Way>,
    none: Html,
    closed: Vec<String>,
    back: String,
}

/// A way that is open now or after a wait.
fn way(ask: &Ask, channel: Channel, state: ChannelState) -> Option<Way> {
    if !state.allowed && state.after_seconds == 0 {
        return None;
    }
    let t = ask.t;
    let (name, hint) = match channel {
        Channel::Sms => ("text-me", "ways-text-hint"),
        Channel::Voice => ("call-me", "ways-call-hint"),
    };
    let name = t.get(name);
    let label = if state.allowed {
        t.html("ways-now", &[("way", Arg::Text(&name))])
    } else {
        let at = html::time(t, opens_at(ask, state), ask.now);
        t.html(
            "ways-at",
            &[("way", Arg::Text(&name)), ("time", Arg::Markup(&at))],
        )
    };
    Some(Way {
        channel: channel.as_str(),
        label,
        hint: t.get(hint),
    })
}

/// Why a way is closed for good.
fn closed(ask: &Ask, channel: Channel, state: ChannelState) -> Option<String> {
    let reason = state
        .reason
        .filter(|_| !state.allowed && state.after_seconds == 0)?;
    let key = match (reason, channel) {
        (WaitReason::LineType, Channel::Sms) => "ways-no-text-line",
        (WaitReason::LineType, Channel::Voice) => "ways-no-call-line",
        (WaitReason::NotOffered, Channel::Sms) => "ways-not-offered-text",
        (WaitReason::NotOffered, Channel::Voice) => "ways-not-offered-call",
        (_, Channel::Sms) => "ways-limit-text",
        (_, Channel::Voice) => "ways-limit-call",
    };
    Some(ask.t.with(key, "app", &ask.pages.site.app))
}

/// What is said when no way is open soon.
fn none(ask: &Ask, next: NextChannels) -> Html {
    let Some(seconds) = next.soonest() else {
        return ask.t.html("ways-none", &[]);
    };
    let opens = ask.now.plus(Millis::from_seconds(i64::from(seconds)));
    let at = html::time(ask.t, opens, ask.now);
    ask.t.html("ways-none-at", &[("time", Arg::Markup(&at))])
}

/// Builds the page. `started` says whether a code is out already.
pub(crate) fn page(
    ask: &Ask,
    flow: Flow,
    next: NextChannels,
    started: bool,
    errors: Vec<Fault>,
) -> WaysPage {
    let channels = [Channel::Sms, Channel::Voice];
    let soon = next
        .soonest()
        .is_some_and(|seconds| seconds <= SOON_SECONDS);
    let open = channels.iter().filter(|_| soon);
    let open = open.filter_map(|c| way(ask, *c, next.of(*c)));
    let mut closed: Vec<_> = channels
        .iter()
        .filter_map(|c| self::closed(ask, *c, next.of(*c)))
        .collect();
    closed.push(ask.t.with("ways-without-phone", "app", &ask.pages.site.app));
    WaysPage {
        frame: ask.frame("ways-title", !errors.is_empty()),
        errors,
        base: flow.base(),
        options: open.collect(),
        none: none(ask, next),
        closed,
        back: if started {
            format!("{}/code", flow.base())
        } else {
            flow.base().to_owned()
        },
    }
}
