//! 协助查询财产通知书: 存根, 正本, 回执 (DOCUMENTS 2.2). Basis: 刑诉法 144; 程序规定 237, 238.

use crate::day::Day;
use crate::fault::{FaultCode, Faults};
use crate::parts::check_twice;
use crate::parts::{Issue, Level, check_edition, first_edition};
use kernel::{AccountNumber, PersonName};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryNotice {
    #[serde(default = "first_edition")]
    pub edition: u32,
    pub issue: Issue,
    /// 协助查询单位.
    pub addressee: String,
    /// 财产种类, such as 存款、汇款.
    #[serde(default)]
    pub property: String,
    /// What is asked: 开户资料, 账户交易明细, ….
    #[serde(default)]
    pub contents: Vec<String>,
    #[serde(default)]
    pub accounts: Vec<QueryAccount>,
    #[serde(default)]
    pub period_from: Option<Day>,
    #[serde(default)]
    pub period_to: Option<Day>,
    /// 原因, for the stub.
    #[serde(default)]
    pub reason: String,
    /// One attached page for each account, with room for the bank's answer.
    #[serde(default)]
    pub account_pages: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryAccount {
    #[serde(default)]
    pub holder: PersonName,
    pub account: AccountNumber,
    #[serde(default)]
    pub institution: String,
    #[serde(default)]
    pub note: String,
}

impl QueryNotice {
    pub fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        self.issue.check(Level::County, faults);
        faults.blank("addressee", &self.addressee, "协助查询单位");
        if self.accounts.is_empty() && self.issue.suspect.is_none() {
            faults.missing("accounts", "查询线索（账户或者犯罪嫌疑人）");
        }
        for (i, account) in self.accounts.iter().enumerate() {
            faults.blank(format!("accounts[{i}].account"), account.account.reveal(), "账号");
        }
        check_twice(self.accounts.iter().map(|a| a.account.reveal()), faults);
        if let (Some(from), Some(to)) = (self.period_from, self.period_to)
            && to < from
        {
            faults.add(
                "period_to",
                FaultCode::EndBeforeBegin,
                "查询期间的止日早于起日",
                "the period ends before it begins",
            );
        }
    }
}
