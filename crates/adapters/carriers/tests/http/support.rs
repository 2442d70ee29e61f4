//! Carriers under test, what they report, and messages.

use std::sync::Arc;

use carriers::{
    http::{
        Link,
        generic::{Generic, GenericSettings},
        telnyx::{Telnyx, TelnyxSettings},
        twilio::{Twilio, TwilioSettings},
        vonage::{Vonage, VonageSettings},
    },
    tls::Endpoint,
};
use model::{Clock, MessageId, Timestamp};
use numbers::E164;
use parking_lot::Mutex;
use peers::carrier::{CarrierMessage, CarrierReports, InboundText, Receipt, SpokenPart, Words};
use zeroize::Zeroizing;

pub const BASE: &str = "https://courier.example/carriers/main";
pub const NOW: i64 = 1_795_000_000;
pub const TOKEN: &str = "12345";
pub const SECRET: &[u8; 32] = b"a secret of thirty-two bytes, ok";

/// The time that a test sets, seconds since 1970.
pub struct At(pub i64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0 * 1000)
    }
}

#[derive(Default)]
pub struct Reports {
    pub receipts: Mutex<Vec<(MessageId, bool)>>,
    pub texts: Mutex<Vec<(String, String, String)>>,
}

impl CarrierReports for Reports {
    fn receipt(&self, receipt: Receipt) {
        self.receipts.lock().push((receipt.id, receipt.delivered));
    }

    fn inbound(&self, text: InboundText) {
        let from = text.from.as_str().to_owned();
        self.texts
            .lock()
            .push((from, text.to.clone(), text.text.clone()));
    }
}

pub fn link(reports: &Arc<Reports>, now: i64) -> Link {
    Link {
        name: "main".into(),
        base: Some(BASE.into()),
        reports: reports.clone(),
        clock: Arc::new(At(now)),
    }
}

pub fn here(port: u16) -> Endpoint {
    Endpoint {
        host: "127.0.0.1".into(),
        port,
        tls: None,
    }
}

pub fn twilio(reports: &Arc<Reports>, port: u16) -> Twilio {
    let settings = TwilioSettings {
        account_sid: "AC00000000000000000000000000000000".into(),
        auth_token: Zeroizing::new(TOKEN.into()),
        api_key: None,
        messaging_service: None,
        sender: None,
        caller: Some("+447700900100".into()),
    };
    Twilio::new(settings, link(reports, NOW), here(port))
}

pub fn vonage(reports: &Arc<Reports>, port: u16, pem: &str, now: i64) -> Vonage {
    let settings = VonageSettings {
        application: "11111111-2222-3333-4444-555555555555".into(),
        private_key: Zeroizing::new(pem.as_bytes().to_vec()),
        signature_secret: Zeroizing::new("signature secret of the account, long".into()),
        sender: None,
        caller: Some("+447700900100".into()),
    };
    Vonage::new(settings, link(reports, now), here(port)).unwrap()
}

pub fn telnyx(reports: &Arc<Reports>, port: u16, public_key: [u8; 32], now: i64) -> Telnyx {
    let settings = TelnyxSettings {
        api_key: Zeroizing::new("KEY".into()),
        public_key,
        profile: Some("40000000-0000-0000-0000-000000000000".into()),
        sender: None,
    };
    Telnyx::new(settings, link(reports, now), here(port))
}

pub fn generic(reports: &Arc<Reports>, port: u16, now: i64) -> Generic {
    let settings = GenericSettings {
        path: "/send?tenant=1".into(),
        secret: Zeroizing::new(SECRET.to_vec()),
        sender: None,
        voice: true,
    };
    Generic::new(settings, link(reports, now), here(port))
}

pub fn id() -> MessageId {
    MessageId::from_bytes([7; 16])
}

pub fn text() -> CarrierMessage {
    CarrierMessage {
        id: id(),
        to: E164::from_canonical("+447700900123").unwrap(),
        from: "HARBOUR".into(),
        language: "de".into(),
        words: Words::Text("482913 & more".into()),
        sandbox: false,
    }
}

pub fn call() -> CarrierMessage {
    let parts = vec![
        SpokenPart::AwaitKey("Hier ist Harbour. Drücken Sie eine Taste.".into()),
        SpokenPart::Say("Ihr Code lautet:".into()),
        SpokenPart::Digits("482913".into()),
    ];
    CarrierMessage {
        words: Words::Spoken(parts),
        ..text()
    }
}
