//! Operator's commands, run beside or without the room.

use std::{
    fs::{DirBuilder, Permissions},
    io::{Read, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::Path,
    sync::Arc,
};

use model::Clock;
use rooms::{
    Failure, Room,
    ambient::SystemClock,
    running::{DeadLetter, block_on},
};
use store::{Store, Tx, jobs};
use vault::{Application, Vault};

use crate::{
    databases::Databases,
    keys::{self, keystore},
    parts::parts,
    settings::Settings,
};

/// Longest terms of an application, bytes.
const MAX_TERMS: u64 = 64 * 1024;

/// Makes directory, keys, databases and the deployment; opening keys in a token by `suite`.
pub fn init(config: &Path, suite: Option<u8>) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    make_directory(&settings.directory)?;
    keys::create(&settings, suite)?;
    migrate(config)?;
    with_vault(config, async |_, _| Ok(()))
}

/// A directory for the vault alone.
pub fn make_directory(directory: &Path) -> Result<(), Failure> {
    let doing = "making the vault's directory";
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)
        .map_err(Failure::while_doing(doing))?;
    std::fs::set_permissions(directory, Permissions::from_mode(0o700))
        .map_err(Failure::while_doing(doing))
}

/// Brings the databases to this program's schema.
pub fn migrate(config: &Path) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    Databases::migrate(&settings)
}

/// Registers the application whose terms stand on standard input.
pub fn register(config: &Path) -> Result<(), Failure> {
    let mut text = String::new();
    std::io::stdin()
        .take(MAX_TERMS)
        .read_to_string(&mut text)
        .map_err(Failure::while_doing("reading the application's terms"))?;
    let app: Application = serde_json::from_str(&text)
        .map_err(|error| Failure::Failed(format!("the terms make no sense: {error}")))?;
    app.check()
        .map_err(|refused| Failure::Usage(refused.to_string()))?;
    if app.sandbox.is_some() && !Settings::load(config)?.demo {
        return Err(Failure::Failed(
            "a sandbox application works in a demonstration only; leave its test numbers out"
                .to_owned(),
        ));
    }
    with_vault(config, async move |vault, store| {
        vault::register(app, vault.keys(), &*store)
            .await
            .map_err(Failure::while_doing("registering the application"))
    })
}

/// Checks the rows; prints every account's pseudonym, then the findings.
pub fn check_data(config: &Path, repair: bool) -> Result<(), Failure> {
    with_vault(config, async move |vault, store| {
        let mut out = std::io::BufWriter::new(std::io::stdout());
        let mut broken_pipe = None;
        let findings = {
            let mut seen = |application, subject| {
                let written = writeln!(out, "{application} {subject}");
                broken_pipe = broken_pipe.take().or(written.err());
            };
            let now = SystemClock.now();
            vault::check_data(&*store, vault.keys(), now, repair, &mut seen)
                .await
                .map_err(Failure::while_doing("checking the vault's rows"))?
        };
        let last = serde_json::to_string(&findings)
            .map_err(Failure::while_doing("writing the findings"))?;
        let done = writeln!(out, "{last}").and_then(|()| out.flush());
        broken_pipe
            .map_or(done, Err)
            .map_err(Failure::while_doing("writing the findings"))
    })
}

/// Prints dead letters.
pub fn jobs(config: &Path) -> Result<(), Failure> {
    with_vault(config, async |_, store| {
        let dead = store
            .read("jobs.list", async |tx: &mut dyn Tx| {
                jobs::list(tx, jobs::State::Dead, None, 1000).await
            })
            .await
            .map_err(Failure::while_doing("reading jobs"))?;
        for job in &dead {
            let letter = DeadLetter {
                room: Room::Vault.name(),
                kind: &job.kind,
                attempts: job.attempts,
                reason: job.reason.as_deref(),
                at: job.dead_ms,
            };
            let line = serde_json::to_string(&letter).map_err(Failure::while_doing("writing"))?;
            writeln!(std::io::stdout(), "{line}").map_err(Failure::while_doing("writing"))?;
        }
        Ok(())
    })
}

/// Opens the vault's files beside the room and closes them again.
fn with_vault(
    config: &Path,
    work: impl AsyncFnOnce(Vault, Arc<dyn Store>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    with_store(&settings, async |store| {
        let hsm = keystore(&settings)?;
        let vault = Vault::open(parts(&settings, hsm, Arc::clone(&store))).await;
        let (vault, _queue) = vault.map_err(Failure::while_doing("opening the vault"))?;
        work(vault, store).await
    })
}

/// Opens the vault's databases beside the room and closes them again.
pub fn with_store<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(Arc<dyn Store>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    block_on(async {
        let store = Databases::open(settings, false)?.store();
        let done = work(Arc::clone(&store)).await;
        store.close().await;
        done
    })
}
