//! As much of Gherkin as the CAMARA project writes: a background and plain scenarios.

/// One file.
pub(super) struct Feature {
    /// Steps before every scenario.
    pub(super) background: Vec<String>,
    pub(super) scenarios: Vec<Scenario>,
}

/// One scenario.
pub(super) struct Scenario {
    /// With its `@`.
    pub(super) tag: String,
    pub(super) name: String,
    /// Without their keywords.
    pub(super) steps: Vec<String>,
}

const KEYWORDS: &[&str] = &["Given ", "When ", "Then ", "And ", "But "];

impl Feature {
    /// Reads a file. Lines of no known kind are its prose.
    pub(super) fn parse(text: &str) -> Self {
        let mut feature = Self {
            background: Vec::new(),
            scenarios: Vec::new(),
        };
        let mut tag = String::new();
        for line in text.lines().map(str::trim) {
            let step = KEYWORDS.iter().find_map(|word| line.strip_prefix(word));
            if let Some(step) = step {
                let last = feature.scenarios.last_mut();
                let steps = last.map_or(&mut feature.background, |last| &mut last.steps);
                steps.push(step.trim().to_owned());
            } else if line.starts_with('@') {
                line.clone_into(&mut tag);
            } else if let Some(name) = line.strip_prefix("Scenario:") {
                feature.scenarios.push(Scenario {
                    tag: std::mem::take(&mut tag),
                    name: name.trim().to_owned(),
                    steps: Vec::new(),
                });
            }
        }
        feature
    }
}
