//! Links in Markdown files that point to files of this repository must point to something.

use std::fs;
use std::path::{Path, PathBuf};

use super::sources;
use crate::error::{Error, Result};

/// Fails if a link is broken; says how many were followed.
pub fn run(root: &Path) -> Result<String> {
    let mut followed = 0;
    let mut found = Vec::new();
    for path in sources::files_under(root, &["md"])? {
        let text = fs::read_to_string(&path).map_err(|e| Error::file(&path, &e))?;
        for (line, link) in links(&text) {
            let Some(target) = target(root, &path, &link) else {
                continue;
            };
            followed += 1;
            if !target.exists() {
                let shown = path.strip_prefix(root).unwrap_or(&path).display();
                found.push(format!("{shown}:{line}: `{link}` does not exist"));
            }
        }
    }
    super::verdict(format!("{followed} links"), found)
}

/// The file a link means; none for another site or a place in the same page.
fn target(root: &Path, page: &Path, link: &str) -> Option<PathBuf> {
    let file = link.split(['#', '?']).next().unwrap_or_default();
    if file.is_empty() || file.starts_with("//") || has_scheme(file) {
        return None;
    }
    let file = file.replace("%20", " ");
    match file.strip_prefix('/') {
        Some(from_root) => Some(root.join(from_root)),
        None => Some(page.parent().unwrap_or(root).join(file)),
    }
}

/// `https:`, `mailto:` and the like (RFC 3986, section 3.1).
fn has_scheme(link: &str) -> bool {
    let Some((scheme, _)) = link.split_once(':') else {
        return false;
    };
    let rest_ok = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(rest_ok)
}

/// Every inline link, image and link definition outside code, with its line.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let start = line.trim_start();
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| start.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (Some(_), _) => {}
            (None, None) => {
                let links = links_in_line(&without_code(line));
                found.extend(links.into_iter().map(|link| (index + 1, link)));
            }
        }
    }
    found
}

/// A line without its `code`.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("``")
}

fn links_in_line(line: &str) -> Vec<String> {
    let inline = line
        .split("](")
        .skip(1)
        .filter_map(|after| destination(after, ')'));
    let definition = line
        .trim_start()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .and_then(|(_, after)| destination(after, ' '));
    inline.chain(definition).collect()
}

/// The destination at the start of `after`, which ends at `end` or before a title.
fn destination(after: &str, end: char) -> Option<String> {
    let after = after.trim_start();
    let link = match after.strip_prefix('<') {
        Some(bracketed) => bracketed.split('>').next(),
        None => after.split([end, ' ']).next(),
    };
    link.filter(|link| !link.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        links(text).into_iter().map(|(_, link)| link).collect()
    }

    #[test]
    fn links_images_and_definitions_are_found() {
        let text = "[a](x.md) ![b](y.png \"title\")\n[c]: z.md\n[d](<with space.md>)";
        assert_eq!(found(text), ["x.md", "y.png", "z.md", "with space.md"]);
    }

    #[test]
    fn code_is_passed_over() {
        assert!(found("`[a](x.md)`\n```\n[b](y.md)\n```\n").is_empty());
        assert_eq!(found("```\n```\n[c](z.md)"), ["z.md"]);
    }

    #[test]
    fn only_links_into_the_repository_are_followed() {
        let (root, page) = (Path::new("/r"), Path::new("/r/docs/a.md"));
        assert_eq!(target(root, page, "https://example.org/x"), None);
        assert_eq!(target(root, page, "mailto:a@example.org"), None);
        assert_eq!(target(root, page, "#part"), None);
        assert_eq!(target(root, page, "b.md#part"), Some("/r/docs/b.md".into()));
        assert_eq!(target(root, page, "/LICENSE"), Some("/r/LICENSE".into()));
    }
}
