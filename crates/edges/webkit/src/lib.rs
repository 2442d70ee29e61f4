//! What every HTTP edge shares: problem documents, limits, the server loop, client addresses,
//! security headers, assets, cookies, and bounded JSON.
//!
//! | module | what it decides |
//! |---|---|
//! | [`problem`] | how a refusal looks to a program (RFC 9457) |
//! | [`server`] | how connections are accepted, bounded and ended |
//! | [`client`] | whose request it is, behind proxies or not |
//! | [`headers`] | what a browser may do with a page |
//! | [`assets`] | styles and scripts under names that change with their bytes |
//! | [`cookies`] | what a browser is given to keep |
//! | [`marks`] | which cookies are ours |
//! | [`origin`] | whether a form was sent from our own page |
//! | [`json`] | which JSON bodies are read |

pub mod assets;
pub mod client;
pub mod cookies;
pub mod headers;
pub mod json;
pub mod limits;
pub mod marks;
pub mod origin;
pub mod problem;
pub mod reference;
pub mod server;

pub use assets::{Assets, Source};
pub use client::{AddressGroup, Peer, TrustedProxies};
pub use json::Json;
pub use limits::Limits;
pub use marks::CookieKey;
pub use problem::Problem;
pub use reference::Reference;
pub use server::{Stopped, serve};
