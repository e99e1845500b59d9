//! Cases and legal papers.

use super::{index, unique};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, integer, text, text_null, uuid, uuid_null};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0005_cases"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        police_case(manager).await?;
        document(manager).await
    }
}

async fn police_case(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("police_case")
        .col(uuid("id").primary_key())
        .col(text("number"))
        .col(uuid("report_id"))
        .col(integer("area"))
        .col(text("name"))
        .col(text("state"))
        .col(text("source"))
        .col(text("review"))
        .col(uuid("accepted_by"))
        .col(big_integer("accepted_at_ms"))
        .col(uuid("second_officer"))
        .col(uuid_null("proposed_by"))
        .col(big_integer_null("proposed_at_ms"))
        .col(uuid_null("decided_by"))
        .col(big_integer_null("decided_at_ms"))
        .col(text("decider_level"))
        .col(text("opinion"))
        .col(big_integer("version"))
        .check(Expr::cust("decided_by IS NULL OR decided_by <> proposed_by"))
        .take();
    manager.create_table(table).await?;
    unique(manager, "police_case", &["number"]).await?;
    // The same report is accepted once (程序规定 175).
    unique(manager, "police_case", &["report_id"]).await?;
    // The list by state or area, newest first.
    index(manager, "police_case", &["state", "id"]).await?;
    index(manager, "police_case", &["area", "id"]).await
}

async fn document(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("document")
        .col(uuid("id").primary_key())
        .col(text("kind"))
        .col(text("state"))
        .col(text_null("number"))
        .col(text("register"))
        .col(big_integer_null("serial"))
        .col(uuid("report_id"))
        .col(uuid_null("order_id"))
        .col(uuid_null("case_id"))
        .col(integer("area"))
        .col(text("snapshot"))
        .col(uuid_null("made_by"))
        .col(big_integer("made_at_ms"))
        .col(integer("prints"))
        .take();
    manager.create_table(table).await?;
    // A register holds each serial once.
    unique(manager, "document", &["register", "serial"]).await?;
    // The papers of a report, an order, a case.
    index(manager, "document", &["report_id", "id"]).await?;
    index(manager, "document", &["order_id"]).await?;
    index(manager, "document", &["case_id"]).await
}
