//! What a bank's Result says (DOMAIN 1.8).
//!
//! Promises: the raw code is kept whatever it is; only 0000 and 1200 mean that something was done; a code that is not
//! in the table is [`Meaning::Unknown`], and an unknown code is never "done" (DESIGN 3).
//! Leaves out: what follows for an order, which `domain` decides.

use std::fmt;

/// A result code exactly as the bank wrote it.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct ResultCode(String);

/// What the code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// 0000.
    Done,
    /// 1200: the stop holds, but the balance is below the limit.
    DoneWithDefect,
    /// 2400: the query was answered, the transactions were cut at 1000.
    Truncated,
    /// 0900: the bank has handled this application before.
    AlreadyProcessed,
    /// A listed failure.
    Failed(ResultGroup),
    /// Not in the table: treated as not done, kept raw.
    Unknown,
}

/// The first two digits of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ResultGroup {
    Identity,
    Amount,
    Account,
    OriginalTransaction,
    Format,
    LegalDocument,
    Organisation,
    Date,
    Duplicate,
    Function,
    BankSystem,
    StopDefect,
    Stop,
    WatchEnd,
    Postpone,
    Relieve,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct ResultRow {
    pub code: &'static str,
    pub meaning: Meaning,
    pub zh: &'static str,
    pub en: &'static str,
}

const fn row(code: &'static str, meaning: Meaning, zh: &'static str, en: &'static str) -> ResultRow {
    ResultRow {
        code,
        meaning,
        zh,
        en,
    }
}
const fn fail(code: &'static str, group: ResultGroup, zh: &'static str, en: &'static str) -> ResultRow {
    row(code, Meaning::Failed(group), zh, en)
}

use ResultGroup as G;

/// Every code the sources show, in order. 14xx, 15xx, 17xx and 20xx–23xx are in none of them.
#[rustfmt::skip]
pub const RESULTS: &[ResultRow] = &[
    row("0000", Meaning::Done, "成功", "done"),
    fail("0100", G::Identity, "身份核对不符（证件与账户）", "the document does not match the account"),
    fail("0199", G::Identity, "身份核对其它错误", "identity, other"),
    fail("0200", G::Amount, "金额无效", "invalid amount"),
    fail("0299", G::Amount, "金额其它错误", "amount, other"),
    fail("0300", G::Account, "账户或卡不存在", "the account or card does not exist"),
    fail("0301", G::Account, "账号与户名不符", "account and name do not match"),
    fail("0302", G::Account, "账户在白名单", "the account is on the white list"),
    fail("0303", G::Account, "账户已挂失", "the account is reported lost"),
    fail("0304", G::Account, "账户异常", "account problem"),
    fail("0399", G::Account, "账户其它错误", "account, other"),
    fail("0400", G::OriginalTransaction, "原交易不存在", "the original transaction was not found"),
    fail("0499", G::OriginalTransaction, "原交易其它错误", "original transaction, other"),
    fail("0500", G::Format, "缺少必填项", "a mandatory item is missing"),
    fail("0501", G::Format, "报文无法解析", "the message cannot be parsed"),
    fail("0599", G::Format, "格式其它错误", "format, other"),
    fail("0600", G::LegalDocument, "缺少法律文书", "a legal document is missing"),
    fail("0699", G::LegalDocument, "法律文书其它错误", "legal document, other"),
    fail("0700", G::Organisation, "机构代码错误", "wrong organisation code"),
    fail("0701", G::Organisation, "子机构代码错误", "wrong sub-organisation code"),
    fail("0799", G::Organisation, "机构其它错误", "organisation, other"),
    fail("0800", G::Date, "日期格式错误", "wrong date format"),
    fail("0801", G::Date, "日期范围超出法律效力", "the dates go beyond the legal effect"),
    fail("0802", G::Date, "申请日期异常", "odd application date"),
    fail("0899", G::Date, "日期其它错误", "date, other"),
    row("0900", Meaning::AlreadyProcessed, "已处理过", "already processed"),
    fail("0999", G::Duplicate, "重复处理其它错误", "repeated processing, other"),
    fail("1000", G::Function, "发卡行不支持该功能", "not supported by the issuer"),
    fail("1099", G::Function, "功能其它错误", "function, other"),
    fail("1100", G::BankSystem, "银行系统内部错误", "internal bank error"),
    fail("1101", G::BankSystem, "与平台通信错误", "platform communication error"),
    fail("1199", G::BankSystem, "银行系统其它错误", "bank system, other"),
    row("1200", Meaning::DoneWithDefect, "止付成功但有瑕疵：限额止付，余额不足", "stopped with a defect: balance insufficient"),
    fail("1300", G::Stop, "止付失败", "the stop failed in the bank"),
    fail("1301", G::Stop, "止付失败：已被止付", "already stopped"),
    fail("1302", G::Stop, "止付失败：已被部分冻结", "partially frozen already"),
    fail("1303", G::Stop, "止付失败：已被全额冻结", "fully frozen already"),
    fail("1304", G::Stop, "止付失败：超过允许的止付次数", "exceeds the permitted number of stops"),
    fail("1399", G::Stop, "止付失败：其它", "stop, other"),
    fail("1600", G::WatchEnd, "动态查询解除：原申请不存在", "end of watch: the original was not found"),
    fail("1601", G::WatchEnd, "动态查询解除：已解除", "end of watch: already ended"),
    fail("1800", G::Postpone, "延期失败：止付已到期", "postponing failed: the stop has expired"),
    fail("1899", G::Postpone, "延期失败：其它", "postponing, other"),
    fail("1900", G::Relieve, "解除失败：止付已到期", "relieving failed: the stop has expired"),
    fail("1999", G::Relieve, "解除失败：其它", "relieving, other"),
    row("2400", Meaning::Truncated, "查询成功，明细截断在 1000 条", "answered, cut at 1000 transactions"),
];

