//! Style, script and mark, embedded.

use webkit::Source;

/// The product's style, then what only the phones have.
const STYLE: &str = concat!(
    include_str!("../../../../web/styles/ringfence.css"),
    include_str!("../assets/phones.css")
);

pub(crate) const SOURCES: &[Source] = &[
    Source {
        name: "style",
        extension: "css",
        content_type: "text/css; charset=utf-8",
        parts: &[STYLE],
    },
    Source {
        name: "mark",
        extension: "svg",
        content_type: "image/svg+xml",
        parts: &[include_str!("../../../../web/styles/mark.svg")],
    },
    Source {
        name: "phones",
        extension: "mjs",
        content_type: "text/javascript; charset=utf-8",
        parts: &[include_str!("../assets/phones.mjs")],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use webkit::Assets;

    #[test]
    fn style_and_script_stay_within_their_budgets() {
        let assets = Assets::new(SOURCES);
        let weight = |name| assets.weight(name).unwrap().0;
        assert!(weight("style") < 6_000, "{}", weight("style"));
        assert!(weight("phones") < 3_000, "{}", weight("phones"));
    }
}
