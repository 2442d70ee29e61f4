//! Webhooks of carriers, none of them signed: nothing may come of them.
#![no_main]

use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, HeaderValue};
use carriers::{
    http::{
        Link,
        generic::{Generic, GenericSettings},
        telnyx::{Telnyx, TelnyxSettings},
        twilio::{Twilio, TwilioSettings},
        webhook::{WebhookRequest, Webhooks},
    },
    tls::Endpoint,
};
use libfuzzer_sys::fuzz_target;
use model::{Clock, Timestamp};
use peers::carrier::{CarrierReports, InboundText, Receipt};
use ringfence_fuzz::split;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_795_003_200_000)
    }
}

/// Nothing unsigned may be reported.
struct Never;

impl CarrierReports for Never {
    fn receipt(&self, _receipt: Receipt) {
        panic!("a receipt that nobody signed");
    }

    fn inbound(&self, _text: InboundText) {
        panic!("a text that nobody signed");
    }
}

fn carriers() -> &'static [Box<dyn Webhooks>; 3] {
    static CARRIERS: OnceLock<[Box<dyn Webhooks>; 3]> = OnceLock::new();
    CARRIERS.get_or_init(|| {
        let link = Link {
            name: "main".into(),
            base: Some("https://courier.example/carriers/main".into()),
            reports: Arc::new(Never),
            clock: Arc::new(Noon),
        };
        let endpoint = Endpoint {
            host: "127.0.0.1".into(),
            port: 1,
            tls: None,
        };
        let twilio = TwilioSettings {
            account_sid: "AC".into(),
            auth_token: "12345".to_owned().into(),
            api_key: None,
            messaging_service: None,
            sender: None,
            caller: None,
        };
        let telnyx = TelnyxSettings {
            api_key: "KEY".to_owned().into(),
            public_key: [7; 32],
            profile: None,
            sender: None,
        };
        let generic = GenericSettings {
            path: "/".into(),
            secret: vec![9; 32].into(),
            sender: None,
            voice: false,
        };
        [
            Box::new(Twilio::new(twilio, link.clone(), endpoint.clone())),
            Box::new(Telnyx::new(telnyx, link.clone(), endpoint.clone())),
            Box::new(Generic::new(generic, link, endpoint)),
        ]
    })
}

fuzz_target!(|data: &[u8]| {
    let (head, body) = split(data);
    let mut headers = HeaderMap::new();
    let names = [
        "x-twilio-signature",
        "telnyx-timestamp",
        "telnyx-signature-ed25519",
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ];
    for (name, value) in names.into_iter().zip(head.split(|byte| *byte == b'\n')) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    let request = WebhookRequest {
        path: "inbound",
        query: None,
        headers: &headers,
        body,
    };
    for carrier in carriers() {
        assert!(matches!(carrier.receive(&request).status, 400 | 403));
    }
});
