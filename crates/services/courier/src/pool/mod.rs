//! Which carrier takes a message when there are several.
//!
//! | module | what it decides |
//! |---|---|
//! | [`route`] | which numbers and channels a route is for, what it costs |
//! | `score` | how well a route works for a country: codes proven, receipts, silence |
//! | `breaker`, `rate` | whether a route is left alone for a while, or is at its limit |
//! | `order` | in which order routes are tried |
//! | [`Ledger`] | what is known of all routes; takes the reports of carriers |
//! | [`Pool`] | tries them, and what an unknown outcome leads to |

mod breaker;
mod ledger;
mod order;
#[expect(
    clippy::module_inception,
    reason = "the pool itself beside what it is made of"
)]
mod pool;
mod rate;
pub mod route;
mod score;
mod unsettled;

pub use ledger::Ledger;
pub use pool::{Pool, PoolRules};
pub use route::Route;
