//! Orders and batches of orders, and the holds that follow from them.
//!
//! Counts are kept in `tally`. An order is saved only against the version it was
//! loaded with. Leaves out the rules (`domain::order`, `domain::hold`) and the messages (`messages`).

use crate::accounts::Account;
use crate::intake::{area_number, area_of, area_range};
use crate::page::Page;
use crate::rows::{bank_order, order_batch};
use crate::tally::{self, Cell, Counted};
use crate::{StoreError, Tx};
use domain::hold::{AccountHolds, InForce};
use domain::order::{Answer, FreezeType, Order, OrderKind, OrderState};
use kernel::{AccountId, Area, BatchId, Fen, Instant, OrderId, ReportId, UserId};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter,
};
use sea_orm::{QueryOrder, QuerySelect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// 一次审批的多条指令.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub id: BatchId,
    pub report: ReportId,
    pub state: BatchState,
    pub area: Area,
    pub orders: u32,
    pub amount: Fen,
    pub requested_by: UserId,
    pub requested_at: Instant,
    pub decided: Option<(UserId, Instant)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    Waiting,
    Approved,
    Rejected,
}

impl BatchState {
    pub const fn slug(self) -> &'static str {
        match self {
            BatchState::Waiting => "waiting",
            BatchState::Approved => "approved",
            BatchState::Rejected => "rejected",
        }
    }

    fn from_slug(slug: &str) -> Option<BatchState> {
        [Self::Waiting, Self::Approved, Self::Rejected]
            .into_iter()
            .find(|s| s.slug() == slug)
    }
}

pub async fn order_insert(tx: &Tx, order: &Order) -> Result<(), StoreError> {
    tx.insert_later(&bank_order::Entity::insert(
        order_model(order)?.into_active_model(),
    ));
    tally::add(tx, Counted::Orders, cell(order), 1);
    Ok(())
}

/// Saves a changed order; `false` when it was changed since it was loaded. The stored version becomes one more.
pub async fn order_update(tx: &Tx, before: &Order, after: &Order) -> Result<bool, StoreError> {
    let mut model = order_model(after)?;
    model.version = before.version + 1;
    let mut active = model.into_active_model().reset_all();
    active.id = ActiveValue::NotSet;
    let done = bank_order::Entity::update_many()
        .set(active)
        .filter(bank_order::Column::Id.eq(Uuid::from(before.id)))
        .filter(bank_order::Column::Version.eq(before.version))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 1 {
        tally::moved(tx, Counted::Orders, cell(before), cell(after));
    }
    Ok(done.rows_affected == 1)
}

pub async fn order_load(conn: &impl ConnectionTrait, id: OrderId) -> Result<Option<Order>, StoreError> {
    bank_order::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(order_of)
        .transpose()
}

pub async fn order_by_application(
    conn: &impl ConnectionTrait,
    application: &str,
) -> Result<Option<Order>, StoreError> {
    let find = bank_order::Entity::find().filter(bank_order::Column::ApplicationId.eq(application));
    find.one(conn).await?.map(order_of).transpose()
}

/// The orders of a report, oldest first.
pub async fn orders_of_report(
    conn: &impl ConnectionTrait,
    report: ReportId,
) -> Result<Vec<Order>, StoreError> {
    let rows = bank_order::Entity::find()
        .filter(bank_order::Column::ReportId.eq(Uuid::from(report)))
        .order_by_asc(bank_order::Column::Id)
        .all(conn)
        .await?;
    rows.into_iter().map(order_of).collect()
}

