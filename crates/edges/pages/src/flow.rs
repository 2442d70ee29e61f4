//! The two ways through the pages: making an account, and signing in to one.

use axum::http::{HeaderMap, HeaderValue};
use model::{CodePurpose, VerificationId};
use webkit::cookies::{Cookie, CookieRules, SameSite};

use crate::port::{Proven, Verdict};

/// Seconds the browser keeps a flow: the code's ten minutes, and time to read what follows.
const KEPT_SECONDS: u32 = 30 * 60;

/// Which way a person goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Making an account.
    Signup,
    /// Signing in.
    Login,
}

impl Flow {
    /// The path its pages stand under.
    #[must_use]
    pub const fn base(self) -> &'static str {
        match self {
            Self::Signup => "/signup",
            Self::Login => "/login",
        }
    }

    /// What its codes are for.
    #[must_use]
    pub const fn purpose(self) -> CodePurpose {
        match self {
            Self::Signup => CodePurpose::Signup,
            Self::Login => CodePurpose::Login,
        }
    }

    const fn cookie(self) -> &'static str {
        match self {
            Self::Signup => "rf-signup",
            Self::Login => "rf-login",
        }
    }

    /// Where a proven number leads.
    #[must_use]
    pub fn after(self, proven: &Proven) -> &'static str {
        let known = matches!(proven.verdict, Verdict::Existing | Verdict::NumberInUse);
        match self {
            Self::Signup if known => "/signup/known",
            Self::Signup => "/signup/done",
            Self::Login => "/login/done",
        }
    }

    /// The verification this browser is in.
    #[must_use]
    pub fn current(self, cookies: CookieRules, headers: &HeaderMap) -> Option<VerificationId> {
        cookies.get(headers, self.cookie())?.parse().ok()
    }

    /// Lets the browser keep the verification. `everywhere` (the demonstration) sends it to all
    /// paths, else only to the flow's own.
    #[must_use]
    pub fn keep(
        self,
        cookies: CookieRules,
        verification: VerificationId,
        everywhere: bool,
    ) -> Option<HeaderValue> {
        cookies.set(&Cookie {
            name: self.cookie(),
            value: &verification.to_string(),
            path: if everywhere { "/" } else { self.base() },
            max_age_seconds: Some(KEPT_SECONDS),
            same_site: SameSite::Lax,
        })
    }
}
