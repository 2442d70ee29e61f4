//! What a centre hands to us: receipts, and texts of people.

use std::sync::Arc;

use model::{Clock, MessageId};
use parking_lot::Mutex;
use peers::carrier::{CarrierReports, InboundText, Receipt};
use zeroize::Zeroizing;

use super::{
    address,
    assemble::{Assembler, Octets},
    body::{ShortMessage, tag},
    ids::Ids,
    receipt::{self, Delivery},
    session::Events,
    status,
    text::{self, DefaultAlphabet, ESM_UDHI, Part},
};

/// Turns deliver_sm into reports.
pub struct Inbound {
    ids: Mutex<Ids>,
    assembler: Mutex<Assembler>,
    alphabet: DefaultAlphabet,
    clock: Arc<dyn Clock>,
    reports: Arc<dyn CarrierReports>,
}

impl Inbound {
    pub(super) fn new(
        ids: Mutex<Ids>,
        alphabet: DefaultAlphabet,
        clock: Arc<dyn Clock>,
        reports: Arc<dyn CarrierReports>,
    ) -> Self {
        Self {
            ids,
            assembler: Mutex::default(),
            alphabet,
            clock,
            reports,
        }
    }

    fn outcome(&self, id: MessageId, delivered: bool) {
        let at = self.clock.now();
        self.reports.receipt(Receipt { id, delivered, at });
    }

    /// A person's text; what is no text, or from no number, is dropped.
    fn text(&self, message: &ShortMessage) -> Option<()> {
        let from = address::person(&message.source)?;
        let (part, octets) = self.part(message)?;
        let at = self.clock.now();
        let data_coding = message.data_coding;
        let text = match part {
            None => text::decode(octets, data_coding, self.alphabet)?,
            Some(part) => {
                let parties = (
                    message.source.text.as_str(),
                    message.destination.text.as_str(),
                );
                let came = Octets {
                    part,
                    data_coding,
                    octets,
                };
                let whole = self.assembler.lock().take(parties, &came, at)?;
                text::decode(&whole, data_coding, self.alphabet)?
            }
        };
        self.reports.inbound(InboundText {
            from,
            to: message.destination.text.to_string(),
            text: take(text),
            at,
        });
        Some(())
    }

    /// Which part this is, if it is one, and its octets without header.
    fn part<'a>(&self, message: &'a ShortMessage) -> Option<(Option<Part>, &'a [u8])> {
        let octets = message.payload();
        if message.esm_class & ESM_UDHI != 0 {
            return text::take_header(octets);
        }
        let one = |tag| match message.tlv(tag) {
            Some([value]) => Some(*value),
            _ => None,
        };
        let reference = match message.tlv(tag::SAR_MSG_REF_NUM) {
            Some([high, low]) => Some(u16::from_be_bytes([*high, *low])),
            _ => None,
        };
        let numbers = (
            reference,
            one(tag::SAR_TOTAL_SEGMENTS),
            one(tag::SAR_SEGMENT_SEQNUM),
        );
        let part = match numbers {
            (Some(reference), Some(total), Some(number)) => Part::new(reference, total, number),
            _ => None,
        };
        Some((part, octets))
    }
}

/// Moves a text out without leaving a copy.
fn take(mut text: Zeroizing<String>) -> String {
    std::mem::take(&mut *text)
}

impl Events for Inbound {
    fn taken(&self, id: &str, message: MessageId) {
        // A statement of its own: the lock is gone before the report is made.
        let early = self.ids.lock().note(id, message, self.clock.now());
        if let Some(delivered) = early {
            self.outcome(message, delivered);
        }
    }

    fn delivered(&self, body: &[u8]) -> u32 {
        let Ok(message) = ShortMessage::parse(body) else {
            return status::REJECTED_BY_APPLICATION;
        };
        match receipt::read(&message) {
            Delivery::Nothing => {}
            Delivery::Outcome { id, delivered } => {
                let found = self.ids.lock().find(&id, delivered, self.clock.now());
                if let Some(id) = found {
                    self.outcome(id, delivered);
                }
            }
            Delivery::Text => {
                if self.text(&message).is_none() {
                    tracing::debug!("smpp.inbound.dropped");
                }
            }
        }
        status::OK
    }
}
