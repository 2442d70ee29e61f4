//! What the pages need from the service behind them. The shapes follow the vault's, so that an
//! adapter only renames; the pages themselves know neither vault nor database.

mod sessions;

use std::{fmt, net::IpAddr};

use async_trait::async_trait;
use model::{
    Channel, ChannelChoice, CodePurpose, NextChannels, SealedText, Status, Subject, Timestamp,
    TypedCode, TypedNumber, VerificationId,
};

pub use self::sessions::{OpenedSession, SessionToken, Sessions, SignedIn};

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Stands for numbers that belong to no country, written `ZZ`.
    pub const WORLD: Self = Self(*b"ZZ");

    /// Reads two capital letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code: [u8; 2] = text.as_bytes().try_into().ok()?;
        code.iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Self(code))
    }

    /// The two letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kind of line, as far as a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A mobile line.
    Mobile,
    /// A landline.
    Fixed,
    /// The plan does not tell them apart.
    Either,
    /// A line over the internet.
    Voip,
    /// Anything else.
    Other,
}

/// What a person wants reached.
#[derive(Debug, Clone)]
pub enum Destination {
    /// As typed, with the country chosen beside it.
    Typed {
        /// The text.
        text: TypedNumber,
        /// The country to assume when the text has no `+`.
        country: Option<Country>,
    },
    /// Sealed in the person's browser.
    Sealed(SealedText),
}

/// Who asks, for limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientInfo {
    /// The address the request came from.
    pub address: IpAddr,
    /// A random mark of the browser, if it kept the one it was given.
    pub device: Option<[u8; 16]>,
}

/// What an approval leaves in a browser. With it the person has limits that no stranger can use up.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OwnerProof {
    /// When it ends.
    pub expires_at: Timestamp,
    /// The vault's mark.
    pub mac: [u8; 32],
}

impl fmt::Debug for OwnerProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnerProof(..)")
    }
}

/// A form that asks for a code.
#[derive(Debug, Clone)]
pub struct StartForm {
    /// Drawn when the form was rendered; sending it twice is the same as once.
    pub verification: VerificationId,
    /// Whom to reach.
    pub destination: Destination,
    /// How.
    pub channel: ChannelChoice,
    /// What the code is for.
    pub purpose: CodePurpose,
    /// The page's language, for the words of the message.
    pub locale: &'static str,
    /// Who asks.
    pub client: ClientInfo,
    /// What an earlier approval left in this browser.
    pub owner: Option<OwnerProof>,
}

/// A verification whose code is out, or was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Started {
    /// Its id.
    pub verification: VerificationId,
    /// Where it stands.
    pub status: Status,
    /// What the code is for.
    pub purpose: CodePurpose,
    /// The channel of the last message.
    pub channel: Channel,
    /// When the code ends.
    pub expires_at: Timestamp,
    /// Guesses left.
    pub attempts_left: u8,
    /// Digits in the code.
    pub code_length: u8,
    /// What may be sent next.
    pub next: NextChannels,
    /// The country of the number; absent where telling it would tell too much.
    pub country: Option<Country>,
    /// The kind of line.
    pub line: Line,
}

/// What is wrong with a typed number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFault {
    /// Nothing but spaces.
    Empty,
    /// Fewer digits than any number of the country has.
    TooShort(Option<Country>),
    /// More digits than any number of the country has.
    TooLong(Option<Country>),
    /// Not a number at all.
    Shape,
    /// Well formed, but no such number can be in use.
    Unknown,
    /// It ends in an extension.
    Extension,
    /// An emergency number, or another short one that belongs to no person.
    Service,
    /// No `+` and no country.
    CountryMissing,
}

/// Why no code went out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartError {
    /// The number cannot be read.
    Number(NumberFault),
    /// The line does not take the channel; these it takes.
    ChannelForLine(Vec<Channel>),
    /// This kind of line is not accepted.
    LineRefused,
    /// This country is not served.
    CountryRefused,
    /// A limit is reached; `next` says when each channel opens again.
    Limit(NextChannels),
    /// Too many requests from this client.
    ClientLimit {
        /// Seconds to wait.
        after_seconds: u32,
    },
    /// The verification is over or unknown.
    Finished,
    /// The form's id was used for something else.
    KeyReused,
    /// A sandbox takes only its own test numbers.
    SandboxNumber,
    /// The sealed number is too old, seen before, or not for us.
    SealedText,
    /// The service behind cannot answer now.
    Away,
}

/// The service behind cannot answer now; nothing is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the vault cannot answer now")]
pub struct Away;

