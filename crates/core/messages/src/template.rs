//! Sentences with slots. Which slots a sentence has is its type, and that each stands in it
//! exactly once is checked while compiling: a slip in a translation does not build.

/// A sentence that names the product and the code.
pub(crate) struct CodeTemplate(&'static str);

/// A sentence that names the product.
pub(crate) struct ProductTemplate(&'static str);

/// A sentence that names the product, a day and a host.
pub(crate) struct DeletionTemplate(&'static str);

impl CodeTemplate {
    pub(crate) const fn new(text: &'static str) -> Self {
        check_slots(text, &["{product}", "{code}"]);
        Self(text)
    }

    pub(crate) fn write(&self, out: &mut String, product: &str, code: &str) {
        fill(out, self.0, &[("{product}", product), ("{code}", code)]);
    }
}

impl ProductTemplate {
    pub(crate) const fn new(text: &'static str) -> Self {
        check_slots(text, &["{product}"]);
        Self(text)
    }

    pub(crate) fn write(&self, out: &mut String, product: &str) {
        fill(out, self.0, &[("{product}", product)]);
    }
}

impl DeletionTemplate {
    pub(crate) const fn new(text: &'static str) -> Self {
        check_slots(text, &["{product}", "{day}", "{host}"]);
        Self(text)
    }

    pub(crate) fn write(&self, out: &mut String, product: &str, day: &str, host: &str) {
        fill(
            out,
            self.0,
            &[("{product}", product), ("{day}", day), ("{host}", host)],
        );
    }
}

/// Each slot exactly once, and no brace that is not part of a slot. Evaluated only while
/// compiling, where a failed assertion is a compile error.
const fn check_slots(text: &str, slots: &[&str]) {
    let mut index = 0;
    while index < slots.len() {
        assert!(
            occurrences(text, slots[index]) == 1,
            "each slot stands in a sentence once"
        );
        index += 1;
    }
    assert!(
        occurrences(text, "{") == slots.len(),
        "a sentence has no other slot"
    );
    assert!(
        occurrences(text, "}") == slots.len(),
        "a sentence has no stray brace"
    );
}

const fn occurrences(text: &str, needle: &str) -> usize {
    let mut found = 0;
    let mut at = 0;
    while at + needle.len() <= text.len() {
        if matches_at(text.as_bytes(), needle.as_bytes(), at) {
            found += 1;
        }
        at += 1;
    }
    found
}

const fn matches_at(text: &[u8], needle: &[u8], at: usize) -> bool {
    let mut index = 0;
    while index < needle.len() {
        if text[at + index] != needle[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// Writes a template with its slots filled. Values are copied, never searched, so a brace in
/// a product's name stays a brace.
fn fill(out: &mut String, template: &str, values: &[(&str, &str)]) {
    let mut rest = template;
    while let Some(start) = rest.find('{') {
        let (before, from_slot) = rest.split_at(start);
        out.push_str(before);
        let filled = values
            .iter()
            .find_map(|&(slot, value)| from_slot.strip_prefix(slot).map(|after| (value, after)));
        // `check_slots` let no other brace pass, so there always is a value.
        let Some((value, after)) = filled else { break };
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_filled_once_and_values_are_not_searched() {
        let mut out = String::new();
        CodeTemplate::new("{code} for {product}.").write(&mut out, "A {code} {product}", "1234");
        assert_eq!(out, "1234 for A {code} {product}.");
    }

    #[test]
    #[should_panic(expected = "each slot stands in a sentence once")]
    fn a_missing_slot_is_refused() {
        check_slots("your {product}", &["{product}", "{code}"]);
    }

    #[test]
    #[should_panic(expected = "each slot stands in a sentence once")]
    fn a_slot_given_twice_is_refused() {
        check_slots("{product} {product}", &["{product}"]);
    }

    #[test]
    #[should_panic(expected = "a sentence has no other slot")]
    fn an_unknown_slot_is_refused() {
        check_slots("{product} {prodcut}", &["{product}"]);
    }

    #[test]
    #[should_panic(expected = "a sentence has no stray brace")]
    fn a_stray_brace_is_refused() {
        check_slots("{product} }", &["{product}"]);
    }
}
