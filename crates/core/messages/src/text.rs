//! A code by text message.

use std::fmt;

use crate::bidi::isolate_name;
use crate::segments::{Segments, count};
use crate::words::{TextWords, words};
use crate::{Code, Host, Language, ProductName, Purpose, SecretText};

/// Chrome reads an origin-bound code only from a message of at most this many characters.
const MACHINE_READ_CHARS: usize = 140;

/// What a text message with a code is made of.
#[derive(Clone, Copy, Debug)]
pub struct TextRequest<'a> {
    /// The language of the sentence.
    pub language: Language,
    /// What the code is for.
    pub purpose: Purpose,
    /// The name the person knows the product by.
    pub product: &'a ProductName,
    /// The host whose page asks for the code.
    pub host: &'a Host,
    /// The code.
    pub code: &'a Code,
}

/// A text, ready to send. Wiped when dropped; its `Debug` says nothing of the text.
#[derive(Clone)]
pub struct RenderedText {
    text: SecretText,
    language: Language,
    segments: Segments,
}

impl RenderedText {
    pub(crate) fn new(text: SecretText, language: Language) -> Self {
        let segments = count(text.as_str());
        Self {
            text,
            language,
            segments,
        }
    }

    /// The text itself, to hand to a carrier or a simulator and nowhere else.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }

    /// The language of the text.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The encoding the text needs and the segments it is billed as.
    #[must_use]
    pub const fn segments(&self) -> Segments {
        self.segments
    }
}

impl fmt::Debug for RenderedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RenderedText(..)")
    }
}

/// How much of what could be said is said.
#[derive(Clone, Copy)]
enum Variant {
    /// The full sentence and the full warning.
    Full,
    /// The full sentence and the short warning.
    ShortWarning,
    /// The short sentence and the short warning.
    Short,
}

impl Variant {
    /// The longest first.
    const ALL: [Self; 3] = [Self::Full, Self::ShortWarning, Self::Short];
}

/// Renders the text message that carries a code.
///
/// The sentence names the product and the purpose, a warning follows, then a blank line and,
/// last, `@host #code` (WICG, "Origin-bound one-time codes delivered via SMS"). Of three
/// variants the longest is taken that costs the fewest segments and, among those, stays within
/// 140 characters. A warning stands in each of them. With a product name of 12 characters, a
/// host of 24 and a code of 6 that is one segment in GSM 7-bit languages, two at most in others.
#[must_use]
pub fn render_text(request: &TextRequest<'_>) -> RenderedText {
    let [full, short_warning, short] = Variant::ALL.map(|variant| render_variant(request, variant));
    // The earlier, longer one stays unless the later one is truly better.
    let better = |best: RenderedText, next| {
        if cost(&next) < cost(&best) {
            next
        } else {
            best
        }
    };
    better(better(full, short_warning), short)
}

/// Segments first, then whether a browser would still read it.
fn cost(text: &RenderedText) -> (usize, bool) {
    (
        text.segments.segments,
        text.as_str().chars().count() > MACHINE_READ_CHARS,
    )
}

fn render_variant(request: &TextRequest<'_>, variant: Variant) -> RenderedText {
    let words = &words(request.language).text;
    let text = SecretText::build(|out| {
        write_sentence(out, words, request, variant);
        out.push_str("\n\n");
        write_bound_line(out, request.host, request.code);
    });
    RenderedText::new(text, request.language)
}

fn write_sentence(
    out: &mut String,
    words: &TextWords,
    request: &TextRequest<'_>,
    variant: Variant,
) {
    let sentence = words.sentence(request.purpose);
    let (template, warning) = match variant {
        Variant::Full => (&sentence.full, words.warning),
        Variant::ShortWarning => (&sentence.full, words.warning_short),
        Variant::Short => (&sentence.short, words.warning_short),
    };
    let product = isolate_name(request.product.as_str(), request.language);
    template.write(out, &product, request.code.as_str());
    out.push_str(words.between);
    out.push_str(warning);
}

/// Nothing before the `@`, one space, nothing after the code.
fn write_bound_line(out: &mut String, host: &Host, code: &Code) {
    out.push('@');
    out.push_str(host.as_str());
    out.push_str(" #");
    out.push_str(code.as_str());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret_text::ROOM_BYTES;

    #[test]
    fn the_longest_text_stays_within_the_memory_reserved_for_it() {
        let product = ProductName::parse(&"𠀋".repeat(ProductName::MAX_CHARS)).unwrap();
        let host = Host::parse(&format!("{}.example", "a".repeat(56))).unwrap();
        let code = Code::parse("1234567890").unwrap();
        for language in Language::ALL {
            for purpose in Purpose::ALL {
                let (product, host, code) = (&product, &host, &code);
                let request = TextRequest {
                    language,
                    purpose,
                    product,
                    host,
                    code,
                };
                let text = render_variant(&request, Variant::Full);
                assert!(
                    text.as_str().len() <= ROOM_BYTES,
                    "{language:?} {purpose:?}"
                );
            }
        }
    }
}
