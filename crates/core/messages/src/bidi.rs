//! Names and figures whose direction differs from the text around them (UAX 9).

use std::borrow::Cow;

use crate::Language;

const LEFT_TO_RIGHT_ISOLATE: char = '\u{2066}';
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// A name as it may stand in a sentence: isolated where its own direction could differ from
/// the sentence's, so that neither reorders the other. Invisible, two units of the message.
pub(crate) fn isolate_name(name: &str, language: Language) -> Cow<'_, str> {
    let same_direction = if language.is_right_to_left() {
        name.chars()
            .all(|character| character == ' ' || is_right_to_left(character))
    } else {
        !name.chars().any(is_right_to_left)
    };
    if same_direction {
        Cow::Borrowed(name)
    } else {
        isolated(FIRST_STRONG_ISOLATE, name)
    }
}

/// A date or a host in a sentence: after Arabic letters the parts of `2026-11-25` would be
/// shown in reverse, so right-to-left sentences isolate it.
pub(crate) fn isolate_left_to_right(figure: &str, language: Language) -> Cow<'_, str> {
    if language.is_right_to_left() {
        isolated(LEFT_TO_RIGHT_ISOLATE, figure)
    } else {
        Cow::Borrowed(figure)
    }
}

fn isolated(opening: char, inner: &str) -> Cow<'static, str> {
    Cow::Owned(format!("{opening}{inner}{POP_ISOLATE}"))
}

/// Blocks whose letters run from right to left: Hebrew to Arabic Extended-A, the presentation
/// forms, and the right-to-left planes (UAX 9, table 4, default classes R and AL).
fn is_right_to_left(character: char) -> bool {
    matches!(
        character,
        '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_isolated_only_where_directions_could_differ() {
        for (name, language, expected) in [
            ("Harbour Chat", Language::German, "Harbour Chat"),
            (
                "Harbour Chat",
                Language::Hebrew,
                "\u{2068}Harbour Chat\u{2069}",
            ),
            ("شات الميناء", Language::Arabic, "شات الميناء"),
            ("شات!", Language::Arabic, "\u{2068}شات!\u{2069}"),
            ("شات", Language::English, "\u{2068}شات\u{2069}"),
        ] {
            assert_eq!(isolate_name(name, language), expected);
        }
    }

    #[test]
    fn figures_are_isolated_in_right_to_left_sentences() {
        assert_eq!(
            isolate_left_to_right("2026-11-25", Language::Persian),
            "\u{2066}2026-11-25\u{2069}"
        );
        assert_eq!(
            isolate_left_to_right("2026-11-25", Language::Thai),
            "2026-11-25"
        );
    }
}
