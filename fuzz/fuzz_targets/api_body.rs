//! JSON bodies of the API.
#![no_main]

use axum::{body::Body, http::Request};
use libfuzzer_sys::fuzz_target;
use ringfence_fuzz::{answer, api};

const CALLS: [(&str, &str); 9] = [
    ("POST", "/v1/verifications"),
    (
        "POST",
        "/v1/verifications/ver_aaaaaaaaaaaaaaaaaaaaaaaaaa/check",
    ),
    (
        "POST",
        "/v1/verifications/ver_aaaaaaaaaaaaaaaaaaaaaaaaaa/resend",
    ),
    (
        "POST",
        "/v1/verifications/ver_aaaaaaaaaaaaaaaaaaaaaaaaaa/reclaim",
    ),
    ("POST", "/v1/subjects/sub_aaaaaaaaaaaaaaaaaaaaaaaaaa/lock"),
    ("POST", "/v1/subjects/sub_aaaaaaaaaaaaaaaaaaaaaaaaaa/ban"),
    (
        "POST",
        "/v1/subjects/sub_aaaaaaaaaaaaaaaaaaaaaaaaaa/sessions/revoke",
    ),
    ("DELETE", "/v1/subjects/sub_aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    (
        "POST",
        "/v1/subjects/sub_aaaaaaaaaaaaaaaaaaaaaaaaaa/restore",
    ),
];

fuzz_target!(|data: &[u8]| {
    let Some((call, body)) = data.split_first() else {
        return;
    };
    let (method, path) = CALLS[usize::from(*call) % CALLS.len()];
    let (router, key) = api();
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_vec()))
        .expect("a request");
    answer(router, request);
});
