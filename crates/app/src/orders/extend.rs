//! 延伸止付: new stops on the accounts the money has moved on to, proposed together and approved once.

use crate::orders::draft::{Draft, draft};
use crate::whereabouts::whereabouts_of_payments;
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::order::{Order, OrderKind, Terms};
use domain::subject::SubjectKind;
use kernel::{AccountId, BatchId, Fen, Refusal, RefusalCode, ReportId, UserId};
use store::accounts::account_load;
use store::intake::{payments, report_load};
use store::orders::{Batch, BatchState, batch_insert};

/// Accounts in one batch.
const BATCH_MAX: usize = 50;

/// Drafts a stop on each account under one approval. An account whose money is not reachable now is refused:
/// the proposal on the screen may be old.
pub async fn stops_extend(
    centre: &Centre,
    ctx: &Context,
    report: ReportId,
    accounts: &[AccountId],
    second_officer: Option<UserId>,
) -> AppResult<(Batch, Vec<Order>)> {
    let mut work = centre
        .work(ctx, AuditAction::OrderExtend, SubjectKind::Report, report)
        .await?;
    work.note("accounts", accounts.len());
    let outcome = extend(&mut work, report, accounts, second_officer).await;
    work.finish(outcome).await
}

async fn extend(
    work: &mut Work<'_>,
    id: ReportId,
    accounts: &[AccountId],
    second_officer: Option<UserId>,
) -> AppResult<(Batch, Vec<Order>)> {
    let person = work.ctx.person()?.clone();
    let report = report_load(work.tx.conn(), id).await?;
    permit(
        &person.actor,
        Action::OrderDraft,
        report.as_ref().map(|r| r.report.area),
    )?;
    let report = report.ok_or(RefusalCode::NotFound)?;
    if accounts.is_empty() || accounts.len() > BATCH_MAX {
        return Err(Refusal::field("account_ids", RefusalCode::TooMany).into());
    }
    let paid = payments(work.tx.conn(), id).await?;
    let doctrine = work.centre.config.doctrine;
    let whereabouts = whereabouts_of_payments(work.tx.conn(), &paid, doctrine).await?;
    let latest = paid.iter().max_by_key(|p| p.paid_at);
    let batch_id = BatchId::new(work.now(), work.random10());
    let mut orders = Vec::new();
    for (i, account_id) in accounts.iter().enumerate() {
        let not_proposable = || Refusal::field(format!("account_ids[{i}]"), RefusalCode::NotProposable);
        let money = whereabouts
            .account(*account_id)
            .filter(|a| a.proposable)
            .ok_or_else(not_proposable)?;
        let account = account_load(work.tx.conn(), *account_id)
            .await?
            .ok_or_else(not_proposable)?;
        let terms = Terms {
            // What is there now: what has moved on is asked for where it went.
            amount: money.split.reachable,
            paid_at: Some(money.last_arrival),
            payment: latest.map(|p| p.id),
            reason: format!("延伸止付第{}层", money.layer),
            ..Terms::default()
        };
        let one = Draft {
            kind: OrderKind::Stop,
            report: &report,
            account: &account,
            layer: money.layer,
            terms,
            original: None,
            batch: Some(batch_id),
            second_officer,
            may_use_policy: false,
        };
        orders.push(draft(work, one).await?);
    }
    let batch = Batch {
        id: batch_id,
        report: id,
        state: BatchState::Waiting,
        area: report.report.area,
        orders: u32::try_from(orders.len()).unwrap_or(u32::MAX),
        amount: orders.iter().map(|o| o.terms.amount).sum::<Fen>(),
        requested_by: person.actor.id,
        requested_at: work.now(),
        decided: None,
    };
    batch_insert(&work.tx, &batch).await?;
    work.note("batch", batch_id.to_string());
    Ok((batch, orders))
}
