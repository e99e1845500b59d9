//! Drafts, reports, people, payments, dispatches, and the index of identifiers.
//!
//! Counts of reports are kept in `tally` in the same transaction. Leaves out what a form must contain
//! (`domain::report`).

use crate::page::Page;
use crate::rows::{dispatch, draft, payment, person, report};
use crate::tally::{self, Cell, Counted};
use crate::{StoreError, Tx};
use domain::report::{Channel, EndTold, How, Report, ReportStart, ReportState};
use kernel::{
    AccountId, Address, Area, DispatchId, DraftId, Fen, IdNumber, Instant, PaymentId, PersonId, PersonName,
    Phone, ReportId, TransferId, UserId,
};
use sea_orm::{
    ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a call-taker has typed so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub id: DraftId,
    pub owner: UserId,
    pub body: String,
    pub version: i64,
    pub updated_at: Instant,
}

/// Who a person of a report is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonRole {
    Caller,
    Victim,
}

impl PersonRole {
    pub const fn slug(self) -> &'static str {
        match self {
            PersonRole::Caller => "caller",
            PersonRole::Victim => "victim",
        }
    }
}

/// A caller or victim as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub report: ReportId,
    pub role: PersonRole,
    pub position: u32,
    pub name: PersonName,
    pub id_type: String,
    pub id_number: IdNumber,
    pub phone: Phone,
    pub sex: String,
    pub age: Option<u8>,
    pub address: Address,
    pub relation: String,
}

/// A victim's payment as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub id: PaymentId,
    pub report: ReportId,
    pub position: u32,
    pub victim: Option<PersonId>,
    pub paid_at: Instant,
    pub amount: Fen,
    /// The account that paid, when its whole number is known.
    pub from: Option<AccountId>,
    /// What the caller knows of the payer without it.
    pub payer: EndTold,
    /// The account that received, when its whole number is known. Without it nothing can be stopped or traced.
    pub to: Option<AccountId>,
    /// What the caller knows of the payee without it.
    pub payee: EndTold,
    pub how: How,
    pub channel: String,
    pub serial: String,
    /// The bank's row that this payment is, once a bank has sent it.
    pub transfer: Option<TransferId>,
}

/// 身份证件已核对: who looked at the person's papers, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdentityCheck {
    pub person: PersonId,
    pub report: ReportId,
    pub by: UserId,
    pub at: Instant,
}

/// 派单.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispatch {
    pub id: DispatchId,
    pub report: ReportId,
    pub area: Area,
    pub dispatched_by: UserId,
    pub dispatched_at: Instant,
    pub due_at: Instant,
    pub acknowledged: Option<(UserId, Instant)>,
}

/// Who works on a report at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    pub owner: UserId,
    pub owner_name: String,
    pub until: Instant,
}

/// A report with what lists show besides: money held, the first order, the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    pub report: Report,
    pub victim_masked: String,
    pub held: Fen,
    pub first_order_at: Option<Instant>,
    pub lock: Option<Lock>,
}

/// An identifier that something can be found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identifier {
    pub value: String,
    /// phone, id_number, account, name, number, application.
    pub kind: String,
    pub subject_kind: String,
    pub subject: Uuid,
    pub area: Area,
}

// ── identity papers ──────────────────────────────────────────────────────────────────────────

/// Records the check; the first one of a person stands. Says whether this was the first.
pub async fn identity_check_insert(tx: &Tx, check: &IdentityCheck) -> Result<bool, StoreError> {
    let sql = "INSERT INTO identity_check (person_id, report_id, checked_by, checked_at_ms) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (person_id) DO NOTHING";
    let values = [
        Uuid::from(check.person).into(),
        Uuid::from(check.report).into(),
        Uuid::from(check.by).into(),
        check.at.ms().into(),
    ];
    let conn = tx.conn();
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.execute_raw(statement).await?.rows_affected() == 1)
}

