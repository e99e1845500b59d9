//! The shape of the answer, exactly as the contract of rows has it.

use serde::{Deserialize, Serialize};

/// What a narrative says about money.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rows {
    pub payments: Vec<Payment>,
    pub received: Vec<Received>,
    pub planned: Vec<Planned>,
    pub stated_total: Option<StatedTotal>,
    pub sum_differs: bool,
    /// GB/T 2260 code of one of the centre's areas.
    pub area: Option<String>,
    /// Fraud type by DOMAIN 3.1.
    pub category_hint: Option<String>,
}

/// One movement of money from the victim's side to the fraud side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payment {
    pub at: Option<String>,
    /// Whole fen; `None` when no sum was told.
    #[serde(with = "fen_text")]
    pub amount: Option<i64>,
    pub approx: bool,
    pub from: Party,
    pub to: Party,
    pub how: How,
    /// `[start, length]` in code points, the sum's first.
    pub spans: Vec<[usize; 2]>,
    pub confidence: f64,
    pub doubt: Vec<Doubt>,
}

/// Money that came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Received {
    pub at: Option<String>,
    #[serde(with = "fen_text")]
    pub amount: Option<i64>,
    pub approx: bool,
    pub from: Party,
    pub spans: Vec<[usize; 2]>,
}

/// Money that was asked for, tried or bounced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    pub at: Option<String>,
    #[serde(with = "fen_text")]
    pub amount: Option<i64>,
    pub approx: bool,
    pub spans: Vec<[usize; 2]>,
}

/// One side of a payment, as far as it was told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Party {
    pub account: Option<String>,
    pub tail: Option<String>,
    pub bank: Option<String>,
    pub name: Option<String>,
}

