//! What the machine does: memory of this process, and the time of one read that waits for the one before it.

use super::month::Dice;
use std::hint::black_box;
use std::time::Instant;

/// What a processor fetches at a time.
const LINE: usize = 64;

#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line {
    next: u32,
}

/// Nanoseconds of one dependent random read of 64 bytes, over as many bytes: a walk round one cycle through all lines,
/// where each line says which is next.
pub fn random_read_ns(bytes: usize) -> f64 {
    const STEPS: usize = 4_000_000;
    let count = (bytes / LINE).clamp(2, u32::MAX as usize);
    let mut lines: Vec<Line> = (0..count as u32).map(|next| Line { next }).collect();
    let mut dice = Dice::new(64);
    // Sattolo's shuffle leaves a single cycle.
    for last in (1..count).rev() {
        let other = dice.below(last);
        (lines[last].next, lines[other].next) = (lines[other].next, lines[last].next);
    }
    let walk = |steps: usize| (0..steps).fold(0u32, |at, _| lines[at as usize].next);
    black_box(walk(STEPS / 8));
    let begun = Instant::now();
    black_box(walk(STEPS));
    begun.elapsed().as_secs_f64() * 1e9 / STEPS as f64
}

/// Resident memory of this process now, in bytes.
pub fn resident() -> u64 {
    status("VmRSS:")
}

/// The most that was resident since [`forget_peak`].
pub fn peak() -> u64 {
    status("VmHWM:")
}

pub fn forget_peak() {
    // Not allowed everywhere; the peak is then that of the whole run.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn status(name: &str) -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) * 1_024
}
