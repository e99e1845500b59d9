//! The raw trace: from any transfer, over all transfers of the centre; and an account's movements, to choose that transfer from.

use super::Routes;
use crate::body::Body;
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::trace::{TraceAsked, Traced, TransfersAsked, TransfersShown};
use axum::Json;
use axum::extract::State;
use kernel::{AccountId, Refusal, RefusalCode, TransferId};
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(trace)).routes(routes!(transfers))
}

/// Follows the money of any one transfer, by poison or by a doctrine. Needs a purpose and is an entry of the log. Answers from the
/// index in memory, or hop by hop from the store while there is none.
#[utoipa::path(post, path = "/api/flow/trace", tag = "flow", operation_id = "flow_trace", request_body = TraceAsked,
    responses((status = 200, body = Traced), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn trace(
    State(web): State<Web>,
    who: Allowed<right::FlowTrace>,
    Body(asked): Body<TraceAsked>,
) -> Answer<Json<Traced>> {
    let query = asked.query(web.centre().config.doctrine)?;
    let ctx = super::intake::for_purpose(&who.ctx, &asked.purpose)?;
    let found = app::flow::trace_raw(web.centre(), &ctx, &query).await?;
    Ok(Json(Traced::of(query.mode, &found)))
}

/// The movements of one account, newest first: where a trace finds the transfer it begins with. Needs the same right and purpose,
/// and is an entry of the log.
#[utoipa::path(post, path = "/api/flow/transfers", tag = "flow", operation_id = "flow_transfers", request_body = TransfersAsked,
    responses((status = 200, body = TransfersShown), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn transfers(
    State(web): State<Web>,
    who: Allowed<right::FlowTrace>,
    Body(asked): Body<TransfersAsked>,
) -> Answer<Json<TransfersShown>> {
    let account = asked
        .account_id
        .ok_or_else(|| Refusal::field("account_id", RefusalCode::FieldMissing))?;
    let wanted = asked.wanted()?;
    let ctx = super::intake::for_purpose(&who.ctx, &asked.purpose)?;
    let limit = asked.limit.unwrap_or(50);
    let found = app::flow::account_rows(
        web.centre(),
        &ctx,
        AccountId(account),
        wanted,
        asked.before.map(TransferId),
        limit,
    )
    .await?;
    Ok(Json(TransfersShown::from(&found)))
}
