//! All transfers of the centre in memory, kept up to date: the raw trace, for the analyst who asks about any transfer.
//!
//! Built from the store at start, beside the serving (`build`, with progress), then kept up to date by a job (`follow`)
//! that reads what is new behind the last number of the store's own sequence: rows of other processes that share the store come
//! the same way as our own. Durable is the store; this is thrown away and built again.
//!
//! What a second bank adds to a row that is in already (its balance) comes the same way, by a number of its own.
//!
//! A trace waits for the index at most as long as a few hundred rows take to go in; freezing it anew is beside the traces.
//!
//! A process without an index (the setting is off, or it is still being built) answers the same question hop by hop from
//! the store. The raw trace takes rows as they are told; reversals, gaps and untold payments are the matter of a report's flow.

use crate::{AppError, AppResult, Centre};
use kernel::{AccountId, Fen, Instant, TransferId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use store::accounts::accounts_load;
use store::announced::{accounts_told_behind, accounts_told_last};
use store::flow::{Moved, exits, openings, transfers_behind};
use trace::{AccountFacts, Edge, Index, Ledger, Live, Tracer, Transfer};

use super::gathering::exit;

/// Rows read at a time.
const PAGE: u64 = 20_000;
/// Rows that go into the index at a time: a trace waits for no more.
const AT_A_TIME: usize = 256;
/// After so many new rows the index is frozen anew.
const FREEZE_AFTER: usize = 100_000;

/// The index of this process, or that there is none.
#[derive(Default)]
pub struct LiveIndex {
    state: RwLock<State>,
    /// Memory of traces that have ended, for the next ones: cleared by what was met, it costs nothing to take up again.
    tracers: Mutex<Vec<Tracer>>,
}

#[derive(Default)]
enum State {
    #[default]
    Off,
    Building {
        rows: usize,
    },
    Ready(Box<Ready>),
}

/// How far the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexState {
    Off,
    Building {
        rows: usize,
    },
    Ready {
        rows: usize,
        accounts: usize,
        behind: i64,
    },
}

struct Ready {
    live: Live,
    numbers: HashMap<AccountId, u32>,
    names: Vec<AccountId>,
    row_names: RowNames,
    /// The store's number of the last row that is in.
    last: i64,
    /// And of the last account whose bank told of a row that was in already.
    told: i64,
    fresh: usize,
}

/// What a trace over the index needs to know of it.
pub(super) struct Here<'a>(RwLockReadGuard<'a, State>);

impl Here<'_> {
    fn ready(&self) -> Option<&Ready> {
        match &*self.0 {
            State::Ready(ready) => Some(ready),
            _ => None,
        }
    }

    pub fn live(&self) -> Option<&Live> {
        self.ready().map(|r| &r.live)
    }

    /// A row by the store's number. None when the index has not come so far.
    pub fn locate(&self, number: i64) -> Option<Edge> {
        let id = u64::try_from(number).ok()?;
        *self.ready()?.live.locate(&[id]).first()?
    }

    pub fn name(&self, account: u32) -> Option<AccountId> {
        self.ready()?.names.get(account as usize).copied()
    }

    /// A row under its names in the store.
    pub fn row(&self, edge: Edge) -> Option<NamedRow> {
        let ready = self.ready()?;
        let Transfer {
            id,
            ts_ms,
            src,
            dst,
            amount,
        } = ready.live.transfer(edge);
        Some(NamedRow {
            transfer: ready.row_names.get(id)?,
            src: self.name(src)?,
            dst: self.name(dst)?,
            at: Instant::from_ms(ts_ms),
            amount: Fen(amount),
        })
    }
}

/// A transfer of the index as the centre names it.
pub(super) struct NamedRow {
    pub transfer: TransferId,
    pub src: AccountId,
    pub dst: AccountId,
    pub at: Instant,
    pub amount: Fen,
}

/// The transfers' own ids by the store's numbers, which ascend with few gaps.
#[derive(Default)]
struct RowNames {
    /// Where each run of successive numbers begins: the number, and its place among the names.
    runs: Vec<(u64, usize)>,
    names: Vec<TransferId>,
}

