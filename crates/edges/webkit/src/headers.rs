//! What a browser may do with our pages.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

/// Only our own files; no inline script or style, no framing, no foreign origin.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What a page may ask the device for: the code from a text, and nothing else.
const PERMISSIONS: &str = "otp-credentials=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), geolocation=(), camera=(), microphone=(), payment=()";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Adds the headers of a page, and `no-store` unless the answer said how it may be kept. For
/// [`axum::middleware::map_response`].
pub async fn secure_page(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// As [`secure_page`], and tells the browser to come by https only (RFC 6797). For listeners
/// whose public address is https.
pub async fn secure_https_page(response: Response) -> Response {
    let mut response = secure_page(response).await;
    response.headers_mut().insert(
        header::STRICT_TRANSPORT_SECURITY,
        HeaderValue::from_static("max-age=63072000"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;

    #[tokio::test]
    async fn a_page_is_not_stored_and_loads_nothing_foreign() {
        let response = secure_page("hello".into_response()).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'"));
        assert!(!policy.contains("unsafe"));
    }

    #[tokio::test]
    async fn what_may_be_kept_stays_so() {
        let kept = [(header::CACHE_CONTROL, "max-age=1")].into_response();
        let response = secure_https_page(kept).await;
        assert_eq!(response.headers()["cache-control"], "max-age=1");
        assert!(response.headers().contains_key("strict-transport-security"));
    }
}
