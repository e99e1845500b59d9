//! When movements have come in, the reports whose money they may carry hear of it in the log, so that an open page reads
//! itself again. One job tells of all movements, whoever brought them: banks' answers, statement files, other systems.
//!
//! **Promises.** Every movement is looked at once it is saved, by the number it has in the store, also after a crash; what was
//! told and how far is one transaction. The search is beside the writers: nobody who brings movements waits for it.
//!
//! **Leaves out.** Reports further up than the search goes: they do not hear, and show the rows when they are next read. Which
//! report the movements were asked for: the entry of the bank's answer says that already.

use crate::whereabouts::sums_of;
use crate::{AppResult, Centre, Work};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{AccountId, Area, Fen, Instant, ReportId, Span};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::accounts::{Recorded, Transfer};
use store::announced::{
    Announced, ToldAgain, accounts_told, accounts_told_behind, announced, announced_put, announced_skip,
};
use store::audit::{AuditQuery, page};
use store::flow::{Moved, payers, reports_paying_any, transfers_behind};
use store::intake::{ReportRow, report_load, report_update};
use store::sea_orm::ConnectionTrait;

/// What the entry is called; its subject is the report.
const CHANGED: AuditAction = AuditAction::ReportFlow;
/// Movements of one search: the fewer, the further it sees.
const PAGE: u64 = 2_000;
/// Movements that a report hears of in one entry, at most.
const AT_A_TIME: usize = 20_000;
const HOPS: usize = 10;
/// Accounts found upstream, besides those of the new rows.
const ACCOUNTS: usize = 500;
const REPORTS: u64 = 50;
/// A report's flow is followed for a week after its last payment.
const BEFORE: Span = Span::days(8);

/// Tells the reports concerned of what has come in; how many movements were looked at.
pub async fn announce_run(centre: &Centre) -> AppResult<usize> {
    let mut looked = 0;
    loop {
        let news = gather(centre).await?;
        if news.rows == 0 {
            return Ok(looked);
        }
        looked += news.rows;
        tell(centre, news).await?;
    }
}

/// What has come in, and whom it concerns.
struct News {
    rows: usize,
    to: Announced,
    /// With their areas and how many accounts had news when they were found.
    reports: BTreeMap<ReportId, (Area, usize)>,
}

async fn gather(centre: &Centre) -> AppResult<News> {
    let conn = centre.store.reader();
    let mut news = News {
        rows: 0,
        to: announced(conn).await?,
        reports: BTreeMap::new(),
    };
    while news.rows < AT_A_TIME {
        let rows = transfers_behind(conn, news.to.transfer, PAGE).await?;
        let told = accounts_told_behind(conn, news.to.told, PAGE).await?;
        let Some(changed) = Changed::of(&rows, &told) else {
            break;
        };
        news.rows += rows.len() + told.len();
        news.to = Announced {
            transfer: rows.last().map_or(news.to.transfer, |(number, _)| *number),
            told: told.last().map_or(news.to.told, |told| told.number),
        };
        for (report, area) in reports_of(conn, &changed).await? {
            let (_, accounts) = news.reports.entry(report).or_insert((area, 0));
            *accounts += changed.accounts.len();
        }
    }
    Ok(news)
}

async fn tell(centre: &Centre, news: News) -> AppResult<()> {
    let concerned: Vec<ReportId> = news.reports.keys().copied().collect();
    let mut reports = news.reports.into_iter();
    let Some((first, (area, accounts))) = reports.next() else {
        return Ok(announced_skip(&centre.store, news.to).await?);
    };
    // Counted before the transaction: nobody waits for a trace.
    let held = held_of(centre, &concerned).await?;
    let ctx = centre.job(crate::Job::Flow);
    let mut work = centre.work(&ctx, CHANGED, SubjectKind::Report, first).await?;
    work.note("area", area.to_string());
    work.note("accounts", accounts);
    for (report, sum) in held {
        held_put(&work, report, sum).await?;
    }
    for (report, (area, accounts)) in reports {
        let detail = json!({ "area": area.to_string(), "accounts": accounts });
        work.also(CHANGED, SubjectKind::Report, report, detail);
    }
    let outcome = announced_put(&work.tx, news.to).await;
    work.finish(outcome.map_err(Into::into)).await
}

/// What banks hold of each report's money, as lists show it.
async fn held_of(centre: &Centre, reports: &[ReportId]) -> AppResult<Vec<(ReportId, Fen)>> {
    let mut held = Vec::new();
    for report in reports.iter().copied() {
        let sums = sums_of(centre.store.reader(), report, centre.config.doctrine).await?;
        held.push((report, sums.held));
    }
    Ok(held)
}

