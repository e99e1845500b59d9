//! 资金去向: the money of one report, loaded and counted by the room `money`. Everything that shows or bounds money asks here.

use crate::AppResult;
use crate::flow::{Doctrine, FlowLimits, ReportFacts, Sharing, reports_above};
use kernel::{AccountId, ReportId};
use money::{AccountMoney, Claim, Sums, Whereabouts};
use store::intake::{Payment, payments};
use store::sea_orm::ConnectionTrait;
use trace::local::WhatIf;

/// Other reports that are asked what they have on an account: more than these are not named.
pub const CLAIMS_MAX: usize = 20;

/// The sums alone, for lists.
pub async fn sums_of(conn: &impl ConnectionTrait, report: ReportId, doctrine: Sharing) -> AppResult<Sums> {
    Ok(whereabouts_of(conn, report, doctrine).await?.sums)
}

pub async fn whereabouts_of(
    conn: &impl ConnectionTrait,
    report: ReportId,
    doctrine: Sharing,
) -> AppResult<Whereabouts> {
    let payments = payments(conn, report).await?;
    whereabouts_of_payments(conn, &payments, doctrine).await
}

/// By the centre's doctrine, from payments that the caller has loaded.
pub async fn whereabouts_of_payments(
    conn: &impl ConnectionTrait,
    payments: &[Payment],
    doctrine: Sharing,
) -> AppResult<Whereabouts> {
    let facts = ReportFacts::load(conn, payments, &FlowLimits::default()).await?;
    let seen = facts.trace(Doctrine::from(doctrine), &WhatIf::default())?;
    Ok(Whereabouts::of(&facts.of(&seen)))
}

/// What other reports have on the account: those whose victims paid it, and those whose money was paid on to it.
pub async fn claims_on(
    conn: &impl ConnectionTrait,
    account: AccountId,
    except: Option<ReportId>,
    doctrine: Sharing,
) -> AppResult<Vec<Claim>> {
    let money = money_on(conn, account, doctrine).await?;
    let others = money.iter().filter(|(report, _)| Some(*report) != except);
    Ok(others.map(|(report, money)| Claim::of(*report, money)).collect())
}

/// The figures of the account for each report whose money came to it, oldest report first.
pub async fn money_on(
    conn: &impl ConnectionTrait,
    account: AccountId,
    doctrine: Sharing,
) -> AppResult<Vec<(ReportId, AccountMoney)>> {
    let mut found = Vec::new();
    for report in reports_on(conn, account).await? {
        let whereabouts = whereabouts_of(conn, report, doctrine).await?;
        found.extend(whereabouts.account(account).map(|money| (report, money.clone())));
        if found.len() == CLAIMS_MAX {
            break;
        }
    }
    Ok(found)
}

/// Reports whose money may lie on the account, oldest first.
async fn reports_on(conn: &impl ConnectionTrait, account: AccountId) -> AppResult<Vec<ReportId>> {
    let mut found = reports_above(conn, account).await?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}
