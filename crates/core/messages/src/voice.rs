//! A code by call.

use std::fmt;

use crate::words::words;
use crate::{Code, Language, ProductName, Purpose, SecretText};

/// Between two digits: slow enough to write along.
const DIGIT_GAP_MS: u16 = 500;
/// Before the digits, so that the first is not swallowed.
const BEFORE_DIGITS_MS: u16 = 700;
/// After the digits, time to finish writing.
const AFTER_DIGITS_MS: u16 = 1200;

/// What a call with a code is made of.
#[derive(Clone, Copy, Debug)]
pub struct VoiceRequest<'a> {
    /// The language that is spoken.
    pub language: Language,
    /// What the code is for.
    pub purpose: Purpose,
    /// The name the person knows the product by.
    pub product: &'a ProductName,
    /// The code.
    pub code: &'a Code,
}

/// One thing that happens in a call. `Debug` names the kind only.
#[derive(Clone)]
pub enum VoicePart {
    /// A sentence to say. It never holds the code.
    Say(String),
    /// Asks for any key. What follows is said only once one was pressed: an answering machine
    /// gets no code.
    AwaitKey(String),
    /// The code, digit by digit, each spoken in the language of the call.
    Digits {
        /// The digits.
        code: Code,
        /// Silence between two digits, in milliseconds.
        gap_ms: u16,
    },
    /// Silence.
    Pause {
        /// How long, in milliseconds.
        ms: u16,
    },
}

impl fmt::Debug for VoicePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Say(_) => "Say(..)",
            Self::AwaitKey(_) => "AwaitKey(..)",
            Self::Digits { .. } => "Digits(..)",
            Self::Pause { .. } => "Pause(..)",
        })
    }
}

/// A call, ready to be spoken. `Debug` says nothing of the words or the code.
#[derive(Clone)]
pub struct RenderedVoice {
    language: Language,
    parts: Vec<VoicePart>,
}

impl RenderedVoice {
    /// The language of the voice.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// What happens, in order.
    #[must_use]
    pub fn parts(&self) -> &[VoicePart] {
        &self.parts
    }

    /// The call as text, for the simulator: one line for each thing said, digits separated by
    /// a comma and a space.
    #[must_use]
    pub fn to_plain_text(&self) -> SecretText {
        SecretText::build(|out| {
            for part in &self.parts {
                write_line(out, part);
            }
            out.truncate(out.trim_end().len());
        })
    }
}

impl fmt::Debug for RenderedVoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RenderedVoice(..)")
    }
}

/// Renders the call that carries a code: a key is asked for, then come greeting with product and
/// purpose, the code slowly,
/// the code again, and what to do if the person did not ask for it.
#[must_use]
pub fn render_voice(request: &VoiceRequest<'_>) -> RenderedVoice {
    let words = &words(request.language).voice;
    let mut prompt = String::new();
    words.press_key.write(&mut prompt, request.product.as_str());
    let mut opening = String::new();
    words
        .opening(request.purpose)
        .write(&mut opening, request.product.as_str());
    let digits = || VoicePart::Digits {
        code: request.code.clone(),
        gap_ms: DIGIT_GAP_MS,
    };
    let parts = vec![
        VoicePart::AwaitKey(prompt),
        VoicePart::Say(opening),
        VoicePart::Pause {
            ms: BEFORE_DIGITS_MS,
        },
        digits(),
        VoicePart::Pause {
            ms: AFTER_DIGITS_MS,
        },
        VoicePart::Say(words.again.to_owned()),
        VoicePart::Pause {
            ms: BEFORE_DIGITS_MS,
        },
        digits(),
        VoicePart::Pause {
            ms: AFTER_DIGITS_MS,
        },
        VoicePart::Say(words.not_you.to_owned()),
    ];
    RenderedVoice {
        language: request.language,
        parts,
    }
}

fn write_line(out: &mut String, part: &VoicePart) {
    match part {
        VoicePart::Say(sentence) | VoicePart::AwaitKey(sentence) => out.push_str(sentence),
        VoicePart::Digits { code, .. } => {
            for (index, digit) in code.as_str().chars().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                out.push(digit);
            }
        }
        VoicePart::Pause { .. } => return,
    }
    out.push('\n');
}
