//! When looking at a citizen's data is an entry of its own, and when it is an open page that asks again by itself
//! (docs/adr/0013).
//!
//! Promises: nobody sees a thing without an entry of the same session for the same question within [`KEPT_OPEN`]; what
//! the browser says about itself can only spare entries inside that window. Leaves out where pages are remembered.

use kernel::{Instant, Span};

/// So long does one entry speak for a page that stays open. A page that is open longer is entered again.
pub const KEPT_OPEN: Span = Span::minutes(30);

/// A page that a session has open: when its entry was written, and what the page did since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenPage {
    pub entered_at: Instant,
    pub refreshes: u32,
    pub refreshed_at: Instant,
}

impl OpenPage {
    pub fn entered(at: Instant) -> OpenPage {
        OpenPage {
            entered_at: at,
            refreshes: 0,
            refreshed_at: at,
        }
    }

    /// Whether this page's entry still speaks for it. A clock that was set back ends it too.
    pub fn covers(&self, now: Instant) -> bool {
        let age = now.since(self.entered_at);
        age.ms() >= 0 && age < KEPT_OPEN
    }
}

/// What a request to see a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A person looks: an entry.
    Looked,
    /// The page asks again by itself, but its entry is too old or unknown here: an entry that says so.
    KeptOpen,
    /// The page asks again by itself, and its entry speaks for it: none.
    Refreshed,
}

/// `again`: the browser says that no person asked. It is believed only about a page whose entry is known here.
pub fn reading(page: Option<&OpenPage>, again: bool, now: Instant) -> Reading {
    match page {
        Some(page) if again && page.covers(now) => Reading::Refreshed,
        Some(_) if again => Reading::KeptOpen,
        _ => Reading::Looked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_open_page_that_asks_again_is_no_entry() {
        use Reading::{KeptOpen, Looked, Refreshed};
        let at = |minutes: i64| Instant::from_ms(minutes * 60_000);
        let page = OpenPage::entered(at(100));
        for (known, again, now, expected) in [
            // The browser's word alone spares nothing.
            (None, true, at(100), Looked),
            (None, false, at(100), Looked),
            // A person who comes back to the page looks again.
            (Some(page), false, at(101), Looked),
            (Some(page), true, at(100), Refreshed),
            (Some(page), true, at(129), Refreshed),
            (Some(page), true, at(130), KeptOpen),
            (Some(page), true, at(99), KeptOpen),
            (Some(page), false, at(500), Looked),
        ] {
            assert_eq!(
                reading(known.as_ref(), again, now),
                expected,
                "{known:?} {again} {now:?}"
            );
        }
    }

    #[test]
    fn refreshing_does_not_make_an_entry_younger() {
        let at = |minutes: i64| Instant::from_ms(minutes * 60_000);
        let mut page = OpenPage::entered(at(0));
        page.refreshes = 29;
        page.refreshed_at = at(29);
        assert_eq!(reading(Some(&page), true, at(30)), Reading::KeptOpen);
    }
}
