//! 下一步: what the person on duty would do next, in order of urgency. Proposals only; each is a command that somebody
//! with the right presses.

use crate::cases::FILING;
use crate::orders::intent::holder_document_known;
use crate::orders::unsent::Unsent;
use domain::case::{Case, CaseState};
use domain::order::{Order, OrderKind, OrderState};
use kernel::{AccountId, Fen, Instant, OrderId};
use money::{AccountMoney, AccountState, Proposal, Whereabouts};
use std::collections::BTreeMap;
use store::accounts::Account;
use store::deadlines::{Deadline, DeadlineState};
use store::intake::{Dispatch, ReportRow};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextKind {
    Extend,
    Resend,
    Confirm,
    Approve,
    QueryTransactions,
    QueryHolder,
    QueryAllAccounts,
    Dispatch,
    AcceptCase,
    FileCase,
    Freeze,
    Print,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextAction {
    pub kind: NextKind,
    pub amount: Fen,
    pub count: usize,
    /// Of the accounts, so many whose bank did not say how much it holds: the amount leaves them out.
    pub unknown: usize,
    /// Of a freeze: the case's money on the accounts, which is what the freeze asks for; the amount is what banks hold.
    pub case_money: Fen,
    /// Ids of what it is about; the kind says of what kind.
    pub target: Vec<String>,
    pub account: Option<AccountId>,
    pub due_at: Option<Instant>,
}

impl NextAction {
    fn new(kind: NextKind) -> NextAction {
        NextAction {
            kind,
            amount: Fen::ZERO,
            count: 0,
            unknown: 0,
            case_money: Fen::ZERO,
            target: Vec::new(),
            account: None,
            due_at: None,
        }
    }
}

/// The money as it lies: where it is, what is worth an order, and the accounts by name.
pub(super) struct Lie<'a> {
    pub whereabouts: &'a Whereabouts,
    pub proposals: &'a [Proposal],
    pub accounts: &'a BTreeMap<AccountId, Account>,
}

pub(super) fn next(
    report: &ReportRow,
    orders: &[Order],
    lie: &Lie<'_>,
    dispatch: &Option<Dispatch>,
    case: Option<&Case>,
    deadlines: &[Deadline],
    unsent: &BTreeMap<OrderId, Unsent>,
) -> Vec<NextAction> {
    let mut actions = Vec::new();
    actions.extend(extend(lie.proposals));
    actions.extend(resend(orders, unsent));
    actions.extend(waiting(orders));
    actions.extend(query(lie.whereabouts, orders, lie.accounts));
    actions.extend(case_steps(report, orders, lie, dispatch, case, deadlines));
    actions.extend(
        orders
            .iter()
            .find(|o| o.kind == OrderKind::Stop && o.state.has_left())
            .map(|o| NextAction {
                target: vec![o.id.to_string()],
                ..NextAction::new(NextKind::Print)
            }),
    );
    actions
}

/// 延伸止付, in the order of what each account is worth.
fn extend(proposals: &[Proposal]) -> Option<NextAction> {
    let first = proposals.first()?;
    Some(NextAction {
        amount: proposals.iter().map(|p| p.amount).sum(),
        count: proposals.len(),
        target: proposals.iter().map(|p| p.account.to_string()).collect(),
        account: Some(first.account),
        due_at: proposals.iter().filter_map(|p| p.due_at).min(),
        ..NextAction::new(NextKind::Extend)
    })
}

/// Sending again is proposed only where it can help.
fn resend<'a>(
    orders: &'a [Order],
    unsent: &'a BTreeMap<OrderId, Unsent>,
) -> impl Iterator<Item = NextAction> + 'a {
    orders
        .iter()
        .filter(|o| unsent.get(&o.id).is_some_and(Unsent::resend_helps))
        .map(|o| NextAction {
            target: vec![o.id.to_string()],
            account: Some(o.account),
            amount: o.terms.amount,
            ..NextAction::new(NextKind::Resend)
        })
}

