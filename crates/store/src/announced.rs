//! What is new of the movements, for the jobs that follow them by number, and how far the reports have been told.
//!
//! New rows have a number of their own ([`crate::flow::transfers_behind`]). That a second bank has told of a row which is
//! here makes no new row, so it is noted here under a number of its own. Leaves out what the jobs do with it.

use crate::connect::Store;
use crate::flow::{WINDOWS_MAX, ask};
use crate::tx::Chore;
use crate::{StoreError, Tx};
use kernel::{AccountId, Instant};
use sea_orm::{ConnectionTrait, Statement};
use uuid::Uuid;

/// An account whose own bank told of movements that were here already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToldAgain {
    pub number: i64,
    pub account: AccountId,
    /// When the earliest and the latest of these movements happened.
    pub first: Instant,
    pub last: Instant,
}

/// Notes that the bank of each of these accounts has told of movements that were here already, which happened from `first`
/// to `last`.
pub async fn accounts_told(
    tx: &Tx,
    accounts: &[AccountId],
    (first, last): (Instant, Instant),
) -> Result<(), StoreError> {
    for part in accounts.chunks(WINDOWS_MAX) {
        let rows: Vec<String> = (3..3 + part.len()).map(|i| format!("(${i}, $1, $2)")).collect();
        let sql = format!(
            "INSERT INTO account_told (account_id, first_at_ms, last_at_ms) VALUES {}",
            rows.join(", ")
        );
        let mut values: Vec<sea_orm::Value> = vec![first.ms().into(), last.ms().into()];
        values.extend(part.iter().map(|a| Uuid::from(*a).into()));
        let statement = Statement::from_sql_and_values(tx.conn().get_database_backend(), sql, values);
        tx.conn().execute_raw(statement).await?;
    }
    Ok(())
}

/// The last number given by [`accounts_told`]; 0 before the first.
pub async fn accounts_told_last(conn: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let sql = "SELECT CAST(COALESCE(MAX(number), 0) AS bigint) FROM account_told";
    let rows = ask(conn, sql.into(), []).await?;
    let last = rows.first().map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(last.unwrap_or(0))
}

/// What was noted behind number `seq`, oldest first, at most `limit`.
pub async fn accounts_told_behind(
    conn: &impl ConnectionTrait,
    seq: i64,
    limit: u64,
) -> Result<Vec<ToldAgain>, StoreError> {
    let sql = "SELECT number, account_id, first_at_ms, last_at_ms FROM account_told \
         WHERE number > $1 ORDER BY number LIMIT $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = ask(conn, sql.into(), [seq.into(), limit.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(ToldAgain {
                number: row.try_get_by_index(0)?,
                account: row.try_get_by_index::<Uuid>(1)?.into(),
                first: Instant::from_ms(row.try_get_by_index(2)?),
                last: Instant::from_ms(row.try_get_by_index(3)?),
            })
        })
        .collect()
}

/// Up to which movement, and which bank's second telling, the reports have been told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announced {
    pub transfer: i64,
    pub told: i64,
}

/// How far the reports have been told.
pub async fn announced(conn: &impl ConnectionTrait) -> Result<Announced, StoreError> {
    let rows = ask(
        conn,
        "SELECT transfer_number, told_number FROM announced".into(),
        [],
    )
    .await?;
    let row = rows
        .first()
        .ok_or_else(|| StoreError::Corrupt("announced".into()))?;
    Ok(Announced {
        transfer: row.try_get_by_index(0)?,
        told: row.try_get_by_index(1)?,
    })
}

/// The reports have been told up to here, by the entries of this transaction.
pub async fn announced_put(tx: &Tx, to: Announced) -> Result<(), StoreError> {
    put(tx.conn(), to).await
}

/// No report is concerned up to here: there is nothing to tell, and no entry.
pub async fn announced_skip(store: &Store, to: Announced) -> Result<(), StoreError> {
    let chore = store.begin_chore(Chore::NobodyToTell).await?;
    put(chore.conn(), to).await?;
    chore.commit().await
}

/// Never back: two processes may have looked at the same rows.
async fn put(conn: &impl ConnectionTrait, to: Announced) -> Result<(), StoreError> {
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        "UPDATE announced SET transfer_number = $1, told_number = $2 WHERE transfer_number <= $1 AND told_number <= $2",
        [to.transfer.into(), to.told.into()],
    );
    conn.execute_raw(statement).await?;
    Ok(())
}
