//! 协助冻结财产通知书, first freeze and 继续冻结: 存根, 正本, 回执 (DOCUMENTS 2.3). Basis: 刑诉法 144; 程序规定 239, 240,
//! 242 to 245. The official form joins freezing and lifting; printed by computer it shows only the word that holds.

use crate::day::Day;
use crate::fault::{FaultCode, Faults};
use crate::parts::check_twice;
use crate::parts::{Issue, Level, Sum, check_edition, first_edition};
use kernel::{AccountNumber, Fen, PersonName};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreezeNotice {
    #[serde(default = "first_edition")]
    pub edition: u32,
    pub issue: Issue,
    /// 协助单位.
    pub addressee: String,
    pub property: Property,
    /// 名称 after the kind, such as 活期存款; may be empty.
    #[serde(default)]
    pub property_name: String,
    pub accounts: Vec<FreezeAccount>,
    /// Sum over the accounts. May be absent only when whole accounts are frozen (只收不付).
    #[serde(default)]
    pub total: Option<Sum>,
    /// The sum the case is about; the freeze may not exceed it.
    #[serde(default)]
    pub case_sum: Option<Sum>,
    #[serde(default)]
    pub begin: Option<Day>,
    /// Last day of the freeze.
    #[serde(default)]
    pub end: Option<Day>,
    #[serde(default)]
    pub scope: Option<Scope>,
    /// 是否及于孳息.
    #[serde(default)]
    pub fruits: Option<bool>,
    /// 轮候.
    #[serde(default)]
    pub queued: bool,
    /// Present for 继续冻结.
    #[serde(default)]
    pub renewal: Option<Renewal>,
    /// 原因, for the stub.
    #[serde(default)]
    pub reason: String,
    /// One attached page for each account, with room for the bank's answer.
    #[serde(default)]
    pub account_pages: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreezeAccount {
    /// 户名或权利人.
    #[serde(default)]
    pub holder: PersonName,
    #[serde(default)]
    pub account: AccountNumber,
    #[serde(default)]
    pub institution: String,
    #[serde(default)]
    pub sum: Option<Sum>,
    #[serde(default)]
    pub note: String,
}

/// What is frozen; decides the longest term and the lowest approver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Property {
    /// 存款、汇款、结算资金: 6 months, or one year with a city-level approver (243).
    Deposit,
    /// 支付账户余额: treated as a deposit.
    PaymentBalance,
    /// 债券、股票、基金份额: two years (244).
    Securities,
    /// 股权、保单权益: 6 months (245), city level (239).
    EquityOrPolicy,
    /// Shares of a listed company: provincial level (239).
    ListedEquity,
}

impl Property {
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Deposit => "存款、汇款",
            Self::PaymentBalance => "支付账户余额",
            Self::Securities => "债券、股票、基金份额",
            Self::EquityOrPolicy => "股权、保单权益",
            Self::ListedEquity => "上市公司股权",
        }
    }
    const fn approver(self) -> Level {
        match self {
            Self::Deposit | Self::PaymentBalance | Self::Securities => Level::County,
            Self::EquityOrPolicy => Level::City,
            Self::ListedEquity => Level::Province,
        }
    }
    /// Months allowed with an approver of that level.
    const fn months(self, level: Level) -> i32 {
        match self {
            Self::Securities => 24,
            Self::Deposit | Self::PaymentBalance if matches!(level, Level::City | Level::Province) => 12,
            _ => 6,
        }
    }
}

/// 冻结范围.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// 限额冻结.
    Limited,
    /// 全额冻结，只收不付.
    Whole,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// Number line of the earlier notice.
    pub earlier_number: String,
    /// Last day of the freeze that is renewed.
    pub earlier_end: Day,
}

impl FreezeNotice {
    /// The end proposed for a freeze of `months` from `begin`: one day short of the same day of the month, the safe
    /// reading of the term.
    pub fn proposed_end(begin: Day, months: i32) -> Day {
        begin.plus_months(months).plus_days(-1)
    }

