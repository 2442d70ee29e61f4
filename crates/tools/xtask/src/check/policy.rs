//! The dependency policy of `deny.toml`.
//!
//! `cargo deny` checks it where it is installed. Elsewhere this module checks the part that needs
//! no network: licences, banned crates with their wrappers, and that everything comes from a
//! registry. In both cases every direct dependency must have its reason, a line
//! `#: name: why` in `deny.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use super::licence;
use crate::error::{Error, Result};
use crate::host::{self, Run};
use crate::metadata::{Package, Workspace};

const REASON_MARK: &str = "#: ";

/// The part of `deny.toml` we check ourselves.
#[derive(Debug)]
pub struct Policy {
    licences: BTreeSet<String>,
    exceptions: BTreeMap<String, BTreeSet<String>>,
    bans: Vec<Ban>,
}

#[derive(Debug)]
struct Ban {
    name: String,
    wrappers: BTreeSet<String>,
    reason: String,
}

impl Policy {
    /// Reads the text of `deny.toml`.
    pub fn parse(text: &str) -> Result<Self> {
        let table: Table = text
            .parse()
            .map_err(|e| Error::failed(format!("deny.toml: {e}")))?;
        let licenses = section(&table, "licenses")?;
        let bans = section(&table, "bans")?;
        Ok(Self {
            licences: strings(licenses.get("allow")),
            exceptions: entries(licenses, "exceptions")
                .map(|entry| (crate_name(entry), strings(entry.get("allow"))))
                .collect(),
            bans: entries(bans, "deny")
                .map(|entry| Ban {
                    name: crate_name(entry),
                    wrappers: strings(entry.get("wrappers")),
                    reason: entry
                        .get("reason")
                        .and_then(Value::as_str)
                        .unwrap_or("")
                        .to_owned(),
                })
                .collect(),
        })
    }

    /// Every package that breaks the policy, one line each.
    pub fn violations(&self, workspace: &Workspace) -> Vec<String> {
        let mut found = Vec::new();
        for package in workspace.packages.values() {
            self.check_licence(package, &mut found);
            check_source(package, &mut found);
        }
        for ban in &self.bans {
            check_ban(ban, workspace, &mut found);
        }
        found
    }

    fn check_licence(&self, package: &Package, found: &mut Vec<String>) {
        let exception = self.exceptions.get(&package.name);
        let allowed = |name: &str| {
            self.licences.contains(name) || exception.is_some_and(|extra| extra.contains(name))
        };
        let expression = package.license.as_deref().unwrap_or("");
        if !licence::satisfied(expression, &allowed) {
            let Package { name, version, .. } = package;
            found.push(format!(
                "{name} {version}: licence `{expression}` is not allowed"
            ));
        }
    }
}

/// Checks the policy: with `cargo deny` if it is there, else our part of it.
pub fn run(workspace: &Workspace, root: &Path) -> Result<String> {
    let text = read(&root.join("deny.toml"))?;
    if host::find_program(&["cargo-deny"]).is_some() {
        let run = Run::cargo().args([
            "deny",
            "--all-features",
            "check",
            "bans",
            "licenses",
            "sources",
        ]);
        super::quietly(run)?;
        return Ok("cargo deny: bans, licences, sources".to_owned());
    }
    let looked_at = format!(
        "{} packages; cargo-deny is not installed: licences, bans and sources checked here, \
         advisories not",
        workspace.packages.len()
    );
    super::verdict(looked_at, Policy::parse(&text)?.violations(workspace))
}

/// Checks that every direct dependency has a reason.
pub fn run_reasons(workspace: &Workspace, root: &Path) -> Result<String> {
    let manifest = read(&root.join("Cargo.toml"))?;
    let policy = read(&root.join("deny.toml"))?;
    let mut direct = listed(&manifest)?;
    direct.extend(used(workspace));
    super::verdict(
        format!("{} reasons", reasons(&policy).len()),
        missing_reasons(&direct, &policy),
    )
}

/// Direct dependencies without a reason, and reasons without a dependency.
fn missing_reasons(direct: &BTreeSet<String>, policy: &str) -> Vec<String> {
    let explained = reasons(policy);
    let missing = direct
        .iter()
        .filter(|name| !explained.contains(name.as_str()));
    let stale = explained.iter().filter(|name| !direct.contains(**name));
    let missing = missing.map(|name| format!("`{name}` has no reason in deny.toml"));
    missing
        .chain(stale.map(|name| format!("`{name}` has a reason but is not used")))
        .collect()
}

/// What the workspace's manifest offers its crates, without our own.
fn listed(manifest: &str) -> Result<BTreeSet<String>> {
    let manifest: Table = manifest
        .parse()
        .map_err(|e| Error::failed(format!("Cargo.toml: {e}")))?;
    let offered = section(section(&manifest, "workspace")?, "dependencies")?;
    let outside = offered
        .iter()
        .filter(|(_, value)| value.get("path").is_none());
    Ok(outside.map(|(name, _)| name.clone()).collect())
}

