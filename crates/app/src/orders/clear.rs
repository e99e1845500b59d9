//! Clearing an order to leave: its approval, its numbered paper, its message in the outbox and its clocks, all in the
//! transaction of the decision.

use crate::orders::intent::{self, Card, PaperRef};
use crate::orders::queue::{Leaving, queue, trans_serial};
use crate::papers::snapshot;
use crate::{AppResult, Work};
use bankwire::ApplicationId;
use domain::audit::AuditAction;
use domain::deadline::Due;
use domain::document::DocumentKind;
use domain::order::Order;
use domain::order::plan::{approved, first_left, paper_of};
use domain::policy::StandingPolicy;
use domain::subject::SubjectKind;
use kernel::{DeadlineId, RefusalCode, ReportId};
use serde_json::json;
use store::accounts::Account;
use store::deadlines::{Deadline, deadline_insert};
use store::intake::ReportRow;
use store::messages::Subject;

/// Moves a drafted order with its approval to Approved and queues its message. `order` is as loaded, with `approval`
/// filled in.
pub async fn clear(work: &mut Work<'_>, order: Order, account: &Account) -> AppResult<Order> {
    let before = order.clone();
    let mut after = approved(order)?;
    save(work, &before, &mut after).await?;
    leave(work, &after, account, None).await?;
    Ok(after)
}

/// Queues the message of an order that is stored as approved, with its paper, and says who approved it.
pub async fn leave(
    work: &mut Work<'_>,
    order: &Order,
    account: &Account,
    policy: Option<&StandingPolicy>,
) -> AppResult<()> {
    queue_order(work, order, account).await?;
    first_approver(work, order).await?;
    work.also(
        AuditAction::OrderApprove,
        SubjectKind::Order,
        order.id,
        json!({
            "policy": policy.map(|p| p.serial), "application_id": order.application_id,
        }),
    );
    Ok(())
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

async fn paper(work: &mut Work<'_>, order: &Order, account: &Account) -> AppResult<Option<PaperRef>> {
    let document = match paper_of(order.kind) {
        DocumentKind::StopApplication => snapshot::stop_application(work, order, account).await?,
        DocumentKind::FreezeNotice => snapshot::freeze_notice(work, order, account).await?,
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

/// 谁审批: the first approver of an order of the report.
async fn first_approver(work: &Work<'_>, order: &Order) -> AppResult<()> {
    let before = work.report(order.report).await?;
    if before.report.approved_by.is_some() {
        return Ok(());
    }
    let mut after = before.clone();
    after.report.approved_by = order.approval.as_ref().map(|a| a.by);
    work.report_save(&before, &after).await
}

/// Notes on the report when its first stop left. Asked again when an order leaves, is stuck, is turned back by the hub or is
/// answered by its bank: the report's clock says what really left, and not what was approved.
pub async fn note_first_left(work: &Work<'_>, report: ReportId) -> AppResult<()> {
    let before = work.report(report).await?;
    let orders = store::orders::orders_of_report(work.tx.conn(), report).await?;
    let first_order_at = first_left(&orders);
    if before.first_order_at == first_order_at {
        return Ok(());
    }
    let after = ReportRow {
        first_order_at,
        ..before.clone()
    };
    work.report_save(&before, &after).await
}