/// A report that somebody changed meanwhile keeps what he wrote; its next news comes with his change.
async fn held_put(work: &Work<'_>, report: ReportId, held: Fen) -> AppResult<()> {
    if let Some(before) = report_load(work.tx.conn(), report).await?
        && before.held != held
    {
        let after = ReportRow {
            held,
            ..before.clone()
        };
        report_update(&work.tx, &before, &after).await?;
    }
    Ok(())
}

/// Notes that a bank's measure on the account began or ended: every report with money there is counted anew, and hears of it.
pub(crate) async fn account_changed(work: &Work<'_>, account: AccountId) -> AppResult<()> {
    let now = work.now();
    Ok(accounts_told(&work.tx, &[account], (now, now)).await?)
}

/// Accounts with news, and when the earliest and the latest of these movements happened.
struct Changed {
    accounts: BTreeSet<AccountId>,
    first: Instant,
    last: Instant,
}

impl Changed {
    fn of(rows: &[(i64, Moved)], told: &[ToldAgain]) -> Option<Changed> {
        let spans = || {
            let rows = rows.iter().map(|(_, row)| (row.at, row.at));
            rows.chain(told.iter().map(|told| (told.first, told.last)))
        };
        let ends = rows.iter().flat_map(|(_, row)| [row.src, row.dst]);
        Some(Changed {
            first: spans().map(|(first, _)| first).min()?,
            last: spans().map(|(_, last)| last).max()?,
            accounts: ends.chain(told.iter().map(|told| told.account)).collect(),
        })
    }
}

/// Upstream, from the accounts with news, back along who paid whom, to accounts that victims paid.
async fn reports_of(conn: &impl ConnectionTrait, changed: &Changed) -> AppResult<Vec<(ReportId, Area)>> {
    let mut known = changed.accounts.clone();
    let most = known.len() + ACCOUNTS;
    let mut frontier: Vec<AccountId> = known.iter().copied().collect();
    for _ in 0..HOPS {
        let room = most.saturating_sub(known.len());
        if frontier.is_empty() || room == 0 {
            break;
        }
        let window = (changed.first - BEFORE, changed.last);
        let found = payers(conn, &frontier, window, room as u64).await?;
        frontier = found.into_iter().filter(|a| known.insert(*a)).collect();
    }
    let accounts: Vec<AccountId> = known.into_iter().collect();
    Ok(reports_paying_any(conn, &accounts, REPORTS).await?)
}

/// When rows that may carry the report's money came in last.
pub(crate) async fn flow_changed_at(
    conn: &impl ConnectionTrait,
    report: ReportId,
) -> AppResult<Option<Instant>> {
    let last = AuditQuery {
        subjects: vec![(SubjectKind::Report.slug().into(), report.to_string())],
        action: Some(CHANGED.slug().into()),
        limit: 1,
        ..AuditQuery::default()
    };
    let found = page(conn, &last).await?.lines;
    Ok(found
        .first()
        .map(|line| Instant::from_ms(line.sealed.entry.at_ms)))
}

/// Reports whose money may have come to the account, at whatever time.
pub(crate) async fn reports_above(
    conn: &impl ConnectionTrait,
    account: AccountId,
) -> AppResult<Vec<ReportId>> {
    let any = Changed {
        accounts: BTreeSet::from([account]),
        first: Instant::from_ms(0) + BEFORE,
        last: Instant::from_ms(i64::MAX / 2),
    };
    let found = reports_of(conn, &any).await?;
    Ok(found.into_iter().map(|(report, _)| report).collect())
}

/// Notes which accounts' own banks told of movements that the store had already: those make no new row, so whoever follows
/// the rows would not hear. `told`: each row with the account whose bank told it, and what became of it.
pub(crate) async fn told_again<'t>(
    work: &Work<'_>,
    told: impl IntoIterator<Item = (&'t Transfer, AccountId, Recorded)>,
) -> AppResult<()> {
    let joined: Vec<(Instant, AccountId)> = told
        .into_iter()
        .filter(|(_, _, became)| *became == Recorded::Joined)
        .map(|(row, own, _)| (row.at, own))
        .collect();
    let times = || joined.iter().map(|(at, _)| *at);
    if let Some(span) = times().min().zip(times().max()) {
        let accounts: BTreeSet<AccountId> = joined.iter().map(|(_, own)| *own).collect();
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        accounts_told(&work.tx, &accounts, span).await?;
    }
    Ok(())
}
