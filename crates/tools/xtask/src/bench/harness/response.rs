//! A small reader of HTTP/1.1 responses (RFC 9112): status, framing, headers, chunked bodies.

use std::fmt;

/// Longest head accepted, in bytes.
pub const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Longest body accepted, in bytes.
pub const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Why bytes are not a response we can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// The first line is not `HTTP/1.1 NNN …`.
    StatusLine,
    /// `Content-Length` is not a number, or given twice with different values.
    Length,
    /// Neither a length nor chunks: the connection could not be kept.
    Unframed,
    /// A chunk's size or end is wrong.
    Chunk,
    /// Longer than we accept.
    TooLong,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::StatusLine => "not an HTTP/1.1 status line",
            Self::Length => "a content-length that is no number",
            Self::Unframed => "a body without a length",
            Self::Chunk => "a broken chunk",
            Self::TooLong => "a response too long",
        })
    }
}

/// How long the body is (RFC 9112, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// This many bytes.
    Length(usize),
    /// Chunks, to be decoded.
    Chunked,
}

/// What the head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status code.
    pub status: u16,
    /// Length of the head in bytes, its empty line included.
    pub length: usize,
    /// How long the body is.
    pub framing: Framing,
    /// The connection stays open.
    pub keep_alive: bool,
}

/// Reads the head at the start of `bytes`; none if more bytes are needed.
pub fn parse_head(bytes: &[u8]) -> Result<Option<Head>, Malformed> {
    let Some(end) = find(bytes, b"\r\n\r\n") else {
        return if bytes.len() > HEAD_BYTES_MAX {
            Err(Malformed::TooLong)
        } else {
            Ok(None)
        };
    };
    let length = end + 4;
    let status = parse_status(bytes)?;
    let head = &bytes[..length];
    let closes = headers(head, "connection").any(|value| value.eq_ignore_ascii_case(b"close"));
    let framing = framing(status, head)?;
    Ok(Some(Head {
        status,
        length,
        framing,
        keep_alive: !closes,
    }))
}

fn parse_status(bytes: &[u8]) -> Result<u16, Malformed> {
    let digits = bytes
        .strip_prefix(b"HTTP/1.1 ")
        .and_then(|rest| rest.get(..3));
    let status = digits.and_then(number).ok_or(Malformed::StatusLine)?;
    u16::try_from(status).map_err(|_| Malformed::StatusLine)
}

fn framing(status: u16, head: &[u8]) -> Result<Framing, Malformed> {
    if status < 200 || status == 204 || status == 304 {
        return Ok(Framing::Length(0));
    }
    if headers(head, "transfer-encoding").any(|value| value.eq_ignore_ascii_case(b"chunked")) {
        return Ok(Framing::Chunked);
    }
    let mut lengths = headers(head, "content-length");
    let first = lengths.next().ok_or(Malformed::Unframed)?;
    if lengths.any(|other| other != first) {
        return Err(Malformed::Length);
    }
    match number(first) {
        Some(length) if length <= BODY_BYTES_MAX => Ok(Framing::Length(length)),
        Some(_) => Err(Malformed::TooLong),
        None => Err(Malformed::Length),
    }
}

/// The values of a header, in order; its name is compared without regard to case.
pub fn headers<'h>(head: &'h [u8], name: &'h str) -> impl Iterator<Item = &'h [u8]> {
    let lines = head.split(|byte| *byte == b'\n').skip(1);
    lines.filter_map(move |line| {
        let (key, value) = line.split_at_checked(name.len())?;
        let value = value.strip_prefix(b":")?;
        key.eq_ignore_ascii_case(name.as_bytes())
            .then(|| value.trim_ascii())
    })
}

/// Decodes a chunked body at the start of `bytes` into `body` (RFC 9112, section 7.1).
///
/// Returns the number of bytes it took, trailer included; none if more are needed.
pub fn decode_chunks(bytes: &[u8], body: &mut Vec<u8>) -> Result<Option<usize>, Malformed> {
    body.clear();
    let mut at = 0;
    loop {
        let Some(line) = line_at(bytes, at) else {
            return Ok(None);
        };
        let size = chunk_size(line)?;
        at += line.len() + 2;
        if size == 0 {
            return Ok(skip_trailer(bytes, at));
        }
        if body.len() + size > BODY_BYTES_MAX {
            return Err(Malformed::TooLong);
        }
        let Some(chunk) = bytes.get(at..at + size + 2) else {
            return Ok(None);
        };
        let data = chunk.strip_suffix(b"\r\n").ok_or(Malformed::Chunk)?;
        body.extend_from_slice(data);
        at += size + 2;
    }
}

