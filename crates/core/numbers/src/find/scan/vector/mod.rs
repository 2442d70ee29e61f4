//! Masks of digits, by the widest instructions that the machine has.
//!
//! This is the only module of the crate with `unsafe`. What makes it sound:
//! - A function compiled for an instruction set is called only behind the run-time check for that
//!   set ([`Unit::best`], [`Unit::all`]); no other code can name a [`Unit`] that was not checked.
//! - Loads go through references to 64 bytes, or are masked to the length of their slice. No
//!   pointer is made from numbers, nothing is written.
//!
//! What the masks mean is written once, over [`Vector`]; each instruction set only says how 64
//! bytes are loaded and compared. Tests hold every unit against a walk by characters.

use std::{marker::PhantomData, sync::OnceLock};

use super::{
    super::Lengths,
    BLOCK,
    window::{self, Look, Marks, Start, Window},
};

/// Blocks that are looked at together where none of them is expected to have digits.
const WIDE: usize = 4 * BLOCK;

/// How many blocks are looked at one by one before several are tried together again.
const PATIENCE: usize = 3 * WIDE / BLOCK;

/// Letters of Latin, Greek, Cyrillic and Hebrew begin with bytes below these; digits of other
/// scripts than ASCII do not.
const OTHERS: u8 = 0xD9;

/// How many such bytes there are.
const OTHERS_COUNT: u8 = 0xFF - OTHERS + 1;

/// A set of instructions that this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// No vector instructions, on any machine.
    Portable,
    #[cfg(target_arch = "x86_64")]
    Sse2,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "aarch64")]
    Neon,
}

impl Unit {
    /// The widest of this machine.
    #[inline]
    pub(crate) fn best() -> Self {
        static BEST: OnceLock<Unit> = OnceLock::new();
        // Asked for each text: asking the machine takes longer than a short text does.
        *BEST.get_or_init(Self::widest)
    }

    #[cold]
    fn widest() -> Self {
        #[cfg(miri)]
        return Self::Portable;
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        return match () {
            () if has_avx512() => Self::Avx512,
            () if has_avx2() => Self::Avx2,
            () if cfg!(target_feature = "sse2") => Self::Sse2,
            () => Self::Portable,
        };
        #[cfg(all(target_arch = "aarch64", not(miri)))]
        return match std::arch::is_aarch64_feature_detected!("neon") {
            true => Self::Neon,
            false => Self::Portable,
        };
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", miri)))]
        return Self::Portable;
    }

    /// All of this machine.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Self> {
        let mut units = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            units.push(Self::Sse2);
            if has_avx2() {
                units.push(Self::Avx2);
            }
            if has_avx512() {
                units.push(Self::Avx512);
            }
        }
        #[cfg(target_arch = "aarch64")]
        units.push(Self::Neon);
        units
    }

    /// The first block at or after `from` with a bit in its mask, and the mask; mask 0 if there is
    /// none. Blocks lie from `from` on, whatever its address.
    #[inline]
    pub(super) fn next_block(self, bytes: &[u8], from: usize) -> (usize, u64) {
        self.run(NextBlock(bytes, from))
    }

    /// Whether a few bytes hold no digit, as far as that is plain to see.
    #[inline]
    pub(super) fn is_clear(self, bytes: &[u8]) -> bool {
        self.run(IsClear(bytes))
    }

    /// The ASCII letters among the first 64 bytes, and what is beyond ASCII there.
    #[inline]
    pub(crate) fn letters(self, bytes: &[u8]) -> (u64, u64) {
        self.run(Letters(bytes))
    }

    /// How many characters a text has.
    pub(crate) fn count_chars(self, text: &str) -> usize {
        self.run(CountChars(text.as_bytes()))
    }

    /// The next digits that may be a number; see [`window::next`].
    #[inline]
    pub(super) fn next_start(
        self,
        bytes: &[u8],
        from: (usize, bool),
        window: &mut Window,
        lengths: Option<&Lengths>,
    ) -> Option<Start> {
        self.run(NextStart(bytes, from, window, lengths))
    }

    #[inline(always)]
    fn run<T: Task>(self, task: T) -> T::Answer {
        match self {
            // SAFETY: plain integers need no instruction set.
            Self::Portable => unsafe { task.run::<portable::Bytes>() },
            // SAFETY: the target has SSE2, as every x86-64 machine does.
            #[cfg(target_arch = "x86_64")]
            Self::Sse2 => unsafe { x86::run_sse2(task) },
            // SAFETY: the unit was made behind the check for AVX2.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { x86::run_avx2(task) },
            // SAFETY: the unit was made behind the check for AVX-512 F and BW and BMI2.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { x86::run_avx512(task) },
            // SAFETY: every AArch64 machine that Rust knows has NEON.
            #[cfg(target_arch = "aarch64")]
            Self::Neon => unsafe { task.run::<neon::Bytes>() },
        }
    }
}

