//! The pipe to a Chromium: JSON messages of the DevTools protocol, each ended by a zero byte.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::now;

/// The longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// With `--remote-debugging-pipe` Chromium reads descriptor 3 and writes descriptor 4. The shell
/// puts this process's two pipes there and becomes Chromium.
const START: &str = r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null"#;

const FLAGS: [&str; 11] = [
    "--headless=new",
    "--no-sandbox",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--hide-scrollbars",
    "--lang=en-GB",
];

/// A running Chromium, and everything it has said so far.
pub(super) struct Wire {
    process: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    last_id: u64,
    events: Vec<Value>,
    _profile: TempDir,
}

impl Wire {
    pub(super) fn start(chromium: &OsStr) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut process = Command::new("/bin/sh")
            .args(["-c", START])
            .arg(chromium)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("TZ", "Europe/Berlin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell to start Chromium with");
        let to = process.stdin.take().expect("a pipe was asked for");
        let from = process.stdout.take().expect("a pipe was asked for");
        Self {
            process,
            to,
            from: listen(from),
            last_id: 0,
            events: Vec::new(),
            _profile: profile,
        }
    }

    /// Calls a method and waits for its answer. `session` is empty for the browser itself.
    pub(super) fn call(&mut self, session: &str, method: &str, params: &Value) -> Value {
        self.try_call(session, method, params)
            .unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Calls a method that may be refused, such as one about a page that has just gone.
    pub(super) fn try_call(
        &mut self,
        session: &str,
        method: &str,
        params: &Value,
    ) -> Result<Value, Value> {
        self.last_id += 1;
        let id = self.last_id;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).expect("Chromium runs");
        let asked = now();
        loop {
            let mut message = self.next(asked, method);
            if message["id"] == id {
                return match message.get_mut("error") {
                    Some(error) => Err(error.take()),
                    None => Ok(message["result"].take()),
                };
            }
            self.events.push(message);
        }
    }

    /// How many events there have been.
    pub(super) fn count(&self) -> usize {
        self.events.len()
    }

    /// The events of a session from number `from` on.
    pub(super) fn events<'a>(
        &'a self,
        session: &'a str,
        from: usize,
    ) -> impl Iterator<Item = &'a Value> {
        let mine = move |event: &&Value| event["sessionId"].as_str().unwrap_or("") == session;
        self.events[from..].iter().filter(mine)
    }

    /// Waits for an event from number `from` on; answers its number.
    pub(super) fn wait(
        &mut self,
        session: &str,
        mut from: usize,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> usize {
        let asked = now();
        loop {
            while from < self.events.len() {
                let event = &self.events[from];
                if event["sessionId"].as_str().unwrap_or("") == session && wanted(event) {
                    return from;
                }
                from += 1;
            }
            let message = self.next(asked, what);
            self.events.push(message);
        }
    }

    /// One event by its number.
    pub(super) fn event(&self, number: usize) -> &Value {
        &self.events[number]
    }

    /// The next message. Whoever `asked` waits no longer than our patience, however much else
    /// Chromium has to say meanwhile.
    fn next(&self, asked: Instant, awaited: &str) -> Value {
        let left = PATIENCE.saturating_sub(asked.elapsed());
        match self.from.recv_timeout(left) {
            Ok(message) => message,
            Err(error) => panic!("waiting for {awaited}: {error}"),
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let close = b"{\"id\":0,\"method\":\"Browser.close\"}\0";
        if self.to.write_all(close).is_err() {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}

/// Reads messages on a thread of its own, so that waiting for one can end.
fn listen(from: impl Read + Send + 'static) -> Receiver<Value> {
    let (tell, told) = channel();
    thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut bytes = Vec::new();
        while matches!(from.read_until(0, &mut bytes), Ok(read) if read > 0) {
            bytes.pop();
            let message = serde_json::from_slice(&bytes);
            if message.is_ok_and(|message| tell.send(message).is_err()) {
                return;
            }
            bytes.clear();
        }
    });
    told
}
