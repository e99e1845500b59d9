//! The transaction: the one way to change a fact, and the place where every change gets its audit entry.
//!
//! Promises: transactions run one after the other (a queue in this process, `turns`; BEGIN IMMEDIATE or the lock on the
//! audit head between processes). [`Tx::commit`] seals the entries into the chain inside the same transaction; a
//! dropped [`Tx`] leaves neither facts nor entries. Leaves out what an entry means.
//!
//! Nothing leaves the building while a transaction is open, and nothing in it may wait for a person or a network:
//! everybody else is waiting behind it.

use crate::audit::{self, Tip};
use crate::config::Engine;
use crate::connect::Store;
use crate::error::StoreError;
use crate::line::Line;
use crate::turns::{Rank, Turn};
use kernel::Instant;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, QueryTrait, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What an actor did or was refused, before it gets its place in the chain. Any value is allowed; over-long texts are
/// cut visibly when sealed. `detail` is an object of whole numbers, texts, flags and lists of these.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    pub at: Instant,
    /// A user's id, or `system:<job>`.
    pub actor: String,
    /// The name as it stood then.
    pub actor_name: String,
    /// The organisation in whose name the actor acted.
    pub org: String,
    /// Resource first, verb second: `order.approve`.
    pub action: String,
    pub subject_kind: String,
    pub subject_id: String,
    pub purpose: String,
    pub done: bool,
    /// The stable code, when it was refused.
    pub refusal: Option<String>,
    pub detail: serde_json::Value,
    pub request_id: String,
}

/// An open transaction. Dropping it undoes everything.
#[must_use = "a transaction that is not committed leaves nothing"]
pub struct Tx {
    open: Open,
    tip: Tip,
    on_broken: fn(&StoreError),
}

/// The reasons for writing without an audit entry: bookkeeping of the machine that says nothing about a person, an
/// account or a decision. Each is listed here so that the list can be reviewed; facts never join it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chore {
    /// Which process runs a job.
    Lease,
    /// The signature over entries that are already there.
    SignedHead,
    /// When a session was last used, so that it does not end for idleness.
    SessionUsed,
    /// The answer beside the key of a command whose transaction has claimed the key already.
    IdempotentAnswer,
    /// How far the movements have been looked at, where no report is concerned.
    NobodyToTell,
    /// Answers kept for repeated requests, past their time.
    IdempotencySweep,
}

impl Chore {
    /// Whether a request or a job in a hurry waits for it.
    const fn rank(self) -> Rank {
        match self {
            Chore::Lease | Chore::SessionUsed | Chore::IdempotentAnswer => Rank::Front,
            Chore::SignedHead | Chore::NobodyToTell | Chore::IdempotencySweep => Rank::Back,
        }
    }
}

/// A short transaction for a [`Chore`].
pub(crate) struct ChoreTx {
    open: Open,
    on_broken: fn(&StoreError),
}

struct Open {
    // The transaction is dropped (and its rollback queued) before the turn is passed on.
    db: Line,
    turn: Turn,
}

impl Store {
    /// Waits for its turn and opens a transaction that a person waits for. [`StoreError::Busy`] after `writer_wait_ms`.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.begin_ranked(Rank::Front).await
    }

    /// The same in the given rank. A transaction of the back must be short: the front waits for its end.
    pub async fn begin_ranked(&self, rank: Rank) -> Result<Tx, StoreError> {
        let open = self.open_transaction(rank).await?;
        if self.engine() == Engine::Sqlite {
            open.db
                .later(Statement::from_string(DbBackend::Sqlite, MARK_OPEN));
        }
        let tip = audit::lock_tip(&open.db).await?;
        Ok(Tx {
            open,
            tip,
            on_broken: self.inner().config.on_broken,
        })
    }

    /// Opens a transaction that may do the named chore and nothing else.
    pub(crate) async fn begin_chore(&self, chore: Chore) -> Result<ChoreTx, StoreError> {
        tracing::trace!(?chore, "chore");
        Ok(ChoreTx {
            open: self.open_transaction(chore.rank()).await?,
            on_broken: self.inner().config.on_broken,
        })
    }

    async fn open_transaction(&self, rank: Rank) -> Result<Open, StoreError> {
        let wait = Duration::from_millis(self.inner().config.writer_wait_ms.into());
        let turn = tokio::time::timeout(wait, self.inner().turns.take(rank))
            .await
            .map_err(|_| StoreError::Busy)?;
        self.inner().written.store(true, Ordering::Relaxed);
        Ok(Open {
            db: Line::new(begin_immediate(&self.inner().writer).await?),
            turn,
        })
    }
}

