//! Whether a JSON value has a shape of the description: the part of JSON Schema that we use, and
//! stricter, because a member that is not described fails.

use serde_json::{Map, Value};

/// What is wrong with `value`, as a path and a word; nothing when it fits.
pub(crate) fn misfit(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let schema = resolve(document, schema);
    if let Some(options) = schema.get("anyOf").and_then(Value::as_array) {
        let fits = options
            .iter()
            .any(|one| misfit(document, one, value).is_none());
        return (!fits).then(|| "no option fits".to_owned());
    }
    let wrong = |what: &str| Some(format!("{what}: {value}"));
    if schema.get("const").is_some_and(|only| only != value) {
        return wrong("not the constant");
    }
    let names = schema.get("enum").and_then(Value::as_array);
    if names.is_some_and(|names| !names.contains(value)) {
        return wrong("not in the enum");
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => text_misfit(schema, value),
        Some("integer") if !value.is_u64() => wrong("not a count"),
        Some("boolean") if !value.is_boolean() => wrong("not a flag"),
        Some("null") if !value.is_null() => wrong("not null"),
        Some("array") => list_misfit(document, schema, value),
        Some("object") => object_misfit(document, schema, value),
        _ => None,
    }
}

/// Follows a reference; one that leads nowhere fails the test.
pub(crate) fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(path) => document
            .pointer(path.strip_prefix('#').unwrap())
            .unwrap_or_else(|| panic!("{path} leads nowhere")),
        None => schema,
    }
}

fn text_misfit(schema: &Value, value: &Value) -> Option<String> {
    let Some(text) = value.as_str() else {
        return Some(format!("not a text: {value}"));
    };
    let length = u64::try_from(text.len()).unwrap();
    let at = |name: &str| schema.get(name).and_then(Value::as_u64);
    let fits = at("minLength").is_none_or(|min| min <= length)
        && at("maxLength").is_none_or(|max| length <= max);
    let is_time = schema.get("format").is_none_or(|f| f != "date-time") || text.ends_with('Z');
    (!fits || !is_time).then(|| format!("text does not fit: {text}"))
}

fn list_misfit(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let Some(items) = value.as_array() else {
        return Some(format!("not a list: {value}"));
    };
    items
        .iter()
        .find_map(|item| misfit(document, &schema["items"], item))
}

fn object_misfit(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let Some(members) = value.as_object() else {
        return Some(format!("not an object: {value}"));
    };
    let required = schema.get("required").and_then(Value::as_array);
    let mut required = required.into_iter().flatten().filter_map(Value::as_str);
    if let Some(missing) = required.find(|name| !members.contains_key(*name)) {
        return Some(format!("{missing} is missing"));
    }
    let properties = schema.get("properties").and_then(Value::as_object)?;
    members
        .iter()
        .find_map(|(name, member)| member_misfit(document, properties, name, member))
}

fn member_misfit(
    document: &Value,
    properties: &Map<String, Value>,
    name: &str,
    value: &Value,
) -> Option<String> {
    let Some(schema) = properties.get(name) else {
        return Some(format!("{name} is not described"));
    };
    misfit(document, schema, value).map(|wrong| format!("{name}: {wrong}"))
}
