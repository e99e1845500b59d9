//! The plan of one order: everything that is known of it goes in once, and what is to be saved comes out, or the refusal.
//! Nothing is written before the plan stands, so a refusal leaves nothing behind.
//!
//! Promises: refusals come in a fixed order, what can never be cured first: the values, the case, the order it follows,
//! what holds the account, what the message and the paper lack. Leaves out loading and saving (`app::orders`), bytes
//! (`bankwire`) and layout (`paper`).

use super::needs::{self, Facts};
use super::{
    Approval, Event, Order, OrderKind, OrderState, Step, Terms, decide, original_check, terms_check,
};
use crate::access::ApproverLevel;
use crate::case::{Case, freeze_needs_filed_case};
use crate::deadline::{DeadlineKind, Due};
use crate::document::DocumentKind;
use crate::hold::{AccountHolds, freeze_check, stop_check};
use crate::policy::{StandingPolicy, StopFacts, covers};
use kernel::{AccountId, Area, BatchId, Instant, OrderId, Refusal, RefusalCode, ReportId, UserId};

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Ask {
    pub id: OrderId,
    pub application_id: String,
    pub kind: OrderKind,
    pub report: ReportId,
    pub area: Area,
    pub account: AccountId,
    pub layer: u8,
    pub terms: Terms,
    pub batch: Option<BatchId>,
    pub requested_by: UserId,
    /// Nobody when there is no second officer: a need that is not met.
    pub second_officer: Option<UserId>,
    /// Whether a standing policy may let it leave at once.
    pub may_use_policy: bool,
}

/// What is known when it is asked for, loaded once.
#[derive(Clone, Debug)]
pub struct Dossier {
    pub facts: Facts,
    pub holds: AccountHolds,
    pub case: Option<Case>,
    /// The order that this one follows up.
    pub original: Option<Order>,
    /// Another follow-up of that order is on its way.
    pub follow_up_open: bool,
    pub policies: Vec<StandingPolicy>,
}

/// What is to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Drafted, or approved under a policy.
    pub order: Order,
    pub policy: Option<StandingPolicy>,
    /// The paper that goes with its message.
    pub paper: DocumentKind,
    /// The clocks that start with it.
    pub due: Vec<Due>,
}

impl Plan {
    /// Whether it leaves now; else it waits for its approval.
    pub fn leaves(&self) -> bool {
        self.order.state == OrderState::Approved
    }
}

/// The paper that a bank wants with this kind of order (DOMAIN 1.7): 03 with a stop, 02 with a freeze, 05 with a query.
pub const fn paper_of(kind: OrderKind) -> DocumentKind {
    match kind {
        OrderKind::Stop | OrderKind::StopRelieve | OrderKind::StopProlong => DocumentKind::StopApplication,
        OrderKind::Freeze | OrderKind::FreezeRelieve | OrderKind::FreezeRenew => DocumentKind::FreezeNotice,
        OrderKind::QueryTransactions
        | OrderKind::QueryHolder
        | OrderKind::QueryAllAccounts
        | OrderKind::Watch
        | OrderKind::WatchEnd => DocumentKind::QueryNotice,
    }
}

/// Decides about an order that somebody asks for.
pub fn plan(ask: Ask, dossier: &Dossier, now: Instant) -> Result<Plan, Refusal> {
    let case = check(&ask, dossier, now)?;
    // `check` has refused an order without a second officer.
    let second_officer = ask.second_officer.ok_or(RefusalCode::TwoOfficersNeeded)?;
    let paper = paper_of(ask.kind);
    let mut order = Order {
        id: ask.id,
        kind: ask.kind,
        state: OrderState::Drafted,
        report: ask.report,
        case,
        account: ask.account,
        application_id: ask.application_id,
        original: dossier.original.as_ref().map(|o| o.id),
        batch: ask.batch,
        layer: ask.layer,
        area: ask.area,
        terms: ask.terms,
        requested_by: ask.requested_by,
        requested_at: now,
        second_officer,
        approval: None,
        confirmation: None,
        sends: 0,
        sent_at: None,
        hub_code: String::new(),
        answer: None,
        version: 1,
    };
    let policy = if ask.may_use_policy {
        covering(&order, &dossier.policies, now)
    } else {
        None
    };
    let mut due = Vec::new();
    if let Some(policy) = policy {
        order.approval = Some(Approval {
            by: policy.signed_by,
            at: now,
            level: ApproverLevel::Duty,
            opinion: String::new(),
            policy: Some(policy.id),
        });
        order = approved(order)?;
        due = on_cleared(&order, Some(policy), now);
    }
    Ok(Plan {
        order,
        policy: policy.cloned(),
        paper,
        due,
    })
}

/// The order with its approval, as it stands when it is cleared to leave.
pub fn approved(mut order: Order) -> Result<Order, Refusal> {
    let Step::Move(state) = decide(order.kind, order.state, Event::Approve)? else {
        return Err(RefusalCode::OrderWrongState.into());
    };
    order.state = state;
    Ok(order)
}

/// The clocks that start when an order is cleared.
pub fn on_cleared(order: &Order, policy: Option<&StandingPolicy>, now: Instant) -> Vec<Due> {
    policy
        .filter(|_| order.awaits_confirmation())
        .map(|policy| Due {
            kind: DeadlineKind::PolicyConfirm,
            at: now + policy.confirm_within,
        })
        .into_iter()
        .collect()
}

fn check(ask: &Ask, dossier: &Dossier, now: Instant) -> Result<Option<kernel::CaseId>, Refusal> {
    // Whether a longer term has the right approver is asked when it is approved.
    terms_check(ask.kind, &ask.terms, true, now)?;
    if ask.kind.needs_filed_case() {
        freeze_needs_filed_case(dossier.case.as_ref())?;
    }
    match (ask.kind.original(), &dossier.original) {
        (Some(_), Some(original)) => {
            original_check(ask.kind, original, now)?;
            if dossier.follow_up_open {
                return Err(RefusalCode::OrderPending.into());
            }
        }
        (Some(_), None) => return Err(Refusal::field("original_id", RefusalCode::FieldMissing)),
        (None, _) => {}
    }
    match ask.kind {
        OrderKind::Stop => stop_check(&dossier.holds, now)?,
        OrderKind::Freeze => freeze_check(&dossier.holds, ask.report, now)?,
        _ => {}
    }
    needs::check(ask.kind, &ask.terms, &dossier.facts)?;
    Ok(dossier.case.as_ref().map(|c| c.id))
}

fn covering<'a>(order: &Order, policies: &'a [StandingPolicy], now: Instant) -> Option<&'a StandingPolicy> {
    let facts = StopFacts {
        kind: order.kind,
        amount: order.terms.amount,
        paid_at: order.terms.paid_at,
        layer: order.layer,
        requested_by: order.requested_by,
    };
    policies.iter().find(|p| covers(p, &facts, now).is_ok())
}

/// The stop that the report's clock counts: the first one that left and was not turned back by the hub. An order that is
/// stuck, or that the hub refused, has reached no bank.
pub fn first_left(orders: &[Order]) -> Option<Instant> {
    let reached = |o: &&Order| {
        o.kind == OrderKind::Stop
            && !matches!(
                o.state,
                OrderState::Approved | OrderState::Stuck | OrderState::HubRefused
            )
    };
    orders.iter().filter(reached).filter_map(|o| o.sent_at).min()
}

#[cfg(test)]
mod tests;
