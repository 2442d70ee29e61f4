//! Numbers out of JSON texts, and back in, so that they stay JSON.

use zeroize::Zeroizing;

use super::{Finder, Hints, Piece, Redactions};

impl Redactions {
    /// [`redact`](Self::redact) for a JSON text (RFC 8259): numbers are looked for in what its
    /// strings say, not in how they are escaped, and placeholders are escaped. Digits outside
    /// strings become a string with the placeholder.
    /// Strings without a number keep their bytes. What is not JSON is treated as if it were, and
    /// never refused: nothing may switch redaction off.
    pub fn redact_json(
        &mut self,
        json: &str,
        hints: Hints<'_>,
        placeholder: impl Fn(usize) -> String,
    ) -> String {
        let mut out = String::with_capacity(json.len());
        let mut rest = json;
        while let Some((outside, string, behind)) = next_string(rest) {
            let mut finder = Finder::new(hints);
            let mut take = |piece: Piece<'_>| match piece {
                Piece::Text(text) => out.push_str(text),
                number => out.push_str(&quoted(self.replaced(number, &placeholder))),
            };
            finder.push(outside.as_bytes(), &mut take);
            finder.finish(take);
            let Some(string) = string else {
                break;
            };
            out.push('"');
            let said = unescaped(string);
            let redacted = self.redact(&said, hints, &placeholder);
            match redacted == *said {
                true => out.push_str(string),
                false => out.push_str(&escaped(&redacted)),
            }
            if let Some(behind) = behind {
                out.push('"');
                rest = behind;
            } else {
                break;
            }
        }
        out
    }

    /// [`restore`](Self::restore) for a JSON text: numbers are escaped as strings need it.
    pub fn restore_json(&self, json: &str) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(json.len() * 2));
        let mut rest = json;
        while let Some((outside, string, behind)) = next_string(rest) {
            out.push_str(outside);
            let Some(string) = string else {
                break;
            };
            out.push('"');
            let said = unescaped(string);
            let restored = self.restore(&said);
            match *restored == *said {
                true => out.push_str(string),
                false => out.push_str(&escaped(&restored)),
            }
            if let Some(behind) = behind {
                out.push('"');
                rest = behind;
            } else {
                break;
            }
        }
        out
    }
}

/// What stands before the next string, what is in it, and what follows it; no string or nothing
/// that follows if the text ends before. `None` at the end.
fn next_string(json: &str) -> Option<(&str, Option<&str>, Option<&str>)> {
    if json.is_empty() {
        return None;
    }
    let Some((outside, rest)) = json.split_once('"') else {
        return Some((json, None, None));
    };
    let mut escape = false;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'"' if !escape => return Some((outside, rest.get(..at), rest.get(at + 1..))),
            _ => escape = byte == b'\\' && !escape,
        }
    }
    Some((outside, Some(rest), None))
}

/// What a string says. Half of a surrogate pair says U+FFFD, an unknown escape its letter.
fn unescaped(string: &str) -> Zeroizing<String> {
    let mut said = Zeroizing::new(String::with_capacity(string.len()));
    let mut rest = string;
    while let Some((plain, escape)) = rest.split_once('\\') {
        said.push_str(plain);
        let (c, length) = escape_at(escape);
        said.push(c);
        rest = escape.get(length..).unwrap_or_default();
    }
    said.push_str(rest);
    said
}

/// The character of an escape behind its backslash, and how many bytes it takes.
fn escape_at(escape: &str) -> (char, usize) {
    let letter = escape.chars().next().unwrap_or('\\');
    let plain = match letter {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{C}',
        other => other,
    };
    let unit = |at: usize| {
        let digits = escape.get(at..at + 5)?.strip_prefix('u')?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(first) = unit(0) else {
        return (plain, letter.len_utf8().min(escape.len()));
    };
    let second = escape
        .get(5..6)
        .filter(|c| *c == "\\")
        .and_then(|_| unit(6));
    match (first, second) {
        (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) => {
            let code = 0x10000 + ((first - 0xD800) << 10) + (low - 0xDC00);
            (
                char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
                11,
            )
        }
        _ => (
            char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER),
            5,
        ),
    }
}

/// A text as it stands within a JSON string.
fn escaped(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 2));
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1F}' => {
                let digit = |value: u32| char::from_digit(value, 16).unwrap_or('0');
                out.push_str("\\u00");
                out.extend([digit(u32::from(c) / 16), digit(u32::from(c) % 16)]);
            }
            _ => out.push(c),
        }
    }
    out
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text).as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Mode, Region};

    fn name(place: usize) -> String {
        format!("<\"phone\" {}>", place + 1)
    }

    fn cleaned(json: &str, redactions: &mut Redactions) -> String {
        let regions = [Region::parse("GB").unwrap()];
        redactions.redact_json(json, Hints::new(&regions, Mode::Balanced), name)
    }

    #[test]
    fn json_stays_json_both_ways() {
        let json = r#"{"to":"\u002b44\t7700 900123","say":"call 07700\u00a0900456\n","n":+447700900789,"x":"a\"b"}"#;
        let mut redactions = Redactions::new();
        let clean = cleaned(json, &mut redactions);
        assert!(!clean.contains("900"), "{clean}");
        let value: serde_json::Value = serde_json::from_str(&clean).unwrap();
        assert_eq!(value["n"], "<\"phone\" 3>");
        assert_eq!(value["x"], "a\"b");
        let again: serde_json::Value =
            serde_json::from_str(&redactions.restore_json(&clean)).unwrap();
        assert_eq!(again["say"], "call 07700\u{a0}900456\n");
        assert_eq!(again["n"], "+447700900789");
    }

    #[test]
    fn what_holds_no_number_keeps_its_bytes() {
        for json in [
            "",
            "{",
            r#"{"a":"\u00e9\/\"","b":[1,2.5e3,null]}"#,
            r#"{"cut":"07"#,
            "\"\\",
        ] {
            assert_eq!(cleaned(json, &mut Redactions::new()), json);
        }
    }

    proptest! {
        #[test]
        fn what_a_string_says_comes_back_after_escaping(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            let inner = json.get(1..json.len() - 1).unwrap_or_default();
            let said = unescaped(inner);
            prop_assert_eq!(said.as_str(), text.as_str());
            let ours = format!("\"{}\"", escaped(&text).as_str());
            prop_assert_eq!(serde_json::from_str::<String>(&ours).unwrap(), text);
        }

        #[test]
        fn any_text_is_survived(json in "[\\\\\"u0-9d+ {}:é]{0,60}") {
            let mut redactions = Redactions::new();
            let clean = cleaned(&json, &mut redactions);
            let _ = redactions.restore_json(&clean);
        }
    }
}
