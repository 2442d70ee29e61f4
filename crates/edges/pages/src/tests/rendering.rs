use super::*;
use crate::port::{StartError, Verdict};

/// Every page in one language, in every state that looks different.
async fn every_page(code: &'static str) -> Vec<Page> {
    let mut browser = Browser::demo();
    browser.language = code;
    let mut pages = vec![
        browser.get("/").await,
        browser.get("/signup").await,
        browser.get("/login").await,
        browser.get("/signup/ways").await,
        browser.get("/signup/code").await,
        browser.get("/nowhere").await,
        browser.number("/signup", "12").await,
    ];
    browser.number("/signup", "+44 7700 900123").await;
    pages.push(browser.get("/signup/code").await);
    pages.push(browser.get("/signup/ways").await);
    pages.push(browser.post("/signup/code", "code=111111").await);
    pages.push(browser.post("/signup/resend", "channel=sms").await);
    browser.script(|script| script.verdict = Verdict::Existing);
    browser.post("/signup/code", "code=482913").await;
    pages.push(browser.get("/signup/known").await);
    browser.post("/signup/known", "choice=signin").await;
    pages.push(browser.get("/signup/done").await);
    pages.push(browser.get("/me").await);
    pages.push(browser.get("/demo/sides").await);
    browser.service.end_sessions();
    pages.push(browser.get("/me").await);
    pages.push(browser.get("/logout").await);
    browser.number("/login", "+44 7700 900123").await;
    pages.push(browser.get("/login/code").await);
    browser.script(|script| {
        script.verdict = Verdict::Banned {
            until: Timestamp::from_millis(0),
        }
    });
    browser.prove("/login").await;
    pages.push(browser.get("/login/done").await);
    browser.script(|script| script.refusal = Some(StartError::Away));
    pages.push(browser.number("/signup", "+44 7700 900123").await);
    pages
}

#[tokio::test]
async fn every_page_keeps_the_rules_in_every_language() {
    for language in texts::languages() {
        for page in every_page(language.code).await {
            keeps_the_rules(&page, language.code);
        }
    }
}

#[track_caller]
fn keeps_the_rules(page: &Page, language: &str) {
    let body = &page.body;
    assert!(
        body.contains(&format!("<html lang=\"{language}\"")),
        "{body}"
    );
    assert_eq!(body.matches("<h1").count(), 1, "{body}");
    assert!(body.matches("class=\"main\"").count() <= 1, "{body}");
    assert!(page.title().contains("Harbour Chat"));
    for never in [
        " style=",
        "<style",
        "onclick",
        "placeholder",
        " required",
        "maxlength",
        "http://fonts",
        "{ $",
        "\u{e000}",
    ] {
        assert!(!body.contains(never), "{never} in {body}");
    }
    assert!(body.contains("href=\"#main\"") && body.contains("<footer"));
    if page.status.is_client_error() || page.status.is_server_error() {
        let problem = texts::language(language).with("problem-title", "title", "|");
        let start = problem
            .split('|')
            .next()
            .unwrap()
            .trim_end_matches('\u{2068}');
        assert!(page.title().starts_with(start), "{}", page.title());
    }
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    every_field_is_labelled(body);
    every_reference_is_met(body);
}

#[track_caller]
fn every_field_is_labelled(body: &str) {
    for field in ["<input ", "<select "]
        .iter()
        .flat_map(|tag| body.split(tag).skip(1))
    {
        let tag = field.split('>').next().unwrap();
        if tag.contains("type=\"hidden\"") {
            continue;
        }
        let tag = format!(" {tag}");
        let id = between(&tag, " id=\"", "\"");
        assert!(
            body.contains(&format!("for=\"{id}\"")),
            "no label for {id:?}: {tag}"
        );
    }
}

/// Links within the page, labels and descriptions point at ids that exist, once.
#[track_caller]
fn every_reference_is_met(body: &str) {
    for start in [
        "href=\"#",
        "aria-describedby=\"",
        "aria-labelledby=\"",
        "data-copy=\"",
    ] {
        for rest in body.split(start).skip(1) {
            for id in rest.split('"').next().unwrap().split(' ') {
                assert_eq!(
                    body.matches(&format!(" id=\"{id}\"")).count(),
                    1,
                    "{start}{id} in {body}"
                );
            }
        }
    }
}

#[tokio::test]
async fn no_link_is_dead() {
    let browser = Browser::demo();
    browser.prove("/login").await;
    browser.prove("/signup").await;
    for page in every_page("en").await {
        for rest in page.body.split("href=\"/").skip(1) {
            let path = format!("/{}", rest.split('"').next().unwrap().replace("&#38;", "&"));
            let found = browser.get(&path).await;
            assert!(
                found.status.is_success() || found.status.is_redirection(),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn countries_stand_in_the_pages_language_and_order() {
    let mut browser = Browser::demo();
    browser.language = "de-DE";
    let page = browser.get("/signup").await;
    page.says("<option value=\"DE\" selected>Deutschland");
    let (egypt, albania) = (page.body.find("Ägypten"), page.body.find("Albanien"));
    assert!(egypt < albania);
}

#[tokio::test]
async fn without_a_hint_no_country_is_chosen_for_a_person() {
    let mut browser = Browser::demo();
    browser.language = "en";
    browser
        .get("/signup")
        .await
        .says("<option value=\"\" selected>Choose a country");
}

#[tokio::test]
async fn test_keys_are_said_first_on_every_page_and_real_ones_are_not_denied() {
    let band = "Test system with test keys.";
    for page in every_page("en").await {
        let header = between(&page.body, "<header>", "</header>");
        assert!(header.trim_start().contains(band), "{}", page.title());
    }
    let browser = Browser::at(site(false));
    browser.script(|script| script.test_keys = false);
    for path in ["/signup", "/login", "/nowhere"] {
        assert!(!browser.get(path).await.body.contains(band), "{path}");
    }
}
