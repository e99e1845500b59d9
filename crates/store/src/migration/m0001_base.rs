//! The tables that every slice leans on: the centre, the audit log, kept answers, counters, settings, leases.

use super::{index, number_key};
use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, blob, boolean, integer, text};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0001_base"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        centre(manager).await?;
        audit(manager).await?;
        append_only(manager).await?;
        idempotency(manager).await?;
        counter(manager).await?;
        setting(manager).await?;
        lease(manager).await
    }
}

/// One row, read at each start.
async fn centre(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("centre")
        .col(integer("one").primary_key().check(Expr::col("one").eq(1)))
        .col(text("centre_id"))
        .col(text("mark").check(Expr::col("mark").is_in(["demo", "real"])))
        .col(text("name"))
        .take();
    manager.create_table(table).await
}

async fn audit(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Read in order of seq by the export; looked up by seq.
    let entries = Table::create()
        .table("audit_entry")
        .col(number_key(manager, "seq"))
        .col(big_integer("at_ms"))
        .col(text("actor"))
        .col(text("action"))
        .col(text("subject_kind"))
        .col(text("subject_id"))
        .col(boolean("done"))
        .col(text("canonical"))
        .col(blob("prev"))
        .col(blob("digest"))
        .take();
    manager.create_table(entries).await?;
    // The viewer's list, newest first, all of it or between two instants.
    index(manager, "audit_entry", &["at_ms", "seq"]).await?;
    // "What did this person do", newest first.
    index(manager, "audit_entry", &["actor", "at_ms", "seq"]).await?;
    // "Who touched this order, report, account", newest first; also the timeline of a case.
    index(
        manager,
        "audit_entry",
        &["subject_kind", "subject_id", "at_ms", "seq"],
    )
    .await?;
    // "All prints", "all sign-ins", newest first.
    index(manager, "audit_entry", &["action", "at_ms", "seq"]).await?;
    // "What was refused", newest first. Refusals are few, so the index is small.
    let refused = "CREATE INDEX ix_audit_entry_refused ON audit_entry (at_ms, seq) WHERE done = false";
    manager.get_connection().execute_unprepared(refused).await?;

    // One row: the last entry. Locked by each transaction that writes, so that the chain has one order.
    let head = Table::create()
        .table("audit_head")
        .col(integer("one").primary_key().check(Expr::col("one").eq(1)))
        .col(big_integer("seq"))
        .col(blob("digest"))
        .take();
    manager.create_table(head).await?;
    let empty = Query::insert()
        .into_table("audit_head")
        .columns(["one", "seq", "digest"])
        .values_panic([1.into(), 0i64.into(), vec![0u8; 32].into()])
        .take();
    manager.exec_stmt(empty).await?;

    // Read between two seqs by the export, and the last one by the sealing job.
    let heads = Table::create()
        .table("audit_signed_head")
        .col(big_integer("seq"))
        .col(big_integer("at_ms"))
        .col(text("centre"))
        .col(blob("digest"))
        .col(text("key_id"))
        .col(blob("signature"))
        .primary_key(Index::create().col("seq").col("at_ms"))
        .take();
    manager.create_table(heads).await
}

/// A second lock on the log, against mistakes: whoever owns the database can lift it, and the chain then shows it.
async fn append_only(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let statements: &[&str] = match manager.get_database_backend() {
        DbBackend::Sqlite => &[
            "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
            "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
        ],
        _ => &[
            "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
            "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry \
             FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
        ],
    };
    for statement in statements {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

async fn idempotency(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // The key of the table is the question of each command: was this actor's key answered already.
    let table = Table::create()
        .table("idempotency")
        .col(text("actor"))
        .col(text("key"))
        .col(text("route"))
        .col(text("request_digest"))
        .col(integer("response_status"))
        .col(text("response_body"))
        .col(big_integer("created_at_ms"))
        .primary_key(Index::create().col("actor").col("key"))
        .take();
    manager.create_table(table).await?;
    // The sweep of old answers.
    index(manager, "idempotency", &["created_at_ms"]).await
}

/// Read by name, and by prefix for a board's figures.
async fn counter(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("counter")
        .col(text("name").primary_key())
        .col(big_integer("value"))
        .take();
    manager.create_table(table).await
}

async fn setting(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("setting")
        .col(text("key").primary_key())
        .col(text("value"))
        .take();
    manager.create_table(table).await
}

async fn lease(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("lease")
        .col(text("name").primary_key())
        .col(text("holder"))
        .col(big_integer("fencing_token"))
        .col(big_integer("expires_at_ms"))
        .take();
    manager.create_table(table).await
}
