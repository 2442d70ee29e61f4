//! What a code is for.

/// What a code is for. The sentence says it, so that a code obtained under one pretext is
/// visibly wrong under another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// To create an account.
    SignUp,
    /// To sign in to an account that exists.
    SignIn,
    /// To recover an account whose other ways in are lost.
    Recovery,
    /// To confirm that the person who is signed in is the person who acts.
    StepUp,
}

impl Purpose {
    /// Every purpose, in the order of the declaration.
    pub const ALL: [Self; 4] = [Self::SignUp, Self::SignIn, Self::Recovery, Self::StepUp];
}
