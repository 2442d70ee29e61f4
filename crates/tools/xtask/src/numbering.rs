//! `cargo xtask numbering`: compiles the world's numbering plans into the table that is checked in.

use std::{fs, path::PathBuf};

use numbering::{DATA, TABLE};

use crate::args::Args;
use crate::error::{Error, Result};
use crate::host;

/// `numbering [--data FOLDER] [--version TEXT] [--check]`.
pub fn run(mut args: Args) -> Result<()> {
    let check = args.flag("--check");
    let data = args.option("--data")?;
    let version = args.option("--version")?;
    args.done()?;
    let table = host::root().join(TABLE);
    let data = data.map_or_else(|| host::root().join(DATA), PathBuf::from);
    let old = fs::read(&table).unwrap_or_default();
    let Some(version) = version.or_else(|| numbering::version_of(&old)) else {
        let reason = "`--version` must name the data's version";
        return Err(Error::Usage(reason.to_owned()));
    };
    let new = numbering::compiled(&data, &version).map_err(|e| Error::failed(e.to_string()))?;
    if check && new != old {
        return Err(Error::failed(format!("{TABLE} is not what the data gives")));
    }
    if !check {
        fs::write(&table, &new).map_err(|e| Error::file(&table, &e))?;
    }
    host::say(format!("{TABLE}: {} bytes, {version}", new.len()));
    Ok(())
}
