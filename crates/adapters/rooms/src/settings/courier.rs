//! Table `[courier]`: carriers, and which messages go by which. Secrets stand in files that are
//! named here.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use model::Channel;
use numbers::{LineType, Region};

use super::{
    OperatorSettings, Section, Wrong,
    schema::{ADDRESS, MAX_TEXT, after_scheme, path, public_url},
};

const CARRIERS_MAX: usize = 32;
pub(super) const COUNTRY: &str = "a country in two capital letters (ISO 3166-1), such as \"GB\"";
const ROUTES_MAX: usize = 256;
const LIST_MAX: usize = 256;
const NAME: &str = "1 to 32 of a-z, 0-9 and -";
pub(super) const FILE: &str = "the path of a file";
const WORD: &str = "1 to 128 visible characters";
const SENDER: &str = "a number, a short code, or up to 11 letters and digits";
const NUMBER: &str = "a number with its country code, such as \"+447700900100\"";
const UNKNOWN_WAIT_SECONDS: u32 = 60;
const ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";
const LINES: &str = "a kind of line, such as \"mobile\"";

/// Table `[courier]` but for its listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourierSettings {
    /// The origin that carriers reach the listener by; without it they cannot report.
    pub public_url: Option<String>,
    /// Root certificates, PEM.
    pub ca_file: PathBuf,
    /// How long an unknown outcome waits for a receipt before another channel may be tried; 0
    /// means for ever.
    pub unknown_wait_seconds: u32,
    /// `[[courier.carriers]]`.
    pub carriers: Vec<CarrierSettings>,
    /// `[[courier.routes]]`; without any, every carrier takes what it can.
    pub routes: Vec<RouteSettings>,
    /// `[courier.operator]`.
    pub operator: Option<OperatorSettings>,
}

/// One of `[[courier.carriers]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierSettings {
    /// Its name in routes, webhooks and logs.
    pub name: String,
    /// Sender of every text in place of the application's.
    pub sender: Option<String>,
    /// How it is reached.
    pub way: Way,
}

/// How SMPP sessions are bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// One for both directions.
    Transceiver,
    /// Two.
    Pair,
}

/// How a carrier is reached, key `kind` and those that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each key is described in docs/reference/config.md"
)]
pub enum Way {
    /// `smpp`.
    Smpp {
        host: String,
        port: u16,
        tls: bool,
        system_id: String,
        password_file: PathBuf,
        system_type: String,
        binding: Binding,
        latin1: bool,
        receipt_ids: String,
        window: u16,
    },
    /// `twilio`.
    Twilio {
        account_sid: String,
        auth_token_file: PathBuf,
        api_key: Option<String>,
        api_key_secret_file: Option<PathBuf>,
        messaging_service: Option<String>,
        caller: Option<String>,
    },
    /// `vonage`.
    Vonage {
        application: String,
        private_key_file: PathBuf,
        signature_secret_file: PathBuf,
        caller: Option<String>,
    },
    /// `telnyx`.
    Telnyx {
        api_key_file: PathBuf,
        public_key: String,
        profile: Option<String>,
    },
    /// `http`.
    Http {
        host: String,
        port: u16,
        tls: bool,
        path: String,
        secret_file: PathBuf,
        voice: bool,
    },
}

/// One of `[[courier.routes]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteSettings {
    /// The carrier's name.
    pub carrier: String,
    /// Those listed, each of which its carrier takes; all of its carrier's if none is listed.
    pub channels: Vec<Channel>,
    /// To which countries; to all only if the key is not there.
    pub countries: Vec<Region>,
    /// To which kinds of line; to all only if the key is not there.
    pub line_types: Vec<LineType>,
    /// Lower ones are preferred among routes that work.
    pub priority: u8,
    /// Price of a message, millionths of the currency unit.
    pub cost_micros: u32,
    /// The most messages in a second.
    pub per_second: Option<u32>,
}

