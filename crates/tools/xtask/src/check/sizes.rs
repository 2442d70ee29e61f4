//! Limits of size: functions, files, crates.
//!
//! A function is measured from its `fn` to its closing brace, comments included. A file whose
//! first lines hold `//! Table: …` (why it is one) is data and has no limit. A crate is measured
//! in lines that hold code, without tests, comments and tables.

use std::collections::BTreeMap;

use super::lexer;
use super::sources::Source;
use crate::bench::table::{Column, Table};
use crate::error::Result;

const FUNCTION_LINES_MAX: usize = 70;
const FILE_LINES_MAX: usize = 500;
const CRATE_LINES_MAX: usize = 4_000;
/// Tests tell one story each; several about one subject may share a file.
const TEST_FILE_LINES_MAX: usize = 900;
/// Crates that may be larger, and why.
const LARGER: &[(&str, usize)] = &[
    // The only crate that may hold keys and open numbers: a second one beside it would be a second
    // place to guard.
    ("vault", 7_900),
    // The only owner of the front's rows: a second service over the same database would be an arrow
    // within a layer.
    ("identity", 4_200),
    // One engine for people to use on its own, without a library behind it: plans, reading,
    // finding in text, its vector instructions, and what a page knows of it share tables and types.
    // Half of it is the finder; a crate beside it would be an arrow within a layer.
    ("numbers", 7_500),
    // The tools of the tree itself: one program for whoever works on it, and none of it is shipped.
    ("xtask", 4_600),
];
const TABLE_MARK_WITHIN_LINES: usize = 5;
const WORST_SHOWN: usize = 5;

/// One function and its length.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    name: String,
    line: usize,
    lines: usize,
}

/// What one crate amounts to.
#[derive(Default)]
struct Sum {
    files: usize,
    lines: usize,
    test_lines: usize,
    functions: Vec<usize>,
}

/// Every limit passed, one line each.
pub fn violations(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let path = source.path.display();
        let lines = source.text.lines().count();
        let most = if source.is_test {
            TEST_FILE_LINES_MAX
        } else {
            FILE_LINES_MAX
        };
        if lines > most && !is_table(&source.text) {
            found.push(format!("{path}: {lines} lines, at most {most}"));
        }
        for function in functions(&source.code) {
            if function.lines > FUNCTION_LINES_MAX {
                let Function { name, line, lines } = function;
                found.push(format!(
                    "{path}:{line}: `{name}` has {lines} lines, at most {FUNCTION_LINES_MAX}"
                ));
            }
        }
    }
    for (name, sum) in sums(sources) {
        let larger = LARGER.iter().find(|(known, _)| *known == name);
        let most = larger.map_or(CRATE_LINES_MAX, |(_, most)| *most);
        if sum.lines > most {
            found.push(format!(
                "{name}: {} lines of code, at most {most}",
                sum.lines
            ));
        }
    }
    found
}

/// Fails if a limit is passed; says how many files were measured.
pub fn run(sources: &[Source]) -> Result<String> {
    super::verdict(format!("{} files", sources.len()), violations(sources))
}

/// The crates by size, and the longest functions.
pub fn tables(sources: &[Source]) -> Vec<Table> {
    let columns = ["files", "code", "tests", "functions", "median", "longest"];
    let mut head = vec![Column::text("crate")];
    head.extend(columns.map(Column::figure));
    let mut crates = Table::new("crates", head);
    for (name, mut sum) in sums(sources) {
        sum.functions.sort_unstable();
        let median = sum
            .functions
            .get(sum.functions.len() / 2)
            .copied()
            .unwrap_or(0);
        let longest = sum.functions.last().copied().unwrap_or(0);
        let figures = [
            sum.files,
            sum.lines,
            sum.test_lines,
            sum.functions.len(),
            median,
            longest,
        ];
        let mut row = vec![name];
        row.extend(figures.map(|figure| figure.to_string()));
        crates.row(row);
    }
    vec![crates, worst(sources)]
}

fn worst(sources: &[Source]) -> Table {
    let columns = vec![
        Column::figure("lines"),
        Column::text("function"),
        Column::text("place"),
    ];
    let mut table = Table::new("longest functions", columns);
    let mut all: Vec<(Function, &Source)> = Vec::new();
    for source in sources {
        all.extend(
            functions(&source.code)
                .into_iter()
                .map(|function| (function, source)),
        );
    }
    all.sort_by_key(|(function, _)| std::cmp::Reverse(function.lines));
    for (function, source) in all.into_iter().take(WORST_SHOWN) {
        let place = format!("{}:{}", source.path.display(), function.line);
        table.row(vec![function.lines.to_string(), function.name, place]);
    }
    table
}

