//! What pages weigh and whom they ask.

use e2e::browser::{Page, Request};

use crate::person::{NUMBER, Scene};

/// Requests for one page, itself included.
const REQUESTS_MAX: usize = 4;
/// Bytes of the first page over the wire, with all it needs.
const FIRST_PAGE_MAX: u64 = 30_000;

/// What opening a page fetched; its icon counts even where a browser without a window skips it.
fn fetched(page: &Page, url: &str) -> Vec<Request> {
    let before = page.now();
    page.open(url);
    page.requests(before)
}

#[test]
#[ignore = "needs Chromium"]
fn every_page_is_small_and_asks_nobody_else() {
    let mut scene = Scene::new();
    let person = scene.person();
    scene.sign_up(&person, NUMBER);
    let own = [
        "/",
        "/signup",
        "/signup/ways",
        "/signup/done",
        "/demo/sides",
        "/login",
        "/logout",
        "/nowhere",
    ];
    let own = own.map(|path| scene.at(path));
    for url in own.iter().chain([&scene.phone("/sim")]) {
        let stranger = scene.person();
        let origin = url.split('/').take(3).collect::<Vec<_>>().join("/");
        let all = fetched(&stranger, url);
        let list = || {
            all.iter()
                .map(|r| format!("{} {}", r.url, r.bytes))
                .collect::<Vec<_>>()
        };
        assert!(
            all.iter().all(|request| request.url.starts_with(&origin)),
            "{:?}",
            list()
        );
        let icons = all
            .iter()
            .filter(|request| request.url.ends_with(".svg"))
            .count();
        let live = all
            .iter()
            .filter(|request| request.url.contains("/sim"))
            .count();
        let pages = if live > 0 {
            all.len() - live + 1
        } else {
            all.len()
        };
        assert!(pages + 1 - icons <= REQUESTS_MAX, "{:?}", list());
        let bytes: u64 = all.iter().map(|request| request.bytes).sum();
        assert!(bytes < FIRST_PAGE_MAX, "{bytes} bytes: {:?}", list());
        assert!(bytes > 1_000, "bytes are counted: {:?}", list());
    }
}

#[test]
#[ignore = "needs Chromium"]
fn a_second_page_fetches_only_itself() {
    let scene = Scene::new();
    let page = scene.person();
    page.open(&scene.at("/signup"));
    // What is still on its way when a page is left is not kept.
    page.until(
        "[...document.querySelectorAll('script[src], link[rel=stylesheet]')].every((one) => \
         performance.getEntriesByName(one.src || one.href).some((entry) => entry.responseEnd > 0))",
    );
    let again = fetched(&page, &scene.at("/login"));
    // A browser fetches the icon when it likes, which may be after its first page was left.
    let asked = |request: &&Request| request.bytes > 0 && !request.url.ends_with(".svg");
    let over_the_wire = again.iter().filter(asked);
    let fetched: Vec<&str> = over_the_wire.map(|request| &*request.url).collect();
    assert_eq!(fetched, [scene.at("/login")], "assets are kept");
}
