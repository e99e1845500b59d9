//! What may be done next about an order or an account, and why not: 止付延期, 解除止付, 冻结, 续冻, 解除冻结, 解除监控 and the queries.
//!
//! Promises: the list that a screen greys and the check that refuses a request are the same function ([`act_check`]), so a
//! page never offers what the server would refuse for these reasons. Leaves out rights (`access`), the words of a reason
//! (`web`), and what depends on the values somebody types (`terms_check`, `hold::amount_check`).

use super::{Answer, Order, OrderKind, OrderState, original_check};
use crate::hold::{AccountHolds, freeze_check, stop_check};
use kernel::{Instant, OrderId, Refusal, RefusalCode, ReportId, Span};
use serde::{Deserialize, Serialize};

/// What no law fixes about follow-ups: settings of a centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUpRules {
    /// By how much one 止付延期 moves the end, counted from the old end.
    pub prolong: Span,
    /// How often one stop may be prolonged.
    pub prolongs_max: u32,
}

/// [K]: DOMAIN 8 leaves open whether practice allows 200105 more than once, so the careful reading stands: once, by one more
/// term of the law.
impl Default for FollowUpRules {
    fn default() -> FollowUpRules {
        FollowUpRules {
            prolong: super::STOP_TERM,
            prolongs_max: 1,
        }
    }
}

/// What decides an act beside the order itself.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// All orders on the account, of whatever report: follow-ups are found in it by their original.
    pub orders: &'a [Order],
    pub holds: &'a AccountHolds,
    /// Whether the report's case is filed.
    pub filed: bool,
    /// Whether the holder's document is known, which 200309 must name.
    pub document_known: bool,
    pub rules: FollowUpRules,
}

/// One thing that can be asked for, with the reason when it cannot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub kind: OrderKind,
    /// The order that it follows up.
    pub original: Option<OrderId>,
    pub refusal: Option<Refusal>,
}

/// The kinds that follow an order of `kind`, in the order in which people need them.
pub const fn follow_ups(kind: OrderKind) -> &'static [OrderKind] {
    match kind {
        OrderKind::Stop => &[OrderKind::StopProlong, OrderKind::Freeze, OrderKind::StopRelieve],
        OrderKind::Freeze => &[OrderKind::FreezeRenew, OrderKind::FreezeRelieve],
        OrderKind::Watch => &[OrderKind::WatchEnd],
        OrderKind::StopRelieve
        | OrderKind::StopProlong
        | OrderKind::FreezeRelieve
        | OrderKind::FreezeRenew
        | OrderKind::QueryTransactions
        | OrderKind::QueryHolder
        | OrderKind::WatchEnd
        | OrderKind::QueryAllAccounts => &[],
    }
}

/// What may follow this order now.
pub fn acts_on_order(order: &Order, standing: &Standing<'_>, now: Instant) -> Vec<Act> {
    let act = |kind: &OrderKind| Act {
        kind: *kind,
        original: Some(order.id),
        refusal: act_check(*kind, order.report, Some(order), standing, now).err(),
    };
    follow_ups(order.kind).iter().map(act).collect()
}

/// The kinds as an account's page lists them.
pub const ON_ACCOUNT: [OrderKind; 11] = [
    OrderKind::Stop,
    OrderKind::StopProlong,
    OrderKind::StopRelieve,
    OrderKind::Freeze,
    OrderKind::FreezeRenew,
    OrderKind::FreezeRelieve,
    OrderKind::QueryTransactions,
    OrderKind::QueryHolder,
    OrderKind::QueryAllAccounts,
    OrderKind::Watch,
    OrderKind::WatchEnd,
];

/// What this report may ask for on the account now. A follow-up belongs to the report whose order it follows: another
/// report's freeze is not this one's to relieve.
pub fn acts_on_account(report: ReportId, standing: &Standing<'_>, now: Instant) -> Vec<Act> {
    let act = |kind: OrderKind| {
        let original = original_of(kind, report, standing.orders);
        Act {
            kind,
            original: original.map(|o| o.id),
            refusal: act_check(kind, report, original, standing, now).err(),
        }
    };
    ON_ACCOUNT.into_iter().map(act).collect()
}

/// The order that a follow-up of `kind` would follow: the report's one in force, else its latest that came to an end, so
/// that the reason can name it.
pub fn original_of(kind: OrderKind, report: ReportId, orders: &[Order]) -> Option<&Order> {
    let wanted = kind.original()?;
    let of = |o: &&Order| o.kind == wanted && o.report == report;
    let newest = |o: &&Order| (o.requested_at, o.id);
    let in_force = orders
        .iter()
        .filter(of)
        .filter(|o| o.state == OrderState::Executed)
        .max_by_key(newest);
    in_force.or_else(|| {
        let answered = |o: &&Order| !o.state.is_open() && o.answer.is_some();
        orders.iter().filter(of).filter(answered).max_by_key(newest)
    })
}

