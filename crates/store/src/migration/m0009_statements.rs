//! Statement files, which movement each of their lines became, what was wrong with lines, and layouts that people kept.

use super::{index, unique};
use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, boolean, integer, text, text_null, uuid, uuid_null,
};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0009_statements"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statement_file(manager).await?;
        statement_row(manager).await?;
        statement_problem(manager).await?;
        statement_layout(manager).await?;
        // Accounts that reports have paid are asked about with every batch of an import: only the open payments.
        manager
            .get_connection()
            .execute_unprepared(
                "CREATE INDEX ix_payment_open ON payment (to_account, amount_fen) WHERE transfer_id IS NULL",
            )
            .await
            .map(drop)
    }
}

async fn statement_file(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("statement_file")
        .col(uuid("id").primary_key())
        // The short name of the file in the millions of rows that point to it.
        .col(big_integer("file_no"))
        .col(text("digest"))
        .col(text("name"))
        .col(big_integer("size_bytes"))
        // upload, command or api.
        .col(text("source"))
        .col(text("caller"))
        .col(text("state"))
        .col(text("problem"))
        .col(text("kind"))
        .col(text("layout"))
        .col(text_null("mapping"))
        .col(text("purpose"))
        .col(integer("area"))
        .col(uuid_null("imported_by"))
        .col(text("imported_by_name"))
        .col(big_integer("made_at_ms"))
        .col(big_integer_null("began_at_ms"))
        .col(big_integer_null("done_at_ms"))
        // How far the import has come: the last line whose fate is saved, and how much of the file that is.
        .col(big_integer("cursor"))
        .col(big_integer("position"))
        .col(big_integer("total"))
        .col(big_integer("rows_new"))
        .col(big_integer("rows_joined"))
        .col(big_integer("rows_known"))
        .col(big_integer("rows_refused"))
        .col(big_integer("rows_flagged"))
        .col(big_integer("rows_skipped"))
        .col(big_integer("rows_matched"))
        .col(big_integer("version"))
        .take();
    manager.create_table(table).await?;
    unique(manager, "statement_file", &["file_no"]).await?;
    // Was this very file imported before?
    index(manager, "statement_file", &["digest"]).await?;
    // The job: what is being imported. The list of an area, newest first; ids are time-ordered.
    index(manager, "statement_file", &["state", "id"]).await?;
    index(manager, "statement_file", &["area", "id"]).await
}

/// One row a line, so it is as small as can be: on SQLite the key is the table.
async fn statement_row(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let (uuid, end) = match manager.get_database_backend() {
        DbBackend::Sqlite => ("uuid_text", ") WITHOUT ROWID"),
        _ => ("uuid", ")"),
    };
    let table = format!(
        "CREATE TABLE statement_row (file_no bigint NOT NULL, place bigint NOT NULL, transfer_id {uuid} NOT NULL, \
         became smallint NOT NULL, PRIMARY KEY (file_no, place){end}"
    );
    manager.get_connection().execute_unprepared(&table).await?;
    // Which files tell of a movement.
    index(manager, "statement_row", &["transfer_id"]).await
}

async fn statement_problem(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("statement_problem")
        .col(big_integer("file_no"))
        .col(big_integer("seq"))
        .col(big_integer("place"))
        .col(text("column_name"))
        .col(text("value"))
        .col(text("code"))
        .col(boolean("refuses"))
        // The list of a file, in the order of its lines.
        .primary_key(Index::create().col("file_no").col("seq"))
        .take();
    manager.create_table(table).await
}

async fn statement_layout(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("statement_layout")
        .col(uuid("id").primary_key())
        .col(text("name"))
        .col(text("fingerprint"))
        .col(text("mapping"))
        .col(uuid("made_by"))
        .col(text("made_by_name"))
        .col(big_integer("made_at_ms"))
        .take();
    manager.create_table(table).await?;
    // A name means one layout; so does a header.
    unique(manager, "statement_layout", &["name"]).await?;
    unique(manager, "statement_layout", &["fingerprint"]).await
}
