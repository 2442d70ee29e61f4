//! 64 bytes as plain integers. Compilers make vectors of the loops where the target has some.

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
