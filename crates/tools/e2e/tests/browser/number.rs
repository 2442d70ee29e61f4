//! The page that asks for a number.

use e2e::browser::{Key, Page};

use crate::person::{Scene, form};

#[test]
#[ignore = "needs Chromium"]
fn a_number_in_any_shape_leaves_the_page_sealed() {
    let mut scene = Scene::new();
    let shapes = [
        ("(07700) 900-201", "+447700900201"),
        ("+44 7700.900.202", "+447700900202"),
        ("0044 7700 900203", "+447700900203"),
        ("٠٧٧٠٠ ٩٠٠٢٠٤", "+447700900204"),
        ("０７７００\u{a0}９００２０５", "+447700900205"),
        ("\u{202a}+44 (0)7700 900206\u{202c}", "+447700900206"),
    ];
    for (typed, number) in shapes {
        let page = scene.person();
        page.speaks("en-GB");
        page.open(&scene.at("/signup"));
        assert!(page.shows("#seal-line") && !page.shows(".unscripted"));
        page.fill("#number", typed);
        let before = page.now();
        page.leads(|| page.press(Key::Enter));
        let form = form(&page, before);
        assert!(form.body.contains("sealed_to="), "{}", page.words());
        let names = form
            .body
            .split('&')
            .filter_map(|field| field.split('=').next());
        let names: Vec<_> = names.collect();
        assert_eq!(names, ["key", "country", "channel", "sealed_to"]);
        assert_eq!(page.path(), "/signup/code");
        assert!(page.text(".typed").contains(typed.trim()), "shown as typed");
        scene.enter(&page, number);
        assert_eq!(page.path(), "/signup/done");
        assert_eq!(
            page.eval("sessionStorage.getItem('rf-typed')"),
            serde_json::Value::Null
        );
    }
}

#[test]
#[ignore = "needs Chromium"]
fn without_scripts_the_page_says_so_and_works() {
    let mut scene = Scene::new();
    let page = scene.person();
    page.without_scripts();
    page.speaks("en-GB");
    page.open(&scene.at("/signup"));
    assert!(
        page.text(".unscripted")
            .starts_with("Without scripts your number passes")
    );
    assert!(!page.shows("#seal-line"));
    page.fill("#number", "07700 900210");
    let before = page.now();
    page.leads(|| page.press(Key::Enter));
    assert!(form(&page, before).body.contains("number=07700+900210"));
    let told = page.words();
    assert!(
        told.contains("the number you just gave us (United Kingdom, mobile)"),
        "{told}"
    );
    assert!(told.contains("UTC"), "times without a script are labelled");
    scene.enter(&page, "+447700900210");
    assert_eq!(page.path(), "/signup/done");
}

#[test]
#[ignore = "needs Chromium"]
fn a_number_that_cannot_be_right_is_answered_beside_its_field() {
    let scene = Scene::new();
    let page = scene.person();
    page.speaks("en-GB");
    page.open(&scene.at("/signup"));
    let refused = [
        ("", "Enter your phone number"),
        ("07700", "This number is too short for United Kingdom"),
        ("+49 1", "This number is too short for Germany"),
        ("my number", "This is not a phone number"),
        (
            "Tel: +49 (0)30 / 1234-567 ext 5",
            "We cannot reach an extension",
        ),
        ("999", "This is an emergency or service number"),
        ("+888 1234", "This number is too short. Check it"),
    ];
    for (typed, answer) in refused {
        page.fill("#number", typed);
        page.leads(|| page.click("button.main"));
        assert!(page.title().starts_with("Problem: "), "{}", page.title());
        assert_eq!(page.focus(), "summary");
        assert!(
            page.text("#number-wrong").starts_with(answer),
            "{}",
            page.words()
        );
        assert!(page.text("#summary").contains(answer));
        let kept = page.eval("document.getElementById('number').value");
        assert_eq!(kept, typed, "what was typed stays");
        page.press(Key::Tab);
        page.press(Key::Enter);
        page.until("document.activeElement.id === 'number'");
    }
}

#[test]
#[ignore = "needs Chromium"]
fn who_changes_the_number_finds_it_as_typed_with_its_country() {
    let scene = Scene::new();
    let page = scene.person();
    page.speaks("en-GB");
    page.open(&scene.at("/signup"));
    page.choose("#country", "DE");
    page.fill("#number", "030 1234567");
    page.leads(|| page.click("button.main"));
    assert_eq!(page.path(), "/signup/code", "{}", page.words());
    page.leads(|| page.click("main .lead a"));
    let value = |id: &str| page.eval(&format!("document.getElementById('{id}').value"));
    assert_eq!(value("number"), "030 1234567");
    assert_eq!(value("country"), "DE");
    // At sign-in a number is never shown.
    page.open(&scene.at("/login"));
    assert_eq!(value("number"), "");
}

