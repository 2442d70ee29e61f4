//! Problem documents (RFC 9457): how a refusal looks to a program.

use std::{borrow::Cow, error::Error, fmt::Write as _};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Entropy, NextChannels};
use serde::Serialize;

use crate::Reference;

/// Where the documentation of error codes is served; a code's anchor follows after `#`.
pub const DOCS: &str = "/docs/errors";

/// One refusal. `code` is stable; `title` is the same for every occurrence of a code; `detail`
/// says what happened this time and never repeats what the client sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// The documentation of `code`.
    #[serde(rename = "type")]
    kind: String,
    title: Cow<'static, str>,
    #[serde(serialize_with = "as_number")]
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<NextChannels>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_left: Option<u8>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields by reference"
)]
fn as_number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl Problem {
    /// A refusal with its stable code, its title and one sentence about this time.
    #[must_use]
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            kind: format!("{DOCS}#{code}"),
            title: Cow::Borrowed(title),
            status,
            code,
            detail: detail.into(),
            retry_after_seconds: None,
            next: None,
            attempts_left: None,
        }
    }

    /// Says how long waiting helps; also sent as `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }

    /// Says which channels are open, and when the others are.
    #[must_use]
    pub fn next(mut self, next: NextChannels) -> Self {
        self.next = Some(next);
        self
    }

    /// Says how many guesses are left.
    #[must_use]
    pub fn attempts_left(mut self, attempts: u8) -> Self {
        self.attempts_left = Some(attempts);
        self
    }

    /// A failure on our side: the client gets a constant and a reference, the log the chain.
    #[must_use]
    pub fn internal(error: &(dyn Error + 'static), entropy: &dyn Entropy) -> Self {
        let reference = Reference::draw(entropy);
        tracing::error!(%reference, chain = %chain(error), "webkit.problem.internal");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something failed on our side",
            format!(
                "The failure is recorded as ref {reference}. Repeat the request with the same idempotency key."
            ),
        )
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The sentence about this time, for façades that say no in another shape.
    #[must_use]
    pub fn into_detail(self) -> Cow<'static, str> {
        self.detail
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }
}

/// `error` and everything that caused it, in one line.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        // Writing to a string cannot fail.
        let _ = write!(out, ": {error}");
        cause = error.source();
    }
    out
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        // A problem holds strings and numbers only: it always has a JSON form.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ChannelState, EntropyError, WaitReason};

    struct Zeros;
    impl Entropy for Zeros {
        fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
            out.fill(0);
            Ok(())
        }
    }

    #[test]
    fn a_problem_has_the_members_of_rfc_9457_and_a_stable_code() {
        let wait = ChannelState::wait(30, WaitReason::TooSoon);
        let problem = Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_soon",
            "Too soon",
            "A message went out a moment ago.",
        );
        let problem = problem
            .retry_after(30)
            .next(NextChannels::both(wait))
            .attempts_left(4);
        let json = serde_json::to_value(&problem).unwrap();
        assert_eq!(json["type"], "/docs/errors#too_soon");
        assert_eq!(json["status"], 429);
        assert_eq!(json["retry_after_seconds"], 30);
        assert_eq!(json["attempts_left"], 4);
        assert_eq!(json["next"]["sms"]["reason"], "too_soon");
        let response = problem.into_response();
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        assert_eq!(response.headers()["retry-after"], "30");
    }

    #[test]
    fn an_internal_error_tells_the_client_nothing_but_a_reference() {
        let cause = std::io::Error::other("secret path");
        let problem = Problem::internal(&cause, &Zeros);
        let text = serde_json::to_string(&problem).unwrap();
        assert!(!text.contains("secret"));
        assert!(text.contains("ref 0000-00"));
    }

    #[test]
    fn the_log_gets_the_whole_chain() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] std::io::Error);
        let error = Outer(std::io::Error::other("inner"));
        assert_eq!(chain(&error), "outer: inner");
    }
}
