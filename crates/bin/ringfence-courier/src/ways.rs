//! Carriers and routes as configured. Built before the sandbox closes, because secrets stand in
//! files; connections are made later.

use std::{
    collections::BTreeMap,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use carriers::{
    http::{
        Link,
        generic::{Generic, GenericSettings},
        telnyx::{self, Telnyx, TelnyxSettings},
        twilio::{self, Twilio, TwilioSettings},
        vonage::{self, Vonage, VonageSettings},
        webhook::Webhooks,
    },
    smpp::{Binding, SessionLimits, Smpp, SmppSettings, ids::IdForm, text::DefaultAlphabet},
    tls::{Endpoint, Tls},
};
use courier::{
    Ledger, Pool, PoolRules, Route,
    carrier::{Carrier, CarrierReports},
    operator::Operator,
};
use data_encoding::BASE64;
use model::{Channel, Millis};
use rooms::{
    Failure,
    ambient::{SystemClock, SystemEntropy},
    sandbox::Sockets,
    settings::{self, CarrierSettings, CourierSettings, RouteSettings, Way},
};
use zeroize::{Zeroize as _, Zeroizing};

mod operator;

/// The largest file with a secret, bytes.
const SECRET_MAX_BYTES: u64 = 64 * 1024;
/// How long a message centre may take to answer, and a link may be quiet.
const RESPONSE: Duration = Duration::from_secs(8);
const ENQUIRE: Duration = Duration::from_secs(30);
/// Name resolution by TCP, where an answer is too long for UDP.
const DNS: u16 = 53;
/// What the system's resolver reads. Directories, where a program replaces the file.
const RESOLVER: [&str; 7] = [
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/run/systemd/resolve",
    "/run/resolvconf",
];

/// Carriers, ready to be driven.
pub struct Ways {
    /// Which route takes a message.
    pub pool: Option<Arc<Pool>>,
    /// Carriers that keep a session.
    pub sessions: Vec<Arc<Smpp>>,
    /// Carriers that talk back, by name.
    pub webhooks: BTreeMap<String, Arc<dyn Webhooks>>,
    /// Who is asked about numbers.
    pub operator: Option<Arc<dyn Operator>>,
}

/// One carrier with what it can do.
struct Made {
    carrier: Arc<dyn Carrier>,
    channels: Vec<Channel>,
}

impl Ways {
    /// Reads secrets and root certificates, and makes carriers and routes.
    ///
    /// # Errors
    /// A file that cannot be read or does not hold what it should.
    pub fn build(settings: &CourierSettings, ledger: &Arc<Ledger>) -> Result<Self, Failure> {
        let mut ways = Self {
            pool: None,
            sessions: Vec::new(),
            webhooks: BTreeMap::new(),
            operator: None,
        };
        if settings.reaches_nobody() {
            return Ok(ways);
        }
        let tls = Tls::from_roots(&settings.ca_file)
            .map_err(Failure::while_doing("reading [courier] ca_file"))?;
        if let Some(told) = &settings.operator {
            ways.operator = Some(Arc::new(operator::make(told, &tls)?));
        }
        if settings.carriers.is_empty() {
            return Ok(ways);
        }
        let mut made = BTreeMap::new();
        for carrier in &settings.carriers {
            let link = link(settings, carrier, ledger);
            made.insert(carrier.name.clone(), ways.make(carrier, link, &tls)?);
        }
        let rules = PoolRules {
            unknown_wait: (settings.unknown_wait_seconds > 0)
                .then(|| Millis::from_seconds(settings.unknown_wait_seconds.into())),
        };
        let routes = routes(settings, &made);
        let entropy = Arc::new(SystemEntropy);
        ways.pool = Some(Arc::new(Pool::new(
            routes,
            rules,
            Arc::clone(ledger),
            entropy,
        )));
        Ok(ways)
    }

    fn make(&mut self, settings: &CarrierSettings, link: Link, tls: &Tls) -> Result<Made, Failure> {
        let at = |host: &str, port, tls: Option<&Tls>| Endpoint {
            host: host.to_owned(),
            port,
            tls: tls.cloned(),
        };
        let sender = settings.sender.clone();
        match &settings.way {
            way @ Way::Smpp {
                host,
                port,
                tls: secure,
                ..
            } => {
                let endpoint = at(host, *port, secure.then_some(tls));
                self.smpp(way, sender, link, endpoint)
            }
            way @ Way::Twilio { .. } => {
                let twilio = Twilio::new(
                    twilio_settings(way, sender)?,
                    link,
                    at(twilio::HOST, 443, Some(tls)),
                );
                Ok(self.http(settings, Arc::new(twilio)))
            }
            way @ Way::Vonage { .. } => {
                let vonage = Vonage::new(
                    vonage_settings(way, sender)?,
                    link,
                    at(vonage::HOST, 443, Some(tls)),
                )
                .map_err(Failure::while_doing(
                    "reading private_key_file of [courier.carriers]",
                ))?;
                Ok(self.http(settings, Arc::new(vonage)))
            }
            way @ Way::Telnyx { .. } => {
                let telnyx = Telnyx::new(
                    telnyx_settings(way, sender)?,
                    link,
                    at(telnyx::HOST, 443, Some(tls)),
                );
                Ok(self.http(settings, Arc::new(telnyx)))
            }
            way @ Way::Http {
                host,
                port,
                tls: secure,
                ..
            } => {
                let own = generic_settings(way, sender)?;
                let own = Generic::new(own, link, at(host, *port, secure.then_some(tls)));
                Ok(self.http(settings, Arc::new(own)))
            }
        }
    }

    fn http<C: Carrier + Webhooks + 'static>(
        &mut self,
        settings: &CarrierSettings,
        carrier: Arc<C>,
    ) -> Made {
        self.webhooks
            .insert(settings.name.clone(), Arc::clone(&carrier) as _);
        let channels = settings.way.channels();
        Made { carrier, channels }
    }

    fn smpp(
        &mut self,
        way: &Way,
        sender: Option<String>,
        link: Link,
        endpoint: Endpoint,
    ) -> Result<Made, Failure> {
        let Way::Smpp {
            system_id,
            password_file,
            system_type,
            binding,
            latin1,
            receipt_ids,
            window,
            ..
        } = way
        else {
            return Err(Failure::Failed("not a message centre".to_owned()));
        };
        let password = secret(password_file)?;
        if password.len() > 8 {
            let allowed = "[courier.carriers] password_file must hold at most 8 characters (SMPP 3.4, section 5.2.2)";
            return Err(Failure::Settings(allowed.to_owned()));
        }
        let limits = SessionLimits {
            window: usize::from(*window),
            response: RESPONSE,
            enquire: ENQUIRE,
        };
        let settings = SmppSettings {
            name: link.name,
            endpoint,
            system_id: system_id.clone(),
            password,
            system_type: system_type.clone(),
            binding: match binding {
                settings::Binding::Transceiver => Binding::Transceiver,
                settings::Binding::Pair => Binding::Pair,
            },
            sender,
            alphabet: if *latin1 {
                DefaultAlphabet::Latin1
            } else {
                DefaultAlphabet::Gsm7
            },
            ids: match receipt_ids.as_str() {
                "same" => IdForm::Same,
                "decimal" => IdForm::DecimalInReceipts,
                "hex" => IdForm::HexInReceipts,
                _ => IdForm::Any,
            },
            limits,
        };
        let carrier = Arc::new(Smpp::new(settings, Arc::new(SystemClock), link.reports));
        self.sessions.push(Arc::clone(&carrier));
        let channels = way.channels();
        Ok(Made { carrier, channels })
    }
}

