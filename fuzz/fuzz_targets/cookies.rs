//! Cookies, their marks, and the addresses that proxies name.
#![no_main]

use axum::http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;
use ringfence_fuzz::split;
use webkit::{CookieKey, TrustedProxies, cookies::CookieRules};

fuzz_target!(|data: &[u8]| {
    let (cookies, forwarded) = split(data);
    let mut headers = HeaderMap::new();
    for (name, value) in [("cookie", cookies), ("x-forwarded-for", forwarded)] {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(name, value);
        }
    }
    let key = CookieKey::new(&[9; 32]);
    for https in [false, true] {
        let found = CookieRules { https }.get(&headers, "owner");
        let read = found.and_then(|value| key.read("owner", value));
        assert!(read.is_none(), "nobody makes a mark without the key");
    }
    if let Ok(text) = std::str::from_utf8(cookies) {
        let marked = key.mark("owner", text);
        assert_eq!(key.read("owner", &marked), Some(text));
    }
    let proxies = TrustedProxies::parse(["127.0.0.0/8"]).expect("a block");
    let _ = proxies.client([127, 0, 0, 1].into(), &headers);
});
