//! The shapes of the vault's questions and answers.

use model::{
    ApplicationId, Channel, ChannelChoice, CodePurpose, NextChannels, SealedText, Status, Subject,
    Timestamp, TypedCode, TypedNumber, VerificationId,
};
use numbers::{LineType, Region};
use serde::{Deserialize, Serialize};

/// Where the number comes from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Destination {
    /// As typed, with the country that was chosen beside it.
    Typed {
        /// The text.
        text: TypedNumber,
        /// The country to assume when the text has no `+`.
        region: Option<Region>,
    },
    /// Sealed in the person's page to the vault's ingest key.
    Sealed(SealedText),
    /// The sealed number of an account that exists.
    OnFile(Subject),
}

/// Start a verification.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Begin {
    /// Drawn by the caller; repeating it repeats the answer.
    pub verification: VerificationId,
    /// The application the code is for.
    pub application: ApplicationId,
    /// What the code is for.
    pub purpose: CodePurpose,
    /// Whom to reach.
    pub destination: Destination,
    /// By which channel.
    pub channel: ChannelChoice,
    /// The account that this proof is for, where there is one already.
    pub subject: Option<Subject>,
    /// BCP-47 language wanted for the words.
    pub locale: Option<String>,
    /// What an earlier approval left on this device: puts the request into the owner's lane.
    pub owner: Option<OwnerProof>,
    /// When the caller stops waiting: a request that is found later does nothing, because the person
    /// was told that it failed and may have asked again.
    pub until: Timestamp,
    /// Begins nothing where a verification for the same application and purpose is open that was
    /// itself begun with this number as typed text: its code is sent again, and the answer names
    /// it. Without effect unless this number is typed too.
    pub unless_open: bool,
}

/// Ask for the open verification of a number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FindOpen {
    /// The application.
    pub application: ApplicationId,
    /// What its code is for.
    pub purpose: CodePurpose,
    /// The number as typed.
    pub text: TypedNumber,
    /// The country to assume when the text has no `+`.
    pub region: Option<Region>,
}

/// One guess at the open verification of a number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckNumber {
    /// Which verification is meant.
    pub number: FindOpen,
    /// What the person typed.
    pub code: TypedCode,
}

/// What a guess at a number came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedNumber {
    /// The verification that was meant, as it stood before the guess.
    pub open: Open,
    /// What the guess came to.
    pub checked: Checked,
}

/// The verification of a number whose code lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Its id.
    pub verification: VerificationId,
    /// Pending, or locked when no guesses are left.
    pub status: Status,
    /// When it began, as in [`PendingView`].
    pub begun_at: Timestamp,
}

/// Says that this device proved this number before. Made and checked by the vault only; it
/// opens nothing, it only keeps strangers from using up the owner's share of sends and guesses.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerProof {
    /// When it stops counting.
    pub expires_at: Timestamp,
    /// The vault's mark over application, number and expiry.
    pub mac: [u8; 32],
}

impl std::fmt::Debug for OwnerProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OwnerProof(..)")
    }
}

/// Send the same code again.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Resend {
    /// The application.
    pub application: ApplicationId,
    /// The verification.
    pub verification: VerificationId,
    /// By which channel.
    pub channel: ChannelChoice,
    /// True when the system falls back by itself after a definite failure: the person's own
    /// waiting time does not apply, every hard limit does.
    pub fallback: bool,
    /// When the caller stops waiting: a request that is found later does nothing, because the person
    /// was told that it failed and may have asked again.
    pub until: Timestamp,
}

/// What is known about a number without knowing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    /// The country of its numbering plan.
    pub country: Region,
    /// The kind of line.
    pub line_type: LineType,
}

/// A verification as the vault sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingView {
    /// Where it stands.
    pub status: Status,
    /// The channel of the last message.
    pub channel: Channel,
    /// When it began: the end, less the time that a code works now.
    pub begun_at: Timestamp,
    /// When the last message was queued.
    pub sent_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Guesses left for this code.
    pub attempts_left: u8,
    /// Digits in the code.
    pub code_length: u8,
    /// What may be sent next.
    pub next: NextChannels,
}

/// A message is queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Its id: the one asked with, or that of the open verification whose code went out again.
    pub verification: VerificationId,
    /// The verification.
    pub view: PendingView,
    /// What may be told about the number.
    pub traits: Traits,
}

/// One guess.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckCode {
    /// The application.
    pub application: ApplicationId,
    /// The verification.
    pub verification: VerificationId,
    /// What the person typed.
    pub code: TypedCode,
}

/// What the proof led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// A new account was made.
    Created,
    /// The account that already stood under this number.
    Existing,
    /// The number has as many accounts here as it may have; the newest is named.
    NumberInUse,
    /// Nothing stands under this number at this application.
    NoAccount,
    /// The number may not make accounts here until the date given.
    Banned {
        /// When the ban ends.
        until: Timestamp,
    },
    /// The number is not the one on file for the subject given.
    OtherNumber,
    /// The account is locked.
    LockedAccount,
}

