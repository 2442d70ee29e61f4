//! The whole key schedule, on one page.
//!
//! ```text
//! root/n   (HSM)     secret(name, epoch) = HMAC(root, LP("ringfence/secret/v1", name, epoch))
//!                      row               mac     = HMAC(row, LP(table, key, columns…, row version))
//!                      pairwise          any     = HMAC(pairwise, LP(fields…))
//! shred/e  (HSM)     k_e       = HMAC(shred/e, LP("ringfence/share/v1", deployment, e))
//!                      cells             AEAD(k_e, random nonce, aad LP(table, row, column))   share
//!                      lookup of a tag   HMAC(k_e, tag)
//! index/n  (HSM)     t         = HMAC(index, LP("ringfence/index/v1", deployment, E.164))      tag
//!                      tag_l             HKDF-Expand(t, LP(l, application), 32)
//! k_hour   (random)  a row     = HKDF-Expand(k_hour, LP("pending", salt), 32)                  pending
//!                      ingest key        HKDF-Expand(k_hour, LP("ingest", salt), 32)           ingest
//! K, S     (random)  prk       = HKDF-Extract("ringfence/record/v1", LP(K, S))                 record
//!                      k_enc             HKDF-Expand(prk, LP("enc", ctx), 32)
//!                      commit            HKDF-Expand(prk, LP("commit", ctx), 32)
//! open/c/n (HSM)     K         = HPKE-Open(info LP("ringfence/wrap/v1", deployment, c, suite, key id), aad ctx)
//! ingest/h (memory)  typed     = HPKE-Open(info LP("ringfence/ingest/v1", deployment, application, key id),
//!                                          aad LP(purpose, minute))
//! ```
//! Integers in fields: epoch and generation 4 bytes, row version 8, minute 4, suite 1.

use crate::{
    Fill, Hsm, HsmError, Id, KeyId, KeyPurpose, RandomError,
    kdf::{self, Prk, Secret},
    lp,
    tag::Tag,
};
use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use std::fmt;
use zeroize::Zeroizing;

/// Which vault secret is asked of the root key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretName {
    /// Authenticates the vault's rows.
    Row,
    /// Makes pairwise identifiers.
    Pairwise,
}

impl SecretName {
    /// The name inside the derivation.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            SecretName::Row => "row",
            SecretName::Pairwise => "pairwise",
        }
    }
}

/// A vault secret as HMAC key, ready for use. One HSM operation; kept in memory.
pub struct VaultSecret(hmac::Key);

impl VaultSecret {
    /// HMAC_hsm(root, LP("ringfence/secret/v1", name, epoch)).
    ///
    /// # Errors
    /// [`HsmError`] of the one HMAC.
    pub fn derive(
        hsm: &dyn Hsm,
        root: &KeyId,
        name: SecretName,
        epoch: u32,
    ) -> Result<VaultSecret, HsmError> {
        let name = name.as_str().as_bytes();
        let input = lp::encode(&[b"ringfence/secret/v1", name, &epoch.to_be_bytes()]);
        Ok(VaultSecret(hmac_key(&hsm.hmac(root, &input)?)))
    }

    /// HMAC(self, LP(fields…)).
    #[must_use]
    pub fn mac<'a>(&self, fields: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        lp::feed(fields, |piece| context.update(piece));
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }
}

/// Where a row lives and which version of it this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowName<'a> {
    /// Table.
    pub table: &'a str,
    /// Primary key, in one unambiguous encoding chosen by the caller.
    pub key: &'a [u8],
    /// Row version, counted up by every write.
    pub version: u64,
}

/// Authenticates rows: the secret `row` of one epoch.
pub struct RowKey(VaultSecret);

/// A row's MAC is wrong: treat the row as absent and raise an alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("row authentication failed")]
pub struct RowForged;

impl RowKey {
    /// The `row` secret.
    ///
    /// # Errors
    /// [`HsmError`] of the one HMAC.
    pub fn derive(hsm: &dyn Hsm, root: &KeyId, epoch: u32) -> Result<RowKey, HsmError> {
        VaultSecret::derive(hsm, root, SecretName::Row, epoch).map(RowKey)
    }

