//! `ringfence migrate-store`: every row moves to other databases.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use identity::{hash::sha256, rows::SCHEMA};
use rooms::{Failure, Room, instance, running::block_on, terminal::Bar};
use store::transfer;

use crate::{database, said::say, settings::Settings, supervisor::program};

/// Copies and compares, the front's rows and then the vault's. The instance must be stopped.
pub fn migrate_store(from: &Path, to: &Path) -> Result<(), Failure> {
    let (old, new) = (Settings::of_instance(from)?, Settings::load(to)?);
    if (&old.database, &old.vault_database) == (&new.database, &new.vault_database) {
        return Err(Failure::Usage(
            "--to must be a configuration with other databases".into(),
        ));
    }
    // A running instance would write rows behind the move's back.
    let _held = instance::hold(&old.data)?;
    if old.database != new.database {
        front(&old, &new)?;
    }
    if old.vault_database != new.vault_database {
        vault(from, to)?;
    }
    say!("moved; the old databases are as they were");
    say!("next: ringfence serve --config {}", to.display());
    Ok(())
}

fn front(old: &Settings, new: &Settings) -> Result<(), Failure> {
    database::migrate(new)?;
    let moved = block_on(async {
        let (source, target) = (database::open(old, false)?, database::open(new, false)?);
        let mut bar = Bar::default();
        let mut show = |now: transfer::Progress| {
            bar.show(&format!("front: {}", now.stage), now.done, now.total);
        };
        let moved = transfer::run(&*source, &*target, &SCHEMA, sha256, &mut show).await;
        source.close().await;
        target.close().await;
        moved.map_err(Failure::while_doing("moving the front's rows"))
    })?;
    for moved in moved {
        say!("front    {moved}");
    }
    Ok(())
}

/// The vault's program shows its own progress.
fn vault(from: &Path, to: &Path) -> Result<(), Failure> {
    let ran = Command::new(program(Room::Vault)?)
        .arg("--config")
        .arg(from)
        .args(["migrate-store", "--to"])
        .arg(to)
        .stdin(Stdio::null())
        .status()
        .map_err(Failure::while_doing("running ringfence-vault"))?;
    match ran.success() {
        true => Ok(()),
        false => Err(Failure::Failed("the vault's rows were not moved".into())),
    }
}
