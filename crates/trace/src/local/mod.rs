//! The small ledger of one report: raw rows as banks tell them become transfers the engine can trace.
//!
//! A bank answers only for its own accounts, so rows come with gaps, reversals, fees, and balances that say more than
//! the rows do. [`Books::reconcile`] gives each of these a defined meaning and says where it did:
//!
//! * **Reversal** (冲正): a row so marked cancels the latest earlier row of the same amount the opposite way between the
//!   same two, and both are left out; so does a negative row and the same-way row before it. One that finds no partner
//!   is an ordinary transfer back. A refund without the mark is an ordinary transfer back.
//! * **Fee**: a row so marked, to nobody by name or of at most [`FEE_MAX`], goes to one place of kind [`Exit::Fee`].
//! * **Opening**: from the first row whose balance is known; else the least that avoids an overdraft, and said so.
//! * **Gap**: a jump between two reported balances of an account is a clean arrival from outside, or a departure to
//!   an unseen place, just before the later row. What left unseen is not known to be gone.
//! * **One instant**: the bank's chain of balances tells the order, else arrivals come before departures, and said so.
//! * **Untold payment**: what only the victim has told of arrives from outside. Reported balances are not held against
//!   it: it lies beside the chain, until a jump of exactly its amount shows that the bank counts it too.
//!
//! Promises: the same rows give the same books in whatever order they come; money is conserved to the fen.
//! Leaves out: where rows come from, and what accounts are called (`A`) and transfers (`T`).

mod books;
mod order;
mod reconcile;

pub use books::{Parent, SpotFlow, Traced, TracedCut, TracedRow, WhatIf};
pub use reconcile::{Books, FEE_MAX, Source, Step};

use crate::Exit;
use std::collections::BTreeMap;

/// One row as banks tell it, the words of both banks joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement<A, T> {
    pub id: T,
    pub at_ms: i64,
    pub src: A,
    pub dst: A,
    /// Fen. Negative only for a row written in red: it takes an earlier one back.
    pub amount: i64,
    /// After the row, as the payer's and the receiver's own bank report it.
    pub src_balance: Option<i64>,
    pub dst_balance: Option<i64>,
    pub mark: RowMark,
}

/// What a row's summary marks it as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowMark {
    #[default]
    Plain,
    Reversal,
    Fee,
}

impl RowMark {
    /// Reads the summary a bank wrote. Words of many banks; a summary that says nothing known is plain.
    pub fn of(summary: &str) -> RowMark {
        const REVERSAL: [&str; 7] = ["冲正", "抹账", "冲账", "冲销", "反交易", "撤销交易", "交易撤销"];
        const FEE: [&str; 8] = [
            "手续费",
            "工本费",
            "年费",
            "短信费",
            "账户管理费",
            "汇费",
            "转账费",
            "服务费",
        ];
        let says = |words: &[&str]| words.iter().any(|w| summary.contains(w));
        if says(&REVERSAL) {
            RowMark::Reversal
        } else if says(&FEE) {
            RowMark::Fee
        } else {
            RowMark::Plain
        }
    }
}

/// A victim's payment, followed under the label that is its place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment<A, T> {
    /// The row by which a bank told of it.
    pub transfer: Option<T>,
    pub account: A,
    pub at_ms: i64,
    pub amount: i64,
}

/// A place in the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spot<A> {
    Account(A),
    /// Bank fees.
    Fee,
    /// Where money went that this account's balances say left it and no row shows.
    Unseen(A),
    /// Where money came from that no bank has told us of.
    Outside(A),
}

impl<A: Copy> Spot<A> {
    pub fn account(self) -> Option<A> {
        match self {
            Spot::Account(a) => Some(a),
            _ => None,
        }
    }
}

/// Where the books rest on something that no bank said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assumed<A, T> {
    OpeningUnknown {
        account: A,
        opening: i64,
    },
    /// More left than was there; the missing fen count as clean.
    Overdraft {
        account: A,
        at_ms: i64,
        missing: i64,
    },
    GapIn {
        account: A,
        at_ms: i64,
        amount: i64,
    },
    GapOut {
        account: A,
        at_ms: i64,
        amount: i64,
    },
    SameInstant {
        account: A,
        at_ms: i64,
    },
    Reversed {
        account: A,
        row: T,
        by: T,
        at_ms: i64,
        amount: i64,
    },
    /// Neither positive nor the reversal of anything: left out.
    NoAmount {
        account: A,
        row: T,
        amount: i64,
    },
    Untold {
        account: A,
        label: u32,
        amount: i64,
    },
}

impl<A: Copy, T> Assumed<A, T> {
    pub fn account(&self) -> A {
        match self {
            Assumed::OpeningUnknown { account, .. }
            | Assumed::Overdraft { account, .. }
            | Assumed::GapIn { account, .. }
            | Assumed::GapOut { account, .. }
            | Assumed::SameInstant { account, .. }
            | Assumed::Reversed { account, .. }
            | Assumed::NoAmount { account, .. }
            | Assumed::Untold { account, .. } => *account,
        }
    }
}

/// What is known of accounts besides their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<A> {
    pub exits: BTreeMap<A, Exit>,
    /// Accounts whose rows are all here from an instant on. Rows of other accounts, and earlier ones, are here only for
    /// their other end: money in them comes from outside and stays outside. `None`: the rows are all there are.
    pub windows: Option<BTreeMap<A, Window>>,
}

impl<A> Default for Known<A> {
    fn default() -> Self {
        Known {
            exits: BTreeMap::new(),
            windows: None,
        }
    }
}

/// From when on an account's rows are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from_ms: i64,
    /// Receipts less payments before that, where no balance was reported.
    pub net_before: Option<i64>,
}

impl<A: Ord> Known<A> {
    fn covers(&self, account: &A, at_ms: i64) -> bool {
        self.windows
            .as_ref()
            .is_none_or(|w| w.get(account).is_some_and(|w| at_ms >= w.from_ms))
    }

    fn net_before(&self, account: &A) -> i64 {
        let windows = self.windows.as_ref();
        windows.and_then(|w| w.get(account)?.net_before).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests;
