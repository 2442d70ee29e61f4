//! Refusals of the services as problem documents. Every mapping is exhaustive and stands here.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use identity::{
    BeginRefusal, FrontLimit, Held, HeldFor, LimitKind, OperationError, OtherWay, StartError,
    Unavailable,
};
use model::{Channel, NextChannels, Timestamp};
use numbers::ParseError;
use serde::Serialize;
use webkit::Problem;

use crate::{Code, codes};

/// A problem document, with the channels that would work where that is the question.
#[derive(Debug, Clone)]
pub(crate) struct Refusal(Box<Document>);

#[derive(Debug, Clone, Serialize)]
struct Document {
    #[serde(flatten)]
    problem: Problem,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    open_channels: Vec<Channel>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    other_ways: Vec<OtherWay>,
}

impl Refusal {
    /// A code with its own sentence.
    pub(crate) fn new(code: &'static Code) -> Self {
        Self::with(code, code.detail)
    }

    /// A code with a sentence for this time. It must hold nothing that the client sent.
    pub(crate) fn with(
        code: &'static Code,
        detail: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Self {
        let status = StatusCode::from_u16(code.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self(Box::new(Document {
            problem: Problem::new(status, code.name, code.title, detail),
            open_channels: Vec::new(),
            other_ways: Vec::new(),
        }))
    }

    fn retry_after(mut self, seconds: u32) -> Self {
        self.0.problem = self.0.problem.retry_after(seconds);
        self
    }

    /// Says when `at` is reached.
    pub(crate) fn retry_at(self, at: Timestamp, now: Timestamp) -> Self {
        self.retry_after(at.since(now).seconds_up())
    }

    /// A right code that is not enough by itself.
    pub(crate) fn held(held: &Held, now: Timestamp) -> Self {
        let mut refusal = Self::new(match held.why {
            HeldFor::SimChanged => &codes::SIM_CHANGED,
            HeldFor::NoSignal => &codes::NO_SIM_SIGNAL,
        });
        refusal.0.other_ways = held.other_way.into_iter().collect();
        match held.possible_at {
            Some(at) => refusal.retry_at(at, now),
            None => refusal,
        }
    }

    fn next(mut self, next: NextChannels) -> Self {
        self.0.problem = self.0.problem.next(next);
        match next.soonest() {
            Some(seconds) if seconds > 0 => self.retry_after(seconds),
            _ => self,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // As in webkit: strings, numbers and fixed names always have a JSON form.
        let document = self.0;
        let more = !document.open_channels.is_empty() || !document.other_ways.is_empty();
        let with_more = more.then(|| serde_json::to_vec(&document).unwrap_or_default());
        let mut response = document.problem.into_response();
        if let Some(body) = with_more {
            *response.body_mut() = Body::from(body);
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

impl From<StartError> for Refusal {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Limited {
                limit,
                retry_after_seconds,
            } => limited(limit, retry_after_seconds),
            StartError::Refused(refusal) => refusal.into(),
            StartError::Storage => storage(),
        }
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

impl From<BeginRefusal> for Refusal {
    fn from(refusal: BeginRefusal) -> Self {
        match refusal {
            BeginRefusal::Number(error) => number(error),
            BeginRefusal::ChannelForLine { line_type: _, open } => {
                let mut refusal = Self::new(&codes::CHANNEL_FOR_LINE);
                refusal.0.open_channels = open;
                refusal
            }
            BeginRefusal::LineRefused { line_type: _ } => Self::new(&codes::LINE_REFUSED),
            BeginRefusal::CountryRefused { region: _ } => Self::new(&codes::COUNTRY_REFUSED),
            BeginRefusal::Limit { kind, next } => Self::new(limit_code(kind)).next(next),
            BeginRefusal::Finished => Self::new(&codes::VERIFICATION_FINISHED),
            BeginRefusal::NotFound => Self::new(&codes::VERIFICATION_NOT_FOUND),
            BeginRefusal::IdReused => Self::new(&codes::IDEMPOTENCY_KEY_REUSED),
            BeginRefusal::SandboxNumber => Self::new(&codes::SANDBOX_NUMBER),
            BeginRefusal::UnknownApplication => Self::new(&codes::UNKNOWN_APPLICATION),
            BeginRefusal::NoNumberOnFile => Self::new(&codes::NO_NUMBER_ON_FILE),
            BeginRefusal::SealedText => Self::new(&codes::SEALED_TEXT),
            BeginRefusal::Unavailable(trouble) => trouble.into(),
        }
    }
}

impl From<Unavailable> for Refusal {
    fn from(trouble: Unavailable) -> Self {
        tracing::warn!(trouble = trouble.name(), "api.vault.unavailable");
        Self::new(&codes::VAULT_UNAVAILABLE).retry_after(trouble.retry_after_seconds())
    }
}

fn limited(limit: FrontLimit, retry_after_seconds: u32) -> Refusal {
    let code = match limit {
        FrontLimit::Address | FrontLimit::Device => &codes::TOO_MANY_REQUESTS,
        FrontLimit::Money => &codes::BUDGET_SPENT,
    };
    Refusal::new(code).retry_after(retry_after_seconds)
}

fn storage() -> Refusal {
    Refusal::new(&codes::STORAGE_UNAVAILABLE).retry_after(2)
}

const fn limit_code(kind: LimitKind) -> &'static Code {
    match kind {
        LimitKind::NumberSends => &codes::SEND_LIMIT,
        LimitKind::NumberGuesses => &codes::GUESS_LIMIT,
        LimitKind::ApplicationSends => &codes::APPLICATION_LIMIT,
        LimitKind::OverallSends => &codes::INSTANCE_LIMIT,
        LimitKind::Lookups => &codes::LOOKUP_LIMIT,
    }
}

fn number(error: ParseError) -> Refusal {
    let code = match error {
        ParseError::Empty => &codes::NUMBER_EMPTY,
        ParseError::TooShort { .. } => &codes::NUMBER_TOO_SHORT,
        ParseError::TooLong { .. } => &codes::NUMBER_TOO_LONG,
        ParseError::NotANumber => &codes::NUMBER_NOT_A_NUMBER,
        ParseError::NeedsCountry => &codes::NUMBER_NEEDS_COUNTRY,
        ParseError::UnknownCallingCode => &codes::NUMBER_UNKNOWN_CALLING_CODE,
        ParseError::NotInUse { .. } => &codes::NUMBER_NOT_IN_USE,
        ParseError::Emergency => &codes::NUMBER_EMERGENCY,
        ParseError::ShortCode => &codes::NUMBER_SHORT_CODE,
        ParseError::HasExtension => &codes::NUMBER_HAS_EXTENSION,
    };
    Refusal::new(code)
}
