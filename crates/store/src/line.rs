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
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement, Value, Values,
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
        self.db.execute_raw(nameless(all)).await.map(drop)
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
        self.db.execute_raw(nameless(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.flush().await?;
        self.db.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let waiting = self.take_waiting();
        let statement = self.behind(waiting, statement).await?;
        self.db.query_one_raw(nameless(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let waiting = self.take_waiting();
        let statement = self.behind(waiting, statement).await?;
        self.db.query_all_raw(nameless(statement)).await
    }
}

/// The statements one behind the other.
fn joined(before: Vec<Statement>, last: Statement) -> Statement {
    let (mut sql, mut values) = (String::new(), Vec::new());
    for statement in before.into_iter().chain([last]) {
        if !sql.is_empty() {
            sql.push_str("; ");
        }
        append(&statement, &mut sql, &mut values);
    }
    Statement {
        sql,
        values: Some(Values(values)),
        db_backend: DbBackend::Sqlite,
    }
}

/// What SQLite takes in one statement.
const VALUES_MAX: usize = 32_766;

/// The same statement with nameless values in the order of the text. SQLite looks each `$n` up among all the names of the
/// statement, once when it is prepared and once when it is given its value: a thousand of them cost more than the rows.
pub(crate) fn nameless(statement: Statement) -> Statement {
    if statement.db_backend != DbBackend::Sqlite {
        return statement;
    }
    let (mut sql, mut values) = (String::with_capacity(statement.sql.len()), Vec::new());
    append(&statement, &mut sql, &mut values);
    if values.len() > VALUES_MAX {
        return statement;
    }
    Statement {
        sql,
        values: Some(Values(values)),
        db_backend: DbBackend::Sqlite,
    }
}

/// Each `$n` becomes `?` with the value of that number, each `?` the next one; texts and names in quotes stay.
fn append(statement: &Statement, sql: &mut String, values: &mut Vec<Value>) {
    let own = statement.values.as_ref().map_or(&[][..], |v| &v.0);
    let mut letters = statement.sql.chars().peekable();
    let (mut quote, mut nth) = (None, 0);
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), _) if letter == open => quote = None,
            (None, '?') => {
                values.extend(own.get(nth).cloned());
                nth += 1;
            }
            (None, '$') => {
                let mut number = 0;
                while let Some(digit) = letters.peek().and_then(|c| c.to_digit(10)) {
                    number = number * 10 + digit as usize;
                    letters.next();
                }
                values.extend(number.checked_sub(1).and_then(|n| own.get(n)).cloned());
                sql.push('?');
                continue;
            }
            _ => {}
        }
        sql.push(letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_order_of_the_text_and_quoted_texts_stay() {
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
            "INSERT INTO \"a?\" VALUES (?, ?, 'it''s $1?'); UPDATE b SET x = ? WHERE id = ? OR y = ?; SELECT ? FROM c"
        );
        let values: Vec<Value> = [1, 2, 4, 3, 3, 5].map(Into::into).to_vec();
        assert_eq!(all.values, Some(Values(values)));
    }

    #[test]
    fn a_value_named_so_often_that_copies_are_too_many_keeps_its_name() {
        let sql = format!("SELECT 1 WHERE 1 IN ({})", vec!["$1"; VALUES_MAX + 1].join(", "));
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql.clone(), [1.into()]);
        assert_eq!(nameless(statement).sql, sql);
    }
}
