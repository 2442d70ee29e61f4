//! The machine a result was measured on. A figure without it means little.

use std::fs;

use serde_json::{Value, json};

use crate::host::Run;

/// Machine, compiler and source, with the date given or else the present one (UTC, RFC 3339).
pub fn gather(date: Option<String>) -> Value {
    let date = date.unwrap_or_else(|| tell("date", &["-u", "+%Y-%m-%dT%H:%M:%SZ"]));
    json!({
        "date": date,
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "processor": field("/proc/cpuinfo", "model name"),
        "memory": field("/proc/meminfo", "MemTotal"),
        "kernel": tell("uname", &["-sr"]),
        "rustc": tell("rustc", &["--version"]),
        "commit": tell("git", &["rev-parse", "HEAD"]),
        "changed_since_commit": !tell("git", &["status", "--porcelain"]).is_empty(),
    })
}

/// What a program says, on one line; empty if it cannot say it.
fn tell(program: &str, args: &[&str]) -> String {
    Run::new(program)
        .args(args)
        .read()
        .map(|said| said.trim().to_owned())
        .unwrap_or_default()
}

/// The first `name: value` of a file in `/proc`.
fn field(path: &str, name: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    find_field(&text, name).unwrap_or_default().to_owned()
}

fn find_field<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut fields = text.lines().filter_map(|line| line.split_once(':'));
    fields
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_field_of_the_name_is_taken() {
        let text = "processor\t: 0\nmodel name\t: Some CPU\nmodel name\t: Other\n";
        assert_eq!(find_field(text, "model name"), Some("Some CPU"));
        assert_eq!(find_field(text, "absent"), None);
    }
}