fn sums(sources: &[Source]) -> BTreeMap<String, Sum> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for source in sources {
        let sum = sums.entry(source.crate_name.clone()).or_default();
        sum.files += 1;
        sum.functions.extend(
            functions(&source.code)
                .iter()
                .map(|function| function.lines),
        );
        if is_table(&source.text) {
            continue;
        }
        let (code, tests) = code_lines(source);
        sum.lines += code;
        sum.test_lines += tests;
    }
    sums
}

/// Lines that hold code: those we ship, and those of tests.
fn code_lines(source: &Source) -> (usize, usize) {
    let ranges = lexer::test_ranges(&source.code);
    let (mut shipped, mut tests, mut at) = (0, 0, 0);
    for line in source.code.split_inclusive('\n') {
        let is_test = source.is_test || ranges.iter().any(|range| range.contains(&at));
        at += line.len();
        if !line.trim().is_empty() {
            *(if is_test { &mut tests } else { &mut shipped }) += 1;
        }
    }
    (shipped, tests)
}

fn is_table(text: &str) -> bool {
    let mut start = text.lines().take(TABLE_MARK_WITHIN_LINES);
    start.any(|line| line.starts_with("//! Table: ") || line.starts_with("// Table: "))
}

/// Every function with a body, from blanked source.
fn functions(code: &str) -> Vec<Function> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    for (start, _) in code.match_indices("fn ") {
        if start > 0 && lexer::is_word(bytes[start - 1]) {
            continue;
        }
        let name = code[start + 3..].trim_start();
        let length = name
            .bytes()
            .take_while(|byte| lexer::is_word(*byte))
            .count();
        let end = lexer::item_end(bytes, start);
        if length == 0 || end == 0 || bytes[end - 1] != b'}' {
            continue;
        }
        found.push(Function {
            name: name[..length].to_owned(),
            line: lexer::line_of(code, start),
            lines: code[start..end].matches('\n').count() + 1,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn source(text: &str) -> Source {
        Source::new("c", Path::new("c/src/lib.rs"), text.to_owned())
    }

    fn measured(text: &str) -> Vec<(String, usize)> {
        let code = lexer::code_only(text);
        functions(&code)
            .into_iter()
            .map(|f| (f.name, f.lines))
            .collect()
    }

    fn long_function(lines: usize) -> String {
        format!(
            "fn long() {{{}}}\n",
            "\n    work();".repeat(lines - 2) + "\n"
        )
    }

    #[test]
    fn functions_are_measured_to_their_own_brace() {
        let text = "fn a() { \"}\"; }\npub fn b(\n    x: [u8; 3],\n) -> u8 {\n    '}';\n}\n";
        assert_eq!(measured(text), [("a".to_owned(), 1), ("b".to_owned(), 5)]);
    }

    #[test]
    fn types_and_declarations_are_not_functions() {
        let text = "trait T { fn declared(&self); }\ntype F = fn (u8) -> u8;\nlet my_fn = 3;";
        assert_eq!(measured(text), []);
    }

    #[test]
    fn a_function_of_70_lines_passes_and_71_does_not() {
        assert_eq!(
            violations(&[source(&long_function(70))]),
            Vec::<String>::new()
        );
        let found = violations(&[source(&long_function(71))]);
        assert_eq!(found, ["c/src/lib.rs:1: `long` has 71 lines, at most 70"]);
    }

    #[test]
    fn a_long_file_passes_only_as_a_table() {
        let rows = "const A: u8 = 1;\n".repeat(501);
        assert_eq!(
            violations(&[source(&rows)]),
            ["c/src/lib.rs: 501 lines, at most 500"]
        );
        assert!(violations(&[source(&format!("//! Table: rows.\n{rows}"))]).is_empty());
    }

    #[test]
    fn tests_and_comments_do_not_count_towards_the_crate() {
        let text = "// Why.\n\nfn a() {}\n#[cfg(test)]\nmod t {\n    #[test]\n    fn b() {}\n}\n";
        let sums = sums(&[source(text)]);
        assert_eq!((sums["c"].lines, sums["c"].test_lines), (1, 5));
    }
}
