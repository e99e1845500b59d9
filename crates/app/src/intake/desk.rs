//! 值班台: the queue of reports, take-next with a lock that shows its owner and expires, dispatch to the county of the
//! offence and its acknowledgement, and the exact search.

use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, Actor, permit};
use domain::audit::AuditAction;
use domain::case::CaseState;
use domain::deadline::DeadlineKind;
use domain::order::OrderState;
use domain::report::ReportState;
use domain::subject::SubjectKind;
use kernel::identifier::normalise;
use kernel::{Area, DeadlineId, DispatchId, Refusal, RefusalCode, ReportId, Span};
use std::collections::BTreeMap;
use store::cases::{case_of_report, cases_due, cases_total};
use store::deadlines::{Deadline, deadline_insert, deadlines_cancel, deadlines_of_reports};
use store::intake::{
    Dispatch, Identifier, Lock, ReportQuery, ReportRow, dispatch_acknowledge, dispatch_insert, dispatch_load,
    dispatch_of_report, identifier_find, report_belongings_move, report_load, report_next_free,
    report_update, reports, reports_total,
};
use store::orders::{OrderQuery, batches_waiting_count, orders_total, orders_waiting_alone};
use store::page::Page;
use store::sea_orm::ConnectionTrait;

/// A page of reports with the next deadline of each.
#[derive(Clone, Debug)]
pub struct DeskPage {
    pub page: Page<ReportRow>,
    pub next_due: BTreeMap<ReportId, Deadline>,
    /// On all pages; from the tally.
    pub total: i64,
}

/// Newest first, of the areas the actor may see.
pub async fn reports_page(centre: &Centre, ctx: &Context, mut query: ReportQuery) -> AppResult<DeskPage> {
    let own = ctx.person()?.actor.area_filter(Action::ReportRead)?;
    query.area = own.or(query.area);
    let conn = centre.store.reader();
    let page = reports(conn, &query).await?;
    let ids: Vec<_> = page.items.iter().map(|r| r.report.id.into()).collect();
    let mut next_due = BTreeMap::new();
    for deadline in deadlines_of_reports(conn, &ids).await? {
        next_due.entry(deadline.report).or_insert(deadline);
    }
    Ok(DeskPage {
        page,
        next_due,
        total: reports_total(conn, &query).await?,
    })
}

/// Figures for the tabs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub desk: i64,
    pub orders_open: i64,
    /// Everything in the actor's approvals inbox: orders, batches, confirmations, case filings.
    pub approvals: i64,
    /// Cases not decided whose review ends within a day, or has ended.
    pub cases_due: i64,
}

/// How near the end of a review is when a case counts as due.
const CASE_DUE_SOON: Span = Span::days(1);

/// What the actor may see, no more: a county's figures are its own.
pub async fn counts(centre: &Centre, ctx: &Context) -> AppResult<Counts> {
    let actor = &ctx.person()?.actor;
    permit(actor, Action::BoardRead, None)?;
    let conn = centre.store.reader();
    let mut found = Counts::default();
    if let Ok(area) = actor.area_filter(Action::ReportRead) {
        let open = ReportQuery {
            state: Some(ReportState::Open),
            area,
            ..ReportQuery::default()
        };
        found.desk = reports_total(conn, &open).await?;
    }
    if let Ok(area) = actor.area_filter(Action::OrderRead) {
        let open = OrderState::ALL.into_iter().filter(|s| s.is_open());
        let under_way = OrderQuery {
            states: open.collect(),
            area,
            ..OrderQuery::default()
        };
        found.orders_open = orders_total(conn, &under_way).await?;
    }
    if let Ok(area) = actor.area_filter(Action::CaseRead) {
        found.cases_due = cases_due(conn, area, ctx.at + CASE_DUE_SOON).await?;
    }
    found.approvals = approvals_waiting(conn, actor).await?;
    Ok(found)
}

/// As many as `orders::board::approvals` lists for the actor.
async fn approvals_waiting(conn: &impl ConnectionTrait, actor: &Actor) -> AppResult<i64> {
    let mut waiting = 0;
    if let Ok(area) = actor.area_filter(Action::OrderApprove) {
        waiting += orders_waiting_alone(conn, area).await?;
        waiting += batches_waiting_count(conn, area).await?;
    }
    if let Ok(area) = actor.area_filter(Action::OrderConfirm) {
        let left = OrderQuery {
            awaits_confirmation: true,
            area,
            ..OrderQuery::default()
        };
        waiting += orders_total(conn, &left).await?;
    }
    if let Ok(area) = actor.area_filter(Action::CaseFilingDecide) {
        waiting += cases_total(conn, Some(CaseState::FilingProposed), area).await?;
    }
    Ok(waiting)
}

