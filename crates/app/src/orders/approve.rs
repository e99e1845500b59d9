//! Approve, reject, withdraw, send again: what people decide about one order or a batch.

use crate::orders::clear::{clear, save};
use crate::orders::unsent::unsent_of;
use crate::{AppError, AppResult, Centre, Context, Work};
use domain::access::{Action, Actor, level_check, not_own_request, permit};
use domain::audit::AuditAction;
use domain::deadline::ended_by;
use domain::order::{
    Approval, Event, Order, OrderKind, OrderState, Step, decide, freeze_until_max, original_check,
};
use domain::subject::SubjectKind;
use kernel::{BatchId, OrderId, Refusal, RefusalCode, Span};
use serde_json::json;
use store::accounts::{Account, account_load};
use store::deadlines::deadlines_cancel;
use store::messages::{OutState, outgoing_of_order, outgoing_progress};
use store::orders::{BatchState, batch_decide, batch_load, order_load, orders_of_batch};

/// 审批同意: the order leaves.
pub async fn order_approve(centre: &Centre, ctx: &Context, id: OrderId, opinion: &str) -> AppResult<Order> {
    order_approve_seen(centre, ctx, id, opinion, None).await
}

/// The same for one of many: refused unless it is still the one that was `seen`.
pub(super) async fn order_approve_seen(
    centre: &Centre,
    ctx: &Context,
    id: OrderId,
    opinion: &str,
    seen: Option<i64>,
) -> AppResult<Order> {
    let mut work = centre
        .work(ctx, AuditAction::OrderApprove, SubjectKind::Order, id)
        .await?;
    let outcome = approve(&mut work, id, opinion, seen).await;
    work.finish(outcome).await
}

async fn approve(work: &mut Work<'_>, id: OrderId, opinion: &str, seen: Option<i64>) -> AppResult<Order> {
    let (order, account) = load(work, id, Action::OrderApprove).await?;
    was_seen(seen, order.version)?;
    if order.batch.is_some() {
        // A batch is decided as a whole; its orders stay together.
        return Err(RefusalCode::AlreadyDecided.into());
    }
    approve_one(work, order, &account, opinion).await
}

/// What a person decides about must be what was shown to him: it has not changed since.
pub(super) fn was_seen(seen: Option<i64>, version: i64) -> Result<(), Refusal> {
    match seen {
        Some(seen) if seen != version => Err(RefusalCode::NotSeen.into()),
        _ => Ok(()),
    }
}

async fn approve_one(
    work: &mut Work<'_>,
    mut order: Order,
    account: &Account,
    opinion: &str,
) -> AppResult<Order> {
    let actor = work.ctx.person()?.actor.clone();
    decide(order.kind, order.state, Event::Approve)?;
    not_own_request(actor.id, order.requested_by)?;
    not_own_request(actor.id, order.second_officer)?;
    level_check(&actor, order.kind.approver_level(long_term(&order)))?;
    in_time(work, &order).await?;
    order.approval = Some(Approval {
        by: actor.id,
        at: work.now(),
        level: actor.level,
        opinion: opinion.into(),
        policy: None,
    });
    clear(work, order, account).await
}

/// A renewal that waited beyond the end comes too late: what it would renew is released (程序规定 240). Asked again here, because
/// the draft may have waited.
async fn in_time(work: &Work<'_>, order: &Order) -> AppResult<()> {
    let Some(original) = order.original else {
        return Ok(());
    };
    let original = order_load(work.tx.conn(), original).await?;
    let original = original.ok_or(RefusalCode::NotFound)?;
    Ok(original_check(order.kind, &original, work.now())?)
}

/// Longer than the six months a county-level head may approve (程序规定 243).
pub fn long_term(order: &Order) -> bool {
    let freezes = matches!(order.kind, OrderKind::Freeze | OrderKind::FreezeRenew);
    match (order.terms.from, order.terms.until) {
        (Some(from), Some(until)) => freezes && until > freeze_until_max(from, false) + Span::days(1),
        _ => false,
    }
}

/// 审批不同意.
pub async fn order_reject(centre: &Centre, ctx: &Context, id: OrderId, opinion: &str) -> AppResult<Order> {
    let mut work = centre
        .work(ctx, AuditAction::OrderReject, SubjectKind::Order, id)
        .await?;
    work.note("opinion", opinion);
    let outcome = person_moves(&mut work, id, Action::OrderApprove, Event::Reject).await;
    work.finish(outcome).await
}

/// The requester takes it back before anybody decided; or anybody who may, an order whose message cannot be made and
/// which therefore was never on the road.
pub async fn order_withdraw(centre: &Centre, ctx: &Context, id: OrderId) -> AppResult<Order> {
    let mut work = centre
        .work(ctx, AuditAction::OrderWithdraw, SubjectKind::Order, id)
        .await?;
    let outcome = withdraw(&mut work, id).await;
    work.finish(outcome).await
}

async fn withdraw(work: &mut Work<'_>, id: OrderId) -> AppResult<Order> {
    let (order, _) = load(work, id, Action::OrderWithdraw).await?;
    let message = outgoing_of_order(work.tx.conn(), id).await?;
    let never_built = message.as_ref().is_some_and(|m| m.body.is_none());
    let event = if order.state == OrderState::Stuck && order.sent_at.is_none() && never_built {
        Event::TakeBackUnsent
    } else {
        Event::Withdraw
    };
    person_moves(work, id, Action::OrderWithdraw, event).await
}

