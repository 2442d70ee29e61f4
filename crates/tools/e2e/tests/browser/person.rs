//! A person with a phone and a browser.

use std::{collections::HashMap, time::Duration};

use e2e::{
    Code, Message, Phones, System,
    browser::{Browser, Page, Request},
    until,
};

/// Far longer than a message takes.
const ARRIVAL_MAX: Duration = Duration::from_secs(60);

/// The sample of the demonstration's start page.
pub const NUMBER: &str = "+447700900123";

/// A code that is not it.
pub fn wrong(code: &str) -> String {
    let first = if code.starts_with('1') { '2' } else { '1' };
    format!("{first}{}", &code[1..])
}

/// The form that asked for the code.
pub fn form(page: &Page, since: usize) -> Request {
    let sent = page.requests(since);
    let mut forms = sent.into_iter().filter(|request| request.method == "POST");
    let form = forms.next().expect("a form was sent");
    assert!(forms.next().is_none(), "one form only");
    form
}

/// A demonstration with a browser beside it.
pub struct Scene {
    pub system: System,
    pub browser: Browser,
    pub phones: Phones,
    read: HashMap<String, Code>,
}

impl Scene {
    pub fn new() -> Self {
        let system = System::start();
        Self {
            browser: Browser::start(),
            phones: system.phones(),
            read: HashMap::new(),
            system,
        }
    }

    /// A demonstration whose codes end after 60 seconds, and can be asked for again after two
    /// seconds: an instance served from that configuration.
    pub fn hurried() -> Self {
        let system =
            System::limited("code_lifetime_seconds = 60\nresend_waits_seconds = [2, 2, 2]\n");
        Self {
            browser: Browser::start(),
            phones: system.phones(),
            read: HashMap::new(),
            system,
        }
    }

    /// The address of a public page.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.system.told("public_url"))
    }

    /// The address of a page of the simulator.
    pub fn phone(&self, path: &str) -> String {
        format!("{}{path}", self.system.told("courier_url"))
    }

    /// A new person's browser.
    pub fn person(&self) -> Page {
        self.browser.page()
    }

    /// Types a number and asks for the code.
    pub fn ask(&self, page: &Page, flow: &str, number: &str) {
        page.open(&self.at(flow));
        page.fill("#number", number);
        page.leads(|| page.click("button.main"));
    }

    /// The next code on the phone of `number`, as soon as it is there: the newest that was not
    /// read before.
    pub fn code(&mut self, number: &str) -> String {
        let known = self.read.get(number);
        let code = self.phones.next_code(number, known);
        let digits = code.digits.clone();
        self.read.insert(number.to_owned(), code);
        digits
    }

    /// Enters the next code on the phone of `number`.
    pub fn enter(&mut self, page: &Page, number: &str) {
        let code = self.code(number);
        Self::guess(page, &code);
    }

    /// Waits until so many messages are on a phone.
    pub fn messages(&mut self, number: &str, many: usize) -> Vec<Message> {
        until("every message to arrive", ARRIVAL_MAX, || {
            let came = self.phones.messages(number).expect("messages");
            (came.len() >= many).then_some(came)
        })
    }

    /// Enters a code.
    pub fn guess(page: &Page, code: &str) {
        page.fill("#code", code);
        page.leads(|| page.click("button.main"));
    }

    /// Signs a number up from the first page to the last.
    pub fn sign_up(&mut self, page: &Page, number: &str) {
        self.ask(page, "/signup", number);
        self.enter(page, number);
        assert_eq!(page.path(), "/signup/done", "{}", page.words());
    }
}
