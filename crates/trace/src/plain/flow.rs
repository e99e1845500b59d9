//! The answer of a trace: rows, accounts, totals, and what was cut off.

use std::collections::BTreeMap;

/// Tainted money delivered by one transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Row<T> {
    pub transfer: T,
    /// The tainted part in fen, after the cut-offs.
    pub amount: i64,
    /// The least hop among the delivered fen; 0 is the victim's own payment.
    pub hop: u32,
}

/// One account that tainted money reached. `received = sent + still_there`, except at an exit, where everything
/// received has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct AccountFlow<A, T> {
    pub received: i64,
    /// Tainted fen that left by transfers, dust and beyond included.
    pub sent: i64,
    pub still_there: i64,
    /// The part of `still_there` that the bank already holds (never more than it).
    pub blocked: i64,
    /// The least hop of anything received.
    pub hop: u32,
    /// The account and transfer of the first arrival with that least hop: the edge of the tree. `None` for an account
    /// the victim paid.
    pub parent: Option<(A, T)>,
    /// UTC milliseconds.
    pub first_arrival_ms: i64,
    pub last_arrival_ms: i64,
    /// A cash-out point or merchant: what it received is gone.
    pub exit: bool,
}

/// Where the seeded fen are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Totals {
    /// Everything that entered the trace.
    pub seeded: i64,
    pub exit: i64,
    /// Parts too small to follow.
    pub dust: i64,
    /// Parts that went further than the depth.
    pub beyond: i64,
    /// Σ `still_there`.
    pub held: i64,
}

impl Totals {
    /// The law of the trace: nothing appears and nothing is lost.
    pub fn conserved(&self) -> bool {
        self.seeded == self.exit + self.dust + self.beyond + self.held
    }
}

/// A bound that cut something, so that a reader never takes the answer for the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Cut<A> {
    /// Money went on to this account beyond the depth.
    Depth { account: A, amount: i64 },
    /// This account still held traced money when it sent on after the horizon.
    Horizon { account: A },
    /// More rows than asked for; the sums still cover all of them.
    Rows { left_out: usize },
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Flow<A: Ord, T> {
    /// In the order of time.
    pub rows: Vec<Row<T>>,
    pub accounts: BTreeMap<A, AccountFlow<A, T>>,
    pub totals: Totals,
    pub cut: Vec<Cut<A>>,
}
