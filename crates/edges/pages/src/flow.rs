//! The two ways through the pages: making an account, and signing in to one.

use model::{CodePurpose, Subject};

use crate::port::{Proven, Verdict};

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

    /// The cookie that keeps its verification.
    pub(crate) const fn cookie(self) -> &'static str {
        match self {
            Self::Signup => "rf-signup",
            Self::Login => "rf-login",
        }
    }

    /// The account that a proof signs in to by itself. A sign-up that meets an account does not: the
    /// person has to say first that it is theirs.
    #[must_use]
    pub fn signs_in(self, proven: &Proven) -> Option<Subject> {
        let by_itself = match self {
            Self::Signup => Verdict::Created,
            Self::Login => Verdict::Existing,
        };
        proven.subject.filter(|_| proven.verdict == by_itself)
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
}
