//! Tracing the books: rows, places, and what a stop would have changed.

use super::{Assumed, Books, Source, Spot, Step};
use crate::{
    Assumption, Cut, Edge, Exit, Index, Ledger, Place, Problem, ReachQuery, Seed, TaintQuery, Totals, Tracer,
    Transfer,
};
use std::collections::BTreeMap;
use std::hash::Hash;

/// What did not happen: everything after `until`, and what left these accounts from these instants on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf<A> {
    pub until_ms: Option<i64>,
    pub stops: Vec<(A, i64)>,
}

impl<A> Default for WhatIf<A> {
    fn default() -> Self {
        WhatIf {
            until_ms: None,
            stops: Vec::new(),
        }
    }
}

/// One step that carried tainted money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TracedRow<A, T> {
    /// Place in [`Books::steps`].
    pub step: u32,
    pub source: Source<T>,
    pub at_ms: i64,
    pub src: Spot<A>,
    pub dst: Spot<A>,
    pub amount: i64,
    pub tainted: i64,
    pub hop: u32,
    /// (label, amount); whole even with one label.
    pub parts: Vec<(u32, i64)>,
}

/// The arrival by which a place hangs in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent<A> {
    pub spot: Spot<A>,
    /// Place in [`Traced::rows`].
    pub row: usize,
}

/// One place the money reached. `received = sent + still_there`; at an exit everything has left and `sent` is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotFlow<A> {
    pub received: i64,
    pub sent: i64,
    pub still_there: i64,
    pub hop: u32,
    /// Nothing for a place that a victim paid.
    pub parent: Option<Parent<A>>,
    pub first_arrival_ms: i64,
    pub last_arrival_ms: i64,
    pub exit: Option<Exit>,
    /// Whose money is there, (label, amount); at an exit, whose left by it.
    pub parts: Vec<(u32, i64)>,
}

/// A bound that cut, at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TracedCut<A> {
    pub cut: Cut,
    pub spot: Spot<A>,
    pub amount: i64,
}

/// The answer in the words of the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced<A: Ord, T> {
    pub rows: Vec<TracedRow<A, T>>,
    pub spots: BTreeMap<Spot<A>, SpotFlow<A>>,
    pub totals: Totals,
    pub cut: Vec<TracedCut<A>>,
    /// Of the accounts that tainted money reached.
    pub assumed: Vec<Assumed<A, T>>,
    /// Nothing later was looked at.
    pub until_ms: Option<i64>,
}

impl<A: Copy + Ord + Hash, T: Copy + Ord + Hash> Books<A, T> {
    /// Traces all payments at once, each under its label.
    pub fn trace(&self, query: &TaintQuery, what_if: &WhatIf<A>) -> Result<Traced<A, T>, Vec<Problem>> {
        let (index, seeds) = self.index(what_if)?;
        let flow = Tracer::default().taint(&index, &seeds, query);
        Ok(self.tell(&flow, &seeds, what_if))
    }

    /// Poison from all payments: which rows it reached, with the least hop of each.
    pub fn reach(
        &self,
        query: &ReachQuery,
        what_if: &WhatIf<A>,
    ) -> Result<Vec<(Source<T>, u32)>, Vec<Problem>> {
        let (index, seeds) = self.index(what_if)?;
        let edges: Vec<Edge> = seeds.iter().map(|s| s.edge).collect();
        let reach = Tracer::default().reach(&index, &edges, query);
        let source = |id| {
            usize::try_from(id)
                .ok()
                .and_then(|id| self.steps.get(id))
                .map(|s| s.source)
        };
        Ok(reach
            .rows
            .iter()
            .filter_map(|r| Some((source(r.id)?, r.hop)))
            .collect())
    }

