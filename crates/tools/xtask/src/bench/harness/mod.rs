//! What benchmarks are made of: connections, a closed loop, latencies, and what processes cost.
//!
//! The generator shares its cores with the server it measures, so it does little: one blocking
//! thread per connection, request bytes made beforehand or by hand, no allocation per exchange.

pub mod connection;
pub mod histogram;
pub mod load;
pub mod process;
pub mod response;
