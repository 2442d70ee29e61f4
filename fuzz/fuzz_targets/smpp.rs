//! What a message centre sends: headers, messages, receipts, texts of people.
#![no_main]

use carriers::smpp::{
    body::{ShortMessage, message_id},
    pdu::{HEADER_BYTES, Header, PDU_MAX_BYTES},
    receipt::{self, Delivery},
    text::{DefaultAlphabet, decode, take_header},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some((head, _)) = data.split_first_chunk::<HEADER_BYTES>()
        && let Ok(header) = Header::parse(*head)
    {
        assert!(header.body_bytes <= PDU_MAX_BYTES);
    }
    let _ = message_id(data);
    let Ok(message) = ShortMessage::parse(data) else {
        return;
    };
    let again = ShortMessage::parse(&message.to_bytes());
    if message.text.len() <= 254 {
        assert!(again.as_ref() == Ok(&message), "what was read is written the same");
    }
    if let Delivery::Outcome { id, .. } = receipt::read(&message) {
        assert!(!id.is_empty() && id.len() <= 64);
    }
    for alphabet in [DefaultAlphabet::Gsm7, DefaultAlphabet::Latin1] {
        let _ = decode(message.payload(), message.data_coding, alphabet);
    }
    if let Some((Some(part), _)) = take_header(message.payload()) {
        assert!(part.number >= 1 && part.number <= part.total);
    }
});