/// 取下一件: locks the oldest open report that nobody works on.
pub async fn report_take_next(centre: &Centre, ctx: &Context) -> AppResult<ReportRow> {
    let mut work = centre
        .work(ctx, AuditAction::ReportTake, SubjectKind::Report, "")
        .await?;
    let outcome = take_next(&mut work).await;
    work.finish(outcome).await
}

async fn take_next(work: &mut Work<'_>) -> AppResult<ReportRow> {
    permit(&work.ctx.person()?.actor, Action::ReportTake, None)?;
    let free = report_next_free(work.tx.conn(), ReportState::Open, work.now()).await?;
    let before = free.ok_or(RefusalCode::NothingToTake)?;
    work.subject(before.report.id);
    lock(work, before).await
}

/// Locks one report; refused with the owner's name while somebody else works on it.
pub async fn report_lock(centre: &Centre, ctx: &Context, id: ReportId) -> AppResult<ReportRow> {
    let work = centre
        .work(ctx, AuditAction::ReportTake, SubjectKind::Report, id)
        .await?;
    let outcome = lock_one(&work, id).await;
    work.finish(outcome).await
}

async fn lock_one(work: &Work<'_>, id: ReportId) -> AppResult<ReportRow> {
    let before = load(work, id, Action::ReportTake).await?;
    let me = work.ctx.user()?;
    if let Some(held) = before
        .lock
        .as_ref()
        .filter(|l| l.owner != me && l.until > work.now())
    {
        return Err(Refusal::with(RefusalCode::RecordLocked, held.owner_name.clone()).into());
    }
    lock(work, before).await
}

async fn lock(work: &Work<'_>, before: ReportRow) -> AppResult<ReportRow> {
    let person = work.ctx.person()?;
    let until = work.now() + Span::minutes(work.centre.config.lock_minutes);
    let lock = Lock {
        owner: person.actor.id,
        owner_name: person.name.clone(),
        until,
    };
    save(
        work,
        &before,
        ReportRow {
            lock: Some(lock),
            ..before.clone()
        },
    )
    .await
}

/// Gives a report back.
pub async fn report_unlock(centre: &Centre, ctx: &Context, id: ReportId) -> AppResult<ReportRow> {
    let work = centre
        .work(ctx, AuditAction::ReportGiveBack, SubjectKind::Report, id)
        .await?;
    let outcome = unlock(&work, id).await;
    work.finish(outcome).await
}

async fn unlock(work: &Work<'_>, id: ReportId) -> AppResult<ReportRow> {
    let before = load(work, id, Action::ReportTake).await?;
    let me = work.ctx.user()?;
    if before
        .lock
        .as_ref()
        .is_some_and(|l| l.owner != me && l.until > work.now())
    {
        return Err(RefusalCode::RecordLocked.into());
    }
    save(
        work,
        &before,
        ReportRow {
            lock: None,
            ..before.clone()
        },
    )
    .await
}

async fn load(work: &Work<'_>, id: ReportId, action: Action) -> AppResult<ReportRow> {
    let row = report_load(work.tx.conn(), id).await?;
    permit(
        &work.ctx.person()?.actor,
        action,
        row.as_ref().map(|r| r.report.area),
    )?;
    Ok(row.ok_or(RefusalCode::NotFound)?)
}

async fn save(work: &Work<'_>, before: &ReportRow, mut after: ReportRow) -> AppResult<ReportRow> {
    if !report_update(&work.tx, before, &after).await? {
        return Err(RefusalCode::RecordChanged.into());
    }
    after.report.version = before.report.version + 1;
    Ok(after)
}

/// 派单 to the county of the offence, which must acknowledge.
pub async fn report_dispatch(
    centre: &Centre,
    ctx: &Context,
    id: ReportId,
    area: Area,
) -> AppResult<Dispatch> {
    let mut work = centre
        .work(ctx, AuditAction::ReportDispatch, SubjectKind::Report, id)
        .await?;
    work.note("area", area.to_string());
    let outcome = dispatch(&mut work, id, area).await;
    work.finish(outcome).await
}

