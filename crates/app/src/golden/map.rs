//! The map of the victims' money: which accounts it reached, what is still there, what is held, what is gone.
//!
//! Drawn from the flow of the report (`flow::Picture`: the rows that banks have told us of, reconciled and traced by a
//! doctrine, the centre's unless a page asks otherwise) and the measures on its accounts. Every bound that cuts says
//! so in [`Assumption`]. How the three figures are counted is said once, at [`Money`].

use crate::AppResult;
use crate::flow::{Doctrine, FlowLimits, Picture, Proposal, ProposalReason, Seen, Sharing};
use bankwire::ResultCode;
use domain::hold::{STOPS_MAX, Stood};
use domain::order::{Order, OrderKind, OrderState};
use kernel::{AccountId, Fen, Instant, OrderId, ReportId, Span};
use std::collections::BTreeMap;
use store::accounts::Account;
use store::intake::{Payment, payments};
use store::sea_orm::ConnectionTrait;
use trace::local::{Spot, SpotFlow, WhatIf};
use trace::next::{Candidate, Reason, rank};

/// Where the victim's money is, in sum. `held + reachable + gone = total`, to the fen.
///
/// * **gone**: what a row shows leaving by an exit (cash, a merchant, virtual assets, fees, …). Nothing else is gone.
/// * **held**: what a bank says it holds of what the doctrine says is there, never more than either. A bank that says it did
///   it and no readable amount holds something, but nobody knows what: nothing of that is counted.
/// * **reachable**: the rest. It lies on an account that nobody holds, or a bank holds less than is there and no row
///   says where the rest went, or it left by a way no row shows, or the picture does not follow it further.
/// * **total**: the victims' money that went out, each fen once. Money that came back and was paid again, and payments that
///   a bank reversed, are not lost a second time: [`Assumption::CameBack`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    pub total: Fen,
    pub held: Fen,
    pub reachable: Fen,
    pub gone: Fen,
}

/// What an account is to the victim's money now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    Frozen,
    Held,
    /// An order is on its way.
    Ordered,
    /// An order waits for approval.
    Proposed,
    /// The bank did not do it, or did it and nothing was there.
    Failed,
    /// Money may still be there and nothing was ordered.
    Reachable,
    Gone,
}

/// One account of the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub account: AccountId,
    /// 1 received the victim's payment.
    pub layer: u8,
    /// From the first layer to this account.
    pub path: Vec<AccountId>,
    pub received: Fen,
    pub sent: Fen,
    /// Of the victim's money, what should be there now (for a held account, what is).
    pub expected: Fen,
    pub state: NodeState,
    /// The measure that decides the state.
    pub order: Option<OrderId>,
    /// What the bank said, when it failed or held.
    pub result: String,
    pub held: Option<Fen>,
    /// End of the hold, or when the money is likely to move on.
    pub due_at: Option<Instant>,
    pub due_is_estimate: bool,
    pub last_arrival: Instant,
    /// How long money usually stays here before it moves on.
    pub habit: Option<Span>,
    /// Over how many payments the habit was seen.
    pub habit_seen: u32,
    pub exit: bool,
    /// Whether a bank has told us what left this account since the money arrived.
    pub statement_known: bool,
    /// Up to when the account's own bank has told.
    pub told_until: Option<Instant>,
    pub proposable: bool,
    /// The code of an earlier order's failure, where trying again can help.
    pub failed_before: Option<String>,
}

/// Where the map rests on something that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// No statement yet: the amount is what arrived, and may have moved on.
    NoStatement { account: AccountId, amount: Fen },
    /// The bank stopped the account and did not say, readably, what is there: so much should be.
    AmountUntold { account: AccountId, amount: Fen },
    /// The bank holds less than arrived and has not told us where the rest went: it may still be reachable.
    WayUnknown { account: AccountId, amount: Fen },
    /// Of what was paid into this account so much had come back before, or was reversed by a bank: it is counted once.
    CameBack { account: AccountId, amount: Fen },
    /// More transfers or accounts than a page follows.
    Cut { what: &'static str, count: usize },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyMap {
    pub money: Money,
    /// In the order of a tree: an account, then those it sent to.
    pub nodes: Vec<Node>,
    pub assumptions: Vec<Assumption>,
    /// The newest fact in it.
    pub updated_at: Option<Instant>,
}

