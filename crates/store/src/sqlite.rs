//! Opening SQLite: one connection that writes, a pool that reads, each set and read back the same way.
//!
//! Promises: no connection is handed out that does not run WAL with the wanted `synchronous`, foreign keys and busy
//! timeout; a connection that comes back inside a transaction nobody owns is thrown away. Leaves out the queue of
//! writers (`tx`).

use crate::config::{Engine, StoreConfig};
use crate::durability::Durability;
use crate::error::StoreError;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::sqlx::{Connection, Row, SqliteConnection};
use sea_orm::{DatabaseConnection, SqlxSqliteConnector, sqlx};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The connections of one file.
pub(crate) struct Opened {
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
    pub durability: Durability,
    /// The private directory of a volatile store; gone with the last handle.
    pub scratch: Option<tempfile::TempDir>,
}

pub(crate) async fn open(config: &StoreConfig) -> Result<Opened, StoreError> {
    let (options, scratch) = options(config)?;
    let durability = probe(&options, config).await?;
    let writer = writer_pool(&options, config).await?;
    let reader = reader_pool(&options, config).await?;
    Ok(Opened {
        writer,
        reader,
        durability,
        scratch,
    })
}

/// A volatile store is a file too, so that readers see the same snapshots as in production; it only skips the fsync
/// and lies in memory where the system has such a place.
fn options(config: &StoreConfig) -> Result<(SqliteConnectOptions, Option<tempfile::TempDir>), StoreError> {
    let (url, scratch, synchronous) = if config.is_volatile() {
        let scratch = scratch_dir()?;
        let url = format!("sqlite://{}", scratch.path().join("volatile.db").display());
        (url, Some(scratch), SqliteSynchronous::Off)
    } else {
        (config.url.clone(), None, SqliteSynchronous::Full)
    };
    let options: SqliteConnectOptions = url.parse().map_err(|error| refused(&config.url, &error))?;
    create_private(options.get_filename()).map_err(|error| refused(&config.url, &error))?;
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .foreign_keys(true)
        .busy_timeout(Duration::from_millis(config.busy_timeout_ms.into()))
        .pragma("cache_size", "-16000") // 16 MB a connection
        .pragma("journal_size_limit", "67108864") // a long reader may swell the log; it shrinks again to 64 MB
        .statement_cache_capacity(256);
    Ok((sqlx::ConnectOptions::disable_statement_logging(options), scratch))
}

fn scratch_dir() -> Result<tempfile::TempDir, StoreError> {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() {
        PathBuf::from(memory)
    } else {
        std::env::temp_dir()
    };
    tempfile::Builder::new()
        .prefix("fanzha-volatile-")
        .tempdir_in(parent)
        .map_err(|error| refused("sqlite::memory:", &error))
}

/// The file holds citizens' data: only its owner may read it. The log and index files beside it inherit the mode.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut open = std::fs::OpenOptions::new();
    open.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open.open(path).map(drop)
}

fn refused(url: &str, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Refused(vec![format!(
        "无法打开数据库文件 {url}：{error} / cannot open the database file {url}: {error}"
    )])
}

/// Turning a new file to WAL wants it alone, and SQLite does not wait for that lock by itself: processes that start
/// together take turns here, for as long as the busy timeout says.
async fn look_in_turn(
    options: &SqliteConnectOptions,
    config: &StoreConfig,
) -> Result<(BTreeMap<String, String>, String), StoreError> {
    const STEP_MS: u32 = 10;
    let mut turns = config.busy_timeout_ms / STEP_MS;
    loop {
        match look(options).await {
            Ok(found) => return Ok(found),
            Err(error) if turns > 0 && is_busy(&error) => {
                turns -= 1;
                tokio::time::sleep(Duration::from_millis(STEP_MS.into())).await;
            }
            Err(error) => return Err(refused(&config.url, &error)),
        }
    }
}

async fn look(options: &SqliteConnectOptions) -> Result<(BTreeMap<String, String>, String), sqlx::Error> {
    let mut lone = SqliteConnection::connect_with(options).await?;
    let settings = read_back(&mut lone).await?;
    let version = sqlx::query("SELECT sqlite_version()")
        .fetch_one(&mut lone)
        .await?;
    let version: String = version.try_get(0)?;
    lone.close().await?;
    Ok((settings, version))
}

/// Copies the database of the address into an empty or new file, as it stands at one instant, while others read and write
/// it; the copy is examined page by page.
pub async fn copy_to(url: &str, to: &Path) -> Result<(), StoreError> {
    let cannot = |error: sqlx::Error| refused(url, &error);
    let options: SqliteConnectOptions = url.parse().map_err(|error| refused(url, &error))?;
    let mut from = SqliteConnection::connect_with(&options.create_if_missing(false))
        .await
        .map_err(cannot)?;
    sqlx::query("VACUUM INTO $1")
        .bind(to.display().to_string())
        .execute(&mut from)
        .await
        .map_err(cannot)?;
    from.close().await.map_err(cannot)?;
    let options = SqliteConnectOptions::new().filename(to).create_if_missing(false);
    let mut copy = SqliteConnection::connect_with(&options).await.map_err(cannot)?;
    let row = sqlx::query("PRAGMA integrity_check")
        .fetch_one(&mut copy)
        .await
        .map_err(cannot)?;
    let verdict: String = row.try_get(0).map_err(cannot)?;
    copy.close().await.map_err(cannot)?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(StoreError::Corrupt(format!("the copy: {verdict}")))
    }
}