impl Party {
    pub fn is_empty(&self) -> bool {
        *self == Party::default()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedTotal {
    #[serde(with = "fen_sum")]
    pub amount: i64,
    pub approx: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Transfer,
    Code,
    Cash,
    Gold,
    GiftCard,
    Crypto,
    Taken,
}

/// Why a reading may be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    PayeeUnsure,
    PayerUnsure,
    TimeUnsure,
    AmountUnsure,
    ReceivedUnsure,
    PlannedUnsure,
    SplitUnknown,
    Repeated,
    CountDiffers,
    SumDiffers,
}

/// Fen travel as text, because a JSON number may lose digits.
mod fen_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[allow(clippy::ref_option, reason = "serde calls it with a reference to the field")]
    pub fn serialize<S: Serializer>(fen: &Option<i64>, to: S) -> Result<S::Ok, S::Error> {
        match fen {
            Some(fen) => to.serialize_str(&fen.to_string()),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
        Option::<String>::deserialize(from)?
            .map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}

mod fen_sum {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[allow(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde calls it with a reference to the field"
    )]
    pub fn serialize<S: Serializer>(fen: &i64, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&fen.to_string())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

// ---- from drafts to the answer -----------------------------------------------------------------------------------------

use super::attach::{Draft, From};
use super::place;
use super::role::{Role, Sum};
use super::said::Story;
use super::total;
use kernel::Instant;

/// Makes the answer of the drafts.
pub(super) fn finish(story: &Story, sums: &[Sum], drafts: Vec<Draft>, reported_at: Instant) -> Rows {
    let (mut drafts, mut sums) = (drafts, sums.to_vec());
    total::by_sum(story, &mut sums, &mut drafts);
    let sums = sums.as_slice();
    total::reconcile(story, sums, &mut drafts);
    let (mut payments, mut received, mut planned) = (Vec::new(), Vec::new(), Vec::new());
    for mut draft in drafts {
        not_later(&mut draft, reported_at);
        not_in_the_future(&mut draft, reported_at);
        if draft.is_paid() && sums[draft.sum].asked && draft.time_span.is_none() {
            draft.doubts(Doubt::PlannedUnsure);
        }
        match draft.role {
            Role::Paid => payments.push(payment(draft)),
            Role::Received => received.push(Received {
                at: draft.at.clone(),
                amount: draft.amount,
                approx: draft.approx,
                from: Party::default(),
                spans: spans(&draft),
            }),
            Role::Planned => planned.push(Planned {
                at: draft.at.clone(),
                amount: draft.amount,
                approx: draft.approx,
                spans: spans(&draft),
            }),
            Role::Total | Role::Nothing => {}
        }
    }
    let stated_total = total::stated(story, sums, &payments);
    let sum_differs = total::differs(story, stated_total, sums, &payments, &received);
    if sum_differs {
        for payment in &mut payments {
            payment.doubt.push(Doubt::SumDiffers);
            payment.confidence = payment.confidence.min(0.7);
        }
    }
    Rows {
        payments,
        received,
        planned,
        stated_total,
        sum_differs,
        area: place::area(story),
        category_hint: place::category(story),
    }
}

/// 23:02 in a list that is told at 00:50: no payment is later than the report, so the hour is of the day before.
fn not_later(draft: &mut Draft, reported_at: Instant) {
    const DAY_MS: i64 = 86_400_000;
    let Some(at) = draft.at.as_ref().filter(|at| at.contains('T')) else {
        return;
    };
    let whole = match at.split_once('+') {
        Some((clock, offset)) if clock.len() == 16 => format!("{clock}:00+{offset}"),
        _ => at.clone(),
    };
    let Some(told) = Instant::parse_iso(&whole) else {
        return;
    };
    let late = told.ms() - reported_at.ms();
    let night = reported_at.civil().hour() < 6;
    if night && late > 0 && late < DAY_MS {
        let earlier = Instant::from_ms(told.ms() - DAY_MS).to_iso_cst();
        if let (Some(day), Some(clock)) = (earlier.get(..10), at.get(10..)) {
            draft.at = Some(format!("{day}{clock}"));
        }
    }
}

/// A payment is never later than the report: an hour that would be is not taken, and a day that would be is none.
fn not_in_the_future(draft: &mut Draft, reported_at: Instant) {
    let Some(at) = draft.at.clone() else { return };
    let today = reported_at.civil().date().to_string();
    let later = match Instant::parse_iso(&at) {
        Some(instant) if at.contains('T') => instant > reported_at,
        _ => at.len() == 10 && at > today,
    };
    if !later || !draft.is_paid() {
        return;
    }
    draft.at = at
        .get(..10)
        .filter(|day| *day <= today.as_str())
        .map(str::to_owned);
    draft.doubts(Doubt::TimeUnsure);
}

fn payment(mut draft: Draft) -> Payment {
    draft.doubt.sort();
    draft.doubt.dedup();
    let spans = spans(&draft);
    for side in [&mut draft.payer.party, &mut draft.payee.party] {
        // 尾号7472，卡号6200…7472: the whole number says it all.
        side.tail = side.tail.take().filter(|_| side.account.is_none());
    }
    Payment {
        at: draft.at.clone(),
        amount: draft.amount,
        approx: draft.approx,
        confidence: confidence(&draft),
        from: draft.payer.party,
        to: draft.payee.party,
        how: draft.how,
        spans,
        doubt: draft.doubt,
    }
}

fn spans(draft: &Draft) -> Vec<[usize; 2]> {
    let parts = [
        Some((draft.start, draft.end)),
        draft.time_span,
        draft.payer.span,
        draft.payee.span,
    ];
    let mut spans: Vec<[usize; 2]> = Vec::new();
    for (start, end) in parts.into_iter().flatten() {
        let span = [start, end - start];
        if !spans.contains(&span) {
            spans.push(span);
        }
    }
    spans
}

/// How sure the reading is; any doubt keeps it below 0.8.
fn confidence(draft: &Draft) -> f64 {
    let mut sure: f64 = 0.97;
    if draft.payee.from == From::Breath {
        sure -= 0.05;
    }
    if draft.payer.from == From::Breath {
        sure -= 0.02;
    }
    if draft.at.is_none() {
        sure -= 0.03;
    }
    for _ in &draft.doubt {
        sure = sure.min(0.75) - 0.1;
    }
    (sure.max(0.2) * 100.0).round() / 100.0
}
