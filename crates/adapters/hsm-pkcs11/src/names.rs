//! What a key is called in a token.

use seal::{KeyId, KeyKind, KeySpec, Suite};

/// Begins every label of ours.
const PREFIX: &str = "ringfence/";

/// `CKA_LABEL`.
pub(crate) fn label(key: &KeyId) -> Vec<u8> {
    format!("{PREFIX}{key}").into_bytes()
}

/// `CKA_ID`: the label and the kind, which a P-256 key does not tell by itself.
pub(crate) fn id(spec: &KeySpec) -> Vec<u8> {
    format!("{PREFIX}{}#{}", spec.id, code(spec.kind)).into_bytes()
}

/// Reads a `CKA_ID`; `None` when the object is not one of ours.
pub(crate) fn parse(id: &[u8]) -> Option<KeySpec> {
    let text = std::str::from_utf8(id).ok()?.strip_prefix(PREFIX)?;
    let (name, code) = text.split_once('#')?;
    let spec = KeySpec {
        id: KeyId::parse(name).ok()?,
        kind: kind(code)?,
    };
    spec.is_consistent().then_some(spec)
}

const fn code(kind: KeyKind) -> u8 {
    match kind {
        KeyKind::Hmac => 1,
        KeyKind::Agreement(Suite::RawX) => 2,
        KeyKind::Agreement(Suite::X963) => 3,
        KeyKind::Signing => 4,
        KeyKind::Decryption => 5,
    }
}

fn kind(code: &str) -> Option<KeyKind> {
    match code {
        "1" => Some(KeyKind::Hmac),
        "2" => Some(KeyKind::Agreement(Suite::RawX)),
        "3" => Some(KeyKind::Agreement(Suite::X963)),
        "4" => Some(KeyKind::Signing),
        "5" => Some(KeyKind::Decryption),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seal::Class;

    #[test]
    fn every_key_reads_back_from_its_id() {
        let open = KeyId::open(Class::Account, 7);
        for spec in [
            KeySpec::of(KeyId::index(1)),
            KeySpec::of(KeyId::log(2)),
            KeySpec::of(open),
            KeySpec::with_suite(open, Suite::X963),
            KeySpec {
                id: open,
                kind: KeyKind::Decryption,
            },
        ] {
            assert_eq!(parse(&id(&spec)), Some(spec));
            assert!(id(&spec).starts_with(&label(&spec.id)));
        }
    }

    #[test]
    fn objects_of_others_and_impossible_kinds_are_none_of_ours() {
        for id in [
            &b""[..],
            b"index/1#1",
            b"ringfence/index/1",
            b"ringfence/index/1#2",
            b"ringfence/index/01#1",
            b"ringfence/log/1#9",
            b"ringfence/\xff#1",
        ] {
            assert_eq!(parse(id), None, "{id:?}");
        }
    }
}
