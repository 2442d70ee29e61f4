//! Compiles the world's numbering plans into one table.
//!
//! The table is checked in, because the data is large and not ours; whoever has the data can
//! compile it again and must get the same bytes. `cargo xtask numbering` is the command.

mod automaton;
mod bytes;
mod classify;
mod compile;
mod decided;
mod error;
mod formats;
mod layout;
mod metadata;
mod pattern;
mod prefix;
mod xml;

use std::{fs, path::Path};

use compile::Sources;
pub use error::{Error, Result};

/// Where the table is checked in, from the workspace's root.
pub const TABLE: &str = "crates/core/numbers/src/plan.bin";

/// Where the data usually is, from the workspace's root.
pub const DATA: &str = "../shared/data/numbering";

/// The four files, in the order of [`Sources`].
const FILES: [&str; 4] = [
    "PhoneNumberMetadata.xml",
    "PhoneNumberAlternateFormats.xml",
    "ShortNumberMetadata.xml",
    "map_data.txt",
];

/// The line of the notice that names the data's version.
const VERSION: &str = "Version: ";

/// The table that the data in a folder gives. The same data and version give the same bytes.
///
/// # Errors
/// A file that is missing, or that says something this compiler does not understand.
pub fn compiled(data: &Path, version: &str) -> Result<Vec<u8>> {
    let read = |name: &str| {
        let path = data.join(name);
        fs::read_to_string(&path).map_err(|e| Error::failed(format!("{}: {e}", path.display())))
    };
    let [metadata, alternate_formats, short_numbers, time_zones] = FILES.map(read);
    let sources = Sources {
        metadata: metadata?,
        alternate_formats: alternate_formats?,
        short_numbers: short_numbers?,
        time_zones: time_zones?,
    };
    compile::compile(&sources, &notice(&sources, version))
}

/// What the licence asks to be said, and which data it was.
fn notice(sources: &Sources, version: &str) -> String {
    let texts = [
        &sources.metadata,
        &sources.alternate_formats,
        &sources.short_numbers,
        &sources.time_zones,
    ];
    let mut notice = format!(
        "Numbering plans of the world, compiled by `cargo xtask numbering`.\n\
         Source: metadata of libphonenumber (https://github.com/google/libphonenumber)\n\
         {VERSION}{version}\n\
         Copyright The Libphonenumber Authors\n\
         Licence: Apache-2.0 (http://www.apache.org/licenses/LICENSE-2.0)\n\
         Changes: patterns compiled into one automaton; comments and examples left out.\n"
    );
    for (name, text) in FILES.iter().zip(texts) {
        notice.push_str(&format!("Input: {name} {:016x}\n", fingerprint(text)));
    }
    notice
}

/// FNV-1a, 64 bits: tells two versions of a file apart, and promises nothing more.
fn fingerprint(text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// The version that an existing table names.
pub fn version_of(table: &[u8]) -> Option<String> {
    let at = table
        .windows(VERSION.len())
        .position(|w| w == VERSION.as_bytes())?;
    let line = table[at + VERSION.len()..].split(|&b| b == b'\n').next()?;
    String::from_utf8(line.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_table_is_what_the_data_gives() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let data = root.join(DATA);
        if !data.join(FILES[0]).exists() {
            eprintln!("skipped: no numbering data beside the workspace");
            return;
        }
        let table = fs::read(root.join(TABLE)).unwrap();
        let version = version_of(&table).unwrap();
        let fresh = compiled(&data, &version).unwrap();
        assert!(fresh == table, "run `cargo xtask numbering`");
        assert!(fresh.len() < 2_000_000, "{} bytes", fresh.len());
    }

    #[test]
    fn a_table_names_its_version() {
        let sources = Sources::default();
        let notice = notice(&sources, "May 2001");
        assert_eq!(version_of(notice.as_bytes()).as_deref(), Some("May 2001"));
        assert_eq!(version_of(b"something else"), None);
    }

    #[test]
    fn the_fingerprint_is_fnv_1a() {
        assert_eq!(fingerprint(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fingerprint("a"), 0xaf63_dc4c_8601_ec8c);
    }
}