impl RowNames {
    fn push(&mut self, number: i64, name: TransferId) {
        let Ok(number) = u64::try_from(number) else { return };
        let place = self.names.len();
        match self.runs.last() {
            Some((first, begin)) if first + (place - begin) as u64 == number => {}
            _ => self.runs.push((number, place)),
        }
        self.names.push(name);
    }

    fn get(&self, number: u64) -> Option<TransferId> {
        let run = self.runs.partition_point(|(first, _)| *first <= number);
        let (first, begin) = self.runs.get(run.checked_sub(1)?)?;
        let place = begin + usize::try_from(number - first).ok()?;
        let end = self.runs.get(run).map_or(self.names.len(), |(_, begin)| *begin);
        (place < end).then(|| self.names[place])
    }
}

impl LiveIndex {
    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn here(&self) -> Here<'_> {
        Here(self.state.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Traces with memory that is kept for the next one.
    pub(super) fn tracing<R>(&self, trace: impl FnOnce(&mut Tracer) -> R) -> R {
        let kept = || self.tracers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tracer = kept().pop().unwrap_or_default();
        let answer = trace(&mut tracer);
        kept().push(tracer);
        answer
    }

    pub fn state(&self) -> IndexState {
        match &*self.here().0 {
            State::Off => IndexState::Off,
            State::Building { rows } => IndexState::Building { rows: *rows },
            State::Ready(ready) => IndexState::Ready {
                rows: ready.live.len(),
                accounts: ready.names.len(),
                behind: ready.last,
            },
        }
    }

    /// Reads all transfers and builds the index. What comes meanwhile is read by the first [`LiveIndex::follow`].
    pub async fn build(&self, centre: &Centre) -> AppResult<()> {
        *self.write() = State::Building { rows: 0 };
        let built = self.read_all(centre).await;
        match built {
            Ok(ready) => {
                *self.write() = State::Ready(Box::new(ready));
                Ok(())
            }
            Err(failed) => {
                *self.write() = State::Off;
                Err(failed)
            }
        }
    }

    async fn read_all(&self, centre: &Centre) -> AppResult<Ready> {
        let conn = centre.store.reader();
        let exits: HashMap<AccountId, String> = exits(conn).await?.into_iter().collect();
        // Before the rows: what is told while they are read is read again, and that changes nothing.
        let mut load = Load {
            told: accounts_told_last(conn).await?,
            ..Load::default()
        };
        loop {
            let page = transfers_behind(conn, load.last, PAGE).await?;
            if page.is_empty() {
                break;
            }
            page.iter().for_each(|(number, moved)| load.add(*number, moved));
            *self.write() = State::Building {
                rows: load.rows.len(),
            };
        }
        let built = tokio::task::spawn_blocking(move || load.build(&exits)).await;
        built.map_err(|_| corrupt("the index could not be built".into()))?
    }

    /// Takes in what is new in the store; how many rows.
    pub async fn follow(&self, centre: &Centre) -> AppResult<usize> {
        let taken = self.follow_rows(centre).await?;
        self.follow_told(centre).await?;
        Ok(taken)
    }

    /// Balances that a second bank has told of rows that are in.
    async fn follow_told(&self, centre: &Centre) -> AppResult<()> {
        loop {
            let told = match &*self.here().0 {
                State::Ready(ready) => ready.told,
                _ => return Ok(()),
            };
            let conn = centre.store.reader();
            let page = accounts_told_behind(conn, told, PAGE).await?;
            let Some(last) = page.last().map(|told| told.number) else {
                return Ok(());
            };
            let accounts: Vec<AccountId> = page.iter().map(|told| told.account).collect();
            let facts = Told::of(centre, accounts).await?;
            self.change(|ready| ready.take_told(&facts, last))?;
        }
    }

    async fn follow_rows(&self, centre: &Centre) -> AppResult<usize> {
        let mut taken = 0;
        loop {
            let last = match &*self.here().0 {
                State::Ready(ready) => ready.last,
                _ => return Ok(taken),
            };
            let conn = centre.store.reader();
            let page = transfers_behind(conn, last, PAGE).await?;
            if page.is_empty() {
                return Ok(taken);
            }
            let told = Told::of(centre, page.iter().flat_map(|(_, m)| [m.src, m.dst]).collect()).await?;
            taken += page.len();
            for part in page.chunks(AT_A_TIME) {
                self.change(|ready| ready.take_in(part, &told))?;
            }
            self.freeze_when_due(centre).await?;
        }
    }

    /// Everything into a new index, beside the traces.
    async fn freeze_when_due(&self, centre: &Centre) -> AppResult<()> {
        let due = |ready: &Ready| ready.fresh >= FREEZE_AFTER;
        if !self.here().ready().is_some_and(due) {
            return Ok(());
        }
        let index = Arc::clone(&centre.live);
        let frozen = tokio::task::spawn_blocking(move || index.freeze()).await;
        frozen.map_err(|_| corrupt("the index could not be frozen".into()))
    }

    fn freeze(&self) {
        let (frozen, come_to) = {
            let here = self.here();
            let Some(ready) = here.ready() else { return };
            (Live::new(Arc::new(ready.live.freeze())), ready.come_to())
        };
        // What somebody else has taken in meanwhile would be lost; the next round freezes then.
        if let State::Ready(ready) = &mut *self.write()
            && ready.come_to() == come_to
        {
            ready.live = frozen;
            ready.fresh = 0;
        }
    }

    /// Half a page would be a wrong answer: an index that cannot take one in is given up, and built again.
    fn change(&self, take: impl FnOnce(&mut Ready) -> AppResult<()>) -> AppResult<()> {
        let mut state = self.write();
        let State::Ready(ready) = &mut *state else {
            return Ok(());
        };
        let taken = take(ready);
        if taken.is_err() {
            *state = State::Off;
        }
        taken
    }
}

impl Ready {
    fn come_to(&self) -> (i64, i64) {
        (self.last, self.told)
    }

