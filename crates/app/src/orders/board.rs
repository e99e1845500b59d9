//! 指令 and 审批: lists of orders, the approvals inbox, and the page of an account's holds. Read only.

use crate::cases::FILING;
use crate::golden::{self, TimelineItem};
use crate::orders::basis::{Basis, bases};
use crate::orders::unsent::{Unsent, unsent_of};
use crate::reading::{Look, read_entered};
use crate::whereabouts::money_on;
use crate::{AppResult, Centre, Context};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::case::{Case, CaseState};
use domain::deadline::DeadlineKind;
use domain::hold::AccountHolds;
use domain::order::{Order, OrderState};
use domain::subject::SubjectKind;
use kernel::{AccountId, Instant, OrderId, RefusalCode, ReportId, UserId};
use money::AccountMoney;
use std::collections::BTreeMap;
use store::accounts::{Account, account_load, accounts_load};
use store::cases::{Document, cases, documents_of_report};
use store::deadlines::{deadlines_of_report, deadlines_of_reports};
use store::intake::{ReportRow, reports_load};
use store::messages::{Incoming, Outgoing, incoming_of_order, outgoing_of_order};
use store::orders::{
    Batch, OrderQuery, batches_waiting, holds, order_load, orders, orders_of_account, orders_of_batch,
    orders_total,
};
use store::page::Page;
use store::people::{User, users_by_id};
use store::sea_orm::prelude::Uuid;
use store::sea_orm::{ConnectionTrait, DatabaseConnection};

/// Orders with what a row shows beside them.
#[derive(Clone, Debug, Default)]
pub struct Shown {
    pub accounts: BTreeMap<AccountId, Account>,
    pub reports: BTreeMap<ReportId, ReportRow>,
    pub users: BTreeMap<UserId, User>,
    /// Why those of them did not leave that should have.
    pub unsent: BTreeMap<OrderId, Unsent>,
}

/// Loads the accounts, reports and people of these orders.
pub async fn shown(centre: &Centre, list: &[Order]) -> AppResult<Shown> {
    let conn = centre.store.reader();
    let accounts: Vec<AccountId> = unique(list.iter().map(|o| o.account));
    let reports: Vec<_> = unique(list.iter().map(|o| o.report))
        .into_iter()
        .map(Into::into)
        .collect();
    let people = list.iter().flat_map(|o| {
        [
            Some(o.requested_by),
            Some(o.second_officer),
            o.approval.as_ref().map(|a| a.by),
            o.confirmation.as_ref().map(|c| c.by),
        ]
        .into_iter()
        .flatten()
    });
    let users: Vec<UserId> = unique(people);
    Ok(Shown {
        accounts: accounts_load(conn, &accounts)
            .await?
            .into_iter()
            .map(|a| (a.id, a))
            .collect(),
        reports: reports_load(conn, &reports)
            .await?
            .into_iter()
            .map(|r| (r.report.id, r))
            .collect(),
        users: users_by_id(conn, &users)
            .await?
            .into_iter()
            .map(|u| (u.id, u))
            .collect(),
        unsent: unsent_of(conn, list).await?,
    })
}

fn unique<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = items.collect();
    list.sort_unstable();
    list.dedup();
    list
}

/// A page of the board.
#[derive(Clone, Debug)]
pub struct BoardPage {
    pub page: Page<Order>,
    pub shown: Shown,
    /// On all pages; from the tally.
    pub total: i64,
}

/// Newest first, of the areas the actor may see.
pub async fn orders_page(centre: &Centre, ctx: &Context, mut query: OrderQuery) -> AppResult<BoardPage> {
    let own = ctx.person()?.actor.area_filter(Action::OrderRead)?;
    query.area = own.or(query.area);
    let conn = centre.store.reader();
    let page = orders(conn, &query).await?;
    Ok(BoardPage {
        shown: shown(centre, &page.items).await?,
        total: orders_total(conn, &query).await?,
        page,
    })
}

/// One order with its message and the answers to it. Reading it is an entry.
#[derive(Clone, Debug)]
pub struct OrderDetail {
    pub order: Order,
    pub shown: Shown,
    pub outgoing: Option<Outgoing>,
    pub incoming: Vec<Incoming>,
    pub documents: Vec<store::cases::Document>,
    pub timeline: Vec<TimelineItem>,
}

