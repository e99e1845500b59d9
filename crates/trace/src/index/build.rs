//! From rows in any order to the index.
//!
//! Once the rows are in order, one pass over them knows all it writes: the payer's next free slot, the payee's next
//! free slot (which is its first payment after this row), and both balances. Several threads make that pass, each over
//! all rows, and each writes the lists of its own accounts only.

use super::columns::{Columns, Openings, Share, exit_code};
use super::{Hot, Ids, Index, Inverse, STOP, Starts};
use crate::ledger::steps::Money;
use crate::{AccountFacts, Assumption, Problem, Transfer};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

/// The first millisecond of year 1 and the last of year 9999.
const TIMES_MS: RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;
/// Slots are numbers below the stop mark.
pub(crate) const MOST: usize = STOP as usize - 1;
const PROBLEMS_LISTED: usize = 1000;
/// Below this many rows a thread costs more than it brings.
const ROWS_A_THREAD: usize = 50_000;
/// Each thread passes over all rows, so more of them soon bring nothing.
const THREADS_MOST: usize = 4;

pub(super) fn index(mut transfers: Vec<Transfer>, accounts: &[AccountFacts]) -> Result<Index, Vec<Problem>> {
    let seen = Seen::of(&transfers, accounts);
    seen.check(&transfers, accounts)?;
    order(&mut transfers, &seen)?;
    if seen.to_itself {
        transfers.retain(|t| t.src != t.dst);
    }
    let threads =
        (transfers.len() / ROWS_A_THREAD).clamp(1, rayon::current_num_threads().clamp(1, THREADS_MOST));
    let openings = openings(&transfers, accounts);
    let (out_start, in_start) = rayon::join(
        || starts(transfers.iter().map(|t| t.src), accounts.len(), 1),
        || starts(transfers.iter().map(|t| t.dst), accounts.len(), 0),
    );
    let lists = Lists {
        rows: &transfers,
        accounts,
        openings: &openings,
        out_start: &out_start,
        in_start: &in_start,
    };
    let written = lists.write(threads);
    let start_ms = transfers.first().map_or(0, |t| t.ts_ms);
    Ok(Index {
        rows: transfers.len() as u32,
        windows: windows(&transfers, start_ms),
        ids: if seen.successive && seen.ordered && !seen.to_itself {
            Ids::successive(transfers.first().map_or(0, |t| t.id), transfers.len() as u32)
        } else {
            Ids::new(transfers.iter().map(|t| t.id))
        },
        inverse: Inverse::new(&written.hot, threads),
        starts: Starts::new(&out_start),
        openings: Openings::new(accounts.iter().map(|a| a.opening)),
        exits: accounts.iter().map(|a| exit_code(a.exit)).collect(),
        assumptions: assumptions(accounts, &openings, &written.overdrafts),
        hot: written.hot,
        columns: written.columns,
        ins: written.ins,
        out_start,
        in_start,
        start_ms,
    })
}

/// What one pass over all rows shows. The rows are many times the cache, so they are looked at once.
#[derive(Clone, Copy)]
struct Seen {
    sound: bool,
    amounts: i128,
    to_itself: bool,
    /// In the order of `(ts, id)`.
    ordered: bool,
    ids_ascend: bool,
    /// Each id is that of the row before and one.
    successive: bool,
}

impl Seen {
    /// Rows that a thread looks at in one go.
    const AT_A_TIME: usize = 1 << 16;

    fn of(rows: &[Transfer], accounts: &[AccountFacts]) -> Seen {
        // Each part looks at the first row of the next, too.
        let parts = rows.len().div_ceil(Seen::AT_A_TIME).max(1);
        (0..parts)
            .into_par_iter()
            .map(|part| {
                let from = part * Seen::AT_A_TIME;
                let own = rows.len().min(from + Seen::AT_A_TIME);
                Seen::of_part(&rows[from..own], rows.get(own), accounts.len())
            })
            .reduce(Seen::nothing, Seen::and)
    }

    fn of_part(rows: &[Transfer], next: Option<&Transfer>, accounts: usize) -> Seen {
        let mut seen = Seen::nothing();
        for t in rows {
            seen.sound &= sound(t, accounts);
            seen.amounts += i128::from(t.amount.max(0));
            seen.to_itself |= t.src == t.dst;
        }
        for (a, b) in rows.iter().zip(rows.iter().skip(1).chain(next)) {
            seen.ordered &= (a.ts_ms, a.id) <= (b.ts_ms, b.id);
            seen.ids_ascend &= a.id < b.id;
            seen.successive &= a.id.wrapping_add(1) == b.id && b.id != 0;
        }
        seen
    }

