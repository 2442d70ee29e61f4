//! One page of the browser, used as a person uses it: by pointer and keys.

use std::{cell::RefCell, rc::Rc};

use serde_json::{Value, json};

use super::wire::Wire;

/// A key that is pressed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// Forward to the next control.
    Tab,
    /// Back to the control before.
    BackTab,
    /// Sends a form, presses a button, follows a link.
    Enter,
    /// Ticks a box, presses a button.
    Space,
    /// The next radio button of a group.
    Down,
    /// One character back in a field.
    Left,
    /// Takes the character before the caret away.
    Backspace,
}

/// A tab with cookies and storage of its own.
pub struct Page {
    pub(super) wire: Rc<RefCell<Wire>>,
    pub(super) session: String,
}

impl Page {
    /// Calls a DevTools method of this page.
    pub fn call(&self, method: &str, params: &Value) -> Value {
        self.wire.borrow_mut().call(&self.session, method, params)
    }

    /// Opens an address and waits until the page is whole.
    pub fn open(&self, url: &str) {
        self.leads(|| {
            self.call("Page.navigate", &json!({ "url": url }));
        });
    }

    /// Does something that leads to another page, and waits until that is whole.
    pub fn leads(&self, action: impl FnOnce()) {
        let before = self.wire.borrow().count();
        action();
        let mut wire = self.wire.borrow_mut();
        let came = wire.wait(&self.session, before, "another page", |event| {
            let frame = &event["params"]["frame"];
            event["method"] == "Page.frameNavigated" && frame["parentId"].is_null()
        });
        if wire.event(came)["params"]["type"] == "BackForwardCacheRestore" {
            return;
        }
        wire.wait(&self.session, came, "a whole page", |event| {
            event["method"] == "Page.loadEventFired"
        });
    }

    /// Waits until a tab that somebody else opened shows `url` and is whole. Chromium tells again
    /// what already happened to the document that is there.
    pub(super) fn arrives(&self, url: &str) {
        let before = self.wire.borrow().count();
        self.call(
            "Page.setLifecycleEventsEnabled",
            &json!({ "enabled": true }),
        );
        let tree = self.call("Page.getFrameTree", &json!({}));
        let mut frame = tree["frameTree"]["frame"].clone();
        let mut wire = self.wire.borrow_mut();
        if !string(&frame["url"]).starts_with(url) {
            let came = wire.wait(&self.session, before, "its address", |event| {
                event["method"] == "Page.frameNavigated"
                    && string(&event["params"]["frame"]["url"]).starts_with(url)
            });
            frame = wire.event(came)["params"]["frame"].clone();
        }
        wire.wait(&self.session, before, "a whole tab", |event| {
            event["method"] == "Page.lifecycleEvent"
                && event["params"]["loaderId"] == frame["loaderId"]
                && event["params"]["name"] == "load"
        });
    }

