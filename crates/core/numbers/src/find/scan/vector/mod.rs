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

use super::BLOCK;

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
        #[cfg(miri)]
        return Self::Portable;
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        return match () {
            () if has_avx512() => Self::Avx512,
            () if std::arch::is_x86_feature_detected!("avx2") => Self::Avx2,
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
            if std::arch::is_x86_feature_detected!("avx2") {
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
        // A short text is over before what long ones need is made ready.
        let short = match self {
            _ if bytes.len() - from.min(bytes.len()) >= WIDE => None,
            // SAFETY: as below.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { x86::next_of_few_avx2(bytes, from) },
            // SAFETY: as below.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { x86::next_of_few_avx512(bytes, from) },
            _ => None,
        };
        if let Some(found) = short {
            return found;
        }
        match self {
            // SAFETY: plain integers need no instruction set.
            Self::Portable => unsafe { next_block::<portable::Bytes>(bytes, from) },
            // SAFETY: the target has SSE2, as every x86-64 machine does.
            #[cfg(target_arch = "x86_64")]
            Self::Sse2 => unsafe { x86::next_block_sse2(bytes, from) },
            // SAFETY: the unit was made behind the check for AVX2.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => unsafe { x86::next_block_avx2(bytes, from) },
            // SAFETY: the unit was made behind the check for AVX-512 F and BW.
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => unsafe { x86::next_block_avx512(bytes, from) },
            // SAFETY: every AArch64 machine that Rust knows has NEON.
            #[cfg(target_arch = "aarch64")]
            Self::Neon => unsafe { next_block::<neon::Bytes>(bytes, from) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[inline]
fn has_avx512() -> bool {
    std::arch::is_x86_feature_detected!("avx512bw")
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

/// [`next_block`] for a few blocks without scripts that have other digits; `None` if there are some.
#[inline(always)]
unsafe fn next_of_few<V: Vector>(bytes: &[u8], from: usize) -> Option<(usize, u64)> {
    let mut at = from;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        // SAFETY: as promised by the caller.
        let (ascii, others) = unsafe {
            let (block, there) = first_block::<V>(rest);
            (
                block.within(b'0', 10) & there,
                block.within(OTHERS, OTHERS_COUNT),
            )
        };
        match (others, ascii) {
            (1.., _) => return None,
            (0, 0) if rest.len() > BLOCK => at += BLOCK,
            (0, _) => return Some((at, ascii)),
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

/// Plain integers. Compilers make vectors of the loops where the target has some.
mod portable {
    use super::{BLOCK, Vector};

    #[derive(Clone, Copy)]
    pub(super) struct Bytes([u8; BLOCK]);

    impl Bytes {
        #[inline(always)]
        fn mask(self, is: impl Fn(u8) -> bool) -> u64 {
            let bits = self.0.iter().rev();
            bits.fold(0, |mask, &byte| mask << 1 | u64::from(is(byte)))
        }
    }

    impl Vector for Bytes {
        #[inline(always)]
        unsafe fn load(block: &[u8; BLOCK]) -> Self {
            Self(*block)
        }

        #[inline(always)]
        unsafe fn eq(self, byte: u8) -> u64 {
            self.mask(|other| other == byte)
        }

        #[inline(always)]
        unsafe fn within(self, low: u8, count: u8) -> u64 {
            // A block without any is the common case, and found without making the mask.
            let is = |byte: u8| byte.wrapping_sub(low) < count;
            match self.0.iter().fold(false, |any, &byte| any | is(byte)) {
                false => 0,
                true => self.mask(is),
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "aarch64")]
mod neon {
    use std::arch::aarch64::*;

    use super::{BLOCK, Vector};

    #[derive(Clone, Copy)]
    pub(super) struct Bytes([uint8x16_t; 4]);

    impl Bytes {
        /// The top bit of each byte of four answers as one number.
        #[inline(always)]
        unsafe fn joined(parts: [uint8x16_t; 4]) -> u64 {
            const BITS: [u8; 16] = [1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128];
            // SAFETY: NEON is part of the target; the load reads the 16 bytes of the constant.
            unsafe {
                let bits = vld1q_u8(BITS.as_ptr());
                let [a, b, c, d] = parts.map(|part| vandq_u8(part, bits));
                let pairs = vpaddq_u8(vpaddq_u8(a, b), vpaddq_u8(c, d));
                vgetq_lane_u64::<0>(vreinterpretq_u64_u8(vpaddq_u8(pairs, pairs)))
            }
        }
    }

    impl Vector for Bytes {
        #[inline(always)]
        unsafe fn load(block: &[u8; BLOCK]) -> Self {
            let (parts, _) = block.as_chunks::<16>();
            // SAFETY: each load reads the 16 bytes of its part.
            Self(std::array::from_fn(|n| unsafe {
                vld1q_u8(parts[n].as_ptr())
            }))
        }

        #[inline(always)]
        unsafe fn eq(self, byte: u8) -> u64 {
            // SAFETY: NEON is part of the target.
            unsafe { Self::joined(self.0.map(|part| vceqq_u8(part, vdupq_n_u8(byte)))) }
        }

        #[inline(always)]
        unsafe fn within(self, low: u8, count: u8) -> u64 {
            // SAFETY: NEON is part of the target.
            unsafe {
                Self::joined(self.0.map(|part| {
                    let over = vsubq_u8(part, vdupq_n_u8(low));
                    vcltq_u8(over, vdupq_n_u8(count))
                }))
            }
        }
    }
}
