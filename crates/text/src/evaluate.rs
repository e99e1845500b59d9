//! Scores the reading of rows against narratives with gold: how many rows are exact, how many payees are wrong, whether money that
//! came back was taken for a payment, whether totals and doubts are right.
//!
//! A gold side is a list of answers that are accepted, the best first. Promises: the same figures for the same corpus.
//! Leaves out: reading files (the command does) and what the goals are worth.

use crate::{Party, Payment, Rows, rows};
use kernel::Instant;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One narrative of a corpus, with what should be read from it.
#[derive(Clone, Debug, Deserialize)]
pub struct Case {
    pub id: String,
    pub style: String,
    pub at: String,
    pub text: String,
    pub gold: Gold,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Gold {
    pub payments: Vec<GoldPayment>,
    #[serde(default)]
    pub received: Vec<GoldSum>,
    #[serde(default)]
    pub planned: Vec<GoldSum>,
    pub stated_total: Option<GoldSum>,
    pub sum_differs: bool,
    pub area: Option<String>,
    pub category_hint: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct GoldPayment {
    pub amount: Option<String>,
    #[serde(default)]
    pub approx: bool,
    pub at: Vec<Option<String>>,
    pub from: Vec<Option<Party>>,
    pub to: Vec<Option<Party>>,
    pub how: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct GoldSum {
    pub amount: Option<String>,
    #[serde(default)]
    pub approx: bool,
}

/// Counts over a set of narratives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    pub texts: usize,
    pub rows_gold: usize,
    pub rows_read: usize,
    pub rows_exact: usize,
    /// An account stands in a row that was not told for it.
    pub payee_wrong: usize,
    pub received_as_payment: usize,
    pub name_wrong: usize,
    pub bank_wrong: usize,
    pub totals_right: usize,
    pub wrong_rows: usize,
    pub wrong_doubted: usize,
    pub exact_doubted: usize,
    pub received_right: usize,
    pub received_gold: usize,
    pub planned_right: usize,
    pub planned_gold: usize,
    pub how_right: usize,
    pub how_asked: usize,
    pub area_right: usize,
    pub category_right: usize,
}

impl Score {
    fn add(&mut self, other: &Score) {
        self.texts += other.texts;
        self.rows_gold += other.rows_gold;
        self.rows_read += other.rows_read;
        self.rows_exact += other.rows_exact;
        self.payee_wrong += other.payee_wrong;
        self.received_as_payment += other.received_as_payment;
        self.name_wrong += other.name_wrong;
        self.bank_wrong += other.bank_wrong;
        self.totals_right += other.totals_right;
        self.wrong_rows += other.wrong_rows;
        self.wrong_doubted += other.wrong_doubted;
        self.exact_doubted += other.exact_doubted;
        self.received_right += other.received_right;
        self.received_gold += other.received_gold;
        self.planned_right += other.planned_right;
        self.planned_gold += other.planned_gold;
        self.how_right += other.how_right;
        self.how_asked += other.how_asked;
        self.area_right += other.area_right;
        self.category_right += other.category_right;
    }

    /// Row-exact F1, in thousandths.
    pub fn f1(&self) -> usize {
        permille(2 * self.rows_exact, self.rows_gold + self.rows_read)
    }

    pub fn totals(&self) -> usize {
        permille(self.totals_right, self.texts)
    }

    pub fn wrong_doubted(&self) -> usize {
        permille(self.wrong_doubted, self.wrong_rows)
    }

    pub fn exact_doubted(&self) -> usize {
        if self.rows_exact == 0 {
            return 0;
        }
        permille(self.exact_doubted, self.rows_exact)
    }
}

/// A share in thousandths; nothing of nothing is all.
fn permille(part: usize, whole: usize) -> usize {
    (part * 1000 + whole / 2).checked_div(whole).unwrap_or(1000)
}

/// The scores of a corpus, whole and by style, with what was missed.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub all: Score,
    pub styles: BTreeMap<String, Score>,
    pub misses: Vec<String>,
}

/// Scores every case. A case whose instant cannot be read is a miss.
pub fn score(cases: &[Case]) -> Report {
    let mut report = Report::default();
    for case in cases {
        let Some(at) = Instant::parse_iso(&case.at) else {
            report.misses.push(format!("{}: at {}", case.id, case.at));
            continue;
        };
        let (score, misses) = score_one(case, &rows(&case.text, at));
        report.all.add(&score);
        report.styles.entry(case.style.clone()).or_default().add(&score);
        report.misses.extend(misses);
    }
    report
}

fn score_one(case: &Case, read: &Rows) -> (Score, Vec<String>) {
    let gold = &case.gold;
    let mut misses = Vec::new();
    let mut miss = |words: String| misses.push(format!("{} {words}", case.id));
    let mut score = Score {
        texts: 1,
        rows_gold: gold.payments.len(),
        rows_read: read.payments.len(),
        ..Score::default()
    };
    let pairs = pair(&gold.payments, &read.payments);
    for (gold_row, row) in gold.payments.iter().zip(&pairs.of_gold) {
        if row.is_none() {
            miss(format!("missing {}", show_gold(gold_row)));
        }
    }
    for (row, gold_row) in read.payments.iter().zip(&pairs.of_read) {
        let told = gold_row.map(|index| &gold.payments[index]);
        if told.is_some_and(|told| exact(told, row)) {
            score.rows_exact += 1;
            score.exact_doubted += usize::from(!row.doubt.is_empty());
        } else {
            score.wrong_rows += 1;
            score.wrong_doubted += usize::from(!row.doubt.is_empty());
            let wanted = told.map_or("nothing".to_owned(), show_gold);
            miss(format!("read {} wanted {wanted}", show(row)));
        }
        judge_sides(&mut score, gold, row, told, &mut miss);
    }
    let sum = |told: &GoldSum| (told.amount.clone(), told.approx);
    let stated = read
        .stated_total
        .map(|total| (Some(total.amount.to_string()), total.approx));
    let totals = stated == gold.stated_total.as_ref().map(sum) && read.sum_differs == gold.sum_differs;
    score.totals_right = usize::from(totals);
    if !totals {
        miss(format!(
            "total {stated:?} {} wanted {:?} {}",
            read.sum_differs,
            gold.stated_total.as_ref().map(sum),
            gold.sum_differs
        ));
    }
    let received: Vec<Option<i64>> = read.received.iter().map(|row| row.amount).collect();
    let planned: Vec<Option<i64>> = read.planned.iter().map(|row| row.amount).collect();
    (score.received_gold, score.received_right) = found("received", &gold.received, received, &mut miss);
    (score.planned_gold, score.planned_right) = found("planned", &gold.planned, planned, &mut miss);
    score.area_right = usize::from(read.area == gold.area);
    if read.area != gold.area {
        miss(format!("area {:?} wanted {:?}", read.area, gold.area));
    }
    score.category_right = usize::from(read.category_hint == gold.category_hint);
    if read.category_hint != gold.category_hint {
        miss(format!(
            "category {:?} wanted {:?}",
            read.category_hint, gold.category_hint
        ));
    }
    (score, misses)
}

fn judge_sides(
    score: &mut Score,
    gold: &Gold,
    row: &Payment,
    told: Option<&GoldPayment>,
    miss: &mut impl FnMut(String),
) {
    let returned = gold
        .received
        .iter()
        .any(|r| fen(r.amount.as_ref()) == row.amount && row.amount.is_some());
    if told.is_none() && returned {
        score.received_as_payment += 1;
        miss(format!("received as payment {}", show(row)));
    }
    let Some(told) = told else {
        let known = gold
            .payments
            .iter()
            .any(|p| accounts(&p.to).contains(&row.to.account.as_deref()));
        if row.to.account.is_some() && !known {
            score.payee_wrong += 1;
            miss(format!("payee wrong {}", show(row)));
        }
        return;
    };
    if row.to.account.is_some() && !accounts(&told.to).contains(&row.to.account.as_deref()) {
        score.payee_wrong += 1;
        miss(format!("payee wrong {} wanted {}", show(row), show_gold(told)));
    }
    let names: Vec<_> = sides(&told.to).map(|p| p.name.clone()).collect();
    let banks: Vec<_> = sides(&told.to).map(|p| p.bank.clone()).collect();
    if row.to.name.is_some() && !names.contains(&row.to.name) {
        score.name_wrong += 1;
        miss(format!("name {:?} wanted {names:?}", row.to.name));
    }
    if row.to.bank.is_some() && !banks.contains(&row.to.bank) {
        score.bank_wrong += 1;
        miss(format!("bank {:?} wanted {banks:?}", row.to.bank));
    }
    score.how_asked += 1;
    let how = serde_json::to_value(row.how).ok();
    if how.as_ref().and_then(|how| how.as_str()) == Some(told.how.as_str()) {
        score.how_right += 1;
    } else {
        miss(format!("how {how:?} wanted {}", told.how));
    }
}

/// How many of the sums were found, by amount.
fn found(
    what: &str,
    gold: &[GoldSum],
    mut read: Vec<Option<i64>>,
    miss: &mut impl FnMut(String),
) -> (usize, usize) {
    let mut right = 0;
    for told in gold {
        let amount = fen(told.amount.as_ref());
        if let Some(at) = read.iter().position(|held| *held == amount) {
            read.swap_remove(at);
            right += 1;
        } else {
            miss(format!("{what} missing {amount:?}"));
        }
    }
    for extra in read {
        miss(format!("{what} too many {extra:?}"));
    }
    (gold.len(), right)
}

struct Pairs {
    of_gold: Vec<Option<usize>>,
    of_read: Vec<Option<usize>>,
}

/// Pairs exact rows first, then rows of one amount in order.
fn pair(gold: &[GoldPayment], read: &[Payment]) -> Pairs {
    let mut pairs = Pairs {
        of_gold: vec![None; gold.len()],
        of_read: vec![None; read.len()],
    };
    let mut join = |fits: &dyn Fn(&GoldPayment, &Payment) -> bool| {
        for (g, told) in gold.iter().enumerate() {
            if pairs.of_gold[g].is_some() {
                continue;
            }
            let free = (0..read.len()).find(|r| pairs.of_read[*r].is_none() && fits(told, &read[*r]));
            if let Some(r) = free {
                pairs.of_gold[g] = Some(r);
                pairs.of_read[r] = Some(g);
            }
        }
    };
    join(&exact);
    join(&|told, row| fen(told.amount.as_ref()) == row.amount);
    pairs
}

fn exact(told: &GoldPayment, row: &Payment) -> bool {
    fen(told.amount.as_ref()) == row.amount
        && told.at.contains(&row.at)
        && sides(&told.to).any(|p| p.account == row.to.account && p.tail == row.to.tail)
        && payer_right(&told.from, &row.from)
}

/// The payer counts where one was told; a bank alone is the payer when nothing more is.
fn payer_right(told: &[Option<Party>], read: &Party) -> bool {
    let Some(best) = sides(told).next() else {
        return true;
    };
    let by_number = |p: &Party| {
        p.account == read.account
            && p.tail == read.tail
            && (p.account.is_some() || p.tail.is_some() || p.bank.is_none() || p.bank == read.bank)
    };
    best.is_empty() || sides(told).any(|p| by_number(&p))
}

fn sides(told: &[Option<Party>]) -> impl Iterator<Item = Party> + '_ {
    let none = told.is_empty().then(Party::default);
    told.iter().map(|p| p.clone().unwrap_or_default()).chain(none)
}