/// The orders on an account, newest first, at most 200.
pub async fn orders_of_account(
    conn: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<Order>, StoreError> {
    let rows = bank_order::Entity::find()
        .filter(bank_order::Column::AccountId.eq(Uuid::from(account)))
        .order_by_desc(bank_order::Column::Id)
        .limit(200)
        .all(conn)
        .await?;
    rows.into_iter().map(order_of).collect()
}

/// Stops and freezes on any of these accounts, of whatever report, and the orders that relieved them, oldest first.
pub async fn measures_and_ends_on(
    conn: &impl ConnectionTrait,
    accounts: &[AccountId],
) -> Result<Vec<Order>, StoreError> {
    let kinds = [
        OrderKind::Stop,
        OrderKind::Freeze,
        OrderKind::StopRelieve,
        OrderKind::FreezeRelieve,
    ];
    let mut found = Vec::new();
    for part in accounts.chunks(500) {
        let ids: Vec<Uuid> = part.iter().map(|id| Uuid::from(*id)).collect();
        let rows = bank_order::Entity::find()
            .filter(bank_order::Column::AccountId.is_in(ids))
            .filter(bank_order::Column::Kind.is_in(kinds.map(OrderKind::slug)))
            .order_by_asc(bank_order::Column::Id)
            .all(conn)
            .await?;
        found.extend(rows);
    }
    found.into_iter().map(order_of).collect()
}

/// The orders of a batch, oldest first.
pub async fn orders_of_batch(conn: &impl ConnectionTrait, batch: BatchId) -> Result<Vec<Order>, StoreError> {
    let rows = bank_order::Entity::find()
        .filter(bank_order::Column::BatchId.eq(Uuid::from(batch)))
        .order_by_asc(bank_order::Column::Id)
        .all(conn)
        .await?;
    rows.into_iter().map(order_of).collect()
}

/// Follow-ups of an order that are still open (a relieve on its way, say).
pub async fn follow_ups_open(
    conn: &impl ConnectionTrait,
    original: OrderId,
) -> Result<Vec<Order>, StoreError> {
    let open: Vec<&str> = OrderState::ALL
        .iter()
        .filter(|s| s.is_open())
        .map(|s| s.slug())
        .collect();
    let rows = bank_order::Entity::find()
        .filter(bank_order::Column::OriginalId.eq(Uuid::from(original)))
        .filter(bank_order::Column::State.is_in(open))
        .all(conn)
        .await?;
    rows.into_iter().map(order_of).collect()
}

/// What a board of orders is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderQuery {
    pub states: Vec<OrderState>,
    pub kind: Option<OrderKind>,
    pub area: Option<Area>,
    /// Only those that wait for confirmation afterwards.
    pub awaits_confirmation: bool,
    /// Only those whose confirmation afterwards a leader refused.
    pub confirmation_refused: bool,
    pub after: Option<Uuid>,
    pub limit: u64,
}

/// Newest first.
pub async fn orders(conn: &impl ConnectionTrait, query: &OrderQuery) -> Result<Page<Order>, StoreError> {
    let mut find = bank_order::Entity::find()
        .order_by_desc(bank_order::Column::Id)
        .limit(query.limit + 1);
    match query.states.as_slice() {
        [] => {}
        [one] => find = find.filter(bank_order::Column::State.eq(one.slug())),
        many => find = find.filter(bank_order::Column::State.is_in(many.iter().map(|s| s.slug()))),
    }
    if let Some(kind) = query.kind {
        find = find.filter(bank_order::Column::Kind.eq(kind.slug()));
    }
    if let Some((low, high)) = query.area.map(area_range) {
        find = find.filter(bank_order::Column::Area.between(low, high));
    }
    if query.awaits_confirmation {
        find = find.filter(bank_order::Column::AwaitsConfirmation.eq(true));
    }
    if query.confirmation_refused {
        find = find.filter(bank_order::Column::ConfirmationRefused.eq(true));
    }
    if let Some(after) = query.after {
        find = find.filter(bank_order::Column::Id.lt(after));
    }
    let rows: Result<Vec<Order>, StoreError> = find.all(conn).await?.into_iter().map(order_of).collect();
    Ok(Page::cut(rows?, query.limit, |o| o.id.into()))
}

/// How many orders the query's filters let through, on all its pages. Those that wait for confirmation, and those that were
/// refused it, are few and are counted by their own indexes.
pub async fn orders_total(conn: &impl ConnectionTrait, query: &OrderQuery) -> Result<i64, StoreError> {
    if query.awaits_confirmation || query.confirmation_refused {
        let mut find = bank_order::Entity::find();
        if query.awaits_confirmation {
            find = find.filter(bank_order::Column::AwaitsConfirmation.eq(true));
        }
        if query.confirmation_refused {
            find = find.filter(bank_order::Column::ConfirmationRefused.eq(true));
        }
        if let Some((low, high)) = query.area.map(area_range) {
            find = find.filter(bank_order::Column::Area.between(low, high));
        }
        return Ok(i64::try_from(find.count(conn).await?).unwrap_or(i64::MAX));
    }
    let states: Vec<&str> = query.states.iter().map(|s| s.slug()).collect();
    let kind = query.kind.map(OrderKind::slug);
    tally::total(conn, Counted::Orders, &states, kind, query.area).await
}

/// How many drafted orders wait for a decision of their own: those of a batch wait with it.
pub async fn orders_waiting_alone(
    conn: &impl ConnectionTrait,
    area: Option<Area>,
) -> Result<i64, StoreError> {
    let mut find = bank_order::Entity::find()
        .filter(bank_order::Column::State.eq(OrderState::Drafted.slug()))
        .filter(bank_order::Column::BatchId.is_null());
    if let Some((low, high)) = area.map(area_range) {
        find = find.filter(bank_order::Column::Area.between(low, high));
    }
    Ok(i64::try_from(find.count(conn).await?).unwrap_or(i64::MAX))
}

