//! What a trace costs beside one dependent random read of 64 bytes over as much memory as the index takes, measured in
//! the same run: `cargo bench -p trace`. `TRACE_ROWS=10000000` sets the size; the transfers are drawn here.
//!
//! A table first: every seed is traced in five passes over all seeds and its best time counts, because other work on
//! the machine only ever adds; p50, p95 and worst are over the seeds. Then criterion's own estimates.

#![allow(clippy::unwrap_used, reason = "a bench ends at the first surprise")]

mod city;

use city::{City, Dice};
use criterion::Criterion;
use std::hint::black_box;
use std::time::Instant;
use trace::{
    Doctrine, Edge, Flow, Index, Ledger, Live, Reach, ReachQuery, Seed, TaintQuery, Tracer, reach_batch,
    taint_batch,
};

const PASSES: usize = 5;
/// Edges: what the worst of many random seeds may cost.
const BUDGET: u64 = 2_000;

fn main() {
    let rows: usize = std::env::var("TRACE_ROWS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_000_000);
    let mut dice = Dice(7);
    let city = City::draw(&mut dice, rows);
    let start = Instant::now();
    let index = Index::build(city.transfers, &city.accounts).unwrap();
    println!(
        "{rows} transfers, {} accounts: built in {:.2} s, {:.2} bytes a transfer",
        city.accounts.len(),
        start.elapsed().as_secs_f64(),
        index.bytes() as f64 / rows as f64
    );
    let read_ns = random_read_ns(&mut dice, index.bytes());
    println!(
        "dependent random 64-byte read over {} MB: {read_ns:.1} ns",
        index.bytes() / 1_000_000
    );
    let planted = edges(&index, &city.payments);
    let random: Vec<u64> = (0..10_000).map(|_| dice.below(rows as u64)).collect();
    let random = edges(&index, &random);
    println!(
        "{:<28}{:>9}{:>10}{:>10}{:>9}{:>9}{:>9}",
        "", "p50 µs", "p95 µs", "worst µs", "edges", "ns/edge", "reads"
    );
    for (name, seeds) in [("planted", &planted), ("random", &random)] {
        for what in What::ALL {
            let label = format!("{name} {}", what.name());
            table_row(&label, &index, seeds, what, read_ns);
        }
    }
    batches(&index, &random);
    live(&index, &planted, &random);
    let mut criterion = Criterion::default().without_plots().configure_from_args();
    for what in What::ALL {
        let mut desk = Desk::default();
        let mut seeds = planted.iter().cycle();
        criterion.bench_function(what.name(), |b| {
            b.iter(|| black_box(desk.trace(&index, *seeds.next().unwrap(), what)))
        });
    }
    criterion.final_summary();
}

#[derive(Clone, Copy)]
enum What {
    Reach,
    ReachNamed,
    Taint(Doctrine, u64),
}

impl What {
    const ALL: [What; 7] = [
        What::Reach,
        What::ReachNamed,
        What::Taint(Doctrine::Haircut, u64::MAX),
        What::Taint(Doctrine::Haircut, BUDGET),
        What::Taint(Doctrine::Fifo, u64::MAX),
        What::Taint(Doctrine::Lifo, u64::MAX),
        What::Taint(Doctrine::LowestBalance, u64::MAX),
    ];

    fn name(self) -> &'static str {
        match self {
            What::Reach => "reach",
            What::ReachNamed => "reach, cuts named",
            What::Taint(Doctrine::Haircut, u64::MAX) => "haircut",
            What::Taint(Doctrine::Haircut, _) => "haircut, budget",
            What::Taint(Doctrine::Fifo, _) => "fifo",
            What::Taint(Doctrine::Lifo, _) => "lifo",
            What::Taint(Doctrine::LowestBalance, _) => "lowest balance",
        }
    }
}

/// A tracer and the answers' memory.
#[derive(Default)]
struct Desk {
    tracer: Tracer,
    reach: Reach,
    flow: Flow,
}

impl Desk {
    /// Edges touched.
    fn trace(&mut self, ledger: &impl Ledger, edge: Edge, what: What) -> u64 {
        match what {
            What::Reach => {
                self.tracer
                    .reach_rows(ledger, &[edge], &ReachQuery::default(), &mut self.reach);
                self.reach.touched
            }
            What::ReachNamed => self.tracer.reach(ledger, &[edge], &ReachQuery::default()).touched,
            What::Taint(doctrine, budget) => {
                let query = TaintQuery {
                    doctrine,
                    budget,
                    ..TaintQuery::default()
                };
                self.tracer
                    .taint_into(ledger, &[Seed { edge, label: 0 }], &query, &mut self.flow);
                self.flow.touched
            }
        }
    }
}

fn edges(index: &Index, ids: &[u64]) -> Vec<Edge> {
    index.locate(ids).into_iter().flatten().collect()
}

