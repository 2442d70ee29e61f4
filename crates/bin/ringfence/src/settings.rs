//! What the front and the supervisor read from the configuration file.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use identity::IdentityConfig;
use model::ApplicationId;
use rooms::settings::{SettingsError, table};
use serde::Deserialize;

/// Table `[instance]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Instance {
    data: PathBuf,
    mode: String,
    users: Users,
}

/// Table `[instance.users]`: system users for the rooms, where the supervisor may switch.
#[derive(Debug, Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
pub struct Users {
    /// User of the front.
    pub front: Option<String>,
    /// User of the vault.
    pub vault: Option<String>,
    /// User of the courier.
    pub courier: Option<String>,
    /// User of the console.
    pub console: Option<String>,
}

impl Default for Instance {
    fn default() -> Self {
        Self {
            data: PathBuf::from("ringfence-data"),
            mode: "production".to_owned(),
            users: Users::default(),
        }
    }
}

/// Table `[front]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Front {
    listen: SocketAddr,
    public_url: String,
    hosted_application: Option<ApplicationId>,
    default_country: Option<String>,
    onward: Option<String>,
    trusted_proxies: Vec<String>,
    limits: Limits,
}

impl Default for Front {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: "http://localhost:8080".to_owned(),
            hosted_application: None,
            default_country: None,
            onward: None,
            trusted_proxies: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// Table `[front.limits]`.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Limits {
    starts_per_address: Option<u32>,
    starts_per_device: Option<u32>,
    checks_per_address: Option<u32>,
    daily_budget_micros: Option<u64>,
}

/// A listener of another room, which the supervisor binds for it.
#[derive(Debug, Deserialize, Default)]
#[serde(default)]
struct Listening {
    listen: Option<SocketAddr>,
}

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
    /// The application of the hosted pages.
    pub hosted: Option<ApplicationId>,
    /// The country set in lists.
    pub default_country: Option<String>,
    /// Where people go on to.
    pub onward: Option<String>,
    /// Proxies whose word on addresses is taken.
    pub trusted_proxies: Vec<String>,
    /// Limits of the front.
    pub identity: IdentityConfig,
}

impl Settings {
    /// Reads the file.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let instance: Instance = table(path, "instance")?;
        let front: Front = table(path, "front")?;
        let console: Listening = table(path, "console")?;
        let courier: Listening = table(path, "courier")?;
        let demo = match instance.mode.as_str() {
            "demo" => true,
            "production" => false,
            _ => {
                return Err(SettingsError {
                    file: path.display().to_string(),
                    what: "[instance] mode is neither \"demo\" nor \"production\"".to_owned(),
                });
            }
        };
        Ok(Self {
            data: instance.data,
            demo,
            users: instance.users,
            public: front.listen,
            public_url: front.public_url.trim_end_matches('/').to_owned(),
            console: console.listen,
            courier: courier.listen,
            hosted: front.hosted_application,
            default_country: front.default_country,
            onward: front.onward,
            trusted_proxies: front.trusted_proxies,
            identity: identity_config(&front.limits),
        })
    }

    /// The front's own directory.
    pub fn front_directory(&self) -> PathBuf {
        self.data.join("front")
    }
}

fn identity_config(told: &Limits) -> IdentityConfig {
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
