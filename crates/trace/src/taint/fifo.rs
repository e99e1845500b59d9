//! The oldest money first. The n-th fen out of an account is the n-th fen in, so a lot has a fixed place in the
//! account's line, and payments that end before the first tainted place are passed over by their amounts alone.

use super::strategy::{Lot, State, Strategy, look, part};
use crate::ledger::steps::Steps;

pub(crate) struct Fifo;

impl Strategy for Fifo {
    fn arrive<L: Steps>(ledger: &L, state: &mut State<L::Hot>, next: u32, ahead: i64, parts: &[Lot]) -> u64 {
        let mut looked = 0;
        let mut paid = 0;
        if state.taint == 0 {
            state.paid = 0;
        } else {
            // `state.paid` counts up to the slot that is waited for. It is later than this arrival when payments were
            // passed over, and earlier only when the budget is used up.
            let (early, late) = (next.min(state.slot), next.max(state.slot));
            let between = ledger.sum(state.account, early, late);
            paid = state.paid + if next < state.slot { -between } else { between };
            looked = u64::from(late - early);
        }
        for lot in parts {
            state.push(Lot {
                at: paid + ahead + lot.at,
                ..*lot
            });
        }
        looked
    }

    fn seek<L: Steps>(ledger: &L, state: &mut State<L::Hot>, slot: u32) -> u64 {
        let Some(front) = state.lots().first() else {
            look(ledger, state, slot);
            return 0;
        };
        let (found, passed) = ledger.skip(state.account, slot, front.at - state.paid);
        state.paid += passed;
        look(ledger, state, found);
        u64::from(found - slot)
    }

    fn leave<H>(state: &mut State<H>, parts: &mut Vec<Lot>) {
        let from = state.paid;
        let to = from + state.money.amount;
        state.paid = to;
        while let Some(lot) = state.lots.get_mut(state.first).filter(|lot| lot.at < to) {
            let taken = lot.amount.min(to - lot.at);
            part(
                parts,
                Lot {
                    amount: taken,
                    at: lot.at - from,
                    ..*lot
                },
            );
            state.taint -= taken;
            lot.at += taken;
            lot.amount -= taken;
            if lot.amount > 0 {
                break;
            }
            state.first += 1;
        }
        state.tidy();
    }
}
