//! The demonstration's comparison: what the front knows, and what the vault stores.

use askama::Template;

use super::{Frame, line};
use crate::{
    ask::Ask,
    html::{self, Html},
    port::{SignedIn, Stored},
    texts::Arg,
};

struct Fact {
    name: String,
    value: Html,
}

struct Bytes {
    name: Html,
    length: String,
    hex: String,
}

/// The page.
#[derive(Template)]
#[template(path = "sides.html")]
pub(crate) struct SidesPage {
    frame: Frame,
    front: Vec<Fact>,
    vault: Vec<Bytes>,
}

fn front(ask: &Ask, account: &SignedIn) -> Vec<Fact> {
    let t = ask.t;
    let fact = |key: &str, value| Fact {
        name: t.get(key),
        value,
    };
    let mut out = Vec::new();
    let name = format!(r#"<bdi dir="ltr" class="mono">{}</bdi>"#, account.subject);
    out.push(fact("name", Html::markup(name)));
    out.push(fact("number", t.html("sides-no-number", &[])));
    out.push(fact("country", html::country(t, account.country)));
    out.push(fact("line", Html::text(&line(t, account.line))));
    out.push(fact("since", html::time(t, account.proven_at, ask.now)));
    out
}

fn vault(ask: &Ask, stored: &Stored) -> Vec<Bytes> {
    let t = ask.t;
    let row = |name, bytes: &[u8]| Bytes {
        name,
        length: t.count("sides-bytes", bytes.len()),
        hex: html::hex(bytes),
    };
    let mut out = vec![
        row(t.html("sides-ciphertext", &[]), &stored.ciphertext),
        row(t.html("sides-commitment", &[]), &stored.commitment),
    ];
    for (class, bytes) in &stored.wraps {
        let class = Html::markup(format!(r#"<bdi dir="ltr">{}</bdi>"#, Html::text(class)));
        let name = t.html("sides-wrap", &[("class", Arg::Markup(&class))]);
        out.push(row(name, bytes));
    }
    out.push(row(t.html("sides-tag", &[]), &stored.tag));
    out.push(row(t.html("sides-hash", &[]), &stored.record_hash));
    for (n, leaf) in (1..).zip(&stored.leaves) {
        out.push(row(t.html("sides-leaf", &[("n", Arg::Number(n))]), leaf));
    }
    out
}

/// Builds the page.
pub(crate) fn page(ask: &Ask, account: &SignedIn, stored: &Stored) -> SidesPage {
    let mut frame = ask.frame("sides-title", false);
    frame.wide = true;
    SidesPage {
        frame,
        front: front(ask, account),
        vault: vault(ask, stored),
    }
}
