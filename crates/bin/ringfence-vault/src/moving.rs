//! `migrate-store` of the vault's half: every row moves to other databases.

use std::{io::Write, path::Path};

use rooms::{Failure, ambient::sha256, running::block_on, terminal::Bar};
use store::transfer::{self, Moved};
use vault::rows::SCHEMA;

use crate::{databases::Databases, settings::Settings};

/// Copies and compares. The instance must be stopped.
pub fn migrate_store(from: &Path, to: &Path) -> Result<(), Failure> {
    let (from, to) = (Settings::load(from)?, Settings::load(to)?);
    if from.directory != to.directory {
        return Err(Failure::Usage(
            "both configurations need the same [instance] data: the keystore stays where it is"
                .to_owned(),
        ));
    }
    Databases::migrate(&to)?;
    let moved = block_on(async {
        let (source, target) = (
            Databases::open(&from, false)?.store(),
            Databases::open(&to, false)?.store(),
        );
        let mut bar = Bar::default();
        let mut show = |now: transfer::Progress| {
            bar.show(&format!("vault: {}", now.stage), now.done, now.total);
        };
        let moved = transfer::run(&*source, &*target, &SCHEMA, sha256, &mut show).await;
        source.close().await;
        target.close().await;
        moved.map_err(Failure::while_doing("moving the vault's rows"))
    })?;
    let mut out = std::io::stdout();
    moved
        .iter()
        .try_for_each(|moved: &Moved| writeln!(out, "vault    {moved}"))
        .map_err(Failure::while_doing("writing"))
}
