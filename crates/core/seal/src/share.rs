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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        KeyId,
        testing::{Counting, DEPLOYMENT, Dry, Seeded, hsm},
    };
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    const CELL: Cell<'static> = Cell {
        table: "t",
        row: b"r",
        column: "c",
    };

    fn epoch(epoch: u32) -> EpochKey {
        EpochKey::derive(&hsm(), &KeyId::shred(epoch), &DEPLOYMENT).unwrap()
    }

    /// Computed apart with Python's hmac and cryptography, nonce 0…11.
    #[test]
    fn known_answer_of_a_cell() {
        let sealed = epoch(42).seal(&CELL, b"secret", &Counting).unwrap();
        assert_eq!(
            HEXLOWER.encode(&sealed),
            "000102030405060708090a0b6802cfbd546d59a8b0359b49cd3096e575aed2415477"
        );
    }

    #[test]
    fn a_value_opens_in_its_cell_and_epoch_only() {
        let key = epoch(42);
        let sealed = key.seal(&CELL, b"secret", &Seeded::new(1)).unwrap();
        assert_eq!(key.open(&CELL, &sealed).unwrap().as_slice(), b"secret");
        for other in [
            Cell { table: "u", ..CELL },
            Cell { row: b"s", ..CELL },
            Cell {
                column: "d",
                ..CELL
            },
            // The borders of the fields count, not only their text.
            Cell {
                table: "tr",
                row: b"",
                column: "c",
            },
        ] {
            assert_eq!(key.open(&other, &sealed), Err(OpenFailed));
        }
        assert_eq!(epoch(43).open(&CELL, &sealed), Err(OpenFailed));
    }

    #[test]
    fn the_same_value_is_never_sealed_to_the_same_bytes() {
        let (key, random) = (epoch(42), Seeded::new(1));
        let [a, b] = [(); 2].map(|()| key.seal(&CELL, b"secret", &random).unwrap());
        assert_ne!(a[..12], b[..12]);
        assert_ne!(a[12..], b[12..]);
    }

    #[test]
    fn a_cell_is_carried_into_the_next_epoch() {
        let (old, next, random) = (epoch(42), epoch(43), Seeded::new(1));
        let sealed = old.seal(&CELL, b"secret", &random).unwrap();
        let moved = old.reencrypt(&next, &CELL, &sealed, &random).unwrap();
        assert_eq!(next.open(&CELL, &moved).unwrap().as_slice(), b"secret");
        let again = old.reencrypt(&next, &CELL, &moved, &random);
        assert_eq!(again, Err(ReencryptFailed::Open(OpenFailed)));
        let dry = old.reencrypt(&next, &CELL, &sealed, &Dry);
        assert_eq!(dry, Err(ReencryptFailed::Seal(SealFailed)));
    }

    proptest! {
        #[test]
        fn any_edit_or_cut_is_refused(value: Vec<u8>, at: prop::sample::Index, bit in 0..8, cut: bool) {
            let key = epoch(42);
            let mut sealed = key.seal(&CELL, &value, &Seeded::new(1)).unwrap();
            prop_assert_eq!(sealed.len(), value.len() + OVERHEAD_BYTES);
            let at = at.index(sealed.len());
            if cut { sealed.truncate(at) } else { sealed[at] ^= 1u8 << bit }
            prop_assert!(key.open(&CELL, &sealed).is_err());
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>) {
            prop_assert!(epoch(42).open(&CELL, &bytes).is_err());
        }
    }
}
