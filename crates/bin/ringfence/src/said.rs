//! What a command answers on standard output.

use std::{
    fmt,
    io::{self, ErrorKind, Write},
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether a part of the answer could not be written.
static CUT: AtomicBool = AtomicBool::new(false);

/// Answers with a line, written like `println!`.
macro_rules! say {
    ($($part:tt)*) => { $crate::said::text(format_args!("{}\n", format_args!($($part)*))) };
}
pub(crate) use say;

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
