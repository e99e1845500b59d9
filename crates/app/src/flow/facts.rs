//! What a flow is counted from: the books of the report, what the accounts are, and which measures lie on them; loaded here,
//! and handed to `money` as its facts.

use super::gathering::{Material, gather};
use super::shape::{Doctrine, FlowLimits};
use crate::AppResult;
use bankwire::ResultCode;
use domain::order::Order;
use kernel::{AccountId, Instant, PaymentId, TransferId};
use money::{Facts, Known, Measures, Paid, RowTold, Unplaced};
use std::collections::{BTreeMap, BTreeSet};
use store::accounts::{Account, accounts_load};
use store::intake::Payment;
use store::orders::measures_and_ends_on;
use store::sea_orm::ConnectionTrait;
use trace::local::{self, Books, Source, WhatIf};
use trace::next::{Habit, habit};
use trace::{ReachQuery, TaintQuery};

pub(crate) use money::Seen;

/// Loaded once; traced as often as the page asks.
pub(crate) struct ReportFacts {
    pub material: Material,
    pub books: Books<AccountId, TransferId>,
    /// The payments that are traced: those into an account.
    pub payments: Vec<Payment>,
    /// The others: to a payee without an account that anybody knows.
    pub handed: Vec<Payment>,
    pub limits: FlowLimits,
    pub accounts: BTreeMap<AccountId, Account>,
    pub paid: Vec<Paid>,
    unplaced: Vec<Unplaced>,
    known: BTreeMap<AccountId, Known>,
    measures: Measures,
    rows: BTreeMap<TransferId, RowTold>,
    /// Up to when each account's own bank has reported.
    told_until: BTreeMap<AccountId, Instant>,
    habits: BTreeMap<AccountId, Habit>,
}

impl ReportFacts {
    pub async fn load(
        conn: &impl ConnectionTrait,
        payments: &[Payment],
        limits: &FlowLimits,
    ) -> AppResult<ReportFacts> {
        let material = gather(conn, payments, limits).await?;
        let mut facts = ReportFacts::over(material, payments, limits);
        // By poison, so that the accounts are known whatever the doctrine.
        let ids = facts.within_reach();
        let accounts = accounts_load(conn, &ids).await?;
        let orders = measures_and_ends_on(conn, &ids).await?;
        facts.know(accounts, orders);
        Ok(facts)
    }

    /// From the rows alone.
    pub fn over(material: Material, payments: &[Payment], limits: &FlowLimits) -> ReportFacts {
        let (placed, handed): (Vec<Payment>, Vec<Payment>) =
            payments.iter().cloned().partition(|p| p.to.is_some());
        let paid: Vec<Paid> = placed.iter().filter_map(paid).collect();
        let words: Vec<_> = paid
            .iter()
            .map(|p| local::Payment {
                transfer: p.transfer,
                account: p.to,
                at_ms: p.at.ms(),
                amount: p.amount.0,
            })
            .collect();
        let books = Books::reconcile(&material.gathered.rows, &material.gathered.known, &words);
        ReportFacts {
            told_until: told_until(&material),
            habits: habits(&books),
            paid,
            unplaced: handed.iter().map(unplaced).collect(),
            rows: material.told.iter().map(|(id, t)| (*id, row_told(t))).collect(),
            material,
            books,
            payments: placed,
            handed,
            limits: *limits,
            accounts: BTreeMap::new(),
            known: BTreeMap::new(),
            measures: Measures::default(),
        }
    }

    /// What the accounts are, and the stops and freezes on them with the orders that relieved them.
    pub fn know(&mut self, accounts: Vec<Account>, orders: Vec<Order>) {
        self.known = accounts.iter().map(|a| (a.id, known(a))).collect();
        self.accounts = accounts.into_iter().map(|a| (a.id, a)).collect();
        self.measures = Measures::of(orders);
    }

    /// What the figures are counted from, as this trace shows it.
    pub fn of<'p>(&'p self, seen: &'p Seen) -> Facts<'p> {
        Facts {
            report: self.payments.first().map(|p| p.report),
            seen,
            payments: &self.paid,
            unplaced: &self.unplaced,
            accounts: &self.known,
            measures: &self.measures,
            rows: &self.rows,
            told_until: &self.told_until,
            habits: &self.habits,
            cut: self.material.gathered.cut.len(),
            may_try_again: |code| ResultCode::new(code).may_try_again(),
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
            .chain(&self.handed)
            .flat_map(|p| [p.to, p.from])
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

    /// When the newest row known happened.
    pub fn last_row(&self) -> Option<Instant> {
        self.books.steps().last().map(|s| Instant::from_ms(s.at_ms))
    }

    pub fn payment(&self, label: u32) -> Option<PaymentId> {
        self.payments.get(label as usize).map(|p| p.id)
    }
}

fn paid(p: &Payment) -> Option<Paid> {
    Some(Paid {
        id: p.id,
        victim: p.victim,
        at: p.paid_at,
        amount: p.amount,
        from: p.from,
        to: p.to?,
        transfer: p.transfer,
    })
}

fn unplaced(p: &Payment) -> Unplaced {
    Unplaced {
        id: p.id,
        victim: p.victim,
        at: p.paid_at,
        amount: p.amount,
    }
}

fn known(a: &Account) -> Known {
    Known {
        id: a.id,
        can_be_named: !a.bank_code.is_empty() && !a.holder.is_empty(),
        balance: a.balance,
        stops_executed: a.stops_executed,
    }
}

fn row_told(told: &store::flow::Told) -> RowTold {
    RowTold {
        src: told.transfer.src,
        at: told.transfer.at,
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
