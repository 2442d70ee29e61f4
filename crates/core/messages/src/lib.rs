//! The words a person receives: templates by language, and the segments they fit in.
//!
//! Three things are rendered, all from sentences that are built in:
//!
//! - [`render_text`]: a code by text message. It names the product and what the code is for,
//!   and ends with the origin-bound line that lets a browser offer the code only on the page
//!   that asked for it (WICG, "Origin-bound one-time codes delivered via SMS").
//! - [`render_voice`]: the same code by call, as a script of things to say and pauses.
//! - [`render_notice`]: what a person must hear about the number itself.
//!
//! Everything a caller can choose is a type that was checked once: [`ProductName`], [`Host`],
//! [`Code`], [`Day`], [`Language`]. Rendering therefore cannot fail. Texts hold codes, so
//! they are wiped when dropped and their `Debug` says nothing.
//!
//! The crate is pure: no clock, no randomness, no I/O.

mod bidi;
mod code;
mod day;
pub mod gsm7;
mod host;
mod language;
mod notice;
mod product_name;
mod purpose;
mod secret_text;
pub mod segments;
mod template;
mod text;
mod voice;
mod words;

pub use code::{Code, CodeError};
pub use day::{Day, DayError};
pub use host::{Host, HostError};
pub use language::Language;
pub use notice::{NoticeKind, render_notice};
pub use product_name::{ProductName, ProductNameError};
pub use purpose::Purpose;
pub use secret_text::SecretText;
pub use text::{RenderedText, TextRequest, render_text};
pub use voice::{RenderedVoice, VoicePart, VoiceRequest, render_voice};
