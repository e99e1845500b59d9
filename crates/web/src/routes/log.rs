//! The log: pages and the export that can be proved whole without the server.

use super::Routes;
use crate::body::Asked;
use crate::body::Body as Sent;
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::log::{AuditAsked, AuditEntry, AuditFind, AuditHead, AuditPage, AuditSubject};
use app::logbook::{self, Query, SubjectKey};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::subject::SubjectKind;
use kernel::{Instant, Refusal, RefusalCode};
use tokio::io::AsyncReadExt;
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router
        .routes(routes!(page))
        .routes(routes!(find))
        .routes(routes!(export))
}

/// The log, newest first. Reading it is an entry.
#[utoipa::path(get, path = "/api/audit", tag = "audit", operation_id = "audit_page", params(AuditAsked),
    responses((status = 200, body = AuditPage), (status = 400, body = Problem), (status = 403, body = Problem)))]
async fn page(
    State(web): State<Web>,
    who: Allowed<right::AuditRead>,
    Asked(asked): Asked<AuditAsked>,
) -> Answer<Json<AuditPage>> {
    let query = query_of(asked)?;
    let found = logbook::page(web.centre(), &who.ctx, &query).await?;
    let head = logbook::last_head(web.centre()).await?.map(|head| {
        let signed_at = Instant::from_ms(head.at_ms).to_iso_cst();
        // A head is written to the second place before the database learns of it.
        let second_place_at = Some(signed_at.clone());
        AuditHead {
            seq: head.seq,
            digest: head.digest.to_string(),
            key_id: head.key_id,
            signed_at,
            second_place_at,
        }
    });
    Ok(Json(AuditPage {
        items: found
            .lines
            .iter()
            .map(|line| AuditEntry::of(line, &found.names))
            .collect(),
        next_cursor: found.next.map(|seq| seq.to_string()),
        total: logbook::length(web.centre()).await?,
        head,
    }))
}

fn query_of(asked: AuditAsked) -> Result<Query, Refusal> {
    let text = |value: Option<String>| value.filter(|text| !text.trim().is_empty());
    Ok(Query {
        actor: text(asked.actor),
        action: asked.action.map(|code| code.0),
        subject: text(asked.subject).map(subject_of).transpose()?,
        outcome: asked.outcome.map(Into::into),
        from_ms: instant_of("from", text(asked.from))?,
        until_ms: instant_of("until", text(asked.until))?,
        after: text(asked.cursor).map(cursor_of).transpose()?,
        limit: asked.limit.unwrap_or(50),
    })
}

fn subject_of(text: String) -> Result<SubjectKey, Refusal> {
    let key = text
        .split_once(':')
        .and_then(|(kind, id)| Some((SubjectKind::parse(kind)?, id.to_owned())));
    key.ok_or_else(|| Refusal::field("subject", RefusalCode::FieldMalformed))
}

fn instant_of(field: &str, text: Option<String>) -> Result<Option<i64>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let at = Instant::parse_iso(&text).ok_or_else(|| Refusal::field(field, RefusalCode::FieldMalformed))?;
    Ok(Some(at.ms()))
}

fn cursor_of(text: String) -> Result<u64, Refusal> {
    text.parse().map_err(|_| RefusalCode::CursorMalformed.into())
}

/// What the log can be filtered by, found by a whole number or a user's name. A body, not an address: account numbers
/// are personal data.
#[utoipa::path(post, path = "/api/audit/subjects", tag = "audit", operation_id = "audit_subjects", request_body = AuditFind,
    responses((status = 200, body = Vec<AuditSubject>), (status = 403, body = Problem)))]
async fn find(
    State(web): State<Web>,
    who: Allowed<right::AuditRead>,
    Sent(asked): Sent<AuditFind>,
) -> Answer<Json<Vec<AuditSubject>>> {
    let found = logbook::subject_find(web.centre(), &who.ctx, &asked.q).await?;
    let shown = found.into_iter().map(|(key, name)| AuditSubject::of(key, &name));
    Ok(Json(shown.collect()))
}

/// Bytes of the export in one piece.
const PIECE: usize = 64 * 1024;

/// The whole log with its signed heads, for `fanzha verify`. Exporting is an entry, the last one in the file.
#[utoipa::path(get, path = "/api/audit/export", tag = "audit", operation_id = "audit_export",
    responses((status = 200, content_type = "application/jsonl"), (status = 403, body = Problem)))]
async fn export(State(web): State<Web>, who: Allowed<right::AuditExport>) -> Answer<Response> {
    let name = format!("fanzha-audit-{}.jsonl", who.ctx.at.to_wire14());
    let file = logbook::export_spooled(web.centre(), &who.ctx).await?;
    let stream = futures::stream::unfold(tokio::fs::File::from_std(file), |mut file| async move {
        let mut piece = Vec::with_capacity(PIECE);
        match (&mut file).take(PIECE as u64).read_to_end(&mut piece).await {
            Ok(0) => None,
            Ok(_) => Some((Ok(piece), file)),
            Err(error) => Some((Err(error), file)),
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "application/jsonl".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    Ok((headers, Body::from_stream(stream)).into_response())
}
