//! The simulator's page.

use serde_json::Value;

use crate::person::{NUMBER, Scene};

#[test]
#[ignore = "needs Chromium"]
fn a_text_appears_on_an_open_page_and_is_spoken_once() {
    let scene = Scene::new();
    let phone = scene.person();
    phone.open(&scene.phone("/sim"));
    phone.until("document.getElementById('live-words').textContent === 'Live'");
    assert!(phone.words().contains("No texts yet."));
    let page = scene.person();
    scene.ask(&page, "/signup", NUMBER);
    phone.until("document.getElementById('status').textContent");
    assert_eq!(phone.text("#status"), "New text on +44 7700 900123");
    phone.until("document.querySelector('.newest b')");
    assert_eq!(phone.text("#list-title"), "1 phone");
    assert!(
        phone
            .text(".words")
            .ends_with(&format!("#{}", phone.text(".newest b")))
    );
    // Whoever reads one thread is told of what comes to another.
    phone.leads(|| phone.click("#list a"));
    phone.until("document.getElementById('live-words').textContent === 'Live'");
    scene.ask(&page, "/signup", "+447700900124");
    phone.until("document.querySelectorAll('#list li').length === 2");
    assert_eq!(phone.text("#list-title"), "2 phones");
    assert!(phone.title().starts_with("(1) Phones"), "{}", phone.title());
}

#[test]
#[ignore = "needs Chromium"]
fn without_scripts_the_phones_refresh_themselves() {
    let scene = Scene::new();
    let phone = scene.person();
    phone.without_scripts();
    phone.open(&scene.phone("/sim"));
    assert!(
        phone.words().contains("Refreshes itself every 5 seconds."),
        "{}",
        phone.words()
    );
    let page = scene.person();
    scene.ask(&page, "/signup", NUMBER);
    // A page that was asked for before the text came may still be on its way.
    let shown = (0..5).any(|_| {
        phone.leads(|| {});
        phone.words().contains("+44 7700 900123")
    });
    assert!(shown, "{}", phone.words());
    let stop = phone.eval("document.querySelector('.live .unscripted a').href");
    phone.open(stop.as_str().unwrap_or_default());
    assert!(phone.words().contains("Stands still."), "{}", phone.words());
}

#[test]
#[ignore = "needs Chromium"]
fn a_person_adds_a_phone_answers_a_text_and_breaks_the_carrier() {
    let mut scene = Scene::new();
    let phone = scene.person();
    phone.open(&scene.phone("/sim"));
    phone.fill("#number", "+44 7700 900130");
    phone.leads(|| phone.click(".add button"));
    assert!(
        phone.text("#thread-title").starts_with("+44 7700 900130"),
        "{}",
        phone.words()
    );
    phone.fill("#number", "12");
    phone.leads(|| phone.click(".add button"));
    assert!(phone.title().starts_with("Problem: "), "{}", phone.title());
    assert_eq!(phone.focus(), "summary");
    let page = scene.person();
    scene.ask(&page, "/signup", NUMBER);
    scene.code(NUMBER);
    phone.open(&scene.phone("/sim"));
    phone.leads(|| phone.click("#list a"));
    phone.leads(|| phone.click("[value=STOP]"));
    assert!(
        phone.text("#messages").contains("STOP"),
        "{}",
        phone.words()
    );
    // Every text is lost: the page of the person says nothing wrong, the phone stays silent.
    phone.click("#faults summary");
    phone.fill("#drop", "100");
    phone.leads(|| phone.click("#faults button"));
    assert!(
        phone.text("#faults summary").contains("Faults are on"),
        "{}",
        phone.words()
    );
    let lost = scene.person();
    scene.ask(&lost, "/signup", "+447700900131");
    assert_eq!(lost.path(), "/signup/code");
    phone.click("#faults summary");
    phone.leads(|| phone.click("[name=off]"));
    assert!(phone.text("#faults summary").contains("Faults are off"));
    assert!(
        scene
            .phones
            .messages("+447700900131")
            .expect("messages")
            .is_empty()
    );
}

#[test]
#[ignore = "needs Chromium"]
fn a_press_is_not_lost_to_a_text_that_arrives_under_it() {
    let mut scene = Scene::new();
    let mut api = scene.system.api();
    let phone = scene.person();
    phone.open(&scene.phone("/sim"));
    phone.until("document.getElementById('live-words').textContent === 'Live'");
    api.start(NUMBER);
    let first = scene.phones.code(NUMBER);
    // The page has shown the text, and has marked it as read.
    phone.until("document.querySelector('.newest button')");
    phone.until("!document.querySelector('#list .unread')");
    phone.eval("void (globalThis.held = document.querySelector('.newest button'))");
    phone.hold(".newest button", || {
        api.start(NUMBER);
        scene.phones.code_after(NUMBER, &first);
        // The page has the new text in hand, and keeps it back.
        phone.until("document.querySelector('main').ariaBusy === 'true'");
        assert_eq!(
            phone.eval("held.isConnected"),
            true,
            "what is pressed stays"
        );
    });
    phone.until("document.querySelectorAll('#messages > li').length === 2");
    // The button that was pressed is replaced with its list: what says so is the one at its place.
    phone.until(
        "document.querySelector('#messages > li:last-child [data-copy]').textContent === 'Copied'",
    );
    let copied = phone.eval("navigator.clipboard.readText()");
    assert_eq!(copied, first.digits.as_str(), "the code that was pressed");
    assert_eq!(
        phone.eval("document.querySelector('main').ariaBusy"),
        Value::Null
    );
}
