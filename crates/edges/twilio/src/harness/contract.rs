//! Answers against the vendor's description of its API, where a copy lies beside the project.

use std::{path::Path, sync::LazyLock};

use axum::http::Method;
use serde_json::Value;

use super::Reply;

static DESCRIPTION: LazyLock<Option<Value>> = LazyLock::new(|| {
    let beside = "../../../../shared/data/twilio/twilio_verify_v2.json";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(beside);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        eprintln!("the vendor's description is not here: shapes are held by these tests alone");
    }
    text.map(|text| serde_json::from_str(&text).unwrap())
});

/// Fails where a good answer misses a field that is described, or has one of another type.
pub(super) fn hold(method: &Method, path: &str, reply: &Reply) {
    let Some(document) = &*DESCRIPTION else {
        return;
    };
    if !reply.status.is_success() || reply.text.is_empty() {
        return;
    }
    let Some(operation) = described(document, method, path) else {
        panic!("{method} {path} is answered and not described");
    };
    let responses = operation["responses"].as_object().unwrap();
    let good = responses.iter().find(|(status, _)| status.starts_with('2'));
    let schema = &good.unwrap().1["content"]["application/json"]["schema"];
    let misfit = misfit(document, schema, &reply.json());
    assert_eq!(misfit, None, "{method} {path}");
}

fn described<'a>(document: &'a Value, method: &Method, path: &str) -> Option<&'a Value> {
    let path = path.split('?').next()?;
    let parts: Vec<_> = path.split('/').collect();
    let paths = document["paths"].as_object()?;
    let meets = |template: &str| {
        let template: Vec<_> = template.split('/').collect();
        let mut pairs = template.iter().zip(&parts);
        template.len() == parts.len() && pairs.all(|(t, p)| t.starts_with('{') || t == p)
    };
    let (_, found) = paths.iter().find(|(template, _)| meets(template))?;
    found.get(method.as_str().to_ascii_lowercase())
}

/// The first place where a value is not what a schema says.
fn misfit(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        return misfit(document, document.pointer(pointer)?, value);
    }
    if value.is_null() {
        return (schema["nullable"] != true).then(|| "null".to_owned());
    }
    if let Some(properties) = schema["properties"].as_object() {
        return properties.iter().find_map(|(name, schema)| {
            let Some(field) = value.get(name) else {
                return Some(format!("{name} is missing"));
            };
            misfit(document, schema, field).map(|inner| format!("{name}: {inner}"))
        });
    }
    if let Some(choices) = schema["enum"].as_array() {
        return (!choices.contains(value)).then(|| format!("{value} is no choice"));
    }
    let fits = match schema["type"].as_str() {
        None => true,
        Some("string") => value.as_str().is_some_and(|text| fits(schema, text)),
        Some("integer") => value.is_i64(),
        Some("boolean") => value.is_boolean(),
        Some("object") => value.is_object(),
        Some("array") => {
            let mut entries = value.as_array()?.iter();
            return entries.find_map(|entry| misfit(document, &schema["items"], entry));
        }
        Some(other) => panic!("a type that is not known here: {other}"),
    };
    (!fits).then(|| format!("{value} is not as described"))
}

fn fits(schema: &Value, text: &str) -> bool {
    let length = |name: &str| schema[name].as_u64();
    let count = u64::try_from(text.chars().count()).unwrap();
    let long_enough = length("minLength").is_none_or(|least| count >= least);
    let short_enough = length("maxLength").is_none_or(|most| count <= most);
    let format = match schema["format"].as_str() {
        // Clients read whole seconds only.
        Some("date-time") => text.len() == "2026-11-22T14:02:00Z".len() && text.ends_with('Z'),
        Some("uri") => text.starts_with("http"),
        _ => true,
    };
    // Every pattern of the description is two letters and 32 digits of base 16.
    let pattern = schema["pattern"].as_str().is_none_or(|pattern| {
        let prefix = pattern.trim_start_matches('^').get(..2);
        prefix.is_some_and(|prefix| text.starts_with(prefix))
            && text
                .get(2..)
                .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()))
    });
    long_enough && short_enough && format && pattern
}
