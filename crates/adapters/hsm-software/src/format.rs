//! The bytes of the file; see the crate's page.

use crate::KeystoreError;
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
    hmac,
};
use seal::{Fill, KeyId, KeyKind, KeySpec, Suite, lp, soft::KeyMaterial};
use zeroize::Zeroizing;

const TITLE: &[u8] = b"ringfence/keystore/v1";
const KEK_TITLE: &[u8] = b"ringfence/keystore/kek/v1";
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 12;
const CHECKSUM_BYTES: usize = 32;

/// What guessing a passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, KiB; 64 MiB unless told otherwise, at most 1 GiB.
    pub memory_kib: u32,
    /// Passes over it; 3, at most 16.
    pub passes: u32,
    /// Lanes; 1, at most 4.
    pub lanes: u32,
}

impl Default for Cost {
    fn default() -> Cost {
        Cost {
            memory_kib: 64 * 1024,
            passes: 3,
            lanes: 1,
        }
    }
}

impl Cost {
    /// A file must not make its reader use any amount of memory or time.
    fn is_bounded(self) -> bool {
        (8..=1024 * 1024).contains(&self.memory_kib)
            && (1..=16).contains(&self.passes)
            && (1..=4).contains(&self.lanes)
    }
}

/// How the file's key is come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Passphrase(Cost),
    KeyFile,
}

/// The clear part of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) mode: Mode,
    pub(crate) salt: [u8; SALT_BYTES],
}

/// The key that the body is sealed under.
pub(crate) type Kek = Zeroizing<[u8; 32]>;

impl Header {
    /// A header with a new salt.
    pub(crate) fn draw(mode: Mode, random: &dyn Fill) -> Result<Header, KeystoreError> {
        let mut salt = [0; SALT_BYTES];
        random.fill(&mut salt).map_err(|_| KeystoreError::Crypto)?;
        Ok(Header { mode, salt })
    }

    fn encode(&self) -> Vec<u8> {
        let (mode, cost) = match self.mode {
            Mode::Passphrase(cost) => (1, cost),
            Mode::KeyFile => (
                2,
                Cost {
                    memory_kib: 0,
                    passes: 0,
                    lanes: 0,
                },
            ),
        };
        let costs = [cost.memory_kib, cost.passes, cost.lanes].map(u32::to_be_bytes);
        lp::encode(&[TITLE, &[mode], &self.salt, &costs[0], &costs[1], &costs[2]])
    }

    fn decode(bytes: &[u8]) -> Option<Header> {
        let [title, mode, salt, memory, passes, lanes] = lp::parse(bytes).ok()?;
        let number = |field: &[u8]| Some(u32::from_be_bytes(field.try_into().ok()?));
        let cost = Cost {
            memory_kib: number(memory)?,
            passes: number(passes)?,
            lanes: number(lanes)?,
        };
        let mode = match mode {
            [1] if cost.is_bounded() => Mode::Passphrase(cost),
            [2] => Mode::KeyFile,
            _ => return None,
        };
        let header = Header {
            mode,
            salt: salt.try_into().ok()?,
        };
        (title == TITLE && header.encode() == bytes).then_some(header)
    }

    /// The file's key from the passphrase or the key file's content.
    pub(crate) fn kek(&self, secret: &[u8]) -> Result<Kek, KeystoreError> {
        let mut kek = Zeroizing::new([0; 32]);
        match self.mode {
            Mode::Passphrase(cost) => {
                if !cost.is_bounded() {
                    return Err(KeystoreError::Crypto);
                }
                let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32));
                let params = params.map_err(|_| KeystoreError::Crypto)?;
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                    .hash_password_into(secret, &self.salt, &mut *kek)
                    .map_err(|_| KeystoreError::Crypto)?;
            }
            Mode::KeyFile => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
                let tag = hmac::sign(&key, &lp::encode(&[KEK_TITLE, &self.salt]));
                kek.copy_from_slice(tag.as_ref());
            }
        }
        Ok(kek)
    }
}

fn cipher(kek: &Kek) -> Result<LessSafeKey, KeystoreError> {
    let key = UnboundKey::new(&AES_256_GCM, &**kek).map_err(|_| KeystoreError::Crypto)?;
    Ok(LessSafeKey::new(key))
}

