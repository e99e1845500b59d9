//! The connection of an open transaction, with the writes that nobody waits for held back until something has to be read
//! or the transaction ends.
//!
//! What it is for: registering a report with its stops writes some forty rows. Each statement on its own costs a way to
//! the thread of the database and back; held back they go in one.
//!
//! Promises: whatever is read sees everything written before it, in the order it was written; an error of a held-back
//! write comes out of the next statement or of the commit, never of nothing. Leaves out statements whose outcome decides
//! something (a version that must still be the same): those are executed at once.

use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement, Values,
};
use sea_orm_migration::prelude::async_trait;
use std::sync::{Mutex, PoisonError};

/// An open transaction and what waits to be written in it.
pub struct Line {
    db: DatabaseTransaction,
    waiting: Mutex<Vec<Statement>>,
}

impl Line {
    pub(crate) fn new(db: DatabaseTransaction) -> Line {
        Line {
            db,
            waiting: Mutex::default(),
        }
    }

    /// Executed before the next statement, or at the commit.
    pub(crate) fn later(&self, statement: Statement) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push(statement);
    }

    fn take_waiting(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn flush(&self) -> Result<(), DbErr> {
        let mut waiting = self.take_waiting();
        let Some(last) = waiting.pop() else { return Ok(()) };
        let all = self.behind(waiting, last).await?;
        self.db.execute_raw(all).await.map(drop)
    }

    /// One text of all of them on SQLite, which takes several statements at once; elsewhere those in front are executed.
    async fn behind(&self, before: Vec<Statement>, last: Statement) -> Result<Statement, DbErr> {
        if before.is_empty() {
            return Ok(last);
        }
        if self.db.get_database_backend() == DbBackend::Sqlite {
            return Ok(joined(before, last));
        }
        for statement in before {
            self.db.execute_raw(statement).await?;
        }
        Ok(last)
    }

    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        self.flush().await?;
        self.db.commit().await
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.db.rollback().await
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Line {
    fn get_database_backend(&self) -> DbBackend {
        self.db.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        // Not joined: the caller counts the rows of this one.
        self.flush().await?;
        self.db.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.flush().await?;
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let waiting = self.take_waiting();
        let statement = self.behind(waiting, statement).await?;
        self.db.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let waiting = self.take_waiting();
        let statement = self.behind(waiting, statement).await?;
        self.db.query_all_raw(statement).await
    }
}

/// The statements one behind the other, their values numbered through.
fn joined(before: Vec<Statement>, last: Statement) -> Statement {
    let mut sql = String::new();
    let mut values = Vec::new();
    for statement in before.into_iter().chain([last]) {
        if !sql.is_empty() {
            sql.push_str("; ");
        }
        number_through(&statement.sql, values.len(), &mut sql);
        values.extend(statement.values.into_iter().flat_map(|v| v.0));
    }
    Statement {
        sql,
        values: Some(Values(values)),
        db_backend: DbBackend::Sqlite,
    }
}

/// `?` (in the order of the text) and `$n` become `$n` behind `offset`; texts and names in quotes stay.
fn number_through(sql: &str, offset: usize, out: &mut String) {
    let mut letters = sql.chars().peekable();
    let (mut quote, mut nth) = (None, 0);
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None, '\'' | '"') => {
                quote = Some(letter);
                out.push(letter);
            }
            (Some(open), _) => {
                if letter == open {
                    quote = None;
                }
                out.push(letter);
            }
            (None, '?') => {
                nth += 1;
                out.push_str(&format!("${}", offset + nth));
            }
            (None, '$') => {
                let mut number = 0;
                while let Some(digit) = letters.peek().and_then(|c| c.to_digit(10)) {
                    number = number * 10 + digit as usize;
                    letters.next();
                }
                out.push_str(&format!("${}", offset + number));
            }
            (None, _) => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_through_and_quoted_texts_stay() {
        let one = |sql: &str, values: &[i32]| {
            Statement::from_sql_and_values(DbBackend::Sqlite, sql, values.iter().map(|v| (*v).into()))
        };
        let all = joined(
            vec![
                one("INSERT INTO \"a?\" VALUES (?, ?, 'it''s $1?')", &[1, 2]),
                one("UPDATE b SET x = $2 WHERE id = $1 OR y = $1", &[3, 4]),
            ],
            one("SELECT ? FROM c", &[5]),
        );
        assert_eq!(
            all.sql,
            "INSERT INTO \"a?\" VALUES ($1, $2, 'it''s $1?'); UPDATE b SET x = $4 WHERE id = $3 OR y = $3; SELECT $5 FROM c"
        );
        let values: Vec<sea_orm::Value> = (1..=5).map(Into::into).collect();
        assert_eq!(all.values, Some(Values(values)));
    }
}
