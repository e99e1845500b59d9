//! The schema, as a list of steps that are added and never edited.
//!
//! A slice adds its tables in one file of its own and one line in [`STEPS`]. Each key and index says which query it
//! serves. All pending steps run in one transaction behind a lock row, so two processes that start together do not
//! meet, and a start that is killed leaves the schema as it was. No session locks are used: they do not exist on all
//! databases that speak PostgreSQL's protocol.
//!
//! Columns: times are `big_integer` milliseconds ending in `_at_ms`, amounts `big_integer` ending in `_fen`, ids
//! `uuid`, everything else `text`, `boolean` or JSON kept as `text`.

use crate::error::StoreError;
use crate::tx::begin_immediate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use sea_orm_migration::prelude::*;

mod m0001_base;
mod m0002_people;
mod m0003_intake;
mod m0004_orders;
mod m0005_cases;
mod m0006_tally;
mod m0007_transfer_told;
mod m0008_bank_report;
mod m0009_statements;
mod m0010_account_told;
mod m0011_announced;
mod m0012_report_start;
mod m0013_audit_order;
mod m0014_correction;
mod m0015_papers;
mod m0016_confirmation_refused;
mod m0017_payment_how;

/// All steps in order. One line each; never reorder, rename or edit one that has been released.
fn steps() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m0001_base::Step),
        Box::new(m0002_people::Step),
        Box::new(m0003_intake::Step),
        Box::new(m0004_orders::Step),
        Box::new(m0005_cases::Step),
        Box::new(m0006_tally::Step),
        Box::new(m0007_transfer_told::Step),
        Box::new(m0008_bank_report::Step),
        Box::new(m0009_statements::Step),
        Box::new(m0010_account_told::Step),
        Box::new(m0011_announced::Step),
        Box::new(m0012_report_start::Step),
        Box::new(m0013_audit_order::Step),
        Box::new(m0014_correction::Step),
        Box::new(m0015_papers::Step),
        Box::new(m0016_confirmation_refused::Step),
        Box::new(m0017_payment_how::Step),
    ]
}

struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        steps()
    }

    fn migration_table_name() -> sea_orm::DynIden {
        "schema_step".into_iden()
    }
}

/// Brings the schema up to date. A store that was written by a newer release is refused.
pub(crate) async fn run(writer: &DatabaseConnection) -> Result<(), StoreError> {
    make_gate(writer).await?;
    let tx = begin_immediate(writer).await?;
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("SELECT one FROM schema_gate WHERE one = 1 FOR UPDATE")
            .await?;
    }
    Migrator::up(&tx, None).await.map_err(refused)?;
    tx.commit().await.map_err(StoreError::of_commit)
}

/// The row that starting processes lock. Creating it can itself collide on PostgreSQL (two sessions creating the same
/// table), and then it is there.
async fn make_gate(writer: &DatabaseConnection) -> Result<(), StoreError> {
    const TRIES: u32 = 5;
    let backend = writer.get_database_backend();
    let mut tried = 0;
    loop {
        tried += 1;
        let made = async {
            writer
                .execute_unprepared(
                    "CREATE TABLE IF NOT EXISTS schema_gate (one integer NOT NULL PRIMARY KEY)",
                )
                .await?;
            let row = "INSERT INTO schema_gate (one) VALUES (1) ON CONFLICT (one) DO NOTHING";
            writer.execute_raw(Statement::from_string(backend, row)).await
        };
        match made.await {
            Ok(_) => return Ok(()),
            Err(error) if tried == TRIES => return Err(error.into()),
            Err(_) => continue,
        }
    }
}

fn refused(error: DbErr) -> StoreError {
    match error {
        // Only the migrator says this: a step is recorded that this program does not know.
        DbErr::Custom(what) => StoreError::Refused(vec![format!(
            "数据库由更新的版本写入，本程序不能打开 / the store was written by a newer release: {what}"
        )]),
        other => other.into(),
    }
}

/// The primary key of a table that is read in the order of a number which we give out: on SQLite it becomes the row
/// id, so that no second tree is kept.
pub(crate) fn number_key(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DbBackend::Sqlite => column.custom("integer"),
        _ => column.big_integer(),
    };
    column.not_null().primary_key().take()
}

/// An index, named after its table and columns.
pub(crate) async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    manager.create_index(index_of(table, columns)).await
}

/// An index that also forbids two rows with the same values.
#[allow(dead_code, reason = "for the slices that are being added")]
pub(crate) async fn unique(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    manager
        .create_index(index_of(table, columns).unique().take())
        .await
}

fn index_of(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("ix_{table}_{}", columns.join("_")))
        .table(table);
    for column in columns {
        index.col(*column);
    }
    index.take()
}

#[cfg(all(test, feature = "fixture"))]
#[allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]
mod tests {
    use super::*;
    use crate::fixture::{Place, engines};
    use crate::intake::payments;
    use domain::report::{EndTold, How};
    use sea_orm::Database;
    use uuid::Uuid;

    /// The steps of a store before payments could be without an account.
    const BEFORE_HOW: u32 = 16;

    async fn old_payment(db: &DatabaseConnection, id: Uuid, report: Uuid, to: Uuid) {
        let sql = "INSERT INTO payment (id, report_id, position, victim_id, paid_at_ms, amount_fen, from_account, to_account, \
                   channel, serial, transfer_id, payer_tail, payer_bank_code, payer_bank_name, payer_name) \
                   VALUES ($1, $2, 0, NULL, 5, 3000001, NULL, $3, 'mobile_bank', 'S-1', NULL, '1780', '', '建设银行', '王某')";
        let values = [id.into(), report.into(), to.into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        db.execute_raw(statement).await.unwrap();
    }

    #[tokio::test]
    async fn payments_of_an_older_store_stand_as_they_were_and_may_then_be_without_an_account() {
        let (id, report, to) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        for engine in engines() {
            let place = Place::empty(engine).await;
            let made = if engine == crate::Engine::Sqlite {
                "?mode=rwc"
            } else {
                ""
            };
            let db = Database::connect(format!("{}{made}", place.url())).await.unwrap();
            Migrator::up(&db, Some(BEFORE_HOW)).await.unwrap();
            old_payment(&db, id, report, to).await;
            let without = "UPDATE payment SET to_account = NULL";
            assert!(db.execute_unprepared(without).await.is_err(), "{engine:?}");
            db.close().await.unwrap();

            let store = place.open().await;
            let conn = store.reader();
            let kept = payments(conn, report.into()).await.unwrap();
            assert_eq!(kept.len(), 1, "{engine:?}");
            assert_eq!((kept[0].id, kept[0].to), (id.into(), Some(to.into())));
            assert_eq!((kept[0].amount.0, kept[0].serial.as_str()), (3_000_001, "S-1"));
            assert_eq!(
                (kept[0].how, &kept[0].payee),
                (How::Transfer, &EndTold::default())
            );
            assert_eq!(kept[0].payer.tail, "1780");
            let again = "CREATE INDEX ix_payment_open ON payment (to_account)";
            let indexed = "CREATE INDEX ix_payment_report_id_position ON payment (report_id)";
            let tx = store.begin().await.unwrap();
            tx.conn().execute_unprepared(without).await.unwrap();
            for made in [again, indexed] {
                assert!(
                    tx.conn().execute_unprepared(made).await.is_err(),
                    "{engine:?}: {made}"
                );
                if engine == crate::Engine::Postgres {
                    break;
                }
            }
            tx.roll_back().await;
        }
    }
}
