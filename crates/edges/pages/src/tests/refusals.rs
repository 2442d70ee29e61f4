use super::*;
use crate::port::{NumberFault, StartError};
use model::{Channel, ChannelState, NextChannels, Status, WaitReason};

/// Each refusal with the words that answer it; a limit is 429, the rest are 422.
fn refusals() -> Vec<(StartError, &'static str)> {
    use NumberFault::{CountryMissing, Extension, Service, Shape, TooLong, TooShort, Unknown};
    use StartError::Number;
    let gb = country("GB");
    let wait = NextChannels::both(ChannelState::wait(600, WaitReason::NumberLimit));
    let voice_only = StartError::ChannelForLine(vec![Channel::Voice]);
    let neither = StartError::ChannelForLine(vec![]);
    vec![
        (Number(TooShort(gb)), "too short for <bdi>United Kingdom"),
        (Number(TooLong(None)), "This number is too long"),
        (Number(Shape), "This is not a phone number"),
        (Number(Unknown), "No number like this is in use"),
        (Number(Extension), "We cannot reach an extension"),
        (Number(Service), "an emergency or service number"),
        (
            Number(TooShort(country("ZZ"))),
            "This number is too short. Check",
        ),
        (Number(CountryMissing), "Choose the country of this number"),
        (voice_only, "Choose “Call me”"),
        (neither, "Neither texts nor calls"),
        (StartError::LineRefused, "numbers of this kind"),
        (
            StartError::CountryRefused,
            "does not send codes to this country",
        ),
        (StartError::SandboxNumber, "only takes its own test numbers"),
        (StartError::SealedText, "Nothing was sent. Send it again"),
        (StartError::KeyReused, "open for too long"),
        (StartError::Limit(wait), "to this number again at"),
    ]
}

#[tokio::test]
async fn every_refusal_of_a_number_says_what_to_do_beside_the_field() {
    for (refusal, words) in refusals() {
        let limited = matches!(refusal, StartError::Limit(_));
        let browser = Browser::demo();
        browser.script(|script| script.refusal = Some(refusal));
        let page = browser.number("/signup", "07700 900123").await;
        let status = if limited { 429 } else { 422 };
        assert_eq!(page.status.as_u16(), status, "{words}");
        assert!(page.title().starts_with("Problem: "));
        page.says(if limited {
            "This has to wait"
        } else {
            "One thing to fix"
        });
        assert!(
            page.body.matches(words).count() == 2,
            "in the summary and at the field: {words}"
        );
        page.says("value=\"07700 900123\"");
        page.says("aria-invalid=\"true\"");
    }
}

#[tokio::test]
async fn a_right_code_that_is_not_enough_says_until_when() {
    let possible_at = NOW.plus(model::Millis::from_seconds(3 * 86_400));
    let right = format!("code={}", crate::scripted::CODE);
    for (known_device, words) in [
        (true, "Use a device that you used before"),
        (false, "is not enough"),
    ] {
        let browser = Browser::demo();
        browser.number("/login", "07700 900123").await;
        let held = crate::port::Held::SimChanged {
            possible_at,
            known_device,
        };
        browser.script(|script| script.held = Some(held));
        let page = browser.post("/login/code", &right).await;
        assert_eq!(page.status.as_u16(), 403);
        page.says("SIM card of this number was changed recently");
        page.says(words);
        assert_eq!(
            page.body.contains("a device that you used before"),
            known_device
        );
    }
    let browser = Browser::demo();
    browser.number("/login", "07700 900123").await;
    browser.script(|script| script.held = Some(crate::port::Held::NoSignal));
    let page = browser.post("/login/code", &right).await;
    assert_eq!(page.status.as_u16(), 503);
    page.says("the operator of this number does not answer");
}

#[tokio::test]
async fn an_empty_number_is_asked_for_without_asking_the_service() {
    let page = Browser::demo().number("/signup", "  ").await;
    page.says("<a href=\"#number\">Enter your phone number</a>");
}

#[tokio::test]
async fn a_limit_says_when_it_opens_in_words_and_in_a_header() {
    let browser = Browser::demo();
    let wait = NextChannels::both(ChannelState::wait(4680, WaitReason::NumberLimit));
    browser.script(|script| script.refusal = Some(StartError::Limit(wait)));
    let page = browser.number("/signup", "07700 900123").await;
    page.says("15:20\u{a0}UTC");
    assert_eq!(page.headers["retry-after"], "4680");
    browser.script(|script| script.refusal = Some(StartError::ClientLimit { after_seconds: 60 }));
    let page = browser.number("/signup", "07700 900123").await;
    page.says("Too many tries from here");
    assert_eq!(page.headers["retry-after"], "60");
}

