//! Who owns which characters. Recognisers run in order of certainty; a later one cannot take a character that an
//! earlier one has claimed, which is what keeps a parcel number from becoming an amount.
//!
//! Leaves out: any idea of what a mention means.

use crate::{Check, Entity, Kind, source::Source};

/// The mentions found so far and the characters already spoken for.
pub(crate) struct Claims {
    taken: Vec<bool>,
    entities: Vec<Entity>,
}

/// What a recogniser has found; the text is cut from the source when it is claimed.
pub(crate) struct Mention {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) value: String,
    pub(crate) check: Check,
    pub(crate) approx: bool,
}

impl Mention {
    pub(crate) fn plain(kind: Kind, start: usize, end: usize, value: String) -> Mention {
        Mention {
            kind,
            start,
            end,
            value,
            check: Check::None,
            approx: false,
        }
    }
}

impl Claims {
    pub(crate) fn new(source: &Source) -> Claims {
        Claims {
            taken: vec![false; source.len()],
            entities: Vec::new(),
        }
    }

    pub(crate) fn is_free(&self, start: usize, end: usize) -> bool {
        self.taken[start.min(self.taken.len())..end.min(self.taken.len())]
            .iter()
            .all(|taken| !taken)
    }

    /// How many characters from a position on are free, at most `most`.
    pub(crate) fn free_run(&self, start: usize, most: usize) -> usize {
        let rest = self.taken.get(start..).unwrap_or_default();
        rest.iter().take(most).take_while(|taken| !**taken).count()
    }

    /// Takes the characters without a mention: a number that is known to be nothing.
    pub(crate) fn suppress(&mut self, start: usize, end: usize) {
        let end = end.min(self.taken.len());
        self.taken[start.min(end)..end].fill(true);
    }

    /// Claims a mention; false when part of it is already taken or it is empty.
    pub(crate) fn claim(&mut self, source: &Source, mention: Mention) -> bool {
        let Mention {
            kind,
            start,
            end,
            value,
            check,
            approx,
        } = mention;
        if start >= end || end > source.len() || !self.is_free(start, end) {
            return false;
        }
        self.suppress(start, end);
        self.entities.push(Entity {
            kind,
            start,
            text: source.original(start, end),
            value,
            check,
            approx,
        });
        true
    }

    /// What has been claimed so far, in the order of claiming.
    pub(crate) fn entities(&self) -> &[Entity] {
        &self.entities
    }

    pub(crate) fn into_entities(mut self) -> Vec<Entity> {
        self.entities.sort_by_key(|entity| (entity.start, entity.kind));
        self.entities
    }
}
