//! The page in each of its states.

use axum::{body::Body, http::Request};

use crate::{Answer, PHONE, World};

fn has(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(
            answer.body.contains(part),
            "{part} is not in {}",
            answer.body
        );
    }
}

fn has_not(answer: &Answer, parts: &[&str]) {
    for part in parts {
        assert!(!answer.body.contains(part), "{part} is in {}", answer.body);
    }
}

async fn with_phone() -> World {
    let world = World::new();
    let number = numbers::E164::from_canonical(PHONE).unwrap();
    world.simulator.add_phone(&number);
    world
}

#[tokio::test]
async fn without_phones_the_page_says_what_to_do() {
    let page = World::new().get("/sim").await;
    has(
        &page,
        &[
            "<title>Phones</title>",
            "No phone yet",
            "Add a phone",
            ">0 phones<",
        ],
    );
}

#[tokio::test]
async fn a_phone_without_texts_says_how_to_get_one() {
    let page = with_phone().await.get("/sim").await;
    has(
        &page,
        &[
            r#"<bdi dir="ltr" id="this-number">+44 7700 900123</bdi>"#,
            "United Kingdom, mobile",
            "No texts yet. Sign up with this number and the code appears here.",
            "Faults are off",
        ],
    );
    has_not(&page, &["Text back"]);
}

