//! Limits of the front. They come before the vault's and can only be stricter.

use model::Millis;

/// How late the vault may still begin what a person waits for. Less than the link waits for its
/// answer, and by more than two clocks drift apart meanwhile: what the vault begins in time must
/// not be told as failed.
pub const PATIENCE: Millis = Millis::from_seconds(9);

/// What an operator may set.
#[derive(Debug, Clone)]
pub struct IdentityConfig {
    /// Verifications that one address may start in ten minutes.
    pub starts_per_address: u32,
    /// Verifications that one device may start in ten minutes.
    pub starts_per_device: u32,
    /// Guesses from one address in ten minutes.
    pub checks_per_address: u32,
    /// Most an application may spend on messages in a day, in millionths of the currency unit.
    pub daily_budget_micros: u64,
    /// What a text costs where no price is named, in millionths.
    pub default_sms_micros: u64,
    /// What a call costs where no price is named, in millionths.
    pub default_voice_micros: u64,
    /// Prices by country: ISO 3166-1 alpha-2, text and call, in millionths.
    pub prices: Vec<(String, u64, u64)>,
    /// How long a finished verification can be looked up.
    pub verifications_kept: Millis,
    /// How long new read copies may wait for others, to share one commit.
    pub copies_gather: Millis,
    /// How long an idempotency key is remembered.
    pub idempotency_kept: Millis,
    /// How long a sign-in on the hosted pages lasts without use.
    pub session_idle: Millis,
    /// How long it lasts at most, however much it is used.
    pub session_lifetime: Millis,
}

impl Default for IdentityConfig {
    fn default() -> Self {
        let day = Millis::from_seconds(86_400);
        Self {
            starts_per_address: 30,
            starts_per_device: 10,
            checks_per_address: 100,
            daily_budget_micros: 500_000_000,
            default_sms_micros: 50_000,
            default_voice_micros: 100_000,
            prices: Vec::new(),
            verifications_kept: day,
            copies_gather: Millis::from_millis(20),
            idempotency_kept: day,
            session_idle: Millis::from_seconds(15 * 60),
            session_lifetime: Millis::from_seconds(12 * 3600),
        }
    }
}

impl IdentityConfig {
    /// What one message costs.
    #[must_use]
    pub fn price_micros(&self, country: &str, channel: model::Channel) -> u64 {
        let listed = self.prices.iter().find(|(code, ..)| code == country);
        let (sms, voice) = listed.map_or(
            (self.default_sms_micros, self.default_voice_micros),
            |(_, sms, voice)| (*sms, *voice),
        );
        match channel {
            model::Channel::Sms => sms,
            model::Channel::Voice => voice,
        }
    }
}
