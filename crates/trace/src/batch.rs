//! Many traces at once, on several threads.

use crate::{Edge, Flow, Ledger, Reach, ReachQuery, Seed, TaintQuery, Tracer};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Traces a thread takes at a time: few enough to share evenly, enough to make taking cheap.
const AT_A_TIME: usize = 64;

/// One trace per set of seeds. `keep` turns each answer into what the caller wants of it; the results come in the
/// order of the sets, whatever the number of threads.
pub fn taint_batch<L: Ledger, R: Send>(
    ledger: &L,
    seeds: &[Vec<Seed>],
    query: &TaintQuery,
    threads: usize,
    keep: impl Fn(usize, &Flow) -> R + Sync,
) -> Vec<R> {
    spread(seeds.len(), threads, || {
        let (mut tracer, mut flow) = (Tracer::default(), Flow::default());
        let keep = &keep;
        move |i: usize| {
            tracer.taint_into(ledger, &seeds[i], query, &mut flow);
            keep(i, &flow)
        }
    })
}

/// The same for REACH.
pub fn reach_batch<L: Ledger, R: Send>(
    ledger: &L,
    seeds: &[Vec<Edge>],
    query: &ReachQuery,
    threads: usize,
    keep: impl Fn(usize, &Reach) -> R + Sync,
) -> Vec<R> {
    spread(seeds.len(), threads, || {
        let mut tracer = Tracer::default();
        let keep = &keep;
        move |i: usize| keep(i, &tracer.reach(ledger, &seeds[i], query))
    })
}

/// Answers 0..count in order; every thread has its own worker.
fn spread<R: Send, W: FnMut(usize) -> R>(
    count: usize,
    threads: usize,
    worker: impl Fn() -> W + Sync,
) -> Vec<R> {
    let taken = AtomicUsize::new(0);
    let work = || {
        let mut answer = worker();
        let mut done = Vec::new();
        loop {
            let from = taken.fetch_add(AT_A_TIME, Ordering::Relaxed);
            if from >= count {
                return done;
            }
            let upto = count.min(from + AT_A_TIME);
            done.push((from, (from..upto).map(&mut answer).collect::<Vec<R>>()));
        }
    };
    let mut done: Vec<(usize, Vec<R>)> = crate::threads::each(0..threads.max(1), |_| work())
        .into_iter()
        .flatten()
        .collect();
    done.sort_unstable_by_key(|(from, _)| *from);
    done.into_iter().flat_map(|(_, answers)| answers).collect()
}
