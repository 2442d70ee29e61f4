//! What a person texts back, on its way into the system.

pub use peers::carrier::InboundText;

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
