//! The room: fenced, linked to the vault, listening for carriers' webhooks or, in a
//! demonstration, showing pretend phones.

use std::{fmt::Display, path::Path, sync::Arc, time::Duration};

use axum::Router;
use courier::{Carriers, Courier, ReceiptQueue, Simulator, SimulatorPermit};
use link::{EventsClient, Limits, Peer, Service};
use numbers::E164;
use peers::carrier::Outbound;
use rooms::{
    Room,
    ambient::{SystemClock, SystemEntropy, log_to_stderr},
    control::{self, Event, Inherited},
    sandbox::{Report, Sandbox, Sockets},
    settings::Configuration,
};
use tokio::{
    net::{TcpListener, UnixStream},
    sync::watch,
    task::JoinSet,
    time::timeout,
};

/// The phone that the demonstration begins with; reserved for fiction by Ofcom.
const SAMPLE: &str = "+447700900123";
/// Name of the listener that the supervisor passes.
const LISTENER: &str = "courier";
/// How long links may take to finish what was begun once the room stops.
const LINKS_END: Duration = Duration::from_secs(2);

/// Why the room ended early.
pub struct Failure {
    /// One readable line.
    pub line: String,
    /// Exit code: 64 for the configuration, else 1.
    pub code: u8,
}

fn while_doing<E: Display>(doing: &'static str) -> impl Fn(E) -> Failure {
    move |error| Failure {
        line: format!("{doing}: {error}"),
        code: 1,
    }
}

/// Runs the room to its end.
pub fn run(config: &Path) -> Result<(), Failure> {
    let mut inherited = control::inherit().map_err(while_doing("joining the supervisor"))?;
    let instance = Configuration::load(config)
        .map_err(|error| Failure {
            line: error.to_string(),
            code: 64,
        })?
        .instance;
    let listener = inherited.take_listener(LISTENER);
    let sandbox = Sandbox {
        own: vec![instance.data.join("courier")],
        read_only: Vec::new(),
        sockets: Sockets::none(),
    };
    let report = sandbox
        .enter()
        .map_err(while_doing("entering the sandbox"))?;
    let demo = instance.demo;
    log_to_stderr("courier", !demo);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(while_doing("starting the runtime"))?;
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
    let courier = Courier::new(carriers, &SystemEntropy).map_err(while_doing("naming this run"))?;
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

    let mut control = inherited
        .start(&report, control::SELF_STOP_MAX)
        .map_err(while_doing("answering the supervisor"))?;
    control
        .sender()
        .ready()
        .map_err(while_doing("answering the supervisor"))?;
    let mut links = JoinSet::new();
    loop {
        match control.next_event().await {
            Event::Link {
                peer: Room::Vault,
                stream,
            } => attach(&mut links, &vault, stream),
            Event::Link { .. } => tracing::warn!("a link to a room that has no business here"),
            Event::Stop | Event::SupervisorGone => break,
        }
    }
    // Nobody waits for the answer to the last signal but the tasks below.
    let _ = stop.send(true);
    if let Some(simulator) = simulator {
        simulator.close();
    }
    while tasks.join_next().await.is_some() {}
    vault.finish();
    let _ = timeout(LINKS_END, async {
        while links.join_next().await.is_some() {}
    })
    .await;
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
    let shutdown = async move {
        // An error means that the room is gone.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    };
    if webkit::serve(vec![listener], router, sim::limits(), shutdown).await
        == webkit::Stopped::CutOff
    {
        tracing::warn!("requests were cut off when the room stopped");
    }
}

fn attach(links: &mut JoinSet<()>, peer: &Peer, stream: std::os::unix::net::UnixStream) {
    let stream = stream
        .set_nonblocking(true)
        .and_then(|()| UnixStream::from_std(stream));
    match stream {
        Ok(stream) => {
            let attached = peer.attach(stream);
            links.spawn(async move {
                if let Err(error) = attached.await {
                    tracing::error!(error = %error, "courier.link");
                }
            });
        }
        Err(error) => tracing::error!(error = %error, "courier.link"),
    }
}