    const fn nothing() -> Seen {
        Seen {
            sound: true,
            amounts: 0,
            to_itself: false,
            ordered: true,
            ids_ascend: true,
            successive: true,
        }
    }

    const fn and(self, other: Seen) -> Seen {
        Seen {
            sound: self.sound && other.sound,
            amounts: self.amounts + other.amounts,
            to_itself: self.to_itself || other.to_itself,
            ordered: self.ordered && other.ordered,
            ids_ascend: self.ids_ascend && other.ids_ascend,
            successive: self.successive && other.successive,
        }
    }

    /// What can be said of a row or an account by itself, and whether all sums fit.
    fn check(&self, transfers: &[Transfer], accounts: &[AccountFacts]) -> Result<(), Vec<Problem>> {
        let mut found = Vec::new();
        if transfers.len().saturating_add(accounts.len()) > MOST {
            found.push(Problem::TooMany {
                rows: transfers.len(),
                accounts: accounts.len(),
                most: MOST,
            });
        }
        if !self.sound {
            let unsound = transfers.iter().filter(|t| !sound(t, accounts.len()));
            found.extend(unsound.flat_map(|t| row_problems(t, accounts.len())));
        }
        for (account, facts) in (0u32..).zip(accounts) {
            if let Some(opening) = facts.opening.filter(|o| *o < 0) {
                found.push(Problem::OpeningNegative { account, opening });
            }
        }
        if self.money(accounts) > i128::from(i64::MAX) {
            found.push(Problem::MoneyTooLarge);
        }
        list(found)
    }

    /// Every balance, total and opening balance found later is at most this.
    fn money(&self, accounts: &[AccountFacts]) -> i128 {
        let openings: i128 = accounts
            .iter()
            .map(|a| i128::from(a.opening.unwrap_or(0).max(0)))
            .sum();
        // An account whose opening nobody told is given at most what it pays out, so the amounts count twice.
        let untold = accounts.iter().any(|a| a.opening.is_none());
        openings + if untold { 2 * self.amounts } else { self.amounts }
    }
}

#[inline(always)]
fn sound(t: &Transfer, accounts: usize) -> bool {
    t.amount > 0 && TIMES_MS.contains(&t.ts_ms) && (t.src as usize) < accounts && (t.dst as usize) < accounts
}

pub(crate) fn row_problems(t: &Transfer, accounts: usize) -> Vec<Problem> {
    let mut found = Vec::new();
    if t.amount <= 0 {
        found.push(Problem::NotPositive {
            id: t.id,
            amount: t.amount,
        });
    }
    if !TIMES_MS.contains(&t.ts_ms) {
        found.push(Problem::TimeOutOfRange {
            id: t.id,
            ts_ms: t.ts_ms,
        });
    }
    for account in [t.src, t.dst] {
        if account as usize >= accounts {
            found.push(Problem::AccountUnknown { id: t.id, account });
        }
    }
    found
}

pub(crate) fn list(mut found: Vec<Problem>) -> Result<(), Vec<Problem>> {
    if found.is_empty() {
        return Ok(());
    }
    found.sort_unstable();
    found.dedup();
    let more = found.len().saturating_sub(PROBLEMS_LISTED);
    if more > 0 {
        found.truncate(PROBLEMS_LISTED);
        found.push(Problem::More { count: more });
    }
    Err(found)
}

/// Puts the rows in order, and looks for ids that occur twice where they may.
fn order(transfers: &mut [Transfer], seen: &Seen) -> Result<(), Vec<Problem>> {
    if !seen.ordered {
        transfers.par_sort_unstable_by_key(|t| (t.ts_ms, t.id));
    }
    // Ascending all along, or as they lie now that they are in order.
    if seen.ids_ascend && seen.ordered || transfers.is_sorted_by(|a, b| a.id < b.id) {
        return Ok(());
    }
    let mut ids: Vec<u64> = transfers.iter().map(|t| t.id).collect();
    ids.par_sort_unstable();
    let twice = ids.windows(2).filter(|pair| pair[0] == pair[1]);
    list(twice.map(|pair| Problem::IdTwice { id: pair[0] }).collect())
}

