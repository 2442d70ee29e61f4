//! Every page in every look: light, dark, narrow, large, few colours; and nothing in the way of
//! anybody.

use std::{fs, path::PathBuf};

use e2e::browser::Page;

use crate::person::{NUMBER, Scene, wrong};

/// One way to look at a page.
struct Look {
    name: &'static str,
    width: u32,
    height: u32,
    scale: f64,
    feature: (&'static str, &'static str),
    /// Words decide about sizes; colours are the same in every language.
    any_language: bool,
    audited: bool,
}

const LIGHT: Look = Look {
    name: "light",
    width: 1240,
    height: 900,
    scale: 1.0,
    feature: ("prefers-color-scheme", "light"),
    any_language: true,
    audited: true,
};

const LOOKS: [Look; 5] = [
    LIGHT,
    Look {
        name: "dark",
        feature: ("prefers-color-scheme", "dark"),
        any_language: false,
        ..LIGHT
    },
    Look {
        name: "narrow",
        width: 320,
        height: 640,
        audited: false,
        ..LIGHT
    },
    Look {
        name: "zoom",
        width: 620,
        height: 450,
        scale: 2.0,
        any_language: false,
        audited: false,
        ..LIGHT
    },
    Look {
        name: "forced",
        feature: ("forced-colors", "active"),
        any_language: false,
        audited: false,
        ..LIGHT
    },
];

struct Album {
    folder: PathBuf,
    language: &'static str,
    faults: Vec<String>,
}

impl Album {
    fn new(language: &'static str) -> Self {
        let folder = e2e::browser::folder("screens");
        fs::create_dir_all(&folder).expect("a folder for pictures");
        Self {
            folder,
            language,
            faults: Vec::new(),
        }
    }

    /// Looks at a page in every way.
    fn look(&mut self, page: &Page, name: &str) {
        let looks = LOOKS
            .iter()
            .filter(|look| look.any_language || self.language == "en");
        for look in looks {
            page.size(look.width, look.height, look.scale);
            page.prefers(&[look.feature]);
            let here = format!("{name}-{}-{}", self.language, look.name);
            let over = page.overflow();
            if over > 0 {
                self.faults.push(format!("{here}: {over} pixels too wide"));
            }
            if look.audited {
                let barriers = page.barriers().into_iter();
                let told = barriers.map(|barrier| format!("{here}: {barrier:.400}"));
                self.faults.extend(told);
            }
            fs::write(self.folder.join(format!("{here}.png")), page.picture()).expect("a picture");
        }
        // Chromium notes each refusal that a page answers, which is no fault of the page.
        let complaints = page.complaints().into_iter();
        let own = complaints.filter(|said| !said.contains("status of 4"));
        self.faults
            .extend(own.map(|said| format!("{name}: {said}")));
        page.size(1240, 900, 1.0);
        page.prefers(&[("prefers-color-scheme", "light")]);
    }
}

#[test]
#[ignore = "needs Chromium"]
fn every_page_stands_in_every_look() {
    walk("en");
}

#[test]
#[ignore = "needs Chromium"]
fn every_page_stands_from_right_to_left() {
    walk("ar");
}

#[test]
#[ignore = "needs Chromium"]
fn every_page_stands_with_longer_words() {
    walk("de");
}

fn walk(language: &'static str) {
    let mut scene = Scene::new();
    let mut album = Album::new(language);
    let page = scene.person();
    page.speaks(language);
    page.open(&scene.at("/"));
    album.look(&page, "start");
    page.open(&scene.at("/demo/sides"));
    album.look(&page, "sides-none");
    page.open(&scene.at("/signup"));
    album.look(&page, "signup");
    page.leads(|| page.click("button.main"));
    album.look(&page, "signup-wrong");
    page.open(&scene.at("/signup/ways"));
    album.look(&page, "ways-fresh");
    scene.ask(&page, "/signup", NUMBER);
    album.look(&page, "code");
    let code = scene.code(NUMBER);
    Scene::guess(&page, &wrong(&code));
    album.look(&page, "code-wrong");
    page.open(&scene.at("/signup/ways"));
    album.look(&page, "ways");
    page.open(&scene.at("/signup/code"));
    Scene::guess(&page, &code);
    album.look(&page, "done");
    page.leads(|| page.click("main .main"));
    album.look(&page, "sides");
    page.open(&scene.at("/"));
    album.look(&page, "start-done");
    page.open(&scene.at("/me"));
    album.look(&page, "me");
    page.leads(|| page.click("[action='/logout'] button"));
    album.look(&page, "logged-out");
    second(&mut scene, &mut album, &page);
    assert!(album.faults.is_empty(), "{}", album.faults.join("\n"));
}

/// The pages of a number that has an account already, and those of trouble.
fn second(scene: &mut Scene, album: &mut Album, page: &Page) {
    let page = &{
        let other = scene.person();
        other.speaks(album.language);
        let _ = page;
        other
    };
    scene.ask(page, "/signup", NUMBER);
    scene.enter(page, NUMBER);
    album.look(page, "known");
    page.leads(|| page.click("#reclaim"));
    album.look(page, "known-recent");
    page.leads(|| page.click("form button"));
    album.look(page, "login-done");
    page.leads(|| page.click("[action='/logout'] button"));
    scene.ask(page, "/login", "+447700900555");
    album.look(page, "login-code");
    scene.enter(page, "+447700900555");
    album.look(page, "login-none");
    page.open(&scene.at("/login"));
    album.look(page, "login");
    page.open(&scene.at("/nowhere"));
    album.look(page, "missing");
    scene.ask(page, "/signup", "+447700900556");
    let code = scene.code("+447700900556");
    for _ in 0..5 {
        Scene::guess(page, &wrong(&code));
    }
    album.look(page, "code-locked");
}

#[test]
#[ignore = "needs Chromium"]
fn the_phones_stand_in_every_look() {
    let mut scene = Scene::new();
    let mut album = Album::new("en");
    let page = scene.person();
    page.open(&scene.phone("/sim"));
    album.look(&page, "sim-empty");
    let person = scene.person();
    scene.ask(&person, "/signup", NUMBER);
    scene.code(NUMBER);
    page.until("document.querySelector('#list li')");
    album.look(&page, "sim");
    page.leads(|| page.click("#list a"));
    album.look(&page, "sim-thread");
    page.click("#faults summary");
    album.look(&page, "sim-faults");
    page.fill("#drop", "many");
    page.leads(|| page.click("#faults button"));
    album.look(&page, "sim-wrong");
    assert!(album.faults.is_empty(), "{}", album.faults.join("\n"));
}