    fn take_in(&mut self, page: &[(i64, Moved)], told: &Told) -> AppResult<()> {
        // The follower is one job: a page that somebody else has taken in is not taken in twice.
        let behind = self.last;
        let mut rows = Vec::with_capacity(page.len());
        for (number, moved) in page.iter().filter(|(number, _)| *number > behind) {
            let (src, dst) = (self.account(moved.src, told)?, self.account(moved.dst, told)?);
            rows.extend(transfer(*number, moved, src, dst));
            self.row_names.push(*number, moved.id);
            self.last = *number;
        }
        self.fresh += rows.len();
        self.live.insert(&rows).map_err(refused)
    }

    /// An account without rows is not in the index, and comes with its first.
    fn take_told(&mut self, told: &Told, last: i64) -> AppResult<()> {
        for id in told.kinds.keys() {
            let facts = told.facts(*id);
            if let Some(number) = self.numbers.get(id)
                && self.live.facts(*number) != facts
            {
                self.live.set_facts(*number, facts).map_err(refused)?;
            }
        }
        self.told = self.told.max(last);
        Ok(())
    }

    fn account(&mut self, id: AccountId, told: &Told) -> AppResult<u32> {
        let facts = told.facts(id);
        if let Some(number) = self.numbers.get(&id) {
            // A bank may have told since that this is a place where money leaves, or what lay here.
            if self.live.facts(*number) != facts {
                self.live.set_facts(*number, facts).map_err(refused)?;
            }
            return Ok(*number);
        }
        let number = self.live.add_account(facts).map_err(refused)?;
        self.numbers.insert(id, number);
        self.names.push(id);
        Ok(number)
    }
}

/// What the store says of accounts.
struct Told {
    kinds: HashMap<AccountId, String>,
    openings: HashMap<AccountId, i64>,
}

impl Told {
    async fn of(centre: &Centre, mut accounts: Vec<AccountId>) -> AppResult<Told> {
        accounts.sort_unstable();
        accounts.dedup();
        let conn = centre.store.reader();
        let known = accounts_load(conn, &accounts).await?;
        let openings = openings(conn, &accounts).await?;
        Ok(Told {
            kinds: known.into_iter().map(|a| (a.id, a.exit_kind)).collect(),
            openings: openings.into_iter().map(|(a, fen)| (a, fen.0)).collect(),
        })
    }

