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
        return Self::Neon;
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
    let mut rest = bytes.get(from..).unwrap_or_default();
    while let Some((wide, _)) = rest.split_first_chunk::<WIDE>() {
        // SAFETY: as promised by the caller.
        if unsafe { V::is_plain(wide) } {
            at += WIDE;
        } else {
            for _ in 0..WIDE / BLOCK {
                // SAFETY: as promised by the caller.
                let mask = unsafe { digits::<V>(bytes.get(at..).unwrap_or_default()) };
                if mask != 0 {
                    return (at, mask);
                }
                at += BLOCK;
            }
        }
        rest = bytes.get(at..).unwrap_or_default();
    }
    while !rest.is_empty() {
        // SAFETY: as promised by the caller.
        let mask = unsafe { digits::<V>(rest) };
        if mask != 0 {
            return (at, mask);
        }
        at += BLOCK;
        rest = bytes.get(at..).unwrap_or_default();
    }
    (at, 0)
}

/// The bytes of the first block that are ASCII digits or may begin a digit of another script.
#[inline(always)]
unsafe fn digits<V: Vector>(bytes: &[u8]) -> u64 {
    // SAFETY: as promised by the caller.
    unsafe {
        let (block, there) = match bytes.first_chunk::<BLOCK>() {
            Some(block) => (V::load(block), u64::MAX),
            None => (V::load_part(bytes), !(u64::MAX << bytes.len())),
        };
        let ascii = block.within(b'0', 10);
        // Latin, Greek, Cyrillic and Hebrew letters begin with bytes below these.
        let found = match block.within(0xD9, 0x27) {
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
    // SAFETY: as promised by the caller.
    let (one, two) = unsafe {
        (
            shifted(1).map(|b| V::load(b)),
            shifted(2).map(|b| V::load(b)),
        )
    };
    // SAFETY: as promised by the caller.
    unsafe {
        // Arabic, Persian, N'Ko.
        let short = (block.eq(0xD9) & ahead(block, one, 1, |v| v.within(0xA0, 10)))
            | (block.eq(0xDB) & ahead(block, one, 1, |v| v.within(0xB0, 10)))
            | (block.eq(0xDF) & ahead(block, one, 1, |v| v.within(0x80, 10)));
        if block.within(0xE0, 0x20) == 0 {
            return short;
        }
        let nineties = ahead(block, two, 2, |v| v.within(0x90, 10));
        // Devanagari to Sinhala; Thai and Lao; Tibetan.
        let indic = ahead(block, one, 1, |v| v.within(0xA5, 19))
            & ahead(block, two, 2, |v| v.within(0xA6, 10));
        let thai = ahead(block, one, 1, |v| v.eq(0xB9) | v.eq(0xBB)) & nineties;
        let tibetan =
            ahead(block, one, 1, |v| v.eq(0xBC)) & ahead(block, two, 2, |v| v.within(0xA0, 10));
        let south = block.eq(0xE0) & (indic | thai | tibetan);
        let full_width = block.eq(0xEF) & ahead(block, one, 1, |v| v.eq(0xBC)) & nineties;
        // Rare scripts, without those letters of theirs that others use: Vietnamese, Hangul.
        let rare = (block.eq(0xE1) & ahead(block, one, 1, |v| v.within(0x80, 0x3A)))
            | (block.eq(0xEA) & ahead(block, one, 1, |v| v.within(0x80, 0x30)));
        // Most of what needs four bytes is emoji: F0 9F 98 and the like.
        let other = ahead(block, one, 1, |v| !v.eq(0x9F)) | ahead(block, two, 2, |v| v.eq(0xAF));
        short | south | full_width | rare | (block.eq(0xF0) & other)
    }
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
mod x86 {
    use std::arch::x86_64::*;

    use super::{BLOCK, Vector, WIDE};

    #[target_feature(enable = "sse2")]
    pub(super) unsafe fn next_block_sse2(bytes: &[u8], from: usize) -> (usize, u64) {
        // SAFETY: this function is compiled for SSE2.
        unsafe { super::next_block::<Sse2>(bytes, from) }
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn next_block_avx2(bytes: &[u8], from: usize) -> (usize, u64) {
        // SAFETY: this function is compiled for AVX2.
        unsafe { super::next_block::<Avx2>(bytes, from) }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) unsafe fn next_block_avx512(bytes: &[u8], from: usize) -> (usize, u64) {
        // SAFETY: this function is compiled for AVX-512 F and BW.
        unsafe { super::next_block::<Avx512>(bytes, from) }
    }

    /// The bits of four answers of 16 as one of 64.
    #[inline(always)]
    fn joined(parts: [i32; 4]) -> u64 {
        let low = parts.map(|part| u64::from(part.cast_unsigned() & 0xFFFF));
        low[0] | low[1] << 16 | low[2] << 32 | low[3] << 48
    }

    #[derive(Clone, Copy)]
    struct Sse2([__m128i; 4]);

    impl Vector for Sse2 {
        #[inline(always)]
        unsafe fn load(block: &[u8; BLOCK]) -> Self {
            let (parts, _) = block.as_chunks::<16>();
            // SAFETY: each load reads the 16 bytes of its part.
            Self(std::array::from_fn(|n| unsafe {
                _mm_loadu_si128(parts[n].as_ptr().cast())
            }))
        }

        #[inline(always)]
        unsafe fn eq(self, byte: u8) -> u64 {
            // SAFETY: as promised by the caller.
            joined(self.0.map(|part| unsafe {
                _mm_movemask_epi8(_mm_cmpeq_epi8(part, _mm_set1_epi8(byte.cast_signed())))
            }))
        }

        #[inline(always)]
        unsafe fn within(self, low: u8, count: u8) -> u64 {
            // SAFETY: as promised by the caller.
            joined(self.0.map(|part| unsafe {
                let over = _mm_sub_epi8(part, _mm_set1_epi8(low.cast_signed()));
                let most = _mm_set1_epi8(count.wrapping_sub(1).cast_signed());
                _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(over, most), over))
            }))
        }
    }

    #[derive(Clone, Copy)]
    struct Avx2([__m256i; 2]);

    impl Avx2 {
        #[inline(always)]
        fn joined(parts: [i32; 2]) -> u64 {
            let low = parts.map(|part| u64::from(part.cast_unsigned()));
            low[0] | low[1] << 32
        }
    }

    impl Vector for Avx2 {
        #[inline(always)]
        unsafe fn load(block: &[u8; BLOCK]) -> Self {
            let (parts, _) = block.as_chunks::<32>();
            // SAFETY: each load reads the 32 bytes of its part.
            Self(std::array::from_fn(|n| unsafe {
                _mm256_loadu_si256(parts[n].as_ptr().cast())
            }))
        }

        #[inline(always)]
        unsafe fn eq(self, byte: u8) -> u64 {
            // SAFETY: as promised by the caller.
            Self::joined(self.0.map(|part| unsafe {
                let same = _mm256_cmpeq_epi8(part, _mm256_set1_epi8(byte.cast_signed()));
                _mm256_movemask_epi8(same)
            }))
        }

        #[inline(always)]
        unsafe fn within(self, low: u8, count: u8) -> u64 {
            // SAFETY: as promised by the caller.
            Self::joined(self.0.map(|part| unsafe {
                let over = _mm256_sub_epi8(part, _mm256_set1_epi8(low.cast_signed()));
                let most = _mm256_set1_epi8(count.wrapping_sub(1).cast_signed());
                _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(over, most), over))
            }))
        }

        #[inline(always)]
        unsafe fn is_plain(blocks: &[u8; WIDE]) -> bool {
            // SAFETY: as promised by the caller.
            unsafe {
                let (zero, nine) = (_mm256_set1_epi8(0x30), _mm256_set1_epi8(9));
                let mut found = _mm256_setzero_si256();
                for block in blocks.as_chunks::<BLOCK>().0 {
                    for part in Self::load(block).0 {
                        let over = _mm256_sub_epi8(part, zero);
                        let digits = _mm256_cmpeq_epi8(_mm256_min_epu8(over, nine), over);
                        found = _mm256_or_si256(found, _mm256_or_si256(digits, part));
                    }
                }
                _mm256_movemask_epi8(found) == 0
            }
        }
    }

    #[derive(Clone, Copy)]
    struct Avx512(__m512i);

    impl Vector for Avx512 {
        #[inline(always)]
        unsafe fn load(block: &[u8; BLOCK]) -> Self {
            // SAFETY: the load reads the 64 bytes of the block.
            Self(unsafe { _mm512_loadu_si512(block.as_ptr().cast()) })
        }

        #[inline(always)]
        unsafe fn load_part(bytes: &[u8]) -> Self {
            let there = match bytes.len() {
                BLOCK.. => u64::MAX,
                length => !(u64::MAX << length),
            };
            // SAFETY: only bytes of the slice are read, the others are masked.
            Self(unsafe { _mm512_maskz_loadu_epi8(there, bytes.as_ptr().cast()) })
        }

        #[inline(always)]
        unsafe fn eq(self, byte: u8) -> u64 {
            // SAFETY: as promised by the caller.
            unsafe { _mm512_cmpeq_epi8_mask(self.0, _mm512_set1_epi8(byte.cast_signed())) }
        }

        #[inline(always)]
        unsafe fn within(self, low: u8, count: u8) -> u64 {
            // SAFETY: as promised by the caller.
            unsafe {
                let over = _mm512_sub_epi8(self.0, _mm512_set1_epi8(low.cast_signed()));
                _mm512_cmplt_epu8_mask(over, _mm512_set1_epi8(count.cast_signed()))
            }
        }

        #[inline(always)]
        unsafe fn is_plain(blocks: &[u8; WIDE]) -> bool {
            // SAFETY: as promised by the caller.
            unsafe {
                let (mut digits, mut all) = (0, _mm512_setzero_si512());
                for block in blocks.as_chunks::<BLOCK>().0 {
                    let part = Self::load(block);
                    digits |= part.within(b'0', 10);
                    all = _mm512_or_si512(all, part.0);
                }
                digits | _mm512_movepi8_mask(all) == 0
            }
        }
    }
}

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
