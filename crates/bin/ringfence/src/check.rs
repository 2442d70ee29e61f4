//! `ringfence check-config` and `ringfence check-data`.

use std::{collections::BTreeSet, io::ErrorKind, path::Path};

use identity::Account;
use model::Subject;
use rooms::{
    Failure,
    answer::{Form, object},
    instance,
    settings::SimCheck,
    users::may_switch,
};
use store::{Scan, Tx};

use crate::{
    fences,
    operator::{vault, with_front},
    said::say,
    settings::Settings,
    supervisor::system_user,
};

/// `ringfence check-config`.
pub fn config(config: &Path, form: Form) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let item = |heading, text: &str| say!("{}", form.item(heading, text));
    item("config", &config.display().to_string());
    let mode = if settings.demo { "demo" } else { "production" };
    item("mode", mode);
    item("data", &settings.data.display().to_string());
    item(
        "public",
        &format!("{}  {}", settings.public, settings.public_url),
    );
    item("keys", &keys(config, &settings)?);
    for relaxed in settings.hsm.iter().flat_map(fences::library) {
        item("relaxed", &relaxed);
    }
    for (room, database) in [
        ("front", &settings.database),
        ("vault", &settings.vault_database),
    ] {
        item("database", &fences::database_line(room, database.as_ref()));
    }
    for (heading, line) in carriers(&settings)?.into_iter().chain(operator(&settings)?) {
        item(heading, &line);
    }
    let (users, shared) = users(&settings)?;
    item("users", users);
    for (room, open) in fences::rooms(&settings) {
        item("room", &format!("{room:<8} {open}"));
    }
    fences::offered(shared, form);
    // Last, so that a configuration can be read before its instance is made.
    instance::expect(&settings.data)
}

/// Where the keys are. A token or keystore that does not open, or a passphrase file that is not
/// there, would stop the vault.
fn keys(config: &Path, settings: &Settings) -> Result<String, Failure> {
    match &settings.passphrase_file {
        Some(file) if is_absent(file) => Err(Failure::Settings(format!(
            "[vault] passphrase_file must be a file with the passphrase in one line; {} is not there",
            file.display()
        ))),
        _ => vault(config, &["custody"], None).map(|said| said.trim_end().to_owned()),
    }
}

/// A finding with its heading.
type Found = (&'static str, String);

/// A line for each carrier. Files that are not there would stop the courier; a demonstration opens
/// none of them, because it sends nothing out.
fn carriers(settings: &Settings) -> Result<Vec<Found>, Failure> {
    let told = &settings.carriers;
    if let Some(line) = no_carriers(settings.demo, told.carriers.len()) {
        return Ok(vec![("carriers", line)]);
    }
    if is_absent(&told.ca_file) {
        return Err(Failure::Settings(format!(
            "[courier] ca_file must be a file of root certificates; {} is not there (Debian package ca-certificates)",
            told.ca_file.display()
        )));
    }
    let mut found = Vec::new();
    for carrier in &told.carriers {
        for (key, file) in carrier.way.files() {
            if is_absent(file) {
                return Err(Failure::Settings(format!(
                    "[courier.carriers] {key} of {} must be a file; {} is not there",
                    carrier.name,
                    file.display()
                )));
            }
        }
        let routes = told
            .routes
            .iter()
            .filter(|route| route.carrier == carrier.name);
        let routes = if told.routes.is_empty() {
            1
        } else {
            routes.count()
        };
        let hears = match (carrier.way.kind(), &told.public_url) {
            ("smpp", _) | (_, Some(_)) => "",
            _ => ", hears nothing back: [courier] public_url is not set",
        };
        let noun = if routes == 1 { "route" } else { "routes" };
        let line = format!(
            "{} ({}), {routes} {noun}{hears}",
            carrier.name,
            carrier.way.kind()
        );
        found.push(("carrier", line));
    }
    Ok(found)
}

/// Who is asked about numbers, and what for. A secret that is not there would stop the courier.
fn operator(settings: &Settings) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    let told = &settings.carriers.operator;
    if let Some(operator) = told {
        if is_absent(&operator.client_secret_file) {
            return Err(Failure::Settings(format!(
                "[courier.operator] client_secret_file must be a file; {} is not there",
                operator.client_secret_file.display()
            )));
        }
        let apis = [
            ("sim-swap", &operator.sim_swap),
            ("number-verification", &operator.number_verification),
        ];
        for (name, address) in apis {
            if let Some(address) = address {
                let line = format!("{name} at {}{}", address.host, address.path);
                found.push(("operator", line));
            }
        }
    }
    let askers = settings.operator_askers;
    if askers > 0 {
        let whom = if settings.demo {
            "the pretend operator"
        } else {
            "it"
        };
        let who = if askers == 1 {
            "application"
        } else {
            "applications"
        };
        found.push(("operator", format!("{askers} {who} may ask {whom}")));
    }
    if let Some(check) = &settings.sim_check {
        found.push(("sim", sim_check(check)));
    }
    Ok(found)
}

/// What a new SIM card changes, in one line.
fn sim_check(check: &SimCheck) -> String {
    let purposes: Vec<_> = check.usual.purposes.iter().map(|p| p.as_str()).collect();
    let purposes = match purposes.is_empty() {
        true => "no codes".to_owned(),
        false => format!("codes for {}", purposes.join(", ")),
    };
    let silent = match check.usual.hold_without_signal {
        true => "are held too",
        false => "go on",
    };
    let own = match check.own.len() {
        0 => String::new(),
        named => format!("; {named} with a policy of their own"),
    };
    format!(
        "{purposes} are held after a change within {} h; without an answer in {} ms they {silent}{own}",
        check.hours, check.wait_ms
    )
}

