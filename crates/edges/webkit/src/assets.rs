//! Styles and scripts: embedded in the binary, served under names that change with their bytes,
//! so that they may be kept for ever, and compressed once at start.

use std::{io::Write as _, sync::Arc};

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

/// Where assets live.
pub const PREFIX: &str = "/assets/";

/// One asset before it has its public name.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The name it is asked for by, such as `style`.
    pub name: &'static str,
    /// The ending, without the dot.
    pub extension: &'static str,
    /// The MIME type.
    pub content_type: &'static str,
    /// The texts it is made of. More than one: scripts, each put into a block of its own, so
    /// that a page needs one request and no names meet.
    pub parts: &'static [&'static str],
}

#[derive(Debug)]
struct File {
    name: &'static str,
    url: String,
    content_type: &'static str,
    plain: Bytes,
    brotli: Option<Bytes>,
}

/// All assets of one listener.
#[derive(Debug)]
pub struct Assets(Vec<File>);

fn join(parts: &[&str]) -> String {
    match parts {
        [one] => (*one).to_owned(),
        many => many.iter().map(|part| format!("{{\n{part}}}\n")).collect(),
    }
}

/// A script without what only its readers need: lines of comment, and indentation. No line of ours
/// begins within a text.
fn bare(script: &str) -> String {
    let lines = script.lines().map(str::trim_start);
    let code = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    code.map(|line| format!("{line}\n")).collect()
}

/// Quality 9 of 11: within two percent of the best, in a tenth of the time, paid at every start.
fn compress(plain: &[u8]) -> Option<Bytes> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 9, 20);
    writer.write_all(plain).ok()?;
    let out = writer.into_inner();
    (out.len() < plain.len()).then(|| Bytes::from(out))
}

impl File {
    fn new(source: &Source) -> Self {
        let whole = join(source.parts);
        let plain = Bytes::from(match source.extension {
            "mjs" => bare(&whole),
            _ => whole,
        });
        let hash = digest(&SHA256, &plain);
        let hash: String = hash.as_ref()[..5]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        Self {
            name: source.name,
            url: format!("{PREFIX}{}-{hash}.{}", source.name, source.extension),
            content_type: source.content_type,
            brotli: compress(&plain),
            plain,
        }
    }

    fn answer(&self, accepts_brotli: bool) -> Response {
        let packed = self.brotli.as_ref().filter(|_| accepts_brotli);
        let mut response = packed.unwrap_or(&self.plain).clone().into_response();
        let headers = response.headers_mut();
        let value = HeaderValue::from_static;
        headers.insert(header::CONTENT_TYPE, value(self.content_type));
        headers.insert(
            header::CACHE_CONTROL,
            value("public, max-age=31536000, immutable"),
        );
        headers.insert(header::VARY, value("accept-encoding"));
        if packed.is_some() {
            headers.insert(header::CONTENT_ENCODING, value("br"));
        }
        response
    }
}

/// Whether `Accept-Encoding` names brotli and does not weigh it zero.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(header::ACCEPT_ENCODING).iter();
    let mut codings = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|coding| coding.trim().split_once(';').unwrap_or((coding.trim(), "")));
    codings.any(|(name, weight)| {
        name.trim().eq_ignore_ascii_case("br") && !matches!(weight.trim(), "q=0" | "q=0.0")
    })
}

impl Assets {
    /// Names and compresses `sources`; a few milliseconds for what a page has.
    #[must_use]
    pub fn new(sources: &[Source]) -> Self {
        Self(sources.iter().map(File::new).collect())
    }

    /// The public path of the asset called `name`; empty when there is none.
    #[must_use]
    pub fn url(&self, name: &str) -> &str {
        let file = self.0.iter().find(|file| file.name == name);
        file.map_or("", |file| &file.url)
    }

    /// Bytes that travel for `name` with and without compression.
    #[must_use]
    pub fn weight(&self, name: &str) -> Option<(usize, usize)> {
        let file = self.0.iter().find(|file| file.name == name)?;
        let packed = file.brotli.as_ref().unwrap_or(&file.plain);
        Some((packed.len(), file.plain.len()))
    }

    /// The routes below [`PREFIX`].
    pub fn router(self: Arc<Self>) -> Router {
        Router::new()
            .route("/assets/{file}", get(serve))
            .with_state(self)
    }
}

async fn serve(
    State(assets): State<Arc<Assets>>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let found = assets
        .0
        .iter()
        .find(|known| known.url.strip_prefix(PREFIX) == Some(file.as_str()));
    match found {
        Some(known) => known.answer(accepts_brotli(&headers)),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;

    const STYLE: Source = Source {
        name: "style",
        extension: "css",
        content_type: "text/css; charset=utf-8",
        parts: &["body { color: red } body { color: red } body { color: red }"],
    };

    async fn get(assets: &Arc<Assets>, path: &str, encoding: &'static str) -> Response {
        let request = Request::get(path)
            .header(header::ACCEPT_ENCODING, encoding)
            .body(Body::empty())
            .unwrap();
        assets.clone().router().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn an_asset_is_kept_for_ever_under_a_name_made_of_its_bytes() {
        let assets = Arc::new(Assets::new(&[STYLE]));
        let url = assets.url("style").to_owned();
        assert!(url.starts_with("/assets/style-") && url.ends_with(".css"));
        let response = get(&assets, &url, "gzip, br;q=0.9").await;
        assert_eq!(response.headers()["content-encoding"], "br");
        assert!(
            response.headers()["cache-control"]
                .to_str()
                .unwrap()
                .contains("immutable")
        );
        let plain = get(&assets, &url, "gzip, br;q=0").await;
        assert!(!plain.headers().contains_key("content-encoding"));
    }

    #[tokio::test]
    async fn an_old_name_is_not_found() {
        let assets = Arc::new(Assets::new(&[STYLE]));
        let response = get(&assets, "/assets/style-0000000000.css", "br").await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn joined_scripts_do_not_share_names() {
        assert_eq!(
            join(&["const a = 1;\n", "const a = 2;\n"]),
            "{\nconst a = 1;\n}\n{\nconst a = 2;\n}\n"
        );
    }
}