/// The sockets a room with these carriers makes.
pub fn sockets(settings: &CourierSettings) -> Sockets {
    if settings.reaches_nobody() {
        return Sockets::none();
    }
    let mut tcp_ports = settings.ports();
    tcp_ports.push(DNS);
    Sockets {
        unix: false,
        tcp_ports,
        udp: true,
    }
}

/// The files that such a room reads besides its own.
pub fn read_only(settings: &CourierSettings) -> Vec<PathBuf> {
    if settings.reaches_nobody() {
        return Vec::new();
    }
    RESOLVER.map(PathBuf::from).into()
}

fn link(settings: &CourierSettings, carrier: &CarrierSettings, ledger: &Arc<Ledger>) -> Link {
    let base = settings.public_url.as_ref();
    Link {
        name: carrier.name.clone(),
        base: base.map(|origin| format!("{origin}/carriers/{}", carrier.name)),
        reports: Arc::clone(ledger) as Arc<dyn CarrierReports>,
        clock: Arc::new(SystemClock),
    }
}

fn twilio_settings(way: &Way, sender: Option<String>) -> Result<TwilioSettings, Failure> {
    let Way::Twilio {
        account_sid,
        auth_token_file,
        api_key,
        api_key_secret_file,
        messaging_service,
        caller,
    } = way
    else {
        return Err(Failure::Failed("not Twilio".to_owned()));
    };
    let api_key = match (api_key, api_key_secret_file) {
        (Some(key), Some(file)) => Some((key.clone(), secret(file)?)),
        (None, None) => None,
        _ => {
            let allowed = "[courier.carriers] api_key and api_key_secret_file must stand together";
            return Err(Failure::Settings(allowed.to_owned()));
        }
    };
    Ok(TwilioSettings {
        account_sid: account_sid.clone(),
        auth_token: secret(auth_token_file)?,
        api_key,
        messaging_service: messaging_service.clone(),
        sender,
        caller: caller.clone(),
    })
}

