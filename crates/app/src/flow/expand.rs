//! 展开: the counterparties of an account, counts by type first, then page by page.

use super::shape::*;
use super::view::may_read;
use crate::reading::{Look, read_entered};
use crate::{AppResult, Centre, Context};
use domain::access::{Action, Reach};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{AccountId, Fen, RefusalCode, ReportId};
use store::accounts::{account_load, accounts_load};
use store::flow::{counterparties, counterparty_counts};
use store::intake::payments;
use store::page::PAGE_MAX;

const READ: AuditAction = AuditAction::FlowExpandRead;

/// How many counterparties of which type, and how much money, both ways.
pub async fn expand(
    centre: &Centre,
    ctx: &Context,
    report: ReportId,
    account: AccountId,
) -> AppResult<Expansion> {
    look(centre, ctx, report, account).await?;
    let conn = centre.store.reader();
    let account = account_load(conn, account).await?.ok_or(RefusalCode::NotFound)?;
    let mut groups = Vec::new();
    for side in [Side::In, Side::Out] {
        for row in counterparty_counts(conn, account.id, side == Side::In).await? {
            let kind = kind(&row.exit_kind, &row.account_type);
            let known = groups
                .iter_mut()
                .find(|g: &&mut ExpansionGroup| g.side == side && g.kind == kind);
            match known {
                Some(group) => {
                    group.accounts += row.accounts;
                    group.transfers += row.transfers;
                    group.amount = Fen(group.amount.0.saturating_add(row.amount.0));
                }
                None => groups.push(ExpansionGroup {
                    side,
                    kind,
                    accounts: row.accounts,
                    transfers: row.transfers,
                    amount: row.amount,
                }),
            }
        }
    }
    Ok(Expansion { account, groups })
}

/// Counterparties of one side and type, largest amount first, from the `skip`th on; and whether there are more.
#[allow(
    clippy::too_many_arguments,
    reason = "a page is asked for by what it is a page of"
)]
pub async fn expand_page(
    centre: &Centre,
    ctx: &Context,
    report: ReportId,
    account: AccountId,
    side: Side,
    of_kind: CounterpartyKind,
    skip: u64,
    limit: u64,
) -> AppResult<(Vec<Counterparty>, bool)> {
    look(centre, ctx, report, account).await?;
    let conn = centre.store.reader();
    let limit = limit.clamp(1, PAGE_MAX);
    let (exit_kind, account_type) = match of_kind {
        CounterpartyKind::Personal => ("", Some("01")),
        CounterpartyKind::Corporate => ("", Some("02")),
        CounterpartyKind::Untold => ("", None),
        CounterpartyKind::Exit(exit) => (exit.slug(), None),
    };
    let mut rows = counterparties(
        conn,
        account,
        side == Side::In,
        exit_kind,
        account_type,
        skip,
        limit + 1,
    )
    .await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let ids: Vec<AccountId> = rows.iter().map(|r| r.account).collect();
    let mut known: std::collections::BTreeMap<_, _> = accounts_load(conn, &ids)
        .await?
        .into_iter()
        .map(|a| (a.id, a))
        .collect();
    let found = rows
        .into_iter()
        .filter_map(|r| {
            Some(Counterparty {
                account: known.remove(&r.account)?,
                transfers: r.transfers,
                amount: r.amount,
                first_at: r.first_at,
                last_at: r.last_at,
            })
        })
        .collect();
    Ok((found, more))
}

fn kind(exit_kind: &str, account_type: &str) -> CounterpartyKind {
    match (ExitKind::of(exit_kind), account_type) {
        (Some(exit), _) => CounterpartyKind::Exit(exit),
        (None, "01") => CounterpartyKind::Personal,
        (None, "02") => CounterpartyKind::Corporate,
        (None, _) => CounterpartyKind::Untold,
    }
}

/// The entry, and the right. Who sees only his own county sees the neighbours of accounts that his report's money
/// touched, and of no others: a report is no key to every account of the centre.
async fn look(centre: &Centre, ctx: &Context, report: ReportId, account: AccountId) -> AppResult<()> {
    let outcome = may_look(centre, ctx, report, account).await;
    let look = Look::at(READ, SubjectKind::Report, report)
        .question(account)
        .note("account", account.to_string());
    read_entered(centre, ctx, look, outcome).await
}

async fn may_look(centre: &Centre, ctx: &Context, report: ReportId, account: AccountId) -> AppResult<()> {
    may_read(centre, ctx, report).await?;
    if ctx.person()?.actor.reach(Action::ReportRead) == Reach::Everywhere {
        return Ok(());
    }
    let conn = centre.store.reader();
    let paid = payments(conn, report).await?;
    let whereabouts =
        crate::whereabouts::whereabouts_of_payments(conn, &paid, centre.config.doctrine).await?;
    if whereabouts.account(account).is_some() {
        Ok(())
    } else {
        Err(RefusalCode::NotFound.into())
    }
}