async fn person_moves(work: &mut Work<'_>, id: OrderId, action: Action, event: Event) -> AppResult<Order> {
    let (before, _) = load(work, id, action).await?;
    let mut after = before.clone();
    if let Step::Move(state) = decide(before.kind, before.state, event)? {
        after.state = state;
    }
    save(work, &before, &mut after).await?;
    deadlines_cancel(&work.tx, id.into(), &ended_by(&after), work.now()).await?;
    Ok(after)
}

/// A person sends again what the automatic resends could not: the same bytes, once more from the first attempt.
pub async fn order_resend(centre: &Centre, ctx: &Context, id: OrderId) -> AppResult<Order> {
    let mut work = centre
        .work(ctx, AuditAction::OrderResend, SubjectKind::Order, id)
        .await?;
    let outcome = resend(&mut work, id).await;
    work.finish(outcome).await
}

async fn resend(work: &mut Work<'_>, id: OrderId) -> AppResult<Order> {
    let (before, _) = load(work, id, Action::OrderResend).await?;
    let held_up = unsent_of(work.tx.conn(), std::slice::from_ref(&before)).await?;
    if held_up.get(&id).is_some_and(|u| !u.resend_helps()) {
        return Err(RefusalCode::ResendUseless.into());
    }
    let order = person_moves(work, id, Action::OrderResend, Event::Resend).await?;
    let mut message = outgoing_of_order(work.tx.conn(), id)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    message.state = OutState::Waiting;
    message.attempts = 0;
    message.next_at = work.now();
    outgoing_progress(&work.tx, &message).await?;
    work.ring_outbox();
    Ok(order)
}

/// One approval for all orders of a batch: all leave or none.
pub async fn batch_approve(
    centre: &Centre,
    ctx: &Context,
    id: BatchId,
    opinion: &str,
) -> AppResult<Vec<Order>> {
    batch_approve_seen(centre, ctx, id, opinion, None).await
}

/// The same for one of many; `seen` is the sum of its orders' versions.
pub(super) async fn batch_approve_seen(
    centre: &Centre,
    ctx: &Context,
    id: BatchId,
    opinion: &str,
    seen: Option<i64>,
) -> AppResult<Vec<Order>> {
    let mut work = centre
        .work(ctx, AuditAction::BatchApprove, SubjectKind::Batch, id)
        .await?;
    let outcome = approve_batch(&mut work, id, opinion, seen).await;
    work.finish(outcome).await
}

async fn approve_batch(
    work: &mut Work<'_>,
    id: BatchId,
    opinion: &str,
    seen: Option<i64>,
) -> AppResult<Vec<Order>> {
    decide_batch(work, id, BatchState::Approved).await?;
    let mut sent = Vec::new();
    let orders = orders_of_batch(work.tx.conn(), id).await?;
    was_seen(seen, orders.iter().map(|o| o.version).sum())?;
    for order in orders {
        let account = account_load(work.tx.conn(), order.account)
            .await?
            .ok_or(RefusalCode::NotFound)?;
        sent.push(approve_one(work, order, &account, opinion).await?);
    }
    work.note("orders", sent.len());
    Ok(sent)
}

/// The whole batch is turned down.
pub async fn batch_reject(centre: &Centre, ctx: &Context, id: BatchId, opinion: &str) -> AppResult<()> {
    let mut work = centre
        .work(ctx, AuditAction::BatchReject, SubjectKind::Batch, id)
        .await?;
    work.note("opinion", opinion);
    let outcome = reject_batch(&mut work, id).await;
    work.finish(outcome).await
}

async fn reject_batch(work: &mut Work<'_>, id: BatchId) -> AppResult<()> {
    decide_batch(work, id, BatchState::Rejected).await?;
    for before in orders_of_batch(work.tx.conn(), id).await? {
        let mut after = before.clone();
        if let Step::Move(state) = decide(before.kind, before.state, Event::Reject)? {
            after.state = state;
        }
        save(work, &before, &mut after).await?;
        work.also(AuditAction::OrderReject, SubjectKind::Order, after.id, json!({}));
    }
    Ok(())
}

async fn decide_batch(work: &Work<'_>, id: BatchId, state: BatchState) -> AppResult<()> {
    let batch = batch_load(work.tx.conn(), id)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    let person = work.ctx.person()?;
    permit(&person.actor, Action::OrderApprove, Some(batch.area))?;
    not_own_request(person.actor.id, batch.requested_by)?;
    if !batch_decide(&work.tx, id, state, person.actor.id, work.now()).await? {
        return Err(RefusalCode::AlreadyDecided.into());
    }
    Ok(())
}

pub(super) async fn load(work: &Work<'_>, id: OrderId, action: Action) -> AppResult<(Order, Account)> {
    let actor: &Actor = &work.ctx.person()?.actor;
    let order = order_load(work.tx.conn(), id).await?;
    // The right is asked before the answer tells whether there is such an order.
    permit(actor, action, order.as_ref().map(|o| o.area))?;
    let order = order.ok_or(AppError::from(RefusalCode::NotFound))?;
    let account = account_load(work.tx.conn(), order.account)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    Ok((order, account))
}
