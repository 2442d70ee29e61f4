//! Asking a person for a secret at a terminal, and showing how far something is.

use std::{
    fs::File,
    io::{self, IsTerminal, Read, Write},
    path::Path,
};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use zeroize::Zeroizing;

/// Longest secret that is read, bytes.
const SECRET_MAX: usize = 1024;
/// What Ctrl-C and Ctrl-D send.
const CTRL_C: u8 = 0x03;
const CTRL_D: u8 = 0x04;

/// The terminal that this process was started at.
///
/// # Errors
/// When there is none.
pub fn own() -> io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .open(Path::new("/dev/tty"))
}

/// Shows `prompt` and reads one line that the terminal does not show.
///
/// # Errors
/// `Interrupted` on Ctrl-C, `UnexpectedEof` on Ctrl-D or a terminal that is gone, `InvalidData`
/// for a line that is not UTF-8 or longer than 1024 bytes.
pub fn ask_secret(terminal: &File, prompt: &str) -> io::Result<Zeroizing<String>> {
    let silent = Silent::begin(terminal)?;
    (&*terminal).write_all(prompt.as_bytes())?;
    let line = read_line(terminal);
    drop(silent);
    (&*terminal).write_all(b"\n")?;
    line
}

/// A terminal that does not show what is typed, until it is dropped.
struct Silent<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Silent<'a> {
    fn begin(terminal: &'a File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut silent = before.clone();
        // Without signals Ctrl-C comes as a byte: a process that it killed could not set the
        // terminal back. As a second end of line it is heard at once.
        silent.local_modes -= LocalModes::ECHO | LocalModes::ISIG;
        silent.local_modes |= LocalModes::ICANON;
        silent.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
        // What was typed before was shown: it is thrown away.
        tcsetattr(terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing.
        let _ = tcsetattr(self.terminal, OptionalActions::Now, &self.before);
    }
}

fn read_line(mut terminal: &File) -> io::Result<Zeroizing<String>> {
    // Room for all of it: growing would leave copies behind.
    let mut line = Zeroizing::new(Vec::with_capacity(SECRET_MAX));
    let mut byte = Zeroizing::new([0]);
    loop {
        let end = terminal.read(&mut *byte)? == 0;
        match byte[0] {
            _ if end => return Err(io::ErrorKind::UnexpectedEof.into()),
            CTRL_C => return Err(io::ErrorKind::Interrupted.into()),
            CTRL_D => return Err(io::ErrorKind::UnexpectedEof.into()),
            b'\n' | b'\r' => break,
            _ if line.len() == SECRET_MAX => return Err(io::ErrorKind::InvalidData.into()),
            typed => line.push(typed),
        }
    }
    let text = std::str::from_utf8(&line).map_err(|_| io::ErrorKind::InvalidData)?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// A line on standard error that says how far something is: redrawn at a terminal, and elsewhere
/// one line for every tenth of it.
#[derive(Debug, Default)]
pub struct Bar {
    doing: String,
    shown: Option<u64>,
}

/// Steps of a bar at a terminal.
const BAR_STEPS: u64 = 40;
/// Lines of a bar elsewhere.
const LINES: u64 = 10;

impl Bar {
    /// Shows `done` of `total`, if that looks different from what was shown before.
    pub fn show(&mut self, doing: &str, done: u64, total: u64) {
        let out = io::stderr();
        let terminal = out.is_terminal();
        let steps = if terminal { BAR_STEPS } else { LINES };
        let step = done.min(total).saturating_mul(steps) / total.max(1);
        if self.doing == doing && self.shown == Some(step) {
            return;
        }
        let first = self.doing != doing;
        doing.clone_into(&mut self.doing);
        self.shown = Some(step);
        let line = match terminal {
            true => format!(
                "{}{}",
                if first { "" } else { "\r" },
                drawn(doing, step, done)
            ),
            false => format!("{doing} {}% ({done})\n", step * 100 / steps),
        };
        // Nobody waits for how it looks.
        let _ = (&out).write_all(line.as_bytes());
        if terminal && step == steps {
            let _ = (&out).write_all(b"\n");
        }
    }
}

fn drawn(doing: &str, step: u64, done: u64) -> String {
    let full = usize::try_from(step.min(BAR_STEPS)).unwrap_or_default();
    let rest = usize::try_from(BAR_STEPS).unwrap_or_default() - full;
    format!("{doing} [{}{}] {done}", "#".repeat(full), ".".repeat(rest))
}

#[cfg(test)]
mod tests {
    use std::thread;

    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    use super::*;

    #[test]
    fn a_bar_fills_from_left_to_right() {
        assert_eq!(
            drawn("copying", 0, 0),
            format!("copying [{}] 0", ".".repeat(40))
        );
        let half = format!("copying [{}{}] 7", "#".repeat(20), ".".repeat(20));
        assert_eq!(drawn("copying", 20, 7), half);
    }

    /// A person's end and a program's end of a terminal.
    fn terminal() -> (File, File) {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap();
        let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        let program = rustix::fs::open(&*name, flags, rustix::fs::Mode::empty()).unwrap();
        (File::from(person), File::from(program))
    }

    /// What a person sees up to and with `end`.
    fn seen(mut person: &File, end: &str) -> String {
        let mut all = Vec::new();
        while !all.ends_with(end.as_bytes()) {
            let mut byte = [0];
            person.read_exact(&mut byte).unwrap();
            all.push(byte[0]);
        }
        String::from_utf8(all).unwrap()
    }

    /// Types this when asked; the answer and what was seen after the question.
    fn typed(keys: &[u8]) -> (io::Result<Zeroizing<String>>, String) {
        let (person, program) = terminal();
        let before = tcgetattr(&program).unwrap().local_modes;
        let asking = thread::spawn(move || {
            let answer = ask_secret(&program, "Secret: ");
            (answer, program)
        });
        assert_eq!(seen(&person, "Secret: "), "Secret: ");
        (&person).write_all(keys).unwrap();
        let after = seen(&person, "\n");
        let (answer, program) = asking.join().unwrap();
        assert_eq!(tcgetattr(&program).unwrap().local_modes, before);
        (answer, after)
    }

    #[test]
    fn what_is_typed_is_read_and_not_shown() {
        let (answer, after) = typed("korrekt pferd\n".as_bytes());
        assert_eq!(answer.unwrap().as_str(), "korrekt pferd");
        assert_eq!(after, "\r\n");
    }

    #[test]
    fn ctrl_c_and_ctrl_d_end_the_question_at_once_and_the_terminal_is_set_back() {
        let (answer, _) = typed(b"half\x03");
        assert_eq!(answer.unwrap_err().kind(), io::ErrorKind::Interrupted);
        let (answer, _) = typed(b"\x04");
        assert_eq!(answer.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn a_line_that_is_no_text_is_refused() {
        let (answer, _) = typed(b"\xff\xfe\n");
        assert_eq!(answer.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn a_file_is_no_terminal() {
        let file = tempfile::tempfile().unwrap();
        assert!(ask_secret(&file, "Secret: ").is_err());
    }
}
