//! The form of what a command finds: lines for people, or one JSON object a line for programs.

use serde_json::{Map, Value};

/// How a reading command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A heading, and what was found.
    Lines,
    /// `{"item": HEADING, "text": WHAT}`, or more fields where a thing has more.
    Json,
}

impl Form {
    /// The form that `--json` asks for.
    #[must_use]
    pub const fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Lines }
    }

    /// One finding, without the end of its line.
    #[must_use]
    pub fn item(self, heading: &str, text: &str) -> String {
        match self {
            Self::Lines => format!("{heading:<8} {text}"),
            Self::Json => object([("item", heading.into()), ("text", text.into())]),
        }
    }

    /// A finding below the one before it.
    #[must_use]
    pub fn below(self, heading: &str, text: &str) -> String {
        match self {
            Self::Lines => format!("  {text}"),
            Self::Json => self.item(heading, text),
        }
    }
}

/// One JSON object on one line.
#[must_use]
pub fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> String {
    let fields = fields.into_iter();
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    Value::Object(Map::from_iter(fields)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_line_for_people_or_an_object_for_programs() {
        assert_eq!(Form::Lines.item("mode", "demo"), "mode     demo");
        assert_eq!(Form::Lines.below("fence", "no exec"), "  no exec");
        let json = r#"{"item":"mode","text":"a \"b\""}"#;
        assert_eq!(Form::Json.item("mode", "a \"b\""), json);
        assert_eq!(Form::Json.below("mode", "a \"b\""), json);
    }
}