/// What stands in place of carriers when none is used.
fn no_carriers(demo: bool, configured: usize) -> Option<String> {
    match (demo, configured) {
        (true, 0) => Some("pretend phones".to_owned()),
        (true, _) => Some(format!(
            "pretend phones; the {configured} configured are not used in a demonstration"
        )),
        (false, 0) => Some("none: nothing is sent".to_owned()),
        (false, _) => None,
    }
}

/// Whether there is surely no such file. Only the vault's user has to be able to look.
fn is_absent(file: &Path) -> bool {
    file.metadata()
        .is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

/// A line on the rooms' users, and whether rooms share one. Users that the system does not know
/// would stop the start.
fn users(settings: &Settings) -> Result<(&'static str, bool), Failure> {
    let users = &settings.users;
    let all = [&users.front, &users.vault, &users.courier, &users.console];
    for name in all.into_iter().flatten() {
        system_user(name)?;
    }
    let console = settings.console.is_none() || users.console.is_some();
    let named = [&users.front, &users.vault, &users.courier];
    let shared = !console || named.iter().any(|user| user.is_none());
    let line = match (shared, may_switch()) {
        (false, true) => "one for each room",
        (false, false) => "named, but only root may start rooms as other users",
        (true, _) => "shared by the rooms; name them under [instance.users]",
    };
    Ok((line, shared))
}

/// What `check-data` compares.
struct Front {
    accounts: BTreeSet<Subject>,
}

/// `ringfence check-data`.
pub fn data(config: &Path, repair: bool, form: Form) -> Result<(), Failure> {
    let front = read_front(config)?;
    let args: &[&str] = if repair {
        &["check-data", "--repair"]
    } else {
        &["check-data"]
    };
    let printed = vault(config, args, None)?;
    let mut lines: Vec<&str> = printed.lines().collect();
    let findings = lines.pop().unwrap_or_default();
    let findings: serde_json::Value =
        serde_json::from_str(findings).map_err(Failure::while_doing("reading findings"))?;
    let known: BTreeSet<Subject> = lines
        .iter()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(_, subject)| subject.parse().ok())
        .collect();
    let only_front = front.accounts.difference(&known).count();
    let only_vault = known.difference(&front.accounts).count();
    let figure = |name: &str| {
        findings
            .get(name)
            .and_then(serde_json::Value::as_u64)
            .unwrap_or(0)
    };
    let rows = [
        ("accounts", "accounts in the vault", figure("accounts")),
        (
            "accounts_without_number",
            "accounts without a sealed number",
            figure("accounts_without_number"),
        ),
        (
            "unknown_to_front",
            "accounts the front does not know yet",
            only_vault as u64,
        ),
        (
            "unknown_to_vault",
            "accounts the vault does not know",
            only_front as u64,
        ),
        ("halves", "halves of unfinished accounts", figure("halves")),
        ("stray_tags", "tags that lead nowhere", figure("stray_tags")),
        ("forged", "forged rows", figure("forged")),
    ];
    let lost = figure("accounts_without_number") + figure("forged") + only_front as u64;
    print_findings(&rows, only_vault > 0, lost == 0, form);
    match lost {
        0 => Ok(()),
        _ => Err(Failure::Failed(format!("{lost} rows are lost or forged"))),
    }
}

/// Rows by name, in words, and how many: for programs one object.
fn print_findings(rows: &[(&str, &str, u64)], catches_up: bool, sound: bool, form: Form) {
    if form == Form::Json {
        let counts = rows.iter().map(|(name, _, count)| (*name, (*count).into()));
        say!("{}", object(counts.chain([("sound", sound.into())])));
        return;
    }
    for (_, words, count) in rows {
        say!("{words:<40}{count:>12}");
    }
    if catches_up {
        say!("the front records the missing accounts by itself when it starts");
    }
    if sound {
        say!("sound");
    }
}

fn read_front(config: &Path) -> Result<Front, Failure> {
    with_front(config, async |store| {
        let mut accounts = BTreeSet::new();
        let mut place = None;
        loop {
            let scan = Scan::of::<Account>(1000).after(place.take());
            let page = store
                .read("check.front", async move |tx: &mut dyn Tx| {
                    tx.scan::<Account>(scan.clone()).await
                })
                .await
                .map_err(Failure::while_doing("reading the front's accounts"))?;
            accounts.extend(page.iter().map(|account| account.subject));
            match page.last() {
                Some(last) if page.len() == 1000 => {
                    place = Some(vec![store::Value::from(*last.subject.as_bytes())]);
                }
                _ => return Ok(Front { accounts }),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demonstration_says_that_its_carriers_are_not_used() {
        let line = |demo, configured| no_carriers(demo, configured);
        assert_eq!(line(true, 0).as_deref(), Some("pretend phones"));
        assert!(line(true, 2).is_some_and(|line| line.contains("2 configured are not used")));
        assert_eq!(line(false, 0).as_deref(), Some("none: nothing is sent"));
        assert_eq!(line(false, 2), None);
    }
}
