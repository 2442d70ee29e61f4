//! What the vault takes from the configuration file.

use std::path::{Path, PathBuf};

use model::Millis;
use rooms::settings::{self, Configuration, Database, Hsm, PretendHsm, SettingsError, VaultLimits};
use vault::{SimCheck, SimPolicy, VaultConfig};

/// Everything the vault is told.
#[derive(Debug)]
pub struct Settings {
    /// Its own directory.
    pub directory: PathBuf,
    /// Where the keystore's passphrase stands; without it a key file opens the keystore.
    pub passphrase_file: Option<PathBuf>,
    /// The database server, if the databases are no files.
    pub database: Option<Database>,
    /// The tokens with the keys, where they are in any.
    pub hsm: Option<Hsm>,
    /// The delays of a module that is pretended, in a demonstration.
    pub pretend_hsm: Option<PretendHsm>,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// Limits.
    pub config: VaultConfig,
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// [`SettingsError`] names the first thing that is wrong and what is allowed in its place.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let whole = Configuration::load(path)?;
        let demo = whole.instance.demo;
        Ok(Self {
            directory: whole.instance.data.join("vault"),
            passphrase_file: whole.vault.passphrase_file,
            database: whole.vault.database,
            hsm: whole.vault.hsm,
            pretend_hsm: whole.vault.pretend_hsm,
            demo,
            config: VaultConfig {
                sim_check: whole.vault.sim_check.map(sim_check),
                operator_askers: whole.vault.operator_askers.into_iter().collect(),
                ..limits(whole.vault.limits, demo)
            },
        })
    }
}

impl Settings {
    /// Files outside its directory that the room reads.
    pub fn secret_files(&self) -> Vec<PathBuf> {
        let password = self.database.as_ref();
        let password = password.and_then(|database| database.password_file.clone());
        self.passphrase_file
            .clone()
            .into_iter()
            .chain(password)
            .collect()
    }
}

fn sim_check(told: settings::SimCheck) -> SimCheck {
    let policy = |told: settings::SimPolicy| SimPolicy {
        purposes: told.purposes,
        hold_without_signal: told.hold_without_signal,
    };
    SimCheck {
        hours: told.hours,
        wait: Millis::from_millis(told.wait_ms),
        usual: policy(told.usual),
        own: told
            .own
            .into_iter()
            .map(|(id, own)| (id, policy(own)))
            .collect(),
    }
}

fn limits(told: VaultLimits, demo: bool) -> VaultConfig {
    let usual = VaultConfig::default();
    let seconds = |told: Option<i64>, usual| told.map_or(usual, Millis::from_seconds);
    VaultConfig {
        sandbox_allowed: demo,
        code_digits: told.code_digits.unwrap_or(usual.code_digits),
        code_lifetime: seconds(told.code_lifetime_seconds, usual.code_lifetime),
        recheck_window: seconds(told.recheck_window_seconds, usual.recheck_window),
        number_sends_per_hour: told
            .number_sends_per_hour
            .unwrap_or(usual.number_sends_per_hour),
        number_sends_per_day: told
            .number_sends_per_day
            .unwrap_or(usual.number_sends_per_day),
        application_sends_per_hour: told
            .application_sends_per_hour
            .unwrap_or(usual.application_sends_per_hour),
        overall_sends_per_hour: told
            .overall_sends_per_hour
            .unwrap_or(usual.overall_sends_per_hour),
        application_lookups_per_hour: told
            .application_lookups_per_hour
            .unwrap_or(usual.application_lookups_per_hour),
        overall_lookups_per_hour: told
            .overall_lookups_per_hour
            .unwrap_or(usual.overall_lookups_per_hour),
        reclaim_after: seconds(
            told.reclaim_after_days.map(|days| days * 86_400),
            usual.reclaim_after,
        ),
        resend_waits: told
            .resend_waits_seconds
            .map_or(usual.resend_waits, |waits| {
                waits.into_iter().map(Millis::from_seconds).collect()
            }),
        ..usual
    }
}
