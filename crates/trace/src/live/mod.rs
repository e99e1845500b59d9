//! An index and what has come since it was frozen.
//!
//! The whole timeline of a touched account is copied out of the index, put in order with what came, and its balances
//! are run again; the accounts that were not touched are read from the index as before. Only of stop accounts, whose
//! lists are long and never followed, just the new rows are kept.

mod arena;
mod steps;

use crate::index::build;
use crate::ledger::steps::Steps;
use crate::{AccountFacts, Assumption, Edge, Index, Ledger, Problem, Transfer};
use arena::{Arena, Block};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// No slot.
const NONE: u32 = u32::MAX;

/// An index plus the accounts touched since it was frozen. Late and out-of-order rows are in their right place at
/// once; traces answer as they would over an index built from all rows. An [`Edge`] is good until the next change.
/// Balances of stop accounts are those of the frozen index, and 0 for newer rows: nothing rests on them.
#[derive(Clone, Debug)]
pub struct Live {
    base: Arc<Index>,
    /// Where they differ from the index; added accounts too.
    facts: HashMap<u32, AccountFacts>,
    accounts: u32,
    exits_changed: bool,
    patches: HashMap<u32, Patch>,
    /// A bit for each account whose whole timeline is copied.
    whole: Vec<u64>,
    outs: Arena<Row>,
    ins: Arena<Row>,
    added: HashMap<u64, Transfer>,
    /// Ids of rows of the index that are gone.
    removed: HashSet<u64>,
    assumptions: Vec<Assumption>,
    amounts: i128,
    openings: i128,
}

/// The lists of a touched account. Those of a stop account may hold new rows only.
#[derive(Clone, Copy, Debug)]
struct Patch {
    outs: Block,
    ins: Block,
}

/// A payment in an account's own list, with this account's balance before it.
#[derive(Clone, Copy, Debug)]
struct Row {
    transfer: Transfer,
    before: i64,
    /// Where the index has it, [`NONE`] when it is new.
    slot: u32,
}

impl Row {
    const END: Row = Row {
        transfer: Transfer {
            id: u64::MAX,
            ts_ms: i64::MAX,
            src: NONE,
            dst: NONE,
            amount: 0,
        },
        before: 0,
        slot: NONE,
    };

    fn key(&self) -> (i64, u64) {
        (self.transfer.ts_ms, self.transfer.id)
    }
}

impl Default for Live {
    fn default() -> Live {
        Live::new(Arc::default())
    }
}

impl Live {
    pub fn new(base: Arc<Index>) -> Live {
        let accounts = base.account_count() as u32;
        let openings = (0..accounts)
            .filter_map(|a| base.facts(a).opening)
            .map(i128::from)
            .sum();
        let amounts = (0..accounts)
            .flat_map(|a| base.out_slots(a).map(move |slot| (a, slot)))
            .map(|(a, slot)| i128::from(base.amount(a, slot)))
            .sum();
        Live {
            facts: HashMap::new(),
            accounts,
            exits_changed: false,
            patches: HashMap::new(),
            whole: vec![0; (accounts as usize).div_ceil(64)],
            outs: Arena::new(Row::END),
            ins: Arena::new(Row::END),
            added: HashMap::new(),
            removed: HashSet::new(),
            assumptions: base.assumptions().to_vec(),
            amounts,
            openings,
            base,
        }
    }

