//! What a carrier tells us by itself.

use hyper::HeaderMap;
use zeroize::Zeroizing;

/// The longest body that a listener may hand over, bytes.
pub const BODY_MAX_BYTES: usize = 64 * 1024;
/// How far the time in a signature may be from ours, seconds.
pub(super) const TOLERANCE_SECONDS: i64 = 300;

/// One POST that reached the listener. Has no `Debug`: it holds numbers and texts.
pub struct WebhookRequest<'a> {
    /// The path behind the carrier's own, such as `status/msg_…`.
    pub path: &'a str,
    /// The query, without question mark.
    pub query: Option<&'a str>,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// At most [`BODY_MAX_BYTES`].
    pub body: &'a [u8],
}

impl WebhookRequest<'_> {
    /// A header's value, if it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What to answer. The body of a call's script holds a code; it has no `Debug`.
pub struct WebhookAnswer {
    /// Status code.
    pub status: u16,
    /// Type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: Zeroizing<String>,
}

impl WebhookAnswer {
    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            content_type: "text/plain",
            body: Zeroizing::default(),
        }
    }

    /// Taken.
    pub(super) fn ok() -> Self {
        Self::empty(204)
    }

    /// Not signed by the carrier.
    pub(super) fn forbidden() -> Self {
        Self::empty(403)
    }

    /// Signed, but nothing we know.
    pub(super) fn unreadable() -> Self {
        Self::empty(400)
    }

    /// No such thing here.
    pub(super) fn not_found() -> Self {
        Self::empty(404)
    }

    pub(super) fn json(body: Zeroizing<String>) -> Self {
        Self {
            status: 200,
            content_type: "application/json",
            body,
        }
    }

    pub(super) fn xml(body: Zeroizing<String>) -> Self {
        Self {
            status: 200,
            content_type: "text/xml",
            body,
        }
    }
}

/// A carrier that talks back.
pub trait Webhooks: Send + Sync {
    /// Takes one request. Nothing of it is believed before its signature was checked.
    fn receive(&self, request: &WebhookRequest<'_>) -> WebhookAnswer;
}
