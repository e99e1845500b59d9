//! What the fund flow asks of the store: the rows round a set of accounts, one question a hop, and counterparties by
//! type. Portable SQL; the meaning of the rows is in `trace`.

use crate::StoreError;
use crate::accounts::Transfer;
use crate::intake::area_of;
use crate::line::nameless;
use crate::movements::serial_of_key;
use kernel::{AccountId, Area, Fen, Instant, ReportId, TransferId};
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
    let column = number(conn);
    let sql = format!("SELECT {MOVED} FROM transfer t WHERE t.{column} > $1 ORDER BY t.{column} LIMIT $2")
        .replace("{number}", column);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = ask(conn, sql, [seq.into(), limit.into()]).await?;
    rows.iter().map(moved).collect()
}

/// SQLite numbers the rows of the table by itself.
fn number(conn: &impl ConnectionTrait) -> &'static str {
    match conn.get_database_backend() {
        DbBackend::Sqlite => "rowid",
        _ => "seq",
    }
}

const MOVED: &str =
    "t.{number}, t.id, t.src, t.dst, t.amount_fen, t.at_ms, t.src_balance_fen, t.dst_balance_fen";

fn moved(row: &QueryResult) -> Result<(i64, Moved), StoreError> {
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

pub(crate) async fn ask(
    conn: &impl ConnectionTrait,
    sql: String,
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> Result<Vec<QueryResult>, StoreError> {
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    Ok(conn.query_all_raw(nameless(statement)).await?)
}

/// Rows looked at in one step upstream: of a hub, not all.
const PAYERS_ROWS_MAX: i64 = 5_000;

/// Who paid into any of these accounts between the two instants, each once, at most `limit`: one step upstream.
pub async fn payers(
    conn: &impl ConnectionTrait,
    accounts: &[AccountId],
    (from, until): (Instant, Instant),
    limit: u64,
) -> Result<Vec<AccountId>, StoreError> {
    let mut found = Vec::new();
    for part in accounts.chunks(WINDOWS_MAX) {
        let mut values: Vec<sea_orm::Value> = vec![
            from.ms().into(),
            until.ms().into(),
            PAYERS_ROWS_MAX.into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
        ];
        values.extend(part.iter().map(|a| Uuid::from(*a).into()));
        let sql = format!(
            "SELECT DISTINCT src FROM (SELECT src FROM transfer WHERE dst IN ({}) AND at_ms >= $1 AND at_ms <= $2 \
             ORDER BY dst, at_ms, src LIMIT $3) paid ORDER BY src LIMIT $4",
            places(5, part.len())
        );
        for row in ask(conn, sql, values).await? {
            found.push(row.try_get_by_index::<Uuid>(0)?.into());
        }
    }
    Ok(found)
}

/// Reports whose victims paid any of these accounts, with their areas, newest first, at most `limit`.
pub async fn reports_paying_any(
    conn: &impl ConnectionTrait,
    accounts: &[AccountId],
    limit: u64,
) -> Result<Vec<(ReportId, Area)>, StoreError> {
    let mut found = Vec::new();
    for part in accounts.chunks(WINDOWS_MAX) {
        let mut values: Vec<sea_orm::Value> = vec![i64::try_from(limit).unwrap_or(i64::MAX).into()];
        values.extend(part.iter().map(|a| Uuid::from(*a).into()));
        let sql = format!(
            "SELECT DISTINCT r.id, r.area FROM payment p JOIN report r ON r.id = p.report_id \
             WHERE p.to_account IN ({}) ORDER BY r.id DESC LIMIT $1",
            places(2, part.len())
        );
        for row in ask(conn, sql, values).await? {
            let area = area_of(row.try_get_by_index(1)?)?;
            found.push((row.try_get_by_index::<Uuid>(0)?.into(), area));
        }
    }
    Ok(found)
}

/// `$first, …`, so many.
fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|i| format!("${i}")).collect();
    places.join(", ")
}

/// All accounts that are exits.
pub async fn exits(conn: &impl ConnectionTrait) -> Result<Vec<(AccountId, String)>, StoreError> {
    let rows = ask(
        conn,
        "SELECT id, exit_kind FROM account WHERE exit_kind <> ''".into(),
        [],
    )
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index::<Uuid>(0)?.into(), row.try_get_by_index(1)?)))
        .collect()
}

/// A movement, with its number in the order in which movements came into the store.
pub async fn transfer_load(
    conn: &impl ConnectionTrait,
    transfer: TransferId,
) -> Result<Option<(i64, Moved)>, StoreError> {
    let sql = format!("SELECT {MOVED} FROM transfer t WHERE t.id = $1").replace("{number}", number(conn));
    let rows = ask(conn, sql, [Uuid::from(transfer).into()]).await?;
    rows.first().map(moved).transpose()
}