/// What a unit is asked, whatever its vectors are.
trait Task {
    type Answer;

    /// # Safety
    /// The machine has the instructions of these vectors.
    unsafe fn run<V: Vector>(self) -> Self::Answer;
}

/// With what every machine with AVX2 has to count bits.
#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
        && std::arch::is_x86_feature_detected!("bmi1")
        && std::arch::is_x86_feature_detected!("bmi2")
        && std::arch::is_x86_feature_detected!("lzcnt")
        && std::arch::is_x86_feature_detected!("popcnt")
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    has_avx2()
        && std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512f")
}

/// 64 bytes, compared all at once. Bit `n` of an answer is about byte `n`.
///
/// # Safety
/// The machine has the instructions of the implementing type.
trait Vector: Copy {
    unsafe fn load(block: &[u8; BLOCK]) -> Self;

    /// Fewer than 64 bytes, and zeros behind them.
    #[inline(always)]
    unsafe fn load_part(bytes: &[u8]) -> Self {
        let mut block = [0; BLOCK];
        let length = bytes.len().min(BLOCK);
        block[..length].copy_from_slice(&bytes[..length]);
        // SAFETY: as promised by the caller.
        unsafe { Self::load(&block) }
    }

    /// The bytes that equal `byte`.
    unsafe fn eq(self, byte: u8) -> u64;

    /// The bytes from `low` on, `count` values of them.
    unsafe fn within(self, low: u8, count: u8) -> u64;

    /// The bits of `of` that `which` chooses, moved together. None of `of` lies elsewhere.
    #[inline(always)]
    unsafe fn chosen(of: u64, which: u64) -> u64 {
        let (mut rest, mut chosen) = (of, 0);
        while rest != 0 {
            let below = (rest & rest.wrapping_neg()) - 1;
            chosen |= 1 << (which & below).count_ones();
            rest &= rest - 1;
        }
        chosen
    }

    /// Whether four blocks hold neither an ASCII digit nor anything beyond ASCII.
    #[inline(always)]
    unsafe fn is_plain(blocks: &[u8; WIDE]) -> bool {
        let (parts, _) = blocks.as_chunks::<BLOCK>();
        // SAFETY: as promised by the caller.
        parts.iter().all(|part| unsafe {
            let block = Self::load(part);
            block.within(b'0', 10) | block.within(0x80, 0x80) == 0
        })
    }
}

#[inline(always)]
unsafe fn next_block<V: Vector>(bytes: &[u8], from: usize) -> (usize, u64) {
    let mut at = from;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        // SAFETY: as promised by the caller.
        let plain = rest
            .first_chunk()
            .is_some_and(|wide| unsafe { V::is_plain(wide) });
        if plain {
            at += WIDE;
            continue;
        }
        for _ in 0..PATIENCE {
            let rest = bytes.get(at..).unwrap_or_default();
            // SAFETY: as promised by the caller.
            let mask = unsafe { digits::<V>(rest) };
            if mask != 0 || rest.len() <= BLOCK {
                return (at, mask);
            }
            at += BLOCK;
        }
    }
}

/// A text, seen by the vectors of one kind.
struct Eyes<'b, V>(&'b [u8], PhantomData<V>);

