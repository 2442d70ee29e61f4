//! Codes that hold digits but no number: they are passed over whole.

/// The longest IBAN (ISO 13616), without spaces.
const IBAN_MAX: usize = 34;

/// How far behind the beginning of its check digits an IBAN is looked at, in bytes: there may be a
/// space behind each of its characters.
pub(super) const IBAN_BYTES_MAX: usize = 2 * IBAN_MAX;

/// The shortest IBAN in use: Norway's.
const IBAN_MIN: usize = 15;

/// A sum to which another letter may be added.
const SUM_MAX: u64 = u64::MAX / 100 - 1;

/// The groups of a UUID (RFC 9562).
const UUID_GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

/// Whether the digits at `at` may be the check digits of an IBAN: a country stands before them.
#[inline]
pub(super) fn may_be_iban(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let country = at.checked_sub(2).and_then(|from| bytes.get(from..at));
    let apart = at < 3
        || bytes
            .get(at - 3)
            .is_some_and(|b| !b.is_ascii_alphanumeric());
    apart && country.is_some_and(|country| country.iter().all(u8::is_ascii_uppercase))
}

/// Where an IBAN ends whose check digits begin at `at`, if they are right.
pub(super) fn iban_end(text: &str, at: usize) -> Option<usize> {
    if !may_be_iban(text, at) {
        return None;
    }
    let bytes = text.as_bytes();
    let country = bytes.get(at.checked_sub(2)?..at)?;
    let check = value_of(country[0]) * 100 + value_of(country[1]);
    // The country and the check digits count behind all else, and those are read first.
    let (mut sum, mut count, mut head) = (0, 0, check);
    let (mut place, mut found) = (at, None);
    // Group by group: it ends only where one does.
    loop {
        let rest = bytes.get(place..).unwrap_or_default();
        for &byte in rest.iter().take(IBAN_MAX - 2 - count) {
            if !matches!(byte, b'0'..=b'9' | b'A'..=b'Z') {
                break;
            }
            (place, count) = (place + 1, count + 1);
            match count {
                1 | 2 => head = head * 10 + value_of(byte),
                _ if byte.is_ascii_digit() => sum = sum * 10 + value_of(byte),
                _ => sum = sum * 100 + value_of(byte),
            }
            // Dividing takes longest: only where there would be no room.
            if sum > SUM_MAX {
                sum %= 97;
            }
        }
        let next = bytes.get(place);
        let ends = next.is_none_or(|b| !b.is_ascii_alphanumeric());
        if ends && count + 2 >= IBAN_MIN && (sum % 97 * 1_000_000 + head) % 97 == 1 {
            found = Some(place);
        }
        match (next, bytes.get(place + 1)) {
            (Some(b' '), Some(b'0'..=b'9' | b'A'..=b'Z')) if count < IBAN_MAX - 2 => place += 1,
            _ => return found,
        }
    }
}

/// 0 to 9 for digits, 10 to 35 for letters.
fn value_of(byte: u8) -> u64 {
    match byte {
        b'0'..=b'9' => u64::from(byte - b'0'),
        _ => u64::from(byte.wrapping_sub(b'A')) + 10,
    }
}

/// Where the UUID ends that a run at `at` is a part of.
pub(super) fn uuid_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let within = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'-';
    let length: usize = UUID_GROUPS.iter().sum::<usize>() + UUID_GROUPS.len() - 1;
    let low = at.saturating_sub(length);
    let before = bytes.get(low..at)?;
    let outside = before.iter().rposition(|b| !within(b));
    let start = low + outside.map_or(0, |last| last + 1);
    // Most codes show here that they are none.
    if bytes.get(start + UUID_GROUPS[0]) != Some(&b'-') {
        return None;
    }
    let end = start + length;
    let code = bytes.get(start..end)?;
    let mut groups = code.split(|&b| b == b'-');
    let fits = UUID_GROUPS.iter().all(|&length| {
        let hex = |group: &[u8]| group.len() == length && group.iter().all(u8::is_ascii_hexdigit);
        groups.next().is_some_and(hex)
    });
    let apart = bytes.get(end).is_none_or(|b| !within(b));
    (fits && apart && end > at).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_ends_where_its_check_digits_say() {
        for (text, end) in [
            ("DE89 3704 0044 0532 0130 00 and 5", Some(27)),
            ("GB29NWBK60161331926819", Some(22)),
            ("GB29 NWBK 6016 1331 9268 19.", Some(27)),
            ("DE88 3704 0044 0532 0130 00", None),
            ("XDE89370400440532013000", None),
        ] {
            assert_eq!(
                iban_end(text, text.find(|c: char| c.is_ascii_digit()).unwrap()),
                end,
                "{text}"
            );
        }
    }

    #[test]
    fn a_uuid_is_passed_over_from_any_of_its_groups() {
        let text = "id=77009001-1234-4c3d-8ef0-077009001234;";
        for at in [3, 12, 27] {
            assert_eq!(uuid_end(text, at), Some(39), "{at}");
        }
        assert_eq!(uuid_end("77009001-1234-4c3d-8ef0-0770090012345", 0), None);
    }
}
