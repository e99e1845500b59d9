//! Accounts and what holds them, orders, their messages out and in, transfers, deadlines, standing policies.

use super::{index, unique};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, blob_null, boolean, integer, text, text_null, uuid, uuid_null,
};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0004_orders"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        account(manager).await?;
        bank_order(manager).await?;
        order_batch(manager).await?;
        outbox(manager).await?;
        inbox(manager).await?;
        transfer(manager).await?;
        deadline(manager).await?;
        standing_policy(manager).await
    }
}

async fn account(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("account")
        .col(uuid("id").primary_key())
        .col(text("number"))
        .col(text("bank_code"))
        .col(text("bank_name"))
        .col(text("holder"))
        .col(text("account_type"))
        .col(text("exit_kind"))
        .col(text("status"))
        .col(big_integer_null("balance_fen"))
        .col(big_integer_null("balance_at_ms"))
        .col(text_null("holder_facts"))
        .col(text("prior_holds"))
        .col(integer("stops_executed"))
        .col(big_integer("version"))
        .take();
    manager.create_table(table).await?;
    // One row per normalised number: stops are counted on it.
    unique(manager, "account", &["number"]).await
}

async fn bank_order(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("bank_order")
        .col(uuid("id").primary_key())
        .col(text("kind"))
        .col(text("state"))
        .col(uuid("report_id"))
        .col(uuid_null("case_id"))
        .col(uuid("account_id"))
        .col(text("application_id"))
        .col(uuid_null("original_id"))
        .col(uuid_null("batch_id"))
        .col(integer("layer"))
        .col(integer("area"))
        .col(big_integer("amount_fen"))
        .col(text("terms"))
        .col(uuid("requested_by"))
        .col(big_integer("requested_at_ms"))
        .col(uuid("second_officer"))
        .col(text_null("approval"))
        .col(uuid_null("approved_by"))
        .col(text_null("confirmation"))
        .col(boolean("awaits_confirmation"))
        .col(integer("sends"))
        .col(big_integer_null("sent_at_ms"))
        .col(text("hub_code"))
        .col(text("result_code"))
        .col(big_integer_null("held_fen"))
        .col(big_integer_null("expire_at_ms"))
        .col(text_null("answer"))
        .col(big_integer("version"))
        // No one approves what they requested; the rule is in `domain`, this is the second lock.
        .check(Expr::cust("approved_by IS NULL OR approved_by <> requested_by"))
        .take();
    manager.create_table(table).await?;
    // The answer of a bank names it; one intent, one number, for ever.
    unique(manager, "bank_order", &["application_id"]).await?;
    // The board by state and kind, newest first; ids are time-ordered.
    index(manager, "bank_order", &["state", "id"]).await?;
    index(manager, "bank_order", &["kind", "id"]).await?;
    index(manager, "bank_order", &["area", "id"]).await?;
    // The orders of a report; the holds of an account; the follow-ups of an order; the orders of a batch.
    index(manager, "bank_order", &["report_id", "id"]).await?;
    index(manager, "bank_order", &["account_id", "kind", "state"]).await?;
    index(manager, "bank_order", &["original_id"]).await?;
    index(manager, "bank_order", &["batch_id"]).await?;
    // The inbox of those who confirm afterwards.
    let waiting = "CREATE INDEX ix_bank_order_confirm ON bank_order (id) WHERE awaits_confirmation = true";
    manager
        .get_connection()
        .execute_unprepared(waiting)
        .await
        .map(|_| ())
}

async fn order_batch(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("order_batch")
        .col(uuid("id").primary_key())
        .col(uuid("report_id"))
        .col(text("state"))
        .col(integer("area"))
        .col(integer("orders"))
        .col(big_integer("amount_fen"))
        .col(uuid("requested_by"))
        .col(big_integer("requested_at_ms"))
        .col(uuid_null("decided_by"))
        .col(big_integer_null("decided_at_ms"))
        .take();
    manager.create_table(table).await?;
    // The approvals inbox.
    index(manager, "order_batch", &["state", "id"]).await
}