    /// Refusals of DOCUMENTS 5.2; the six items of 程序规定 239 are holder, account, sum, term, scope, fruits.
    pub fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        self.issue.check(self.property.approver(), faults);
        faults.blank(
            "issue.case.filing_number",
            &self.issue.case.filing_number,
            "立案决定书文号（未立案不得冻结）",
        );
        faults.blank("addressee", &self.addressee, "协助冻结单位");
        if self.accounts.is_empty() {
            faults.missing("accounts", "冻结账户");
        }
        for (i, account) in self.accounts.iter().enumerate() {
            faults.blank(
                format!("accounts[{i}].holder"),
                account.holder.reveal(),
                "账户名称",
            );
            faults.blank(
                format!("accounts[{i}].account"),
                account.account.reveal(),
                "账户号码",
            );
        }
        check_twice(self.accounts.iter().map(|a| a.account.reveal()), faults);
        if self.scope.is_none() {
            faults.missing("scope", "冻结范围");
        }
        if self.fruits.is_none() {
            faults.missing("fruits", "是否及于孳息");
        }
        self.check_sums_present(faults);
        self.check_term(faults);
        self.check_renewal(faults);
    }

    /// Checked on drafts too.
    pub fn check_sums(&self, faults: &mut Faults) {
        for (i, account) in self.accounts.iter().enumerate() {
            if let Some(sum) = &account.sum {
                sum.check(&format!("accounts[{i}].sum"), faults);
            }
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
                "合计与各账户冻结数额之和不一致",
                "the total is not the sum of the accounts",
            );
        }
        if let Some(case_sum) = &self.case_sum {
            case_sum.check("case_sum", faults);
            if total.fen > case_sum.fen {
                faults.add(
                    "total",
                    FaultCode::MoreThanCase,
                    "冻结数额超过涉案金额",
                    "more is frozen than the case is about",
                );
            }
        }
    }

    fn check_sums_present(&self, faults: &mut Faults) {
        if self.scope == Some(Scope::Whole) {
            return;
        }
        for (i, account) in self.accounts.iter().enumerate() {
            if account.sum.as_ref().is_none_or(|sum| !sum.fen.is_positive()) {
                faults.missing(format!("accounts[{i}].sum"), "冻结数额");
            }
        }
        if self.total.is_none() {
            faults.missing("total", "冻结数额合计");
        }
    }

    fn check_term(&self, faults: &mut Faults) {
        let (Some(begin), Some(end)) = (self.begin, self.end) else {
            for (day, field) in [(self.begin, "begin"), (self.end, "end")] {
                if day.is_none() {
                    faults.missing(field, "冻结期限");
                }
            }
            return;
        };
        if end < begin {
            return faults.add(
                "end",
                FaultCode::EndBeforeBegin,
                "冻结止日早于起日",
                "the freeze ends before it begins",
            );
        }
        let months = self
            .property
            .months(self.issue.approval.as_ref().map_or(Level::County, |a| a.level));
        // The same day of the month is the longest reading (刑诉法 105 leaves the first day out of a term).
        if end > begin.plus_months(months) {
            let zh = format!("冻结期限超过{months}个月（一年须经设区的市一级以上公安机关负责人批准）");
            let en = format!("longer than {months} months (one year needs a city-level approver)");
            faults.add("end", FaultCode::TermTooLong, zh, en);
        }
    }

    fn check_renewal(&self, faults: &mut Faults) {
        let Some(renewal) = &self.renewal else { return };
        faults.blank("renewal.earlier_number", &renewal.earlier_number, "原冻结文书号");
        let late = |day: Option<Day>, latest: Day| day.is_some_and(|day| day > latest);
        if late(self.issue.issued_on, renewal.earlier_end)
            || late(self.begin, renewal.earlier_end.plus_days(1))
        {
            let zh = format!(
                "原冻结于{}到期，已自动解除，不能续冻",
                renewal.earlier_end.arabic()
            );
            faults.add(
                "renewal.earlier_end",
                FaultCode::RenewalLate,
                zh,
                "the earlier freeze has lapsed and cannot be renewed",
            );
        }
    }
}