    /// Poison as a picture: every step out of a reached place counts wholly. Amounts are whole steps and no shares, so they
    /// do not add up to what the victims paid; with several victims nobody can say whose they are.
    pub fn poison(&self, query: &ReachQuery, what_if: &WhatIf<A>) -> Result<Traced<A, T>, Vec<Problem>> {
        let (index, seeds) = self.index(what_if)?;
        let edges: Vec<Edge> = seeds.iter().map(|s| s.edge).collect();
        let reach = Tracer::default().reach(&index, &edges, query);
        let mut poisoned = crate::Flow {
            rows: reach
                .rows
                .iter()
                .map(|r| crate::Row {
                    id: r.id,
                    amount: index.transfer(r.edge).amount,
                    hop: r.hop,
                    edge: r.edge,
                })
                .collect(),
            ..crate::Flow::default()
        };
        poisoned
            .rows
            .sort_by_key(|r| (index.transfer(r.edge).ts_ms, r.id));
        let label = match seeds.as_slice() {
            [] => None,
            [first, rest @ ..] => rest.iter().all(|s| s.label == first.label).then_some(first.label),
        };
        let mut rows = self.rows(&poisoned, &[]);
        for row in &mut rows {
            row.parts.extend(label.map(|label| (label, row.tainted)));
        }
        let mut spots = self.arrivals(&rows);
        for row in rows.iter().filter(|r| r.hop > 0) {
            if let Some(spot) = spots.get_mut(&row.src) {
                spot.sent += row.amount;
            }
        }
        for spot in spots.values_mut() {
            let there = (spot.received - spot.sent).max(0);
            if spot.exit.is_some() {
                spot.sent = 0;
            } else {
                spot.still_there = there;
            }
            spot.parts
                .extend(label.filter(|_| there > 0).map(|label| (label, there)));
            poisoned.totals.held += spot.still_there;
        }
        Ok(Traced {
            assumed: self.reached(&poisoned, &spots, what_if),
            rows,
            spots,
            totals: poisoned.totals,
            cut: reach.cut.iter().map(|c| self.cut(*c)).collect(),
            until_ms: what_if.until_ms,
        })
    }

    /// The books as the engine wants them: a step's place is its id, a place's number its account.
    pub fn index(&self, what_if: &WhatIf<A>) -> Result<(Index, Vec<Seed>), Vec<Problem>> {
        let left_out = self.left_out(what_if);
        let transfers: Vec<Transfer> = self
            .steps
            .iter()
            .zip(0u32..)
            .filter(|(s, _)| !left_out(s))
            .map(|(s, id)| Transfer {
                id: u64::from(id),
                ts_ms: s.at_ms,
                src: s.src,
                dst: s.dst,
                amount: s.amount,
            })
            .collect();
        let index = Index::build(transfers, &self.facts)?;
        let ids: Vec<u64> = self.seeds.iter().map(|s| s.map_or(u64::MAX, u64::from)).collect();
        let seeds: Vec<Seed> = index
            .locate(&ids)
            .into_iter()
            .zip(0u32..)
            .filter_map(|(edge, label)| edge.map(|edge| Seed { edge, label }))
            .collect();
        Ok((index, seeds))
    }

