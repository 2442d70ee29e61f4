//! 64 bytes in the registers of AArch64.

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
