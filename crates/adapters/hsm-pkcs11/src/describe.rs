//! What stands in the tokens, for people to read.

use cryptoki::{
    mechanism::MechanismType,
    object::{Attribute, ObjectClass, ObjectHandle},
    session::Session,
    slot::TokenInfo,
};
use seal::{Custody, HsmError, KeySpec};

pub use crate::attributes::Flaw;
use crate::{
    attributes,
    connection::Connection,
    names,
    options::Options,
    problem::Problem,
    token::{Token, id_of},
};

/// Makers of tokens that are programs: their keys lie in files.
const SOFTWARE: [&str; 4] = ["SoftHSM", "Kryoptic", "Mozilla", "NSS"];
/// Their models, where the maker also builds hardware.
const SOFTWARE_MODELS: [&str; 2] = ["SoftHSM v2", "Soft"];

/// Everything `ringfence hsm probe` prints but rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// As published.
    pub custody: Custody,
    /// The library's own description, maker and version.
    pub library: String,
    /// Every token of the configuration, in its order.
    pub tokens: Vec<TokenReport>,
    /// Every key, ordered by name.
    pub keys: Vec<KeyReport>,
}

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenReport {
    /// Its label.
    pub label: String,
    /// Why it does not answer; the rest is empty then.
    pub unreachable: Option<HsmError>,
    /// Maker, model, serial number and firmware, as the token tells them.
    pub about: String,
    /// Whether it is a program that keeps keys in files.
    pub software: bool,
    /// Whether the token counted a wrong PIN since the last right one.
    pub wrong_pins: bool,
    /// The mechanisms that Ringfence can use.
    pub mechanisms: Vec<Mechanism>,
}

/// One mechanism that Ringfence can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mechanism {
    /// Its name in PKCS #11.
    pub name: &'static str,
    /// Which keys it is for.
    pub serves: &'static str,
    /// Whether keys cannot be kept here without it. Of the wrap suites one is enough.
    pub needed: bool,
    /// Whether the token offers it.
    pub present: bool,
}

/// One key, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyReport {
    /// Name and kind.
    pub spec: KeySpec,
    /// The label of its token.
    pub token: String,
    /// What is wrong with it; empty for a key that was drawn here and never left.
    pub flaws: Vec<Flaw>,
}

/// Name, use, needed, number.
const MECHANISMS: [(&str, &str, bool, MechanismType); 8] = [
    (
        "CKM_GENERIC_SECRET_KEY_GEN",
        "index, root, shred",
        true,
        MechanismType::GENERIC_SECRET_KEY_GEN,
    ),
    (
        "CKM_SHA256_HMAC",
        "index, root, shred",
        true,
        MechanismType::SHA256_HMAC,
    ),
    (
        "CKM_EC_EDWARDS_KEY_PAIR_GEN",
        "log",
        true,
        MechanismType::ECC_EDWARDS_KEY_PAIR_GEN,
    ),
    ("CKM_EDDSA", "log", true, MechanismType::EDDSA),
    (
        "CKM_EC_KEY_PAIR_GEN",
        "open, suites 1 and 2",
        false,
        MechanismType::ECC_KEY_PAIR_GEN,
    ),
    (
        "CKM_ECDH1_DERIVE",
        "open, suites 1 and 2",
        false,
        MechanismType::ECDH1_DERIVE,
    ),
    (
        "CKM_RSA_PKCS_KEY_PAIR_GEN",
        "open, suite 3",
        false,
        MechanismType::RSA_PKCS_KEY_PAIR_GEN,
    ),
    (
        "CKM_RSA_PKCS_OAEP",
        "open, suite 3",
        false,
        MechanismType::RSA_PKCS_OAEP,
    ),
];

