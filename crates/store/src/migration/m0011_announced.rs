//! How far the reports have been told of movements; and when the movements happened whose second bank has told.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0011_announced"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let number = match manager.get_database_backend() {
            DbBackend::Sqlite => "rowid",
            _ => "seq",
        };
        // One row, read by its key. What is here already was told in the transactions that brought it.
        let here = format!(
            "INSERT INTO announced (one, transfer_number, told_number) \
             SELECT 1, COALESCE((SELECT MAX({number}) FROM transfer), 0), COALESCE((SELECT MAX(number) FROM account_told), 0)"
        );
        for statement in [
            "ALTER TABLE account_told ADD COLUMN first_at_ms bigint NOT NULL DEFAULT 0",
            "ALTER TABLE account_told ADD COLUMN last_at_ms bigint NOT NULL DEFAULT 0",
            "CREATE TABLE announced (one integer NOT NULL PRIMARY KEY, transfer_number bigint NOT NULL, told_number bigint NOT NULL)",
            &here,
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
