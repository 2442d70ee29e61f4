//! Tells an open page that something arrived.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use courier::{
    Simulator,
    simulator::{Direction, PhoneSummary},
};
use futures_util::stream;
use serde::Serialize;
use tokio::{sync::watch, time::sleep};

use crate::{Sim, views};

/// The shortest time between two events: a benchmark must not make a page reload itself
/// thousands of times a second.
const PAUSE: Duration = Duration::from_millis(250);
/// How often a quiet stream says that it still stands.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What changed. Not `Debug`: it holds a number.
#[derive(Serialize)]
struct Change {
    /// Unread messages on all phones.
    unread: u64,
    /// What a screen reader says, when a message arrived: `New text on …`.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
}

struct Watched {
    simulator: Arc<Simulator>,
    changes: watch::Receiver<u64>,
    unread: u64,
}

pub(crate) async fn stream(State(sim): State<Arc<Sim>>) -> Response {
    let watched = Watched {
        changes: sim.simulator.changes(),
        unread: sim.simulator.unread(),
        simulator: sim.simulator.clone(),
    };
    let events = stream::unfold(watched, next);
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
        .into_response()
}

/// The next event; none when the simulator closes, so that the server can stop.
async fn next(mut watched: Watched) -> Option<(Result<Event, Infallible>, Watched)> {
    watched.changes.changed().await.ok()?;
    if watched.simulator.is_closed() {
        return None;
    }
    sleep(PAUSE).await;
    watched.changes.mark_unchanged();
    if watched.simulator.is_closed() {
        return None;
    }
    let unread = watched.simulator.unread();
    let newest = watched.simulator.phones(1);
    let said = newest
        .first()
        .filter(|_| unread > watched.unread)
        .and_then(said);
    watched.unread = unread;
    let change = Change { unread, said };
    // Two plain fields always have a JSON form.
    let event = Event::default().json_data(change).ok()?;
    Some((Ok(event), watched))
}

fn said(phone: &PhoneSummary) -> Option<String> {
    let newest = phone.newest.as_ref()?;
    let number = numbers::format_international(&phone.number);
    let what = views::kind(newest.channel());
    (newest.direction() == Direction::Received)
        .then(|| format!("New {what} on {}", number.as_str()))
}
