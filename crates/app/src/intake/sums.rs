//! The sum that a caller told beside the sum of the rows. Stops that rest on rows which do not add up to what was told may rest
//! on a wrong row, so a person says that the difference was seen; that is an entry of the log.

use crate::Work;
use domain::report::{How, ReportForm};
use kernel::{Fen, Problem, Refusal, RefusalCode};
use serde_json::json;

/// What a person saw and confirmed: these rows, this total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SumConfirmed {
    pub rows: Fen,
    pub stated: Fen,
}

/// The total of a narrative, and between which sums the rows agree with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    pub amount: Fen,
    pub approx: bool,
    pub low: Fen,
    pub high: Fen,
}

impl Stated {
    /// An exact total agrees to the fen; a vague one (左右, 大概) within a tenth, and 八万多 up to nine.
    pub fn of(amount: Fen, approx: bool) -> Stated {
        let slack = if approx { amount.0 / 10 } else { 0 };
        let open = if approx { last_unit(amount.0) - 1 } else { 0 };
        Stated {
            amount,
            approx,
            low: Fen(amount.0 - slack),
            high: Fen(amount.0.saturating_add(slack.max(open))),
        }
    }

    /// Callers give the total as paid, or less what came back.
    pub fn fits(self, rows: Fen, received: Fen) -> bool {
        let within = |sum: i64| (self.low.0..=self.high.0).contains(&sum);
        within(rows.0) || within(rows.0.saturating_sub(received.0))
    }
}

/// 80 000 has ten thousands, 123 400 hundreds: the unit that 多 may fill up.
fn last_unit(amount: i64) -> i64 {
    let mut unit = 1;
    while amount != 0 && unit < 1_000_000_000_000 && amount % (unit * 10) == 0 {
        unit *= 10;
    }
    unit
}

/// The total that a narrative states.
pub fn stated_of(told: &text::Rows) -> Option<Stated> {
    told.stated_total
        .map(|total| Stated::of(Fen(total.amount), total.approx))
}

/// The way of paying that was read, as a report keeps it.
pub const fn how_of(read: text::How) -> How {
    match read {
        text::How::Transfer => How::Transfer,
        text::How::Code => How::Code,
        text::How::Cash => How::Cash,
        text::How::Gold => How::Gold,
        text::How::GiftCard => How::GiftCard,
        text::How::Crypto => How::Crypto,
        text::How::Taken => How::Taken,
    }
}

fn received_of(told: &text::Rows) -> Fen {
    Fen(told
        .received
        .iter()
        .filter_map(|r| r.amount)
        .fold(0, i64::saturating_add))
}

/// Asked before stops leave with the report.
pub(crate) fn sum_check(
    work: &mut Work<'_>,
    form: &ReportForm,
    confirmed: Option<SumConfirmed>,
) -> Result<(), Refusal> {
    if !form.send_stops || form.payments.is_empty() {
        return Ok(());
    }
    let told = text::rows(&form.narrative, work.now());
    let Some(stated) = stated_of(&told) else {
        return Ok(());
    };
    let rows: Fen = form.payments.iter().filter_map(|p| p.amount).sum();
    if stated.fits(rows, received_of(&told)) {
        return Ok(());
    }
    let seen = SumConfirmed {
        rows,
        stated: stated.amount,
    };
    if confirmed == Some(seen) {
        let sums = json!({ "rows_fen": rows.0, "stated_fen": stated.amount.0 });
        work.note("sum_confirmed", sums);
        return Ok(());
    }
    Err(Refusal::of(vec![Problem {
        field: "sum_confirmed".into(),
        code: RefusalCode::SumDiffers,
        detail: Some(format!("{} / {}", rows.to_grouped(), stated.amount.to_grouped())),
    }])
    .expect("there is a problem"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reading_and_the_report_name_each_way_of_paying_alike() {
        for how in How::ALL {
            let read: text::How = serde_json::from_value(json!(how.slug())).unwrap();
            assert_eq!(how_of(read), how);
        }
    }

    #[test]
    fn an_exact_total_agrees_to_the_fen_and_a_vague_one_within_a_tenth() {
        let yuan = Fen::yuan;
        for (stated, approx, rows, back, fits) in [
            (yuan(8_000), false, yuan(8_000), Fen(0), true),
            (yuan(8_000), false, Fen(800_001), Fen(0), false),
            (yuan(8_000), false, yuan(8_100), yuan(100), true),
            (yuan(8_000), false, yuan(8_100), yuan(90), false),
            (yuan(8_500), true, yuan(8_000), Fen(0), true),
            (yuan(10_000), true, yuan(8_000), Fen(0), false),
            (yuan(80_000), true, yuan(89_999), Fen(0), true),
            (yuan(80_000), true, yuan(90_000), Fen(0), false),
        ] {
            assert_eq!(
                Stated::of(stated, approx).fits(rows, back),
                fits,
                "{stated:?} {approx} {rows:?} {back:?}"
            );
        }
    }
}
