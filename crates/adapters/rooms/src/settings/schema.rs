//! Every table and key there is, with its bounds. What a key means stands in
//! docs/reference/config.md; defaults of limits are the services' own.

use std::{net::SocketAddr, path::PathBuf};

use model::ApplicationId;

use super::{
    Hsm, OperatorSettings, PretendHsm, Section, SimCheck, Wrong, courier::CourierSettings,
    operator::askers, shown,
};

/// Tables of the file.
const TABLES: [&str; 5] = ["instance", "front", "vault", "console", "courier"];
pub(super) const ADDRESS: &str = "an address with a port, such as \"127.0.0.1:8080\"";
const SERVER: &str = "an address such as \"postgresql:///NAME?host=/run/postgresql&user=ROLE\"";
const USER: &str = "the name of a system user";
/// Most requests that a limit may allow: enough for "no limit".
const MANY: u32 = 1_000_000_000;
pub(super) const MAX_TEXT: usize = 2048;
const MAX_PROXIES: usize = 256;
const MAX_WAITS: usize = 32;
const DAY_SECONDS: i64 = 86_400;

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configuration {
    /// Table `[instance]`.
    pub instance: Instance,
    /// Table `[front]`.
    pub front: Front,
    /// Table `[vault]`.
    pub vault: Vault,
    /// The console's listener, `[console] listen`; without it the room is not started.
    pub console: Option<SocketAddr>,
    /// The courier's listener, `[courier] listen`.
    pub courier: Option<SocketAddr>,
    /// The rest of table `[courier]`: carriers and routes.
    pub carriers: CourierSettings,
}

/// Table `[instance]`: what every room reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The folder of everything.
    pub data: PathBuf,
    /// Whether this is a demonstration.
    pub demo: bool,
    /// System users for the rooms, where the supervisor may switch.
    pub users: Users,
}

/// Table `[instance.users]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

/// Table `[front]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Front {
    /// The public listener.
    pub listen: SocketAddr,
    /// The origin people come by, without a slash at its end.
    pub public_url: String,
    /// The application of the hosted pages.
    pub hosted_application: Option<ApplicationId>,
    /// The country set in lists: two capital letters.
    pub default_country: Option<String>,
    /// Where people go on to.
    pub onward: Option<String>,
    /// Proxies whose word on addresses is taken. Whether they are address blocks is for whoever
    /// reads them to say.
    pub trusted_proxies: Vec<String>,
    /// Table `[front.database]`; without it a file.
    pub database: Option<Database>,
    /// Table `[front.limits]`.
    pub limits: FrontLimits,
}

/// Table `[front.database]` or `[vault.database]`: a database server instead of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Where the database is: a role, a database, the directory of a Unix socket.
    pub address: String,
    /// The same of the share store; only the vault has one.
    pub share_address: Option<String>,
    /// Where the role's password stands; without it the server knows the system user.
    pub password_file: Option<PathBuf>,
    /// The role that owns the tables, as which they are made and changed.
    pub owner: Option<String>,
    /// Most connections to each database.
    pub connections: Option<u16>,
}

/// Table `[front.limits]`: only what is named differs from the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontLimits {
    /// Verifications started in ten minutes from one address.
    pub starts_per_address: Option<u32>,
    /// The same, by device.
    pub starts_per_device: Option<u32>,
    /// Guesses in ten minutes from one address.
    pub checks_per_address: Option<u32>,
    /// Money of one application and day, in millionths of the currency unit.
    pub daily_budget_micros: Option<u64>,
}

/// Table `[vault]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vault {
    /// Where the keystore's passphrase stands; without it a key file opens the keystore.
    pub passphrase_file: Option<PathBuf>,
    /// Table `[vault.database]`; without it two files.
    pub database: Option<Database>,
    /// Table `[vault.hsm]`: keys in tokens instead of a keystore on this machine.
    pub hsm: Option<Hsm>,
    /// Table `[vault.pretend_hsm]`: for benchmarks, in a demonstration.
    pub pretend_hsm: Option<PretendHsm>,
    /// Table `[vault.sim_check]`.
    pub sim_check: Option<SimCheck>,
    /// Applications that may ask a number's operator themselves.
    pub operator_askers: Vec<ApplicationId>,
    /// Table `[vault.limits]`.
    pub limits: VaultLimits,
}

