//! Movements of money, many at a time, each kept once however often and by whomever it is told.
//!
//! **The key.** A bank knows a row by its serial number; that is the row's key on its side of the movement. Where there is
//! no serial, or a bank uses one number for several rows, the key is made of what the row says ([`MARK`] divides the two),
//! so that the same row in an overlapping file has the same key. Keys are unique for an account and a side.
//!
//! **The other leg.** A row that is not known joins the movement that the other bank told of: same accounts and amount,
//! within seconds, not yet told by this side; the nearest of several, and each only once. Both legs may come together, in
//! one file of the police's funds query, say.
//!
//! Statements take hundreds of rows at once: an import must store more than fifty thousand a second.

use crate::accounts::{Account, Recorded, Side, Transfer, account_model, account_of, account_update};
use crate::rows::account;
use crate::{StoreError, Tx};
use kernel::{AccountId, Span, TransferId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryResult, Statement, Value,
};
use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use uuid::Uuid;

/// Two banks' clocks may differ by this much over one movement.
const CLOCK_SLACK: Span = Span::seconds(5);
/// One bank may tell of a movement with its time, and again with its date only.
const SAME_SERIAL_WITHIN: Span = Span::hours(24);
/// Rows of one statement: fourteen columns each stay below the fewest parameters an engine allows (32 766).
const CHUNK: usize = 500;
/// Behind this stands what a row says, in a key; no bank's serial has it.
const MARK: char = '~';

/// A movement as the bank of one side tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub transfer: Transfer,
    pub side: Side,
    /// Rows of one file that say the very same, without serial or balance, are counted from 0: they are several
    /// movements, and the next file has them as often.
    pub twin: u32,
}

impl Told {
    /// The account whose bank tells, and the one at the other end.
    pub fn ends(&self) -> (AccountId, AccountId) {
        match self.side {
            Side::Src => (self.transfer.src, self.transfer.dst),
            Side::Dst => (self.transfer.dst, self.transfer.src),
        }
    }

    fn serial(&self) -> Option<&str> {
        let serial = match self.side {
            Side::Src => &self.transfer.src_serial,
            Side::Dst => &self.transfer.dst_serial,
        };
        serial.as_deref().filter(|s| !s.is_empty())
    }

    fn key(&self) -> String {
        match self.serial() {
            Some(serial) => serial.replace(MARK, "-"),
            None => self.key_of_words(),
        }
    }

    fn key_of_words(&self) -> String {
        let t = &self.transfer;
        let balance = match self.side {
            Side::Src => t.src_balance,
            Side::Dst => t.dst_balance,
        };
        let mut key = self.serial().unwrap_or_default().replace(MARK, "-");
        let other = Uuid::from(self.ends().1).simple().to_string();
        // Writing to a string never fails.
        let _ = write!(key, "{MARK}{:x}.{:x}.{}.", t.at.ms(), t.amount.0, &other[16..]);
        match balance {
            Some(balance) => {
                let _ = write!(key, "b{:x}", balance.0);
            }
            None => {
                let _ = write!(key, "n{}", self.twin);
            }
        }
        key
    }

    fn with_key(&self, key: &str) -> Transfer {
        let mut transfer = self.transfer.clone();
        match self.side {
            Side::Src => transfer.src_serial = Some(key.to_owned()),
            Side::Dst => transfer.dst_serial = Some(key.to_owned()),
        }
        transfer
    }
}

/// The bank's own serial out of a key.
pub(crate) fn serial_of_key(key: String) -> Option<String> {
    let serial = match key.split_once(MARK) {
        Some((serial, _)) => serial.to_owned(),
        None => key,
    };
    (!serial.is_empty()).then_some(serial)
}

/// Keeps each movement once; the answers stand in the order of `told`.
pub async fn transfers_record(tx: &Tx, told: &[Told]) -> Result<Vec<(Recorded, TransferId)>, StoreError> {
    let mut batch = Batch {
        told,
        keys: told.iter().map(Told::key).collect(),
        outcome: vec![None; told.len()],
        fresh: Vec::new(),
        joined: Vec::new(),
    };
    batch.find_known(tx).await?;
    batch.find_other_legs(tx).await?;
    batch.save(tx).await?;
    Ok(batch.outcome.into_iter().flatten().collect())
}

struct Batch<'a> {
    told: &'a [Told],
    keys: Vec<String>,
    outcome: Vec<Option<(Recorded, TransferId)>>,
    fresh: Vec<Fresh>,
    /// Movements of the store that get their second leg: row of `told`.
    joined: Vec<(TransferId, usize)>,
}

/// A movement that is new. Where both legs are, each bank's time is kept; `at` is that of the first.
struct Fresh {
    transfer: Transfer,
    times: Option<(i64, i64)>,
}

