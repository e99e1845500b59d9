//! What will happen, in order of time; things due at one instant happen in the order they were planned.

use kernel::Instant;
use std::collections::BTreeMap;

pub(crate) struct Agenda<E> {
    due: BTreeMap<(Instant, u64), E>,
    next: u64,
}

impl<E> Default for Agenda<E> {
    fn default() -> Self {
        Agenda {
            due: BTreeMap::new(),
            next: 0,
        }
    }
}

impl<E> Agenda<E> {
    pub fn plan(&mut self, at: Instant, event: E) {
        self.due.insert((at, self.next), event);
        self.next += 1;
    }

    /// The first thing that is due by `now`.
    pub fn pop(&mut self, now: Instant) -> Option<(Instant, E)> {
        let first = self.due.first_entry().filter(|e| e.key().0 <= now)?;
        let at = first.key().0;
        Some((at, first.remove()))
    }

    /// When the next thing is due.
    pub fn next_at(&self) -> Option<Instant> {
        self.due.keys().next().map(|(at, _)| *at)
    }
}
