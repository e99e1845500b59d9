//! First in, first out over plain lists of transfers that carry the caller's own ids.
//!
//! Promises and leaves out what it did before the index came: exact integer arithmetic, conservation
//! ([`Totals::conserved`]), one sweep over the transfers given and no speed beyond it. Kept for callers that have not
//! moved to [`crate::Index`] and [`crate::Tracer`].

mod flow;
mod queue;
mod sweep;

pub use flow::{AccountFlow, Cut, Flow, Row, Totals};
pub use sweep::fifo;

/// One movement of money. `A` names an account and `T` a transfer; both are the caller's own small ids.
/// Transfers are totally ordered by `(at_ms, id)`; ids must be unique within one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Transfer<A, T> {
    pub id: T,
    /// When the money moved, UTC milliseconds.
    pub at_ms: i64,
    pub src: A,
    pub dst: A,
    /// Fen. Rows that are not positive, and rows from an account to itself, are ignored.
    pub amount: i64,
}

/// What is known of an account besides its transfers. An account without facts has none of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AccountFacts {
    /// Fen on the account before its first transfer in the list. Negative counts as nothing.
    pub opening: i64,
    /// Money that arrives has left: a cash-out point, a merchant, a hub with more outgoing transfers than are worth
    /// following. Nothing is followed out of it.
    pub stop: bool,
    /// Fen that a bank says it holds under a stop or a freeze; reported back against what the trace says is there.
    pub blocked: i64,
}

/// A victim's payment. When a transfer with this id is in the list, that transfer is the seed and its own account,
/// time and amount count; otherwise the payment is taken as an arrival from outside the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Seed<A, T> {
    pub transfer: T,
    /// The account that the victim paid.
    pub account: A,
    pub at_ms: i64,
    pub amount: i64,
}

/// Where the trace gives up; [`Flow::cut`] says when it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Limits {
    /// Hops after the seed's account.
    pub depth: u32,
    /// Transfers later than the last seed plus this are not looked at, milliseconds.
    pub horizon_ms: i64,
    /// A tainted part smaller than this, in fen, is let go as dust.
    pub min_taint: i64,
    /// Rows in the answer.
    pub rows_max: usize,
}

impl Default for Limits {
    /// Ten hops, seven days, one yuan: the values the traces are compared on.
    fn default() -> Limits {
        Limits {
            depth: 10,
            horizon_ms: 7 * 86_400_000,
            min_taint: 100,
            rows_max: 100_000,
        }
    }
}

#[cfg(test)]
mod tests;
