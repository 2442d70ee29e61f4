//! What `ringfence numbers` writes: findings, and redacted lines.

use std::io::{self, Write};

use numbers::{Match, Region};
use serde::Serialize;

/// Longer lines are parted into several objects, so that memory does not grow with a line; in bytes
/// of the redacted text.
const LINE_BYTES_MAX: usize = 64 * 1024;

/// What is known of a finding, without its digits.
#[derive(Serialize)]
struct Known {
    bytes: [usize; 2],
    chars: [usize; 2],
    confidence: &'static str,
    line_type: Option<&'static str>,
    reason: &'static str,
    region: Option<Region>,
}

/// A finding with its number: in E.164, if a plan knows it, and as it was written.
#[derive(Serialize)]
struct Shown<'m> {
    #[serde(flatten)]
    known: Known,
    number: Option<&'m str>,
    written: &'m str,
}

impl Known {
    fn of(found: &Match) -> Self {
        let parsed = found.parsed.as_ref();
        Self {
            bytes: [found.bytes.start, found.bytes.end],
            chars: [found.chars.start, found.chars.end],
            confidence: found.confidence().as_str(),
            line_type: parsed.map(|parsed| parsed.line_type.as_str()),
            reason: found.reason.as_words(),
            region: parsed.map(|parsed| parsed.region),
        }
    }
}

/// Writes a finding as a JSON object on a line.
pub fn write_json(found: &Match, written: &str, output: &mut impl Write) -> io::Result<()> {
    let shown = Shown {
        known: Known::of(found),
        number: found.parsed.as_ref().map(|parsed| parsed.number.as_str()),
        written,
    };
    serde_json::to_writer(&mut *output, &shown)?;
    output.write_all(b"\n")
}

/// Writes a finding as columns: place, number, region, reason.
pub fn write_columns(found: &Match, output: &mut impl Write) -> io::Result<()> {
    let parsed = found.parsed.as_ref();
    let number = parsed.map_or("-", |parsed| parsed.number.as_str());
    let region = parsed.map_or("-", |parsed| parsed.region.as_str());
    writeln!(
        output,
        "{}-{}\t{number}\t{region}\t{}",
        found.bytes.start,
        found.bytes.end,
        found.reason.as_words()
    )
}

/// Redacted text as JSON objects: one for each line, or for each part of one that is too long. What
/// an object holds does not depend on how the text comes.
#[derive(Default)]
pub struct Lines {
    text: String,
    numbers: Vec<Known>,
}

/// A redacted line, or the part of one.
#[derive(Serialize)]
struct Line<'l> {
    text: &'l str,
    /// Whether the line ends here.
    ends: bool,
    numbers: &'l [Known],
}

impl Lines {
    /// Takes text without a number.
    pub fn text(&mut self, text: &str, output: &mut impl Write) -> io::Result<()> {
        for part in text.split_inclusive('\n') {
            let line = part.strip_suffix('\n');
            let mut rest = line.unwrap_or(part);
            while self.text.len() + rest.len() > LINE_BYTES_MAX {
                let room = rest.floor_char_boundary(LINE_BYTES_MAX - self.text.len());
                let (now, later) = rest.split_at(room);
                self.text.push_str(now);
                self.write(false, output)?;
                rest = later;
            }
            self.text.push_str(rest);
            if line.is_some() {
                self.write(true, output)?;
            }
        }
        Ok(())
    }

    /// Takes a number, and what stands for it.
    pub fn number(
        &mut self,
        placeholder: &str,
        found: &Match,
        output: &mut impl Write,
    ) -> io::Result<()> {
        if self.text.len() + placeholder.len() > LINE_BYTES_MAX {
            self.write(false, output)?;
        }
        self.text.push_str(placeholder);
        self.numbers.push(Known::of(found));
        Ok(())
    }

    /// Ends the text.
    pub fn finish(mut self, output: &mut impl Write) -> io::Result<()> {
        match self.text.is_empty() {
            true => Ok(()),
            false => self.write(false, output),
        }
    }

    fn write(&mut self, ends: bool, output: &mut impl Write) -> io::Result<()> {
        let line = Line {
            text: &self.text,
            ends,
            numbers: &self.numbers,
        };
        serde_json::to_writer(&mut *output, &line)?;
        output.write_all(b"\n")?;
        self.text.clear();
        self.numbers.clear();
        Ok(())
    }
}
