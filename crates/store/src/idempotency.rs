//! Answers kept under the key of their request, so that a command sent twice is done once. Leaves out what a key
//! looks like and when an answer may be repeated: `web` decides both.

use crate::connect::Store;
use crate::error::StoreError;
use crate::tx::{Chore, Tx};
use kernel::Instant;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, Set};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub actor: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub key: String,
        pub route: String,
        pub request_digest: String,
        pub response_status: i32,
        pub response_body: String,
        pub created_at_ms: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An answered request. The digest tells a repeated request from another one under the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub actor: String,
    pub key: String,
    pub route: String,
    pub request_digest: String,
    pub response_status: u16,
    pub response_body: String,
    pub created_at: Instant,
}

/// What was answered to this actor under this key. Ask inside the transaction: then a twin that is still running has
/// either committed or not begun.
pub async fn find(
    conn: &impl ConnectionTrait,
    actor: &str,
    key: &str,
) -> Result<Option<Answered>, StoreError> {
    let row = row::Entity::find_by_id((actor.to_owned(), key.to_owned()))
        .one(conn)
        .await?;
    row.map(answered_of).transpose()
}

/// Keeps the answer in the transaction that did the work. [`StoreError::Duplicate`] when the key was used already.
pub async fn keep(tx: &Tx, answered: &Answered) -> Result<(), StoreError> {
    let row = row::ActiveModel {
        actor: Set(answered.actor.clone()),
        key: Set(answered.key.clone()),
        route: Set(answered.route.clone()),
        request_digest: Set(answered.request_digest.clone()),
        response_status: Set(answered.response_status.into()),
        response_body: Set(answered.response_body.clone()),
        created_at_ms: Set(answered.created_at.ms()),
    };
    row::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Writes the answer beside a key that a transaction has kept with an empty one. Not a fact: the facts and the key are
/// saved already, and a repeated request whose answer was lost is told so.
pub async fn answer(store: &Store, answered: &[Answered]) -> Result<(), StoreError> {
    let chore = store.begin_chore(Chore::IdempotentAnswer).await?;
    for one in answered {
        row::Entity::update_many()
            .col_expr(
                row::Column::ResponseStatus,
                Expr::value(i32::from(one.response_status)),
            )
            .col_expr(row::Column::ResponseBody, Expr::value(one.response_body.as_str()))
            .filter(row::Column::Actor.eq(&one.actor))
            .filter(row::Column::Key.eq(&one.key))
            .exec(chore.conn())
            .await?;
    }
    chore.commit().await
}

/// Forgets answers given before `before`; returns how many.
pub async fn sweep(store: &Store, before: Instant) -> Result<u64, StoreError> {
    let chore = store.begin_chore(Chore::IdempotencySweep).await?;
    let gone = row::Entity::delete_many()
        .filter(row::Column::CreatedAtMs.lt(before.ms()))
        .exec(chore.conn())
        .await?;
    chore.commit().await?;
    Ok(gone.rows_affected)
}

fn answered_of(row: row::Model) -> Result<Answered, StoreError> {
    let response_status = u16::try_from(row.response_status)
        .map_err(|_| StoreError::Corrupt("idempotency.response_status".into()))?;
    Ok(Answered {
        actor: row.actor,
        key: row.key,
        route: row.route,
        request_digest: row.request_digest,
        response_status,
        response_body: row.response_body,
        created_at: Instant::from_ms(row.created_at_ms),
    })
}
