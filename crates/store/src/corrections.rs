//! 补正: what stood in a report before it was corrected, act by act, and the writes that a correction makes to a report's
//! people, payments and identifiers.
//!
//! Promises: a row of the history is never changed or deleted. Leaves out what may be corrected
//! (`domain::report::correct`).

use crate::intake::{Identifier, Payment, Person, identifiers_insert, payment_model, person_model};
use crate::rows::{correction, payment, person, transfer};
use crate::{StoreError, Tx};
use domain::report::correct::{Change, Corrected, Fact};
use kernel::{CorrectionId, Instant, PaymentId, ReportId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Statement,
};
use uuid::Uuid;

/// One fact of a report that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub id: CorrectionId,
    pub report: ReportId,
    /// Which act of correcting this report, from 1.
    pub revision: i64,
    /// Place within the act.
    pub position: u32,
    pub change: Change,
    pub reason: String,
    pub by: UserId,
    pub at: Instant,
}

pub async fn corrections_insert(tx: &Tx, corrections: &[Correction]) -> Result<(), StoreError> {
    for one in corrections {
        tx.insert_later(&correction::Entity::insert(model_of(one).into_active_model()));
    }
    Ok(())
}

/// The history of a report, oldest first.
pub async fn corrections(
    conn: &impl ConnectionTrait,
    report: ReportId,
) -> Result<Vec<Correction>, StoreError> {
    let rows = correction::Entity::find()
        .filter(correction::Column::ReportId.eq(Uuid::from(report)))
        .order_by_asc(correction::Column::Revision)
        .order_by_asc(correction::Column::Position)
        .all(conn)
        .await?;
    rows.into_iter().map(of_model).collect()
}

/// How often the report was corrected: the state that a form was made from.
pub async fn revision_of(conn: &impl ConnectionTrait, report: ReportId) -> Result<i64, StoreError> {
    let last: Option<i64> = correction::Entity::find()
        .select_only()
        .column(correction::Column::Revision)
        .filter(correction::Column::ReportId.eq(Uuid::from(report)))
        .order_by_desc(correction::Column::Revision)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(last.unwrap_or(0))
}

/// Writes a person of a report as it now stands; new or changed.
pub async fn person_save(tx: &Tx, person: &Person, new: bool) -> Result<(), StoreError> {
    let mut model = person_model(person).into_active_model();
    if new {
        tx.insert_later(&person::Entity::insert(model));
        return Ok(());
    }
    model = model.reset_all();
    model.id = ActiveValue::NotSet;
    person::Entity::update_many()
        .set(model)
        .filter(person::Column::Id.eq(Uuid::from(person.id)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Writes a changed payment. When it is another movement than before, the bank's row that it was matched with is free again.
pub async fn payment_save(tx: &Tx, payment: &Payment) -> Result<(), StoreError> {
    let mut model = payment_model(payment).into_active_model().reset_all();
    model.id = ActiveValue::NotSet;
    payment::Entity::update_many()
        .set(model)
        .filter(payment::Column::Id.eq(Uuid::from(payment.id)))
        .exec(tx.conn())
        .await?;
    if payment.transfer.is_none() {
        transfer_free(tx, payment.id).await?;
    }
    Ok(())
}

/// Takes out a row that was no payment; the history keeps what stood there.
pub async fn payment_delete(tx: &Tx, id: PaymentId) -> Result<(), StoreError> {
    transfer_free(tx, id).await?;
    payment::Entity::delete_by_id(Uuid::from(id))
        .exec(tx.conn())
        .await?;
    Ok(())
}

async fn transfer_free(tx: &Tx, payment: PaymentId) -> Result<(), StoreError> {
    transfer::Entity::update_many()
        .col_expr(transfer::Column::PaymentId, Expr::value(Option::<Uuid>::None))
        .filter(transfer::Column::PaymentId.eq(Uuid::from(payment)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Makes the report findable by these values and by no others.
pub async fn identifiers_replace(
    tx: &Tx,
    report: ReportId,
    identifiers: &[Identifier],
) -> Result<(), StoreError> {
    let backend = tx.conn().get_database_backend();
    let clear = "DELETE FROM identifier WHERE subject_kind = 'report' AND subject_id = $1";
    tx.conn()
        .execute_raw(Statement::from_sql_and_values(
            backend,
            clear,
            [Uuid::from(report).into()],
        ))
        .await?;
    identifiers_insert(tx, identifiers).await
}

fn model_of(c: &Correction) -> correction::Model {
    let (kind, id) = match c.change.of {
        Corrected::Report => ("report", None),
        Corrected::Payment(id) => ("payment", Some(id.into())),
        Corrected::Person(id) => ("person", Some(id.into())),
    };
    correction::Model {
        id: c.id.into(),
        report_id: c.report.into(),
        revision: c.revision,
        position: i32::try_from(c.position).unwrap_or(i32::MAX),
        subject_kind: kind.into(),
        subject_id: id,
        fact: c.change.fact.slug().into(),
        value_before: c.change.before.clone(),
        value_after: c.change.after.clone(),
        reason: c.reason.clone(),
        made_by: c.by.into(),
        made_at_ms: c.at.ms(),
    }
}

fn of_model(m: correction::Model) -> Result<Correction, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("correction {}: {what}", m.id));
    let of = match (m.subject_kind.as_str(), m.subject_id) {
        ("report", _) => Corrected::Report,
        ("payment", Some(id)) => Corrected::Payment(id.into()),
        ("person", Some(id)) => Corrected::Person(id.into()),
        _ => return Err(corrupt("subject_kind")),
    };
    Ok(Correction {
        change: Change {
            of,
            fact: Fact::from_slug(&m.fact).ok_or_else(|| corrupt("fact"))?,
            before: m.value_before,
            after: m.value_after,
        },
        id: m.id.into(),
        report: m.report_id.into(),
        revision: m.revision,
        position: u32::try_from(m.position).unwrap_or(0),
        reason: m.reason,
        by: m.made_by.into(),
        at: Instant::from_ms(m.made_at_ms),
    })
}
