//! An instance is its data folder. Whoever runs it, or changes it as a whole, holds the folder.

use std::{
    fs::{File, TryLockError},
    io::ErrorKind,
    path::Path,
};

use crate::Failure;

/// A data folder that nobody else runs or replaces. The kernel lets go of it when this is dropped
/// and when the process ends, however it ends.
#[derive(Debug)]
pub struct Held {
    _folder: File,
}

/// Takes hold of a data folder.
///
/// # Errors
/// [`Failure::Failed`] while another process holds it; [`Failure::Settings`] if it is not there.
pub fn hold(data: &Path) -> Result<Held, Failure> {
    let folder = File::open(data).map_err(|error| match error.kind() {
        ErrorKind::NotFound => missing(data),
        _ => Failure::while_doing(data.display())(error),
    })?;
    match folder.try_lock() {
        Ok(()) => Ok(Held { _folder: folder }),
        Err(TryLockError::WouldBlock) => Err(Failure::Failed(format!(
            "an instance runs on {}; stop it first",
            data.display()
        ))),
        Err(TryLockError::Error(error)) => Err(Failure::while_doing(data.display())(error)),
    }
}

/// Refuses a data folder in which no instance was made.
///
/// # Errors
/// [`Failure::Settings`] with the command that makes one. What cannot be looked at is let pass.
pub fn expect(data: &Path) -> Result<(), Failure> {
    let vault = data.join("vault").metadata();
    match vault.is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        true => Err(missing(data)),
        false => Ok(()),
    }
}

fn missing(data: &Path) -> Failure {
    Failure::Settings(format!(
        "[instance] data: there is no instance in {}; make one with `ringfence init`, or name its \
         folder",
        data.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_held_once_until_it_is_let_go() {
        let data = tempfile::tempdir().unwrap();
        let held = hold(data.path()).unwrap();
        let Err(Failure::Failed(told)) = hold(data.path()) else {
            panic!("held twice");
        };
        assert!(told.contains("stop it first"), "{told}");
        drop(held);
        assert!(hold(data.path()).is_ok());
    }

    #[test]
    fn a_folder_without_an_instance_is_refused_with_what_makes_one() {
        let data = tempfile::tempdir().unwrap();
        let absent = data.path().join("absent");
        for refused in [expect(data.path()), hold(&absent).map(|_| ())] {
            let Err(Failure::Settings(told)) = refused else {
                panic!("let pass");
            };
            assert!(told.contains("ringfence init"), "{told}");
        }
        std::fs::create_dir(data.path().join("vault")).unwrap();
        assert!(expect(data.path()).is_ok());
    }
}
