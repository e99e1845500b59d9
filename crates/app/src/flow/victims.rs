//! Whose money it is: the sums of the golden minutes for each victim by himself.
//!
//! What a bank holds of a mixed account is divided by what the doctrine says is still there of each; the last fen go to the
//! largest remainders, so that the parts add up. This is for the screen: who gets money back is decided in restitution.

use super::shape::*;
use crate::golden::{Money, NodeState};
use kernel::{Fen, PaymentId, PersonId};
use std::collections::BTreeMap;

/// One victim, in the order of their first payments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VictimMoney {
    /// Nothing when the report does not say whose payment it is.
    pub victim: Option<PersonId>,
    pub money: Money,
}

/// The sums for each victim; one victim alone has all of them.
pub(super) fn by_victim(seeds: &[FlowSeed], nodes: &[FlowNode], money: Money) -> Vec<VictimMoney> {
    let mut order: Vec<Option<PersonId>> = Vec::new();
    let mut seeds: Vec<&FlowSeed> = seeds.iter().collect();
    seeds.sort_by_key(|s| (s.at, s.payment));
    for seed in &seeds {
        if !order.contains(&seed.victim) {
            order.push(seed.victim);
        }
    }
    if let [one] = order.as_slice() {
        return vec![VictimMoney { victim: *one, money }];
    }
    let of_payment: BTreeMap<PaymentId, Option<PersonId>> =
        seeds.iter().map(|s| (s.payment, s.victim)).collect();
    order
        .into_iter()
        .map(|victim| VictimMoney {
            victim,
            money: money_of(&seeds, nodes, |payment| of_payment.get(&payment) == Some(&victim)),
        })
        .collect()
}

fn money_of(seeds: &[&FlowSeed], nodes: &[FlowNode], mine: impl Fn(PaymentId) -> bool) -> Money {
    let total: Fen = seeds.iter().filter(|s| mine(s.payment)).map(|s| s.counted).sum();
    let of_mine =
        |parts: Vec<PaymentPart>| -> Fen { parts.iter().filter(|p| mine(p.payment)).map(|p| p.amount).sum() };
    let held: Fen = nodes
        .iter()
        .filter(|n| matches!(n.state, NodeState::Held | NodeState::Frozen))
        .map(|n| of_mine(share_out(n.held, &n.parts)))
        .sum();
    // What left unseen has an exit too, and is not known to be gone.
    let gone: Fen = nodes
        .iter()
        .filter(|n| n.exit.is_some() && n.state == NodeState::Gone)
        .map(|n| of_mine(n.parts.clone()))
        .sum();
    Money {
        total,
        held,
        reachable: total.saturating_less(held).saturating_less(gone),
        gone,
    }
}

/// `total` in the shares of the parts; adds up to `total` exactly, or to the parts when they are less.
fn share_out(total: Fen, parts: &[PaymentPart]) -> Vec<PaymentPart> {
    let whole: i128 = parts.iter().map(|p| i128::from(p.amount.0)).sum();
    if whole <= i128::from(total.0) {
        return parts.to_vec();
    }
    let scaled = |p: &PaymentPart| i128::from(p.amount.0) * i128::from(total.0);
    let mut shares: Vec<PaymentPart> = parts
        .iter()
        .map(|p| PaymentPart {
            payment: p.payment,
            amount: Fen(i64::try_from(scaled(p) / whole).unwrap_or(i64::MAX)),
        })
        .collect();
    let given: i64 = shares.iter().map(|p| p.amount.0).sum();
    let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
    by_remainder.sort_by_key(|i| (-(scaled(&parts[*i]) % whole), parts[*i].payment));
    let left = usize::try_from(total.0 - given).unwrap_or(0);
    for i in by_remainder.into_iter().take(left) {
        shares[i].amount = Fen(shares[i].amount.0 + 1);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Instant;

    fn part(n: u8, fen: i64) -> PaymentPart {
        PaymentPart {
            payment: PaymentId::new(Instant::from_ms(0), [n; 10]),
            amount: Fen(fen),
        }
    }

    #[test]
    fn shares_add_up() {
        for (total, parts, want) in [
            (100, vec![300], vec![100]),
            (100, vec![100, 100, 100], vec![34, 33, 33]),
            (1, vec![1, 2], vec![0, 1]),
            (500, vec![100, 200], vec![100, 200]),
            (0, vec![100, 200], vec![0, 0]),
        ] {
            let parts: Vec<PaymentPart> = parts.into_iter().zip(1u8..).map(|(f, n)| part(n, f)).collect();
            let got: Vec<i64> = share_out(Fen(total), &parts).iter().map(|p| p.amount.0).collect();
            assert_eq!(got, want, "{total}");
        }
    }
}