#[tokio::test]
async fn a_wrong_code_is_shown_back_with_the_tries_left() {
    let browser = Browser::demo();
    browser.number("/signup", "+44 7700 900123").await;
    let page = browser.post("/signup/code", "code=111111").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.says("4 tries left");
    page.says("value=\"111111\"");
    browser
        .post("/signup/code", "code=12ab")
        .await
        .says("no try was used");
    let long = format!("code={}", "1".repeat(500));
    let page = browser.post("/signup/code", &long).await;
    page.says("no try was used");
    assert!(!page.body.contains("11111"), "too long to be shown back");
    browser
        .post("/signup/code", "code=")
        .await
        .says("Enter the code");
}

#[tokio::test]
async fn used_up_tries_and_ended_codes_name_the_next_step() {
    let browser = Browser::demo();
    browser.number("/signup", "+44 7700 900123").await;
    browser.service.end_all(Status::Locked);
    let page = browser.post("/signup/code", "code=111111").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    page.says("Too many tries");
    browser.service.end_all(Status::Expired);
    let page = browser.get("/signup/code").await;
    page.says("<h1>This code has ended</h1>");
    page.says("This code ended at");
    page.says("Send a new code");
}

#[tokio::test]
async fn a_repeat_that_is_too_early_says_when() {
    let browser = Browser::demo();
    browser.number("/signup", "+44 7700 900123").await;
    let page = browser.post("/signup/resend", "channel=sms").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    page.says("14:03\u{a0}UTC");
    assert_eq!(page.headers["retry-after"], "60");
    // Loading the refusal again leads back to the code and sends nothing.
    let page = browser.get("/signup/resend").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.location(), "/signup/code");
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let browser = Browser::demo();
    let request = Request::post("/signup").header("sec-fetch-site", "cross-site");
    let page = browser.send(request, Body::from("number=1")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.says("This form did not come from our page");
}

#[tokio::test]
async fn a_page_without_its_earlier_step_leads_back_to_it() {
    for path in [
        "/signup/code",
        "/signup/done",
        "/signup/known",
        "/login/code",
    ] {
        let page = Browser::demo().get(path).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{path}");
        page.says("This page needs the step before it");
    }
}

#[tokio::test]
async fn a_code_of_one_flow_is_of_no_use_in_the_other() {
    let browser = Browser::demo();
    browser.number("/signup", "+44 7700 900123").await;
    let id = browser.cookie("rf-signup");
    browser.cookies.lock().push(("rf-login".into(), id));
    assert_eq!(
        browser.get("/login/code").await.status,
        StatusCode::CONFLICT
    );
}

#[tokio::test]
async fn when_the_vault_is_away_every_page_says_so() {
    let browser = Browser::demo();
    browser.number("/signup", "+44 7700 900123").await;
    browser.script(|script| script.away = true);
    for path in ["/signup", "/login", "/signup/code", "/signup/ways"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        page.says("Nothing is lost");
        page.says(&format!("<a href=\"{path}\">Try again</a>"));
        assert_eq!(page.headers["retry-after"], "30");
    }
    browser
        .get("/")
        .await
        .says("Not running. See the terminal.");
}

#[tokio::test]
async fn rooms_that_are_on_their_way_are_waited_for() {
    let mut site = site(true);
    let started = site.demo.as_mut().map(|demo| &mut demo.started_at);
    *started.unwrap() = NOW;
    let browser = Browser::at(site);
    let page = browser.get("/").await;
    assert!(!page.body.contains("Starting") && !page.body.contains("http-equiv"));
    browser.script(|script| script.away = true);
    let page = browser.get("/").await;
    page.says("Starting…");
    page.says("http-equiv=\"refresh\"");
    assert!(!page.body.contains("Not running"));
}

#[tokio::test]
async fn unknown_paths_methods_and_bodies_have_their_pages() {
    let browser = Browser::demo();
    assert_eq!(browser.get("/nowhere").await.status, StatusCode::NOT_FOUND);
    let request = Request::put("/signup").header("sec-fetch-site", "same-origin");
    let page = browser.send(request, Body::empty()).await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    page.says("This page cannot be used that way");
    let long = format!("number={}", "1".repeat(9000));
    assert_eq!(
        browser.post("/signup", &long).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let request = Request::post("/signup").header("sec-fetch-site", "same-origin");
    let page = browser.send(request, Body::from("{}")).await;
    assert_eq!(page.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    page.says("This form could not be read");
}

#[tokio::test]
async fn what_a_person_types_cannot_become_markup() {
    let browser = Browser::demo();
    let page = browser
        .number("/signup", "\"><script>alert(1)</script>")
        .await;
    assert!(!page.body.contains("<script>alert"));
}
