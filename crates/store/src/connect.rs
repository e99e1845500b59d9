//! The open store: its connections, its proof of durability and the place where writers queue. Leaves out what a
//! transaction does (`tx`).

use crate::centre::{self, Centre};
use crate::config::{Engine, StoreConfig};
use crate::durability::Durability;
use crate::error::StoreError;
use crate::turns::{Rank, Turns};
use crate::{migration, postgres, sqlite};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A handle on one open database; cloning shares it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub config: StoreConfig,
    pub engine: Engine,
    pub writer: DatabaseConnection,
    pub reader: DatabaseConnection,
    pub durability: Durability,
    pub centre: Centre,
    /// The queue of writers of this process: people before background work.
    pub turns: Arc<Turns>,
    /// Whether a transaction was opened since the last checkpoint.
    pub written: AtomicBool,
    _scratch: Option<tempfile::TempDir>,
}

impl Store {
    /// Connects, checks durability, brings the schema up to date and checks whose store it is.
    ///
    /// [`StoreError::Refused`] says in both languages why the process must not start.
    pub async fn open(config: &StoreConfig) -> Result<Store, StoreError> {
        let engine = config.engine()?;
        let (writer, reader, durability, scratch) = match engine {
            Engine::Sqlite => {
                let opened = sqlite::open(config).await?;
                (opened.writer, opened.reader, opened.durability, opened.scratch)
            }
            Engine::Postgres => {
                let opened = postgres::open(config).await?;
                (opened.writer, opened.reader, opened.durability, None)
            }
        };
        migration::run(&writer).await?;
        let centre = centre::found_or_check(&writer, config).await?;
        let inner = Inner {
            config: config.clone(),
            engine,
            writer,
            reader,
            durability,
            centre,
            turns: Arc::default(),
            written: AtomicBool::new(false),
            _scratch: scratch,
        };
        Ok(Store {
            inner: Arc::new(inner),
        })
    }

    /// What the database promised when it was opened.
    pub fn durability(&self) -> &Durability {
        &self.inner.durability
    }

    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// Whose store this is.
    pub fn centre(&self) -> &Centre {
        &self.inner.centre
    }

    /// For queries outside a transaction. Statements that write are refused by the database itself.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.inner.reader
    }

    /// Brings what SQLite has in its log into the database file, beside the writers; where nothing was written, or on PostgreSQL,
    /// nothing. Without it a commit does so itself when the log has grown long, and whoever waits for that commit waits.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        if self.engine() == Engine::Sqlite && self.inner.written.swap(false, Ordering::Relaxed) {
            let backend = self.reader().get_database_backend();
            let statement = Statement::from_string(backend, "PRAGMA wal_checkpoint(PASSIVE)");
            self.reader().query_one_raw(statement).await?;
        }
        Ok(())
    }

    /// Waits for running statements and closes all connections. A handle that is simply dropped is safe too.
    pub async fn close(&self) {
        let _turn = self.inner.turns.take(Rank::Front).await;
        for pool in [&self.inner.reader, &self.inner.writer] {
            if let Err(error) = pool.close_by_ref().await {
                tracing::warn!(%error, "closing a connection pool failed");
            }
        }
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }
}
