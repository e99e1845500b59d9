//! The raw trace: from any transfer, over all transfers of the centre.

use super::Routes;
use crate::body::Body;
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::trace::{TraceAsked, Traced};
use axum::Json;
use axum::extract::State;
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(trace))
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
    Ok(Json(Traced::from(&found)))
}
