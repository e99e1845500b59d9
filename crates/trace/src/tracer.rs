//! One trace after another over a ledger.

use crate::reach::{self, ReachScratch};
use crate::taint::{self, Scratches};
use crate::{Edge, Flow, Ledger, Reach, ReachQuery, Seed, TaintQuery};

/// Scratch memory for traces, reused from one to the next. One per thread.
#[derive(Default)]
pub struct Tracer {
    reach: ReachScratch,
    taint: Scratches,
}

impl std::fmt::Debug for Tracer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tracer")
    }
}

impl Tracer {
    /// Every later payment out of a reached account counts wholly, with the least hop it can get.
    pub fn reach<L: Ledger>(&mut self, ledger: &L, seeds: &[Edge], query: &ReachQuery) -> Reach {
        let mut answer = Reach::default();
        self.reach_rows(ledger, seeds, query, &mut answer);
        reach::name_ends(&mut self.reach, ledger, query, &mut answer);
        answer
    }

    /// The same into memory that the caller keeps, and without those [`Reach::cut`]s that the rows show: stop accounts
    /// and the last hop.
    pub fn reach_rows<L: Ledger>(
        &mut self,
        ledger: &L,
        seeds: &[Edge],
        query: &ReachQuery,
        answer: &mut Reach,
    ) {
        reach::rows(&mut self.reach, ledger, seeds, query, answer);
    }

    /// How much of each later payment is the seeds' money.
    pub fn taint<L: Ledger>(&mut self, ledger: &L, seeds: &[Seed], query: &TaintQuery) -> Flow {
        let mut flow = Flow::default();
        self.taint_into(ledger, seeds, query, &mut flow);
        flow
    }

    /// The same into memory that the caller keeps.
    pub fn taint_into<L: Ledger>(&mut self, ledger: &L, seeds: &[Seed], query: &TaintQuery, flow: &mut Flow) {
        taint::taint(&mut self.taint, ledger, seeds, query, flow);
    }
}