pub async fn identity_checks(
    conn: &impl ConnectionTrait,
    report: ReportId,
) -> Result<Vec<IdentityCheck>, StoreError> {
    let sql =
        "SELECT person_id, report_id, checked_by, checked_at_ms FROM identity_check WHERE report_id = $1";
    let statement =
        Statement::from_sql_and_values(conn.get_database_backend(), sql, [Uuid::from(report).into()]);
    let rows = conn.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(IdentityCheck {
                person: row.try_get_by_index::<Uuid>(0)?.into(),
                report: row.try_get_by_index::<Uuid>(1)?.into(),
                by: row.try_get_by_index::<Uuid>(2)?.into(),
                at: Instant::from_ms(row.try_get_by_index(3)?),
            })
        })
        .collect()
}

// ── drafts ───────────────────────────────────────────────────────────────────────────────────

pub async fn draft_insert(tx: &Tx, draft: &Draft) -> Result<(), StoreError> {
    draft::Entity::insert(draft_row(draft).into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Saves the text when the stored version is the one before; `false` when somebody saved another.
pub async fn draft_update(tx: &Tx, draft: &Draft) -> Result<bool, StoreError> {
    let done = draft::Entity::update_many()
        .col_expr(draft::Column::Body, draft.body.clone().into())
        .col_expr(draft::Column::Version, draft.version.into())
        .col_expr(draft::Column::UpdatedAtMs, draft.updated_at.ms().into())
        .filter(draft::Column::Id.eq(Uuid::from(draft.id)))
        .filter(draft::Column::Owner.eq(Uuid::from(draft.owner)))
        .filter(draft::Column::Version.eq(draft.version - 1))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn draft_load(conn: &impl ConnectionTrait, id: DraftId) -> Result<Option<Draft>, StoreError> {
    Ok(draft::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(draft_of))
}

/// The owner's drafts, newest first, at most fifty.
pub async fn drafts_of(conn: &impl ConnectionTrait, owner: UserId) -> Result<Vec<Draft>, StoreError> {
    let rows = draft::Entity::find()
        .filter(draft::Column::Owner.eq(Uuid::from(owner)))
        .order_by_desc(draft::Column::UpdatedAtMs)
        .limit(50)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(draft_of).collect())
}

pub async fn draft_delete(tx: &Tx, id: DraftId) -> Result<(), StoreError> {
    draft::Entity::delete_by_id(Uuid::from(id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn draft_row(draft: &Draft) -> draft::Model {
    draft::Model {
        id: draft.id.into(),
        owner: draft.owner.into(),
        body: draft.body.clone(),
        version: draft.version,
        updated_at_ms: draft.updated_at.ms(),
    }
}

fn draft_of(row: draft::Model) -> Draft {
    Draft {
        id: row.id.into(),
        owner: row.owner.into(),
        body: row.body,
        version: row.version,
        updated_at: Instant::from_ms(row.updated_at_ms),
    }
}

// ── reports ──────────────────────────────────────────────────────────────────────────────────

/// Inserts a report with its people and payments and counts it.
pub async fn report_insert(
    tx: &Tx,
    row: &ReportRow,
    people: &[Person],
    payments: &[Payment],
) -> Result<(), StoreError> {
    tx.insert_later(&report::Entity::insert(report_model(row).into_active_model()));
    if !people.is_empty() {
        let rows = people.iter().map(|p| person_model(p).into_active_model());
        tx.insert_later(&person::Entity::insert_many(rows));
    }
    for payment in payments {
        payment_insert(tx, payment).await?;
    }
    tally::add(tx, Counted::Reports, cell(row), 1);
    Ok(())
}

pub async fn payment_insert(tx: &Tx, payment: &Payment) -> Result<(), StoreError> {
    tx.insert_later(&payment::Entity::insert(
        payment_model(payment).into_active_model(),
    ));
    Ok(())
}

/// Saves a changed report when nobody else changed it since; `false` when somebody did. The row's version becomes one
/// more than the loaded one.
pub async fn report_update(tx: &Tx, before: &ReportRow, after: &ReportRow) -> Result<bool, StoreError> {
    let mut model = report_model(after);
    model.version = before.report.version + 1;
    let done = report::Entity::update_many()
        .set(model.into_active_model().all_set())
        .filter(report::Column::Id.eq(Uuid::from(before.report.id)))
        .filter(report::Column::Version.eq(before.report.version))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 1 {
        tally::moved(tx, Counted::Reports, cell(before), cell(after));
    }
    Ok(done.rows_affected == 1)
}

/// Every column is to be written.
trait AllSet {
    fn all_set(self) -> Self;
}

impl AllSet for report::ActiveModel {
    fn all_set(mut self) -> Self {
        use sea_orm::ActiveModelTrait;
        self = self.reset_all();
        self.id = ActiveValue::NotSet;
        self
    }
}

pub async fn report_load(conn: &impl ConnectionTrait, id: ReportId) -> Result<Option<ReportRow>, StoreError> {
    report::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(report_of)
        .transpose()
}

pub async fn reports_load(conn: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Vec<ReportRow>, StoreError> {
    let rows = report::Entity::find()
        .filter(report::Column::Id.is_in(ids.to_vec()))
        .all(conn)
        .await?;
    rows.into_iter().map(report_of).collect()
}

/// What a list of reports is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportQuery {
    pub state: Option<ReportState>,
    /// A county, or a city with all its counties.
    pub area: Option<Area>,
    pub category: Option<String>,
    /// From this id downwards, not including it.
    pub after: Option<Uuid>,
    pub limit: u64,
}

/// Newest first.
pub async fn reports(
    conn: &impl ConnectionTrait,
    query: &ReportQuery,
) -> Result<Page<ReportRow>, StoreError> {
    let mut find = report::Entity::find()
        .order_by_desc(report::Column::Id)
        .limit(query.limit + 1);
    if let Some(state) = query.state {
        find = find.filter(report::Column::State.eq(state.slug()));
    }
    if let Some(area) = query.area {
        let (low, high) = area_range(area);
        find = if low == high {
            find.filter(report::Column::Area.eq(low))
        } else {
            find.filter(report::Column::Area.between(low, high))
        };
    }
    if let Some(category) = &query.category {
        find = find.filter(report::Column::Category.eq(category.as_str()));
    }
    if let Some(after) = query.after {
        find = find.filter(report::Column::Id.lt(after));
    }
    let rows: Result<Vec<ReportRow>, StoreError> = find.all(conn).await?.into_iter().map(report_of).collect();
    Ok(Page::cut(rows?, query.limit, |r| r.report.id.into()))
}

/// How many reports the query's filters let through, on all its pages.
pub async fn reports_total(conn: &impl ConnectionTrait, query: &ReportQuery) -> Result<i64, StoreError> {
    let state: Vec<&str> = query.state.iter().map(|s| s.slug()).collect();
    tally::total(
        conn,
        Counted::Reports,
        &state,
        query.category.as_deref(),
        query.area,
    )
    .await
}

/// The codes an area holds: itself, or all of a city's or province's.
pub fn area_range(area: Area) -> (i32, i32) {
    let code = i32::try_from(area.code()).unwrap_or(i32::MAX);
    if code % 10_000 == 0 {
        (code, code + 9_999)
    } else if code % 100 == 0 {
        (code, code + 99)
    } else {
        (code, code)
    }
}

/// Reports of a state that nobody has locked at `now`, oldest first: what take-next takes from.
pub async fn report_next_free(
    conn: &impl ConnectionTrait,
    state: ReportState,
    now: Instant,
) -> Result<Option<ReportRow>, StoreError> {
    let free = sea_orm::Condition::any()
        .add(report::Column::LockUntilMs.is_null())
        .add(report::Column::LockUntilMs.lte(now.ms()));
    report::Entity::find()
        .filter(report::Column::State.eq(state.slug()))
        .filter(free)
        .order_by_asc(report::Column::Id)
        .one(conn)
        .await?
        .map(report_of)
        .transpose()
}

/// The reports registered since `since`, of an area or of all, for the times to their first stops; the newest first, at
/// most `limit` of them.
pub async fn reports_since(
    conn: &impl ConnectionTrait,
    since: Instant,
    area: Option<Area>,
    limit: u64,
) -> Result<Vec<ReportRow>, StoreError> {
    let mut found = report::Entity::find().filter(report::Column::ReportedAtMs.gte(since.ms()));
    if let Some((low, high)) = area.map(area_range) {
        found = found.filter(report::Column::Area.between(low, high));
    }
    let rows = found
        .order_by_desc(report::Column::ReportedAtMs)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(report_of).collect()
}

pub async fn people(conn: &impl ConnectionTrait, report: ReportId) -> Result<Vec<Person>, StoreError> {
    let mut found = people_of_reports(conn, &[report]).await?;
    Ok(found.remove(&report).unwrap_or_default())
}

/// The people of each of these reports, for pages that show many: one question for some hundreds of reports.
pub async fn people_of_reports(
    conn: &impl ConnectionTrait,
    reports: &[ReportId],
) -> Result<BTreeMap<ReportId, Vec<Person>>, StoreError> {
    let mut found: BTreeMap<ReportId, Vec<Person>> = BTreeMap::new();
    for part in reports.chunks(500) {
        let ids = part.iter().map(|id| Uuid::from(*id));
        let rows = person::Entity::find()
            .filter(person::Column::ReportId.is_in(ids))
            .order_by_asc(person::Column::Role)
            .order_by_asc(person::Column::Position)
            .all(conn)
            .await?;
        for row in rows {
            found
                .entry(row.report_id.into())
                .or_default()
                .push(person_of(row));
        }
    }
    Ok(found)
}

pub async fn payments(conn: &impl ConnectionTrait, report: ReportId) -> Result<Vec<Payment>, StoreError> {
    let rows = payment::Entity::find()
        .filter(payment::Column::ReportId.eq(Uuid::from(report)))
        .order_by_asc(payment::Column::Position)
        .all(conn)
        .await?;
    rows.into_iter().map(payment_of).collect()
}

/// Payments into an account that no bank's row has been matched to yet, of this amount.
pub async fn payments_unmatched(
    conn: &impl ConnectionTrait,
    to: AccountId,
    amount: Fen,
) -> Result<Vec<Payment>, StoreError> {
    let rows = payment::Entity::find()
        .filter(payment::Column::ToAccount.eq(Uuid::from(to)))
        .filter(payment::Column::AmountFen.eq(amount.0))
        .filter(payment::Column::TransferId.is_null())
        .all(conn)
        .await?;
    rows.into_iter().map(payment_of).collect()
}

/// The reports (other than `not`) with a payment into the account, newest first.
pub async fn reports_paying(
    conn: &impl ConnectionTrait,
    to: AccountId,
    not: ReportId,
) -> Result<Vec<ReportId>, StoreError> {
    let mut ids: Vec<Uuid> = payment::Entity::find()
        .select_only()
        .column(payment::Column::ReportId)
        .filter(payment::Column::ToAccount.eq(Uuid::from(to)))
        .filter(payment::Column::ReportId.ne(Uuid::from(not)))
        .limit(50)
        .into_tuple()
        .all(conn)
        .await?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids.into_iter().rev().map(Into::into).collect())
}

pub async fn payment_match(tx: &Tx, payment: PaymentId, transfer: TransferId) -> Result<(), StoreError> {
    payment::Entity::update_many()
        .col_expr(payment::Column::TransferId, Uuid::from(transfer).into())
        .filter(payment::Column::Id.eq(Uuid::from(payment)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

// ── dispatches ───────────────────────────────────────────────────────────────────────────────

pub async fn dispatch_insert(tx: &Tx, dispatch: &Dispatch) -> Result<(), StoreError> {
    let row = dispatch::Model {
        id: dispatch.id.into(),
        report_id: dispatch.report.into(),
        area: area_number(dispatch.area),
        dispatched_by: dispatch.dispatched_by.into(),
        dispatched_at_ms: dispatch.dispatched_at.ms(),
        due_at_ms: dispatch.due_at.ms(),
        acknowledged_by: dispatch.acknowledged.map(|(by, _)| by.into()),
        acknowledged_at_ms: dispatch.acknowledged.map(|(_, at)| at.ms()),
    };
    dispatch::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

pub async fn dispatch_load(
    conn: &impl ConnectionTrait,
    id: DispatchId,
) -> Result<Option<Dispatch>, StoreError> {
    dispatch::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(dispatch_of)
        .transpose()
}

/// The newest dispatch of a report.
pub async fn dispatch_of_report(
    conn: &impl ConnectionTrait,
    report: ReportId,
) -> Result<Option<Dispatch>, StoreError> {
    dispatch::Entity::find()
        .filter(dispatch::Column::ReportId.eq(Uuid::from(report)))
        .order_by_desc(dispatch::Column::DispatchedAtMs)
        .one(conn)
        .await?
        .map(dispatch_of)
        .transpose()
}

/// Signs for a dispatch; `false` when it is signed already.
pub async fn dispatch_acknowledge(
    tx: &Tx,
    id: DispatchId,
    by: UserId,
    at: Instant,
) -> Result<bool, StoreError> {
    let done = dispatch::Entity::update_many()
        .col_expr(dispatch::Column::AcknowledgedBy, Uuid::from(by).into())
        .col_expr(dispatch::Column::AcknowledgedAtMs, at.ms().into())
        .filter(dispatch::Column::Id.eq(Uuid::from(id)))
        .filter(dispatch::Column::AcknowledgedBy.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

// ── identifiers ──────────────────────────────────────────────────────────────────────────────

/// A report that goes to another county takes along what rights are asked about: its orders and batches, papers, clocks
/// and identifiers. Its dispatches keep the county they were sent to.
pub async fn report_belongings_move(tx: &Tx, report: ReportId, area: Area) -> Result<(), StoreError> {
    crate::orders::orders_recount(tx, report, area).await?;
    for statement in [
        "UPDATE bank_order SET area = $1, version = version + 1 WHERE report_id = $2",
        "UPDATE order_batch SET area = $1 WHERE report_id = $2",
        "UPDATE document SET area = $1 WHERE report_id = $2",
        "UPDATE deadline SET area = $1 WHERE report_id = $2",
        "UPDATE identifier SET area = $1 WHERE subject_id = $2",
    ] {
        let values = [area_number(area).into(), Uuid::from(report).into()];
        let backend = tx.conn().get_database_backend();
        tx.conn()
            .execute_raw(Statement::from_sql_and_values(backend, statement, values))
            .await?;
    }
    Ok(())
}

/// Rows in one statement.
const IDENTIFIERS_PER_INSERT: usize = 100;

/// Makes the subject findable by these values. Repeating it changes nothing.
pub async fn identifiers_insert(tx: &Tx, identifiers: &[Identifier]) -> Result<(), StoreError> {
    let named: Vec<&Identifier> = identifiers.iter().filter(|i| !i.value.is_empty()).collect();
    for part in named.chunks(IDENTIFIERS_PER_INSERT) {
        let mut values: Vec<sea_orm::Value> = Vec::with_capacity(part.len() * 5);
        let mut marks = Vec::with_capacity(part.len());
        for one in part {
            let n = values.len();
            marks.push(format!(
                "(${}, ${}, ${}, ${}, ${})",
                n + 1,
                n + 2,
                n + 3,
                n + 4,
                n + 5
            ));
            values.extend([
                one.value.as_str().into(),
                one.kind.as_str().into(),
                one.subject.into(),
                one.subject_kind.as_str().into(),
                area_number(one.area).into(),
            ]);
        }
        let sql = format!(
            "INSERT INTO identifier (value, kind, subject_id, subject_kind, area) VALUES {} \
             ON CONFLICT (value, kind, subject_id) DO NOTHING",
            marks.join(", ")
        );
        let backend = tx.conn().get_database_backend();
        tx.later(Statement::from_sql_and_values(backend, sql, values));
    }
    Ok(())
}

/// Everything that has exactly this value, newest first, at most `limit`.
pub async fn identifier_find(
    conn: &impl ConnectionTrait,
    value: &str,
    limit: u64,
) -> Result<Vec<Identifier>, StoreError> {
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        "SELECT value, kind, subject_id, subject_kind, area FROM identifier WHERE value = $1 ORDER BY kind, subject_id DESC LIMIT $2",
        [value.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()],
    );
    let rows = conn.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| {
            Ok(Identifier {
                value: row.try_get_by_index(0)?,
                kind: row.try_get_by_index(1)?,
                subject: row.try_get_by_index(2)?,
                subject_kind: row.try_get_by_index(3)?,
                area: area_of(row.try_get_by_index(4)?)?,
            })
        })
        .collect()
}

// ── rows and facts ───────────────────────────────────────────────────────────────────────────

fn cell(row: &ReportRow) -> Cell<'_> {
    Cell {
        area: row.report.area,
        state: row.report.state.slug(),
        sort: row.report.category.as_deref().unwrap_or_default(),
    }
}

pub(crate) fn area_number(area: Area) -> i32 {
    i32::try_from(area.code()).unwrap_or(0)
}

pub(crate) fn area_of(code: i32) -> Result<Area, StoreError> {
    u32::try_from(code)
        .ok()
        .and_then(Area::from_code)
        .ok_or_else(|| StoreError::Corrupt(format!("area {code}")))
}

fn report_model(row: &ReportRow) -> report::Model {
    let r = &row.report;
    report::Model {
        id: r.id.into(),
        number: r.number.clone(),
        platform_case_number: r.platform_case_number.clone(),
        state: r.state.slug().into(),
        channel: r.channel.slug().into(),
        seat: r.seat.clone(),
        line: r.line.clone(),
        narrative: r.narrative.clone(),
        category: r.category.clone(),
        area: area_number(r.area),
        reported_at_ms: r.reported_at.ms(),
        received_by: r.received_by.into(),
        recorded_by: r.recorded_by.into(),
        approved_by: r.approved_by.map(Into::into),
        caller_id: r.caller.map(Into::into),
        victim_masked: row.victim_masked.clone(),
        latest_payment_at_ms: r.latest_payment_at.map(Instant::ms),
        loss_fen: r.loss.0,
        held_fen: row.held.0,
        first_order_at_ms: row.first_order_at.map(Instant::ms),
        lock_owner: row.lock.as_ref().map(|l| l.owner.into()),
        lock_owner_name: row.lock.as_ref().map(|l| l.owner_name.clone()),
        lock_until_ms: row.lock.as_ref().map(|l| l.until.ms()),
        version: r.version,
        call_id: r.start.call.map(Into::into),
        rang_at_ms: r.start.rang_at.map(Instant::ms),
        answered_at_ms: r.start.answered_at.map(Instant::ms),
        typed_at_ms: r.start.typed_at.map(Instant::ms),
    }
}

fn report_of(m: report::Model) -> Result<ReportRow, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("report {}: {what}", m.id));
    let lock = match (m.lock_owner, m.lock_until_ms) {
        (Some(owner), Some(until)) => Some(Lock {
            owner: owner.into(),
            owner_name: m.lock_owner_name.clone().unwrap_or_default(),
            until: Instant::from_ms(until),
        }),
        _ => None,
    };
    Ok(ReportRow {
        victim_masked: m.victim_masked.clone(),
        held: Fen(m.held_fen),
        first_order_at: m.first_order_at_ms.map(Instant::from_ms),
        lock,
        report: Report {
            id: m.id.into(),
            state: ReportState::from_slug(&m.state).ok_or_else(|| corrupt("state"))?,
            channel: Channel::from_slug(&m.channel).ok_or_else(|| corrupt("channel"))?,
            area: area_of(m.area)?,
            number: m.number,
            platform_case_number: m.platform_case_number,
            seat: m.seat,
            line: m.line,
            narrative: m.narrative,
            category: m.category,
            reported_at: Instant::from_ms(m.reported_at_ms),
            start: ReportStart {
                call: m.call_id.map(Into::into),
                rang_at: m.rang_at_ms.map(Instant::from_ms),
                answered_at: m.answered_at_ms.map(Instant::from_ms),
                typed_at: m.typed_at_ms.map(Instant::from_ms),
            },
            received_by: m.received_by.into(),
            recorded_by: m.recorded_by.into(),
            approved_by: m.approved_by.map(Into::into),
            caller: m.caller_id.map(Into::into),
            latest_payment_at: m.latest_payment_at_ms.map(Instant::from_ms),
            loss: Fen(m.loss_fen),
            version: m.version,
        },
    })
}

pub(crate) fn person_model(p: &Person) -> person::Model {
    person::Model {
        id: p.id.into(),
        report_id: p.report.into(),
        role: p.role.slug().into(),
        position: i32::try_from(p.position).unwrap_or(i32::MAX),
        name: p.name.reveal().into(),
        id_type: p.id_type.clone(),
        id_number: p.id_number.reveal().into(),
        phone: p.phone.reveal().into(),
        sex: p.sex.clone(),
        age: p.age.map(i32::from),
        address: p.address.reveal().into(),
        relation: p.relation.clone(),
    }
}

fn person_of(m: person::Model) -> Person {
    Person {
        id: m.id.into(),
        report: m.report_id.into(),
        role: if m.role == "caller" {
            PersonRole::Caller
        } else {
            PersonRole::Victim
        },
        position: u32::try_from(m.position).unwrap_or(0),
        name: m.name.into(),
        id_type: m.id_type,
        id_number: m.id_number.into(),
        phone: m.phone.into(),
        sex: m.sex,
        age: m.age.and_then(|a| u8::try_from(a).ok()),
        address: m.address.into(),
        relation: m.relation,
    }
}

pub(crate) fn payment_model(p: &Payment) -> payment::Model {
    payment::Model {
        id: p.id.into(),
        report_id: p.report.into(),
        position: i32::try_from(p.position).unwrap_or(i32::MAX),
        victim_id: p.victim.map(Into::into),
        paid_at_ms: p.paid_at.ms(),
        amount_fen: p.amount.0,
        from_account: p.from.map(Into::into),
        to_account: p.to.map(Into::into),
        channel: p.channel.clone(),
        serial: p.serial.clone(),
        transfer_id: p.transfer.map(Into::into),
        payer_tail: p.payer.tail.clone(),
        payer_bank_code: p.payer.bank_code.clone(),
        payer_bank_name: p.payer.bank_name.clone(),
        payer_name: p.payer.holder.reveal().into(),
        how: p.how.slug().into(),
        payee_tail: p.payee.tail.clone(),
        payee_bank_code: p.payee.bank_code.clone(),
        payee_bank_name: p.payee.bank_name.clone(),
        payee_name: p.payee.holder.reveal().into(),
    }
}

fn payment_of(m: payment::Model) -> Result<Payment, StoreError> {
    let how = How::from_slug(&m.how)
        .ok_or_else(|| StoreError::Corrupt(format!("payment {}: how {}", m.id, m.how)))?;
    Ok(Payment {
        id: m.id.into(),
        report: m.report_id.into(),
        position: u32::try_from(m.position).unwrap_or(0),
        victim: m.victim_id.map(Into::into),
        paid_at: Instant::from_ms(m.paid_at_ms),
        amount: Fen(m.amount_fen),
        from: m.from_account.map(Into::into),
        payer: EndTold {
            tail: m.payer_tail,
            bank_code: m.payer_bank_code,
            bank_name: m.payer_bank_name,
            holder: m.payer_name.into(),
        },
        to: m.to_account.map(Into::into),
        payee: EndTold {
            tail: m.payee_tail,
            bank_code: m.payee_bank_code,
            bank_name: m.payee_bank_name,
            holder: m.payee_name.into(),
        },
        how,
        channel: m.channel,
        serial: m.serial,
        transfer: m.transfer_id.map(Into::into),
    })
}

fn dispatch_of(m: dispatch::Model) -> Result<Dispatch, StoreError> {
    Ok(Dispatch {
        id: m.id.into(),
        report: m.report_id.into(),
        area: area_of(m.area)?,
        dispatched_by: m.dispatched_by.into(),
        dispatched_at: Instant::from_ms(m.dispatched_at_ms),
        due_at: Instant::from_ms(m.due_at_ms),
        acknowledged: m
            .acknowledged_by
            .zip(m.acknowledged_at_ms)
            .map(|(by, at)| (by.into(), Instant::from_ms(at))),
    })
}
