//! What the vault reads from the configuration file.

use std::path::{Path, PathBuf};

use model::Millis;
use rooms::settings::{SettingsError, table};
use serde::Deserialize;
use vault::VaultConfig;

/// Table `[instance]`, the part every room reads.
#[derive(Debug, Deserialize)]
#[serde(default)]
struct Instance {
    data: PathBuf,
    mode: String,
}

impl Default for Instance {
    fn default() -> Self {
        Self {
            data: PathBuf::from("ringfence-data"),
            mode: "production".to_owned(),
        }
    }
}

/// Table `[vault]`.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Table {
    passphrase_file: Option<PathBuf>,
    limits: Limits,
}

/// Table `[vault.limits]`: only what is named differs from the defaults.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Limits {
    code_digits: Option<u8>,
    code_lifetime_seconds: Option<i64>,
    recheck_window_seconds: Option<i64>,
    number_sends_per_hour: Option<u8>,
    number_sends_per_day: Option<u8>,
    application_sends_per_hour: Option<u32>,
    overall_sends_per_hour: Option<u32>,
    application_lookups_per_hour: Option<u32>,
    overall_lookups_per_hour: Option<u32>,
    reclaim_after_days: Option<i64>,
    resend_waits_seconds: Option<Vec<i64>>,
}

/// Everything the vault is told.
#[derive(Debug)]
pub struct Settings {
    /// Its own directory.
    pub directory: PathBuf,
    /// Where the keystore's passphrase stands; without it a key file opens the keystore.
    pub passphrase_file: Option<PathBuf>,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// Limits.
    pub config: VaultConfig,
}

impl Settings {
    /// Reads the file.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let instance: Instance = table(path, "instance")?;
        let own: Table = table(path, "vault")?;
        let fail = |what: &str| SettingsError {
            file: path.display().to_string(),
            what: what.to_owned(),
        };
        let demo = match instance.mode.as_str() {
            "demo" => true,
            "production" => false,
            _ => {
                return Err(fail(
                    "[instance] mode is neither \"demo\" nor \"production\"",
                ));
            }
        };
        let config = limits(own.limits, demo);
        if !(4..=10).contains(&config.code_digits) {
            return Err(fail("[vault.limits] code_digits must be between 4 and 10"));
        }
        if !(30_000..=600_000).contains(&config.code_lifetime.as_millis()) {
            return Err(fail(
                "[vault.limits] code_lifetime_seconds must be between 30 and 600",
            ));
        }
        Ok(Self {
            directory: instance.data.join("vault"),
            passphrase_file: own.passphrase_file,
            demo,
            config,
        })
    }
}

fn limits(told: Limits, demo: bool) -> VaultConfig {
    let mut config = VaultConfig {
        sandbox_allowed: demo,
        ..VaultConfig::default()
    };
    let seconds = |value: i64| Millis::from_seconds(value);
    set(&mut config.code_digits, told.code_digits);
    set(
        &mut config.code_lifetime,
        told.code_lifetime_seconds.map(seconds),
    );
    set(
        &mut config.recheck_window,
        told.recheck_window_seconds.map(seconds),
    );
    set(
        &mut config.number_sends_per_hour,
        told.number_sends_per_hour,
    );
    set(&mut config.number_sends_per_day, told.number_sends_per_day);
    set(
        &mut config.application_sends_per_hour,
        told.application_sends_per_hour,
    );
    set(
        &mut config.overall_sends_per_hour,
        told.overall_sends_per_hour,
    );
    set(
        &mut config.application_lookups_per_hour,
        told.application_lookups_per_hour,
    );
    set(
        &mut config.overall_lookups_per_hour,
        told.overall_lookups_per_hour,
    );
    set(
        &mut config.reclaim_after,
        told.reclaim_after_days.map(|days| seconds(days * 86_400)),
    );
    let waits = told.resend_waits_seconds;
    set(
        &mut config.resend_waits,
        waits.map(|waits| waits.into_iter().map(seconds).collect()),
    );
    config
}

fn set<T>(place: &mut T, told: Option<T>) {
    if let Some(told) = told {
        *place = told;
    }
}
