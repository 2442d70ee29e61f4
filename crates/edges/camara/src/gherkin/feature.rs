//! As much of Gherkin as the CAMARA project writes: a background, plain scenarios, and outlines with
//! their examples.

/// One file.
pub(super) struct Feature {
    /// Steps before every scenario.
    pub(super) background: Vec<String>,
    pub(super) scenarios: Vec<Scenario>,
}

/// One scenario, or an outline with one row of its examples.
#[derive(Clone)]
pub(super) struct Scenario {
    /// With its `@`.
    pub(super) tag: String,
    pub(super) name: String,
    /// Without their keywords.
    pub(super) steps: Vec<String>,
}

const KEYWORDS: &[&str] = &["Given ", "When ", "Then ", "And ", "But "];

impl Scenario {
    /// The outline with the values of one row in the places of their names.
    fn example(&self, names: &[String], values: &[String]) -> Self {
        let filled = |step: &String| {
            let pairs = names.iter().zip(values);
            pairs.fold(step.clone(), |step, (name, value)| {
                step.replace(&format!("<{name}>"), value)
            })
        };
        Self {
            steps: self.steps.iter().map(filled).collect(),
            ..self.clone()
        }
    }
}

/// The cells of `| one | two |`.
fn cells(row: &str) -> Vec<String> {
    let inner = row.trim_matches('|');
    inner
        .split('|')
        .map(|cell| cell.trim().to_owned())
        .collect()
}

impl Feature {
    /// Reads a file. Lines of no known kind are its prose.
    pub(super) fn parse(text: &str) -> Self {
        let mut feature = Self {
            background: Vec::new(),
            scenarios: Vec::new(),
        };
        let (mut tag, mut names) = (String::new(), Vec::new());
        let mut outline: Option<Scenario> = None;
        for line in text.lines().map(str::trim) {
            let step = KEYWORDS.iter().find_map(|word| line.strip_prefix(word));
            let name = ["Scenario:", "Scenario Outline:"]
                .iter()
                .find_map(|word| line.strip_prefix(word));
            if let Some(step) = step {
                let last = feature.scenarios.last_mut();
                let steps = last.map_or(&mut feature.background, |last| &mut last.steps);
                steps.push(step.trim().to_owned());
            } else if line.starts_with('@') {
                line.clone_into(&mut tag);
            } else if let Some(name) = name {
                (outline, names) = (None, Vec::new());
                feature.scenarios.push(Scenario {
                    tag: std::mem::take(&mut tag),
                    name: name.trim().to_owned(),
                    steps: Vec::new(),
                });
            } else if line == "Examples:" {
                outline = feature.scenarios.pop();
            } else if let Some(outline) = outline.as_ref().filter(|_| line.starts_with('|')) {
                match names.is_empty() {
                    true => names = cells(line),
                    false => feature
                        .scenarios
                        .push(outline.example(&names, &cells(line))),
                }
            }
        }
        feature
    }
}
