//! The rules of `numbers`, from outside.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::panic, reason = "helpers of tests fail as tests do")]

mod differential;
mod finding;
mod google;
mod inputs;
mod laws;
mod oracle;
mod properties;
mod refusals;
mod secrecy;
mod shapes;
mod spellings;

use numbers::Region;

fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}
