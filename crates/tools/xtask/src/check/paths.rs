//! The paths a source names: `a::b::c`, with `use` trees unfolded.

use super::lexer::is_word;

/// One path named in the source.
#[derive(Debug, PartialEq, Eq)]
pub struct Mention<'s> {
    /// Its segments; never empty.
    pub segments: Vec<&'s str>,
    /// Where its last segment stands.
    pub at: usize,
    /// It stands in a `use` or `extern crate`.
    pub is_import: bool,
    /// It makes a module reachable by another name: `as` or `*`.
    pub opens: bool,
}

/// One token of blanked source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'s> {
    Word(&'s str),
    /// `::`
    Join,
    Other(u8),
}

/// Every path in blanked source, in order.
pub fn mentions(code: &str) -> Vec<Mention<'_>> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = match tokens[at].1 {
            Token::Word("use") => use_tree(&tokens, at + 1, &[], &mut found),
            Token::Word("crate") if is_extern(&tokens, at) => {
                use_tree(&tokens, at + 1, &[], &mut found)
            }
            Token::Word(_) => plain_path(&tokens, at, &mut found),
            _ => at + 1,
        };
    }
    found
}

fn is_extern(tokens: &[(usize, Token<'_>)], at: usize) -> bool {
    at > 0 && tokens[at - 1].1 == Token::Word("extern")
}

fn tokens(code: &str) -> Vec<(usize, Token<'_>)> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if is_word(bytes[at]) {
            let length = bytes[at..]
                .iter()
                .take_while(|byte| is_word(**byte))
                .count();
            found.push((at, Token::Word(&code[at..at + length])));
            at += length;
        } else if bytes[at..].starts_with(b"::") {
            found.push((at, Token::Join));
            at += 2;
        } else {
            if !bytes[at].is_ascii_whitespace() {
                found.push((at, Token::Other(bytes[at])));
            }
            at += 1;
        }
    }
    found
}

/// Reads `word(::word)*`; returns the next token's index.
fn plain_path<'s>(
    tokens: &[(usize, Token<'s>)],
    start: usize,
    found: &mut Vec<Mention<'s>>,
) -> usize {
    let mut segments = Vec::new();
    let (mut at, mut place) = (start, 0);
    while let Some((here, Token::Word(word))) = tokens.get(at) {
        segments.push(*word);
        (place, at) = (*here, at + 1);
        match (tokens.get(at), tokens.get(at + 1)) {
            (Some((_, Token::Join)), Some((_, Token::Word(_)))) => at += 1,
            _ => break,
        }
    }
    found.push(Mention {
        segments,
        at: place,
        is_import: false,
        opens: false,
    });
    at
}

/// Reads one tree of a `use`, below a prefix; returns the index after it.
fn use_tree<'s>(
    tokens: &[(usize, Token<'s>)],
    start: usize,
    prefix: &[&'s str],
    found: &mut Vec<Mention<'s>>,
) -> usize {
    let mut segments = prefix.to_vec();
    let (mut at, mut place, mut opens) = (start, 0, false);
    while let Some((here, token)) = tokens.get(at) {
        match token {
            Token::Other(b'{') => return use_group(tokens, at + 1, &segments, found),
            Token::Other(b'*') => (opens, place) = (true, *here),
            Token::Word("as") => (opens, at) = (true, at + 1),
            Token::Word("self") if !segments.is_empty() => place = *here,
            Token::Word(word) => {
                segments.push(word);
                place = *here;
            }
            Token::Join => {}
            Token::Other(_) => break,
        }
        at += 1;
    }
    if !segments.is_empty() {
        found.push(Mention {
            segments,
            at: place,
            is_import: true,
            opens,
        });
    }
    at
}

/// Reads the trees of `{a, b}`; returns the index after the brace.
fn use_group<'s>(
    tokens: &[(usize, Token<'s>)],
    start: usize,
    prefix: &[&'s str],
    found: &mut Vec<Mention<'s>>,
) -> usize {
    let mut at = start;
    while let Some((_, token)) = tokens.get(at) {
        at = match token {
            Token::Other(b'}') => return at + 1,
            Token::Other(b',') => at + 1,
            Token::Other(b'{') => use_group(tokens, at + 1, prefix, found),
            // Anything else cannot stand here; step over it so that bad source ends too.
            Token::Other(byte) if *byte != b'*' => at + 1,
            _ => use_tree(tokens, at, prefix, found),
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str) -> Vec<String> {
        let mark = |m: &Mention<'_>| if m.opens { "!" } else { "" };
        mentions(code)
            .iter()
            .map(|m| m.segments.join("::") + mark(m))
            .collect()
    }

    #[test]
    fn use_trees_unfold() {
        assert_eq!(
            shown("use a::{b, c::{self, d}, e as f, g::*};"),
            ["a::b", "a::c", "a::c::d", "a::e!", "a::g!"]
        );
        assert_eq!(shown("use {x::y, z};"), ["x::y", "z"]);
    }

    #[test]
    fn plain_paths_are_whole() {
        assert_eq!(shown("x(a::b::<C>(d))"), ["x", "a::b", "C", "d"]);
    }

    #[test]
    fn broken_source_is_survived() {
        for code in [
            "use",
            "use {",
            "use a::{b",
            "use a::;",
            "use }{",
            "a::",
            "use {;}",
        ] {
            let _ = mentions(code);
        }
    }
}