/// The sums alone, for the list.
pub async fn money_of(conn: &impl ConnectionTrait, report: ReportId, doctrine: Sharing) -> AppResult<Money> {
    let payments = payments(conn, report).await?;
    Ok(map_of(conn, &payments, doctrine).await?.money)
}

/// The whole map from these payments, by the centre's doctrine.
pub async fn map_of(
    conn: &impl ConnectionTrait,
    payments: &[Payment],
    doctrine: Sharing,
) -> AppResult<MoneyMap> {
    let picture = Picture::load(conn, payments, &FlowLimits::default()).await?;
    let seen = picture.trace(Doctrine::from(doctrine), &WhatIf::default())?;
    Ok(draw(&picture, &seen))
}

/// The map as this trace shows it.
pub(crate) fn draw(picture: &Picture, seen: &Seen) -> MoneyMap {
    let mut nodes: Vec<Node> = seen
        .spots
        .iter()
        .filter_map(|(spot, f)| Some(node(picture, seen, spot.account()?, f)))
        .collect();
    nodes.sort_by_key(|n| Picture::tree_key(&picture.path(Spot::Account(n.account), seen), seen));
    let updated_at = nodes.iter().map(|n| n.last_arrival).max();
    MoneyMap {
        money: figures(seen, &nodes),
        assumptions: assumptions(picture, seen, &nodes),
        nodes,
        updated_at,
    }
}

/// The three figures from the trace and from what banks hold.
fn figures(seen: &Seen, nodes: &[Node]) -> Money {
    let total = Fen(seen.totals.seeded);
    let held: Fen = nodes.iter().map(Node::held_of_it).sum();
    // What left unseen has an exit in the engine's books, because nothing can be followed out of it; nobody has seen it go.
    let shown_leaving = |(spot, f): &(&Spot<AccountId>, &SpotFlow<AccountId>)| {
        f.exit.is_some() && !matches!(spot, Spot::Unseen(_))
    };
    let exits = seen.spots.iter().filter(shown_leaving);
    let gone: Fen = exits.map(|(_, f)| Fen(f.received)).sum();
    Money {
        total,
        held,
        reachable: total.saturating_less(held).saturating_less(gone),
        gone,
    }
}

fn assumptions(picture: &Picture, seen: &Seen, nodes: &[Node]) -> Vec<Assumption> {
    let cut = picture.material.gathered.cut.len();
    let cut = (cut > 0).then_some(Assumption::Cut {
        what: "accounts",
        count: cut,
    });
    let no_statement = nodes
        .iter()
        .filter(|n| !n.statement_known && n.expected.is_positive() && !n.exit)
        .filter(|n| !n.is_holding())
        .map(|n| Assumption::NoStatement {
            account: n.account,
            amount: n.expected,
        });
    let unseen = seen.spots.iter().filter_map(|(spot, f)| match spot {
        Spot::Unseen(account) => Some((*account, Fen(f.received))),
        _ => None,
    });
    let way_unknown = nodes
        .iter()
        .filter_map(way_unknown)
        .chain(unseen)
        .map(|(account, amount)| Assumption::WayUnknown { account, amount });
    let untold = nodes
        .iter()
        .filter(|n| n.is_holding() && n.held.is_none())
        .map(|n| Assumption::AmountUntold {
            account: n.account,
            amount: n.expected,
        });
    cut.into_iter()
        .chain(no_statement)
        .chain(untold)
        .chain(way_unknown)
        .chain(came_back(picture, seen))
        .collect()
}

/// What the victims paid of money that was theirs before, or that a bank reversed, by the account they paid.
fn came_back(picture: &Picture, seen: &Seen) -> Vec<Assumption> {
    // Poison of several victims has no shares: nobody can say what came back.
    if seen.rows.iter().any(|r| r.parts.is_empty()) {
        return Vec::new();
    }
    let mut again: BTreeMap<AccountId, Fen> = BTreeMap::new();
    for (payment, new) in picture.payments.iter().zip(picture.seeded(seen)) {
        // A bank's row says when it was; the victim's word for it may be minutes earlier.
        let row = payment.transfer.and_then(|id| picture.material.told.get(&id));
        let at = row.map_or(payment.paid_at, |told| told.transfer.at);
        let paid = seen.until_ms.is_none_or(|until| at.ms() <= until);
        let before = payment.amount.saturating_less(new);
        if paid && before.is_positive() {
            let sum = again.entry(payment.to).or_default();
            *sum = Fen(sum.0 + before.0);
        }
    }
    again
        .into_iter()
        .map(|(account, amount)| Assumption::CameBack { account, amount })
        .collect()
}

