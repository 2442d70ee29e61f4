//! Runs parts of a page's script in Node.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use numbers::countries;

/// A definition of `codes`, which a page reads from its list of countries.
pub fn codes() -> String {
    let codes = countries()
        .iter()
        .map(|country| (country.calling_code.to_string(), country.region.to_string()));
    format!(
        "const codes = new Map();\n\
         for (const [code, region] of {}) codes.set(code, [...(codes.get(code) ?? []), region]);",
        serde_json::to_string(&codes.collect::<Vec<_>>()).unwrap(),
    )
}

/// The lines that a script prints.
pub fn says(script: &str) -> Vec<String> {
    let mut node = Command::new(program())
        .args(["--input-type=module", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = node.stdin.take().unwrap();
    stdin.write_all(script.as_bytes()).unwrap();
    drop(stdin);
    let said = node.wait_with_output().unwrap();
    assert!(said.status.success());
    let said = String::from_utf8(said.stdout).unwrap();
    said.lines().map(str::to_owned).collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the runner of tests says where Node is"
)]
fn program() -> std::ffi::OsString {
    std::env::var_os("RINGFENCE_NODE").unwrap_or_else(|| "node".into())
}
