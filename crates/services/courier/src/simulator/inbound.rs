//! What a person texts back, on its way into the system.

use std::fmt;

use model::Timestamp;
use numbers::E164;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// One text that a person sent from a pretend phone.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct InboundText {
    /// Whose phone it came from.
    pub from: E164,
    /// The sender name or number it answers.
    pub to: String,
    /// The words.
    pub text: String,
    /// When it was sent.
    #[zeroize(skip)]
    pub at: Timestamp,
}

impl fmt::Debug for InboundText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InboundText(..)")
    }
}

/// Takes what people text back. Conversations (STOP, HELP, and talking with an assistant) are a
/// later step; until then [`NoInbound`] is wired and the text only stays on the pretend phone.
pub trait Inbound: Send + Sync {
    /// Takes one text. It must not wait: a carrier's webhook would be cut off.
    fn take(&self, text: InboundText);
}

/// Takes texts and drops them.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoInbound;

impl Inbound for NoInbound {
    fn take(&self, _text: InboundText) {}
}
