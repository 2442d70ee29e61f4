//! Serves the simulator with a few messages on it, to look at:
//! `cargo run -p sim --example phones -- 127.0.0.1:8082 [empty|faults]`, then open `/sim`.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use courier::{
    Simulator, SimulatorPermit,
    carrier::{Carrier, CarrierMessage, SpokenPart, Words},
    simulator::{Faults, ReceiptMode},
};
use model::{Clock, Entropy, EntropyError, MessageId, Timestamp};
use numbers::E164;

struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the present comes from"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.map_or(0, |since| since.as_millis());
        Timestamp::from_millis(i64::try_from(millis).unwrap_or(0))
    }
}

/// Enough to tell messages apart; nothing here is secret.
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        out.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

fn text(code: &str) -> Words {
    Words::Text(format!(
        "{code} is your Harbour Chat code to create your account. Give it to nobody, not even us.\n\n@chat.harbour.example #{code}"
    ))
}

fn call(code: &str) -> Words {
    Words::Spoken(vec![
        SpokenPart::Say("Hello, this is Harbour Chat. Your code to sign in is:".into()),
        SpokenPart::Digits(code.into()),
        SpokenPart::Say("Once more:".into()),
        SpokenPart::Digits(code.into()),
        SpokenPart::Say("Not you? Hang up.".into()),
    ])
}

async fn fill(simulator: &Simulator) -> Result<(), Box<dyn Error>> {
    let arabic = "رمزك هو 482913 ولا تعطه لأحد.\n\n@chat.harbour.example #482913";
    let sent = [
        ("+12025550142", call("771204")),
        ("+493023125001", Words::Text(arabic.into())),
        ("+447700900123", text("120467")),
        ("+447700900123", call("550912")),
        ("+447700900123", text("482913")),
    ];
    for (place, (to, words)) in (1..).zip(sent) {
        let message = CarrierMessage {
            id: MessageId::from_bytes([place; 16]),
            to: E164::from_canonical(to)?,
            from: "HARBOUR".into(),
            language: "en".into(),
            words,
            sandbox: false,
        };
        simulator.send(message).await;
        if place == 3 {
            simulator.text_back(&E164::from_canonical(to)?, "HARBOUR", "START")?;
        }
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let address = args.next().unwrap_or_else(|| "127.0.0.1:8082".into());
    let wish = args.next().unwrap_or_default();
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(Counting(AtomicU8::new(9))));
    let permit = SimulatorPermit::from_config(true, false)?;
    let simulator = Simulator::new(permit, clock.clone(), entropy, Arc::default());
    let simulator = Arc::new(simulator);
    simulator.add_phone(&E164::from_canonical("+447700900123")?);
    if wish != "empty" {
        fill(&simulator).await?;
    }
    if wish == "faults" {
        simulator.set_faults(Faults {
            drop: 0.2,
            delay_ms: 2500,
            receipts: ReceiptMode::Lying,
            ..Faults::default()
        })?;
    }
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let router = sim::router(simulator.clone(), clock);
    let serving = webkit::serve(vec![listener], router, sim::limits(), async {
        let _ = tokio::signal::ctrl_c().await;
        simulator.close();
    });
    tokio::join!(serving, simulator.run());
    Ok(())
}
