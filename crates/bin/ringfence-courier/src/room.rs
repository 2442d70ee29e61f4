//! The room: fenced, linked to the vault, listening for carriers' webhooks or, in a
//! demonstration, showing pretend phones.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use axum::Router;
use carriers::{http::webhook::Webhooks, smpp::Smpp};
use courier::{
    Carriers, Courier, Ledger, Pool, PoolRules, ReceiptQueue, Route, Simulator, SimulatorPermit,
    simulator::NoInbound,
};
use link::{EventsClient, Limits, Peer, Service};
use model::Channel;
use numbers::E164;
use peers::carrier::Outbound;
use rooms::{
    Failure, Room,
    ambient::{SystemClock, SystemEntropy, log_to_stderr},
    control::{self, Inherited},
    running::{self, Links, told_to_stop, until_stopped},
    sandbox::{Report, Sandbox},
    settings::{Configuration, CourierSettings},
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet, time::timeout};

use crate::{
    ways::{self, Ways},
    webhooks,
};

/// The phone that the demonstration begins with; reserved for fiction by Ofcom.
const SAMPLE: &str = "+447700900123";
/// Name of the listener that the supervisor passes.
const LISTENER: &str = "courier";

/// How long stopping may take, step by step; together with the end of the links less than the
/// supervisor waits. First what carriers are at, then goodbyes, then the last receipts.
const SENDING_ENDS: Duration = Duration::from_secs(3);
const GOODBYES: Duration = Duration::from_secs(2);
const LAST_RECEIPTS: Duration = Duration::from_millis(1500);

/// Runs the room to its end.
pub fn run(config: &Path) -> Result<(), Failure> {
    let mut inherited =
        control::inherit().map_err(Failure::while_doing("joining the supervisor"))?;
    let Configuration {
        instance, carriers, ..
    } = Configuration::load(config)?;
    let listener = inherited.take_listener(LISTENER);
    let receipts = Arc::new(ReceiptQueue::new());
    let ledger = Ledger::new(
        Arc::new(SystemClock),
        Arc::clone(&receipts),
        Arc::new(NoInbound),
    );
    let ledger = Arc::new(ledger);
    // A demonstration sends nothing out, whatever the file says.
    let carriers = if instance.demo {
        CourierSettings::default()
    } else {
        carriers
    };
    let ways = Ways::build(&carriers, &ledger)?;
    let sandbox = Sandbox {
        own: vec![instance.data.join("courier")],
        read_only: ways::read_only(&carriers),
        sockets: ways::sockets(&carriers),
    };
    let report = sandbox
        .enter()
        .map_err(Failure::while_doing("entering the sandbox"))?;
    let demo = instance.demo;
    log_to_stderr("courier", !demo);
    let runtime = running::runtime(Room::Courier);
    let runtime = runtime.map_err(Failure::while_doing("starting the runtime"))?;
    let senders = senders(demo, ways, ledger, &receipts)?;
    runtime.block_on(serve(inherited, listener, senders, receipts, report))
}

/// What this instance sends with.
struct Senders {
    courier: Arc<Courier>,
    simulator: Option<Arc<Simulator>>,
    pool: Option<Arc<Pool>>,
    sessions: Vec<Arc<Smpp>>,
    webhooks: BTreeMap<String, Arc<dyn Webhooks>>,
}

fn simulator(
    demo: bool,
    ledger: &Arc<Ledger>,
    receipts: &Arc<ReceiptQueue>,
) -> Option<Arc<Simulator>> {
    let permit = SimulatorPermit::from_config(demo, false).ok()?;
    let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
    let simulator = Simulator::new(permit, clock, entropy, Arc::clone(receipts));
    if let Ok(sample) = E164::from_canonical(SAMPLE) {
        simulator.add_phone(&sample);
    }
    Some(Arc::new(simulator.with_reports(Arc::clone(ledger) as _)))
}

