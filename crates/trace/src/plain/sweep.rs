//! One pass over the transfers in order of time, each processed once.
//!
//! An account has a queue of lots only from its first tainted arrival on; before that a running balance is enough,
//! and becomes the one clean lot at the front of the queue.

use super::flow::{AccountFlow, Cut, Flow, Row, Totals};
use super::queue::{Lot, Queue, taint};
use super::{AccountFacts, Limits, Seed, Transfer};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

/// Traces the seeds' money, first in first out. Several seeds flow together: a fen is tainted once, whoever lost it,
/// so a seed paid out of money that is already tainted adds only its clean part to [`Totals::seeded`].
pub fn fifo<A, T>(
    transfers: &[Transfer<A, T>],
    accounts: &BTreeMap<A, AccountFacts>,
    seeds: &[Seed<A, T>],
    limits: Limits,
) -> Flow<A, T>
where
    A: Copy + Ord + Hash,
    T: Copy + Ord + Hash,
{
    let mut sweep = Sweep::new(accounts, limits);
    let steps = steps(transfers, seeds);
    let last_seed_ms = steps.iter().filter(|s| s.seed).map(|s| s.at_ms).max();
    let Some(end_ms) = last_seed_ms.map(|at| at.saturating_add(limits.horizon_ms)) else {
        return sweep.finish();
    };
    for step in steps {
        if step.at_ms > end_ms {
            sweep.note_horizon(&step);
        } else {
            sweep.apply(&step);
        }
    }
    sweep.finish()
}

/// A transfer, or a seed that no transfer in the list stands for (`src` is then outside).
struct Step<A, T> {
    at_ms: i64,
    id: T,
    src: Option<A>,
    dst: A,
    amount: i64,
    seed: bool,
}

fn steps<A: Copy + Ord, T: Copy + Ord + Hash>(
    transfers: &[Transfer<A, T>],
    seeds: &[Seed<A, T>],
) -> Vec<Step<A, T>> {
    let mut outside: BTreeMap<T, &Seed<A, T>> = seeds.iter().map(|s| (s.transfer, s)).collect();
    let seed_ids: BTreeSet<T> = outside.keys().copied().collect();
    let mut steps = Vec::with_capacity(transfers.len() + seeds.len());
    for t in transfers {
        outside.remove(&t.id);
        steps.push(Step {
            at_ms: t.at_ms,
            id: t.id,
            src: Some(t.src),
            dst: t.dst,
            amount: t.amount,
            seed: seed_ids.contains(&t.id),
        });
    }
    for s in outside.into_values() {
        steps.push(Step {
            at_ms: s.at_ms,
            id: s.transfer,
            src: None,
            dst: s.account,
            amount: s.amount,
            seed: true,
        });
    }
    steps.retain(|s| s.amount > 0 && s.src != Some(s.dst));
    steps.sort_by_key(|s| (s.at_ms, s.id));
    steps
}

struct Sweep<'a, A: Ord, T> {
    facts: &'a BTreeMap<A, AccountFacts>,
    limits: Limits,
    /// Accounts never tainted so far.
    balances: HashMap<A, i64>,
    queues: HashMap<A, Queue>,
    flow: Flow<A, T>,
    beyond: BTreeMap<A, i64>,
    late: BTreeSet<A>,
    rows_left_out: usize,
}

impl<'a, A: Copy + Ord + Hash, T: Copy + Ord + Hash> Sweep<'a, A, T> {
    fn new(facts: &'a BTreeMap<A, AccountFacts>, limits: Limits) -> Self {
        Sweep {
            facts,
            limits,
            balances: HashMap::new(),
            queues: HashMap::new(),
            flow: Flow {
                rows: Vec::new(),
                accounts: BTreeMap::new(),
                totals: Totals::default(),
                cut: Vec::new(),
            },
            beyond: BTreeMap::new(),
            late: BTreeSet::new(),
            rows_left_out: 0,
        }
    }

    fn facts(&self, account: A) -> AccountFacts {
        self.facts.get(&account).copied().unwrap_or_default()
    }

    fn apply(&mut self, step: &Step<A, T>) {
        let mut lots = self.leave(step);
        if step.seed {
            self.seed(&mut lots);
        } else {
            self.drop_dust(&mut lots);
        }
        self.drop_beyond(step.dst, &mut lots);
        self.arrive(step, &lots);
    }

