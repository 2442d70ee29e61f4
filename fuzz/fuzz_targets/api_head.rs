//! Path, key, content type and idempotency key of a call, each up to a zero byte.
#![no_main]

use axum::{body::Body, http::Request};
use libfuzzer_sys::fuzz_target;
use ringfence_fuzz::{answer, api, split};

fuzz_target!(|data: &[u8]| {
    let (path, rest) = split(data);
    let (repeat, rest) = split(rest);
    let (kind, authorization) = split(rest);
    let (router, key) = api();
    let path = format!("/v1/{}", String::from_utf8_lossy(path));
    let known = format!("Bearer {key}");
    let authorization = match authorization {
        [] => known.as_bytes(),
        other => other,
    };
    let request = Request::post(path)
        .header("authorization", authorization)
        .header("idempotency-key", repeat)
        .header("content-type", kind)
        .body(Body::from(r#"{"to":"+447700900123","purpose":"signup"}"#));
    if let Ok(request) = request {
        answer(router, request);
    }
});