async fn outbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("outbox")
        .col(uuid("id").primary_key())
        .col(uuid("order_id"))
        // The lane: one slow bank never delays another.
        .col(text("bank_code"))
        .col(text("tx_code"))
        .col(text("application_id"))
        .col(text("trans_serial"))
        .col(text("file_name"))
        .col(text("state"))
        .col(text("intent"))
        .col(blob_null("body"))
        .col(text("body_digest"))
        .col(integer("attempts"))
        .col(big_integer("next_at_ms"))
        .col(text("last_problem"))
        .col(big_integer("created_at_ms"))
        .col(big_integer_null("sent_at_ms"))
        .take();
    manager.create_table(table).await?;
    // Unique per transmission (DOMAIN 1.2), and what the hub's answer names.
    unique(manager, "outbox", &["trans_serial"]).await?;
    unique(manager, "outbox", &["file_name"]).await?;
    // The sender: what waits and is due.
    index(manager, "outbox", &["state", "next_at_ms"]).await?;
    // The message of an order.
    index(manager, "outbox", &["order_id"]).await
}

async fn inbox(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("inbox")
        .col(uuid("id").primary_key())
        .col(text("place"))
        .col(text("file_name"))
        .col(text("tx_code"))
        .col(text("application_id"))
        .col(text("trans_serial"))
        .col(text("digest"))
        .col(uuid_null("order_id"))
        .col(text("note"))
        .col(big_integer("received_at_ms"))
        .col(blob("body"))
        .take();
    manager.create_table(table).await?;
    // A message taken once is never taken again.
    unique(
        manager,
        "inbox",
        &["tx_code", "application_id", "trans_serial", "place"],
    )
    .await?;
    // The answers of an order, in the order they came.
    index(manager, "inbox", &["order_id", "received_at_ms"]).await
}

async fn transfer(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("transfer")
        .col(uuid("id").primary_key())
        .col(uuid("src"))
        .col(uuid("dst"))
        .col(big_integer("amount_fen"))
        .col(big_integer("at_ms"))
        .col(text_null("src_serial"))
        .col(text_null("dst_serial"))
        .col(big_integer_null("src_balance_fen"))
        .col(big_integer_null("dst_balance_fen"))
        .col(uuid_null("payment_id"))
        .col(uuid_null("source_order"))
        .col(text("summary"))
        .take();
    manager.create_table(table).await?;
    // What left an account and what came in, in the order of time: the trace's only two questions. The second also
    // finds the row that the other bank told us of already.
    index(manager, "transfer", &["src", "at_ms"]).await?;
    index(manager, "transfer", &["dst", "at_ms"]).await?;
    // A bank's row is kept once.
    unique(manager, "transfer", &["src", "src_serial"]).await?;
    unique(manager, "transfer", &["dst", "dst_serial"]).await
}

async fn deadline(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("deadline")
        .col(uuid("id").primary_key())
        .col(text("kind"))
        .col(text("subject_kind"))
        .col(uuid("subject_id"))
        .col(uuid("report_id"))
        .col(integer("area"))
        .col(big_integer("due_at_ms"))
        .col(text("state"))
        .col(big_integer("made_at_ms"))
        .col(big_integer_null("ended_at_ms"))
        .take();
    manager.create_table(table).await?;
    // The job: what is pending and due. Also the board's countdowns, soonest first.
    index(manager, "deadline", &["state", "due_at_ms"]).await?;
    // The deadlines of a thing, and its next one.
    index(manager, "deadline", &["subject_id", "state", "due_at_ms"]).await?;
    index(manager, "deadline", &["report_id", "state", "due_at_ms"]).await
}

async fn standing_policy(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("standing_policy")
        .col(uuid("id").primary_key())
        .col(big_integer("serial"))
        .col(big_integer("amount_max_fen"))
        .col(big_integer("payment_age_max_ms"))
        .col(boolean("direct_payee_only"))
        .col(big_integer("valid_from_ms"))
        .col(big_integer("valid_until_ms"))
        .col(big_integer("confirm_within_ms"))
        .col(uuid("signed_by"))
        .col(big_integer("signed_at_ms"))
        .col(big_integer_null("ended_at_ms"))
        .col(big_integer("used_count"))
        .col(big_integer("version"))
        .take();
    manager.create_table(table).await?;
    // Policies in force at an instant.
    index(manager, "standing_policy", &["valid_until_ms"]).await
}
