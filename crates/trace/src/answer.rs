//! What a trace answers: rows, what is left where, totals, and what a bound cut off.

use crate::{Assumption, Edge, Exit};

/// A payment that poison reached, with the least hop it can get; 0 is a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct ReachRow {
    pub id: u64,
    pub hop: u32,
    pub edge: Edge,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Reach {
    /// By hop, within a hop in the order of discovery, which depends on nothing but the ledger and the seeds.
    pub rows: Vec<ReachRow>,
    pub cut: Vec<Cut>,
    /// Edges looked at.
    pub touched: u64,
}

/// Tainted money delivered by one transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Row {
    pub id: u64,
    /// The tainted part in fen, after the cut-offs.
    pub amount: i64,
    /// The least hop among the delivered fen; 0 is a victim's own payment.
    pub hop: u32,
    pub edge: Edge,
}

/// One victim's share of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct RowPart {
    /// Index into [`Flow::rows`].
    pub row: u32,
    pub label: u32,
    pub amount: i64,
}

/// Tainted money that is left on an account at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Held {
    pub account: u32,
    pub amount: i64,
}

/// Where the seeded fen are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Totals {
    /// Everything that entered the trace: the seeds, less what in them was tainted already.
    pub seeded: i64,
    /// Reached a stop account.
    pub exit: i64,
    /// Parts too small to follow.
    pub dust: i64,
    /// Parts that went further than the depth.
    pub beyond: i64,
    /// Σ [`Flow::held`].
    pub held: i64,
}

impl Totals {
    /// The law of the trace: nothing appears and nothing is lost.
    pub fn conserved(&self) -> bool {
        self.seeded == self.exit + self.dust + self.beyond + self.held
    }
}

/// Where a victim's money is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Place {
    Held { account: u32 },
    Exit { account: u32 },
    Dust,
    Beyond,
}

/// How much of one victim's money is in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Part {
    pub label: u32,
    pub place: Place,
    pub amount: i64,
}

/// A bound that cut something, with the money it may concern, so that nobody takes the answer for the whole. One per
/// kind and account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Cut {
    /// Tainted money went on to this account beyond the depth; for REACH, the sum of the last hop's payments to it.
    Depth { account: u32, amount: i64 },
    /// This account still held tainted money and pays on after the horizon.
    Horizon { account: u32, amount: i64 },
    /// The work budget ended before this account's later payments were looked at.
    Budget { account: u32, amount: i64 },
    /// REACH: payments out of this account below the least amount.
    MinAmount { account: u32, amount: i64 },
    /// Parts below the least taint that this account sent.
    Dust { account: u32, amount: i64 },
    /// Money left by this stop account.
    Exit { account: u32, kind: Exit, amount: i64 },
}

/// The whole answer of a taint trace.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Flow {
    /// In the order of time.
    pub rows: Vec<Row>,
    /// By account.
    pub held: Vec<Held>,
    pub totals: Totals,
    /// Sorted.
    pub cut: Vec<Cut>,
    /// Sorted by label and place; empty when all seeds have one label.
    pub parts: Vec<Part>,
    /// Sorted by row and label; empty when all seeds have one label.
    pub row_parts: Vec<RowPart>,
    /// Of the accounts that tainted money reached, sorted.
    pub assumptions: Vec<Assumption>,
    /// Edges looked at.
    pub touched: u64,
}
