//! 流水导入: files come, are looked at, imported; what was wrong is listed. Other systems hand over transfers.

use super::Routes;
use crate::body::{Asked, Body, Named, json_of};
use crate::door::{Allowed, right};
use crate::guard::{request_id, same_bytes};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::statements::{
    ImportAsked, LayoutShown, PreviewAsked, PreviewShown, ProblemsAsked, ProblemsShown, RowProblemShown,
    StatementNew, StatementPage, StatementShown, StatementsAsked, TransfersNew, problems_csv,
};
use app::statements::api::{Handed, ROWS_MAX, transfers_take};
use app::statements::look::{Start, statement_import, statement_look};
use app::statements::receive::{Announced, Receiving, statement_announce};
use app::statements::{self, known_layouts};
use axum::Json;
use axum::body::{Body as Bytes, to_bytes};
use axum::extract::State;
use axum::http::{Extensions, HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use kernel::{Refusal, RefusalCode, StatementId};
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router
        .routes(routes!(page, announce))
        .routes(routes!(layouts))
        .routes(routes!(one))
        .routes(routes!(content))
        .routes(routes!(preview))
        .routes(routes!(begin))
        .routes(routes!(problems))
        .routes(routes!(problems_file))
        .routes(routes!(hand_over))
}

fn shown(web: &Web, file: &statements::StatementFile) -> StatementShown {
    StatementShown::of(file, web.centre().statements.received(file.id))
}

