//! Where the victims' money of one report is: the only place that counts it.
//!
//! The golden minutes, the fund-flow page, the account page, lists, approvals, papers and spreadsheets are views of
//! [`Whereabouts`]; none of them adds up money of its own. What each figure answers is said once, at [`Sums`] and
//! [`AccountMoney`], with its Chinese word; the glossary has the same words.
//!
//! Promises: whole fen; every fen of the total is in exactly one of held, reachable, unseen and gone, for each account,
//! each victim and the whole report; an amount that a bank did not report is `None` and never a number; the same facts
//! give the same figures. Leaves out: the store, words for people, rights, and how money is traced (`trace`).

mod account;
mod assumption;
mod claims;
mod facts;
mod falls;
mod proposal;
mod sums;
mod victims;

pub use account::{AccountMoney, AccountState, Hold, Split};
pub use assumption::Assumption;
pub use claims::{Claim, held_once};
pub use facts::{Facts, Known, Measures, Paid, RowTold, Seen, Unplaced};
pub use falls::{Fall, Figure, Why};
pub use proposal::{Proposal, ProposalReason};
pub use sums::Sums;
pub use victims::{VictimMoney, by_victim, share_out};

use kernel::AccountId;
use trace::local::Spot;

/// 资金去向: where the victims' money of one report is, as one trace shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    pub sums: Sums,
    /// In the order of a tree: an account, then those it sent to.
    pub accounts: Vec<AccountMoney>,
    pub assumptions: Vec<Assumption>,
    /// Why a sum fell, in the order of time.
    pub falls: Vec<Fall>,
}

impl Whereabouts {
    /// Counts everything. By the facts of an earlier instant when the trace has one.
    pub fn of(facts: &Facts<'_>) -> Whereabouts {
        let mut accounts: Vec<AccountMoney> = facts
            .seen
            .spots
            .iter()
            .filter_map(|(spot, flow)| Some(account::of(facts, spot.account()?, flow)))
            .collect();
        accounts.sort_by_key(|a| facts.tree_key(&facts.path(Spot::Account(a.account))));
        Whereabouts {
            sums: sums::of(facts, &accounts),
            assumptions: assumption::of(facts, &accounts),
            falls: falls::of(facts, &accounts),
            accounts,
        }
    }

    pub fn account(&self, id: AccountId) -> Option<&AccountMoney> {
        self.accounts.iter().find(|a| a.account == id)
    }
}

#[cfg(test)]
mod made;
#[cfg(test)]
mod tests;