/// The serial numbers under which the paying and the receiving bank keep a movement.
pub async fn transfer_serials(
    conn: &impl ConnectionTrait,
    transfer: TransferId,
) -> Result<Option<(Option<String>, Option<String>)>, StoreError> {
    let sql = "SELECT t.src_serial, t.dst_serial FROM transfer t WHERE t.id = $1".to_owned();
    let rows = ask(conn, sql, [Uuid::from(transfer).into()]).await?;
    rows.first()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .transpose()
}

/// Which movements of an account somebody looks for. An amount is looked for between two instants: without them all rows of a
/// hub would be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passing {
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub amount: Option<Fen>,
    /// Older than this row: the page after it. By its id too, for statements without a time of day put a whole day on one instant.
    pub before: Option<(Instant, TransferId)>,
}

/// The movements of one account that are looked for, newest first, at most `limit`. Reads the newest of each side by (src, at_ms)
/// and (dst, at_ms), so that a hub's million rows are not read.
pub async fn transfers_of(
    conn: &impl ConnectionTrait,
    account: AccountId,
    wanted: Passing,
    limit: u64,
) -> Result<Vec<Moved>, StoreError> {
    let side = |own: &str| {
        format!(
            "SELECT t.{} AS n, t.id, t.src, t.dst, t.amount_fen, t.at_ms, t.src_balance_fen, t.dst_balance_fen \
             FROM transfer t WHERE t.{own} = $1 AND t.at_ms >= $2 AND t.at_ms <= $3 AND ($4 < 0 OR t.amount_fen = $4) \
             AND (t.at_ms < $6 OR (t.at_ms = $6 AND t.id < $7)) ORDER BY t.at_ms DESC, t.id DESC LIMIT $5",
            number(conn)
        )
    };
    // UNION: a movement from an account to itself is on both sides and one movement.
    let sql = format!(
        "SELECT * FROM (SELECT * FROM ({}) paid UNION SELECT * FROM ({}) received) moved \
         ORDER BY at_ms DESC, id DESC LIMIT $5",
        side("src"),
        side("dst")
    );
    let before = wanted
        .before
        .map_or((i64::MAX, Uuid::max()), |(at, id)| (at.ms(), id.into()));
    let asked = [
        Uuid::from(account).into(),
        wanted.from.map_or(i64::MIN, Instant::ms).into(),
        wanted.until.map_or(i64::MAX, Instant::ms).into(),
        wanted.amount.map_or(-1, |a| a.0).into(),
        i64::try_from(limit).unwrap_or(i64::MAX).into(),
        before.0.into(),
        before.1.into(),
    ];
    let rows = ask(conn, sql, asked).await?;
    rows.iter().map(|row| Ok(moved(row)?.1)).collect()
}

/// What lay on each of these accounts before its first row, where a bank has reported a balance: from the earliest reported
/// one, less what had passed until then.
pub async fn openings(
    conn: &impl ConnectionTrait,
    accounts: &[AccountId],
) -> Result<Vec<(AccountId, Fen)>, StoreError> {
    let mut found = Vec::new();
    for part in accounts.chunks(WINDOWS_MAX) {
        let wanted: Vec<String> = (1..=part.len()).map(|i| format!("(${i})")).collect();
        let sql = OPENINGS
            .replace("{wanted}", &wanted.join(", "))
            .replace("{number}", number(conn));
        let values = part.iter().map(|a| Uuid::from(*a).into());
        for row in ask(conn, sql, values).await? {
            found.push((
                row.try_get_by_index::<Uuid>(0)?.into(),
                Fen(row.try_get_by_index(1)?),
            ));
        }
    }
    Ok(found)
}

/// `first`: the earliest row of each account whose balance its own bank reported. Of one instant, the store's number is the
/// order, as it is in the index.
const OPENINGS: &str = "\
WITH want(account) AS (VALUES {wanted}), \
reported AS ( \
  SELECT w.account, t.at_ms, t.{number} AS n, t.src_balance_fen + t.amount_fen AS before_fen \
  FROM want w JOIN transfer t ON t.src = w.account AND t.src <> t.dst AND t.src_balance_fen IS NOT NULL \
  UNION ALL \
  SELECT w.account, t.at_ms, t.{number}, t.dst_balance_fen - t.amount_fen \
  FROM want w JOIN transfer t ON t.dst = w.account AND t.src <> t.dst AND t.dst_balance_fen IS NOT NULL), \
placed AS (SELECT r.*, ROW_NUMBER() OVER (PARTITION BY account ORDER BY at_ms, n) AS place FROM reported r), \
first AS (SELECT account, at_ms, n, before_fen FROM placed WHERE place = 1) \
SELECT f.account, CAST(f.before_fen \
  - COALESCE((SELECT SUM(t.amount_fen) FROM transfer t WHERE t.dst = f.account AND t.src <> t.dst \
      AND (t.at_ms < f.at_ms OR (t.at_ms = f.at_ms AND t.{number} < f.n))), 0) \
  + COALESCE((SELECT SUM(t.amount_fen) FROM transfer t WHERE t.src = f.account AND t.src <> t.dst \
      AND (t.at_ms < f.at_ms OR (t.at_ms = f.at_ms AND t.{number} < f.n))), 0) AS bigint) \
FROM first f";
