//! The front room: API and hosted pages over the identity service.

use std::{path::Path, sync::Arc, time::Duration};

use axum::{Router, http::header::CONTENT_TYPE, response::IntoResponse, routing::get};
use identity::{Applications, Identity};
use link::{Limits, Peer, Service, VaultClient};
use model::{Clock, Entropy};
use peers::front::{FrontEvents, PeerGone, SendReport};
use rooms::{
    Failure, Room,
    ambient::{SystemClock, SystemEntropy, log_to_stderr},
    control::{self, Inherited},
    running::{self, Links, every, told_to_stop, until_stopped},
    sandbox::{Report, Sandbox, Sockets},
};
use tokio::{
    net::TcpListener,
    sync::{OnceCell, watch},
    task::JoinSet,
};

use crate::{database, hosted, settings::Settings, supervisor::PUBLIC};

const HOUSEKEEP_EVERY: Duration = Duration::from_secs(60);

/// Runs the room to its end.
pub fn run(config: &Path) -> Result<(), Failure> {
    let mut inherited =
        control::inherit().map_err(Failure::while_doing("joining the supervisor"))?;
    let settings = Settings::load(config)?;
    let listener = inherited
        .take_listener(PUBLIC)
        .ok_or_else(|| Failure::Failed("the supervisor passed no public listener".to_owned()))?;
    let server = settings.database.as_ref();
    let password_file = server.and_then(|server| server.password_file.clone());
    let sandbox = Sandbox {
        own: vec![settings.front_directory()],
        read_only: password_file.into_iter().collect(),
        sockets: Sockets {
            unix: settings.database.is_some(),
            ..Sockets::none()
        },
    };
    let report = sandbox
        .enter()
        .map_err(Failure::while_doing("entering the sandbox"))?;
    log_to_stderr("front", !settings.demo);
    let runtime = running::runtime(Room::Front);
    let runtime = runtime.map_err(Failure::while_doing("starting the runtime"))?;
    runtime.block_on(serve(inherited, listener, settings, report))
}

/// The front's events before its service is open: the vault tries again.
#[derive(Default)]
struct Late(OnceCell<Identity>);

#[async_trait::async_trait]
impl FrontEvents for Late {
    async fn sends_changed(&self, reports: Vec<SendReport>) -> Result<(), PeerGone> {
        match self.0.get() {
            Some(identity) => identity.sends_changed(reports).await,
            None => Err(PeerGone),
        }
    }
}

async fn serve(
    inherited: Inherited,
    listener: std::net::TcpListener,
    settings: Settings,
    report: Report,
) -> Result<(), Failure> {
    let store = database::open(&settings, settings.demo)?;
    let late = Arc::new(Late::default());
    let events = Service::Front(late.clone());
    let peer = Peer::new(
        link::Room::Front,
        link::Room::Vault,
        events,
        Limits::default(),
    );
    let opened = Identity::open(identity::Parts {
        store: Arc::clone(&store),
        vault: Arc::new(VaultClient::new(peer.clone())),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        config: settings.identity.clone(),
    });
    let identity = opened
        .await
        .map_err(Failure::while_doing("opening the front's database"))?;
    // Set once, right here.
    let _ = late.0.set(identity.clone());
    let router = router(&identity, &settings).await?;
    let listener =
        TcpListener::from_std(listener).map_err(Failure::while_doing("taking the listener"))?;

    let (stop, stopped) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tasks.spawn(run_jobs(identity.clone(), stopped.clone()));
    tasks.spawn(housekeep(identity.clone(), stopped.clone()));
    tasks.spawn(copy(identity.clone(), stopped.clone()));
    tasks.spawn(answer(listener, router, stopped));
    let mut links = Links::new(Room::Front);
    let linked = |room, stream| match room {
        Room::Vault => {
            links.attach(stream, |stream| peer.attach(stream));
            tasks.spawn(catch_up(identity.clone(), peer.clone()));
        }
        _ => tracing::warn!("a link to a room that has no business here"),
    };
    until_stopped(inherited, &report, linked)
        .await
        .map_err(Failure::while_doing("answering the supervisor"))?;
    // Accepted requests still need the vault: the link ends after them.
    let _ = stop.send(true);
    while tasks.join_next().await.is_some() {}
    peer.finish();
    links.end().await;
    let written = identity.finish_copies().await;
    written.map_err(Failure::while_doing("writing the last copies"))?;
    store.close().await;
    Ok(())
}

