//! `ringfence backup` and `ringfence restore`.

use std::{fs, path::Path};

use rooms::{Failure, instance};
use store_sqlite::{Options, backup_file, check_file};

use crate::{
    database,
    init::{hand_over, make_private_directory},
    operator::vault,
    said::{self, say},
    settings::Settings,
};

const FRONT: &str = "front.db";
const VAULT: &str = "vault.db";
const SHARE: &str = "share.db";
const KEYS: &str = "keystore";

/// `ringfence backup`: consistent copies while the rooms run. The vault is copied first: what the
/// front knows beyond it is found by `check-data`, what it knows less it catches up with.
pub fn backup(config: &Path, to: &Path, share: bool, keys: bool) -> Result<(), Failure> {
    let settings = Settings::of_instance(config)?;
    if to.exists() {
        return Err(Failure::Usage(format!("{} is there already", to.display())));
    }
    make_private_directory(to)?;
    let target = |name: &str| to.join(name).display().to_string();
    if share {
        let told = vault(config, &["backup", "--share", &target(SHARE)], None)?;
        say!("copied the share store to {}", to.display());
        said::text(format_args!("{told}"));
        say!("deletions are final when every copy from before them is noise or destroyed");
        return Ok(());
    }
    if keys {
        let told = vault(config, &["backup", "--keys", &target(KEYS)], None)?;
        say!("copied the keystore to {}", to.display());
        said::text(format_args!("{told}"));
        say!("what opens it is not in the copy: keep the passphrase or the key file elsewhere");
        return Ok(());
    }
    let from = database::path(&settings)?;
    vault(config, &["backup", &target(VAULT)], None)?;
    backup_file(&from, &to.join(FRONT)).map_err(Failure::while_doing("copying the front"))?;
    say!("copied front and vault to {}", to.display());
    say!(
        "it opens no number by itself: that takes the share store (--share) and the keystore \
         (--keys), each with a backup of its own"
    );
    Ok(())
}

/// `ringfence restore`: the instance must be stopped. The vault's half comes first, because it
/// may be refused; a refusal has changed nothing.
pub fn restore(config: &Path, from: &Path, share: Option<&Path>, yes: bool) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let share = share.map(|share| share.join(SHARE));
    let (front, main) = (from.join(FRONT), from.join(VAULT));
    let copies = [Some(&front), Some(&main), share.as_ref()];
    if let Some(absent) = copies.into_iter().flatten().find(|copy| !copy.exists()) {
        return Err(Failure::Usage(format!("{} is not there", absent.display())));
    }
    let place = database::path(&settings)?;
    let replaced = Options::new(settings.data.join("vault")).path("main");
    if !yes && (place.exists() || replaced.exists()) {
        return Err(Failure::Usage(
            "databases are there already; stop the instance and add --yes to replace them".into(),
        ));
    }
    make_private_directory(&settings.data)?;
    // Files that a running instance has open must not be replaced.
    let _held = instance::hold(&settings.data)?;
    check_file(&front).map_err(Failure::while_doing(front.display()))?;
    let (main, share) = (
        main.display().to_string(),
        share.map(|share| share.display().to_string()),
    );
    let mut args = vec!["restore", main.as_str()];
    args.extend(share.iter().flat_map(|share| ["--share", share.as_str()]));
    said::text(format_args!("{}", vault(config, &args, None)?));
    make_private_directory(&settings.front_directory())?;
    put_aside(&place)?;
    backup_file(&front, &place).map_err(Failure::while_doing(place.display()))?;
    database::migrate(&settings)?;
    hand_over(&settings)?;
    say!("restored; what was there is kept beside it as *.replaced");
    say!("next: ringfence check-data --repair, then start the instance");
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
