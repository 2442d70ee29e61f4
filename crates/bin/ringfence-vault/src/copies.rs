//! `backup` and `restore` of the vault's half. A restore is judged in a folder beside the
//! databases first: what is refused has changed nothing.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use model::Clock;
use rooms::{Failure, ambient::SystemClock, running::block_on};
use seal::Hsm;
use store::Store;
use store_sqlite::{Sqlite, backup_file, check_file, migrate};
use vault::{Findings, Vault, rows::SCHEMA};

use crate::{
    databases::Databases,
    epochs::{Shares, count, settle, standing},
    keys::{keystore, keystore_path},
    operator::make_directory,
    parts::{options, parts},
    settings::Settings,
};

/// Which part is copied.
pub enum Part {
    /// The long-lived database.
    Main,
    /// The share store.
    Share,
    /// The keystore's file, which opens only with its passphrase or key file.
    Keys,
}

/// Copies one part while the room runs; says until when the copy is good.
pub fn backup(config: &Path, to: &Path, part: &Part) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let database = |name| {
        if settings.database.is_some() {
            return Err(on_a_server());
        }
        backup_file(&options(&settings.directory).path(name), to)
            .map_err(Failure::while_doing("copying the database"))
    };
    match part {
        Part::Main => database("main"),
        Part::Share => {
            database("share")?;
            let (epoch, end) = epoch(&settings)?;
            say(&format!(
                "this copy opens until epoch {epoch} ends, about {end}; from then on it is noise"
            ))
        }
        Part::Keys if settings.hsm.is_some() => Err(Failure::Failed(
            "the keys are in a token, which gives none of them out: copy it by its maker's own \
             means, from one token to another"
                .into(),
        )),
        Part::Keys => {
            copy_private(&keystore_path(&settings), to)
                .map_err(Failure::while_doing("copying the keystore"))?;
            let (epoch, end) = epoch(&settings)?;
            say(&format!(
                "this copy has the key of epoch {epoch}; copy the keystore again after {end}, and \
                 destroy this copy then: with it, deleted numbers could be opened again"
            ))
        }
    }
}

/// A server has better ways to copy than a program that reads every row.
fn on_a_server() -> Failure {
    Failure::Usage(
        "the databases are on a server: copy and restore them there, the share store apart from \
         the others; see docs/scale.md"
            .to_owned(),
    )
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{line}").map_err(Failure::while_doing("writing"))
}

/// The file is replaced as a whole whenever it changes, so that a plain copy is consistent.
fn copy_private(from: &Path, to: &Path) -> std::io::Result<()> {
    let bytes = fs::read(from)?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(to)?;
    file.write_all(&bytes)?;
    file.sync_all()
}

/// The present epoch and the day it ends.
fn epoch(settings: &Settings) -> Result<(u32, String), Failure> {
    block_on(async {
        let store = Databases::open(settings, false)?.store();
        let hsm = keystore(settings)?;
        let standing = standing(&*store, &hsm, settings.config.epoch_length).await;
        store.close().await;
        let standing = standing?;
        let day: String = standing.ends_at.rfc3339().chars().take(10).collect();
        Ok((standing.epoch, day))
    })
}

/// Puts copies in place of the databases. The instance must be stopped.
pub fn restore(config: &Path, main: &Path, share: Option<&Path>) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    if settings.database.is_some() {
        return Err(on_a_server());
    }
    make_directory(&settings.directory)?;
    let beside = settings.directory.join("restoring");
    // Without any share store the instance goes on with an empty one.
    let replaced = share.is_some() || !options(&settings.directory).path("share").exists();
    let done = judge(&settings, &beside, main, share).and_then(|told| {
        put_in_place(&settings, &beside, replaced)?;
        say(&told)
    });
    // What was refused leaves nothing behind.
    let cleared = match fs::remove_dir_all(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    done.and_then(|()| cleared.map_err(Failure::while_doing("clearing up")))
}

/// Copies into a folder beside, settles the epoch there and says what opens.
fn judge(
    settings: &Settings,
    beside: &Path,
    main: &Path,
    share: Option<&Path>,
) -> Result<String, Failure> {
    // Left by a restore that was killed.
    if beside.exists() {
        fs::remove_dir_all(beside).map_err(Failure::while_doing("clearing up"))?;
    }
    make_directory(beside)?;
    let here = options(&settings.directory).path("share");
    let share = share.map(Path::to_owned).or(here.exists().then_some(here));
    let mut copies = vec![(main.to_owned(), "main")];
    copies.extend(share.map(|share| (share, "share")));
    for (copy, database) in copies {
        check_file(&copy).map_err(Failure::while_doing(copy.display()))?;
        backup_file(&copy, &options(beside).path(database))
            .map_err(Failure::while_doing(copy.display()))?;
    }
    migrate(&options(beside), &SCHEMA).map_err(Failure::while_doing("migrating the copy"))?;
    block_on(settle_and_count(settings, beside))
}

