//! Whether the server lives, what it promises about its records, and what its API is.

use super::Routes;
use crate::problem::Answer;
use crate::state::Web;
use crate::wire::health::{Durability, Health};
use app::logbook;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use std::sync::OnceLock;
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(healthz)).routes(routes!(openapi))
}

/// Answers once the database does.
#[utoipa::path(get, path = "/healthz", tag = "health", security(()), responses((status = 200, body = Health)))]
async fn healthz(State(web): State<Web>) -> Answer<Json<Health>> {
    let centre = web.centre();
    let log_length = logbook::length(centre).await?;
    let kept = centre.store.durability();
    Ok(Json(Health {
        status: "ok".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        demo: centre.config.demo,
        centre_name: centre.config.name.clone(),
        server_time: centre.now().to_iso_cst(),
        log_length,
        durability: Durability {
            engine: kept.engine.to_owned(),
            version: kept.version.clone(),
            durable: kept.durable,
            settings: kept.settings.clone(),
        },
    }))
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "health", security(()),
    responses((status = 200, content_type = "application/json")))]
async fn openapi() -> impl IntoResponse {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let document = DOCUMENT.get_or_init(crate::openapi::document);
    ([(header::CONTENT_TYPE, "application/json")], document.as_str())
}