/// A movement found for a row.
struct Found {
    row: usize,
    id: TransferId,
    amount: i64,
    at_ms: i64,
}

impl Fresh {
    fn join(&mut self, leg: Transfer, side: Side) {
        let (first, second) = (self.transfer.at.ms(), leg.at.ms());
        let known = &mut self.transfer;
        match side {
            Side::Src => {
                (known.src_serial, known.src_balance) = (leg.src_serial, leg.src_balance);
                self.times = Some((second, first));
            }
            Side::Dst => {
                (known.dst_serial, known.dst_balance) = (leg.dst_serial, leg.dst_balance);
                self.times = Some((first, second));
            }
        }
    }
}

impl Batch<'_> {
    fn open(&self) -> Vec<usize> {
        (0..self.told.len())
            .filter(|i| self.outcome[*i].is_none())
            .collect()
    }

    async fn find_known(&mut self, tx: &Tx) -> Result<(), StoreError> {
        let all = self.open();
        let again = self.known_among(tx, &all).await?;
        // A bank that gives one number to several rows: these are known by what they say.
        for row in &again {
            self.keys[*row] = self.told[*row].key_of_words();
        }
        if !again.is_empty() {
            self.known_among(tx, &again).await?;
        }
        self.known_within();
        Ok(())
    }

    /// Settles the rows that the store knows; returns those whose key belongs to another movement.
    async fn known_among(&mut self, tx: &Tx, rows: &[usize]) -> Result<Vec<usize>, StoreError> {
        let mut others = Vec::new();
        for (side, own, serial) in [(Side::Src, "src", "src_serial"), (Side::Dst, "dst", "dst_serial")] {
            let rows: Vec<usize> = rows
                .iter()
                .copied()
                .filter(|i| self.told[*i].side == side)
                .collect();
            for chunk in rows.chunks(CHUNK) {
                for found in self.ask_known(tx, chunk, own, serial).await? {
                    let told = &self.told[found.row].transfer;
                    let near = (told.at.ms() - found.at_ms).abs() <= SAME_SERIAL_WITHIN.ms();
                    if told.amount.0 == found.amount && near {
                        self.outcome[found.row] = Some((Recorded::Known, found.id));
                    } else {
                        others.push(found.row);
                    }
                }
            }
        }
        Ok(others)
    }

    async fn ask_known(
        &self,
        tx: &Tx,
        rows: &[usize],
        own: &str,
        serial: &str,
    ) -> Result<Vec<Found>, StoreError> {
        let mut sql = Sql::new(tx);
        sql.push("WITH q (n, account, code) AS (VALUES ");
        sql.rows(rows, |sql, row| {
            let (account, _) = self.told[*row].ends();
            sql.values([
                (*row as i64).into(),
                Uuid::from(account).into(),
                self.keys[*row].as_str().into(),
            ]);
        });
        // CROSS keeps SQLite from turning the tables round: always from the few rows to the index.
        sql.push(&format!(
            ") SELECT q.n, t.id, t.amount_fen, t.at_ms FROM q CROSS JOIN transfer t WHERE t.{own} = q.account AND t.{serial} = q.code"
        ));
        sql.ask(tx).await?.iter().map(found_of).collect()
    }

    /// The same row twice in one batch.
    fn known_within(&mut self) {
        let mut seen: HashMap<(AccountId, bool, String), usize> = HashMap::new();
        for row in self.open() {
            let (account, _) = self.told[row].ends();
            let side = self.told[row].side == Side::Src;
            let first = *seen.entry((account, side, self.keys[row].clone())).or_insert(row);
            if first == row {
                continue;
            }
            let (one, two) = (&self.told[first].transfer, &self.told[row].transfer);
            let near = (one.at.ms() - two.at.ms()).abs() <= SAME_SERIAL_WITHIN.ms();
            if one.amount == two.amount && near {
                self.outcome[row] = Some((Recorded::Known, one.id));
                continue;
            }
            self.keys[row] = self.told[row].key_of_words();
            let first = *seen.entry((account, side, self.keys[row].clone())).or_insert(row);
            if first != row {
                self.outcome[row] = Some((Recorded::Known, self.told[first].transfer.id));
            }
        }
    }

    async fn find_other_legs(&mut self, tx: &Tx) -> Result<(), StoreError> {
        let mut candidates: Vec<Found> = Vec::new();
        let open = self.open();
        for (side, serial) in [(Side::Src, "src_serial"), (Side::Dst, "dst_serial")] {
            let rows: Vec<usize> = open
                .iter()
                .copied()
                .filter(|i| self.told[*i].side == side)
                .collect();
            for chunk in rows.chunks(CHUNK) {
                candidates.extend(self.ask_other_legs(tx, chunk, serial).await?);
            }
        }
        candidates.sort_by_key(|c| {
            (
                c.row,
                (c.at_ms - self.told[c.row].transfer.at.ms()).abs(),
                c.at_ms,
                c.id,
            )
        });
        let mut taken: HashSet<TransferId> = HashSet::new();
        for found in candidates {
            if self.outcome[found.row].is_none() && taken.insert(found.id) {
                self.outcome[found.row] = Some((Recorded::Joined, found.id));
                self.joined.push((found.id, found.row));
            }
        }
        self.legs_within();
        Ok(())
    }

    async fn ask_other_legs(
        &self,
        tx: &Tx,
        rows: &[usize],
        own_serial: &str,
    ) -> Result<Vec<Found>, StoreError> {
        let mut sql = Sql::new(tx);
        sql.push("WITH q (n, src, dst, amount, low, high) AS (VALUES ");
        sql.rows(rows, |sql, row| {
            let t = &self.told[*row].transfer;
            sql.values([
                (*row as i64).into(),
                Uuid::from(t.src).into(),
                Uuid::from(t.dst).into(),
                t.amount.0.into(),
                (t.at - CLOCK_SLACK).ms().into(),
                (t.at + CLOCK_SLACK).ms().into(),
            ]);
        });
        sql.push(&format!(
            ") SELECT q.n, t.id, t.amount_fen, t.at_ms FROM q CROSS JOIN transfer t WHERE t.src = q.src AND t.at_ms >= q.low \
             AND t.at_ms <= q.high AND t.dst = q.dst AND t.amount_fen = q.amount AND t.{own_serial} IS NULL"
        ));
        sql.ask(tx).await?.iter().map(found_of).collect()
    }

    /// What is left is new, unless its other leg is new too.
    fn legs_within(&mut self) {
        type Road = (AccountId, AccountId, i64);
        let mut waiting: HashMap<Road, Vec<(usize, Side)>> = HashMap::new();
        for row in self.open() {
            let told = &self.told[row];
            let t = told.with_key(&self.keys[row]);
            let road = (t.src, t.dst, t.amount.0);
            let legs = waiting.entry(road).or_default();
            let near = |fresh: &Fresh| (fresh.transfer.at.ms() - t.at.ms()).abs() <= CLOCK_SLACK.ms();
            let leg = legs
                .iter()
                .position(|(place, side)| *side != told.side && near(&self.fresh[*place]));
            if let Some(leg) = leg {
                let (place, _) = legs.swap_remove(leg);
                self.fresh[place].join(t, told.side);
                self.outcome[row] = Some((Recorded::Joined, self.fresh[place].transfer.id));
                continue;
            }
            legs.push((self.fresh.len(), told.side));
            self.outcome[row] = Some((Recorded::New, t.id));
            self.fresh.push(Fresh {
                transfer: t,
                times: None,
            });
        }
    }

    async fn save(&self, tx: &Tx) -> Result<(), StoreError> {
        for side in [Side::Src, Side::Dst] {
            let rows: Vec<&(TransferId, usize)> = self
                .joined
                .iter()
                .filter(|(_, row)| self.told[*row].side == side)
                .collect();
            for chunk in rows.chunks(CHUNK) {
                self.join(tx, chunk, side).await?;
            }
        }
        for chunk in self.fresh.chunks(CHUNK) {
            insert(tx, chunk).await?;
        }
        Ok(())
    }

    async fn join(&self, tx: &Tx, rows: &[&(TransferId, usize)], side: Side) -> Result<(), StoreError> {
        let (own, other) = match side {
            Side::Src => ("src", "dst"),
            Side::Dst => ("dst", "src"),
        };
        let mut sql = Sql::new(tx);
        sql.push("WITH q (id, code, balance, at) AS (VALUES ");
        sql.rows(rows, |sql, (id, row)| {
            let t = &self.told[*row].transfer;
            let balance = if side == Side::Src {
                t.src_balance
            } else {
                t.dst_balance
            };
            sql.values([
                Uuid::from(*id).into(),
                self.keys[*row].as_str().into(),
                Value::BigInt(balance.map(|b| b.0)),
                t.at.ms().into(),
            ]);
        });
        sql.push(&format!(
            ") UPDATE transfer SET {own}_serial = q.code, {own}_balance_fen = q.balance, {own}_at_ms = q.at, \
             {other}_at_ms = transfer.at_ms FROM q WHERE transfer.id = q.id"
        ));
        sql.run(tx).await
    }
}