/// The whole file.
pub(crate) fn encode(
    header: &Header,
    kek: &Kek,
    keys: &[KeyMaterial],
    random: &dyn Fill,
) -> Result<Vec<u8>, KeystoreError> {
    let header = header.encode();
    let mut nonce = [0; NONCE_BYTES];
    random.fill(&mut nonce).map_err(|_| KeystoreError::Crypto)?;
    let mut body = encode_keys(keys);
    let tag = cipher(kek)?
        .seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(&header),
            &mut body,
        )
        .map_err(|_| KeystoreError::Crypto)?;
    body.extend_from_slice(tag.as_ref());
    let mut out = lp::encode(&[&header, &nonce, &body]);
    let checksum = digest(&SHA256, &out);
    out.extend_from_slice(checksum.as_ref());
    Ok(out)
}

/// A file whose checksum and header are good, not yet opened.
pub(crate) struct Sealed<'a> {
    pub(crate) header: Header,
    header_bytes: &'a [u8],
    nonce: [u8; NONCE_BYTES],
    body: &'a [u8],
}

impl<'a> Sealed<'a> {
    pub(crate) fn parse(file: &'a [u8]) -> Result<Sealed<'a>, KeystoreError> {
        Sealed::read(file).ok_or(KeystoreError::Damaged)
    }

    fn read(file: &'a [u8]) -> Option<Sealed<'a>> {
        let (content, checksum) = file.split_last_chunk::<CHECKSUM_BYTES>()?;
        verify_slices_are_equal(digest(&SHA256, content).as_ref(), checksum).ok()?;
        let [header_bytes, nonce, body] = lp::parse(content).ok()?;
        let header = Header::decode(header_bytes)?;
        Some(Sealed {
            header,
            header_bytes,
            nonce: nonce.try_into().ok()?,
            body,
        })
    }

    pub(crate) fn open(&self, kek: &Kek) -> Result<Vec<KeyMaterial>, KeystoreError> {
        let mut body = Zeroizing::new(self.body.to_vec());
        let plain = cipher(kek)?
            .open_in_place(
                Nonce::assume_unique_for_key(self.nonce),
                Aad::from(self.header_bytes),
                &mut body,
            )
            .map_err(|_| KeystoreError::WrongUnlock)?;
        decode_keys(plain).ok_or(KeystoreError::Damaged)
    }
}

const fn kind_code(kind: KeyKind) -> u8 {
    match kind {
        KeyKind::Hmac => 1,
        KeyKind::Agreement(Suite::RawX) => 2,
        KeyKind::Agreement(Suite::X963) => 3,
        KeyKind::Signing => 4,
        // Never written: keys in memory refuse it before a file is.
        KeyKind::Decryption => 5,
    }
}

fn kind_of(code: &[u8]) -> Option<KeyKind> {
    match code {
        [1] => Some(KeyKind::Hmac),
        [2] => Some(KeyKind::Agreement(Suite::RawX)),
        [3] => Some(KeyKind::Agreement(Suite::X963)),
        [4] => Some(KeyKind::Signing),
        _ => None,
    }
}

/// The returned buffer is encrypted in place, so the secrets in it are overwritten. It is made
/// large enough at once: growing would leave copies behind.
fn encode_keys(keys: &[KeyMaterial]) -> Vec<u8> {
    const MAX_KEY_BYTES: usize = 128;
    let mut out = Vec::with_capacity(keys.len() * MAX_KEY_BYTES + AES_256_GCM.tag_len());
    for key in keys {
        let name = key.spec.id.to_string();
        let kind = [kind_code(key.spec.kind)];
        let entry = Zeroizing::new(lp::encode(&[name.as_bytes(), &kind, &*key.secret]));
        lp::push(&mut out, &entry);
    }
    out
}

fn decode_keys(mut bytes: &[u8]) -> Option<Vec<KeyMaterial>> {
    let mut keys = Vec::new();
    while !bytes.is_empty() {
        let (entry, rest) = lp::take(bytes).ok()?;
        bytes = rest;
        let [name, kind, secret] = lp::parse(entry).ok()?;
        let id = KeyId::parse(std::str::from_utf8(name).ok()?).ok()?;
        let secret = Zeroizing::new(<[u8; 32]>::try_from(secret).ok()?);
        keys.push(KeyMaterial {
            spec: KeySpec {
                id,
                kind: kind_of(kind)?,
            },
            secret,
        });
    }
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;
    use proptest::prelude::*;
    use seal::Class;

    fn header() -> Header {
        Header::draw(Mode::KeyFile, &SystemRandom).unwrap()
    }

    fn keys() -> Vec<KeyMaterial> {
        let open = KeySpec::with_suite(KeyId::open(Class::Staff, 7), Suite::X963);
        let specs = [
            open,
            KeySpec::of(KeyId::index(1)),
            KeySpec::of(KeyId::log(2)),
        ];
        specs
            .map(|spec| KeyMaterial::draw(spec, &SystemRandom).unwrap())
            .into()
    }

    #[test]
    fn keys_read_back() {
        let (header, keys) = (header(), keys());
        let kek = header.kek(&[1; 32]).unwrap();
        let file = encode(&header, &kek, &keys, &SystemRandom).unwrap();
        let sealed = Sealed::parse(&file).unwrap();
        assert_eq!(sealed.header, header);
        let read = sealed.open(&kek).unwrap();
        assert_eq!(read.len(), keys.len());
        for (a, b) in read.iter().zip(&keys) {
            assert_eq!((a.spec, &a.secret), (b.spec, &b.secret));
        }
    }

    /// Computed apart with OpenSSL's Argon2id.
    #[test]
    fn known_answer_of_a_passphrase_key() {
        let cost = Cost {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        };
        let header = Header {
            mode: Mode::Passphrase(cost),
            salt: [1; 16],
        };
        assert_eq!(
            *header.kek(b"a passphrase").unwrap(),
            [
                0x3f, 0xb3, 0x91, 0xa6, 0xfd, 0xcf, 0xf1, 0xe5, 0xa1, 0xcc, 0xeb, 0xc2, 0x08, 0xb8,
                0x0a, 0x23, 0x8b, 0x54, 0xa2, 0x7c, 0x29, 0xd7, 0xc0, 0x1a, 0x54, 0x92, 0x25, 0xc1,
                0xb2, 0xfa, 0x56, 0x50
            ]
        );
    }

    #[test]
    fn the_key_depends_on_salt_cost_and_secret() {
        let cost = Cost {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        };
        let one = Header {
            mode: Mode::Passphrase(cost),
            salt: [1; 16],
        };
        let salted = Header {
            salt: [2; 16],
            ..one.clone()
        };
        let dearer = Header {
            mode: Mode::Passphrase(Cost { passes: 2, ..cost }),
            ..one.clone()
        };
        let kek = one.kek(b"a passphrase").unwrap();
        assert_eq!(kek, one.kek(b"a passphrase").unwrap());
        for other in [
            one.kek(b"another one"),
            salted.kek(b"a passphrase"),
            dearer.kek(b"a passphrase"),
        ] {
            assert_ne!(kek, other.unwrap());
        }
    }

    #[test]
    fn a_file_cannot_ask_for_any_amount_of_memory_or_time() {
        for cost in [
            Cost {
                memory_kib: u32::MAX,
                passes: 1,
                lanes: 1,
            },
            Cost {
                memory_kib: 64,
                passes: 17,
                lanes: 1,
            },
            Cost {
                memory_kib: 64,
                passes: 1,
                lanes: 5,
            },
            Cost {
                memory_kib: 64,
                passes: 0,
                lanes: 1,
            },
        ] {
            let header = Header {
                mode: Mode::Passphrase(cost),
                salt: [1; 16],
            };
            assert_eq!(Header::decode(&header.encode()), None);
        }
    }

    proptest! {
        #[test]
        fn any_edit_or_cut_is_damage(at: prop::sample::Index, bit in 0..8, cut: bool) {
            let header = header();
            let kek = header.kek(&[1; 32]).unwrap();
            let mut file = encode(&header, &kek, &keys(), &SystemRandom).unwrap();
            let at = at.index(file.len());
            if cut { file.truncate(at) } else { file[at] ^= 1u8 << bit }
            prop_assert!(matches!(Sealed::parse(&file), Err(KeystoreError::Damaged)));
        }

        #[test]
        fn an_edit_with_a_good_checksum_still_does_not_open(at: prop::sample::Index, bit in 0..8) {
            let header = header();
            let kek = header.kek(&[1; 32]).unwrap();
            let file = encode(&header, &kek, &keys(), &SystemRandom).unwrap();
            let mut content = file[..file.len() - CHECKSUM_BYTES].to_vec();
            let at = at.index(content.len());
            content[at] ^= 1u8 << bit;
            let checksum = digest(&SHA256, &content);
            content.extend_from_slice(checksum.as_ref());
            let opened = Sealed::parse(&content).and_then(|sealed| sealed.open(&kek));
            prop_assert!(opened.is_err());
        }

        #[test]
        fn no_bytes_panic(mut bytes: Vec<u8>) {
            let _ = decode_keys(&bytes);
            let _ = Header::decode(&bytes);
            let checksum = digest(&SHA256, &bytes);
            bytes.extend_from_slice(checksum.as_ref());
            prop_assert!(Sealed::parse(&bytes).is_err());
        }
    }
}
