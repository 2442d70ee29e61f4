//! Refusals in the contract's shape: `status`, `code`, `message` and nothing else (`ErrorInfo`).

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use identity::{FrontLimit, LimitKind, OperationError, Unavailable};
use serde::Serialize;
use webkit::Problem;

/// One error code of the contract.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) status: u16,
    pub(crate) name: &'static str,
    pub(crate) message: &'static str,
}

pub(crate) const fn code(status: u16, name: &'static str, message: &'static str) -> Code {
    Code {
        status,
        name,
        message,
    }
}

pub(crate) static INVALID_ARGUMENT: Code = code(
    400,
    "INVALID_ARGUMENT",
    "The request does not have the shape that this operation describes.",
);
pub(crate) static UNAUTHENTICATED: Code = code(
    401,
    "UNAUTHENTICATED",
    "The access token is missing, wrong or too old. Get a new one at /oauth2/token.",
);
pub(crate) static PERMISSION_DENIED: Code = code(
    403,
    "PERMISSION_DENIED",
    "The operator of this service does not let this client do that.",
);
pub(crate) static NOT_FOUND: Code = code(404, "NOT_FOUND", "There is nothing of that name here.");
pub(crate) static METHOD_NOT_ALLOWED: Code = code(
    405,
    "METHOD_NOT_ALLOWED",
    "This path does not take that method.",
);
pub(crate) static UNSUPPORTED_MEDIA_TYPE: Code = code(
    415,
    "UNSUPPORTED_MEDIA_TYPE",
    "Send the body with Content-Type: application/json.",
);
pub(crate) static QUOTA_EXCEEDED: Code = code(
    429,
    "QUOTA_EXCEEDED",
    "What this client may use is used up for now.",
);
pub(crate) static TOO_MANY_REQUESTS: Code = code(
    429,
    "TOO_MANY_REQUESTS",
    "Too many requests came in a short time.",
);
pub(crate) static INTERNAL: Code = code(500, "INTERNAL", "Something failed on our side.");
pub(crate) static UNAVAILABLE: Code = code(
    503,
    "UNAVAILABLE",
    "The service cannot answer now. Try again in a moment.",
);

/// One refusal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: &'static Code,
    message: Cow<'static, str>,
    retry_after_seconds: Option<u32>,
}

#[derive(Serialize)]
struct ErrorInfo<'a> {
    status: u16,
    code: &'static str,
    message: &'a str,
}

impl Refusal {
    /// A code with its own sentence.
    pub(crate) fn new(code: &'static Code) -> Self {
        Self::with(code, code.message)
    }

    /// A code with a sentence for this time. It must hold nothing that the client sent.
    pub(crate) fn with(code: &'static Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_seconds: None,
        }
    }

    /// Says how long waiting helps, as `Retry-After` (RFC 9110, 10.2.3).
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds);
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let info = ErrorInfo {
            status: self.code.status,
            code: self.code.name,
            message: &self.message,
        };
        let status = StatusCode::from_u16(info.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(info)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Problem> for Refusal {
    /// A body that `webkit` did not read.
    fn from(problem: Problem) -> Self {
        if problem.status() == StatusCode::UNSUPPORTED_MEDIA_TYPE {
            return Self::new(&UNSUPPORTED_MEDIA_TYPE);
        }
        Self::with(&INVALID_ARGUMENT, problem.into_detail())
    }
}

impl From<Unavailable> for Refusal {
    fn from(trouble: Unavailable) -> Self {
        tracing::warn!(trouble = trouble.name(), "camara.vault.unavailable");
        Self::new(&UNAVAILABLE).retry_after(trouble.retry_after_seconds())
    }
}

impl From<OperationError> for Refusal {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Limited {
                limit,
                retry_after_seconds,
            } => limited(limit, retry_after_seconds),
            OperationError::Vault(trouble) => trouble.into(),
            OperationError::Storage => storage(),
        }
    }
}

/// The front cannot write.
pub(crate) fn storage() -> Refusal {
    Refusal::new(&UNAVAILABLE).retry_after(2)
}

/// A limit of the front.
pub(crate) fn limited(limit: FrontLimit, retry_after_seconds: u32) -> Refusal {
    let code = match limit {
        FrontLimit::Address | FrontLimit::Device => &TOO_MANY_REQUESTS,
        FrontLimit::Money => &QUOTA_EXCEEDED,
    };
    Refusal::new(code).retry_after(retry_after_seconds)
}

/// A hard limit of the vault that is not about one number; nothing for those that are.
pub(crate) const fn quota(kind: LimitKind) -> Option<&'static Code> {
    match kind {
        LimitKind::NumberSends | LimitKind::NumberGuesses => None,
        LimitKind::ApplicationSends | LimitKind::OverallSends | LimitKind::Lookups => {
            Some(&QUOTA_EXCEEDED)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use insta::assert_snapshot;

    async fn shown(refusal: Refusal) -> String {
        let response = refusal.into_response();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 4096).await.unwrap();
        let wait = parts.headers.get("retry-after");
        let wait = wait.map_or("-", |wait| wait.to_str().unwrap());
        let body = String::from_utf8(body.to_vec()).unwrap();
        format!("{} {wait} {body}", parts.status.as_u16())
    }

    #[tokio::test]
    async fn trouble_behind_us_is_a_503_with_a_time() {
        assert_snapshot!(shown(Unavailable::Gone.into()).await, @r#"503 2 {"status":503,"code":"UNAVAILABLE","message":"The service cannot answer now. Try again in a moment."}"#);
        for trouble in [
            Unavailable::Keys,
            Unavailable::Storage,
            Unavailable::Clock,
            Unavailable::Busy,
            Unavailable::Protocol,
        ] {
            assert!(shown(trouble.into()).await.contains("UNAVAILABLE"));
        }
        assert!(
            shown(OperationError::Storage.into())
                .await
                .starts_with("503 2")
        );
    }

    #[tokio::test]
    async fn limits_of_the_front_are_429() {
        let spent = limited(FrontLimit::Money, 60);
        assert_snapshot!(shown(spent).await, @r#"429 60 {"status":429,"code":"QUOTA_EXCEEDED","message":"What this client may use is used up for now."}"#);
        let fast = limited(FrontLimit::Address, 9);
        assert_snapshot!(shown(fast).await, @r#"429 9 {"status":429,"code":"TOO_MANY_REQUESTS","message":"Too many requests came in a short time."}"#);
    }

    #[tokio::test]
    async fn what_cannot_happen_is_told_as_ours() {
        assert_snapshot!(shown(Refusal::new(&INTERNAL)).await, @r#"500 - {"status":500,"code":"INTERNAL","message":"Something failed on our side."}"#);
    }
}
