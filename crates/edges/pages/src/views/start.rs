//! The demonstration's first page.

use askama::Template;
use model::Millis;

use super::Frame;
use crate::{ask::Ask, html::Html, port::Health, site::Demo, texts::Arg};

/// How long rooms may take to start.
const STARTING: Millis = Millis::from_seconds(10);

/// The page.
#[derive(Template)]
#[template(path = "start.html")]
pub(crate) struct StartPage<'a> {
    frame: Frame,
    demo: &'a Demo,
    vault_up: bool,
    courier_up: bool,
    /// What is not up is on its way.
    starting: bool,
    signed_up: bool,
    compared: bool,
    curl: String,
    stop: Html,
}

impl StartPage<'_> {
    /// Why a step cannot be taken.
    fn missing(&self) -> String {
        let why = if self.starting {
            "demo-starting"
        } else {
            "demo-down"
        };
        self.frame.t.get(why)
    }

    /// The number of a step, or its tick.
    fn place(&self, number: &str, done: &bool) -> Html {
        if !done {
            return Html::markup(format!(
                r#"<p class="step"><span class="place" aria-hidden="true">{number}</span></p>"#
            ));
        }
        let done = Html::text(&self.frame.t.get("demo-done"));
        Html::markup(format!(
            r#"<p class="step state ok"><span class="place done" aria-hidden="true">✓</span> {done}</p>"#
        ))
    }
}

/// Sign up, read the code, check it: the API's lines for the same three steps.
fn curl(origin: &str, demo: &Demo) -> String {
    let number: String = demo
        .sample_number
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let key = &demo.api_key;
    let phones = demo.simulator_url.trim_end_matches('/');
    let code = format!("{phones}/phones/%2B{}/code", number.trim_start_matches('+'));
    let post = |path: &str, body: &str| {
        format!(
            "curl {origin}/v1/verifications{path} \\\n  \
             -H 'Authorization: Bearer {key}' \\\n  \
             -H \"Idempotency-Key: $RANDOM$RANDOM\" --json '{body}'\n"
        )
    };
    let start = post("", &format!(r#"{{"to":"{number}","purpose":"signup"}}"#));
    let check = post("/ID/check", r#"{"code":"CODE"}"#);
    format!("{start}\ncurl {code}\n\n{check}")
}

/// Builds the page.
pub(crate) fn page<'a>(ask: &Ask, demo: &'a Demo, health: Health) -> StartPage<'a> {
    let mut frame = ask.frame("demo-title", false);
    frame.wide = true;
    let flag = Html::markup(r#"<code dir="ltr">--fresh</code>"#);
    StartPage {
        stop: ask.t.html("demo-stop", &[("flag", Arg::Markup(&flag))]),
        frame,
        demo,
        vault_up: health.vault,
        courier_up: health.courier,
        starting: ask.now.since(demo.started_at) < STARTING,
        signed_up: health.accounts > 0,
        compared: health.accounts > 0 && health.compared,
        curl: curl(&ask.pages.site.origin, demo),
    }
}