/// Told ones, and for the others the least that avoids an overdraft.
fn openings(transfers: &[Transfer], accounts: &[AccountFacts]) -> Vec<i64> {
    let mut openings: Vec<i64> = accounts.iter().map(|a| a.opening.unwrap_or(0)).collect();
    if accounts.iter().all(|a| a.opening.is_some()) {
        return openings;
    }
    let mut balance = vec![0i64; accounts.len()];
    for t in transfers {
        let payer = t.src as usize;
        balance[payer] -= t.amount;
        if accounts[payer].opening.is_none() {
            openings[payer] = openings[payer].max(-balance[payer]);
        }
        balance[t.dst as usize] += t.amount;
    }
    openings
}

/// Where each account's list begins, and one past the last; each list has room for `extra` more.
fn starts(of: impl Iterator<Item = u32>, accounts: usize, extra: u32) -> Vec<u32> {
    let mut starts = vec![extra; accounts + 1];
    for account in of {
        starts[account as usize] += 1;
    }
    let mut next = 0;
    for start in &mut starts {
        let count = *start;
        *start = next;
        next += count;
    }
    starts
}

/// The first dense id of each span of 2^32 milliseconds.
fn windows(rows: &[Transfer], start_ms: i64) -> Vec<u32> {
    let spans = rows.last().map_or(0, |t| (t.ts_ms - start_ms) >> 32);
    (0..=spans)
        .map(|span| rows.partition_point(|t| (t.ts_ms - start_ms) >> 32 < span) as u32)
        .collect()
}

fn assumptions(accounts: &[AccountFacts], openings: &[i64], overdrafts: &[Assumption]) -> Vec<Assumption> {
    let untold = (0u32..)
        .zip(accounts.iter().zip(openings))
        .filter_map(|(account, (facts, assumed))| {
            let rests = facts.opening.is_none() && facts.exit.is_none();
            rests.then_some(Assumption::OpeningUnknown {
                account,
                assumed: *assumed,
            })
        });
    let mut all: Vec<Assumption> = untold.chain(overdrafts.iter().copied()).collect();
    all.sort_unstable_by_key(|a| (a.account(), *a));
    all
}

struct Lists<'a> {
    rows: &'a [Transfer],
    accounts: &'a [AccountFacts],
    openings: &'a [i64],
    out_start: &'a [u32],
    in_start: &'a [u32],
}

struct Written {
    hot: Vec<Hot>,
    columns: Columns,
    ins: Vec<u32>,
    overdrafts: Vec<Assumption>,
}

/// An account on the way through the rows.
#[derive(Clone, Copy)]
struct Running {
    balance: i64,
    /// The next free slot, with the stop mark.
    out: u32,
    /// The next free position among those paid in.
    into: u32,
}

/// What one thread writes: the lists of `accounts`.
struct Part<'a> {
    accounts: Range<u32>,
    hot_first: usize,
    hot: &'a mut [Hot],
    columns: Share<'a>,
    ins_first: usize,
    ins: &'a mut [u32],
    overdrafts: BTreeMap<u32, (i64, i64)>,
}

