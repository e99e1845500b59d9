//! Money on one account in the order it came: first in, first out.

use std::collections::VecDeque;

/// Some fen that share a fate: clean, or tainted with the hop they have at the account they lie on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lot {
    pub amount: i64,
    pub hop: Option<u32>,
}

impl Lot {
    pub fn clean(amount: i64) -> Lot {
        Lot { amount, hop: None }
    }
}

/// Sum of the tainted lots.
pub(crate) fn taint(lots: &[Lot]) -> i64 {
    lots.iter()
        .filter(|lot| lot.hop.is_some())
        .map(|lot| lot.amount)
        .sum()
}

#[derive(Default)]
pub(crate) struct Queue {
    lots: VecDeque<Lot>,
    taint: i64,
}

impl Queue {
    pub fn opening(clean: i64) -> Queue {
        let mut queue = Queue::default();
        queue.put(Lot::clean(clean));
        queue
    }

    pub fn taint(&self) -> i64 {
        self.taint
    }

    /// Appends a lot; neighbours of one fate become one lot.
    pub fn put(&mut self, lot: Lot) {
        if lot.amount <= 0 {
            return;
        }
        if lot.hop.is_some() {
            self.taint += lot.amount;
        }
        match self.lots.back_mut() {
            Some(last) if last.hop == lot.hop => last.amount = last.amount.saturating_add(lot.amount),
            _ => self.lots.push_back(lot),
        }
    }

    /// Takes `amount` from the front. What is missing comes as clean money: an overdraft is nobody's loss.
    pub fn take(&mut self, amount: i64) -> Vec<Lot> {
        let mut taken = Vec::new();
        let mut need = amount;
        while need > 0 {
            let Some(front) = self.lots.front_mut() else {
                taken.push(Lot::clean(need));
                break;
            };
            let part = front.amount.min(need);
            taken.push(Lot {
                amount: part,
                hop: front.hop,
            });
            need -= part;
            front.amount -= part;
            if front.hop.is_some() {
                self.taint -= part;
            }
            if front.amount == 0 {
                self.lots.pop_front();
            }
        }
        taken
    }
}
