//! The demonstration's own pages: where to start, and both sides of an account.

use e2e::browser::Page;

use crate::person::{NUMBER, Scene};

fn html(page: &Page) -> String {
    page.eval("document.documentElement.outerHTML")
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
#[ignore = "needs Chromium"]
fn the_start_page_leads_through_the_whole_idea() {
    let mut scene = Scene::new();
    let page = scene.person();
    page.open(&scene.at("/"));
    assert!(
        page.text("header")
            .starts_with("Test system with test keys."),
        "said first"
    );
    assert_eq!(page.text(".top"), "Harbour Chat");
    assert!(page.shows(".brand svg"), "the mark is drawn");
    assert!(!page.words().contains("Done"));
    page.click("[data-copy]");
    page.until("document.querySelector('[data-copy]').textContent === 'Copied'");
    let copied = page.eval("navigator.clipboard.readText()");
    assert_eq!(copied, "+44 7700 900123");
    // 1: sign up, by the filled button.
    page.leads(|| page.click("main .main"));
    page.fill("#number", copied.as_str().unwrap_or_default());
    page.leads(|| page.click("button.main"));
    // 2: the phone, in a tab of its own, and its newest code.
    let start = scene.person();
    start.open(&scene.at("/"));
    start.click("[target=_blank]");
    let phone = scene.browser.opened(&scene.phone("/sim"));
    // The page has shown the text, and has marked it as read.
    phone.until("document.querySelector('.newest button')");
    phone.until("!document.querySelector('#list .unread')");
    phone.click(".newest button");
    phone.until("document.querySelector('.newest button').textContent === 'Copied'");
    let code = phone.eval("navigator.clipboard.readText()");
    Scene::guess(&page, code.as_str().unwrap_or_default());
    // 3: both sides.
    page.leads(|| page.click("main .main"));
    assert_eq!(page.path(), "/demo/sides");
    page.leads(|| page.click("main .links a"));
    assert_eq!(page.path(), "/");
    let ticks = page.eval("document.querySelectorAll('.place.done').length");
    assert_eq!(ticks, 3, "every step is done: {}", page.words());
    assert!(!page.shows("main .main"), "nothing is left to press");
    let _ = &mut scene;
}

#[test]
#[ignore = "needs Chromium"]
fn both_sides_show_a_name_and_bytes_and_never_the_number() {
    let mut scene = Scene::new();
    let page = scene.person();
    page.open(&scene.at("/demo/sides"));
    assert_eq!(page.text("h1"), "Nothing to compare yet");
    scene.sign_up(&page, NUMBER);
    let name = page.text("dd .mono");
    assert!(name.starts_with("sub_"));
    page.leads(|| page.click("main .main"));
    let front = page.text("[aria-labelledby=front]");
    assert!(
        front.contains(&name) && front.contains("United Kingdom"),
        "{front}"
    );
    assert!(front.contains("Not here"));
    let vault = page.text("[aria-labelledby=vault]");
    assert!(vault.contains("Sealed number · 48 bytes"), "{vault}");
    assert!(
        !vault.contains(&name),
        "the vault does not know the product's name for a person"
    );
    let source = html(&page);
    for number in ["7700900123", "7700 900123", "3434373730303930303132"] {
        assert!(!source.contains(number));
    }
    // Another person has other bytes, and does not see these.
    let other = scene.person();
    scene.sign_up(&other, "+447700900124");
    other.leads(|| other.click("main .main"));
    let sealed = |page: &Page| page.text("[aria-labelledby=vault] dd");
    assert_eq!(
        sealed(&page).len(),
        sealed(&other).len(),
        "every number is as long"
    );
    assert_ne!(sealed(&page), sealed(&other));
    assert!(!other.words().contains(&name));
}

#[test]
#[ignore = "needs Chromium"]
fn a_language_is_chosen_once_and_numbers_stay_in_order() {
    let mut scene = Scene::new();
    let page = scene.person();
    page.open(&scene.at("/signup"));
    page.leads(|| page.click("a[hreflang=ar]"));
    let direction = "document.documentElement.dir + document.documentElement.lang";
    assert_eq!(page.eval(direction), "rtlar");
    scene.ask(&page, "/signup", "+44 7700 900123");
    assert_eq!(page.eval(direction), "rtlar", "kept without the link");
    // The parts of the number stand from left to right: + first, 123 last.
    let ends = "(() => { const text = document.querySelector('[data-typed]').firstChild; \
                const at = i => { const r = document.createRange(); r.setStart(text, i); \
                r.setEnd(text, i + 1); return r.getBoundingClientRect().x }; \
                return at(0) < at(4) && at(4) < at(14) })()";
    assert_eq!(page.eval(ends), true);
    assert_eq!(
        page.eval("getComputedStyle(document.getElementById('code')).direction"),
        "ltr"
    );
    let text = scene.messages(NUMBER, 1)[0].text.clone();
    assert!(
        text.contains('ر'),
        "the text is in the page's language: {text}"
    );
    scene.enter(&page, NUMBER);
    assert_eq!(page.path(), "/signup/done");
}
