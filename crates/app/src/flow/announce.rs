//! When movements come in: the reports whose money they may carry hear of it in the log, in the same transaction, so that
//! an open page reads itself again.
//!
//! Who they are is found upstream: from the accounts that the new rows touch, back along who paid whom, to accounts that
//! victims paid. Bounded; a report further up than the bound does not hear, and shows the rows when it is next read.

use crate::{AppResult, Work};
use kernel::{AccountId, Instant, ReportId, Span};
use serde_json::json;
use std::collections::BTreeSet;
use store::flow::{payers, reports_paying_any};

/// What the entry is called; its subject is the report.
const CHANGED: &str = "report.flow";
const HOPS: usize = 10;
const ACCOUNTS: usize = 500;
const REPORTS: u64 = 50;
/// A report's flow is followed for a week after its last payment.
const BEFORE: Span = Span::days(8);

/// Tells the reports whose money may have moved. `changed` are accounts of the new rows, `first` and `last` when the earliest
/// and the latest of them happened. Call it once for all rows of a transaction, after they are kept.
pub async fn announce(
    work: &mut Work<'_>,
    changed: &[AccountId],
    (first, last): (Instant, Instant),
) -> AppResult<Vec<ReportId>> {
    let conn = work.tx.conn();
    let mut known: BTreeSet<AccountId> = changed.iter().copied().collect();
    let mut frontier: Vec<AccountId> = known.iter().copied().collect();
    for _ in 0..HOPS {
        let room = ACCOUNTS.saturating_sub(known.len());
        if frontier.is_empty() || room == 0 {
            break;
        }
        let found = payers(conn, &frontier, (first - BEFORE, last), room as u64).await?;
        frontier = found.into_iter().filter(|a| known.insert(*a)).collect();
    }
    let accounts: Vec<AccountId> = known.into_iter().collect();
    let reports = reports_paying_any(conn, &accounts, REPORTS).await?;
    for (report, area) in &reports {
        let detail = json!({ "area": area.to_string(), "accounts": changed.len() });
        work.also(CHANGED, "report", report, detail);
    }
    Ok(reports.into_iter().map(|(report, _)| report).collect())
}
