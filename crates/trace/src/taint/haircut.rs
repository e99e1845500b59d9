//! Every payment takes the tainted share of the balance, divided among cells by label and hop with cumulative
//! rounding: over the cells in order, cell k and those before it together give ⌊x·C/B⌋, where C is what they hold.

use super::strategy::{Lot, State, Strategy, look};
use crate::ledger::steps::Steps;

pub(crate) struct Haircut;

impl Strategy for Haircut {
    const PLACES: bool = false;

    fn arrive<L: Steps>(_: &L, state: &mut State<L::Hot>, _: u32, _: i64, parts: &[Lot]) -> u64 {
        for part in parts {
            state.taint += part.amount;
            let cell = (part.label, part.hop);
            let at = state.lots.partition_point(|lot| (lot.label, lot.hop) < cell);
            match state.lots.get_mut(at) {
                Some(lot) if (lot.label, lot.hop) == cell => lot.amount += part.amount,
                _ => state.lots.insert(at, *part),
            }
        }
        0
    }

    fn seek<L: Steps>(ledger: &L, state: &mut State<L::Hot>, slot: u32) -> u64 {
        look(ledger, state, slot);
        0
    }

    fn leave<H>(state: &mut State<H>, parts: &mut Vec<Lot>) {
        let balance = state.money.payer_before;
        let out = state.money.amount.min(balance);
        let (mut held, mut gone) = (0, 0);
        for lot in &mut state.lots {
            held += lot.amount;
            let upto = share(out, held, balance);
            let taken = upto - gone;
            gone = upto;
            if taken > 0 {
                lot.amount -= taken;
                parts.push(Lot {
                    amount: taken,
                    at: 0,
                    ..*lot
                });
            }
        }
        state.taint -= gone;
        state.lots.retain(|lot| lot.amount > 0);
    }
}

/// ⌊out·held/balance⌋, where `held` and `out` are at most `balance`.
#[inline]
fn share(out: i64, held: i64, balance: i64) -> i64 {
    match out.checked_mul(held) {
        Some(product) => product / balance,
        None => (i128::from(out) * i128::from(held) / i128::from(balance)) as i64,
    }
}