fn found_of(row: &QueryResult) -> Result<Found, StoreError> {
    let n: i64 = row.try_get_by_index(0)?;
    let id: Uuid = row.try_get_by_index(1)?;
    Ok(Found {
        row: usize::try_from(n).map_err(|_| StoreError::Corrupt("a row number came back changed".into()))?,
        id: id.into(),
        amount: row.try_get_by_index(2)?,
        at_ms: row.try_get_by_index(3)?,
    })
}

async fn insert(tx: &Tx, fresh: &[Fresh]) -> Result<(), StoreError> {
    let mut sql = Sql::new(tx);
    sql.push(
        "INSERT INTO transfer (id, src, dst, amount_fen, at_ms, src_serial, dst_serial, src_balance_fen, dst_balance_fen, \
         payment_id, source_order, summary, src_at_ms, dst_at_ms) VALUES ",
    );
    sql.rows(fresh, |sql, Fresh { transfer: t, times }| {
        sql.values([
            Uuid::from(t.id).into(),
            Uuid::from(t.src).into(),
            Uuid::from(t.dst).into(),
            t.amount.0.into(),
            t.at.ms().into(),
            Value::String(t.src_serial.clone()),
            Value::String(t.dst_serial.clone()),
            Value::BigInt(t.src_balance.map(|b| b.0)),
            Value::BigInt(t.dst_balance.map(|b| b.0)),
            Value::Uuid(t.payment.map(Uuid::from)),
            Value::Uuid(t.source_order.map(Uuid::from)),
            t.summary.as_str().into(),
            Value::BigInt(times.map(|(src, _)| src)),
            Value::BigInt(times.map(|(_, dst)| dst)),
        ]);
    });
    sql.run(tx).await
}

