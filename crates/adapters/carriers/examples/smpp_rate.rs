//! How many texts one SMPP session submits in a second, with 64 waiting for their answer, to a
//! message centre in the same process that answers at once. Prints the rate.
//!
//! `smpp_rate [SECONDS]`
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints and reads the clock"
)]

use std::{error::Error, sync::Arc, time::Duration};

use carriers::{
    smpp::{
        Binding, SessionLimits, Smpp, SmppSettings,
        ids::IdForm,
        pdu::{self, Pdu, command},
        text::DefaultAlphabet,
    },
    tls::Endpoint,
};
use model::{Clock, MessageId, Timestamp};
use numbers::E164;
use peers::carrier::{
    Carrier, CarrierMessage, CarrierReports, Handover, InboundText, Receipt, Words,
};
use tokio::{
    io::{AsyncWriteExt, BufReader, BufWriter},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::Instant,
};
use zeroize::Zeroizing;

const WINDOW: usize = 64;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000)
    }
}

struct NoReports;

impl CarrierReports for NoReports {
    fn receipt(&self, _receipt: Receipt) {}
    fn inbound(&self, _text: InboundText) {}
}

/// Takes everything and gives each message an id; writes when nothing more waits to be read.
async fn centre(stream: TcpStream) {
    let (reader, writer) = stream.into_split();
    let (mut reader, mut writer) = (BufReader::new(reader), BufWriter::new(writer));
    let mut next = 0_u64;
    while let Ok(request) = pdu::read(&mut reader).await {
        let body = match request.command {
            command::SUBMIT_SM => {
                next += 1;
                format!("{next:x}\0").into_bytes()
            }
            command::BIND_TRANSCEIVER => b"centre\0".to_vec(),
            _ => Vec::new(),
        };
        let answer = Pdu::answer(request.command, request.sequence, 0, &body);
        if writer.write_all(&answer.to_bytes()).await.is_err() {
            return;
        }
        if reader.buffer().is_empty() && writer.flush().await.is_err() {
            return;
        }
    }
}

fn settings(port: u16) -> SmppSettings {
    SmppSettings {
        name: "bench".into(),
        endpoint: Endpoint {
            host: "127.0.0.1".into(),
            port,
            tls: None,
        },
        system_id: "bench".into(),
        password: Zeroizing::new("bench".into()),
        system_type: String::new(),
        binding: Binding::Transceiver,
        sender: None,
        alphabet: DefaultAlphabet::Gsm7,
        ids: IdForm::Any,
        limits: SessionLimits {
            window: WINDOW,
            response: Duration::from_secs(8),
            enquire: Duration::from_secs(30),
        },
    }
}

fn message(n: u64, to: &E164) -> CarrierMessage {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&n.to_le_bytes());
    CarrierMessage {
        id: MessageId::from_bytes(id),
        to: to.clone(),
        from: "HARBOUR".into(),
        language: "en".into(),
        words: Words::Text("482913 is your Harbour Chat code to sign in.".into()),
        sandbox: false,
    }
}

/// One sender: the next message when the last was answered. Counts those that were accepted.
async fn sender(carrier: Arc<Smpp>, first: u64, to: E164, until: Instant) -> u64 {
    let mut accepted = 0;
    let mut n = first;
    while Instant::now() < until {
        n += 1 << 16;
        accepted += u64::from(carrier.send(message(n, &to)).await == Handover::Accepted);
    }
    accepted
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let seconds = std::env::args().nth(1).map_or(Ok(5), |text| text.parse())?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (stop, stopped) = watch::channel(false);
    let carrier = Arc::new(Smpp::new(
        settings(port),
        Arc::new(Still),
        Arc::new(NoReports),
    ));
    let mut rooms = JoinSet::new();
    let running = Arc::clone(&carrier);
    rooms.spawn(async move { running.run(stopped).await });
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    rooms.spawn(centre(stream));
    while !carrier.is_bound() {
        tokio::task::yield_now().await;
    }
    let started = Instant::now();
    let until = started + Duration::from_secs(seconds);
    let to = E164::from_canonical("+447700900123").map_err(|_| "no number")?;
    let senders =
        (0..2 * WINDOW as u64).map(|n| sender(Arc::clone(&carrier), n, to.clone(), until));
    let senders: JoinSet<u64> = senders.collect();
    let accepted: u64 = senders.join_all().await.into_iter().sum();
    let elapsed = started.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 messages")]
    let rate = accepted as f64 / elapsed;
    println!("{rate:.0}");
    stop.send(true)?;
    Ok(())
}