pub async fn order_detail(centre: &Centre, ctx: &Context, id: OrderId) -> AppResult<OrderDetail> {
    let outcome = readable(centre, ctx, id).await;
    let look = Look::at(AuditAction::OrderRead, SubjectKind::Order, id);
    let order = read_entered(centre, ctx, look, outcome).await?;
    let conn = centre.store.reader();
    let one = std::slice::from_ref(&order);
    let (documents, timeline) = history(conn, one).await?;
    Ok(OrderDetail {
        shown: shown(centre, one).await?,
        outgoing: outgoing_of_order(conn, id).await?,
        incoming: incoming_of_order(conn, id).await?,
        documents,
        timeline,
        order,
    })
}

/// The papers of these orders, and what happened to them.
async fn history(conn: &DatabaseConnection, list: &[Order]) -> AppResult<(Vec<Document>, Vec<TimelineItem>)> {
    let of_these = |id| list.iter().any(|o| Some(o.id) == id);
    let (mut documents, mut deadlines) = (Vec::new(), Vec::new());
    for report in unique(list.iter().map(|o| o.report)) {
        let papers = documents_of_report(conn, report).await?;
        documents.extend(papers.into_iter().filter(|d| of_these(d.order)));
        let clocks = deadlines_of_report(conn, report).await?;
        deadlines.extend(clocks.into_iter().filter(|d| of_these(Some(OrderId(d.subject)))));
    }
    let received = golden::received(conn, list).await?;
    let timeline = golden::of_orders(list, &received, &documents, &deadlines);
    Ok((documents, timeline))
}

async fn readable(centre: &Centre, ctx: &Context, id: OrderId) -> AppResult<Order> {
    let order = order_load(centre.store.reader(), id).await?;
    permit(
        &ctx.person()?.actor,
        Action::OrderRead,
        order.as_ref().map(|o| o.area),
    )?;
    Ok(order.ok_or(RefusalCode::NotFound)?)
}

/// Everything that waits for somebody's decision.
#[derive(Clone, Debug, Default)]
pub struct Approvals {
    /// Single orders (those of a batch are in it).
    pub orders: Vec<Order>,
    pub batches: Vec<(Batch, Vec<Order>)>,
    /// Left under a standing policy, to be confirmed.
    pub confirmations: Vec<Order>,
    pub cases: Vec<Case>,
    pub shown: Shown,
    /// When a decision is due: by the order to confirm afterwards, or the report of a case to file.
    pub due: BTreeMap<Uuid, Instant>,
    /// What each order rests on.
    pub bases: BTreeMap<OrderId, Basis>,
    /// The story of each report with its people's own data veiled: an approver reads it among others.
    pub stories: BTreeMap<ReportId, String>,
}

const INBOX_MAX: u64 = 200;

/// The inbox of the actor: what he may decide, own requests included so that they are seen to wait for somebody else.
pub async fn approvals(centre: &Centre, ctx: &Context) -> AppResult<Approvals> {
    let actor = &ctx.person()?.actor;
    let conn = centre.store.reader();
    let mut found = Approvals::default();
    if let Ok(area) = actor.area_filter(Action::OrderApprove) {
        let drafted = OrderQuery {
            states: vec![OrderState::Drafted],
            area,
            limit: INBOX_MAX,
            ..OrderQuery::default()
        };
        found.orders = orders(conn, &drafted)
            .await?
            .items
            .into_iter()
            .filter(|o| o.batch.is_none())
            .collect();
        for batch in batches_waiting(conn, area, INBOX_MAX).await? {
            let of = orders_of_batch(conn, batch.id).await?;
            found.batches.push((batch, of));
        }
    }
    if let Ok(area) = actor.area_filter(Action::OrderConfirm) {
        let left = OrderQuery {
            awaits_confirmation: true,
            area,
            limit: INBOX_MAX,
            ..OrderQuery::default()
        };
        found.confirmations = orders(conn, &left).await?.items;
    }
    if let Ok(area) = actor.area_filter(Action::CaseFilingDecide) {
        found.cases = cases(conn, Some(CaseState::FilingProposed), area, None, INBOX_MAX)
            .await?
            .items;
    }
    let mut all: Vec<Order> = found.orders.iter().chain(&found.confirmations).cloned().collect();
    all.extend(
        found
            .batches
            .iter()
            .flat_map(|(_, orders)| orders.iter().cloned()),
    );
    found.shown = shown(centre, &all).await?;
    found.bases = bases(centre, &all, &found.shown.accounts, ctx.at).await?;
    let officers = found.cases.iter().flat_map(Case::officers);
    let officers = users_by_id(conn, &unique(officers)).await?;
    found.shown.users.extend(officers.into_iter().map(|u| (u.id, u)));
    let reports: Vec<_> = unique(found.cases.iter().map(|c| c.report))
        .into_iter()
        .map(Into::into)
        .collect();
    let rows = reports_load(conn, &reports).await?;
    found
        .shown
        .reports
        .extend(rows.into_iter().map(|r| (r.report.id, r)));
    let ids: Vec<ReportId> = found.shown.reports.keys().copied().collect();
    found.due = decisions_due(conn, &ids).await?;
    let people = store::intake::people_of_reports(conn, &ids).await?;
    for (id, report) in &found.shown.reports {
        let people = people.get(id).map_or(&[][..], Vec::as_slice);
        found.stories.insert(*id, golden::story(report, people));
    }
    Ok(found)
}

