//! Forms, queries and cookies of the hosted pages, each up to a zero byte.
#![no_main]

use std::sync::{Arc, OnceLock};

use axum::{Router, body::Body, http::Request};
use libfuzzer_sys::fuzz_target;
use pages::{Pages, Site, port::Country, scripted::Scripted};
use ringfence_fuzz::{Still, answer, split};

const PATHS: [&str; 9] = [
    "/signup",
    "/signup/code",
    "/signup/resend",
    "/signup/ways",
    "/signup/done",
    "/signup/known",
    "/login",
    "/login/code",
    "/me",
];

fn router() -> &'static Router {
    static ROUTER: OnceLock<Router> = OnceLock::new();
    ROUTER.get_or_init(|| {
        let service = Arc::new(Scripted::new(Still));
        pages::router(Pages {
            verifications: service.clone(),
            sessions: service,
            clock: Arc::new(Still),
            entropy: Arc::new(Still),
            cookie_key: webkit::CookieKey::new(&[9; 32]),
            site: Site {
                app: "Harbour Chat".into(),
                origin: "http://localhost:8080".into(),
                default_country: None,
                onward: None,
                demo: None,
            },
            countries: Country::parse("GB")
                .map(|gb| (gb, 44))
                .into_iter()
                .collect(),
            proxies: webkit::TrustedProxies::default(),
            assets: pages::assets(),
        })
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((place, rest)) = data.split_first() else {
        return;
    };
    let path = PATHS[usize::from(place & 0x7F) % PATHS.len()];
    let (query, rest) = split(rest);
    let (cookie, form) = split(rest);
    let request = Request::builder()
        .method(if *place < 0x80 { "POST" } else { "GET" })
        .uri(format!("{path}?{}", String::from_utf8_lossy(query)))
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie)
        .body(Body::from(form.to_vec()));
    if let Ok(request) = request {
        answer(router(), request);
    }
});
