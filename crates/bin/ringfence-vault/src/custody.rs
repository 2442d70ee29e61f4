//! `ringfence hsm probe`, `ringfence keys list` and `rotate`, and the custody that `check-config`
//! prints.

use std::{
    io::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use hsm_pkcs11::{KeyReport, Report, Standing, TokenReport};
use model::Timestamp;
use rooms::{
    Failure,
    answer::{Form, object},
};
use seal::{Class, Custody, Hsm, HsmError, KeyId, KeyKind, KeyPurpose, KeySpec, PublicKey, Suite};

use vault::{
    rotation::{self, NotAsked},
    rows::{Rotated, Rotation},
};

use crate::{epochs, keys, operator::with_store, settings::Settings};

/// Generation of the keys that a probe makes and destroys.
const PROBE_GENERATION: u32 = vault::FIRST_RESERVED + 252;
/// How long each rate is measured.
const MEASURED: Duration = Duration::from_millis(500);

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{line}").map_err(Failure::while_doing("writing"))
}

fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "a rate is operations by time")]
    Instant::now()
}

/// Prints who holds the keys, as reports do, and what it rests on. Keys that do not open are a
/// failure; before they are made, or for who may not read them, nothing is tried.
pub fn custody(config: &Path) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let Some(hsm) = &settings.hsm else {
        if keys::may_open_file(&settings) {
            keys::keystore(&settings)?;
        }
        return say(match settings.passphrase_file {
            None => "development (a file on this machine)",
            Some(_) => "development (a file on this machine, opened with a passphrase)",
        });
    };
    let report = keys::tokens(hsm, &settings)?.describe();
    let report = report.map_err(Failure::while_doing("asking the tokens"))?;
    match report.custody {
        Custody::Development => {
            let why: Vec<String> = report.tokens.iter().filter_map(not_hardware).collect();
            say(&format!("development ({})", why.join("; ")))
        }
        custody => {
            let abouts: Vec<&str> = report.tokens.iter().map(|token| &*token.about).collect();
            let abouts = abouts.join("; ");
            say(&format!(
                "{custody}, as the configuration vouches: {abouts}"
            ))
        }
    }
}

/// Why a token does not count as hardware.
fn not_hardware(token: &TokenReport) -> Option<String> {
    let TokenReport { label, about, .. } = token;
    match token.standing {
        Standing::Vouched => None,
        Standing::Software => Some(format!("a token in software: {about}")),
        Standing::Unnamed => Some(format!(
            "nobody vouches for token {label}: {about}; if it is hardware, say so by vendor and \
             model beside its label"
        )),
        Standing::Differs => Some(format!(
            "token {label} is {about}, and the configuration names another vendor or model"
        )),
        Standing::Unreachable => Some(format!("token {label} does not answer")),
    }
}

/// Prints what each token calls itself, as a JSON list in the order of the configuration of
/// `[VENDOR, MODEL]`; `null` for programs and tokens that do not answer.
pub fn makes(config: &Path) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let Some(hsm) = &settings.hsm else {
        return say("[]");
    };
    let report = keys::tokens(hsm, &settings)?.describe();
    let report = report.map_err(Failure::while_doing("asking the tokens"))?;
    let makes = report.tokens.iter().map(|token| match &token.make {
        Some(make) if token.standing != Standing::Software => Some([&make.vendor, &make.model]),
        _ => None,
    });
    let makes: Vec<_> = makes.collect();
    let text = serde_json::to_string(&makes).map_err(Failure::while_doing("writing"))?;
    say(&text)
}

/// Prints mechanisms, keys with their flaws, and rates; fails when something needed is missing.
pub fn probe(config: &Path, form: Form) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let Some(hsm) = &settings.hsm else {
        return Err(Failure::Failed(
            "the keys are in a file on this machine; name a token in [vault.hsm] to probe it"
                .into(),
        ));
    };
    let tokens = keys::tokens(hsm, &settings)?;
    let report = tokens.describe();
    let report = report.map_err(Failure::while_doing("asking the tokens"))?;
    say(&form.item("custody", &report.custody.to_string()))?;
    say(&form.item("library", &report.library))?;
    for token in &report.tokens {
        print_token(token, form)?;
    }
    for key in &report.keys {
        say(&key_line(key, form))?;
    }
    let (rates, suites) = measure(&tokens, hsm.sessions)?;
    for rate in rates {
        say(&form.item("rate", &rate))?;
    }
    let missing = missing(&report, &suites);
    if missing.is_empty() {
        return match form {
            Form::Lines => say(&form.item("missing", "nothing")),
            Form::Json => Ok(()),
        };
    }
    for what in &missing {
        say(&form.item("missing", what))?;
    }
    Err(Failure::Failed(format!(
        "{} things are missing",
        missing.len()
    )))
}

