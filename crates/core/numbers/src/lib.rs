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
//! [`E164`] and [`Formatted`] hold a whole number. Neither has `Display` or serde's traits, so
//! that a reply or a log line cannot hold one without somebody writing `as_str()`. Both are wiped
//! on drop. [`Region`], [`LineType`] and [`ParseError`] are coarse facts and cross between
//! processes freely. The engine behind [`parse`] keeps short-lived copies of digits on the stack
//! and the heap that are not wiped.
//!
//! # The engine
//! Numbering plans come from `rlibphonenumber`, seen by one file only (`plan.rs`), and none of its
//! types is public. It is built on `regex-lite`: the full regex engine is faster cold but
//! keeps lazily built automata for every region it has seen, without bound (about 130 MB after
//! one number of each region, 280 MB after formatting them), and rebuilding it to stay small
//! would let anyone who cycles through regions buy milliseconds of our time per number. Slow
//! general parsing is avoided instead: the text is reduced to digits here, and the engine's own
//! parser is asked only about numbers that are not valid as written. `examples/measure.rs` prints
//! memory and speed.

mod e164;
mod error;
mod fiction;
mod format;
mod line_type;
mod parse;
mod plan;
mod region;
mod short;
mod territories;
mod text;
mod typing;
mod unicode;

pub use e164::E164;
pub use error::ParseError;
pub use fiction::is_reserved_for_fiction;
pub use format::{Formatted, format_international, format_national, masked};
pub use line_type::LineType;
pub use parse::{INPUT_MAX_BYTES, Parsed, parse};
pub use region::{Country, Region, UnknownRegion, calling_code_of, countries, languages_of};
pub use typing::as_you_type;
