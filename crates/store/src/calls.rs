//! 来电: what the telephone system announced, who answered it and when, and the report it became.

use crate::rows::incoming_call;
use crate::{StoreError, Tx};
use kernel::{CallId, Instant, Phone, ReportId, UserId};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use uuid::Uuid;

/// A call announced by the telephone system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub id: CallId,
    pub seat: String,
    pub line: String,
    pub number: Phone,
    pub rang_at: Instant,
    /// Who took it first, and when.
    pub answered: Option<(UserId, Instant)>,
    pub report: Option<ReportId>,
}

pub async fn call_insert(tx: &Tx, call: &Call) -> Result<(), StoreError> {
    let row = incoming_call::Model {
        id: call.id.into(),
        seat: call.seat.clone(),
        line: call.line.clone(),
        number: call.number.reveal().to_owned(),
        rang_at_ms: call.rang_at.ms(),
        report_id: call.report.map(Into::into),
        answered_at_ms: call.answered.map(|(_, at)| at.ms()),
        answered_by: call.answered.map(|(by, _)| by.into()),
    };
    incoming_call::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

pub async fn call_load(conn: &impl ConnectionTrait, id: CallId) -> Result<Option<Call>, StoreError> {
    let row = incoming_call::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?;
    Ok(row.map(call_of))
}

/// The newest call of the seat that rang after `since` and has no report yet.
pub async fn call_current(
    conn: &impl ConnectionTrait,
    seat: &str,
    since: Instant,
) -> Result<Option<Call>, StoreError> {
    let row = incoming_call::Entity::find()
        .filter(incoming_call::Column::Seat.eq(seat))
        .filter(incoming_call::Column::RangAtMs.gte(since.ms()))
        .filter(incoming_call::Column::ReportId.is_null())
        .order_by_desc(incoming_call::Column::RangAtMs)
        .one(conn)
        .await?;
    Ok(row.map(call_of))
}

/// Notes who took the call; the first answer stands.
pub async fn call_answer(tx: &Tx, id: CallId, by: UserId, at: Instant) -> Result<(), StoreError> {
    incoming_call::Entity::update_many()
        .col_expr(incoming_call::Column::AnsweredAtMs, at.ms().into())
        .col_expr(incoming_call::Column::AnsweredBy, Uuid::from(by).into())
        .filter(incoming_call::Column::Id.eq(Uuid::from(id)))
        .filter(incoming_call::Column::AnsweredAtMs.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The call became this report; of several reports of one call, the first.
pub async fn call_registered(tx: &Tx, id: CallId, report: ReportId) -> Result<(), StoreError> {
    incoming_call::Entity::update_many()
        .col_expr(incoming_call::Column::ReportId, Uuid::from(report).into())
        .filter(incoming_call::Column::Id.eq(Uuid::from(id)))
        .filter(incoming_call::Column::ReportId.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn call_of(row: incoming_call::Model) -> Call {
    let answered = row.answered_by.zip(row.answered_at_ms);
    Call {
        id: row.id.into(),
        seat: row.seat,
        line: row.line,
        number: row.number.into(),
        rang_at: Instant::from_ms(row.rang_at_ms),
        answered: answered.map(|(by, at)| (by.into(), Instant::from_ms(at))),
        report: row.report_id.map(Into::into),
    }
}
