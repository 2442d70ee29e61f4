//! How one message to a carrier, or one question to an operator, crosses from the vault to the
//! courier: the only place where a number is written to a socket. `E164` cannot be serialised, on
//! purpose; this module spells it out, for these two verbs, and nothing else can use it.
//!
//! Text is borrowed on both sides: from the message when it is written, from the receive buffer
//! when it is read. Both buffers are wiped by their owners, so no copy is left behind.

use model::{MessageId, NetworkToken};
use numbers::E164;
use peers::{
    carrier::{CarrierMessage, CourierRun, SpokenPart, Words},
    operator::{Claim, OperatorQuestion, SimQuestion},
};
use serde::{Deserialize, Serialize};

use crate::{body, frame::Refusal};

/// A message as bytes. Has no `Debug`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope<'a> {
    id: MessageId,
    to: &'a str,
    from: &'a str,
    language: &'a str,
    #[serde(borrow)]
    words: EnvelopeWords<'a>,
    sandbox: bool,
}

#[derive(Serialize, Deserialize)]
enum EnvelopeWords<'a> {
    Text(&'a str),
    #[serde(borrow)]
    Spoken(Vec<EnvelopePart<'a>>),
}

#[derive(Serialize, Deserialize)]
enum EnvelopePart<'a> {
    Say(&'a str),
    Digits(&'a str),
    Pause { millis: u32 },
    AwaitKey(&'a str),
}

/// The message and the run it is meant for, ready to be written.
pub(crate) fn encode(run: CourierRun, message: &CarrierMessage) -> (CourierRun, Envelope<'_>) {
    let envelope = Envelope {
        id: message.id,
        to: message.to.as_str(),
        from: &message.from,
        language: &message.language,
        words: match &message.words {
            Words::Text(text) => EnvelopeWords::Text(text),
            Words::Spoken(parts) => EnvelopeWords::Spoken(parts.iter().map(encode_part).collect()),
        },
        sandbox: message.sandbox,
    };
    (run, envelope)
}

fn encode_part(part: &SpokenPart) -> EnvelopePart<'_> {
    match part {
        SpokenPart::Say(text) => EnvelopePart::Say(text),
        SpokenPart::Digits(digits) => EnvelopePart::Digits(digits),
        SpokenPart::Pause { millis } => EnvelopePart::Pause { millis: *millis },
        SpokenPart::AwaitKey(prompt) => EnvelopePart::AwaitKey(prompt),
    }
}

/// Reads a message and whom it is meant for.
pub(crate) fn decode(body: &[u8]) -> Result<(CourierRun, CarrierMessage), Refusal> {
    let (run, envelope): (CourierRun, Envelope<'_>) = body::decode(body)?;
    let to = E164::from_canonical(envelope.to).map_err(|_| Refusal::Malformed)?;
    let message = CarrierMessage {
        id: envelope.id,
        to,
        from: envelope.from.to_owned(),
        language: envelope.language.to_owned(),
        words: match envelope.words {
            EnvelopeWords::Text(text) => Words::Text(text.to_owned()),
            EnvelopeWords::Spoken(parts) => {
                Words::Spoken(parts.into_iter().map(decode_part).collect())
            }
        },
        sandbox: envelope.sandbox,
    };
    Ok((run, message))
}

fn decode_part(part: EnvelopePart<'_>) -> SpokenPart {
    match part {
        EnvelopePart::Say(text) => SpokenPart::Say(text.to_owned()),
        EnvelopePart::Digits(digits) => SpokenPart::Digits(digits.to_owned()),
        EnvelopePart::Pause { millis } => SpokenPart::Pause { millis },
        EnvelopePart::AwaitKey(prompt) => SpokenPart::AwaitKey(prompt.to_owned()),
    }
}

/// A question as bytes. Has no `Debug`.
#[derive(Serialize, Deserialize)]
pub(crate) enum EnvelopeQuestion<'a> {
    Sim {
        number: &'a str,
        question: SimQuestion,
    },
    Device {
        token: &'a str,
        #[serde(borrow)]
        claim: EnvelopeClaim<'a>,
    },
}

#[derive(Serialize, Deserialize)]
pub(crate) enum EnvelopeClaim<'a> {
    Number(&'a str),
    Hash([u8; 32]),
}

/// The question, ready to be written.
pub(crate) fn encode_question(question: &OperatorQuestion) -> EnvelopeQuestion<'_> {
    match question {
        OperatorQuestion::Sim { number, question } => EnvelopeQuestion::Sim {
            number: number.as_str(),
            question: *question,
        },
        OperatorQuestion::Device { token, claim } => EnvelopeQuestion::Device {
            token: token.expose(),
            claim: match claim {
                Claim::Number(number) => EnvelopeClaim::Number(number.as_str()),
                Claim::Hash(hash) => EnvelopeClaim::Hash(*hash),
            },
        },
    }
}

/// Reads a question.
pub(crate) fn decode_question(body: &[u8]) -> Result<OperatorQuestion, Refusal> {
    let read = |text| E164::from_canonical(text).map_err(|_| Refusal::Malformed);
    Ok(match body::decode(body)? {
        EnvelopeQuestion::Sim { number, question } => OperatorQuestion::Sim {
            number: read(number)?,
            question,
        },
        EnvelopeQuestion::Device { token, claim } => OperatorQuestion::Device {
            token: NetworkToken::new(token.to_owned()).ok_or(Refusal::TooLarge)?,
            claim: match claim {
                EnvelopeClaim::Number(number) => Claim::Number(read(number)?),
                EnvelopeClaim::Hash(hash) => Claim::Hash(hash),
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    static_assertions::assert_not_impl_any!(E164: Serialize, std::fmt::Display);
    static_assertions::assert_not_impl_any!(CarrierMessage: Serialize);

    fn words() -> impl Strategy<Value = Words> {
        let part = prop_oneof![
            ".{0,40}".prop_map(SpokenPart::Say),
            "[0-9]{0,10}".prop_map(SpokenPart::Digits),
            any::<u32>().prop_map(|millis| SpokenPart::Pause { millis }),
            ".{0,40}".prop_map(SpokenPart::AwaitKey),
        ];
        prop_oneof![
            ".{0,200}".prop_map(Words::Text),
            prop::collection::vec(part, 0..8).prop_map(Words::Spoken),
        ]
    }

    fn same_words(one: &Words, other: &Words) -> bool {
        match (one, other) {
            (Words::Text(one), Words::Text(other)) => one == other,
            (Words::Spoken(one), Words::Spoken(other)) => one == other,
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn a_message_arrives_as_it_was_sent(
            id: [u8; 16],
            run: [u8; 8],
            last in 0_u32..1000,
            from in "[A-Za-z0-9 ]{0,11}",
            words in words(),
            sandbox: bool,
        ) {
            let to = E164::from_canonical(&format!("+447700900{last:03}")).unwrap();
            let id = MessageId::from_bytes(id);
            let sent = CarrierMessage { id, to, from, language: "en-GB".into(), words, sandbox };
            let run = CourierRun(run);
            let bytes = postcard::to_stdvec(&encode(run, &sent)).unwrap();
            let (meant_for, read) = decode(&bytes).unwrap();
            prop_assert_eq!(meant_for, run);
            prop_assert_eq!((read.id, read.to.as_str()), (id, sent.to.as_str()));
            prop_assert_eq!((&read.from, &read.language), (&sent.from, &sent.language));
            prop_assert_eq!(read.sandbox, sandbox);
            prop_assert!(same_words(&read.words, &sent.words));
        }

        #[test]
        fn no_body_makes_the_reader_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&body);
            let _ = decode_question(&body);
        }

        #[test]
        fn a_question_arrives_as_it_was_asked(last in 0_u32..1000, hours: u16, token in "[!-~]{1,80}", hash: [u8; 32]) {
            let number = E164::from_canonical(&format!("+447700900{last:03}")).unwrap();
            let token = NetworkToken::new(token).unwrap();
            let asked = [
                OperatorQuestion::Sim { number: number.clone(), question: SimQuestion::ChangedWithin { hours } },
                OperatorQuestion::Sim { number: number.clone(), question: SimQuestion::ChangedAt },
                OperatorQuestion::Device { token: token.clone(), claim: Claim::Number(number) },
                OperatorQuestion::Device { token, claim: Claim::Hash(hash) },
            ];
            for question in asked {
                let bytes = postcard::to_stdvec(&encode_question(&question)).unwrap();
                let read = decode_question(&bytes).unwrap();
                prop_assert_eq!(postcard::to_stdvec(&encode_question(&read)).unwrap(), bytes);
            }
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        let words = EnvelopeWords::Text("hello");
        let id = MessageId::from_bytes([1; 16]);
        let envelope = Envelope {
            id,
            to: "07700900123",
            from: "",
            language: "en",
            words,
            sandbox: true,
        };
        let bytes = postcard::to_stdvec(&(CourierRun([0; 8]), envelope)).unwrap();
        assert_eq!(decode(&bytes).err(), Some(Refusal::Malformed));
        let question = SimQuestion::ChangedAt;
        let number = "07700900123";
        let bytes = postcard::to_stdvec(&EnvelopeQuestion::Sim { number, question }).unwrap();
        assert_eq!(decode_question(&bytes).err(), Some(Refusal::Malformed));
    }
}
