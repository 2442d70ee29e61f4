//! Values of columns.

use std::fmt;

/// A row: one value for each column of its table, in the table's order.
pub type Row = Vec<Value>;

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Signed 64-bit integer.
    Int,
    /// Bytes of any content.
    Bytes,
    /// UTF-8 text, compared byte by byte.
    Text,
}

/// One value. Values of one column order as SQL orders them: integers by size, bytes and text
/// byte by byte.
///
/// `Debug` shows the type only, because rows may hold secrets.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// No value. Allowed in nullable columns only.
    Null,
    /// Signed 64-bit integer.
    Int(i64),
    /// Bytes of any content.
    Bytes(Vec<u8>),
    /// UTF-8 text.
    Text(String),
}

impl Value {
    /// Type of the value; `None` for [`Value::Null`], which fits every nullable column.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Value::Null => None,
            Value::Int(_) => Some(Kind::Int),
            Value::Bytes(_) => Some(Kind::Bytes),
            Value::Text(_) => Some(Kind::Text),
        }
    }

    /// Is it [`Value::Null`]?
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Size of the content in bytes.
    #[must_use]
    pub fn size_bytes(&self) -> usize {
        match self {
            Value::Null => 0,
            Value::Int(_) => 8,
            Value::Bytes(bytes) => bytes.len(),
            Value::Text(text) => text.len(),
        }
    }
}

/// One unambiguous encoding of values: for each a type byte, then a fixed or prefixed length.
/// MACs and digests are made over it, so it never changes.
#[must_use]
pub fn encode(values: &[Value]) -> Vec<u8> {
    let size = values.iter().map(|value| value.size_bytes() + 5).sum();
    let mut out = Vec::with_capacity(size);
    encode_into(values, &mut out);
    out
}

/// As [`encode`], behind what is there.
pub(crate) fn encode_into(values: &[Value], out: &mut Vec<u8>) {
    for value in values {
        match value {
            Value::Null => out.push(0),
            Value::Int(int) => {
                out.push(1);
                out.extend_from_slice(&int.to_be_bytes());
            }
            Value::Bytes(bytes) => prefixed(out, 2, bytes),
            Value::Text(text) => prefixed(out, 3, text.as_bytes()),
        }
    }
}

fn prefixed(out: &mut Vec<u8>, kind: u8, bytes: &[u8]) {
    out.push(kind);
    // Values are bounded far below 4 GiB.
    out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(bytes);
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Value::Null => "Null",
            Value::Int(_) => "Int(…)",
            Value::Bytes(_) => "Bytes(…)",
            Value::Text(_) => "Text(…)",
        })
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Value::Int(i64::from(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Int(i64::from(value))
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Value::Bytes(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Value::Bytes(value.to_vec())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Value::Bytes(value.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Value::Bytes(value.to_vec())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_prints_content() {
        let row: Row = vec![
            Value::Null,
            Value::from(15_550_100i64),
            Value::from(b"secret".as_slice()),
            Value::from("+15550100"),
        ];
        assert_eq!(format!("{row:?}"), "[Null, Int(…), Bytes(…), Text(…)]");
    }

    #[test]
    fn bytes_order_like_memcmp() {
        let mut values = vec![
            Value::from([255u8]),
            Value::from(vec![]),
            Value::from([0u8, 0]),
            Value::from([0u8]),
        ];
        values.sort();
        let want: Vec<Value> = vec![
            Value::from(vec![]),
            Value::from([0u8]),
            Value::from([0u8, 0]),
            Value::from([255u8]),
        ];
        assert_eq!(values, want);
    }

    #[test]
    fn an_absent_option_is_null() {
        assert!(Value::from(None::<i64>).is_null());
        assert_eq!(Value::from(Some("a")), Value::from("a"));
    }
}
