//! How long each of many tries took, and the line that says it.
//!
//! Everything is asked [`ROUNDS`] times, all of it before any of it again, and the quickest time of each counts, for us
//! and for the peer alike: what is wanted is what the work costs with its data in memory but not in the processor's
//! nearest cache, and not how often the machine had something else to do meanwhile.

use std::time::{Duration, Instant};

const ROUNDS: usize = 4;

pub struct Samples(Vec<Duration>);

impl Samples {
    /// Does the work for each item, round after round. The first round only brings the data into memory.
    pub fn of<T, E>(items: &[T], mut work: impl FnMut(&T) -> Result<(), E>) -> Result<Samples, E> {
        let mut best = vec![Duration::MAX; items.len()];
        for round in 0..ROUNDS {
            for (item, best) in items.iter().zip(&mut best) {
                let begun = Instant::now();
                work(item)?;
                if round > 0 {
                    *best = begun.elapsed().min(*best);
                }
            }
        }
        Ok(Samples(best))
    }

    /// Does the work once for each item; every try counts as it was.
    pub fn once<T, E>(items: &[T], mut work: impl FnMut(&T) -> Result<(), E>) -> Result<Samples, E> {
        let time = |item| {
            let begun = Instant::now();
            work(item).map(|()| begun.elapsed())
        };
        items.iter().map(time).collect::<Result<_, _>>().map(Samples)
    }

    /// The same with a pause before each try, as people pause.
    pub fn paced<T, E>(
        items: &[T],
        pause: Duration,
        mut work: impl FnMut(&T) -> Result<(), E>,
    ) -> Result<Samples, E> {
        let time = |item| {
            std::thread::sleep(pause);
            let begun = Instant::now();
            work(item).map(|()| begun.elapsed())
        };
        items.iter().map(time).collect::<Result<_, _>>().map(Samples)
    }

    /// Microseconds below which this part of the tries lies.
    pub fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = ((sorted.len() as f64 * part).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
        sorted.get(at).map_or(0.0, |d| d.as_secs_f64() * 1e6)
    }

    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    pub fn max(&self) -> f64 {
        self.quantile(1.0)
    }

    pub fn total_ns(&self) -> f64 {
        self.0.iter().sum::<Duration>().as_secs_f64() * 1e9
    }

    /// p50, p95, p99 and the largest, in microseconds.
    pub fn cells(&self) -> String {
        let cell = |part| format!("{:>9}", micros(self.quantile(part)));
        [0.5, 0.95, 0.99, 1.0].map(cell).join(" | ")
    }
}

/// Three digits that mean something.
pub fn micros(us: f64) -> String {
    match us {
        _ if us < 10.0 => format!("{us:.2}"),
        _ if us < 100.0 => format!("{us:.1}"),
        _ => format!("{us:.0}"),
    }
}
