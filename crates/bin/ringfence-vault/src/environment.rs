//! Variables that the library of an HSM is told by.
//!
//! Rooms are started without any, and a program may not change its own while others read them. So
//! it starts itself once more, in its own place, with those of the configuration.

use std::{collections::BTreeMap, os::unix::process::CommandExt, path::Path, process::Command};

use rooms::Failure;

use crate::settings::Settings;

/// Returns when the variables are as the configuration says.
///
/// # Errors
/// When the configuration cannot be read, or the program not be started again.
pub fn provide(config: &Path) -> Result<(), Failure> {
    let settings = Settings::load(config)?;
    let Some(hsm) = settings.hsm else {
        return Ok(());
    };
    if hsm
        .environment
        .iter()
        .all(|(name, value)| is_set(name, value))
    {
        return Ok(());
    }
    let failed = start_again(&hsm.environment);
    Err(Failure::while_doing(
        "starting with the variables of [vault.hsm.environment]",
    )(failed))
}

#[expect(
    clippy::disallowed_methods,
    reason = "it is compared with the configuration, which decides"
)]
fn is_set(name: &str, value: &str) -> bool {
    std::env::var_os(name).is_some_and(|there| there == value)
}

/// Returns only when it fails. Descriptors and process stay the same.
fn start_again(environment: &BTreeMap<String, String>) -> std::io::Error {
    let mut words = std::env::args_os();
    let name = words.next().unwrap_or_default();
    Command::new("/proc/self/exe")
        .arg0(name)
        .args(words)
        .envs(environment)
        .exec()
}
