//! Signing in.

use e2e::fresh_key;
use serde_json::json;

use crate::person::{NUMBER, Scene};

/// A page's words, with the time of day left out.
fn timeless(words: &str) -> String {
    words
        .split_whitespace()
        .filter(|word| !word.contains(':'))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
#[ignore = "needs Chromium"]
fn a_stranger_cannot_tell_an_account_from_none() {
    let mut scene = Scene::new();
    let person = scene.person();
    scene.sign_up(&person, NUMBER);
    let name = person.text("dd .mono");
    let (known, unknown) = (scene.person(), scene.person());
    let stranger = "+447700900402";
    scene.ask(&known, "/login", NUMBER);
    scene.ask(&unknown, "/login", stranger);
    assert_eq!(timeless(&known.words()), timeless(&unknown.words()));
    assert_eq!(
        (known.title(), known.path()),
        (unknown.title(), unknown.path())
    );
    assert!(
        !known.words().contains("7700"),
        "the number is not shown at sign-in"
    );
    Scene::guess(&known, "12");
    Scene::guess(&unknown, "12");
    assert_eq!(timeless(&known.words()), timeless(&unknown.words()));
    // Who proves control is told.
    let came = scene.messages(NUMBER, 2).len();
    assert_eq!(came, 2, "one code for each flow");
    scene.enter(&known, NUMBER);
    assert_eq!(known.text("h1"), "You are signed in");
    assert_eq!(known.text("dd .mono"), name);
    scene.enter(&unknown, stranger);
    assert_eq!(
        unknown.text("h1"),
        "No account has this number",
        "{}",
        unknown.words()
    );
    unknown.leads(|| unknown.click("main .links a"));
    assert_eq!(unknown.path(), "/signup");
}

#[test]
#[ignore = "needs Chromium"]
fn an_owner_comes_back_after_strangers_used_up_what_the_number_may_be_sent() {
    let mut scene = Scene::new();
    let owner = scene.person();
    scene.sign_up(&owner, NUMBER);
    let name = owner.text("dd .mono");
    // Ten a day at most, whichever hour it is.
    let stranger = scene.person();
    let sent = (0..11).find(|_| {
        scene.ask(&stranger, "/login", NUMBER);
        stranger.path() == "/login"
    });
    let sent = sent.expect("a limit for strangers") + 1;
    let told = stranger.text("#number-wrong");
    assert!(
        told.starts_with("We can send to this number again at"),
        "{told}"
    );
    scene.messages(NUMBER, sent);
    scene.code(NUMBER);
    owner.leads(|| owner.click("[action='/logout'] button"));
    scene.ask(&owner, "/login", NUMBER);
    assert_eq!(owner.path(), "/login/code", "{}", owner.words());
    scene.enter(&owner, NUMBER);
    assert_eq!(owner.text("h1"), "You are signed in", "{}", owner.words());
    assert_eq!(owner.text("dd .mono"), name);
    // The stranger's browser is refused as before.
    scene.ask(&stranger, "/login", NUMBER);
    assert_eq!(stranger.path(), "/login", "{}", stranger.words());
}

#[test]
#[ignore = "needs Chromium"]
fn a_person_stays_signed_in_until_they_log_out() {
    let mut scene = Scene::new();
    for scripts in [true, false] {
        let number = if scripts { NUMBER } else { "+447700900124" };
        let page = scene.person();
        if !scripts {
            page.without_scripts();
        }
        scene.sign_up(&page, number);
        let name = page.text("dd .mono");
        page.open(&scene.at("/login"));
        assert_eq!(page.path(), "/me", "no number is asked for again");
        assert_eq!(page.text("h1"), "You are signed in");
        assert_eq!(page.text("dd .mono"), name);
        page.leads(|| page.click("[action='/logout'] button"));
        assert_eq!(page.path(), "/logout");
        assert_eq!(page.text("h1"), "You are signed out");
        page.back();
        assert!(!page.words().contains(&name), "{}", page.words());
        page.open(&scene.at("/me"));
        assert_eq!(page.path(), "/login");
    }
}

#[test]
#[ignore = "needs Chromium"]
fn a_product_that_revokes_sessions_signs_every_browser_out() {
    let mut scene = Scene::new();
    let (first, second) = (scene.person(), scene.person());
    scene.sign_up(&first, NUMBER);
    let name = first.text("dd .mono");
    scene.ask(&second, "/login", NUMBER);
    scene.enter(&second, NUMBER);
    assert_eq!(second.path(), "/login/done", "{}", second.words());
    let path = format!("/v1/subjects/{name}/sessions/revoke");
    let ended = scene.system.api().post(&path, &fresh_key(), &json!({}));
    let ended = ended.expect("an answer").expect(200).json();
    assert_eq!(ended["ended"], 2);
    for page in [&first, &second] {
        page.reload();
        assert_eq!(page.text("h1"), "You are signed out", "{}", page.words());
        page.leads(|| page.click("main .links a"));
        assert_eq!(page.path(), "/login");
    }
}
