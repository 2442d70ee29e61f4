//! Choices that repeat.

use std::time::SystemTime;

/// A small generator (SplitMix64, Steele, Lea and Flood 2014). Not for secrets.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From `RINGFENCE_SEED`, or from the time. The seed is printed: a failed test shows it.
    #[must_use]
    pub fn seeded() -> Self {
        let seed = given_seed().unwrap_or_else(time_seed);
        eprintln!("seed: RINGFENCE_SEED={seed}");
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    ///
    /// # Panics
    /// If `end` is zero.
    pub fn below(&mut self, end: u64) -> u64 {
        self.bits() % end
    }

    /// One of `all`.
    ///
    /// # Panics
    /// If there is none.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let place = self.below(all.len() as u64);
        &all[usize::try_from(place).expect("an index")]
    }

    /// A generator of its own for a thread.
    pub fn fork(&mut self) -> Self {
        Self(self.bits())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a failed test is repeated by naming its seed"
)]
fn given_seed() -> Option<u64> {
    std::env::var("RINGFENCE_SEED").ok()?.parse().ok()
}

#[expect(
    clippy::disallowed_methods,
    reason = "every run tries something else, and says what"
)]
fn time_seed() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(1, |since| u64::from(since.subsec_nanos()) ^ since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_choices() {
        let draw = |seed| {
            let mut random = Random::new(seed);
            (0..8).map(|_| random.below(1000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert_eq!(Random::new(0).bits(), 0xE220_A839_7B1D_CDAF);
    }
}
