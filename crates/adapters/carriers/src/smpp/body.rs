//! Bodies of the packets that matter: bind, submit_sm and deliver_sm (SMPP 3.4, section 4).

use std::fmt;

use zeroize::Zeroizing;

use super::fields::{FieldError, FieldReader, push_text};

/// Longest `system_id`, zero octet included.
pub const SYSTEM_ID_MAX: usize = 16;
/// Longest `password`, zero octet included.
pub const PASSWORD_MAX: usize = 9;
/// Longest `system_type`, zero octet included.
pub const SYSTEM_TYPE_MAX: usize = 13;
/// Longest address, zero octet included.
pub const ADDRESS_MAX: usize = 21;
/// Longest message id, zero octet included.
pub const MESSAGE_ID_MAX: usize = 65;
/// Longest `short_message`.
pub const SHORT_MESSAGE_MAX: usize = 254;
/// The version we speak, as a bind names it.
const INTERFACE_VERSION: u8 = 0x34;
/// Most optional fields of one packet.
const TLVS_MAX: usize = 64;
/// Longest date or service type; both are at most 17 octets with their zero.
const TIME_MAX: usize = 17;
const SERVICE_TYPE_MAX: usize = 6;

/// Tags of optional fields (section 5.3.2).
pub mod tag {
    /// The id that submit_sm_resp gave, in a receipt.
    pub const RECEIPTED_MESSAGE_ID: u16 = 0x001E;
    /// The text, where `short_message` is empty.
    pub const MESSAGE_PAYLOAD: u16 = 0x0424;
    /// What became of a message, in a receipt.
    pub const MESSAGE_STATE: u16 = 0x0427;
    /// Which message a segment belongs to.
    pub const SAR_MSG_REF_NUM: u16 = 0x020C;
    /// How many segments there are.
    pub const SAR_TOTAL_SEGMENTS: u16 = 0x020E;
    /// Which one this is, from 1.
    pub const SAR_SEGMENT_SEQNUM: u16 = 0x020F;
}

/// Optional fields: tags and their octets, in the order in which they came.
pub type Tlvs = Vec<(u16, Zeroizing<Vec<u8>>)>;

/// What a bind says. `Debug` says nothing of it.
pub struct Bind<'a> {
    /// Who binds.
    pub system_id: &'a str,
    /// With which password.
    pub password: &'a str,
    /// What kind of system; often empty.
    pub system_type: &'a str,
}

impl Bind<'_> {
    /// The body of bind_transceiver.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(64));
        push_text(&mut out, self.system_id, SYSTEM_ID_MAX);
        push_text(&mut out, self.password, PASSWORD_MAX);
        push_text(&mut out, self.system_type, SYSTEM_TYPE_MAX);
        // Version, then numbering of the address range, and the range: none, we take all of ours.
        out.extend_from_slice(&[INTERFACE_VERSION, 0, 0, 0]);
        out
    }
}

/// A sender or receiver, wiped on drop. `Debug` says nothing of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Type of number (section 5.2.5): 1 international, 5 alphanumeric.
    pub ton: u8,
    /// Numbering plan (section 5.2.6): 1 E.164.
    pub npi: u8,
    /// The digits or characters, at most 20.
    pub text: Zeroizing<String>,
}

impl Address {
    fn read(reader: &mut FieldReader<'_>, field: &'static str) -> Result<Self, FieldError> {
        Ok(Self {
            ton: reader.u8(field)?,
            npi: reader.u8(field)?,
            text: Zeroizing::new(reader.text(ADDRESS_MAX, field)?.to_owned()),
        })
    }

    fn write(&self, out: &mut Zeroizing<Vec<u8>>) {
        out.extend_from_slice(&[self.ton, self.npi]);
        push_text(out, &self.text, ADDRESS_MAX);
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(..)")
    }
}

/// The body of submit_sm and deliver_sm, which is the same (sections 4.4.1 and 4.6.1). Fields that
/// a gateway leaves empty are not kept. `Debug` says nothing of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ShortMessage {
    /// Whom it comes from.
    pub source: Address,
    /// Whom it goes to.
    pub destination: Address,
    /// Kind of message and of text (section 5.2.12).
    pub esm_class: u8,
    /// Whether a receipt is wanted (section 5.2.17).
    pub registered_delivery: u8,
    /// The alphabet (section 5.2.19).
    pub data_coding: u8,
    /// At most 254 octets, a header in front if `esm_class` says so.
    pub text: Zeroizing<Vec<u8>>,
    /// Optional fields.
    pub tlvs: Tlvs,
}

impl fmt::Debug for ShortMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShortMessage(..)")
    }
}

impl ShortMessage {
    /// Reads a body.
    ///
    /// # Errors
    /// [`FieldError`] for the first field that is not as it must be.
    pub fn parse(body: &[u8]) -> Result<Self, FieldError> {
        let mut reader = FieldReader::new(body);
        reader.text(SERVICE_TYPE_MAX, "service_type")?;
        let source = Address::read(&mut reader, "source_addr")?;
        let destination = Address::read(&mut reader, "destination_addr")?;
        let esm_class = reader.u8("esm_class")?;
        reader.octets(2, "protocol_id and priority_flag")?;
        reader.text(TIME_MAX, "schedule_delivery_time")?;
        reader.text(TIME_MAX, "validity_period")?;
        let registered_delivery = reader.u8("registered_delivery")?;
        reader.u8("replace_if_present_flag")?;
        let data_coding = reader.u8("data_coding")?;
        reader.u8("sm_default_msg_id")?;
        let length = usize::from(reader.u8("sm_length")?);
        let text = Zeroizing::new(reader.octets(length, "short_message")?.to_vec());
        Ok(Self {
            source,
            destination,
            esm_class,
            registered_delivery,
            data_coding,
            text,
            tlvs: read_tlvs(&mut reader)?,
        })
    }