    fn facts(&self, id: AccountId) -> AccountFacts {
        AccountFacts {
            opening: self.openings.get(&id).map(|fen| (*fen).max(0)),
            exit: self.kinds.get(&id).and_then(|kind| exit(kind)),
        }
    }
}

/// Rows on their way into an index.
#[derive(Default)]
struct Load {
    rows: Vec<Transfer>,
    numbers: HashMap<AccountId, u32>,
    names: Vec<AccountId>,
    row_names: RowNames,
    /// Per account its earliest row whose balance its bank reported: (time, number, balance before it).
    reported: Vec<Option<(i64, u64, i64)>>,
    last: i64,
    told: i64,
}

impl Load {
    fn add(&mut self, number: i64, moved: &Moved) {
        self.last = number;
        self.row_names.push(number, moved.id);
        let (src, dst) = (self.account(moved.src), self.account(moved.dst));
        let Some(row) = transfer(number, moved, src, dst) else {
            return;
        };
        let ends = [
            (src, moved.src_balance, moved.amount.0),
            (dst, moved.dst_balance, -moved.amount.0),
        ];
        for (account, balance, back) in ends {
            let Some(Fen(after)) = balance else { continue };
            let told = (row.ts_ms, row.id, after.saturating_add(back));
            let first = &mut self.reported[account as usize];
            if first.is_none_or(|f| (told.0, told.1) < (f.0, f.1)) {
                *first = Some(told);
            }
        }
        self.rows.push(row);
    }

    fn account(&mut self, id: AccountId) -> u32 {
        let fresh = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(id).or_insert_with(|| {
            self.names.push(id);
            self.reported.push(None);
            fresh
        })
    }

    fn build(mut self, exits: &HashMap<AccountId, String>) -> AppResult<Ready> {
        let openings = self.openings();
        let facts: Vec<AccountFacts> = self
            .names
            .iter()
            .zip(openings)
            .map(|(id, opening)| AccountFacts {
                opening,
                exit: exits.get(id).and_then(|kind| exit(kind)),
            })
            .collect();
        let rows = std::mem::take(&mut self.rows);
        let index = Index::build(rows, &facts).map_err(refused)?;
        Ok(Ready {
            live: Live::new(Arc::new(index)),
            numbers: self.numbers,
            names: self.names,
            row_names: self.row_names,
            last: self.last,
            told: self.told,
            fresh: 0,
        })
    }

    /// What lay on each account first: from its first reported balance, less what had passed until then.
    fn openings(&mut self) -> Vec<Option<i64>> {
        let mut passed = vec![0i64; self.names.len()];
        let reported = &self.reported;
        for row in &self.rows {
            let mut pass = |account: u32, by: i64| {
                let first = reported[account as usize];
                if first.is_some_and(|f| (row.ts_ms, row.id) < (f.0, f.1)) {
                    let sum = &mut passed[account as usize];
                    *sum = sum.saturating_add(by);
                }
            };
            pass(row.src, -row.amount);
            pass(row.dst, row.amount);
        }
        reported
            .iter()
            .zip(passed)
            .map(|(first, passed)| first.map(|f| f.2.saturating_sub(passed).max(0)))
            .collect()
    }
}

/// A row without a possible amount is no movement; the store refuses it at the door.
fn transfer(number: i64, moved: &Moved, src: u32, dst: u32) -> Option<Transfer> {
    let id = u64::try_from(number).ok()?;
    (moved.amount.is_positive() && src != dst).then_some(Transfer {
        id,
        ts_ms: moved.at.ms(),
        src,
        dst,
        amount: moved.amount.0,
    })
}

fn refused(problems: Vec<trace::Problem>) -> AppError {
    corrupt(format!("transfers: {problems:?}"))
}

fn corrupt(what: String) -> AppError {
    store::StoreError::Corrupt(what).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_by_numbers_with_gaps() {
        let name = |n: u8| TransferId::new(Instant::from_ms(0), [n; 10]);
        let mut names = RowNames::default();
        for number in [3, 4, 5, 9, 10, 20] {
            names.push(number, name(number as u8));
        }
        assert_eq!(names.runs.len(), 3);
        for number in 0..25 {
            let known = [3, 4, 5, 9, 10, 20].contains(&number);
            assert_eq!(names.get(number), known.then(|| name(number as u8)), "{number}");
        }
    }
}
