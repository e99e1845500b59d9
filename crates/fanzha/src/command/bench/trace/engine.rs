//! Our side of the table: one tracer on one thread, one payment after the other.

use super::samples::Samples;
use std::convert::Infallible;
use std::hint::black_box;
use std::time::Instant;
use trace::{Doctrine, Edge, Index, Reach, ReachQuery, Seed, TaintQuery, Tracer};

/// What is asked of the engine.
#[derive(Clone, Copy)]
pub enum Question {
    Reach(ReachQuery),
    Taint(TaintQuery),
}

impl Question {
    /// Every doctrine with the values that traces are compared on.
    pub fn all() -> [(&'static str, Question); 5] {
        let taint = |doctrine| {
            Question::Taint(TaintQuery {
                doctrine,
                ..TaintQuery::default()
            })
        };
        [
            ("REACH", Question::Reach(ReachQuery::default())),
            ("FIFO", taint(Doctrine::Fifo)),
            ("HAIRCUT", taint(Doctrine::Haircut)),
            ("LIFO", taint(Doctrine::Lifo)),
            ("lowest balance", taint(Doctrine::LowestBalance)),
        ]
    }

    pub fn with_budget(self, budget: u64) -> Question {
        match self {
            Question::Reach(query) => Question::Reach(ReachQuery { budget, ..query }),
            Question::Taint(query) => Question::Taint(TaintQuery { budget, ..query }),
        }
    }

    /// Edges looked at.
    fn ask(&self, tracer: &mut Tracer, index: &Index, edge: Edge) -> u64 {
        match self {
            Question::Reach(query) => {
                // Rows alone, as the peer's query gives them; naming what every stop account took is another question.
                let mut answer = Reach::default();
                tracer.reach_rows(index, &[edge], query, &mut answer);
                black_box(answer).touched
            }
            Question::Taint(query) => {
                black_box(tracer.taint(index, &[Seed { edge, label: 0 }], query)).touched
            }
        }
    }
}

pub struct Measured {
    pub samples: Samples,
    pub touched: u64,
}

pub fn time(index: &Index, edges: &[Edge], question: Question) -> Measured {
    let mut tracer = Tracer::default();
    let mut touched = vec![0; edges.len()];
    let items: Vec<(usize, Edge)> = edges.iter().copied().enumerate().collect();
    let samples = Samples::of(&items, |(nth, edge)| {
        touched[*nth] = question.ask(&mut tracer, index, *edge);
        Ok::<(), Infallible>(())
    });
    let Ok(samples) = samples;
    Measured {
        samples,
        touched: touched.iter().sum(),
    }
}

/// Traces a second over all these payments, on so many threads.
pub fn batch_rate(index: &Index, edges: &[Edge], question: Question, threads: usize) -> f64 {
    let begun = Instant::now();
    let touched: u64 = match question {
        Question::Reach(query) => {
            let sets: Vec<Vec<Edge>> = edges.iter().map(|edge| vec![*edge]).collect();
            trace::reach_batch(index, &sets, &query, threads, |_, reach| reach.touched)
                .into_iter()
                .sum()
        }
        Question::Taint(query) => {
            let sets: Vec<Vec<Seed>> = edges
                .iter()
                .map(|edge| {
                    vec![Seed {
                        edge: *edge,
                        label: 0,
                    }]
                })
                .collect();
            trace::taint_batch(index, &sets, &query, threads, |_, flow| flow.touched)
                .into_iter()
                .sum()
        }
    };
    black_box(touched);
    edges.len() as f64 / begun.elapsed().as_secs_f64()
}
