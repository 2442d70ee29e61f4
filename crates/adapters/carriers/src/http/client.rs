//! HTTP/1.1 towards one origin: connections are kept, answers bounded, nothing is followed or
//! repeated.

use std::{fmt, time::Duration};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{
    Request,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use peers::carrier::{Handover, Rejection};
use serde::Serialize;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout_at},
};
use zeroize::Zeroizing;

use crate::tls::Endpoint;

/// How long an answer may take; the vault waits longer.
pub const WITHIN: Duration = Duration::from_secs(8);
/// The longest answer that is read, bytes.
pub const ANSWER_MAX_BYTES: usize = 64 * 1024;
/// Room for the JSON that we write, bytes; our longest call takes a quarter of it.
const JSON_BYTES: usize = 16 * 1024;
/// How long finding, reaching and greeting the carrier may take. What fails by then was not sent, and
/// another carrier still has time.
const CONNECT_WITHIN: Duration = Duration::from_secs(2);
/// Connections that are kept while nobody uses them.
const IDLE_MAX: usize = 32;

type Sender = SendRequest<Full<Bytes>>;

/// What a carrier answered. Has no `Debug`: bodies repeat numbers.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The request was never written.
    NotSent,
    /// It may have been read.
    Unanswered,
}

impl From<NoAnswer> for Handover {
    fn from(why: NoAnswer) -> Self {
        match why {
            NoAnswer::NotSent => Self::Rejected(Rejection::Down),
            NoAnswer::Unanswered => Self::Unknown,
        }
    }
}

/// What a status says where the body does not say more: a server error may have come after the
/// message went out.
#[must_use]
pub const fn by_status(status: u16) -> Handover {
    match status {
        200..=299 => Handover::Accepted,
        401..=403 => Handover::Rejected(Rejection::Account),
        408 | 409 => Handover::Unknown,
        429 => Handover::Rejected(Rejection::Throttled),
        400..=499 => Handover::Rejected(Rejection::NoRoute),
        _ => Handover::Unknown,
    }
}

/// A client of one origin.
pub struct Client {
    endpoint: Endpoint,
    within: Duration,
    idle: Mutex<Vec<Sender>>,
    connections: Mutex<JoinSet<()>>,
}

impl Client {
    /// A client that gives each request [`WITHIN`].
    #[must_use]
    pub fn new(endpoint: Endpoint) -> Self {
        Self::with_patience(endpoint, WITHIN)
    }

    /// A client that gives each request this time.
    #[must_use]
    pub fn with_patience(endpoint: Endpoint, within: Duration) -> Self {
        Self {
            endpoint,
            within,
            idle: Mutex::new(Vec::new()),
            connections: Mutex::new(JoinSet::new()),
        }
    }

    /// Posts a body. Header values must be visible ASCII; a request that cannot be built was not
    /// sent.
    ///
    /// # Errors
    /// [`NoAnswer`].
    pub async fn post(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Zeroizing<Vec<u8>>,
    ) -> Result<Answer, NoAnswer> {
        let request = self.request(path, headers, body)?;
        self.exchange(request, Instant::now() + self.within).await
    }

    fn request(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Zeroizing<Vec<u8>>,
    ) -> Result<Request<Full<Bytes>>, NoAnswer> {
        let mut request = Request::post(path)
            .header(header::HOST, self.host())
            .header(
                header::USER_AGENT,
                concat!("ringfence/", env!("CARGO_PKG_VERSION")),
            )
            .header(header::ACCEPT, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Full::new(Bytes::from_owner(body));
        request.body(body).map_err(|_| NoAnswer::NotSent)
    }

    fn host(&self) -> String {
        let usual = if self.endpoint.tls.is_some() { 443 } else { 80 };
        if self.endpoint.port == usual {
            return self.endpoint.host.clone();
        }
        format!("{}:{}", self.endpoint.host, self.endpoint.port)
    }

    async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
        until: Instant,
    ) -> Result<Answer, NoAnswer> {
        loop {
            let (mut sender, kept) = match self.kept() {
                Some(sender) => (sender, true),
                None => (self.connect_by(until).await?, false),
            };
            let sent = timeout_at(until, sender.try_send_request(request)).await;
            match sent.map_err(|_| NoAnswer::Unanswered)? {
                Ok(response) => {
                    let answer = timeout_at(until, read(response)).await;
                    let answer = answer.map_err(|_| NoAnswer::Unanswered)?;
                    self.keep(sender);
                    return Ok(answer);
                }
                Err(mut error) => match error.take_message() {
                    // A kept connection that the carrier had closed: nothing was written on it.
                    Some(unsent) if kept => request = unsent,
                    Some(_) => return Err(NoAnswer::NotSent),
                    None => return Err(NoAnswer::Unanswered),
                },
            }
        }
    }

