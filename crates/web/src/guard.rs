//! The one way into the API, in this order: same origin → session → CSRF token → idempotency key → handler.
//!
//! Promises: no request that changes something reaches a handler from another site, or without the token that only the
//! console's own page has. Leaves out rights: those are in each handler's signature ([`crate::door`]).

use crate::door::Seat;
use crate::frame::RequestId;
use crate::once;
use crate::problem::Problem;
use crate::state::Web;
use app::people::{self, Token};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::RefusalCode;
use std::net::SocketAddr;
use std::sync::Arc;

/// Requests that screens make by themselves: they do not keep a session alive.
const BY_ITSELF: [&str; 4] = ["/api/session", "/api/events", "/api/counts", "/api/calls/current"];
/// Requests that open a session, so they cannot have its token yet.
const OPENING: [&str; 2] = ["/api/session", "/api/setup"];
/// The telephone system and other programs that carry a secret of their own instead of a cookie.
const PROGRAMS: [&str; 2] = ["/api/calls", "/api/transfers"];

pub(crate) async fn guard(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let changes = changes(request.method());
    if changes && !PROGRAMS.contains(&path.as_str()) && !same_origin(request.headers()) {
        return Problem::from(RefusalCode::CsrfMissing).into_response();
    }
    let seat = match seat_of(
        &web,
        request.headers(),
        changes || !BY_ITSELF.contains(&path.as_str()),
    )
    .await
    {
        Ok(seat) => seat,
        Err(problem) => return problem.into_response(),
    };
    let Some(seat) = seat else {
        return next.run(request).await;
    };
    let opening = request.method() == Method::POST && OPENING.contains(&path.as_str());
    if changes && !opening && !has_token(request.headers(), &seat) {
        return Problem::from(RefusalCode::CsrfMissing).into_response();
    }
    request.extensions_mut().insert(seat.clone());
    if changes && once::needs_key(request.method(), &path) {
        return once::once(&web, &seat, request, next).await;
    }
    next.run(request).await
}

pub(crate) fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Browsers say where a request comes from; programs that are not browsers say nothing and have no cookie to abuse.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("?").to_owned())
    };
    let site = text("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    let host = text("host").unwrap_or_default();
    let origin = text("origin").is_none_or(|origin| {
        origin
            .split_once("://")
            .is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(&host))
    });
    site && origin
}

async fn seat_of(web: &Web, headers: &HeaderMap, active: bool) -> Result<Option<Arc<Seat>>, Problem> {
    let Some(token) = cookie(web, headers) else {
        return Ok(None);
    };
    match people::person_of(web.centre(), &token, active).await {
        Ok(signed_in) => Ok(Some(Arc::new(Seat {
            signed_in,
            csrf: token.csrf(),
            token,
        }))),
        Err(app::AppError::Refused(refusal)) if refusal.code == RefusalCode::SessionEnded => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn has_token(headers: &HeaderMap, seat: &Seat) -> bool {
    let given = headers
        .get("x-csrf-token")
        .map(|value| value.as_bytes())
        .unwrap_or_default();
    same_bytes(given, seat.csrf.as_bytes())
}

/// In a time that does not depend on where they differ.
pub(crate) fn same_bytes(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .fold(0, |difference, (a, b)| difference | (a ^ b))
            == 0
}

pub(crate) const fn cookie_name(tls: bool) -> &'static str {
    if tls { "__Host-fanzha" } else { "fanzha" }
}

/// The secret in the request's cookie, well-formed.
pub(crate) fn cookie(web: &Web, headers: &HeaderMap) -> Option<Token> {
    let name = cookie_name(web.config().tls);
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut pairs = all
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(key, _)| *key == name)
        .and_then(|(_, value)| Token::parse(value))
}

/// `Set-Cookie` with the secret, or with nothing to take it away.
pub(crate) fn set_cookie(web: &Web, token: Option<&Token>) -> String {
    let tls = web.config().tls;
    let secure = if tls { "; Secure" } else { "" };
    let (value, age) = match token {
        Some(token) => (token.reveal(), ""),
        None => ("", "; Max-Age=0"),
    };
    format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}",
        cookie_name(tls)
    )
}

/// The address a request came from; the last hop before our own gateway.
pub(crate) fn source(web: &Web, headers: &HeaderMap, peer: Option<&ConnectInfo<SocketAddr>>) -> String {
    if web.config().behind_gateway {
        let forwarded = headers
            .get_all("x-forwarded-for")
            .iter()
            .next_back()
            .and_then(|value| value.to_str().ok());
        if let Some(last) = forwarded.and_then(|list| list.rsplit(',').next()) {
            return last.trim().chars().take(45).collect();
        }
    }
    peer.map(|ConnectInfo(address)| address.ip().to_string())
        .unwrap_or_default()
}

/// The request's id, for contexts that are made by hand.
pub(crate) fn request_id(request: &axum::http::Extensions) -> String {
    request
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    #[test]
    fn another_site_is_another_site() {
        for (pairs, same) in [
            (vec![], true),
            (
                vec![
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "http://fz.local:8600"),
                    ("host", "fz.local:8600"),
                ],
                true,
            ),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "same-site")], false),
            (
                vec![("origin", "http://evil.example"), ("host", "fz.local:8600")],
                false,
            ),
            (vec![("origin", "null"), ("host", "fz.local:8600")], false),
            (
                vec![("origin", "http://fz.local"), ("host", "fz.local:8600")],
                false,
            ),
            (
                vec![("origin", "http://FZ.local:8600"), ("host", "fz.local:8600")],
                true,
            ),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in &pairs {
                headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
            }
            assert_eq!(same_origin(&headers), same, "{pairs:?}");
        }
    }

    #[test]
    fn bytes_are_compared_whole() {
        assert!(same_bytes(b"abc", b"abc") && !same_bytes(b"abc", b"abd") && !same_bytes(b"abc", b"ab"));
    }
}
