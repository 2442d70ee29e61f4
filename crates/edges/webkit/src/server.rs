//! The server loop: bounded connections and requests, slow clients dropped, and a stop that lets
//! accepted requests finish.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::DefaultBodyLimit,
    http::{Request, StatusCode},
    response::{IntoResponse, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tower::ServiceExt as _;

use crate::{Limits, Peer, Problem};

/// How the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Every accepted request got its answer.
    Drained,
    /// Some were cut off when the time for stopping ran out.
    CutOff,
}

/// What every connection shares.
struct Shared {
    router: Router,
    limits: Limits,
    requests: Semaphore,
}

/// Serves `router` over HTTP/1.1 on `listeners` until `shutdown` resolves, then finishes the
/// accepted requests within [`Limits::shutdown`]. Every request carries a [`Peer`].
pub async fn serve(
    listeners: Vec<TcpListener>,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> Stopped {
    let shared = Arc::new(Shared {
        router: router.layer(DefaultBodyLimit::max(limits.body_bytes)),
        requests: Semaphore::new(limits.requests),
        limits,
    });
    let connections = Arc::new(Semaphore::new(limits.connections));
    let (stop, stopping) = watch::channel(false);
    let mut loops = JoinSet::new();
    for listener in listeners {
        loops.spawn(accept(
            listener,
            shared.clone(),
            connections.clone(),
            stopping.clone(),
        ));
    }
    shutdown.await;
    stop.send_replace(true);
    let mut end = Stopped::Drained;
    while let Some(ended) = loops.join_next().await {
        if ended.ok() != Some(Stopped::Drained) {
            end = Stopped::CutOff;
        }
    }
    end
}

/// Accepts on one listener until told to stop, then waits for its connections.
async fn accept(
    listener: TcpListener,
    shared: Arc<Shared>,
    slots: Arc<Semaphore>,
    mut stopping: watch::Receiver<bool>,
) -> Stopped {
    let mut connections = JoinSet::new();
    let stop = stopping.clone();
    loop {
        tokio::select! {
            biased;
            () = told(&mut stopping) => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            next = next_connection(&listener, &slots) => {
                if let Some((stream, peer, slot)) = next {
                    let (shared, stop) = (shared.clone(), stop.clone());
                    connections.spawn(async move {
                        connection(stream, peer, shared, stop).await;
                        drop(slot);
                    });
                }
            }
        }
    }
    drop(listener);
    let drained = timeout(shared.limits.shutdown, async {
        while connections.join_next().await.is_some() {}
    });
    match drained.await {
        Ok(()) => Stopped::Drained,
        Err(_) => Stopped::CutOff,
    }
}

/// The next connection and its slot; waits for a slot first, so that strangers queue in the
/// system and not in our memory.
async fn next_connection(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let slot = slots.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((stream, peer, slot)),
        Err(error) => {
            tracing::warn!(%error, "webkit.server.accept_failed");
            // Out of descriptors, most likely: asking again at once would only burn the core.
            tokio::time::sleep(Duration::from_millis(20)).await;
            None
        }
    }
}

/// Resolves once the server is told to stop, or is gone.
async fn told(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    shared: Arc<Shared>,
    mut stopping: watch::Receiver<bool>,
) {
    // Without it, small answers wait for the client's acknowledgement. Failing is harmless.
    let _ = stream.set_nodelay(true);
    let limits = shared.limits;
    let service = service_fn(move |request| {
        let shared = shared.clone();
        async move { Ok::<_, Infallible>(shared.answer(request, peer).await) }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head_read)
        .max_buf_size(limits.head_bytes.max(8192))
        .max_headers(limits.headers)
        .serve_connection(TokioIo::new(stream), service);
    let mut serving = pin!(serving);
    // Errors here are the client's: a broken line, a malformed head, a head that never came.
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = told(&mut stopping) => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "webkit.server.connection_ended");
    }
}

impl Shared {
    async fn answer(&self, mut request: Request<Incoming>, peer: SocketAddr) -> Response {
        let Ok(_slot) = self.requests.try_acquire() else {
            return busy();
        };
        request.extensions_mut().insert(Peer(peer));
        let answering = self.router.clone().oneshot(request.map(Body::new));
        match timeout(self.limits.request, answering).await {
            Ok(Ok(response)) => response,
            Err(_) => late(),
        }
    }
}

fn busy() -> Response {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "Too many requests at once",
        "More requests are being answered than this server allows. Try again in a moment.",
    )
    .retry_after(1)
    .into_response()
}

