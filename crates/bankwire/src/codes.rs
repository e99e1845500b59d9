//! The platform's small code tables (DOMAIN 1.7): an enum for what we say, the raw text for what we are told.
//!
//! Promises: a code that is not in a table is never guessed: [`Coded::Other`] keeps it. The identity-document codes of
//! requests and of bank reports are two tables, because the platform has two.
//! Leaves out: result codes (see [`crate::result_code`]).

use std::fmt;

/// A value of a code table: what it is, how it is written, what it is called.
pub trait CodeTable: Copy + Eq + Sized + 'static {
    /// Every entry: value, code, Chinese, English.
    const ROWS: &'static [(Self, &'static str, &'static str, &'static str)];

    fn from_code(code: &str) -> Option<Self> {
        Self::ROWS.iter().find(|row| row.1 == code).map(|row| row.0)
    }
    fn code(self) -> &'static str {
        Self::ROWS
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }
    fn zh(self) -> &'static str {
        Self::ROWS
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }
    fn en(self) -> &'static str {
        Self::ROWS
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.3)
    }
}

/// A code we were told: known, or kept as it stands.
#[derive(Clone, PartialEq, Eq)]
pub enum Coded<T> {
    Known(T),
    Other(String),
}

impl<T: CodeTable> Coded<T> {
    pub fn read(raw: &str) -> Self {
        T::from_code(raw).map_or_else(|| Coded::Other(raw.to_owned()), Coded::Known)
    }
    pub fn raw(&self) -> &str {
        match self {
            Coded::Known(value) => value.code(),
            Coded::Other(raw) => raw,
        }
    }
    pub fn known(&self) -> Option<T> {
        match self {
            Coded::Known(value) => Some(*value),
            Coded::Other(_) => None,
        }
    }
}

impl<T: CodeTable> fmt::Debug for Coded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.raw())
    }
}

impl<T> Default for Coded<T> {
    /// No code at all.
    fn default() -> Self {
        Coded::Other(String::new())
    }
}

impl<T> From<T> for Coded<T> {
    fn from(value: T) -> Self {
        Coded::Known(value)
    }
}

macro_rules! code_tables {
    ($($(#[$doc:meta])* $table:ident { $($name:ident = $code:literal, $zh:literal, $en:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $table { $($name,)+ }
        impl CodeTable for $table {
            const ROWS: &'static [(Self, &'static str, &'static str, &'static str)] =
                &[$(($table::$name, $code, $zh, $en),)+];
        }
    )+};
}

