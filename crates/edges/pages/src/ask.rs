//! One request as the handlers see it: language, time, client, and how to answer.

use std::{convert::Infallible, sync::Arc};

use askama::Template;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use model::{EntropyError, Timestamp, VerificationId};
use webkit::cookies::{Cookie, CookieRules, SameSite};

use crate::{
    Pages,
    port::ClientInfo,
    texts::{Language, country_of, negotiate},
    views::{Frame, message},
};

/// Keeps the language a person chose.
const LANGUAGE_COOKIE: &str = "rf-lang";
/// Marks a browser that once had a code sent, so that limits for strangers do not lock it out.
const DEVICE_COOKIE: &str = "rf-device";
const DEVICE_SECONDS: u32 = 180 * 86_400;
const LANGUAGE_SECONDS: u32 = 365 * 86_400;

/// One request.
#[derive(Clone)]
pub struct Ask {
    /// The pages it is for.
    pub pages: Arc<Pages>,
    /// The language to answer in.
    pub t: &'static Language,
    /// When it came.
    pub now: Timestamp,
    /// Who asks.
    pub client: ClientInfo,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its path.
    pub path: String,
    /// Whether the page has to say that the keys are test keys.
    pub test_keys: bool,
}

impl FromRequestParts<Arc<Pages>> for Ask {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, pages: &Arc<Pages>) -> Result<Self, Infallible> {
        let headers = parts.headers.clone();
        let cookies = pages.cookies();
        let accept = header_text(&headers, header::ACCEPT_LANGUAGE);
        let kept = cookies.get(&headers, LANGUAGE_COOKIE);
        let asked = asked_language(parts.uri.query());
        let device = cookies.get(&headers, DEVICE_COOKIE);
        Ok(Self {
            t: negotiate(asked, kept, accept),
            now: pages.clock.now(),
            client: ClientInfo {
                address: pages.proxies.client_of(&parts.extensions, &headers),
                device: device.and_then(read_device),
            },
            path: parts.uri.path().to_owned(),
            test_keys: pages.verifications.test_keys().await,
            pages: pages.clone(),
            headers,
        })
    }
}

fn header_text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The value of `lang` in a query.
fn asked_language(query: Option<&str>) -> Option<&str> {
    let mut pairs = query?.split('&');
    pairs.find_map(|pair| pair.strip_prefix("lang="))
}

fn read_device(text: &str) -> Option<[u8; 16]> {
    let bytes = data_encoding::HEXLOWER.decode(text.as_bytes()).ok()?;
    bytes.try_into().ok()
}

impl Ask {
    /// How cookies are written here.
    #[must_use]
    pub fn cookies(&self) -> CookieRules {
        self.pages.cookies()
    }

    /// The country the browser's languages name, or the operator's.
    #[must_use]
    pub fn country(&self) -> Option<crate::port::Country> {
        let accept = header_text(&self.headers, header::ACCEPT_LANGUAGE);
        country_of(accept).or(self.pages.site.default_country)
    }

    /// An id for the next verification.
    ///
    /// # Errors
    /// [`EntropyError`] when there is no randomness.
    pub fn draw(&self) -> Result<VerificationId, EntropyError> {
        let bytes = self.pages.entropy.row_key(self.now);
        bytes.map(VerificationId::from_bytes)
    }

    /// The frame of a page whose title stands in the words as `key`.
    #[must_use]
    pub fn frame(&self, key: &str, problem: bool) -> Frame {
        Frame::new(self, &self.t.get(key), problem)
    }

    /// Renders a page.
    pub fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        match page.render() {
            Ok(text) => {
                let kind = HeaderValue::from_static("text/html; charset=utf-8");
                let mut response = (status, [(header::CONTENT_TYPE, kind)], text).into_response();
                self.mark(&mut response);
                response
            }
            Err(error) => {
                tracing::error!(%error, "pages.render");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }

    /// Adds the marker by which a later form is known to come from here.
    fn mark(&self, response: &mut Response) {
        if let Some(cookie) = webkit::origin::marker(self.cookies()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }

    /// A page that says something failed, with a reference to the log line.
    #[must_use]
    pub fn failed(&self, error: &(dyn std::error::Error + 'static)) -> Response {
        let reference = webkit::Reference::draw(&*self.pages.entropy);
        let chain = webkit::problem::chain(error);
        tracing::error!(%reference, %chain, "pages.request.failed");
        message::failed(self, &reference)
    }

    /// See Other, with cookies to set.
    #[must_use]
    pub fn redirect(
        &self,
        to: &str,
        cookies: impl IntoIterator<Item = Option<HeaderValue>>,
    ) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let headers = response.headers_mut();
        // Paths of this crate are ASCII: they are always header values.
        if let Ok(to) = HeaderValue::from_str(to) {
            headers.insert(header::LOCATION, to);
        }
        for cookie in cookies.into_iter().flatten() {
            headers.append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// The cookie that keeps a language asked for by link.
    #[must_use]
    pub fn language_cookie(&self, query: Option<&str>) -> Option<HeaderValue> {
        let asked = asked_language(query)?;
        (asked == self.t.code).then_some(())?;
        self.cookies().set(&Cookie {
            name: LANGUAGE_COOKIE,
            value: self.t.code,
            path: "/",
            max_age_seconds: Some(LANGUAGE_SECONDS),
            same_site: SameSite::Lax,
        })
    }

    /// A mark for a browser that has none yet.
    #[must_use]
    pub fn device_cookie(&self) -> Option<HeaderValue> {
        if self.client.device.is_some() {
            return None;
        }
        let mark = self.pages.entropy.random_16().ok()?;
        self.cookies().set(&Cookie {
            name: DEVICE_COOKIE,
            value: &data_encoding::HEXLOWER.encode(&mark),
            path: "/",
            max_age_seconds: Some(DEVICE_SECONDS),
            same_site: SameSite::Lax,
        })
    }
}

/// Says when to come back.
pub(crate) fn retry_after(mut response: Response, seconds: u32) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