    /// HMAC(k_row, LP(table, key, columns…, row version)), streamed without copying a column.
    ///
    /// Each column is a field of its own between key and version, so their number and borders are
    /// part of what is authenticated. How a column is written as bytes (and NULL told from empty)
    /// is the caller's, and must be fixed per table.
    #[must_use]
    pub fn mac<'a>(
        &self,
        row: &RowName<'a>,
        columns: impl IntoIterator<Item = &'a [u8]>,
    ) -> [u8; 32] {
        let version = row.version.to_be_bytes();
        let mut context = hmac::Context::with_key(&self.0.0);
        let mut sink = |piece: &[u8]| context.update(piece);
        lp::feed([row.table.as_bytes(), row.key], &mut sink);
        lp::feed(columns, &mut sink);
        lp::feed([&version[..]], &mut sink);
        let mut out = [0; 32];
        out.copy_from_slice(context.sign().as_ref());
        out
    }

    /// Checks a row's MAC in constant time.
    ///
    /// # Errors
    /// [`RowForged`] when it is not the MAC of exactly this row.
    pub fn verify<'a>(
        &self,
        row: &RowName<'a>,
        columns: impl IntoIterator<Item = &'a [u8]>,
        mac: &[u8],
    ) -> Result<(), RowForged> {
        verify_slices_are_equal(&self.mac(row, columns), mac).map_err(|_| RowForged)
    }
}

/// k_e: protects the share store during one epoch. See [`crate::share`].
pub struct EpochKey {
    pub(crate) secret: Secret,
    lookup: hmac::Key,
    epoch: u32,
}

impl EpochKey {
    /// HMAC_hsm(shred/e, LP("ringfence/share/v1", deployment, e)), e being the key's generation.
    ///
    /// # Errors
    /// [`HsmError::WrongUsage`] when `shred` names no shred key, otherwise as the module says.
    pub fn derive(hsm: &dyn Hsm, shred: &KeyId, deployment: &Id) -> Result<EpochKey, HsmError> {
        if shred.purpose != KeyPurpose::Shred {
            return Err(HsmError::WrongUsage);
        }
        let epoch = shred.generation;
        let input = lp::encode(&[b"ringfence/share/v1", deployment, &epoch.to_be_bytes()]);
        let secret = hsm.hmac(shred, &input)?;
        Ok(EpochKey {
            lookup: hmac_key(&secret),
            secret,
            epoch,
        })
    }

    /// Which epoch this is.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// HMAC(k_e, tag), its first 16 bytes (RFC 2104, section 5): the value a tag's row is found
    /// by. That two of 2^32 tags share one has a chance of 2^-65.
    ///
    /// A row that leads to an account is judged by the tag sealed in it. Counters and bans are
    /// taken as they are found: should two numbers share a value, they share these. Neither can
    /// be moved there from another number, as the value is part of what the row's MAC and its seal
    /// cover.
    #[must_use]
    pub fn lookup(&self, tag: &Tag) -> [u8; 16] {
        let whole = kdf::hmac(&self.lookup, &[tag.as_bytes()]);
        let (lookup, _) = whole.as_chunks::<16>();
        lookup[0]
    }
}

/// k_hour: 32 random bytes, a row of the share store, gone with the hour's last verification.
pub struct HourKey(Secret);

impl HourKey {
    /// Draws a new key.
    ///
    /// # Errors
    /// [`RandomError`] when the source failed.
    pub fn generate(random: &dyn Fill) -> Result<HourKey, RandomError> {
        let mut secret = Zeroizing::new([0; 32]);
        random.fill(&mut *secret)?;
        Ok(HourKey(secret))
    }

    /// A key read back from its cell in the share store.
    #[must_use]
    pub fn from_bytes(secret: Zeroizing<[u8; 32]>) -> HourKey {
        HourKey(secret)
    }

    /// The key's bytes, to be sealed into a cell of the share store and nothing else.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HKDF-Expand(k_hour, LP(label, salt), 32).
    pub(crate) fn row_key(&self, label: &[u8], salt: &[u8; 32]) -> Secret {
        Prk::new(&self.0).expand(&[&lp::encode(&[label, salt])])
    }
}

fn hmac_key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &**secret)
}

impl fmt::Debug for VaultSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultSecret(…)")
    }
}

impl fmt::Debug for RowKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowKey(…)")
    }
}

impl fmt::Debug for EpochKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EpochKey({}, …)", self.epoch)
    }
}

