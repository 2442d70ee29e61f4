//! Finding numbers in text, measured: `cargo xtask bench numbers-text` and `numbers-accuracy`.
//!
//! `speed` prints a line for each text and engine, `accuracy` one for each format, language and
//! engine: name, figure and unit, parted by tabs. `finds` prints what is found, to hold two builds
//! against each other; `once` searches one text, to count instructions.
#![expect(
    clippy::print_stdout,
    reason = "printing figures is this program's purpose"
)]
#![expect(clippy::unwrap_used, reason = "a benchmark fails as tests do")]

mod accuracy;
mod finds;
mod languages;
mod speed;
mod texts;

fn main() {
    let task = std::env::args().nth(1).unwrap_or_default();
    match task.as_str() {
        "speed" => speed::run(),
        "accuracy" => accuracy::run(),
        "finds" => finds::run(),
        "once" => finds::once(),
        _ => println!("usage: finding speed | accuracy | finds | once"),
    }
}

/// One figure, as `cargo xtask bench` reads it.
fn say(name: &str, figure: f64, unit: &str) {
    println!("{name}\t{figure}\t{unit}");
}