/// The clocks that a decision stops, by their subject.
async fn decisions_due(
    conn: &impl ConnectionTrait,
    reports: &[ReportId],
) -> AppResult<BTreeMap<Uuid, Instant>> {
    let reports: Vec<Uuid> = reports.iter().copied().map(Into::into).collect();
    let pending = deadlines_of_reports(conn, &reports).await?;
    Ok(pending
        .into_iter()
        .filter(|d| d.kind == DeadlineKind::PolicyConfirm || FILING.contains(&d.kind))
        .map(|d| (d.subject, d.due_at))
        .collect())
}

/// 持有页: what holds an account, by whom, until when.
#[derive(Clone, Debug)]
pub struct HoldPage {
    pub account: Account,
    pub holds: AccountHolds,
    pub orders: Vec<Order>,
    pub shown: Shown,
    /// The figures of the account for each report whose money came to it, of the areas that the actor may see.
    pub money: Vec<(ReportRow, AccountMoney)>,
    pub timeline: Vec<TimelineItem>,
}

/// Reading an account's page is an entry.
pub async fn hold_page(centre: &Centre, ctx: &Context, id: AccountId) -> AppResult<HoldPage> {
    let outcome = holdable(centre, ctx, id).await;
    let look = Look::at(AuditAction::HoldRead, SubjectKind::Account, id);
    let (account, list) = read_entered(centre, ctx, look, outcome).await?;
    let conn = centre.store.reader();
    let own = ctx.person()?.actor.area_filter(Action::HoldRead)?;
    let money = money_on(conn, id, centre.config.doctrine).await?;
    let ids: Vec<Uuid> = money.iter().map(|(report, _)| (*report).into()).collect();
    let rows = reports_load(conn, &ids).await?;
    let row = |id| rows.iter().find(|r| r.report.id == id).cloned();
    let money = money
        .into_iter()
        .filter_map(|(id, money)| Some((row(id)?, money)));
    Ok(HoldPage {
        money: money
            .filter(|(row, _)| own.is_none_or(|own| row.report.area.within(own)))
            .collect(),
        holds: holds(conn, &account).await?,
        shown: shown(centre, &list).await?,
        timeline: history(conn, &list).await?.1,
        orders: list,
        account,
    })
}

async fn holdable(centre: &Centre, ctx: &Context, id: AccountId) -> AppResult<(Account, Vec<Order>)> {
    let actor = &ctx.person()?.actor;
    let conn = centre.store.reader();
    let account = account_load(conn, id).await?;
    let mut list = orders_of_account(conn, id).await?;
    // An account has no area of its own: who may see an order on it may see the account, and only those orders.
    let filter = actor.area_filter(Action::HoldRead)?;
    list.retain(|o| filter.is_none_or(|own| o.area.within(own)));
    if filter.is_some() && list.is_empty() {
        return Err(RefusalCode::NotFound.into());
    }
    Ok((account.ok_or(RefusalCode::NotFound)?, list))
}
