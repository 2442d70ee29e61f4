//! The demonstration's first page.

use askama::Template;

use super::Frame;
use crate::{ask::Ask, port::Health, site::Demo};

/// The page.
#[derive(Template)]
#[template(path = "start.html")]
pub(crate) struct StartPage<'a> {
    frame: Frame,
    demo: &'a Demo,
    vault_up: bool,
    courier_up: bool,
    signed_up: bool,
    curl: [String; 3],
}

/// Sign up, read the code, check it: the API's lines for the same three steps.
fn curl(origin: &str, demo: &Demo) -> [String; 3] {
    let number: String = demo
        .sample_number
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let key = &demo.api_key;
    let phones = demo.simulator_url.trim_end_matches('/');
    let post = format!(
        "curl -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' -H \"Idempotency-Key: $RANDOM$RANDOM\""
    );
    [
        format!(
            "{post} -d '{{\"to\":\"{number}\",\"purpose\":\"signup\"}}' {origin}/v1/verifications"
        ),
        format!(
            "curl {phones}/phones/%2B{}/code",
            number.trim_start_matches('+')
        ),
        format!("{post} -d '{{\"code\":\"CODE\"}}' {origin}/v1/verifications/ID/check"),
    ]
}

/// Builds the page.
pub(crate) fn page<'a>(ask: &Ask, demo: &'a Demo, health: Health) -> StartPage<'a> {
    let mut frame = ask.frame("demo-title", false);
    frame.wide = true;
    StartPage {
        frame,
        demo,
        vault_up: health.vault,
        courier_up: health.courier,
        signed_up: health.accounts > 0,
        curl: curl(&ask.pages.site.origin, demo),
    }
}
