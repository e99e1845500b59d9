//! The log: pages and the export that can be proved whole without the server.

use super::Routes;
use crate::body::Asked;
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::log::{AuditAsked, AuditEntry, AuditHead, AuditPage};
use app::logbook::{self, AuditCursor, Outcome, Query};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{Instant, Refusal, RefusalCode};
use tokio::io::AsyncReadExt;
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(page)).routes(routes!(export))
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
        items: found.lines.iter().map(AuditEntry::from).collect(),
        next_cursor: found
            .next
            .map(|cursor| format!("{}.{}", cursor.at_ms, cursor.seq)),
        total: logbook::length(web.centre()).await?,
        head,
    }))
}

fn query_of(asked: AuditAsked) -> Result<Query, Refusal> {
    let text = |value: Option<String>| value.filter(|text| !text.trim().is_empty());
    Ok(Query {
        actor: text(asked.actor),
        action: text(asked.action),
        subject: text(asked.subject).map(subject_of).transpose()?,
        outcome: match text(asked.outcome).as_deref() {
            None => None,
            Some("done") => Some(Outcome::Done),
            Some("refused") => Some(Outcome::Refused),
            Some(_) => return Err(Refusal::field("outcome", RefusalCode::FieldMalformed)),
        },
        from_ms: instant_of("from", text(asked.from))?,
        until_ms: instant_of("until", text(asked.until))?,
        after: text(asked.cursor).map(cursor_of).transpose()?,
        limit: asked.limit.unwrap_or(50),
    })
}

fn subject_of(text: String) -> Result<(String, String), Refusal> {
    let (kind, id) = text
        .split_once(':')
        .ok_or_else(|| Refusal::field("subject", RefusalCode::FieldMalformed))?;
    Ok((kind.to_owned(), id.to_owned()))
}

fn instant_of(field: &str, text: Option<String>) -> Result<Option<i64>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let at = Instant::parse_iso(&text).ok_or_else(|| Refusal::field(field, RefusalCode::FieldMalformed))?;
    Ok(Some(at.ms()))
}

fn cursor_of(text: String) -> Result<AuditCursor, Refusal> {
    let parts = text.split_once('.').and_then(|(at, seq)| {
        Some(AuditCursor {
            at_ms: at.parse().ok()?,
            seq: seq.parse().ok()?,
        })
    });
    parts.ok_or_else(|| RefusalCode::CursorMalformed.into())
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