fn print_token(token: &TokenReport, form: Form) -> Result<(), Failure> {
    if let Some(error) = token.unreachable {
        return say(&form.item("token", &format!("{}: {error}", token.label)));
    }
    let wrong = if token.wrong_pins {
        "; a wrong PIN was tried since the last right one"
    } else {
        ""
    };
    let about = format!("{}: {}{wrong}", token.label, token.about);
    say(&form.item("token", &about))?;
    for mechanism in &token.mechanisms {
        let state = match (mechanism.present, mechanism.needed) {
            (true, _) => "yes",
            (false, true) => "MISSING",
            (false, false) => "no",
        };
        let line = format!("{:<28} {:<20} {state}", mechanism.name, mechanism.serves);
        say(&form.below("mechanism", &line))?;
    }
    Ok(())
}

fn key_line(key: &KeyReport, form: Form) -> String {
    let flaws: Vec<&str> = key.flaws.iter().map(|flaw| flaw.as_str()).collect();
    let state = if flaws.is_empty() {
        "sensitive, never extractable, one usage".to_owned()
    } else {
        flaws.join(", ")
    };
    key_in(&key.spec, &key.token, &state, form)
}

/// A key, where it is, and what protects it.
fn key_in(spec: &KeySpec, token: &str, state: &str, form: Form) -> String {
    let (id, kind) = (spec.id.to_string(), kind_name(spec.kind));
    match form {
        Form::Lines => {
            let line = format!("{id:<24} {kind:<24} {token:<12} {state}");
            form.item("key", &line)
        }
        Form::Json => object([
            ("item", "key".into()),
            ("id", id.into()),
            ("kind", kind.into()),
            ("token", token.into()),
            ("state", state.into()),
        ]),
    }
}

const fn kind_name(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Hmac => "HMAC-SHA-256",
        KeyKind::Agreement(Suite::RawX) => "P-256, suite 1",
        KeyKind::Agreement(Suite::X963) => "P-256, suite 2",
        KeyKind::Decryption => "RSA-3072, suite 3",
        KeyKind::Signing => "Ed25519",
    }
}

/// What an instance could not do with these tokens.
fn missing(report: &Report, suites: &[&str]) -> Vec<String> {
    let mut missing = Vec::new();
    for token in &report.tokens {
        if let Some(error) = token.unreachable {
            missing.push(format!("token {}: {error}", token.label));
        }
        let lacking = token.mechanisms.iter();
        for mechanism in lacking.filter(|mechanism| mechanism.needed && !mechanism.present) {
            missing.push(format!(
                "{} in token {}, for {}",
                mechanism.name, token.label, mechanism.serves
            ));
        }
    }
    if suites.is_empty() {
        missing.push("a wrap suite: neither P-256 ECDH nor RSA-3072-OAEP works".into());
    }
    for key in &report.keys {
        // What marks a clone is shown with the key, and is no fault.
        let fatal = key.flaws.iter().filter(|flaw| flaw.is_fatal());
        let fatal: Vec<&str> = fatal.map(|flaw| flaw.as_str()).collect();
        if !fatal.is_empty() {
            missing.push(format!(
                "protection of {}: {}",
                key.spec.id,
                fatal.join(", ")
            ));
        }
    }
    missing
}