/// Table `[vault.limits]`: only what is named differs from the defaults.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VaultLimits {
    /// Digits of a code.
    pub code_digits: Option<u8>,
    /// How long a code works, seconds.
    pub code_lifetime_seconds: Option<i64>,
    /// How long a check after approval repeats the answer, seconds.
    pub recheck_window_seconds: Option<i64>,
    /// Messages to one number and lane in an hour.
    pub number_sends_per_hour: Option<u8>,
    /// Messages to one number and lane in a day.
    pub number_sends_per_day: Option<u8>,
    /// Messages of one application in an hour.
    pub application_sends_per_hour: Option<u32>,
    /// Messages of the instance in an hour.
    pub overall_sends_per_hour: Option<u32>,
    /// Numbers that one application may ask about in an hour.
    pub application_lookups_per_hour: Option<u32>,
    /// Numbers that the instance may ask about in an hour.
    pub overall_lookups_per_hour: Option<u32>,
    /// Days an account must have gone unproven before a new owner may take its number.
    pub reclaim_after_days: Option<i64>,
    /// Waits before the second, third, … message of one verification, seconds.
    pub resend_waits_seconds: Option<Vec<i64>>,
}

impl Configuration {
    pub(super) fn from_table(mut whole: toml::Table) -> Result<Self, Wrong> {
        let instance = Instance::read(Section::take(&mut whole, "instance")?)?;
        let front = Front::read(Section::take(&mut whole, "front")?)?;
        let vault = Vault::read(Section::take(&mut whole, "vault")?)?;
        if vault.pretend_hsm.is_some() && !instance.demo {
            return Err(Wrong::BadValue {
                table: "vault",
                key: "pretend_hsm",
                allowed: "left out: it is for benchmarks of a demonstration".to_owned(),
            });
        }
        let console = listener(Section::take(&mut whole, "console")?)?;
        let (courier, carriers) = CourierSettings::read(Section::take(&mut whole, "courier")?)?;
        // A demonstration has an operator of its own.
        if !instance.demo {
            vault.has_operator(carriers.operator.as_ref())?;
        }
        match whole.keys().next() {
            None => Ok(Self {
                instance,
                front,
                vault,
                console,
                courier,
                carriers,
            }),
            Some(name) => Err(Wrong::UnknownTable {
                name: shown(name),
                allowed: TABLES.to_vec(),
            }),
        }
    }
}

fn listener(mut section: Section) -> Result<Option<SocketAddr>, Wrong> {
    let listen = section.text("listen", ADDRESS, |text| text.parse().ok())?;
    section.finish().map(|()| listen)
}

pub(super) fn path(text: &str) -> Option<PathBuf> {
    (!text.is_empty() && text.len() <= MAX_TEXT && !text.contains('\0')).then(|| text.into())
}

impl Instance {
    fn read(mut section: Section) -> Result<Self, Wrong> {
        let data = section.text("data", "the path of a folder", path)?;
        let demo = section.text("mode", "\"demo\" or \"production\"", |mode| match mode {
            "demo" => Some(true),
            "production" => Some(false),
            _ => None,
        })?;
        let users = Users::read(section.inner("users", "instance.users")?)?;
        section.finish()?;
        Ok(Self {
            data: data.unwrap_or_else(|| PathBuf::from("ringfence-data")),
            demo: demo.unwrap_or(false),
            users,
        })
    }
}

impl Users {
    fn read(mut section: Section) -> Result<Self, Wrong> {
        let mut user = |key| {
            section.text(key, USER, |name| {
                let plain = |c: char| !c.is_control() && c != ':' && c != '/';
                let fits = (1..=64).contains(&name.len()) && name.chars().all(plain);
                fits.then(|| name.to_owned())
            })
        };
        let users = Self {
            front: user("front")?,
            vault: user("vault")?,
            courier: user("courier")?,
            console: user("console")?,
        };
        section.finish().map(|()| users)
    }
}

