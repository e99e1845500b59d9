//! The OpenAPI document, made from the router itself.

use crate::routes;
use crate::state::Web;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Fanzha 反诈",
        description = "The operations platform of an anti-telecom-fraud centre. Times are ISO 8601 at +08:00; amounts are yuan \
                       as text, and whole fen in `*_fen`. Every command carries an `Idempotency-Key`; every change carries \
                       the session's `X-CSRF-Token`. Errors are `application/problem+json`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    modifiers(&Doors),
    security(("session" = [], "csrf" = []))
)]
struct Described;

struct Doors;

impl Modify for Doors {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        let cookie =
            ApiKeyValue::with_description("fanzha", "Set by POST /api/session; `__Host-fanzha` over TLS.");
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let token =
            ApiKeyValue::with_description("X-CSRF-Token", "`csrf` of GET /api/session, with every change.");
        components.add_security_scheme("csrf", SecurityScheme::ApiKey(ApiKey::Header(token)));
        let program = ApiKeyValue::with_description(
            "Authorization",
            "`Bearer` and the secret of the telephone system.",
        );
        components.add_security_scheme("webhook", SecurityScheme::ApiKey(ApiKey::Header(program)));
    }
}

/// The routes with their description.
pub(crate) fn described() -> OpenApiRouter<Web> {
    routes::all(OpenApiRouter::with_openapi(Described::openapi()))
}

/// The document, as it is served and committed.
pub fn document() -> String {
    let (_, document) = described().split_for_parts();
    let mut text = document.to_pretty_json().expect("the document is plain values");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    /// `UPDATE_OPENAPI=1 cargo test -p web openapi` writes the file again.
    #[test]
    fn the_committed_document_is_the_router() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../console/openapi.json");
        let document = super::document();
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(path, &document).expect("console/openapi.json can be written");
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == document,
            "console/openapi.json differs from the router: run with UPDATE_OPENAPI=1"
        );
    }
}
