//! Drafting one order inside an open unit of work: one load (`dossier`), one decision (`domain::order::plan`), one save. What
//! the plan refuses has written nothing.

use crate::intake::banks::bank_directory;
use crate::orders::acts::Facts;
use crate::orders::clear::{leave, start};
use crate::orders::dossier;
use crate::papers::snapshot;
use crate::{AppResult, Work};
use domain::audit::AuditAction;
use domain::order::acts::act_check;
use domain::order::plan::{Ask, Plan, plan};
use domain::order::{Order, OrderKind, Terms};
use domain::subject::SubjectKind;
use kernel::{BatchId, OrderId, Refusal, RefusalCode, UserId};
use store::accounts::{Account, account_update};
use store::intake::ReportRow;
use store::orders as rows;
use store::policies;

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
    let account = bank_named(work, draft.account).await?;
    let draft = Draft {
        account: &account,
        ..draft
    };
    if draft.kind.original().is_some() || draft.kind == OrderKind::Watch {
        // The same rule that greys the act on the screen.
        let report = draft.report.report.id;
        let facts = Facts::load(work.tx.conn(), &account, report).await?;
        act_check(
            draft.kind,
            report,
            draft.original.as_ref(),
            &facts.standing(),
            work.now(),
        )?;
    }
    let loaded = dossier::load(work, &draft).await?;
    let ask = Ask {
        id: OrderId::new(work.now(), work.random10()),
        application_id: application_id(work, draft.kind)?,
        kind: draft.kind,
        report: draft.report.report.id,
        area: draft.report.report.area,
        account: account.id,
        layer: draft.layer,
        terms: draft.terms,
        batch: draft.batch,
        requested_by: loaded.requested_by,
        second_officer: loaded.second_officer,
        may_use_policy: draft.may_use_policy,
    };
    let plan = plan(ask, &loaded.dossier, work.now())?;
    snapshot::ready(work, &plan.order, &account).await?;
    save(work, plan, &account).await
}

/// A bank's row tells the other end's bank by its code alone; the message needs the name too (DOMAIN 1.4), and the directory
/// has it.
async fn bank_named(work: &Work<'_>, account: &Account) -> AppResult<Account> {
    let mut account = account.clone();
    if !account.bank_name.is_empty() || account.bank_code.is_empty() {
        return Ok(account);
    }
    if let Some(bank) = bank_directory(work.centre).coded(&account.bank_code) {
        account.bank_name.clone_from(&bank.name);
        account_update(&work.tx, &account).await?;
        account.version += 1;
        work.know_account(&account);
    }
    Ok(account)
}

async fn save(work: &mut Work<'_>, plan: Plan, account: &Account) -> AppResult<Order> {
    let order = &plan.order;
    work.also(AuditAction::OrderDraft, SubjectKind::Order, order.id, serde_json::json!({
        "kind": order.kind.slug(), "application_id": order.application_id, "layer": i64::from(order.layer),
        "amount_fen": order.terms.amount.0, "report": order.report.to_string(),
        "payment": order.terms.payment.map(|p| p.to_string()).unwrap_or_default(),
    }));
    rows::order_insert(&work.tx, order).await?;
    start(work, order, &plan.due).await?;
    if let Some(policy) = &plan.policy {
        policies::policy_used(&work.tx, policy.id).await?;
    }
    if plan.leaves() {
        leave(work, order, account, plan.policy.as_ref()).await?;
    }
    Ok(plan.order)
}

/// 业务申请编号 in our form; its tail is random, so two seats never draw the same.
pub(super) fn application_id(work: &Work<'_>, kind: OrderKind) -> AppResult<String> {
    let tail: u64 = work.centre.random_digits(12).parse().unwrap_or(0);
    let id = bankwire::ApplicationId::compose(
        kind.request_code(),
        &work.centre.config.org_code,
        work.now(),
        tail,
    )
    .map_err(|_| Refusal::field("settings.org_code", RefusalCode::FieldMissing))?;
    Ok(id.as_str().to_owned())
}
