//! SMPP 3.4 as a carrier: keeps one session bound, and sends texts over it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use model::{Clock, MessageId};
use parking_lot::{Mutex, RwLock};
use peers::carrier::{Carrier, CarrierMessage, CarrierReports, Handover, Rejection, Words};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until, timeout},
};
use zeroize::Zeroizing;

use super::{
    address,
    body::{Bind, ShortMessage},
    ids::{IdForm, Ids},
    inbound::Inbound,
    pdu::{self, Pdu, command},
    pressure::Pressure,
    session::{Ended, Lost, Session, SessionLimits},
    status::{self, Verdict, verdict},
    text::{self, DefaultAlphabet, ESM_UDHI, Encoded},
};
use crate::tls::{Endpoint, Stream};

/// How long one message may be tried while the centre asks us to slow down, or answers too slowly
/// to leave room in the window. The vault waits
/// longer than this and one answer together.
const THROTTLED_FOR: Duration = Duration::from_secs(4);
/// Pauses between binds double from the first to the second.
const BIND_PAUSE_MIN: Duration = Duration::from_millis(500);
const BIND_PAUSE_MAX: Duration = Duration::from_secs(60);
/// How long connecting and binding may take.
const BIND_WITHIN: Duration = Duration::from_secs(10);

/// How sessions are bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Binding {
    /// One session for both directions.
    #[default]
    Transceiver,
    /// Two sessions, for centres that know no transceiver (SMPP 3.3).
    Pair,
}

/// What one session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Transceiver,
    Transmitter,
    Receiver,
}

impl Role {
    const fn command(self) -> u32 {
        match self {
            Self::Transceiver => command::BIND_TRANSCEIVER,
            Self::Transmitter => command::BIND_TRANSMITTER,
            Self::Receiver => command::BIND_RECEIVER,
        }
    }
}

/// How to reach a message centre, and its habits.
pub struct SmppSettings {
    /// Name in logs and metrics.
    pub name: String,
    /// Where it listens.
    pub endpoint: Endpoint,
    /// Who binds, at most 15 characters.
    pub system_id: String,
    /// The password, at most 8 characters.
    pub password: Zeroizing<String>,
    /// Often empty, at most 12 characters.
    pub system_type: String,
    /// One session or two.
    pub binding: Binding,
    /// Sender of every message in place of the application's: a number, a short code, or up to 11
    /// letters and digits.
    pub sender: Option<String>,
    /// What the centre means by its default alphabet.
    pub alphabet: DefaultAlphabet,
    /// How it writes ids in receipts.
    pub ids: IdForm,
    /// Window and times.
    pub limits: SessionLimits,
}

impl fmt::Debug for SmppSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmppSettings")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A message centre, as a carrier of texts. [`run`](Self::run) keeps it bound; until then, and
/// while the link is down, messages are refused with [`Rejection::Down`].
pub struct Smpp {
    settings: SmppSettings,
    live: RwLock<Option<Arc<Session>>>,
    inbound: Inbound,
    pressure: Pressure,
    reference: AtomicU8,
}

impl Smpp {
    /// A carrier that is not bound yet.
    #[must_use]
    pub fn new(
        settings: SmppSettings,
        clock: Arc<dyn Clock>,
        reports: Arc<dyn CarrierReports>,
    ) -> Self {
        let ids = Mutex::new(Ids::new(settings.ids));
        Self {
            inbound: Inbound::new(ids, settings.alphabet, clock, reports),
            settings,
            live: RwLock::new(None),
            pressure: Pressure::default(),
            reference: AtomicU8::new(0),
        }
    }

