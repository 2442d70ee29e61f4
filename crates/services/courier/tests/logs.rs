//! What the courier logs while it works names nobody.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use std::{io, sync::Arc};

use common::{call, clock_at, seeded, simulator, text};
use courier::{Carriers, Courier, Ledger, Pool, PoolRules, ReceiptQueue, simulator::NoInbound};
use parking_lot::Mutex;
use peers::carrier::{Handover, Outbound, Rejection};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    /// Takes what this thread logs from now on.
    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let make = self.clone();
        let log = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || make.clone())
            .finish();
        tracing::subscriber::set_default(log)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().clone()).unwrap()
    }
}

#[tokio::test]
async fn a_message_that_no_route_takes_is_told_without_its_number() {
    let written = Written::default();
    let _on = written.listen();
    let ledger = Ledger::new(
        Arc::new(clock_at(0)),
        Arc::new(ReceiptQueue::new()),
        Arc::new(NoInbound),
    );
    let rules = PoolRules { unknown_wait: None };
    let pool = Pool::new(vec![], rules, Arc::new(ledger), Arc::new(seeded()));
    let handed = pool.send(call(1, "482913")).await;
    assert_eq!(handed.handover, Handover::Rejected(Rejection::NoCarrier));
    let told = written.text();
    for part in ["courier.pool.refused", "GB", "voice", "NoCarrier"] {
        assert!(told.contains(part), "{told}");
    }
    for secret in ["7700", "482913", "Harbour"] {
        assert!(!told.contains(secret), "{told}");
    }
}

#[tokio::test]
async fn no_log_line_holds_a_number_a_code_or_a_text() {
    let written = Written::default();
    let _on = written.listen();
    let (simulator, _) = simulator();
    let carriers = Carriers {
        simulator: Some(simulator.clone()),
        demo: true,
        ..Carriers::default()
    };
    let courier = Courier::new(carriers, &seeded()).unwrap();
    let run = courier.run().await.unwrap();
    courier.send(run, text(1, "482913")).await.unwrap();
    simulator
        .text_back(&common::number(123), "HARBOUR", "STOP")
        .unwrap();
    let text = written.text();
    assert!(text.contains("courier.message.send"), "{text}");
    for secret in ["7700", "482913", "Harbour", "STOP"] {
        assert!(!text.contains(secret), "{text}");
    }
}