/// The end of the trailer: its lines up to and with an empty one.
fn skip_trailer(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let line = line_at(bytes, at)?;
        at += line.len() + 2;
        if line.is_empty() {
            return Some(at);
        }
    }
}

/// A hexadecimal size, extensions ignored.
fn chunk_size(line: &[u8]) -> Result<usize, Malformed> {
    let digits = line
        .split(|byte| *byte == b';')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let text = std::str::from_utf8(digits).map_err(|_| Malformed::Chunk)?;
    match usize::from_str_radix(text, 16) {
        Ok(size) if size <= BODY_BYTES_MAX && !text.starts_with('+') => Ok(size),
        Ok(_) => Err(Malformed::TooLong),
        Err(_) => Err(Malformed::Chunk),
    }
}

/// The line at `at`, without its CRLF; none if it has no end yet.
fn line_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..)?;
    find(rest, b"\r\n").map(|end| &rest[..end])
}

fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes
        .windows(pattern.len())
        .position(|window| window == pattern)
}

/// Decimal digits and nothing else.
fn number(digits: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(digits).ok()?;
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Result<Option<Head>, Malformed> {
        parse_head(text.as_bytes())
    }

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: Close\r\n\r\n";
        for cut in 0..whole.len() {
            assert_eq!(head(&whole[..cut]), Ok(None));
        }
        let expected = Head {
            status: 200,
            length: whole.len(),
            framing: Framing::Length(5),
            keep_alive: false,
        };
        assert_eq!(head(&format!("{whole}hello")), Ok(Some(expected)));
    }

    #[test]
    fn some_statuses_have_no_body_whatever_the_headers_say() {
        for status in [103, 204, 304] {
            let text = format!("HTTP/1.1 {status} x\r\nContent-Length: 9\r\n\r\n");
            assert_eq!(head(&text).unwrap().unwrap().framing, Framing::Length(0));
        }
    }

    #[test]
    fn what_cannot_be_framed_is_refused() {
        let refused = |rest: &str| head(&format!("HTTP/1.1 200 OK\r\n{rest}\r\n")).unwrap_err();
        assert_eq!(refused(""), Malformed::Unframed);
        assert_eq!(refused("Content-Length: -1\r\n"), Malformed::Length);
        assert_eq!(
            refused("Content-Length: 1\r\ncontent-length: 2\r\n"),
            Malformed::Length
        );
        assert_eq!(
            refused("Content-Length: 99999999999\r\n"),
            Malformed::TooLong
        );
        assert_eq!(head("HTTP/1.0 200 OK\r\n\r\n"), Err(Malformed::StatusLine));
        assert_eq!(head("nonsense\r\n\r\n"), Err(Malformed::StatusLine));
        assert_eq!(
            parse_head(&[b'x'; HEAD_BYTES_MAX + 1]),
            Err(Malformed::TooLong)
        );
    }

    #[test]
    fn a_header_may_come_more_than_once() {
        let head =
            b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie:b=2 \r\nSet-Cookies: c\r\n\r\n";
        let cookies: Vec<&[u8]> = headers(head, "set-cookie").collect();
        assert_eq!(cookies, [b"a=1".as_slice(), b"b=2"]);
    }

    #[test]
    fn chunks_are_joined_once_they_are_whole() {
        let whole = b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: v\r\n\r\n";
        let mut body = Vec::new();
        for cut in 0..whole.len() {
            assert_eq!(decode_chunks(&whole[..cut], &mut body), Ok(None));
        }
        assert_eq!(decode_chunks(whole, &mut body), Ok(Some(whole.len())));
        assert_eq!(body, b"hello world");
    }

    #[test]
    fn a_broken_chunk_is_refused() {
        let decode = |bytes: &[u8]| decode_chunks(bytes, &mut Vec::new());
        assert_eq!(decode(b"z\r\n"), Err(Malformed::Chunk));
        assert_eq!(decode(b"\r\n"), Err(Malformed::Chunk));
        assert_eq!(decode(b"1\r\nabc\r\n"), Err(Malformed::Chunk));
        assert_eq!(decode(b"fffffff\r\n"), Err(Malformed::TooLong));
    }
}
