//! Who is signed in, what a browser keeps of it, and how it ends.

use super::*;
use crate::port::Verdict;

const SESSION: &str = "rf-session";

async fn signed_up() -> Browser {
    let browser = Browser::demo();
    browser.prove("/signup").await;
    browser
}

fn set(page: &Page) -> String {
    let set = page.headers.get_all(header::SET_COOKIE).iter();
    let cookies = set.map(|cookie| cookie.to_str().unwrap());
    let found = cookies.filter(|cookie| cookie.contains(SESSION));
    found.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_new_account_and_a_sign_in_open_a_session_and_a_wrong_code_does_not() {
    for (flow, verdict) in [("/signup", Verdict::Created), ("/login", Verdict::Existing)] {
        let browser = Browser::demo();
        browser.script(|script| script.verdict = verdict);
        browser.number(flow, "+44 7700 900123").await;
        let wrong = browser.post(&format!("{flow}/code"), "code=111111").await;
        assert_eq!((set(&wrong).as_str(), browser.service.sessions()), ("", 0));
        let right = browser.post(&format!("{flow}/code"), "code=482913").await;
        assert!(set(&right).ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=43200"));
        assert_eq!(browser.service.sessions(), 1, "{flow}");
        browser.get(right.location()).await.says("Log out");
        browser.get("/me").await.says("You are signed in");
    }
}

#[tokio::test]
async fn no_session_is_opened_where_there_is_no_account_to_be_signed_in_to() {
    for verdict in [
        Verdict::NoAccount,
        Verdict::Banned { until: NOW },
        Verdict::Locked,
    ] {
        for flow in ["/signup", "/login"] {
            let browser = Browser::demo();
            browser.script(|script| script.verdict = verdict);
            assert_eq!(set(&browser.prove(flow).await), "", "{flow} {verdict:?}");
        }
    }
}

#[tokio::test]
async fn a_sign_up_that_meets_an_account_signs_in_only_when_the_person_says_it_is_theirs() {
    let browser = Browser::demo();
    browser.script(|script| script.verdict = Verdict::NumberInUse);
    assert_eq!(set(&browser.prove("/signup").await), "");
    assert_eq!(browser.get("/me").await.location(), "/login");
    assert_eq!(
        browser.get("/signup/done").await.location(),
        "/signup/known"
    );
    let chosen = browser.post("/signup/known", "choice=signin").await;
    assert_eq!(chosen.location(), "/signup/done");
    browser.get("/signup/done").await.says("You are signed in");
}

#[tokio::test]
async fn who_says_that_an_account_is_theirs_without_a_proof_is_not_signed_in() {
    let browser = Browser::demo();
    browser.script(|script| script.verdict = Verdict::NumberInUse);
    browser.number("/signup", "+44 7700 900123").await;
    let chosen = browser.post("/signup/known", "choice=signin").await;
    assert_eq!((set(&chosen).as_str(), browser.service.sessions()), ("", 0));
}

#[tokio::test]
async fn logging_out_ends_the_session_here_and_there() {
    let browser = signed_up().await;
    let token = browser.cookie(SESSION);
    let out = browser.post("/logout", "").await;
    assert_eq!(out.location(), "/logout");
    assert_eq!(browser.service.sessions(), 0, "ended at the service");
    assert_eq!(browser.cookie(SESSION), "");
    browser.get("/logout").await.says("You are signed out");
    assert_eq!(browser.get("/me").await.location(), "/login");
    for path in ["/signup/done", "/login/done"] {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::CONFLICT,
            "{path}"
        );
    }
    // A copy of the cookie is of no use any more.
    browser.cookies.lock().push((SESSION.to_owned(), token));
    browser.get("/me").await.says("You are signed out");
}

#[tokio::test]
async fn an_owner_who_logged_out_is_still_known_as_one() {
    let browser = signed_up().await;
    browser.post("/logout", "").await;
    browser.number("/login", "+44 7700 900123").await;
    assert!(browser.service.owner().is_some());
}

#[tokio::test]
async fn a_session_that_was_ended_elsewhere_is_said_to_be_over_once() {
    let browser = signed_up().await;
    browser.service.end_sessions();
    let over = browser.get("/me").await;
    over.says("A sign-in ends after 15 minutes without use.");
    assert!(!over.title().starts_with("Problem"), "nothing went wrong");
    assert_eq!(browser.get("/me").await.location(), "/login");
    let browser = signed_up().await;
    browser.service.end_sessions();
    browser.get("/signup/done").await.says("You are signed out");
}

#[tokio::test]
async fn who_is_signed_in_is_not_asked_for_a_number_again() {
    let browser = signed_up().await;
    assert_eq!(browser.get("/login").await.location(), "/me");
    assert_eq!(browser.get("/logout").await.location(), "/me");
    browser
        .get("/signup")
        .await
        .says("What is your phone number?");
}

#[tokio::test]
async fn a_browser_that_signs_in_again_has_one_session() {
    let browser = signed_up().await;
    let first = browser.cookie(SESSION);
    browser.prove("/signup").await;
    assert_ne!(browser.cookie(SESSION), first);
    assert_eq!(browser.service.sessions(), 1);
}

#[tokio::test]
async fn another_site_cannot_log_a_person_out() {
    let browser = signed_up().await;
    let request = Request::post("/logout").header("sec-fetch-site", "cross-site");
    let page = browser.send(request, Body::empty()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.service.sessions(), 1);
}

#[tokio::test]
async fn while_sessions_cannot_be_read_nobody_is_signed_out() {
    let browser = signed_up().await;
    browser.script(|script| script.away = true);
    for path in ["/me", "/logout", "/login", "/demo/sides"] {
        assert_eq!(
            browser.get(path).await.status,
            StatusCode::SERVICE_UNAVAILABLE,
            "{path}"
        );
    }
    let out = browser.post("/logout", "").await;
    assert_eq!(
        out.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "not said before it is so"
    );
    browser.script(|script| script.away = false);
    browser.get("/me").await.says("You are signed in");
}

#[tokio::test]
async fn a_token_stands_on_no_page_and_in_no_address() {
    let browser = signed_up().await;
    let token = browser.cookie(SESSION);
    for path in ["/", "/me", "/signup/done", "/demo/sides", "/login"] {
        let page = browser.get(path).await;
        assert!(!page.body.contains(&token) && !format!("{:?}", page.headers).contains(&token));
    }
}

#[tokio::test]
async fn over_https_the_session_is_bound_to_the_host() {
    let mut own = site(false);
    own.origin = "https://id.harbour.example".into();
    let browser = Browser::at(own);
    let set = set(&browser.prove("/signup").await);
    assert!(set.starts_with("__Host-rf-session="), "{set}");
    assert!(
        set.contains("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{set}"
    );
}

#[tokio::test]
async fn each_step_of_the_demonstration_is_ticked_when_it_is_done() {
    let browser = Browser::demo();
    let ticks = async || {
        let page = browser.get("/").await.body;
        (
            page.matches("place done").count(),
            page.matches("button main").count(),
        )
    };
    assert_eq!(ticks().await, (0, 1));
    browser.prove("/signup").await;
    assert_eq!(ticks().await, (2, 1));
    browser.get("/demo/sides").await;
    assert_eq!(ticks().await, (3, 0), "nothing is left to press");
}
