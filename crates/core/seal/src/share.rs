//! Cells of the share store: AEAD under the epoch key, bound to table, row and column.
//!
//! A sealed cell is a random 12-byte nonce, then ciphertext and tag. The epoch key ends after 30
//! days; random nonces are safe for 2^32 cells in that time (NIST SP 800-38D, 8.3).

use crate::{Fill, OpenFailed, SealFailed, aead, keys::EpochKey, lp};
use zeroize::Zeroizing;

const NONCE_BYTES: usize = 12;
/// Bytes a sealed cell is longer than its content.
pub const OVERHEAD_BYTES: usize = NONCE_BYTES + aead::TAG_BYTES;

/// Where a secret column value lives; a value opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Table.
    pub table: &'a str,
    /// Primary key, in one unambiguous encoding chosen by the caller.
    pub row: &'a [u8],
    /// Column.
    pub column: &'a str,
}

impl Cell<'_> {
    fn aad(&self) -> Vec<u8> {
        lp::encode(&[self.table.as_bytes(), self.row, self.column.as_bytes()])
    }
}

impl EpochKey {
    /// Seals a value into its cell.
    ///
    /// # Errors
    /// [`SealFailed`] when randomness or encryption failed.
    pub fn seal(
        &self,
        cell: &Cell<'_>,
        value: &[u8],
        random: &dyn Fill,
    ) -> Result<Vec<u8>, SealFailed> {
        let mut nonce = [0; NONCE_BYTES];
        random.fill(&mut nonce)?;
        let mut out = Vec::with_capacity(value.len() + OVERHEAD_BYTES);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(value);
        aead::seal_from(&self.secret, nonce, &cell.aad(), &mut out, NONCE_BYTES)?;
        Ok(out)
    }

    /// Opens the value of a cell.
    ///
    /// # Errors
    /// [`OpenFailed`] for another epoch, another cell, or changed bytes.
    pub fn open(&self, cell: &Cell<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenFailed> {
        let (nonce, body) = sealed
            .split_first_chunk::<NONCE_BYTES>()
            .ok_or(OpenFailed)?;
        let mut plain = Zeroizing::new(body.to_vec());
        let len = aead::open_in_place(&self.secret, *nonce, &cell.aad(), &mut plain)?.len();
        plain.truncate(len);
        Ok(plain)
    }

    /// Seals a cell of this epoch anew under `next`, for the job that ends an epoch.
    ///
    /// # Errors
    /// [`ReencryptFailed`] saying which half failed.
    pub fn reencrypt(
        &self,
        next: &EpochKey,
        cell: &Cell<'_>,
        sealed: &[u8],
        random: &dyn Fill,
    ) -> Result<Vec<u8>, ReencryptFailed> {
        let value = self.open(cell, sealed)?;
        Ok(next.seal(cell, &value, random)?)
    }
}

/// A cell could not be carried into the next epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReencryptFailed {
    /// The cell does not open under the old epoch.
    #[error(transparent)]
    Open(#[from] OpenFailed),
    /// It opened, but could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealFailed),
}
