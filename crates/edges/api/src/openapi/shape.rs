//! The few schema forms that this API needs.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// A member of an object.
pub(super) struct Member {
    name: &'static str,
    shape: Value,
    required: bool,
}

/// A member that is always there.
pub(super) fn always(name: &'static str, about: &str, shape: Value) -> Member {
    member(name, about, shape, true)
}

/// A member that may be left out.
pub(super) fn maybe(name: &'static str, about: &str, shape: Value) -> Member {
    member(name, about, shape, false)
}

fn member(name: &'static str, about: &str, mut shape: Value, required: bool) -> Member {
    if !about.is_empty() {
        shape["description"] = about.into();
    }
    Member {
        name,
        shape,
        required,
    }
}

/// An object with these members.
pub(super) fn object(members: Vec<Member>) -> Value {
    let required: Vec<_> = members
        .iter()
        .filter(|m| m.required)
        .map(|m| m.name)
        .collect();
    let properties: Map<String, Value> = members
        .into_iter()
        .map(|member| (member.name.to_owned(), member.shape))
        .collect();
    let mut object = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        object["required"] = required.into();
    }
    object
}

/// A request's object: it takes no other members.
pub(super) fn request(members: Vec<Member>) -> Value {
    let mut object = object(members);
    object["additionalProperties"] = false.into();
    object
}

/// A shape by its name.
pub(super) fn refer(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A text.
pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

/// A text of at most so many characters.
pub(super) fn short_text(min: usize, max: usize) -> Value {
    json!({ "type": "string", "minLength": min, "maxLength": max })
}

/// A point in time, RFC 3339.
pub(super) fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// A whole number from 0 up.
pub(super) fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

/// Yes or no.
pub(super) fn flag() -> Value {
    json!({ "type": "boolean" })
}

/// One of these names, as the type writes them.
pub(super) fn one_of<T: Serialize>(values: &[T]) -> Value {
    json!({ "type": "string", "enum": values })
}

/// A list.
pub(super) fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// A public id with its prefix.
pub(super) fn id(prefix: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{prefix}_[a-z2-7]{{26}}$") })
}
