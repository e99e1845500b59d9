//! Reports that a bank began (案件举报), and whom a message in the outbox is about.

use super::{index, unique};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, uuid, uuid_null};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0008_bank_report"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("bank_report")
            .col(uuid("id").primary_key())
            .col(text("application_id"))
            .col(text("application_type"))
            .col(text("from_node"))
            .col(text("org_name"))
            .col(text("victim_masked"))
            .col(big_integer("loss_fen"))
            .col(text("form"))
            .col(text("state"))
            .col(big_integer("received_at_ms"))
            .col(uuid_null("taken_by"))
            .col(big_integer_null("taken_at_ms"))
            .col(uuid_null("draft_id"))
            .col(uuid_null("report_id"))
            .take();
        manager.create_table(table).await?;
        // A bank that sends its report again sends the same one.
        unique(manager, "bank_report", &["application_id"]).await?;
        // The desk: what waits or is being typed, oldest first.
        index(manager, "bank_report", &["state", "id"]).await?;
        // A stop of the report names the bank's report.
        index(manager, "bank_report", &["report_id"]).await?;
        let subject = "ALTER TABLE outbox ADD COLUMN subject_kind text NOT NULL DEFAULT 'order'";
        manager
            .get_connection()
            .execute_unprepared(subject)
            .await
            .map(drop)
    }
}
