//! The machine this runs on: its clock, its environment, its terminal and its programs.
//!
//! The product bans the ambient ones by lint. A build tool is about nothing else, so they are
//! allowed here, in one module, and the rest of the crate asks this one.
#![expect(
    clippy::disallowed_methods,
    reason = "a build tool measures real time and finds programs through the environment"
)]

use std::ffi::{OsStr, OsString};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// The present moment of the monotonic clock.
pub fn now() -> Instant {
    Instant::now()
}

/// An environment variable, if it is set and not empty.
pub fn env(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The workspace's root folder.
pub fn root() -> PathBuf {
    // Cargo tells it at run time too, and that comes first: clones that share a target folder
    // share this program.
    let here = env("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = here.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).to_owned());
    here.ancestors().nth(3).unwrap_or(&here).to_path_buf()
}

/// The program on `PATH` under the first of these names that exists.
pub fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = env("PATH")?;
    names.iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    })
}

/// One line on standard output: a result.
///
/// A closed pipe is no failure: whoever reads has read enough.
pub fn say(line: impl AsRef<str>) {
    let _ = writeln!(io::stdout().lock(), "{}", line.as_ref());
}

/// One line on standard error: talk about the work.
pub fn note(line: impl AsRef<str>) {
    let _ = writeln!(io::stderr().lock(), "{}", line.as_ref());
}

/// Shows what is running now, on a terminal only; [`clear_activity`] removes it.
pub fn show_activity(text: &str) {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr().lock(), "\r\x1b[2K{text} …");
    }
}

/// Removes the line of [`show_activity`].
pub fn clear_activity() {
    if io::stderr().is_terminal() {
        let _ = write!(io::stderr().lock(), "\r\x1b[2K");
    }
}

/// A duration as people read it: `0.4 s`, `75.0 s`.
pub fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// A program to run in the workspace's root.
pub struct Run {
    command: Command,
    shown: String,
}

impl Run {
    /// A program by name or path.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program.as_ref());
        command.current_dir(root()).stdin(Stdio::null());
        let shown = program.as_ref().to_string_lossy().into_owned();
        Self { command, shown }
    }

    /// The cargo that started us.
    pub fn cargo() -> Self {
        let mut run = Self::new(env("CARGO").unwrap_or_else(|| "cargo".into()));
        run.shown = "cargo".to_owned();
        run
    }

    /// Adds one argument.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg.as_ref());
        self.shown.push(' ');
        self.shown.push_str(&arg.as_ref().to_string_lossy());
        self
    }

    /// Adds several arguments.
    pub fn args<A: AsRef<OsStr>>(self, args: impl IntoIterator<Item = A>) -> Self {
        args.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Leaves it in the folder we were started in, where a person's relative paths begin.
    pub fn in_callers_folder(mut self) -> Self {
        self.command.current_dir(".");
        self
    }

    /// The command as a person would type it.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Runs with our terminal and fails unless it succeeds.
    pub fn stream(mut self) -> Result<()> {
        let status = self.command.status().map_err(|e| self.not_started(&e))?;
        self.judge(status)
    }

    /// Runs and returns what it wrote and how it ended.
    pub fn capture(mut self) -> Result<Output> {
        self.command.output().map_err(|e| self.not_started(&e))
    }

    /// Runs and returns its standard output; fails, with what it said, unless it succeeds.
    pub fn read(mut self) -> Result<String> {
        let output = self.command.output().map_err(|e| self.not_started(&e))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Error::Failed(format!("`{}`: {}", self.shown, said.trim())))
    }

    /// Starts it with piped output, to be waited for by the caller.
    pub fn spawn_piped(mut self) -> Result<std::process::Child> {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped());
        self.command.spawn().map_err(|e| self.not_started(&e))
    }

    /// Starts it and lets its output go.
    pub fn spawn_quiet(mut self) -> Result<std::process::Child> {
        self.command.stdout(Stdio::null()).stderr(Stdio::null());
        self.command.spawn().map_err(|e| self.not_started(&e))
    }

    /// Becomes the program: same process, same terminal, same signals, its exit code.
    ///
    /// Returns only if that is impossible.
    #[cfg(unix)]
    pub fn replace_self(mut self) -> Error {
        use std::os::unix::process::CommandExt;
        self.command.stdin(Stdio::inherit());
        let error = self.command.exec();
        self.not_started(&error)
    }

    fn not_started(&self, error: &io::Error) -> Error {
        Error::Failed(format!("cannot run `{}`: {error}", self.shown))
    }

    fn judge(&self, status: ExitStatus) -> Result<()> {
        if status.success() {
            return Ok(());
        }
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Err(Error::Child {
            command: self.shown.clone(),
            code: code.unwrap_or(1),
        })
    }
}
