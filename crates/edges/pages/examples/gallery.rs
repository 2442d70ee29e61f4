//! Shows every page with a scripted stand-in for the service, to be looked at in a browser:
//! `cargo run -p pages --example gallery --features scripted`. The code is 482913.

use std::{error::Error, sync::Arc};

use model::{Clock, Entropy, EntropyError, Timestamp};
use pages::{Demo, Link, Pages, Site, port::Country, scripted::Scripted, texts};

#[derive(Clone, Copy)]
struct System;

impl Clock for System {
    #[expect(
        clippy::disallowed_methods,
        reason = "a tool to look at: it has no time of its own"
    )]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let millis = since.map_or(0, |span| span.as_millis());
        Timestamp::from_millis(i64::try_from(millis).unwrap_or(0))
    }
}

/// Different every time is enough here: the standard library's hash keys.
struct Hashes;

impl Entropy for Hashes {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        use std::hash::{BuildHasher as _, RandomState};
        for chunk in out.chunks_mut(8) {
            let word = RandomState::new().hash_one(0u8).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        Ok(())
    }
}

fn site() -> Site {
    Site {
        app: "Harbour Chat".into(),
        origin: "http://localhost:8080".into(),
        default_country: None,
        onward: None,
        demo: Some(Demo {
            sample_number: "+44 7700 900123".into(),
            simulator_url: "http://localhost:8082/sim".into(),
            api_key: "rf_test_key".into(),
            started_at: System.now(),
            links: vec![Link {
                href: "/login".into(),
                text: "Sign-in page".into(),
            }],
        }),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let countries = texts::language("en").regions().iter();
    let dial = |country: &Country| match country.as_str() {
        "GB" => 44,
        "DE" => 49,
        _ => 1,
    };
    let service = Arc::new(Scripted::new(System));
    let router = pages::router(Pages {
        verifications: service.clone(),
        sessions: service,
        clock: Arc::new(System),
        entropy: Arc::new(Hashes),
        cookie_key: webkit::CookieKey::new(&[0; 32]),
        site: site(),
        countries: countries
            .map(|(country, _)| (*country, dial(country)))
            .collect(),
        proxies: webkit::TrustedProxies::default(),
        assets: pages::assets(),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    webkit::serve(vec![listener], router, webkit::Limits::default(), stop).await;
    Ok(())
}