/// May `report` ask for an order of this kind now? Refusals in order of precedence: the order it would follow, what was asked
/// already, what the law wants first, what the account bears.
pub fn act_check(
    kind: OrderKind,
    report: ReportId,
    original: Option<&Order>,
    standing: &Standing<'_>,
    now: Instant,
) -> Result<(), Refusal> {
    if kind.original().is_some() {
        let original = original.ok_or(RefusalCode::NoMeasureInForce)?;
        follow_up_check(kind, original, standing, now)?;
    } else if kind == OrderKind::Watch {
        watch_check(report, standing, now)?;
    }
    if kind.needs_filed_case() && !standing.filed {
        return Err(RefusalCode::CaseNotFiled.into());
    }
    match kind {
        OrderKind::Stop => stop_check(standing.holds, now),
        OrderKind::Freeze => freeze_check(standing.holds, report, now),
        OrderKind::QueryAllAccounts if !standing.document_known => {
            Err(RefusalCode::HolderDocumentMissing.into())
        }
        _ => Ok(()),
    }
}

fn follow_up_check(
    kind: OrderKind,
    original: &Order,
    standing: &Standing<'_>,
    now: Instant,
) -> Result<(), Refusal> {
    original_check(kind, original, now)?;
    let earlier = || standing.orders.iter().filter(|o| o.original == Some(original.id));
    if let Some(code) = earlier().find_map(|o| says_over(o.answer.as_ref()?)) {
        // The bank has said that nothing is in force: asking again changes nothing.
        return Err(Refusal::with(RefusalCode::BankSaysOver, code));
    }
    if let Some(open) = earlier().find(|o| o.state.is_open()) {
        return Err(Refusal::with(RefusalCode::OrderPending, open.kind.slug()));
    }
    if kind == OrderKind::StopProlong {
        let done = |o: &&Order| o.kind == OrderKind::StopProlong && o.state == OrderState::Done;
        let times = u32::try_from(earlier().filter(done).count()).unwrap_or(u32::MAX);
        if times >= standing.rules.prolongs_max {
            return Err(Refusal::with(
                RefusalCode::StopProlonged,
                standing.rules.prolongs_max.to_string(),
            ));
        }
    }
    Ok(())
}

/// 1800 and 1900: the measure had ended before the bank read the request (DOMAIN 1.9).
fn says_over(answer: &Answer) -> Option<&str> {
    ["1800", "1900"].into_iter().find(|code| answer.result == *code)
}

/// One live watch of a report on an account is enough: a second one would bring every row twice.
fn watch_check(report: ReportId, standing: &Standing<'_>, now: Instant) -> Result<(), Refusal> {
    let mine = |o: &&Order| o.kind == OrderKind::Watch && o.report == report;
    let runs = |o: &&Order| o.state.is_open() || (o.state == OrderState::Executed && !over(o, now));
    match standing.orders.iter().filter(mine).find(runs) {
        Some(watch) => Err(Refusal::with(RefusalCode::OrderPending, watch.kind.slug())),
        None => Ok(()),
    }
}

fn over(order: &Order, now: Instant) -> bool {
    let end = order.answer.as_ref().and_then(|a| a.expire_at);
    end.is_some_and(|end| end <= now)
}

/// The term that a follow-up asks for when nobody names another: from the old end, so that no hour lies between, until the
/// end of one prolongation or of the half year that a county-level head may approve.
pub fn next_term(kind: OrderKind, original: &Order, rules: &FollowUpRules) -> Option<(Instant, Instant)> {
    let end = original.answer.as_ref()?.expire_at?;
    match kind {
        OrderKind::StopProlong => Some((end, end + rules.prolong)),
        OrderKind::FreezeRenew => Some((end, super::freeze_until_max(end, false))),
        _ => None,
    }
}

/// A named term must lengthen the measure, and a stop's by no more than the centre's rule.
pub fn next_term_check(
    kind: OrderKind,
    original: &Order,
    until: Instant,
    rules: &FollowUpRules,
) -> Result<(), Refusal> {
    let Some((end, longest)) = next_term(kind, original, rules) else {
        return Ok(());
    };
    if until <= end {
        return Err(Refusal::field("until", RefusalCode::DatesReversed));
    }
    if kind == OrderKind::StopProlong && until > longest {
        return Err(Refusal::field("until", RefusalCode::ProlongTooLong));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
