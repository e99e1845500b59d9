//! The built console: inside the binary, or read from disk (a setting; always in a debug build). Each page gets a fresh
//! nonce in its content security policy. Without a built console the API works and the page says what is missing.

use crate::problem::Problem;
use crate::state::Web;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::RefusalCode;
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::path::{Component, Path};

#[derive(RustEmbed)]
#[folder = "../../console/dist"]
struct Dist;

const INDEX: &str = "index.html";
const NONCE: &str = "__CSP_NONCE__";

const MISSING: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>反诈中心</title>\
    <h1>控制台尚未构建</h1><p>接口可用（<a href=\"/api/openapi.json\">/api/openapi.json</a>）。请在 console 目录执行 \
    <code>npm ci &amp;&amp; npm run build</code>，或运行 <code>./x demo</code>。</p>\
    <h1>The console is not built</h1><p>The API works. Run <code>npm ci &amp;&amp; npm run build</code> in console, or \
    <code>./x demo</code>.</p></html>";

/// Files by their path; every other address is a page of the console, which finds its own way.
pub(crate) async fn serve(State(web): State<Web>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::from(RefusalCode::NotFound)
            .with_status(StatusCode::METHOD_NOT_ALLOWED)
            .into_response();
    }
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    if is_file && path != INDEX {
        return match read(&web, &path).await {
            Some(bytes) => file(&path, bytes),
            None => Problem::from(RefusalCode::NotFound).into_response(),
        };
    }
    match read(&web, INDEX).await {
        Some(bytes) => page(&web, StatusCode::OK, &String::from_utf8_lossy(&bytes)),
        None => page(&web, StatusCode::SERVICE_UNAVAILABLE, MISSING),
    }
}

async fn read(web: &Web, path: &str) -> Option<Cow<'static, [u8]>> {
    match &web.config().console_dir {
        Some(folder) if is_below(path) => tokio::fs::read(folder.join(path)).await.ok().map(Cow::Owned),
        Some(_) => None,
        None => Dist::get(path).map(|file| file.data),
    }
}

/// Only plain names: nothing climbs out of the folder.
fn is_below(path: &str) -> bool {
    Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
}

fn page(web: &Web, status: StatusCode, html: &str) -> Response {
    let nonce = web.centre().random_hex(16);
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; \
         font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    );
    let mut response = (status, html.replace(NONCE, &nonce)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn file(path: &str, bytes: Cow<'static, [u8]>) -> Response {
    let mut response = axum::body::Body::from(bytes.into_owned()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind_of(path)));
    // The build puts a digest of the content into the names under assets.
    let keep = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

fn kind_of(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "txt" => "text/plain; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::is_below;

    #[test]
    fn nothing_climbs_out() {
        for (path, below) in [
            ("assets/a.js", true),
            ("../secret.txt", false),
            ("a/../../b.js", false),
            ("/etc/passwd.txt", false),
        ] {
            assert_eq!(is_below(path), below, "{path}");
        }
    }
}
