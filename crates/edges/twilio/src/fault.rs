//! Every way to say no, in the vendor's codes. No message repeats what the client sent.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use identity::{
    BeginRefusal, FrontLimit, LimitKind, OperationError, RateLimited, StartError, Unavailable,
};
use model::{Channel, NextChannels, WaitReason};
use serde_json::json;

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    status: StatusCode,
    code: u32,
    message: Cow<'static, str>,
    retry_after_seconds: Option<u32>,
}

impl Fault {
    pub(crate) const UNAUTHORIZED: Self =
        Self::fixed(StatusCode::UNAUTHORIZED, 20003, "Authenticate");
    pub(crate) const METHOD_NOT_ALLOWED: Self = Self::fixed(
        StatusCode::METHOD_NOT_ALLOWED,
        20004,
        "The requested method is not allowed on this resource",
    );
    pub(crate) const NOT_FOUND: Self = Self::fixed(
        StatusCode::NOT_FOUND,
        20404,
        "The requested resource was not found",
    );
    /// A feature that is off.
    pub(crate) const OFF: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        60204,
        "The feature is not enabled for this service",
    );
    pub(crate) const NO_TARGET: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        60221,
        "One of these parameters is required: To, VerificationSid",
    );
    pub(crate) const CHANNEL_OFF: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        60223,
        "Delivery channel is disabled",
    );
    pub(crate) const NO_GUESSES: Self = Self::fixed(
        StatusCode::TOO_MANY_REQUESTS,
        60202,
        "Max check attempts reached",
    );
    pub(crate) const TOO_MANY_LIMITS: Self =
        Self::fixed(StatusCode::BAD_REQUEST, 60207, "Too many rate limits");
    pub(crate) const LIMIT_EXISTS: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        60208,
        "A rate limit with this UniqueName exists",
    );
    pub(crate) const LIMIT_NAME: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        60209,
        "Invalid parameter: UniqueName",
    );
    pub(crate) const TOO_MANY_BUCKETS: Self =
        Self::fixed(StatusCode::BAD_REQUEST, 60210, "Too many buckets");
    pub(crate) const BUCKET_EXISTS: Self = Self::fixed(
        StatusCode::BAD_REQUEST,
        60211,
        "A bucket with this Interval exists",
    );
    pub(crate) const ENTITY_EXISTS: Self =
        Self::fixed(StatusCode::CONFLICT, 60301, "Entity already exists");
    pub(crate) const TOO_MANY_FACTORS: Self =
        Self::fixed(StatusCode::BAD_REQUEST, 60315, "Max factors per entity");
    pub(crate) const TOO_MANY_NEW_FACTORS: Self = Self::fixed(
        StatusCode::TOO_MANY_REQUESTS,
        60326,
        "Too many factors created",
    );
    pub(crate) const FACTOR_GUESSES: Self = Self::fixed(
        StatusCode::TOO_MANY_REQUESTS,
        60310,
        "Max factor verification attempts reached",
    );
    pub(crate) const CHALLENGE_GUESSES: Self = Self::fixed(
        StatusCode::TOO_MANY_REQUESTS,
        60308,
        "Max challenge attempts reached",
    );
    pub(crate) const FACTOR_UNVERIFIED: Self =
        Self::fixed(StatusCode::FORBIDDEN, 60318, "Factor is unverified");
    pub(crate) const CHALLENGE_ANSWERED: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        60322,
        "Challenge was already answered",
    );
    pub(crate) const CHALLENGE_EXPIRED: Self =
        Self::fixed(StatusCode::FORBIDDEN, 60323, "Challenge has expired");
    const TOO_MANY: Self = Self::fixed(StatusCode::TOO_MANY_REQUESTS, 20429, "Too many requests");
    const NO_SENDS: Self = Self::fixed(
        StatusCode::TOO_MANY_REQUESTS,
        60203,
        "Max send attempts reached",
    );
    const TOO_SOON: Self = Self::fixed(
        StatusCode::TOO_MANY_REQUESTS,
        60212,
        "Too many concurrent requests for phone number",
    );
    const LANDLINE: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        60205,
        "SMS is not supported by landline phone number",
    );
    const BLOCKED: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        60410,
        "Verification delivery attempt blocked",
    );
    const COUNTRY: Self = Self::fixed(
        StatusCode::FORBIDDEN,
        60605,
        "Verification delivery to this country is not permitted",
    );
    const AWAY: Self = Self::fixed(
        StatusCode::SERVICE_UNAVAILABLE,
        20503,
        "Service unavailable",
    );

    const fn fixed(status: StatusCode, code: u32, message: &'static str) -> Self {
        Self {
            status,
            code,
            message: Cow::Borrowed(message),
            retry_after_seconds: None,
        }
    }

    /// A parameter of ours that is missing or wrong.
    pub(crate) fn parameter(name: &'static str) -> Self {
        let message = format!("Invalid parameter: {name}");
        Self {
            message: Cow::Owned(message),
            ..Self::fixed(StatusCode::BAD_REQUEST, 60200, "")
        }
    }

    /// Names what was not found. It must hold nothing that the client sent but SIDs.
    pub(crate) fn not_found(resource: &str) -> Self {
        let message = format!("The requested resource {resource} was not found");
        Self {
            message: Cow::Owned(message),
            ..Self::NOT_FOUND
        }
    }

    /// The front's database does not answer.
    pub(crate) const fn storage() -> Self {
        Self::AWAY.wait(2)
    }

    /// Says after how many seconds to repeat; zero says nothing.
    pub(crate) const fn wait(mut self, seconds: u32) -> Self {
        if seconds > 0 {
            self.retry_after_seconds = Some(seconds);
        }
        self
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let body = json!({
            "code": self.code,
            "message": self.message,
            "more_info": format!("https://www.twilio.com/docs/errors/{}", self.code),
            "status": self.status.as_u16(),
        });
        let mut response = crate::answer::json(self.status, &body);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Basic realm=\"Twilio API\"");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<StartError> for Fault {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Limited {
                limit,
                retry_after_seconds,
            } => limited(limit, retry_after_seconds),
            StartError::Refused(refusal) => refusal.into(),
            StartError::Storage => Self::storage(),
        }
    }
}

