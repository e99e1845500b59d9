//! Orders that left under a standing policy and whose confirmation afterwards a leader refused: the board and the supervisor
//! ask for them.

use sea_orm_migration::prelude::*;

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0016_confirmation_refused"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            "ALTER TABLE bank_order ADD COLUMN confirmation_refused boolean NOT NULL DEFAULT false",
            // The board's list of them, newest first. They are few, so nothing else is written to this index.
            "CREATE INDEX ix_bank_order_refused ON bank_order (id) WHERE confirmation_refused = true",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
