//! From a dense id to its slot, for a quarter of a byte a transfer.
//!
//! Slot → id is a permutation, so following it from the wanted id leads round a circle to the slot whose id that is.
//! The circle is long; therefore one slot in sixteen, at a place within its sixteen that looks random, keeps the marked
//! slot that comes before it on its circle. A search goes on to the first marked slot, steps back once, and goes on to
//! the slot it wants: about thirty steps.
//! (J. I. Munro, R. Raman, V. Raman, S. S. Rao, Succinct representations of permutations, 2003.)

use super::Hot;

const NONE: u32 = u32::MAX;
/// Walks that one thread has on the way at the same time, to wait for memory together.
const ABREAST: usize = 16;

#[derive(Clone, Debug, Default)]
pub(super) struct Inverse {
    /// For the marked slot of each sixteen, the marked slot before it on its circle.
    back: Vec<u32>,
}

#[inline]
fn mark_of(block: u32) -> u32 {
    block * 16 + (block.wrapping_mul(0x9E37_79B1) >> 28)
}

#[inline]
fn marked(slot: u32) -> bool {
    mark_of(slot / 16) == slot
}

impl Inverse {
    pub fn new(hot: &[Hot], threads: usize) -> Inverse {
        let blocks = hot.len() / 16;
        let share = blocks.div_ceil(threads.max(1)).max(1);
        let found = crate::threads::each(0..threads.max(1), |n| {
            let from = (n * share).min(blocks) as u32;
            let to = ((n + 1) * share).min(blocks) as u32;
            walks(hot, from, to)
        });
        let mut back = vec![NONE; blocks];
        for (at, from) in found.into_iter().flatten() {
            back[(at / 16) as usize] = from;
        }
        Inverse { back }
    }

    /// The slot with this id. The id is one of a slot.
    pub fn find(&self, hot: &[Hot], id: u32) -> u32 {
        let mut at = id;
        let mut jumped = false;
        loop {
            if !jumped
                && marked(at)
                && let Some(back) = self.back.get((at / 16) as usize)
            {
                jumped = true;
                at = *back;
            }
            let next = hot[at as usize].id;
            if next == id {
                return at;
            }
            at = next;
        }
    }

    pub fn bytes(&self) -> usize {
        size_of_val(&*self.back)
    }
}

/// From the mark of each block on, the next marked slot on its circle: (that slot, the mark).
fn walks(hot: &[Hot], from: u32, to: u32) -> Vec<(u32, u32)> {
    let whole = (hot.len() / 16 * 16) as u32;
    let mut found = Vec::with_capacity((to - from) as usize);
    let mut blocks = from..to;
    let mut walkers: Vec<(u32, u32)> = blocks
        .by_ref()
        .take(ABREAST)
        .map(|block| (mark_of(block), mark_of(block)))
        .collect();
    while !walkers.is_empty() {
        let mut i = 0;
        while i < walkers.len() {
            let (mark, at) = walkers[i];
            let next = hot[at as usize].id;
            if next < whole && marked(next) {
                found.push((next, mark));
                match blocks.next() {
                    Some(block) => walkers[i] = (mark_of(block), mark_of(block)),
                    None => {
                        walkers.swap_remove(i);
                        continue;
                    }
                }
            } else {
                walkers[i].1 = next;
            }
            i += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ids: Vec<u32>) {
        let hot: Vec<Hot> = ids
            .iter()
            .map(|id| Hot {
                id: *id,
                ..Hot::default()
            })
            .collect();
        for threads in [1, 2, 3] {
            let inverse = Inverse::new(&hot, threads);
            for (slot, id) in (0u32..).zip(&ids) {
                assert_eq!(inverse.find(&hot, *id), slot);
            }
        }
    }

    #[test]
    fn every_slot_is_found() {
        check(Vec::new());
        check(vec![0]);
        check((0..100).collect());
        check((0..100).rev().collect());
        check((0..999).map(|i| (i + 1) % 999).collect());
        check((0..1024).map(|i| (i * 389 + 7) % 1024).collect());
    }
}
