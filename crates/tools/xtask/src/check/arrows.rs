//! Arrows between our crates only point down. The folder under `crates/` is the layer.
//!
//! | layer | may use |
//! |---|---|
//! | `core` | nothing of ours, not even another core crate |
//! | `ports` | core |
//! | `adapters`, `services` | core, ports; never each other, never a neighbour |
//! | `edges` | core, services, and the one same-layer arrow: `webkit` |
//! | `bin` | core, ports, adapters, services, edges; never another binary |
//! | `tools` | everything; nobody uses them but tests |
//!
//! Tests (`[dev-dependencies]`) may use every strictly lower layer, `webkit` from an edge, and
//! `testkit`. Build scripts obey the rule of the layer.
//!
//! Two rules look at all that is linked, through every intermediate crate: who may link `seal`,
//! and what the rooms with secrets must not contain.

use crate::error::Result;
use crate::metadata::{Dependency, Kind, Package, Workspace};

/// One layer: its folder, its height for tests, and the layers its crates may use.
struct Layer {
    folder: &'static str,
    height: u8,
    may_use: &'static [&'static str],
}

const LAYERS: &[Layer] = &[
    Layer {
        folder: "core",
        height: 0,
        may_use: &[],
    },
    Layer {
        folder: "ports",
        height: 1,
        may_use: &["core"],
    },
    Layer {
        folder: "adapters",
        height: 2,
        may_use: &["core", "ports"],
    },
    Layer {
        folder: "services",
        height: 2,
        may_use: &["core", "ports"],
    },
    Layer {
        folder: "edges",
        height: 3,
        may_use: &["core", "services"],
    },
    Layer {
        folder: "bin",
        height: 4,
        may_use: &["core", "ports", "adapters", "services", "edges"],
    },
    Layer {
        folder: "tools",
        height: 5,
        may_use: &[
            "core", "ports", "adapters", "services", "edges", "bin", "tools",
        ],
    },
];

/// Crates of one layer that their neighbours may use.
const SHARED_IN_LAYER: &[&str] = &["webkit"];

/// Crates every test may use.
const SHARED_IN_TESTS: &[&str] = &["testkit"];

/// A crate that only a few may link, directly or through others.
struct Guarded {
    name: &'static str,
    /// Names; a trailing `*` stands for any ending.
    linked_by: &'static [&'static str],
    reason: &'static str,
}

const GUARDED: &[Guarded] = &[Guarded {
    name: "seal",
    linked_by: &[
        "seal",
        "vault",
        "hsm-*",
        "testkit",
        "ringfence-vault",
        "xtask",
    ],
    reason: "only the vault's side can open a number",
}];

/// Packages that must not be linked into a crate of ours.
struct Barred {
    from: &'static str,
    packages: &'static [&'static str],
    reason: &'static str,
}

const BARRED: &[Barred] = &[
    Barred {
        from: "ringfence-vault",
        packages: &[
            "actix-web",
            "api",
            "askama",
            "axum",
            "axum-core",
            "camara",
            "h2",
            "h3",
            "handlebars",
            "http",
            "http-body",
            "httparse",
            "hyper",
            "hyper-util",
            "isahc",
            "minijinja",
            "pages",
            "quinn",
            "reqwest",
            "rocket",
            "sim",
            "tera",
            "tower-http",
            "tungstenite",
            "twilio",
            "ureq",
            "warp",
            "webkit",
        ],
        reason: "the vault speaks to its inherited sockets and its HSM, not HTTP",
    },
    Barred {
        from: "ringfence",
        packages: TEST_ONLY,
        reason: "a test's tool is not part of what we ship",
    },
    Barred {
        from: "ringfence-vault",
        packages: TEST_ONLY,
        reason: "a test's tool is not part of what we ship",
    },
    Barred {
        from: "ringfence-courier",
        packages: TEST_ONLY,
        reason: "a test's tool is not part of what we ship",
    },
    Barred {
        from: "ringfence-courier",
        packages: &[
            "store-sqlite",
            "rusqlite",
            "store-postgres",
            "tokio-postgres",
        ],
        reason: "the courier has no database",
    },
];

