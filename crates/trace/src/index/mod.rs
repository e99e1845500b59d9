//! The frozen index: transfers in both directions with the balance before each, in at most 32 bytes a transfer where
//! an account has twenty of them.
//!
//! Transfers get dense ids in the order of `(ts, id)`. Slots hold them by payer, then dense id; the list of every
//! account is closed by an end slot. What following a payment reads ([`Hot`]) lies apart from the money. The payee of a
//! payment is not stored: its `next` slot lies in the payee's list, and a bit vector of list starts tells whose list
//! that is. Nor is the way from an id to its slot: see [`inverse`].

pub(crate) mod build;
mod columns;
mod ids;
mod inverse;
mod starts;

use crate::ledger::steps::{Money, Steps};
use crate::{AccountFacts, Assumption, Edge, Exit, Ledger, Problem, Transfer};
use columns::{Columns, Openings};
use ids::Ids;
use inverse::Inverse;
use starts::Starts;
use std::ops::Range;

/// Set in [`Hot::next`] when the receiver is a stop account.
const STOP: u32 = 1 << 31;

/// What following a payment needs, in twelve bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hot {
    /// Dense id; for the end slot of account `a`, the number of transfers + `a`, so that all ids are different.
    id: u32,
    /// Milliseconds since the start, the low 32 bits.
    ts: u32,
    /// The receiver's first slot after this payment.
    next: u32,
}

/// A bound in time: admitted are ids below `before`, and ids below `until` whose low bits are at most `low`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    before: u32,
    until: u32,
    low: u32,
}

/// Frozen, compact, both directions, running balances.
#[derive(Clone, Debug, Default)]
pub struct Index {
    rows: u32,
    hot: Vec<Hot>,
    columns: Columns,
    /// First slot of each account, and one past the last.
    out_start: Vec<u32>,
    starts: Starts,
    ins: Vec<u32>,
    in_start: Vec<u32>,
    /// The time of the first transfer.
    start_ms: i64,
    /// The first dense id of each span of 2^32 milliseconds since the start.
    windows: Vec<u32>,
    ids: Ids,
    inverse: Inverse,
    openings: Openings,
    exits: Vec<u8>,
    assumptions: Vec<Assumption>,
}

impl Index {
    /// Takes the rows in any order. Everything that is wrong is returned at once.
    pub fn build(transfers: Vec<Transfer>, accounts: &[AccountFacts]) -> Result<Index, Vec<Problem>> {
        build::index(transfers, accounts)
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        size_of_val(&*self.hot)
            + self.columns.bytes()
            + size_of_val(&*self.out_start)
            + self.starts.bytes()
            + size_of_val(&*self.ins)
            + size_of_val(&*self.in_start)
            + size_of_val(&*self.windows)
            + self.ids.bytes()
            + self.inverse.bytes()
            + self.openings.bytes()
            + size_of_val(&*self.exits)
            + size_of_val(&*self.assumptions)
    }

    pub(crate) fn slot_of(&self, id: u64) -> Option<u32> {
        self.ids
            .dense(id)
            .map(|dense| self.inverse.find(&self.hot, dense))
    }

    pub(crate) fn out_slots(&self, account: u32) -> Range<u32> {
        self.out_start[account as usize]..self.out_start[account as usize + 1] - 1
    }

    pub(crate) fn in_range(&self, account: u32) -> Range<u32> {
        self.in_start[account as usize]..self.in_start[account as usize + 1]
    }

    /// Money lies without end slots: one account's worth of them is before its own list.
    fn column(&self, payer: u32, slot: u32) -> usize {
        (slot - payer) as usize
    }

    fn span(&self, id: u32) -> u64 {
        match self.windows.len() {
            0 | 1 => 0,
            _ => self.windows.partition_point(|first| *first <= id) as u64 - 1,
        }
    }
}

impl Steps for Index {
    type Hot = Hot;
    type Key = u32;
    type Ticket = u64;
    type Limit = Limit;

    fn slots(&self) -> usize {
        self.hot.len()
    }

    #[inline]
    fn hot(&self, slot: u32) -> Hot {
        self.hot[slot as usize]
    }

    #[inline]
    fn key(&self, hot: &Hot) -> u32 {
        hot.id
    }

    #[inline]
    fn ticket(key: u32, place: u32) -> u64 {
        (u64::from(key) << 32) | u64::from(place)
    }

    #[inline]
    fn ticket_parts(ticket: u64) -> (u32, u32) {
        ((ticket >> 32) as u32, ticket as u32)
    }

    #[inline]
    fn is_end(&self, hot: &Hot) -> bool {
        hot.id >= self.rows
    }

