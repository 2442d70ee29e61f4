//! What a command answers on standard output, and what it tells beside that.

use std::{
    fmt,
    io::{self, ErrorKind, Write},
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether a part of the answer could not be written.
static CUT: AtomicBool = AtomicBool::new(false);
/// Whether `--quiet` was given.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Answers with a line, written like `println!`.
macro_rules! say {
    ($($part:tt)*) => { $crate::said::text(format_args!("{}\n", format_args!($($part)*))) };
}
pub(crate) use say;

/// Tells something on standard error that is neither answer nor error, written like `eprintln!`.
macro_rules! tell {
    ($($part:tt)*) => { if !$crate::said::is_quiet() { eprintln!($($part)*) } };
}
pub(crate) use tell;

/// Keeps [`tell`] silent from now on.
pub fn be_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::Relaxed);
}

/// Whether only answers and errors are wanted.
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Answers with text that has its ends of lines. A reader who has seen enough stops no command in
/// its work; any other trouble is told, and is in the exit code.
pub fn text(text: fmt::Arguments<'_>) {
    let Err(error) = io::stdout().write_fmt(text) else {
        return;
    };
    if error.kind() != ErrorKind::BrokenPipe && !CUT.swap(true, Ordering::Relaxed) {
        eprintln!("error: writing the answer: {error}");
    }
}

/// Whether everything was written.
pub fn whole() -> bool {
    !CUT.load(Ordering::Relaxed)
}