/// A demonstration's pool: two pretend carriers that reach the same phones.
fn pretend(simulator: &Arc<Simulator>, ledger: Arc<Ledger>) -> Arc<Pool> {
    let routes = [("east", 40_000), ("west", 60_000)].map(|(name, cost_micros)| Route {
        carrier: Arc::new(simulator.carrier(name)),
        channels: vec![Channel::Sms, Channel::Voice],
        countries: Vec::new(),
        line_types: Vec::new(),
        priority: 1,
        cost_micros,
        per_second: None,
    });
    let entropy = Arc::new(SystemEntropy);
    Arc::new(Pool::new(
        routes.into(),
        PoolRules::default(),
        ledger,
        entropy,
    ))
}

fn senders(
    demo: bool,
    ways: Ways,
    ledger: Arc<Ledger>,
    receipts: &Arc<ReceiptQueue>,
) -> Result<Senders, Failure> {
    let simulator = simulator(demo, &ledger, receipts);
    let Ways {
        pool,
        sessions,
        webhooks,
        operator,
    } = ways;
    // In a demonstration the pretend operator, as the phones are its own.
    let pretended = simulator
        .as_ref()
        .map(|simulator| Arc::clone(simulator.operator()) as _);
    let operator = if demo { pretended } else { operator };
    let pool = match &simulator {
        Some(simulator) if demo => Some(pretend(simulator, ledger)),
        _ => pool,
    };
    let carriers = Carriers {
        simulator: simulator.clone().map(|carrier| carrier as _),
        demo,
        pool: pool.clone(),
        operator,
    };
    let courier =
        Courier::new(carriers, &SystemEntropy).map_err(Failure::while_doing("naming this run"))?;
    Ok(Senders {
        courier: Arc::new(courier),
        simulator,
        pool,
        sessions,
        webhooks,
    })
}

async fn serve(
    inherited: Inherited,
    listener: Option<std::net::TcpListener>,
    senders: Senders,
    receipts: Arc<ReceiptQueue>,
    report: Report,
) -> Result<(), Failure> {
    let Senders {
        courier,
        simulator,
        pool,
        sessions,
        webhooks,
    } = senders;
    let outbound: Arc<dyn Outbound> = Arc::clone(&courier) as _;
    let service = Service::Courier(outbound);
    let vault = Peer::new(
        link::Room::Courier,
        link::Room::Vault,
        service,
        Limits::default(),
    );

    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    if let Some(listener) = listener {
        let router = router(simulator.clone(), webhooks);
        tasks.spawn(listen(listener, router, stopped.clone()));
    }
    for session in sessions {
        let stopped = stopped.clone();
        tasks.spawn(async move { session.run(stopped).await });
    }
    if let Some(simulator) = simulator.clone() {
        tasks.spawn(async move { simulator.run().await });
    }
    let mut forwarding = JoinSet::new();
    let (events, queue) = (EventsClient::new(vault.clone()), Arc::clone(&receipts));
    forwarding.spawn(async move { queue.forward(&events).await });
    if let Some(pool) = pool {
        forwarding.spawn(async move { pool.run().await });
    }

    let mut links = Links::new(Room::Courier);
    let linked = |room, stream| match room {
        Room::Vault => links.attach(stream, |stream| vault.attach(stream)),
        _ => tracing::warn!("a link to a room that has no business here"),
    };
    until_stopped(inherited, &report, linked)
        .await
        .map_err(Failure::while_doing("answering the supervisor"))?;
    finish_sending(&courier).await;
    let _ = stop.send(true);
    if let Some(simulator) = simulator {
        simulator.close();
    }
    end_tasks(tasks).await;
    // The link stands until here, because receipts go over it.
    let _ = timeout(LAST_RECEIPTS, receipts.emptied()).await;
    vault.finish();
    links.end().await;
    forwarding.abort_all();
    Ok(())
}

/// Nothing new, and what carriers have begun to take is answered while their sessions still stand.
async fn finish_sending(courier: &Courier) {
    courier.close();
    if timeout(SENDING_ENDS, courier.idle()).await.is_err() {
        tracing::warn!("the outcome of messages is unknown because the room stopped");
    }
}