    /// The body.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Room for everything, so that no copy is left behind when it grows.
        let mut out = Zeroizing::new(Vec::with_capacity(512));
        out.push(0); // service_type
        self.source.write(&mut out);
        self.destination.write(&mut out);
        // protocol_id, priority_flag, then no schedule and the centre's own validity period.
        out.extend_from_slice(&[self.esm_class, 0, 0, 0, 0]);
        // Never replace_if_present, no canned message.
        out.extend_from_slice(&[self.registered_delivery, 0, self.data_coding, 0]);
        let text = &self.text[..self.text.len().min(SHORT_MESSAGE_MAX)];
        out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
        out.extend_from_slice(text);
        for (tag, value) in &self.tlvs {
            let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
            out.extend_from_slice(&tag.to_be_bytes());
            out.extend_from_slice(&length.to_be_bytes());
            out.extend_from_slice(&value[..usize::from(length)]);
        }
        out
    }

    /// The octets of an optional field.
    #[must_use]
    pub fn tlv(&self, tag: u16) -> Option<&[u8]> {
        let found = self.tlvs.iter().find(|(known, _)| *known == tag);
        found.map(|(_, value)| value.as_slice())
    }

    /// The text, wherever it stands.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        match self.tlv(tag::MESSAGE_PAYLOAD) {
            Some(payload) if self.text.is_empty() => payload,
            _ => &self.text,
        }
    }
}

fn read_tlvs(reader: &mut FieldReader<'_>) -> Result<Tlvs, FieldError> {
    let mut tlvs = Vec::new();
    while !reader.is_empty() {
        if tlvs.len() == TLVS_MAX {
            return Err(FieldError::TooMany);
        }
        let tag = reader.u16("an optional field")?;
        let length = usize::from(reader.u16("an optional field")?);
        let value = reader.octets(length, "an optional field")?;
        tlvs.push((tag, Zeroizing::new(value.to_vec())));
    }
    Ok(tlvs)
}

/// The message id of submit_sm_resp: printable ASCII, at most 64 characters. An absent body, which
/// some centres send with an error, has none.
///
/// # Errors
/// [`FieldError`].
pub fn message_id(body: &[u8]) -> Result<&str, FieldError> {
    if body.is_empty() {
        return Ok("");
    }
    FieldReader::new(body).text(MESSAGE_ID_MAX, "message_id")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address() -> impl Strategy<Value = Address> {
        (any::<u8>(), any::<u8>(), "[ -~]{0,20}").prop_map(|(ton, npi, text)| Address {
            ton,
            npi,
            text: Zeroizing::new(text),
        })
    }

    fn octets(max: usize) -> impl Strategy<Value = Zeroizing<Vec<u8>>> {
        prop::collection::vec(any::<u8>(), 0..=max).prop_map(Zeroizing::new)
    }

    proptest! {
        #[test]
        fn a_message_is_read_as_it_was_written(
            (source, destination) in (address(), address()),
            (esm_class, registered_delivery, data_coding) in any::<(u8, u8, u8)>(),
            text in octets(SHORT_MESSAGE_MAX),
            tlvs in prop::collection::vec((any::<u16>(), octets(90)), 0..5),
        ) {
            let message = ShortMessage {
                source, destination, esm_class, registered_delivery, data_coding, text, tlvs,
            };
            prop_assert_eq!(ShortMessage::parse(&message.to_bytes()), Ok(message));
        }

        #[test]
        fn no_body_makes_the_parser_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = ShortMessage::parse(&body);
            let _ = message_id(&body);
        }

        #[test]
        fn a_cut_message_is_refused(cut in 0_usize..40) {
            let message = ShortMessage {
                text: Zeroizing::new(b"hello there, this is long enough".to_vec()),
                ..ShortMessage::default()
            };
            let bytes = message.to_bytes();
            let short = &bytes[..bytes.len().saturating_sub(cut + 1)];
            prop_assert!(ShortMessage::parse(short).is_err());
        }
    }

    #[test]
    fn a_bind_has_its_fields_in_order() {
        let bind = Bind {
            system_id: "fence",
            password: "secret",
            system_type: "",
        };
        assert_eq!(**bind.to_bytes(), *b"fence\0secret\0\0\x34\0\0\0");
    }

    #[test]
    fn more_optional_fields_than_anybody_needs_are_refused() {
        let message = ShortMessage {
            tlvs: vec![(1, Zeroizing::default()); 65],
            ..ShortMessage::default()
        };
        let parsed = ShortMessage::parse(&message.to_bytes());
        assert_eq!(parsed, Err(FieldError::TooMany));
    }

    #[test]
    fn a_text_may_stand_in_the_payload_field() {
        let payload = (tag::MESSAGE_PAYLOAD, Zeroizing::new(b"long".to_vec()));
        let message = ShortMessage {
            tlvs: vec![payload],
            ..ShortMessage::default()
        };
        assert_eq!(message.payload(), b"long");
    }
}
