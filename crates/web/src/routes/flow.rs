//! The fund flow of a report: the flow itself, its counterparties, and the exports.

use super::Routes;
use crate::body::{Asked, Body, Named};
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::sheet::{Exported, flow_sheet};
use crate::state::Web;
use crate::wire::flow::{
    FlowAsked, FlowCounterparty, FlowExpandAsked, FlowExpansion, FlowExport, FlowGroup, FlowShown, Victims,
    query_of, whole_text,
};
use crate::wire::flow_words as words;
use crate::wire::orders::DocumentRow;
use app::flow::{CounterpartyKind, Flow, Place, Side};
use app::papers::flow_table::{FlowWords, flow_table};
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{AccountId, Refusal, RefusalCode, ReportId};
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router
        .routes(routes!(flow))
        .routes(routes!(expand))
        .routes(routes!(sheet))
        .routes(routes!(paper))
}

/// Where the victims' money went, by a doctrine, up to an instant. Reading it is an entry of the log.
#[utoipa::path(get, path = "/api/reports/{id}/flow", tag = "flow", operation_id = "report_flow",
    params(("id" = Uuid, Path), FlowAsked),
    responses((status = 200, body = FlowShown), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn flow(
    State(web): State<Web>,
    who: Allowed<right::ReportRead>,
    Named(id): Named<ReportId>,
    Asked(asked): Asked<FlowAsked>,
) -> Answer<Json<FlowShown>> {
    let query = query_of(
        web.centre().config.doctrine,
        asked.doctrine.as_deref(),
        asked.until.as_deref(),
        asked.stops.as_deref(),
    )?;
    let flow = app::flow::flow(web.centre(), &who.ctx, id, &query).await?;
    Ok(Json(FlowShown::of(&flow)))
}

/// The counterparties of one account of the flow: counts by type first, then those of one type, page by page.
#[utoipa::path(get, path = "/api/reports/{id}/flow/expand", tag = "flow", operation_id = "report_flow_expand",
    params(("id" = Uuid, Path), FlowExpandAsked),
    responses((status = 200, body = FlowExpansion), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn expand(
    State(web): State<Web>,
    who: Allowed<right::ReportRead>,
    Named(id): Named<ReportId>,
    Asked(asked): Asked<FlowExpandAsked>,
) -> Answer<Json<FlowExpansion>> {
    let malformed = |field: &str| Refusal::field(field, RefusalCode::FieldMalformed);
    // No account named is an account that nobody knows; the use case looks at the asker's rights first.
    let account = AccountId(asked.account.unwrap_or_default());
    let skip: u64 = match asked.cursor.as_deref() {
        None | Some("") => 0,
        Some(text) => text.parse().map_err(|_| RefusalCode::CursorMalformed)?,
    };
    let counted = app::flow::expand(web.centre(), &who.ctx, id, account).await?;
    let groups: Vec<FlowGroup> = counted.groups.iter().map(FlowGroup::from).collect();
    let Some(slug) = asked.kind.as_deref().filter(|k| !k.is_empty()) else {
        return Ok(Json(FlowExpansion {
            total: groups
                .iter()
                .map(|g| i64::try_from(g.accounts).unwrap_or(i64::MAX))
                .sum(),
            groups,
            items: Vec::new(),
            next_cursor: None,
        }));
    };
    let kind = CounterpartyKind::from_slug(slug).ok_or_else(|| malformed("kind"))?;
    let side = match asked.side.as_deref() {
        None | Some("" | "out") => Side::Out,
        Some("in") => Side::In,
        Some(_) => return Err(malformed("side").into()),
    };
    let limit = asked.limit.unwrap_or(20);
    let (found, more) =
        app::flow::expand_page(web.centre(), &who.ctx, id, account, side, kind, skip, limit).await?;
    let of_kind = counted.groups.iter().find(|g| g.side == side && g.kind == kind);
    Ok(Json(FlowExpansion {
        groups,
        items: found.iter().map(FlowCounterparty::from).collect(),
        next_cursor: more.then(|| (skip + found.len() as u64).to_string()),
        total: of_kind.map_or(0, |g| i64::try_from(g.accounts).unwrap_or(i64::MAX)),
    }))
}

/// The flow as a spreadsheet with whole account numbers. Needs a purpose and is an entry of the log.
#[utoipa::path(post, path = "/api/reports/{id}/flow/sheet", tag = "flow", operation_id = "report_flow_sheet",
    params(("id" = Uuid, Path)), request_body = FlowExport,
    responses((status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn sheet(
    State(web): State<Web>,
    who: Allowed<right::PersonalReveal>,
    Named(id): Named<ReportId>,
    Body(asked): Body<FlowExport>,
) -> Answer<Response> {
    let doctrine = web.centre().config.doctrine;
    let query = query_of(doctrine, asked.doctrine.as_deref(), asked.until.as_deref(), None)?;
    let ctx = super::intake::for_purpose(&who.ctx, &asked.purpose)?;
    let flow = app::flow::flow_export(web.centre(), &ctx, id, &query).await?;
    let by = ctx.actor_name();
    let exported = Exported {
        by: &by,
        purpose: &ctx.purpose,
        at: ctx.at,
    };
    let bytes = flow_sheet(&flow, &exported).map_err(|error| {
        tracing::error!(%error, "a spreadsheet could not be written");
        Problem::internal()
    })?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"fund-flow.xlsx\"",
        ),
    ];
    Ok((headers, bytes).into_response())
}

/// 涉案资金流向表: the flow as a paper, fixed as it is now. Printing it is another act.
#[utoipa::path(post, path = "/api/reports/{id}/flow/paper", tag = "flow", operation_id = "report_flow_paper",
    params(("id" = Uuid, Path)), request_body = FlowExport,
    responses((status = 200, body = DocumentRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn paper(
    State(web): State<Web>,
    who: Allowed<right::DocumentPrepare>,
    Named(id): Named<ReportId>,
    Body(asked): Body<FlowExport>,
) -> Answer<Json<DocumentRow>> {
    let doctrine = web.centre().config.doctrine;
    let query = query_of(doctrine, asked.doctrine.as_deref(), asked.until.as_deref(), None)?;
    let document = flow_table(web.centre(), &who.ctx, id, &query, on_paper).await?;
    Ok(Json(DocumentRow::from(&document)))
}

/// What the paper says in words: Chinese, with whole numbers, because it goes to a court.
fn on_paper(flow: &Flow) -> FlowWords {
    let victims = Victims::of(flow);
    let whole = |place: Place| whole_text(flow, place);
    FlowWords {
        method: format!("{}（时间戳逐笔）", words::doctrine(flow.doctrine).zh),
        assumptions: flow
            .assumptions
            .iter()
            .map(|a| {
                let account = words::assumption_facts(a).account;
                let who = account.map(|id| whole(Place::Account(id)));
                words::assumption(a, &who.unwrap_or_default()).zh
            })
            .collect(),
        cuts: flow
            .cuts
            .iter()
            .map(|c| {
                let (kind, place, amount) = words::cut_facts(c);
                words::cut(kind, &whole(place), amount).zh
            })
            .collect(),
        parts: flow
            .edges
            .iter()
            .map(|e| victims.whole_names(flow, &e.parts))
            .collect(),
    }
}
