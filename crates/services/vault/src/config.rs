//! Every hard limit and clock of the vault, in one place.

use std::collections::{BTreeMap, BTreeSet};

use model::{ApplicationId, CodePurpose, Millis};
use seal::Class;

/// What an operator may set. The defaults are what SECURITY.md speaks of.
#[derive(Debug, Clone)]
pub struct VaultConfig {
    /// Digits in a code, 4 to 10.
    pub code_digits: u8,
    /// How long a code works (NIST SP 800-63B-4: at most 10 minutes).
    pub code_lifetime: Millis,
    /// How long a check after approval repeats the answer.
    pub recheck_window: Millis,
    /// Guesses for one code.
    pub guesses_per_code: u8,
    /// Wrong guesses in a row for one number, purpose and lane. Two lanes make the 100 of
    /// NIST SP 800-63B-4.
    pub guesses_per_lane: u8,
    /// Sends to one number in one lane within an hour.
    pub number_sends_per_hour: u8,
    /// Sends to one number in one lane within a day.
    pub number_sends_per_day: u8,
    /// Waits before the second, third, … send of one verification.
    pub resend_waits: Vec<Millis>,
    /// Sends of one application within an hour.
    pub application_sends_per_hour: u32,
    /// Sends of the whole instance within an hour; a fifth is kept for proven owners.
    pub overall_sends_per_hour: u32,
    /// Look-ups (index operations) of one application within an hour.
    pub application_lookups_per_hour: u32,
    /// Look-ups of the whole instance within an hour.
    pub overall_lookups_per_hour: u32,
    /// Openings by the system of one class within a day, in hundredths of a percent of accounts,
    /// but never fewer than [`VaultConfig::MIN_OPENINGS_PER_DAY`].
    pub openings_per_day_basis_points: u32,
    /// Classes that every new record is wrapped for.
    pub base_classes: Vec<Class>,
    /// How long an account must have gone unproven before a new owner may take its number.
    pub reclaim_after: Millis,
    /// How long an owner's device stays in the owner's lane.
    pub owner_proof_lifetime: Millis,
    /// Time between an application's wish to delete and the shredding.
    pub deletion_delay: Millis,
    /// How long one shred epoch lasts.
    pub epoch_length: Millis,
    /// How long the news that a carrier took a message may wait to be written with others.
    pub outcome_wait: Millis,
    /// Whether sandbox applications may be used; off in production.
    pub sandbox_allowed: bool,
    /// Whether a number's operator is asked about its SIM card before a code proves anything.
    pub sim_check: Option<SimCheck>,
    /// Applications that may ask a number's operator themselves.
    pub operator_askers: BTreeSet<ApplicationId>,
}

/// The question to a number's operator before a code proves anything.
#[derive(Debug, Clone)]
pub struct SimCheck {
    /// A SIM card that was changed within so many hours makes a code alone prove nothing.
    pub hours: u16,
    /// How long the operator is waited for.
    pub wait: Millis,
    /// What holds for an application that is not named.
    pub usual: SimPolicy,
    /// What holds for those that are.
    pub own: BTreeMap<ApplicationId, SimPolicy>,
}

impl SimCheck {
    /// What holds for an application's codes for a purpose; nothing where the operator is not
    /// asked.
    #[must_use]
    pub fn policy(&self, application: ApplicationId, purpose: CodePurpose) -> Option<&SimPolicy> {
        let policy = self.own.get(&application).unwrap_or(&self.usual);
        policy.purposes.contains(&purpose).then_some(policy)
    }
}

/// What an application makes of an operator's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimPolicy {
    /// The purposes for which a code alone is not enough after a change.
    pub purposes: Vec<CodePurpose>,
    /// Whether a code is held back where the operator does not answer.
    pub hold_without_signal: bool,
}

impl VaultConfig {
    /// A small instance may open this many a day before its share of accounts counts.
    pub const MIN_OPENINGS_PER_DAY: u32 = 50;
    /// Deletions by applications within an hour: at least this many.
    pub const MIN_DELETIONS_PER_HOUR: u32 = 50;
    /// A small instance may open this many a day for a new index key before its share of accounts
    /// counts.
    pub const MIN_REINDEXINGS_PER_DAY: u32 = 1_000;
    /// Records wrapped anew within an hour while an opening key is rotated.
    pub const REWRAPS_PER_HOUR: u32 = 200_000;
}

impl Default for VaultConfig {
    fn default() -> Self {
        let seconds = Millis::from_seconds;
        const DAY: i64 = 86_400;
        Self {
            code_digits: 6,
            code_lifetime: seconds(600),
            recheck_window: seconds(600),
            guesses_per_code: 5,
            guesses_per_lane: 50,
            number_sends_per_hour: 5,
            number_sends_per_day: 10,
            resend_waits: [30, 60, 120, 300].map(Millis::from_seconds).to_vec(),
            application_sends_per_hour: 100_000,
            overall_sends_per_hour: 500_000,
            application_lookups_per_hour: 200_000,
            overall_lookups_per_hour: 1_000_000,
            openings_per_day_basis_points: 500,
            base_classes: vec![Class::Account, Class::Staff],
            reclaim_after: seconds(90 * DAY),
            owner_proof_lifetime: seconds(180 * DAY),
            deletion_delay: seconds(3 * DAY),
            epoch_length: seconds(30 * DAY),
            outcome_wait: Millis::from_millis(50),
            sandbox_allowed: false,
            sim_check: None,
            operator_askers: BTreeSet::new(),
        }
    }
}
