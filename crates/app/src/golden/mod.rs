//! 黄金时间: one report on one screen — the clock, the victim's money by hop, what was ordered, what to press next.
//!
//! Everything here is read, nothing is changed but the entry that somebody looked. The words are in `web`.

mod next;
mod timeline;
mod veil;

pub use next::{NextAction, NextKind};
pub(crate) use timeline::of_orders;
pub use timeline::{TimelineItem, What};
pub(crate) use veil::veil;

use crate::flow::{Doctrine, flow_changed_at};
use crate::orders::unsent::{Unsent, unsent_of};
use crate::reading::{Look, read_entered};
use crate::whereabouts::whereabouts_of_payments;
use crate::{AppResult, Centre, Context};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::case::Case;
use domain::order::{Order, OrderState};
use domain::subject::SubjectKind;
use kernel::{AccountId, Instant, OrderId, RefusalCode, ReportId, Span, UserId};
use money::Whereabouts;
use std::collections::BTreeMap;
use store::accounts::{Account, accounts_load};
use store::cases::{Document, case_of_report, documents_of_report};
use store::deadlines::{Deadline, deadlines_of_report};
use store::intake::{
    self, Dispatch, Payment, Person, ReportRow, dispatch_of_report, payments, people, report_load,
};
use store::messages::incoming_of_order;
use store::orders::orders_of_report;
use store::people::{User, users_by_id};

/// Everything the page shows.
#[derive(Clone, Debug)]
pub struct Golden {
    pub report: ReportRow,
    pub people: Vec<Person>,
    pub payments: Vec<Payment>,
    pub accounts: BTreeMap<AccountId, Account>,
    pub users: BTreeMap<UserId, User>,
    pub orders: Vec<Order>,
    /// Why those of them did not leave that should have.
    pub unsent: BTreeMap<OrderId, Unsent>,
    pub whereabouts: Whereabouts,
    /// When the centre learnt the newest of the facts that the figures rest on.
    pub updated_at: Option<Instant>,
    /// By which mixed money is shared out: the centre's.
    pub doctrine: Doctrine,
    pub deadlines: Vec<Deadline>,
    pub documents: Vec<Document>,
    pub dispatch: Option<Dispatch>,
    pub case: Option<Case>,
    pub related: Vec<ReportRow>,
    pub timeline: Vec<TimelineItem>,
    pub next: Vec<NextAction>,
    /// The story with the caller's own data veiled, and what was recognised in it.
    pub narrative: String,
    pub entities: Vec<text::Entity>,
    /// From the ring, or from the first words typed, to the first stop that left.
    pub first_order_seconds: Option<i64>,
    pub first_order_from_answer_seconds: Option<i64>,
    pub shift_median_seconds: Option<i64>,
    pub now: Instant,
}

/// A shift is the last eight hours.
const SHIFT: Span = Span::hours(8);

/// Reads one report for its page. Reading a citizen's data is an act: it is an entry, and without the entry there is
/// no answer.
pub async fn golden(centre: &Centre, ctx: &Context, id: ReportId) -> AppResult<Golden> {
    let outcome = may_read(centre, ctx, id).await;
    let look = Look::at(AuditAction::ReportRead, SubjectKind::Report, id);
    read_entered(centre, ctx, look, outcome).await?;
    read(centre, ctx, id).await
}

async fn may_read(centre: &Centre, ctx: &Context, id: ReportId) -> AppResult<()> {
    let report = report_load(centre.store.reader(), id).await?;
    permit(
        &ctx.person()?.actor,
        Action::ReportRead,
        report.as_ref().map(|r| r.report.area),
    )?;
    report.map(|_| ()).ok_or_else(|| RefusalCode::NotFound.into())
}

/// The page's data, for callers that have asked for the right already.
pub async fn read(centre: &Centre, ctx: &Context, id: ReportId) -> AppResult<Golden> {
    let conn = centre.store.reader();
    let report = report_load(conn, id).await?.ok_or(RefusalCode::NotFound)?;
    let payments = payments(conn, id).await?;
    let orders = orders_of_report(conn, id).await?;
    let whereabouts = whereabouts_of_payments(conn, &payments, centre.config.doctrine).await?;
    let accounts = accounts(conn, &payments, &orders, &whereabouts).await?;
    let dispatch = dispatch_of_report(conn, id).await?;
    let case = case_of_report(conn, id).await?;
    let documents = documents_of_report(conn, id).await?;
    let deadlines = deadlines_of_report(conn, id).await?;
    let users = users(conn, &report, &orders, &dispatch, &case).await?;
    let related = related(conn, &payments, id).await?;
    let received = received(conn, &orders).await?;
    let seconds = shift_seconds(conn, ctx.at).await?;
    let updated_at = updated_at(conn, &report, &orders).await?;
    let timeline = timeline::timeline(&timeline::Facts {
        report: &report,
        payments: &payments,
        orders: &orders,
        received: &received,
        dispatch: &dispatch,
        case: &case,
        documents: &documents,
        deadlines: &deadlines,
        falls: &whereabouts.falls,
    });
    let lie = next::Lie {
        whereabouts: &whereabouts,
        proposals: &whereabouts.proposals(ctx.at),
        accounts: &accounts,
    };
    let unsent = unsent_of(conn, &orders).await?;
    let next = next::next(
        &report,
        &orders,
        &lie,
        &dispatch,
        case.as_ref(),
        &deadlines,
        &unsent,
    );
    let people = people(conn, id).await?;
    let found = text::extract(&report.report.narrative, report.report.told_at());
    let (narrative, entities) = veil::veil(&report.report.narrative, found, Some(&people));
    Ok(Golden {
        first_order_seconds: report
            .first_order_at
            .map(|at| report.report.span_to(at).ms() / 1_000),
        first_order_from_answer_seconds: report
            .first_order_at
            .and_then(|at| report.report.span_from_answer(at))
            .map(|span| span.ms() / 1_000),
        shift_median_seconds: seconds.get(seconds.len() / 2).copied(),
        people,
        narrative,
        payments,
        accounts,
        users,
        orders,
        unsent,
        updated_at,
        whereabouts,
        doctrine: centre.config.doctrine.into(),
        deadlines,
        documents,
        dispatch,
        case,
        related,
        timeline,
        next,
        entities,
        report,
        now: ctx.at,
    })
}

