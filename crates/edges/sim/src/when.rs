//! Points in time as the phones show them.

use model::Timestamp;

/// The time of day in UTC, which the script makes local, such as `14:02 UTC`.
pub(crate) fn clock(at: Timestamp) -> String {
    let text = at.rfc3339();
    let hours_and_minutes = text.get(11..16).unwrap_or_default();
    format!("{hours_and_minutes}\u{a0}UTC")
}

/// How long ago, in one unit: `now`, `5m`, `2h`, `3d`.
pub(crate) fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = now.since(at).as_millis().max(0) / 60_000;
    match minutes {
        0 => "now".to_owned(),
        1..60 => format!("{minutes}m"),
        60..1440 => format!("{}h", minutes / 60),
        _ => format!("{}d", minutes / 1440),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_one_unit() {
        let now = Timestamp::from_millis(1_795_000_000_000);
        let at = |seconds: i64| Timestamp::from_millis(now.as_millis() - seconds * 1000);
        for (seconds, shown) in [
            (-5, "now"),
            (59, "now"),
            (60, "1m"),
            (3599, "59m"),
            (3600, "1h"),
            (86_399, "23h"),
            (200_000, "2d"),
        ] {
            assert_eq!(ago(at(seconds), now), shown);
        }
        assert_eq!(clock(now), "11:06\u{a0}UTC");
    }
}
