//! The product stops in the middle.

use e2e::Room;
use rustix::process::Signal;

use crate::person::{NUMBER, Scene, form};

#[test]
#[ignore = "needs Chromium"]
fn a_code_still_works_after_a_restart() {
    let mut scene = Scene::new();
    let page = scene.person();
    scene.ask(&page, "/signup", NUMBER);
    let code = scene.code(NUMBER);
    assert_eq!(scene.system.stop(), Some(0));
    scene.system.start_again();
    Scene::guess(&page, &code);
    assert_eq!(page.path(), "/signup/done", "{}", page.words());
}

#[test]
#[ignore = "needs Chromium"]
fn a_page_that_was_open_during_a_restart_still_seals() {
    let mut scene = Scene::new();
    let page = scene.person();
    page.open(&scene.at("/signup"));
    page.fill("#number", NUMBER);
    assert_eq!(scene.system.stop(), Some(0));
    scene.system.start_again();
    let before = page.now();
    page.leads(|| page.click("button.main"));
    assert!(form(&page, before).body.contains("sealed_to="));
    assert_eq!(page.path(), "/signup/code", "{}", page.words());
    scene.enter(&page, NUMBER);
    assert_eq!(page.path(), "/signup/done");
}

#[test]
#[ignore = "needs Chromium"]
fn while_the_vault_is_away_nothing_is_lost() {
    let mut scene = Scene::new();
    let page = scene.person();
    page.open(&scene.at("/signup"));
    page.fill("#number", NUMBER);
    let vault = scene.system.room(Room::Vault);
    vault.signal(Signal::STOP);
    // The tab remembers what the button says: on a busy machine the answer may come before
    // anybody could look.
    page.eval(
        "new MutationObserver(([change]) => \
         sessionStorage.setItem('said', change.target.textContent))\
         .observe(document.querySelector('button.main'), { childList: true })",
    );
    page.leads(|| page.click("button.main"));
    assert_eq!(page.eval("sessionStorage.getItem('said')"), "Sending…");
    assert!(page.title().starts_with("Problem: "), "{}", page.title());
    assert_eq!(page.text("h1"), "We cannot send or open anything right now");
    vault.signal(Signal::CONT);
    page.back();
    assert_eq!(page.text("button.main"), "Send code");
    page.open(&scene.at("/signup"));
    let kept = page.eval("document.getElementById('number').value");
    assert_eq!(kept, NUMBER, "by the way on that the page names");
    page.leads(|| page.click("button.main"));
    assert_eq!(page.path(), "/signup/code", "{}", page.words());
    scene.enter(&page, NUMBER);
    assert_eq!(page.path(), "/signup/done", "{}", page.words());
}
