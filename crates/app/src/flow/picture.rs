//! What a flow is drawn from: the books of the report, what the accounts are, and which measures lie on them.

use super::gathering::{Material, gather};
use super::shape::{Doctrine, FlowLimits};
use crate::AppResult;
use domain::hold::{Stood, ends_of, stood_at, stood_now};
use domain::order::Order;
use kernel::{AccountId, Fen, Instant, OrderId, PaymentId, TransferId};
use std::collections::{BTreeMap, BTreeSet};
use store::accounts::{Account, accounts_load};
use store::intake::Payment;
use store::orders::measures_and_ends_on;
use store::sea_orm::ConnectionTrait;
use trace::local::{self, Books, Source, Spot, Traced, WhatIf};
use trace::next::{Habit, habit};
use trace::{ReachQuery, TaintQuery};

pub(crate) type Seen = Traced<AccountId, TransferId>;

/// Loaded once; traced as often as the page asks.
pub(crate) struct Picture {
    pub material: Material,
    pub books: Books<AccountId, TransferId>,
    pub payments: Vec<Payment>,
    pub limits: FlowLimits,
    pub accounts: BTreeMap<AccountId, Account>,
    /// Our stops and freezes, in their order.
    measures: BTreeMap<AccountId, Vec<Order>>,
    /// When those that are over ended.
    ends: BTreeMap<OrderId, Instant>,
    /// Up to when each account's own bank has told.
    pub told_until: BTreeMap<AccountId, Instant>,
    habits: BTreeMap<AccountId, Habit>,
}

impl Picture {
    pub async fn load(
        conn: &impl ConnectionTrait,
        payments: &[Payment],
        limits: &FlowLimits,
    ) -> AppResult<Picture> {
        let material = gather(conn, payments, limits).await?;
        let mut picture = Picture::over(material, payments, limits);
        // By poison, so that the accounts are known whatever the doctrine.
        let ids = picture.within_reach();
        let accounts = accounts_load(conn, &ids).await?;
        let orders = measures_and_ends_on(conn, &ids).await?;
        picture.know(accounts, orders);
        Ok(picture)
    }

    /// From the rows alone.
    pub fn over(material: Material, payments: &[Payment], limits: &FlowLimits) -> Picture {
        let words: Vec<_> = payments
            .iter()
            .map(|p| local::Payment {
                transfer: p.transfer,
                account: p.to,
                at_ms: p.paid_at.ms(),
                amount: p.amount.0,
            })
            .collect();
        let books = Books::reconcile(&material.gathered.rows, &material.gathered.known, &words);
        Picture {
            told_until: told_until(&material),
            habits: habits(&books),
            material,
            books,
            payments: payments.to_vec(),
            limits: *limits,
            accounts: BTreeMap::new(),
            measures: BTreeMap::new(),
            ends: BTreeMap::new(),
        }
    }

    /// What the accounts are, and the stops and freezes on them with the orders that relieved them.
    pub fn know(&mut self, accounts: Vec<Account>, orders: Vec<Order>) {
        self.accounts = accounts.into_iter().map(|a| (a.id, a)).collect();
        self.ends = ends_of(&orders);
        for order in orders.into_iter().filter(|o| o.kind.original().is_none()) {
            self.measures.entry(order.account).or_default().push(order);
        }
    }

    /// Every account that some doctrine could name: those asked about, and whom they paid.
    fn within_reach(&self) -> Vec<AccountId> {
        let windows = self.material.gathered.known.windows.as_ref();
        let asked = |account: &AccountId| windows.is_some_and(|w| w.contains_key(account));
        let paid: BTreeSet<TransferId> = self.payments.iter().filter_map(|p| p.transfer).collect();
        let mut ids: BTreeSet<AccountId> = self
            .payments
            .iter()
            .flat_map(|p| [Some(p.to), p.from])
            .flatten()
            .collect();
        let told = &self.material.told;
        ids.extend(paid.iter().filter_map(|id| told.get(id)).map(|t| t.transfer.src));
        ids.extend(windows.into_iter().flat_map(BTreeMap::keys).copied());
        ids.extend(
            self.material
                .gathered
                .rows
                .iter()
                .filter(|r| asked(&r.src))
                .map(|r| r.dst),
        );
        ids.into_iter().collect()
    }

    /// Traces the payments. Rows that the engine refuses (sums beyond 64 bits) are answered as a failure of the data.
    pub fn trace(&self, doctrine: Doctrine, what_if: &WhatIf<AccountId>) -> AppResult<Seen> {
        let Some(shares) = doctrine.shares() else {
            return self.poison(what_if);
        };
        let query = TaintQuery {
            doctrine: shares,
            depth: self.limits.depth,
            horizon_ms: self.limits.horizon.ms(),
            min_taint: self.limits.min_taint.0,
            budget: u64::MAX,
        };
        let traced = self.books.trace(&query, what_if);
        Ok(traced.map_err(|problems| store::StoreError::Corrupt(format!("transfers: {problems:?}")))?)
    }

