//! The room: fenced, linked to the vault, listening for carriers' webhooks or, in a
//! demonstration, showing pretend phones.

use std::{collections::BTreeMap, path::Path, sync::Arc};

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
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{
    ways::{self, Ways},
    webhooks,
};

/// The phone that the demonstration begins with; reserved for fiction by Ofcom.
const SAMPLE: &str = "+447700900123";
/// Name of the listener that the supervisor passes.
const LISTENER: &str = "courier";

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
    let runtime = running::runtime().map_err(Failure::while_doing("starting the runtime"))?;
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
    let outbound: Arc<dyn Outbound> = courier;
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
    let events = EventsClient::new(vault.clone());
    forwarding.spawn(async move { receipts.forward(&events).await });
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
    // Nobody waits for the answer to the last signal but the tasks below.
    let _ = stop.send(true);
    if let Some(simulator) = simulator {
        simulator.close();
    }
    while tasks.join_next().await.is_some() {}
    vault.finish();
    links.end().await;
    forwarding.abort_all();
    Ok(())
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
