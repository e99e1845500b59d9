//! Samples, the table they are printed in, and the baselines: the least that could be done for the same answer.

use domain::order::OrderState;
use domain::report::ReportState;
use kernel::Area;
use std::fmt;
use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};
use store::StoreError;
use store::intake::{ReportQuery, reports};
use store::orders::{OrderQuery, orders};
use store::sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr, Statement, TransactionTrait};

/// How long each of many tries took.
#[derive(Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    pub async fn time<T, E>(&mut self, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let begun = Instant::now();
        let outcome = work.await;
        self.0.push(begun.elapsed());
        outcome
    }

    /// Milliseconds below which this part of the tries lies.
    pub fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = ((sorted.len() as f64 * part).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
        sorted.get(at).map_or(0.0, |d| d.as_secs_f64() * 1e3)
    }
}

/// One line of the table.
pub struct Row<'a> {
    pub size: u64,
    pub what: &'a str,
    pub ours: &'a Samples,
    pub baseline: &'a Samples,
    pub against: &'a str,
}

impl Row<'_> {
    pub fn heading() -> String {
        format!(
            "{:>9}  {:>9} {:>9} {:>9}  {:>6}  {}",
            "reports", "p50 ms", "p99 ms", "bare p50", "ratio", "what (against)"
        )
    }
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (p50, p99, bare) = (
            self.ours.quantile(0.5),
            self.ours.quantile(0.99),
            self.baseline.quantile(0.5),
        );
        let ratio = if bare > 0.0 { p50 / bare } else { 0.0 };
        write!(
            f,
            "{:>9}  {p50:>9.3} {p99:>9.3} {bare:>9.3}  {ratio:>5.2}×  {} ({})",
            self.size, self.what, self.against
        )
    }
}

/// A fresh file under the same settings, for rows of so many bytes in a transaction each.
pub struct BareFile {
    db: DatabaseConnection,
    body: Vec<u8>,
}

impl BareFile {
    pub async fn open(file: &Path, bytes: usize) -> Result<BareFile, DbErr> {
        let db = Database::connect(format!("sqlite://{}?mode=rwc", file.display())).await?;
        for pragma in [
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "CREATE TABLE bare (id INTEGER PRIMARY KEY, body BLOB NOT NULL)",
        ] {
            db.execute_unprepared(pragma).await?;
        }
        let body = vec![0x5a_u8; bytes];
        Ok(BareFile { db, body })
    }

    pub async fn commit(&self) -> Result<(), DbErr> {
        let tx = self.db.begin().await?;
        let insert = Statement::from_sql_and_values(
            tx.get_database_backend(),
            "INSERT INTO bare (body) VALUES ($1)",
            [self.body.clone().into()],
        );
        tx.execute_raw(insert).await?;
        tx.commit().await
    }

    pub async fn close(self) -> Result<(), DbErr> {
        self.db.close().await
    }
}

/// Bytes of the database by its own count of pages: what was written is in it at once, wherever the log ends on the disk.
pub async fn database_bytes(conn: &DatabaseConnection) -> Result<u64, DbErr> {
    let mut bytes = 1;
    for pragma in ["PRAGMA page_count", "PRAGMA page_size"] {
        let ask = Statement::from_string(conn.get_database_backend(), pragma);
        let row = conn.query_one_raw(ask).await?;
        let number: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        bytes *= u64::try_from(number).unwrap_or(0);
    }
    Ok(bytes)
}

/// The lists that people look at all day.
#[derive(Clone, Copy)]
pub enum Page {
    Reports,
    ReportsOfCounty,
    Orders,
    OrdersOpen,
}

pub const PAGES: [Page; 4] = [
    Page::Reports,
    Page::ReportsOfCounty,
    Page::Orders,
    Page::OrdersOpen,
];
const LINES: u64 = 50;

impl Page {
    pub const fn words(self) -> &'static str {
        match self {
            Page::Reports => "警情列表一页 / page of reports",
            Page::ReportsOfCounty => "某县未派警情一页 / page of a county's open reports",
            Page::Orders => "指令看板一页 / page of orders",
            Page::OrdersOpen => "在途指令一页 / page of orders under way",
        }
    }

    const fn sql(self) -> &'static str {
        match self {
            Page::Reports => "SELECT * FROM report WHERE id < $1 ORDER BY id DESC LIMIT 51",
            Page::ReportsOfCounty => {
                "SELECT * FROM report WHERE state = 'open' AND area = 421102 AND id < $1 ORDER BY id DESC LIMIT 51"
            }
            Page::Orders => "SELECT * FROM bank_order WHERE id < $1 ORDER BY id DESC LIMIT 51",
            Page::OrdersOpen => {
                "SELECT * FROM bank_order WHERE state = 'sent' AND id < $1 ORDER BY id DESC LIMIT 51"
            }
        }
    }
}

pub async fn page(
    conn: &DatabaseConnection,
    page: Page,
    after: store::sea_orm::prelude::Uuid,
) -> Result<(), StoreError> {
    let of_county = matches!(page, Page::ReportsOfCounty);
    match page {
        Page::Reports | Page::ReportsOfCounty => {
            let query = ReportQuery {
                state: of_county.then_some(ReportState::Open),
                area: if of_county { Area::from_code(421_102) } else { None },
                after: Some(after),
                limit: LINES,
                ..ReportQuery::default()
            };
            reports(conn, &query).await.map(drop)
        }
        Page::Orders | Page::OrdersOpen => {
            let states = if matches!(page, Page::OrdersOpen) {
                vec![OrderState::Sent]
            } else {
                Vec::new()
            };
            orders(
                conn,
                &OrderQuery {
                    states,
                    after: Some(after),
                    limit: LINES,
                    ..OrderQuery::default()
                },
            )
            .await
            .map(drop)
        }
    }
}

pub async fn bare_page(
    conn: &DatabaseConnection,
    page: Page,
    after: store::sea_orm::prelude::Uuid,
) -> Result<(), StoreError> {
    let select = Statement::from_sql_and_values(conn.get_database_backend(), page.sql(), [after.into()]);
    Ok(conn.query_all_raw(select).await.map(drop)?)
}

pub async fn bare_identifier(conn: &DatabaseConnection, value: &str) -> Result<(), StoreError> {
    let sql = "SELECT subject_id FROM identifier WHERE value = $1 LIMIT 50";
    let select = Statement::from_sql_and_values(conn.get_database_backend(), sql, [value.into()]);
    Ok(conn.query_all_raw(select).await.map(drop)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_of_the_sorted_samples() {
        let samples = Samples((1..=100).rev().map(Duration::from_millis).collect());
        for (part, ms) in [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0)] {
            assert!((samples.quantile(part) - ms).abs() < 1e-6, "{part}");
        }
        assert!(Samples::default().quantile(0.5).abs() < 1e-9);
    }
}
