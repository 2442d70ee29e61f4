//! Whether people who hear a page, or use it without a pointer, can use it.

use std::fs;

use serde_json::Value;

use super::{Page, folder};

/// `cargo xtask test` puts axe-core there, where npm is.
fn axe() -> Option<String> {
    fs::read_to_string(folder("browser").join("node_modules/axe-core/axe.min.js")).ok()
}

/// Rules of our own, for what axe-core leaves to judgement and for machines without it. Each
/// yields the elements that break it.
const RULES: [(&str, &str); 9] = [
    ("one h1", "all('h1').length === 1 ? [] : [document.body]"),
    (
        "landmarks",
        "['header', 'main', 'footer'].filter(name => all(name).length !== 1)",
    ),
    (
        "a language and a direction",
        "document.documentElement.lang && document.documentElement.dir ? [] : ['html']",
    ),
    (
        "every field has a label",
        "all('input:not([type=hidden]), select, textarea').filter(e => !e.labels.length)",
    ),
    (
        "every control has words",
        "all('a, button, summary').filter(e => !e.textContent.trim())",
    ),
    (
        "pictures are silent or named",
        "all('svg').filter(e => !e.ariaHidden && !e.ariaLabel)",
    ),
    (
        "headings do not skip a level",
        "all('h1, h2, h3, h4').filter((e, i, list) => i && e.tagName[1] - list[i - 1].tagName[1] > 1)",
    ),
    (
        "what is referred to is there",
        "all('[aria-describedby], [aria-labelledby]').filter(e => \
         (e.getAttribute('aria-describedby') ?? e.getAttribute('aria-labelledby')).split(/\\s+/)\
         .some(id => !document.getElementById(id)))",
    ),
    (
        "targets of 24 pixels",
        "all('a, button, input:not([type=hidden]), select, summary').filter(e => { \
         const r = e.getBoundingClientRect(), \
         s = e.closest('label')?.getBoundingClientRect() ?? r; \
         const inText = e.matches('p a') || e.matches('.summary a') || e.matches('.top a'); \
         return e.checkVisibility() && !inText && !e.matches('.skip') && (s.width < 24 || s.height < 24) })",
    ),
];

impl Page {
    /// Everything that is wrong for assistive technology, in words.
    #[must_use]
    pub fn barriers(&self) -> Vec<String> {
        let mut found: Vec<String> = RULES
            .iter()
            .filter_map(|(rule, broken)| {
                let all = "const all = what => [...document.querySelectorAll(what)];";
                let broken = self.eval(&format!(
                    "(() => {{ {all} return ({broken}).map(e => e.outerHTML?.slice(0, 120) ?? e) }})()"
                ));
                let broken = broken.as_array().filter(|broken| !broken.is_empty())?;
                Some(format!("{rule}: {broken:?}"))
            })
            .collect();
        match axe() {
            Some(axe) => found.extend(self.ask_axe(&axe)),
            None => eprintln!("axe-core is not there: only our own rules were tried"),
        }
        found
    }

    fn ask_axe(&self, axe: &str) -> Vec<String> {
        if self.eval("typeof axe") != "object" {
            self.eval(&format!("{axe}; 0"));
        }
        let answer = self.eval(
            "axe.run({ resultTypes: ['violations'] }).then(r => r.violations.map(v => \
             v.id + ': ' + v.nodes.map(n => n.target + ' ' + (n.any[0]?.message ?? '')).join('; ')))",
        );
        let violations = answer.as_array().map(Vec::as_slice).unwrap_or_default();
        violations
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    }
}