code_tables! {
    /// ApplicationType of a stop (200101).
    StopApplicationType {
        First = "00", "首次申请，人民币活期", "first request, RMB demand account";
        FirstOther = "01", "首次申请，外币活期或定期", "first request, foreign currency or term";
        BankReported = "02", "银行举报，人民币活期", "bank-reported, RMB demand account";
        BankReportedOther = "03", "银行举报，外币或定期", "bank-reported, foreign currency or term";
        Afterwards = "04", "事后补流程，人民币活期", "after-the-fact, RMB demand account";
        AfterwardsOther = "05", "事后补流程，外币或定期", "after-the-fact, foreign currency or term";
    }
    /// AccountType in requests.
    AccountType {
        Personal = "01", "个人", "personal";
        Corporate = "02", "对公", "corporate";
    }
    /// SubjectType of queries. Samples also write `01`.
    SubjectType {
        Natural = "1", "自然人", "natural person";
        Legal = "2", "法人", "legal person";
    }
    EmergencyLevel {
        Normal = "01", "一般", "normal";
        Urgent = "02", "紧急", "urgent";
    }
    FreezeType {
        Limited = "01", "限额冻结", "up to an amount";
        Whole = "02", "全额冻结", "the whole account";
    }
    /// FreezeType inside Measures of 200310.
    MeasureType {
        PoliceStop = "0001", "公安止付", "police stop";
        PoliceFreeze = "0002", "公安冻结", "police freeze";
        CourtFreeze = "1001", "高法冻结", "court freeze";
    }
    /// InquiryMode of 200301.
    TransactionInquiryMode {
        Basic = "01", "基本信息", "basic information";
        Detail = "02", "交易明细", "transaction detail";
        BasicAndDetail = "03", "基本信息加交易明细", "basic information and detail";
        QuickDetail = "04", "明细快速查询", "quick detail";
    }
    /// InquiryMode of 200309.
    AccountInquiryMode {
        Basic = "01", "基本信息", "basic information";
        Accounts = "02", "账户信息", "account information";
    }
    /// InterceptionOrderID of 200305.
    InterceptionOrder {
        Relieve = "0", "解除", "relieve";
        Execute = "1", "执行", "execute";
    }
    BorrowingSigns {
        Debit = "0", "借", "debit";
        Credit = "1", "贷", "credit";
    }
    CashMark {
        Other = "00", "其它", "other";
        Cash = "01", "现金", "cash";
    }
    TransactionStatus {
        Ok = "00", "成功", "ok";
        Failed = "01", "失败", "failed";
    }
    /// IDType of requests.
    RequestIdType {
        IdCard = "01", "身份证", "identity card";
        DrivingLicence = "02", "驾驶证", "driving licence";
        Passport = "03", "护照", "passport";
        Officer = "04", "军官证", "officer's card";
        Soldier = "05", "士兵证", "soldier's card";
        Household = "06", "户口本", "household register";
        HongKongMacao = "07", "港澳居民来往内地通行证", "Hong Kong and Macao travel permit";
        Police = "08", "警官证", "police card";
        SocialSecurity = "09", "社会保障号", "social security number";
        Taiwan = "10", "台湾居民来往大陆通行证", "Taiwan travel permit";
        TemporaryIdCard = "11", "临时身份证", "temporary identity card";
        ForeignResident = "12", "外国人居留证", "foreigner's residence permit";
        OrganisationCode = "13", "组织机构代码", "organisation code";
        CreditCode = "14", "统一社会信用代码", "unified social credit code";
        BusinessLicence = "15", "营业执照号", "business licence";
        BusinessRegistration = "16", "（原）工商注册号", "former business registration";
        Other = "99", "其他", "other";
    }
    /// IDType of bank reports (100401, 100403, 100404): another table with the same two digits.
    ReportIdType {
        IdCard = "01", "身份证", "identity card";
        Household = "02", "户口本", "household register";
        Officer = "03", "军官证", "officer's card";
        Police = "04", "警官证", "police card";
        Soldier = "05", "士兵证", "soldier's card";
        Passport = "07", "护照", "passport";
        HomeReturn = "08", "回乡证", "home-return permit";
        Other = "09", "其它", "other";
    }
    /// ApplicationType of a case report (200401).
    CaseReportType {
        Report = "01", "报案", "report";
        AfterStop = "02", "止付后补流程", "paperwork after a stop";
    }
    RightsType {
        Shared = "01", "共有权", "co-ownership";
        Preferred = "02", "优先权", "preference";
        Pledge = "03", "质押权", "pledge";
    }
    /// The first two characters of an attachment's Filename.
    AttachmentType {
        OfficerId = "01", "警官证", "police officer's card";
        FreezeDocument = "02", "冻结法律文书", "freeze document";
        StopForm = "03", "紧急止付申请表", "emergency stop application form";
        CitizenId = "04", "公民身份证", "citizen's identity card";
        QueryDocument = "05", "查询法律文书", "query document";
    }
    /// The third character of an attachment's Filename.
    AttachmentFormat {
        Jpg = "0", "JPG", "JPG";
        Pdf = "1", "PDF", "PDF";
    }
    /// FeatureCode of the list reports.
    FeatureCode {
        Cancel = "0000", "撤销先前上报", "cancel an earlier report";
        FrequentOpening = "1001", "频繁开户", "frequent opening";
        CumulatedOpening = "1002", "累计开户", "cumulated opening";
        InvolvedAccount = "2001", "涉案账户/黑名单账户", "involved or black-listed account";
        AttemptedFraud = "3001", "诈骗未遂", "attempted fraud";
        VictimReport = "3002", "受害人举报疑似诈骗", "victim reports suspected fraud";
        BankReport = "3003", "银行举报疑似诈骗", "bank reports suspected fraud";
        PayeeInvolved = "3004", "收方涉案", "payee involved";
        PayerInvolved = "3005", "付方涉案", "payer involved";
        ScatteredIn = "3006", "分散入集中出", "scattered in, concentrated out";
        ScatteredOut = "3007", "集中入分散出", "concentrated in, scattered out";
        Repeated = "3008", "连续多笔交易", "repeated transactions";
        Other = "9999", "其余可疑交易", "other suspicious transactions";
    }
}

/// The account status of an answer. Banks write `0` or `00` for one thing, so it is a function and not a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    Normal,
    Frozen,
    Closed,
}

/// Reads AccountStatus; `None` for a code that is not known.
pub fn account_status(raw: &str) -> Option<AccountStatus> {
    match raw {
        "0" | "00" => Some(AccountStatus::Normal),
        "1" | "01" => Some(AccountStatus::Frozen),
        "2" | "02" => Some(AccountStatus::Closed),
        _ => None,
    }
}

/// Whether the currency is renminbi: bank pages say `CNY`, police test data say `RMB`.
pub fn is_renminbi(currency: &str) -> bool {
    matches!(currency, "CNY" | "RMB")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: CodeTable + fmt::Debug>() {
        for (value, code, zh, en) in T::ROWS {
            assert_eq!(T::from_code(code), Some(*value));
            assert_eq!((value.code(), value.zh(), value.en()), (*code, *zh, *en));
            assert_eq!(
                T::ROWS.iter().filter(|row| row.1 == *code).count(),
                1,
                "{value:?}"
            );
        }
    }

    #[test]
    fn tables_read_what_they_write() {
        check::<StopApplicationType>();
        check::<RequestIdType>();
        check::<ReportIdType>();
        check::<FeatureCode>();
        check::<AttachmentType>();
        check::<MeasureType>();
        check::<TransactionInquiryMode>();
    }

    #[test]
    fn the_two_document_tables_differ() {
        assert_eq!(RequestIdType::from_code("03"), Some(RequestIdType::Passport));
        assert_eq!(ReportIdType::from_code("03"), Some(ReportIdType::Officer));
        assert_eq!(Coded::<ReportIdType>::read("06"), Coded::Other("06".into()));
    }
}
