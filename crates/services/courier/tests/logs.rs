//! What the courier logs while it works names nobody.

mod common;

use std::{io, sync::Arc};

use common::{seeded, simulator, text};
use courier::{Carriers, Courier};
use parking_lot::Mutex;
use peers::carrier::Outbound;

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

#[tokio::test]
async fn no_log_line_holds_a_number_a_code_or_a_text() {
    let written = Written::default();
    let make = written.clone();
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || make.clone())
        .finish();
    let _on = tracing::subscriber::set_default(log);
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
    let text = String::from_utf8(written.0.lock().clone()).unwrap();
    assert!(text.contains("courier.message.send"), "{text}");
    for secret in ["7700", "482913", "Harbour", "STOP"] {
        assert!(!text.contains(secret), "{text}");
    }
}
