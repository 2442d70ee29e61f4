//! What every room does once it is fenced: serve, take links, do things at intervals, stop.

use std::{
    fmt::Display, future::Future, io, os::unix::net::UnixStream as StdStream,
    thread::available_parallelism, time::Duration,
};

use serde::Serialize;
use tokio::{
    net::UnixStream,
    runtime::{Builder, Runtime},
    sync::watch,
    task::JoinSet,
    time::{MissedTickBehavior, interval, timeout},
};

use crate::{
    Failure, Room,
    control::{Event, Inherited, SELF_STOP_MAX},
    sandbox::Report,
};

/// How long links may take to finish what was begun once the room stops.
const LINKS_END: Duration = Duration::from_secs(2);
/// Most threads of a room that serves requests: above that they would only wait for the one writer
/// of the store.
const MAX_WORKERS: usize = 16;

/// The runtime of a room that serves requests. Threads start here: enter the sandbox before.
///
/// # Errors
/// When the system gives no threads.
pub fn runtime(room: Room) -> io::Result<Runtime> {
    let cores = available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread()
        .worker_threads(workers(room, cores))
        .enable_all()
        .build()
}

/// Threads of a room, by its part of the work of a sign-up. Sealing wants every core; in the other
/// rooms, threads that the machine cannot run beside it only wake each other.
fn workers(room: Room, cores: usize) -> usize {
    let part = match room {
        Room::Vault => cores,
        Room::Front | Room::Console => cores / 2,
        Room::Courier => cores / 4,
    };
    part.clamp(1, MAX_WORKERS)
}

/// Runs a command's work to its end, on a runtime of its own.
///
/// # Errors
/// Those of the work, or that the system gives no runtime.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::while_doing("starting the runtime"))?
        .block_on(work)
}

/// Tells the supervisor that the room serves, then hands every link to `linked` until the room is
/// told to stop or the supervisor is gone.
///
/// # Errors
/// When the supervisor cannot be answered.
pub async fn until_stopped(
    inherited: Inherited,
    report: &Report,
    mut linked: impl FnMut(Room, StdStream),
) -> io::Result<()> {
    let mut control = inherited.start(report, SELF_STOP_MAX)?;
    control.sender().ready()?;
    loop {
        match control.next_event().await {
            Event::Link { peer, stream } => linked(peer, stream),
            Event::Stop | Event::SupervisorGone => return Ok(()),
        }
    }
}

/// The connections of a room to others.
pub struct Links {
    room: Room,
    running: JoinSet<()>,
}

impl Links {
    /// None yet.
    #[must_use]
    pub fn new(room: Room) -> Self {
        Self {
            room,
            running: JoinSet::new(),
        }
    }

    /// Runs a connection that the supervisor handed over. A quarrel about versions shows in the
    /// log.
    pub fn attach<F, T, E>(&mut self, stream: StdStream, run: impl FnOnce(UnixStream) -> F)
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        E: Display,
    {
        let room = self.room.name();
        let stream = stream
            .set_nonblocking(true)
            .and_then(|()| UnixStream::from_std(stream));
        match stream {
            Ok(stream) => {
                let attached = run(stream);
                self.running.spawn(async move {
                    if let Err(error) = attached.await {
                        tracing::error!(room, error = %error, "rooms.link");
                    }
                });
            }
            Err(error) => tracing::error!(room, error = %error, "rooms.link"),
        }
    }

    /// Waits for what was begun, two seconds at most.
    pub async fn end(mut self) {
        let _ = timeout(LINKS_END, async {
            while self.running.join_next().await.is_some() {}
        })
        .await;
    }
}

/// Waits until the room is told to stop.
pub async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    // An error means that the room is gone.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// Works once in every `period` until the room is told to stop. Not at once: a start has other
/// things to do.
pub async fn every<F: Future<Output = ()>>(
    period: Duration,
    stopped: &mut watch::Receiver<bool>,
    mut work: impl FnMut() -> F,
) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.tick().await;
    loop {
        tokio::select! {
            () = told_to_stop(stopped) => return,
            _ = ticks.tick() => work().await,
        }
    }
}

/// Work that failed for good, as `ringfence jobs list` prints it: a JSON object a line.
#[derive(Debug, Serialize)]
pub struct DeadLetter<'a> {
    /// The room whose work it was.
    pub room: &'static str,
    /// The kind of job.
    pub kind: &'a str,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was given up.
    pub reason: Option<&'a str>,
    /// When it was given up, milliseconds since 1970.
    pub at: Option<i64>,
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn here() -> Runtime {
        Builder::new_current_thread().enable_all().build().unwrap()
    }

    #[test]
    fn a_room_has_threads_for_its_part_of_the_work() {
        let of = |cores| Room::START_ORDER.map(|room| workers(room, cores));
        assert_eq!(of(1), [1, 1, 1, 1]);
        assert_eq!(of(2), [2, 1, 1, 1]);
        assert_eq!(of(8), [8, 2, 4, 4]);
        assert_eq!(of(64), [16, 16, 16, 16]);
    }

    #[test]
    fn a_link_runs_and_its_end_is_waited_for() {
        let ran = std::sync::Arc::new(AtomicU32::new(0));
        let seen = std::sync::Arc::clone(&ran);
        here().block_on(async move {
            let (ours, theirs) = StdStream::pair().unwrap();
            let mut links = Links::new(Room::Front);
            links.attach(ours, move |stream| async move {
                stream.readable().await?;
                seen.fetch_add(1, Ordering::Relaxed);
                Err::<(), _>(io::Error::other("quarrel"))
            });
            drop(theirs);
            links.end().await;
        });
        assert_eq!(ran.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn work_at_intervals_ends_when_the_room_is_told_to_stop() {
        let worked = AtomicU32::new(0);
        here().block_on(async {
            let (stop, mut stopped) = watch::channel(false);
            every(Duration::from_millis(1), &mut stopped, || async {
                if worked.fetch_add(1, Ordering::Relaxed) == 2 {
                    stop.send(true).unwrap();
                }
            })
            .await;
        });
        assert!(worked.load(Ordering::Relaxed) >= 3);
    }

    #[test]
    fn a_room_whose_owner_is_gone_is_told_to_stop() {
        here().block_on(async {
            let (stop, mut stopped) = watch::channel(false);
            drop(stop);
            told_to_stop(&mut stopped).await;
        });
    }
}
