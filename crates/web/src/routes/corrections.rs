//! 补正警情: correcting and completing a registered report, and its history.

use super::Routes;
use super::intake::accepted_shown;
use crate::body::{Body, Named};
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::corrections::{CorrectionList, ReportCorrectedShown, ReportCorrectionNew, wrong_orders};
use crate::wire::intake::rename;
use app::intake::correct::{report_correct, report_corrections};
use app::orders::board;
use axum::Json;
use axum::extract::State;
use domain::order::Order;
use kernel::{Refusal, ReportId};
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(history, correct))
}

/// What stood in the report before, act by act, and the orders that rest on a row which was corrected.
#[utoipa::path(get, path = "/api/reports/{id}/corrections", tag = "reports", operation_id = "report_corrections", params(("id" = Uuid, Path)),
    responses((status = 200, body = CorrectionList), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn history(
    State(web): State<Web>,
    who: Allowed<right::ReportRead>,
    Named(id): Named<ReportId>,
) -> Answer<Json<CorrectionList>> {
    let history = report_corrections(web.centre(), &who.ctx, id).await?;
    let orders: Vec<Order> = history.wrong.iter().map(|(o, _)| o.clone()).collect();
    let shown = board::shown(web.centre(), &orders).await?;
    Ok(Json(CorrectionList::of(
        &history,
        &shown,
        &who.ctx.person()?.actor,
    )))
}

/// Corrects and completes a report in one act. All problems come at once; what stood there is kept; a stop that is refused
/// does not take the correction with it.
#[utoipa::path(post, path = "/api/reports/{id}/corrections", tag = "reports", operation_id = "report_correct", params(("id" = Uuid, Path)),
    request_body = ReportCorrectionNew,
    responses((status = 200, body = ReportCorrectedShown), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn correct(
    State(web): State<Web>,
    who: Allowed<right::ReportEdit>,
    Named(id): Named<ReportId>,
    Body(new): Body<ReportCorrectionNew>,
) -> Answer<Json<ReportCorrectedShown>> {
    let (asked, problems) = new.asked();
    if let Some(refusal) = Refusal::of(problems) {
        return Err(refusal.into());
    }
    let done = match report_correct(web.centre(), &who.ctx, id, asked).await {
        Ok(done) => done,
        Err(app::AppError::Refused(refusal)) => return Err(rename(refusal).into()),
        Err(failed) => return Err(failed.into()),
    };
    let orders: Vec<Order> = done.wrong.iter().map(|(o, _)| o.clone()).collect();
    let shown = board::shown(web.centre(), &orders).await?;
    Ok(Json(ReportCorrectedShown {
        wrong_orders: wrong_orders(&done.wrong, &shown, &who.ctx.person()?.actor),
        revision: done.revision,
        accepted: accepted_shown(&web, &who.ctx, &done.accepted).await?.0,
    }))
}