fn late() -> Response {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "timeout",
        "The request took too long",
        "Repeat it with the same idempotency key; what was done is not done twice.",
    )
    .retry_after(2)
    .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::future::pending;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        sync::{Notify, oneshot},
    };

    struct Running {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        server: JoinSet<Stopped>,
    }

    async fn run(router: Router, limits: Limits) -> Running {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let mut server = JoinSet::new();
        server.spawn(serve(vec![listener], router, limits, async {
            let _ = stopped.await;
        }));
        Running {
            address,
            stop,
            server,
        }
    }

    impl Running {
        /// Sends `text` and reads until the server closes.
        async fn exchange(&self, text: &str) -> String {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.write_all(text.as_bytes()).await.unwrap();
            let mut answer = String::new();
            let _ = stream.read_to_string(&mut answer).await;
            answer
        }

        async fn stop(mut self) -> Stopped {
            self.stop.send(()).unwrap();
            self.server.join_next().await.unwrap().unwrap()
        }
    }

    fn hello() -> Router {
        Router::new().route("/", get(|| async { "hello" }))
    }

    const ONCE: &str = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    #[tokio::test]
    async fn a_request_is_answered_and_the_server_stops_clean() {
        let running = run(hello(), Limits::default()).await;
        let answer = running.exchange(ONCE).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("hello"));
        assert_eq!(running.stop().await, Stopped::Drained);
    }

    #[tokio::test]
    async fn an_accepted_request_is_finished_after_the_stop() {
        let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (tell, wait) = (begun.clone(), go.clone());
        let router = Router::new().route(
            "/",
            get(move || async move {
                tell.notify_one();
                wait.notified().await;
                "late but whole"
            }),
        );
        let mut running = run(router, Limits::default()).await;
        let address = running.address;
        let mut client = JoinSet::new();
        client.spawn(async move {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                .await
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        });
        begun.notified().await;
        running.stop.send(()).unwrap();
        go.notify_one();
        assert_eq!(
            running.server.join_next().await.unwrap().unwrap(),
            Stopped::Drained
        );
        let answer = client.join_next().await.unwrap().unwrap();
        assert!(answer.ends_with("late but whole"));
    }

    #[tokio::test]
    async fn a_request_that_never_ends_is_cut_off() {
        let begun = Arc::new(Notify::new());
        let tell = begun.clone();
        let router = Router::new().route(
            "/",
            get(move || async move {
                tell.notify_one();
                pending::<&str>().await
            }),
        );
        let limits = Limits {
            shutdown: Duration::from_millis(10),
            ..Limits::default()
        };
        let running = run(router, limits).await;
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            .await
            .unwrap();
        begun.notified().await;
        assert_eq!(running.stop().await, Stopped::CutOff);
    }

    #[tokio::test]
    async fn a_slow_answer_becomes_a_typed_one() {
        let router = Router::new().route("/", get(|| async { pending::<&str>().await }));
        let limits = Limits {
            request: Duration::from_millis(10),
            ..Limits::default()
        };
        let running = run(router, limits).await;
        let answer = running.exchange(ONCE).await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("\"code\":\"timeout\""));
    }

    #[tokio::test]
    async fn a_client_that_never_finishes_its_head_is_dropped() {
        let limits = Limits {
            head_read: Duration::from_millis(10),
            ..Limits::default()
        };
        let running = run(hello(), limits).await;
        let answer = running.exchange("GET / HTTP/1.1\r\nHost:").await;
        assert!(!answer.contains("200 OK"));
    }

    #[tokio::test]
    async fn too_many_or_too_long_headers_are_refused() {
        let running = run(hello(), Limits::default()).await;
        let many = "X: y\r\n".repeat(65);
        let answer = running
            .exchange(&format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n"))
            .await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
        let long = "x".repeat(20_000);
        let answer = running
            .exchange(&format!("GET / HTTP/1.1\r\nHost: {long}\r\n\r\n"))
            .await;
        assert!(!answer.contains("200 OK"));
    }

    #[tokio::test]
    async fn more_requests_than_allowed_are_told_to_wait() {
        let limits = Limits {
            requests: 0,
            ..Limits::default()
        };
        let running = run(hello(), limits).await;
        let answer = running.exchange(ONCE).await;
        assert!(answer.starts_with("HTTP/1.1 503") && answer.contains("retry-after: 1"));
    }
}
