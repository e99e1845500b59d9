//! Deadline rows: written with the change that starts them, ended once. Leaves out when what is due (`domain::deadline`).

use crate::intake::{area_number, area_of, area_range};
use crate::rows::deadline;
use crate::{StoreError, Tx};
use domain::deadline::DeadlineKind;
use domain::subject::SubjectKind;
use kernel::{Area, DeadlineId, Instant, ReportId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// Where a deadline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadlineState {
    Pending,
    /// Its time came and it did what it does.
    Fired,
    /// What it watched ended before.
    Cancelled,
}

impl DeadlineState {
    pub const fn slug(self) -> &'static str {
        match self {
            DeadlineState::Pending => "pending",
            DeadlineState::Fired => "fired",
            DeadlineState::Cancelled => "cancelled",
        }
    }
}

/// 时限.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    pub id: DeadlineId,
    pub kind: DeadlineKind,
    /// order, report, dispatch or case.
    pub subject_kind: SubjectKind,
    pub subject: Uuid,
    pub report: ReportId,
    pub area: Area,
    pub due_at: Instant,
    pub state: DeadlineState,
    pub made_at: Instant,
    pub ended_at: Option<Instant>,
}

impl Deadline {
    /// A deadline that begins now: about `(kind, id)` of a thing, of a report in its area.
    pub fn pending(
        id: DeadlineId,
        kind: DeadlineKind,
        subject: (SubjectKind, Uuid),
        report: (ReportId, Area),
        due_at: Instant,
        made_at: Instant,
    ) -> Deadline {
        Deadline {
            id,
            kind,
            subject_kind: subject.0,
            subject: subject.1,
            report: report.0,
            area: report.1,
            due_at,
            state: DeadlineState::Pending,
            made_at,
            ended_at: None,
        }
    }
}

pub async fn deadline_insert(tx: &Tx, deadline: &Deadline) -> Result<(), StoreError> {
    let row = deadline::Model {
        id: deadline.id.into(),
        kind: deadline.kind.slug().into(),
        subject_kind: deadline.subject_kind.slug().into(),
        subject_id: deadline.subject,
        report_id: deadline.report.into(),
        area: area_number(deadline.area),
        due_at_ms: deadline.due_at.ms(),
        state: deadline.state.slug().into(),
        made_at_ms: deadline.made_at.ms(),
        ended_at_ms: deadline.ended_at.map(Instant::ms),
    };
    tx.insert_later(&deadline::Entity::insert(row.into_active_model()));
    Ok(())
}

/// Ends the pending deadlines of a subject that are of these kinds; returns how many.
pub async fn deadlines_cancel(
    tx: &Tx,
    subject: Uuid,
    kinds: &[DeadlineKind],
    at: Instant,
) -> Result<u64, StoreError> {
    let kinds: Vec<&str> = kinds.iter().map(|k| k.slug()).collect();
    let done = deadline::Entity::update_many()
        .col_expr(deadline::Column::State, DeadlineState::Cancelled.slug().into())
        .col_expr(deadline::Column::EndedAtMs, at.ms().into())
        .filter(deadline::Column::SubjectId.eq(subject))
        .filter(deadline::Column::State.eq(DeadlineState::Pending.slug()))
        .filter(deadline::Column::Kind.is_in(kinds))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected)
}

/// Pending deadlines whose time has come, soonest first.
pub async fn deadlines_due(
    conn: &impl ConnectionTrait,
    now: Instant,
    limit: u64,
) -> Result<Vec<Deadline>, StoreError> {
    let rows = deadline::Entity::find()
        .filter(deadline::Column::State.eq(DeadlineState::Pending.slug()))
        .filter(deadline::Column::DueAtMs.lte(now.ms()))
        .order_by_asc(deadline::Column::DueAtMs)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(deadline_of).collect()
}

/// Marks a pending deadline as fired; `false` when it ended before, so that it fires once.
pub async fn deadline_fire(tx: &Tx, id: DeadlineId, at: Instant) -> Result<bool, StoreError> {
    let done = deadline::Entity::update_many()
        .col_expr(deadline::Column::State, DeadlineState::Fired.slug().into())
        .col_expr(deadline::Column::EndedAtMs, at.ms().into())
        .filter(deadline::Column::Id.eq(Uuid::from(id)))
        .filter(deadline::Column::State.eq(DeadlineState::Pending.slug()))
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// The pending deadlines of the centre or an area, soonest first.
pub async fn deadlines_pending(
    conn: &impl ConnectionTrait,
    area: Option<Area>,
    limit: u64,
) -> Result<Vec<Deadline>, StoreError> {
    let mut find = deadline::Entity::find()
        .filter(deadline::Column::State.eq(DeadlineState::Pending.slug()))
        .order_by_asc(deadline::Column::DueAtMs)
        .limit(limit);
    if let Some((low, high)) = area.map(area_range) {
        find = find.filter(deadline::Column::Area.between(low, high));
    }
    find.all(conn).await?.into_iter().map(deadline_of).collect()
}

/// All deadlines of a report, soonest first.
pub async fn deadlines_of_report(
    conn: &impl ConnectionTrait,
    report: ReportId,
) -> Result<Vec<Deadline>, StoreError> {
    let rows = deadline::Entity::find()
        .filter(deadline::Column::ReportId.eq(Uuid::from(report)))
        .order_by_asc(deadline::Column::DueAtMs)
        .limit(1_000)
        .all(conn)
        .await?;
    rows.into_iter().map(deadline_of).collect()
}

/// The pending deadlines of several reports: what a page of a list shows as "next due".
pub async fn deadlines_of_reports(
    conn: &impl ConnectionTrait,
    reports: &[Uuid],
) -> Result<Vec<Deadline>, StoreError> {
    let rows = deadline::Entity::find()
        .filter(deadline::Column::ReportId.is_in(reports.to_vec()))
        .filter(deadline::Column::State.eq(DeadlineState::Pending.slug()))
        .order_by_asc(deadline::Column::DueAtMs)
        .all(conn)
        .await?;
    rows.into_iter().map(deadline_of).collect()
}

fn deadline_of(m: deadline::Model) -> Result<Deadline, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("deadline {}: {what}", m.id));
    let states = [
        DeadlineState::Pending,
        DeadlineState::Fired,
        DeadlineState::Cancelled,
    ];
    Ok(Deadline {
        id: m.id.into(),
        kind: DeadlineKind::from_slug(&m.kind).ok_or_else(|| corrupt("kind"))?,
        state: states
            .into_iter()
            .find(|s| s.slug() == m.state)
            .ok_or_else(|| corrupt("state"))?,
        subject_kind: SubjectKind::parse(&m.subject_kind).ok_or_else(|| corrupt("subject_kind"))?,
        subject: m.subject_id,
        report: m.report_id.into(),
        area: area_of(m.area)?,
        due_at: Instant::from_ms(m.due_at_ms),
        made_at: Instant::from_ms(m.made_at_ms),
        ended_at: m.ended_at_ms.map(Instant::from_ms),
    })
}
