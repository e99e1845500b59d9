//! Many traces at once, on several threads.

use crate::{Edge, Flow, Ledger, Reach, ReachQuery, Seed, TaintQuery, Tracer};

/// One trace per set of seeds. `use_flow` turns each answer into what the caller keeps of it; the results come in the
/// order of the sets, whatever the number of threads.
pub fn taint_batch<L: Ledger, R: Send>(
    ledger: &L,
    seeds: &[Vec<Seed>],
    query: &TaintQuery,
    threads: usize,
    use_flow: impl Fn(usize, &Flow) -> R + Sync,
) -> Vec<R> {
    spread(seeds, threads, |tracer, i, set| {
        use_flow(i, &tracer.taint(ledger, set, query))
    })
}

/// The same for REACH.
pub fn reach_batch<L: Ledger, R: Send>(
    ledger: &L,
    seeds: &[Vec<Edge>],
    query: &ReachQuery,
    threads: usize,
    use_reach: impl Fn(usize, &Reach) -> R + Sync,
) -> Vec<R> {
    spread(seeds, threads, |tracer, i, set| {
        use_reach(i, &tracer.reach(ledger, set, query))
    })
}

fn spread<S: Sync, R: Send>(
    sets: &[S],
    threads: usize,
    work: impl Fn(&mut Tracer, usize, &S) -> R + Sync,
) -> Vec<R> {
    let share = sets.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let workers: Vec<_> = sets
            .chunks(share)
            .enumerate()
            .map(|(n, chunk)| {
                let work = &work;
                scope.spawn(move || {
                    let mut tracer = Tracer::default();
                    let first = n * share;
                    chunk
                        .iter()
                        .enumerate()
                        .map(|(i, set)| work(&mut tracer, first + i, set))
                        .collect::<Vec<R>>()
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