fn accounts(told: &[Option<Party>]) -> Vec<Option<&str>> {
    told.iter()
        .map(|p| p.as_ref().and_then(|p| p.account.as_deref()))
        .collect()
}

fn fen(amount: Option<&String>) -> Option<i64> {
    amount.and_then(|text| text.parse().ok())
}

fn show_party(party: &Party) -> String {
    let part = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    format!(
        "{}/{}/{}/{}",
        part(&party.account),
        part(&party.tail),
        part(&party.bank),
        part(&party.name)
    )
}

fn show(row: &Payment) -> String {
    format!(
        "{}@{} {} → {}{}",
        row.amount.map_or("-".to_owned(), |fen| fen.to_string()),
        row.at.clone().unwrap_or_else(|| "-".to_owned()),
        show_party(&row.from),
        show_party(&row.to),
        if row.doubt.is_empty() {
            String::new()
        } else {
            format!(" {:?}", row.doubt)
        }
    )
}

fn show_gold(row: &GoldPayment) -> String {
    let side = |told: &[Option<Party>]| {
        sides(told)
            .map(|p| show_party(&p))
            .collect::<Vec<_>>()
            .join(" or ")
    };
    let at: Vec<&str> = row.at.iter().map(|at| at.as_deref().unwrap_or("-")).collect();
    format!(
        "{}@{} {} → {}",
        row.amount.clone().unwrap_or_else(|| "-".to_owned()),
        at.join(" or "),
        side(&row.from),
        side(&row.to)
    )
}