impl ResultCode {
    pub fn new(raw: impl Into<String>) -> Self {
        Self(raw.into())
    }

    /// The code as the bank wrote it.
    pub fn raw(&self) -> &str {
        &self.0
    }

    pub fn meaning(&self) -> Meaning {
        self.row().map_or(Meaning::Unknown, |row| row.meaning)
    }

    /// The group of the first two digits, also of a code that is not in the table.
    pub fn group(&self) -> Option<ResultGroup> {
        let group = match self.0.get(..2).filter(|_| self.0.len() == 4)? {
            "01" => G::Identity,
            "02" => G::Amount,
            "03" => G::Account,
            "04" => G::OriginalTransaction,
            "05" => G::Format,
            "06" => G::LegalDocument,
            "07" => G::Organisation,
            "08" => G::Date,
            "09" => G::Duplicate,
            "10" => G::Function,
            "11" => G::BankSystem,
            "12" => G::StopDefect,
            "13" => G::Stop,
            "16" => G::WatchEnd,
            "18" => G::Postpone,
            "19" => G::Relieve,
            _ => return None,
        };
        Some(group)
    }

    /// Whether the same request, sent anew, may be done: the bank failed for the moment (1100 and its group), or failed without
    /// naming a cause (1300, 1399). Every other failure names what must change first, or what no request changes.
    pub fn may_try_again(&self) -> bool {
        match self.meaning() {
            Meaning::Failed(G::BankSystem) => true,
            Meaning::Failed(G::Stop) => matches!(self.raw(), "1300" | "1399"),
            _ => false,
        }
    }

    /// Whether the bank did what was asked (0000, 1200, and for a query also 2400).
    pub fn is_done(&self) -> bool {
        matches!(
            self.meaning(),
            Meaning::Done | Meaning::DoneWithDefect | Meaning::Truncated
        )
    }

    /// The key of the sentence that the console shows: `bank_result.<code>`, or `bank_result.unknown`.
    pub fn sentence_key(&self) -> String {
        self.row().map_or("bank_result.unknown".to_owned(), |row| {
            format!("bank_result.{}", row.code)
        })
    }

    pub fn zh(&self) -> &'static str {
        self.row().map_or("未知结果代码，按未完成处理", |row| row.zh)
    }

    pub fn en(&self) -> &'static str {
        self.row()
            .map_or("unknown result code, treated as not done", |row| row.en)
    }

    fn row(&self) -> Option<&'static ResultRow> {
        RESULTS.iter().find(|row| row.code == self.0)
    }
}

