//! From the callers' ids to dense ones and back, as cheaply as the ids allow.

/// Ids in the order of `(ts, id)`.
#[derive(Clone, Debug)]
pub(super) enum Ids {
    /// Ascending with few gaps: where each run of successive ids begins, dense and outside.
    Runs(Vec<(u32, u64)>, u32),
    /// Ascending.
    Ascending(Vec<u64>),
    /// Anything else, with the dense ids in the order of the outside ones.
    Any(Vec<u64>, Vec<u32>),
}

impl Default for Ids {
    fn default() -> Ids {
        Ids::Runs(Vec::new(), 0)
    }
}

impl Ids {
    /// `ids` are all different and fewer than 2^32.
    pub fn new(ids: impl ExactSizeIterator<Item = u64> + Clone) -> Ids {
        let len = ids.len();
        let pairs = || ids.clone().zip(ids.clone().skip(1));
        if !pairs().all(|(a, b)| a < b) {
            let ids: Vec<u64> = ids.collect();
            let mut by_id: Vec<u32> = (0..len as u32).collect();
            by_id.sort_unstable_by_key(|dense| ids[*dense as usize]);
            return Ids::Any(ids, by_id);
        }
        let gaps = pairs().filter(|(a, b)| b - a != 1).count();
        if gaps > len / 64 {
            return Ids::Ascending(ids.collect());
        }
        let mut runs: Vec<(u32, u64)> = Vec::with_capacity(gaps + 1);
        for (dense, id) in (0u32..).zip(ids) {
            match runs.last() {
                Some((first, start)) if start + u64::from(dense - first) == id => {}
                _ => runs.push((dense, id)),
            }
        }
        Ids::Runs(runs, len as u32)
    }

    /// `first` and those after it.
    pub fn successive(first: u64, len: u32) -> Ids {
        Ids::Runs(vec![(0, first)], len)
    }

    #[inline]
    pub fn id(&self, dense: u32) -> u64 {
        match self {
            Ids::Runs(runs, _) => {
                let run = match runs.len() {
                    1 => 0,
                    _ => runs.partition_point(|(first, _)| *first <= dense) - 1,
                };
                runs[run].1 + u64::from(dense - runs[run].0)
            }
            Ids::Ascending(ids) | Ids::Any(ids, _) => ids[dense as usize],
        }
    }

    pub fn dense(&self, id: u64) -> Option<u32> {
        match self {
            Ids::Runs(runs, len) => {
                let run = runs.partition_point(|(_, start)| *start <= id).checked_sub(1)?;
                let end = runs.get(run + 1).map_or(*len, |(first, _)| *first);
                let dense = u64::from(runs[run].0) + (id - runs[run].1);
                (dense < u64::from(end)).then_some(dense as u32)
            }
            Ids::Ascending(ids) => ids.binary_search(&id).ok().map(|dense| dense as u32),
            Ids::Any(ids, by_id) => {
                let found = by_id.binary_search_by_key(&id, |dense| ids[*dense as usize]);
                found.ok().map(|i| by_id[i])
            }
        }
    }

    pub fn bytes(&self) -> usize {
        match self {
            Ids::Runs(runs, _) => size_of_val(&**runs),
            Ids::Ascending(ids) => size_of_val(&**ids),
            Ids::Any(ids, by_id) => size_of_val(&**ids) + size_of_val(&**by_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ids: &[u64]) {
        let kept = Ids::new(ids.iter().copied());
        for (dense, id) in (0u32..).zip(ids) {
            assert_eq!(kept.id(dense), *id);
            assert_eq!(kept.dense(*id), Some(dense));
        }
        for id in [0, 1, 5, 99, 1_000_000, u64::MAX] {
            assert_eq!(kept.dense(id).is_some(), ids.contains(&id), "{id}");
        }
    }

    #[test]
    fn ids_go_there_and_back() {
        check(&[]);
        check(&(0..1000).collect::<Vec<_>>());
        check(&(5..500).chain(700..1000).chain([u64::MAX]).collect::<Vec<_>>());
        check(&[1, 7, 9, 1_000_000]);
        check(&[u64::MAX, 7, 0, 5]);
    }
}
