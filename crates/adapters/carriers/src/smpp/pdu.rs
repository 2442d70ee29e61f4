//! Packets on the wire (SMPP 3.4, sections 3 and 5.1): a header of 16 octets and a body.

use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroizing;

/// Octets of every header.
pub const HEADER_BYTES: usize = 16;
/// The longest packet taken, header included. A text of 254 octets with every optional field fits
/// many times; what is longer ends the session.
pub const PDU_MAX_BYTES: usize = 16 * 1024;

/// What a packet asks for or answers (section 5.1.2.1). Answers have the top bit set.
pub mod command {
    /// The other side did not understand a packet.
    pub const GENERIC_NACK: u32 = 0x8000_0000;
    /// Opens a session that only receives.
    pub const BIND_RECEIVER: u32 = 0x0000_0001;
    /// Opens a session that only sends.
    pub const BIND_TRANSMITTER: u32 = 0x0000_0002;
    /// Opens a session that sends and receives.
    pub const BIND_TRANSCEIVER: u32 = 0x0000_0009;
    /// Hands a text to the message centre.
    pub const SUBMIT_SM: u32 = 0x0000_0004;
    /// Hands a text or a receipt to us.
    pub const DELIVER_SM: u32 = 0x0000_0005;
    /// Announces the end of a session.
    pub const UNBIND: u32 = 0x0000_0006;
    /// Asks whether the other side is there.
    pub const ENQUIRE_LINK: u32 = 0x0000_0015;
    /// Tells that a person can be reached; wants no answer.
    pub const ALERT_NOTIFICATION: u32 = 0x0000_0102;
    /// The bit that makes a request's number that of its answer.
    pub const RESPONSE: u32 = 0x8000_0000;
}

/// One packet. The body may hold numbers and texts and is wiped on drop; it has no `Debug`.
pub struct Pdu {
    /// See [`command`].
    pub command: u32,
    /// 0 in requests; see [`status`](super::status) in answers.
    pub status: u32,
    /// Pairs an answer with its request.
    pub sequence: u32,
    /// Everything after the header.
    pub body: Zeroizing<Vec<u8>>,
}

/// A header that cannot be followed: after it the stream has no known packet boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Less than a header.
    #[error("a packet is shorter than its header")]
    TooShort,
    /// More than [`PDU_MAX_BYTES`].
    #[error("a packet is longer than {PDU_MAX_BYTES} octets")]
    TooLong,
}

/// The fields of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Octets of the body.
    pub body_bytes: usize,
    /// See [`Pdu::command`].
    pub command: u32,
    /// See [`Pdu::status`].
    pub status: u32,
    /// See [`Pdu::sequence`].
    pub sequence: u32,
}

impl Header {
    /// Reads the four big-endian fields.
    ///
    /// # Errors
    /// [`HeaderError`] when the length is out of bounds.
    pub fn parse(octets: [u8; HEADER_BYTES]) -> Result<Self, HeaderError> {
        let [length, command, status, sequence] = fields(octets);
        let length = usize::try_from(length).map_err(|_| HeaderError::TooLong)?;
        if length > PDU_MAX_BYTES {
            return Err(HeaderError::TooLong);
        }
        let body_bytes = length
            .checked_sub(HEADER_BYTES)
            .ok_or(HeaderError::TooShort)?;
        Ok(Self {
            body_bytes,
            command,
            status,
            sequence,
        })
    }
}

fn fields(octets: [u8; HEADER_BYTES]) -> [u32; 4] {
    let mut fields = [0; 4];
    for (field, part) in fields.iter_mut().zip(octets.as_chunks::<4>().0) {
        *field = u32::from_be_bytes(*part);
    }
    fields
}

impl Pdu {
    /// A request.
    #[must_use]
    pub const fn request(command: u32, sequence: u32, body: Zeroizing<Vec<u8>>) -> Self {
        Self {
            command,
            status: 0,
            sequence,
            body,
        }
    }

    /// The answer to the request `command`, `sequence`.
    #[must_use]
    pub fn answer(command: u32, sequence: u32, status: u32, body: &[u8]) -> Self {
        Self {
            command: command | command::RESPONSE,
            status,
            sequence,
            body: Zeroizing::new(body.to_vec()),
        }
    }

    /// The whole packet. A body that would pass [`PDU_MAX_BYTES`] cannot be made by this crate.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let length = HEADER_BYTES + self.body.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        for field in [length, self.command, self.status, self.sequence] {
            bytes.extend_from_slice(&field.to_be_bytes());
        }
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Whether this answers something.
    #[must_use]
    pub const fn is_answer(&self) -> bool {
        self.command & command::RESPONSE != 0
    }
}

/// Why no packet came.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The stream ended or broke.
    #[error("the connection ended: {0}")]
    Io(#[from] std::io::Error),
    /// The boundary between packets is lost.
    #[error(transparent)]
    Header(#[from] HeaderError),
}

/// Reads one packet.
///
/// # Errors
/// [`ReadError`]; nothing more can be read then.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Pdu, ReadError> {
    let mut octets = [0; HEADER_BYTES];
    stream.read_exact(&mut octets).await?;
    let header = Header::parse(octets)?;
    let mut body = Zeroizing::new(vec![0; header.body_bytes]);
    stream.read_exact(&mut body).await?;
    Ok(Pdu {
        command: header.command,
        status: header.status,
        sequence: header.sequence,
        body,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_header_is_four_big_endian_numbers() {
        let pdu = Pdu::request(command::ENQUIRE_LINK, 7, Zeroizing::default());
        let bytes = pdu.to_bytes();
        assert_eq!(
            **bytes,
            [0, 0, 0, 16, 0, 0, 0, 0x15, 0, 0, 0, 0, 0, 0, 0, 7]
        );
    }

    #[test]
    fn lengths_out_of_bounds_are_refused() {
        let header = |length: u32| {
            let mut octets = [0; HEADER_BYTES];
            octets[..4].copy_from_slice(&length.to_be_bytes());
            Header::parse(octets).map(|header| header.body_bytes)
        };
        assert_eq!(header(15), Err(HeaderError::TooShort));
        assert_eq!(header(0), Err(HeaderError::TooShort));
        assert_eq!(header(16), Ok(0));
        assert_eq!(header(16 * 1024), Ok(16 * 1024 - 16));
        assert_eq!(header(16 * 1024 + 1), Err(HeaderError::TooLong));
        assert_eq!(header(u32::MAX), Err(HeaderError::TooLong));
    }

    proptest! {
        #[test]
        fn a_packet_is_read_as_it_was_written(
            command: u32, sequence: u32,
            body in prop::collection::vec(any::<u8>(), 0..600),
        ) {
            let bytes = Pdu::request(command, sequence, Zeroizing::new(body.clone())).to_bytes();
            let octets = bytes[..HEADER_BYTES].try_into().unwrap();
            let header = Header::parse(octets).unwrap();
            prop_assert_eq!((header.command, header.sequence), (command, sequence));
            prop_assert_eq!(header.body_bytes, body.len());
            prop_assert_eq!(&bytes[HEADER_BYTES..], &body[..]);
        }
    }
}
