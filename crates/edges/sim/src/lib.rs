//! The carrier simulator's page and API: being the person with the phone.
//!
//! | route | what |
//! |---|---|
//! | `GET /healthz` | 200 when the courier serves |
//! | `GET /sim`, `GET /sim/threads/{key}` | the pretend phones, for people |
//! | `GET /sim/live` | tells an open page that something arrived (Server-Sent Events) |
//! | `GET /sim/phones/{e164}/messages` | newest first: `id, at, channel, direction, from, to?, text` |
//! | `GET /sim/phones/{e164}/code` | the newest code as plain text; `wait_ms` and `after` to wait for one |
//! | `POST /sim/phones/{e164}/messages` | `{"to","text"}`: the person texts back |
//! | `POST /sim/phones/{e164}/sim` | `{"changed_hours_ago":5}`, `{"monitored_days":120}`, `"unchanged"`, `"not_offered"` or `"unknown"`: what the operator knows |
//! | `POST /sim/phones/{e164}/network-token` | `{"by_network":true}`: a token by which the network knows the device, as plain text |
//! | `POST /sim/operator` | `"answers"`, `"away"` or `{"slow_ms":3000}`: how the operator behaves |
//! | `GET`, `POST /sim/faults` | which faults are on; `{}` turns all of them off. With `?carrier=east`, those of one pretend carrier |
//!
//! `{e164}` is written with `%2B` or with a plain `+`. Numbers, codes and texts are shown here by
//! purpose, because this is the pretend phone itself: only ones that a demo or a sandbox
//! application sent, in no address of a page, and in no log line. The page is in English only.

mod api;
mod assets;
mod fault_form;
mod live;
mod operator;
mod pages;
mod refusals;
mod views;
mod when;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::map_response,
    response::Redirect,
    routing::{get, post},
};
use courier::Simulator;
use model::Clock;
use webkit::{Assets, Limits, headers::secure_page};

/// The longest body that is read, bytes: a text of 1,600 bytes, each escaped, with its receiver.
const BODY_MAX_BYTES: usize = 16 * 1024;

/// What every handler needs.
struct Sim {
    simulator: Arc<Simulator>,
    clock: Arc<dyn Clock>,
    assets: Arc<Assets>,
}

/// Page and API of `simulator`. The caller runs [`Simulator::run`], and [`Simulator::close`] when
/// it stops: that ends open streams and waits, so that the server can finish.
pub fn router(simulator: Arc<Simulator>, clock: Arc<dyn Clock>) -> Router {
    let assets = Arc::new(Assets::new(assets::SOURCES));
    let sim = Arc::new(Sim {
        simulator,
        clock,
        assets: assets.clone(),
    });
    let pages = Router::new()
        .route("/", get(|| async { Redirect::to("/sim") }))
        .route("/sim", get(pages::index))
        .route("/sim/threads/{key}", get(pages::thread))
        .route("/sim/threads/{key}/back", post(pages::text_back))
        .route("/sim/add", post(pages::add))
        .route("/sim/settings", post(pages::settings))
        .with_state(sim.clone())
        .merge(assets.router())
        .fallback(refusals::no_page)
        .layer(map_response(secure_page));
    let api = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/sim/live", get(live::stream))
        .route(
            "/sim/phones/{e164}/messages",
            get(api::messages).post(api::text_back),
        )
        .route("/sim/phones/{e164}/code", get(api::code))
        .route("/sim/phones/{e164}/sim", post(operator::set_sim))
        .route(
            "/sim/phones/{e164}/network-token",
            post(operator::network_token),
        )
        .route("/sim/operator", post(operator::set_mood))
        .route("/sim/faults", get(api::faults).post(api::set_faults))
        .with_state(sim);
    pages
        .merge(api)
        .method_not_allowed_fallback(refusals::wrong_method)
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
}

/// What the listener answers where no simulator may run: that it serves, and why there is no page.
pub fn closed_router() -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .fallback(refusals::no_simulator)
}

/// Bounds of a listener for [`router`]: every phone page holds one stream open.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        body_bytes: BODY_MAX_BYTES,
        // Longer than the longest wait for a code.
        request: Duration::from_secs(15),
        ..Limits::default()
    }
}
