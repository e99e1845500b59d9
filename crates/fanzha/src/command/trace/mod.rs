//! `fanzha trace`: the fund-flow engine over tables in files, without a server.
//!
//! Promises: nothing is printed before everything that can be wrong with the input has been checked; the same files
//! give the same bytes whatever the number of threads; balances that contradict the rows are named with their lines.
//! Leaves out: the doctrines (see `trace`), statements of banks and the store.

mod answer;
pub mod files;
mod overdrafts;
#[cfg(feature = "parquet")]
mod parquet_text;
mod progress;
mod words;

use crate::cli::{Mode, Trace, Way};
use crate::problem::Problem;
use answer::Writer;
use files::Tables;
use progress::Stage;
use std::io::{self, Write};
use trace::{Direction, Doctrine, Edge, ReachQuery, Seed, TaintQuery};

/// Answers that are in memory at a time.
const GROUP: usize = 4_096;

pub fn run(args: &Trace) -> Result<(), Problem> {
    let question = Question::of(args)?;
    let threads = args.threads.map_or_else(all_threads, usize::from);
    let rows = files::read_seeds(&args.seeds)?;
    let tables = Tables::read(&args.transfers, &args.accounts, threads)?;
    let edges = tables.seeds(&args.seeds, &rows)?;
    overdrafts::tell(&tables, &args.transfers)?;
    let sets: Vec<&[Edge]> = if args.together {
        vec![&edges]
    } else {
        edges.chunks(1).collect()
    };
    let writer = Writer {
        tables: &tables,
        mode: args.mode,
        format: args.format,
    };
    let stage = Stage::count("追踪 / tracing", sets.len());
    let mut out = io::stdout().lock();
    for group in sets.chunks(GROUP) {
        for text in question.ask(&writer, group, threads, &stage) {
            out.write_all(&text).map_err(unwritable)?;
        }
    }
    stage.done();
    out.flush().map_err(unwritable)
}

fn unwritable(e: io::Error) -> Problem {
    Problem::because("无法写到标准输出", "cannot write to standard output", e)
}

pub fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

enum Question {
    Reach(ReachQuery),
    Taint(TaintQuery),
}

impl Question {
    fn of(args: &Trace) -> Result<Question, Problem> {
        let budget = args.budget.unwrap_or(u64::MAX);
        let doctrine = match args.mode {
            Mode::Reach => return Ok(Question::Reach(reach(args, budget))),
            Mode::Haircut => Doctrine::Haircut,
            Mode::Fifo => Doctrine::Fifo,
            Mode::Lifo => Doctrine::Lifo,
            Mode::Lib => Doctrine::LowestBalance,
        };
        if args.direction == Way::Up {
            return Err(words::only_reach_goes_up());
        }
        let usual = TaintQuery::default();
        Ok(Question::Taint(TaintQuery {
            doctrine,
            depth: args.depth.unwrap_or(usual.depth),
            horizon_ms: args.horizon_ms.unwrap_or(usual.horizon_ms),
            min_taint: args.min_taint.unwrap_or(usual.min_taint),
            budget,
        }))
    }

    /// One text for each set of seeds, in their order.
    fn ask(&self, writer: &Writer<'_>, sets: &[&[Edge]], threads: usize, stage: &Stage) -> Vec<Vec<u8>> {
        let index = &writer.tables.index;
        match self {
            Question::Reach(query) => {
                let seeds: Vec<Vec<Edge>> = sets.iter().map(|set| set.to_vec()).collect();
                trace::reach_batch(index, &seeds, query, threads, |nth, reach| {
                    stage.step(1);
                    writer.reach(sets[nth], reach)
                })
            }
            Question::Taint(query) => {
                let label = |(nth, edge): (u32, &Edge)| Seed {
                    edge: *edge,
                    label: nth,
                };
                let seeds: Vec<Vec<Seed>> = sets
                    .iter()
                    .map(|set| (0..).zip(set.iter()).map(label).collect())
                    .collect();
                trace::taint_batch(index, &seeds, query, threads, |nth, flow| {
                    stage.step(1);
                    writer.flow(sets[nth], flow)
                })
            }
        }
    }
}

fn reach(args: &Trace, budget: u64) -> ReachQuery {
    let usual = ReachQuery::default();
    ReachQuery {
        depth: args.depth.unwrap_or(usual.depth),
        dwell_ms: args.dwell_ms.unwrap_or(usual.dwell_ms),
        min_amount: args.min_amount.unwrap_or(usual.min_amount),
        direction: match args.direction {
            Way::Down => Direction::Down,
            Way::Up => Direction::Up,
        },
        budget,
    }
}