    async fn connect_by(&self, until: Instant) -> Result<Sender, NoAnswer> {
        let until = until.min(Instant::now() + CONNECT_WITHIN);
        match timeout_at(until, self.connect()).await {
            Ok(sender) => sender.ok_or(NoAnswer::NotSent),
            Err(_) => {
                tracing::warn!(host = self.endpoint.host, "carriers.http.connect_too_slow");
                Err(NoAnswer::NotSent)
            }
        }
    }

    fn kept(&self) -> Option<Sender> {
        let mut idle = self.idle.lock();
        idle.retain(|sender| !sender.is_closed());
        let ready = idle.iter().rposition(SendRequest::is_ready)?;
        Some(idle.swap_remove(ready))
    }

    fn keep(&self, sender: Sender) {
        let mut idle = self.idle.lock();
        if idle.len() < IDLE_MAX && !sender.is_closed() {
            idle.push(sender);
        }
    }

    async fn connect(&self) -> Option<Sender> {
        let stream = self.endpoint.connect().await.inspect_err(|error| {
            tracing::warn!(host = self.endpoint.host, error = %error, "carriers.http.connect");
        });
        let (sender, connection) = http1::handshake(TokioIo::new(stream.ok()?)).await.ok()?;
        let mut connections = self.connections.lock();
        while connections.try_join_next().is_some() {}
        // Ends with the connection, or with this client. What goes wrong, the request hears.
        connections.spawn(async move { drop(connection.await) });
        Some(sender)
    }
}

/// A body as JSON, in a buffer that does not grow, so that no copy of a text is left behind.
pub(crate) fn json(body: &impl Serialize) -> Option<Zeroizing<Vec<u8>>> {
    let mut out = Zeroizing::new(Vec::with_capacity(JSON_BYTES));
    serde_json::to_writer(&mut *out, body).ok()?;
    Some(out)
}

async fn read(response: hyper::Response<hyper::body::Incoming>) -> Answer {
    let status = response.status().as_u16();
    let body = Limited::new(response.into_body(), ANSWER_MAX_BYTES);
    // The status alone says much; a body that is too long or breaks off says nothing.
    let body = body.collect().await.map(|body| body.to_bytes());
    let body = Zeroizing::new(body.map(|body| body.to_vec()).unwrap_or_default());
    Answer { status, body }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("host", &self.endpoint.host)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The clock jumps when nothing else can happen: a listener that never says a word costs no
    /// real time.
    #[tokio::test(start_paused = true)]
    async fn a_server_that_is_reached_too_slowly_was_sent_nothing() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = Endpoint {
            host: "localhost".into(),
            port: silent.local_addr().unwrap().port(),
            tls: Some(crate::tls::Tls::that_trusts_nobody()),
        };
        let started = Instant::now();
        let client = Client::new(endpoint);
        let answer = client.post("/send", &[], Zeroizing::default()).await;
        assert_eq!(answer.err(), Some(NoAnswer::NotSent));
        assert!(started.elapsed() < Duration::from_secs(3));
    }

    #[test]
    fn only_a_clear_refusal_lets_another_carrier_try() {
        assert_eq!(by_status(202), Handover::Accepted);
        assert_eq!(by_status(429), Handover::Rejected(Rejection::Throttled));
        assert_eq!(by_status(401), Handover::Rejected(Rejection::Account));
        assert_eq!(by_status(422), Handover::Rejected(Rejection::NoRoute));
        for status in [100, 301, 408, 500, 502, 503, 504] {
            assert_eq!(by_status(status), Handover::Unknown, "{status}");
        }
    }
}