impl From<OperationError> for Fault {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Limited {
                limit,
                retry_after_seconds,
            } => limited(limit, retry_after_seconds),
            OperationError::Vault(trouble) => trouble.into(),
            OperationError::Storage => Self::storage(),
        }
    }
}

impl From<RateLimited> for Fault {
    fn from(error: RateLimited) -> Self {
        match error {
            RateLimited::Unknown => Self::parameter("RateLimits"),
            RateLimited::Full {
                retry_after_seconds,
            } => Self::TOO_MANY.wait(retry_after_seconds),
            RateLimited::Storage => Self::storage(),
        }
    }
}

impl From<Unavailable> for Fault {
    fn from(trouble: Unavailable) -> Self {
        tracing::warn!(trouble = trouble.name(), "twilio.vault.unavailable");
        Self::AWAY.wait(trouble.retry_after_seconds())
    }
}

impl From<BeginRefusal> for Fault {
    fn from(refusal: BeginRefusal) -> Self {
        match refusal {
            BeginRefusal::Number(_) | BeginRefusal::SandboxNumber | BeginRefusal::SealedText => {
                Self::parameter("To")
            }
            BeginRefusal::ChannelForLine { line_type: _, open } => {
                if open.contains(&Channel::Sms) {
                    Self::CHANNEL_OFF
                } else {
                    Self::LANDLINE
                }
            }
            BeginRefusal::LineRefused { line_type: _ } => Self::BLOCKED,
            BeginRefusal::CountryRefused { region: _ } => Self::COUNTRY,
            BeginRefusal::Limit { kind, next } => limit(kind, next),
            BeginRefusal::Finished
            | BeginRefusal::NotFound
            | BeginRefusal::IdReused
            | BeginRefusal::NoNumberOnFile => Self::NOT_FOUND,
            BeginRefusal::UnknownApplication => Self::UNAUTHORIZED,
            BeginRefusal::Unavailable(trouble) => trouble.into(),
        }
    }
}

fn limited(limit: FrontLimit, seconds: u32) -> Fault {
    match limit {
        FrontLimit::Address | FrontLimit::Device | FrontLimit::Money => {
            Fault::TOO_MANY.wait(seconds)
        }
    }
}

fn limit(kind: LimitKind, next: NextChannels) -> Fault {
    let fault = match kind {
        LimitKind::NumberSends if next.sms.reason == Some(WaitReason::TooSoon) => Fault::TOO_SOON,
        LimitKind::NumberSends => Fault::NO_SENDS,
        LimitKind::NumberGuesses => Fault::NO_GUESSES,
        LimitKind::ApplicationSends | LimitKind::OverallSends | LimitKind::Lookups => {
            Fault::TOO_MANY
        }
    };
    fault.wait(next.soonest().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_behind_us_says_when_it_is_worth_asking_again() {
        for trouble in [
            Unavailable::Gone,
            Unavailable::Keys,
            Unavailable::Storage,
            Unavailable::Clock,
            Unavailable::Busy,
            Unavailable::Protocol,
        ] {
            let response = Fault::from(trouble).into_response();
            assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
            let wait = trouble.retry_after_seconds().to_string();
            assert_eq!(response.headers()["retry-after"], wait.as_str());
        }
    }
}
