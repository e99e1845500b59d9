//! Where the figures rest on something that is not known.

use crate::{AccountMoney, AccountState, Facts};
use kernel::{AccountId, Fen};
use std::collections::BTreeMap;
use trace::local::Spot;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// No statement yet: the amount is what arrived, and may have moved on.
    NoStatement { account: AccountId, amount: Fen },
    /// The bank holds the account and did not say, readably, how much: so much should be there, and counts as unseen.
    AmountUntold { account: AccountId, amount: Fen },
    /// The bank holds or reports less than should be there, or its balance fell and no row shows why: unseen.
    WayUnknown { account: AccountId, amount: Fen },
    /// Of what was paid into this account so much had come back before, or was reversed by a bank: it is counted once.
    CameBack { account: AccountId, amount: Fen },
    /// So much came back to this account of a victim and lies there: it is not lost.
    Returned { account: AccountId, amount: Fen },
    /// So many payments went to a payee without an account that anybody knows: lost, and unseen.
    NoAccount { count: usize, amount: Fen },
    /// More transfers or accounts than a page follows.
    Cut { what: &'static str, count: usize },
}

impl Assumption {
    pub const fn account(&self) -> Option<AccountId> {
        match *self {
            Assumption::NoStatement { account, .. }
            | Assumption::AmountUntold { account, .. }
            | Assumption::WayUnknown { account, .. }
            | Assumption::CameBack { account, .. }
            | Assumption::Returned { account, .. } => Some(account),
            Assumption::NoAccount { .. } | Assumption::Cut { .. } => None,
        }
    }
}

pub(crate) fn of(facts: &Facts<'_>, accounts: &[AccountMoney]) -> Vec<Assumption> {
    let cut = (facts.cut > 0).then_some(Assumption::Cut {
        what: "accounts",
        count: facts.cut,
    });
    let of_accounts = |one: fn(&AccountMoney) -> Option<Assumption>| accounts.iter().filter_map(one);
    let unseen = facts.seen.spots.iter().filter_map(|(spot, flow)| match spot {
        Spot::Unseen(account) => Some(Assumption::WayUnknown {
            account: *account,
            amount: Fen(flow.received),
        }),
        _ => None,
    });
    cut.into_iter()
        .chain(no_account(facts))
        .chain(of_accounts(no_statement))
        .chain(of_accounts(amount_untold))
        .chain(of_accounts(way_unknown))
        .chain(unseen)
        .chain(came_back(facts))
        .chain(of_accounts(returned))
        .collect()
}

fn no_account(facts: &Facts<'_>) -> Option<Assumption> {
    let count = facts.unplaced_by_now().count();
    let amount = facts.unplaced_by_now().map(|p| p.amount).sum();
    (count > 0).then_some(Assumption::NoAccount { count, amount })
}

fn no_statement(a: &AccountMoney) -> Option<Assumption> {
    let waits = !a.statement_known && a.expected.is_positive() && a.hold.is_none();
    (waits && a.state != AccountState::Returned).then_some(Assumption::NoStatement {
        account: a.account,
        amount: a.expected,
    })
}

fn amount_untold(a: &AccountMoney) -> Option<Assumption> {
    a.hold
        .filter(|h| h.amount.is_none())
        .map(|_| Assumption::AmountUntold {
            account: a.account,
            amount: a.expected,
        })
}

fn way_unknown(a: &AccountMoney) -> Option<Assumption> {
    let untold = a.hold.is_some_and(|h| h.amount.is_none());
    (a.split.unseen.is_positive() && !untold).then_some(Assumption::WayUnknown {
        account: a.account,
        amount: a.split.unseen,
    })
}

fn returned(a: &AccountMoney) -> Option<Assumption> {
    let amount = a.split.returned;
    let account = a.account;
    amount
        .is_positive()
        .then_some(Assumption::Returned { account, amount })
}

/// What the victims paid of money that was theirs before, or that a bank reversed, by the account they paid.
fn came_back(facts: &Facts<'_>) -> Vec<Assumption> {
    // Poison of several victims has no shares: nobody can say what came back.
    if facts.seen.rows.iter().any(|r| r.parts.is_empty()) {
        return Vec::new();
    }
    let mut again: BTreeMap<AccountId, Fen> = BTreeMap::new();
    for (payment, new) in facts.payments.iter().zip(facts.seeded()) {
        // A bank's row says when it was; the victim's word for it may be minutes earlier.
        let before = payment.amount.saturating_less(new);
        if facts.known_by_now(facts.paid_at(payment)) && before.is_positive() {
            let sum = again.entry(payment.to).or_default();
            *sum = Fen(sum.0 + before.0);
        }
    }
    again
        .into_iter()
        .map(|(account, amount)| Assumption::CameBack { account, amount })
        .collect()
}
