//! Money that several reports claim: shown as claimed by each, counted once in totals.
//!
//! Two reports' victims paid the same account and its bank holds less than both paid: each report shows what the bank holds
//! of its own money, as if it were alone. Who gets how much is decided in restitution. A total over reports counts no more
//! on an account than its bank holds.

use crate::{AccountMoney, Whereabouts};
use kernel::{AccountId, Fen, ReportId};
use std::collections::BTreeMap;

/// What another report has on the same account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub report: ReportId,
    pub received: Fen,
    pub expected: Fen,
    /// Of the bank's hold, what this report counts as its own.
    pub held: Fen,
}

impl Claim {
    pub fn of(report: ReportId, money: &AccountMoney) -> Claim {
        Claim {
            report,
            received: money.received,
            expected: money.expected,
            held: money.split.held,
        }
    }
}

/// What banks hold for all these reports together: on each account the sum of what the reports count as theirs, and no more
/// than the bank said it holds.
pub fn held_once<'w>(reports: impl IntoIterator<Item = &'w Whereabouts>) -> Fen {
    let mut on: BTreeMap<AccountId, (Fen, Fen)> = BTreeMap::new();
    for account in reports.into_iter().flat_map(|w| &w.accounts) {
        let Some(amount) = account.hold.and_then(|h| h.amount) else {
            continue;
        };
        let (claimed, most) = on.entry(account.account).or_insert((Fen::ZERO, amount));
        *claimed = Fen(claimed.0 + account.split.held.0);
        *most = (*most).max(amount);
    }
    on.into_values().map(|(claimed, most)| claimed.min(most)).sum()
}
