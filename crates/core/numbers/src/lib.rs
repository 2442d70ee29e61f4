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
//! 0.65 MB that is linked in and read in place: nothing is parsed or built at start. Its core is
//! one minimised automaton over digits. Valid or not, region and kind of line are one walk, a
//! table look-up a digit; so are prefixes, formats, short numbers and time zones. There are no
//! regular expressions and no other library behind this one.
//!
//! [`parse()`], [`read()`], [`classify`] and [`fit`] keep all they need on the stack. Laws, each
//! tested:
//! - Time is linear in the input, which is at most [`INPUT_MAX_BYTES`]; nothing panics.
//! - What [`parse()`] accepts, [`format()`] writes and [`parse()`] reads again, in every [`Style`]
//!   that has the calling code.
//! - The same answers as another implementation of the same data (rlibphonenumber), over every
//!   region and kind of line, but for the differences below.
//!
//! | input | here | there | why |
//! |---|---|---|---|
//! | `+44 7700 900123` | valid | not | regulators keep such ranges free for fiction |
//! | `+52 1 55 1234 5678` | `+52 55 1234 5678` | not | Mexico dropped the 1 in 2019; address books still have it |
//! | `00 44 …`, `011 44 …` | `+44 …` | only where it is dialled so | people paste what they dial elsewhere |
//! | `+0044 …` | `+44 …` | depends on the region | no calling code begins with 0 |
//! | `+49 110`, `60163` | refused by name | not valid | a page can say why |
//! | `… x12`, `1-800-FLOWERS` | refused by [`parse()`], read by [`read()`] | read | a code must not go to a stranger |
//! | `… / …`, two numbers | refused | the first | which one was meant? |
//! | more than 15 digits | refused | some valid | E.164 ends there |
//! | ranges opened or closed lately | as in the table's version | as in its own | `tests/all/plan_changes.txt` lists them |
//!
//! # Numbers in text
//! [`find()`] looks through a whole text, [`Finder`] through one that comes in chunks, and
//! [`Redactions`] takes numbers out and puts them back. However a text is cut, the result is the
//! same, and at most 250 characters are held back.
//!
//! `examples/speed.rs` prints nanoseconds a number, and the ratio to that implementation.

mod e164;
mod error;
mod extension;
mod fiction;
mod find;
mod format;
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

pub use e164::E164;
pub use error::ParseError;
pub use extension::Extension;
pub use fiction::is_reserved_for_fiction;
pub use find::{Finder, Hints, Match, Mode, Piece, Reason, Redactions, find};
pub use format::{Formatted, Style, format, format_international, format_national, masked};
pub use line_type::LineType;
pub use parse::{INPUT_MAX_BYTES, Parsed, parse};
pub use place::{Fit, classify, fit, time_zones};
pub use reading::{Confidence, Reading, read};
pub use region::{Country, Region, UnknownRegion, calling_code_of, countries, languages_of};
pub use short::{ShortCost, ShortNumber};
pub use so_far::{deciding_digits, region_so_far};
pub use table::plans_notice;
pub use typing::as_you_type;
