//! 接警至首条止付: how long the first stop of each report took, by seat and shift of today. Counted from the ring, and from the
//! answer; a report without an announced call is counted from the first words typed.

use crate::{AppResult, Centre, Context};
use domain::access::Action;
use domain::report::{Shift, StartKind};
use kernel::{Instant, ReportId, Span};
use std::collections::BTreeMap;
use store::intake::{ReportRow, reports_since};

/// Of several reports: the middle one and the slowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub median: Span,
    pub worst: Span,
}

impl Pace {
    /// Of an even number of reports the slower of the two in the middle, so that no figure is better than a real one.
    fn of(mut spans: Vec<Span>) -> Option<Pace> {
        spans.sort_unstable();
        let worst = *spans.last()?;
        let median = spans[spans.len() / 2];
        Some(Pace { median, worst })
    }
}

/// The reports of one seat in one shift; the seat is empty where a report has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeatPace {
    pub seat: String,
    pub shift: Shift,
    pub reports: usize,
    /// Those of them that have no stop that left.
    pub without_order: usize,
    pub from_start: Option<Pace>,
    pub from_answer: Option<Pace>,
    /// The slowest report, to be opened.
    pub slowest: Option<(ReportId, String)>,
    /// How many were counted from the first words typed, because no call was announced.
    pub typed: usize,
}

#[derive(Clone, Debug)]
pub struct FirstOrders {
    /// Midnight at +08:00.
    pub since: Instant,
    pub all: SeatPace,
    pub rows: Vec<SeatPace>,
    /// More reports than are looked at: the figures are of the newest.
    pub cut: bool,
}

/// A centre takes some hundred reports a day.
const REPORTS_MAX: u64 = 5_000;
/// A call can ring before midnight and be registered after it, and the other way round.
const AROUND: Span = Span::hours(2);

/// Of the reports that the actor may see and that reached us today.
pub async fn first_orders(centre: &Centre, ctx: &Context) -> AppResult<FirstOrders> {
    let area = ctx.person()?.actor.area_filter(Action::ReportRead)?;
    let since = midnight(ctx.at);
    let found = reports_since(centre.store.reader(), since - AROUND, area, REPORTS_MAX).await?;
    let cut = found.len() as u64 == REPORTS_MAX;
    let today: Vec<&ReportRow> = found.iter().filter(|r| r.report.started().0 >= since).collect();
    let mut groups: BTreeMap<(Shift, &str), Vec<&ReportRow>> = BTreeMap::new();
    for &row in &today {
        let shift = Shift::at(row.report.started().0);
        groups.entry((shift, &row.report.seat)).or_default().push(row);
    }
    let rows = groups
        .iter()
        .map(|((shift, seat), rows)| pace(seat, *shift, rows))
        .collect();
    Ok(FirstOrders {
        since,
        all: pace("", Shift::at(ctx.at), &today),
        rows,
        cut,
    })
}

fn midnight(now: Instant) -> Instant {
    Instant::from_civil(now.civil().date().at(0, 0, 0, 0))
}

fn pace(seat: &str, shift: Shift, rows: &[&ReportRow]) -> SeatPace {
    let spans = rows
        .iter()
        .filter_map(|r| Some((r.report.span_to(r.first_order_at?), *r)));
    let slowest = spans.clone().max_by_key(|(span, r)| (*span, r.report.id));
    let answered = rows
        .iter()
        .filter_map(|r| r.report.span_from_answer(r.first_order_at?));
    SeatPace {
        seat: seat.to_owned(),
        shift,
        reports: rows.len(),
        without_order: rows.iter().filter(|r| r.first_order_at.is_none()).count(),
        from_start: Pace::of(spans.map(|(span, _)| span).collect()),
        from_answer: Pace::of(answered.collect()),
        slowest: slowest.map(|(_, r)| (r.report.id, r.report.number.clone())),
        typed: rows
            .iter()
            .filter(|r| r.report.started().1 != StartKind::Ring)
            .count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_is_the_slower_one() {
        let of = |list: &[i64]| Pace::of(list.iter().map(|s| Span::seconds(*s)).collect());
        assert_eq!(of(&[]), None);
        for (spans, median, worst) in [(&[7][..], 7, 7), (&[9, 1], 9, 9), (&[5, 1, 300], 5, 300)] {
            let (median, worst) = (Span::seconds(median), Span::seconds(worst));
            assert_eq!(of(spans), Some(Pace { median, worst }));
        }
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_centre() {
        let late = Instant::parse_iso("2026-11-30T00:05:00+08:00").unwrap();
        assert_eq!(midnight(late).to_iso_cst(), "2026-11-30T00:00:00+08:00");
        assert_eq!(Shift::at(late), Shift::Night);
    }
}
