//! The commands that a newcomer copies are run as they stand, and what is shown is what comes.
//!
//! A block ```` ```sh ```` is typed into a shell. A block ```` ```text ```` or ```` ```json ````
//! after it is what the shell must have written; `…` stands for anything within a line, and alone
//! for any lines.
//! The demonstration runs on ports of its own, as the page tells readers whose ports are taken.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use e2e::{System, until};
use tempfile::TempDir;

/// How long a reader waits for the first terminal.
const PATIENCE: Duration = Duration::from_secs(30);

/// A fenced block of a page.
#[derive(Debug)]
struct Block {
    language: String,
    text: String,
}

fn page(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    fs::read_to_string(root.join(name)).unwrap()
}

/// The fenced blocks of a page in order, without the indentation of their fence.
fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        let Some(language) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        let inside = lines.by_ref().take_while(|line| line.trim_start() != "```");
        let text: Vec<&str> = inside
            .map(|line| line.get(indent..).unwrap_or(""))
            .collect();
        found.push(Block {
            language: language.to_owned(),
            text: text.join("\n"),
        });
    }
    found
}

/// Whether a line is the one shown, where `…` stands for anything.
fn matches(shown: &str, line: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in between {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Every shown line comes, in this order. A line that is only `…` stands for any lines; between
/// others there is nothing.
fn is_shown(shown: &str, written: &str) -> bool {
    let parts: Vec<Vec<&str>> = shown
        .split("\n…\n")
        .map(|part| part.lines().collect())
        .collect();
    let mut rest: &[&str] = &written.lines().collect::<Vec<_>>();
    parts.iter().all(|part| {
        let same = |window: &[&str]| part.iter().zip(window).all(|(one, two)| matches(one, two));
        let found = rest.windows(part.len()).position(same);
        found
            .inspect(|at| rest = &rest[at + part.len()..])
            .is_some()
    })
}

/// A reader in a folder of their own, with a demonstration that they started there.
struct Reader {
    system: System,
    folder: TempDir,
}

impl Reader {
    fn start() -> Self {
        let (system, folder) = (System::start(), TempDir::new().unwrap());
        // The page's folder of data is the demonstration's.
        let data = folder.path().join("ringfence-data");
        std::os::unix::fs::symlink(system.data(), data).unwrap();
        Self { system, folder }
    }

    /// The page's words for this reader's ports.
    fn own_ports(&self, text: &str) -> String {
        let addresses = [
            self.system.public(),
            self.system.console(),
            self.system.courier(),
        ];
        let ports = ["8080", "8081", "8082"].into_iter().zip(addresses);
        ports.fold(text.to_owned(), |text, (port, own)| {
            text.replace(port, &own.port().to_string())
        })
    }

    /// Types all blocks into one shell; what each wrote. A block that fails ends the shell.
    fn types(&self, blocks: &[&str]) -> Vec<String> {
        const MARK: &str = "---- end of block";
        let script: Vec<String> = blocks
            .iter()
            .map(|block| format!("{}\necho\necho '{MARK}'", self.own_ports(block)))
            .collect();
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &script.join("\n")])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let written = String::from_utf8(output.stdout).unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{written}\n{error}");
        let parts: Vec<String> = written.split(MARK).map(str::to_owned).collect();
        assert_eq!(parts.len(), blocks.len() + 1, "{written}");
        parts
    }

    /// Runs a page's shell blocks and compares what is shown after each.
    fn follows(&self, blocks: &[Block]) {
        let typed: Vec<&str> = blocks
            .iter()
            .filter(|block| block.language == "sh")
            .map(|block| block.text.as_str())
            .collect();
        let mut written = self.types(&typed).into_iter();
        let mut last = String::new();
        for block in blocks {
            if block.language == "sh" {
                last = written.next().unwrap();
                continue;
            }
            let shown = self.own_ports(&block.text);
            assert!(is_shown(&shown, &last), "shown:\n{shown}\nwritten:\n{last}");
        }
    }
}

#[test]
fn the_first_five_minutes_go_as_the_page_says() {
    let blocks = blocks(&page("docs/start.md"));
    let [start, shown, rest @ ..] = blocks.as_slice() else {
        panic!("the page starts a demonstration");
    };
    assert_eq!(start.text, "cargo xtask demo");
    let reader = Reader::start();
    let shown = reader.own_ports(&shown.text);
    // The last line comes just after the file that the harness waits for.
    until(
        "the first terminal to show what the page shows",
        PATIENCE,
        || is_shown(&shown, &reader.system.written()).then_some(()),
    );
    let typed = rest.iter().filter(|block| block.language == "sh").count();
    assert!(typed >= 6 && rest.len() - typed >= 4, "{rest:?}");
    reader.follows(rest);
}

#[test]
fn the_readme_s_calls_answer_with_a_subject_and_no_number() {
    let blocks = blocks(&page("README.md"));
    let calls: Vec<&str> = blocks
        .iter()
        .filter(|block| block.language == "sh" && block.text.contains("curl"))
        .map(|block| block.text.as_str())
        .collect();
    assert_eq!(calls.len(), 1);
    let written = Reader::start().types(&calls).swap_remove(0);
    assert!(written.contains("\"subject\":\"sub_"), "{written}");
    assert!(!written.contains("7700900"), "{written}");
}

#[test]
fn the_how_to_for_products_goes_as_the_page_says() {
    let page = page("docs/how-to/replace-hand-written-otp.md");
    let blocks = blocks(&page);
    let calls: Vec<&str> = blocks
        .iter()
        .filter(|block| block.language == "sh")
        .map(|block| block.text.as_str())
        .collect();
    let written = Reader::start().types(&calls).swap_remove(0);
    for name in ["status", "verdict", "subject"] {
        assert!(written.contains(&format!("\"{name}\":\"")), "{written}");
    }
}

#[test]
fn dots_stand_for_anything_within_a_line() {
    assert!(matches("a…c", "abbbc") && matches("a…", "a") && matches("…", ""));
    assert!(matches("\"id\":\"…\",\"b\":…}", "\"id\":\"x\",\"b\":1}"));
    assert!(!matches("a…c", "abcd") && !matches("ab", "a") && !matches("a", "ab"));
    assert!(is_shown("b\nc", "a\nb\nc\nd") && !is_shown("b\nd", "a\nb\nc\nd"));
    assert!(is_shown("a\n…\nd", "a\nb\nc\nd") && !is_shown("c\n…\nb", "a\nb\nc\nd"));
}
