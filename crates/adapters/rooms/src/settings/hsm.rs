//! Table `[vault.hsm]`: keys in PKCS#11 tokens.

use std::{collections::BTreeMap, path::PathBuf};

use toml::Value;

use super::{Section, Wrong, schema::path};

const TABLE: &str = "vault.hsm";
const STAFF: &str = "vault.hsm.staff";
const FILE: &str = "the path of a file";
/// Longest label of a token, and longest name of its maker, bytes (PKCS #11, CK_TOKEN_INFO).
const MAX_LABEL: usize = 32;
const MAX_MODEL: usize = 16;
const MAX_SESSIONS: u16 = 256;
const DEFAULT_SESSIONS: usize = 16;
/// A module behind a network, as measured by those who publish it.
const DEFAULT_LATENCY: u64 = 1_000;
const DEFAULT_RATE: u32 = 3_000;
const MAX_LATENCY: u64 = 1_000_000;
const MAX_RATE: u32 = 1_000_000;
const MAX_PATHS: usize = 32;
const MAX_PORTS: usize = 16;
const MAX_VARIABLES: usize = 16;
const MAX_VARIABLE: usize = 1024;

/// Table `[vault.hsm]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hsm {
    /// The PKCS#11 library.
    pub library: PathBuf,
    /// The token of all keys but those that have one of their own.
    pub token: Token,
    /// Table `[vault.hsm.staff]`: the token of `open/staff`.
    pub staff: Option<Token>,
    /// Most operations under way in a token at one time.
    pub sessions: usize,
    /// Files and folders that the library reads.
    pub read: Vec<PathBuf>,
    /// Folders that the library writes.
    pub write: Vec<PathBuf>,
    /// TCP ports that the library connects to.
    pub tcp_ports: Vec<u16>,
    /// Whether the library connects to Unix sockets.
    pub unix_sockets: bool,
    /// Table `[vault.hsm.environment]`: what the library is told by variables. Never a PIN.
    pub environment: BTreeMap<String, String>,
}

/// A token and what opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its label.
    pub label: String,
    /// The file with its PIN.
    pub pin_file: PathBuf,
    /// What the operator vouches to be hardware.
    pub make: Option<Make>,
}

/// Maker and model of a token, as it tells them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Make {
    /// Its maker.
    pub vendor: String,
    /// Its model.
    pub model: String,
}

/// Table `[vault.pretend_hsm]`: a module that takes its time, for benchmarks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PretendHsm {
    /// From a request to its answer, microseconds.
    pub latency_micros: u64,
    /// Most operations that are begun in a second.
    pub per_second: u32,
}

impl PretendHsm {
    /// Reads the table; `None` when there is none.
    pub(super) fn read(mut section: Section) -> Result<Option<Self>, Wrong> {
        if section.is_empty() {
            return Ok(None);
        }
        let latency = section.whole("latency_micros", 0..=MAX_LATENCY)?;
        let rate = section.whole("per_second", 1..=MAX_RATE)?;
        section.finish()?;
        Ok(Some(Self {
            latency_micros: latency.unwrap_or(DEFAULT_LATENCY),
            per_second: rate.unwrap_or(DEFAULT_RATE),
        }))
    }
}

impl Hsm {
    /// Reads the table; `None` when there is none.
    pub(super) fn read(mut section: Section) -> Result<Option<Self>, Wrong> {
        if section.is_empty() {
            return Ok(None);
        }
        let s = &mut section;
        let library = required(s.text("library", FILE, path)?, TABLE, "library", FILE)?;
        let token = Token::read(s, TABLE)?;
        let mut staff = s.inner("staff", STAFF)?;
        let staff = match staff.is_empty() {
            true => None,
            false => {
                let token = Token::read(&mut staff, STAFF)?;
                staff.finish()?;
                Some(token)
            }
        };
        let paths = |s: &mut Section, key| {
            s.list(key, MAX_PATHS, "a path from the root", |value| {
                path(value.as_str()?).filter(|path| path.is_absolute())
            })
        };
        let hsm = Self {
            library,
            token,
            staff,
            sessions: s
                .whole("sessions", 1..=MAX_SESSIONS)?
                .map_or(DEFAULT_SESSIONS, usize::from),
            read: paths(s, "read")?.unwrap_or_default(),
            write: paths(s, "write")?.unwrap_or_default(),
            tcp_ports: ports(s)?,
            unix_sockets: s
                .value(
                    "unix_sockets",
                    || "true or false".to_owned(),
                    |value| value.as_bool(),
                )?
                .unwrap_or(false),
            environment: environment(s)?,
        };
        section.finish().map(|()| Some(hsm))
    }
}

impl Token {
    fn read(section: &mut Section, table: &'static str) -> Result<Self, Wrong> {
        let what = "the label of a token, 1 to 32 bytes";
        let label = section.text("token", what, |label| {
            let fits = (1..=MAX_LABEL).contains(&label.len());
            (fits && !label.contains(char::is_control)).then(|| label.to_owned())
        })?;
        let pin_file = section.text("pin_file", FILE, path)?;
        Ok(Self {
            label: required(label, table, "token", what)?,
            pin_file: required(pin_file, table, "pin_file", FILE)?,
            make: Make::read(section, table)?,
        })
    }
}

impl Make {
    fn read(section: &mut Section, table: &'static str) -> Result<Option<Self>, Wrong> {
        let text = |most| {
            move |text: &str| {
                let fits = (1..=most).contains(&text.len());
                (fits && !text.contains(char::is_control)).then(|| text.to_owned())
            }
        };
        let what = "what ringfence hsm probe says of the token, vendor and model together";
        let vendor = section.text("vendor", what, text(MAX_LABEL))?;
        let model = section.text("model", what, text(MAX_MODEL))?;
        if vendor.is_none() && model.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            vendor: required(vendor, table, "vendor", what)?,
            model: required(model, table, "model", what)?,
        }))
    }
}

fn required<T>(
    value: Option<T>,
    table: &'static str,
    key: &'static str,
    allowed: &str,
) -> Result<T, Wrong> {
    value.ok_or_else(|| Wrong::BadValue {
        table,
        key,
        allowed: allowed.to_owned(),
    })
}

fn ports(section: &mut Section) -> Result<Vec<u16>, Wrong> {
    let ports = section.list("tcp_ports", MAX_PORTS, "a port", |value| {
        u16::try_from(value.as_integer()?)
            .ok()
            .filter(|port| *port != 0)
    })?;
    Ok(ports.unwrap_or_default())
}

fn environment(section: &mut Section) -> Result<BTreeMap<String, String>, Wrong> {
    let allowed = || {
        format!(
            "a table of at most {MAX_VARIABLES} texts, begun with a line \
             [vault.hsm.environment], each named in capitals, digits and _"
        )
    };
    let named = |name: &str| {
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        !name.is_empty() && name.len() <= 64 && name.chars().all(plain)
    };
    let variable = |(name, value): (String, Value)| {
        let value = value.as_str()?;
        let fits = value.len() <= MAX_VARIABLE && !value.contains(char::is_control);
        (named(&name) && fits).then(|| (name, value.to_owned()))
    };
    let read = section.value("environment", allowed, |value| match value {
        Value::Table(table) if table.len() <= MAX_VARIABLES => {
            table.into_iter().map(variable).collect()
        }
        _ => None,
    })?;
    Ok(read.unwrap_or_default())
}