async fn settle_and_count(settings: &Settings, beside: &Path) -> Result<String, Failure> {
    let opened = Sqlite::open(&options(beside), &SCHEMA);
    let store: Arc<dyn Store> = Arc::new(opened.map_err(Failure::while_doing("opening the copy"))?);
    let told = tell(settings, &store).await;
    store.close().await;
    told
}

async fn tell(settings: &Settings, store: &Arc<dyn Store>) -> Result<String, Failure> {
    let hsm: Arc<dyn Hsm> = keystore(settings)?;
    let (length, now) = (settings.config.epoch_length, SystemClock.now());
    let epochs = settle(&**store, &hsm, length, now).await?;
    let shares = count(&**store, &*hsm).await?;
    if let Some(why) = shares.nothing_opens() {
        return Err(Failure::Failed(why.to_owned()));
    }
    let ended = vault::end_open(&**store).await;
    ended.map_err(Failure::while_doing("ending codes under way"))?;
    let opened = Vault::open(parts(settings, Arc::clone(&hsm), Arc::clone(store))).await;
    let (vault, _queue) = opened.map_err(Failure::while_doing("opening the copy"))?;
    let findings = vault::check_data(&**store, vault.keys(), now, false, &mut |_, _| {}).await;
    let findings = findings.map_err(Failure::while_doing("checking the copy"))?;
    Ok(in_words(epochs, &shares, &findings))
}

/// What a restore does, for an operator to read.
fn in_words((copied_in, epoch): (u32, u32), shares: &Shares, findings: &Findings) -> String {
    let lost = findings.accounts_without_number;
    let mut lines = vec![format!(
        "{} accounts in this copy; the number of {} opens",
        findings.accounts,
        findings.accounts.saturating_sub(lost)
    )];
    if lost > 0 {
        let why = match shares {
            Shares { alive: 0, .. } => "there is no share store",
            _ => "their half is not in the share store: deleted since, or newer than it",
        };
        lines.push(format!("{lost} do not open and are not recognised: {why}"));
    }
    if shares.noise > 0 {
        lines.push(format!(
            "{} halves are of an epoch that has ended: noise, as it should be",
            shares.noise
        ));
    }
    if copied_in != epoch {
        lines.push(format!(
            "the copy is of epoch {copied_in} and goes on in epoch {epoch}; counters of guesses \
             and sends from before the turn begin anew"
        ));
    }
    lines.push(
        "locks, deletions and bans since the copy are not in it; ask for them again".to_owned(),
    );
    lines.join("\n")
}

/// Moves the judged files in place; what was there is kept beside them.
fn put_in_place(settings: &Settings, beside: &Path, share: bool) -> Result<(), Failure> {
    let databases: &[&str] = if share { &["main", "share"] } else { &["main"] };
    for database in databases {
        let place = options(&settings.directory).path(database);
        for ending in ["", "-wal", "-shm"] {
            let old = with_ending(&place, ending);
            if old.exists() {
                let kept = with_ending(&place, &format!(".replaced{ending}"));
                fs::rename(&old, kept).map_err(Failure::while_doing(place.display()))?;
            }
        }
        // A copy again: one file without a log, on the disk when it is done.
        backup_file(&options(beside).path(database), &place)
            .map_err(Failure::while_doing(place.display()))?;
    }
    Ok(())
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut whole = path.as_os_str().to_owned();
    whole.push(ending);
    PathBuf::from(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(accounts: u64, lost: u64) -> Findings {
        Findings {
            accounts,
            accounts_without_number: lost,
            ..Findings::default()
        }
    }

    fn shares(alive: u64, noise: u64) -> Shares {
        Shares {
            alive,
            noise,
            ahead: 0,
        }
    }

    #[test]
    fn a_whole_copy_says_only_what_a_restore_always_undoes() {
        let said = in_words((2, 2), &shares(3, 0), &findings(3, 0));
        assert_eq!(said.lines().count(), 2, "{said}");
        assert!(said.starts_with("3 accounts in this copy; the number of 3 opens"));
    }

    #[test]
    fn what_does_not_open_is_said_with_its_reason() {
        let said = in_words((1, 3), &shares(2, 1), &findings(4, 2));
        assert!(
            said.contains("2 do not open") && said.contains("deleted since"),
            "{said}"
        );
        assert!(
            said.contains("1 halves are of an epoch that has ended"),
            "{said}"
        );
        assert!(said.contains("of epoch 1 and goes on in epoch 3"), "{said}");
        let said = in_words((1, 1), &shares(0, 0), &findings(4, 4));
        assert!(said.contains("there is no share store"), "{said}");
    }
}