/// Rates of keys made for it and destroyed again, one line each, and the wrap suites that work.
fn measure(hsm: &dyn Hsm, most: usize) -> Result<(Vec<String>, Vec<&'static str>), Failure> {
    let open = KeyId::open(Class::Hygiene, PROBE_GENERATION);
    let specs = [
        KeySpec::of(KeyId::index(PROBE_GENERATION)),
        KeySpec::of(KeyId::log(PROBE_GENERATION)),
        KeySpec::of(open),
        KeySpec::with_suite(open, Suite::X963),
        KeySpec {
            id: open,
            kind: KeyKind::Decryption,
        },
    ];
    let mut lines = Vec::new();
    let mut suites = Vec::new();
    for spec in specs {
        match hsm.create(spec) {
            Ok(()) => {}
            Err(HsmError::WrongUsage) => continue,
            Err(error) => return Err(Failure::while_doing("making a key to measure")(error)),
        }
        let measured = measure_one(hsm, &spec, most);
        hsm.destroy(&spec.id)
            .map_err(Failure::while_doing("destroying the key that was measured"))?;
        lines.push(measured.map_err(Failure::while_doing("measuring"))?);
        if matches!(spec.id.purpose, KeyPurpose::Open(_)) {
            suites.push(kind_name(spec.kind));
        }
    }
    Ok((lines, suites))
}

fn measure_one(hsm: &dyn Hsm, spec: &KeySpec, most: usize) -> Result<String, HsmError> {
    let alone = rate(hsm, spec, 1)?;
    let together = rate(hsm, spec, most)?;
    Ok(format!(
        "{:<24} {alone:>9.0} /s by one session, {together:>9.0} /s by {most}",
        kind_name(spec.kind)
    ))
}

/// Operations in a second, by so many threads.
fn rate(hsm: &dyn Hsm, spec: &KeySpec, threads: usize) -> Result<f64, HsmError> {
    let public = match spec.kind {
        KeyKind::Hmac => None,
        _ => Some(hsm.public_key(&spec.id)?),
    };
    let once = || match (spec.kind, &public) {
        (KeyKind::Agreement(_), Some(PublicKey::Agreement { point, .. })) => {
            hsm.ecdh(&spec.id, point).map(drop)
        }
        // Refused after the private key was used: as much work as a good one.
        (KeyKind::Decryption, _) => match hsm.decrypt(&spec.id, &[1; seal::RSA_BYTES]) {
            Err(HsmError::Undecipherable) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        },
        (KeyKind::Signing, _) => hsm.sign(&spec.id, &[0; 200]).map(drop),
        _ => hsm.hmac(&spec.id, &[0; 80]).map(drop),
    };
    once()?;
    let done = AtomicU64::new(0);
    let begun = now();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1))
            .map(|_| {
                scope.spawn(|| {
                    while begun.elapsed() < MEASURED {
                        once()?;
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or(Err(HsmError::Failed)))
    })?;
    let operations = u32::try_from(done.into_inner()).unwrap_or(u32::MAX);
    Ok(f64::from(operations) / begun.elapsed().as_secs_f64())
}

/// Prints every key.
pub fn list(config: &Path, form: Form) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    if let Some(hsm) = &settings.hsm {
        let report = keys::tokens(hsm, &settings)?.describe();
        let report = report.map_err(Failure::while_doing("asking the tokens"))?;
        let keys = report.keys.iter();
        keys.map(|key| key_line(key, form))
            .try_for_each(|line| say(&line))?;
        return print_rotations(&settings, &*keys::keystore(&settings)?, form);
    }
    let keystore = keys::keystore(&settings)?;
    let all = keystore.list();
    for spec in all.map_err(Failure::while_doing("reading the keystore"))? {
        say(&key_in(&spec, "file", "development", form))?;
    }
    print_rotations(&settings, &*keystore, form)
}

/// Rotates the keys of a purpose: the room's next housekeeping does it, a little at a time.
pub fn rotate(config: &Path, purpose: &str) -> Result<(), Failure> {
    let rotated = Rotated::parse(purpose);
    let settings = match (purpose, rotated) {
        ("shred", _) | (_, Some(_)) => Settings::load(config)?,
        ("root" | "log", _) => {
            return Err(Failure::Failed(format!(
                "{purpose} is never rotated: it is one for the life of an instance"
            )));
        }
        _ => {
            return Err(Failure::Usage(
                "a purpose is shred, index, root, log or open/CLASS, as ringfence keys list \
                 prints them"
                    .into(),
            ));
        }
    };
    let hsm = keys::keystore(&settings)?;
    let Some(rotated) = rotated else {
        let ended = with_store(&settings, async |store| {
            epochs::end(&*store, &hsm, Timestamp::from_millis(0)).await
        })?;
        return say(&format!(
            "epoch {ended} ends within a minute of the vault's running; its key is destroyed when \
             its rows are carried over"
        ));
    };
    let asked = with_store(&settings, async |store| {
        Ok(rotation::ask(&*store, &*hsm, rotated).await)
    })?;
    match asked {
        Ok(row) => say(&begins(&row)),
        Err(NotAsked::UnderWay(row)) => Err(Failure::Failed(under_way(&row))),
        Err(NotAsked::TooManyLive) => Err(Failure::Failed(
            "two older index keys are still in use: by forgotten numbers, bans or counters. A \
             number would have to be looked for by four keys; nothing was changed"
                .into(),
        )),
        Err(NotAsked::Fault(fault)) => Err(Failure::while_doing("asking for a key")(fault)),
    }
}

