//! Drafting one order inside an open unit of work: the checks that a bank or the law would refuse it by, the number it
//! keeps for ever, and, where a standing policy covers it, its clearance at once.

use crate::orders::clear::clear_new;
use crate::{AppResult, Work, officers};
use domain::access::ApproverLevel;
use domain::audit::AuditAction;
use domain::order::{self, Approval, Order, OrderKind, OrderState, Terms};
use domain::policy::{StandingPolicy, StopFacts, covers};
use domain::subject::SubjectKind;
use domain::{case, hold};
use kernel::{BatchId, CaseId, OrderId, Refusal, RefusalCode, UserId};
use store::accounts::Account;
use store::intake::ReportRow;
use store::orders as rows;
use store::{cases, policies};

/// What an order is drafted from.
pub struct Draft<'a> {
    pub kind: OrderKind,
    pub report: &'a ReportRow,
    pub account: &'a Account,
    pub layer: u8,
    pub terms: Terms,
    pub original: Option<Order>,
    pub batch: Option<BatchId>,
    pub second_officer: Option<UserId>,
    /// Whether a standing policy may let it leave at once.
    pub may_use_policy: bool,
}

/// Checks and saves a draft; returns the order as it now stands (drafted, or approved under a policy).
pub async fn draft(work: &mut Work<'_>, draft: Draft<'_>) -> AppResult<Order> {
    let now = work.now();
    let case = check(work, &draft).await?;
    let (first, second) = officers::two_officers(work, draft.second_officer).await?;
    let mut order = Order {
        id: OrderId::new(now, work.random10()),
        kind: draft.kind,
        state: OrderState::Drafted,
        report: draft.report.report.id,
        case,
        account: draft.account.id,
        application_id: application_id(work, draft.kind)?,
        original: draft.original.as_ref().map(|o| o.id),
        batch: draft.batch,
        layer: draft.layer,
        area: draft.report.report.area,
        terms: draft.terms,
        requested_by: first.id,
        requested_at: now,
        second_officer: second.id,
        approval: None,
        confirmation: None,
        sends: 0,
        sent_at: None,
        hub_code: String::new(),
        answer: None,
        version: 1,
    };
    let policy = if draft.may_use_policy {
        covering_policy(work, &order).await?
    } else {
        None
    };
    if let Some(policy) = &policy {
        order.approval = Some(Approval {
            by: policy.signed_by,
            at: now,
            level: ApproverLevel::Duty,
            opinion: String::new(),
            policy: Some(policy.id),
        });
    }
    work.also(AuditAction::OrderDraft, SubjectKind::Order, order.id, serde_json::json!({
        "kind": order.kind.slug(), "application_id": order.application_id, "layer": i64::from(order.layer),
        "amount_fen": order.terms.amount.0, "report": order.report.to_string(),
    }));
    let Some(policy) = policy else {
        rows::order_insert(&work.tx, &order).await?;
        return Ok(order);
    };
    policies::policy_used(&work.tx, policy.id).await?;
    clear_new(work, order, draft.account, &policy).await
}

/// Refusals in order of precedence: the values themselves, the case, the original, the account.
async fn check(work: &Work<'_>, draft: &Draft<'_>) -> AppResult<Option<CaseId>> {
    let now = work.now();
    let conn = work.tx.conn();
    // Whether a longer term has the right approver is asked when it is approved.
    order::terms_check(draft.kind, &draft.terms, true, now)?;
    if draft.account.holder.is_empty() {
        return Err(Refusal::field("account.name", RefusalCode::AccountNameMissing).into());
    }
    if draft.account.bank_code.is_empty() {
        return Err(Refusal::field("account.bank_code", RefusalCode::BankUnknown).into());
    }
    let case = cases::case_of_report(conn, draft.report.report.id).await?;
    if draft.kind.needs_filed_case() {
        case::freeze_needs_filed_case(case.as_ref())?;
    }
    match (draft.kind.original(), &draft.original) {
        (Some(_), Some(original)) => {
            order::original_check(draft.kind, original, now)?;
            if !rows::follow_ups_open(conn, original.id).await?.is_empty() {
                return Err(RefusalCode::OrderPending.into());
            }
        }
        (Some(_), None) => return Err(Refusal::field("original_id", RefusalCode::FieldMissing).into()),
        (None, _) => {}
    }
    crate::orders::intent::holder_document_check(draft.kind, draft.account)?;
    match draft.kind {
        OrderKind::Stop => hold::stop_check(&rows::holds(conn, draft.account).await?, now)?,
        OrderKind::Freeze => hold::freeze_check(&rows::holds(conn, draft.account).await?, now)?,
        _ => {}
    }
    Ok(case.map(|c| c.id))
}

async fn covering_policy(work: &Work<'_>, order: &Order) -> AppResult<Option<StandingPolicy>> {
    let facts = StopFacts {
        kind: order.kind,
        amount: order.terms.amount,
        paid_at: order.terms.paid_at,
        layer: order.layer,
        requested_by: order.requested_by,
    };
    let in_force = policies::policies_in_force(work.tx.conn(), work.now()).await?;
    Ok(in_force
        .into_iter()
        .find(|p| covers(p, &facts, work.now()).is_ok()))
}

/// 业务申请编号 in our form; its tail is random, so two seats never draw the same.
fn application_id(work: &Work<'_>, kind: OrderKind) -> AppResult<String> {
    let tail: u64 = work.centre.random_digits(12).parse().unwrap_or(0);
    let id = bankwire::ApplicationId::compose(
        kind.request_code(),
        &work.centre.config.org_code,
        work.now(),
        tail,
    )
    .map_err(|p| Refusal::with(RefusalCode::WireRefused, p.element))?;
    Ok(id.as_str().to_owned())
}
