//! Numbers out of a text, and back in.

use zeroize::Zeroizing;

use super::{Finder, Hints, Piece};

/// The numbers taken out of the texts of one scope, such as a conversation: the same number has
/// the same placeholder throughout, and [`restore`](Redactions::restore) puts each back as it was
/// first written. Wiped on drop; `Debug` is not implemented.
#[derive(Default)]
pub struct Redactions {
    entries: Vec<Entry>,
}

struct Entry {
    /// What makes two writings the same number: E.164 where it is known, else the text.
    key: Zeroizing<String>,
    written: Zeroizing<String>,
    placeholder: String,
}

impl Redactions {
    /// A scope in which nothing was redacted yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many different numbers were redacted.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing was redacted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The text without its numbers. `placeholder` names the n-th different number of the scope,
    /// counted from 0. To be restored, placeholders must differ, none may be the beginning of
    /// another (`[phone 1]`, not `phone 1`), and the texts must not hold them already.
    pub fn redact(
        &mut self,
        text: &str,
        hints: Hints<'_>,
        placeholder: impl Fn(usize) -> String,
    ) -> String {
        let mut out = String::with_capacity(text.len());
        let mut finder = Finder::new(hints);
        let mut take = |piece: Piece<'_>| out.push_str(self.replaced(piece, &placeholder));
        finder.push(text.as_bytes(), &mut take);
        finder.finish(take);
        out
    }

    /// What stands for a piece of a [`Finder`]'s text: itself, or the placeholder of its number.
    /// For texts that come in chunks.
    pub fn replaced<'p>(
        &'p mut self,
        piece: Piece<'p>,
        placeholder: impl Fn(usize) -> String,
    ) -> &'p str {
        let (written, found) = match piece {
            Piece::Text(text) => return text,
            Piece::Number(written, found) => (written, found),
        };
        let key = found
            .parsed
            .as_ref()
            .map_or(written, |parsed| parsed.number.as_str());
        let known = self
            .entries
            .iter()
            .position(|entry| entry.key.as_str() == key);
        let place = known.unwrap_or_else(|| {
            self.entries.push(Entry {
                key: Zeroizing::new(key.to_owned()),
                written: Zeroizing::new(written.to_owned()),
                placeholder: placeholder(self.entries.len()),
            });
            self.entries.len() - 1
        });
        self.entries
            .get(place)
            .map_or("", |entry| &entry.placeholder)
    }

    /// The text with every placeholder of the scope replaced by its number as first written.
    pub fn restore(&self, text: &str) -> Zeroizing<String> {
        // Room is made once, so that no half-restored copy is left behind by growing.
        let mut out = Zeroizing::new(String::with_capacity(self.walk(text, |_| {})));
        self.walk(text, |part| out.push_str(part));
        out
    }

    /// Hands on the parts of the restored text; returns how many bytes they are.
    fn walk(&self, text: &str, mut out: impl FnMut(&str)) -> usize {
        let (mut rest, mut bytes) = (text, 0);
        while let Some(c) = rest.chars().next() {
            let begins = |entry: &&Entry| {
                !entry.placeholder.is_empty() && rest.starts_with(&entry.placeholder)
            };
            let (part, taken) = match self.entries.iter().find(begins) {
                Some(entry) => (entry.written.as_str(), entry.placeholder.len()),
                None => (rest.get(..c.len_utf8()).unwrap_or_default(), c.len_utf8()),
            };
            out(part);
            bytes += part.len();
            rest = rest.get(taken..).unwrap_or_default();
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, Region};

    fn name(place: usize) -> String {
        format!("[phone {}]", place + 1)
    }

    fn hints(regions: &[Region]) -> Hints<'_> {
        Hints::new(regions, Mode::RecallMax)
    }

    #[test]
    fn a_number_has_one_placeholder_however_it_is_written() {
        let regions = [Region::parse("GB").unwrap()];
        let mut redactions = Redactions::new();
        let text = "07700 900123, +44 7700 900123 and 07700 900456";
        let clean = redactions.redact(text, hints(&regions), name);
        assert_eq!(clean, "[phone 1], [phone 1] and [phone 2]");
        let later = redactions.redact("call 07700900456", hints(&regions), name);
        assert_eq!(later, "call [phone 2]");
        assert_eq!(redactions.len(), 2);
    }

    #[test]
    fn what_was_redacted_is_restored() {
        let regions = [Region::parse("GB").unwrap()];
        let mut redactions = Redactions::new();
        let text = "é 07700 900123; \u{1}(07700) 900456!";
        let clean = redactions.redact(text, hints(&regions), name);
        assert!(!clean.contains("900"));
        assert_eq!(redactions.restore(&clean).as_str(), text);
        let answer = redactions.restore("I shall text [phone 2] and [phone 3].");
        assert_eq!(
            answer.as_str(),
            "I shall text (07700) 900456 and [phone 3]."
        );
    }

    #[test]
    fn text_without_numbers_stays_as_it_is() {
        let mut redactions = Redactions::new();
        let text = "nothing, 12 of it";
        assert_eq!(redactions.redact(text, hints(&[]), name), text);
        assert!(redactions.is_empty());
        assert_eq!(redactions.restore(text).as_str(), text);
    }
}