impl Default for CourierSettings {
    fn default() -> Self {
        Self {
            public_url: None,
            ca_file: ROOTS.into(),
            unknown_wait_seconds: UNKNOWN_WAIT_SECONDS,
            carriers: Vec::new(),
            routes: Vec::new(),
            operator: None,
        }
    }
}

impl CourierSettings {
    pub(super) fn read(mut section: Section) -> Result<(Option<SocketAddr>, Self), Wrong> {
        let listen = section.text("listen", ADDRESS, |text| text.parse().ok())?;
        let origin = "an origin without a path, such as \"https://courier.example\"";
        let public_url = section.text("public_url", origin, public_url)?;
        let ca_file = section.text("ca_file", FILE, path)?;
        let wait = section.whole("unknown_wait_seconds", 0..=3600)?;
        let mut carriers = Vec::new();
        for table in section.tables("carriers", "courier.carriers", CARRIERS_MAX)? {
            carriers.push(CarrierSettings::read(table, &carriers)?);
        }
        let mut routes = Vec::new();
        for table in section.tables("routes", "courier.routes", ROUTES_MAX)? {
            routes.push(RouteSettings::read(table, &carriers)?);
        }
        let operator = OperatorSettings::read(section.inner("operator", "courier.operator")?)?;
        section.finish()?;
        let settings = Self {
            operator,
            public_url,
            ca_file: ca_file.unwrap_or_else(|| ROOTS.into()),
            unknown_wait_seconds: wait.unwrap_or(UNKNOWN_WAIT_SECONDS),
            carriers,
            routes,
        };
        Ok((listen, settings))
    }

    /// Whether this room connects to nobody.
    #[must_use]
    pub const fn reaches_nobody(&self) -> bool {
        self.carriers.is_empty() && self.operator.is_none()
    }

    /// The TCP ports that carriers and the operator are reached by.
    #[must_use]
    pub fn ports(&self) -> Vec<u16> {
        let mut ports: Vec<u16> = self
            .carriers
            .iter()
            .map(|carrier| carrier.way.port())
            .chain(self.operator.iter().flat_map(OperatorSettings::ports))
            .collect();
        ports.sort_unstable();
        ports.dedup();
        ports
    }
}

impl Way {
    const fn port(&self) -> u16 {
        match self {
            Self::Smpp { port, .. } | Self::Http { port, .. } => *port,
            Self::Twilio { .. } | Self::Vonage { .. } | Self::Telnyx { .. } => 443,
        }
    }

    /// What it takes.
    #[must_use]
    pub fn channels(&self) -> Vec<Channel> {
        let voice = match self {
            Self::Smpp { .. } | Self::Telnyx { .. } => false,
            Self::Twilio { caller, .. } | Self::Vonage { caller, .. } => caller.is_some(),
            Self::Http { voice, .. } => *voice,
        };
        let voice = voice.then_some(Channel::Voice);
        [Channel::Sms].into_iter().chain(voice).collect()
    }

    /// The files with its secrets, each with the key that names it.
    #[must_use]
    pub fn files(&self) -> Vec<(&'static str, &Path)> {
        match self {
            Self::Smpp { password_file, .. } => vec![("password_file", password_file)],
            Self::Twilio {
                auth_token_file,
                api_key_secret_file,
                ..
            } => {
                let key = api_key_secret_file.as_deref();
                let key = key.map(|file| ("api_key_secret_file", file));
                [("auth_token_file", auth_token_file.as_path())]
                    .into_iter()
                    .chain(key)
                    .collect()
            }
            Self::Vonage {
                private_key_file,
                signature_secret_file,
                ..
            } => vec![
                ("private_key_file", private_key_file),
                ("signature_secret_file", signature_secret_file),
            ],
            Self::Telnyx { api_key_file, .. } => vec![("api_key_file", api_key_file)],
            Self::Http { secret_file, .. } => vec![("secret_file", secret_file)],
        }
    }

