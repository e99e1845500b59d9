//! Why a sum fell: the event that made the report's total, held or reachable money smaller, with its instant and amount.
//!
//! Money that merely moved from one figure to a better one (reachable to held) is no fall: the order says it.

use crate::{AccountMoney, Facts};
use domain::hold::Stood;
use kernel::{AccountId, Fen, Instant, OrderId};
use trace::local::Spot;

/// Which sum fell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    Total,
    Held,
    Reachable,
}

/// What made it fall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It left by an exit: now it is gone.
    Left,
    /// A balance fell and no row shows why: now it is unseen.
    BalanceFell,
    /// It came back to a victim's account: it is not lost any more.
    Returned,
    /// A hold ended, or a smaller one took its place.
    HoldEnded,
    /// The bank holds less than should be there: the rest is unseen.
    HeldLess,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    pub at: Instant,
    pub figure: Figure,
    pub by: Fen,
    pub account: AccountId,
    pub why: Why,
}

/// In the order of time.
pub(crate) fn of(facts: &Facts<'_>, accounts: &[AccountMoney]) -> Vec<Fall> {
    let mut falls = by_rows(facts);
    falls.extend(accounts.iter().filter_map(held_less));
    for account in accounts.iter().filter(|a| !a.exit) {
        falls.extend(holds_ended(facts, account.account));
    }
    falls.retain(|f| f.by.is_positive());
    falls.sort_by_key(|f| (f.at, f.account, f.why));
    falls
}

/// Rows that took money out of reach, out of sight, or home.
fn by_rows(facts: &Facts<'_>) -> Vec<Fall> {
    let fall = |row: &trace::local::TracedRow<AccountId, kernel::TransferId>| {
        let (figure, account, why) = match (row.src, row.dst) {
            (_, Spot::Unseen(from)) => (Figure::Reachable, from, Why::BalanceFell),
            (Spot::Account(_), Spot::Account(home)) if facts.is_victims(home) => {
                (Figure::Total, home, Why::Returned)
            }
            (Spot::Account(from), dst) if facts.seen.spots.get(&dst)?.exit.is_some() => {
                (Figure::Reachable, from, Why::Left)
            }
            _ => return None,
        };
        Some(Fall {
            at: Instant::from_ms(row.at_ms),
            figure,
            by: Fen(row.tainted),
            account,
            why,
        })
    };
    facts.seen.rows.iter().filter_map(fall).collect()
}

fn held_less(account: &AccountMoney) -> Option<Fall> {
    let hold = account.hold.filter(|h| h.amount.is_some())?;
    Some(Fall {
        at: hold.began?,
        figure: Figure::Reachable,
        by: account.split.unseen,
        account: account.account,
        why: Why::HeldLess,
    })
}

/// What should have been on the account at an instant, by the rows.
fn expected_at(facts: &Facts<'_>, account: AccountId, at: Instant) -> Fen {
    let here = Spot::Account(account);
    let rows = facts.seen.rows.iter().filter(|r| r.at_ms <= at.ms());
    Fen(rows
        .map(|r| match (r.src == here, r.dst == here) {
            (false, true) => r.tainted,
            (true, false) => -r.tainted,
            _ => 0,
        })
        .sum())
}

fn holds_ended(facts: &Facts<'_>, account: AccountId) -> Vec<Fall> {
    let held = |order: OrderId| {
        let order = facts.measures.on(account).iter().find(|o| o.id == order)?;
        order.answer.as_ref()?.held
    };
    let now = facts.measures.stood(account, facts.until());
    let over = now
        .iter()
        .filter(|(order, stood)| *stood == Stood::Over && facts.holds_ours(order));
    over.filter_map(|(order, _)| {
        let at = facts.measures.ended(order.id)?;
        let expected = expected_at(facts, account, at);
        let then = facts.measures.stood(account, Some(at));
        let next = then
            .iter()
            .filter(|(o, stood)| o.id != order.id && *stood == Stood::InForce && facts.holds_ours(o))
            .filter_map(|(o, _)| held(o.id))
            .max()
            .unwrap_or(Fen::ZERO);
        Some(Fall {
            at,
            figure: Figure::Held,
            by: held(order.id)?.min(expected).saturating_less(next.min(expected)),
            account,
            why: Why::HoldEnded,
        })
    })
    .collect()
}
