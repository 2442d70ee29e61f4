//! A short reference that a person can read out, and that leads staff to one log line.

use std::fmt;

use model::Entropy;

/// Crockford's alphabet: no I, L, O or U, so that nothing is misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Six characters, written `7Q4K-2M`. It names a log line and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference([u8; 6]);

impl Reference {
    /// Draws a reference. Without randomness it is `0000-00`: the answer matters more.
    #[must_use]
    pub fn draw(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 6];
        if entropy.fill(&mut bytes).is_err() {
            bytes = [0; 6];
        }
        Self(bytes.map(|byte| ALPHABET[usize::from(byte % 32)]))
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let dash = if place == 4 { "-" } else { "" };
            write!(f, "{dash}{}", char::from(*byte))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::EntropyError;

    struct Fixed(Option<u8>);
    impl Entropy for Fixed {
        fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
            out.fill(self.0.ok_or(EntropyError)?);
            Ok(())
        }
    }

    #[test]
    fn a_reference_is_six_readable_characters_with_a_dash() {
        assert_eq!(Reference::draw(&Fixed(Some(255))).to_string(), "ZZZZ-ZZ");
    }

    #[test]
    fn without_randomness_there_is_still_an_answer() {
        assert_eq!(Reference::draw(&Fixed(None)).to_string(), "0000-00");
    }
}
