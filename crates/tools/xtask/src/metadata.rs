//! What `cargo metadata` knows: our crates, their dependencies, and the resolved graph.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::{Error, Result};
use crate::host::Run;

/// How one crate needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `[dependencies]`: linked into what we ship.
    Normal,
    /// `[build-dependencies]`.
    Build,
    /// `[dev-dependencies]`: tests only.
    Dev,
}

/// One dependency as written in a manifest.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The package's name, whatever it is renamed to.
    pub name: String,
    /// Which table of the manifest it stands in.
    pub kind: Kind,
}

/// One package of the graph.
#[derive(Clone, Debug)]
pub struct Package {
    /// Cargo's unambiguous id.
    pub id: String,
    /// The package's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The SPDX expression of its manifest.
    pub license: Option<String>,
    /// Where it comes from; none for our own.
    pub source: Option<String>,
    /// The folder of its manifest.
    pub folder: PathBuf,
    /// What it declares.
    pub dependencies: Vec<Dependency>,
    /// The features it declares.
    pub features: BTreeSet<String>,
}

/// The workspace and its resolved graph.
#[derive(Debug, Default)]
pub struct Workspace {
    /// Every package, by id.
    pub packages: BTreeMap<String, Package>,
    /// The ids of our own.
    pub members: BTreeSet<String>,
    /// Resolved edges: id → (id, kinds).
    pub edges: BTreeMap<String, Vec<(String, Vec<Kind>)>>,
}

impl Workspace {
    /// Reads the real workspace, every optional dependency switched on.
    pub fn load() -> Result<Self> {
        let json = Run::cargo()
            .args(["metadata", "--format-version", "1", "--all-features"])
            .read()?;
        Self::parse(&json)
    }

    /// Reads the output of `cargo metadata --format-version 1`.
    pub fn parse(json: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(json)
            .map_err(|e| Error::failed(format!("cargo metadata is not JSON: {e}")))?;
        let mut workspace = Self::default();
        for package in items(&value["packages"]) {
            let package = parse_package(package);
            workspace.packages.insert(package.id.clone(), package);
        }
        workspace.members = strings(&value["workspace_members"]).collect();
        for node in items(&value["resolve"]["nodes"]) {
            let edges = items(&node["deps"]).map(parse_edge).collect();
            workspace.edges.insert(text(&node["id"]), edges);
        }
        Ok(workspace)
    }

    /// Our own packages.
    pub fn ours(&self) -> impl Iterator<Item = &Package> {
        self.members.iter().filter_map(|id| self.packages.get(id))
    }

    /// Our own package of this name.
    pub fn our(&self, name: &str) -> Option<&Package> {
        self.ours().find(|package| package.name == name)
    }

    /// Every package that `start` links in normal builds, each with the one that brought it in.
    pub fn linked_by<'w>(&'w self, start: &'w Package) -> BTreeMap<&'w str, &'w str> {
        let mut found: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open = vec![start.id.as_str()];
        while let Some(id) = open.pop() {
            for (next, kinds) in self.edges.get(id).into_iter().flatten() {
                if kinds.contains(&Kind::Normal) && !found.contains_key(next.as_str()) {
                    found.insert(next, id);
                    open.push(next);
                }
            }
        }
        found
    }

    /// The name of a package by id.
    pub fn name<'w>(&'w self, id: &'w str) -> &'w str {
        self.packages
            .get(id)
            .map_or(id, |package| package.name.as_str())
    }
}

fn parse_package(value: &Value) -> Package {
    let manifest = text(&value["manifest_path"]);
    Package {
        id: text(&value["id"]),
        name: text(&value["name"]),
        version: text(&value["version"]),
        license: value["license"].as_str().map(str::to_owned),
        source: value["source"].as_str().map(str::to_owned),
        folder: Path::new(&manifest)
            .parent()
            .unwrap_or(Path::new(""))
            .to_path_buf(),
        dependencies: items(&value["dependencies"])
            .map(parse_dependency)
            .collect(),
        features: value["features"]
            .as_object()
            .map(|features| features.keys().cloned().collect())
            .unwrap_or_default(),
    }
}

fn parse_dependency(value: &Value) -> Dependency {
    Dependency {
        name: text(&value["name"]),
        kind: parse_kind(&value["kind"]),
    }
}

fn parse_edge(value: &Value) -> (String, Vec<Kind>) {
    let kinds = items(&value["dep_kinds"])
        .map(|kind| parse_kind(&kind["kind"]))
        .collect();
    (text(&value["pkg"]), kinds)
}

fn parse_kind(value: &Value) -> Kind {
    match value.as_str() {
        Some("dev") => Kind::Dev,
        Some("build") => Kind::Build,
        _ => Kind::Normal,
    }
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn strings(value: &Value) -> impl Iterator<Item = String> + '_ {
    items(value).map(text)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
