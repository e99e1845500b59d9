//! When somebody answered a call, and how each report came to the seat: the call, its ring, its answer, the first words
//! typed. The time to the first stop is counted from there.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0012_report_start"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let uuid = match manager.get_database_backend() {
            DbBackend::Sqlite => "uuid_text",
            _ => "uuid",
        };
        for statement in [
            "ALTER TABLE incoming_call ADD COLUMN answered_at_ms bigint".to_owned(),
            format!("ALTER TABLE incoming_call ADD COLUMN answered_by {uuid}"),
            format!("ALTER TABLE report ADD COLUMN call_id {uuid}"),
            "ALTER TABLE report ADD COLUMN rang_at_ms bigint".to_owned(),
            "ALTER TABLE report ADD COLUMN answered_at_ms bigint".to_owned(),
            "ALTER TABLE report ADD COLUMN typed_at_ms bigint".to_owned(),
            // Two calls of one report: the first ring is when the caller first reached us.
            "UPDATE report SET rang_at_ms = (SELECT MIN(c.rang_at_ms) FROM incoming_call c WHERE c.report_id = report.id)"
                .to_owned(),
            "UPDATE report SET call_id = (SELECT c.id FROM incoming_call c WHERE c.report_id = report.id \
             AND c.rang_at_ms = report.rang_at_ms LIMIT 1)"
                .to_owned(),
        ] {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}
