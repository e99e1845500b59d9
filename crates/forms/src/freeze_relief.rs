//! 协助解除冻结财产通知书: 存根, 正本, 回执 (DOCUMENTS 2.4). Basis: 程序规定 241, 247; 刑诉法 145 where the property has nothing to
//! do with the case.

use crate::day::Day;
use crate::fault::{FaultCode, Faults};
use crate::freeze_notice::{FreezeAccount, Property};
use crate::parts::{Issue, Level, Sum, check_edition, check_twice, first_edition};
use kernel::Fen;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreezeRelieveNotice {
    #[serde(default = "first_edition")]
    pub edition: u32,
    pub issue: Issue,
    /// 协助单位.
    pub addressee: String,
    pub property: Property,
    #[serde(default)]
    pub property_name: String,
    /// With the sum that is let go of each.
    pub accounts: Vec<FreezeAccount>,
    /// 解除数额.
    #[serde(default)]
    pub total: Option<Sum>,
    /// 余额仍冻结数额: nothing where all is let go.
    #[serde(default)]
    pub remaining: Option<Sum>,
    /// Number line of the notice that froze it.
    pub earlier_number: String,
    /// The day of that notice.
    #[serde(default)]
    pub earlier_on: Option<Day>,
    pub ground: ReliefGround,
    /// 原因, for the stub.
    #[serde(default)]
    pub reason: String,
}

/// Why the property is let go; decides which rule is cited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReliefGround {
    /// 经查明与案件无关 (刑诉法 145, in three days).
    Unrelated,
    /// Term, return of the money, withdrawal of the case (程序规定 241).
    NoLongerNeeded,
}

impl FreezeRelieveNotice {
    /// The same approver as the freeze (程序规定 241).
    pub fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        self.issue.check(Level::County, faults);
        faults.blank("addressee", &self.addressee, "协助解除冻结单位");
        faults.blank("earlier_number", &self.earlier_number, "原冻结文书号");
        if self.accounts.is_empty() {
            faults.missing("accounts", "解除冻结账户");
        }
        for (i, account) in self.accounts.iter().enumerate() {
            faults.blank(
                format!("accounts[{i}].account"),
                account.account.reveal(),
                "账户号码",
            );
        }
        check_twice(self.accounts.iter().map(|a| a.account.reveal()), faults);
        if let (Some(earlier), Some(issued)) = (self.earlier_on, self.issue.issued_on)
            && issued < earlier
        {
            faults.add(
                "earlier_on",
                FaultCode::EndBeforeBegin,
                "解除早于冻结",
                "let go before it was frozen",
            );
        }
    }

    /// Checked on drafts too.
    pub fn check_sums(&self, faults: &mut Faults) {
        for (i, account) in self.accounts.iter().enumerate() {
            if let Some(sum) = &account.sum {
                sum.check(&format!("accounts[{i}].sum"), faults);
            }
        }
        if let Some(remaining) = &self.remaining {
            remaining.check("remaining", faults);
        }
        let Some(total) = &self.total else { return };
        total.check("total", faults);
        let rows: Option<Vec<Fen>> = self
            .accounts
            .iter()
            .map(|a| a.sum.as_ref().map(|s| s.fen))
            .collect();
        if rows.is_some_and(|rows| rows.into_iter().sum::<Fen>() != total.fen) {
            faults.add(
                "total",
                FaultCode::SumsDiffer,
                "合计与各账户解除数额之和不一致",
                "the total is not the sum of the accounts",
            );
        }
    }
}
