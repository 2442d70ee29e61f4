//! What an approval leaves in a browser, and what comes back of it.

use super::*;
use crate::port::OwnerProof;

const OWNER: &str = "rf-owner";

fn kept(page: &Page) -> Vec<String> {
    let set = page.headers.get_all(header::SET_COOKIE).iter();
    set.map(|cookie| cookie.to_str().unwrap().to_owned())
        .filter(|cookie| cookie.contains(OWNER))
        .collect()
}

/// What the service gives to owners.
fn proof() -> OwnerProof {
    OwnerProof {
        expires_at: NOW.plus(model::Millis::from_seconds(180 * 86_400)),
        mac: [0x6d; 32],
    }
}

#[tokio::test]
async fn a_browser_that_proved_a_number_shows_it_when_it_comes_back() {
    let browser = Browser::demo();
    browser.number("/signup", "+44 7700 900123").await;
    assert_eq!(browser.service.owner(), None, "a stranger has nothing");
    browser.post("/signup/code", "code=482913").await;
    browser.post("/logout", "").await;
    for flow in ["/login", "/signup"] {
        browser.number(flow, "+44 7700 900123").await;
        assert_eq!(browser.service.owner(), Some(proof()), "{flow}");
    }
}

#[tokio::test]
async fn only_a_right_code_leaves_a_proof() {
    let browser = Browser::demo();
    browser.number("/signup", "+44 7700 900123").await;
    assert!(kept(&browser.post("/signup/code", "code=111111").await).is_empty());
    assert!(kept(&browser.get("/signup/code").await).is_empty());
    assert!(!kept(&browser.post("/signup/code", "code=482913").await).is_empty());
}

#[tokio::test]
async fn the_proof_is_kept_for_its_time_and_where_codes_are_asked_for() {
    let browser = Browser::demo();
    browser.number("/signup", "+44 7700 900123").await;
    let cookies = kept(&browser.post("/signup/code", "code=482913").await);
    for (cookie, path) in cookies.iter().zip(["/signup", "/login"]) {
        let rest = format!("; Path={path}; HttpOnly; SameSite=Lax; Max-Age=15552000");
        assert!(cookie.ends_with(&rest), "{cookie}");
    }
    assert_eq!(cookies.len(), 2);
    let mut own = site(false);
    own.origin = "https://id.harbour.example".into();
    let browser = Browser::at(own);
    browser.number("/signup", "+44 7700 900123").await;
    let cookies = kept(&browser.post("/signup/code", "code=482913").await);
    assert_eq!(cookies.len(), 1);
    assert!(cookies[0].starts_with("__Host-rf-owner="));
    assert!(cookies[0].contains("; Path=/; HttpOnly; SameSite=Lax; Secure;"));
}

#[tokio::test]
async fn an_edited_proof_and_one_of_another_cookie_are_not_sent_on() {
    let browser = Browser::demo();
    browser.prove("/signup").await;
    let whole = browser.cookie(OWNER);
    let flow = browser.cookie("rf-signup");
    browser.post("/logout", "").await;
    let longer = whole.replacen('1', "2", 1);
    let unmarked = whole.split('.').next().unwrap().to_owned();
    for value in [longer, unmarked, flow, String::new()] {
        let mut jar = browser.cookies.lock().clone();
        jar.retain(|(name, _)| name != OWNER);
        jar.push((OWNER.to_owned(), value));
        *browser.cookies.lock() = jar;
        let sent = browser.number("/login", "+44 7700 900123").await;
        assert_eq!(sent.location(), "/login/code");
        assert_eq!(browser.service.owner(), None);
    }
}

#[tokio::test]
async fn a_proof_whose_time_is_over_is_not_sent_on() {
    let browser = Browser::demo();
    let ended = format!("{}-{}", NOW.as_millis(), "A".repeat(43));
    let value = webkit::CookieKey::new(&[9; 32]).mark(OWNER, &ended);
    browser.cookies.lock().push((OWNER.to_owned(), value));
    browser.number("/login", "+44 7700 900123").await;
    assert_eq!(browser.service.owner(), None);
}

#[tokio::test]
async fn the_new_owner_of_a_number_gets_a_proof_too() {
    let browser = Browser::demo();
    browser.script(|script| script.verdict = crate::port::Verdict::NumberInUse);
    browser.prove("/signup").await;
    let done = browser.post("/signup/known", "choice=reclaim").await;
    assert_eq!(kept(&done).len(), 2);
}

#[tokio::test]
async fn a_proof_stands_on_no_page_and_in_no_address() {
    let browser = Browser::demo();
    let sent = browser.prove("/signup").await;
    let value = browser.cookie(OWNER);
    let mark = value.split(['-', '.']).nth(1).unwrap().to_owned();
    assert!(mark.len() == 43 && !sent.location().contains(&mark));
    for path in [
        "/",
        "/signup",
        "/login",
        "/signup/done",
        "/demo/sides",
        "/nowhere",
    ] {
        let page = browser.get(path).await;
        assert!(
            !page.body.contains(&mark) && !page.body.contains(&value),
            "{path}"
        );
        assert!(!format!("{:?}", page.headers).contains(&mark), "{path}");
    }
    assert_eq!(format!("{:?}", proof()), "OwnerProof(..)");
}

#[tokio::test]
async fn a_verification_that_this_site_did_not_give_to_a_browser_is_not_known() {
    let browser = Browser::demo();
    browser.prove("/signup").await;
    let id = browser.cookie("rf-signup");
    let id = id.split('.').next().unwrap().to_owned();
    let other = Browser {
        cookies: Mutex::default(),
        ..browser
    };
    other.cookies.lock().push(("rf-signup".to_owned(), id));
    assert_eq!(other.get("/signup/done").await.status, StatusCode::CONFLICT);
}
