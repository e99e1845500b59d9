//! Which of a bank's rows is the payment that a victim told us of: same account and amount (the caller asks for these),
//! near in time, the nearest of several.

use kernel::{Instant, Span};

/// The victim's own words about a time may be this far off.
pub const PAYMENT_SLACK: Span = Span::minutes(45);

/// The candidate nearest in time, if one is near enough. Of two at the same distance the earlier one, so that the answer does
/// not depend on their order.
pub fn nearest<T>(at: Instant, candidates: impl IntoIterator<Item = (T, Instant)>) -> Option<T> {
    candidates
        .into_iter()
        .map(|(what, when)| (when.since(at).ms().abs(), when, what))
        .filter(|(distance, _, _)| *distance <= PAYMENT_SLACK.ms())
        .min_by_key(|(distance, when, _)| (*distance, *when))
        .map(|(_, _, what)| what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_taken_and_never_the_farthest() {
        let at = Instant::from_wire14("20261122235000").unwrap();
        let near = |minutes: &[i64]| nearest(at, minutes.iter().map(|m| (*m, at + Span::minutes(*m))));
        let table: [(&[i64], Option<i64>); 9] = [
            (&[], None),
            (&[3], Some(3)),
            (&[40, 3, -20], Some(3)),
            (&[-20, 40, 3], Some(3)),
            (&[-2, 40], Some(-2)),
            (&[7, -7], Some(-7)),
            (&[-7, 7], Some(-7)),
            // The same hour of another day, and more than the slack.
            (&[1440, -1440, 46, -46], None),
            (&[45], Some(45)),
        ];
        for (minutes, expected) in table {
            assert_eq!(near(minutes), expected, "{minutes:?}");
        }
    }
}
