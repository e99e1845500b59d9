//! What the fund flow asks of the store: the rows round a set of accounts, one question a hop, and counterparties by
//! type. Portable SQL; the meaning of the rows is in `trace`.

use crate::StoreError;
use kernel::{AccountId, Fen, Instant};
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use uuid::Uuid;

/// Counterparties of one type together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterpartyCount {
    pub exit_kind: String,
    pub account_type: String,
    pub accounts: u64,
    pub transfers: u64,
    pub amount: Fen,
}

/// One counterparty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterpartyRow {
    pub account: AccountId,
    pub transfers: u64,
    pub amount: Fen,
    pub first_at: Instant,
    pub last_at: Instant,
}

/// Which end of a transfer is the account asked about, and which the counterparty.
const fn ends(incoming: bool) -> (&'static str, &'static str) {
    if incoming { ("dst", "src") } else { ("src", "dst") }
}

/// The counterparties of `account` by type, most money first.
pub async fn counterparty_counts(
    conn: &impl ConnectionTrait,
    account: AccountId,
    incoming: bool,
) -> Result<Vec<CounterpartyCount>, StoreError> {
    let (own, other) = ends(incoming);
    let sql = format!(
        "SELECT a.exit_kind, a.account_type, COUNT(DISTINCT t.{other}) AS accounts, COUNT(*) AS transfers, \
         CAST(SUM(t.amount_fen) AS bigint) AS amount FROM transfer t JOIN account a ON a.id = t.{other} \
         WHERE t.{own} = $1 AND t.src <> t.dst GROUP BY a.exit_kind, a.account_type ORDER BY 5 DESC, 1, 2"
    );
    let rows = ask(conn, sql, [Uuid::from(account).into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(CounterpartyCount {
                exit_kind: row.try_get_by_index(0)?,
                account_type: row.try_get_by_index(1)?,
                accounts: count(row, 2)?,
                transfers: count(row, 3)?,
                amount: Fen(row.try_get_by_index(4)?),
            })
        })
        .collect()
}

/// Counterparties of one type, most money first. `account_type` is `None` for those whose bank has not told it.
pub async fn counterparties(
    conn: &impl ConnectionTrait,
    account: AccountId,
    incoming: bool,
    exit_kind: &str,
    account_type: Option<&str>,
    skip: u64,
    limit: u64,
) -> Result<Vec<CounterpartyRow>, StoreError> {
    let (own, other) = ends(incoming);
    // The type of an exit is its exit; of other accounts `''` and unknown words are "not told".
    let of_type = match (exit_kind, account_type) {
        ("", Some(_)) => "a.exit_kind = $2 AND a.account_type = $3",
        ("", None) => "a.exit_kind = $2 AND a.account_type NOT IN ('01', '02') AND $3 = ''",
        _ => "a.exit_kind = $2 AND $3 = ''",
    };
    let sql = format!(
        "SELECT t.{other} AS counterparty, COUNT(*) AS transfers, CAST(SUM(t.amount_fen) AS bigint) AS amount, \
         MIN(t.at_ms) AS first_at, MAX(t.at_ms) AS last_at FROM transfer t JOIN account a ON a.id = t.{other} \
         WHERE t.{own} = $1 AND t.src <> t.dst AND {of_type} \
         GROUP BY t.{other} ORDER BY 3 DESC, 1 LIMIT $4 OFFSET $5"
    );
    let values: [sea_orm::Value; 5] = [
        Uuid::from(account).into(),
        exit_kind.into(),
        account_type.unwrap_or_default().into(),
        i64::try_from(limit).unwrap_or(i64::MAX).into(),
        i64::try_from(skip).unwrap_or(i64::MAX).into(),
    ];
    let rows = ask(conn, sql, values).await?;
    rows.iter()
        .map(|row| {
            Ok(CounterpartyRow {
                account: row.try_get_by_index::<Uuid>(0)?.into(),
                transfers: count(row, 1)?,
                amount: Fen(row.try_get_by_index(2)?),
                first_at: Instant::from_ms(row.try_get_by_index(3)?),
                last_at: Instant::from_ms(row.try_get_by_index(4)?),
            })
        })
        .collect()
}

fn count(row: &QueryResult, at: usize) -> Result<u64, StoreError> {
    let n: i64 = row.try_get_by_index(at)?;
    Ok(u64::try_from(n).unwrap_or(0))
}

async fn ask(
    conn: &impl ConnectionTrait,
    sql: String,
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> Result<Vec<QueryResult>, StoreError> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.query_all_raw(statement).await?)
}
