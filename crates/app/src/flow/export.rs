//! 导出: the flow for a spreadsheet, with whole account numbers and names. A right and a purpose of its own.

use super::shape::*;
use super::view;
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Refusal, RefusalCode, ReportId};
use store::intake::report_load;

/// The flow of a report for whoever may see personal data whole and says why.
pub async fn flow_export(centre: &Centre, ctx: &Context, id: ReportId, query: &FlowQuery) -> AppResult<Flow> {
    let mut work = centre
        .work(ctx, AuditAction::FlowExport, SubjectKind::Report, id)
        .await?;
    work.note("doctrine", query.doctrine.slug());
    let outcome = may_export(&work, id).await;
    work.finish(outcome).await?;
    view::read(centre, ctx, id, query).await
}

async fn may_export(work: &Work<'_>, id: ReportId) -> AppResult<()> {
    let report = report_load(work.tx.conn(), id).await?;
    permit(
        &work.ctx.person()?.actor,
        Action::PersonalReveal,
        report.as_ref().map(|r| r.report.area),
    )?;
    report.ok_or(RefusalCode::NotFound)?;
    if work.ctx.purpose.trim().chars().count() < 2 {
        return Err(Refusal::field("purpose", RefusalCode::PurposeMissing).into());
    }
    Ok(())
}
