//! The money of one report on one account: the figures that every page shows of it.

use crate::Facts;
use domain::hold::{STOPS_MAX, Stood};
use domain::order::{Order, OrderKind, OrderState};
use kernel::{AccountId, Fen, Instant, OrderId, ReportId, Span};
use trace::local::{Spot, SpotFlow};

/// What an account is to the victims' money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountState {
    Frozen,
    Held,
    /// An order is on its way.
    Ordered,
    /// An order waits for approval.
    Proposed,
    /// The bank did not do it, or did it and nothing was there.
    Failed,
    /// Money should be there and nothing was ordered.
    Reachable,
    /// Money should be there by the rows, and its bank reports a balance without it.
    Unseen,
    /// All of it went on to other accounts.
    Passed,
    /// A victim's own account: what came back lies with its owner.
    Returned,
    /// An exit: the money left what a bank can hold.
    Gone,
}

impl AccountState {
    pub const ALL: [AccountState; 10] = [
        AccountState::Frozen,
        AccountState::Held,
        AccountState::Ordered,
        AccountState::Proposed,
        AccountState::Failed,
        AccountState::Reachable,
        AccountState::Unseen,
        AccountState::Passed,
        AccountState::Returned,
        AccountState::Gone,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            AccountState::Frozen => "frozen",
            AccountState::Held => "held",
            AccountState::Ordered => "ordered",
            AccountState::Proposed => "proposed",
            AccountState::Failed => "failed",
            AccountState::Reachable => "reachable",
            AccountState::Unseen => "unseen",
            AccountState::Passed => "passed",
            AccountState::Returned => "returned",
            AccountState::Gone => "gone",
        }
    }
}

/// 银行控制: what holds the report's money on the account: its own stop or freeze, or another report's of the whole account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    pub order: OrderId,
    pub kind: OrderKind,
    pub report: ReportId,
    /// 银行控制金额: all money that the bank said it holds, whoever's it is; `None` when it did not say, readably.
    pub amount: Option<Fen>,
    pub began: Option<Instant>,
    pub until: Option<Instant>,
}

/// Where the report's money that came to an account is now. At an exit everything is gone; elsewhere
/// `held + reachable + unseen + returned = expected`, to the fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// 已控资金: of the report's money, what the bank said it holds.
    pub held: Fen,
    /// 仍可追回: it should be there, nobody holds it, and no bank has said otherwise.
    pub reachable: Fen,
    /// 去向待查: it should be there, and the bank holds or reports less, or did not say how much it holds.
    pub unseen: Fen,
    /// 已退回: it lies on a victim's own account.
    pub returned: Fen,
    /// 已流失: it left by this exit.
    pub gone: Fen,
}

/// One account with its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountMoney {
    pub account: AccountId,
    /// 1 received a victim's payment (一级账户).
    pub layer: u8,
    /// From the first layer to this account.
    pub path: Vec<AccountId>,
    /// 报案金额: what the victims say they paid into this account.
    pub told: Fen,
    /// 转入: the report's money that came here.
    pub received: Fen,
    /// 转出: of it, what rows show leaving; at an exit nothing, because all of it is gone.
    pub sent: Fen,
    /// 应有余额: received less sent. What should be here of the report's money by the rows, whatever banks say of it.
    pub expected: Fen,
    /// 户内余额: what the bank last said is on the account, whoever's money, and when.
    pub balance: Option<(Fen, Instant)>,
    pub hold: Option<Hold>,
    pub split: Split,
    pub state: AccountState,
    /// The measure that decides the state.
    pub order: Option<OrderId>,
    /// What the bank answered to it.
    pub result: String,
    /// End of the hold, or when the money is likely to move on.
    pub due_at: Option<Instant>,
    pub due_is_estimate: bool,
    pub last_arrival: Instant,
    /// How long money usually stays here before it moves on, and over how many payments that was seen.
    pub habit: Option<Span>,
    pub habit_seen: u32,
    pub exit: bool,
    /// Whether the account's own bank has reported rows.
    pub statement_known: bool,
    /// Up to when it has.
    pub told_until: Option<Instant>,
    /// Whether a stop may be proposed: for [`Split::reachable`], never more.
    pub proposable: bool,
    /// The code of an earlier order's failure, where trying again can help.
    pub failed_before: Option<String>,
}

impl AccountMoney {
    pub fn is_held(&self) -> bool {
        matches!(self.state, AccountState::Held | AccountState::Frozen)
    }
}