    /// All of the rows or, when anything is wrong with one of them, none. Rows from an account to itself are left out.
    pub fn insert(&mut self, rows: &[Transfer]) -> Result<(), Vec<Problem>> {
        self.check(rows)?;
        let mut by_account: BTreeMap<u32, Vec<Transfer>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.src != row.dst) {
            by_account.entry(row.src).or_default().push(*row);
            by_account.entry(row.dst).or_default().push(*row);
            self.added.insert(row.id, *row);
            self.amounts += i128::from(row.amount);
        }
        for (account, rows) in &by_account {
            self.patch(*account, rows, None);
        }
        self.assume(by_account.keys().copied().collect());
        self.squeeze();
        Ok(())
    }

    /// Takes a row out, as if it had never come. False when it is not here.
    pub fn remove(&mut self, id: u64) -> bool {
        let Some(edge) = self.find(id) else {
            return false;
        };
        let row = self.transfer(edge);
        self.amounts -= i128::from(row.amount);
        if self.added.remove(&id).is_none() {
            self.removed.insert(id);
        }
        for account in [row.src, row.dst] {
            self.patch(account, &[], Some(id));
        }
        self.assume(vec![row.src.min(row.dst), row.src.max(row.dst)]);
        true
    }

    /// The number of a new account.
    pub fn add_account(&mut self, facts: AccountFacts) -> Result<u32, Vec<Problem>> {
        let account = self.accounts;
        self.check_facts(account, facts, 0)?;
        self.accounts += 1;
        self.whole.resize((self.accounts as usize).div_ceil(64), 0);
        self.facts.insert(account, facts);
        self.openings += i128::from(facts.opening.unwrap_or(0));
        self.patch_whole(account, &[], None);
        self.assume(vec![account]);
        Ok(account)
    }

    /// Replaces what is known of an account.
    pub fn set_facts(&mut self, account: u32, facts: AccountFacts) -> Result<(), Vec<Problem>> {
        if account >= self.accounts {
            return Err(vec![Problem::NoSuchAccount { account }]);
        }
        let before = self.facts(account);
        let opening = i128::from(before.opening.unwrap_or(0));
        self.check_facts(account, facts, opening)?;
        self.openings += i128::from(facts.opening.unwrap_or(0)) - opening;
        self.exits_changed |= before.exit.is_some() != facts.exit.is_some();
        self.facts.insert(account, facts);
        self.patch(account, &[], None);
        self.assume(vec![account]);
        Ok(())
    }

    /// A new index of everything that is here. Reads only, so it can run beside traces.
    pub fn freeze(&self) -> Index {
        let base = (0..self.base.account_count() as u32).flat_map(|a| self.base.out_slots(a));
        let kept = base
            .map(|slot| self.base.transfer(Edge(slot)))
            .filter(|t| !self.removed.contains(&t.id));
        let rows: Vec<Transfer> = kept.chain(self.added.values().copied()).collect();
        let facts: Vec<AccountFacts> = (0..self.accounts).map(|a| self.facts(a)).collect();
        Index::build(rows, &facts).expect("rows and facts were checked when they came")
    }

    /// Rows that came since the index was frozen.
    pub fn added(&self) -> usize {
        self.added.len()
    }

    fn check(&self, rows: &[Transfer]) -> Result<(), Vec<Problem>> {
        let mut found: Vec<Problem> = rows
            .iter()
            .flat_map(|row| build::row_problems(row, self.accounts as usize))
            .collect();
        let mut ids: Vec<u64> = rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        let twice = ids
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0]);
        let here = ids.iter().copied().filter(|id| self.find(*id).is_some());
        found.extend(twice.chain(here).map(|id| Problem::IdTwice { id }));
        let amounts = self.amounts + rows.iter().map(|row| i128::from(row.amount.max(0))).sum::<i128>();
        found.extend(too_large(amounts, self.openings));
        let slots = self.base.slots() + self.outs.len() + 4 * rows.len();
        if slots > build::MOST {
            let rows = self.len() + rows.len();
            found.push(Problem::TooMany {
                rows,
                accounts: self.accounts as usize,
                most: build::MOST,
            });
        }
        build::list(found)
    }

    fn check_facts(&self, account: u32, facts: AccountFacts, before: i128) -> Result<(), Vec<Problem>> {
        let opening = facts.opening.unwrap_or(0);
        let mut found = Vec::new();
        if opening < 0 {
            found.push(Problem::OpeningNegative { account, opening });
        }
        found.extend(too_large(
            self.amounts,
            self.openings - before + i128::from(opening.max(0)),
        ));
        build::list(found)
    }

    fn is_whole(&self, account: u32) -> bool {
        self.whole[(account / 64) as usize] & (1 << (account % 64)) != 0
    }

    /// Puts rows into an account's lists, or takes one out.
    fn patch(&mut self, account: u32, add: &[Transfer], remove: Option<u64>) {
        if self.is_stop(account) && !self.is_whole(account) {
            let outs = self.merged(self.patched_outs(account), add, remove, |t| t.src == account);
            let ins = self.merged(self.patched_ins(account), add, remove, |t| t.dst == account);
            self.put(account, &outs, &ins);
        } else {
            self.patch_whole(account, add, remove);
        }
    }

    fn patch_whole(&mut self, account: u32, add: &[Transfer], remove: Option<u64>) {
        let mut outs = self.merged(self.all_outs(account), add, remove, |t| t.src == account);
        let mut ins = self.merged(self.all_ins(account), add, remove, |t| t.dst == account);
        let opening = self.opening(account, &outs, &ins);
        run(opening, &mut outs, &mut ins);
        self.put(account, &outs, &ins);
        self.whole[(account / 64) as usize] |= 1 << (account % 64);
    }

    fn merged(
        &self,
        mut list: Vec<Row>,
        add: &[Transfer],
        remove: Option<u64>,
        own: impl Fn(&Transfer) -> bool,
    ) -> Vec<Row> {
        let new = add.iter().filter(|t| own(t));
        list.extend(new.map(|transfer| Row {
            transfer: *transfer,
            before: 0,
            slot: NONE,
        }));
        list.retain(|row| remove != Some(row.transfer.id));
        list.sort_unstable_by_key(Row::key);
        list
    }

    fn put(&mut self, account: u32, outs: &[Row], ins: &[Row]) {
        let patch = self.patches.get(&account).copied();
        let patch = Patch {
            outs: self.outs.put(patch.map(|p| p.outs), outs),
            ins: self.ins.put(patch.map(|p| p.ins), ins),
        };
        self.patches.insert(account, patch);
    }

    fn patched_outs(&self, account: u32) -> Vec<Row> {
        self.patches
            .get(&account)
            .map_or_else(Vec::new, |p| self.outs.list(p.outs).to_vec())
    }

    fn patched_ins(&self, account: u32) -> Vec<Row> {
        self.patches
            .get(&account)
            .map_or_else(Vec::new, |p| self.ins.list(p.ins).to_vec())
    }

    /// Unordered when the account's timeline is not copied.
    fn all_outs(&self, account: u32) -> Vec<Row> {
        let mut rows = self.patched_outs(account);
        if !self.is_whole(account) && (account as usize) < self.base.account_count() {
            rows.extend(
                self.base
                    .out_slots(account)
                    .filter_map(|slot| self.base_row(slot)),
            );
        }
        rows
    }

    fn all_ins(&self, account: u32) -> Vec<Row> {
        let mut rows = self.patched_ins(account);
        if !self.is_whole(account) && (account as usize) < self.base.account_count() {
            let slots = self
                .base
                .in_range(account)
                .map(|position| self.base.in_slot(position));
            rows.extend(slots.filter_map(|slot| self.base_row(slot)));
        }
        rows
    }

    fn base_row(&self, slot: u32) -> Option<Row> {
        let transfer = self.base.transfer(Edge(slot));
        (!self.removed.contains(&transfer.id)).then_some(Row {
            transfer,
            before: 0,
            slot,
        })
    }

    fn opening(&self, account: u32, outs: &[Row], ins: &[Row]) -> i64 {
        self.facts(account).opening.unwrap_or_else(|| {
            let (mut balance, mut least) = (0, 0);
            in_order(outs, ins, |row, out, _| {
                balance += if out {
                    -row.transfer.amount
                } else {
                    row.transfer.amount
                };
                least = least.min(balance);
            });
            -least
        })
    }

    /// Brings the assumptions of these accounts, ascending, up to date.
    fn assume(&mut self, mut accounts: Vec<u32>) {
        accounts.retain(|account| self.is_whole(*account));
        let mut new: Vec<Assumption> = accounts
            .iter()
            .flat_map(|account| self.assumed(*account))
            .collect();
        self.assumptions
            .retain(|a| accounts.binary_search(&a.account()).is_err());
        if !new.is_empty() {
            self.assumptions.append(&mut new);
            self.assumptions.sort_by_key(|a| (a.account(), *a));
        }
    }

    fn assumed(&self, account: u32) -> Vec<Assumption> {
        let facts = self.facts(account);
        let Some(patch) = self.patches.get(&account) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        if facts.opening.is_none() && facts.exit.is_none() {
            let assumed = self.opening(account, self.outs.list(patch.outs), self.ins.list(patch.ins));
            found.push(Assumption::OpeningUnknown { account, assumed });
        }
        let short = self
            .outs
            .list(patch.outs)
            .iter()
            .filter(|row| row.transfer.amount > row.before);
        let missing = short.clone().map(|row| row.transfer.amount - row.before).sum();
        if let Some(first) = short.clone().next() {
            found.push(Assumption::Overdraft {
                account,
                ts_ms: first.transfer.ts_ms,
                missing,
            });
        }
        found
    }

    /// Copies the lists together when what they left behind is most of the memory.
    fn squeeze(&mut self) {
        if !self.outs.is_sparse() && !self.ins.is_sparse() {
            return;
        }
        let outs = std::mem::replace(&mut self.outs, Arena::new(Row::END));
        let ins = std::mem::replace(&mut self.ins, Arena::new(Row::END));
        for patch in self.patches.values_mut() {
            patch.outs = self.outs.put(None, outs.list(patch.outs));
            patch.ins = self.ins.put(None, ins.list(patch.ins));
        }
    }

    fn find(&self, id: u64) -> Option<Edge> {
        let (src, key, slot) = match self.added.get(&id) {
            Some(t) => (t.src, (t.ts_ms, t.id), NONE),
            None if self.removed.contains(&id) => return None,
            None => {
                let slot = self.base.slot_of(id)?;
                let hot = self.base.hot(slot);
                (self.base.payer(slot), (self.base.ts_ms(&hot), id), slot)
            }
        };
        Some(Edge(self.slot_in(src, key, slot)))
    }

    /// The slot of a payment of `src`: in the copied list, or else where the index has it.
    fn slot_in(&self, src: u32, key: (i64, u64), base: u32) -> u32 {
        if base != NONE && !self.is_whole(src) {
            return base;
        }
        let Some(patch) = self.patches.get(&src) else {
            return base;
        };
        let before = self.outs.list(patch.outs).partition_point(|row| row.key() < key);
        self.base.slots() as u32 + patch.outs.range().start + before as u32
    }
}