impl Front {
    fn read(mut section: Section) -> Result<Self, Wrong> {
        let listen = section.text("listen", ADDRESS, |text| text.parse().ok())?;
        let origin = "an origin without a path, such as \"https://id.example\"";
        let public_url = section.text("public_url", origin, public_url)?;
        let app = "an application's id, app_…, as `ringfence apps list` prints it";
        let hosted = section.text("hosted_application", app, |text| text.parse().ok())?;
        let country = "two capital letters (ISO 3166-1), such as \"GB\"";
        let default_country = section.text("default_country", country, country_code)?;
        let onward = section.text(
            "onward",
            "a link that begins with https:// or http://",
            link,
        )?;
        let block = "an address or a block, such as \"10.0.0.0/8\"";
        let proxies = section.list("trusted_proxies", MAX_PROXIES, block, |value| {
            value.as_str().map(str::to_owned)
        })?;
        let limits = FrontLimits::read(section.inner("limits", "front.limits")?)?;
        let database = section.inner("database", "front.database")?;
        let database = Database::read(database, "front.database", false)?;
        section.finish()?;
        Ok(Self {
            listen: listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            public_url: public_url.unwrap_or_else(|| "http://localhost:8080".to_owned()),
            hosted_application: hosted,
            default_country,
            onward,
            trusted_proxies: proxies.unwrap_or_default(),
            database,
            limits,
        })
    }
}

/// Scheme and authority (RFC 6454, section 4), a slash at the end forgiven.
pub(super) fn public_url(text: &str) -> Option<String> {
    let origin = text.strip_suffix('/').unwrap_or(text);
    let authority = after_scheme(origin)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    (!authority.is_empty() && authority.chars().all(plain)).then(|| origin.to_owned())
}

fn link(text: &str) -> Option<String> {
    let rest = after_scheme(text)?;
    let fits =
        !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(|c| c.is_ascii_graphic());
    fits.then(|| text.to_owned())
}

pub(super) fn after_scheme(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("https://");
    rest.or_else(|| text.strip_prefix("http://"))
        .filter(|_| text.len() <= MAX_TEXT)
}

fn country_code(text: &str) -> Option<String> {
    let fits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    fits.then(|| text.to_owned())
}

impl Database {
    /// Nothing of it may be named without the address, or with one of the vault's two missing.
    fn read(
        mut section: Section,
        table: &'static str,
        shares: bool,
    ) -> Result<Option<Self>, Wrong> {
        let address = section.text("address", SERVER, server)?;
        let share_address = match shares {
            true => section.text("share_address", SERVER, server)?,
            false => None,
        };
        let password_file = section.text("password_file", "the path of a file", path)?;
        let owner = section.text("owner", "the name of a role", role)?;
        let connections = section.whole("connections", 1..=1_000)?;
        section.finish()?;
        let missing = |key| Wrong::BadValue {
            table,
            key,
            allowed: SERVER.to_owned(),
        };
        let named = share_address.is_some()
            || password_file.is_some()
            || owner.is_some()
            || connections.is_some();
        let Some(address) = address else {
            return match named {
                true => Err(missing("address")),
                false => Ok(None),
            };
        };
        if shares && share_address.is_none() {
            return Err(missing("share_address"));
        }
        Ok(Some(Self {
            address,
            share_address,
            password_file,
            owner,
            connections,
        }))
    }
}

/// Only its beginning is judged here: whoever connects reads the rest.
fn server(text: &str) -> Option<String> {
    let plain = text.chars().all(|c| c.is_ascii_graphic());
    let fits = text.starts_with("postgresql:///") && text.len() <= MAX_TEXT && plain;
    fits.then(|| text.to_owned())
}

fn role(name: &str) -> Option<String> {
    let fits = (1..=63).contains(&name.len()) && !name.contains(char::is_control);
    fits.then(|| name.to_owned())
}