/// Takes the write lock at once: a transaction that begins by reading and writes later fails in SQLite without
/// waiting (sqlx#451). PostgreSQL ignores the mode.
pub(crate) async fn begin_immediate(writer: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(writer.begin_with_options(options).await?)
}

/// After some errors (a full disk, for one) SQLite ends the transaction by itself, and later statements would be
/// saved one by one. Releasing this mark fails then, before anything is sealed. PostgreSQL refuses by itself.
const MARK_OPEN: &str = "SAVEPOINT fanzha_open";
/// A part of the transaction that may be undone alone.
const PART: &str = "fanzha_part";
const MARK_STILL_OPEN: &str = "RELEASE SAVEPOINT fanzha_open";

impl Tx {
    /// For the statements of this transaction, reads included.
    pub fn conn(&self) -> &Line {
        &self.open.db
    }

    /// Whether a person, an order or a deadline waits for the end of this transaction: background work saves what it has
    /// and ends it.
    pub fn front_waits(&self) -> bool {
        self.open.turn.front_waits()
    }

    /// A write that nobody waits for: it goes with the next statement, and its error comes out there.
    pub(crate) fn later(&self, statement: Statement) {
        self.open.db.later(statement);
    }

    /// The same for rows of an entity.
    pub(crate) fn insert_later<Q: QueryTrait>(&self, insert: &Q) {
        self.later(insert.build(self.conn().get_database_backend()));
    }

    /// Seals the entries and saves everything; returns their places in the log, in the given order.
    ///
    /// # Panics
    /// When there is no entry, or one whose detail has no canonical text (not an object, a fraction, too deep or
    /// long): both are bugs of the caller.
    pub async fn commit(self, entries: Vec<NewEntry>) -> Result<Vec<u64>, StoreError> {
        assert!(!entries.is_empty(), "nothing is saved without its audit entry");
        if self.conn().get_database_backend() == DbBackend::Sqlite {
            self.later(Statement::from_string(DbBackend::Sqlite, MARK_STILL_OPEN));
        }
        let sealed = audit::seal_all(&self.tip, entries);
        audit::append(self.conn(), &sealed).await?;
        self.open.commit(self.on_broken).await?;
        Ok(sealed.iter().map(|line| line.entry.seq).collect())
    }

    /// Begins a part that may be undone alone, without the rest of the transaction. One at a time.
    pub fn part_begin(&self) {
        self.later(Statement::from_string(
            self.conn().get_database_backend(),
            format!("SAVEPOINT {PART}"),
        ));
    }

    /// The part stands with the rest.
    pub fn part_keep(&self) {
        self.later(Statement::from_string(
            self.conn().get_database_backend(),
            format!("RELEASE SAVEPOINT {PART}"),
        ));
    }

    /// Nothing of the part is saved; what was written before it stands.
    pub async fn part_undo(&self) -> Result<(), StoreError> {
        let undo = format!("ROLLBACK TO SAVEPOINT {PART}");
        self.conn().execute_unprepared(&undo).await?;
        let release = format!("RELEASE SAVEPOINT {PART}");
        self.conn().execute_unprepared(&release).await?;
        Ok(())
    }

    /// Undoes everything now, rather than when the value is dropped.
    pub async fn roll_back(self) {
        if let Err(error) = self.open.db.rollback().await {
            tracing::warn!(%error, "rolling back failed; the connection will be replaced");
        }
    }
}

impl ChoreTx {
    pub(crate) fn conn(&self) -> &Line {
        &self.open.db
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.open.commit(self.on_broken).await
    }
}

impl Open {
    async fn commit(self, on_broken: fn(&StoreError)) -> Result<(), StoreError> {
        let error = match self.db.commit().await {
            Ok(()) => return Ok(()),
            Err(error) => StoreError::of_commit(error),
        };
        if matches!(error, StoreError::Broken(_)) {
            on_broken(&error);
        }
        Err(error)
    }
}
