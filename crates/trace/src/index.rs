//! The frozen index: transfers in both directions with the balance before each.

use crate::{AccountFacts, Assumption, Edge, Ledger, Problem, Transfer};

/// Frozen, compact, both directions, running balances.
#[derive(Clone, Debug, Default)]
pub struct Index {
    rows: Vec<Transfer>,
    before: Vec<(i64, i64)>,
    facts: Vec<AccountFacts>,
    assumptions: Vec<Assumption>,
}

const EARLIEST_MS: i64 = -62_135_596_800_000;
const LATEST_MS: i64 = 253_402_300_799_999;

impl Index {
    /// Takes the rows in any order. All problems are returned at once.
    pub fn build(mut transfers: Vec<Transfer>, accounts: &[AccountFacts]) -> Result<Index, Vec<Problem>> {
        let problems = problems(&transfers, accounts);
        if !problems.is_empty() {
            return Err(problems);
        }
        transfers.retain(|t| t.src != t.dst);
        transfers.sort_unstable_by_key(|t| (t.ts_ms, t.id));
        let mut balance: Vec<i64> = accounts.iter().map(|a| a.opening.unwrap_or(0)).collect();
        let mut deficit = vec![0i64; accounts.len()];
        let mut run = vec![0i64; accounts.len()];
        for t in &transfers {
            run[t.src as usize] -= t.amount;
            run[t.dst as usize] += t.amount;
            deficit[t.src as usize] = deficit[t.src as usize].min(run[t.src as usize]);
        }
        let mut assumptions = Vec::new();
        for (account, facts) in (0u32..).zip(accounts) {
            if facts.opening.is_none() {
                let assumed = -deficit[account as usize];
                balance[account as usize] = assumed;
                assumptions.push(Assumption::OpeningUnknown { account, assumed });
            }
        }
        let mut before = Vec::with_capacity(transfers.len());
        let mut over: std::collections::BTreeMap<u32, (i64, i64)> = Default::default();
        for t in &transfers {
            before.push((balance[t.src as usize], balance[t.dst as usize]));
            let missing = (t.amount - balance[t.src as usize]).max(0);
            if missing > 0 {
                over.entry(t.src).or_insert((t.ts_ms, 0)).1 += missing;
            }
            balance[t.src as usize] -= t.amount - missing;
            balance[t.dst as usize] += t.amount;
        }
        assumptions.extend(
            over.into_iter()
                .map(|(account, (ts_ms, missing))| Assumption::Overdraft {
                    account,
                    ts_ms,
                    missing,
                }),
        );
        assumptions.sort_unstable_by_key(|a| (a.account(), *a));
        Ok(Index {
            rows: transfers,
            before,
            facts: accounts.to_vec(),
            assumptions,
        })
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> usize {
        self.rows.len() * 48 + self.facts.len() * size_of::<AccountFacts>()
    }
}

fn problems(transfers: &[Transfer], accounts: &[AccountFacts]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut ids: Vec<u64> = transfers.iter().map(|t| t.id).collect();
    ids.sort_unstable();
    let mut sum: i128 = accounts
        .iter()
        .map(|a| i128::from(a.opening.unwrap_or(0).max(0)))
        .sum();
    for pair in ids.windows(2) {
        if pair[0] == pair[1] {
            found.push(Problem::IdTwice { id: pair[0] });
        }
    }
    for t in transfers {
        let id = t.id;
        if t.amount <= 0 {
            found.push(Problem::NotPositive { id, amount: t.amount });
        }
        sum += i128::from(t.amount.max(0));
        if !(EARLIEST_MS..=LATEST_MS).contains(&t.ts_ms) {
            found.push(Problem::TimeOutOfRange { id, ts_ms: t.ts_ms });
        }
        for account in [t.src, t.dst] {
            if account as usize >= accounts.len() {
                found.push(Problem::AccountUnknown { id, account });
            }
        }
    }
    for (account, facts) in (0u32..).zip(accounts) {
        if let Some(opening) = facts.opening.filter(|o| *o < 0) {
            found.push(Problem::OpeningNegative { account, opening });
        }
    }
    if sum > i128::from(i64::MAX) {
        found.push(Problem::MoneyTooLarge);
    }
    found
}

impl Ledger for Index {
    fn len(&self) -> usize {
        self.rows.len()
    }

    fn account_count(&self) -> usize {
        self.facts.len()
    }

    fn facts(&self, account: u32) -> AccountFacts {
        self.facts[account as usize]
    }

    fn transfer(&self, edge: Edge) -> Transfer {
        self.rows[edge.0 as usize]
    }

    fn outs(&self, account: u32) -> Vec<Edge> {
        self.order()
            .into_iter()
            .filter(|e| self.transfer(*e).src == account)
            .collect()
    }

    fn ins(&self, account: u32) -> Vec<Edge> {
        self.order()
            .into_iter()
            .filter(|e| self.transfer(*e).dst == account)
            .collect()
    }

    fn balances_before(&self, edge: Edge) -> (i64, i64) {
        self.before[edge.0 as usize]
    }

    fn locate(&self, ids: &[u64]) -> Vec<Option<Edge>> {
        let at: std::collections::HashMap<u64, u32> =
            self.rows.iter().zip(0u32..).map(|(t, i)| (t.id, i)).collect();
        ids.iter().map(|id| at.get(id).copied().map(Edge)).collect()
    }

    fn assumptions(&self) -> &[Assumption] {
        &self.assumptions
    }

    fn order(&self) -> Vec<Edge> {
        (0..self.rows.len() as u32).map(Edge).collect()
    }
}