/// What a proof led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A new account was made.
    Created,
    /// The account that already stood under this number.
    Existing,
    /// The number has as many accounts as it may have.
    NumberInUse,
    /// Nothing stands under this number.
    NoAccount,
    /// The number may not open accounts until then.
    Banned {
        /// When the ban ends.
        until: Timestamp,
    },
    /// The account is locked.
    Locked,
}

/// A number was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proven {
    /// The pairwise pseudonym, where there is an account.
    pub subject: Option<Subject>,
    /// What it led to.
    pub verdict: Verdict,
    /// The country of the number.
    pub country: Country,
    /// The kind of line.
    pub line: Line,
    /// When.
    pub at: Timestamp,
}

/// The answer to a right code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approved {
    /// What was proven.
    pub proven: Proven,
    /// For the browser to keep, where an account is named.
    pub owner: Option<OwnerProof>,
}

/// Why a right code is not enough, and what would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// The SIM card of the number was changed a short while ago.
    SimChanged {
        /// From when on a code is enough again.
        possible_at: Timestamp,
        /// Whether a device that proved the number before would be enough now.
        known_device: bool,
    },
    /// The number's operator does not say whether it was.
    NoSignal,
}

/// What one guess came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    /// Right.
    Approved(Approved),
    /// Wrong; guesses are left.
    Wrong(Started),
    /// Not a code; no guess was used.
    Malformed(Started),
    /// Too late.
    Expired(Started),
    /// Right, and not enough by itself: the SIM card was changed, or its operator is silent.
    Held(Started, Held),
    /// No guesses left.
    Locked(Started),
    /// No such verification, or called off.
    Gone,
}

/// A verification as a page finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The verification.
    pub started: Started,
    /// What it led to, once proven.
    pub proven: Option<Proven>,
}

/// What saying “I got this number recently” came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reclaim {
    /// A new account was made.
    Done(Approved),
    /// The old account used the number too recently.
    TooRecent {
        /// When it may be said again.
        possible_at: Timestamp,
    },
    /// Nothing to reclaim.
    NotApplicable,
}

/// The key that browsers seal to, and whom they seal for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealKey {
    /// The signed note that names the key.
    pub note: String,
    /// The verifier key of its signature.
    pub verifier: String,
    /// The application, 32 hexadecimal digits.
    pub application: String,
}

/// Whether the rooms behind are up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// The vault answers and can work.
    pub vault: bool,
    /// The courier answers.
    pub courier: bool,
    /// Accounts that live.
    pub accounts: u64,
    /// Somebody has compared both sides of an account since this service started.
    pub compared: bool,
}

/// What the vault stores for one account: bytes that say nothing. For the demonstration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The sealed number.
    pub ciphertext: Vec<u8>,
    /// The commitment to its key.
    pub commitment: Vec<u8>,
    /// The wrapped keys: class and bytes.
    pub wraps: Vec<(String, Vec<u8>)>,
    /// The index tag.
    pub tag: Vec<u8>,
    /// The record hash.
    pub record_hash: Vec<u8>,
    /// Log entries about this account.
    pub leaves: Vec<Vec<u8>>,
}

/// The service behind the pages. Repeating a call with the same ids repeats its answer. Answers
/// do not tell whether an account exists until control of the number is proven.
#[async_trait]
pub trait Verifications: Send + Sync {
    /// Sends a code.
    async fn start(&self, form: StartForm) -> Result<Started, StartError>;

    /// Sends the same code again.
    async fn resend(
        &self,
        verification: VerificationId,
        channel: Channel,
        client: ClientInfo,
    ) -> Result<Started, StartError>;

    /// Judges one guess.
    async fn check(
        &self,
        verification: VerificationId,
        code: TypedCode,
        client: ClientInfo,
    ) -> Result<Guess, Away>;

    /// Finds a verification of this site; nothing when it is unknown or called off.
    async fn view(&self, verification: VerificationId) -> Result<Option<Seen>, Away>;

    /// The person who just proved the number says that the account under it is not theirs.
    async fn reclaim(&self, verification: VerificationId) -> Result<Reclaim, Away>;

    /// The key that browsers seal to.
    async fn seal_key(&self) -> Result<SealKey, Away>;

    /// Whether the rooms behind are up.
    async fn health(&self) -> Health;

    /// Whether the vault's keys are test keys, or may be: every page then says so first.
    async fn test_keys(&self) -> bool;

    /// What the vault stores about an account. Nothing outside a demonstration.
    async fn stored(&self, subject: Subject) -> Result<Option<Stored>, Away>;
}
