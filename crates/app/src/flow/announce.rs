//! When movements come in: the reports whose money they may carry hear of it in the log, in the same transaction, so that
//! an open page reads itself again. Every way that money is told of ends here: banks' answers, statement files, other
//! systems.
//!
//! Who they are is found upstream: from the accounts that the new rows touch, back along who paid whom, to accounts that
//! victims paid or orders are about. Bounded; a report further up than the bound does not hear, and shows the rows when it is
//! next read. And an index in memory hears of balances that came to rows it has ([`told_again`]).

use crate::{AppResult, Work};
use kernel::{AccountId, Area, Instant, ReportId, Span};
use serde_json::json;
use std::collections::BTreeSet;
use store::accounts::{Recorded, Transfer};
use store::flow::{accounts_told, payers, reports_paying_any};

/// What the entry is called; its subject is the report.
const CHANGED: &str = "report.flow";
const HOPS: usize = 10;
/// Accounts found upstream, besides those of the new rows.
const ACCOUNTS: usize = 500;
const REPORTS: u64 = 50;
/// A report's flow is followed for a week after its last payment.
const BEFORE: Span = Span::days(8);

/// Tells the reports whose money may have moved. `changed` are the accounts of the new rows, `first` and `last` when the
/// earliest and the latest of them happened. Call it once for all rows of a transaction, after they are kept.
pub async fn announce(
    work: &mut Work<'_>,
    changed: &[AccountId],
    span: (Instant, Instant),
) -> AppResult<Vec<ReportId>> {
    let reports = reports_above(work, changed, span).await?;
    for (report, area) in &reports {
        let detail = json!({ "area": area.to_string(), "accounts": changed.len() });
        work.also(CHANGED, "report", report, detail);
    }
    Ok(reports.into_iter().map(|(report, _)| report).collect())
}

/// The reports themselves, for who tells them in words of his own.
pub(crate) async fn reports_above(
    work: &Work<'_>,
    changed: &[AccountId],
    (first, last): (Instant, Instant),
) -> AppResult<Vec<(ReportId, Area)>> {
    let conn = work.tx.conn();
    let mut known: BTreeSet<AccountId> = changed.iter().copied().collect();
    let most = known.len() + ACCOUNTS;
    let mut frontier: Vec<AccountId> = known.iter().copied().collect();
    for _ in 0..HOPS {
        let room = most.saturating_sub(known.len());
        if frontier.is_empty() || room == 0 {
            break;
        }
        let found = payers(conn, &frontier, (first - BEFORE, last), room as u64).await?;
        frontier = found.into_iter().filter(|a| known.insert(*a)).collect();
    }
    let accounts: Vec<AccountId> = known.into_iter().collect();
    Ok(reports_paying_any(conn, &accounts, REPORTS).await?)
}

/// Notes for the indexes in memory, of every process, which accounts' own banks told of movements that the store had already.
/// `told`: each row with the account whose bank told it, and what became of it.
pub(crate) async fn told_again<'t>(
    work: &Work<'_>,
    told: impl IntoIterator<Item = (&'t Transfer, AccountId, Recorded)>,
) -> AppResult<()> {
    let accounts: BTreeSet<AccountId> = told
        .into_iter()
        .filter(|(_, _, became)| *became == Recorded::Joined)
        .filter(|(row, own, _)| {
            let balance = if row.src == *own {
                row.src_balance
            } else {
                row.dst_balance
            };
            balance.is_some()
        })
        .map(|(_, own, _)| own)
        .collect();
    if !accounts.is_empty() {
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        accounts_told(&work.tx, &accounts).await?;
    }
    Ok(())
}