fn node(picture: &Picture, seen: &Seen, account: AccountId, f: &SpotFlow<AccountId>) -> Node {
    let (state, order) = state(picture, account, f, seen.until_ms.map(Instant::from_ms));
    let answer = order.and_then(|o| o.answer.as_ref());
    let held = answer.and_then(|a| a.held);
    let still = Fen(f.still_there);
    let expected = match state {
        NodeState::Held | NodeState::Frozen => held.map_or(still, |h| h.min(still)),
        NodeState::Gone => Fen::ZERO,
        // Stopped, and nothing was there: whatever should have been has moved on.
        NodeState::Failed if held.is_some() => Fen::ZERO,
        _ => still,
    };
    let found = picture.habit(account);
    let habit = found.map(|h| Span::from_ms(h.stay_ms));
    let last_arrival = Instant::from_ms(f.last_arrival_ms);
    let hold_end = answer
        .and_then(|a| a.expire_at)
        .filter(|_| matches!(state, NodeState::Held | NodeState::Frozen));
    let likely = habit
        .map(|h| last_arrival + h)
        .filter(|_| state == NodeState::Reachable);
    let failed_before = (state == NodeState::Failed)
        .then(|| order.and_then(may_try_again))
        .flatten();
    let known = picture.accounts.get(&account);
    let can_be_ordered = known
        .is_some_and(|a| !a.bank_code.is_empty() && !a.holder.is_empty() && a.stops_executed < STOPS_MAX)
        && !picture.is_victims(account);
    Node {
        account,
        layer: u8::try_from(f.hop + 1).unwrap_or(u8::MAX),
        path: picture
            .path(Spot::Account(account), seen)
            .into_iter()
            .filter_map(Spot::account)
            .collect(),
        received: Fen(f.received),
        sent: Fen(f.sent),
        expected,
        state,
        order: order.map(|o| o.id),
        result: answer.map(|a| a.result.clone()).unwrap_or_default(),
        held,
        due_at: hold_end.or(likely),
        due_is_estimate: hold_end.is_none(),
        last_arrival,
        habit,
        habit_seen: found.map_or(0, |h| h.seen),
        exit: f.exit.is_some(),
        statement_known: picture.told_until.contains_key(&account),
        told_until: picture.told_until.get(&account).copied(),
        proposable: (state == NodeState::Reachable || failed_before.is_some())
            && expected >= Fen::yuan(1)
            && can_be_ordered,
        failed_before,
    }
}

/// The code of a bank that failed for the moment, or for a cause it does not name.
fn may_try_again(order: &Order) -> Option<String> {
    let answer = order
        .answer
        .as_ref()
        .filter(|_| order.state == OrderState::Failed)?;
    ResultCode::new(&answer.result)
        .may_try_again()
        .then(|| answer.result.clone())
}

/// As it was at `until`: what was ordered, answered or ended later had not happened.
fn state<'p>(
    picture: &'p Picture,
    account: AccountId,
    f: &SpotFlow<AccountId>,
    until: Option<Instant>,
) -> (NodeState, Option<&'p Order>) {
    if f.exit.is_some() {
        return (NodeState::Gone, None);
    }
    let stood = picture.measures_at(account, until);
    let last = |wanted: &[Stood], kind: Option<OrderKind>| {
        let mut found = stood
            .iter()
            .rev()
            .filter(|(o, s)| wanted.contains(s) && kind.is_none_or(|kind| o.kind == kind));
        found.next().map(|(o, s)| (*o, *s))
    };
    let holding = last(&[Stood::InForce], Some(OrderKind::Freeze)).or_else(|| last(&[Stood::InForce], None));
    if let Some((order, _)) = holding {
        let nothing = order.answer.as_ref().and_then(|a| a.held) == Some(Fen::ZERO);
        return match (order.kind, nothing) {
            (_, true) => (NodeState::Failed, Some(order)),
            (OrderKind::Freeze, _) => (NodeState::Frozen, Some(order)),
            _ => (NodeState::Held, Some(order)),
        };
    }
    match last(&[Stood::Drafted, Stood::OnItsWay], None) {
        Some((order, Stood::Drafted)) => return (NodeState::Proposed, Some(order)),
        Some((order, _)) => return (NodeState::Ordered, Some(order)),
        None => {}
    }
    match (f.still_there > 0, last(&[Stood::Failed], None)) {
        (true, Some((order, _))) => (NodeState::Failed, Some(order)),
        (true, None) => (NodeState::Reachable, None),
        (false, _) => (NodeState::Gone, None),
    }
}