/// The right code was typed in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// The pairwise pseudonym, absent where the verdict names none.
    pub subject: Option<Subject>,
    /// What the proof led to.
    pub verdict: Verdict,
    /// What may be told about the number.
    pub traits: Traits,
    /// When it was proven.
    pub at: Timestamp,
    /// The purpose it was proven for.
    pub purpose: CodePurpose,
    /// The channel of the last message.
    pub channel: Channel,
    /// For the device to keep, where an account is named.
    pub owner: Option<OwnerProof>,
}

/// Why a right code proved nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldFor {
    /// The SIM card of the number was changed a short while ago: a code by text or call may have
    /// reached somebody else.
    SimChanged,
    /// The operator did not say whether it was, and the application wants to know.
    NoSignal,
}

/// Another way to prove what a held code could not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherWay {
    /// A device that proved this number before the SIM card can have been changed.
    KnownDevice,
}

/// A right code that is not enough by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The verification, which stays unproven.
    pub view: PendingView,
    /// Why.
    pub why: HeldFor,
    /// From when on a new code is enough, at the latest. Nothing where waiting may help at any time.
    pub possible_at: Option<Timestamp>,
    /// What would be enough now, beside the code.
    pub other_way: Option<OtherWay>,
}

/// What one guess came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checked {
    /// Right. Repeating the check within the window repeats this.
    Approved(Approved),
    /// Wrong; more guesses are left.
    Wrong(PendingView),
    /// Not a code at all (empty, letters, wrong length): not counted as a guess.
    Malformed(PendingView),
    /// Right, and not enough by itself. No guess was used, nothing is proven.
    Held(Held),
    /// Too late.
    Expired(PendingView),
    /// No guesses left for this code, or for this number.
    Locked(PendingView),
    /// Called off.
    Canceled,
    /// No such verification at this application.
    NotFound,
}

/// A verification that was looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewed {
    /// What the code is for.
    pub purpose: CodePurpose,
    /// Where it stands.
    pub view: PendingView,
    /// What may be told about the number.
    pub traits: Traits,
    /// What it led to, while a check would still repeat it.
    pub approved: Option<Approved>,
}

/// What a reclaim came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reclaimed {
    /// The old account lost the number; there is a new one.
    Done {
        /// The new account.
        approved: Approved,
        /// The account that lost the number.
        former: Subject,
    },
    /// The old account proved the number too recently for it to have changed hands.
    TooRecent {
        /// When a reclaim becomes possible.
        possible_at: Timestamp,
    },
    /// Nothing to reclaim: no fresh approval that found an existing account.
    NotApplicable,
}

/// The key that pages and SDKs seal to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealKey {
    /// A signed note (C2SP signed-note) with deployment, key id, public key and validity.
    pub note: String,
    /// The verifier key of the signature, in the note format's `name+hash+key` form.
    pub verifier: String,
    /// When the key stops being accepted.
    pub not_after: Timestamp,
}

/// An account the vault made, for a front that catches up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAccount {
    /// The application.
    pub application: ApplicationId,
    /// The pairwise pseudonym.
    pub subject: Subject,
    /// The verification that made it.
    pub verification: VerificationId,
    /// What may be told about the number.
    pub traits: Traits,
    /// When it was proven.
    pub at: Timestamp,
    /// How it stands now.
    pub standing: Standing,
    /// When a deletion that was asked for becomes final.
    pub shred_at: Option<Timestamp>,
}

/// How an account stands, apart from a deletion that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Everything works.
    Active,
    /// Nothing opens, nothing is sent.
    Locked,
    /// The number was forgotten.
    NumberForgotten,
    /// The number went to a new owner.
    NumberLost,
}

/// Some new accounts, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    /// The accounts.
    pub accounts: Vec<NewAccount>,
    /// Where to go on, if more are there.
    pub more_since: Option<Timestamp>,
}

/// Where a deletion stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeletionState {
    /// Nothing opens, nothing is sent; shredded at the time given unless undone.
    Scheduled {
        /// When it becomes final.
        shred_at: Timestamp,
    },
    /// Alive, after an undo.
    Active,
    /// Already gone, or never there.
    Gone,
    /// More deletions than one hour allows; try later.
    TooMany {
        /// When the next hour begins.
        retry_at: Timestamp,
    },
}

/// Who holds the keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Custody {
    /// Keys in a file on this machine: for development and demonstration.
    Development,
    /// Keys in a hardware module.
    Hsm {
        /// Its maker.
        vendor: String,
        /// Its model.
        model: String,
    },
}

/// Whether the vault can serve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Who holds the keys.
    pub custody: Custody,
    /// What keeps it from serving, if anything.
    pub trouble: Option<super::Unavailable>,
    /// Living accounts.
    pub accounts: u64,
    /// Whether the courier answers.
    pub courier: bool,
    /// Digits in the codes that are drawn now.
    pub code_length: u8,
}

/// What the vault stores for one account: bytes that say nothing.
#[cfg(feature = "demo")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredView {
    /// The sealed number.
    pub ciphertext: Vec<u8>,
    /// The commitment to its key.
    pub commitment: Vec<u8>,
    /// The keys wrapped for each purpose class: class name and bytes.
    pub wraps: Vec<(String, Vec<u8>)>,
    /// The blind index entry.
    pub tag: Vec<u8>,
    /// The record hash that the log commits to.
    pub record_hash: Vec<u8>,
    /// Leaves written about this account, as their log form.
    pub leaves: Vec<Vec<u8>>,
}
