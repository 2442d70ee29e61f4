//! Delivery receipts: a deliver_sm that says what became of a message, in optional fields, in a
//! text of a loose form (SMPP 3.4, appendix B), or in both.

use super::body::{ShortMessage, tag};

/// `esm_class`: the bits of the message type.
const ESM_TYPE: u8 = 0b0011_1100;
/// `esm_class`: a receipt of the message centre.
const ESM_RECEIPT: u8 = 0b0000_0100;
/// `esm_class`: news on the way, which is no outcome.
const ESM_INTERMEDIATE: u8 = 0b0010_0000;
/// Longest id that is looked at.
const ID_MAX: usize = 64;

/// What a deliver_sm is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// A person's text.
    Text,
    /// The last word on a message.
    Outcome {
        /// The id that the centre gave it.
        id: String,
        /// Whether the phone has it.
        delivered: bool,
    },
    /// A receipt that says nothing final, or that cannot be read.
    Nothing,
}

/// Reads what a deliver_sm is.
#[must_use]
pub fn read(message: &ShortMessage) -> Delivery {
    match message.esm_class & ESM_TYPE {
        ESM_RECEIPT => outcome(message),
        ESM_INTERMEDIATE => Delivery::Nothing,
        _ => Delivery::Text,
    }
}

fn outcome(message: &ShortMessage) -> Delivery {
    let text = std::str::from_utf8(message.payload()).unwrap_or_default();
    let id = message.tlv(tag::RECEIPTED_MESSAGE_ID).and_then(tlv_id);
    let id = id.or_else(|| field(text, "id:").map(str::to_owned));
    let state = message.tlv(tag::MESSAGE_STATE);
    let delivered = match state {
        Some([state]) => delivered_by_state(*state),
        _ => field(text, "stat:").and_then(delivered_by_word),
    };
    match (id, delivered) {
        (Some(id), Some(delivered)) => Delivery::Outcome { id, delivered },
        _ => Delivery::Nothing,
    }
}

/// A C string, its zero forgiven if absent.
fn tlv_id(value: &[u8]) -> Option<String> {
    let end = value.iter().position(|octet| *octet == 0);
    let text = std::str::from_utf8(&value[..end.unwrap_or(value.len())]).ok()?;
    plausible(text).map(str::to_owned)
}

/// The word after `name`, which stands at the start or after a space, in whatever case.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    loop {
        let at = from + lower.get(from..)?.find(name)?;
        from = at + name.len();
        let before = lower.as_bytes().get(at.wrapping_sub(1));
        if at == 0 || before.is_some_and(u8::is_ascii_whitespace) {
            return text[from..]
                .split_ascii_whitespace()
                .next()
                .and_then(plausible);
        }
    }
}

fn plausible(id: &str) -> Option<&str> {
    let fits = (1..=ID_MAX).contains(&id.len()) && id.bytes().all(|octet| octet.is_ascii_graphic());
    fits.then_some(id)
}

/// Values of message_state (section 5.2.28).
const fn delivered_by_state(state: u8) -> Option<bool> {
    match state {
        2 => Some(true),
        // Expired, deleted, undeliverable, rejected.
        3 | 4 | 5 | 8 => Some(false),
        _ => None,
    }
}

fn delivered_by_word(word: &str) -> Option<bool> {
    match word.to_ascii_uppercase().as_str() {
        "DELIVRD" | "DELIVERED" => Some(true),
        "EXPIRED" | "DELETED" | "UNDELIV" | "UNDELIVERABLE" | "REJECTD" | "REJECTED" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    use super::*;

    fn receipt(text: &str) -> ShortMessage {
        ShortMessage {
            esm_class: 4,
            text: Zeroizing::new(text.as_bytes().to_vec()),
            ..ShortMessage::default()
        }
    }

    fn said(id: &str, delivered: bool) -> Delivery {
        let id = id.to_owned();
        Delivery::Outcome { id, delivered }
    }

    #[test]
    fn the_usual_text_is_read() {
        let text = "id:0a1B-7 sub:001 dlvrd:001 submit date:2611221200 done date:2611221201 \
                    stat:DELIVRD err:000 text:id:9 stat:UNDELIV";
        assert_eq!(read(&receipt(text)), said("0a1B-7", true));
    }

    #[test]
    fn case_and_spaces_vary() {
        let text = "ID: 42 sub: 001 STAT: undeliv err: 27";
        assert_eq!(read(&receipt(text)), said("42", false));
    }

    #[test]
    fn a_state_on_the_way_is_no_outcome() {
        for word in ["ENROUTE", "ACCEPTD", "UNKNOWN", ""] {
            let text = format!("id:42 stat:{word}");
            assert_eq!(read(&receipt(&text)), Delivery::Nothing, "{word}");
        }
        let mut message = receipt("id:42 stat:DELIVRD");
        message.esm_class = 0x20;
        assert_eq!(read(&message), Delivery::Nothing);
    }

    #[test]
    fn optional_fields_come_before_the_text() {
        let mut message = receipt("id:1 stat:DELIVRD");
        message.tlvs = vec![
            (tag::RECEIPTED_MESSAGE_ID, Zeroizing::new(b"7F\0".to_vec())),
            (tag::MESSAGE_STATE, Zeroizing::new(vec![5])),
        ];
        assert_eq!(read(&message), said("7F", false));
    }

    #[test]
    fn a_persons_text_is_no_receipt_whatever_it_says() {
        let mut message = receipt("id:42 stat:DELIVRD");
        message.esm_class = 0;
        assert_eq!(read(&message), Delivery::Text);
    }

    #[test]
    fn what_is_in_no_known_form_says_nothing() {
        for text in [
            "",
            "0,42,delivered",
            "id:",
            "id:42",
            "stat:DELIVRD",
            "\u{0}\u{1}",
        ] {
            assert_eq!(read(&receipt(text)), Delivery::Nothing, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_receipt_makes_the_reader_panic(octets: Vec<u8>, tlv: Vec<u8>, tag: u16) {
            let mut message = receipt("");
            message.text = Zeroizing::new(octets);
            message.tlvs = vec![(tag, Zeroizing::new(tlv))];
            let _ = read(&message);
        }
    }
}