const TEST_ONLY: &[&str] = &["hpke", "insta", "proptest", "testkit"];

/// Every broken rule, one line each.
pub fn violations(workspace: &Workspace) -> Vec<String> {
    let mut found = Vec::new();
    for package in workspace.ours() {
        check_layer(workspace, package, &mut found);
        check_guarded(workspace, package, &mut found);
        check_barred(workspace, package, &mut found);
    }
    found
}

/// Fails unless every arrow points down; says what was looked at.
pub fn run(workspace: &Workspace) -> Result<String> {
    let looked_at = format!("{} crates", workspace.members.len());
    super::verdict(looked_at, violations(workspace))
}

fn check_layer(workspace: &Workspace, package: &Package, found: &mut Vec<String>) {
    let Some(layer) = layer_of(package) else {
        found.push(format!("{}: its folder is no layer of ours", package.name));
        return;
    };
    for dependency in &package.dependencies {
        let Some(target) = workspace.our(&dependency.name) else {
            continue;
        };
        let Some(below) = layer_of(target) else {
            continue;
        };
        if target.name != package.name && !allowed(layer, below, dependency) {
            found.push(format!(
                "{} ({}) must not use {} ({}){}",
                package.name,
                layer.folder,
                target.name,
                below.folder,
                if dependency.kind == Kind::Dev {
                    ", not even in tests"
                } else {
                    ""
                },
            ));
        }
    }
}

fn allowed(layer: &Layer, below: &Layer, dependency: &Dependency) -> bool {
    let name = dependency.name.as_str();
    if layer.folder == below.folder && SHARED_IN_LAYER.contains(&name) {
        return true;
    }
    match dependency.kind {
        Kind::Normal | Kind::Build => layer.may_use.contains(&below.folder),
        Kind::Dev => {
            below.height < layer.height
                || layer.folder == "tools"
                || SHARED_IN_TESTS.contains(&name)
        }
    }
}

fn check_guarded(workspace: &Workspace, package: &Package, found: &mut Vec<String>) {
    let linked = workspace.linked_by(package);
    for guarded in GUARDED {
        if guarded
            .linked_by
            .iter()
            .any(|pattern| matches(pattern, &package.name))
        {
            continue;
        }
        if let Some(id) = linked.keys().find(|id| workspace.name(id) == guarded.name) {
            found.push(format!(
                "{} links {} through {}: {}",
                package.name,
                guarded.name,
                workspace.name(linked[id]),
                guarded.reason
            ));
        }
    }
}

fn check_barred(workspace: &Workspace, package: &Package, found: &mut Vec<String>) {
    for barred in BARRED.iter().filter(|barred| barred.from == package.name) {
        for (id, through) in workspace.linked_by(package) {
            if barred.packages.contains(&workspace.name(id)) {
                found.push(format!(
                    "{} links {} through {}: {}",
                    package.name,
                    workspace.name(id),
                    workspace.name(through),
                    barred.reason
                ));
            }
        }
    }
}

