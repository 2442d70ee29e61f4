//! Runs one connection: reads frames, starts requests, delivers answers, writes batches.

use std::{io, pin::pin, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt},
    task::{JoinError, JoinSet},
};

use crate::{
    HelloError, Verb,
    frame::{Batch, Entry, FrameError, Kind, Refusal, split_entry},
    hello,
    inbox::Inbox,
    limits::MAX_BATCH_BYTES,
    line::{Line, Reply, Work},
    peer::{Shared, Standing},
    serve::{Request, Slot},
};

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The other room closed it.
    Closed,
    /// A newer connection to the same room took its place.
    Replaced,
    /// This room asked for it, and what was begun is done.
    Finished,
    /// The socket failed.
    Broken(io::ErrorKind),
    /// The other room took no bytes for [`crate::Limits::stall`].
    Stalled,
    /// The other room sent what is not the protocol.
    Violation(FrameError),
}

/// Greets, then serves until the connection ends and every request that was begun is done.
pub(crate) async fn drive<R, W>(
    shared: Arc<Shared>,
    mut reader: R,
    mut writer: W,
) -> Result<Ended, HelloError>
where
    R: AsyncRead + Send + Unpin,
    W: AsyncWrite + Send + Unpin,
{
    let (me, other) = (shared.me, shared.other);
    hello::exchange(&mut reader, &mut writer, me, other, shared.limits.hello).await?;
    let standing = Standing::begin(&shared);
    let mut tasks = JoinSet::new();
    let ended = run(&shared, standing.line(), reader, writer, &mut tasks).await;
    drop(standing);
    tracing::debug!(?other, ?ended, "connection between rooms ended");
    finish_tasks(&mut tasks).await;
    Ok(ended)
}

async fn run<R, W>(
    shared: &Shared,
    line: &Arc<Line>,
    reader: R,
    writer: W,
    tasks: &mut JoinSet<()>,
) -> Ended
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut writing = pin!(write_batches(shared, line, writer));
    let ended = tokio::select! {
        biased;
        ended = read_frames(shared, line, reader, tasks) => Some(ended),
        ended = &mut writing => Some(ended),
        () = line.replaced.notified() => Some(Ended::Replaced),
        () = line.ending.notified() => None,
    };
    if let Some(ended) = ended {
        return ended;
    }
    line.end_calls();
    let rest = async {
        finish_tasks(tasks).await;
        line.finish();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = &mut writing => ended,
        () = rest => Ended::Finished,
    }
}

async fn read_frames<R>(
    shared: &Shared,
    line: &Arc<Line>,
    mut reader: R,
    tasks: &mut JoinSet<()>,
) -> Ended
where
    R: AsyncRead + Unpin,
{
    let mut inbox = Inbox::new();
    loop {
        let frame = match inbox.frame(&mut reader).await {
            Ok(frame) => frame,
            Err(ended) => return ended,
        };
        shared.counters.frame_in();
        let mut rest = inbox.bytes(frame.clone());
        while !rest.is_empty() {
            let entry = match split_entry(rest) {
                Ok((entry, after)) => {
                    rest = after;
                    entry
                }
                Err(error) => return Ended::Violation(error),
            };
            take_entry(shared, line, tasks, entry).await;
        }
        inbox.used(frame);
        reap(tasks);
    }
}

async fn take_entry(shared: &Shared, line: &Arc<Line>, tasks: &mut JoinSet<()>, entry: Entry<'_>) {
    let Entry { id, kind, body } = entry;
    let reply = match kind {
        Kind::Answer => Reply::Answer(body.to_vec()),
        Kind::Refusal => Reply::Refusal(Refusal::from_body(body)),
        Kind::Request(number) => {
            if let Err(refusal) = admit(shared, line, tasks, id, number, body) {
                tracing::debug!(number, id, ?refusal, "request between rooms refused");
                // Waits for space: who sends nonsense faster than it reads is not read.
                let _ = line.reply(id, Kind::Refusal, &refusal.code()).await;
            }
            return;
        }
    };
    if !line.deliver(id, reply) {
        shared.counters.stray_answer();
    }
}

