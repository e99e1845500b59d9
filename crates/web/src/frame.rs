//! What happens around every request, the console's files too: an id, a bound on number and time, one line of log, the
//! security headers, and an answer even when a handler panics.

use crate::problem::Problem;
use crate::state::Web;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use kernel::RefusalCode;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request, in the log, the audit entry and the answer.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Paths whose answers take as long as they take.
const LONG: [&str; 2] = ["/api/events", "/api/audit/export"];
/// Files that come as fast as the line is.
const UPLOADS: &str = "/api/statements/";

pub(crate) async fn frame(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = web.centre().random_hex(8);
    let method = request.method().clone();
    // The template, because an address may hold an id that is worth following and must not be.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("console", MatchedPath::as_str)
        .to_owned();
    let api = request.uri().path().starts_with("/api");
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = answer(&web, request, next).await;
    headers(response.headers_mut(), api, web.config().tls);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
    tracing::info!(%method, route, status, ms, request_id = id, "request");
    response
}

async fn answer(web: &Web, request: Request, next: Next) -> Response {
    let Ok(_place) = web.requests().clone().try_acquire_owned() else {
        return Problem::from(RefusalCode::Busy).into_response();
    };
    let path = request.uri().path();
    let long = LONG.contains(&path) || (path.starts_with(UPLOADS) && path.ends_with("/content"));
    let running = AssertUnwindSafe(next.run(request)).catch_unwind();
    let limit = Duration::from_secs(web.config().answer_seconds_max);
    let ended = if long {
        Ok(running.await)
    } else {
        tokio::time::timeout(limit, running).await
    };
    match ended {
        Ok(Ok(response)) => response,
        Ok(Err(_panic)) => {
            tracing::error!("a handler panicked");
            Problem::internal().into_response()
        }
        Err(_elapsed) => Problem::from(RefusalCode::Busy).into_response(),
    }
}

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];

/// A handler that set a header itself (a paper that is shown in the browser) keeps it.
fn headers(headers: &mut HeaderMap, api: bool, tls: bool) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ));
    if api {
        headers
            .entry(header::CACHE_CONTROL)
            .or_insert(HeaderValue::from_static("no-store"));
    }
    if tls {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}