/// Statement files of the asker's area, newest first.
#[utoipa::path(get, path = "/api/statements", tag = "statements", operation_id = "statements_page", params(StatementsAsked),
    responses((status = 200, body = StatementPage), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn page(
    State(web): State<Web>,
    who: Allowed<right::StatementImport>,
    Asked(asked): Asked<StatementsAsked>,
) -> Answer<Json<StatementPage>> {
    let after = match asked.cursor.filter(|c| !c.is_empty()) {
        Some(cursor) => Some(
            cursor
                .parse()
                .map_err(|_| Refusal::new(RefusalCode::CursorMalformed))?,
        ),
        None => None,
    };
    let page = statements::statements_page(web.centre(), &who.ctx, after, asked.limit.unwrap_or(50)).await?;
    Ok(Json(StatementPage {
        items: page.items.iter().map(|f| shown(&web, f)).collect(),
        next_cursor: page.next.map(|id| id.to_string()),
    }))
}

/// Announces a file: its name, size and why. Its bytes follow under its id.
#[utoipa::path(post, path = "/api/statements", tag = "statements", operation_id = "statement_announce", request_body = StatementNew,
    responses((status = 200, body = StatementShown), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn announce(
    State(web): State<Web>,
    who: Allowed<right::StatementImport>,
    Body(new): Body<StatementNew>,
) -> Answer<Json<StatementShown>> {
    let said = Announced {
        name: new.name,
        size: new.size,
        purpose: new.purpose,
        source: "upload",
    };
    let file = statement_announce(web.centre(), &who.ctx, said).await?;
    Ok(Json(shown(&web, &file)))
}

/// Known layouts, those that people kept first.
#[utoipa::path(get, path = "/api/statements/layouts", tag = "statements", operation_id = "statement_layouts",
    responses((status = 200, body = [LayoutShown]), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn layouts(
    State(web): State<Web>,
    who: Allowed<right::StatementImport>,
) -> Answer<Json<Vec<LayoutShown>>> {
    let kept = statements::layouts(web.centre(), &who.ctx).await?;
    let built_in = known_layouts().iter().map(|l| LayoutShown {
        name: l.zh.clone(),
        made_by: String::new(),
        made_at: String::new(),
        built_in: true,
    });
    Ok(Json(kept.iter().map(LayoutShown::from).chain(built_in).collect()))
}

/// One file: how far it is.
#[utoipa::path(get, path = "/api/statements/{id}", tag = "statements", operation_id = "statement_one", params(("id" = Uuid, Path)),
    responses((status = 200, body = StatementShown), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn one(
    State(web): State<Web>,
    who: Allowed<right::StatementImport>,
    Named(id): Named<StatementId>,
) -> Answer<Json<StatementShown>> {
    let file = statements::statement_one(web.centre(), &who.ctx, id).await?;
    Ok(Json(shown(&web, &file)))
}

/// The bytes of an announced file, streamed. They may be sent again until all of them are here.
#[utoipa::path(put, path = "/api/statements/{id}/content", tag = "statements", operation_id = "statement_content", params(("id" = Uuid, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = StatementShown), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem)))]
async fn content(
    State(web): State<Web>,
    who: Allowed<right::StatementImport>,
    Named(id): Named<StatementId>,
    body: Bytes,
) -> Answer<Json<StatementShown>> {
    let mut receiving = Receiving::begin(web.centre(), &who.ctx, id).await?;
    let mut pieces = body.into_data_stream();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Refusal::new(RefusalCode::BodyUnreadable))?;
        receiving.write(web.centre(), &piece)?;
    }
    let file = receiving.finish(web.centre(), &who.ctx).await?;
    Ok(Json(shown(&web, &file)))
}

/// What was recognised and the first rows, masked; with another mapping when one is given. A question: nothing changes.
#[utoipa::path(post, path = "/api/statements/{id}/preview", tag = "statements", operation_id = "statement_preview", params(("id" = Uuid, Path)), request_body = PreviewAsked,
    responses((status = 200, body = PreviewShown), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn preview(
    State(web): State<Web>,
    who: Allowed<right::StatementImport>,
    Named(id): Named<StatementId>,
    Body(asked): Body<PreviewAsked>,
) -> Answer<Json<PreviewShown>> {
    let mapping = match asked.mapping {
        Some(mapping) => Some(
            mapping
                .read()
                .map_err(|f| Refusal::field(f, RefusalCode::FieldMalformed))?,
        ),
        None => None,
    };
    let look = statement_look(web.centre(), &who.ctx, id, mapping).await?;
    Ok(Json(PreviewShown::of(&look)))
}

/// Starts the import with the mapping that was approved; keeps it under a name when one is given.
#[utoipa::path(post, path = "/api/statements/{id}/import", tag = "statements", operation_id = "statement_import", params(("id" = Uuid, Path)), request_body = ImportAsked,
    responses((status = 200, body = StatementShown), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn begin(
    State(web): State<Web>,
    who: Allowed<right::StatementImport>,
    Named(id): Named<StatementId>,
    Body(asked): Body<ImportAsked>,
) -> Answer<Json<StatementShown>> {
    let mapping = asked
        .mapping
        .read()
        .map_err(|f| Refusal::field(f, RefusalCode::FieldMalformed))?;
    let start = Start {
        mapping,
        keep_as: asked.keep_as.filter(|name| !name.trim().is_empty()),
    };
    let file = statement_import(web.centre(), &who.ctx, id, start).await?;
    Ok(Json(shown(&web, &file)))
}

/// What was wrong with its lines, in their order.
#[utoipa::path(get, path = "/api/statements/{id}/problems", tag = "statements", operation_id = "statement_problems", params(("id" = Uuid, Path), ProblemsAsked),
    responses((status = 200, body = ProblemsShown), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn problems(
    State(web): State<Web>,
    who: Allowed<right::StatementImport>,
    Named(id): Named<StatementId>,
    Asked(asked): Asked<ProblemsAsked>,
) -> Answer<Json<ProblemsShown>> {
    let limit = asked.limit.unwrap_or(100).clamp(1, 500);
    let after = asked.cursor.unwrap_or(0);
    let (_, found) = statements::statement_problems(web.centre(), &who.ctx, id, after, limit + 1).await?;
    let more = found.len() as u64 > limit;
    let items: Vec<RowProblemShown> = found
        .iter()
        .take(usize::try_from(limit).unwrap_or(500))
        .map(Into::into)
        .collect();
    Ok(Json(ProblemsShown {
        next_cursor: items.last().filter(|_| more).map(|p| p.seq.to_string()),
        items,
    }))
}

/// The same as a CSV file.
#[utoipa::path(get, path = "/api/statements/{id}/problems.csv", tag = "statements", operation_id = "statement_problems_file", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/csv", body = String), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn problems_file(
    State(web): State<Web>,
    who: Allowed<right::StatementImport>,
    Named(id): Named<StatementId>,
) -> Answer<Response> {
    let (_, found) = statements::statement_problems(web.centre(), &who.ctx, id, 0, 20_000).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"statement-problems-{id}.csv\""),
        ),
    ];
    Ok((headers, problems_csv(&found)).into_response())
}

/// Movements from another system, all or nothing; the same bytes are done once. It proves itself by
/// `Authorization: Bearer` with its token of the settings.
#[utoipa::path(post, path = "/api/transfers", tag = "statements", operation_id = "transfers_take", request_body = TransfersNew, security(("webhook" = [])),
    responses((status = 200, body = StatementShown), (status = 401, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem)))]
async fn hand_over(
    State(web): State<Web>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Bytes,
) -> Answer<Json<StatementShown>> {
    let caller = caller(&web, &headers).ok_or(RefusalCode::WebhookTokenWrong)?;
    let max = web.config().transfers_bytes_max;
    let bytes = to_bytes(body, max)
        .await
        .map_err(|_| Refusal::with(RefusalCode::BodyTooLarge, max.to_string()))?;
    let new: TransfersNew = json_of(&bytes)?;
    if new.transfers.len() > ROWS_MAX {
        return Err(Refusal::with(RefusalCode::TooMany, ROWS_MAX.to_string()).into());
    }
    let handed = Handed {
        caller,
        body: bytes.to_vec(),
        rows: new.transfers.into_iter().map(Into::into).collect(),
        request_id: request_id(&extensions),
    };
    let file = transfers_take(web.centre(), handed).await?;
    Ok(Json(shown(&web, &file)))
}

/// The system whose token this is. Closed while no system has one.
fn caller(web: &Web, headers: &HeaderMap) -> Option<String> {
    let given = headers
        .get(header::AUTHORIZATION)?
        .as_bytes()
        .strip_prefix(b"Bearer ")?;
    let mut known = web.config().transfer_callers.iter();
    known
        .find(|(_, token)| !token.is_empty() && same_bytes(given, token.as_bytes()))
        .map(|(name, _)| name.clone())
}