/// Judges a request by its header alone; only then is its body looked at.
fn admit(
    shared: &Shared,
    line: &Arc<Line>,
    tasks: &mut JoinSet<()>,
    id: u64,
    number: u16,
    body: &[u8],
) -> Result<(), Refusal> {
    let Some(verb) = Verb::from_number(number) else {
        shared.counters.unknown_verb();
        return Err(Refusal::UnknownVerb);
    };
    shared.counters.call(verb);
    let judged = judge(shared, line, tasks, verb, body.len()).and_then(|slot| {
        tracing::debug!(verb = verb.name(), id, "request between rooms");
        let counters = Arc::clone(&shared.counters);
        shared.service.start(Request {
            id,
            body,
            slot,
            counters,
            tasks,
        })
    });
    if judged.is_err() {
        shared.counters.refusal(verb);
    }
    judged
}

fn judge(
    shared: &Shared,
    line: &Arc<Line>,
    tasks: &mut JoinSet<()>,
    verb: Verb,
    body_bytes: usize,
) -> Result<Slot, Refusal> {
    let rule = verb.rule();
    if rule.server != shared.me || !rule.callers.contains(&shared.other) {
        return Err(Refusal::NotAllowed);
    }
    if u32::try_from(body_bytes).is_ok_and(|bytes| bytes > rule.max_bytes) {
        return Err(Refusal::TooLarge);
    }
    if tasks.len() >= shared.limits.serving {
        reap(tasks);
    }
    if tasks.len() >= shared.limits.serving {
        return Err(Refusal::Busy);
    }
    Slot::take(line, verb).ok_or(Refusal::Busy)
}

async fn write_batches<W>(shared: &Shared, line: &Line, mut writer: W) -> Ended
where
    W: AsyncWrite + Unpin,
{
    let mut batch = Batch::new(MAX_BATCH_BYTES);
    loop {
        match line.take(&mut batch) {
            Work::Stop => {
                let _ = writer.shutdown().await;
                return Ended::Finished;
            }
            Work::Wait => {
                line.filled().await;
                // Whoever is ready to run now may still join this batch. A lone caller is not
                // made to wait for others that are not there.
                if line.is_shared() {
                    tokio::task::yield_now().await;
                }
            }
            Work::Write => {
                let written = write_frame(&mut writer, batch.frame(), shared.limits.stall).await;
                batch.wipe();
                if let Err(ended) = written {
                    return ended;
                }
                shared.counters.frame_out();
            }
        }
    }
}

async fn write_frame<W>(writer: &mut W, mut frame: &[u8], stall: Duration) -> Result<(), Ended>
where
    W: AsyncWrite + Unpin,
{
    while !frame.is_empty() {
        let write = tokio::time::timeout(stall, writer.write(frame));
        match write.await.map_err(|_| Ended::Stalled)? {
            Ok(0) => return Err(Ended::Broken(io::ErrorKind::WriteZero)),
            Ok(count) => frame = frame.get(count..).unwrap_or_default(),
            Err(error) => return Err(Ended::Broken(error.kind())),
        }
    }
    Ok(())
}

/// Forgets the tasks that are done.
fn reap(tasks: &mut JoinSet<()>) {
    while let Some(done) = tasks.try_join_next() {
        note_panic(done);
    }
}

async fn finish_tasks(tasks: &mut JoinSet<()>) {
    while let Some(done) = tasks.join_next().await {
        note_panic(done);
    }
}

/// The panic's own words stay unsaid: they could hold anything.
fn note_panic(done: Result<(), JoinError>) {
    if done.is_err_and(|error| error.is_panic()) {
        tracing::error!("a request between rooms ended in a panic");
    }
}
