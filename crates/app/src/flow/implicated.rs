//! Accounts that another report's victim paid, and who deals with them: the codes of DOMAIN 1.7 that rows and reports together
//! can support.
//!
//! | mark | 事件特征码 | shown by |
//! |---|---|---|
//! | implicated 涉案账户 | 2001 | rows by which victims of other reports paid this account |
//! | pays implicated 收方涉案 | 3004 | payments to such an account |
//! | paid by implicated 付方涉案 | 3005 | receipts from such an account |
//!
//! Known as far as the rows are at hand: a payment that no bank has told of has no row and shows nothing here. That
//! other report's number is not said; who may read it finds it among the related reports.

use super::facts::ReportFacts;
use super::shape::{FlowMark, Pattern};
use kernel::{AccountId, Fen, PaymentId, TransferId};
use std::collections::{BTreeMap, BTreeSet};
use store::accounts::Transfer;
use trace::pattern::EVIDENCE_MAX;

/// The marks on `accounts`, from these rows of the report.
pub(super) fn marks(
    facts: &ReportFacts,
    figures: &money::Facts<'_>,
    rows: &BTreeSet<TransferId>,
    accounts: &BTreeSet<AccountId>,
) -> Vec<FlowMark> {
    let ours: BTreeSet<PaymentId> = facts.payments.iter().map(|p| p.id).collect();
    let known = &facts.material.told;
    let mut told: Vec<&Transfer> = rows
        .iter()
        .filter_map(|id| known.get(id))
        .map(|t| &t.transfer)
        .filter(|t| t.src != t.dst)
        .collect();
    told.sort_by_key(|t| (t.at, t.id));
    let of_others = |t: &&&Transfer| t.payment.is_some_and(|p| !ours.contains(&p));
    let implicated: BTreeSet<AccountId> = told.iter().filter(of_others).map(|t| t.dst).collect();

    let mut found: BTreeMap<(AccountId, Pattern), Vec<&Transfer>> = BTreeMap::new();
    let mut note = |account: AccountId, pattern: Pattern, row| {
        if accounts.contains(&account) {
            found.entry((account, pattern)).or_default().push(row);
        }
    };
    for row in &told {
        if of_others(&row) {
            note(row.dst, Pattern::Implicated, *row);
            continue;
        }
        if implicated.contains(&row.dst) {
            note(row.src, Pattern::PaysImplicated, *row);
        }
        if implicated.contains(&row.src) {
            note(row.dst, Pattern::PaidByImplicated, *row);
        }
    }
    found
        .into_iter()
        // Our victim is no accomplice for having paid.
        .filter(|((account, _), _)| !figures.is_victims(*account))
        .map(|((account, pattern), rows)| FlowMark {
            pattern,
            account,
            feature_code: pattern.feature_code(),
            amount: rows.iter().map(|r| r.amount).sum::<Fen>(),
            evidence: rows.iter().take(EVIDENCE_MAX).map(|r| r.id).collect(),
        })
        .collect()
}
