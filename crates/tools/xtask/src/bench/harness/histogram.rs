//! Latencies in constant memory, each kept to within one part in 64.

use std::time::Duration;

/// Buckets per doubling, as a power of two.
const PRECISION_BITS: u32 = 6;
const PER_DOUBLING: usize = 1 << PRECISION_BITS;
const BUCKETS: usize = PER_DOUBLING * (64 - PRECISION_BITS as usize + 1);

/// A histogram of durations with buckets that grow with the value.
#[derive(Clone, Debug)]
pub struct Histogram {
    buckets: Vec<u64>,
    count: u64,
    max_ns: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: vec![0; BUCKETS],
            count: 0,
            max_ns: 0,
        }
    }
}

impl Histogram {
    /// Adds one duration; beyond 584 years it counts as that.
    pub fn record(&mut self, duration: Duration) {
        let ns = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(ns)] += 1;
        self.count += 1;
        self.max_ns = self.max_ns.max(ns);
    }

    /// Adds all of another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.count += other.count;
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    /// How many durations were recorded.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The longest duration, exactly.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.max_ns)
    }

    /// The duration that `percent` of all do not exceed, rounded up to its bucket's end; zero if
    /// nothing was recorded.
    pub fn percentile(&self, percent: u8) -> Duration {
        let wanted = (self.count * u64::from(percent.min(100)))
            .div_ceil(100)
            .max(1);
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_nanos(highest(index).min(self.max_ns));
            }
        }
        Duration::ZERO
    }
}

/// The bucket of a value: values below `PER_DOUBLING` have their own, then each doubling has
/// `PER_DOUBLING`.
fn bucket(ns: u64) -> usize {
    let bits = u64::BITS - ns.leading_zeros();
    let shift = bits.saturating_sub(PRECISION_BITS + 1);
    let within = usize::try_from(ns >> shift).unwrap_or(usize::MAX);
    shift as usize * PER_DOUBLING + within
}

/// The highest value of a bucket.
fn highest(index: usize) -> u64 {
    let shift = (index / PER_DOUBLING).saturating_sub(1);
    let within = (index - shift * PER_DOUBLING) as u64;
    (within << shift) + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values_ns: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        for ns in values_ns {
            histogram.record(Duration::from_nanos(ns));
        }
        histogram
    }

    #[test]
    fn every_value_lies_in_its_bucket_and_buckets_are_narrow() {
        for shift in 0..64 {
            for ns in [
                1u64 << shift,
                (1u64 << shift) - 1,
                (1u64 << shift) | 1,
                u64::MAX >> shift,
            ] {
                let top = highest(bucket(ns));
                assert!(
                    top >= ns && top - ns <= ns / 64,
                    "{ns} in bucket up to {top}"
                );
            }
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn buckets_follow_one_another() {
        for index in 0..BUCKETS - 1 {
            assert_eq!(bucket(highest(index) + 1), index + 1);
        }
    }

    #[test]
    fn percentiles_are_within_a_64th() {
        let histogram = of((1..=1000).map(|n| n * 1_000));
        for percent in [50u8, 90, 99] {
            let exact = u64::from(percent) * 10_000;
            let found = u64::try_from(histogram.percentile(percent).as_nanos()).unwrap();
            assert!(
                found >= exact && found - exact <= exact / 64,
                "{percent}: {found}"
            );
        }
        assert_eq!(histogram.percentile(100), histogram.max());
        assert_eq!(histogram.max(), Duration::from_nanos(1_000_000));
    }

    #[test]
    fn merging_is_recording_both() {
        let mut merged = of([1, 500]);
        merged.merge(&of([70_000]));
        let both = of([1, 500, 70_000]);
        assert_eq!(merged.count(), 3);
        assert_eq!(merged.buckets, both.buckets);
        assert_eq!(merged.max(), both.max());
    }

    #[test]
    fn an_empty_histogram_answers_zero() {
        assert_eq!(Histogram::default().percentile(50), Duration::ZERO);
    }
}
