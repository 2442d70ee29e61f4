//! Keys alone are enough, and every stop can be seen.

use e2e::browser::{Key, Page};

use crate::person::{NUMBER, Scene};

/// Whether the focus ring is drawn around what has the focus.
fn is_seen(page: &Page) -> bool {
    let ring = "(() => { const e = document.activeElement, s = getComputedStyle(e); \
                const r = e.getBoundingClientRect(); \
                return e.matches(':focus-visible') && s.outlineStyle !== 'none' \
                && parseFloat(s.outlineWidth) >= 2 && r.bottom > 0 && r.top < innerHeight })()";
    page.eval(ring) == true
}

#[test]
#[ignore = "needs Chromium"]
fn a_person_signs_up_with_keys_alone() {
    let mut scene = Scene::new();
    let page = scene.person();
    page.open(&scene.at("/signup"));
    page.press(Key::Tab);
    assert_eq!(page.focus(), "Skip to the content");
    assert!(is_seen(&page));
    page.press(Key::Enter);
    let mut stops = Vec::new();
    while page.focus() != "number" {
        page.press(Key::Tab);
        assert!(is_seen(&page), "{}", page.focus());
        stops.push(page.focus());
    }
    assert_eq!(stops, ["What that means", "country", "number"]);
    page.keys(NUMBER);
    page.press(Key::Tab);
    assert_eq!(page.focus(), "channel-sms");
    page.press(Key::Down);
    assert_eq!(page.focus(), "channel-voice", "arrows move in a group");
    page.press(Key::Tab);
    page.leads(|| page.press(Key::Enter));
    assert_eq!(page.path(), "/signup/code", "{}", page.words());
    assert!(page.words().contains("By call to"));
    while page.focus() != "code" {
        page.press(Key::Tab);
        assert!(is_seen(&page), "{}", page.focus());
    }
    page.keys(&scene.code(NUMBER));
    page.press(Key::BackTab);
    assert_eq!(page.focus(), "Change number");
    page.press(Key::Tab);
    page.leads(|| page.press(Key::Enter));
    assert_eq!(page.path(), "/signup/done", "{}", page.words());
}

#[test]
#[ignore = "needs Chromium"]
fn no_stop_is_hidden_and_none_is_a_trap() {
    let scene = Scene::new();
    let page = scene.person();
    for path in [
        "/",
        "/signup",
        "/signup/ways",
        "/login",
        "/logout",
        "/nowhere",
    ] {
        page.open(&scene.at(path));
        let expected = "[...document.querySelectorAll('a, button, input:not([type=hidden]), \
                        select, pre')].filter(e => e.checkVisibility() && \
                        !(e.type === 'radio' && !e.checked && \
                        document.querySelector(`[name=${e.name}]:checked`))).length";
        let expected = page.eval(expected).as_u64().unwrap_or(0);
        let radios = page.eval("document.querySelectorAll('input[type=radio]').length");
        let mut seen = Vec::new();
        loop {
            page.press(Key::Tab);
            let place =
                page.eval("[...document.querySelectorAll('*')].indexOf(document.activeElement)");
            if seen.contains(&place)
                || page.eval("document.activeElement === document.body") == true
            {
                break;
            }
            assert!(is_seen(&page), "{path}: {}", page.focus());
            seen.push(place);
        }
        let count = seen.len() as u64;
        // Of a group in which nothing is chosen, the keys stop at one button.
        let spare = radios.as_u64().unwrap_or(0).saturating_sub(1);
        assert!(
            count <= expected && count + spare >= expected,
            "{path}: {count} of {expected}"
        );
    }
}