/// What should be on an account and its bank does not hold. A statement that ends before the bank acted, or counts in
/// other seconds, does not show where it went: it is not gone for that.
fn way_unknown(node: &Node) -> Option<(AccountId, Fen)> {
    let answered = node.is_holding() || (node.state == NodeState::Failed && node.held.is_some());
    let rest = node
        .received
        .saturating_less(node.sent)
        .saturating_less(node.expected);
    (answered && rest.is_positive()).then_some((node.account, rest))
}

impl Node {
    fn is_holding(&self) -> bool {
        matches!(self.state, NodeState::Held | NodeState::Frozen)
    }

    /// Of the victims' money, what the bank says it holds.
    pub fn held_of_it(&self) -> Fen {
        match self.held {
            Some(_) if self.is_holding() => self.expected,
            _ => Fen::ZERO,
        }
    }
}

impl MoneyMap {
    /// The accounts worth an order now, best first: what can still be there × the chance to catch it.
    pub fn proposals(&self, accounts: &BTreeMap<AccountId, Account>, now: Instant) -> Vec<Proposal> {
        let candidates: Vec<Candidate<AccountId>> = self
            .nodes
            .iter()
            .filter(|n| n.proposable)
            .map(|n| Candidate {
                account: n.account,
                amount: n.expected.0,
                arrived_ms: n.last_arrival.ms(),
                habit: n.habit.map(|h| trace::next::Habit {
                    stay_ms: h.ms(),
                    seen: n.habit_seen,
                }),
                // Looked at from an earlier instant, what banks told of later times was not known.
                told_until_ms: n.told_until.map(|told| told.min(now).ms()),
                balance: accounts
                    .get(&n.account)
                    .and_then(|a| a.balance)
                    .filter(|(_, at)| *at <= now)
                    .map(|(fen, at)| (fen.0, at.ms())),
            })
            .collect();
        let failed = |account| {
            self.nodes
                .iter()
                .find(|n| n.account == account)?
                .failed_before
                .clone()
        };
        rank(&candidates, now.ms())
            .into_iter()
            .map(|r| Proposal {
                account: r.account,
                amount: Fen(r.amount),
                chance_permille: r.chance_permille,
                worth: Fen(r.worth),
                // Without a habit nobody can say when.
                due_at: (!r.reasons.contains(&Reason::HabitUnknown)).then(|| Instant::from_ms(r.due_ms)),
                reasons: r
                    .reasons
                    .into_iter()
                    .map(reason)
                    .chain(failed(r.account).map(|result| ProposalReason::FailedBefore { result }))
                    .collect(),
            })
            .collect()
    }
}

fn reason(reason: Reason) -> ProposalReason {
    match reason {
        Reason::Arrived { ago_ms } => ProposalReason::Arrived {
            ago: Span::from_ms(ago_ms),
        },
        Reason::Habit(h) => ProposalReason::Habit {
            stay: Span::from_ms(h.stay_ms),
            seen: h.seen,
        },
        Reason::HabitUnknown => ProposalReason::HabitUnknown {
            stay: Span::from_ms(trace::next::STAY_MS),
        },
        Reason::NoStatement => ProposalReason::NoStatement,
        Reason::Balance { amount, at_ms } => ProposalReason::Balance {
            amount: Fen(amount),
            at: Instant::from_ms(at_ms),
        },
    }
}
