//! The hosted pages: sign-up and sign-in by phone number, and the demonstration's two pages.
//!
//! Every page is whole without scripts. What a person typed lives in one request, or, sealed in
//! the browser, not even there. Pages know the service behind them as [`port::Verifications`].

mod ask;
mod assets;
mod flow;
mod handlers;
pub mod html;
mod kept;
pub mod port;
#[cfg(any(test, feature = "scripted"))]
pub mod scripted;
mod site;
pub mod texts;
mod views;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, header},
    middleware::{Next, from_fn_with_state, map_response},
    response::Response,
    routing::get,
};
use model::{Clock, Entropy};
use webkit::{Assets, CookieKey, TrustedProxies, cookies::CookieRules, headers};

pub use crate::flow::Flow;
pub use crate::site::{Demo, Link, Site};
use crate::{
    ask::Ask,
    port::{Country, Sessions, Verifications},
    views::message,
};

/// Longest form accepted, bytes; a real one is below 1,000.
const FORM_BYTES: usize = 8 * 1024;

/// What the pages are given.
pub struct Pages {
    /// The service behind them.
    pub verifications: Arc<dyn Verifications>,
    /// Sign-ins of browsers.
    pub sessions: Arc<dyn Sessions>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for ids and references.
    pub entropy: Arc<dyn Entropy>,
    /// By which cookies of these pages are known again.
    pub cookie_key: CookieKey,
    /// The operator's settings.
    pub site: Site,
    /// Countries with their calling codes; their names are the pages' own.
    pub countries: Vec<(Country, u16)>,
    /// The proxies whose word on the client's address is taken.
    pub proxies: TrustedProxies,
    /// Styles and scripts, from [`assets()`].
    pub assets: Arc<Assets>,
}

impl Pages {
    fn cookies(&self) -> CookieRules {
        CookieRules {
            https: self.site.https(),
        }
    }
}

/// The styles and scripts of the pages, named and compressed; do it once at start.
#[must_use]
pub fn assets() -> Arc<Assets> {
    Arc::new(Assets::new(assets::SOURCES))
}

/// Everything under `/`, `/signup`, `/login`, `/me`, `/logout`, `/assets` and, in the demonstration, `/demo`.
/// Unknown paths get the pages' 404: merge it last, or nest APIs before it.
pub fn router(pages: Pages) -> Router {
    let pages = Arc::new(pages);
    let mut routes = flow_routes(Flow::Signup).merge(flow_routes(Flow::Login));
    routes = routes.route("/", get(handlers::start::show));
    routes = routes.route("/signup/seal-key", get(handlers::number::seal_key));
    routes = routes.route("/me", get(handlers::account::show));
    routes = routes.route(
        "/logout",
        get(handlers::account::logged_out).post(handlers::account::log_out),
    );
    if pages.site.demo.is_some() {
        routes = routes.route("/demo/sides", get(handlers::sides::show));
    }
    let routes = routes
        .fallback(missing)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(pages.clone(), own_forms_only))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .with_state(pages.clone());
    let routes = pages.assets.clone().router().merge(routes);
    if pages.site.https() {
        routes.layer(map_response(headers::secure_https_page))
    } else {
        routes.layer(map_response(headers::secure_page))
    }
}

fn flow_routes(flow: Flow) -> Router<Arc<Pages>> {
    use handlers::{code, done, number, ways};
    let at = |rest: &str| format!("{}{rest}", flow.base());
    let routes = Router::new()
        .route(
            &at(""),
            get(move |ask, query| number::show(ask, flow, query))
                .post(move |ask, form| number::send(ask, flow, form)),
        )
        .route(
            &at("/code"),
            get(move |ask, query| code::show(ask, flow, query))
                .post(move |ask, form| code::check(ask, flow, form)),
        )
        .route(
            &at("/resend"),
            get(move |ask| code::resent(ask, flow))
                .post(move |ask, form| code::resend(ask, flow, form)),
        )
        .route(
            &at("/ways"),
            get(move |ask| ways::show(ask, flow))
                .post(move |ask, form| ways::pick(ask, flow, form)),
        )
        .route(&at("/done"), get(move |ask| done::show(ask, flow)));
    match flow {
        Flow::Signup => routes.route(&at("/known"), get(done::known).post(done::choose)),
        Flow::Login => routes,
    }
}

async fn missing(ask: Ask) -> Response {
    message::missing(&ask)
}

async fn wrong_method(ask: Ask) -> Response {
    message::wrong_method(&ask)
}

/// Refuses forms that other sites send, and keeps a language that was asked for by link.
async fn own_forms_only(
    State(pages): State<Arc<Pages>>,
    ask: Ask,
    request: Request,
    next: Next,
) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let origin = &pages.site.origin;
    if changes && webkit::origin::check(request.headers(), origin, pages.cookies()).is_err() {
        return message::foreign(&ask);
    }
    let language = ask.language_cookie(request.uri().query());
    let mut response = next.run(request).await;
    if let Some(cookie) = language {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests;