/// What our crates declare for themselves, without our own.
fn used(workspace: &Workspace) -> impl Iterator<Item = String> {
    let declared = workspace.ours().flat_map(|package| &package.dependencies);
    let outside = declared.filter(|dependency| workspace.our(&dependency.name).is_none());
    outside.map(|dependency| dependency.name.clone())
}

/// The names of the lines `#: name: why`.
fn reasons(policy: &str) -> BTreeSet<&str> {
    let lines = policy
        .lines()
        .filter_map(|line| line.strip_prefix(REASON_MARK));
    let named = lines.filter_map(|line| line.split_once(": "));
    named
        .filter(|(_, why)| !why.trim().is_empty())
        .map(|(name, _)| name)
        .collect()
}

fn check_source(package: &Package, found: &mut Vec<String>) {
    if let Some(source) = &package.source
        && !source.starts_with("registry+")
        && !source.starts_with("sparse+")
    {
        found.push(format!(
            "{} {} does not come from a registry",
            package.name, package.version
        ));
    }
}

/// A banned package may be used by its wrappers only, and by nobody if it has none.
fn check_ban(ban: &Ban, workspace: &Workspace, found: &mut Vec<String>) {
    for (from, edges) in &workspace.edges {
        let user = workspace.name(from);
        let uses = edges.iter().any(|(id, _)| workspace.name(id) == ban.name);
        if uses && user != ban.name && !ban.wrappers.contains(user) {
            found.push(format!("{user} must not use {}: {}", ban.name, ban.reason));
        }
    }
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|e| Error::file(path, &e))
}

fn section<'t>(table: &'t Table, name: &str) -> Result<&'t Table> {
    let found = table.get(name).and_then(Value::as_table);
    found.ok_or_else(|| Error::failed(format!("section [{name}] is missing")))
}

fn entries<'t>(table: &'t Table, name: &str) -> impl Iterator<Item = &'t Table> {
    let list = table.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_table)
}

/// The package of an entry: `crate = "name@1.2"` or `name = "…"`, without the version.
fn crate_name(entry: &Table) -> String {
    let spec = entry
        .get("crate")
        .or_else(|| entry.get("name"))
        .and_then(Value::as_str);
    let spec = spec.unwrap_or_default();
    spec.split(['@', ':']).next().unwrap_or_default().to_owned()
}

fn strings(value: Option<&Value>) -> BTreeSet<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"
#: tool: it saves a page of code
[licenses]
allow = ["MIT"]
exceptions = [{ crate = "old", allow = ["Zlib"] }]
[bans]
deny = [{ crate = "tool", wrappers = ["user"], reason = "only user" }, { crate = "bad" }]
"#;

    /// Packages as `name licence`, edges as `from to`.
    fn graph(packages: &[&str], edges: &[&str]) -> Workspace {
        let packages = packages.iter().map(|line| {
            let (name, license) = line.split_once(' ').unwrap();
            serde_json::json!({"id": name, "name": name, "version": "1.0.0", "license": license,
                "source": "registry+x", "manifest_path": "/p/Cargo.toml"})
        });
        let nodes = edges.iter().map(|line| {
            let (from, to) = line.split_once(' ').unwrap();
            serde_json::json!({"id": from, "deps": [{"pkg": to, "dep_kinds": [{"kind": null}]}]})
        });
        let json = serde_json::json!({
            "packages": packages.collect::<Vec<_>>(),
            "workspace_members": [],
            "resolve": {"nodes": nodes.collect::<Vec<_>>()},
        });
        Workspace::parse(&json.to_string()).unwrap()
    }

    fn broken(packages: &[&str], edges: &[&str]) -> Vec<String> {
        Policy::parse(POLICY)
            .unwrap()
            .violations(&graph(packages, edges))
    }

    #[test]
    fn an_exception_is_for_the_named_crate_only() {
        assert!(broken(&["a MIT", "old Zlib"], &[]).is_empty());
        let found = broken(&["new Zlib"], &[]);
        assert_eq!(found, ["new 1.0.0: licence `Zlib` is not allowed"]);
    }

    #[test]
    fn a_banned_crate_is_for_its_wrappers() {
        let packages = ["user MIT", "other MIT", "tool MIT"];
        assert!(broken(&packages, &["user tool"]).is_empty());
        assert_eq!(
            broken(&packages, &["other tool"]),
            ["other must not use tool: only user"]
        );
    }

    #[test]
    fn a_dependency_without_a_reason_is_found_and_so_is_the_reverse() {
        let manifest = "[workspace.dependencies]\nours = { path = \"x\" }\nother = \"1\"\n";
        assert_eq!(
            missing_reasons(&listed(manifest).unwrap(), POLICY),
            [
                "`other` has no reason in deny.toml",
                "`tool` has a reason but is not used"
            ]
        );
    }
}
