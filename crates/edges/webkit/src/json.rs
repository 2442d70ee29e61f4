//! JSON bodies with a bound, read into a type or refused with a problem. Never a 500.

use std::{fmt, marker::PhantomData};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::Problem;

/// A JSON body, in handlers' arguments and answers. The bound is the router's
/// [`axum::extract::DefaultBodyLimit`]; nesting ends at 128 (serde_json).
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(wrong_type());
        }
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|refused| unread(refused.status()))?;
        parse(&body).map(Self)
    }
}

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A `T` that was written as a JSON object. Derived readers take a list of values in the order of
/// the fields too, which no description of ours promises.
#[derive(Debug, Clone, Copy)]
pub struct Object<T>(pub T);

impl<T: Serialize> Serialize for Object<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members(PhantomData)).map(Self)
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members))
    }
}

/// `application/json` or a type ending in `+json`, parameters ignored.
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE);
    let essence = value.and_then(|value| value.to_str().ok()).map(|text| {
        text.split(';')
            .next()
            .unwrap_or(text)
            .trim()
            .to_ascii_lowercase()
    });
    essence.is_some_and(|kind| {
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
    })
}

/// Reads a JSON text into `T`.
///
/// # Errors
/// A [`Problem`] with code `invalid_utf8`, `malformed_json` or `invalid_request`. It says where
/// and what was expected, and repeats nothing of the text.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let text = std::str::from_utf8(body).map_err(|_| {
        bad(
            "invalid_utf8",
            "The body is not UTF-8",
            "Send the body as UTF-8.".to_owned(),
        )
    })?;
    serde_json::from_str(text).map_err(|error| refused(&error))
}

fn bad(code: &'static str, title: &'static str, detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, code, title, detail)
}

fn refused(error: &serde_json::Error) -> Problem {
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.is_data() {
        let what = harmless(&error.to_string());
        let detail = format!("At {place}: {what}.");
        return Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_request",
            "The body does not have the expected shape",
            detail,
        );
    }
    let detail = format!("The text stops being JSON at {place}.");
    bad("malformed_json", "The body is not JSON", detail)
}

/// The part of a serde message that is ours. Messages name what was found, which the client sent
/// and which may be a number; field names of ours and expectations may be told.
fn harmless(message: &str) -> String {
    let ours = |start: &str| {
        let rest = message.strip_prefix(start)?;
        let name = rest.split('`').next()?;
        Some(format!("{start}{name}`"))
    };
    if let Some(said) = ours("missing field `").or_else(|| ours("duplicate field `")) {
        return said;
    }
    let known = if message.starts_with("unknown field") {
        "unknown field"
    } else if message.starts_with("unknown variant") {
        "unknown value"
    } else {
        "wrong type or value"
    };
    match message.rsplit_once(", expected ") {
        Some((_, expected)) => {
            let expected = expected
                .rsplit_once(" at line ")
                .map_or(expected, |(text, _)| text);
            format!("{known}, expected {expected}")
        }
        None => known.to_owned(),
    }
}

fn wrong_type() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported_media_type",
        "The body is not declared as JSON",
        "Send it with Content-Type: application/json.",
    )
}

/// The body could not be read whole.
fn unread(status: StatusCode) -> Problem {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new(
            status,
            "body_too_large",
            "The body is too large",
            "Send a shorter body.",
        );
    }
    bad(
        "incomplete_body",
        "The body ended early",
        "Send the whole body.".to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, extract::DefaultBodyLimit, routing::post};
    use proptest::prelude::*;
    use serde::Deserialize;
    use tower::ServiceExt as _;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Start {
        to: String,
        tries: Option<u8>,
    }

    fn code(body: &[u8]) -> &'static str {
        parse::<Start>(body).map_or_else(|problem| problem.code(), |_| "read")
    }

    fn detail(body: &[u8]) -> String {
        let problem = parse::<Start>(body).unwrap_err();
        let json = serde_json::to_value(problem).unwrap();
        json["detail"].as_str().unwrap().to_owned()
    }

    #[test]
    fn each_kind_of_bad_body_has_its_own_code() {
        assert_eq!(code(br#"{"to":"x"}"#), "read");
        assert_eq!(code(br#"{"to":"x""#), "malformed_json");
        assert_eq!(code(b""), "malformed_json");
        assert_eq!(code(b"{\"to\":\"\xff\"}"), "invalid_utf8");
        assert_eq!(code(br#"{"to":"x","extra":1}"#), "invalid_request");
        assert_eq!(code(br#"{"to":"x","to":"y"}"#), "invalid_request");
        let deep = parse::<serde_json::Value>(&[b'['].repeat(5000));
        assert_eq!(deep.unwrap_err().code(), "malformed_json");
    }

    #[test]
    fn a_refusal_names_our_fields_and_never_what_was_sent() {
        assert!(detail(br#"{}"#).contains("missing field `to`"));
        assert!(detail(br#"{"to":"a","to":"b"}"#).contains("duplicate field `to`"));
        let wrong = detail(br#"{"to":"x","tries":"+447700900123"}"#);
        assert!(wrong.contains("expected u8") && !wrong.contains("7700"));
        let unknown = detail(br#"{"+447700900123":1}"#);
        assert!(unknown.contains("`to`") && !unknown.contains("7700"));
    }

    async fn send(kind: &str, body: &'static str) -> StatusCode {
        let router = Router::new()
            .route("/", post(|Json(_): Json<Start>| async {}))
            .layer(DefaultBodyLimit::max(32));
        let request = Request::post("/").header(header::CONTENT_TYPE, kind);
        let request = request.body(Body::from(body)).unwrap();
        router.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn type_and_length_are_checked_before_the_text() {
        assert_eq!(
            send("application/json", r#"{"to":"x"}"#).await,
            StatusCode::OK
        );
        let kind = "application/json; charset=utf-8";
        assert_eq!(send(kind, r#"{"to":"x"}"#).await, StatusCode::OK);
        assert_eq!(
            send("text/plain", "{}").await,
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        );
        let long = r#"{"to":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#;
        assert_eq!(
            send("application/json", long).await,
            StatusCode::PAYLOAD_TOO_LARGE
        );
    }

    proptest! {
        #[test]
        fn no_body_makes_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse::<Start>(&body);
        }
    }
}
