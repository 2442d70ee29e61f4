//! What every HTTP carrier has: a name, an address of its own for webhooks, where reports go.

use std::sync::Arc;

use model::{Clock, MessageId};
use numbers::E164;
use peers::carrier::{CarrierReports, InboundText, Receipt};
use zeroize::Zeroizing;

use super::address::Addresses;

/// The most characters of an inbound text that is handed on.
const TEXT_MAX: usize = 1600;
/// The most characters of whom it is for.
const TO_MAX: usize = 20;

/// What every HTTP carrier has.
#[derive(Clone)]
pub struct Link {
    /// Name in logs and metrics.
    pub name: String,
    /// The public address of its webhooks, without a slash at the end, such as
    /// `https://courier.example/carriers/main`. Without it nothing is heard from the carrier.
    pub base: Option<String>,
    /// Where reports go.
    pub reports: Arc<dyn CarrierReports>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Link {
    /// The addresses of its webhooks, which only who knows `secret` makes.
    pub(super) fn addresses(&self, secret: &[u8]) -> Addresses {
        Addresses::new(self.base.as_deref(), secret)
    }

    pub(super) fn receipt(&self, id: MessageId, delivered: bool) {
        let at = self.clock.now();
        self.reports.receipt(Receipt { id, delivered, at });
    }

    /// Hands a person's text on, unless it is from no number or too long.
    pub(super) fn inbound(&self, from: &str, to: &str, text: &str) {
        let digits = from.strip_prefix('+').unwrap_or(from);
        let number = Zeroizing::new(format!("+{digits}"));
        let Ok(from) = E164::from_canonical(&number) else {
            return;
        };
        if text.chars().count() > TEXT_MAX || to.len() > TO_MAX {
            return;
        }
        self.reports.inbound(InboundText {
            from,
            to: to.to_owned(),
            text: text.to_owned(),
            at: self.clock.now(),
        });
    }

    /// Seconds since 1970.
    pub(super) fn now_seconds(&self) -> i64 {
        self.clock.now().as_millis() / 1000
    }
}
