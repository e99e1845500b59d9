//! What the doctrines share: the state of one account, and what a doctrine has to say.

use crate::ledger::steps::{Money, Steps};

/// Tainted fen that share a fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lot {
    pub amount: i64,
    /// On an account, where they lie in the doctrine's order; in a payment, how many of its fen come before them.
    pub at: i64,
    pub label: u32,
    pub hop: u32,
}

impl Lot {
    fn joins(&self, next: &Lot) -> bool {
        self.label == next.label && self.hop == next.hop && self.at + self.amount == next.at
    }
}

/// An account that holds or held tainted money.
#[derive(Debug)]
pub(crate) struct State<H> {
    pub account: u32,
    /// The next payment to look at, the end slot when there is none.
    pub slot: u32,
    pub hot: H,
    pub money: Money,
    pub queued: bool,
    /// Σ lots.
    pub taint: i64,
    /// FIFO: what the account has paid before `slot`, counted from an arbitrary point.
    pub paid: i64,
    pub dust: i64,
    pub lots: Vec<Lot>,
    /// Lots before this one are spent.
    pub first: usize,
    pub same_instant: Option<i64>,
}

impl<H> State<H> {
    pub fn new(account: u32, hot: H) -> State<H> {
        State {
            account,
            slot: 0,
            hot,
            money: Money::default(),
            queued: false,
            taint: 0,
            paid: 0,
            dust: 0,
            lots: Vec::new(),
            first: 0,
            same_instant: None,
        }
    }

    /// For another account, in the same memory.
    pub fn renew(&mut self, account: u32) {
        self.account = account;
        self.queued = false;
        self.taint = 0;
        self.paid = 0;
        self.dust = 0;
        self.lots.clear();
        self.first = 0;
        self.same_instant = None;
    }

    pub fn lots(&self) -> &[Lot] {
        &self.lots[self.first..]
    }

    /// Appends a lot; neighbours of one fate that touch become one.
    pub fn push(&mut self, lot: Lot) {
        self.taint += lot.amount;
        if self.first < self.lots.len()
            && let Some(last) = self.lots.last_mut()
            && last.joins(&lot)
        {
            last.amount += lot.amount;
        } else {
            self.lots.push(lot);
        }
    }

    /// Forgets the spent lots once they are most of the list.
    pub fn tidy(&mut self) {
        if self.first == self.lots.len() {
            self.lots.clear();
            self.first = 0;
        } else if self.first >= 32 && self.first * 2 > self.lots.len() {
            self.lots.drain(..self.first);
            self.first = 0;
        }
    }
}

/// Appends a part of a payment, in the order in which its fen are counted.
pub(crate) fn part(parts: &mut Vec<Lot>, lot: Lot) {
    match parts.last_mut() {
        Some(last) if last.joins(&lot) => last.amount += lot.amount,
        _ => parts.push(lot),
    }
}

/// Which money leaves first.
pub(crate) trait Strategy {
    /// Whether lots have places ([`Lot::at`]).
    const PLACES: bool = true;

    /// Tainted parts of a payment came, when `ahead` fen were on the account. `next` is the account's first payment
    /// after it. The state's slot may be later than `next`, when the payments between take no tainted money. Says how
    /// many payments it looked at.
    fn arrive<L: Steps>(ledger: &L, state: &mut State<L::Hot>, next: u32, ahead: i64, parts: &[Lot]) -> u64;

    /// Moves from `slot` on to the next payment that may take tainted money, and says how many were passed over.
    fn seek<L: Steps>(ledger: &L, state: &mut State<L::Hot>, slot: u32) -> u64;

    /// The tainted parts that the payment in `state.money` takes, in order, appended to `parts`.
    fn leave<H>(state: &mut State<H>, parts: &mut Vec<Lot>);
}

/// Looks at this slot next.
pub(crate) fn look<L: Steps>(ledger: &L, state: &mut State<L::Hot>, slot: u32) {
    state.slot = slot;
    state.hot = ledger.hot(slot);
    state.money = ledger.money(state.account, slot);
}
