//! Ways to the phone networks. Each is a [`Carrier`](peers::carrier::Carrier): it hands over one
//! message, never tries twice by itself, and says whether the message was taken, definitely not
//! taken, or perhaps taken. What a carrier learns later goes to
//! [`CarrierReports`](peers::carrier::CarrierReports).
//!
//! | module | reaches |
//! |---|---|
//! | [`smpp`] | message centres and aggregators by SMPP 3.4 |
//! | [`http`] | Twilio, Vonage, Telnyx, and one's own gateway; their webhooks |
//! | [`operator`] | a mobile operator's CAMARA endpoints, to ask and not to send |
//!
//! No task is started here: a carrier that keeps a connection has a `run` that the binary drives.

pub mod http;
pub mod operator;
pub mod smpp;
pub mod tls;
