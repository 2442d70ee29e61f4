//! 64 bytes in the registers of x86-64.

use std::arch::x86_64::*;

use super::{BLOCK, Lengths, OTHERS, OTHERS_COUNT, Start, Vector, WIDE, Window};

#[target_feature(enable = "sse2")]
pub(super) unsafe fn next_block_sse2(bytes: &[u8], from: usize) -> (usize, u64) {
    // SAFETY: this function is compiled for SSE2.
    unsafe { super::next_block::<Sse2>(bytes, from) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn next_block_avx2(bytes: &[u8], from: usize) -> (usize, u64) {
    // SAFETY: this function is compiled for AVX2.
    unsafe { super::next_block::<Avx2>(bytes, from) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn is_clear_avx2(bytes: &[u8]) -> bool {
    // SAFETY: this function is compiled for AVX2.
    unsafe { super::is_clear::<Avx2>(bytes) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn is_clear_avx512(bytes: &[u8]) -> bool {
    // SAFETY: this function is compiled for AVX-512 F and BW.
    unsafe { Avx512::is_clear(bytes) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn next_block_avx512(bytes: &[u8], from: usize) -> (usize, u64) {
    // SAFETY: this function is compiled for AVX-512 F and BW.
    unsafe { super::next_block::<Avx512>(bytes, from) }
}

#[target_feature(enable = "sse2")]
pub(super) unsafe fn next_start_sse2(
    bytes: &[u8],
    from: (usize, bool),
    window: &mut Window,
    lengths: Option<&Lengths>,
) -> Option<Start> {
    // SAFETY: this function is compiled for SSE2.
    unsafe { super::next_start::<Sse2>(bytes, from, window, lengths) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn next_start_avx2(
    bytes: &[u8],
    from: (usize, bool),
    window: &mut Window,
    lengths: Option<&Lengths>,
) -> Option<Start> {
    // SAFETY: this function is compiled for AVX2.
    unsafe { super::next_start::<Avx2>(bytes, from, window, lengths) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn next_start_avx512(
    bytes: &[u8],
    from: (usize, bool),
    window: &mut Window,
    lengths: Option<&Lengths>,
) -> Option<Start> {
    // SAFETY: this function is compiled for AVX-512 F and BW, and BMI2.
    unsafe { super::next_start::<Avx512>(bytes, from, window, lengths) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn count_chars_avx2(bytes: &[u8]) -> usize {
    // SAFETY: this function is compiled for AVX2.
    unsafe { super::count_chars::<Avx2>(bytes) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn count_chars_avx512(bytes: &[u8]) -> usize {
    // SAFETY: this function is compiled for AVX-512 F and BW.
    unsafe { super::count_chars::<Avx512>(bytes) }
}

#[target_feature(enable = "sse2")]
pub(super) unsafe fn letters_sse2(bytes: &[u8]) -> (u64, u64) {
    // SAFETY: this function is compiled for SSE2.
    unsafe { super::letters::<Sse2>(bytes) }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn letters_avx2(bytes: &[u8]) -> (u64, u64) {
    // SAFETY: this function is compiled for AVX2.
    unsafe { super::letters::<Avx2>(bytes) }
}

#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn letters_avx512(bytes: &[u8]) -> (u64, u64) {
    // SAFETY: this function is compiled for AVX-512 F and BW.
    unsafe { super::letters::<Avx512>(bytes) }
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

/// Two halves, each named: what an array's `map` is given would be compiled without AVX2, and called
/// for each half.
#[derive(Clone, Copy)]
struct Avx2(__m256i, __m256i);

impl Avx2 {
    /// The bits of two answers of 32 as one of 64.
    #[inline(always)]
    unsafe fn joined(low: __m256i, high: __m256i) -> u64 {
        // SAFETY: as promised by the caller.
        let bits = |part| unsafe { u64::from(_mm256_movemask_epi8(part).cast_unsigned()) };
        bits(low) | bits(high) << 32
    }
}

impl Vector for Avx2 {
    #[inline(always)]
    unsafe fn load(block: &[u8; BLOCK]) -> Self {
        let (low, high) = block.split_at(BLOCK / 2);
        // SAFETY: each load reads the 32 bytes of its half.
        unsafe {
            Self(
                _mm256_loadu_si256(low.as_ptr().cast()),
                _mm256_loadu_si256(high.as_ptr().cast()),
            )
        }
    }

    #[inline(always)]
    unsafe fn eq(self, byte: u8) -> u64 {
        // SAFETY: as promised by the caller.
        unsafe {
            let byte = _mm256_set1_epi8(byte.cast_signed());
            Self::joined(
                _mm256_cmpeq_epi8(self.0, byte),
                _mm256_cmpeq_epi8(self.1, byte),
            )
        }
    }

    #[inline(always)]
    unsafe fn within(self, low: u8, count: u8) -> u64 {
        // SAFETY: as promised by the caller.
        unsafe {
            let low = _mm256_set1_epi8(low.cast_signed());
            let most = _mm256_set1_epi8(count.wrapping_sub(1).cast_signed());
            let one = _mm256_sub_epi8(self.0, low);
            let two = _mm256_sub_epi8(self.1, low);
            Self::joined(
                _mm256_cmpeq_epi8(_mm256_min_epu8(one, most), one),
                _mm256_cmpeq_epi8(_mm256_min_epu8(two, most), two),
            )
        }
    }

    #[inline(always)]
    unsafe fn is_plain(blocks: &[u8; WIDE]) -> bool {
        // SAFETY: as promised by the caller.
        unsafe {
            let (zero, nine) = (_mm256_set1_epi8(0x30), _mm256_set1_epi8(9));
            let mut found = _mm256_setzero_si256();
            for block in blocks.as_chunks::<BLOCK>().0 {
                let Self(one, two) = Self::load(block);
                for part in [one, two] {
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

impl Avx512 {
    /// Two blocks at once, the second up to the last byte: how long the text is makes no difference
    /// to what is done, so that nothing has to be guessed.
    #[inline(always)]
    unsafe fn is_clear(bytes: &[u8]) -> bool {
        if bytes.len() > 2 * BLOCK {
            // SAFETY: as promised by the caller.
            return unsafe { super::is_clear::<Self>(bytes) };
        }
        let last = bytes
            .get(bytes.len().saturating_sub(BLOCK)..)
            .unwrap_or_default();
        // SAFETY: as promised by the caller.
        unsafe {
            let (first, last) = (Self::load_part(bytes).0, Self::load_part(last).0);
            let zero = _mm512_set1_epi8(b'0'.cast_signed());
            let over = _mm512_min_epu8(_mm512_sub_epi8(first, zero), _mm512_sub_epi8(last, zero));
            let digits = _mm512_cmplt_epu8_mask(over, _mm512_set1_epi8(10));
            let others = Self(_mm512_max_epu8(first, last)).within(OTHERS, OTHERS_COUNT);
            digits | others == 0
        }
    }
}

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
    unsafe fn chosen(of: u64, which: u64) -> u64 {
        // SAFETY: a machine with these vectors is only chosen with BMI2.
        unsafe { _pext_u64(of, which) }
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