impl<V: Vector> Look for Eyes<'_, V> {
    #[inline(always)]
    fn marks(&self, at: usize) -> Marks {
        // SAFETY: as promised by whoever made the eyes.
        unsafe { marks::<V>(self.0.get(at..).unwrap_or_default()) }
    }

    #[inline(always)]
    fn next_digit(&self, from: usize) -> Option<usize> {
        // SAFETY: as promised by whoever made the eyes.
        let (base, mask) = unsafe { next_block::<V>(self.0, from.min(self.0.len())) };
        (mask != 0).then(|| base + mask.trailing_zeros() as usize)
    }

    #[inline(always)]
    fn chosen(of: u64, which: u64) -> u64 {
        // SAFETY: as promised by whoever made the eyes.
        unsafe { V::chosen(of, which) }
    }
}

struct NextBlock<'b>(&'b [u8], usize);

impl Task for NextBlock<'_> {
    type Answer = (usize, u64);

    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> (usize, u64) {
        // SAFETY: as promised by the caller.
        unsafe { next_block::<V>(self.0, self.1) }
    }
}

struct NextStart<'b>(&'b [u8], (usize, bool), &'b mut Window, Option<&'b Lengths>);

impl Task for NextStart<'_> {
    type Answer = Option<Start>;

    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> Option<Start> {
        let Self(bytes, from, window, lengths) = self;
        // As promised by the caller, the machine has the instructions of the vectors.
        window::next(bytes, from, window, lengths, Eyes::<V>(bytes, PhantomData))
    }
}

struct CountChars<'b>(&'b [u8]);

impl Task for CountChars<'_> {
    type Answer = usize;

    /// How many bytes of UTF-8 begin a character.
    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> usize {
        let (mut rest, mut going_on) = (self.0, 0);
        while !rest.is_empty() {
            // SAFETY: as promised by the caller.
            let (block, _) = unsafe { first_block::<V>(rest) };
            // SAFETY: as promised by the caller.
            going_on += unsafe { block.within(0x80, 0x40) }.count_ones() as usize;
            rest = rest.get(BLOCK..).unwrap_or_default();
        }
        self.0.len() - going_on
    }
}

struct Letters<'b>(&'b [u8]);

impl Task for Letters<'_> {
    type Answer = (u64, u64);

    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> (u64, u64) {
        // SAFETY: as promised by the caller.
        unsafe {
            let (block, _) = first_block::<V>(self.0);
            let letters = block.within(b'A', 26) | block.within(b'a', 26);
            (letters, block.within(0x80, 0x80))
        }
    }
}

struct IsClear<'b>(&'b [u8]);

impl Task for IsClear<'_> {
    type Answer = bool;

    /// Two blocks at once, the second up to the last byte: how long a line is makes no difference
    /// to what is done, so that nothing has to be guessed.
    #[inline(always)]
    unsafe fn run<V: Vector>(self) -> bool {
        let bytes = self.0;
        // SAFETY: as promised by the caller.
        unsafe {
            if bytes.len() > 2 * BLOCK {
                return next_block::<V>(bytes, 0).1 == 0;
            }
            let last = bytes.get(bytes.len().saturating_sub(BLOCK)..);
            let (first, _) = first_block::<V>(bytes);
            let (last, _) = first_block::<V>(last.unwrap_or_default());
            let digits = first.within(b'0', 10) | last.within(b'0', 10);
            let others = first.within(OTHERS, OTHERS_COUNT) | last.within(OTHERS, OTHERS_COUNT);
            digits | others == 0
        }
    }
}

/// What the first 64 bytes are.
#[inline(always)]
unsafe fn marks<V: Vector>(bytes: &[u8]) -> Marks {
    // SAFETY: as promised by the caller.
    unsafe {
        let (block, there) = first_block::<V>(bytes);
        let others = match block.within(OTHERS, OTHERS_COUNT) {
            0 => 0,
            _ => other_scripts(block, bytes) & there,
        };
        let capitals = block.within(b'A', 26);
        let dashes = block.within(b'-', 2);
        Marks {
            digits: block.within(b'0', 10),
            others,
            gaps: dashes
                | block.eq(b' ')
                | block.eq(b'/')
                | block.within(b'(', 2)
                | block.eq(b'[')
                | block.eq(b']')
                | block.eq(b'{')
                | block.within(b'}', 2),
            percent: block.eq(b'%'),
            beyond: block.within(0x80, 0x80),
            binding: dashes
                | capitals
                | block.within(b'a', 26)
                | block.within(b'#', 2)
                | block.eq(b'&')
                | block.eq(b'@')
                | block.eq(b'_'),
            fraction: block.eq(b',') | block.eq(b':'),
            capitals,
        }
    }
}