/// The layer of one of our packages: the folder above its own.
fn layer_of(package: &Package) -> Option<&'static Layer> {
    let folder = package.folder.parent()?.file_name()?.to_str()?;
    LAYERS.iter().find(|layer| layer.folder == folder)
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up workspace: `layer/name` or an outside `name`, and arrows `a > b` or `a dev> b`.
    fn workspace(crates: &[&str], arrows: &[&str]) -> Workspace {
        let mut workspace = Workspace::default();
        for path in crates {
            let name = path.rsplit('/').next().unwrap();
            let package = Package {
                id: name.to_owned(),
                name: name.to_owned(),
                version: "1.0.0".to_owned(),
                license: None,
                source: None,
                folder: format!("/ws/crates/{path}").into(),
                dependencies: Vec::new(),
                features: Default::default(),
            };
            workspace.packages.insert(name.to_owned(), package);
            if path.contains('/') {
                workspace.members.insert(name.to_owned());
            }
        }
        for arrow in arrows {
            let words: Vec<&str> = arrow.split(' ').collect();
            let kind = if words[1] == "dev>" {
                Kind::Dev
            } else {
                Kind::Normal
            };
            let from = workspace.packages.get_mut(words[0]).unwrap();
            from.dependencies.push(Dependency {
                name: words[2].to_owned(),
                kind,
            });
            let edges = workspace.edges.entry(words[0].to_owned()).or_default();
            edges.push((words[2].to_owned(), vec![kind]));
        }
        workspace
    }

    const TREE: &[&str] = &[
        "core/model",
        "core/seal",
        "ports/peers",
        "adapters/link",
        "adapters/hsm-software",
        "services/vault",
        "services/identity",
        "edges/api",
        "edges/webkit",
        "bin/ringfence",
        "bin/ringfence-vault",
        "tools/testkit",
        "tools/xtask",
        "hyper",
        "glue",
    ];

    fn broken(arrows: &[&str]) -> Vec<String> {
        violations(&workspace(TREE, arrows))
    }

    #[test]
    fn arrows_that_point_down_pass() {
        let arrows = [
            "peers > model",
            "link > peers",
            "vault > seal",
            "hsm-software > seal",
            "identity > peers",
            "api > identity",
            "api > webkit",
            "api dev> peers",
            "ringfence > api",
            "ringfence > link",
            "ringfence-vault > vault",
            "xtask > testkit",
            "model dev> testkit",
            "api > hyper",
        ];
        assert_eq!(broken(&arrows), Vec::<String>::new());
    }

    #[test]
    fn an_upward_arrow_is_refused() {
        assert_eq!(
            broken(&["model > peers"]),
            ["model (core) must not use peers (ports)"]
        );
        assert_eq!(
            broken(&["peers > link"]),
            ["peers (ports) must not use link (adapters)"]
        );
        assert_eq!(
            broken(&["identity > api"]),
            ["identity (services) must not use api (edges)"]
        );
    }

    #[test]
    fn a_sideways_arrow_is_refused_except_to_webkit() {
        assert_eq!(
            broken(&["seal > model"]),
            ["seal (core) must not use model (core)"]
        );
        assert_eq!(
            broken(&["link > identity"]),
            ["link (adapters) must not use identity (services)"]
        );
        assert_eq!(
            broken(&["webkit > api"]),
            ["webkit (edges) must not use api (edges)"]
        );
        assert!(broken(&["api > webkit"]).is_empty());
    }

    #[test]
    fn an_edge_reaches_ports_in_tests_only() {
        assert_eq!(
            broken(&["api > peers"]),
            ["api (edges) must not use peers (ports)"]
        );
        assert!(broken(&["api dev> peers"]).is_empty());
    }

    #[test]
    fn tests_may_use_testkit_and_lower_layers_only() {
        assert!(broken(&["identity dev> testkit"]).is_empty());
        assert_eq!(broken(&["identity > testkit"]).len(), 1);
        assert_eq!(
            broken(&["identity dev> vault"]),
            ["identity (services) must not use vault (services), not even in tests"]
        );
    }

    #[test]
    fn the_front_does_not_link_seal_even_through_others() {
        let found = broken(&["ringfence > vault", "vault > seal"]);
        assert_eq!(
            found,
            ["ringfence links seal through vault: only the vault's side can open a number"]
        );
        assert!(broken(&["ringfence dev> seal"]).is_empty());
    }

    #[test]
    fn the_vault_links_no_http_through_any_depth() {
        let found = broken(&["ringfence-vault > glue", "glue > hyper"]);
        assert_eq!(
            found,
            ["ringfence-vault links hyper through glue: \
             the vault speaks to its inherited sockets and its HSM, not HTTP"]
        );
    }

    #[test]
    fn a_crate_outside_the_layers_is_refused() {
        let found = violations(&workspace(&["misc/odd"], &[]));
        assert_eq!(found, ["odd: its folder is no layer of ours"]);
    }
}
