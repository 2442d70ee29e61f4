//! The page that asks for the code, and what the code leads to.

use e2e::browser::{Key, Page};

use crate::person::{NUMBER, Scene, wrong};

#[test]
#[ignore = "needs Chromium"]
fn a_wrong_code_says_how_many_tries_are_left() {
    let mut scene = Scene::new();
    let page = scene.person();
    scene.ask(&page, "/signup", NUMBER);
    let code = scene.code(NUMBER);
    for left in ["4 tries left", "3 tries left", "2 tries left", "1 try left"] {
        Scene::guess(&page, &wrong(&code));
        assert!(page.title().starts_with("Problem: "), "{}", page.title());
        assert!(page.text("#summary").contains(left), "{}", page.words());
        assert!(page.text("#code-wrong").contains(left));
        assert_eq!(page.focus(), "summary", "read first");
        page.press(Key::Tab);
        page.press(Key::Enter);
        page.until("document.activeElement.id === 'code'");
        assert_eq!(
            page.eval("getSelection().toString()"),
            wrong(&code).as_str(),
            "ready to be typed over"
        );
    }
    // What is no code costs no try.
    Scene::guess(&page, "12");
    assert!(
        page.text("#code-wrong").contains("no try was used"),
        "{}",
        page.words()
    );
    Scene::guess(&page, &wrong(&code));
    assert!(page.words().contains("Too many tries."), "{}", page.words());
    assert!(!page.shows("input"), "nothing is left to type");
    assert_eq!(page.text("h1"), "This code has ended");
    // A new code, by another way.
    page.leads(|| page.click("main .links a"));
    assert_eq!(page.path(), "/signup/ways");
    page.click("#way-sms");
    page.leads(|| page.click("button.main"));
    assert_eq!(page.path(), "/signup?by=sms", "{}", page.words());
    page.fill("#number", NUMBER);
    page.leads(|| page.click("button.main"));
    scene.enter(&page, NUMBER);
    assert_eq!(page.path(), "/signup/done", "{}", page.words());
}

#[test]
#[ignore = "needs Chromium"]
fn a_code_is_taken_with_spaces_and_in_other_digits() {
    let mut scene = Scene::new();
    for (number, arabic) in [("+447700900301", false), ("+447700900302", true)] {
        let page = scene.person();
        scene.ask(&page, "/signup", number);
        let code = scene.code(number);
        let typed = if arabic {
            let digits = code.bytes().map(|digit| u32::from(digit - b'0') + 0x660);
            digits.filter_map(char::from_u32).collect()
        } else {
            format!(" {} {} ", &code[..3], &code[3..])
        };
        Scene::guess(&page, &typed);
        assert_eq!(page.path(), "/signup/done", "{}", page.words());
    }
}

#[test]
#[ignore = "needs Chromium"]
fn back_leads_to_the_last_state_and_never_to_a_second_account() {
    let mut scene = Scene::new();
    let page = scene.person();
    scene.ask(&page, "/signup", NUMBER);
    page.back();
    assert_eq!(page.path(), "/signup");
    page.open(&scene.at("/signup/code"));
    scene.enter(&page, NUMBER);
    let name = page.text("dd .mono");
    page.back();
    assert_eq!(
        page.path(),
        "/signup/done",
        "a proven code is not asked for again"
    );
    assert_eq!(page.text("dd .mono"), name);
    page.reload();
    assert_eq!(page.text("dd .mono"), name);
}