    /// The name of its kind.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Smpp { .. } => "smpp",
            Self::Twilio { .. } => "twilio",
            Self::Vonage { .. } => "vonage",
            Self::Telnyx { .. } => "telnyx",
            Self::Http { .. } => "http",
        }
    }
}

impl CarrierSettings {
    fn read(mut s: Section, others: &[Self]) -> Result<Self, Wrong> {
        let name = s.needed("name", NAME, name)?;
        if others.iter().any(|other| other.name == name) {
            return Err(s.wrong("name", "a name that no other carrier has"));
        }
        let sender = s.text("sender", SENDER, word::<20>)?;
        let kinds = "\"smpp\", \"twilio\", \"vonage\", \"telnyx\" or \"http\"";
        let read: fn(&mut Section) -> Result<Way, Wrong> =
            s.needed("kind", kinds, |kind| match kind {
                "smpp" => Some(smpp as fn(&mut Section) -> Result<Way, Wrong>),
                "twilio" => Some(twilio),
                "vonage" => Some(vonage),
                "telnyx" => Some(telnyx),
                "http" => Some(http),
                _ => None,
            })?;
        let way = read(&mut s)?;
        s.finish()?;
        Ok(Self { name, sender, way })
    }
}

fn smpp(s: &mut Section) -> Result<Way, Wrong> {
    let binding = s.text(
        "binding",
        "\"transceiver\" or \"pair\"",
        |text| match text {
            "transceiver" => Some(Binding::Transceiver),
            "pair" => Some(Binding::Pair),
            _ => None,
        },
    )?;
    let alphabet = s.text("alphabet", "\"gsm7\" or \"latin1\"", |text| match text {
        "gsm7" => Some(false),
        "latin1" => Some(true),
        _ => None,
    })?;
    let forms = "\"any\", \"same\", \"decimal\" or \"hex\"";
    let receipt_ids = s.text("receipt_ids", forms, |text| {
        matches!(text, "any" | "same" | "decimal" | "hex").then(|| text.to_owned())
    })?;
    let tls = s.flag("tls")?.unwrap_or(true);
    Ok(Way::Smpp {
        host: s.needed("host", "a host name or an address", word::<253>)?,
        port: s
            .whole("port", 1..=u16::MAX)?
            .unwrap_or(if tls { 3550 } else { 2775 }),
        tls,
        system_id: s.needed("system_id", "1 to 15 characters", word::<15>)?,
        password_file: s.needed("password_file", FILE, path)?,
        system_type: s
            .text("system_type", "1 to 12 characters", word::<12>)?
            .unwrap_or_default(),
        binding: binding.unwrap_or(Binding::Transceiver),
        latin1: alphabet.unwrap_or(false),
        receipt_ids: receipt_ids.unwrap_or_else(|| "any".to_owned()),
        window: s.whole("window", 1..=1000)?.unwrap_or(16),
    })
}

fn twilio(s: &mut Section) -> Result<Way, Wrong> {
    Ok(Way::Twilio {
        account_sid: s.needed("account_sid", "an account's id, AC…", word::<34>)?,
        auth_token_file: s.needed("auth_token_file", FILE, path)?,
        api_key: s.text("api_key", "a key's id, SK…", word::<34>)?,
        api_key_secret_file: s.text("api_key_secret_file", FILE, path)?,
        messaging_service: s.text("messaging_service", "a service's id, MG…", word::<34>)?,
        caller: s.text("caller", NUMBER, number)?,
    })
}

fn vonage(s: &mut Section) -> Result<Way, Wrong> {
    Ok(Way::Vonage {
        application: s.needed("application", "an application's id", word::<64>)?,
        private_key_file: s.needed("private_key_file", FILE, path)?,
        signature_secret_file: s.needed("signature_secret_file", FILE, path)?,
        caller: s.text("caller", NUMBER, number)?,
    })
}

