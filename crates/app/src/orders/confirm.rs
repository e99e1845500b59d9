//! 补办审批: a leader stands, afterwards, behind an order that left under the standing policy, or does not.
//!
//! A refusal (不予确认) has consequences, because a stop without an approval that somebody stands behind has no ground: the order
//! carries it for ever, every screen that shows the order says so, the board and the supervisor have a list of them, and a
//! relief of what is in force is drafted for another leader to approve (adr 0014). A refusal that comes before the bank has
//! answered drafts the relief when it answers ([`relief_after_refusal`]).

use crate::orders::approve::{load, was_seen};
use crate::orders::clear::save;
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, level_check, not_own_request};
use domain::audit::AuditAction;
use domain::deadline::DeadlineKind;
use domain::order::{Confirmation, Order, OrderKind, OrderState, Terms};
use domain::subject::SubjectKind;
use kernel::{OrderId, Refusal, RefusalCode};
use serde_json::json;
use store::deadlines::deadlines_cancel;
use store::orders::{follow_ups_open, order_insert};

/// 补办审批: confirmed.
pub async fn order_confirm(centre: &Centre, ctx: &Context, id: OrderId, opinion: &str) -> AppResult<Order> {
    order_confirm_seen(centre, ctx, id, opinion, None).await
}

pub(super) async fn order_confirm_seen(
    centre: &Centre,
    ctx: &Context,
    id: OrderId,
    opinion: &str,
    seen: Option<i64>,
) -> AppResult<Order> {
    let mut work = centre
        .work(ctx, AuditAction::OrderConfirm, SubjectKind::Order, id)
        .await?;
    let outcome = decide(&mut work, id, opinion, false, seen).await;
    work.finish(outcome).await
}

/// 不予确认, with the reason.
pub async fn order_confirm_refuse(
    centre: &Centre,
    ctx: &Context,
    id: OrderId,
    opinion: &str,
) -> AppResult<Order> {
    order_confirm_refuse_seen(centre, ctx, id, opinion, None).await
}

pub(super) async fn order_confirm_refuse_seen(
    centre: &Centre,
    ctx: &Context,
    id: OrderId,
    opinion: &str,
    seen: Option<i64>,
) -> AppResult<Order> {
    let mut work = centre
        .work(ctx, AuditAction::OrderConfirmRefuse, SubjectKind::Order, id)
        .await?;
    work.note("opinion", opinion);
    let outcome = refuse(&mut work, id, opinion, seen).await;
    work.finish(outcome).await
}

async fn refuse(work: &mut Work<'_>, id: OrderId, opinion: &str, seen: Option<i64>) -> AppResult<Order> {
    if opinion.trim().is_empty() {
        return Err(Refusal::field("opinion", RefusalCode::FieldMissing).into());
    }
    let order = decide(work, id, opinion, true, seen).await?;
    if order.state == OrderState::Executed {
        relief_after_refusal(work, &order).await?;
    }
    Ok(order)
}

async fn decide(
    work: &mut Work<'_>,
    id: OrderId,
    opinion: &str,
    refused: bool,
    seen: Option<i64>,
) -> AppResult<Order> {
    let (before, _) = load(work, id, Action::OrderConfirm).await?;
    was_seen(seen, before.version)?;
    let actor = work.ctx.person()?.actor.clone();
    not_own_request(actor.id, before.requested_by)?;
    not_own_request(actor.id, before.second_officer)?;
    level_check(&actor, before.kind.approver_level(false))?;
    if !before.awaits_confirmation() {
        return Err(RefusalCode::ConfirmationNotDue.into());
    }
    let mut after = before.clone();
    after.confirmation = Some(Confirmation {
        by: actor.id,
        at: work.now(),
        opinion: opinion.into(),
        refused,
    });
    save(work, &before, &mut after).await?;
    deadlines_cancel(&work.tx, id.into(), &[DeadlineKind::PolicyConfirm], work.now()).await?;
    Ok(after)
}

/// Drafts the relief of a stop in force whose confirmation was refused, once. It is asked for in the name of the leader who
/// refused, so another one approves it: letting money go takes two people, as holding it does.
pub(super) async fn relief_after_refusal(work: &mut Work<'_>, stop: &Order) -> AppResult<()> {
    let Some(refusal) = stop.confirmation.as_ref().filter(|c| c.refused) else {
        return Ok(());
    };
    let relief_open = follow_ups_open(work.tx.conn(), stop.id)
        .await?
        .iter()
        .any(|o| o.kind == OrderKind::StopRelieve);
    if stop.kind != OrderKind::Stop || relief_open {
        return Ok(());
    }
    let relief = Order {
        id: OrderId::new(work.now(), work.random10()),
        kind: OrderKind::StopRelieve,
        state: OrderState::Drafted,
        application_id: crate::orders::draft::application_id(work, OrderKind::StopRelieve)?,
        original: Some(stop.id),
        batch: None,
        terms: Terms {
            amount: stop.terms.amount,
            payment: stop.terms.payment,
            paid_at: stop.terms.paid_at,
            reason: format!("应急止付未获补办审批：{}", refusal.opinion)
                .chars()
                .take(200)
                .collect(),
            ..Terms::default()
        },
        requested_by: refusal.by,
        requested_at: work.now(),
        second_officer: stop.second_officer,
        approval: None,
        confirmation: None,
        sends: 0,
        sent_at: None,
        hub_code: String::new(),
        answer: None,
        version: 1,
        ..stop.clone()
    };
    order_insert(&work.tx, &relief).await?;
    work.also(AuditAction::OrderDraft, SubjectKind::Order, relief.id, json!({
        "kind": relief.kind.slug(), "application_id": relief.application_id, "layer": i64::from(relief.layer),
        "amount_fen": relief.terms.amount.0, "report": relief.report.to_string(), "after_refusal_of": stop.id.to_string(),
    }));
    Ok(())
}