/// Sessions say goodbye and the listener ends; what takes too long is cut off.
async fn end_tasks(mut tasks: JoinSet<()>) {
    let all = async { while tasks.join_next().await.is_some() {} };
    if timeout(GOODBYES, all).await.is_err() {
        tasks.shutdown().await;
    }
}

fn router(
    simulator: Option<Arc<Simulator>>,
    webhooks: BTreeMap<String, Arc<dyn Webhooks>>,
) -> Router {
    let pages = match simulator {
        Some(simulator) => sim::router(simulator, Arc::new(SystemClock)),
        None => sim::closed_router(),
    };
    pages.merge(webhooks::router(webhooks))
}

async fn listen(
    listener: std::net::TcpListener,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(error = %error, "courier.listener");
            return;
        }
    };
    let shutdown = async move { told_to_stop(&mut stopped).await };
    if webkit::serve(vec![listener], router, sim::limits(), shutdown).await
        == webkit::Stopped::CutOff
    {
        tracing::warn!("requests were cut off when the room stopped");
    }
}

#[cfg(test)]
mod tests {
    use courier::carrier::{Carrier, CarrierMessage, Handover, Words};
    use model::MessageId;
    use tokio::sync::Semaphore;

    use super::*;

    /// Answers when it may, and only while sessions stand.
    struct Standing {
        may_answer: Semaphore,
        stopped: watch::Receiver<bool>,
    }

    #[async_trait::async_trait]
    impl Carrier for Standing {
        async fn send(&self, _message: CarrierMessage) -> Handover {
            let _ = self.may_answer.acquire().await;
            match *self.stopped.borrow() {
                true => Handover::Unknown,
                false => Handover::Accepted,
            }
        }

        fn name(&self) -> &'static str {
            "standing"
        }
    }

    fn message() -> CarrierMessage {
        CarrierMessage {
            id: MessageId::from_bytes([1; 16]),
            to: E164::from_canonical(SAMPLE).unwrap(),
            from: "HARBOUR".into(),
            language: "en".into(),
            words: Words::Text("482913".into()),
            sandbox: false,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_carrier_is_at_is_answered_before_sessions_end() {
        let (stop, stopped) = watch::channel(false);
        let standing = Arc::new(Standing {
            may_answer: Semaphore::new(0),
            stopped,
        });
        let carriers = Carriers {
            simulator: Some(standing.clone() as _),
            demo: true,
            pool: None,
            operator: None,
        };
        let courier = Courier::new(carriers, &SystemEntropy).unwrap();
        let run = courier.run().await.unwrap();
        let stopping = async {
            tokio::task::yield_now().await;
            standing.may_answer.add_permits(1);
            finish_sending(&courier).await;
            stop.send(true).unwrap();
        };
        let (sent, ()) = tokio::join!(courier.send(run, message()), stopping);
        assert_eq!(sent.unwrap().unwrap().handover, Handover::Accepted);
    }

    #[tokio::test(start_paused = true)]
    async fn a_carrier_or_session_that_hangs_does_not_hold_up_the_stop() {
        let (_stop, stopped) = watch::channel(false);
        let standing = Arc::new(Standing {
            may_answer: Semaphore::new(0),
            stopped,
        });
        let carriers = Carriers {
            simulator: Some(standing as _),
            demo: true,
            pool: None,
            operator: None,
        };
        let courier = Courier::new(carriers, &SystemEntropy).unwrap();
        let run = courier.run().await.unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(std::future::pending());
        let started = tokio::time::Instant::now();
        let stopping = async {
            tokio::task::yield_now().await;
            finish_sending(&courier).await;
            end_tasks(tasks).await;
        };
        tokio::select! {
            _ = courier.send(run, message()) => unreachable!("it hangs"),
            () = stopping => {}
        }
        assert_eq!(started.elapsed(), SENDING_ENDS + GOODBYES);
    }
}