/// What a rotation that was asked for will do.
fn begins(row: &Rotation) -> String {
    let next = row.of.key(row.generation + 1);
    let days = rotation::KEPT.as_millis() / 86_400_000;
    match row.of {
        Rotated::Opening(_) => format!(
            "{next} is made within a minute of the vault's running; records are wrapped for it \
             from then on, and older keys are destroyed {days} days after the last record"
        ),
        Rotated::Index => format!(
            "{next} is made within a minute of the vault's running; numbers are found by it from \
             then on, and each sealed number is opened once to be tagged anew, a twentieth of the \
             accounts a day. Older keys are destroyed {days} days after the last number, or when \
             the last ban, counter and forgotten number under them is gone"
        ),
    }
}

/// What a rotation does to a record.
const fn done_to(of: Rotated) -> &'static str {
    match of {
        Rotated::Opening(_) => "wrapped for it",
        Rotated::Index => "tagged by it",
    }
}

/// How far a rotation is.
fn under_way(row: &Rotation) -> String {
    if row.asked {
        let next = row.of.key(row.generation + 1);
        return format!("{next} was asked for already");
    }
    let (key, done) = (row.of.key(row.generation), done_to(row.of));
    format!(
        "{key} is being rotated to: {} records were {done} so far",
        row.moved
    )
}

/// Prints the rotations there were, and how far each is.
fn print_rotations(settings: &Settings, hsm: &dyn Hsm, form: Form) -> Result<(), Failure> {
    let reading = Failure::while_doing("reading the rotations");
    let guard = vault::genesis::guard(hsm).map_err(&reading)?;
    let rows = with_store(settings, async |store| {
        Ok(rotation::rotations(&*store, Arc::new(guard)).await)
    })?;
    for row in rows.map_err(reading)? {
        let state = if row.asked || row.is_under_way() {
            under_way(&row)
        } else {
            let (key, done) = (row.of.key(row.generation), done_to(row.of));
            format!("{key}: {} records were {done}; done", row.moved)
        };
        say(&form.item("rotation", &state))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hsm_pkcs11::{Flaw, Mechanism};

    use super::*;

    fn report() -> Report {
        let mechanism = |name, needed, present| Mechanism {
            name,
            serves: "log",
            needed,
            present,
        };
        Report {
            custody: Custody::Development,
            library: String::new(),
            tokens: vec![TokenReport {
                label: "t".into(),
                unreachable: None,
                about: String::new(),
                make: None,
                standing: Standing::Software,
                wrong_pins: false,
                mechanisms: vec![
                    mechanism("CKM_EDDSA", true, false),
                    mechanism("CKM_RSA_PKCS_OAEP", false, false),
                ],
            }],
            keys: vec![],
        }
    }

    #[test]
    fn what_is_missing_is_named_and_what_is_not_needed_is_not() {
        let mut report = report();
        assert_eq!(
            missing(&report, &["P-256, suite 1"]),
            ["CKM_EDDSA in token t, for log"]
        );
        report.keys.push(KeyReport {
            spec: KeySpec::of(KeyId::index(1)),
            token: "t".into(),
            flaws: vec![Flaw::Extractable, Flaw::OnceExposed],
        });
        report.keys.push(KeyReport {
            spec: KeySpec::of(KeyId::root(1)),
            token: "t".into(),
            flaws: vec![Flaw::OnceExposed, Flaw::NotDrawnHere],
        });
        report.tokens[0].unreachable = Some(HsmError::TokenMissing);
        let all = missing(&report, &[]);
        assert_eq!(all.len(), 4, "{all:?}");
        assert_eq!(all[3], "protection of index/1: extractable");
    }
}