fn vonage_settings(way: &Way, sender: Option<String>) -> Result<VonageSettings, Failure> {
    let Way::Vonage {
        application,
        private_key_file,
        signature_secret_file,
        caller,
    } = way
    else {
        return Err(Failure::Failed("not Vonage".to_owned()));
    };
    let mut key = secret(private_key_file)?;
    Ok(VonageSettings {
        application: application.clone(),
        private_key: Zeroizing::new(std::mem::take(&mut *key).into_bytes()),
        signature_secret: secret(signature_secret_file)?,
        sender,
        caller: caller.clone(),
    })
}

fn telnyx_settings(way: &Way, sender: Option<String>) -> Result<TelnyxSettings, Failure> {
    let Way::Telnyx {
        api_key_file,
        public_key,
        profile,
    } = way
    else {
        return Err(Failure::Failed("not Telnyx".to_owned()));
    };
    let key = BASE64.decode(public_key.as_bytes()).ok();
    let key = key.and_then(|key| key.try_into().ok()).ok_or_else(|| {
        Failure::Settings("[courier.carriers] public_key must be 32 bytes in base64".to_owned())
    })?;
    Ok(TelnyxSettings {
        api_key: secret(api_key_file)?,
        public_key: key,
        profile: profile.clone(),
        sender,
    })
}

fn generic_settings(way: &Way, sender: Option<String>) -> Result<GenericSettings, Failure> {
    let Way::Http {
        path,
        secret_file,
        voice,
        ..
    } = way
    else {
        return Err(Failure::Failed("not a gateway of one's own".to_owned()));
    };
    let secret = secret(secret_file)?;
    let secret = generic_secret(&secret).ok_or_else(|| {
        let allowed =
            "[courier.carriers] secret_file must hold whsec_ and 24 to 64 bytes in base64";
        Failure::Settings(allowed.to_owned())
    })?;
    Ok(GenericSettings {
        path: path.clone(),
        secret,
        sender,
        voice: *voice,
    })
}

/// `whsec_` and base64, as the rules of Standard Webhooks write a secret.
fn generic_secret(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let encoded = text.strip_prefix("whsec_")?;
    let secret = BASE64.decode(encoded.as_bytes()).ok().map(Zeroizing::new)?;
    (24..=64).contains(&secret.len()).then_some(secret)
}

/// The text of a carrier's file.
fn secret(file: &Path) -> Result<Zeroizing<String>, Failure> {
    secret_of("[courier.carriers]", file)
}

/// The text of a file that a table names, without the line's end.
fn secret_of(table: &str, file: &Path) -> Result<Zeroizing<String>, Failure> {
    let unreadable = |_| {
        Failure::Settings(format!(
            "{table}: {} cannot be read as text",
            file.display()
        ))
    };
    // As much room as there can be, so that no copy is left behind when it grows.
    let mut text = Zeroizing::new(String::with_capacity(64 * 1024));
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    opened
        .take(SECRET_MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(unreadable)?;
    let trimmed = Zeroizing::new(text.trim().to_owned());
    text.zeroize();
    if trimmed.is_empty() {
        let empty = format!("{table}: {} is empty", file.display());
        return Err(Failure::Settings(empty));
    }
    Ok(trimmed)
}

/// The routes; without any, every carrier takes what it can.
fn routes(settings: &CourierSettings, made: &BTreeMap<String, Made>) -> Vec<Route> {
    if !settings.routes.is_empty() {
        let routes = settings.routes.iter();
        return routes
            .filter_map(|route| Some(configured(route, made.get(&route.carrier)?)))
            .collect();
    }
    let every = made.values().map(|made| Route {
        carrier: Arc::clone(&made.carrier),
        channels: made.channels.clone(),
        countries: Vec::new(),
        line_types: Vec::new(),
        priority: 100,
        cost_micros: 50_000,
        per_second: None,
    });
    every.collect()
}

fn configured(route: &RouteSettings, made: &Made) -> Route {
    Route {
        carrier: Arc::clone(&made.carrier),
        channels: route.channels.clone(),
        countries: route.countries.clone(),
        line_types: route.line_types.clone(),
        priority: route.priority,
        cost_micros: route.cost_micros,
        per_second: route.per_second,
    }
}

#[cfg(test)]
mod tests;
