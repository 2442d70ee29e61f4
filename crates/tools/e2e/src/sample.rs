//! Numbers that nobody has: kept free for fiction.

/// Geographic area codes of North America; in each, 555 0100 to 0199 are kept free (ATIS-0300048).
const AREAS: [u16; 24] = [
    201, 202, 203, 205, 206, 207, 208, 209, 210, 212, 213, 214, 215, 216, 217, 218, 219, 224, 225,
    228, 229, 231, 234, 239,
];

/// The `n`-th number that takes text messages: a thousand of Ofcom's 07700 900, then 2,400 of
/// North America.
///
/// # Panics
/// Beyond those.
#[must_use]
pub fn number(n: usize) -> String {
    if n < 1000 {
        return format!("+447700900{n:03}");
    }
    let (area, line) = ((n - 1000) / 100, n % 100);
    format!("+1{}55501{line:02}", AREAS[area])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_the_ranges_for_fiction() {
        assert_eq!(number(0), "+447700900000");
        assert_eq!(number(999), "+447700900999");
        assert_eq!(number(1000), "+12015550100");
        assert_eq!(number(3399), "+12395550199");
    }
}
