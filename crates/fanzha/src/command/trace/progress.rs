//! How far a long piece of work has come, on standard error when that is a terminal and nowhere otherwise.

use indicatif::{ProgressBar, ProgressStyle};
use std::time::Duration;

/// One piece of the work.
pub struct Stage(ProgressBar);

impl Stage {
    pub fn bytes(what: &'static str, length: usize) -> Stage {
        Stage::begin(
            what,
            length as u64,
            "{msg:24} {wide_bar} {bytes}/{total_bytes} {eta}",
        )
    }

    pub fn count(what: &'static str, length: usize) -> Stage {
        Stage::begin(what, length as u64, "{msg:24} {wide_bar} {pos}/{len} {eta}")
    }

    /// Of work that does not say how far it is.
    pub fn spinner(what: &'static str) -> Stage {
        let bar = ProgressBar::new_spinner().with_message(what);
        bar.enable_steady_tick(Duration::from_millis(100));
        Stage(bar)
    }

    fn begin(what: &'static str, length: u64, template: &str) -> Stage {
        let bar = ProgressBar::new(length).with_message(what);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Stage(bar)
    }

    pub fn step(&self, by: u64) {
        self.0.inc(by);
    }

    pub fn done(&self) {
        self.0.finish_and_clear();
    }
}
