//! The centre over HTTP: extract, call `app`, map to the wire.
//!
//! **What it is for.** [`router`] serves the API under `/api`, live updates, `/healthz` and the console. The OpenAPI
//! document is made from the same router and committed as `console/openapi.json`.
//!
//! **What it promises.** Every request under `/api` passes [`guard`]: same origin, open session, CSRF token,
//! idempotency key, bounds on size, time and number. A handler's signature shows the right it needs
//! ([`door::Allowed`]). Every error is problem+json with words in both languages ([`problem`]). Logs hold route
//! templates, never addresses with values, bodies or names.
//!
//! **What it leaves out.** Rules, transactions and SQL: see `app` and `domain`.

#![allow(
    clippy::result_large_err,
    reason = "a problem ends its request; boxing it would cost a line in every handler"
)]

pub mod body;
mod config;
mod console;
pub mod door;
mod events;
mod frame;
mod guard;
mod once;
mod openapi;
pub mod problem;
pub mod routes;
mod sheet;
mod state;
pub mod wire;

#[cfg(test)]
mod tests;

pub use config::WebConfig;
pub use openapi::document;
pub use problem::{Answer, Problem};
pub use state::Web;

use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::{Router, routing};
use kernel::RefusalCode;

/// The whole site. Serve it with `into_make_service_with_connect_info::<SocketAddr>()`, so that the source of a request
/// is known.
pub fn router(centre: app::Centre, config: WebConfig) -> Router {
    wire::report::name_areas(&centre.config.areas);
    let web = Web::new(centre, config);
    let (api, _) = openapi::described().split_for_parts();
    let api = api
        .method_not_allowed_fallback(no_such_method)
        .layer(from_fn_with_state(web.clone(), guard::guard))
        .layer(DefaultBodyLimit::max(web.config().body_bytes_max));
    Router::new()
        .merge(api)
        .route("/api/{*rest}", routing::any(no_such_path))
        .fallback(console::serve)
        .layer(from_fn_with_state(web.clone(), frame::frame))
        .with_state(web)
}

async fn no_such_path() -> Problem {
    RefusalCode::NotFound.into()
}

async fn no_such_method() -> Problem {
    Problem::from(RefusalCode::NotFound).with_status(StatusCode::METHOD_NOT_ALLOWED)
}