/// Best nanoseconds of each seed, and the edges of one pass.
fn times(ledger: &impl Ledger, seeds: &[Edge], what: What) -> (Vec<u64>, u64) {
    let mut desk = Desk::default();
    let mut best = vec![u64::MAX; seeds.len()];
    let mut touched = 0;
    for _ in 0..PASSES {
        touched = 0;
        for (edge, best) in seeds.iter().zip(&mut best) {
            let start = Instant::now();
            touched += desk.trace(ledger, *edge, what);
            *best = (*best).min(start.elapsed().as_nanos() as u64);
        }
    }
    best.sort_unstable();
    (best, touched)
}

fn table_row(label: &str, index: &Index, seeds: &[Edge], what: What, read_ns: f64) {
    let (best, touched) = times(index, seeds, what);
    let us = |ns: u64| ns as f64 / 1e3;
    let ns = best.iter().sum::<u64>() as f64 / touched.max(1) as f64;
    println!(
        "{label:<28}{:>9.1}{:>10.1}{:>10.1}{:>9.0}{ns:>9.1}{:>9.2}",
        us(best[best.len() / 2]),
        us(best[best.len() * 95 / 100]),
        us(best[best.len() - 1]),
        touched as f64 / seeds.len() as f64,
        ns / read_ns
    );
}

fn batches(index: &Index, random: &[Edge]) {
    let many: Vec<Edge> = random.iter().copied().cycle().take(100_000).collect();
    let seeds: Vec<Vec<Seed>> = many
        .iter()
        .map(|edge| {
            vec![Seed {
                edge: *edge,
                label: 0,
            }]
        })
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    for doctrine in [Doctrine::Haircut, Doctrine::Fifo] {
        let query = TaintQuery {
            doctrine,
            ..TaintQuery::default()
        };
        let start = Instant::now();
        let held: i64 = taint_batch(index, &seeds, &query, threads, |_, flow| flow.totals.held)
            .iter()
            .sum();
        rate(&format!("{doctrine:?}"), seeds.len(), threads, start, held);
    }
    let sets: Vec<Vec<Edge>> = many.iter().map(|edge| vec![*edge]).collect();
    let start = Instant::now();
    let rows = reach_batch(index, &sets, &ReachQuery::default(), threads, |_, reach| {
        reach.rows.len() as i64
    });
    rate("Reach", sets.len(), threads, start, rows.iter().sum());
}

fn rate(name: &str, traces: usize, threads: usize, start: Instant, sum: i64) {
    black_box(sum);
    let rate = traces as f64 / start.elapsed().as_secs_f64();
    println!("batch of {traces} random seeds, {threads} threads, {name}: {rate:.0} traces a second");
}

/// What late rows cost, and what a trace costs over them.
fn live(index: &Index, planted: &[Edge], random: &[Edge]) {
    let mut live = Live::new(std::sync::Arc::new(index.clone()));
    let next_id = index.len() as u64;
    let late: Vec<_> = (next_id..)
        .zip(random)
        .map(|(id, edge)| trace::Transfer {
            id,
            amount: 5_000,
            ..index.transfer(*edge)
        })
        .collect();
    let start = Instant::now();
    late.chunks(100).for_each(|batch| live.insert(batch).unwrap());
    println!(
        "live: {:.0} late rows a second in batches of 100",
        late.len() as f64 / start.elapsed().as_secs_f64()
    );
    let ids: Vec<u64> = planted.iter().map(|edge| index.transfer(*edge).id).collect();
    let seeds: Vec<Edge> = live.locate(&ids).into_iter().flatten().collect();
    for what in [
        What::Reach,
        What::Taint(Doctrine::Haircut, u64::MAX),
        What::Taint(Doctrine::Fifo, u64::MAX),
    ] {
        let (idle, busy) = (times(index, planted, what).0, times(&live, &seeds, what).0);
        let p95 = |best: &[u64]| best[best.len() * 95 / 100] as f64 / 1e3;
        println!(
            "live {}: p95 {:.1} µs, on the index {:.1} µs",
            what.name(),
            p95(&busy),
            p95(&idle)
        );
    }
}

/// Goes round one circle through all lines in random order.
fn random_read_ns(dice: &mut Dice, bytes: usize) -> f64 {
    let lines = bytes / 64;
    let mut order: Vec<u32> = (0..lines as u32).collect();
    for i in (1..lines).rev() {
        order.swap(i, dice.below(i as u64) as usize);
    }
    let mut memory = vec![[0u64; 8]; lines];
    for (at, next) in order.iter().zip(order.iter().cycle().skip(1)) {
        memory[*at as usize][0] = u64::from(*next);
    }
    let steps = 2_000_000;
    let best = (0..3).map(|_| {
        let start = Instant::now();
        let mut at = 0;
        for _ in 0..steps {
            at = memory[at as usize][0];
        }
        black_box(at);
        start.elapsed().as_nanos() as f64 / f64::from(steps)
    });
    best.fold(f64::MAX, f64::min)
}
