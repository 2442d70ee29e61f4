//! Sets of words that tell most others apart from them at once.

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

    /// Whether the word may be one of the list, in any case. A word that is not all ASCII letters
    /// may always be.
    #[inline]
    pub(super) fn may_hold(&self, word: &str) -> bool {
        let place = place(word.as_bytes());
        self.bits[place / 64] & 1 << (place % 64) != 0 || !word.is_ascii()
    }
}

/// How many slots a lexicon has: some ten times as many as it has words.
const SLOTS: usize = 1 << 12;

/// Two lists of words, and where in them a word in ASCII letters stands.
pub(super) struct Lexicon {
    lists: [&'static [&'static str]; 2],
    /// By the place of a word, or in the next free slot behind it: one more than where it stands in
    /// both lists together; 0 for none.
    slots: [u16; SLOTS],
}

impl Lexicon {
    /// The words of both lists. In which a word of both stands is that of the first.
    pub(super) const fn of(
        first: &'static [&'static str],
        second: &'static [&'static str],
    ) -> Self {
        let mut lexicon = Self {
            lists: [first, second],
            slots: [0; SLOTS],
        };
        let (mut at, mut number) = (0, 0u16);
        while at < first.len() + second.len() {
            let word = match at < first.len() {
                true => first[at],
                false => second[at - first.len()],
            };
            let mut slot = place(word.as_bytes()) % SLOTS;
            while lexicon.slots[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            (at, number) = (at + 1, number + 1);
            lexicon.slots[slot] = number;
        }
        lexicon
    }

    /// Where a word in ASCII letters of any case stands in both lists together.
    #[inline]
    pub(super) fn place_of(&self, word: &str) -> Option<usize> {
        let [first, second] = self.lists;
        let mut slot = place(word.as_bytes()) % SLOTS;
        loop {
            let at = usize::from(self.slots[slot]).checked_sub(1)?;
            let known = match at.checked_sub(first.len()) {
                None => first.get(at),
                Some(at) => second.get(at),
            };
            if known.is_some_and(|known| known.eq_ignore_ascii_case(word)) {
                return Some(at);
            }
            slot = (slot + 1) % SLOTS;
        }
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

    static SIEVE: Sieve = Sieve::new().with("phone").with("call").with("zwölf");

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
    fn a_lexicon_knows_where_its_words_stand() {
        static LEXICON: Lexicon = Lexicon::of(&["phone", "call"], &["order", "call"]);
        let places = ["Phone", "CALL", "order", "orders", "", "other"].map(|w| LEXICON.place_of(w));
        assert_eq!(places, [Some(0), Some(1), Some(2), None, None, None]);
    }

    #[test]
    fn most_other_words_fall_through() {
        for word in ["", "a", "order", "phones", "cal", "telephone"] {
            assert!(!SIEVE.may_hold(word), "{word}");
        }
    }
}