/// Who holds the keys: hardware only when every token that answers is.
pub(crate) fn custody(connection: &Connection) -> Result<Custody, Problem> {
    let mut tokens = connection.tokens();
    let first = tokens.next().ok_or(HsmError::Failed)??;
    let first = info(connection, &first)?;
    let mut software = is_software(&first);
    for token in tokens.flatten() {
        software |= is_software(&info(connection, &token)?);
    }
    Ok(if software {
        Custody::Development
    } else {
        Custody::Hsm {
            vendor: plain(first.manufacturer_id()),
            model: plain(first.model()),
        }
    })
}

/// The whole report.
pub(crate) fn report(connection: &Connection, options: &Options) -> Result<Report, Problem> {
    let library = connection.context().get_library_info()?;
    let version = library.library_version();
    let mut tokens = Vec::new();
    let mut keys = Vec::new();
    for (named, token) in options.tokens().zip(connection.tokens()) {
        match token {
            Ok(token) => {
                tokens.push(describe(connection, &token, &named.label)?);
                keys.extend(read_back(&token, &named.label)?);
            }
            Err(problem) => tokens.push(unreachable(&named.label, problem.error())),
        }
    }
    keys.sort_unstable_by_key(|key| key.spec.id);
    Ok(Report {
        custody: custody(connection)?,
        library: format!(
            "{} {} {version}",
            plain(library.manufacturer_id()),
            plain(library.library_description())
        ),
        tokens,
        keys,
    })
}

fn info(connection: &Connection, token: &Token) -> Result<TokenInfo, Problem> {
    Ok(connection.context().get_token_info(token.slot())?)
}

fn describe(connection: &Connection, token: &Token, label: &str) -> Result<TokenReport, Problem> {
    let info = info(connection, token)?;
    let offered = connection.context().get_mechanism_list(token.slot())?;
    let mechanisms = MECHANISMS
        .iter()
        .map(|(name, serves, needed, number)| Mechanism {
            name,
            serves,
            needed: *needed,
            present: offered.contains(number),
        });
    Ok(TokenReport {
        label: label.to_owned(),
        unreachable: None,
        about: format!(
            "{}, {}, serial {}, firmware {}",
            plain(info.manufacturer_id()),
            plain(info.model()),
            plain(info.serial_number()),
            info.firmware_version()
        ),
        software: is_software(&info),
        wrong_pins: info.user_pin_count_low(),
        mechanisms: mechanisms.collect(),
    })
}

fn unreachable(label: &str, error: HsmError) -> TokenReport {
    TokenReport {
        label: label.to_owned(),
        unreachable: Some(error),
        about: String::new(),
        software: false,
        wrong_pins: false,
        mechanisms: Vec::new(),
    }
}

fn read_back(token: &Token, label: &str) -> Result<Vec<KeyReport>, Problem> {
    let session = token.ceremony()?;
    let mut keys = Vec::new();
    for (object, _) in secrets(&session)? {
        let Some(spec) = id_of(&session, object)?.and_then(|id| names::parse(&id)) else {
            continue;
        };
        keys.push(KeyReport {
            spec,
            token: label.to_owned(),
            flaws: attributes::flaws(&session, object, spec.kind)?,
        });
    }
    Ok(keys)
}

/// Every permanent secret and private key in a token, ours and others'.
pub(crate) fn secrets(session: &Session) -> Result<Vec<(ObjectHandle, ObjectClass)>, Problem> {
    let mut all = Vec::new();
    for class in [ObjectClass::SECRET_KEY, ObjectClass::PRIVATE_KEY] {
        let search = [Attribute::Token(true), Attribute::Class(class)];
        let found = session.find_objects(&search)?;
        all.extend(found.into_iter().map(|object| (object, class)));
    }
    Ok(all)
}

fn is_software(info: &TokenInfo) -> bool {
    SOFTWARE
        .iter()
        .any(|maker| info.manufacturer_id().starts_with(maker))
        || SOFTWARE_MODELS.contains(&info.model().trim_end())
}

/// Text of a token as it may be printed.
fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '?' } else { c };
    text.trim_end().chars().map(shown).collect()
}
