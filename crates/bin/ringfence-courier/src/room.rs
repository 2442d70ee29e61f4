//! The room: fenced, linked to the vault, listening for carriers' webhooks or, in a
//! demonstration, showing pretend phones.

use std::{path::Path, sync::Arc};

use axum::Router;
use courier::{Carriers, Courier, ReceiptQueue, Simulator, SimulatorPermit};
use link::{EventsClient, Limits, Peer, Service};
use numbers::E164;
use peers::carrier::Outbound;
use rooms::{
    Failure, Room,
    ambient::{SystemClock, SystemEntropy, log_to_stderr},
    control::{self, Inherited},
    running::{self, Links, told_to_stop, until_stopped},
    sandbox::{Report, Sandbox, Sockets},
    settings::Configuration,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// The phone that the demonstration begins with; reserved for fiction by Ofcom.
const SAMPLE: &str = "+447700900123";
/// Name of the listener that the supervisor passes.
const LISTENER: &str = "courier";

/// Runs the room to its end.
pub fn run(config: &Path) -> Result<(), Failure> {
    let mut inherited =
        control::inherit().map_err(Failure::while_doing("joining the supervisor"))?;
    let instance = Configuration::load(config)?.instance;
    let listener = inherited.take_listener(LISTENER);
    let sandbox = Sandbox {
        own: vec![instance.data.join("courier")],
        read_only: Vec::new(),
        sockets: Sockets::none(),
    };
    let report = sandbox
        .enter()
        .map_err(Failure::while_doing("entering the sandbox"))?;
    let demo = instance.demo;
    log_to_stderr("courier", !demo);
    let runtime = running::runtime().map_err(Failure::while_doing("starting the runtime"))?;
    runtime.block_on(serve(inherited, listener, demo, report))
}

/// What this instance sends with.
struct Senders {
    courier: Arc<Courier>,
    simulator: Option<Arc<Simulator>>,
}

fn senders(demo: bool, receipts: &Arc<ReceiptQueue>) -> Result<Senders, Failure> {
    let simulator = SimulatorPermit::from_config(demo, false)
        .ok()
        .map(|permit| {
            let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
            let simulator = Simulator::new(permit, clock, entropy, Arc::clone(receipts));
            if let Ok(sample) = E164::from_canonical(SAMPLE) {
                simulator.add_phone(&sample);
            }
            Arc::new(simulator)
        });
    let carriers = Carriers {
        simulator: simulator.clone().map(|carrier| carrier as _),
        demo,
    };
    let courier =
        Courier::new(carriers, &SystemEntropy).map_err(Failure::while_doing("naming this run"))?;
    Ok(Senders {
        courier: Arc::new(courier),
        simulator,
    })
}

async fn serve(
    inherited: Inherited,
    listener: Option<std::net::TcpListener>,
    demo: bool,
    report: Report,
) -> Result<(), Failure> {
    let receipts = Arc::new(ReceiptQueue::new());
    let Senders { courier, simulator } = senders(demo, &receipts)?;
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
        tasks.spawn(listen(listener, simulator.clone(), stopped));
    }
    if let Some(simulator) = simulator.clone() {
        tasks.spawn(async move { simulator.run().await });
    }
    let mut forwarding = JoinSet::new();
    let events = EventsClient::new(vault.clone());
    forwarding.spawn(async move { receipts.forward(&events).await });

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

async fn listen(
    listener: std::net::TcpListener,
    simulator: Option<Arc<Simulator>>,
    mut stopped: watch::Receiver<bool>,
) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            tracing::error!(error = %error, "courier.listener");
            return;
        }
    };
    let router: Router = match simulator {
        Some(simulator) => sim::router(simulator, Arc::new(SystemClock)),
        None => sim::closed_router(),
    };
    let shutdown = async move { told_to_stop(&mut stopped).await };
    if webkit::serve(vec![listener], router, sim::limits(), shutdown).await
        == webkit::Stopped::CutOff
    {
        tracing::warn!("requests were cut off when the room stopped");
    }
}
