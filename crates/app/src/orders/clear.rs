//! Clearing an order to leave: its approval, its numbered paper, its message in the outbox and its clocks, all in the
//! transaction of the decision.

use crate::orders::intent::{self, Card, PaperRef};
use crate::orders::queue::{Leaving, queue, trans_serial};
use crate::papers::snapshot;
use crate::{AppResult, Work};
use bankwire::ApplicationId;
use domain::audit::AuditAction;
use domain::deadline::{DeadlineKind, Due};
use domain::order::{Event, Order, OrderKind, Step, decide};
use domain::policy::StandingPolicy;
use domain::subject::SubjectKind;
use kernel::{DeadlineId, RefusalCode};
use serde_json::json;
use store::accounts::Account;
use store::deadlines::{Deadline, deadline_insert};
use store::messages::Subject;

/// Moves a drafted order with its approval to Approved and queues its message. `order` is as loaded (or just
/// inserted), with `approval` filled in.
pub async fn clear(
    work: &mut Work<'_>,
    order: Order,
    account: &Account,
    policy: Option<&StandingPolicy>,
) -> AppResult<Order> {
    let before = order.clone();
    let mut after = approved(order)?;
    save(work, &before, &mut after).await?;
    leave(work, after, account, policy).await
}

/// The same for an order that is not stored yet: it is stored as it leaves.
pub async fn clear_new(
    work: &mut Work<'_>,
    order: Order,
    account: &Account,
    policy: &StandingPolicy,
) -> AppResult<Order> {
    let order = approved(order)?;
    store::orders::order_insert(&work.tx, &order).await?;
    leave(work, order, account, Some(policy)).await
}

fn approved(mut order: Order) -> AppResult<Order> {
    let Step::Move(state) = decide(order.kind, order.state, Event::Approve)? else {
        return Err(RefusalCode::OrderWrongState.into());
    };
    order.state = state;
    Ok(order)
}

async fn leave(
    work: &mut Work<'_>,
    after: Order,
    account: &Account,
    policy: Option<&StandingPolicy>,
) -> AppResult<Order> {
    queue_order(work, &after, account).await?;
    if let (Some(policy), true) = (policy, after.awaits_confirmation()) {
        let due = Due {
            kind: DeadlineKind::PolicyConfirm,
            at: work.now() + policy.confirm_within,
        };
        start(work, &after, &[due]).await?;
    }
    first_order(work, &after).await?;
    work.also(
        AuditAction::OrderApprove,
        SubjectKind::Order,
        after.id,
        json!({
            "policy": policy.map(|p| p.serial), "application_id": after.application_id,
        }),
    );
    Ok(after)
}

/// Saves an order against the version it was loaded with and takes over the new version.
pub async fn save(work: &Work<'_>, before: &Order, after: &mut Order) -> AppResult<()> {
    if !store::orders::order_update(&work.tx, before, after).await? {
        return Err(RefusalCode::RecordChanged.into());
    }
    after.version = before.version + 1;
    Ok(())
}

/// Writes deadlines of an order.
pub async fn start(work: &Work<'_>, order: &Order, due: &[Due]) -> AppResult<()> {
    for one in due {
        let deadline = Deadline::pending(
            DeadlineId::new(work.now(), work.random10()),
            one.kind,
            (SubjectKind::Order, order.id.into()),
            (order.report, order.area),
            one.at,
            work.now(),
        );
        deadline_insert(&work.tx, &deadline).await?;
    }
    Ok(())
}

async fn queue_order(work: &mut Work<'_>, order: &Order, account: &Account) -> AppResult<()> {
    let cleared = order.cleared().ok_or(RefusalCode::OrderWrongState)?;
    let serial = trans_serial(work)?;
    let message = intent::request(work, cleared, account, &serial).await?;
    let paper = paper(work, order, account).await?;
    let officers = work
        .users_named(&[order.requested_by, order.second_officer])
        .await?;
    let cards = officers
        .iter()
        .map(|u| Card {
            name: u.name.clone(),
            police_number: u.police_number.clone(),
            org: u.org.name.clone(),
        })
        .collect();
    let leaving = Leaving {
        subject: Subject::Order(order.id),
        bank_code: account.bank_code.clone(),
        tx_code: order.kind.request_code(),
        application: ApplicationId::parse(&order.application_id).ok_or(RefusalCode::WireRefused)?,
        trans_serial: serial,
        message,
        officers: cards,
        paper,
    };
    queue(work, leaving).await
}

/// The paper that the bank wants with this kind of order (DOMAIN 1.7): 03 with a stop, 02 with a freeze, 05 with a query.
async fn paper(work: &mut Work<'_>, order: &Order, account: &Account) -> AppResult<Option<PaperRef>> {
    let document = match order.kind {
        OrderKind::Stop | OrderKind::StopRelieve | OrderKind::StopProlong => {
            snapshot::stop_application(work, order, account).await?
        }
        OrderKind::Freeze | OrderKind::FreezeRelieve | OrderKind::FreezeRenew => {
            snapshot::freeze_notice(work, order, account).await?
        }
        _ => snapshot::query_notice(work, order, account).await?,
    };
    let kind = document.kind;
    let attachment_type = kind.attachment_type().unwrap_or_default().to_owned();
    Ok(Some(PaperRef {
        kind: kind.slug().into(),
        attachment_type,
        snapshot: document.snapshot,
    }))
}

/// Notes on the report when its first order left its desk, and who approved it.
async fn first_order(work: &Work<'_>, order: &Order) -> AppResult<()> {
    let before = work.report(order.report).await?;
    let mut after = before.clone();
    if after.first_order_at.is_none() {
        after.first_order_at = Some(work.now());
    }
    if after.report.approved_by.is_none() {
        after.report.approved_by = order.approval.as_ref().map(|a| a.by);
    }
    if after == before {
        return Ok(());
    }
    work.report_save(&before, &after).await
}
