//! Whose money it is: the sums of a report for each victim by himself.
//!
//! What is held, reachable or unseen on a mixed account is divided by what the doctrine says is there of each victim; the
//! last fen go to the largest remainders, so that the parts add up. This is for the screen: who gets money back is decided
//! in restitution.

use crate::{AccountMoney, Facts, Sums, Whereabouts, sums::left_by_exit};
use kernel::{AccountId, Fen, PersonId};
use trace::local::Spot;

/// One victim, in the order of their first payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VictimMoney {
    /// Nothing when the report does not say whose payment it is.
    pub victim: Option<PersonId>,
    pub sums: Sums,
}

/// The sums for each victim; one victim alone has all of them.
pub fn by_victim(facts: &Facts<'_>, whereabouts: &Whereabouts) -> Vec<VictimMoney> {
    let mut order: Vec<Option<PersonId>> = Vec::new();
    let placed = facts.payments.iter().filter(|p| facts.known_by_now(p.at));
    let unplaced = facts.unplaced_by_now().map(|p| (p.at, p.id, p.victim));
    let mut payments: Vec<_> = placed.map(|p| (p.at, p.id, p.victim)).chain(unplaced).collect();
    payments.sort_unstable();
    for (_, _, victim) in payments {
        if !order.contains(&victim) {
            order.push(victim);
        }
    }
    if let [one] = order.as_slice() {
        return vec![VictimMoney {
            victim: *one,
            sums: whereabouts.sums,
        }];
    }
    order
        .into_iter()
        .map(|victim| VictimMoney {
            victim,
            sums: sums_of(facts, &whereabouts.accounts, victim),
        })
        .collect()
}

fn sums_of(facts: &Facts<'_>, accounts: &[AccountMoney], victim: Option<PersonId>) -> Sums {
    let is_mine = |label: u32| {
        facts
            .payments
            .get(label as usize)
            .is_some_and(|p| p.victim == victim)
    };
    let mine = |parts: &[(u32, i64)]| -> Fen {
        let own = parts.iter().filter(|(label, _)| is_mine(*label));
        own.map(|(_, fen)| Fen(*fen)).sum()
    };
    let seeded: Fen = (0u32..)
        .zip(facts.seeded())
        .filter(|(label, _)| is_mine(*label))
        .map(|(_, fen)| fen)
        .sum();
    let unplaced: Fen = facts
        .unplaced_by_now()
        .filter(|p| p.victim == victim)
        .map(|p| p.amount)
        .sum();
    let gone = facts.seen.spots.iter().filter(left_by_exit);
    let gone: Fen = gone.map(|(_, flow)| mine(&flow.parts)).sum();
    let (mut held, mut reachable, mut returned) = (Fen::ZERO, Fen::ZERO, Fen::ZERO);
    for account in accounts.iter().filter(|a| !a.exit) {
        let parts = parts_of(facts, account.account);
        let held_parts = share_out(account.split.held, parts);
        let rest = less(parts, &held_parts);
        held = Fen(held.0 + mine(&held_parts).0);
        reachable = Fen(reachable.0 + mine(&share_out(account.split.reachable, &rest)).0);
        returned = Fen(returned.0 + mine(&share_out(account.split.returned, parts)).0);
    }
    let total = Fen(seeded.saturating_less(returned).0 + unplaced.0);
    Sums::with_rest_unseen(total, held, reachable, gone)
}

fn parts_of<'f>(facts: &Facts<'f>, account: AccountId) -> &'f [(u32, i64)] {
    let spot = facts.seen.spots.get(&Spot::Account(account));
    spot.map_or(&[][..], |s| s.parts.as_slice())
}

fn less(parts: &[(u32, i64)], taken: &[(u32, i64)]) -> Vec<(u32, i64)> {
    let left = |((label, fen), (_, taken)): (&(u32, i64), &(u32, i64))| (*label, fen - taken);
    parts.iter().zip(taken).map(left).collect()
}

/// `total` in the shares of the parts (label, fen); adds up to `total` exactly, or to the parts when they are less.
pub fn share_out(total: Fen, parts: &[(u32, i64)]) -> Vec<(u32, i64)> {
    let whole: i128 = parts.iter().map(|(_, fen)| i128::from(*fen)).sum();
    if whole <= i128::from(total.0) {
        return parts.to_vec();
    }
    let scaled = |fen: i64| i128::from(fen) * i128::from(total.0);
    let floor = |fen: i64| i64::try_from(scaled(fen) / whole).unwrap_or(i64::MAX);
    let mut shares: Vec<(u32, i64)> = parts.iter().map(|(label, fen)| (*label, floor(*fen))).collect();
    let given: i64 = shares.iter().map(|(_, fen)| fen).sum();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|i| (-(scaled(parts[*i].1) % whole), parts[*i].0));
    let left = usize::try_from(total.0 - given).unwrap_or(0);
    for i in by_remainder.into_iter().take(left) {
        shares[i].1 += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up() {
        for (total, parts, want) in [
            (100, vec![300], vec![100]),
            (100, vec![100, 100, 100], vec![34, 33, 33]),
            (1, vec![1, 2], vec![0, 1]),
            (500, vec![100, 200], vec![100, 200]),
            (0, vec![100, 200], vec![0, 0]),
        ] {
            let parts: Vec<(u32, i64)> = (0u32..).zip(parts).collect();
            let got: Vec<i64> = share_out(Fen(total), &parts).into_iter().map(|p| p.1).collect();
            assert_eq!(got, want, "{total}");
        }
    }
}
