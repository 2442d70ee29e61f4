//! A supervisor and rooms that behave, or misbehave, as told: what the tests of `supervise` run.
//!
//! `puppet supervise vault=good front=deaf stop_ms=300 …` prints what happens, one line each.
#![expect(clippy::print_stdout, reason = "its lines are what the tests wait for")]

use std::{error::Error, net::SocketAddr, process::ExitCode, time::Duration};

use rooms::{
    Label, Room,
    control::{Event, Inherited, RoomControl, inherit},
    sandbox::{Sandbox, Sockets},
    supervise::{RoomSpec, Supervisor, Timing, bind},
    users::UserIds,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
};

type Failure = Box<dyn Error>;

fn main() -> Result<ExitCode, Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
        Some((verb, rest)) if verb == "supervise" => supervise(rest),
        Some((verb, rest)) if verb == "room" => room(rest.first().map_or("good", String::as_str)),
        _ => Err("usage: puppet supervise ROOM=MODE… | puppet room MODE".into()),
    }
}

fn supervise(args: &[String]) -> Result<ExitCode, Failure> {
    let mut timing = Timing::default();
    let mut rooms = Vec::new();
    for (key, value) in args.iter().filter_map(|arg| arg.split_once('=')) {
        let millis = || value.parse().map(Duration::from_millis);
        match key {
            "stop_ms" => timing.stop_max = millis()?,
            "reserve_ms" => timing.stop_reserve = millis()?,
            "ready_ms" => timing.ready_max = millis()?,
            "wait_ms" => timing.wait_first = millis()?,
            "storm" => timing.storm_after = value.parse()?,
            name => rooms.push(spec(name, value)?),
        }
    }
    let report = Supervisor::new(rooms, timing)?.run(|event| println!("{event}"))?;
    println!("exit {}", report.exit_code());
    Ok(report.exit_code().into())
}

/// `good`, `serve` (has a listener), `missing` (no such program), `good@65534` (as that user), …
fn spec(name: &str, mode: &str) -> Result<RoomSpec, Failure> {
    let room = Room::from_name(name).ok_or("no such room")?;
    let (mode, user) = mode
        .split_once('@')
        .map_or((mode, None), |(mode, id)| (mode, Some(id)));
    let user = user
        .map(str::parse)
        .transpose()?
        .map(|id| UserIds { uid: id, gid: id });
    let program = match mode {
        "missing" => "/nonexistent/room".into(),
        _ => std::env::current_exe()?,
    };
    let mut listeners = Vec::new();
    if mode == "serve" {
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        println!("{room} listens on {}", listener.local_addr()?);
        listeners.push((Label::parse("public")?, listener));
    }
    let args = vec!["room".into(), mode.into()];
    Ok(RoomSpec {
        room,
        program,
        args,
        user,
        listeners,
    })
}

fn room(mode: &str) -> Result<ExitCode, Failure> {
    match mode {
        "status64" => return Ok(ExitCode::from(64)),
        "garbage" => return garbage(),
        "leaks" => leaks()?,
        _ => {}
    }
    let mut inherited = inherit()?;
    let sandbox = Sandbox {
        own: vec![],
        read_only: vec![],
        sockets: Sockets::none(),
    };
    let report = sandbox.enter()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let name = inherited.room();
        let mut tasks = JoinSet::new();
        serve(&mut inherited, &mut tasks)?;
        let control = inherited.start(&report, Duration::from_millis(200))?;
        Ok(behave(name, mode, control, tasks).await?)
    })
}

/// Sends what is no message, on the socket that is still its standard input, then waits for ever.
fn garbage() -> Result<ExitCode, Failure> {
    rustix::io::write(std::io::stdin(), &[0xff; 40])?;
    loop {
        std::thread::park();
    }
}

/// Prints what was inherited that should not have been.
fn leaks() -> Result<(), Failure> {
    let mut descriptors = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        descriptors.push(std::fs::read_link(entry?.path())?.display().to_string());
    }
    println!("variables {}", std::env::vars_os().count());
    println!(
        "stray {}",
        descriptors.iter().any(|path| path.ends_with("stray-file"))
    );
    Ok(())
}

/// Answers every connection with this process's number.
fn serve(
    inherited: &mut Inherited,
    tasks: &mut JoinSet<std::io::Result<()>>,
) -> std::io::Result<()> {
    if let Some(listener) = inherited.take_listener("public") {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        tasks.spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await?;
                stream.write_all(&std::process::id().to_be_bytes()).await?;
            }
        });
    }
    Ok(())
}

async fn behave(
    room: Room,
    mode: &str,
    mut control: RoomControl,
    mut tasks: JoinSet<std::io::Result<()>>,
) -> std::io::Result<ExitCode> {
    let sender = control.sender();
    match mode {
        "never" => {}
        "warns" => sender.warn(Label::parse("clock-back").map_err(std::io::Error::other)?)?,
        "flood" => {
            let code = Label::parse("flood").map_err(std::io::Error::other)?;
            while sender.warn(code.clone()).is_ok() {}
        }
        _ => sender.ready()?,
    }
    if mode == "fickle" {
        return Ok(ExitCode::from(3));
    }
    if mode == "hung" {
        loop {
            std::thread::park();
        }
    }
    loop {
        match control.next_event().await {
            Event::Link { peer, stream } => {
                let stream = tokio::net::UnixStream::from_std(stream)?;
                tasks.spawn(greet(room, peer, stream));
            }
            Event::Stop if mode == "deaf" => println!("{room} will not hear"),
            Event::Stop => {
                println!("{room} stops");
                return Ok(ExitCode::SUCCESS);
            }
            Event::SupervisorGone => {
                println!("{room} is alone");
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}

/// Exchanges process numbers over a link.
async fn greet(room: Room, peer: Room, mut stream: tokio::net::UnixStream) -> std::io::Result<()> {
    stream.write_all(&std::process::id().to_be_bytes()).await?;
    let mut number = [0; 4];
    stream.read_exact(&mut number).await?;
    println!("{room} meets {peer} {}", u32::from_be_bytes(number));
    let mut rest = [0; 1];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}
