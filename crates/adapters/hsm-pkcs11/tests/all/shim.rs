//! A library in front of SoftHSM that adds mechanisms and fails when told to: see `shim.c`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use hsm_pkcs11::Library;

use crate::softhsm::{Tokens, library_path};

/// Functions that can be told to fail, by their place in `CK_FUNCTION_LIST`.
pub const INITIALIZE: u32 = 0;
pub const OPEN_SESSION: u32 = 12;
pub const LOGIN: u32 = 18;
pub const DESTROY: u32 = 22;
pub const GET_ATTRIBUTES: u32 = 24;
pub const DECRYPT: u32 = 34;
pub const SIGN_INIT: u32 = 42;
pub const SIGN: u32 = 43;
pub const GENERATE: u32 = 58;
pub const DERIVE: u32 = 62;

/// Return values.
pub const CRASH: u32 = 0;
const HANG: u32 = 1;
pub const GENERAL_ERROR: u32 = 5;
pub const DEVICE_MEMORY: u32 = 0x31;
pub const DEVICE_REMOVED: u32 = 0x32;
pub const PIN_LOCKED: u32 = 0xa4;
pub const SESSION_HANDLE_INVALID: u32 = 0xb3;

/// Builds and loads the library, in one of its modes: `able`, `renamed`, `silent`, `plain` or
/// `strict`.
pub fn library(tokens: &Tokens, mode: &str) -> Library {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all/shim.c");
    let built = tokens.folder.join("shim.so");
    let done = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
        .arg(&built)
        .arg(format!("-DSOFTHSM=\"{}\"", library_path().display()))
        .arg(source)
        .arg("-ldl")
        .output()
        .expect("this test needs a C compiler: install the Debian package build-essential");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
    fs::write(tokens.folder.join("mode"), mode).unwrap();
    Library::load(&built).unwrap()
}

/// The next `times` calls of a function return `value`.
pub fn fail(tokens: &Tokens, function: u32, value: u32, times: u32) {
    let text = format!("{function} {value} {times}");
    fs::write(tokens.folder.join("fault"), text).unwrap();
}

/// How often a PIN was sent to a token.
pub fn logins(tokens: &Tokens) -> usize {
    let counted = fs::read(tokens.folder.join("logins"));
    counted.map_or(0, |counted| counted.len())
}

/// The functions that `act` called, in order. For modes `plain` and `strict`.
pub fn calls(tokens: &Tokens, act: impl FnOnce()) -> Vec<u32> {
    let counted = tokens.folder.join("calls");
    fs::write(&counted, "").unwrap();
    act();
    let calls = fs::read(&counted).unwrap();
    fs::remove_file(counted).unwrap();
    calls.into_iter().map(u32::from).collect()
}

/// A call that hangs until it is released.
pub struct Hanging(PathBuf);

/// The next call of a function hangs.
pub fn hang(tokens: &Tokens, function: u32) -> Hanging {
    for pipe in ["entered", "gate"] {
        let made = Command::new("mkfifo")
            .arg(tokens.folder.join(pipe))
            .status();
        assert!(made.unwrap().success());
    }
    fail(tokens, function, HANG, 1);
    Hanging(tokens.folder.clone())
}

impl Hanging {
    /// Returns when somebody hangs.
    pub fn entered(&self) {
        fs::read(self.0.join("entered")).unwrap();
    }

    /// Lets the call go on.
    pub fn release(self) {
        fs::write(self.0.join("gate"), "").unwrap();
    }
}