    fn left_out<'w>(&self, what_if: &'w WhatIf<A>) -> impl Fn(&Step<T>) -> bool + 'w {
        let stops: BTreeMap<u32, i64> = self
            .spots
            .iter()
            .zip(0u32..)
            .filter_map(|(spot, i)| {
                let account = spot.account()?;
                let at = what_if
                    .stops
                    .iter()
                    .filter(|(a, _)| *a == account)
                    .map(|(_, at)| *at);
                Some((i, at.min()?))
            })
            .collect();
        let until = what_if.until_ms.unwrap_or(i64::MAX);
        move |s| s.at_ms > until || stops.get(&s.src).is_some_and(|at| s.at_ms >= *at)
    }

    fn tell(&self, flow: &crate::Flow, seeds: &[Seed], what_if: &WhatIf<A>) -> Traced<A, T> {
        let rows = self.rows(flow, seeds);
        let mut spots = self.arrivals(&rows);
        for held in &flow.held {
            if let Some(spot) = spots.get_mut(&self.spot(held.account)) {
                spot.still_there = held.amount;
            }
        }
        for spot in spots.values_mut() {
            spot.sent = if spot.exit.is_some() {
                0
            } else {
                spot.received - spot.still_there
            };
        }
        self.shares(flow, seeds, &mut spots);
        let cut = flow.cut.iter().map(|c| self.cut(*c)).collect();
        let assumed = self.reached(flow, &spots, what_if);
        Traced {
            rows,
            spots,
            totals: flow.totals,
            cut,
            assumed,
            until_ms: what_if.until_ms,
        }
    }

    fn rows(&self, flow: &crate::Flow, seeds: &[Seed]) -> Vec<TracedRow<A, T>> {
        let mut rows: Vec<TracedRow<A, T>> = flow
            .rows
            .iter()
            .map(|r| {
                let id = u32::try_from(r.id).unwrap_or(u32::MAX);
                let step = &self.steps[id as usize];
                TracedRow {
                    step: id,
                    source: step.source,
                    at_ms: step.at_ms,
                    src: self.spot(step.src),
                    dst: self.spot(step.dst),
                    amount: step.amount,
                    tainted: r.amount,
                    hop: r.hop,
                    parts: Vec::new(),
                }
            })
            .collect();
        for part in &flow.row_parts {
            rows[part.row as usize].parts.push((part.label, part.amount));
        }
        // With one label the engine leaves the parts out: all of it is that label's.
        if let (true, Some(only)) = (flow.row_parts.is_empty(), seeds.first()) {
            rows.iter_mut()
                .for_each(|r| r.parts = vec![(only.label, r.tainted)]);
        }
        rows
    }

    fn arrivals(&self, rows: &[TracedRow<A, T>]) -> BTreeMap<Spot<A>, SpotFlow<A>> {
        let mut spots: BTreeMap<Spot<A>, SpotFlow<A>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            let exit = self.facts[self.steps[row.step as usize].dst as usize].exit;
            let parent = (row.hop > 0).then_some(Parent {
                spot: row.src,
                row: i,
            });
            let spot = spots.entry(row.dst).or_insert(SpotFlow {
                received: 0,
                sent: 0,
                still_there: 0,
                hop: row.hop,
                parent,
                first_arrival_ms: row.at_ms,
                last_arrival_ms: row.at_ms,
                exit,
                parts: Vec::new(),
            });
            spot.received += row.tainted;
            spot.last_arrival_ms = row.at_ms;
            if row.hop < spot.hop {
                spot.hop = row.hop;
                spot.parent = parent;
            }
        }
        spots
    }

    fn shares(&self, flow: &crate::Flow, seeds: &[Seed], spots: &mut BTreeMap<Spot<A>, SpotFlow<A>>) {
        for part in &flow.parts {
            if let Place::Held { account } | Place::Exit { account } = part.place
                && let Some(spot) = spots.get_mut(&self.spot(account))
            {
                spot.parts.push((part.label, part.amount));
            }
        }
        if let (true, Some(only)) = (flow.parts.is_empty(), seeds.first()) {
            for spot in spots.values_mut() {
                let there = if spot.exit.is_some() {
                    spot.received
                } else {
                    spot.still_there
                };
                if there > 0 {
                    spot.parts.push((only.label, there));
                }
            }
        }
    }

    fn cut(&self, cut: Cut) -> TracedCut<A> {
        let (account, amount) = match cut {
            Cut::Depth { account, amount }
            | Cut::Horizon { account, amount }
            | Cut::Budget { account, amount }
            | Cut::MinAmount { account, amount }
            | Cut::Dust { account, amount }
            | Cut::Exit { account, amount, .. } => (account, amount),
        };
        TracedCut {
            cut,
            spot: self.spot(account),
            amount,
        }
    }

    /// What the answer rests on: of the books, where tainted money came; of the engine, what the rows did not bear.
    /// A stop that did not happen leaves later payments without cover; that is the hypothesis and no assumption.
    fn reached(
        &self,
        flow: &crate::Flow,
        spots: &BTreeMap<Spot<A>, SpotFlow<A>>,
        what_if: &WhatIf<A>,
    ) -> Vec<Assumed<A, T>> {
        let until = what_if.until_ms.unwrap_or(i64::MAX);
        let at = |a: &Assumed<A, T>| match a {
            Assumed::GapIn { at_ms, .. }
            | Assumed::GapOut { at_ms, .. }
            | Assumed::SameInstant { at_ms, .. }
            | Assumed::Reversed { at_ms, .. } => *at_ms,
            _ => i64::MIN,
        };
        let here = |account: A| spots.get(&Spot::Account(account));
        let mut assumed: Vec<Assumed<A, T>> = self
            .assumed
            .iter()
            .filter(|a| at(a) <= until)
            .filter(|a| match a {
                // An opening that is nothing is what everybody expects of an account nobody has told of.
                Assumed::OpeningUnknown { account, opening } => *opening > 0 && here(*account).is_some(),
                // What jumped before the money came is no matter of this trace.
                Assumed::GapIn { account, at_ms, .. }
                | Assumed::GapOut { account, at_ms, .. }
                | Assumed::SameInstant { account, at_ms } => {
                    here(*account).is_some_and(|s| s.exit.is_none() && *at_ms >= s.first_arrival_ms)
                }
                other => here(other.account()).is_some(),
            })
            .copied()
            .collect();
        if what_if.stops.is_empty() {
            assumed.extend(flow.assumptions.iter().filter_map(|a| match *a {
                Assumption::Overdraft {
                    account,
                    ts_ms,
                    missing,
                } => Some(Assumed::Overdraft {
                    account: self.spot(account).account()?,
                    at_ms: ts_ms,
                    missing,
                }),
                _ => None,
            }));
        }
        assumed.sort_unstable();
        assumed
    }
}