/// The figures as a table for people, one line for each style and one for all.
pub fn table(report: &Report) -> String {
    let mut out = String::from(
        "| style | texts | rows | exact F1 | payee wrong | received as paid | name wrong | bank wrong | totals | wrong rows doubted | exact rows doubted | received | planned | how | area | type |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for (style, score) in report
        .styles
        .iter()
        .map(|(s, v)| (s.as_str(), v))
        .chain([("all", &report.all)])
    {
        let share = |part: usize, whole: usize| thousandths(permille(part, whole));
        let _ = writeln!(
            out,
            "| {style} | {} | {} | {} | {} | {} | {} | {} | {} | {} of {} | {} | {} | {} | {} | {} | {} |",
            score.texts,
            score.rows_gold,
            thousandths(score.f1()),
            score.payee_wrong,
            score.received_as_payment,
            score.name_wrong,
            score.bank_wrong,
            thousandths(score.totals()),
            score.wrong_doubted,
            score.wrong_rows,
            thousandths(score.exact_doubted()),
            share(score.received_right, score.received_gold),
            share(score.planned_right, score.planned_gold),
            share(score.how_right, score.how_asked),
            share(score.area_right, score.texts),
            share(score.category_right, score.texts),
        );
    }
    out
}

fn thousandths(value: usize) -> String {
    format!("{}.{:03}", value / 1000, value % 1000)
}

/// The narratives with gold that the repository brings along, by seven authors; all but the first had not read the code.
pub const CORPUS: [(&str, &str); 10] = [
    ("rows-1", include_str!("../corpus/rows-1.jsonl")),
    ("rows-2", include_str!("../corpus/rows-2.jsonl")),
    ("rows-3", include_str!("../corpus/rows-3.jsonl")),
    ("rows-4", include_str!("../corpus/rows-4.jsonl")),
    ("rows-5", include_str!("../corpus/rows-5.jsonl")),
    ("rows-6", include_str!("../corpus/rows-6.jsonl")),
    ("rows-7", include_str!("../corpus/rows-7.jsonl")),
    ("rows-8", include_str!("../corpus/rows-8.jsonl")),
    ("rows-9", include_str!("../corpus/rows-9.jsonl")),
    ("rows-10", include_str!("../corpus/rows-10.jsonl")),
];

/// Reads a corpus, one case a line; a wrong line is named by its number.
pub fn cases(lines: &str) -> Result<Vec<Case>, String> {
    lines
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            serde_json::from_str(line.trim_start_matches('\u{FEFF}')).map_err(|e| format!("{}: {e}", at + 1))
        })
        .collect()
}

