//! What is found in each text, as one figure for each: two builds that print the same find the
//! same. A number of a text as the second word prints its finds one by one.

use std::hash::{DefaultHasher, Hash, Hasher};

use numbers::{Finder, Hints, Leniency, Match, Mode, Piece, Region, find};

use crate::{
    accuracy,
    texts::{self, BYTES, Dice, prose},
};

/// What generated texts are made of: each part stands for many that begin, part or end a number.
const PARTS: [&str; 60] = [
    " ",
    " ",
    " ",
    "-",
    ".",
    "/",
    "(",
    ")",
    "+",
    ",",
    ":",
    "_",
    "#",
    "@",
    "$",
    "%",
    "%2B",
    "%20",
    "%3",
    "\n",
    "\r\n",
    "\t",
    "é",
    "ж",
    "中",
    "٣",
    "７",
    "०",
    "\u{200b}",
    "\u{a0}",
    "–",
    "a",
    "F",
    "x",
    "DE12",
    "call ",
    "phone: ",
    "order ",
    "id=",
    "tel",
    "ext. 12",
    " x123",
    "oh ",
    "seven ",
    "double ",
    "(+",
    "[",
    "]",
    "~",
    "]]",
    "00",
    "011",
    "0",
    "1",
    "07700 900123",
    "201 555 0123",
    "+1 201-555-0123",
    "2026-11-22",
    "192.168.0.1",
    "+44 (0)20 7946 0018",
];

fn generated(seed: u64, bytes: usize) -> String {
    let mut dice = Dice(seed);
    let mut text = String::with_capacity(bytes + 64);
    while text.len() < bytes {
        match dice.below(5) {
            0 | 1 => {
                let most = if dice.below(8) == 0 { 60 } else { 8 };
                let count = 1 + dice.below(most);
                text.push_str(&dice.digits(count));
            }
            _ => text.push_str(PARTS[dice.below(PARTS.len())]),
        }
    }
    text
}

fn all_texts() -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = ["en", "ru", "zh", "ar", "hi", "th"]
        .map(|code| (code.to_owned(), prose(code, BYTES / 8)))
        .into();
    let numbers = [
        "+1 201-555-0123",
        "020 7946 0018",
        "(415) 555-2671",
        "030 23125000",
    ];
    texts.push(("sparse".into(), texts::sparse(&numbers.map(str::to_owned))));
    let cut = |text: String| text[..text.floor_char_boundary(BYTES / 2)].to_owned();
    texts.push(("logs".into(), cut(texts::logs())));
    texts.push(("dense".into(), cut(texts::dense())));
    texts.push(("sentences".into(), accuracy::all_sentences()));
    for seed in 0..6 {
        texts.push((std::format!("generated {seed}"), generated(seed, BYTES / 8)));
    }
    texts
}

fn tell(found: &Match) -> String {
    let parsed = found.parsed.as_ref();
    let parsed = parsed.map(|p| (p.number.as_str().to_owned(), p.region, p.line_type));
    std::format!(
        "{:?} {:?} {parsed:?} {:?}",
        found.bytes,
        found.chars,
        found.reason
    )
}

/// The finds of a whole text, of its lines, and of it as a stream in chunks.
fn finds(text: &str, hints: Hints<'_>, mut each: impl FnMut(String)) {
    find(text, &hints).for_each(|found| each(tell(&found)));
    for line in text.lines() {
        find(line, &hints).for_each(|found| each(tell(&found)));
    }
    let mut dice = Dice(3);
    let (mut finder, mut rest) = (Finder::new(hints), text.as_bytes());
    let mut out = |piece: Piece<'_>| {
        if let Piece::Number(_, found) = piece {
            each(tell(&found));
        }
    };
    while !rest.is_empty() {
        let longest = if dice.below(4) == 0 { 5_000 } else { 90 };
        let (chunk, behind) = rest.split_at(rest.len().min(1 + dice.below(longest)));
        finder.push(chunk, &mut out);
        rest = behind;
    }
    finder.finish(&mut out);
}

pub(crate) fn run() {
    let regions = |codes: &[&str]| -> Vec<Region> {
        codes
            .iter()
            .map(|code| Region::parse(code).unwrap())
            .collect()
    };
    let expected = [
        regions(&["US"]),
        regions(&["GB", "DE", "US"]),
        regions(&["IT", "AR", "FO"]),
        regions(&[]),
    ];
    let modes = [
        Mode::Google(Leniency::Valid),
        Mode::Google(Leniency::Possible),
        Mode::Balanced,
        Mode::RecallMax,
    ];
    let chosen = std::env::args().nth(2);
    for (name, text) in all_texts() {
        for mode in modes {
            for (place, regions) in expected.iter().enumerate() {
                let id = std::format!("{name}, {mode:?}, {place}");
                let (mut hash, mut count) = (DefaultHasher::new(), 0);
                let shown = chosen.as_ref().is_some_and(|chosen| *chosen == id);
                finds(&text, Hints::new(regions, mode), |found| {
                    found.hash(&mut hash);
                    count += 1;
                    if shown {
                        println!("{found}");
                    }
                });
                if chosen.is_none() {
                    println!("{id}\t{count}\t{:016x}", hash.finish());
                }
            }
        }
    }
}

/// One search of one text, for those who count instructions: its name, the mode, how often.
pub(crate) fn once() {
    let word = |place| std::env::args().nth(place).unwrap_or_default();
    let mode = match word(3).as_str() {
        "google" => Mode::Google(Leniency::Valid),
        "recall-max" => Mode::RecallMax,
        _ => Mode::Balanced,
    };
    let numbers = [
        "+1 201-555-0123",
        "020 7946 0018",
        "(415) 555-2671",
        "030 23125000",
    ];
    let text = match word(2).as_str() {
        "dense" => texts::dense(),
        "logs" => texts::logs(),
        "sparse" => texts::sparse(&numbers.map(str::to_owned)),
        _ => prose("en", BYTES),
    };
    let regions = [Region::parse("US").unwrap()];
    let hints = Hints::new(&regions, mode);
    let parts: Vec<&str> = match word(2).as_str() {
        "chat" => text.lines().collect(),
        _ => vec![&text],
    };
    let mut count = 0;
    for _ in 0..word(4).parse().unwrap_or(1) {
        count += parts
            .iter()
            .map(|part| find(part, &hints).count())
            .sum::<usize>();
    }
    println!("{} bytes, {} texts, {count} finds", text.len(), parts.len());
}
