//! What the fund flow asks of the store: the rows round a set of accounts, one question a hop, and counterparties by
//! type. Portable SQL; the meaning of the rows is in `trace`.

use crate::StoreError;
use crate::accounts::Transfer;
use crate::movements::serial_of_key;
use kernel::{AccountId, Fen, Instant, TransferId};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};
use uuid::Uuid;

/// Rows of an account from `from` to `until`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub account: AccountId,
    pub from: Instant,
    pub until: Instant,
}

/// A movement with what the flow needs besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub transfer: Transfer,
    /// When the paying and the receiving bank say it happened, where both have told.
    pub src_at: Option<Instant>,
    pub dst_at: Option<Instant>,
    /// Of the receiver.
    pub dst_exit: String,
}

/// What is known of an account besides the rows in its window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub account: AccountId,
    pub exit_kind: String,
    /// Where the rows given begin: at the last balance that the account's bank reported before the window, so that what
    /// lay there is known; else at the window.
    pub from: Instant,
    /// Receipts less payments before the window, when no balance was reported before.
    pub net_before: Option<Fen>,
}

/// The answer to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    pub rows: Vec<Told>,
    pub standing: Vec<Standing>,
}

/// Accounts in one question: three values each, below what SQLite takes in one statement.
pub const WINDOWS_MAX: usize = 10_000;

/// The rows round these accounts, out and in, and what lay there before: one hop of a trace in one question. Of an account
/// with more than `fan_out` rows out (or in) only the first are read, one more than that, so that the reader can tell.
///
/// Reads by (src, at_ms) and (dst, at_ms) alone: on an engine sharded by account each shard answers for its own.
pub async fn around(
    conn: &impl ConnectionTrait,
    windows: &[Window],
    fan_out: u64,
) -> Result<Around, StoreError> {
    let mut found = Around::default();
    for part in windows.chunks(WINDOWS_MAX) {
        let mut values: Vec<sea_orm::Value> = vec![i64::try_from(fan_out).unwrap_or(i64::MAX).into()];
        let mut wanted = Vec::with_capacity(part.len());
        for (i, window) in part.iter().enumerate() {
            values.push(Uuid::from(window.account).into());
            values.push(window.from.ms().into());
            values.push(window.until.ms().into());
            let at = 3 * i + 2;
            wanted.push(format!("(${at}, ${}, ${})", at + 1, at + 2));
        }
        let sql = AROUND.replace("{wanted}", &wanted.join(", "));
        for row in ask(conn, sql, values).await? {
            match row.try_get_by_index::<i64>(0)? {
                0 => found.standing.push(standing(&row)?),
                _ => found.rows.push(told(&row)?),
            }
        }
    }
    Ok(found)
}

/// `want`: the question. `told`: the last reported balance before each window. `span`: where the rows begin. The limit on
/// rows is by the time of the row at which to stop, found in the index, so that a hub's million rows are not read.
const AROUND: &str = "\
WITH want(account, from_ms, until_ms) AS (VALUES {wanted}), \
told AS (SELECT w.account, w.from_ms, w.until_ms, \
  (SELECT t.at_ms FROM transfer t WHERE t.src = w.account AND t.at_ms < w.from_ms AND t.src_balance_fen IS NOT NULL \
   ORDER BY t.at_ms DESC LIMIT 1) AS out_ms, \
  (SELECT t.at_ms FROM transfer t WHERE t.dst = w.account AND t.at_ms < w.from_ms AND t.dst_balance_fen IS NOT NULL \
   ORDER BY t.at_ms DESC LIMIT 1) AS in_ms FROM want w), \
span AS (SELECT account, until_ms, from_ms, COALESCE(CASE WHEN out_ms > in_ms THEN out_ms ELSE COALESCE(in_ms, out_ms) END, from_ms) \
  AS begin_ms, CASE WHEN out_ms IS NULL AND in_ms IS NULL THEN 1 ELSE 0 END AS untold FROM told), \
till AS (SELECT s.*, \
  COALESCE((SELECT t.at_ms FROM transfer t WHERE t.src = s.account AND t.at_ms >= s.begin_ms ORDER BY t.at_ms LIMIT 1 OFFSET $1), s.until_ms) AS out_till, \
  COALESCE((SELECT t.at_ms FROM transfer t WHERE t.dst = s.account AND t.at_ms >= s.begin_ms ORDER BY t.at_ms LIMIT 1 OFFSET $1), s.until_ms) AS in_till \
  FROM span s) \
SELECT CAST(1 AS bigint), s.account, t.id, t.src, t.dst, t.amount_fen, t.at_ms, t.src_serial, t.dst_serial, t.src_balance_fen, \
  t.dst_balance_fen, t.payment_id, t.source_order, t.summary, t.src_at_ms, t.dst_at_ms, d.exit_kind \
  FROM till s JOIN transfer t ON t.src = s.account AND t.at_ms >= s.begin_ms AND t.at_ms <= s.until_ms AND t.at_ms <= s.out_till \
  LEFT JOIN account d ON d.id = t.dst \
UNION ALL \
SELECT CAST(2 AS bigint), s.account, t.id, t.src, t.dst, t.amount_fen, t.at_ms, t.src_serial, t.dst_serial, t.src_balance_fen, \
  t.dst_balance_fen, t.payment_id, t.source_order, t.summary, t.src_at_ms, t.dst_at_ms, '' \
  FROM till s JOIN transfer t ON t.dst = s.account AND t.at_ms >= s.begin_ms AND t.at_ms <= s.until_ms AND t.at_ms <= s.in_till \
UNION ALL \
SELECT CAST(0 AS bigint), s.account, NULL, NULL, NULL, \
  CASE WHEN s.untold = 1 THEN CAST( \
    COALESCE((SELECT SUM(t.amount_fen) FROM transfer t WHERE t.dst = s.account AND t.at_ms < s.begin_ms AND t.src <> t.dst), 0) \
    - COALESCE((SELECT SUM(t.amount_fen) FROM transfer t WHERE t.src = s.account AND t.at_ms < s.begin_ms AND t.src <> t.dst), 0) \
    AS bigint) ELSE NULL END, \
  s.begin_ms, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, a.exit_kind \
  FROM till s LEFT JOIN account a ON a.id = s.account";

