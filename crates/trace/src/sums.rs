//! Amounts that are noted often and wanted once, summed by what they were noted for.

#[derive(Debug)]
pub(crate) struct Sums<K> {
    entries: Vec<(K, i64)>,
}

impl<K> Default for Sums<K> {
    fn default() -> Sums<K> {
        Sums { entries: Vec::new() }
    }
}

impl<K: Copy + Ord> Sums<K> {
    #[inline]
    pub fn add(&mut self, key: K, amount: i64) {
        match self.entries.last_mut() {
            Some((last, sum)) if *last == key => *sum += amount,
            _ => self.entries.push((key, amount)),
        }
    }

    /// Hands each key over with its sum, in order, and is empty then. Sums of zero are left out.
    pub fn drain(&mut self, mut each: impl FnMut(K, i64)) {
        self.entries.sort_unstable_by_key(|(key, _)| *key);
        for same in self.entries.chunk_by(|a, b| a.0 == b.0) {
            let sum = same.iter().map(|(_, amount)| amount).sum();
            if sum != 0 {
                each(same[0].0, sum);
            }
        }
        self.entries.clear();
    }
}
