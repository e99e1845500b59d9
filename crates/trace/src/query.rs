//! What is asked of a trace.

use crate::Edge;

/// Which money leaves a mixed account first. Worked examples are in `docs/TRACE.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Doctrine {
    /// Every payment takes the tainted share of the balance.
    Haircut,
    /// The oldest money first.
    Fifo,
    /// The newest money first.
    Lifo,
    /// Clean money first: taint never exceeds the lowest balance since it came.
    LowestBalance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Direction {
    /// Where the money went.
    Down,
    /// Who else paid in: the mirror image, backwards in time.
    Up,
}

/// A victim's payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Seed {
    pub edge: Edge,
    /// Which victim or payment; the answer is told apart by it.
    pub label: u32,
}

/// Poison: every later payment out of a reached account counts wholly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ReachQuery {
    /// Hops after the seed.
    pub depth: u32,
    /// How long money is expected to stay on an account, milliseconds.
    pub dwell_ms: i64,
    /// Smaller payments are not followed, fen.
    pub min_amount: i64,
    pub direction: Direction,
    /// Edges that may be looked at before the trace gives up; [`Cut::Budget`](crate::Cut::Budget) says where.
    pub budget: u64,
}

impl Default for ReachQuery {
    /// Five hops, 48 hours, every amount, downstream: the values traces are compared on.
    fn default() -> ReachQuery {
        ReachQuery {
            depth: 5,
            dwell_ms: 48 * 3_600_000,
            min_amount: 0,
            direction: Direction::Down,
            budget: u64::MAX,
        }
    }
}

/// Amounts: how much of each payment is the victims' money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TaintQuery {
    pub doctrine: Doctrine,
    /// Hops after the seed's account.
    pub depth: u32,
    /// Transfers later than the last seed plus this are not looked at, milliseconds.
    pub horizon_ms: i64,
    /// A tainted part smaller than this is let go as dust, fen.
    pub min_taint: i64,
    /// Edges that may be looked at before the trace gives up; [`Cut::Budget`](crate::Cut::Budget) says where.
    pub budget: u64,
}

impl Default for TaintQuery {
    /// First in first out, ten hops, seven days, one yuan: the values traces are compared on.
    fn default() -> TaintQuery {
        TaintQuery {
            doctrine: Doctrine::Fifo,
            depth: 10,
            horizon_ms: 7 * 86_400_000,
            min_taint: 100,
            budget: u64::MAX,
        }
    }
}