fn waiting(orders: &[Order]) -> Vec<NextAction> {
    let drafted: Vec<&Order> = orders.iter().filter(|o| o.state == OrderState::Drafted).collect();
    let unconfirmed: Vec<&Order> = orders.iter().filter(|o| o.awaits_confirmation()).collect();
    let about = |kind, list: &[&Order]| {
        (!list.is_empty()).then(|| NextAction {
            count: list.len(),
            amount: list.iter().map(|o| o.terms.amount).sum(),
            target: list.iter().map(|o| o.id.to_string()).collect(),
            ..NextAction::new(kind)
        })
    };
    [
        about(NextKind::Approve, &drafted),
        about(NextKind::Confirm, &unconfirmed),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Where the money went next is known only from the bank: ask for the statement of each account it reached, then for
/// the holder, then for all his accounts.
fn query(
    whereabouts: &Whereabouts,
    orders: &[Order],
    accounts: &BTreeMap<AccountId, Account>,
) -> Vec<NextAction> {
    let asked = |kind, account| {
        orders.iter().any(|o| {
            o.kind == kind && o.account == account && (o.state.is_open() || o.state == OrderState::Done)
        })
    };
    let worth =
        |n: &&AccountMoney| !n.exit && accounts.get(&n.account).is_some_and(|a| !a.bank_code.is_empty());
    let list = |kind, order_kind| {
        let nodes: Vec<_> = whereabouts
            .accounts
            .iter()
            .filter(worth)
            .filter(|n| match kind {
                NextKind::QueryTransactions => n.state != AccountState::Passed || n.layer == 1,
                NextKind::QueryHolder => matches!(n.state, AccountState::Held | AccountState::Failed),
                _ => accounts.get(&n.account).is_some_and(|a| a.holder_facts.is_some()),
            })
            .filter(|n| !asked(order_kind, n.account))
            .collect();
        nodes.first().map(|first| NextAction {
            count: nodes.len(),
            target: nodes.iter().map(|n| n.account.to_string()).collect(),
            account: Some(first.account),
            ..NextAction::new(kind)
        })
    };
    [
        list(NextKind::QueryTransactions, OrderKind::QueryTransactions),
        list(NextKind::QueryHolder, OrderKind::QueryHolder),
        list(NextKind::QueryAllAccounts, OrderKind::QueryAllAccounts),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn case_steps(
    report: &ReportRow,
    orders: &[Order],
    lie: &Lie<'_>,
    dispatch: &Option<Dispatch>,
    case: Option<&Case>,
    deadlines: &[Deadline],
) -> Option<NextAction> {
    let due_at = deadlines
        .iter()
        .filter(|d| d.state == DeadlineState::Pending && FILING.contains(&d.kind))
        .map(|d| d.due_at)
        .min();
    let report_id = vec![report.report.id.to_string()];
    match case {
        None if dispatch.is_none() => Some(NextAction {
            target: report_id,
            due_at,
            ..NextAction::new(NextKind::Dispatch)
        }),
        None => Some(NextAction {
            target: report_id,
            due_at,
            ..NextAction::new(NextKind::AcceptCase)
        }),
        Some(case) if matches!(case.state, CaseState::Accepted | CaseState::FilingProposed) => {
            Some(NextAction {
                target: vec![case.id.to_string()],
                due_at,
                ..NextAction::new(NextKind::FileCase)
            })
        }
        Some(case) if case.state == CaseState::Filed => freeze(orders, lie.accounts, lie.whereabouts),
        Some(_) => None,
    }
}

/// Stops in force that no freeze has been asked for: those whose holder's document is known, which a freeze must name; if it is
/// known of none, all of them, and the officer is told what is missing.
fn freeze(
    orders: &[Order],
    accounts: &BTreeMap<AccountId, Account>,
    whereabouts: &Whereabouts,
) -> Option<NextAction> {
    let asked = |account| {
        orders.iter().any(|o| {
            o.kind == OrderKind::Freeze
                && o.account == account
                && (o.state.is_open() || o.state == OrderState::Executed)
        })
    };
    let mut stops: Vec<&Order> = orders
        .iter()
        .filter(|o| o.kind == OrderKind::Stop && o.state == OrderState::Executed && !asked(o.account))
        .collect();
    let ready = |o: &Order| accounts.get(&o.account).is_some_and(holder_document_known);
    if stops.iter().any(|o| ready(o)) {
        stops.retain(|o| ready(o));
    }
    let first = stops.first()?;
    let held = |o: &&Order| o.answer.as_ref().and_then(|a| a.held);
    Some(NextAction {
        count: stops.len(),
        amount: stops.iter().filter_map(held).sum(),
        unknown: stops.iter().filter(|o| held(o).is_none()).count(),
        case_money: stops
            .iter()
            .filter_map(|o| Some(whereabouts.account(o.account)?.expected))
            .sum(),
        target: stops.iter().map(|o| o.account.to_string()).collect(),
        account: Some(first.account),
        due_at: stops.iter().filter_map(|o| o.answer.as_ref()?.expire_at).min(),
        ..NextAction::new(NextKind::Freeze)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made::{account, held, known};

    #[test]
    fn a_freeze_is_proposed_where_it_can_name_the_holder() {
        let orders = [held('A', 1, 3_000), held('B', 2, 500)];
        let nowhere = Whereabouts {
            sums: money::Sums::default(),
            accounts: Vec::new(),
            assumptions: Vec::new(),
            falls: Vec::new(),
        };
        let accounts = |named: &str| -> BTreeMap<AccountId, Account> {
            "AB".chars()
                .map(|letter| {
                    let mut account = known(letter);
                    account.holder_facts = named
                        .contains(letter)
                        .then(|| r#"{"credential_type":"01","credential_number":"X"}"#.to_owned());
                    (account.id, account)
                })
                .collect()
        };
        for (named, proposed, amount) in [
            ("A", "A", 3_000),
            ("B", "B", 500),
            ("AB", "AB", 3_500),
            ("", "AB", 3_500),
        ] {
            let action = freeze(&orders, &accounts(named), &nowhere).unwrap();
            let targets: Vec<String> = proposed.chars().map(|l| account(l).to_string()).collect();
            assert_eq!(
                (action.target, action.amount),
                (targets, Fen::yuan(amount)),
                "{named}"
            );
        }
        assert_eq!(freeze(&[], &accounts("AB"), &nowhere), None);
        // A bank that did not say how much it holds adds no number; it is counted as unknown.
        let mut silent = held('A', 1, 3_000);
        if let Some(answer) = &mut silent.answer {
            answer.held = None;
        }
        let action = freeze(&[silent, held('B', 2, 500)], &accounts("AB"), &nowhere).unwrap();
        assert_eq!(
            (action.amount, action.unknown, action.count),
            (Fen::yuan(500), 1, 2)
        );
    }
}
