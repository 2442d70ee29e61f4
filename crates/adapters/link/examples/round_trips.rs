//! What a round trip costs: two runtimes of two worker threads, as two rooms have.
//!
//! `cargo run --release -p link --example round_trips` prints round trips per second and CPU
//! microseconds per round trip, both ends together, for several numbers of callers.

use std::{os::unix::net::UnixStream as StdStream, sync::Arc, time::Duration};

use async_trait::async_trait;
use link::{CourierClient, Limits, Peer, Room, Service};
use model::MessageId;
use numbers::{E164, ParseError};
use peers::{
    carrier::{CarrierMessage, CourierRun, Handed, Handover, Outbound, Words},
    front::PeerGone,
};
use tokio::{net::UnixStream, runtime::Runtime, task::JoinSet, time::Instant};

struct Taker;

#[async_trait]
impl Outbound for Taker {
    async fn run(&self) -> Result<CourierRun, PeerGone> {
        Ok(CourierRun([0; 8]))
    }

    async fn send(
        &self,
        _: CourierRun,
        message: CarrierMessage,
    ) -> Result<Option<Handed>, PeerGone> {
        Ok(message.sandbox.then_some(Handover::Accepted.into()))
    }
}

fn message() -> Result<CarrierMessage, ParseError> {
    Ok(CarrierMessage {
        id: MessageId::from_bytes([1; 16]),
        to: E164::from_canonical("+447700900123")?,
        from: "Example".into(),
        language: "en".into(),
        words: Words::Text("424242 is your code for example.com".into()),
        sandbox: true,
    })
}

fn room() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
}

/// User and system time of this process so far, in seconds.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let field = |place: usize| {
        after_name
            .split_whitespace()
            .nth(place)
            .and_then(|f| f.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    // Clock ticks, 100 a second on Linux.
    (field(11) + field(12)) / 100.0
}

async fn ask(client: CourierClient, until: Instant) -> u64 {
    let mut done = 0;
    while Instant::now() < until {
        let Ok(message) = message() else { break };
        done += u64::from(client.send(CourierRun([0; 8]), message).await.is_ok());
    }
    done
}

#[expect(clippy::print_stdout, reason = "a measurement prints its table")]
async fn measure(vault: &Peer, callers: usize) {
    let seconds = 3.0;
    let (start, cpu) = (Instant::now(), cpu_seconds());
    let until = start + Duration::from_secs_f64(seconds);
    let mut calls = JoinSet::new();
    for _ in 0..callers {
        calls.spawn(ask(CourierClient::new(vault.clone()), until));
    }
    let done = calls.join_all().await.into_iter().sum::<u64>();
    let done = f64::from(u32::try_from(done).unwrap_or(u32::MAX));
    let spent = (cpu_seconds() - cpu) * 1e6 / done;
    println!(
        "{callers:>4} callers  {:>8.0}/s  {spent:>5.1} us CPU each",
        done / seconds
    );
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (near, far) = StdStream::pair()?;
    near.set_nonblocking(true)?;
    far.set_nonblocking(true)?;
    let (one, two) = (room()?, room()?);
    let courier = Peer::new(
        Room::Courier,
        Room::Vault,
        Service::Courier(Arc::new(Taker)),
        Limits::default(),
    );
    let serving = one.spawn(async move {
        courier
            .attach(UnixStream::from_std(far)?)
            .await
            .map_err(std::io::Error::other)
    });
    two.block_on(async {
        let vault = Peer::new(
            Room::Vault,
            Room::Courier,
            Service::Nothing,
            Limits::default(),
        );
        let mut links = JoinSet::new();
        links.spawn(vault.attach(UnixStream::from_std(near)?));
        for callers in [1, 4, 16, 64, 256] {
            measure(&vault, callers).await;
        }
        std::io::Result::Ok(())
    })?;
    drop(two);
    one.block_on(serving)??;
    Ok(())
}
