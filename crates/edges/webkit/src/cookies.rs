//! Cookies: HttpOnly, SameSite, and bound to the host where the scheme allows it (RFC 6265bis).

use axum::http::{HeaderMap, HeaderValue, header};

/// How cookies are written on one listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CookieRules {
    /// Whether people come by https. Then every cookie is `Secure` and its name starts with
    /// `__Host-`, so that no neighbour host can plant one.
    pub https: bool,
}

/// How far a cookie travels when another site leads here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// With links from elsewhere, not with forms from elsewhere.
    Lax,
    /// Only from our own pages.
    Strict,
}

/// One cookie to set.
#[derive(Debug, Clone, Copy)]
pub struct Cookie<'a> {
    /// The plain name, without prefix.
    pub name: &'a str,
    /// Characters a cookie may hold: no control, space, quote, comma, semicolon, backslash.
    pub value: &'a str,
    /// The path it is sent to. Over https it is `/`, because the `__Host-` prefix demands it.
    pub path: &'a str,
    /// Seconds it is kept; `None` until the browser closes.
    pub max_age_seconds: Option<u32>,
    /// When it travels.
    pub same_site: SameSite,
}

fn allowed(value: &str) -> bool {
    value
        .bytes()
        .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b',' | b';' | b'\\'))
}

impl CookieRules {
    fn name(self, plain: &str) -> String {
        let prefix = if self.https { "__Host-" } else { "" };
        format!("{prefix}{plain}")
    }

    /// The `Set-Cookie` value; nothing when the cookie holds a character it may not.
    #[must_use]
    pub fn set(self, cookie: &Cookie<'_>) -> Option<HeaderValue> {
        if !allowed(cookie.value) || !allowed(cookie.name) || !allowed(cookie.path) {
            return None;
        }
        let name = self.name(cookie.name);
        let (path, secure) = if self.https {
            ("/", "; Secure")
        } else {
            (cookie.path, "")
        };
        let age = cookie
            .max_age_seconds
            .map_or_else(String::new, |s| format!("; Max-Age={s}"));
        let site = match cookie.same_site {
            SameSite::Lax => "Lax",
            SameSite::Strict => "Strict",
        };
        let text = format!(
            "{name}={}; Path={path}; HttpOnly; SameSite={site}{secure}{age}",
            cookie.value
        );
        HeaderValue::from_str(&text).ok()
    }

    /// The `Set-Cookie` value that removes a cookie.
    #[must_use]
    pub fn remove(self, name: &str, path: &str) -> Option<HeaderValue> {
        self.set(&Cookie {
            name,
            value: "",
            path,
            max_age_seconds: Some(0),
            same_site: SameSite::Lax,
        })
    }

    /// The value the browser sent under `name`.
    #[must_use]
    pub fn get<'h>(self, headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
        let name = self.name(name);
        let lines = headers.get_all(header::COOKIE).iter();
        lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(key, value)| (key == name).then_some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE: Cookie<'static> = Cookie {
        name: "rf-signup",
        value: "ver_abc",
        path: "/signup",
        max_age_seconds: Some(1200),
        same_site: SameSite::Lax,
    };

    #[test]
    fn over_https_a_cookie_is_bound_to_the_host() {
        let text = CookieRules { https: true }.set(&COOKIE).unwrap();
        assert_eq!(
            text,
            "__Host-rf-signup=ver_abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=1200"
        );
    }

    #[test]
    fn over_http_a_cookie_is_scoped_to_its_path() {
        let text = CookieRules { https: false }.set(&COOKIE).unwrap();
        assert_eq!(
            text,
            "rf-signup=ver_abc; Path=/signup; HttpOnly; SameSite=Lax; Max-Age=1200"
        );
    }

    #[test]
    fn a_value_cannot_add_attributes() {
        let rules = CookieRules { https: false };
        let evil = Cookie {
            value: "a; Domain=example",
            ..COOKIE
        };
        assert!(rules.set(&evil).is_none());
    }

    #[test]
    fn a_cookie_is_found_by_its_full_name_only() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("x=1; rf-signup=plain; __Host-rf-signup=bound"),
        );
        assert_eq!(
            CookieRules { https: true }.get(&headers, "rf-signup"),
            Some("bound")
        );
        assert_eq!(
            CookieRules { https: false }.get(&headers, "rf-signup"),
            Some("plain")
        );
        assert_eq!(CookieRules { https: false }.get(&headers, "signup"), None);
    }
}