impl fmt::Debug for HourKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HourKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{APPLICATION, DEPLOYMENT, Dry, SUBJECT, hsm};
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    const ROW: RowName<'static> = RowName {
        table: "account",
        key: b"key-1",
        version: 9,
    };
    const COLUMNS: [&[u8]; 3] = [b"a", b"", b"bc"];

    fn row_key() -> RowKey {
        RowKey::derive(&hsm(), &KeyId::root(1), 7).unwrap()
    }

    /// Computed apart with Python's hmac.
    #[test]
    fn known_answers_of_the_vault_secrets() {
        assert_eq!(
            HEXLOWER.encode(&row_key().mac(&ROW, COLUMNS)),
            "fbb36284c2f6f5e479c544be031d7c71ef3a22c2d90c292e2144ed73a865bf7f"
        );
        let pairwise =
            VaultSecret::derive(&hsm(), &KeyId::root(1), SecretName::Pairwise, 7).unwrap();
        assert_eq!(
            HEXLOWER.encode(&pairwise.mac([&APPLICATION[..], &SUBJECT[..]])),
            "c1d05fc8f01bef1da2c7cab95ce1387eaf0d5d719e14c15b673dfeaf8c374bcc"
        );
    }

    /// Computed apart with Python's hmac.
    #[test]
    fn known_answer_of_an_hour_row_key() {
        let hour = HourKey::from_bytes(Zeroizing::new([4; 32]));
        let salt: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        assert_eq!(
            HEXLOWER.encode(&*hour.row_key(b"pending", &salt)),
            "100e5eaeb7a2566bcfbd9f7d823ce09518bb127744db25f5aa9a50f581657033"
        );
    }

    #[test]
    fn a_row_moved_edited_or_set_back_does_not_verify() {
        let key = row_key();
        let mac = key.mac(&ROW, COLUMNS);
        assert_eq!(key.verify(&ROW, COLUMNS, &mac), Ok(()));
        for other in [
            RowName {
                table: "ban",
                ..ROW
            },
            RowName {
                key: b"key-2",
                ..ROW
            },
            RowName { version: 8, ..ROW },
        ] {
            assert_eq!(key.verify(&other, COLUMNS, &mac), Err(RowForged));
        }
        let swapped: [&[u8]; 3] = [b"", b"a", b"bc"];
        let joined: [&[u8]; 2] = [b"a", b"bc"];
        assert_eq!(key.verify(&ROW, swapped, &mac), Err(RowForged));
        assert_eq!(key.verify(&ROW, joined, &mac), Err(RowForged));
        assert_eq!(key.verify(&ROW, COLUMNS, &mac[..31]), Err(RowForged));
        assert_eq!(key.verify(&ROW, COLUMNS, &[]), Err(RowForged));
    }

    #[test]
    fn secrets_differ_by_name_and_epoch() {
        let hsm = hsm();
        let mac = |name, epoch| {
            VaultSecret::derive(&hsm, &KeyId::root(1), name, epoch)
                .unwrap()
                .mac([&b"x"[..]])
        };
        let macs = [
            mac(SecretName::Row, 1),
            mac(SecretName::Row, 2),
            mac(SecretName::Pairwise, 1),
            mac(SecretName::Pairwise, 2),
        ];
        for (i, one) in macs.iter().enumerate() {
            assert!(macs[i + 1..].iter().all(|other| other != one));
        }
    }

    #[test]
    fn an_epoch_key_comes_from_a_shred_key_only() {
        let wrong = EpochKey::derive(&hsm(), &KeyId::root(1), &DEPLOYMENT);
        assert_eq!(wrong.err(), Some(HsmError::WrongUsage));
        let missing = EpochKey::derive(&hsm(), &KeyId::shred(1), &DEPLOYMENT);
        assert_eq!(missing.err(), Some(HsmError::NoSuchKey));
        let good = EpochKey::derive(&hsm(), &KeyId::shred(42), &DEPLOYMENT).unwrap();
        assert_eq!(good.epoch(), 42);
    }

    #[test]
    fn debug_shows_no_key() {
        let hour = HourKey::from_bytes(Zeroizing::new([4; 32]));
        assert_eq!(format!("{hour:?} {:?}", row_key()), "HourKey(…) RowKey(…)");
        assert_eq!(HourKey::generate(&Dry).err(), Some(RandomError));
    }

    proptest! {
        #[test]
        fn only_the_same_columns_verify(a: Vec<Vec<u8>>, b: Vec<Vec<u8>>) {
            let key = row_key();
            let mac = key.mac(&ROW, a.iter().map(Vec::as_slice));
            let verdict = key.verify(&ROW, b.iter().map(Vec::as_slice), &mac);
            prop_assert_eq!(verdict.is_ok(), a == b);
        }
    }
}