/// The first 64 bytes, and a bit for each that is there.
#[inline(always)]
unsafe fn first_block<V: Vector>(bytes: &[u8]) -> (V, u64) {
    // SAFETY: as promised by the caller.
    unsafe {
        match bytes.first_chunk::<BLOCK>() {
            Some(block) => (V::load(block), u64::MAX),
            None => (V::load_part(bytes), !(u64::MAX << bytes.len())),
        }
    }
}

/// The bytes of the first block that are ASCII digits or may begin a digit of another script.
#[inline(always)]
unsafe fn digits<V: Vector>(bytes: &[u8]) -> u64 {
    // SAFETY: as promised by the caller.
    unsafe {
        let (block, there) = first_block::<V>(bytes);
        let ascii = block.within(b'0', 10);
        let found = match block.within(OTHERS, OTHERS_COUNT) {
            0 => ascii,
            _ => ascii | other_scripts(block, bytes),
        };
        found & there
    }
}

/// The bytes that may begin a digit beyond ASCII: their characters have to be looked at.
#[inline(always)]
unsafe fn other_scripts<V: Vector>(block: V, bytes: &[u8]) -> u64 {
    // The same bytes one and two further on; at the end of a text all that is cut counts.
    let shifted = |by: usize| bytes.get(by..).and_then(<[u8]>::first_chunk::<BLOCK>);
    let mut found = 0;
    // Most texts are of one script: what the others need is not even compared.
    // SAFETY: as promised by the caller.
    unsafe {
        let one = || shifted(1).map(|further| V::load(further));
        let two = || shifted(2).map(|further| V::load(further));
        if block.within(0xD9, 7) != 0 {
            // Arabic, Persian, N'Ko.
            let one = one();
            found |= (block.eq(0xD9) & ahead(block, one, 1, |v| v.within(0xA0, 10)))
                | (block.eq(0xDB) & ahead(block, one, 1, |v| v.within(0xB0, 10)))
                | (block.eq(0xDF) & ahead(block, one, 1, |v| v.within(0x80, 10)));
        }
        let (south, full_width) = (block.eq(0xE0), block.eq(0xEF));
        if south | full_width != 0 {
            let (one, two) = (one(), two());
            let nineties = ahead(block, two, 2, |v| v.within(0x90, 10));
            let last_rows = ahead(block, one, 1, |v| v.eq(0xBC));
            found |= full_width & last_rows & nineties;
            if south != 0 {
                // Devanagari to Sinhala; Thai and Lao; Tibetan.
                let indic = ahead(block, one, 1, |v| v.within(0xA5, 19))
                    & ahead(block, two, 2, |v| v.within(0xA6, 10));
                let thai = ahead(block, one, 1, |v| v.eq(0xB9) | v.eq(0xBB)) & nineties;
                let tibetan = last_rows & ahead(block, two, 2, |v| v.within(0xA0, 10));
                found |= south & (indic | thai | tibetan);
            }
        }
        // Rare scripts, without those letters of theirs that others use: Vietnamese, Hangul.
        let (first, second) = (block.eq(0xE1), block.eq(0xEA));
        if first | second != 0 {
            let one = one();
            found |= (first & ahead(block, one, 1, |v| v.within(0x80, 0x3A)))
                | (second & ahead(block, one, 1, |v| v.within(0x80, 0x30)));
        }
        // Most of what needs four bytes is emoji: F0 9F 98 and the like.
        let four = block.eq(0xF0);
        if four != 0 {
            let (one, two) = (one(), two());
            found |= four
                & (ahead(block, one, 1, |v| !v.eq(0x9F)) | ahead(block, two, 2, |v| v.eq(0xAF)));
        }
    }
    found
}

/// What holds of the bytes that stand `by` behind those of the block: `further` on, if they are
/// there; else what holds of the block's own, and all that is cut.
#[inline(always)]
fn ahead<V: Vector>(block: V, further: Option<V>, by: u32, is: impl Fn(V) -> u64) -> u64 {
    match further {
        Some(further) => is(further),
        None => is(block) >> by | !(u64::MAX >> by),
    }
}

mod portable;

#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "aarch64")]
mod neon;
