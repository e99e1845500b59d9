//! 应急授权: standing policies as kept. Leaves out what they cover (`domain::policy`).

use crate::rows::standing_policy;
use crate::{StoreError, Tx};
use domain::policy::StandingPolicy;
use kernel::{Fen, Instant, PolicyId, Span};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};
use uuid::Uuid;

/// A policy and how often it let an order leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRow {
    pub policy: StandingPolicy,
    pub used: i64,
}

pub async fn policy_insert(tx: &Tx, policy: &StandingPolicy) -> Result<(), StoreError> {
    let row = standing_policy::Model {
        id: policy.id.into(),
        serial: policy.serial,
        amount_max_fen: policy.amount_max.0,
        payment_age_max_ms: policy.payment_age_max.ms(),
        direct_payee_only: policy.direct_payee_only,
        valid_from_ms: policy.valid_from.ms(),
        valid_until_ms: policy.valid_until.ms(),
        confirm_within_ms: policy.confirm_within.ms(),
        signed_by: policy.signed_by.into(),
        signed_at_ms: policy.signed_at.ms(),
        ended_at_ms: policy.ended_at.map(Instant::ms),
        used_count: 0,
        version: policy.version,
    };
    standing_policy::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Ends a policy; `false` when it ended before.
pub async fn policy_end(tx: &Tx, id: PolicyId, at: Instant) -> Result<bool, StoreError> {
    let done = standing_policy::Entity::update_many()
        .col_expr(standing_policy::Column::EndedAtMs, at.ms().into())
        .filter(standing_policy::Column::Id.eq(Uuid::from(id)))
        .filter(standing_policy::Column::EndedAtMs.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

pub async fn policy_used(tx: &Tx, id: PolicyId) -> Result<(), StoreError> {
    let sql = "UPDATE standing_policy SET used_count = used_count + 1 WHERE id = $1";
    let backend = tx.conn().get_database_backend();
    tx.later(Statement::from_sql_and_values(
        backend,
        sql,
        [Uuid::from(id).into()],
    ));
    Ok(())
}

/// Policies in force at `now`, oldest first.
pub async fn policies_in_force(
    conn: &impl ConnectionTrait,
    now: Instant,
) -> Result<Vec<StandingPolicy>, StoreError> {
    let rows = standing_policy::Entity::find()
        .filter(standing_policy::Column::ValidUntilMs.gt(now.ms()))
        .filter(standing_policy::Column::ValidFromMs.lte(now.ms()))
        .filter(standing_policy::Column::EndedAtMs.is_null())
        .order_by_asc(standing_policy::Column::Serial)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(|r| policy_of(r).policy).collect())
}

/// All policies, newest first.
pub async fn policies(conn: &impl ConnectionTrait) -> Result<Vec<PolicyRow>, StoreError> {
    let rows = standing_policy::Entity::find()
        .order_by_desc(standing_policy::Column::Serial)
        .limit(200)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(policy_of).collect())
}

pub async fn policy_load(conn: &impl ConnectionTrait, id: PolicyId) -> Result<Option<PolicyRow>, StoreError> {
    Ok(standing_policy::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(policy_of))
}

fn policy_of(m: standing_policy::Model) -> PolicyRow {
    PolicyRow {
        used: m.used_count,
        policy: StandingPolicy {
            id: m.id.into(),
            serial: m.serial,
            amount_max: Fen(m.amount_max_fen),
            payment_age_max: Span::from_ms(m.payment_age_max_ms),
            direct_payee_only: m.direct_payee_only,
            valid_from: Instant::from_ms(m.valid_from_ms),
            valid_until: Instant::from_ms(m.valid_until_ms),
            confirm_within: Span::from_ms(m.confirm_within_ms),
            signed_by: m.signed_by.into(),
            signed_at: Instant::from_ms(m.signed_at_ms),
            ended_at: m.ended_at_ms.map(Instant::from_ms),
            version: m.version,
        },
    }
}
