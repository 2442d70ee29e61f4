//! `ringfence numbers`: what numbers are in a text. It needs no configuration and no instance.

mod lines;

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use clap::{Args, Subcommand, ValueEnum};
use lines::Lines;
use numbers::{Finder, Hints, Leniency, Mode, Piece, Region, parse};
use rooms::Failure;
use serde_json::json;

/// How much is read at once, in bytes.
const CHUNK: usize = 256 * 1024;

/// What stands for a number.
const PLACEHOLDER: &str = "[phone]";

/// The longest line that `parse` reads, in bytes; what is longer is refused like a wrong number.
const LINE_MAX: u64 = 4 * 1024;

/// Numbers in text.
#[derive(Subcommand)]
pub enum Numbers {
    /// Lists the numbers in standard input: place, number, region, why. Example: ringfence numbers find --region GB < chat.txt
    Find(Search),
    /// Copies standard input with a placeholder for each number. Example: ringfence numbers redact --mode recall-max < chat.txt
    Redact(Search),
    /// Reads one number in each line of standard input. Example: echo 07700 900123 | ringfence numbers parse --region GB
    Parse(Reading),
}

/// How numbers are read, and how they are said.
#[derive(Args)]
pub struct Reading {
    /// A country in which numbers without a calling code are read; may be given several times, the likeliest first.
    #[arg(long, value_name = "CODE")]
    pub region: Vec<String>,
    /// JSON: one object a line. Text: columns parted by tabs, or for `redact` the text itself. Without it text for `redact`, JSON otherwise.
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

/// What to look for, and how to say it.
#[derive(Args)]
pub struct Search {
    /// How numbers are read and said.
    #[command(flatten)]
    pub reading: Reading,
    /// What a miss and a false find cost; without it, recall-max for `redact` and balanced otherwise.
    #[arg(long, value_enum)]
    pub mode: Option<ModeName>,
    /// Also looks for numbers spelled out in words; slower. With recall-max.
    #[arg(long)]
    pub spoken: bool,
}

/// The modes by name.
#[derive(Clone, Copy, ValueEnum)]
pub enum ModeName {
    /// What Google's matcher finds: possible numbers.
    GooglePossible,
    /// What Google's matcher finds: numbers in use.
    Google,
    /// What Google's matcher finds: in use, and no group parted.
    GoogleStrict,
    /// What Google's matcher finds: in use, and parted as usual.
    GoogleExact,
    /// For people's text.
    Balanced,
    /// For what must not leak a number.
    RecallMax,
}

/// How findings are written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Columns parted by tabs.
    Text,
    /// JSON.
    Json,
}

impl ModeName {
    fn mode(self) -> Mode {
        match self {
            Self::GooglePossible => Mode::Google(Leniency::Possible),
            Self::Google => Mode::Google(Leniency::Valid),
            Self::GoogleStrict => Mode::Google(Leniency::StrictGrouping),
            Self::GoogleExact => Mode::Google(Leniency::ExactGrouping),
            Self::Balanced => Mode::Balanced,
            Self::RecallMax => Mode::RecallMax,
        }
    }
}

/// Runs on standard input and output.
pub fn run(command: &Numbers) -> Result<(), Failure> {
    let input = io::stdin().lock();
    let output = BufWriter::with_capacity(CHUNK, io::stdout().lock());
    let done = match command {
        Numbers::Find(search) => find(&Wanted::of(search, Mode::Balanced)?, input, output),
        Numbers::Redact(search) => {
            let wanted = Wanted::of(search, Mode::RecallMax)?;
            match search.reading.format {
                Some(Format::Json) => redact_lines(&wanted, input, output),
                Some(Format::Text) | None => redact(&wanted, input, output),
            }
        }
        Numbers::Parse(reading) => {
            let wanted = Wanted::reading(reading, Mode::Balanced, false)?;
            parse_lines(&wanted, input, output)
        }
    };
    match done {
        // Whoever reads us has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.map_err(Failure::while_doing("copying the text")),
    }
}

