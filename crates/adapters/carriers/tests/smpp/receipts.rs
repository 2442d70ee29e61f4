//! Receipts and texts of people, as centres hand them over.

use carriers::smpp::{
    body::{Address, ShortMessage, tag},
    text,
};
use peers::carrier::Handover;
use zeroize::Zeroizing;

use crate::{
    centre::{Centre, Link},
    support::{Running, answer, id, run, settings},
};

pub fn receipt(id: &str, word: &str) -> ShortMessage {
    let text = format!("id:{id} sub:001 dlvrd:001 stat:{word} err:000 text:");
    ShortMessage {
        esm_class: 4,
        text: Zeroizing::new(text.into_bytes()),
        ..person(b"")
    }
}

pub fn person(text: &[u8]) -> ShortMessage {
    let address = |ton, text: &str| Address {
        ton,
        npi: 1,
        text: Zeroizing::new(text.to_owned()),
    };
    ShortMessage {
        source: address(1, "447700900123"),
        destination: address(0, "60777"),
        text: Zeroizing::new(text.to_vec()),
        ..ShortMessage::default()
    }
}

async fn ready() -> (Running, Link) {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let link = centre.bound().await;
    running.bound().await;
    (running, link)
}

async fn sent(running: &Running, link: &mut Link, n: u8, centre_id: &[u8]) {
    let sending = running.send(n, "code");
    let (pdu, _) = link.submitted().await;
    link.answer(&pdu, 0, centre_id).await;
    assert_eq!(answer(sending).await, Handover::Accepted);
}

#[tokio::test]
async fn a_receipt_names_its_message_in_either_base() {
    let (running, mut link) = ready().await;
    sent(&running, &mut link, 1, b"7FA21C03\0").await;
    sent(&running, &mut link, 2, b"000123456789\0").await;
    assert_eq!(link.deliver(&receipt("2141330435", "DELIVRD")).await, 0);
    assert_eq!(running.reports.receipt().await, (id(1), true));
    assert_eq!(link.deliver(&receipt("123456789", "UNDELIV")).await, 0);
    assert_eq!(running.reports.receipt().await, (id(2), false));
}

#[tokio::test]
async fn a_receipt_may_be_in_optional_fields() {
    let (running, mut link) = ready().await;
    sent(&running, &mut link, 1, b"abc-7\0").await;
    let mut message = receipt("", "");
    message.text = Zeroizing::default();
    message.tlvs = vec![
        (
            tag::RECEIPTED_MESSAGE_ID,
            Zeroizing::new(b"abc-7\0".to_vec()),
        ),
        (tag::MESSAGE_STATE, Zeroizing::new(vec![2])),
    ];
    assert_eq!(link.deliver(&message).await, 0);
    assert_eq!(running.reports.receipt().await, (id(1), true));
}

#[tokio::test]
async fn a_receipt_before_its_answer_is_not_lost() {
    let (running, mut link) = ready().await;
    let sending = running.send(3, "code");
    let (pdu, _) = link.submitted().await;
    assert_eq!(link.deliver(&receipt("55", "EXPIRED")).await, 0);
    link.answer(&pdu, 0, b"55\0").await;
    assert_eq!(answer(sending).await, Handover::Accepted);
    assert_eq!(running.reports.receipt().await, (id(3), false));
}

#[tokio::test]
async fn a_persons_text_arrives_whole_in_any_alphabet() {
    let (running, mut link) = ready().await;
    let expected = |text: &str| {
        let text = text.to_owned();
        ("+447700900123".to_owned(), "60777".to_owned(), text)
    };
    link.deliver(&person(b"STOP \x02")).await;
    assert_eq!(running.reports.text().await, expected("STOP $"));
    let mut cyrillic = person(&[0x04, 0x21, 0x04, 0x22, 0x04, 0x1E, 0x04, 0x1F]);
    cyrillic.data_coding = text::CODING_UCS2;
    link.deliver(&cyrillic).await;
    assert_eq!(running.reports.text().await, expected("СТОП"));
    for (number, part) in [(1, "world"), (0, "hello ")] {
        let mut half = person(&text::with_header(part.as_bytes(), 9, 2, number));
        half.esm_class = text::ESM_UDHI;
        link.deliver(&half).await;
    }
    assert_eq!(running.reports.text().await, expected("hello world"));
}

#[tokio::test]
async fn a_character_cut_between_two_segments_is_whole_again() {
    let (running, mut link) = ready().await;
    // The two halves of 🎉 in UTF-16, then the escape of € in the default alphabet.
    let halves: [(u8, [&[u8]; 2], &str); 2] = [
        (text::CODING_UCS2, [&[0xD8, 0x3C], &[0xDF, 0x89]], "🎉"),
        (text::CODING_DEFAULT, [b"5 \x1B", b"\x65"], "5 €"),
    ];
    for (reference, (data_coding, parts, whole)) in (1..).zip(halves) {
        for (number, octets) in (0..).zip(parts) {
            let mut half = person(&text::with_header(octets, reference, 2, number));
            half.esm_class = text::ESM_UDHI;
            half.data_coding = data_coding;
            link.deliver(&half).await;
        }
        assert_eq!(running.reports.text().await.2, whole);
    }
}

#[tokio::test]
async fn segments_named_in_optional_fields_are_joined() {
    let (running, mut link) = ready().await;
    for (number, part) in [(1, "one "), (2, "two")] {
        let mut half = person(part.as_bytes());
        half.tlvs = vec![
            (tag::SAR_MSG_REF_NUM, Zeroizing::new(vec![1, 2])),
            (tag::SAR_TOTAL_SEGMENTS, Zeroizing::new(vec![2])),
            (tag::SAR_SEGMENT_SEQNUM, Zeroizing::new(vec![number])),
        ];
        link.deliver(&half).await;
    }
    assert_eq!(running.reports.text().await.2, "one two");
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_for_good() {
    let (running, mut link) = ready().await;
    let body = Zeroizing::new(vec![0xFF; 40]);
    link.send(carriers::smpp::pdu::command::DELIVER_SM, 8, body)
        .await;
    let answer = link.next().await;
    assert_eq!((answer.sequence, answer.status), (8, 0x65));
    assert!(running.carrier.is_bound());
}
