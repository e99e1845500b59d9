//! Clean money first: tainted money on an account never exceeds the lowest balance since it came. What tainted money
//! does leave, leaves oldest first.

use super::strategy::{Lot, State, Strategy, look, part};
use crate::ledger::steps::Steps;

pub(crate) struct LowestBalance;

impl Strategy for LowestBalance {
    fn arrive<L: Steps>(_: &L, state: &mut State<L::Hot>, _: u32, _: i64, parts: &[Lot]) -> u64 {
        // Places count tainted fen only.
        let mut at = state.lots().last().map_or(0, |lot| lot.at + lot.amount);
        for lot in parts {
            state.push(Lot { at, ..*lot });
            at += lot.amount;
        }
        0
    }

    fn seek<L: Steps>(ledger: &L, state: &mut State<L::Hot>, slot: u32) -> u64 {
        look(ledger, state, slot);
        0
    }

    fn leave<H>(state: &mut State<H>, parts: &mut Vec<Lot>) {
        let clean = state.money.payer_before - state.taint;
        let mut need = (state.money.amount - clean).clamp(0, state.taint);
        let mut at = clean;
        while need > 0
            && let Some(lot) = state.lots.get_mut(state.first)
        {
            let taken = lot.amount.min(need);
            part(
                parts,
                Lot {
                    amount: taken,
                    at,
                    ..*lot
                },
            );
            need -= taken;
            at += taken;
            state.taint -= taken;
            lot.at += taken;
            lot.amount -= taken;
            if lot.amount == 0 {
                state.first += 1;
            }
        }
        state.tidy();
    }
}