/// How many batches wait for approval.
pub async fn batches_waiting_count(
    conn: &impl ConnectionTrait,
    area: Option<Area>,
) -> Result<i64, StoreError> {
    let mut find =
        order_batch::Entity::find().filter(order_batch::Column::State.eq(BatchState::Waiting.slug()));
    if let Some((low, high)) = area.map(area_range) {
        find = find.filter(order_batch::Column::Area.between(low, high));
    }
    Ok(i64::try_from(find.count(conn).await?).unwrap_or(i64::MAX))
}

/// Everything about an account that decides whether another measure may be ordered. Read inside the transaction that
/// orders it: writers stand in line, so nobody can count the same stop twice.
pub async fn holds(conn: &impl ConnectionTrait, account: &Account) -> Result<AccountHolds, StoreError> {
    let kinds = [OrderKind::Stop.slug(), OrderKind::Freeze.slug()];
    let rows = bank_order::Entity::find()
        .filter(bank_order::Column::AccountId.eq(Uuid::from(account.id)))
        .filter(bank_order::Column::Kind.is_in(kinds))
        .all(conn)
        .await?;
    let mut holds = AccountHolds {
        stops_executed: account.stops_executed,
        ..AccountHolds::default()
    };
    for row in rows {
        let order = order_of(row)?;
        let stop = order.kind == OrderKind::Stop;
        if order.state.is_open() {
            if stop {
                holds.stops_open += 1;
            } else {
                holds.freezes_open.push(order.report);
            }
        }
        if order.state == OrderState::Executed {
            let in_force = in_force(&order);
            if stop {
                holds.stop = in_force;
            } else {
                holds.freezes.extend(in_force);
            }
        }
    }
    Ok(holds)
}

fn in_force(order: &Order) -> Option<InForce> {
    let answer = order.answer.as_ref()?;
    Some(InForce {
        order: order.id,
        report: order.report,
        until: answer.expire_at?,
        asked: order.terms.amount,
        whole: order.kind == OrderKind::Stop || order.terms.freeze_type == Some(FreezeType::Whole),
        held: answer.held,
    })
}

// ── batches ──────────────────────────────────────────────────────────────────────────────────

pub async fn batch_insert(tx: &Tx, batch: &Batch) -> Result<(), StoreError> {
    order_batch::Entity::insert(batch_model(batch).into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Decides a waiting batch; `false` when it was decided before.
pub async fn batch_decide(
    tx: &Tx,
    id: BatchId,
    state: BatchState,
    by: UserId,
    at: Instant,
) -> Result<bool, StoreError> {
    let done = order_batch::Entity::update_many()
        .col_expr(order_batch::Column::State, state.slug().into())
        .col_expr(order_batch::Column::DecidedBy, Uuid::from(by).into())
        .col_expr(order_batch::Column::DecidedAtMs, at.ms().into())
        .filter(order_batch::Column::Id.eq(Uuid::from(id)))
        .filter(order_batch::Column::State.eq(BatchState::Waiting.slug()))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn batch_load(conn: &impl ConnectionTrait, id: BatchId) -> Result<Option<Batch>, StoreError> {
    order_batch::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(batch_of)
        .transpose()
}

/// Batches that wait for approval, newest first.
pub async fn batches_waiting(
    conn: &impl ConnectionTrait,
    area: Option<Area>,
    limit: u64,
) -> Result<Vec<Batch>, StoreError> {
    let mut find = order_batch::Entity::find()
        .filter(order_batch::Column::State.eq(BatchState::Waiting.slug()))
        .order_by_desc(order_batch::Column::Id)
        .limit(limit);
    if let Some((low, high)) = area.map(area_range) {
        find = find.filter(order_batch::Column::Area.between(low, high));
    }
    find.all(conn).await?.into_iter().map(batch_of).collect()
}

// ── rows and facts ───────────────────────────────────────────────────────────────────────────

fn cell(order: &Order) -> Cell<'_> {
    Cell {
        area: order.area,
        state: order.state.slug(),
        sort: order.kind.slug(),
    }
}

/// The orders of a report are counted in `area` from now on.
pub(crate) async fn orders_recount(tx: &Tx, report: ReportId, area: Area) -> Result<(), StoreError> {
    for before in orders_of_report(tx.conn(), report).await? {
        let after = Cell {
            area,
            ..cell(&before)
        };
        tally::moved(tx, Counted::Orders, cell(&before), after);
    }
    Ok(())
}

fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Corrupt(format!("not JSON: {e}")))
}

