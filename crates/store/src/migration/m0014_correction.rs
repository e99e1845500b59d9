//! What the caller knows of the account that paid when its number is not on the form, and what stood in a report before it
//! was corrected.

use super::unique;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text, uuid, uuid_null};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0014_correction"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["payer_tail", "payer_bank_code", "payer_bank_name", "payer_name"] {
            let statement = format!("ALTER TABLE payment ADD COLUMN {column} text NOT NULL DEFAULT ''");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        let table = Table::create()
            .table("correction")
            .col(uuid("id").primary_key())
            .col(uuid("report_id"))
            .col(big_integer("revision"))
            .col(integer("position"))
            .col(text("subject_kind"))
            .col(uuid_null("subject_id"))
            .col(text("fact"))
            .col(text("value_before"))
            .col(text("value_after"))
            .col(text("reason"))
            .col(uuid("made_by"))
            .col(big_integer("made_at_ms"))
            .take();
        manager.create_table(table).await?;
        // The history of a report, act by act; and two people who correct the same state cannot both be the next act.
        unique(manager, "correction", &["report_id", "revision", "position"]).await
    }
}
