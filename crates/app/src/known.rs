//! What one unit of work has read or written already, so that its later steps need not ask the database again.
//!
//! Promises: within one transaction nobody else writes, so what is kept here is what is stored; whoever changes a kept
//! thing does it through here. Leaves out everything that steps change by other ways (orders, balances, holds).

use crate::{AppResult, Work};
use kernel::{AccountId, RefusalCode, ReportId, UserId};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::accounts::{Account, account_load};
use store::bank_reports::{BankReport, bank_report_of};
use store::intake::{Payment, Person, ReportRow, payments, people, report_load, report_update};
use store::people::{User, users_named};

/// Kept beside the transaction.
#[derive(Default)]
pub(crate) struct Known(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    reports: BTreeMap<ReportId, ReportRow>,
    people: BTreeMap<ReportId, Vec<Person>>,
    payments: BTreeMap<ReportId, Vec<Payment>>,
    bank_reports: BTreeMap<ReportId, Option<BankReport>>,
    accounts: BTreeMap<AccountId, Account>,
    users: BTreeMap<UserId, User>,
    flows: BTreeMap<ReportId, crate::papers::ChainKnown>,
}

impl Known {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Work<'_> {
    /// A report that was just inserted, with everything that belongs to it.
    pub(crate) fn know_report(&self, row: &ReportRow, people: &[Person], payments: &[Payment]) {
        let id = row.report.id;
        let mut kept = self.known.kept();
        kept.reports.insert(id, row.clone());
        kept.people.insert(id, people.to_vec());
        kept.payments.insert(id, payments.to_vec());
        kept.bank_reports.insert(id, None);
    }

    pub(crate) fn know_bank_report(&self, report: ReportId, reported: &BankReport) {
        let mut kept = self.known.kept();
        kept.bank_reports.insert(report, Some(reported.clone()));
    }

    pub(crate) fn know_account(&self, account: &Account) {
        self.known.kept().accounts.insert(account.id, account.clone());
    }

    pub(crate) fn know_user(&self, user: &User) {
        self.known.kept().users.insert(user.id, user.clone());
    }

    /// A payment was added to the report.
    pub(crate) fn forget_payments(&self, report: ReportId) {
        self.known.kept().payments.remove(&report);
    }

    /// A person of the report was added or changed.
    pub(crate) fn forget_people(&self, report: ReportId) {
        self.known.kept().people.remove(&report);
    }

    pub(crate) async fn report(&self, id: ReportId) -> AppResult<ReportRow> {
        if let Some(row) = self.known.kept().reports.get(&id) {
            return Ok(row.clone());
        }
        let row = report_load(self.tx.conn(), id)
            .await?
            .ok_or(RefusalCode::NotFound)?;
        self.known.kept().reports.insert(id, row.clone());
        Ok(row)
    }

    /// Saves a changed report; refused when it is not the one that is stored.
    pub(crate) async fn report_save(&self, before: &ReportRow, after: &ReportRow) -> AppResult<()> {
        if !report_update(&self.tx, before, after).await? {
            return Err(RefusalCode::RecordChanged.into());
        }
        let mut saved = after.clone();
        saved.report.version = before.report.version + 1;
        self.known.kept().reports.insert(saved.report.id, saved);
        Ok(())
    }

    pub(crate) async fn people_of(&self, report: ReportId) -> AppResult<Vec<Person>> {
        if let Some(found) = self.known.kept().people.get(&report) {
            return Ok(found.clone());
        }
        let found = people(self.tx.conn(), report).await?;
        self.known.kept().people.insert(report, found.clone());
        Ok(found)
    }

    pub(crate) async fn payments_of(&self, report: ReportId) -> AppResult<Vec<Payment>> {
        if let Some(found) = self.known.kept().payments.get(&report) {
            return Ok(found.clone());
        }
        let found = payments(self.tx.conn(), report).await?;
        self.known.kept().payments.insert(report, found.clone());
        Ok(found)
    }

    /// The bank's report that this report was made from.
    pub(crate) async fn bank_report_of(&self, report: ReportId) -> AppResult<Option<BankReport>> {
        if let Some(found) = self.known.kept().bank_reports.get(&report) {
            return Ok(found.clone());
        }
        let found = bank_report_of(self.tx.conn(), report).await?;
        self.known.kept().bank_reports.insert(report, found.clone());
        Ok(found)
    }

    /// Who holds the account and at which bank; its balance and holds may be older than the last step.
    pub(crate) async fn account_named(&self, id: AccountId) -> AppResult<Option<Account>> {
        if let Some(found) = self.known.kept().accounts.get(&id) {
            return Ok(Some(found.clone()));
        }
        let found = account_load(self.tx.conn(), id).await?;
        if let Some(account) = &found {
            self.know_account(account);
        }
        Ok(found)
    }

    /// The report's flow as this transaction has read it, for the papers of orders further down.
    pub(crate) async fn flow_of(
        &self,
        report: ReportId,
        payments: &[Payment],
    ) -> AppResult<crate::papers::ChainKnown> {
        if let Some(found) = self.known.kept().flows.get(&report) {
            return Ok(found.clone());
        }
        let found = crate::papers::chain_known(self, payments).await?;
        self.known.kept().flows.insert(report, found.clone());
        Ok(found)
    }

    /// These users without their roles.
    pub(crate) async fn users_named(&self, ids: &[UserId]) -> AppResult<Vec<User>> {
        let missing: Vec<UserId> = {
            let kept = self.known.kept();
            ids.iter()
                .copied()
                .filter(|id| !kept.users.contains_key(id))
                .collect()
        };
        for user in users_named(self.tx.conn(), &missing).await? {
            self.know_user(&user);
        }
        let kept = self.known.kept();
        Ok(ids.iter().filter_map(|id| kept.users.get(id).cloned()).collect())
    }
}