fn telnyx(s: &mut Section) -> Result<Way, Wrong> {
    Ok(Way::Telnyx {
        api_key_file: s.needed("api_key_file", FILE, path)?,
        public_key: s.needed("public_key", "the account's public key, base64", word::<64>)?,
        profile: s.text("profile", WORD, word::<128>)?,
    })
}

fn http(s: &mut Section) -> Result<Way, Wrong> {
    let allowed = "an address with a path, such as \"https://sms.example/send\"; http:// only for this machine";
    let (host, port, tls, path_and_query) = s.needed("url", allowed, address)?;
    Ok(Way::Http {
        host,
        port,
        tls,
        path: path_and_query,
        secret_file: s.needed("secret_file", FILE, path)?,
        voice: s.flag("voice")?.unwrap_or(false),
    })
}

impl RouteSettings {
    fn read(mut s: Section, carriers: &[CarrierSettings]) -> Result<Self, Wrong> {
        let known = |text: &str| carriers.iter().find(|carrier| carrier.name == text);
        let carrier = s.needed("carrier", "the name of a carrier above", known)?;
        let takes = carrier.way.channels();
        let channels = "\"sms\" or \"voice\", which the carrier must take";
        let channel = |text: &str| channel(text).filter(|one| takes.contains(one));
        let route = Self {
            carrier: carrier.name.clone(),
            channels: only(&mut s, "channels", 2, channels, channel)?
                .unwrap_or_else(|| takes.clone()),
            countries: only(&mut s, "countries", LIST_MAX, COUNTRY, region)?.unwrap_or_default(),
            line_types: only(&mut s, "line_types", LIST_MAX, LINES, LineType::from_name)?
                .unwrap_or_default(),
            priority: s.whole("priority", 0..=u8::MAX)?.unwrap_or(100),
            cost_micros: s.whole("cost_micros", 1..=1_000_000_000)?.unwrap_or(50_000),
            per_second: s.whole("per_second", 1..=1_000_000)?,
        };
        s.finish().map(|()| route)
    }
}

/// A list that restricts. Listing nothing is a mistake: it would mean everything.
pub(super) fn only<T>(
    s: &mut Section,
    key: &'static str,
    most: usize,
    each: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<Vec<T>>, Wrong> {
    let list = s.list(key, most, each, |value| value.as_str().and_then(&read))?;
    match list {
        Some(list) if list.is_empty() => {
            Err(s.wrong(key, &format!("left out, or a list with at least {each}")))
        }
        list => Ok(list),
    }
}

fn channel(text: &str) -> Option<Channel> {
    match text {
        "sms" => Some(Channel::Sms),
        "voice" => Some(Channel::Voice),
        _ => None,
    }
}

/// The code as the rest of the world writes it: one spelling, in capitals.
pub(super) fn region(text: &str) -> Option<Region> {
    let region = Region::parse(text).ok()?;
    (region.as_str() == text).then_some(region)
}

fn name(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    ((1..=32).contains(&text.len()) && text.chars().all(plain)).then(|| text.to_owned())
}

fn number(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+')?;
    let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.to_owned())
}

/// Visible ASCII, inner spaces allowed, at most `MAX` characters.
pub(super) fn word<const MAX: usize>(text: &str) -> Option<String> {
    let fits = (1..=MAX).contains(&text.len())
        && text.trim() == text
        && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    fits.then(|| text.to_owned())
}

/// Host, port, whether TLS, path and query.
pub(super) fn address(text: &str) -> Option<(String, u16, bool, String)> {
    let rest = after_scheme(text)?;
    let tls = text.starts_with("https://");
    let (authority, path) = rest.split_at(rest.find('/')?);
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok()?),
        None => (authority, if tls { 443 } else { 80 }),
    };
    let here = matches!(host, "localhost" | "127.0.0.1");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let fits = (tls || here)
        && !host.is_empty()
        && host.chars().all(plain)
        && path.len() <= MAX_TEXT
        && path.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| (host.to_owned(), port, tls, path.to_owned()))
}
