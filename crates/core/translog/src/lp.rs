//! LP: each field preceded by its 4-byte big-endian length.

/// Appends one field. Fields here end far below 4 GiB; the prefix would saturate there.
pub(crate) fn push(out: &mut Vec<u8>, field: &[u8]) {
    out.extend_from_slice(&u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(field);
}

/// Takes the first field off `bytes`: the field, and what follows it.
pub(crate) fn take(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (head, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*head)).ok()?)
}

/// LP of `fields`.
pub(crate) fn encode(fields: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(fields.iter().map(|f| f.len() + 4).sum());
    for field in fields {
        push(&mut out, field);
    }
    out
}
