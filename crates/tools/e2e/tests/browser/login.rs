//! Signing in.

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
    let code = scene.phones.messages(NUMBER).expect("messages").len();
    assert_eq!(code, 2, "one code for each flow");
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