    /// Whether a session is bound and takes messages.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.session().is_some()
    }

    /// Binds, and binds again after every loss, until `stop`; then says goodbye. Pauses between
    /// attempts double from half a second to a minute.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        match self.settings.binding {
            Binding::Transceiver => self.keep_bound(Role::Transceiver, stop).await,
            Binding::Pair => {
                let sends = self.keep_bound(Role::Transmitter, stop.clone());
                let receives = self.keep_bound(Role::Receiver, stop);
                tokio::join!(sends, receives);
            }
        }
    }

    async fn keep_bound(&self, role: Role, mut stop: watch::Receiver<bool>) {
        let mut pause = BIND_PAUSE_MIN;
        while !*stop.borrow() {
            let started = Instant::now();
            match self.one_session(role, &mut stop).await {
                Ok(ended) => {
                    tracing::warn!(carrier = self.settings.name, why = %ended, "smpp.session.ended");
                }
                Err(error) => {
                    tracing::warn!(carrier = self.settings.name, why = %error, "smpp.bind.failed");
                }
            }
            if started.elapsed() > BIND_PAUSE_MAX {
                pause = BIND_PAUSE_MIN;
            }
            let told = stop.wait_for(|stop| *stop);
            if timeout(pause, told).await.is_ok() {
                return;
            }
            pause = (pause * 2).min(BIND_PAUSE_MAX);
        }
    }

    async fn one_session(
        &self,
        role: Role,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<Ended, BindError> {
        let bound = timeout(BIND_WITHIN, self.bind(role));
        let stream = tokio::select! {
            bound = bound => bound.map_err(|_| BindError::TooSlow)??,
            _ = stop.wait_for(|stop| *stop) => return Ok(Ended::Stopped),
        };
        tracing::info!(carrier = self.settings.name, "smpp.session.bound");
        let (session, outgoing) = Session::new(self.settings.limits);
        let session = Arc::new(session);
        let unbind = (role != Role::Receiver).then(|| {
            *self.live.write() = Some(Arc::clone(&session));
            Unbind(self)
        });
        let ended = session.serve(stream, outgoing, &self.inbound, stop).await;
        drop(unbind);
        Ok(ended)
    }

    async fn bind(&self, role: Role) -> Result<Box<dyn Stream>, BindError> {
        use tokio::io::AsyncWriteExt as _;
        let mut stream = self.settings.endpoint.connect().await?;
        let bind = Bind {
            system_id: &self.settings.system_id,
            password: &self.settings.password,
            system_type: &self.settings.system_type,
        };
        let bind = Pdu::request(role.command(), 0x7FFF_FFFF, bind.to_bytes());
        stream.write_all(&bind.to_bytes()).await?;
        stream.flush().await?;
        let answer = pdu::read(&mut stream).await?;
        if answer.command != role.command() | command::RESPONSE {
            return Err(BindError::NotUnderstood);
        }
        match answer.status {
            status::OK => Ok(stream),
            status => Err(BindError::Refused(status)),
        }
    }

    fn session(&self) -> Option<Arc<Session>> {
        let live = self.live.read().clone();
        live.filter(|session| session.takes_messages())
    }

    /// Sends one segment, as often as the centre asks us to come back.
    async fn send_segment(&self, body: &[u8], id: MessageId, until: Instant) -> Handover {
        loop {
            let free = self.pressure.free_at();
            if free > until {
                return Handover::Rejected(Rejection::Throttled);
            }
            sleep_until(free).await;
            let Some(session) = self.session() else {
                return Handover::Rejected(Rejection::Down);
            };
            let body = Zeroizing::new(body.to_vec());
            let answer = session.submit(body, id, until).await;
            match answer.map(|answer| verdict(answer.status)) {
                Ok(Verdict::Taken) => {
                    self.pressure.eased();
                    return Handover::Accepted;
                }
                Ok(Verdict::Later) => self.pressure.felt(Instant::now()),
                Ok(Verdict::Refused(why)) => return Handover::Rejected(why),
                Err(Lost::NoRoom) => return Handover::Rejected(Rejection::Throttled),
                Err(Lost::NotSent) => return Handover::Rejected(Rejection::Down),
                Ok(Verdict::Unclear) | Err(Lost::Unanswered) => return Handover::Unknown,
            }
        }
    }

    fn segments(&self, message: &CarrierMessage) -> Result<Vec<ShortMessage>, Rejection> {
        let Words::Text(text) = &message.words else {
            return Err(Rejection::NoCarrier);
        };
        let encoded = text::encode(text, self.settings.alphabet).ok_or(Rejection::Content)?;
        let sender = self.settings.sender.as_deref().unwrap_or(&message.from);
        let source = address::sender(sender).ok_or(Rejection::Content)?;
        let reference = self.reference.fetch_add(1, Ordering::Relaxed);
        let segments = numbered(encoded, reference);
        Ok(segments
            .into_iter()
            .map(|segment| ShortMessage {
                source: source.clone(),
                destination: address::receiver(&message.to),
                ..segment
            })
            .collect())
    }
}

/// The segments with their headers; a receipt is asked for the last one only, which the phone gets
/// after all others.
fn numbered(encoded: Encoded, reference: u8) -> Vec<ShortMessage> {
    let total = encoded.segments.len();
    let segments = encoded.segments.into_iter().enumerate();
    let segments = segments.map(|(index, octets)| {
        let (number, of) = (u8::try_from(index), u8::try_from(total));
        let (esm_class, text) = match (total, number, of) {
            (2.., Ok(number), Ok(of)) => {
                let text = text::with_header(&octets, reference, of, number);
                (ESM_UDHI, text)
            }
            _ => (0, octets),
        };
        ShortMessage {
            esm_class,
            registered_delivery: u8::from(index + 1 == total),
            data_coding: encoded.data_coding,
            text,
            ..ShortMessage::default()
        }
    });
    segments.collect()
}

/// Takes the session away when it ends, however it ends.
struct Unbind<'a>(&'a Smpp);

impl Drop for Unbind<'_> {
    fn drop(&mut self) {
        *self.0.live.write() = None;
    }
}

/// Why a bind failed.
#[derive(Debug, thiserror::Error)]
enum BindError {
    #[error("connecting or binding took too long")]
    TooSlow,
    #[error("the centre refused the bind with status {0:#x}")]
    Refused(u32),
    #[error("the centre answered something else than the bind")]
    NotUnderstood,
    #[error(transparent)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Read(#[from] pdu::ReadError),
}

#[async_trait]
impl Carrier for Smpp {
    /// Segments go one after another. If one that is not the first fails, the person may have
    /// enough to read a code: the outcome is unknown.
    async fn send(&self, message: CarrierMessage) -> Handover {
        let segments = match self.segments(&message) {
            Ok(segments) => segments,
            Err(why) => return Handover::Rejected(why),
        };
        let until = Instant::now() + THROTTLED_FOR;
        for (index, segment) in segments.iter().enumerate() {
            let body = segment.to_bytes();
            match self.send_segment(&body, message.id, until).await {
                Handover::Accepted => {}
                Handover::Rejected(_) if index > 0 => return Handover::Unknown,
                other => return other,
            }
        }
        Handover::Accepted
    }

    fn name(&self) -> &str {
        &self.settings.name
    }
}

impl fmt::Debug for Smpp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smpp")
            .field("name", &self.settings.name)
            .field("bound", &self.is_bound())
            .finish_non_exhaustive()
    }
}
