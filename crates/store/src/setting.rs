//! Small values that people change while the centre runs, by name. Leaves out what they mean and who may change them.

use crate::error::StoreError;
use crate::tx::Tx;
use sea_orm::{ConnectionTrait, Statement};

pub async fn get(conn: &impl ConnectionTrait, key: &str) -> Result<Option<String>, StoreError> {
    let backend = conn.get_database_backend();
    let statement =
        Statement::from_sql_and_values(backend, "SELECT value FROM setting WHERE key = $1", [key.into()]);
    Ok(conn
        .query_one_raw(statement)
        .await?
        .map(|row| row.try_get_by_index(0))
        .transpose()?)
}

pub async fn put(tx: &Tx, key: &str, value: &str) -> Result<(), StoreError> {
    let statement = Statement::from_sql_and_values(
        tx.conn().get_database_backend(),
        "INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [key.into(), value.into()],
    );
    tx.conn().execute_raw(statement).await?;
    Ok(())
}
