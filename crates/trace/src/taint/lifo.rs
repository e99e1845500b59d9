//! The newest money first. An account is a pile as high as its balance: a lot lies at a fixed height until a payment
//! lowers the pile below its top.

use super::strategy::{Lot, State, Strategy, look, part};
use crate::ledger::steps::Steps;

pub(crate) struct Lifo;

impl Strategy for Lifo {
    fn arrive<L: Steps>(_: &L, state: &mut State<L::Hot>, _: u32, ahead: i64, parts: &[Lot]) -> u64 {
        for lot in parts {
            state.push(Lot {
                at: ahead + lot.at,
                ..*lot
            });
        }
        0
    }

    fn seek<L: Steps>(ledger: &L, state: &mut State<L::Hot>, slot: u32) -> u64 {
        look(ledger, state, slot);
        0
    }

    fn leave<H>(state: &mut State<H>, parts: &mut Vec<Lot>) {
        let before = state.money.payer_before;
        let left = before - state.money.amount;
        while let Some(lot) = state.lots.last_mut() {
            let end = lot.at + lot.amount;
            let taken = lot.amount.min(end - left);
            if taken <= 0 {
                break;
            }
            part(
                parts,
                Lot {
                    amount: taken,
                    at: before - end,
                    ..*lot
                },
            );
            state.taint -= taken;
            lot.amount -= taken;
            if lot.amount > 0 {
                break;
            }
            state.lots.pop();
        }
    }
}
