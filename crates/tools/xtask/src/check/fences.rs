//! No AI access, at the level of source: crates on the front's side never name what carries a
//! plain number.
//!
//! The rule is about code, not about words: comments, literals and tests are passed over, and
//! `use` trees are unfolded, so that `use peers::{carrier::Send}` is seen for what it is. Renaming
//! or globbing a module on the way to a forbidden one counts as naming it.

use super::sources::Source;
use super::{lexer, paths};
use crate::error::Result;

/// What may not be named.
enum Forbidden {
    /// An identifier, wherever it stands.
    Name(&'static str),
    /// A crate, as the start of a path.
    Crate(&'static str),
    /// Segments that follow one another in a path.
    Path(&'static [&'static str]),
}

/// One fence: who stands in front of it, and what lies behind.
struct Fence {
    crates: &'static [&'static str],
    forbidden: &'static [Forbidden],
    reason: &'static str,
}

const FENCES: &[Fence] = &[Fence {
    crates: &[
        "identity",
        "api",
        "camara",
        "pages",
        "twilio",
        "webkit",
        "ringfence",
    ],
    forbidden: &[
        Forbidden::Name("E164"),
        Forbidden::Name("CarrierMessage"),
        Forbidden::Name("OperatorQuestion"),
        Forbidden::Crate("seal"),
        Forbidden::Path(&["peers", "carrier"]),
    ],
    reason: "the front knows people by pseudonym",
}];

/// Every mention across a fence, one line each.
pub fn violations(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for fence in FENCES {
        for source in sources {
            if fence.crates.contains(&source.crate_name.as_str()) {
                check(fence, source, &mut found);
            }
        }
    }
    found
}

/// Fails if a fence is crossed; says how much was read.
pub fn run(sources: &[Source]) -> Result<String> {
    let behind = |source: &&Source| {
        FENCES
            .iter()
            .any(|fence| fence.crates.contains(&source.crate_name.as_str()))
    };
    let read = sources.iter().filter(behind).count();
    super::verdict(
        format!("{read} files on the front's side"),
        violations(sources),
    )
}

fn check(fence: &Fence, source: &Source, found: &mut Vec<String>) {
    for mention in paths::mentions(&source.code) {
        for forbidden in fence.forbidden {
            if forbidden.names(&mention) && !source.tests_only(mention.at) {
                found.push(format!(
                    "{}:{}: `{}` in {}: {}",
                    source.path.display(),
                    lexer::line_of(&source.code, mention.at),
                    forbidden.shown(),
                    source.crate_name,
                    fence.reason
                ));
            }
        }
    }
}

impl Forbidden {
    fn names(&self, mention: &paths::Mention<'_>) -> bool {
        let segments = &mention.segments;
        match self {
            Self::Name(name) => segments.contains(name),
            Self::Crate(name) => {
                segments[0] == *name && (segments.len() > 1 || mention.is_import || mention.opens)
            }
            Self::Path(path) => {
                let whole = segments.windows(path.len()).any(|window| window == *path);
                let on_the_way = mention.opens && segments.len() < path.len();
                whole || (on_the_way && path.starts_with(segments))
            }
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Name(name) => (*name).to_owned(),
            Self::Crate(name) => format!("{name}::"),
            Self::Path(path) => path.join("::"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn found_in(crate_name: &str, text: &str) -> Vec<String> {
        let path = Path::new("crates/x/src/lib.rs");
        violations(&[Source::new(crate_name, path, text.to_owned())])
    }

    #[test]
    fn a_number_type_on_the_front_is_found_with_its_line() {
        let found = found_in("api", "use model::Id;\nfn f(to: numbers::E164) {}\n");
        let expected = "crates/x/src/lib.rs:2: `E164` in api: the front knows people by pseudonym";
        assert_eq!(found, [expected]);
    }

    #[test]
    fn the_same_line_behind_the_fence_passes() {
        assert!(found_in("vault", "fn f(to: numbers::E164) { seal::open(to) }").is_empty());
    }

    #[test]
    fn comments_literals_and_tests_pass() {
        let text = "// E164\n/// seal::open\nconst A: &str = \"E164\";\n\
                    #[cfg(test)]\nmod tests { use numbers::E164; }\n";
        assert!(found_in("identity", text).is_empty());
    }

    #[test]
    fn longer_names_and_own_modules_pass() {
        let text = "struct SealedE164Tag; mod seal_key { } use crate::seal::Note; let seal = 1;";
        assert!(found_in("pages", text).is_empty());
    }

    #[test]
    fn every_way_to_import_is_found() {
        for text in [
            "use seal;",
            "use seal as s;",
            "use ::seal::Hsm;",
            "extern crate seal;",
            "use {model::Id, seal::Hsm};",
            "use peers::carrier;",
            "use peers::carrier::Send;",
            "use peers::{NumberVault, carrier::{self, Send}};",
            "use peers::*;",
            "use peers as p;",
            "use peers::{self as p};",
            "peers::carrier::send();",
            "fn f(x: &dyn peers :: carrier :: Send) {}",
            "let m = CarrierMessage { };",
        ] {
            assert!(!found_in("ringfence", text).is_empty(), "{text}");
        }
    }
}