#[test]
#[ignore = "needs Chromium"]
fn a_number_with_an_account_offers_two_equal_ways() {
    let mut scene = Scene::new();
    let first = scene.person();
    scene.sign_up(&first, NUMBER);
    let name = first.text("dd .mono");
    let second = scene.person();
    scene.ask(&second, "/signup", NUMBER);
    scene.enter(&second, NUMBER);
    assert_eq!(second.path(), "/signup/known", "{}", second.words());
    let sizes = "new Set([...document.querySelectorAll('main button')].map(b => \
                 getComputedStyle(b).backgroundColor + [b.offsetWidth, b.offsetHeight])).size";
    assert_eq!(second.eval(sizes), 1, "neither way is advertised");
    second.leads(|| second.click("#reclaim"));
    assert!(second.title().starts_with("Problem: "));
    let told = second.text("#reclaim-wrong");
    assert!(
        told.starts_with("The old account used this number too recently."),
        "{told}"
    );
    assert!(told.contains("20"), "it says when: {told}");
    assert!(second.text("#summary").starts_with("This has to wait"));
    second.leads(|| second.click("form button"));
    assert_eq!(second.path(), "/signup/done");
    assert_eq!(second.text("h1"), "You are signed in");
    assert_eq!(second.text("dd .mono"), name, "the account that was there");
}

#[test]
#[ignore = "needs Chromium"]
fn a_code_can_be_asked_for_again_by_text_and_call_and_then_ends() {
    let mut scene = Scene::hurried();
    let page = scene.person();
    page.speaks("en-GB");
    scene.ask(&page, "/signup", NUMBER);
    let first = scene.code(NUMBER);
    // By text, once the page says that it may.
    page.until("document.getElementById('spoken').textContent");
    assert!(
        page.text("#spoken").starts_with("You can ask for"),
        "{}",
        page.words()
    );
    page.leads(|| page.click("[value=sms] ~ button:not([hidden])"));
    assert!(
        page.text("[role=status].ok")
            .contains("We sent the code again, by text.")
    );
    let again = scene.code(NUMBER);
    assert_eq!(
        again, first,
        "the same code, so that the first may arrive late"
    );
    call_instead(&scene, &page);
    let spoken = scene.code(NUMBER);
    assert_eq!(spoken, first);
    assert!(
        page.words()
            .contains("We are calling you with the code now."),
        "{}",
        page.words()
    );
    // The code's 60 seconds pass; its end is written in whole seconds.
    let end = "Date.parse(document.querySelector('#code-hint time').dateTime) + 1500";
    for _ in 0..8 {
        let wait = format!("new Promise(t => setTimeout(t, Math.min(9000, {end} - Date.now())))");
        page.eval(&wait);
    }
    Scene::guess(&page, &first);
    assert!(page.title().starts_with("Problem: "), "{}", page.words());
    assert!(
        page.text("#summary").contains("This code ended at"),
        "{}",
        page.words()
    );
    assert!(!page.shows("input"));
    page.leads(|| page.click("a.main"));
    page.fill("#number", NUMBER);
    page.leads(|| page.click("button.main"));
    let new = scene.code(NUMBER);
    Scene::guess(&page, &new);
    assert_eq!(page.path(), "/signup/done", "{}", page.words());
}

#[test]
#[ignore = "needs Chromium"]
fn waits_and_links_under_the_code_stand_on_one_line() {
    let scene = Scene::new();
    let page = scene.person();
    scene.ask(&page, "/signup", NUMBER);
    let tops = "new Set([...document.querySelectorAll('#again li > form > span, #again li > a')]\
                .map(e => Math.round(e.getBoundingClientRect().bottom))).size";
    assert_eq!(page.eval(tops), 1, "{}", page.words());
}

/// Asks for a call through the page of other ways.
fn call_instead(scene: &Scene, page: &Page) {
    page.until("document.getElementById('spoken').textContent");
    page.leads(|| page.click("#again a"));
    assert_eq!(page.path(), "/signup/ways");
    assert!(
        !page.shows("input:checked"),
        "no way is chosen for the person"
    );
    page.leads(|| page.click("button.main"));
    assert!(
        page.text("#ways-wrong").contains("Choose how"),
        "{}",
        page.words()
    );
    page.press(Key::Tab);
    page.click("#way-voice");
    page.leads(|| page.click("button.main"));
    assert!(page.path().starts_with("/signup/code"), "{}", page.words());
    let _ = scene;
}
