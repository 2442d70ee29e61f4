//! What the front and the supervisor take from the configuration file.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use identity::IdentityConfig;
use model::ApplicationId;
use rooms::{
    Failure, instance,
    settings::{
        Configuration, CourierSettings, Database, FrontLimits, Hsm, SettingsError, SimCheck, Users,
        Wrong,
    },
};
use webkit::TrustedProxies;

/// Everything the front and the supervisor are told.
#[derive(Debug)]
pub struct Settings {
    /// Where everything is kept.
    pub data: PathBuf,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// System users for the rooms.
    pub users: Users,
    /// The public listener.
    pub public: SocketAddr,
    /// The origin people come by.
    pub public_url: String,
    /// The console's listener, if it runs.
    pub console: Option<SocketAddr>,
    /// The courier's listener.
    pub courier: Option<SocketAddr>,
    /// Carriers and routes. Only the courier opens the files that they name.
    pub carriers: CourierSettings,
    /// The application of the hosted pages.
    pub hosted: Option<ApplicationId>,
    /// The country set in lists.
    pub default_country: Option<String>,
    /// Where people go on to.
    pub onward: Option<String>,
    /// Proxies whose word on addresses is taken.
    pub proxies: TrustedProxies,
    /// The front's database server, if its database is no file.
    pub database: Option<Database>,
    /// The vault's, which only says how that room is fenced.
    pub vault_database: Option<Database>,
    /// Limits of the front.
    pub identity: IdentityConfig,
    /// Where the keystore's passphrase stands, if it has one.
    pub passphrase_file: Option<PathBuf>,
    /// The tokens with the keys, where they are in any.
    pub hsm: Option<Hsm>,
    /// What the vault asks operators before a code proves anything.
    pub sim_check: Option<SimCheck>,
    /// Applications that may ask a number's operator themselves.
    pub operator_askers: usize,
}

impl Settings {
    /// Reads the file.
    ///
    /// # Errors
    /// [`SettingsError`] names the first thing that is wrong and what is allowed in its place.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let Configuration {
            instance,
            front,
            vault,
            console,
            courier,
            carriers,
        } = Configuration::load(path)?;
        let proxies = front.trusted_proxies.iter().map(String::as_str);
        let proxies = TrustedProxies::parse(proxies).map_err(|_| SettingsError {
            file: path.display().to_string(),
            wrong: Wrong::BadValue {
                table: "front",
                key: "trusted_proxies",
                allowed: "a list of addresses or blocks, such as [\"10.0.0.0/8\"]".to_owned(),
            },
        })?;
        Ok(Self {
            data: instance.data,
            demo: instance.demo,
            users: instance.users,
            public: front.listen,
            public_url: front.public_url,
            console,
            courier,
            carriers,
            hosted: front.hosted_application,
            default_country: front.default_country,
            onward: front.onward,
            proxies,
            database: front.database,
            vault_database: vault.database,
            identity: identity_config(&front.limits),
            passphrase_file: vault.passphrase_file,
            hsm: vault.hsm,
            sim_check: vault.sim_check,
            operator_askers: vault.operator_askers.len(),
        })
    }

    /// Reads the file of an instance that was made.
    ///
    /// # Errors
    /// [`Failure::Settings`], also when there is no instance where the file says.
    pub fn of_instance(path: &Path) -> Result<Self, Failure> {
        let settings = Self::load(path)?;
        instance::expect(&settings.data)?;
        Ok(settings)
    }

    /// The front's own directory.
    pub fn front_directory(&self) -> PathBuf {
        self.data.join("front")
    }
}

fn identity_config(told: &FrontLimits) -> IdentityConfig {
    let usual = IdentityConfig::default();
    IdentityConfig {
        starts_per_address: told.starts_per_address.unwrap_or(usual.starts_per_address),
        starts_per_device: told.starts_per_device.unwrap_or(usual.starts_per_device),
        checks_per_address: told.checks_per_address.unwrap_or(usual.checks_per_address),
        daily_budget_micros: told
            .daily_budget_micros
            .unwrap_or(usual.daily_budget_micros),
        ..usual
    }
}
