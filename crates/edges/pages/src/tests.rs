//! The pages as a browser without scripts meets them: real router, scripted service, one clock.

mod budgets;
mod contrast;
mod flows;
mod groups;
mod node;
mod owner;
mod places;
mod refusals;
mod rendering;
mod sessions;

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use model::{Clock, Entropy, EntropyError, Timestamp};
use parking_lot::Mutex;
use tower::ServiceExt as _;

use crate::{
    Demo, Pages, Site, assets,
    port::Country,
    router,
    scripted::{Script, Scripted},
    texts,
};

/// 22 November 2026, 14:02 UTC.
const NOW: Timestamp = Timestamp::from_millis(1_795_356_120_000);

#[derive(Clone, Copy)]
struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// Counts up, so that every drawn id is new.
struct Counting(Mutex<u8>);

impl Entropy for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        let mut next = self.0.lock();
        *next = next.wrapping_add(1);
        out.fill(*next);
        Ok(())
    }
}

/// A page as it came.
struct Page {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Page {
    fn location(&self) -> &str {
        self.headers[header::LOCATION].to_str().unwrap()
    }

    fn title(&self) -> &str {
        between(&self.body, "<title>", "</title>")
    }

    /// The hidden key of the form.
    fn key(&self) -> String {
        between(&self.body, "name=\"key\" value=\"", "\"").to_owned()
    }

    #[track_caller]
    fn says(&self, words: &str) {
        assert!(
            self.body.contains(words),
            "{words} is not on:\n{}",
            self.body
        );
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or("", |(_, rest)| rest);
    rest.split_once(end).map_or("", |(found, _)| found)
}

/// One browser at one listener.
struct Browser {
    router: Router,
    service: Arc<Scripted<Fixed>>,
    cookies: Mutex<Vec<(String, String)>>,
    language: &'static str,
}

fn site(demo: bool) -> Site {
    Site {
        app: "Harbour Chat".into(),
        origin: "http://localhost:8080".into(),
        default_country: None,
        onward: None,
        demo: demo.then(|| Demo {
            sample_number: "+44 7700 900123".into(),
            simulator_url: "http://localhost:8082/sim".into(),
            api_key: "rf_test".into(),
            started_at: Timestamp::from_millis(NOW.as_millis() - 10_000),
            links: Vec::new(),
        }),
    }
}

impl Browser {
    fn at(site: Site) -> Self {
        let service = Arc::new(Scripted::new(Fixed));
        let countries = texts::language("en").regions().iter();
        let router = router(Pages {
            verifications: service.clone(),
            sessions: service.clone(),
            clock: Arc::new(Fixed),
            entropy: Arc::new(Counting(Mutex::new(0))),
            cookie_key: webkit::CookieKey::new(&[9; 32]),
            site,
            countries: countries.map(|(country, _)| (*country, 999)).collect(),
            proxies: webkit::TrustedProxies::default(),
            assets: assets(),
        });
        Self {
            router,
            service,
            cookies: Mutex::default(),
            language: "en-GB",
        }
    }

    fn demo() -> Self {
        Self::at(site(true))
    }

    fn script(&self, change: impl FnOnce(&mut Script)) {
        self.service.script(change);
    }

    async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    async fn post(&self, path: &str, form: &str) -> Page {
        let request = Request::post(path)
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(form.to_owned())).await
    }

    async fn send(&self, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<_> = self
            .cookies
            .lock()
            .iter()
            .map(|(k, v)| format!("{k}={v}"))
            .collect();
        let request = request
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::COOKIE, cookies.join("; "))
            .body(body)
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut jar = self.cookies.lock();
            jar.retain(|(known, _)| known != name);
            if !cookie.to_str().unwrap().ends_with("; Max-Age=0") {
                jar.push((name.to_owned(), value.to_owned()));
            }
        }
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Page {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    /// The value the browser keeps under `name`.
    fn cookie(&self, name: &str) -> String {
        let jar = self.cookies.lock();
        let found = jar.iter().find(|(known, _)| known == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }

    /// Types a number into the first page of a flow and sends it.
    async fn number(&self, base: &str, number: &str) -> Page {
        let key = self.get(base).await.key();
        let number = number.replace('+', "%2B").replace(' ', "+");
        let form = format!("key={key}&country=GB&number={number}&channel=sms");
        self.post(base, &form).await
    }

    /// Goes through a flow up to the page after the code.
    async fn prove(&self, base: &str) -> Page {
        self.number(base, "+44 7700 900123").await;
        self.post(&format!("{base}/code"), "code=482+913").await
    }
}

fn country(code: &str) -> Option<Country> {
    Country::parse(code)
}
