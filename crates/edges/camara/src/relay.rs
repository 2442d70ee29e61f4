//! Questions that an operator answers: what its silence and its refusals are called here.

use identity::{AskRefusal, NoAnswer};

use crate::refusal::{
    Code, NOT_FOUND, PERMISSION_DENIED, QUOTA_EXCEEDED, Refusal, TOO_MANY_REQUESTS,
    UNAUTHENTICATED, UNAVAILABLE, code, quota,
};

pub(crate) static IDENTIFIER_NOT_FOUND: Code = code(
    404,
    "IDENTIFIER_NOT_FOUND",
    "No operator here knows this phone number.",
);
pub(crate) static MISSING_IDENTIFIER: Code = code(
    422,
    "MISSING_IDENTIFIER",
    "Say whose: access tokens of this service name no phone number.",
);
static SERVICE_NOT_APPLICABLE: Code = code(
    422,
    "SERVICE_NOT_APPLICABLE",
    "The operator does not offer this for this phone number.",
);
pub(crate) static OUT_OF_RANGE: Code = code(
    400,
    "OUT_OF_RANGE",
    "The operator does not look back as far.",
);
static USER_NOT_AUTHENTICATED_BY_MOBILE_NETWORK: Code = code(
    403,
    "NUMBER_VERIFICATION.USER_NOT_AUTHENTICATED_BY_MOBILE_NETWORK",
    "The operator's token was not given on the word of network or SIM card.",
);

impl From<AskRefusal> for Refusal {
    fn from(refusal: AskRefusal) -> Self {
        match refusal {
            // A number of no plan, or of no country served, is nobody's here.
            AskRefusal::Number(_) | AskRefusal::Country { .. } => Self::new(&IDENTIFIER_NOT_FOUND),
            AskRefusal::Limit { kind } => Self::new(quota(kind).unwrap_or(&QUOTA_EXCEEDED)),
            AskRefusal::NotAllowed => Self::new(&PERMISSION_DENIED),
            AskRefusal::NoAnswer(why) => why.into(),
            AskRefusal::Unavailable(trouble) => trouble.into(),
        }
    }
}

impl From<NoAnswer> for Refusal {
    fn from(why: NoAnswer) -> Self {
        Self::new(match why {
            NoAnswer::NoOperator | NoAnswer::UnknownNumber => &IDENTIFIER_NOT_FOUND,
            NoAnswer::NotOffered => &SERVICE_NOT_APPLICABLE,
            NoAnswer::TooFarBack => &OUT_OF_RANGE,
            NoAnswer::TokenRefused => &UNAUTHENTICATED,
            NoAnswer::NotByNetwork => &USER_NOT_AUTHENTICATED_BY_MOBILE_NETWORK,
            NoAnswer::NotPermitted => &PERMISSION_DENIED,
            NoAnswer::Busy => &TOO_MANY_REQUESTS,
            NoAnswer::Away | NoAnswer::Senseless => &UNAVAILABLE,
        })
    }
}

/// An answer to another question than was asked.
pub(crate) fn senseless() -> Refusal {
    NoAnswer::Senseless.into()
}

/// What cannot be had from this service, whatever its operator would say.
pub(crate) fn no_number_comes_back() -> Refusal {
    let why = "This service gives no phone number back. Compare one with /verify.";
    Refusal::with(&PERMISSION_DENIED, why)
}

/// Paths of an API that is not there.
pub(crate) async fn nothing_here() -> Refusal {
    Refusal::new(&NOT_FOUND)
}
