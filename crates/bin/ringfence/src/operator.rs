//! Operator's commands that make and list things.

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    sync::Arc,
};

use identity::{ApiKey, Application, NewApplication, create_application};
use model::Clock;
use rooms::{
    Failure, Room,
    ambient::{SystemClock, SystemEntropy},
    answer::{Form, object},
    running::{DeadLetter, block_on},
};
use store::{Store, Tx, jobs};

use crate::{
    arguments::NewApp,
    database,
    init::hand_over,
    said::{self, say, tell},
    settings::Settings,
    supervisor::program,
    text::region,
};

/// `ringfence migrate`.
pub fn migrate(config: &Path) -> Result<(), Failure> {
    let settings = Settings::of_instance(config)?;
    database::migrate(&settings)?;
    say!("front    done");
    vault(config, &["migrate"], None)?;
    say!("vault    done");
    hand_over(&settings)
}

/// `ringfence apps create`.
pub fn create_app(config: &Path, new: &NewApp) -> Result<(), Failure> {
    let (application, key) = make_app(config, new)?;
    say!("{}  {}", application.id, application.name);
    tell!("the key is shown this once; it is kept only as a hash");
    say!("{}", key.expose());
    tell!(
        "for clients of Twilio's Verify: account {}, service {}, the key as auth token",
        twilio::sid::account(application.id),
        twilio::sid::service(application.id)
    );
    Ok(())
}

/// Makes an application, and takes it back when the vault's register refuses its terms.
pub fn make_app(config: &Path, new: &NewApp) -> Result<(Application, ApiKey), Failure> {
    if !new.sandbox.is_empty() && !Settings::load(config)?.demo {
        return Err(Failure::Usage(
            "a sandbox works in a demonstration only: try it with `ringfence demo`, or leave \
             --sandbox out"
                .into(),
        ));
    }
    with_front(config, async |store| {
        let wanted = NewApplication {
            name: new.name.clone(),
            host: new.host.clone(),
            sandbox: !new.sandbox.is_empty(),
        };
        let now = SystemClock.now();
        let made = create_application(&*store, &SystemEntropy, now, wanted).await;
        let (application, key) = made.map_err(Failure::while_doing("writing the application"))?;
        let registered =
            terms(&application, new).and_then(|terms| vault(config, &["register"], Some(&terms)));
        if let Err(failure) = registered {
            let id = application.id;
            let removed = store
                .transact("apps.undo", async move |tx: &mut dyn Tx| {
                    tx.delete::<Application>(&[store::Value::from(*id.as_bytes())])
                        .await
                })
                .await;
            removed.map_err(Failure::while_doing("taking the application back"))?;
            return Err(failure);
        }
        Ok((application, key))
    })
}

/// The vault's half of an application, in the shape its register reads.
fn terms(application: &Application, new: &NewApp) -> Result<String, Failure> {
    new.countries
        .iter()
        .try_for_each(|code| region(code).map(drop))?;
    let sandbox = new.sandbox.iter().map(|pair| {
        let (number, code) = pair.split_once('=').ok_or_else(|| {
            Failure::Usage("--sandbox takes NUMBER=CODE, such as +447700900123=123456".into())
        })?;
        Ok(serde_json::json!({ "number": number, "code": code }))
    });
    let sandbox = sandbox.collect::<Result<Vec<_>, Failure>>()?;
    let shortened = |name: &str| {
        name.chars()
            .filter(char::is_ascii_alphanumeric)
            .take(11)
            .collect()
    };
    let sender: String = new.sender.clone().unwrap_or_else(|| shortened(&new.name));
    let terms = serde_json::json!({
        "id": application.id,
        "name": new.name,
        "host": new.host,
        "sender": sender,
        "accounts_per_number": new.accounts_per_number,
        "countries": new.countries,
        "refused_lines": ["premium_rate"],
        "voice": true,
        "sms": true,
        "sandbox": if sandbox.is_empty() { None } else { Some(sandbox) },
    });
    Ok(terms.to_string())
}

