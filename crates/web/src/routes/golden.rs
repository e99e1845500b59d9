//! The golden minutes of a report.

use super::Routes;
use crate::body::Named;
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::golden::Golden;
use axum::Json;
use axum::extract::State;
use kernel::ReportId;
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(golden))
}

/// One report on one screen. Reading it is an entry of the log.
#[utoipa::path(get, path = "/api/reports/{id}/golden", tag = "reports", operation_id = "report_golden",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Golden), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn golden(
    State(web): State<Web>,
    who: Allowed<right::ReportRead>,
    Named(id): Named<ReportId>,
) -> Answer<Json<Golden>> {
    let read = app::golden::golden(web.centre(), &who.ctx, id).await?;
    Ok(Json(Golden::of(&read, &web.centre().banks)))
}
