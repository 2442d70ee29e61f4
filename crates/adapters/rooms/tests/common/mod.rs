//! Starting the example programs and waiting for what they print.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

/// The program of an example, which `cargo test` builds next to the tests.
pub fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test has a path");
    let target = test
        .parent()
        .and_then(|deps| deps.parent())
        .expect("target/PROFILE/deps/TEST");
    let program = target.join("examples").join(name);
    assert!(
        program.exists(),
        "build it with `cargo test -p rooms` or `cargo build -p rooms --examples`"
    );
    program
}

/// A running example. Ends with the test.
pub struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    /// Everything printed so far.
    pub seen: Vec<String>,
}

impl Running {
    /// Starts it with its standard output on a pipe.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe"));
        Self {
            child,
            lines,
            seen: Vec::new(),
        }
    }

    /// Its process.
    #[allow(dead_code, reason = "not every test file needs it")]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The next line, or none when every process that could print has ended.
    pub fn next_line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).expect("lines are text");
        let line = line.trim_end().to_owned();
        self.seen.push(line.clone());
        (read > 0).then_some(line)
    }

    /// Waits for a line with this start; returns the rest of it. Lines passed over stay in `seen`.
    pub fn wait_for(&mut self, start: &str) -> String {
        while let Some(line) = self.next_line() {
            if let Some(rest) = line.strip_prefix(start) {
                return rest.trim().to_owned();
            }
        }
        panic!("no line starts with {start:?} in {:#?}", self.seen);
    }

    /// Waits until all who could print are gone; then the status of the first process.
    pub fn finish(&mut self) -> ExitStatus {
        while self.next_line().is_some() {}
        self.child.wait().expect("a child")
    }

    /// Closes its standard input.
    #[allow(dead_code, reason = "not every test file needs it")]
    pub fn close_input(&mut self) {
        drop(self.child.stdin.take());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
        // The rooms of a killed supervisor end by themselves; no test leaves one behind.
        while self.next_line().is_some() {}
    }
}
