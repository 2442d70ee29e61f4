//! WCAG 2.2 contrast of every pair of tokens that meet, in both schemes, read from the style.

use std::collections::HashMap;

const STYLE: &str = include_str!("../../../../../web/styles/ringfence.css");

/// Text on what it stands on: at least 4.5 (1.4.3).
const TEXT: [(&str, &str); 17] = [
    ("ink", "paper"),
    ("ink", "raised"),
    ("ink", "sunken"),
    ("ink", "accent-soft"),
    ("ink-2", "paper"),
    ("ink-2", "raised"),
    ("ink-2", "sunken"),
    ("accent", "paper"),
    ("accent", "raised"),
    ("accent", "sunken"),
    ("press", "paper"),
    ("on-accent", "accent"),
    ("on-accent", "press"),
    ("warn", "warn-soft"),
    ("danger", "paper"),
    ("danger", "danger-soft"),
    ("on-danger", "danger"),
];

/// Borders of controls and the focus ring: at least 3 (1.4.11).
const CONTROLS: [(&str, &str); 6] = [
    ("edge", "paper"),
    ("edge", "raised"),
    ("focus", "paper"),
    ("focus", "raised"),
    ("focus", "sunken"),
    ("danger", "raised"),
];

fn tokens(block: &str) -> HashMap<&str, [f64; 3]> {
    let mut out = HashMap::new();
    for part in block.split("--").skip(1) {
        let Some((name, value)) = part.split_once(": #") else {
            continue;
        };
        let byte = |at: usize| f64::from(u8::from_str_radix(&value[at..at + 2], 16).unwrap());
        out.insert(name, [byte(0), byte(2), byte(4)]);
    }
    out
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|c| {
        let c = c / 255.0;
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn every_pair_of_colours_can_be_read_in_both_schemes() {
    let layer = STYLE.split("@layer tokens {").nth(1).unwrap();
    let layer = layer.split("@layer base {").next().unwrap();
    let (light, dark) = layer
        .split_once("@media (prefers-color-scheme: dark)")
        .unwrap();
    for (scheme, block) in [("light", light), ("dark", dark)] {
        let tokens = tokens(block);
        for (pairs, least) in [(&TEXT[..], 4.5), (&CONTROLS[..], 3.0)] {
            for (front, back) in pairs {
                let ratio = contrast(tokens[front], tokens[back]);
                assert!(ratio >= least, "{scheme}: {front} on {back} is {ratio:.2}");
            }
        }
    }
}

#[test]
fn the_measure_agrees_with_the_design() {
    let ratio = contrast([23.0, 33.0, 31.0], [250.0, 249.0, 245.0]);
    assert!((ratio - 15.7).abs() < 0.06, "{ratio}");
}
