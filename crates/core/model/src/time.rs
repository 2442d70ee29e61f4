//! Points in time and spans, in milliseconds.

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// A span in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Millis(i64);

impl Millis {
    /// A span of whole seconds.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// A span of whole milliseconds.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The span in milliseconds.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded up and never negative: what a person is told to wait.
    #[must_use]
    pub fn seconds_up(self) -> u32 {
        u32::try_from(self.0.max(0).saturating_add(999) / 1000).unwrap_or(u32::MAX)
    }
}

/// A point in time: milliseconds since 1970-01-01 UTC.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This point moved by `span`; stops at the ends of time instead of wrapping.
    #[must_use]
    pub const fn plus(self, span: Millis) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// The span from `earlier` to this point; negative when `earlier` lies later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Millis {
        Millis(self.0.saturating_sub(earlier.0))
    }

    /// Days since 1970-01-01, the finest time a log leaf tells.
    #[must_use]
    pub fn day(self) -> u32 {
        u32::try_from(self.0.max(0) / 86_400_000).unwrap_or(u32::MAX)
    }

    /// The hour since 1970-01-01, which names ingest and pending keys.
    #[must_use]
    pub fn hour(self) -> u32 {
        u32::try_from(self.0.max(0) / 3_600_000).unwrap_or(u32::MAX)
    }

    /// RFC 3339 in UTC with whole seconds, as every page and answer writes it.
    #[must_use]
    pub fn rfc3339(self) -> String {
        OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1000))
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
            .unwrap_or_default()
    }
}

impl std::str::FromStr for Timestamp {
    type Err = TimeError;

    /// RFC 3339 with any offset; parts of a millisecond are cut off.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| TimeError)?;
        let millis = at.unix_timestamp_nanos().div_euclid(1_000_000);
        i64::try_from(millis).map(Self).map_err(|_| TimeError)
    }
}

/// A text is no time as RFC 3339 writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time as RFC 3339 writes it")]
pub struct TimeError;

/// Where the present time comes from: the system in production, a hand in tests.
pub trait Clock: Send + Sync {
    /// The present time.
    fn now(&self) -> Timestamp;
}

impl<T: Clock + ?Sized> Clock for std::sync::Arc<T> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds_and_never_negative() {
        assert_eq!(Millis::from_millis(1).seconds_up(), 1);
        assert_eq!(Millis::from_millis(1000).seconds_up(), 1);
        assert_eq!(Millis::from_millis(1001).seconds_up(), 2);
        assert_eq!(Millis::from_millis(-5).seconds_up(), 0);
    }

    #[test]
    fn times_are_written_in_utc_with_whole_seconds() {
        assert_eq!(
            Timestamp::from_millis(1_795_000_000_123).rfc3339(),
            "2026-11-18T11:06:40Z"
        );
        assert_eq!(Timestamp::from_millis(0).rfc3339(), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn times_are_read_in_any_zone_and_nothing_else_is() {
        let at = Ok(Timestamp::from_millis(1_795_000_000_000));
        assert_eq!("2026-11-18T11:06:40Z".parse(), at);
        assert_eq!("2026-11-18T12:06:40+01:00".parse(), at);
        for text in ["", "2026-11-18", "2026-11-18T11:06:40", "18 November"] {
            assert_eq!(text.parse::<Timestamp>(), Err(TimeError), "{text}");
        }
    }

    #[test]
    fn adding_stops_at_the_end_of_time() {
        let end = Timestamp::from_millis(i64::MAX);
        assert_eq!(end.plus(Millis::from_seconds(1)), end);
    }
}
