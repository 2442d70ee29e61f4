//! Phone numbers as types: parse what people type, classify and place it.
//!
//! ```
//! use numbers::{LineType, ParseError, Region};
//!
//! let gb = Region::parse("GB")?;
//! let typed = numbers::parse("Tel: 07700 900 123", Some(gb))?;
//! assert_eq!(typed.number.as_str(), "+447700900123");
//! assert_eq!(typed.region, gb);
//! assert_eq!(typed.line_type, LineType::Mobile);
//! assert!(typed.line_type.can_receive_text());
//!
//! // A `+` wins over the default region, and any script's digits are digits.
//! let pasted = numbers::parse("＋٤٤ ٧٧٠٠ ٩٠٠١٢٣", Some(Region::parse("US")?))?;
//! assert_eq!(pasted.number, typed.number);
//!
//! // Every refusal has a type that a page can explain, and none holds a digit.
//! assert_eq!(numbers::parse("999", Some(gb)), Err(ParseError::Emergency));
//! assert_eq!(numbers::parse("07700 900123", None), Err(ParseError::NeedsCountry));
//!
//! // Nothing prints a number by accident.
//! assert_eq!(format!("{:?}", typed.number), "E164(..)");
//! assert_eq!(numbers::masked(&typed.number).as_str(), "+44 •••• ••0123");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is a secret here
//! [`E164`], [`Formatted`] and [`Extension`] hold digits of a person's number. None has `Display`
//! or serde's traits, so that a reply or a log line cannot hold one without somebody writing
//! `as_str()`. All are wiped on drop. [`Region`], [`LineType`] and [`ParseError`] are coarse facts
//! and cross between processes freely.
//!
//! # The engine
//! The world's numbering plans are compiled beforehand (`cargo xtask numbering`) into one table of
//! 0.6 MB that is linked in and read in place: nothing is parsed or built at start. Its core is one
//! minimised automaton over digits. Valid or not, region and kind of line are one walk: one look-up
//! for the first five digits, one for each further digit that matters, one for all the others, of
//! which only the count does. Prefixes, formats, short numbers and time zones are walks too. There
//! are no regular expressions and no other library behind this one.
//!
//! [`parse()`], [`read()`], [`classify`] and [`fit`] keep all they need on the stack. Laws, each
//! tested:
//! - Time is linear in the input, which is at most [`INPUT_MAX_BYTES`]; nothing panics.
//! - What [`parse()`] accepts, [`format()`] writes and [`parse()`] reads again, in every [`Style`]
//!   that has the calling code, and in [`Style::National`] at home.
//! - Beside a right choice [`region_so_far`] never names another region, whichever of a number's
//!   digits are typed.
//! - The same answers as another implementation of the same data (rlibphonenumber), over every
//!   region and kind of line, but for the differences below.
//!
//! | input | here | there | why |
//! |---|---|---|---|
//! | `+44 7700 900123` | valid | not | regulators keep such ranges free for fiction |
//! | `+52 1 55 1234 5678`, `044 55 …` in Mexico | `+52 55 1234 5678` | not | dialled until 2019; address books still have it |
//! | `00 44 …` where `00` is not dialled | `+44 …` | not | travellers type the prefix of home; the digits mean nothing else |
//! | `011 44 …` where `011` is not dialled | refused by [`parse()`], read by [`read()`] | not | a slip in a number of the region must not reach a stranger abroad |
//! | `+0044 …` | `+44 …` | depends on the region | no calling code begins with 0 |
//! | `+49 110`, `60163` | refused by name | not valid | a page can say why |
//! | `… x12`, `1-800-FLOWERS` | refused by [`parse()`], read by [`read()`] | read | a code must not go to a stranger |
//! | `… / …`, two numbers | refused | the first | which one was meant? |
//! | more than 15 digits | refused | some valid | E.164 ends there |
//! | ranges opened or closed lately | as in the table's version | as in its own | `tests/all/plan_changes.txt` lists them |
//!
//! # What can be read
//! | | examples, each in the tests |
//! |---|---|
//! | digits | of every script, full-width, mathematical; between them any space, dash, dot, slash or bracket, and what cannot be seen |
//! | for `+` | `+` of any width; `00`, and what the region dials: `011`, `810`, `8~10`, `0011`, `00414` |
//! | trunk prefixes | those of the region, also as `+44 (0)20 …`; zeros that belong to the number stay (`+39 06 …`, `+225 07 …`) |
//! | mobile signs | `011 15 2222-0000` in Argentina is `+54 9 11 2222 0000` |
//! | links | `tel:` with `phone-context`, `ext` and parameters that say nothing here (RFC 3966) |
//! | extensions | `ext. 12`, `x12`, `#12`, `,,12` and words in some thirty languages |
//! | words on keys | `1-800-FLOWERS`, `1 800 flowers` |
//! | slips | a missing `+`, a doubled calling code: [`Confidence::Repaired`] |
//!
//! # Beside other libraries
//! Time of one number in ours, median of 200 rounds over 4,547 numbers of every region and kind on
//! a machine that was busy with other work, so that only the ratio to what stood here before
//! says something: 68 ns against 101 to classify, 287 ns against 428 to read and classify.
//! `cargo xtask bench numbers-parse` prints figures of your machine, and the ratio to
//! rlibphonenumber in the same run.
//!
//! # Numbers in text
//! [`find()`] looks through a whole text, [`Finder`] through one that comes in chunks, and
//! [`Redactions`] takes numbers out and puts them back:
//!
//! ```
//! use numbers::{Finder, Hints, Mode, Piece, Redactions, Region};
//!
//! let regions = [Region::parse("GB")?];
//! let hints = Hints::new(&regions, Mode::RecallMax);
//! let mut redactions = Redactions::new();
//! let name = |place| format!("[phone {}]", place + 1);
//! let clean = redactions.redact("Ring 07700 900123 or +44 7700 900123.", hints, name);
//! assert_eq!(clean, "Ring [phone 1] or [phone 1].");
//! assert_eq!(redactions.restore("Not [phone 1]?").as_str(), "Not 07700 900123?");
//!
//! // The same text in chunks that cut the number and a character.
//! let text = "é 07700 900123".as_bytes();
//! let (mut finder, mut said) = (Finder::new(hints), String::new());
//! let mut take = |piece: Piece<'_>| said.push_str(redactions.replaced(piece, name));
//! for chunk in [&text[..1], &text[1..6], &text[6..]] {
//!     finder.push(chunk, &mut take);
//! }
//! finder.finish(take);
//! assert_eq!(said, "é [phone 1]");
//! # Ok::<(), numbers::UnknownRegion>(())
//! ```
//!
//! | [`Mode`] | for | finds |
//! |---|---|---|
//! | [`Google`](Mode::Google) | who wants the same spans as before | what Google's matcher finds at each of its four [leniencies](Leniency) |
//! | [`Balanced`](Mode::Balanced) | people's text | numbers in use, written as numbers are or announced by a word |
//! | [`RecallMax`](Mode::RecallMax) | what must not leak a number | all of that, and what looks like a number: of no plan, glued to letters, over two lines, in words |
//!
//! Laws, each tested on random texts and on every short one of a small alphabet:
//! - However a text is cut, also within a character, the finds are the same; at most 250 characters
//!   are held back.
//! - Every find of `Balanced` is within one of `RecallMax`.
//! - [`Redactions::restore`] puts back what was first written; a redacted JSON text is still JSON.
//! - No byte switches anything off: control characters, noncharacters and what is no UTF-8 are text.
//! - [`find()`] allocates nothing, but in the two strictest leniencies for numbers in use.
//!
//! | | here | libphonenumber (C++, Java) | rlibphonenumber 2.2 | a plain pattern |
//! |---|---|---|---|---|
//! | text in chunks | yes | no | no | no |
//! | several expected regions | yes | no | all or one | none |
//! | numbers in words, escapes, over lines | yes | no | no | no |
//! | a control character in the text | changes nothing | C++: nothing is found | changes nothing | changes nothing |
//! | time | linear, by construction | C++ default build: exponential for some links | linear | linear |
//!
//! How many of the written numbers each finds, and how often each is wrong, is measured by
//! `cargo xtask bench numbers-accuracy`.
//!
//! # While a number is typed
//! [`as_you_type`] groups its digits, and [`region_so_far`] names its country. For a page without
//! the table, [`groupings`] and [`deciding_digits`] say the same in short.

mod e164;
mod error;
mod extension;
mod fiction;
mod find;
mod format;
mod grouping;
mod groups;
mod line_type;
mod parse;
mod place;
mod plan;
mod reading;
mod region;
mod short;
mod so_far;
mod table;
mod territories;
mod text;
mod typing;
mod unicode;
mod wiped;

pub use e164::E164;
pub use error::ParseError;
pub use extension::Extension;
pub use fiction::is_reserved_for_fiction;
pub use find::{Finder, Hints, Leniency, Match, Mode, Piece, Reason, Redactions, find};
pub use format::{Formatted, Style, format, format_international, format_national, masked};
pub use grouping::{Grouping, groupings};
pub use line_type::LineType;
pub use parse::{INPUT_MAX_BYTES, Parsed, parse};
pub use place::{Fit, classify, fit, time_zones};
pub use reading::{Confidence, Reading, read};
pub use region::{Country, Region, UnknownRegion, calling_code_of, countries, languages_of};
pub use short::{ShortCost, ShortNumber};
pub use so_far::{deciding_digits, region_so_far};
pub use table::plans_notice;
pub use typing::as_you_type;
