//! What a trace needs of the transfers it runs over.

use crate::{AccountFacts, Assumption, Edge, Transfer};

/// Transfers in order, with the balance before each. Implemented by [`Index`](crate::Index) and
/// [`Live`](crate::Live); an [`Edge`] belongs to the ledger that gave it.
pub trait Ledger: Sync {
    /// Transfers, without those from an account to itself.
    fn len(&self) -> usize;
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    fn account_count(&self) -> usize;
    fn facts(&self, account: u32) -> AccountFacts;
    fn transfer(&self, edge: Edge) -> Transfer;
    /// The payments out of an account, in order.
    fn outs(&self, account: u32) -> Vec<Edge>;
    /// The payments into an account, in order.
    fn ins(&self, account: u32) -> Vec<Edge>;
    /// The balances of payer and receiver just before this transfer.
    fn balances_before(&self, edge: Edge) -> (i64, i64);
    /// Where transfers are; `None` for an id that is not here or that went from an account to itself.
    fn locate(&self, ids: &[u64]) -> Vec<Option<Edge>>;
    /// What the balances rest on, sorted by account.
    fn assumptions(&self) -> &[Assumption];
    #[doc(hidden)]
    fn order(&self) -> Vec<Edge>;
}
