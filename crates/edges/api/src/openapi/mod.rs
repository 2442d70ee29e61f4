//! The OpenAPI 3.1 description of this API, built from tables: calls in `operations`, shapes in
//! `schemas`, refusals in [`crate::codes`].

mod operations;
mod schemas;
mod shape;

#[cfg(test)]
pub(crate) mod conformance;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{Code, codes};
use operations::{Auth, Body, OPERATIONS, Operation, Subject};

/// The description as JSON text, the same for every build.
#[must_use]
pub fn document() -> String {
    let mut value = describe();
    value.sort_all_objects();
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

fn describe() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = operation.describe();
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Ringfence",
            "version": "1",
            "summary": "Phone verification your AI never sees.",
            "description": "Send a code, check it, and know the person by a pseudonym. No answer holds a number.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "headers": headers(),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An application's API key, `rf_…`.",
                },
            },
        },
    })
}

fn headers() -> Value {
    json!({
        "IdempotentReplay": {
            "description": "`true` when this is the answer of an earlier request with the same key.",
            "schema": { "const": "true" },
        },
        "RetryAfter": {
            "description": "Seconds after which repeating helps.",
            "schema": { "type": "integer", "minimum": 0 },
        },
    })
}

impl Operation {
    fn describe(&self) -> Value {
        let mut value = json!({
            "operationId": self.id,
            "summary": self.summary,
            "parameters": self.parameters(),
            "responses": self.responses(),
        });
        if self.auth == Auth::Public {
            value["security"] = json!([]);
        }
        if let Some((schema, required)) = self.body.schema() {
            value["requestBody"] = json!({
                "required": required,
                "content": { "application/json": { "schema": shape::refer(schema) } },
            });
        }
        value
    }

    fn parameters(&self) -> Vec<Value> {
        let mut parameters = Vec::new();
        if let Some((name, schema)) = self.subject.parameter() {
            parameters.push(json!({
                "name": name, "in": "path", "required": true, "schema": shape::refer(schema),
            }));
        }
        if self.method == "post" {
            parameters.push(json!({
                "name": "Idempotency-Key",
                "in": "header",
                "description": "Drawn for each request; repeating it repeats the answer for a day.",
                "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            }));
        }
        parameters
    }

    fn responses(&self) -> Map<String, Value> {
        let (status, schema, about) = self.answer;
        let mut answer = json!({
            "description": about,
            "content": { "application/json": { "schema": shape::refer(schema) } },
        });
        if self.method == "post" {
            answer["headers"] =
                json!({ "Idempotent-Replay": { "$ref": "#/components/headers/IdempotentReplay" } });
        }
        let mut responses = Map::new();
        responses.insert(status.to_string(), answer);
        for (status, codes) in self.refusals_by_status() {
            responses.insert(status.to_string(), refused(&codes));
        }
        responses
    }

    /// Every code that this call can answer, by status.
    fn refusals_by_status(&self) -> BTreeMap<u16, Vec<Code>> {
        let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
        let always = [codes::BUSY, codes::TIMEOUT, codes::INTERNAL];
        let shared = [
            self.auth.refusals(),
            self.body.refusals(),
            self.repeat_refusals(),
        ];
        let all = self.refusals.iter().chain(shared.into_iter().flatten());
        for code in all.chain(&always) {
            by_status.entry(code.status).or_default().push(*code);
        }
        by_status
    }

    fn repeat_refusals(&self) -> &'static [Code] {
        match self.method {
            "post" => &[
                codes::IDEMPOTENCY_KEY_MALFORMED,
                codes::IDEMPOTENCY_KEY_REUSED,
            ],
            _ => &[],
        }
    }
}

fn refused(refusals: &[Code]) -> Value {
    let lines = refusals
        .iter()
        .map(|code| format!("- `{}`: {}.", code.name, code.title));
    let mut value = json!({
        "description": lines.collect::<Vec<_>>().join("\n"),
        "content": { "application/problem+json": { "schema": shape::refer("Problem") } },
    });
    if refusals.iter().any(|code| matches!(code.status, 429 | 503)) {
        value["headers"] = json!({ "Retry-After": { "$ref": "#/components/headers/RetryAfter" } });
    }
    value
}

impl Auth {
    fn refusals(self) -> &'static [Code] {
        match self {
            Self::Key => &[codes::UNAUTHORIZED, codes::STORAGE_UNAVAILABLE],
            Self::Public => &[],
        }
    }
}

impl Body {
    fn schema(self) -> Option<(&'static str, bool)> {
        match self {
            Self::None => None,
            Self::Optional(schema) => Some((schema, false)),
            Self::Required(schema) => Some((schema, true)),
        }
    }

    fn refusals(self) -> &'static [Code] {
        match self {
            Self::None => &[],
            Self::Optional(_) | Self::Required(_) => &[
                codes::UNSUPPORTED_MEDIA_TYPE,
                codes::BODY_TOO_LARGE,
                codes::INCOMPLETE_BODY,
                codes::INVALID_UTF8,
                codes::MALFORMED_JSON,
                codes::INVALID_REQUEST,
            ],
        }
    }
}

impl Subject {
    fn parameter(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Nothing => None,
            Self::Verification => Some(("id", "VerificationId")),
            Self::Person => Some(("sub", "Subject")),
        }
    }
}