fn too_large(amounts: i128, openings: i128) -> Option<Problem> {
    (openings + 2 * amounts > i128::from(i64::MAX)).then_some(Problem::MoneyTooLarge)
}

/// Both lists together in order. `each` is told whether the row goes out, and its place in its list.
fn in_order(outs: &[Row], ins: &[Row], mut each: impl FnMut(&Row, bool, usize)) {
    let (mut o, mut i) = (0, 0);
    loop {
        match (outs.get(o), ins.get(i)) {
            (None, None) => return,
            (Some(out), into) if into.is_none_or(|into| out.key() < into.key()) => {
                each(out, true, o);
                o += 1;
            }
            (_, Some(into)) => {
                each(into, false, i);
                i += 1;
            }
            (Some(_), None) => return,
        }
    }
}

/// Sets the balance before each row.
fn run(opening: i64, outs: &mut [Row], ins: &mut [Row]) {
    let mut balance = opening;
    let mut before = (vec![0; outs.len()], vec![0; ins.len()]);
    in_order(outs, ins, |row, out, at| {
        if out {
            before.0[at] = balance;
            balance = (balance - row.transfer.amount).max(0);
        } else {
            before.1[at] = balance;
            balance += row.transfer.amount;
        }
    });
    outs.iter_mut()
        .zip(before.0)
        .for_each(|(row, before)| row.before = before);
    ins.iter_mut()
        .zip(before.1)
        .for_each(|(row, before)| row.before = before);
}

