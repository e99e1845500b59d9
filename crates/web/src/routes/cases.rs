//! Cases and legal papers.

use super::Routes;
use crate::body::{Asked, Body, Named};
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::cases::{
    CaseDetail, CaseExtend, CaseFile, CaseNew, CasePage, CaseRow, CasesAsked, DocumentsAsked, NotPrinted,
    PrintBatch, source_slug,
};
use crate::wire::orders::{Decision, DocumentPage, DocumentRow};
use app::Context;
use app::cases::{self, FilingDecision, FilingProposal};
use app::papers::print;
use app::shapes::PAGE_MAX;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::case::{Case, CaseSource, CaseState, ReviewTerm};
use kernel::{CaseId, DocumentId, Refusal, RefusalCode, ReportId, UserId};
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router
        .routes(routes!(page, accept))
        .routes(routes!(detail))
        .routes(routes!(file))
        .routes(routes!(approve))
        .routes(routes!(reject))
        .routes(routes!(send_back))
        .routes(routes!(extend))
        .routes(routes!(documents))
        .routes(routes!(pdf))
        .routes(routes!(pdf_batch))
}

/// Cases, newest first.
#[utoipa::path(get, path = "/api/cases", tag = "cases", operation_id = "cases_page", params(CasesAsked),
    responses((status = 200, body = CasePage), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn page(
    State(web): State<Web>,
    who: Allowed<right::CaseRead>,
    Asked(asked): Asked<CasesAsked>,
) -> Answer<Json<CasePage>> {
    let malformed = |field: &str| Refusal::field(field, RefusalCode::FieldMalformed);
    let given = |text: Option<String>| text.filter(|t| !t.is_empty());
    let state = match given(asked.state) {
        Some(state) => Some(CaseState::from_slug(&state).ok_or_else(|| malformed("state"))?),
        None => None,
    };
    let area = match given(asked.area) {
        Some(area) => {
            Some(kernel::Area::try_from(area).map_err(|_| Refusal::field("area", RefusalCode::AreaUnknown))?)
        }
        None => None,
    };
    let after = match given(asked.cursor) {
        Some(cursor) => Some(
            cursor
                .parse()
                .map_err(|_| Refusal::new(RefusalCode::CursorMalformed))?,
        ),
        None => None,
    };
    let limit = asked.limit.unwrap_or(50).clamp(1, PAGE_MAX);
    let list = cases::cases_list(web.centre(), &who.ctx, state, area, after, limit).await?;
    let actor = who.ctx.person()?.actor.clone();
    let items: Vec<CaseRow> = list
        .lines
        .iter()
        .map(|l| {
            let due = l.due.as_ref().map(|d| (d.due_at.to_iso_cst(), d.kind));
            CaseRow::of(&l.case, l.report.as_ref(), due, l.officers.clone(), &actor)
        })
        .collect();
    Ok(Json(CasePage {
        total: list.total,
        items,
        next_cursor: list.next.map(|id| id.to_string()),
    }))
}

/// 受案: accepts a report as a case, and issues the form and the receipt.
#[utoipa::path(post, path = "/api/cases", tag = "cases", operation_id = "case_accept", request_body = CaseNew,
    responses((status = 200, body = CaseDetail), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn accept(
    State(web): State<Web>,
    who: Allowed<right::CaseAccept>,
    Body(new): Body<CaseNew>,
) -> Answer<Json<CaseDetail>> {
    let second = new.second_officer_id.map(UserId);
    let case = cases::case_accept(web.centre(), &who.ctx, ReportId(new.report_id), second).await?;
    shown(&web, &who.ctx, &case).await
}

async fn shown(web: &Web, ctx: &Context, case: &Case) -> Answer<Json<CaseDetail>> {
    let golden = app::golden::read(web.centre(), ctx, case.report).await?;
    Ok(Json(CaseDetail::of(case, &golden, &ctx.person()?.actor)))
}

/// One case with its orders, papers and timeline. Reading it is an entry of the log.
#[utoipa::path(get, path = "/api/cases/{id}", tag = "cases", operation_id = "case_detail", params(("id" = Uuid, Path)),
    responses((status = 200, body = CaseDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn detail(
    State(web): State<Web>,
    who: Allowed<right::CaseRead>,
    Named(id): Named<CaseId>,
) -> Answer<Json<CaseDetail>> {
    let (case, golden) = cases::case_detail(web.centre(), &who.ctx, id).await?;
    Ok(Json(CaseDetail::of(&case, &golden, &who.ctx.person()?.actor)))
}

/// 呈请立案.
#[utoipa::path(post, path = "/api/cases/{id}/file", tag = "cases", operation_id = "case_propose", params(("id" = Uuid, Path)),
    request_body = CaseFile,
    responses((status = 200, body = CaseDetail), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn file(
    State(web): State<Web>,
    who: Allowed<right::CaseFilingPropose>,
    Named(id): Named<CaseId>,
    Body(asked): Body<CaseFile>,
) -> Answer<Json<CaseDetail>> {
    let source = match asked.source.as_deref() {
        None | Some("") => None,
        Some(slug) => Some(
            [CaseSource::Reported, CaseSource::FoundByPolice]
                .into_iter()
                .find(|s| source_slug(*s) == slug)
                .ok_or_else(|| Refusal::field("source", RefusalCode::FieldMalformed))?,
        ),
    };
    let written = FilingProposal {
        name: asked.name,
        summary: asked.summary,
        officers: asked.officers,
        opinion: asked.opinion,
        source,
    };
    let case = cases::case_propose(web.centre(), &who.ctx, id, &written).await?;
    shown(&web, &who.ctx, &case).await
}

/// 立案: the head of a county-level organ decides.
#[utoipa::path(post, path = "/api/cases/{id}/approve", tag = "cases", operation_id = "case_file", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = CaseDetail), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn approve(
    State(web): State<Web>,
    who: Allowed<right::CaseFilingDecide>,
    Named(id): Named<CaseId>,
    Body(decision): Body<Decision>,
) -> Answer<Json<CaseDetail>> {
    let case = cases::case_decide(
        web.centre(),
        &who.ctx,
        id,
        FilingDecision::File,
        &decision.opinion,
    )
    .await?;
    shown(&web, &who.ctx, &case).await
}

/// 不予立案.
#[utoipa::path(post, path = "/api/cases/{id}/reject", tag = "cases", operation_id = "case_do_not_file", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = CaseDetail), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn reject(
    State(web): State<Web>,
    who: Allowed<right::CaseFilingDecide>,
    Named(id): Named<CaseId>,
    Body(decision): Body<Decision>,
) -> Answer<Json<CaseDetail>> {
    let case = cases::case_decide(
        web.centre(),
        &who.ctx,
        id,
        FilingDecision::DoNotFile,
        &decision.opinion,
    )
    .await?;
    shown(&web, &who.ctx, &case).await
}

/// The proposal goes back to the officer.
#[utoipa::path(post, path = "/api/cases/{id}/send-back", tag = "cases", operation_id = "case_send_back", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = CaseDetail), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn send_back(
    State(web): State<Web>,
    who: Allowed<right::CaseFilingDecide>,
    Named(id): Named<CaseId>,
    Body(decision): Body<Decision>,
) -> Answer<Json<CaseDetail>> {
    let case = cases::case_decide(
        web.centre(),
        &who.ctx,
        id,
        FilingDecision::SendBack,
        &decision.opinion,
    )
    .await?;
    shown(&web, &who.ctx, &case).await
}

/// A longer review: 7 days, or 30 approved by the head of a county-level organ.
#[utoipa::path(post, path = "/api/cases/{id}/extend", tag = "cases", operation_id = "case_extend", params(("id" = Uuid, Path)),
    request_body = CaseExtend,
    responses((status = 200, body = CaseDetail), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn extend(
    State(web): State<Web>,
    who: Allowed<right::CaseRead>,
    Named(id): Named<CaseId>,
    Body(asked): Body<CaseExtend>,
) -> Answer<Json<CaseDetail>> {
    let term = ReviewTerm::from_slug(&asked.review)
        .ok_or_else(|| Refusal::field("review", RefusalCode::FieldMalformed))?;
    let case = cases::case_extend(web.centre(), &who.ctx, id, term).await?;
    shown(&web, &who.ctx, &case).await
}

/// The papers of a report, an order or a case.
#[utoipa::path(get, path = "/api/documents", tag = "documents", operation_id = "documents", params(DocumentsAsked),
    responses((status = 200, body = DocumentPage), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn documents(
    State(web): State<Web>,
    who: Allowed<right::DocumentPrint>,
    Asked(asked): Asked<DocumentsAsked>,
) -> Answer<Json<DocumentPage>> {
    let subject = asked
        .subject
        .ok_or_else(|| Refusal::field("subject", RefusalCode::FieldMissing))?;
    let found = print::documents_about(web.centre(), &who.ctx, subject).await?;
    let items: Vec<DocumentRow> = found.iter().map(DocumentRow::from).collect();
    Ok(Json(DocumentPage {
        total: items.len() as i64,
        items,
        next_cursor: None,
    }))
}

/// One paper as PDF. Printing is an entry of the log, and the second print says that it is a reprint.
#[utoipa::path(get, path = "/api/documents/{id}/pdf", tag = "documents", operation_id = "document_pdf", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf"), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn pdf(
    State(web): State<Web>,
    who: Allowed<right::DocumentPrint>,
    Named(id): Named<DocumentId>,
) -> Answer<Response> {
    printed(&web, &who.ctx, &[id]).await
}

/// Several papers in one PDF. Papers that cannot be printed do not hold back the others: the header `fanzha-not-printed` names
/// them, as a JSON list of {id, kind_zh, kind_en, number, detail_zh, detail_en}.
#[utoipa::path(post, path = "/api/documents/batch", tag = "documents", operation_id = "documents_pdf", request_body = PrintBatch,
    responses((status = 200, content_type = "application/pdf"), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn pdf_batch(
    State(web): State<Web>,
    who: Allowed<right::DocumentPrint>,
    Body(asked): Body<PrintBatch>,
) -> Answer<Response> {
    let ids: Vec<DocumentId> = asked.ids.into_iter().map(DocumentId).collect();
    printed(&web, &who.ctx, &ids).await
}

async fn printed(web: &Web, ctx: &Context, ids: &[DocumentId]) -> Answer<Response> {
    let batch = print::documents_print(web.centre(), ctx, ids).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            "inline; filename=\"paper.pdf\"".to_owned(),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        // The browser's own viewer draws the paper with styles and an object of its own.
        (
            header::CONTENT_SECURITY_POLICY,
            "frame-ancestors 'none'".to_owned(),
        ),
    ];
    let mut response = (headers, batch.printed.pdf).into_response();
    if !batch.failed.is_empty() {
        let failed: Vec<NotPrinted> = batch
            .failed
            .iter()
            .map(|(d, why)| NotPrinted::of(d, why))
            .collect();
        let value = header::HeaderValue::from_str(&ascii(&serde_json::json!(failed).to_string()));
        if let Ok(value) = value {
            response.headers_mut().insert(NOT_PRINTED, value);
        }
    }
    Ok(response)
}

/// Papers of a batch that could not be printed, as JSON ([`NotPrinted`]); the file holds the others.
const NOT_PRINTED: header::HeaderName = header::HeaderName::from_static("fanzha-not-printed");

/// JSON that a header can carry: everything outside ASCII by its number.
fn ascii(json: &str) -> String {
    let mut text = String::new();
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
        } else {
            let mut units = [0; 2];
            text.extend(
                c.encode_utf16(&mut units)
                    .iter()
                    .map(|unit| format!("\\u{unit:04x}")),
            );
        }
    }
    text
}
