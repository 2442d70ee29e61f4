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
    options::{Make, Options, TokenOptions},
    problem::Problem,
    token::{Token, id_of},
};

/// Makers of tokens that are programs: their keys lie in files. Nobody can vouch for these.
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
    /// Its maker and model; `None` when it does not answer.
    pub make: Option<Make>,
    /// Whether it counts as hardware.
    pub standing: Standing,
    /// Whether the token counted a wrong PIN since the last right one.
    pub wrong_pins: bool,
    /// The mechanisms that Ringfence can use.
    pub mechanisms: Vec<Mechanism>,
}

/// Whether a token counts as hardware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The operator vouches for it, and it is the one that is named.
    Vouched,
    /// The configuration names no maker and model.
    Unnamed,
    /// The configuration names another one.
    Differs,
    /// A program that keeps keys in files.
    Software,
    /// It does not answer.
    Unreachable,
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

/// Who holds the keys: hardware only when every token is, by the word of the operator. PKCS#11
/// cannot prove it: a token tells what it likes.
pub(crate) fn custody(connection: &Connection, options: &Options) -> Result<Custody, Problem> {
    let mut first = None;
    let mut vouched = true;
    for (named, token) in options.tokens().zip(connection.tokens()) {
        let token = match token {
            Err(problem) if first.is_none() => return Err(problem),
            Err(_) => {
                vouched = false;
                continue;
            }
            Ok(token) => token,
        };
        let make = make(&info(connection, &token)?);
        vouched &= standing(&make, named) == Standing::Vouched;
        first.get_or_insert(make);
    }
    Ok(match first {
        Some(Make { vendor, model }) if vouched => Custody::Hsm { vendor, model },
        _ => Custody::Development,
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
                tokens.push(describe(connection, &token, named)?);
                keys.extend(read_back(&token, &named.label)?);
            }
            Err(problem) => tokens.push(unreachable(&named.label, problem.error())),
        }
    }
    keys.sort_unstable_by_key(|key| key.spec.id);
    Ok(Report {
        custody: custody(connection, options)?,
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

fn describe(
    connection: &Connection,
    token: &Token,
    named: &TokenOptions,
) -> Result<TokenReport, Problem> {
    let info = info(connection, token)?;
    let make = make(&info);
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
        label: named.label.clone(),
        unreachable: None,
        about: format!(
            "{}, {}, serial {}, firmware {}",
            make.vendor,
            make.model,
            plain(info.serial_number()),
            info.firmware_version()
        ),
        standing: standing(&make, named),
        make: Some(make),
        wrong_pins: info.user_pin_count_low(),
        mechanisms: mechanisms.collect(),
    })
}

fn unreachable(label: &str, error: HsmError) -> TokenReport {
    TokenReport {
        label: label.to_owned(),
        unreachable: Some(error),
        about: String::new(),
        make: None,
        standing: Standing::Unreachable,
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
        let mut flaws = attributes::flaws(&session, object, spec.kind)?;
        if !flaws.iter().any(|flaw| flaw.is_fatal()) {
            match token.key(&session, &spec.id) {
                Ok(_) => {}
                Err(Problem::Answered(_)) => flaws.push(Flaw::Ambiguous),
                Err(lost) => return Err(lost),
            }
        }
        keys.push(KeyReport {
            spec,
            token: label.to_owned(),
            flaws,
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

fn make(info: &TokenInfo) -> Make {
    Make {
        vendor: plain(info.manufacturer_id()),
        model: plain(info.model()),
    }
}

fn standing(make: &Make, named: &TokenOptions) -> Standing {
    let software = SOFTWARE.iter().any(|maker| make.vendor.starts_with(maker))
        || SOFTWARE_MODELS.contains(&make.model.as_str());
    match &named.make {
        _ if software => Standing::Software,
        None => Standing::Unnamed,
        Some(named) if named == make => Standing::Vouched,
        Some(_) => Standing::Differs,
    }
}

/// Text of a token as it may be printed.
fn plain(text: &str) -> String {
    let shown = |c: char| if c.is_control() { '?' } else { c };
    text.trim_end().chars().map(shown).collect()
}