    /// Evaluates an expression in the page, waiting for a promise.
    pub fn eval(&self, expression: &str) -> Value {
        let asked = json!({
            "expression": expression, "returnByValue": true, "awaitPromise": true,
        });
        let mut answer = self.call("Runtime.evaluate", &asked);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {}",
            answer["exceptionDetails"]
        );
        answer["result"]["value"].take()
    }

    /// Waits until an expression is true, looking at every frame the page draws.
    pub fn until(&self, expression: &str) {
        let found = self.eval(&format!(
            "new Promise((tell) => {{ const end = Date.now() + 60000; const look = () => \
             ({expression}) ? tell(true) : Date.now() > end ? tell(false) : setTimeout(look, 20); \
             look(); }})"
        ));
        assert_eq!(found, true, "never true: {expression}\n{}", self.words());
    }

    /// Everything the page says, as a person reads it; of lists to choose from, what is chosen.
    #[must_use]
    pub fn words(&self) -> String {
        string(&self.eval(
            "[...document.querySelectorAll('select')].reduce((words, list) => \
             words.replace(list.innerText, list.selectedOptions[0]?.text ?? ''), \
             document.body.innerText)",
        ))
    }

    /// What one element says; empty where there is none.
    #[must_use]
    pub fn text(&self, selector: &str) -> String {
        string(&self.eval(&format!(
            "document.querySelector({selector:?})?.innerText.trim() ?? ''"
        )))
    }

    /// Whether an element is there and can be seen.
    #[must_use]
    pub fn shows(&self, selector: &str) -> bool {
        self.eval(&format!(
            "document.querySelector({selector:?})?.checkVisibility() ?? false"
        )) == true
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> String {
        string(&self.eval("document.title"))
    }

    /// The path of the address, with its query.
    #[must_use]
    pub fn path(&self) -> String {
        string(&self.eval("location.pathname + location.search"))
    }

    /// The id of the element that has the focus, or its text where it has none.
    #[must_use]
    pub fn focus(&self) -> String {
        string(
            &self.eval("(document.activeElement.id || document.activeElement.textContent).trim()"),
        )
    }

    /// Presses the pointer in the middle of an element.
    pub fn click(&self, selector: &str) {
        self.clicks(selector, 1);
    }

    /// Presses the pointer several times, faster than a page can answer.
    pub fn clicks(&self, selector: &str, times: u32) {
        let place = self.place(selector);
        for _ in 0..times {
            self.pointer("mousePressed", &place);
            self.pointer("mouseReleased", &place);
        }
    }

    /// Presses the pointer on an element and lets it go after something else has happened.
    pub fn hold(&self, selector: &str, meanwhile: impl FnOnce()) {
        let place = self.place(selector);
        self.pointer("mousePressed", &place);
        meanwhile();
        self.pointer("mouseReleased", &place);
    }

    /// The middle of an element, which comes into view.
    fn place(&self, selector: &str) -> Value {
        let place = self.eval(&format!(
            "(() => {{ const e = document.querySelector({selector:?}); if (!e?.checkVisibility()) return null; \
             e.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
             const r = e.getClientRects()[0]; if (!r) return null; \
             return {{ x: r.x + r.width / 2, y: r.y + r.height / 2 }}; }})()"
        ));
        let words = || self.words();
        assert!(
            place.is_object(),
            "nothing to press: {selector}\n{}",
            words()
        );
        place
    }

    fn pointer(&self, kind: &str, place: &Value) {
        let event = json!({
            "type": kind, "x": place["x"], "y": place["y"], "button": "left", "clickCount": 1,
        });
        self.call("Input.dispatchMouseEvent", &event);
    }

    /// Puts `text` in a field in place of what stands there.
    pub fn fill(&self, selector: &str, text: &str) {
        self.click(selector);
        self.eval(&format!("document.querySelector({selector:?}).select()"));
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// Chooses an option of a list by its value.
    pub fn choose(&self, selector: &str, value: &str) {
        self.eval(&format!(
            "(() => {{ const list = document.querySelector({selector:?}); list.value = {value:?}; \
             list.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
        ));
    }

    /// Types on the keyboard, wherever the focus is.
    pub fn keys(&self, text: &str) {
        for key in text.chars() {
            let key = key.to_string();
            self.key("keyDown", &json!({ "key": key, "text": key }));
            self.key("keyUp", &json!({ "key": key }));
        }
    }

    /// Presses one key.
    pub fn press(&self, key: Key) {
        let (name, number, text, shift) = match key {
            Key::Tab => ("Tab", 9, "", 0),
            Key::BackTab => ("Tab", 9, "", 8),
            Key::Enter => ("Enter", 13, "\r", 0),
            Key::Space => (" ", 32, " ", 0),
            Key::Down => ("ArrowDown", 40, "", 0),
            Key::Left => ("ArrowLeft", 37, "", 0),
            Key::Backspace => ("Backspace", 8, "", 0),
        };
        let code = if name == " " { "Space" } else { name };
        let event = json!({
            "key": name, "code": code, "windowsVirtualKeyCode": number, "modifiers": shift,
        });
        let mut down = event.clone();
        if !text.is_empty() {
            down["text"] = text.into();
        }
        self.key("keyDown", &down);
        self.key("keyUp", &event);
    }

    fn key(&self, kind: &str, event: &Value) {
        let mut event = event.clone();
        event["type"] = kind.into();
        self.call("Input.dispatchKeyEvent", &event);
    }

    /// Goes back, as the browser's own button does.
    pub fn back(&self) {
        let history = self.call("Page.getNavigationHistory", &json!({}));
        let current = history["currentIndex"].as_u64().unwrap_or(0);
        let before = usize::try_from(current)
            .unwrap_or(0)
            .checked_sub(1)
            .expect("a page before");
        let entry = history["entries"][before]["id"].clone();
        self.leads(|| {
            self.call("Page.navigateToHistoryEntry", &json!({ "entryId": entry }));
        });
    }

    /// Loads the page again.
    pub fn reload(&self) {
        self.leads(|| {
            self.call("Page.reload", &json!({}));
        });
    }
}

pub(super) fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
