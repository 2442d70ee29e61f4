use super::*;
use crate::port::Verdict;

#[tokio::test]
async fn a_person_signs_up_without_scripts() {
    let browser = Browser::demo();
    let sent = browser.number("/signup", "+44 7700 900123").await;
    assert_eq!(
        (sent.status, sent.location()),
        (StatusCode::SEE_OTHER, "/signup/code")
    );
    let code = browser.get("/signup/code").await;
    code.says("the number you just gave us (<bdi>United Kingdom</bdi>, mobile)");
    code.says("14:12\u{a0}UTC");
    let proven = browser.post("/signup/code", "code=482+913").await;
    assert_eq!(
        (proven.status, proven.location()),
        (StatusCode::SEE_OTHER, "/signup/done")
    );
    browser
        .get("/signup/done")
        .await
        .says("Your number is proven and sealed");
}

#[tokio::test]
async fn neither_number_nor_code_stands_in_a_url_title_or_cookie() {
    let browser = Browser::demo();
    let mut seen = Vec::new();
    for page in [
        browser.number("/signup", "+44 7700 900123").await,
        browser.get("/signup/code").await,
        browser.post("/signup/code", "code=482913").await,
        browser.get("/signup/done").await,
        browser.get("/demo/sides").await,
    ] {
        seen.push(page.title().to_owned());
        seen.push(format!("{:?}", page.headers));
        seen.push(page.body);
    }
    seen.push(format!("{:?}", browser.cookies.lock()));
    for text in seen {
        assert!(!text.contains("7700") && !text.contains("482913"), "{text}");
    }
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_verification() {
    let browser = Browser::demo();
    let key = browser.get("/signup").await.key();
    let form = format!("key={key}&country=GB&number=07700900123&channel=sms");
    browser.post("/signup", &form).await;
    let first = browser.cookie("rf-signup");
    browser.post("/signup", &form).await;
    assert_eq!(browser.cookie("rf-signup"), first);
}

#[tokio::test]
async fn a_number_with_an_account_gets_two_equal_choices() {
    let browser = Browser::demo();
    browser.script(|script| script.verdict = Verdict::NumberInUse);
    assert_eq!(browser.prove("/signup").await.location(), "/signup/known");
    let page = browser.get("/signup/known").await;
    page.says("Sign in to it");
    page.says("I got this number recently");
    assert!(
        !page.body.contains("class=\"main\""),
        "neither choice is the main one"
    );
    let kept = browser.post("/signup/known", "choice=signin").await;
    browser.get(kept.location()).await.says("You are signed in");
}

#[tokio::test]
async fn a_new_owner_of_a_number_gets_a_new_account() {
    let browser = Browser::demo();
    browser.script(|script| script.verdict = Verdict::Existing);
    browser.prove("/signup").await;
    browser.script(|script| script.too_recent = Some(NOW));
    let refused = browser.post("/signup/known", "choice=reclaim").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("too recently");
    refused.says("This has to wait");
    browser.script(|script| script.too_recent = None);
    let done = browser.post("/signup/known", "choice=reclaim").await;
    browser
        .get(done.location())
        .await
        .says("Your number is proven and sealed");
}

#[tokio::test]
async fn at_sign_in_nothing_tells_whether_an_account_exists_before_the_code() {
    let mut pages = Vec::new();
    for verdict in [Verdict::Existing, Verdict::NoAccount] {
        let browser = Browser::demo();
        browser.script(|script| script.verdict = verdict);
        let sent = browser.number("/login", "+44 7700 900123").await;
        pages.push((
            sent.status,
            sent.location().to_owned(),
            browser.get("/login/code").await.body,
        ));
    }
    assert_eq!(pages[0], pages[1]);
    assert!(pages[0].2.contains("If this number has an account"));
    assert!(!pages[0].2.contains("United Kingdom"));
}

#[tokio::test]
async fn after_the_code_each_verdict_has_its_page() {
    for (verdict, words) in [
        (Verdict::Existing, "You are signed in"),
        (Verdict::NoAccount, "No account has this number"),
        (
            Verdict::Banned { until: NOW },
            "This number cannot open accounts here",
        ),
        (Verdict::Locked, "This account is locked"),
    ] {
        let browser = Browser::demo();
        browser.script(|script| script.verdict = verdict);
        assert_eq!(browser.prove("/login").await.location(), "/login/done");
        browser.get("/login/done").await.says(words);
    }
}

#[tokio::test]
async fn another_way_is_a_form_and_leads_back_to_the_code() {
    let browser = Browser::demo();
    browser.number("/signup", "+44 7700 900123").await;
    browser.get("/signup/ways").await.says("Call me – now");
    let sent = browser.post("/signup/ways", "channel=voice").await;
    assert_eq!(sent.location(), "/signup/code?again=voice");
    browser
        .get(sent.location())
        .await
        .says("We are calling you with the code now");
}

#[tokio::test]
async fn before_a_code_is_out_other_ways_lead_to_the_number() {
    let browser = Browser::demo();
    let sent = browser.post("/signup/ways", "channel=voice").await;
    assert_eq!(sent.location(), "/signup?by=voice");
    let page = browser.get(sent.location()).await;
    page.says("value=\"voice\" checked");
}

#[tokio::test]
async fn a_sealed_number_is_passed_on_sealed() {
    let browser = Browser::demo();
    let key = browser.get("/signup").await.key();
    let form = format!("key={key}&country=GB&channel=sms&sealed_to=AAAA");
    assert_eq!(
        browser.post("/signup", &form).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(browser.service.seen(), (Some("en"), 1));
}

#[tokio::test]
async fn both_sides_are_shown_for_the_account_just_made() {
    let browser = Browser::demo();
    browser
        .get("/demo/sides")
        .await
        .says("Nothing to compare yet");
    browser.prove("/signup").await;
    let page = browser.get("/demo/sides").await;
    page.says("sub_");
    page.says("Key, wrapped for <bdi dir=\"ltr\">account</bdi>");
    page.says("Log entry 2");
}

#[tokio::test]
async fn outside_the_demonstration_its_pages_do_not_exist() {
    let browser = Browser::at(site(false));
    assert_eq!(
        browser.get("/demo/sides").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(browser.get("/").await.location(), "/signup");
}

#[tokio::test]
async fn a_language_chosen_by_link_is_kept() {
    let browser = Browser::demo();
    browser
        .get("/signup?lang=ar")
        .await
        .says("<html lang=\"ar\" dir=\"rtl\">");
    browser
        .get("/login")
        .await
        .says("<html lang=\"ar\" dir=\"rtl\">");
}

#[tokio::test]
async fn over_https_cookies_are_bound_to_the_host() {
    let mut own = site(false);
    own.origin = "https://id.harbour.example".into();
    let browser = Browser::at(own);
    let sent = browser.number("/signup", "+44 7700 900123").await;
    let cookies = format!("{:?}", sent.headers);
    assert!(
        cookies.contains("__Host-rf-signup=ver_")
            && cookies.contains("; HttpOnly; SameSite=Lax; Secure")
    );
    assert!(sent.headers.contains_key("strict-transport-security"));
}