async fn dispatch(work: &mut Work<'_>, id: ReportId, area: Area) -> AppResult<Dispatch> {
    let before = load(work, id, Action::ReportDispatch).await?;
    if !area.within(work.centre.config.area) {
        return Err(Refusal::field("area", RefusalCode::AreaUnknown).into());
    }
    let earlier = dispatch_of_report(work.tx.conn(), id).await?;
    if earlier.is_some_and(|d| d.area == area) || before.report.state == ReportState::Accepted {
        return Err(RefusalCode::AlreadyDispatched.into());
    }
    let due_at = work.now() + work.centre.config.clocks.dispatch_ack;
    let dispatch = Dispatch {
        id: DispatchId::new(work.now(), work.random10()),
        report: id,
        area,
        dispatched_by: work.ctx.user()?,
        dispatched_at: work.now(),
        due_at,
        acknowledged: None,
    };
    dispatch_insert(&work.tx, &dispatch).await?;
    let deadline = Deadline::pending(
        DeadlineId::new(work.now(), work.random10()),
        DeadlineKind::DispatchAck,
        (SubjectKind::Dispatch, dispatch.id.into()),
        (id, area),
        due_at,
        work.now(),
    );
    deadline_insert(&work.tx, &deadline).await?;
    let mut after = before.clone();
    after.report.area = area;
    after.report.state = ReportState::Dispatched;
    save(work, &before, after).await?;
    report_belongings_move(&work.tx, id, area).await?;
    Ok(dispatch)
}

/// 签收 by the county.
pub async fn dispatch_sign(centre: &Centre, ctx: &Context, id: DispatchId) -> AppResult<Dispatch> {
    let work = centre
        .work(ctx, AuditAction::DispatchAcknowledge, SubjectKind::Dispatch, id)
        .await?;
    let outcome = sign(&work, id).await;
    work.finish(outcome).await
}

async fn sign(work: &Work<'_>, id: DispatchId) -> AppResult<Dispatch> {
    let actor = work.ctx.person()?.actor.clone();
    let known = dispatch_load(work.tx.conn(), id).await?;
    permit(
        &actor,
        Action::DispatchAcknowledge,
        known.as_ref().map(|d| d.area),
    )?;
    let mut known = known.ok_or(RefusalCode::NotFound)?;
    if !dispatch_acknowledge(&work.tx, id, actor.id, work.now()).await? {
        return Err(RefusalCode::DispatchAcknowledged.into());
    }
    deadlines_cancel(&work.tx, id.into(), &[DeadlineKind::DispatchAck], work.now()).await?;
    let before = report_load(work.tx.conn(), known.report)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    if before.report.state == ReportState::Dispatched {
        let mut after = before.clone();
        after.report.state = ReportState::Acknowledged;
        save(work, &before, after).await?;
    }
    known.acknowledged = Some((actor.id, work.now()));
    Ok(known)
}

/// What an exact search found: identifiers, and the reports they belong to.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub identifiers: Vec<Identifier>,
    pub reports: Vec<ReportRow>,
    pub account: Option<store::accounts::Account>,
    pub case: Option<domain::case::Case>,
    pub order: Option<domain::order::Order>,
}

const FOUND_MAX: u64 = 50;

/// `/`: finds any identifier exactly. Looking somebody up needs a purpose and is an entry; the value is not in it.
pub async fn identifier_search(centre: &Centre, ctx: &Context, value: &str) -> AppResult<Found> {
    let mut work = centre
        .work(ctx, AuditAction::IdentifierSearch, SubjectKind::Identifier, "")
        .await?;
    let outcome = search(&mut work, value).await;
    work.finish(outcome).await
}

async fn search(work: &mut Work<'_>, value: &str) -> AppResult<Found> {
    let actor = work.ctx.person()?.actor.clone();
    permit(&actor, Action::IdentifierSearch, None)?;
    if work.ctx.purpose.trim().is_empty() {
        return Err(Refusal::field("purpose", RefusalCode::PurposeMissing).into());
    }
    let value = normalise(value).to_uppercase();
    if value.chars().count() < 2 {
        return Err(Refusal::field("q", RefusalCode::FieldMalformed).into());
    }
    let own = actor.area_filter(Action::IdentifierSearch)?;
    let conn = work.tx.conn();
    let mut identifiers = identifier_find(conn, &value, FOUND_MAX).await?;
    identifiers.retain(|i| own.is_none_or(|area| i.area.within(area)));
    let mut ids: Vec<_> = identifiers
        .iter()
        .filter(|i| i.subject_kind == "report")
        .map(|i| i.subject)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let reports = store::intake::reports_load(conn, &ids).await?;
    let visible = |area: Area| own.is_none_or(|own| area.within(own));
    let order = store::orders::order_by_application(conn, &value)
        .await?
        .filter(|o| visible(o.area));
    let case = match reports.first() {
        Some(report) => case_of_report(conn, report.report.id).await?,
        None => None,
    };
    // An account has no area: whoever finds no report of his own by it does not see it either.
    let account = store::accounts::account_by_number(conn, value.split('_').next().unwrap_or(&value)).await?;
    let account = account.filter(|_| own.is_none() || !reports.is_empty());
    work.note("found", reports.len());
    Ok(Found {
        identifiers,
        reports,
        account,
        case,
        order,
    })
}