/// A country as the command line names it.
pub fn region(code: &str) -> Result<Region, Failure> {
    Region::parse(code).map_err(|_| {
        Failure::Usage(format!(
            "`{}` is no country of ISO 3166-1; the United Kingdom is GB, for example",
            code.escape_debug()
        ))
    })
}

/// A search whose words are understood.
struct Wanted {
    regions: Vec<Region>,
    mode: Mode,
    spoken: bool,
    json: bool,
}

impl Wanted {
    fn of(search: &Search, otherwise: Mode) -> Result<Self, Failure> {
        let mode = search.mode.map_or(otherwise, ModeName::mode);
        Self::reading(&search.reading, mode, search.spoken)
    }

    fn reading(reading: &Reading, mode: Mode, spoken: bool) -> Result<Self, Failure> {
        let regions = reading.region.iter().map(|code| region(code));
        Ok(Self {
            regions: regions.collect::<Result<_, _>>()?,
            mode,
            spoken,
            json: reading.format != Some(Format::Text),
        })
    }

    fn hints(&self) -> Hints<'_> {
        Hints {
            spoken: self.spoken,
            ..Hints::new(&self.regions, self.mode)
        }
    }
}

/// Hands the pieces of a text on; memory does not grow with the text.
fn pieces(
    wanted: &Wanted,
    mut input: impl Read,
    mut take: impl FnMut(Piece<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut finder = Finder::new(wanted.hints());
    let mut chunk = vec![0; CHUNK];
    let mut done = Ok(());
    let mut each = |piece: Piece<'_>| {
        if done.is_ok() {
            done = take(piece);
        }
    };
    loop {
        let read = match input.read(&mut chunk) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if read == 0 {
            break;
        }
        finder.push(chunk.get(..read).unwrap_or_default(), &mut each);
    }
    finder.finish(&mut each);
    done
}

fn find(wanted: &Wanted, input: impl Read, mut output: impl Write) -> io::Result<()> {
    pieces(wanted, input, |piece| match piece {
        Piece::Text(_) => Ok(()),
        Piece::Number(written, found) if wanted.json => {
            lines::write_json(&found, written, &mut output)
        }
        Piece::Number(_, found) => lines::write_columns(&found, &mut output),
    })?;
    output.flush()
}

fn redact(wanted: &Wanted, input: impl Read, mut output: impl Write) -> io::Result<()> {
    pieces(wanted, input, |piece| match piece {
        Piece::Text(text) => output.write_all(text.as_bytes()),
        Piece::Number(..) => output.write_all(PLACEHOLDER.as_bytes()),
    })?;
    output.flush()
}

fn redact_lines(wanted: &Wanted, input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut lines = Lines::default();
    pieces(wanted, input, |piece| match piece {
        Piece::Text(text) => lines.text(text, &mut output),
        Piece::Number(_, found) => lines.number(PLACEHOLDER, &found, &mut output),
    })?;
    lines.finish(&mut output)?;
    output.flush()
}