    #[inline]
    fn ts_ms(&self, hot: &Hot) -> i64 {
        self.start_ms + ((self.span(hot.id) << 32) | u64::from(hot.ts)) as i64
    }

    fn id(&self, hot: &Hot) -> u64 {
        self.ids.id(hot.id)
    }

    #[inline]
    fn limit(&self, ts_ms: i64) -> Limit {
        let since = i128::from(ts_ms) - i128::from(self.start_ms);
        let Ok(since) = u64::try_from(since) else {
            return Limit {
                before: 0,
                until: 0,
                low: 0,
            };
        };
        let span = usize::try_from(since >> 32).unwrap_or(usize::MAX);
        let first = |span: usize| self.windows.get(span).copied().unwrap_or(self.rows);
        Limit {
            before: first(span),
            until: first(span.saturating_add(1)),
            low: since as u32,
        }
    }

    #[inline]
    fn within(&self, hot: &Hot, limit: Limit) -> bool {
        hot.id < limit.before || (hot.id < limit.until && hot.ts <= limit.low)
    }

    #[inline]
    fn stop(&self, hot: &Hot) -> bool {
        hot.next & STOP != 0
    }

    #[inline]
    fn next(&self, hot: &Hot) -> u32 {
        hot.next & !STOP
    }

    #[inline]
    fn receiver(&self, hot: &Hot) -> u32 {
        self.starts.account(hot.next & !STOP)
    }

    #[inline]
    fn payer(&self, slot: u32) -> u32 {
        self.starts.account(slot)
    }

    #[inline]
    fn amount(&self, payer: u32, slot: u32) -> i64 {
        self.columns.amount(self.column(payer, slot))
    }

    #[inline]
    fn money(&self, payer: u32, slot: u32) -> Money {
        self.columns.money(self.column(payer, slot))
    }

    fn skip(&self, payer: u32, slot: u32, room: i64) -> (u32, i64) {
        let end = self.column(payer, self.out_start[payer as usize + 1] - 1);
        let from = self.column(payer, slot);
        let (passed, sum) = self.columns.skip(from, end, room);
        (slot + passed, sum)
    }

    fn sum(&self, payer: u32, from: u32, to: u32) -> i64 {
        (self.column(payer, from)..self.column(payer, to))
            .map(|i| self.columns.amount(i))
            .sum()
    }

    fn paid_at(&self, next: u32, ts_ms: i64) -> bool {
        let at = |hot: Hot| !self.is_end(&hot) && self.ts_ms(&hot) == ts_ms;
        // The slot before a list is the end slot of another.
        at(self.hot(next)) || (next > 0 && at(self.hot(next - 1)))
    }

    fn in_positions(&self) -> usize {
        self.ins.len()
    }

    fn ins_before(&self, account: u32, key: u32) -> Range<u32> {
        let Range { start, end } = self.in_range(account);
        let ins = &self.ins[start as usize..end as usize];
        let before = ins.partition_point(|slot| self.hot(*slot).id < key);
        start..start + before as u32
    }

    #[inline]
    fn in_slot(&self, position: u32) -> u32 {
        self.ins[position as usize]
    }

    fn is_stop(&self, account: u32) -> bool {
        self.exits[account as usize] != 0
    }

    fn exit(&self, account: u32) -> Option<Exit> {
        columns::exit(self.exits[account as usize])
    }
}

impl Ledger for Index {
    fn len(&self) -> usize {
        self.rows as usize
    }

    fn account_count(&self) -> usize {
        self.exits.len()
    }

    fn facts(&self, account: u32) -> AccountFacts {
        AccountFacts {
            opening: self.openings.get(account),
            exit: columns::exit(self.exits[account as usize]),
        }
    }

    fn transfer(&self, edge: Edge) -> Transfer {
        let hot = self.hot(edge.0);
        let src = self.payer(edge.0);
        Transfer {
            id: self.id(&hot),
            ts_ms: self.ts_ms(&hot),
            src,
            dst: self.receiver(&hot),
            amount: self.amount(src, edge.0),
        }
    }

    fn outs(&self, account: u32) -> Vec<Edge> {
        self.out_slots(account).map(Edge).collect()
    }

    fn ins(&self, account: u32) -> Vec<Edge> {
        self.in_range(account).map(|p| Edge(self.in_slot(p))).collect()
    }

    fn balances_before(&self, edge: Edge) -> (i64, i64) {
        let money = self.money(self.payer(edge.0), edge.0);
        (money.payer_before, money.receiver_before)
    }

    fn locate(&self, ids: &[u64]) -> Vec<Option<Edge>> {
        ids.iter().map(|id| self.slot_of(*id).map(Edge)).collect()
    }

    fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }
}