pub(crate) fn of(facts: &Facts<'_>, account: AccountId, flow: &SpotFlow<AccountId>) -> AccountMoney {
    let known = facts.accounts.get(&account);
    let exit = flow.exit.is_some();
    let victims = facts.is_victims(account);
    let expected = if exit { Fen::ZERO } else { Fen(flow.still_there) };
    let last_arrival = Instant::from_ms(flow.last_arrival_ms);
    let balance = known
        .and_then(|k| k.balance)
        .filter(|(_, at)| facts.known_by_now(*at));
    let (standing, order) = standing(facts, account);
    let hold = order.filter(|_| standing == Stood::InForce && !exit).map(hold_of);
    let split = if exit {
        Split {
            gone: Fen(flow.received),
            ..Split::default()
        }
    } else if victims {
        Split {
            returned: expected,
            ..Split::default()
        }
    } else {
        let others = facts.frozen_for_others(account);
        let free = balance.map(|(there, at)| (there.saturating_less(others), at));
        split(expected, hold, free.filter(|(_, at)| *at >= last_arrival))
    };
    let state = state(flow, standing, hold, split);
    let order = order.filter(|_| is_decided_by_order(state));
    let habit = facts.habits.get(&account);
    let likely = habit.map(|h| last_arrival + Span::from_ms(h.stay_ms));
    let hold_end = hold
        .and_then(|h| h.until)
        .filter(|_| state != AccountState::Failed);
    let failed_before = order
        .filter(|_| state == AccountState::Failed)
        .and_then(|o| failure_worth_another_try(facts, o));
    let can_be_ordered = known.is_some_and(|k| k.can_be_named && k.stops_executed < STOPS_MAX);
    let path = facts.path(Spot::Account(account));
    AccountMoney {
        account,
        layer: u8::try_from(flow.hop + 1).unwrap_or(u8::MAX),
        path: path.into_iter().filter_map(Spot::account).collect(),
        told: told(facts, account),
        received: Fen(flow.received),
        sent: Fen(flow.sent),
        expected,
        balance,
        hold,
        split,
        state,
        order: order.map(|o| o.id),
        result: order
            .and_then(|o| o.answer.as_ref())
            .map(|a| a.result.clone())
            .unwrap_or_default(),
        due_at: hold_end.or(likely.filter(|_| state == AccountState::Reachable)),
        due_is_estimate: hold_end.is_none(),
        last_arrival,
        habit: habit.map(|h| Span::from_ms(h.stay_ms)),
        habit_seen: habit.map_or(0, |h| h.seen),
        exit,
        statement_known: facts.told_until.contains_key(&account),
        told_until: facts.told_until.get(&account).copied(),
        proposable: (state == AccountState::Reachable || failed_before.is_some())
            && split.reachable >= Fen::yuan(1)
            && can_be_ordered
            && !victims,
        failed_before,
    }
}

/// What the victims say they paid into the account, up to the instant of the facts.
fn told(facts: &Facts<'_>, account: AccountId) -> Fen {
    let here = |p: &&crate::Paid| p.to == account && facts.known_by_now(p.at);
    facts.payments.iter().filter(here).map(|p| p.amount).sum()
}

/// A bank that holds counts before a bank that reports a balance; without either, all of it is reachable.
fn split(expected: Fen, hold: Option<Hold>, balance: Option<(Fen, Instant)>) -> Split {
    let less = |part: Fen| expected.saturating_less(part);
    match hold {
        Some(hold) => {
            let held = hold.amount.unwrap_or(Fen::ZERO).min(expected);
            Split {
                held,
                unseen: less(held),
                ..Split::default()
            }
        }
        None => {
            let reachable = balance.map_or(expected, |(there, _)| there.max(Fen::ZERO).min(expected));
            Split {
                reachable,
                unseen: less(reachable),
                ..Split::default()
            }
        }
    }
}

/// The measure that says how the account stands: what is in force before what is asked for, a freeze before a stop, the last
/// before the earlier ones.
fn standing<'f>(facts: &Facts<'f>, account: AccountId) -> (Stood, Option<&'f Order>) {
    let mut stood = facts.measures.stood(account, facts.until());
    stood.retain(|(order, _)| facts.holds_ours(order));
    let last = |wanted: Stood, freezes_only: bool| {
        stood
            .iter()
            .rev()
            .find(|(o, s)| *s == wanted && (!freezes_only || o.kind == OrderKind::Freeze))
            .map(|(o, s)| (*s, Some(*o)))
    };
    let asked = stood
        .iter()
        .rev()
        .find(|(_, s)| matches!(s, Stood::Drafted | Stood::OnItsWay))
        .map(|(o, s)| (*s, Some(*o)));
    last(Stood::InForce, true)
        .or_else(|| last(Stood::InForce, false))
        .or(asked)
        .or_else(|| last(Stood::Failed, false))
        .unwrap_or((Stood::Absent, None))
}

fn hold_of(order: &Order) -> Hold {
    let answer = order.answer.as_ref();
    Hold {
        order: order.id,
        kind: order.kind,
        report: order.report,
        amount: answer.and_then(|a| a.held),
        began: answer.and_then(domain::order::Answer::began),
        until: answer.and_then(|a| a.expire_at),
    }
}

fn state(flow: &SpotFlow<AccountId>, standing: Stood, hold: Option<Hold>, split: Split) -> AccountState {
    if flow.exit.is_some() {
        return AccountState::Gone;
    }
    if let Some(hold) = hold {
        return match (hold.kind, hold.amount) {
            (_, Some(Fen::ZERO)) => AccountState::Failed,
            (OrderKind::Freeze, _) => AccountState::Frozen,
            _ => AccountState::Held,
        };
    }
    match standing {
        Stood::Drafted => AccountState::Proposed,
        Stood::OnItsWay => AccountState::Ordered,
        _ if split.returned.is_positive() => AccountState::Returned,
        _ if flow.still_there == 0 => AccountState::Passed,
        Stood::Failed => AccountState::Failed,
        _ if split.reachable.is_positive() => AccountState::Reachable,
        _ => AccountState::Unseen,
    }
}

/// Money that passed through, or lies there untouched, is no matter of an order that failed earlier.
fn is_decided_by_order(state: AccountState) -> bool {
    use AccountState::{Failed, Frozen, Held, Ordered, Proposed};
    matches!(state, Frozen | Held | Ordered | Proposed | Failed)
}

/// The code of a bank that failed for the moment, or for a cause it does not name.
fn failure_worth_another_try(facts: &Facts<'_>, order: &Order) -> Option<String> {
    let answer = order
        .answer
        .as_ref()
        .filter(|_| order.state == OrderState::Failed)?;
    (facts.may_try_again)(&answer.result).then(|| answer.result.clone())
}