/// Each goal of ROWS.md beside what was reached.
pub fn goals(score: &Score) -> String {
    let name_share = permille(score.name_wrong, score.rows_read);
    let rows: [(&str, &str, String, bool); 8] = [
        (
            "row-exact F1",
            "≥ 0.950",
            thousandths(score.f1()),
            score.f1() >= 950,
        ),
        (
            "payee account wrong",
            "0",
            score.payee_wrong.to_string(),
            score.payee_wrong == 0,
        ),
        (
            "received taken as payment",
            "0",
            score.received_as_payment.to_string(),
            score.received_as_payment == 0,
        ),
        (
            "name wrong, share of rows",
            "≤ 0.010",
            thousandths(name_share),
            name_share <= 10,
        ),
        (
            "bank wrong, rows",
            "0",
            score.bank_wrong.to_string(),
            score.bank_wrong == 0,
        ),
        (
            "stated_total and sum_differs right",
            "≥ 0.980",
            thousandths(score.totals()),
            score.totals() >= 980,
        ),
        (
            "wrong rows that carry a doubt",
            "≥ 0.900",
            thousandths(score.wrong_doubted()),
            score.wrong_doubted() >= 900,
        ),
        (
            "exact rows that carry a doubt",
            "≤ 0.200",
            thousandths(score.exact_doubted()),
            score.exact_doubted() <= 200,
        ),
    ];
    let mut out = String::from("| goal | wanted | reached | |\n|---|---|---|---|\n");
    for (what, wanted, reached, met) in rows {
        let _ = writeln!(
            out,
            "| {what} | {wanted} | {reached} | {} |",
            if met { "met" } else { "not met" }
        );
    }
    out
}
