//! The page that asks for the code.

use askama::Template;
use model::{Channel, ChannelState, Millis, Status, Timestamp};

use super::{Fault, Frame, line, wrong};
use crate::{
    ask::Ask,
    flow::Flow,
    html::{self, Html},
    port::Started,
    texts::Arg,
};

/// A way to get the code again.
struct Again {
    channel: &'static str,
    open: bool,
    now: String,
    later: Html,
    at: String,
    said: String,
}

/// The page.
#[derive(Template)]
#[template(path = "code.html")]
pub(crate) struct CodePage {
    frame: Frame,
    heading: String,
    errors: Vec<Fault>,
    base: &'static str,
    to: Html,
    to_typed: Option<Html>,
    said: Option<String>,
    label: String,
    hint: Html,
    value: String,
    length: u8,
    open: bool,
    again: Vec<Again>,
}

impl CodePage {
    fn wrong(&self, field: &str) -> Option<&Html> {
        wrong(&self.errors, field)
    }
}

/// The end of a wait.
fn ends_at(ask: &Ask, state: ChannelState) -> Timestamp {
    ask.now
        .plus(Millis::from_seconds(i64::from(state.after_seconds)))
}

/// The end of a wait as a page says it, in whole minutes: never earlier than it is.
pub(crate) fn opens_at(ask: &Ask, state: ChannelState) -> Timestamp {
    let minute = 60_000;
    let past = ends_at(ask, state).as_millis().rem_euclid(minute);
    let rest = if past == 0 { 0 } else { minute - past };
    ends_at(ask, state).plus(Millis::from_millis(rest))
}

fn again(ask: &Ask, channel: Channel, state: ChannelState) -> Option<Again> {
    if !state.allowed && state.after_seconds == 0 {
        return None;
    }
    let (now, later, said) = match channel {
        Channel::Sms => ("text-again", "text-again-at", "text-now"),
        Channel::Voice => ("call-instead", "call-instead-at", "call-now"),
    };
    let shown = html::time(ask.t, opens_at(ask, state), ask.now);
    Some(Again {
        channel: channel.as_str(),
        open: state.allowed,
        now: ask.t.get(now),
        later: ask.t.html(later, &[("time", Arg::Markup(&shown))]),
        at: ends_at(ask, state).rfc3339(),
        said: ask.t.get(said),
    })
}

/// To whom the code went: with the number as the script remembers it, and without.
fn destination(ask: &Ask, flow: Flow, started: &Started) -> (Html, Option<Html>) {
    let t = ask.t;
    let (Flow::Signup, Some(country)) = (flow, started.country) else {
        return (t.html("code-login", &[]), None);
    };
    let country = html::country(t, country);
    let number = Html::markup(r#"<bdi dir="ltr" class="figures" data-typed></bdi>"#);
    let line = line(t, started.line);
    let channel = ("channel", Arg::Text(started.channel.as_str()));
    let to = t.html(
        "code-to",
        &[
            channel,
            ("country", Arg::Markup(&country)),
            ("line", Arg::Text(&line)),
        ],
    );
    let channel = ("channel", Arg::Text(started.channel.as_str()));
    let typed = t.html(
        "code-to-typed",
        &[
            channel,
            ("country", Arg::Markup(&country)),
            ("number", Arg::Markup(&number)),
        ],
    );
    (to, Some(typed))
}

/// Builds the page. `sent_again` is the channel that a repeat just went by.
pub(crate) fn page(
    ask: &Ask,
    flow: Flow,
    started: &Started,
    errors: Vec<Fault>,
    value: String,
    sent_again: Option<Channel>,
) -> CodePage {
    let t = ask.t;
    let (to, to_typed) = destination(ask, flow, started);
    let until = html::time(t, started.expires_at, ask.now);
    let open = started.status == Status::Pending;
    let heading = if open {
        "code-title"
    } else {
        "code-over-title"
    };
    let frame = ask.frame(heading, !errors.is_empty());
    let said = sent_again.filter(|_| errors.is_empty());
    CodePage {
        frame: frame
            .script(ask, "code")
            .path(&format!("{}/code", flow.base())),
        heading: t.get(heading),
        base: flow.base(),
        to,
        to_typed,
        said: said.map(|channel| t.with("sent-again", "channel", channel.as_str())),
        label: t.count("code-label", usize::from(started.code_length)),
        hint: t.html("code-hint", &[("time", Arg::Markup(&until))]),
        value,
        length: started.code_length,
        open,
        again: [Channel::Sms, Channel::Voice]
            .into_iter()
            .filter_map(|channel| again(ask, channel, started.next.of(channel)))
            .collect(),
        errors,
    }
}
