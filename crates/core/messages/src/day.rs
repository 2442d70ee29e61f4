//! A calendar day, as a person reads it in a text.

use std::fmt;

/// A day of the Gregorian calendar, years 2000 to 9999.
///
/// Texts show it as `2026-11-25` (ISO 8601), which reads the same in every language: a short
/// form with the day or the month first would mean two things to two readers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

/// The calendar has no such day, or its year is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the calendar has no such day between 2000 and 9999")]
pub struct DayError;

impl Day {
    /// The day of a year (2000 to 9999), a month (1 to 12) and a day of that month (from 1).
    ///
    /// # Errors
    /// [`DayError`] when the calendar has no such day.
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, DayError> {
        let known = (2000..=9999).contains(&year) && (1..=days_in(year, month)).contains(&day);
        if known {
            Ok(Self { year, month, day })
        } else {
            Err(DayError)
        }
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Days in a month; none in a month that does not exist.
fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_the_same_everywhere() {
        assert_eq!(Day::new(2026, 3, 4).unwrap().to_string(), "2026-03-04");
    }

    #[test]
    fn only_days_of_the_calendar_exist() {
        for (year, month, day, exists) in [
            (2026, 2, 28, true),
            (2026, 2, 29, false),
            (2028, 2, 29, true),
            (2100, 2, 29, false),
            (2000, 2, 29, true),
            (2026, 4, 31, false),
            (2026, 12, 31, true),
            (2026, 13, 1, false),
            (2026, 0, 1, false),
            (2026, 1, 0, false),
            (1999, 12, 31, false),
            (10_000, 1, 1, false),
        ] {
            assert_eq!(
                Day::new(year, month, day).is_ok(),
                exists,
                "{year}-{month}-{day}"
            );
        }
    }
}