// ── accounts, many at a time ───────────────────────────────────────────────────────────────────

/// The accounts of these numbers, in their order, made where they are new. Facts that were empty are filled in.
pub async fn accounts_ensure(tx: &Tx, fresh: &[Account]) -> Result<Vec<AccountId>, StoreError> {
    let mut known: HashMap<String, Account> = HashMap::new();
    let numbers: Vec<&str> = fresh.iter().map(|a| a.number.main()).collect();
    for chunk in numbers.chunks(CHUNK) {
        let rows = account::Entity::find()
            .filter(account::Column::Number.is_in(chunk.iter().copied()))
            .all(tx.conn())
            .await?;
        for row in rows {
            let account = account_of(row)?;
            known.insert(account.number.main().to_owned(), account);
        }
    }
    let mut made: Vec<Account> = Vec::new();
    let mut ids = Vec::with_capacity(fresh.len());
    for account in fresh {
        match known.get_mut(account.number.main()) {
            Some(old) => {
                if old.fill(account) && !made.iter().any(|m| m.id == old.id) {
                    account_update(tx, old).await?;
                    old.version += 1;
                }
                ids.push(old.id);
            }
            None => {
                let mut new = account.clone();
                new.number = kernel::AccountNo::parse(account.number.main()).unwrap_or(new.number);
                ids.push(new.id);
                known.insert(new.number.main().to_owned(), new.clone());
                made.push(new);
            }
        }
    }
    for chunk in made.chunks(CHUNK) {
        let models = chunk
            .iter()
            .map(|a| sea_orm::IntoActiveModel::into_active_model(account_model(a)));
        account::Entity::insert_many(models)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(ids)
}

// ── statements with many rows ──────────────────────────────────────────────────────────────────

/// A statement being written. SQLite counts bare question marks; `$1` it would look up by name, a thousand times.
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
    backend: DbBackend,
}

impl Sql {
    pub fn new(tx: &Tx) -> Sql {
        Sql {
            text: String::with_capacity(1 << 14),
            values: Vec::new(),
            backend: tx.conn().get_database_backend(),
        }
    }

    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub fn rows<T>(&mut self, rows: &[T], mut each: impl FnMut(&mut Sql, &T)) {
        for (i, row) in rows.iter().enumerate() {
            if i > 0 {
                self.text.push(',');
            }
            each(self, row);
        }
    }

    /// `(?, ?, …)` with its values.
    pub fn values<const N: usize>(&mut self, values: [Value; N]) {
        for (i, value) in values.into_iter().enumerate() {
            self.text.push(if i == 0 { '(' } else { ',' });
            self.values.push(value);
            if self.backend == DbBackend::Sqlite {
                self.text.push('?');
            } else {
                let _ = write!(self.text, "${}", self.values.len());
            }
        }
        self.text.push(')');
    }

    fn statement(self) -> Statement {
        Statement::from_sql_and_values(self.backend, self.text, self.values)
    }

    pub async fn ask(self, tx: &Tx) -> Result<Vec<QueryResult>, StoreError> {
        Ok(tx.conn().query_all_raw(self.statement()).await?)
    }

    pub async fn run(self, tx: &Tx) -> Result<(), StoreError> {
        tx.conn().execute_raw(self.statement()).await?;
        Ok(())
    }
}
