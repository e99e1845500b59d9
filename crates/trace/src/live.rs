//! An index and what has come since it was frozen.

use crate::{AccountFacts, Assumption, Edge, Index, Ledger, Problem, Transfer};
use std::sync::Arc;

/// An index plus the accounts touched since it was frozen. Late and out-of-order rows are in their right place at
/// once; the answers equal those of an index built from all rows.
#[derive(Clone, Debug, Default)]
pub struct Live {
    base: Arc<Index>,
}

impl Live {
    pub fn new(base: Arc<Index>) -> Live {
        Live { base }
    }

    /// All of the rows or, when anything is wrong with one of them, none.
    pub fn insert(&mut self, rows: &[Transfer]) -> Result<(), Vec<Problem>> {
        let (mut all, facts) = self.all();
        all.extend_from_slice(rows);
        self.base = Arc::new(Index::build(all, &facts)?);
        Ok(())
    }

    /// Takes a row out, as if it had never come. False when it is not here.
    pub fn remove(&mut self, id: u64) -> bool {
        let (mut all, facts) = self.all();
        let before = all.len();
        all.retain(|t| t.id != id);
        let removed = all.len() < before;
        if let Ok(index) = Index::build(all, &facts) {
            self.base = Arc::new(index);
        }
        removed
    }

    /// The number of a new account.
    pub fn add_account(&mut self, facts: AccountFacts) -> Result<u32, Vec<Problem>> {
        let (all, mut accounts) = self.all();
        accounts.push(facts);
        self.base = Arc::new(Index::build(all, &accounts)?);
        Ok(accounts.len() as u32 - 1)
    }

    /// Replaces what is known of an account.
    pub fn set_facts(&mut self, account: u32, facts: AccountFacts) -> Result<(), Vec<Problem>> {
        let (all, mut accounts) = self.all();
        accounts[account as usize] = facts;
        self.base = Arc::new(Index::build(all, &accounts)?);
        Ok(())
    }

    /// A new index of everything that is here. Reads only, so it can run beside traces.
    pub fn freeze(&self) -> Index {
        Index::clone(&self.base)
    }

    fn all(&self) -> (Vec<Transfer>, Vec<AccountFacts>) {
        let rows = self
            .base
            .order()
            .into_iter()
            .map(|e| self.base.transfer(e))
            .collect();
        let facts = (0..self.base.account_count() as u32)
            .map(|a| self.base.facts(a))
            .collect();
        (rows, facts)
    }
}

impl Ledger for Live {
    fn len(&self) -> usize {
        self.base.len()
    }
    fn account_count(&self) -> usize {
        self.base.account_count()
    }
    fn facts(&self, account: u32) -> AccountFacts {
        self.base.facts(account)
    }
    fn transfer(&self, edge: Edge) -> Transfer {
        self.base.transfer(edge)
    }
    fn outs(&self, account: u32) -> Vec<Edge> {
        self.base.outs(account)
    }
    fn ins(&self, account: u32) -> Vec<Edge> {
        self.base.ins(account)
    }
    fn balances_before(&self, edge: Edge) -> (i64, i64) {
        self.base.balances_before(edge)
    }
    fn locate(&self, ids: &[u64]) -> Vec<Option<Edge>> {
        self.base.locate(ids)
    }
    fn assumptions(&self) -> &[Assumption] {
        self.base.assumptions()
    }
    fn order(&self) -> Vec<Edge> {
        self.base.order()
    }
}
