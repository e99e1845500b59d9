//! In which way a payment left the victim, and payments to a payee whose account nobody knows: cash, a scanned code, a payee
//! known by a tail or a name. Rows that were kept before had an account and say nothing of the way; they stand as transfers.

use super::index;
use sea_orm::DbBackend;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, integer, text, uuid, uuid_null};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0017_payment_how"
    }
}

/// What a payment had before this step.
const KEPT: &str = "id, report_id, position, victim_id, paid_at_ms, amount_fen, from_account, to_account, channel, serial, \
     transfer_id, payer_tail, payer_bank_code, payer_bank_name, payer_name";

const ADDED: [(&str, &str); 5] = [
    ("how", "transfer"),
    ("payee_tail", ""),
    ("payee_bank_code", ""),
    ("payee_bank_name", ""),
    ("payee_name", ""),
];

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            return made_anew(manager).await;
        }
        let db = manager.get_connection();
        db.execute_unprepared("ALTER TABLE payment ALTER COLUMN to_account DROP NOT NULL")
            .await?;
        for (column, value) in ADDED {
            let add = format!("ALTER TABLE payment ADD COLUMN {column} text NOT NULL DEFAULT '{value}'");
            db.execute_unprepared(&add).await?;
        }
        Ok(())
    }
}

/// SQLite cannot take NOT NULL from a column, so the table is made anew with its rows and indexes.
async fn made_anew(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut table = Table::create()
        .table("payment_anew")
        .col(uuid("id").primary_key())
        .col(uuid("report_id"))
        .col(integer("position"))
        .col(uuid_null("victim_id"))
        .col(big_integer("paid_at_ms"))
        .col(big_integer("amount_fen"))
        .col(uuid_null("from_account"))
        .col(uuid_null("to_account"))
        .col(text("channel"))
        .col(text("serial"))
        .col(uuid_null("transfer_id"))
        .take();
    for column in ["payer_tail", "payer_bank_code", "payer_bank_name", "payer_name"] {
        table.col(text(column).default(""));
    }
    for (column, value) in ADDED {
        table.col(text(column).default(value));
    }
    manager.create_table(table).await?;
    let db = manager.get_connection();
    for statement in [
        format!("INSERT INTO payment_anew ({KEPT}) SELECT {KEPT} FROM payment"),
        "DROP TABLE payment".to_owned(),
        "ALTER TABLE payment_anew RENAME TO payment".to_owned(),
    ] {
        db.execute_unprepared(&statement).await?;
    }
    // The payments of a report, in order; payments that a bank's row may be; those of them that are still open.
    index(manager, "payment", &["report_id", "position"]).await?;
    index(manager, "payment", &["to_account", "amount_fen"]).await?;
    db.execute_unprepared(
        "CREATE INDEX ix_payment_open ON payment (to_account, amount_fen) WHERE transfer_id IS NULL",
    )
    .await
    .map(drop)
}