/// A fresh sign-up page with the number field in focus.
fn typing(scene: &Scene) -> Page {
    let page = scene.person();
    page.speaks("en-GB");
    page.open(&scene.at("/signup"));
    page.click("#number");
    page
}

fn value(page: &Page, id: &str) -> serde_json::Value {
    page.eval(&format!("document.getElementById('{id}').value"))
}

#[test]
#[ignore = "needs Chromium"]
fn digits_fall_into_groups_while_they_are_typed() {
    let mut scene = Scene::new();
    let typed = [
        ("07700900230", "07700 900230"),
        ("02079460123", "020 7946 0123"),
        ("+12015550123", "+1 201-555-0123"),
        ("07700-900 230", "07700-900 230"),
        ("00447700900230", "00447700900230"),
        ("٠٧٧٠٠٩٠٠٢٣٠", "٠٧٧٠٠ ٩٠٠٢٣٠"),
    ];
    for (keys, shown) in typed {
        let page = typing(&scene);
        page.keys(keys);
        assert_eq!(value(&page, "number"), shown, "{keys}");
    }
    let page = typing(&scene);
    page.choose("#country", "US");
    page.click("#number");
    page.keys("2015550123");
    assert_eq!(value(&page, "number"), "(201) 555-0123");
    // What is grouped is read as what was typed.
    let page = typing(&scene);
    page.keys("07700900230");
    page.leads(|| page.press(Key::Enter));
    assert!(page.words().contains("07700 900230"), "{}", page.words());
    scene.enter(&page, "+447700900230");
    assert_eq!(page.path(), "/signup/done");
}

#[test]
#[ignore = "needs Chromium"]
fn the_caret_stays_where_it_is_and_nothing_is_put_back() {
    let scene = Scene::new();
    let page = typing(&scene);
    page.keys("07700900");
    for shown in ["07700 90", "07700 9", "07700 ", "07700", "0770"] {
        page.press(Key::Backspace);
        assert_eq!(value(&page, "number"), shown);
    }
    page.keys("09");
    assert_eq!(value(&page, "number"), "07700 9", "and on");
    // Within the number nothing moves.
    page.press(Key::Left);
    page.press(Key::Left);
    page.press(Key::Left);
    page.keys("5");
    assert_eq!(value(&page, "number"), "077050 9");
    assert_eq!(
        page.eval("document.getElementById('number').selectionStart"),
        5
    );
    // What is pasted stays, and so does what is typed behind it.
    page.fill("#number", "tel. 07700/900 23");
    page.keys("0");
    assert_eq!(value(&page, "number"), "tel. 07700/900 230");
}

#[test]
#[ignore = "needs Chromium"]
fn a_text_without_end_is_no_number_and_stays_in_the_browser() {
    let scene = Scene::new();
    let page = typing(&scene);
    let long = "call me on 07700 900231 ".repeat(9);
    page.fill("#number", &long);
    let before = page.now();
    page.leads(|| page.click("button.main"));
    let sent = form(&page, before).body;
    assert!(
        sent.contains("sealed_to=") && !sent.contains("900231"),
        "{sent}"
    );
    assert!(
        page.text("#number-wrong")
            .starts_with("This is not a phone number"),
        "{}",
        page.words()
    );
    assert_eq!(value(&page, "number"), long, "what was typed stays");
}

#[test]
#[ignore = "needs Chromium"]
fn a_landline_is_called() {
    let mut scene = Scene::new();
    let page = scene.person();
    page.speaks("en-GB");
    scene.ask(&page, "/signup", "020 7946 0123");
    assert!(
        page.words().contains("By call to 020 7946 0123"),
        "{}",
        page.words()
    );
    let spoken = scene.messages("+442079460123", 1);
    assert_eq!(spoken[0].channel, "voice");
    scene.enter(&page, "+442079460123");
    assert_eq!(page.path(), "/signup/done");
}

#[test]
#[ignore = "needs Chromium"]
fn a_button_pressed_twice_sends_one_message() {
    let mut scene = Scene::new();
    for (scripts, number) in [(true, "+447700900220"), (false, "+447700900221")] {
        let page = scene.person();
        if !scripts {
            page.without_scripts();
        }
        page.open(&scene.at("/signup"));
        page.fill("#number", number);
        page.leads(|| page.clicks("button.main", 2));
        page.until("document.getElementById('code')");
        scene.enter(&page, number);
        assert_eq!(page.path(), "/signup/done");
        let came = scene.phones.messages(number).expect("messages");
        assert_eq!(came.len(), 1, "with scripts: {scripts}");
    }
}
