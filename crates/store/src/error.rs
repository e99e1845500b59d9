//! What can go wrong below the use cases, sorted by what the caller can do about it. Leaves out the words for
//! people (in `web`), except where the process refuses to start or has to end and nobody else is left to speak.

use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, SqlErr, sqlx};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store must not be opened: each line says why, in Chinese and English.
    #[error("拒绝启动 / refusing to start:\n  {}", .0.join("\n  "))]
    Refused(Vec<String>),
    /// Somebody else held the writer for too long. Nothing was done; trying again can help.
    #[error("the store is busy")]
    Busy,
    /// The database undid the transaction in favour of another (40001, 40P01). Trying again can help.
    #[error("the transaction lost against another")]
    Conflict,
    /// Another row has this key. The text names the constraint or columns, never a value.
    #[error("already there: {0}")]
    Duplicate(String),
    /// A row refers to one that is not there, or is still referred to.
    #[error("a reference does not hold: {0}")]
    Reference(String),
    /// The connection went while the commit was under way: it may or may not have happened. Ask again under the same
    /// idempotency key.
    #[error("the outcome of the commit is unknown")]
    OutcomeUnknown(#[source] DbErr),
    /// The disk failed or is full, or the file is damaged. Never retried: the process ends ([`end_process`]).
    #[error("the store is broken: {0}")]
    Broken(#[source] DbErr),
    /// Somebody else took the lease over; what was being done must stop.
    #[error("the lease {0} was lost")]
    LeaseLost(String),
    /// A row that was read does not keep what was promised when it was written.
    #[error("a stored row is not sound: {0}")]
    Corrupt(String),
    /// The database went away. Trying again can help.
    #[error("the database cannot be reached")]
    Unavailable(#[source] DbErr),
    /// Writing an export failed outside the database.
    #[error("writing the export failed")]
    Export(#[from] std::io::Error),
    /// Everything else, mostly a bug of ours in a statement.
    #[error("a statement failed")]
    Statement(#[source] DbErr),
}

impl StoreError {
    /// Whether the same call may succeed a little later.
    pub fn retry_helps(&self) -> bool {
        matches!(
            self,
            StoreError::Busy | StoreError::Conflict | StoreError::Unavailable(_)
        )
    }

    /// What a failed COMMIT means: a lost connection leaves the outcome open, everything else keeps its class.
    pub(crate) fn of_commit(error: DbErr) -> Self {
        match StoreError::from(error) {
            StoreError::Unavailable(source) => StoreError::OutcomeUnknown(source),
            other => other,
        }
    }
}

/// Says in both languages that the disk has failed, and aborts.
///
/// After a failed fsync the kernel may drop the very pages that were not written, and a second fsync then succeeds
/// over the loss; so nothing that this process still believes can be trusted, and the only honest thing is to start
/// again from what is on the disk. Nothing unacknowledged is lost by this: the commit had not returned.
pub fn end_process(error: &StoreError) {
    tracing::error!(%error, "the store is broken; ending the process");
    eprintln!("数据库写盘失败，为保证记录真实，进程立即终止。请检查磁盘后重新启动。{error}");
    eprintln!(
        "Writing to the database failed; the process ends so that no record is acknowledged falsely. Check the disk, then start again. {error}"
    );
    std::process::abort();
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(what)) => return StoreError::Duplicate(what),
            Some(SqlErr::ForeignKeyConstraintViolation(what)) => return StoreError::Reference(what),
            _ => {}
        }
        match &error {
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => StoreError::Busy,
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed) => StoreError::Unavailable(error),
            DbErr::Conn(RuntimeErr::SqlxError(inner))
            | DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner)) => match class(inner) {
                Class::Busy => StoreError::Busy,
                Class::Conflict => StoreError::Conflict,
                Class::Broken => StoreError::Broken(error),
                Class::Unavailable => StoreError::Unavailable(error),
                Class::Other => StoreError::Statement(error),
            },
            _ => StoreError::Statement(error),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Class {
    Busy,
    Conflict,
    Broken,
    Unavailable,
    Other,
}

fn class(error: &sqlx::Error) -> Class {
    match error {
        sqlx::Error::Database(inner) => {
            let code = inner.code().unwrap_or_default();
            if inner.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                class_of_sqlite(code.parse().unwrap_or(0))
            } else {
                class_of_sqlstate(&code)
            }
        }
        sqlx::Error::WorkerCrashed => Class::Broken,
        sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::Protocol(_) | sqlx::Error::Tls(_) => {
            Class::Unavailable
        }
        sqlx::Error::PoolTimedOut => Class::Busy,
        _ => Class::Other,
    }
}

/// By the primary result code, the low byte of the extended one (sqlite.org/rescode.html).
fn class_of_sqlite(extended: i32) -> Class {
    match extended & 0xff {
        5 | 6 => Class::Busy,               // SQLITE_BUSY, SQLITE_LOCKED
        10 | 11 | 13 | 26 => Class::Broken, // SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_NOTADB
        _ => Class::Other,
    }
}

/// By SQLSTATE (PostgreSQL, appendix A).
fn class_of_sqlstate(code: &str) -> Class {
    match code {
        "40001" | "40P01" => Class::Conflict,
        "55P03" | "53300" => Class::Busy, // lock_not_available, too_many_connections
        "53100" | "58030" | "XX001" | "XX002" => Class::Broken, // disk_full, io_error, data and index corrupted
        _ if code.starts_with("57P") || code.starts_with("08") => Class::Unavailable,
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_by_what_the_caller_can_do() {
        for (code, expected) in [
            (5, Class::Busy),
            (517, Class::Busy),
            (10, Class::Broken),
            (1034, Class::Broken), // SQLITE_IOERR_FSYNC
            (13, Class::Broken),
            (11, Class::Broken),
            (1, Class::Other),
        ] {
            assert_eq!(class_of_sqlite(code), expected, "{code}");
        }
        for (code, expected) in [
            ("40001", Class::Conflict),
            ("40P01", Class::Conflict),
            ("55P03", Class::Busy),
            ("53100", Class::Broken),
            ("57P01", Class::Unavailable),
            ("08006", Class::Unavailable),
            ("42601", Class::Other),
        ] {
            assert_eq!(class_of_sqlstate(code), expected, "{code}");
        }
    }

    #[test]
    fn only_a_passing_trouble_is_worth_a_retry() {
        assert!(StoreError::Busy.retry_helps() && StoreError::Conflict.retry_helps());
        assert!(!StoreError::Broken(DbErr::Custom("full".into())).retry_helps());
        assert!(!StoreError::OutcomeUnknown(DbErr::Custom("gone".into())).retry_helps());
    }
}
