//! The room: fenced, linked to front and courier, until it is told to stop.

use std::{path::Path, sync::Arc, time::Duration};

use link::{CourierClient, FrontClient, Limits, Peer, Service};
use model::Clock;
use rooms::{
    Failure, Room,
    ambient::{SystemClock, SystemEntropy, log_to_stderr},
    control::{self, Inherited},
    running::{self, Links, every, told_to_stop, until_stopped},
    sandbox::{Relaxation, Report, Sandbox},
};
use tokio::{sync::watch, task::JoinSet, time::interval};
use vault::{Queue, Vault, jobs_worker};

use crate::{
    databases::Databases,
    keys::{Source, files_read, folders_written, sockets},
    parts::parts,
    settings::Settings,
};

/// How often leftovers of deleted rows are scrubbed, if there are any.
const SCRUB_EVERY: Duration = Duration::from_secs(30);
const HOUSEKEEP_EVERY: Duration = Duration::from_secs(60);

/// Runs the room to its end.
pub fn run(config: &Path) -> Result<(), Failure> {
    let inherited = control::inherit().map_err(Failure::while_doing("joining the supervisor"))?;
    let settings = Settings::load(config)?;
    // What a library needs of the system's own is out of reach behind the fence.
    let keys = Source::load(&settings)?;
    let report = fence(&settings)?;
    log_to_stderr("vault", !settings.demo);
    let runtime = running::runtime(Room::Vault);
    let runtime = runtime.map_err(Failure::while_doing("starting the runtime"))?;
    runtime.block_on(serve(inherited, settings, keys, report))
}

fn fence(settings: &Settings) -> Result<Report, Failure> {
    let mut own = vec![settings.directory.clone()];
    own.extend(folders_written(settings));
    let sandbox = Sandbox {
        own,
        read_only: files_read(settings),
        sockets: sockets(settings),
    };
    let mut report = sandbox
        .enter()
        .map_err(Failure::while_doing("entering the sandbox"))?;
    if settings.hsm.is_some() {
        report.relaxations.push(Relaxation::HsmLibrary);
    }
    Ok(report)
}

async fn serve(
    inherited: Inherited,
    settings: Settings,
    keys: Source,
    report: Report,
) -> Result<(), Failure> {
    let databases = Arc::new(Databases::open(&settings, settings.demo)?);
    let store = databases.store();
    let hsm = keys.open(&settings)?;
    let opened = Vault::open(parts(&settings, hsm, Arc::clone(&store))).await;
    let (vault, queue) = opened.map_err(Failure::while_doing("opening the vault"))?;
    let verbs = Service::Vault(Arc::new(vault.clone()));
    let front = Peer::new(
        link::Room::Vault,
        link::Room::Front,
        verbs,
        Limits::default(),
    );
    let receipts = Service::Receipts(Arc::new(vault.clone()));
    let courier = Peer::new(
        link::Room::Vault,
        link::Room::Courier,
        receipts,
        Limits::default(),
    );
    let outbound = Arc::new(CourierClient::new(courier.clone()));
    vault.ask_through(outbound.clone());

    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(dispatch(vault.clone(), Arc::clone(&outbound), queue));
    tasks.spawn(run_jobs(vault.clone(), front.clone(), stopped.clone()));
    tasks.spawn(housekeep(vault.clone(), stopped.clone()));
    tasks.spawn(scrub(vault.clone(), databases, stopped));

    let mut links = Links::new(Room::Vault);
    let linked = |room, stream| match room {
        Room::Courier => {
            links.attach(stream, |stream| courier.attach(stream));
            let (vault, outbound) = (vault.clone(), Arc::clone(&outbound));
            tasks.spawn(async move { vault.greet_courier(&*outbound).await });
        }
        Room::Front => links.attach(stream, |stream| front.attach(stream)),
        // The console has no verbs of its own yet; its end is closed by dropping it.
        Room::Console | Room::Vault => {}
    };
    until_stopped(inherited, &report, linked)
        .await
        .map_err(Failure::while_doing("answering the supervisor"))?;
    front.finish();
    vault.close_outbox();
    // Nobody waits for the answer to the last signal but the tasks below.
    let _ = stop.send(true);
    while tasks.join_next().await.is_some() {}
    courier.finish();
    store.close().await;
    Ok(())
}

async fn dispatch(vault: Vault, outbound: Arc<CourierClient>, queue: Queue) {
    if let Err(fault) = vault.dispatch(outbound, queue).await {
        tracing::error!(fault = %fault, "vault.recover");
    }
}

async fn run_jobs(vault: Vault, front: Peer, mut stopped: watch::Receiver<bool>) {
    let mut name = [0; 16];
    if model::Entropy::fill(&SystemEntropy, &mut name).is_err() {
        tracing::error!("vault.jobs.name");
        return;
    }
    let peers = vault.peers(Arc::new(FrontClient::new(front)));
    let stop = async move { told_to_stop(&mut stopped).await };
    jobs_worker(peers, name)
        .run(|| SystemClock.now().as_millis(), stop)
        .await;
}

async fn housekeep(vault: Vault, mut stopped: watch::Receiver<bool>) {
    every(HOUSEKEEP_EVERY, &mut stopped, || async {
        report(vault.housekeep().await);
    })
    .await;
    // The count of accounts is kept over a restart.
    report(vault.keep_tally().await);
}

fn report(done: Result<(), vault::Fault>) {
    if let Err(fault) = done {
        tracing::error!(fault = %fault, "vault.housekeep");
    }
}

/// Within a minute of a deletion nothing of it is left in the database's own log.
async fn scrub(vault: Vault, databases: Arc<Databases>, mut stopped: watch::Receiver<bool>) {
    let mut ticks = interval(SCRUB_EVERY);
    loop {
        let last = tokio::select! {
            () = told_to_stop(&mut stopped) => true,
            _ = ticks.tick() => false,
        };
        if vault.take_shredded() {
            for database in ["share", "main"] {
                if let Err(error) = databases.scrub(database).await {
                    tracing::warn!(error = %error, database, "vault.scrub");
                    vault.note_shredded();
                }
            }
        }
        if last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    /// The supervisor hands a link to a running room when it starts the other one, and once.
    #[test]
    fn a_link_waits_for_a_room_as_long_as_it_may_take_to_start() {
        let start = rooms::supervise::Timing::default().ready_max;
        assert!(link::Limits::default().hello > start);
    }
}
