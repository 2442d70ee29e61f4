//! `x-correlator`: the caller's name for a request, on every answer (CAMARA API design guide).

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use data_encoding::HEXLOWER;
use model::Entropy;

use crate::{Shared, body::wrong};

pub(crate) static NAME: HeaderName = HeaderName::from_static("x-correlator");

/// Longest correlator, characters (`XCorrelator`).
const MAX_CHARS: usize = 256;

/// What came with a request.
enum Given {
    Nothing,
    Correlator(HeaderValue),
    Malformed,
}

/// Refuses a malformed correlator, and gives every answer the caller's or a fresh one.
pub(crate) async fn correlate(
    State(app): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let (correlator, well_formed) = match read(request.headers()) {
        Given::Correlator(given) => (Some(given), true),
        Given::Nothing => (draw(&*app.entropy), true),
        Given::Malformed => (draw(&*app.entropy), false),
    };
    let mut response = if well_formed {
        next.run(request).await
    } else {
        wrong("`x-correlator` may hold 256 letters, digits and - _ : ; . / < > { }.")
            .into_response()
    };
    if let Some(correlator) = correlator {
        response.headers_mut().insert(NAME.clone(), correlator);
    }
    response
}

fn read(headers: &HeaderMap) -> Given {
    let mut values = headers.get_all(&NAME).iter();
    match (values.next(), values.next()) {
        (None, _) => Given::Nothing,
        (Some(empty), None) if empty.is_empty() => Given::Nothing,
        (Some(one), None) if is_correlator(one.as_bytes()) => Given::Correlator(one.clone()),
        (Some(_), _) => Given::Malformed,
    }
}

/// `^[a-zA-Z0-9-_:;.\/<>{}]{0,256}$`.
fn is_correlator(text: &[u8]) -> bool {
    let known = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_:;./<>{}".contains(byte);
    text.len() <= MAX_CHARS && text.iter().all(known)
}

/// A random UUID (RFC 9562, 5.4). Without randomness there is none: the answer matters more.
fn draw(entropy: &dyn Entropy) -> Option<HeaderValue> {
    let mut bytes = entropy.random_16().ok()?;
    bytes[6] = bytes[6] & 0x0F | 0x40;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let groups = [0..4, 4..6, 6..8, 8..10, 10..16];
    let text = groups.map(|group| HEXLOWER.encode(&bytes[group])).join("-");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::Harness;
    use proptest::prelude::*;

    #[tokio::test]
    async fn every_answer_has_the_callers_correlator() {
        let h = Harness::new().await;
        for path in ["send-code", "validate-code", "elsewhere"] {
            let call = h.post(path).header("x-correlator", "a-Z:0;9.</>_{}");
            let reply = h.send(call).await;
            assert_eq!(
                reply.header("x-correlator"),
                Some("a-Z:0;9.</>_{}"),
                "{path}"
            );
        }
        h.finish().await;
    }

    #[tokio::test]
    async fn a_caller_without_a_correlator_gets_a_fresh_uuid() {
        let h = Harness::new().await;
        let mut seen = Vec::new();
        for given in [None, Some("")] {
            let mut call = h.post("send-code");
            if let Some(given) = given {
                call = call.header("x-correlator", given);
            }
            let fresh = h
                .send(call)
                .await
                .header("x-correlator")
                .unwrap()
                .to_owned();
            let dashes: Vec<_> = fresh.match_indices('-').map(|(at, _)| at).collect();
            assert_eq!((fresh.len(), dashes), (36, vec![8, 13, 18, 23]));
            assert_eq!(fresh.as_bytes()[14], b'4');
            seen.push(fresh);
        }
        assert_ne!(seen[0], seen[1]);
        h.finish().await;
    }

    #[tokio::test]
    async fn a_malformed_correlator_is_refused_and_not_echoed() {
        let h = Harness::new().await;
        for bad in ["a b", "a,b", "é", &"x".repeat(257)] {
            let reply = h.send(h.send_code_call().header("x-correlator", bad)).await;
            assert_eq!(
                (reply.status(), reply.code().as_str()),
                (400, "INVALID_ARGUMENT")
            );
            assert_ne!(reply.header("x-correlator"), Some(bad));
        }
        h.finish().await;
    }

    proptest! {
        #[test]
        fn only_the_contracts_characters_are_taken(text in proptest::collection::vec(any::<u8>(), 0..300)) {
            let told = is_correlator(&text);
            let expected = text.len() <= 256 && text.iter().all(|byte| {
                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:;./<>{}"
                    .as_bytes()
                    .contains(byte)
            });
            prop_assert_eq!(told, expected);
        }
    }
}
