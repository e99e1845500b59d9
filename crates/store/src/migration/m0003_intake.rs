//! Calls, drafts, reports with their people and payments, dispatches, and the index of identifiers.

use super::{index, unique};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer, integer_null, text, text_null, uuid, uuid_null,
};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0003_intake"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        call(manager).await?;
        draft(manager).await?;
        report(manager).await?;
        person(manager).await?;
        payment(manager).await?;
        identifier(manager).await?;
        dispatch(manager).await
    }
}

async fn call(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("incoming_call")
        .col(uuid("id").primary_key())
        .col(text("seat"))
        .col(text("line"))
        .col(text("number"))
        .col(big_integer("rang_at_ms"))
        .col(uuid_null("report_id"))
        .take();
    manager.create_table(table).await?;
    // "What is ringing at this seat", newest first.
    index(manager, "incoming_call", &["seat", "rang_at_ms"]).await
}

async fn draft(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("draft")
        .col(uuid("id").primary_key())
        .col(uuid("owner"))
        .col(text("body"))
        .col(big_integer("version"))
        .col(big_integer("updated_at_ms"))
        .take();
    manager.create_table(table).await?;
    // "My drafts", newest first.
    index(manager, "draft", &["owner", "updated_at_ms"]).await
}

async fn report(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("report")
        .col(uuid("id").primary_key())
        .col(text("number"))
        .col(text("platform_case_number"))
        .col(text("state"))
        .col(text("channel"))
        .col(text("seat"))
        .col(text("line"))
        .col(text("narrative"))
        .col(text_null("category"))
        .col(integer("area"))
        .col(big_integer("reported_at_ms"))
        .col(uuid("received_by"))
        .col(uuid("recorded_by"))
        .col(uuid_null("approved_by"))
        .col(uuid_null("caller_id"))
        .col(text("victim_masked"))
        .col(big_integer_null("latest_payment_at_ms"))
        .col(big_integer("loss_fen"))
        .col(big_integer("held_fen"))
        .col(big_integer_null("first_order_at_ms"))
        .col(uuid_null("lock_owner"))
        .col(text_null("lock_owner_name"))
        .col(big_integer_null("lock_until_ms"))
        .col(big_integer("version"))
        .take();
    manager.create_table(table).await?;
    unique(manager, "report", &["number"]).await?;
    // The list by state, category or area, newest first: ids are time-ordered, so the keyset is the id alone.
    index(manager, "report", &["state", "id"]).await?;
    index(manager, "report", &["area", "id"]).await?;
    index(manager, "report", &["category", "id"]).await?;
    // The shift's median from call to first order.
    index(manager, "report", &["reported_at_ms"]).await
}

async fn person(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("person")
        .col(uuid("id").primary_key())
        .col(uuid("report_id"))
        .col(text("role"))
        .col(integer("position"))
        .col(text("name"))
        .col(text("id_type"))
        .col(text("id_number"))
        .col(text("phone"))
        .col(text("sex"))
        .col(integer_null("age"))
        .col(text("address"))
        .col(text("relation"))
        .take();
    manager.create_table(table).await?;
    // The people of a report, in order.
    index(manager, "person", &["report_id", "role", "position"]).await
}

async fn payment(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("payment")
        .col(uuid("id").primary_key())
        .col(uuid("report_id"))
        .col(integer("position"))
        .col(uuid_null("victim_id"))
        .col(big_integer("paid_at_ms"))
        .col(big_integer("amount_fen"))
        .col(uuid_null("from_account"))
        .col(uuid("to_account"))
        .col(text("channel"))
        .col(text("serial"))
        .col(uuid_null("transfer_id"))
        .take();
    manager.create_table(table).await?;
    // The payments of a report, in order.
    index(manager, "payment", &["report_id", "position"]).await?;
    // Payments that a bank's row may be: same account and amount; also "other reports that paid this account".
    index(manager, "payment", &["to_account", "amount_fen"]).await
}

/// Exact search by any identifier, and the duplicate check while typing.
async fn identifier(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("identifier")
        .col(text("value"))
        .col(text("kind"))
        .col(uuid("subject_id"))
        .col(text("subject_kind"))
        .col(integer("area"))
        // The key is the question: who has this value. Newest subjects first.
        .primary_key(Index::create().col("value").col("kind").col("subject_id"))
        .take();
    manager.create_table(table).await
}

async fn dispatch(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("dispatch")
        .col(uuid("id").primary_key())
        .col(uuid("report_id"))
        .col(integer("area"))
        .col(uuid("dispatched_by"))
        .col(big_integer("dispatched_at_ms"))
        .col(big_integer("due_at_ms"))
        .col(uuid_null("acknowledged_by"))
        .col(big_integer_null("acknowledged_at_ms"))
        .take();
    manager.create_table(table).await?;
    // The dispatches of a report, newest first.
    index(manager, "dispatch", &["report_id", "dispatched_at_ms"]).await
}
