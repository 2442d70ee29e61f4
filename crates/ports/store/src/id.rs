//! Keys given by callers.

/// A key that sorts by time: 48 bits of milliseconds since the Unix epoch, big-endian, then the
/// 80 random bits given.
///
/// Inserts with such keys are nearly sequential. Use it inside only: it tells when the row was
/// made, so public ids stay random. Times outside 0 … 2^48-1 are clamped.
#[must_use]
pub fn time_ordered(now_ms: i64, random: [u8; 10]) -> [u8; 16] {
    let clamped = now_ms.clamp(0, (1 << 48) - 1).to_be_bytes();
    let mut key = [0; 16];
    let (time, rest) = key.split_at_mut(6);
    time.copy_from_slice(&clamped[2..]);
    rest.copy_from_slice(&random);
    key
}

#[cfg(test)]
mod tests {
    use super::time_ordered;

    #[test]
    fn later_keys_sort_later() {
        let early = time_ordered(1_700_000_000_000, [255; 10]);
        let late = time_ordered(1_700_000_000_001, [0; 10]);
        assert!(early < late);
        assert_eq!(early[6..], [255; 10]);
    }

    #[test]
    fn times_before_the_epoch_are_clamped() {
        assert_eq!(time_ordered(-5, [1; 10])[..6], [0; 6]);
    }
}
