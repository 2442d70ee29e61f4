//! The parameter `RateLimits` of a start: a JSON object of names and values.

use std::collections::BTreeMap;

use model::TypedNumber;
use serde_json::Value;

use crate::fault::Fault;

/// Longest text of the whole parameter, bytes.
const MAX_BYTES: usize = 4096;
/// Most names in it.
const MAX_NAMES: usize = 10;
/// Longest value, bytes.
const MAX_VALUE_BYTES: usize = 256;
/// So many digits at the end of a number, found in a value, are taken for the number.
const TELLING_DIGITS: usize = 7;

/// Names of rate limits with the values to count.
///
/// A value that holds the number is refused: nothing in the front counts by a number, and the vault
/// does so already.
///
/// # Errors
/// Names the parameter.
pub(crate) fn values(text: &str, to: &TypedNumber) -> Result<Vec<(String, String)>, Fault> {
    read(text, &digits(to.expose())).ok_or_else(|| Fault::parameter("RateLimits"))
}

fn read(text: &str, number: &str) -> Option<Vec<(String, String)>> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let named: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
    if named.len() > MAX_NAMES {
        return None;
    }
    let read = |(name, value)| {
        let value = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return None,
        };
        let fits = (1..=MAX_VALUE_BYTES).contains(&value.len()) && !tells(&value, number);
        fits.then_some((name, value))
    };
    named.into_iter().map(read).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn tells(value: &str, number: &str) -> bool {
    let last = number.len().saturating_sub(TELLING_DIGITS);
    let telling = number.get(last..).unwrap_or_default();
    telling.len() == TELLING_DIGITS && digits(value).contains(telling)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NUMBER: &str = "447700900123";

    #[test]
    fn texts_numbers_and_truths_are_values() {
        let text = r#"{"end_user_ip":"192.0.2.7","session":42,"new":true}"#;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = [
            pair("end_user_ip", "192.0.2.7"),
            pair("new", "true"),
            pair("session", "42"),
        ];
        assert_eq!(read(text, NUMBER).unwrap(), expected);
    }

    #[test]
    fn what_is_no_object_of_short_values_is_refused() {
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_VALUE_BYTES + 1));
        let many = (0..=MAX_NAMES).map(|n| format!(r#""n{n}":1"#));
        let many = format!("{{{}}}", many.collect::<Vec<_>>().join(","));
        let wide = format!(r#"{{"a":1{}}}"#, " ".repeat(MAX_BYTES));
        for text in ["", "[]", "7", r#"{"a":null}"#, r#"{"a":""}"#, r#"{"a":{}}"#] {
            assert_eq!(read(text, NUMBER), None, "{text}");
        }
        for text in [long, many, wide] {
            assert_eq!(read(&text, NUMBER), None);
        }
    }

    #[test]
    fn a_value_that_holds_the_number_is_refused_however_it_is_written() {
        for value in ["+447700900123", "07700 900-123", "a447700900123b"] {
            let text = format!(r#"{{"number":"{value}"}}"#);
            assert_eq!(read(&text, NUMBER), None, "{value}");
        }
        assert!(read(r#"{"number":7700900123}"#, NUMBER).is_none());
        assert!(read(r#"{"order":"7700900124"}"#, NUMBER).is_some());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,60}", number in "[0-9]{0,15}") {
            let _ = read(&text, &number);
            let _ = tells(&text, &number);
        }
    }
}