fn standing(row: &QueryResult) -> Result<Standing, StoreError> {
    Ok(Standing {
        account: row.try_get_by_index::<Uuid>(1)?.into(),
        net_before: row.try_get_by_index::<Option<i64>>(5)?.map(Fen),
        from: Instant::from_ms(row.try_get_by_index(6)?),
        exit_kind: row.try_get_by_index::<Option<String>>(16)?.unwrap_or_default(),
    })
}

fn told(row: &QueryResult) -> Result<Told, StoreError> {
    let instant = |at: Option<i64>| at.map(Instant::from_ms);
    let uuid = |at: usize| row.try_get_by_index::<Uuid>(at);
    Ok(Told {
        transfer: Transfer {
            id: uuid(2)?.into(),
            src: uuid(3)?.into(),
            dst: uuid(4)?.into(),
            amount: Fen(row.try_get_by_index(5)?),
            at: Instant::from_ms(row.try_get_by_index(6)?),
            src_serial: row.try_get_by_index::<Option<String>>(7)?.and_then(serial_of_key),
            dst_serial: row.try_get_by_index::<Option<String>>(8)?.and_then(serial_of_key),
            src_balance: row.try_get_by_index::<Option<i64>>(9)?.map(Fen),
            dst_balance: row.try_get_by_index::<Option<i64>>(10)?.map(Fen),
            payment: row.try_get_by_index::<Option<Uuid>>(11)?.map(Into::into),
            source_order: row.try_get_by_index::<Option<Uuid>>(12)?.map(Into::into),
            summary: row.try_get_by_index(13)?,
        },
        src_at: instant(row.try_get_by_index(14)?),
        dst_at: instant(row.try_get_by_index(15)?),
        dst_exit: row.try_get_by_index::<Option<String>>(16)?.unwrap_or_default(),
    })
}

/// Movements behind number `seq` in the order in which they came into the store, at most `limit`, each with its number.
pub async fn transfers_behind(
    conn: &impl ConnectionTrait,
    seq: i64,
    limit: u64,
) -> Result<Vec<(i64, Moved)>, StoreError> {
    let number = match conn.get_database_backend() {
        DbBackend::Sqlite => "rowid",
        _ => "seq",
    };
    let sql = format!(
        "SELECT t.{number}, t.id, t.src, t.dst, t.amount_fen, t.at_ms, t.src_balance_fen, t.dst_balance_fen \
         FROM transfer t WHERE t.{number} > $1 ORDER BY t.{number} LIMIT $2"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = ask(conn, sql, [seq.into(), limit.into()]).await?;
    rows.iter()
        .map(|row| {
            let moved = Moved {
                id: row.try_get_by_index::<Uuid>(1)?.into(),
                src: row.try_get_by_index::<Uuid>(2)?.into(),
                dst: row.try_get_by_index::<Uuid>(3)?.into(),
                amount: Fen(row.try_get_by_index(4)?),
                at: Instant::from_ms(row.try_get_by_index(5)?),
                src_balance: row.try_get_by_index::<Option<i64>>(6)?.map(Fen),
                dst_balance: row.try_get_by_index::<Option<i64>>(7)?.map(Fen),
            };
            Ok((row.try_get_by_index(0)?, moved))
        })
        .collect()
}

/// A movement as the index in memory wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub id: TransferId,
    pub src: AccountId,
    pub dst: AccountId,
    pub amount: Fen,
    pub at: Instant,
    pub src_balance: Option<Fen>,
    pub dst_balance: Option<Fen>,
}

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
