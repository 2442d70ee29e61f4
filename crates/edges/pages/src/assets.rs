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
/// Written by the example `places`.
pub(crate) const PLACES: &str = web!("scripts/places.mjs");
pub(crate) const PLACE: &str = web!("scripts/place.mjs");

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
        parts: &[
            TIME,
            PRESS,
            PLACES,
            PLACE,
            web!("scripts/number.mjs"),
            web!("scripts/seal.mjs"),
        ],
    },
    Source {
        name: "code",
        extension: "mjs",
        content_type: SCRIPT,
        parts: &[TIME, PRESS, web!("scripts/code.mjs")],
    },
];