type Conn = store::sea_orm::DatabaseConnection;

/// Seconds to the first stop of the reports of the shift, in ascending order.
async fn shift_seconds(conn: &Conn, now: Instant) -> AppResult<Vec<i64>> {
    let reports = intake::reports_since(conn, now - SHIFT, None, 1_000).await?;
    let mut seconds: Vec<i64> = reports
        .iter()
        .filter_map(|r| r.first_order_at.map(|at| r.report.span_to(at).ms() / 1_000))
        .collect();
    seconds.sort_unstable();
    Ok(seconds)
}

/// When the answers of these orders came, and what became of them.
pub(crate) async fn received(conn: &Conn, orders: &[Order]) -> AppResult<timeline::Received> {
    let mut received = timeline::Received::new();
    for order in orders {
        let answers = incoming_of_order(conn, order.id).await?;
        let noted = answers.into_iter().map(|m| (m.received_at, m.tx_code, m.note));
        received.insert(order.id, noted.collect());
    }
    Ok(received)
}

/// 更新: when the centre learnt what the figures rest on: the report, a bank's answer, or rows that somebody brought.
async fn updated_at(conn: &Conn, report: &ReportRow, orders: &[Order]) -> AppResult<Option<Instant>> {
    let answers = orders.iter().filter_map(|o| o.answer.as_ref()?.at);
    let known = answers.chain([report.report.reported_at]);
    Ok(known.chain(flow_changed_at(conn, report.report.id).await?).max())
}

async fn accounts(
    conn: &Conn,
    payments: &[Payment],
    orders: &[Order],
    whereabouts: &Whereabouts,
) -> AppResult<BTreeMap<AccountId, Account>> {
    let mut ids: Vec<AccountId> = payments.iter().flat_map(|p| [p.to, p.from]).flatten().collect();
    ids.extend(orders.iter().map(|o| o.account));
    ids.extend(whereabouts.accounts.iter().map(|a| a.account));
    ids.sort_unstable();
    ids.dedup();
    Ok(accounts_load(conn, &ids)
        .await?
        .into_iter()
        .map(|a| (a.id, a))
        .collect())
}

async fn users(
    conn: &Conn,
    report: &ReportRow,
    orders: &[Order],
    dispatch: &Option<Dispatch>,
    case: &Option<Case>,
) -> AppResult<BTreeMap<UserId, User>> {
    let mut ids = vec![report.report.received_by, report.report.recorded_by];
    ids.extend(report.report.approved_by);
    for order in orders {
        ids.extend([order.requested_by, order.second_officer]);
        ids.extend(order.approval.as_ref().map(|a| a.by));
        ids.extend(order.confirmation.as_ref().map(|c| c.by));
    }
    if let Some(dispatch) = dispatch {
        ids.push(dispatch.dispatched_by);
        ids.extend(dispatch.acknowledged.map(|(by, _)| by));
    }
    if let Some(case) = case {
        ids.extend([case.accepted_by, case.second_officer]);
        ids.extend(case.proposed_by);
        ids.extend(case.decided_by);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(users_by_id(conn, &ids)
        .await?
        .into_iter()
        .map(|u| (u.id, u))
        .collect())
}

/// Other reports whose victims paid the same accounts.
async fn related(conn: &Conn, payments: &[Payment], id: ReportId) -> AppResult<Vec<ReportRow>> {
    let mut ids: Vec<store::sea_orm::prelude::Uuid> = Vec::new();
    for to in payments.iter().filter_map(|p| p.to) {
        ids.extend(
            intake::reports_paying(conn, to, id)
                .await?
                .into_iter()
                .map(|r| r.0),
        );
    }
    ids.sort_unstable();
    ids.dedup();
    ids.reverse();
    ids.truncate(20);
    Ok(intake::reports_load(conn, &ids).await?)
}

/// Whether any order of the report holds money now.
pub fn holds_anything(orders: &[Order]) -> bool {
    orders
        .iter()
        .any(|o| matches!(o.state, OrderState::Executed) && o.kind.has_effect())
}

/// A report's story for people who see it among others: identity numbers, the caller's and victims' names, and every
/// telephone veiled.
pub(crate) fn story(row: &ReportRow, people: &[Person]) -> String {
    let found = text::extract(&row.report.narrative, row.report.told_at());
    let (story, _) = veil(&row.report.narrative, found.clone(), Some(people));
    // The other side's telephones stay on the page of the report, not in a list.
    let places: Vec<text::Entity> = found
        .into_iter()
        .filter(|e| e.kind == text::Kind::Phone)
        .collect();
    veil(&story, places, None).0
}
