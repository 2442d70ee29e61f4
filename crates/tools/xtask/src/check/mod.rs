//! `cargo xtask check`: everything that must hold besides the tests.

pub mod arrows;
mod derived;
pub mod fences;
mod lexer;
mod licence;
mod links;
mod paths;
mod policy;
pub mod sizes;
mod sources;

use std::path::PathBuf;
use std::time::Duration;

use crate::args::Args;
use crate::error::{Error, Result};
use crate::host::{self, Run};
use crate::metadata::Workspace;
use crate::rooms;

/// What the steps share.
struct Tree {
    root: PathBuf,
    workspace: Workspace,
    sources: Vec<sources::Source>,
    fix: bool,
}

/// One named step. A step that compiles is left out by `--quick`.
struct Step {
    name: &'static str,
    compiles: bool,
    run: fn(&Tree) -> Result<String>,
}

const STEPS: &[Step] = &[
    Step {
        name: "format",
        compiles: false,
        run: format,
    },
    Step {
        name: "arrows",
        compiles: false,
        run: |tree| arrows::run(&tree.workspace),
    },
    Step {
        name: "sizes",
        compiles: false,
        run: |tree| sizes::run(&tree.sources),
    },
    Step {
        name: "fences",
        compiles: false,
        run: |tree| fences::run(&tree.sources),
    },
    Step {
        name: "policy",
        compiles: false,
        run: |tree| policy::run(&tree.workspace, &tree.root),
    },
    Step {
        name: "reasons",
        compiles: false,
        run: |tree| policy::run_reasons(&tree.workspace, &tree.root),
    },
    Step {
        name: "links",
        compiles: false,
        run: |tree| links::run(&tree.root),
    },
    Step {
        name: "lints",
        compiles: true,
        run: lints,
    },
    Step {
        name: "demo-lints",
        compiles: true,
        run: demo_lints,
    },
    Step {
        name: "docs",
        compiles: true,
        run: docs,
    },
    Step {
        name: "derived",
        compiles: true,
        run: |tree| derived::run(&tree.root, tree.fix),
    },
];

/// Runs the steps named, or all of them.
pub fn run(mut args: Args) -> Result<()> {
    let fix = args.flag("--fix");
    let quick = args.flag("--quick");
    let steps = chosen(&args.words()?, quick)?;
    let tree = Tree::load(fix)?;
    let begun = host::now();
    let mut failed = Vec::new();
    for step in &steps {
        if !run_step(step, &tree) {
            failed.push(step.name);
        }
    }
    summary(&steps, &failed, begun.elapsed())
}

/// Runs one of the scans as a command of its own, with its tables.
pub fn run_scan(name: &str, args: Args) -> Result<()> {
    args.done()?;
    let tree = Tree::load(false)?;
    if name == "sizes" {
        for table in sizes::tables(&tree.sources) {
            host::say(table.render());
        }
    }
    let steps = chosen(&[name.to_owned()], false)?;
    let passed = steps.iter().all(|step| run_step(step, &tree));
    passed
        .then_some(())
        .ok_or_else(|| Error::failed(format!("`{name}` failed")))
}

/// The verdict of a scan: what was looked at, or everything that was found.
fn verdict(looked_at: String, found: Vec<String>) -> Result<String> {
    if found.is_empty() {
        return Ok(looked_at);
    }
    Err(Error::Failed(found.join("\n")))
}

/// Runs a command and shows what it said only if it fails.
fn quietly(run: Run) -> Result<()> {
    let shown = run.shown().to_owned();
    let output = run.capture()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    Err(Error::Failed(format!(
        "{}\n`{shown}` failed",
        said.trim_end()
    )))
}

impl Tree {
    fn load(fix: bool) -> Result<Self> {
        let root = host::root();
        let workspace = Workspace::load()?;
        let sources = sources::load(&workspace, &root)?;
        Ok(Self {
            root,
            workspace,
            sources,
            fix,
        })
    }
}

