//! Whether a form was sent from our own page (defence against cross-site request forgery).

use axum::http::{HeaderMap, header};

use crate::cookies::{Cookie, CookieRules, SameSite};

/// The marker cookie: it says nothing but that the browser has seen a page of ours.
const MARKER: &str = "rf-here";

/// Why a POST is not believed to come from our own page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request does not come from a page of this site")]
pub struct ForeignOrigin;

/// Believes a POST when the browser says it comes from our own origin.
///
/// 1. `Sec-Fetch-Site` decides where the browser sends it (every browser since 2023, on https
///    and on the own machine).
///    `none` means that the person did it, such as by reloading; a page cannot cause it.
/// 2. Otherwise an `Origin` that is not `null` must be `own_origin`, or name the host that the
///    request was sent to.
/// 3. Otherwise (older browsers write `Origin: null` because our pages set `no-referrer`) the
///    marker cookie must be there, which `SameSite=Strict` keeps from foreign pages' forms.
///
/// # Errors
/// [`ForeignOrigin`].
pub fn check(
    headers: &HeaderMap,
    own_origin: &str,
    cookies: CookieRules,
) -> Result<(), ForeignOrigin> {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    let own = match (text("sec-fetch-site"), text(header::ORIGIN.as_str())) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) if origin != "null" => {
            let host = text(header::HOST.as_str());
            let named = origin.split_once("://").map(|(_, authority)| authority);
            origin.eq_ignore_ascii_case(own_origin) || (host.is_some() && host == named)
        }
        _ => cookies.get(headers, MARKER).is_some(),
    };
    if own { Ok(()) } else { Err(ForeignOrigin) }
}

/// The `Set-Cookie` value of the marker, for pages that hold a form.
#[must_use]
pub fn marker(cookies: CookieRules) -> Option<axum::http::HeaderValue> {
    cookies.set(&Cookie {
        name: MARKER,
        value: "1",
        path: "/",
        max_age_seconds: None,
        same_site: SameSite::Strict,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const OWN: &str = "https://id.harbour.example";
    const RULES: CookieRules = CookieRules { https: true };

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| {
                (
                    axum::http::HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn our_own_page_is_believed() {
        assert!(check(&headers(&[("sec-fetch-site", "same-origin")]), OWN, RULES).is_ok());
        assert!(check(&headers(&[("origin", OWN)]), OWN, RULES).is_ok());
    }

    #[test]
    fn a_foreign_page_is_not_believed() {
        for site in ["cross-site", "same-site", "sideways"] {
            let sent = [("sec-fetch-site", site), ("origin", OWN)];
            assert!(check(&headers(&sent), OWN, RULES).is_err());
        }
        let sent = [
            ("origin", "https://evil.example"),
            ("cookie", "__Host-rf-here=1"),
        ];
        assert!(check(&headers(&sent), OWN, RULES).is_err());
    }

    #[test]
    fn without_any_word_of_origin_the_strict_marker_decides() {
        assert!(check(&headers(&[]), OWN, RULES).is_err());
        let sent = [("origin", "null"), ("cookie", "__Host-rf-here=1")];
        assert!(check(&headers(&sent), OWN, RULES).is_ok());
    }
}
