//! `one-time-password-sms` v1: a code by text, and its check.

mod send_code;
mod validate_code;

use std::sync::Arc;

use axum::{Router, routing::post};

use crate::{
    Shared,
    refusal::{Code, code},
};

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route(
            "/one-time-password-sms/v1/send-code",
            post(send_code::send_code),
        )
        .route(
            "/one-time-password-sms/v1/validate-code",
            post(validate_code::validate_code),
        )
}

static MAX_OTP_CODES_EXCEEDED: Code = code(
    403,
    "ONE_TIME_PASSWORD_SMS.MAX_OTP_CODES_EXCEEDED",
    "This number got as many codes as it may get for now. Try later.",
);
static PHONE_NUMBER_NOT_ALLOWED: Code = code(
    403,
    "ONE_TIME_PASSWORD_SMS.PHONE_NUMBER_NOT_ALLOWED",
    "This kind of line does not get codes by text.",
);
static INVALID_OTP: Code = code(
    400,
    "ONE_TIME_PASSWORD_SMS.INVALID_OTP",
    "This is not the code that was sent.",
);
static VERIFICATION_FAILED: Code = code(
    400,
    "ONE_TIME_PASSWORD_SMS.VERIFICATION_FAILED",
    "Too many wrong codes were tried. Send a new code.",
);
static VERIFICATION_EXPIRED: Code = code(
    400,
    "ONE_TIME_PASSWORD_SMS.VERIFICATION_EXPIRED",
    "This authenticationId is used or too old. Send a new code.",
);
