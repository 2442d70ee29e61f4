//! One file a page: read the form, ask the service, answer.

pub(crate) mod account;
pub(crate) mod code;
pub(crate) mod done;
pub(crate) mod number;
pub(crate) mod sides;
pub(crate) mod start;
pub(crate) mod ways;

use axum::{
    Form,
    extract::{
        Query,
        rejection::{FormRejection, QueryRejection},
    },
};
use model::Channel;

/// A form as axum read it, or why it could not.
pub(crate) type Read<T> = Result<Form<T>, FormRejection>;

/// A query; one that cannot be read counts as none.
pub(crate) type Asked<T> = Result<Query<T>, QueryRejection>;

/// The channel a form or link names.
fn channel(text: &str) -> Option<Channel> {
    match text {
        "sms" => Some(Channel::Sms),
        "voice" => Some(Channel::Voice),
        _ => None,
    }
}
