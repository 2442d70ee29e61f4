//! A real, headless Chromium, driven over the DevTools protocol.
//!
//! Only what a person can do is offered for pages: press, type, look. Scripts run in a page only
//! to read it.

mod audit;
mod look;
mod page;
mod traffic;
mod wire;

use std::{
    cell::RefCell,
    ffi::OsString,
    path::{Path, PathBuf},
    rc::Rc,
};

use serde_json::json;

use self::{page::string, wire::Wire};
pub use self::{
    page::{Key, Page},
    traffic::Request,
};

#[expect(
    clippy::disallowed_methods,
    reason = "the runner of tests says where Chromium is"
)]
fn named() -> Option<OsString> {
    std::env::var_os("RINGFENCE_CHROMIUM")
}

/// A folder in the workspace's `target`, such as the one for pictures.
#[must_use]
pub fn folder(name: &str) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.ancestors().nth(3).unwrap_or(here);
    root.join("target").join(name)
}

/// A browser. Its process ends with it.
pub struct Browser {
    wire: Rc<RefCell<Wire>>,
}

impl Browser {
    /// Starts the Chromium of `RINGFENCE_CHROMIUM`, or else the system's.
    #[must_use]
    pub fn start() -> Self {
        let chromium = named().unwrap_or_else(|| "/usr/bin/chromium".into());
        let browser = Self {
            wire: Rc::new(RefCell::new(Wire::start(&chromium))),
        };
        browser.call("Target.setDiscoverTargets", &json!({ "discover": true }));
        browser
    }

    fn call(&self, method: &str, params: &serde_json::Value) -> serde_json::Value {
        self.wire.borrow_mut().call("", method, params)
    }

    /// A page of a person the browser has not seen before.
    #[must_use]
    pub fn page(&self) -> Page {
        let context = self.call("Target.createBrowserContext", &json!({}));
        let context = &context["browserContextId"];
        let permissions = json!({
            "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"],
            "browserContextId": context,
        });
        self.call("Browser.grantPermissions", &permissions);
        let target = json!({ "url": "about:blank", "browserContextId": context });
        let target = self.call("Target.createTarget", &target);
        self.attach(&string(&target["targetId"]))
    }

    /// The page that a press opens in a new tab, once it is there and whole.
    #[must_use]
    pub fn opened(&self, url: &str) -> Page {
        let found = {
            let mut wire = self.wire.borrow_mut();
            let number = wire.wait("", 0, "a new tab", |event| {
                let told = event["method"].as_str().unwrap_or_default();
                matches!(told, "Target.targetCreated" | "Target.targetInfoChanged")
                    && string(&event["params"]["targetInfo"]["url"]).starts_with(url)
            });
            string(&wire.event(number)["params"]["targetInfo"]["targetId"])
        };
        let page = self.attach(&found);
        page.arrives(url);
        page
    }

    fn attach(&self, target: &str) -> Page {
        let asked = json!({ "targetId": target, "flatten": true });
        let session = self.call("Target.attachToTarget", &asked);
        let page = Page {
            wire: self.wire.clone(),
            session: string(&session["sessionId"]),
        };
        for domain in ["Page", "Runtime", "Log"] {
            page.call(&format!("{domain}.enable"), &json!({}));
        }
        page.call("Network.enable", &json!({ "maxPostDataSize": 65_536 }));
        page.call(
            "Emulation.setFocusEmulationEnabled",
            &json!({ "enabled": true }),
        );
        page.size(1240, 900, 1.0);
        page
    }
}
