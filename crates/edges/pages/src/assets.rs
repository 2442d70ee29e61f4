//! Styles and scripts, embedded.

use webkit::Source;

macro_rules! web {
    ($path:literal) => {
        include_str!(concat!("../../../../web/", $path))
    };
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
const TIME: &str = web!("scripts/time.mjs");
const PRESS: &str = web!("scripts/press.mjs");
const COPY: &str = web!("scripts/copy.mjs");
/// The number and the country beside it. One script, because scripts that are joined share no
/// names; two of its parts are written by the examples `places` and `groups`.
const NUMBER: &str = concat!(
    web!("scripts/places.mjs"),
    web!("scripts/place.mjs"),
    web!("scripts/groups.mjs"),
    web!("scripts/group.mjs"),
    web!("scripts/number.mjs")
);

/// Every page loads `style`, `mark` and one of the scripts: four requests with itself.
pub(crate) const SOURCES: &[Source] = &[
    Source {
        name: "style",
        extension: "css",
        content_type: "text/css; charset=utf-8",
        parts: &[web!("styles/ringfence.css")],
    },
    Source {
        name: "mark",
        extension: "svg",
        content_type: "image/svg+xml",
        parts: &[web!("styles/mark.svg")],
    },
    Source {
        name: "base",
        extension: "mjs",
        content_type: SCRIPT,
        parts: &[TIME, PRESS, COPY],
    },
    Source {
        name: "number",
        extension: "mjs",
        content_type: SCRIPT,
        parts: &[TIME, PRESS, NUMBER, web!("scripts/seal.mjs")],
    },
    Source {
        name: "code",
        extension: "mjs",
        content_type: SCRIPT,
        parts: &[TIME, PRESS, web!("scripts/code.mjs")],
    },
];