impl fmt::Debug for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the hub says about a file it was given (Head/Code, DOMAIN 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubVerdict {
    /// 100000 and nothing else (WIRE.md, open point 3).
    Accepted,
    /// 200003: the hub has this submission already, so the first one was accepted or is being handled.
    Duplicate,
    /// A fault between us and the hub or inside it: sending the same bytes again can help.
    TryAgain,
    /// Refused for good, or a code we do not know.
    Refused,
}

/// The hub's codes with their sentences.
#[rustfmt::skip]
pub const HUB_CODES: &[(&str, HubVerdict, &str, &str)] = &[
    ("100000", HubVerdict::Accepted, "已受理", "accepted"),
    ("200001", HubVerdict::Refused, "报文格式错误", "bad message format"),
    ("200002", HubVerdict::TryAgain, "未及时应答", "no answer in time"),
    ("200003", HubVerdict::Duplicate, "重复提交", "duplicate submission"),
    ("200004", HubVerdict::Refused, "行内系统未授权", "in-house system not authorised"),
    ("200005", HubVerdict::Refused, "前置机未授权", "front-end not authorised"),
    ("200006", HubVerdict::Refused, "行内系统无接口权限", "in-house system lacks interface permission"),
    ("200007", HubVerdict::Refused, "前置机无接口权限", "front-end lacks interface permission"),
    ("200008", HubVerdict::TryAgain, "前置机调用超限", "front-end call quota exceeded"),
    ("200009", HubVerdict::TryAgain, "前置机通道关闭", "front-end channel closed"),
    ("200010", HubVerdict::Refused, "账户不存在", "account not found"),
    ("500002", HubVerdict::TryAgain, "套接字错误", "socket error"),
    ("600004", HubVerdict::TryAgain, "套接字错误", "socket error"),
    ("600005", HubVerdict::TryAgain, "没有可用连接", "no more sockets"),
    ("600007", HubVerdict::TryAgain, "名单验证连接数超限", "list-check connection limit"),
    ("603202", HubVerdict::TryAgain, "网络错误", "network error"),
];

/// What a hub code means; an unknown one is a refusal that a person looks at.
pub fn hub_verdict(code: &str) -> HubVerdict {
    HUB_CODES
        .iter()
        .find(|row| row.0 == code)
        .map_or(HubVerdict::Refused, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_table_says_done() {
        let done: Vec<&str> = RESULTS
            .iter()
            .filter(|r| ResultCode::new(r.code).is_done())
            .map(|r| r.code)
            .collect();
        assert_eq!(done, ["0000", "1200", "2400"]);
        for raw in [
            "",
            "0",
            "00000",
            "0001",
            "1201",
            "1299",
            "1400",
            "2000",
            "9999",
            "００００",
            " 0000",
        ] {
            let code = ResultCode::new(raw);
            assert_eq!((code.meaning(), code.raw()), (Meaning::Unknown, raw));
            assert_eq!(code.sentence_key(), "bank_result.unknown");
        }
    }

    #[test]
    fn few_failures_are_worth_the_same_request_again() {
        let again: Vec<&str> = RESULTS
            .iter()
            .filter(|r| ResultCode::new(r.code).may_try_again())
            .map(|r| r.code)
            .collect();
        assert_eq!(again, ["1100", "1101", "1199", "1300", "1399"]);
        assert!(
            !ResultCode::new("1177").may_try_again(),
            "an unknown code is kept, not guessed"
        );
    }

    #[test]
    fn groups_are_the_first_two_digits() {
        for row in RESULTS {
            if let Meaning::Failed(group) = row.meaning {
                assert_eq!(ResultCode::new(row.code).group(), Some(group), "{}", row.code);
            }
        }
        assert_eq!(ResultCode::new("0377").group(), Some(G::Account));
        assert_eq!(ResultCode::new("1299").group(), Some(G::StopDefect));
        assert_eq!(ResultCode::new("1400").group(), None);
        assert_eq!(ResultCode::new("号号").group(), None);
    }

    #[test]
    fn codes_are_in_order_and_once() {
        assert!(RESULTS.windows(2).all(|w| w[0].code < w[1].code));
        assert_eq!(RESULTS.len(), 46);
        assert!(HUB_CODES.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(hub_verdict("100000"), HubVerdict::Accepted);
        assert_eq!(hub_verdict("100001"), HubVerdict::Refused);
    }
}