/// `ringfence apps list`.
pub fn list_apps(config: &Path, form: Form) -> Result<(), Failure> {
    with_front(config, async |store| {
        let all = store
            .read("apps.list", async |tx: &mut dyn Tx| {
                tx.scan::<Application>(store::Scan::of::<Application>(1000))
                    .await
            })
            .await
            .map_err(Failure::while_doing("reading applications"))?;
        if all.is_empty() {
            tell!("no application yet: ringfence apps create NAME --host HOST makes one");
        }
        for app in all {
            say!("{}", app_line(&app, form));
        }
        Ok(())
    })
}

fn app_line(app: &Application, form: Form) -> String {
    let (id, made) = (app.id.to_string(), app.created_at.rfc3339());
    match form {
        Form::Json => object([
            ("id", id.into()),
            ("created_at", made.into()),
            ("name", app.name.clone().into()),
            ("sandbox", app.sandbox.into()),
        ]),
        Form::Lines => {
            let kind = if app.sandbox { "  sandbox" } else { "" };
            format!("{id}  {made}  {}{kind}", app.name)
        }
    }
}

/// `ringfence jobs list`: dead letters of front and vault.
pub fn list_jobs(config: &Path) -> Result<(), Failure> {
    let of_front = with_front(config, async |store| {
        let dead = store
            .read("jobs.list", async |tx: &mut dyn Tx| {
                jobs::list(tx, jobs::State::Dead, None, 1000).await
            })
            .await
            .map_err(Failure::while_doing("reading jobs"))?;
        for job in &dead {
            let letter = DeadLetter {
                room: Room::Front.name(),
                kind: &job.kind,
                attempts: job.attempts,
                reason: job.reason.as_deref(),
                at: job.dead_ms,
            };
            let line = serde_json::to_string(&letter).map_err(Failure::while_doing("writing"))?;
            say!("{line}");
        }
        Ok(dead.len())
    })?;
    let of_vault = vault(config, &["jobs"], None)?;
    said::text(format_args!("{of_vault}"));
    if of_front == 0 && of_vault.is_empty() {
        tell!("no job has failed for good");
    }
    Ok(())
}

/// Runs an operator's command of the vault's own program, which prints and fails by itself.
pub fn show(config: &Path, args: &[&str], form: Form) -> Result<(), Failure> {
    Settings::of_instance(config)?;
    let status = Command::new(program(Room::Vault)?)
        .args(args)
        .args((form == Form::Json).then_some("--json"))
        .arg("--config")
        .arg(config)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .and_then(std::process::Child::wait_with_output)
        .map_err(Failure::while_doing("running ringfence-vault"))?;
    outcome(&status)
}

/// Runs an operator's command of the vault's own program and gives what it printed: this program
/// cannot open the vault's files, by design.
pub fn vault(config: &Path, args: &[&str], input: Option<&str>) -> Result<String, Failure> {
    let doing = || Failure::while_doing("running ringfence-vault");
    let mut child = Command::new(program(Room::Vault)?)
        .args(args)
        .arg("--config")
        .arg(config)
        .stdin(if input.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(doing())?;
    if let (Some(mut pipe), Some(input)) = (child.stdin.take(), input) {
        pipe.write_all(input.as_bytes()).map_err(doing())?;
    }
    let output = child.wait_with_output().map_err(doing())?;
    outcome(&output)?;
    String::from_utf8(output.stdout)
        .map_err(Failure::while_doing("reading what ringfence-vault printed"))
}

/// What the vault's own program ended with, in its own words.
fn outcome(output: &Output) -> Result<(), Failure> {
    let line = String::from_utf8_lossy(&output.stderr);
    let line = line
        .trim()
        .strip_prefix("error: ")
        .unwrap_or(line.trim())
        .to_owned();
    match output.status.code() {
        Some(0) => Ok(()),
        Some(2) => Err(Failure::Usage(line)),
        Some(64) => Err(Failure::Settings(line)),
        _ => Err(Failure::Failed(line)),
    }
}

/// Opens the front's database beside the room.
pub fn with_front<T>(
    config: &Path,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let settings = Settings::of_instance(config)?;
    block_on(async {
        let store = database::open(&settings, false)?;
        let done = work(Arc::clone(&store)).await;
        store.close().await;
        done
    })
}
