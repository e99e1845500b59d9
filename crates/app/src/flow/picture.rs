//! What a flow is drawn from: the books of the report, what the accounts are, and which measures lie on them.

use super::gathering::{Material, gather};
use super::shape::{Doctrine, FlowLimits};
use crate::AppResult;
use domain::order::{Order, OrderKind, OrderState};
use kernel::{AccountId, Instant, PaymentId, TransferId};
use std::collections::{BTreeMap, BTreeSet};
use store::accounts::{Account, accounts_load};
use store::intake::Payment;
use store::orders::measures_on;
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
    pub measures: BTreeMap<AccountId, Vec<Order>>,
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
        let mut picture = Picture {
            told_until: told_until(&material),
            habits: habits(&books),
            material,
            books,
            payments: payments.to_vec(),
            limits: *limits,
            accounts: BTreeMap::new(),
            measures: BTreeMap::new(),
        };
        // By poison, so that the accounts are known whatever the doctrine.
        let ids = picture.within_reach();
        picture.accounts = accounts_load(conn, &ids)
            .await?
            .into_iter()
            .map(|a| (a.id, a))
            .collect();
        for order in measures_on(conn, &ids).await? {
            picture.measures.entry(order.account).or_default().push(order);
        }
        Ok(picture)
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

    /// The measure of ours that is in force: a freeze before a stop.
    pub fn holding(&self, account: AccountId, until: Option<Instant>) -> Option<&Order> {
        let began = |o: &Order| o.answer.as_ref().and_then(|a| a.start_at.or(a.at));
        let in_force = |kind| {
            self.measures_at(account, until)
                .filter(|o| o.kind == kind && o.state == OrderState::Executed)
                .filter(|o| until.is_none_or(|until| began(o).is_none_or(|at| at <= until)))
                .last()
        };
        in_force(OrderKind::Freeze).or_else(|| in_force(OrderKind::Stop))
    }

    /// Our measures on the account that had been asked for by then, in their order.
    pub fn measures_at(&self, account: AccountId, until: Option<Instant>) -> impl Iterator<Item = &Order> {
        let all = self.measures.get(&account).map_or(&[][..], Vec::as_slice);
        all.iter()
            .filter(move |o| until.is_none_or(|until| o.requested_at <= until))
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
