//! Just enough Rust lexing to tell code from comments and literals, and tests from the rest.

use std::ops::Range;

/// What a stretch of source is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stretch {
    Code,
    Comment,
    Literal,
}

/// The source with comments and the insides of literals blanked out.
///
/// It has the same length and the same line breaks, so that positions and line numbers agree.
pub fn code_only(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = vec![b' '; bytes.len()];
    let mut at = 0;
    while at < bytes.len() {
        let (stretch, end) = next_stretch(bytes, at);
        for place in at..end {
            if stretch == Stretch::Code || bytes[place] == b'\n' {
                out[place] = bytes[place];
            }
        }
        if stretch == Stretch::Literal {
            out[at] = b'"';
            out[end - 1] = b'"';
        }
        at = end;
    }
    // Only whole stretches are copied and they end at ASCII bytes, so this is still UTF-8.
    String::from_utf8_lossy(&out).into_owned()
}

/// The kind of the stretch that starts at `at`, and where it ends (always after `at`).
fn next_stretch(bytes: &[u8], at: usize) -> (Stretch, usize) {
    let rest = &bytes[at..];
    if rest.starts_with(b"//") {
        let length = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        return (Stretch::Comment, at + length);
    }
    if rest.starts_with(b"/*") {
        return (Stretch::Comment, at + block_comment(rest));
    }
    if is_word(bytes[at]) {
        if let Some(length) = prefixed_literal(rest) {
            return (Stretch::Literal, at + length);
        }
        let length = rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len());
        return (Stretch::Code, at + length);
    }
    match bytes[at] {
        b'"' => (Stretch::Literal, at + quoted(rest, b'"')),
        b'\'' => match character(rest) {
            Some(length) => (Stretch::Literal, at + length),
            None => (Stretch::Code, at + 1),
        },
        _ => (Stretch::Code, at + 1),
    }
}

/// Is this byte part of an identifier, keyword or number? Non-ASCII letters count.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Length of a block comment; Rust's nest.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with(b"*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Length of a literal with a prefix: `b"…"`, `c"…"`, `b'…'`, `r#"…"#`, `br"…"`, `cr"…"`.
fn prefixed_literal(rest: &[u8]) -> Option<usize> {
    let prefix = rest
        .iter()
        .take_while(|b| b.is_ascii_alphabetic())
        .take(3)
        .count();
    let after = rest.get(prefix..)?;
    match (&rest[..prefix], after.first()?) {
        (b"b" | b"c", b'"') => Some(prefix + quoted(after, b'"')),
        (b"b", b'\'') => Some(prefix + quoted(after, b'\'')),
        (b"r" | b"br" | b"cr", b'"' | b'#') => raw(after).map(|length| prefix + length),
        _ => None,
    }
}

/// Length of a raw string from its hashes on; none for a raw identifier such as `r#type`.
fn raw(rest: &[u8]) -> Option<usize> {
    let hashes = rest.iter().take_while(|b| **b == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return None;
    }
    let mut end = vec![b'#'; hashes + 1];
    end[0] = b'"';
    let body = &rest[hashes + 1..];
    let length = body.windows(end.len()).position(|window| window == end);
    Some(length.map_or(rest.len(), |length| hashes + 1 + length + end.len()))
}

/// Length of a quoted literal with escapes, both quotes included.
fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Length of a character literal; none for a lifetime such as `'a`.
fn character(rest: &[u8]) -> Option<usize> {
    let first = *rest.get(1)?;
    if first == b'\\' {
        return Some(quoted(rest, b'\''));
    }
    let width = match first {
        0x00..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    (rest.get(1 + width) == Some(&b'\'')).then_some(width + 2)
}

/// The byte after the brace, bracket or parenthesis that closes the one at `open`.
pub fn closing(code: &[u8], open: usize) -> usize {
    let mut depth = 0usize;
    for (at, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// Where the item that starts at or after `at` ends: after its body or its `;`, and in any case
/// before the brace that closes what it stands in.
pub fn item_end(code: &[u8], at: usize) -> usize {
    let mut at = at;
    while at < code.len() {
        match code[at] {
            b'{' => return closing(code, at),
            b';' => return at + 1,
            b'(' | b'[' => at = closing(code, at),
            b'}' => return at,
            _ => at += 1,
        }
    }
    code.len()
}

/// The stretches of blanked source that only tests compile: items under `#[cfg(test)]` or
/// `#[test]`, or the whole file under `#![cfg(test)]`.
pub fn test_ranges(code: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    if code.contains("#![cfg(test)]") {
        ranges.push(0..code.len());
        return ranges;
    }
    for mark in ["#[cfg(test)]", "#[test]"] {
        for (start, _) in code.match_indices(mark) {
            ranges.push(start..item_end(code.as_bytes(), start + mark.len()));
        }
    }
    ranges
}

/// The modules in files of their own that only tests compile: `#[cfg(test)] mod NAME;`.
pub fn test_modules(code: &str) -> Vec<String> {
    let declarations = code
        .match_indices("#[cfg(test)]")
        .filter_map(|(start, mark)| {
            let after = start + mark.len();
            let item = code[after..item_end(code.as_bytes(), after)].trim();
            let name = item.strip_suffix(';')?.rsplit_once("mod ")?.1.trim();
            Some(name.to_owned())
        });
    declarations.collect()
}

/// The line number, from 1, of a position.
pub fn line_of(source: &str, at: usize) -> usize {
    source.as_bytes()[..at]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_literals_are_blanked_in_place() {
        let source = "let a = \"fn {\"; // }\n/* { /* { */ } */ let b = 'x';";
        let code = code_only(source);
        assert_eq!(code.len(), source.len());
        assert!(!code.contains('{') && !code.contains('}') && !code.contains('x'));
        assert!(code.contains("let a =") && code.contains("let b ="));
        assert_eq!(code.matches('\n').count(), 1);
    }

    #[test]
    fn raw_strings_end_only_at_their_own_hashes() {
        let code = code_only(r####"f(r#"a " { "#, br##"}"# {"##, r#type, 1)"####);
        assert!(!code.contains('{') && !code.contains('}'));
        assert!(code.contains("type, 1)"));
    }

    #[test]
    fn lifetimes_are_not_characters() {
        let code = code_only("fn f<'a>(x: &'a str) -> char { '{' } // é\nfn g() { '\\'' ; 'é' }");
        assert_eq!(code.matches('{').count(), 2);
        assert_eq!(code.matches('}').count(), 2);
        assert!(code.contains("&'a str"));
    }

    #[test]
    fn escaped_quotes_do_not_end_a_string() {
        let code = code_only(r#"let s = "a\"{"; let t = b"\\"; end"#);
        assert!(!code.contains('{') && code.contains("; end"));
    }

    #[test]
    fn an_unfinished_source_is_survived() {
        for source in [
            "\"abc", "/* x", "r#\"y", "'", "'\\", "b", "r#", "b'", "fn f( {",
        ] {
            assert_eq!(code_only(source).len(), source.len());
            let _ = test_ranges(&code_only(source));
        }
    }

    #[test]
    fn test_items_are_found_whole() {
        let code = code_only("fn a() {}\n#[cfg(test)]\nmod t { fn b() { } }\nfn c() {}");
        let ranges = test_ranges(&code);
        assert_eq!(
            &code[ranges[0].clone()],
            "#[cfg(test)]\nmod t { fn b() { } }"
        );
        assert_eq!(test_modules("#[cfg(test)]\nmod vectors;\n"), ["vectors"]);
    }
}
