//! What papers are made from: the words of the organ that decides, who checked the identity papers of whom, and what was
//! written in 呈请立案.

use super::index;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, uuid};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0015_papers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let json = "NOT NULL DEFAULT '[]'";
        let text = "NOT NULL DEFAULT ''";
        for (table, column, kind) in [
            ("org", "number_agency", text),
            ("org", "number_unit", text),
            ("org", "phone", text),
            ("org", "supervision_phone", text),
            ("org", "progress_channel", text),
            ("police_case", "proposal_summary", text),
            ("police_case", "proposal_opinion", text),
            ("police_case", "proposal_officers", json),
        ] {
            let statement = format!("ALTER TABLE {table} ADD COLUMN {column} text {kind}");
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        // The papers of a person are checked once; who did it first stands.
        let table = Table::create()
            .table("identity_check")
            .col(uuid("person_id").primary_key())
            .col(uuid("report_id"))
            .col(uuid("checked_by"))
            .col(big_integer("checked_at_ms"))
            .take();
        manager.create_table(table).await?;
        // The checks of a report, for its papers and its page.
        index(manager, "identity_check", &["report_id"]).await
    }
}