/// SQLITE_BUSY or SQLITE_LOCKED, in any of their extended forms.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = match error {
        sqlx::Error::Database(inner) => inner.code().and_then(|code| code.parse::<i32>().ok()),
        _ => None,
    };
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

/// One lone connection that is set up like all others and asked what it really runs with.
async fn probe(options: &SqliteConnectOptions, config: &StoreConfig) -> Result<Durability, StoreError> {
    let (settings, version) = look_in_turn(options, config).await?;
    let mut found = Durability::judge(Engine::Sqlite, version, settings);
    let mut lines = if config.allow_volatile {
        Vec::new()
    } else {
        found.shortfalls(Engine::Sqlite)
    };
    lines.extend(unlike_ours(&found.settings, config));
    if config.is_volatile() {
        found.durable = false;
        if !config.allow_volatile {
            lines.push("内存数据库断电即失，只可用于演练 / an in-memory store forgets everything; it is for drills only".into());
        }
    }
    if lines.is_empty() {
        Ok(found)
    } else {
        Err(StoreError::Refused(lines))
    }
}

const PRAGMAS: [&str; 4] = ["journal_mode", "synchronous", "foreign_keys", "busy_timeout"];

async fn read_back(connection: &mut SqliteConnection) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let mut settings = BTreeMap::new();
    for name in PRAGMAS {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA {name}")))
            .fetch_one(&mut *connection)
            .await?;
        let value = row
            .try_get::<String, _>(0)
            .or_else(|_| row.try_get::<i64, _>(0).map(|n| n.to_string()))?;
        settings.insert(name.to_owned(), value.to_lowercase());
    }
    Ok(settings)
}

/// Settings that are not about power cuts but that our statements rely on.
fn unlike_ours(settings: &BTreeMap<String, String>, config: &StoreConfig) -> Vec<String> {
    let wanted = [
        ("foreign_keys", "1".to_owned()),
        ("busy_timeout", config.busy_timeout_ms.to_string()),
    ];
    let differs = wanted
        .iter()
        .filter(|(name, value)| settings.get(*name) != Some(value));
    differs
        .map(|(name, value)| {
            format!("数据库设置 {name} 必须为 {value} / the database must run with {name} = {value}")
        })
        .collect()
}

async fn writer_pool(
    options: &SqliteConnectOptions,
    config: &StoreConfig,
) -> Result<DatabaseConnection, StoreError> {
    // Rows come in the order of time and go into indexes by account: pages that are written again and again stay here.
    let options = options
        .clone()
        .pragma("cache_size", "-64000") // 64 MB
        // See `Store::checkpoint`; this is for whoever runs no jobs, and for a log that readers keep from ending.
        .pragma("wal_autocheckpoint", "16000");
    let pool = pool_options(config, 1)
        .connect_with(options)
        .await
        .map_err(|error| refused(&config.url, &error))?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

async fn reader_pool(
    options: &SqliteConnectOptions,
    config: &StoreConfig,
) -> Result<DatabaseConnection, StoreError> {
    let options = options
        .clone()
        .create_if_missing(false)
        .pragma("query_only", "ON");
    let pool = pool_options(config, config.readers.max(1))
        .connect_with(options)
        .await;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(
        pool.map_err(|error| refused(&config.url, &error))?,
    ))
}

fn pool_options(config: &StoreConfig, connections: u32) -> SqlitePoolOptions {
    let expected = config.clone();
    SqlitePoolOptions::new()
        .max_connections(connections)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_millis(config.writer_wait_ms.into()))
        .after_connect(move |connection, _| {
            let expected = expected.clone();
            Box::pin(async move { still_ours(connection, &expected).await })
        })
        .after_release(|connection, _| Box::pin(outside_transaction(connection)))
}

/// Asked of every connection before its first use.
async fn still_ours(connection: &mut SqliteConnection, config: &StoreConfig) -> Result<(), sqlx::Error> {
    let settings = read_back(connection).await?;
    let found = Durability::judge(Engine::Sqlite, String::new(), settings);
    let mut lines = if config.allow_volatile {
        Vec::new()
    } else {
        found.shortfalls(Engine::Sqlite)
    };
    lines.extend(unlike_ours(&found.settings, config));
    if lines.is_empty() {
        Ok(())
    } else {
        Err(sqlx::Error::Configuration(lines.join("; ").into()))
    }
}

/// After an error such as a full disk SQLite ends the transaction by itself, the library then counts one too many,
/// and the next BEGIN IMMEDIATE would silently become a savepoint. Such a connection is not used again.
async fn outside_transaction(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        connection.ping().await?; // behind a rollback that is still queued
    }
    Ok(!connection.is_in_transaction())
}
