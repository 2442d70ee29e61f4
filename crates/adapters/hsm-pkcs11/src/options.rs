//! Which library, which tokens, and whose PIN opens them.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use cryptoki::context::Pkcs11;
use model::Clock;
use seal::{Class, KeyPurpose};

/// A PKCS#11 library that is loaded but not yet begun.
///
/// Loading maps the library and what it needs into the process; it can be done before a sandbox is
/// entered. Nothing is called in it but the list of its functions.
#[derive(Clone)]
pub struct Library(pub(crate) Pkcs11);

impl Library {
    /// Loads the shared object at `path`.
    ///
    /// # Errors
    /// [`LoadError`] when it is not there, not loadable, or no PKCS#11 library.
    pub fn load(path: &std::path::Path) -> Result<Library, LoadError> {
        let loaded = Pkcs11::new(path);
        loaded.map(Library).map_err(|error| LoadError {
            path: path.to_owned(),
            reason: error.to_string(),
        })
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Library(…)")
    }
}

/// The library cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} is no usable PKCS#11 library: {reason}")]
pub struct LoadError {
    /// The file named.
    pub path: PathBuf,
    /// What the loader or the library said.
    pub reason: String,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenOptions {
    /// The label it was initialised with; exactly one token must have it.
    pub label: String,
    /// The file with the user PIN: one line, readable by nobody but its owner and group.
    pub pin_file: PathBuf,
    /// What the operator vouches to be hardware. A token that is no such one, or of which nobody
    /// says anything, counts as a program.
    pub make: Option<Make>,
}

/// Maker and model, as a token tells them (PKCS #11, CK_TOKEN_INFO), without the padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Make {
    /// `manufacturerID`.
    pub vendor: String,
    /// `model`.
    pub model: String,
}

/// Everything [`crate::Pkcs11Hsm`] is told.
#[derive(Clone)]
pub struct Options {
    /// The token of every key but those that have one of their own.
    pub token: TokenOptions,
    /// The token of `open/staff`, where it has one of its own.
    pub staff: Option<TokenOptions>,
    /// Most sessions at work at one time, for each token.
    pub sessions: usize,
    /// Longest wait for a session, and for others' calls before the library is begun anew; then
    /// a request is [`seal::HsmError::Unavailable`].
    pub patience: Duration,
    /// A folder for the memory of refused PINs; without it a refusal is remembered until the
    /// process ends. It holds no PIN, but two bytes of a slow, salted hash of each.
    pub refusals: Option<PathBuf>,
    /// For the pause between attempts to reach a library that failed.
    pub clock: Arc<dyn Clock>,
}

impl Options {
    /// A wait that ends before people give up.
    pub const PATIENCE: Duration = Duration::from_secs(5);

    /// Place in [`Options::tokens`] of the token that holds keys of this purpose.
    pub(crate) fn place(&self, purpose: KeyPurpose) -> usize {
        usize::from(self.staff.is_some() && purpose == KeyPurpose::Open(Class::Staff))
    }

    /// Every token.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &TokenOptions> {
        std::iter::once(&self.token).chain(&self.staff)
    }
}