impl Ledger for Live {
    fn len(&self) -> usize {
        self.base.len() + self.added.len() - self.removed.len()
    }

    fn account_count(&self) -> usize {
        self.accounts as usize
    }

    fn facts(&self, account: u32) -> AccountFacts {
        self.facts
            .get(&account)
            .copied()
            .unwrap_or_else(|| self.base.facts(account))
    }

    fn transfer(&self, edge: Edge) -> Transfer {
        match self.patched(edge.0) {
            Some(row) => row.transfer,
            None => self.base.transfer(edge),
        }
    }

    fn outs(&self, account: u32) -> Vec<Edge> {
        let mut rows = self.all_outs(account);
        rows.sort_unstable_by_key(Row::key);
        rows.iter()
            .map(|row| Edge(self.slot_in(account, row.key(), row.slot)))
            .collect()
    }

    fn ins(&self, account: u32) -> Vec<Edge> {
        let mut rows = self.all_ins(account);
        rows.sort_unstable_by_key(Row::key);
        rows.iter()
            .map(|row| Edge(self.slot_in(row.transfer.src, row.key(), row.slot)))
            .collect()
    }

    fn balances_before(&self, edge: Edge) -> (i64, i64) {
        let money = self.money(self.payer(edge.0), edge.0);
        (money.payer_before, money.receiver_before)
    }

    fn locate(&self, ids: &[u64]) -> Vec<Option<Edge>> {
        ids.iter().map(|id| self.find(*id)).collect()
    }

    fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }
}
