//! A carrier under test, what it reports, and messages to send.

use std::{future::Future, sync::Arc, time::Duration};

use carriers::{
    smpp::{Binding, SessionLimits, Smpp, SmppSettings, ids::IdForm, text::DefaultAlphabet},
    tls::Endpoint,
};
use model::{Clock, MessageId, Timestamp};
use numbers::E164;
use parking_lot::Mutex;
use peers::carrier::{
    Carrier, CarrierMessage, CarrierReports, Handover, InboundText, Receipt, Words,
};
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};
use zeroize::Zeroizing;

/// Waits for what is sure to come, so that a test that waits in vain fails and does not hang.
pub async fn soon<T>(coming: impl Future<Output = T>) -> T {
    let waited = tokio::time::timeout(Duration::from_secs(30), coming).await;
    waited.expect("nothing came for 30 s")
}

pub struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000)
    }
}

#[derive(Default)]
pub struct Reports {
    pub receipts: Mutex<Vec<(MessageId, bool)>>,
    pub texts: Mutex<Vec<(String, String, String)>>,
    came: Notify,
}

impl CarrierReports for Reports {
    fn receipt(&self, receipt: Receipt) {
        self.receipts.lock().push((receipt.id, receipt.delivered));
        self.came.notify_one();
    }

    fn inbound(&self, text: InboundText) {
        let from = text.from.as_str().to_owned();
        self.texts
            .lock()
            .push((from, text.to.clone(), text.text.clone()));
        self.came.notify_one();
    }
}

impl Reports {
    pub async fn receipt(&self) -> (MessageId, bool) {
        self.first(&self.receipts).await
    }

    pub async fn text(&self) -> (String, String, String) {
        self.first(&self.texts).await
    }

    async fn first<T>(&self, of: &Mutex<Vec<T>>) -> T {
        soon(async {
            loop {
                let came = self.came.notified();
                if let Some(first) = of.lock().pop() {
                    return first;
                }
                came.await;
            }
        })
        .await
    }
}

/// A carrier that runs; it stops with the test.
pub struct Running {
    pub carrier: Arc<Smpp>,
    pub reports: Arc<Reports>,
    pub stop: watch::Sender<bool>,
    pub tasks: JoinSet<()>,
}

pub fn settings(port: u16) -> SmppSettings {
    SmppSettings {
        name: "test".into(),
        endpoint: Endpoint {
            host: "127.0.0.1".into(),
            port,
            tls: None,
        },
        system_id: "fence".into(),
        password: Zeroizing::new("secret".into()),
        system_type: "VMA".into(),
        binding: Binding::Transceiver,
        sender: None,
        alphabet: DefaultAlphabet::Gsm7,
        ids: IdForm::Any,
        limits: SessionLimits {
            window: 4,
            response: Duration::from_secs(2),
            enquire: Duration::from_secs(30),
        },
    }
}

pub fn run(settings: SmppSettings) -> Running {
    let reports = Arc::new(Reports::default());
    let carrier = Smpp::new(settings, Arc::new(Noon), reports.clone());
    let carrier = Arc::new(carrier);
    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    let running = carrier.clone();
    tasks.spawn(async move { running.run(stopped).await });
    Running {
        carrier,
        reports,
        stop,
        tasks,
    }
}

impl Running {
    pub async fn bound(&self) {
        self.is_bound(true).await;
    }

    pub async fn unbound(&self) {
        self.is_bound(false).await;
    }

    async fn is_bound(&self, wanted: bool) {
        soon(async {
            while self.carrier.is_bound() != wanted {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Sends in the background; the answer is the set's next.
    pub fn send(&self, n: u8, text: &str) -> JoinSet<Handover> {
        let carrier = self.carrier.clone();
        let message = message(n, text);
        let mut sending = JoinSet::new();
        sending.spawn(async move { carrier.send(message).await });
        sending
    }
}

pub fn id(n: u8) -> MessageId {
    MessageId::from_bytes([n; 16])
}

pub fn message(n: u8, text: &str) -> CarrierMessage {
    CarrierMessage {
        id: id(n),
        to: E164::from_canonical("+447700900123").unwrap(),
        from: "HARBOUR".into(),
        language: "en".into(),
        words: Words::Text(text.into()),
        sandbox: false,
    }
}

pub async fn answer(mut sending: JoinSet<Handover>) -> Handover {
    soon(sending.join_next()).await.unwrap().unwrap()
}
