//! Keyset pages: a list is read from the last id seen, so page a thousand costs what page one does.

use uuid::Uuid;

/// Rows a page may have at most.
pub const PAGE_MAX: u64 = 200;

/// One page of a list that runs from the newest id to the oldest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// The id to ask from for the next page; `None` at the end.
    pub next: Option<Uuid>,
}

impl<T> Page<T> {
    /// Cuts `rows` (read one longer than `limit`) into a page.
    pub fn cut(mut rows: Vec<T>, limit: u64, id: impl Fn(&T) -> Uuid) -> Page<T> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(id) } else { None };
        Page { items: rows, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extra_row_says_that_there_is_more() {
        let ids: Vec<Uuid> = (0..3).map(Uuid::from_u128).collect();
        assert_eq!(
            Page::cut(ids.clone(), 2, |id| *id),
            Page {
                items: ids[..2].to_vec(),
                next: Some(ids[1])
            }
        );
        assert_eq!(
            Page::cut(ids.clone(), 3, |id| *id),
            Page {
                items: ids,
                next: None
            }
        );
    }
}