#[tokio::test]
async fn texts_and_calls_stand_in_the_thread_with_their_codes() {
    let world = World::new();
    world.text(1, "482913").await;
    world.call(2, "771204").await;
    let page = world.get("/sim").await;
    has(
        &page,
        &[
            "<title>(2) Phones</title>",
            "Text from HARBOUR",
            "Call from HARBOUR",
            "Read what was spoken",
            r#"id="code-1" dir="ltr">771204</b>"#,
            r#"id="code-2" dir="ltr">482913</b>"#,
            r#"datetime="2026-11-18T12:00:00Z" data-style="time">12:00"#,
            r#"<span class="new">2 new</span>"#,
            r#"name="word" value="STOP""#,
        ],
    );
    assert_eq!(page.body.matches(r#"class="scripted main""#).count(), 1);
}

#[tokio::test]
async fn looking_at_a_thread_reads_it_unless_nobody_looks() {
    let world = World::new();
    world.text(1, "482913").await;
    let background = Request::get("/sim/threads/1").header("x-background", "1");
    let page = world.answer(background.body(Body::empty()).unwrap()).await;
    has(&page, &["<title>(1) Phones</title>"]);
    let page = world.get("/sim/threads/1").await;
    has(&page, &["<title>Phones</title>", "phones opened"]);
}

#[tokio::test]
async fn without_scripts_the_page_reloads_itself_until_told_not_to() {
    let world = with_phone().await;
    let page = world.get("/sim").await;
    let reload = r#"<noscript><meta http-equiv="refresh" content="5"></noscript>"#;
    has(
        &page,
        &[reload, r#"<a href="/sim?still=1">Stop refreshing</a>"#],
    );
    let page = world.get("/sim/threads/1?still=1").await;
    has(
        &page,
        &[r#"<a href="/sim/threads/1">Refresh every 5 seconds</a>"#],
    );
    has_not(&page, &["http-equiv"]);
}

#[tokio::test]
async fn a_number_typed_in_any_shape_opens_its_phone() {
    let world = World::new();
    let answer = world
        .post_form("/sim/add", "number=%2B44+7700+900123")
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.headers["location"], "/sim/threads/1");
    let again = world
        .post_form("/sim/add", "number=%2B44-7700-900-123")
        .await;
    assert_eq!(again.headers["location"], "/sim/threads/1");
}

#[tokio::test]
async fn a_wrong_number_is_said_above_its_field_and_kept() {
    let page = World::new()
        .post_form("/sim/add", "number=07700+%3Cb%3E")
        .await;
    assert_eq!(page.status, 422);
    has(
        &page,
        &[
            "<title>Problem: Phones</title>",
            "One thing to fix",
            r##"<a href="#number">Phone number: start with + and the country code.</a>"##,
            r#"aria-invalid="true" aria-describedby="number-wrong""#,
            "07700 &#60;b&#62;",
        ],
    );
    has_not(&page, &["http-equiv"]);
}

#[tokio::test]
async fn the_person_texts_back() {
    let world = World::new();
    world.text(1, "482913").await;
    let path = "/sim/threads/1/back";
    let answer = world.post_form(path, "to=HARBOUR&text=&word=STOP").await;
    assert_eq!(answer.headers["location"], "/sim/threads/1");
    let page = world.get("/sim/threads/1").await;
    has(
        &page,
        &["You to HARBOUR", r#"<li class="sent">"#, "You: STOP"],
    );
    let page = world.post_form(path, "to=HARBOUR&text=+").await;
    assert_eq!(page.status, 422);
    has(&page, &["Text back: write up to 1,600 characters."]);
}

#[tokio::test]
async fn faults_are_set_by_form_and_shown_in_words() {
    let world = with_phone().await;
    let answer = world
        .post_form("/sim/settings", "drop=20&delay=1.5&receipts=lying")
        .await;
    assert_eq!(answer.headers["location"], "/sim#faults");
    let page = world.get("/sim").await;
    has(
        &page,
        &[
            "Faults are on:",
            "text 1.5\u{a0}s late, lost 20\u{a0}%, receipts lying",
        ],
    );
    let page = world.post_form("/sim/settings", "drop=200&delay=x").await;
    has(
        &page,
        &[
            "2 things to fix",
            r#"<details class="faults" id="faults" open>"#,
            r#"value="200""#,
        ],
    );
    world.post_form("/sim/settings", "drop=200&off=1").await;
    assert!(world.simulator.faults().are_off());
}

#[tokio::test]
async fn forms_from_elsewhere_change_nothing() {
    let world = with_phone().await;
    for path in ["/sim/add", "/sim/settings", "/sim/threads/1/back"] {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site")
            .header("accept", "text/html");
        let body = "number=%2B447700900124&drop=50&to=HARBOUR&text=STOP";
        let page = world.answer(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(page.status, 403);
        has(&page, &["Nothing was changed."]);
    }
    assert_eq!(world.simulator.phone_count(), 1);
    assert!(world.simulator.faults().are_off());
}

#[tokio::test]
async fn forms_that_cannot_be_read_are_refused() {
    let world = with_phone().await;
    let endless = format!("number={}", "1".repeat(20_000));
    assert_eq!(world.post_form("/sim/add", endless).await.status, 413);
    assert!(
        world
            .post_form("/sim/add", "nothing")
            .await
            .status
            .is_client_error()
    );
    assert!(
        world
            .post_form("/sim/add", "number=%FF%FE")
            .await
            .status
            .is_client_error()
    );
    let kind = Request::post("/sim/add").header("sec-fetch-site", "same-origin");
    let answer = world
        .answer(kind.body(Body::from("number=1")).unwrap())
        .await;
    assert_eq!(answer.status, 415);
}

#[tokio::test]
async fn a_phone_that_is_gone_leads_back_to_the_phones() {
    let world = World::new();
    for path in [
        "/sim/threads/9",
        "/sim/threads/x",
        "/sim/threads/99999999999",
    ] {
        let request = Request::get(path).header("accept", "text/html");
        let page = world.answer(request.body(Body::empty()).unwrap()).await;
        assert_eq!(page.status, 404, "{path}");
        has(&page, &["This phone is gone", r#"<a href="/sim">"#]);
    }
}

#[tokio::test]
async fn outside_demo_and_sandbox_the_page_says_so() {
    let world = World {
        router: sim::closed_router(),
        ..World::new()
    };
    assert_eq!(world.get("/healthz").await.status, 200);
    let request = Request::get("/sim").header("accept", "text/html");
    let page = world.answer(request.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, 403);
    has(
        &page,
        &["The phone simulator only runs in demo and sandbox."],
    );
    let answer = world.get("/sim/phones/+447700900123/code").await;
    has(&answer, &[r#""code":"simulator_off""#]);
}

#[tokio::test]
async fn a_page_is_small_and_loads_nothing_but_its_own_files() {
    let world = World::new();
    world.text(1, "482913").await;
    let page = world.get("/sim").await;
    assert_eq!(page.headers["cache-control"], "no-store");
    assert!(
        page.headers["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    has_not(
        &page,
        &[
            " style=\"",
            "<style",
            "onclick",
            "http://",
            "https://",
            "placeholder",
            "required",
        ],
    );
    assert!(page.body.len() < 20_000, "{}", page.body.len());
    for name in ["style", "mark", "phones"] {
        let at = page.body.find(&format!("/assets/{name}-")).unwrap();
        let path = page.body[at..].split('"').next().unwrap();
        assert_eq!(world.get(path).await.status, 200, "{path}");
    }
}
