//! The corpus of the repository is read at least as well as it was: a change that reads worse fails here.

use text::evaluate::{CORPUS, cases, score};

#[test]
fn the_corpus_keeps_its_scores() {
    let all: Vec<_> = CORPUS
        .iter()
        .flat_map(|(name, lines)| cases(lines).unwrap_or_else(|e| panic!("{name}: {e}")))
        .collect();
    assert!(all.len() >= 150, "{} narratives", all.len());
    let report = score(&all);
    let got = &report.all;
    assert!(got.f1() >= F1_LEAST, "row-exact F1 {}", got.f1());
    assert!(
        got.payee_wrong <= PAYEE_WRONG_MOST,
        "wrong payees {}",
        got.payee_wrong
    );
    assert!(
        got.received_as_payment <= RECEIVED_MOST,
        "received as paid {}",
        got.received_as_payment
    );
    assert!(got.totals() >= TOTALS_LEAST, "totals {}", got.totals());
    assert!(
        got.exact_doubted() <= 200,
        "exact rows doubted {}",
        got.exact_doubted()
    );
}

const F1_LEAST: usize = 865;
const PAYEE_WRONG_MOST: usize = 7;
const RECEIVED_MOST: usize = 1;
const TOTALS_LEAST: usize = 905;

#[test]
fn a_wrong_line_is_named() {
    let wrong = cases("\n{\"id\":1}\n").unwrap_err();
    assert!(wrong.starts_with("2: "), "{wrong}");
}
