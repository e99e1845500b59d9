//! Opening PostgreSQL: one connection that writes for this process, a pool that reads and cannot write.
//!
//! Promises: the server's durability settings are read back at the start and `synchronous_commit` again on each new
//! connection, because a role or database can change it. Leaves out the row lock that puts the writers of several
//! processes in line (`tx`).

use crate::config::{Engine, StoreConfig};
use crate::durability::Durability;
use crate::error::StoreError;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::{Connection, PgConnection, Row};
use sea_orm::{DatabaseConnection, SqlxPostgresConnector, sqlx};
use std::collections::BTreeMap;
use std::time::Duration;

/// The connections to one database.
pub(crate) struct Opened {
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
    pub durability: Durability,
}

pub(crate) async fn open(config: &StoreConfig) -> Result<Opened, StoreError> {
    let options = options(config)?;
    let durability = probe(&options, config).await?;
    let writer = pool(options.clone(), 1, config).await?;
    let reader = pool(
        options.options([("default_transaction_read_only", "on")]),
        config.readers.max(1),
        config,
    )
    .await?;
    Ok(Opened {
        writer,
        reader,
        durability,
    })
}

/// A writer that falls silent inside a transaction is cut off after a minute, so that it cannot hold all others up.
fn options(config: &StoreConfig) -> Result<PgConnectOptions, StoreError> {
    let options: PgConnectOptions = config.url.parse().map_err(|error| refused(&error))?;
    let options = options
        .application_name("fanzha")
        .statement_cache_capacity(256)
        .options([
            ("lock_timeout", config.writer_wait_ms.to_string()),
            ("idle_in_transaction_session_timeout", "60000".to_owned()),
            ("default_transaction_isolation", "read committed".to_owned()),
            ("timezone", "UTC".to_owned()),
        ]);
    Ok(sqlx::ConnectOptions::disable_statement_logging(options))
}

/// The address may hold a password, so it is not repeated.
fn refused(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Refused(vec![format!(
        "无法连接 PostgreSQL 数据库：{error} / cannot connect to the PostgreSQL database: {error}"
    )])
}

async fn probe(options: &PgConnectOptions, config: &StoreConfig) -> Result<Durability, StoreError> {
    let mut lone = PgConnection::connect_with(options)
        .await
        .map_err(|error| refused(&error))?;
    let mut settings = read_back(&mut lone).await.map_err(|error| refused(&error))?;
    lone.close().await.map_err(|error| refused(&error))?;
    let version = settings.remove("server_version").unwrap_or_default();
    let found = Durability::judge(Engine::Postgres, version, settings);
    let lines = if config.allow_volatile {
        Vec::new()
    } else {
        found.shortfalls(Engine::Postgres)
    };
    if lines.is_empty() {
        Ok(found)
    } else {
        Err(StoreError::Refused(lines))
    }
}

async fn read_back(connection: &mut PgConnection) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let sql = "SELECT name, setting FROM pg_settings WHERE name IN \
               ('server_version', 'fsync', 'full_page_writes', 'synchronous_commit', 'wal_level', 'lock_timeout')";
    let rows = sqlx::query(sql).fetch_all(connection).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect()
}

async fn pool(
    options: PgConnectOptions,
    connections: u32,
    config: &StoreConfig,
) -> Result<DatabaseConnection, StoreError> {
    let volatile = config.allow_volatile;
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_millis(config.writer_wait_ms.into()))
        .after_connect(move |connection, _| {
            Box::pin(async move { still_flushes(connection, volatile).await })
        })
        .connect_with(options)
        .await
        .map_err(|error| refused(&error))?;
    Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool))
}

async fn still_flushes(connection: &mut PgConnection, volatile: bool) -> Result<(), sqlx::Error> {
    let row = sqlx::query("SELECT current_setting('synchronous_commit')")
        .fetch_one(connection)
        .await?;
    if row.try_get::<String, _>(0)? == "off" && !volatile {
        return Err(sqlx::Error::Configuration("synchronous_commit is off".into()));
    }
    Ok(())
}