    /// Takes the money off the payer; tainted fen come with the hop they will have at the receiver.
    fn leave(&mut self, step: &Step<A, T>) -> Vec<Lot> {
        let Some(src) = step.src else {
            return vec![Lot::clean(step.amount)];
        };
        let Some(queue) = self.queues.get_mut(&src) else {
            let opening = self.facts(src).opening.max(0);
            let balance = self.balances.entry(src).or_insert(opening);
            *balance = balance.saturating_sub(step.amount).max(0);
            return vec![Lot::clean(step.amount)];
        };
        let mut lots = queue.take(step.amount);
        let left = taint(&lots);
        if left > 0
            && let Some(account) = self.flow.accounts.get_mut(&src)
        {
            account.sent += left;
        }
        for lot in &mut lots {
            lot.hop = lot.hop.map(|hop| hop + 1);
        }
        lots
    }

    fn seed(&mut self, lots: &mut [Lot]) {
        for lot in lots {
            if lot.hop.is_none() {
                self.flow.totals.seeded += lot.amount;
                lot.hop = Some(0);
            }
        }
    }

    fn drop_dust(&mut self, lots: &mut Vec<Lot>) {
        let tainted = taint(lots);
        if 0 < tainted && tainted < self.limits.min_taint {
            self.flow.totals.dust += tainted;
            *lots = vec![Lot::clean(lots.iter().map(|lot| lot.amount).sum())];
        }
    }

    fn drop_beyond(&mut self, dst: A, lots: &mut [Lot]) {
        for lot in lots {
            if lot.hop.is_some_and(|hop| hop > self.limits.depth) {
                self.flow.totals.beyond += lot.amount;
                *self.beyond.entry(dst).or_default() += lot.amount;
                lot.hop = None;
            }
        }
    }

    fn arrive(&mut self, step: &Step<A, T>, lots: &[Lot]) {
        let facts = self.facts(step.dst);
        let amount = taint(lots);
        if let Some(hop) = lots.iter().filter_map(|lot| lot.hop).min() {
            self.record(step, amount, hop, facts.stop);
        }
        if facts.stop {
            self.flow.totals.exit += amount;
        } else if amount > 0 || self.queues.contains_key(&step.dst) {
            let before = self
                .balances
                .get(&step.dst)
                .copied()
                .unwrap_or(facts.opening.max(0));
            let queue = self
                .queues
                .entry(step.dst)
                .or_insert_with(|| Queue::opening(before));
            lots.iter().for_each(|lot| queue.put(*lot));
        } else {
            let balance = self.balances.entry(step.dst).or_insert(facts.opening.max(0));
            *balance = balance.saturating_add(step.amount);
        }
    }

    fn record(&mut self, step: &Step<A, T>, amount: i64, hop: u32, exit: bool) {
        if self.flow.rows.len() < self.limits.rows_max {
            self.flow.rows.push(Row {
                transfer: step.id,
                amount,
                hop,
            });
        } else {
            self.rows_left_out += 1;
        }
        let parent = step.src.filter(|_| hop > 0).map(|src| (src, step.id));
        let account = self.flow.accounts.entry(step.dst).or_insert(AccountFlow {
            received: 0,
            sent: 0,
            still_there: 0,
            blocked: 0,
            hop,
            parent,
            first_arrival_ms: step.at_ms,
            last_arrival_ms: step.at_ms,
            exit,
        });
        account.received += amount;
        account.last_arrival_ms = step.at_ms;
        if hop < account.hop {
            account.hop = hop;
            account.parent = parent;
        }
    }

    fn note_horizon(&mut self, step: &Step<A, T>) {
        if let Some(src) = step
            .src
            .filter(|src| self.queues.get(src).is_some_and(|q| q.taint() > 0))
        {
            self.late.insert(src);
        }
    }

    fn finish(mut self) -> Flow<A, T> {
        for (account, queue) in &self.queues {
            let Some(flow) = self.flow.accounts.get_mut(account) else {
                continue;
            };
            flow.still_there = queue.taint();
            flow.blocked = self
                .facts
                .get(account)
                .map_or(0, |f| f.blocked.clamp(0, flow.still_there));
            self.flow.totals.held += flow.still_there;
        }
        debug_assert!(
            self.flow.totals.conserved(),
            "a trace neither makes nor loses money"
        );
        let depth = self
            .beyond
            .into_iter()
            .map(|(account, amount)| Cut::Depth { account, amount });
        let horizon = self.late.into_iter().map(|account| Cut::Horizon { account });
        self.flow.cut.extend(depth.chain(horizon));
        if self.rows_left_out > 0 {
            self.flow.cut.push(Cut::Rows {
                left_out: self.rows_left_out,
            });
        }
        self.flow
    }
}
