//! Numbers kept in the same transaction as the facts they count, so that a count never needs a scan, and serial
//! numbers without gaps. Leaves out which counters exist: the slices name them, resource first (`order.sent`).

use crate::error::StoreError;
use crate::tx::Tx;
use sea_orm::{ConnectionTrait, Statement};

/// Adds `delta` (which may be negative) and returns the new value. A counter starts at 0.
pub async fn bump(tx: &Tx, name: &str, delta: i64) -> Result<i64, StoreError> {
    let conn = tx.conn();
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        "INSERT INTO counter (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value",
        [name.into(), delta.into()],
    );
    let row = conn
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| StoreError::Corrupt(format!("counter {name}")))?;
    Ok(row.try_get_by_index(0)?)
}

/// The value, 0 when nobody counted yet.
pub async fn read(conn: &impl ConnectionTrait, name: &str) -> Result<i64, StoreError> {
    let backend = conn.get_database_backend();
    let statement = Statement::from_sql_and_values(
        backend,
        "SELECT value FROM counter WHERE name = $1",
        [name.into()],
    );
    let row = conn.query_one_raw(statement).await?;
    Ok(row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0))
}

/// All counters whose name begins with `prefix`, in order of their names: one query for a board's figures.
pub async fn read_all(conn: &impl ConnectionTrait, prefix: &str) -> Result<Vec<(String, i64)>, StoreError> {
    let statement = Statement::from_sql_and_values(
        conn.get_database_backend(),
        "SELECT name, value FROM counter WHERE name >= $1 AND name < $2 ORDER BY name",
        [prefix.into(), format!("{prefix}\u{10ffff}").into()],
    );
    let rows = conn.query_all_raw(statement).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// The next number of a register, 1 first. A transaction that is undone gives its number back, and writers stand in
/// line, so a register has no gaps.
pub async fn next_serial(tx: &Tx, register: &str) -> Result<i64, StoreError> {
    bump(tx, &format!("serial:{register}"), 1).await
}