impl Lists<'_> {
    fn write(&self, threads: usize) -> Written {
        let mut hot = vec![Hot::default(); self.rows.len() + self.accounts.len()];
        let mut columns = Columns::with_len(self.rows.len());
        let mut ins = vec![0; self.rows.len()];
        let parts = self.parts(threads, &mut hot, &mut columns, &mut ins);
        let done = crate::threads::each(parts, |part| self.fill(part));
        let mut overdrafts = Vec::new();
        for ([amounts, payer, receiver], over) in done {
            columns.big_amounts.append(amounts);
            columns.big_payer.append(payer);
            columns.big_receiver.append(receiver);
            overdrafts.extend(over);
        }
        for big in [
            &mut columns.big_amounts,
            &mut columns.big_payer,
            &mut columns.big_receiver,
        ] {
            big.shrink();
        }
        Written {
            hot,
            columns,
            ins,
            overdrafts,
        }
    }

    fn parts<'a>(
        &self,
        threads: usize,
        mut hot: &'a mut [Hot],
        columns: &'a mut Columns,
        mut ins: &'a mut [u32],
    ) -> Vec<Part<'a>> {
        let mut amounts = &mut columns.amounts[..];
        let mut before = &mut columns.before[..];
        let mut first = 0;
        let mut parts = Vec::with_capacity(threads);
        for n in 1..=threads {
            let end = self.share_end(n, threads).max(first);
            let (from, to) = (first as usize, end as usize);
            let slots = (self.out_start[to] - self.out_start[from]) as usize;
            let entries = slots - (to - from);
            let positions = (self.in_start[to] - self.in_start[from]) as usize;
            parts.push(Part {
                accounts: first..end,
                hot_first: self.out_start[from] as usize,
                hot: hot.split_off_mut(..slots).unwrap_or_default(),
                columns: Share {
                    first: self.out_start[from] as usize - from,
                    amounts: amounts.split_off_mut(..entries).unwrap_or_default(),
                    before: before.split_off_mut(..entries).unwrap_or_default(),
                    big_amounts: Vec::new(),
                    big_payer: Vec::new(),
                    big_receiver: Vec::new(),
                },
                ins_first: self.in_start[from] as usize,
                ins: ins.split_off_mut(..positions).unwrap_or_default(),
                overdrafts: BTreeMap::new(),
            });
            first = end;
        }
        parts
    }

    /// The account at which the n-th of `threads` equal shares of the work ends.
    fn share_end(&self, n: usize, threads: usize) -> u32 {
        if n == threads {
            return self.accounts.len() as u32;
        }
        let work = self.rows.len() as u64 * 2 * n as u64 / threads as u64;
        let before = |a: usize| u64::from(self.out_start[a]) + u64::from(self.in_start[a]);
        let (mut low, mut high) = (0, self.accounts.len());
        while low < high {
            let middle = (low + high) / 2;
            if before(middle) < work {
                low = middle + 1
            } else {
                high = middle
            }
        }
        low as u32
    }

    #[allow(clippy::type_complexity)]
    fn fill(&self, mut part: Part<'_>) -> ([Vec<(u32, i64)>; 3], Vec<Assumption>) {
        let mut running = self.running();
        for (id, t) in (0u32..).zip(self.rows) {
            let payer = &mut running[t.src as usize];
            let slot = payer.out & !STOP;
            let payer_before = payer.balance;
            payer.out += 1;
            payer.balance = (payer_before - t.amount).max(0);
            let receiver = &mut running[t.dst as usize];
            let receiver_before = receiver.balance;
            receiver.balance += t.amount;
            let (next, position) = (receiver.out, receiver.into);
            receiver.into += 1;
            if part.accounts.contains(&t.src) {
                let ts = (t.ts_ms - self.rows[0].ts_ms) as u32;
                part.hot[slot as usize - part.hot_first] = Hot { id, ts, next };
                let money = Money {
                    amount: t.amount,
                    payer_before,
                    receiver_before,
                };
                part.columns.put((slot - t.src) as usize, money);
                if t.amount > payer_before {
                    part.overdrafts.entry(t.src).or_insert((t.ts_ms, 0)).1 += t.amount - payer_before;
                }
            }
            if part.accounts.contains(&t.dst) {
                part.ins[position as usize - part.ins_first] = slot;
            }
        }
        self.close(&mut part);
        let columns = part.columns;
        let overdrafts = part.overdrafts.into_iter();
        (
            [columns.big_amounts, columns.big_payer, columns.big_receiver],
            overdrafts
                .map(|(account, (ts_ms, missing))| Assumption::Overdraft {
                    account,
                    ts_ms,
                    missing,
                })
                .collect(),
        )
    }

    fn running(&self) -> Vec<Running> {
        let lists = self.out_start.iter().zip(self.in_start);
        lists
            .zip(self.accounts.iter().zip(self.openings))
            .map(|((out, into), (facts, opening))| Running {
                balance: *opening,
                out: out | if facts.exit.is_some() { STOP } else { 0 },
                into: *into,
            })
            .collect()
    }

    /// The end slot of each list.
    fn close(&self, part: &mut Part<'_>) {
        for account in part.accounts.clone() {
            let end = self.out_start[account as usize + 1] as usize - 1;
            part.hot[end - part.hot_first] = Hot {
                id: self.rows.len() as u32 + account,
                ts: u32::MAX,
                next: end as u32,
            };
        }
    }
}