/// Answers people and applications until the room stops, then finishes what was accepted.
async fn answer(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let limits = webkit::Limits::default();
    let shutdown = async move { told_to_stop(&mut stopped).await };
    if webkit::serve(vec![listener], router, limits, shutdown).await == webkit::Stopped::CutOff {
        tracing::warn!("requests were cut off when the room stopped");
    }
}

async fn router(identity: &Identity, settings: &Settings) -> Result<Router, Failure> {
    let applications = Arc::new(Applications::default());
    let operator_api = camara::CamaraState {
        identity: identity.clone(),
        applications: Arc::clone(&applications),
        entropy: Arc::new(SystemEntropy),
    };
    let state = api::ApiState {
        identity: identity.clone(),
        applications: Arc::clone(&applications),
    };
    let twilio = twilio::TwilioState {
        identity: identity.clone(),
        applications,
        public_url: settings.public_url.clone(),
    };
    let mut router = api::router(state)
        .merge(camara::router(operator_api))
        .merge(twilio::router(twilio))
        .route("/docs/errors", get(errors_page));
    if let Some(application) = settings.hosted {
        let all = identity.applications().await;
        let all = all.map_err(Failure::while_doing("reading applications"))?;
        let named = all.into_iter().find(|known| known.id == application);
        let name = named.map(|known| known.name).ok_or_else(|| {
            Failure::Settings("[front] hosted_application is not an application here".into())
        })?;
        router = router.merge(hosted_pages(identity, settings, application, name)?);
    }
    Ok(router)
}

/// What every problem document's `type` leads to.
async fn errors_page() -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/markdown; charset=utf-8")],
        api::codes::page(),
    )
}

fn hosted_pages(
    identity: &Identity,
    settings: &Settings,
    application: model::ApplicationId,
    name: String,
) -> Result<Router, Failure> {
    let country = settings
        .default_country
        .as_deref()
        .and_then(pages::port::Country::parse);
    let site = pages::Site {
        app: name,
        origin: settings.public_url.clone(),
        default_country: country,
        onward: settings.onward.clone(),
        demo: crate::demo::start_page(settings),
    };
    let service = hosted::shared(identity.clone(), application);
    Ok(pages::router(pages::Pages {
        verifications: service.clone(),
        sessions: service,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        cookie_key: webkit::CookieKey::new(&identity.cookie_secret()),
        site,
        countries: hosted::countries(),
        proxies: settings.proxies.clone(),
        assets: pages::assets(),
    }))
}

/// After every new connection to the vault: what the front missed while it was away is recorded.
async fn catch_up(identity: Identity, peer: Peer) {
    peer.up().await;
    match identity.catch_up().await {
        Ok(0) => {}
        Ok(recorded) => tracing::info!(recorded, "front.caught_up"),
        Err(error) => tracing::warn!(error = %error, "front.catch_up"),
    }
}

async fn run_jobs(identity: Identity, mut stopped: watch::Receiver<bool>) {
    let Ok(name) = SystemEntropy.random_16() else {
        tracing::error!("front.jobs.name");
        return;
    };
    let stop = async move { told_to_stop(&mut stopped).await };
    identity::worker(&identity, name)
        .run(|| SystemClock.now().as_millis(), stop)
        .await;
}

async fn copy(identity: Identity, mut stopped: watch::Receiver<bool>) {
    identity.run_copies(told_to_stop(&mut stopped)).await;
}

async fn housekeep(identity: Identity, mut stopped: watch::Receiver<bool>) {
    every(HOUSEKEEP_EVERY, &mut stopped, || async {
        if let Err(error) = identity.housekeep().await {
            tracing::error!(error = %error, "front.housekeep");
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vault_gives_a_start_up_before_the_front_does() {
        let link = Limits::default().deadline;
        let vault = u64::try_from(identity::PATIENCE.as_millis()).unwrap();
        let margin = Duration::from_millis(500);
        assert!(Duration::from_millis(vault) + margin <= link);
    }
}
