//! What an operator sets, and what only the demonstration has.

use model::Timestamp;

use crate::port::Country;

/// A link with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// Its text.
    pub text: String,
}

/// What every page must know of the operator.
#[derive(Debug, Clone)]
pub struct Site {
    /// The product's name, which leads every page.
    pub app: String,
    /// The origin people come by, such as `https://id.harbour.example`.
    pub origin: String,
    /// The country set in the list when the browser names none.
    pub default_country: Option<Country>,
    /// Where people go on to after the code; none when the page was the end.
    pub onward: Option<String>,
    /// Present in the demonstration only.
    pub demo: Option<Demo>,
}

impl Site {
    /// Whether people come by https.
    #[must_use]
    pub fn https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

/// What the demonstration's start page shows.
#[derive(Clone)]
pub struct Demo {
    /// A number reserved for fiction, written as people write it.
    pub sample_number: String,
    /// The simulator's page.
    pub simulator_url: String,
    /// An API key of this demonstration, for the lines to copy.
    pub api_key: String,
    /// When it was started: rooms that are not there yet are on their way for a while.
    pub started_at: Timestamp,
    /// Other pages of this machine that really answer.
    pub links: Vec<Link>,
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Demo(..)")
    }
}