fn parse_lines(wanted: &Wanted, input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(CHUNK, input);
    let region = wanted.regions.first().copied();
    let mut text = Vec::new();
    loop {
        text.clear();
        if input.by_ref().take(LINE_MAX).read_until(b'\n', &mut text)? == 0 {
            break;
        }
        if !text.ends_with(b"\n") {
            // The rest of a line that is too long is not a line of its own.
            input.skip_until(b'\n')?;
        }
        let typed = String::from_utf8_lossy(&text);
        let parsed = parse(typed.trim_end_matches(['\n', '\r']), region);
        let line = match (&parsed, wanted.json) {
            (Ok(parsed), true) => json!({
                "number": parsed.number.as_str(),
                "region": parsed.region.to_string(),
                "line_type": parsed.line_type.as_str(),
            })
            .to_string(),
            (Ok(parsed), false) => format!(
                "{}\t{}\t{}",
                parsed.number.as_str(),
                parsed.region,
                parsed.line_type.as_str()
            ),
            (Err(error), true) => json!({ "error": error.code() }).to_string(),
            (Err(error), false) => format!("-\t-\t{error}"),
        };
        writeln!(output, "{line}")?;
    }
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(mode: Mode, json: bool) -> Wanted {
        Wanted {
            regions: vec![Region::parse("GB").unwrap()],
            mode,
            spoken: false,
            json,
        }
    }

    fn said(work: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut output = Vec::new();
        work(&mut output).unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn found_numbers_are_listed_with_place_and_reason() {
        let text = "é call 07700 900123.".as_bytes();
        let lines = said(|out| find(&wanted(Mode::Balanced, false), text, out));
        assert!(
            lines.starts_with("8-20\t+447700900123\tGB\tin use"),
            "{lines}"
        );
        let lines = said(|out| find(&wanted(Mode::Balanced, true), text, out));
        let value: serde_json::Value = serde_json::from_str(&lines).unwrap();
        assert_eq!(
            (&value["chars"][0], &value["region"]),
            (&7.into(), &"GB".into())
        );
    }

    #[test]
    fn a_redacted_text_is_the_same_but_for_its_numbers() {
        let text = b"\x1bcall 07700 900123, or +44 7700 900456\xff\n";
        let clean = said(|out| redact(&wanted(Mode::RecallMax, false), &text[..], out));
        assert_eq!(clean, "\u{1b}call [phone], or [phone]\u{FFFD}\n");
    }

    #[test]
    fn redacted_lines_tell_where_numbers_stood_and_not_what_they_were() {
        let text = b"e\xc3\xa9 \"07700 900123\"\nnone\n\n+44 7700 900456";
        let lines = said(|out| redact_lines(&wanted(Mode::RecallMax, true), &text[..], out));
        assert!(!lines.contains("900"), "{lines}");
        let values: Vec<serde_json::Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let texts: Vec<_> = values.iter().map(|value| &value["text"]).collect();
        assert_eq!(texts, ["e\u{e9} \"[phone]\"", "none", "", "[phone]"]);
        let ends: Vec<_> = values.iter().map(|value| &value["ends"]).collect();
        assert_eq!(ends, [true, true, true, false]);
        let first = &values[0]["numbers"][0];
        assert_eq!(first["bytes"], json!([5, 17]));
        assert_eq!(first["chars"], json!([4, 16]));
        assert_eq!(first["confidence"], "assumed");
        assert_eq!(values[3]["numbers"][0]["region"], "GB");
    }

    #[test]
    fn a_line_without_end_is_parted_into_the_same_objects_however_it_comes() {
        let text = "no end, 07700 900123, ".repeat(20_000);
        let wanted = wanted(Mode::Balanced, true);
        let whole = said(|out| redact_lines(&wanted, text.as_bytes(), out));
        assert!(whole.lines().count() > 3);
        let slowly = said(|out| redact_lines(&wanted, Slowly(text.as_bytes()), out));
        assert!(whole == slowly, "other objects");
        let text_of = |line| {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            value["text"].as_str().unwrap().to_owned()
        };
        let joined: String = whole.lines().map(text_of).collect();
        assert!(joined == text.replace("07700 900123", PLACEHOLDER));
    }

    /// A reader that gives a few bytes at a time.
    struct Slowly<'t>(&'t [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let some = into.len().min(997);
            self.0.read(&mut into[..some])
        }
    }

    #[test]
    fn each_line_is_parsed_or_refused_by_name() {
        let long = "1".repeat(10_000);
        let text = format!("07700 900123\r\n999\n{long}\nnobody");
        let lines = said(|out| parse_lines(&wanted(Mode::Balanced, true), text.as_bytes(), out));
        let lines: Vec<_> = lines.lines().collect();
        assert_eq!(lines.len(), 4, "{lines:?}");
        assert!(lines[0].contains("+447700900123") && lines[1].contains("emergency"));
        assert!(lines[2].contains("too_long") && lines[3].contains("not_a_number"));
    }

    #[test]
    fn an_unknown_region_is_refused_with_what_to_do() {
        let reading = Reading {
            region: vec!["UK".to_owned()],
            format: None,
        };
        let Err(Failure::Usage(told)) = Wanted::reading(&reading, Mode::Balanced, false) else {
            panic!("understood");
        };
        assert!(told.contains("`UK`") && told.contains("GB"), "{told}");
    }
}
