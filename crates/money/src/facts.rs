//! The facts that the figures are counted from, in types of this room: a caller maps its rows to them.

use domain::hold::{Stood, ends_of, stood_at, stood_now};
use domain::order::{FreezeType, Order, OrderKind};
use kernel::{AccountId, Fen, Instant, OrderId, PaymentId, PersonId, ReportId, TransferId};
use std::collections::BTreeMap;
use trace::local::{Source, Spot, Traced};
use trace::next::Habit;

/// The trace of a report's payments.
pub type Seen = Traced<AccountId, TransferId>;

/// A victim's payment as the report tells it. Its place in the list is its label in the trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    pub id: PaymentId,
    pub victim: Option<PersonId>,
    pub at: Instant,
    pub amount: Fen,
    pub from: Option<AccountId>,
    pub to: AccountId,
    /// The bank's row that shows it.
    pub transfer: Option<TransferId>,
}

/// A victim's payment to a payee without an account that anybody knows (cash, a scanned code): lost, and followed by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unplaced {
    pub id: PaymentId,
    pub victim: Option<PersonId>,
    pub at: Instant,
    pub amount: Fen,
}

/// What the centre knows of an account besides its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub id: AccountId,
    /// Bank and holder are known, without which no order can name the account.
    pub can_be_named: bool,
    /// 户内余额: what its bank last said is on it, whoever's money, and when.
    pub balance: Option<(Fen, Instant)>,
    pub stops_executed: u32,
}

/// The ends and the time of a bank's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowTold {
    pub src: AccountId,
    pub at: Instant,
}

/// Our stops and freezes on the accounts of one report, whichever report they were ordered for.
#[derive(Clone, Debug, Default)]
pub struct Measures {
    of_account: BTreeMap<AccountId, Vec<Order>>,
    /// When those that are over ended.
    ends: BTreeMap<OrderId, Instant>,
}

impl Measures {
    /// From the stops and freezes of accounts in their order, and the orders that relieved them.
    pub fn of(orders: Vec<Order>) -> Measures {
        let mut measures = Measures {
            ends: ends_of(&orders),
            ..Measures::default()
        };
        for order in orders.into_iter().filter(|o| o.kind.original().is_none()) {
            measures.of_account.entry(order.account).or_default().push(order);
        }
        measures
    }

    /// Every measure on the account and how it stood: now, or at an earlier instant.
    pub fn stood(&self, account: AccountId, until: Option<Instant>) -> Vec<(&Order, Stood)> {
        self.on(account)
            .iter()
            .map(|o| {
                let stood = match until {
                    Some(until) => stood_at(o, self.ended(o.id), until),
                    None => stood_now(o),
                };
                (o, stood)
            })
            .collect()
    }

    pub fn on(&self, account: AccountId) -> &[Order] {
        self.of_account.get(&account).map_or(&[][..], Vec::as_slice)
    }

    pub fn ended(&self, order: OrderId) -> Option<Instant> {
        self.ends.get(&order).copied()
    }
}

/// Everything the figures of one report are counted from.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Whose figures these are.
    pub report: Option<ReportId>,
    pub seen: &'a Seen,
    pub payments: &'a [Paid],
    pub unplaced: &'a [Unplaced],
    pub accounts: &'a BTreeMap<AccountId, Known>,
    pub measures: &'a Measures,
    pub rows: &'a BTreeMap<TransferId, RowTold>,
    /// Up to when each account's own bank has reported.
    pub told_until: &'a BTreeMap<AccountId, Instant>,
    pub habits: &'a BTreeMap<AccountId, Habit>,
    /// Accounts that were not looked into because a bound cut.
    pub cut: usize,
    /// Whether a bank that failed with this code may be asked again: the platform's table (`bankwire`).
    pub may_try_again: fn(&str) -> bool,
}

impl Facts<'_> {
    /// Nothing later has happened.
    pub fn until(&self) -> Option<Instant> {
        self.seen.until_ms.map(Instant::from_ms)
    }

    /// Whether this measure holds the report's money: its own, or one of the whole account. A freeze of a sum for another
    /// report holds that report's money and leaves this one's free.
    pub(crate) fn holds_ours(&self, order: &Order) -> bool {
        let of_a_sum = order.kind == OrderKind::Freeze && order.terms.freeze_type != Some(FreezeType::Whole);
        self.report == Some(order.report) || !of_a_sum
    }

    /// What freezes of a sum for other reports hold on the account: so much of its balance is not this report's.
    pub(crate) fn frozen_for_others(&self, account: AccountId) -> Fen {
        let stood = self.measures.stood(account, self.until());
        stood
            .iter()
            .filter(|(o, s)| *s == Stood::InForce && !self.holds_ours(o))
            .filter_map(|(o, _)| o.answer.as_ref()?.held)
            .sum()
    }

    pub(crate) fn known_by_now(&self, at: Instant) -> bool {
        self.until().is_none_or(|until| at <= until)
    }

    /// Whether a victim paid from this account: money that comes back there is with its owner, and nobody stops him.
    pub fn is_victims(&self, account: AccountId) -> bool {
        let told = |p: &Paid| Some(self.rows.get(&p.transfer?)?.src);
        let paid_from = |p: &Paid| p.from == Some(account) || told(p) == Some(account);
        self.payments.iter().any(paid_from)
    }

    /// When a payment left the victim: by the bank's row, else by the victim's word.
    pub fn paid_at(&self, payment: &Paid) -> Instant {
        let row = payment.transfer.and_then(|id| self.rows.get(&id));
        row.map_or(payment.at, |row| row.at)
    }

    /// The payments without an account, up to the instant of the facts.
    pub fn unplaced_by_now(&self) -> impl Iterator<Item = &Unplaced> {
        self.unplaced.iter().filter(|p| self.known_by_now(p.at))
    }

    /// Of each payment, in their order, what the trace counts as newly lost: less what had come back and was paid again.
    pub fn seeded(&self) -> Vec<Fen> {
        let mut seeded = vec![Fen::ZERO; self.payments.len()];
        for row in &self.seen.rows {
            for (label, amount) in &row.parts {
                let of_payment = |p: &Paid| match row.source {
                    Source::Row(id) => p.transfer == Some(id),
                    Source::Untold(told) => told == *label,
                    Source::Gap => false,
                };
                let own = self.payments.get(*label as usize).is_some_and(of_payment);
                if let Some(sum) = seeded.get_mut(*label as usize).filter(|_| own) {
                    *sum = Fen(*amount);
                }
            }
        }
        seeded
    }

    /// From the first layer to this place.
    pub fn path(&self, spot: Spot<AccountId>) -> Vec<Spot<AccountId>> {
        let mut path = vec![spot];
        let mut at = spot;
        while let Some(parent) = self.seen.spots.get(&at).and_then(|s| s.parent) {
            if path.contains(&parent.spot) {
                break;
            }
            path.push(parent.spot);
            at = parent.spot;
        }
        path.reverse();
        path
    }

    /// Sorts a tree: a place before those it sent to, siblings by when the money first arrived.
    pub fn tree_key(&self, path: &[Spot<AccountId>]) -> Vec<(i64, Spot<AccountId>)> {
        let arrival = |spot| self.seen.spots.get(spot).map_or(0, |s| s.first_arrival_ms);
        path.iter().map(|spot| (arrival(spot), *spot)).collect()
    }
}
