//! The rules of `numbers`, from outside.

mod differential;
mod inputs;
mod properties;
mod refusals;
mod secrecy;

use numbers::Region;

fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}
