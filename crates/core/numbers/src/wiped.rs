//! Digits in the making, which are not left behind.

use std::ops::{Deref, DerefMut};

/// Bytes that are wiped on drop: all at once, because byte by byte would take longer than reading
/// the number does.
// Aligned, so that it is moved in whole registers.
#[repr(align(8))]
pub(crate) struct Wiped<const LEN: usize>([u8; LEN]);

impl<const LEN: usize> Wiped<LEN> {
    /// Zeros.
    #[inline]
    pub(crate) fn zeros() -> Self {
        Self([0; LEN])
    }
}

impl<const LEN: usize> Deref for Wiped<LEN> {
    type Target = [u8; LEN];

    #[inline]
    fn deref(&self) -> &[u8; LEN] {
        &self.0
    }
}

impl<const LEN: usize> DerefMut for Wiped<LEN> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8; LEN] {
        &mut self.0
    }
}

impl<const LEN: usize> Drop for Wiped<LEN> {
    #[inline]
    fn drop(&mut self) {
        self.0 = [0; LEN];
        zeroize::optimization_barrier(self);
    }
}