impl FrontLimits {
    fn read(mut section: Section) -> Result<Self, Wrong> {
        let limits = Self {
            starts_per_address: section.whole("starts_per_address", 1..=MANY)?,
            starts_per_device: section.whole("starts_per_device", 1..=MANY)?,
            checks_per_address: section.whole("checks_per_address", 1..=MANY)?,
            daily_budget_micros: section
                .whole("daily_budget_micros", 0..=i64::MAX.unsigned_abs())?,
        };
        section.finish().map(|()| limits)
    }
}

impl Vault {
    fn read(mut section: Section) -> Result<Self, Wrong> {
        let file = section.text("passphrase_file", "the path of a file", path)?;
        let hsm = Hsm::read(section.inner("hsm", "vault.hsm")?)?;
        let pretend_hsm = PretendHsm::read(section.inner("pretend_hsm", "vault.pretend_hsm")?)?;
        let limits = VaultLimits::read(section.inner("limits", "vault.limits")?)?;
        let database = section.inner("database", "vault.database")?;
        let database = Database::read(database, "vault.database", true)?;
        let sim_check = SimCheck::read(section.inner("sim_check", "vault.sim_check")?)?;
        let operator_askers = askers(&mut section)?;
        section.finish()?;
        if hsm.is_some() && file.is_some() {
            return Err(Wrong::BadValue {
                table: "vault",
                key: "passphrase_file",
                allowed: "left out where [vault.hsm] is named: its PIN opens the keys".to_owned(),
            });
        }
        Ok(Self {
            passphrase_file: file,
            database,
            hsm,
            pretend_hsm,
            sim_check,
            operator_askers,
            limits,
        })
    }
}

impl Vault {
    /// Nobody may count on an operator that is not there.
    fn has_operator(&self, operator: Option<&OperatorSettings>) -> Result<(), Wrong> {
        let missing = |key, allowed: &str| {
            Err(Wrong::BadValue {
                table: "vault",
                key,
                allowed: allowed.to_owned(),
            })
        };
        let answers = operator.is_some_and(|operator| operator.sim_swap.is_some());
        if self.sim_check.is_some() && !answers {
            return missing(
                "sim_check",
                "left out where [courier.operator] has no sim_swap",
            );
        }
        if !self.operator_askers.is_empty() && operator.is_none() {
            return missing(
                "operator_askers",
                "empty where there is no [courier.operator]",
            );
        }
        Ok(())
    }
}

impl VaultLimits {
    fn read(mut section: Section) -> Result<Self, Wrong> {
        let s = &mut section;
        let limits = Self {
            code_digits: s.whole("code_digits", 4..=10)?,
            code_lifetime_seconds: s.whole("code_lifetime_seconds", 30..=600)?,
            recheck_window_seconds: s.whole("recheck_window_seconds", 0..=DAY_SECONDS)?,
            number_sends_per_hour: s.whole("number_sends_per_hour", 1..=u8::MAX)?,
            number_sends_per_day: s.whole("number_sends_per_day", 1..=u8::MAX)?,
            application_sends_per_hour: s.whole("application_sends_per_hour", 1..=MANY)?,
            overall_sends_per_hour: s.whole("overall_sends_per_hour", 1..=MANY)?,
            application_lookups_per_hour: s.whole("application_lookups_per_hour", 1..=MANY)?,
            overall_lookups_per_hour: s.whole("overall_lookups_per_hour", 1..=MANY)?,
            reclaim_after_days: s.whole("reclaim_after_days", 1..=3650)?,
            resend_waits_seconds: waits(s)?,
        };
        section.finish().map(|()| limits)
    }
}

/// At least one: the last wait repeats.
fn waits(section: &mut Section) -> Result<Option<Vec<i64>>, Wrong> {
    let key = "resend_waits_seconds";
    let allowed = || format!("a list of 1 to {MAX_WAITS} whole numbers from 0 to {DAY_SECONDS}");
    section.value(key, allowed, |value| {
        let values = value.as_array()?;
        let wait = |value: &toml::Value| {
            let seconds = value.as_integer()?;
            (0..=DAY_SECONDS).contains(&seconds).then_some(seconds)
        };
        (1..=MAX_WAITS)
            .contains(&values.len())
            .then(|| values.iter().map(wait).collect())?
    })
}
