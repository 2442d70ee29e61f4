//! Carriers that are reached by HTTP, and what they tell us by webhook.
//!
//! | module | what it holds |
//! |---|---|
//! | [`client`] | requests with a bounded answer, and whether an outcome is known |
//! | [`webhook`] | what a listener hands to a carrier, and gets back |
//! | [`calls`] | words of calls that wait for somebody to press a key |
//! | [`generic`] | one's own gateway |
//! | [`twilio`], [`vonage`], [`telnyx`] | theirs |

mod address;
pub mod calls;
pub mod client;
pub(crate) mod form;
pub mod generic;
mod jwt;
mod link;
mod seen;
pub mod telnyx;
pub mod twilio;
pub mod vonage;
pub mod webhook;

pub use jwt::JwtError;
pub use link::Link;
