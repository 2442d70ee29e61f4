//! The typed context of each page. Nothing here reads a request or decides.

pub(crate) mod code;
pub(crate) mod done;
pub(crate) mod message;
pub(crate) mod number;
pub(crate) mod sides;
pub(crate) mod start;
pub(crate) mod ways;

use crate::{
    ask::Ask,
    flow::Flow,
    html::Html,
    port::Line,
    texts::{Language, languages},
};

/// A link of the language switch.
pub struct LanguageLink {
    code: &'static str,
    name: &'static str,
    href: String,
    current: bool,
}

/// What stands around every page.
pub struct Frame {
    t: &'static Language,
    title: String,
    app: String,
    home: &'static str,
    test_keys: bool,
    wide: bool,
    style: String,
    icon: String,
    script: String,
    why: Option<&'static str>,
    languages: Vec<LanguageLink>,
}

impl Frame {
    /// The frame of the page called `heading`. A `problem` is said first in the title.
    pub(crate) fn new(ask: &Ask, heading: &str, problem: bool) -> Self {
        let (t, app) = (ask.t, ask.pages.site.app.clone());
        let mut values = fluent_bundle::FluentArgs::new();
        values.set("page", heading);
        values.set("app", app.as_str());
        let mut title = t.format("page-title", Some(&values));
        if problem {
            title = t.with("problem-title", "title", &title);
        }
        let assets = &ask.pages.assets;
        Self {
            t,
            title,
            app,
            home: if ask.pages.site.demo.is_some() {
                "/"
            } else {
                "/signup"
            },
            test_keys: ask.test_keys,
            wide: false,
            style: assets.url("style").to_owned(),
            icon: assets.url("mark").to_owned(),
            script: assets.url("base").to_owned(),
            why: Some("/signup#why"),
            languages: switch(t, &ask.path),
        }
    }

    /// Loads this script in place of the base one.
    fn script(mut self, ask: &Ask, name: &str) -> Self {
        self.script = ask.pages.assets.url(name).to_owned();
        self
    }

    /// Lets the language switch lead to `path`, where the request's own path has no page.
    fn path(mut self, path: &str) -> Self {
        self.languages = switch(self.t, path);
        self
    }
}

fn switch(t: &Language, path: &str) -> Vec<LanguageLink> {
    let links = languages().iter().map(|language| LanguageLink {
        code: language.code,
        name: language.name,
        href: format!("{path}?lang={}", language.code),
        current: language.code == t.code,
    });
    links.collect()
}

/// One thing to fix: the field's id, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The id of the field it jumps to.
    pub field: &'static str,
    /// What is wrong, then what to do.
    pub text: Html,
    /// Nothing can be fixed: only time helps.
    pub wait: bool,
}

impl Fault {
    /// Something that the person can fix.
    pub(crate) const fn fix(field: &'static str, text: Html) -> Self {
        Self {
            field,
            text,
            wait: false,
        }
    }

    /// Something that opens again by itself.
    pub(crate) const fn wait(field: &'static str, text: Html) -> Self {
        Self {
            field,
            text,
            wait: true,
        }
    }
}

/// The heading of the summary above a page.
fn summary(t: &Language, faults: &[Fault]) -> String {
    if faults.iter().all(|fault| fault.wait) {
        return t.get("summary-wait");
    }
    t.count("summary", faults.len())
}

fn wrong<'a>(faults: &'a [Fault], field: &str) -> Option<&'a Html> {
    let fault = faults.iter().find(|fault| fault.field == field);
    fault.map(|fault| &fault.text)
}

/// A kind of line in words.
pub(crate) fn line(t: &Language, line: Line) -> String {
    t.get(match line {
        Line::Mobile => "line-mobile",
        Line::Fixed => "line-fixed",
        Line::Either => "line-either",
        Line::Voip => "line-voip",
        Line::Other => "line-other",
    })
}

/// The heading of a flow's first page.
fn first_heading(flow: Flow) -> &'static str {
    match flow {
        Flow::Signup => "signup-title",
        Flow::Login => "login-title",
    }
}
