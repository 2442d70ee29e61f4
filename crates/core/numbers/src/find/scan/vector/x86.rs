//! 64 bytes in the registers of x86-64.

use std::arch::x86_64::*;

use super::{BLOCK, Task, Vector, WIDE};

#[target_feature(enable = "sse2")]
pub(super) unsafe fn run_sse2<T: Task>(task: T) -> T::Answer {
    // SAFETY: this function is compiled for SSE2.
    unsafe { task.run::<Sse2>() }
}

#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn run_avx2<T: Task>(task: T) -> T::Answer {
    // SAFETY: this function is compiled for AVX2.
    unsafe { task.run::<Avx2>() }
}

#[target_feature(enable = "avx512f,avx512bw,bmi1,bmi2,lzcnt,popcnt")]
pub(super) unsafe fn run_avx512<T: Task>(task: T) -> T::Answer {
    // SAFETY: this function is compiled for AVX-512 F and BW, and BMI2.
    unsafe { task.run::<Avx512>() }
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
