//! A person with a phone and a browser.

use e2e::{
    Phones, System,
    browser::{Browser, Page},
};

/// The sample of the demonstration's start page.
pub const NUMBER: &str = "+447700900123";

/// A demonstration with a browser beside it.
pub struct Scene {
    pub system: System,
    pub browser: Browser,
    pub phones: Phones,
}

impl Scene {
    pub fn new() -> Self {
        let system = System::start();
        Self {
            browser: Browser::start(),
            phones: system.phones(),
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

    /// Enters the code that the phone of `number` got last.
    pub fn enter(&mut self, page: &Page, number: &str) {
        let code = self.phones.code(number).digits;
        page.fill("#code", &code);
        page.leads(|| page.click("button.main"));
    }

    /// Signs a number up from the first page to the last.
    pub fn sign_up(&mut self, page: &Page, number: &str) {
        self.ask(page, "/signup", number);
        self.enter(page, number);
        assert_eq!(page.path(), "/signup/done", "{}", page.words());
    }
}