fn chosen(names: &[String], quick: bool) -> Result<Vec<&'static Step>> {
    if let Some(unknown) = names
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(Error::Usage(format!(
            "no step `{unknown}`; there are {}",
            known.join(", ")
        )));
    }
    let wanted = |step: &&Step| {
        (names.is_empty() || names.iter().any(|name| name == step.name))
            && !(quick && step.compiles)
    };
    Ok(STEPS.iter().filter(wanted).collect())
}

fn run_step(step: &Step, tree: &Tree) -> bool {
    host::show_activity(step.name);
    let begun = host::now();
    let outcome = (step.run)(tree);
    host::clear_activity();
    let time = host::seconds(begun.elapsed());
    match outcome {
        Ok(looked_at) => {
            host::say(format!("ok      {:<10}  {time:>8}  {looked_at}", step.name));
            true
        }
        Err(error) => {
            host::say(format!("FAILED  {:<10}  {time:>8}", step.name));
            for line in error.to_string().lines() {
                host::say(format!("  {line}"));
            }
            false
        }
    }
}

fn summary(steps: &[&Step], failed: &[&str], time: Duration) -> Result<()> {
    let time = host::seconds(time);
    if failed.is_empty() {
        host::say(format!("{} steps ok in {time}", steps.len()));
        return Ok(());
    }
    let failed_names = failed.join(", ");
    Err(Error::failed(format!(
        "{} of {} steps failed in {time}: {failed_names}",
        failed.len(),
        steps.len()
    )))
}

fn format(tree: &Tree) -> Result<String> {
    let run = Run::cargo().args(["fmt", "--all", "--"]);
    quietly(if tree.fix {
        run
    } else {
        run.args(["--check", "--files-with-diff"])
    })?;
    Ok("rustfmt".to_owned())
}

fn lints(tree: &Tree) -> Result<String> {
    clippy(tree, &["--workspace".to_owned()])?;
    Ok("clippy, every target, no warning".to_owned())
}

/// The binaries once more, as the demo builds them.
fn demo_lints(tree: &Tree) -> Result<String> {
    let features = rooms::demo_features(&tree.workspace);
    if features.is_empty() {
        return Ok("no binary has the feature `demo`".to_owned());
    }
    let mut selection = rooms::packages();
    selection.extend(["--features".to_owned(), features.join(",")]);
    clippy(tree, &selection)?;
    Ok(format!("clippy with {}", features.join(" ")))
}

fn clippy(tree: &Tree, selection: &[String]) -> Result<()> {
    let mut run = Run::cargo()
        .args(["clippy", "--quiet"])
        .args(selection)
        .arg("--all-targets");
    if tree.fix {
        run = run.args(["--fix", "--allow-dirty", "--allow-staged"]);
    }
    quietly(run.args(["--", "-D", "warnings"]))
}

fn docs(_: &Tree) -> Result<String> {
    let args = [
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ];
    // Private items are documented too, so links to them lead somewhere.
    let flags = "-D warnings -A rustdoc::private-intra-doc-links";
    quietly(Run::cargo().args(args).env("RUSTDOCFLAGS", flags))?;
    Ok("rustdoc, private items too, no warning".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[&str], quick: bool) -> Vec<&'static str> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        chosen(&words, quick)
            .unwrap()
            .iter()
            .map(|step| step.name)
            .collect()
    }

    #[test]
    fn without_names_every_step_is_chosen() {
        assert_eq!(names(&[], false).len(), STEPS.len());
        assert_eq!(names(&["links", "arrows"], false), ["arrows", "links"]);
    }

    #[test]
    fn quick_compiles_nothing() {
        assert!(!names(&[], true).contains(&"lints"));
        assert!(names(&[], true).contains(&"fences"));
    }

    #[test]
    fn an_unknown_step_is_a_usage_error() {
        assert!(matches!(
            chosen(&["nonsense".to_owned()], false),
            Err(Error::Usage(_))
        ));
    }
}
