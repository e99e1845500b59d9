//! Counts by area, state and sort, in the place of counts by state alone: the total of a county's list was the
//! city's.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0006_tally"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("tally")
            .col(text("what"))
            .col(integer("area"))
            .col(text("state"))
            .col(text("sort"))
            .col(big_integer("value"))
            // The key is the question: how many of these, where, in which state.
            .primary_key(Index::create().col("what").col("area").col("state").col("sort"))
            .take();
        manager.create_table(table).await?;
        for statement in [
            "INSERT INTO tally (what, area, state, sort, value) \
             SELECT 'report', area, state, COALESCE(category, ''), COUNT(*) FROM report GROUP BY area, state, COALESCE(category, '')",
            "INSERT INTO tally (what, area, state, sort, value) \
             SELECT 'order', area, state, kind, COUNT(*) FROM bank_order GROUP BY area, state, kind",
            "INSERT INTO tally (what, area, state, sort, value) \
             SELECT 'case', area, state, '', COUNT(*) FROM police_case GROUP BY area, state",
            "DELETE FROM counter WHERE name LIKE 'report.state.%' OR name LIKE 'order.state.%'",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
