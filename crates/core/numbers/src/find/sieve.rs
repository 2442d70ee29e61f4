//! A set of words that tells most others apart from them at once.

/// How many bits a sieve has: some twenty times as many as the longest list has words.
const BITS: usize = 1 << 14;

/// Odd, with its bits mixed: 2 to the 32nd over the golden ratio.
const FACTOR: u32 = 0x9E37_79B1;

/// Words in ASCII letters, each as one bit.
pub(super) struct Sieve {
    bits: [u64; BITS / 64],
}

impl Sieve {
    /// A sieve that holds nothing back.
    pub(super) const fn new() -> Self {
        Self {
            bits: [0; BITS / 64],
        }
    }

    /// The same, holding back this word too.
    #[must_use]
    pub(super) const fn with(mut self, word: &str) -> Self {
        let place = place(word.as_bytes());
        self.bits[place / 64] |= 1 << (place % 64);
        self
    }

    /// The same, holding back all words of a list.
    #[must_use]
    pub(super) const fn with_all(mut self, words: &[&str]) -> Self {
        let mut at = 0;
        while at < words.len() {
            self = self.with(words[at]);
            at += 1;
        }
        self
    }

    /// Whether the word may be one of the list, in any case. A word that is not all ASCII letters
    /// may always be.
    #[inline]
    pub(super) fn may_hold(&self, word: &str) -> bool {
        let place = place(word.as_bytes());
        self.bits[place / 64] & 1 << (place % 64) != 0 || !word.is_ascii()
    }
}

#[inline]
const fn place(word: &[u8]) -> usize {
    let (mut hash, mut at) = (0u32, 0);
    while at < word.len() {
        // Capitals have the place of small letters.
        hash = (hash ^ (word[at] | 0x20) as u32).wrapping_mul(FACTOR);
        at += 1;
    }
    (hash >> (32 - BITS.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    static SIEVE: Sieve = Sieve::new().with_all(&["phone", "call"]).with("zwölf");

    #[test]
    fn its_own_words_are_held_back_in_any_case() {
        for word in [
            "phone",
            "PHONE",
            "Call",
            "zwölf",
            "Zwölf",
            "ZWÖLF",
            "другое",
        ] {
            assert!(SIEVE.may_hold(word), "{word}");
        }
    }

    #[test]
    fn most_other_words_fall_through() {
        for word in ["", "a", "order", "phones", "cal", "telephone"] {
            assert!(!SIEVE.may_hold(word), "{word}");
        }
    }
}
