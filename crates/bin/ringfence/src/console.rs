//! The console room: its own process, listener and host. It answers health checks; staff pages
//! come with dual control.

use std::path::Path;

use axum::{Router, http::StatusCode, routing::get};
use rooms::{
    Failure,
    ambient::log_to_stderr,
    control::{self, Inherited},
    running::until_stopped,
    sandbox::{Report, Sandbox, Sockets},
};
use tokio::{net::TcpListener, sync::oneshot};

use crate::{settings::Settings, supervisor::CONSOLE};

/// Runs the room to its end.
pub fn run(config: &Path) -> Result<(), Failure> {
    let mut inherited =
        control::inherit().map_err(Failure::while_doing("joining the supervisor"))?;
    let settings = Settings::load(config)?;
    let listener = inherited
        .take_listener(CONSOLE)
        .ok_or_else(|| Failure::Failed("the supervisor passed no console listener".to_owned()))?;
    let sandbox = Sandbox {
        own: Vec::new(),
        read_only: Vec::new(),
        sockets: Sockets::none(),
    };
    let report = sandbox
        .enter()
        .map_err(Failure::while_doing("entering the sandbox"))?;
    log_to_stderr("console", !settings.demo);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::while_doing("starting the runtime"))?;
    runtime.block_on(serve(inherited, listener, report))
}

async fn serve(
    inherited: Inherited,
    listener: std::net::TcpListener,
    report: Report,
) -> Result<(), Failure> {
    let listener =
        TcpListener::from_std(listener).map_err(Failure::while_doing("taking the listener"))?;
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .fallback(async || (StatusCode::NOT_FOUND, NOTHING));
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async move {
        // Either end means stop.
        let _ = stopped.await;
    };
    let serving = webkit::serve(vec![listener], router, webkit::Limits::default(), shutdown);
    let told = async move {
        // The console has no links with verbs of its own yet; their ends close by being dropped.
        let ended = until_stopped(inherited, &report, |_, _| {}).await;
        drop(stop);
        ended
    };
    let (_, ended) = tokio::join!(serving, told);
    ended.map_err(Failure::while_doing("answering the supervisor"))
}

const NOTHING: &str = "The staff console is not part of this version.\n";
