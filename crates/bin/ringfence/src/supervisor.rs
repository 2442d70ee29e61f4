//! The supervisor: binds listeners, starts and fences the rooms, starts them again. It has no
//! data, reads nothing from outside and accepts no connection.

use std::{
    ffi::OsString,
    io::{self, ErrorKind},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use rooms::{
    Failure, Label, Room,
    ambient::log_to_stderr,
    instance::{self, Held},
    supervise::{Event, RoomSpec, Supervisor, Timing, bind},
    users::{UserIds, look_up, may_switch},
};

use crate::settings::Settings;

/// Name of the public listener.
pub const PUBLIC: &str = "public";
/// Name of the console's listener.
pub const CONSOLE: &str = "console";
/// Name of the courier's listener, for webhooks and the simulator.
pub const COURIER: &str = "courier";

/// `ringfence serve`.
pub fn serve(config: &Path) -> ExitCode {
    log_to_stderr("supervisor", true);
    let started = Settings::of_instance(config).and_then(|settings| {
        let held = instance::hold(&settings.data)?;
        run(config, &settings, &held, || ())
    });
    started.unwrap_or_else(|failure| failure.report())
}

/// Runs the rooms to their end; `ready` is called once when all are ready for the first time. The
/// data folder is held meanwhile: two vaults would write to the same databases.
pub fn run(
    config: &Path,
    settings: &Settings,
    _held: &Held,
    ready: impl FnOnce(),
) -> Result<ExitCode, Failure> {
    let specs = specs(config, settings)?;
    let supervisor = Supervisor::new(specs, Timing::default())
        .map_err(Failure::while_doing("preparing the rooms"))?;
    let mut ready = Some(ready);
    let report = supervisor
        .run(|event| {
            if matches!(event, Event::AllReady)
                && let Some(ready) = ready.take()
            {
                ready();
            }
            if event.is_loud() {
                tracing::warn!("{event}");
            } else {
                tracing::info!("{event}");
            }
        })
        .map_err(Failure::while_doing("running the rooms"))?;
    Ok(ExitCode::from(report.exit_code()))
}

fn specs(config: &Path, settings: &Settings) -> Result<Vec<RoomSpec>, Failure> {
    let config = config
        .canonicalize()
        .map_err(Failure::while_doing(config.display()))?;
    let users = &settings.users;
    let mut specs = vec![
        spec(Room::Vault, "room", &config, users.vault.as_deref(), &[])?,
        spec(
            Room::Courier,
            "room",
            &config,
            users.courier.as_deref(),
            &listener(COURIER, settings.courier),
        )?,
        spec(
            Room::Front,
            "room-front",
            &config,
            users.front.as_deref(),
            &[(PUBLIC, settings.public)],
        )?,
    ];
    if settings.console.is_some() {
        let listeners = listener(CONSOLE, settings.console);
        let user = users.console.as_deref();
        specs.push(spec(
            Room::Console,
            "room-console",
            &config,
            user,
            &listeners,
        )?);
    }
    Ok(specs)
}

fn listener(name: &'static str, at: Option<SocketAddr>) -> Vec<(&'static str, SocketAddr)> {
    at.map(|at| (name, at)).into_iter().collect()
}

fn spec(
    room: Room,
    command: &str,
    config: &Path,
    user: Option<&str>,
    listeners: &[(&'static str, SocketAddr)],
) -> Result<RoomSpec, Failure> {
    let bound = |(name, at): &(&'static str, SocketAddr)| {
        let label = Label::parse(name).map_err(Failure::while_doing("naming a listener"))?;
        let socket = bind(*at).map_err(|error| not_bound(*at, &error))?;
        Ok((label, socket))
    };
    let args = [
        OsString::from(command),
        OsString::from("--config"),
        config.into(),
    ];
    Ok(RoomSpec {
        room,
        program: program(room)?,
        args: args.into(),
        user: user.map(ids).transpose()?,
        listeners: listeners
            .iter()
            .map(bound)
            .collect::<Result<_, Failure>>()?,
    })
}

/// The commonest reason has a remedy; the system's words tell any other.
fn not_bound(at: SocketAddr, error: &io::Error) -> Failure {
    let why = match error.kind() {
        ErrorKind::AddrInUse => format!(
            "port {} is taken; stop what listens there, or choose another port",
            at.port()
        ),
        _ => error.to_string(),
    };
    Failure::Failed(format!("listening on {at}: {why}"))
}

fn ids(name: &str) -> Result<UserIds, Failure> {
    if !may_switch() {
        return Err(Failure::Settings(format!(
            "[instance.users] names {name}, but only root may start rooms as other users"
        )));
    }
    system_user(name)
}

/// The ids of a user that the configuration names.
pub fn system_user(name: &str) -> Result<UserIds, Failure> {
    look_up(name)
        .map_err(Failure::while_doing("reading the system's users"))?
        .ok_or_else(|| Failure::Settings(format!("[instance.users] there is no user {name}")))
}

/// The program of a room, beside this one.
pub fn program(room: Room) -> Result<PathBuf, Failure> {
    let own = std::env::current_exe().map_err(Failure::while_doing("finding this program"))?;
    let name = match room {
        Room::Vault => "ringfence-vault",
        Room::Courier => "ringfence-courier",
        Room::Front | Room::Console => return Ok(own),
    };
    let path = own.with_file_name(name);
    if path.exists() {
        return Ok(path);
    }
    Err(Failure::Failed(format!(
        "{} is missing; install all three programs together",
        path.display()
    )))
}
