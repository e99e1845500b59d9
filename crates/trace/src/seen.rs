//! Which of many numbered things a trace has met; cleared by what was met, not by how many there are.

#[derive(Debug, Default)]
pub(crate) struct Seen {
    words: Vec<u64>,
    dirty: Vec<u32>,
}

impl Seen {
    pub fn clear(&mut self, len: usize) {
        for word in self.dirty.drain(..) {
            self.words[word as usize] = 0;
        }
        self.words.resize(len.div_ceil(64), 0);
    }

    /// True the first time.
    #[inline]
    pub fn insert(&mut self, at: u32) -> bool {
        let word = &mut self.words[(at / 64) as usize];
        let bit = 1 << (at % 64);
        if *word == 0 {
            self.dirty.push(at / 64);
        }
        let first = *word & bit == 0;
        *word |= bit;
        first
    }

    /// The first from `at` on that was not met.
    #[inline]
    pub fn next_unmet(&self, mut at: u32) -> u32 {
        loop {
            let Some(word) = self.words.get((at / 64) as usize) else {
                return at;
            };
            let met = (word >> (at % 64)).trailing_ones();
            at += met;
            if met == 0 || !at.is_multiple_of(64) {
                return at;
            }
        }
    }

    /// One past the last before `end` that was not met, or `start` when all down to it were.
    #[inline]
    pub fn end_unmet(&self, start: u32, mut end: u32) -> u32 {
        while end > start {
            let last = end - 1;
            let met = (self.words[(last / 64) as usize] << (63 - last % 64)).leading_ones();
            if met == 0 {
                return end;
            }
            end = end.saturating_sub(met);
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn met_ones_are_stepped_over_both_ways() {
        let mut seen = Seen::default();
        seen.clear(300);
        for at in (10..140).chain([200, 299]) {
            assert!(seen.insert(at));
            assert!(!seen.insert(at));
        }
        assert_eq!(seen.next_unmet(9), 9);
        assert_eq!(seen.next_unmet(10), 140);
        assert_eq!(seen.next_unmet(130), 140);
        assert_eq!(seen.next_unmet(299), 300);
        assert_eq!(seen.end_unmet(0, 140), 10);
        assert_eq!(seen.end_unmet(20, 140), 20);
        assert_eq!(seen.end_unmet(0, 201), 200);
        assert_eq!(seen.end_unmet(0, 10), 10);
        seen.clear(300);
        assert_eq!(seen.next_unmet(10), 10);
    }
}
