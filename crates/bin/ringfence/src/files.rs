//! `ringfence backup` and `ringfence restore`.

use std::{fs, path::Path};

use store_sqlite::{Options, backup_file};

use crate::{
    failure::Failure,
    operator::{make_private_directory, vault},
    settings::Settings,
};

const FRONT: &str = "front.db";
const VAULT: &str = "vault.db";
const SHARE: &str = "share.db";

/// `ringfence backup`: consistent copies while the rooms run. The vault is copied first: what the
/// front knows beyond it is found by `check-data`, what it knows less it catches up with.
pub fn backup(config: &Path, to: &Path, share: bool) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    if to.exists() {
        return Err(Failure::Usage(format!("{} is there already", to.display())));
    }
    make_private_directory(to)?;
    let target = |name: &str| to.join(name).display().to_string();
    if share {
        vault(config, &["backup", "--share", &target(SHARE)], None)?;
        println!("copied the share store to {}", to.display());
        println!("delete this copy within 30 days: deletions are final only when it is gone");
        return Ok(());
    }
    vault(config, &["backup", &target(VAULT)], None)?;
    let from = Options::new(settings.front_directory()).path("main");
    backup_file(&from, &to.join(FRONT)).map_err(Failure::while_doing("copying the front"))?;
    println!(
        "copied front and vault to {}; the share store has backups of its own",
        to.display()
    );
    Ok(())
}

/// `ringfence restore`: the instance must be stopped.
pub fn restore(
    config: &Path,
    from: &Path,
    share: Option<std::path::PathBuf>,
    yes: bool,
) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let vault_directory = settings.data.join("vault");
    let mut moves = vec![
        (
            from.join(FRONT),
            Options::new(settings.front_directory()).path("main"),
        ),
        (
            from.join(VAULT),
            Options::new(&vault_directory).path("main"),
        ),
    ];
    if let Some(share) = share {
        moves.push((
            share.join(SHARE),
            Options::new(&vault_directory).path("share"),
        ));
    }
    for (copy, _) in &moves {
        if !copy.exists() {
            return Err(Failure::Usage(format!("{} is not there", copy.display())));
        }
    }
    if !yes && moves.iter().any(|(_, place)| place.exists()) {
        return Err(Failure::Usage(
            "databases are there already; stop the instance and add --yes to replace them".into(),
        ));
    }
    for (copy, place) in &moves {
        put_aside(place)?;
        backup_file(copy, place).map_err(Failure::while_doing(place.display()))?;
        println!("restored {}", place.display());
    }
    println!("next: ringfence check-data --repair, then start the instance");
    Ok(())
}

/// Keeps what is replaced beside it, with its log files.
fn put_aside(place: &Path) -> Result<(), Failure> {
    for ending in ["", "-wal", "-shm"] {
        let mut old = place.as_os_str().to_owned();
        old.push(ending);
        let mut kept = place.as_os_str().to_owned();
        kept.push(".replaced");
        kept.push(ending);
        if Path::new(&old).exists() {
            fs::rename(&old, &kept).map_err(Failure::while_doing(place.display()))?;
        }
    }
    Ok(())
}
