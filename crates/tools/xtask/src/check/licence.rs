//! SPDX licence expressions, as far as Cargo manifests use them.
//!
//! `A OR B`, `A AND B`, parentheses, `A WITH B` as one licence, and the old `A/B` for `OR`
//! (SPDX specification 2.3, annex D; `AND` binds tighter than `OR`).

/// Can the expression be satisfied with these licences alone?
///
/// An expression that cannot be read is satisfied by nothing.
pub fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader {
        words: &words,
        allowed,
    };
    let verdict = reader.any();
    reader.words.is_empty() && verdict == Some(true)
}

struct Reader<'r> {
    words: &'r [&'r str],
    allowed: &'r dyn Fn(&str) -> bool,
}

impl<'r> Reader<'r> {
    /// `all (OR all)*`
    fn any(&mut self) -> Option<bool> {
        let mut verdict = self.all()?;
        while self.take("OR") {
            verdict |= self.all()?;
        }
        Some(verdict)
    }

    /// `one (AND one)*`
    fn all(&mut self) -> Option<bool> {
        let mut verdict = self.one()?;
        while self.take("AND") {
            verdict &= self.one()?;
        }
        Some(verdict)
    }

    /// `( any )`, or a licence with or without an exception.
    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let verdict = self.any()?;
            return self.take(")").then_some(verdict);
        }
        let name = self.next()?;
        if self.take("WITH") {
            let exception = self.next()?;
            return Some((self.allowed)(&format!("{name} WITH {exception}")));
        }
        Some((self.allowed)(name))
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.words.first() == Some(&word);
        if there {
            self.words = &self.words[1..];
        }
        there
    }

    fn next(&mut self) -> Option<&'r str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(expression: &str) -> bool {
        satisfied(expression, &|name| {
            ["MIT", "Apache-2.0", "Unicode-3.0"].contains(&name)
        })
    }

    #[test]
    fn one_allowed_alternative_is_enough() {
        assert!(ok("MIT") && ok("GPL-3.0-only OR MIT") && ok("MIT/GPL-2.0"));
        assert!(!ok("GPL-3.0-only"));
    }

    #[test]
    fn every_part_of_and_is_needed() {
        assert!(ok("(MIT OR GPL-2.0) AND Unicode-3.0"));
        assert!(!ok("MIT AND OpenSSL"));
        assert!(ok("OpenSSL AND ISC OR MIT"));
    }

    #[test]
    fn a_licence_with_an_exception_is_a_licence_of_its_own() {
        assert!(!ok("Apache-2.0 WITH LLVM-exception"));
        assert!(ok("Apache-2.0 WITH LLVM-exception OR MIT"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for odd in ["", "MIT OR", "(MIT", "MIT MIT", "AND", "MIT)"] {
            assert!(!ok(odd), "{odd}");
        }
    }
}