fn read<T: DeserializeOwned>(text: &str, id: Uuid, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt(format!("order {id}: {what}")))
}

fn order_model(o: &Order) -> Result<bank_order::Model, StoreError> {
    let answer = o.answer.as_ref();
    Ok(bank_order::Model {
        id: o.id.into(),
        kind: o.kind.slug().into(),
        state: o.state.slug().into(),
        report_id: o.report.into(),
        case_id: o.case.map(Into::into),
        account_id: o.account.into(),
        application_id: o.application_id.clone(),
        original_id: o.original.map(Into::into),
        batch_id: o.batch.map(Into::into),
        layer: i32::from(o.layer),
        area: area_number(o.area),
        amount_fen: o.terms.amount.0,
        terms: json(&o.terms)?,
        requested_by: o.requested_by.into(),
        requested_at_ms: o.requested_at.ms(),
        second_officer: o.second_officer.into(),
        approval: o.approval.as_ref().map(json).transpose()?,
        approved_by: o.approval.as_ref().map(|a| a.by.into()),
        confirmation: o.confirmation.as_ref().map(json).transpose()?,
        awaits_confirmation: o.awaits_confirmation(),
        confirmation_refused: o.confirmation_refused(),
        sends: i32::from(o.sends),
        sent_at_ms: o.sent_at.map(Instant::ms),
        hub_code: o.hub_code.clone(),
        result_code: answer.map(|a| a.result.clone()).unwrap_or_default(),
        held_fen: answer.and_then(|a| a.held).map(|f| f.0),
        expire_at_ms: answer.and_then(|a| a.expire_at).map(Instant::ms),
        answer: answer.map(json).transpose()?,
        version: o.version,
    })
}

fn order_of(m: bank_order::Model) -> Result<Order, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("order {}: {what}", m.id));
    let answer: Option<Answer> = m.answer.as_deref().map(|a| read(a, m.id, "answer")).transpose()?;
    Ok(Order {
        id: m.id.into(),
        kind: OrderKind::from_slug(&m.kind).ok_or_else(|| corrupt("kind"))?,
        state: OrderState::from_slug(&m.state).ok_or_else(|| corrupt("state"))?,
        report: m.report_id.into(),
        case: m.case_id.map(Into::into),
        account: m.account_id.into(),
        original: m.original_id.map(Into::into),
        batch: m.batch_id.map(Into::into),
        layer: u8::try_from(m.layer).map_err(|_| corrupt("layer"))?,
        area: area_of(m.area)?,
        terms: read(&m.terms, m.id, "terms")?,
        requested_by: m.requested_by.into(),
        requested_at: Instant::from_ms(m.requested_at_ms),
        second_officer: m.second_officer.into(),
        approval: m
            .approval
            .as_deref()
            .map(|a| read(a, m.id, "approval"))
            .transpose()?,
        confirmation: m
            .confirmation
            .as_deref()
            .map(|c| read(c, m.id, "confirmation"))
            .transpose()?,
        sends: u8::try_from(m.sends).map_err(|_| corrupt("sends"))?,
        sent_at: m.sent_at_ms.map(Instant::from_ms),
        application_id: m.application_id,
        hub_code: m.hub_code,
        answer,
        version: m.version,
    })
}

fn batch_model(b: &Batch) -> order_batch::Model {
    order_batch::Model {
        id: b.id.into(),
        report_id: b.report.into(),
        state: b.state.slug().into(),
        area: area_number(b.area),
        orders: i32::try_from(b.orders).unwrap_or(i32::MAX),
        amount_fen: b.amount.0,
        requested_by: b.requested_by.into(),
        requested_at_ms: b.requested_at.ms(),
        decided_by: b.decided.map(|(by, _)| by.into()),
        decided_at_ms: b.decided.map(|(_, at)| at.ms()),
    }
}

fn batch_of(m: order_batch::Model) -> Result<Batch, StoreError> {
    Ok(Batch {
        id: m.id.into(),
        report: m.report_id.into(),
        state: BatchState::from_slug(&m.state)
            .ok_or_else(|| StoreError::Corrupt(format!("batch {}: state", m.id)))?,
        area: area_of(m.area)?,
        orders: u32::try_from(m.orders).unwrap_or(0),
        amount: Fen(m.amount_fen),
        requested_by: m.requested_by.into(),
        requested_at: Instant::from_ms(m.requested_at_ms),
        decided: m
            .decided_by
            .zip(m.decided_at_ms)
            .map(|(by, at)| (by.into(), Instant::from_ms(at))),
    })
}
