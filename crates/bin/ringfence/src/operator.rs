//! Operator's commands that make and list things.

use std::{
    fs::{self, DirBuilder},
    io::Write,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use identity::{ApiKey, Application, NewApplication, create_application, rows::SCHEMA};
use model::Clock;
use rooms::{
    Room,
    ambient::{SystemClock, SystemEntropy},
};
use store::{Store, Tx, jobs};
use store_sqlite::{Options, Sqlite};

use crate::{arguments::NewApp, failure::Failure, settings::Settings, supervisor::program};

/// `ringfence init`.
pub fn init(config: &Path, data: PathBuf) -> Result<(), Failure> {
    if config.exists() {
        return Err(Failure::Usage(format!(
            "{} is there already",
            config.display()
        )));
    }
    make_private_directory(&data)?;
    let data = data
        .canonicalize()
        .map_err(Failure::while_doing(data.display()))?;
    let shown = serde_json::to_string(&data).map_err(Failure::while_doing("writing"))?;
    let text = format!(
        "# Ringfence. What is not named here has its default; see docs/reference/config.md\n\
         [instance]\nmode = \"production\"\ndata = {shown}\n\n\
         [front]\nlisten = \"127.0.0.1:8080\"\npublic_url = \"https://id.example\"\n\n\
         [courier]\nlisten = \"127.0.0.1:8082\"\n"
    );
    fs::write(config, text).map_err(Failure::while_doing(config.display()))?;
    init_rooms(config)?;
    println!("made {} and {}", config.display(), data.display());
    println!("keys are kept in a file: fit for development, not for people's numbers");
    println!("next: ringfence apps create NAME --host HOST, then ringfence serve");
    Ok(())
}

/// Makes the rooms' directories, keys and databases where there are none.
pub fn init_rooms(config: &Path) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    for room in ["front", "courier"] {
        make_private_directory(&settings.data.join(room))?;
    }
    migrate_front(&settings)?;
    vault(config, &["init"], None).map(|_| ())
}

/// A directory that only its owner may enter.
pub fn make_private_directory(path: &Path) -> Result<(), Failure> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(Failure::while_doing(path.display()))
}

/// `ringfence migrate`.
pub fn migrate(config: &Path) -> Result<(), Failure> {
    migrate_front(&Settings::load(config)?)?;
    println!("front    done");
    vault(config, &["migrate"], None)?;
    println!("vault    done");
    Ok(())
}

fn migrate_front(settings: &Settings) -> Result<(), Failure> {
    store_sqlite::migrate(&Options::new(settings.front_directory()), &SCHEMA)
        .map_err(Failure::while_doing("migrating the front's database"))
}

/// `ringfence apps create`.
pub fn create_app(config: &Path, new: &NewApp) -> Result<(), Failure> {
    let (application, key) = make_app(config, new)?;
    println!("{}  {}", application.id, application.name);
    println!("{}", key.expose());
    eprintln!("the key is shown this once; it is kept only as a hash");
    Ok(())
}

/// Makes an application: terms in the vault's register first, because they may be refused.
pub fn make_app(config: &Path, new: &NewApp) -> Result<(Application, ApiKey), Failure> {
    with_front(config, async |store| {
        let wanted = NewApplication {
            name: new.name.clone(),
            host: new.host.clone(),
            sandbox: !new.sandbox.is_empty(),
        };
        let now = SystemClock.now();
        let made = create_application(&*store, &SystemEntropy, now, wanted).await;
        let (application, key) = made.map_err(Failure::while_doing("writing the application"))?;
        let terms = terms(&application, new)?;
        if let Err(failure) = vault(config, &["register"], Some(&terms)) {
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
pub fn list_apps(config: &Path) -> Result<(), Failure> {
    with_front(config, async |store| {
        let all = store
            .read("apps.list", async |tx: &mut dyn Tx| {
                tx.scan::<Application>(store::Scan::of::<Application>(1000))
                    .await
            })
            .await
            .map_err(Failure::while_doing("reading applications"))?;
        for app in all {
            let kind = if app.sandbox { "sandbox" } else { "" };
            println!(
                "{}  {}  {}  {kind}",
                app.id,
                app.created_at.rfc3339(),
                app.name
            );
        }
        Ok(())
    })
}

/// `ringfence jobs list`: dead letters of front and vault.
pub fn list_jobs(config: &Path) -> Result<(), Failure> {
    with_front(config, async |store| {
        let dead = store
            .read("jobs.list", async |tx: &mut dyn Tx| {
                jobs::list(tx, jobs::State::Dead, None, 1000).await
            })
            .await
            .map_err(Failure::while_doing("reading jobs"))?;
        for job in dead {
            let line = serde_json::json!({
                "room": "front",
                "kind": job.kind,
                "attempts": job.attempts,
                "reason": job.reason,
                "at": job.dead_ms,
            });
            println!("{line}");
        }
        Ok(())
    })?;
    print!("{}", vault(config, &["jobs"], None)?);
    Ok(())
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
    if output.status.success() {
        return String::from_utf8(output.stdout)
            .map_err(Failure::while_doing("reading what ringfence-vault printed"));
    }
    let line = String::from_utf8_lossy(&output.stderr);
    let line = line
        .trim()
        .strip_prefix("error: ")
        .unwrap_or(line.trim())
        .to_owned();
    Err(match output.status.code() {
        Some(64) => Failure::Settings(line),
        _ => Failure::Failed(line),
    })
}

/// Opens the front's database beside the room.
pub fn with_front<T>(
    config: &Path,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let settings = Settings::load(config)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::while_doing("starting the runtime"))?;
    runtime.block_on(async {
        let opened = Sqlite::open(&Options::new(settings.front_directory()), &SCHEMA);
        let opened = opened.map_err(Failure::while_doing("opening the front's database"))?;
        let store: Arc<dyn Store> = Arc::new(opened);
        let done = work(Arc::clone(&store)).await;
        store.close().await;
        done
    })
}