    fn poison(&self, what_if: &WhatIf<AccountId>) -> AppResult<Seen> {
        let query = ReachQuery {
            depth: self.limits.depth,
            dwell_ms: self.limits.horizon.ms(),
            min_amount: self.limits.min_taint.0,
            ..ReachQuery::default()
        };
        let poisoned = self.books.poison(&query, what_if);
        Ok(poisoned.map_err(|problems| store::StoreError::Corrupt(format!("transfers: {problems:?}")))?)
    }

    pub fn habit(&self, account: AccountId) -> Option<Habit> {
        self.habits.get(&account).copied()
    }

    /// Our measures on the account and how each stood: now, or at an earlier instant.
    pub fn measures_at(&self, account: AccountId, until: Option<Instant>) -> Vec<(&Order, Stood)> {
        let all = self.measures.get(&account).map_or(&[][..], Vec::as_slice);
        all.iter()
            .map(|o| {
                let stood = match until {
                    Some(until) => stood_at(o, self.ends.get(&o.id).copied(), until),
                    None => stood_now(o),
                };
                (o, stood)
            })
            .collect()
    }

    /// Whether a victim paid from this account: money that comes back there is with its owner, and nobody stops him.
    pub fn is_victims(&self, account: AccountId) -> bool {
        let told = |p: &Payment| Some(self.material.told.get(&p.transfer?)?.transfer.src);
        self.payments
            .iter()
            .any(|p| p.from == Some(account) || told(p) == Some(account))
    }

    /// Of each payment, in their order, what the trace counts as newly lost: less what had come back and was paid again.
    pub fn seeded(&self, seen: &Seen) -> Vec<Fen> {
        let mut seeded = vec![Fen::ZERO; self.payments.len()];
        for row in &seen.rows {
            for (label, amount) in &row.parts {
                let own = self
                    .payments
                    .get(*label as usize)
                    .is_some_and(|p| match row.source {
                        Source::Row(id) => p.transfer == Some(id),
                        Source::Untold(told) => told == *label,
                        Source::Gap => false,
                    });
                if let Some(sum) = seeded.get_mut(*label as usize).filter(|_| own) {
                    *sum = Fen(*amount);
                }
            }
        }
        seeded
    }

    /// When the newest row known happened.
    pub fn last_row(&self) -> Option<Instant> {
        self.books.steps().last().map(|s| Instant::from_ms(s.at_ms))
    }

    pub fn payment(&self, label: u32) -> Option<PaymentId> {
        self.payments.get(label as usize).map(|p| p.id)
    }

    /// From the first layer to this place.
    pub fn path(&self, spot: Spot<AccountId>, seen: &Seen) -> Vec<Spot<AccountId>> {
        let mut path = vec![spot];
        let mut at = spot;
        while let Some(parent) = seen.spots.get(&at).and_then(|s| s.parent) {
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
    pub fn tree_key(path: &[Spot<AccountId>], seen: &Seen) -> Vec<(i64, Spot<AccountId>)> {
        let arrival = |spot| seen.spots.get(spot).map_or(0, |s| s.first_arrival_ms);
        path.iter().map(|spot| (arrival(spot), *spot)).collect()
    }
}

fn told_until(material: &Material) -> BTreeMap<AccountId, Instant> {
    let mut until: BTreeMap<AccountId, Instant> = BTreeMap::new();
    for told in material.told.values() {
        let t = &told.transfer;
        let ends = [(t.src, t.src_serial.is_some()), (t.dst, t.dst_serial.is_some())];
        for (account, _) in ends.into_iter().filter(|(_, own)| *own) {
            let at = until.entry(account).or_insert(t.at);
            *at = t.at.max(*at);
        }
    }
    until
}

/// Of every account from its own rows, synthetic ones left out.
fn habits(books: &Books<AccountId, TransferId>) -> BTreeMap<AccountId, Habit> {
    let mut rows: BTreeMap<AccountId, Vec<(i64, bool)>> = BTreeMap::new();
    for step in books
        .steps()
        .iter()
        .filter(|s| matches!(s.source, Source::Row(_)))
    {
        for (spot, left) in [(step.src, true), (step.dst, false)] {
            if let Some(account) = books.spot(spot).account() {
                rows.entry(account).or_default().push((step.at_ms, left));
            }
        }
    }
    rows.into_iter()
        .filter_map(|(account, rows)| Some((account, habit(rows)?)))
        .collect()
}
