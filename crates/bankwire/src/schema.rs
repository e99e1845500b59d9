//! The platform's messages as tables (DOMAIN 1.2–1.6): one declaration of each field serves reading, writing, checking
//! and documentation.
//!
//! Promises: element names with their odd spellings, and the order in which we write them. Leaves out: what a code
//! means (see [`crate::codes`], [`crate::result_code`]) and rules between fields of a request (see `check`).
//!
//! Open points of WIRE.md are decided here and nowhere else: item names ([`ITEMS`]) and the interleaving of the common
//! block with a message's own fields (common block first, own fields, Attachments last, then whatever is unknown).

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any text.
    Text,
    /// A decimal of yuan with at most two decimals.
    Amount,
    /// `yyyyMMddHHmmss` at +08:00.
    Time,
    /// A day `yyyyMMdd` or a [`Kind::Time`]: banks' opening and expiry dates.
    Day,
    /// An account or card number, with or without `_sub`.
    Account,
    /// Base64 of at most 1 MB.
    Base64,
    /// An element with these children, once.
    Object(&'static [Field]),
    /// A repeatable element with these children.
    Items(&'static [Field]),
}

/// Whether a field may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A police request without it is refused, as a bank would with 0500 (DOMAIN 1.4, 1.5).
    Mandatory,
    /// Banks expect it, but no source says that all refuse without it: its absence is flagged.
    Expected,
    /// May be absent or empty.
    Optional,
}

/// One element of a message.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The element's name, spelt as the platform spells it.
    pub name: &'static str,
    pub kind: Kind,
    pub need: Need,
    /// The longest value in characters that the sources show; 0 where they show none.
    pub chars_max: usize,
    /// What it is, for the documentation.
    pub meaning: &'static str,
}

/// Who says what in a message; decides whether an impossible value is refused or flagged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Police → bank, and the police's pushes: impossible values and missing mandatory fields are refused.
    PoliceRequest,
    /// Bank → police, an answer to a request.
    BankAnswer,
    /// Bank → police or list service, of the bank's own accord.
    BankReport,
    /// Police → bank, an answer to a report.
    PoliceAnswer,
    /// Bank → hub, asking for waiting messages.
    Poll,
}

/// One message.
#[derive(Clone, Copy, Debug)]
pub struct MessageSpec {
    /// The police-side code `2xxxxx`, if the message exists there.
    pub police_code: Option<&'static str>,
    /// The bank-side code, if the message exists there.
    pub bank_code: Option<&'static str>,
    pub role: Role,
    pub zh: &'static str,
    pub en: &'static str,
    /// The body's fields in the order they are written, in groups that several messages share.
    pub groups: &'static [&'static [Field]],
}

impl MessageSpec {
    /// The body's fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.groups.iter().flat_map(|group| group.iter())
    }
}

/// The message of a transaction code of either side.
pub fn message(tx_code: &str) -> Option<&'static MessageSpec> {
    MESSAGES
        .iter()
        .find(|m| m.police_code == Some(tx_code) || m.bank_code == Some(tx_code))
}

/// The tables as a page of documentation, `MESSAGES.md` beside the code; a test fails when the page is out of date.
pub fn to_markdown() -> String {
    let mut page = String::from(
        "# The platform's messages\n\nWritten from `src/schema.rs`; do not edit. M mandatory in a police request, E expected, \\[\\] repeats.\n",
    );
    for spec in MESSAGES {
        let codes = [spec.police_code, spec.bank_code]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" / ");
        page.push_str(&format!("\n## {codes} {} {}\n\n", spec.zh, spec.en));
        spec.fields().for_each(|field| describe(&mut page, field, 0));
    }
    page
}

fn describe(page: &mut String, field: &Field, depth: usize) {
    let (kind, inner): (&str, &[Field]) = match field.kind {
        Kind::Text => ("text", &[]),
        Kind::Amount => ("amount", &[]),
        Kind::Time => ("time", &[]),
        Kind::Day => ("day or time", &[]),
        Kind::Account => ("account", &[]),
        Kind::Base64 => ("base64", &[]),
        Kind::Object(inner) => ("object", inner),
        Kind::Items(inner) => ("\\[\\]", inner),
    };
    let need = match field.need {
        Need::Mandatory => " M",
        Need::Expected => " E",
        Need::Optional => "",
    };
    let max = if field.chars_max > 0 {
        format!(" ≤{}", field.chars_max)
    } else {
        String::new()
    };
    page.push_str(&format!(
        "{}- `{}` {kind}{max}{need}: {}\n",
        "  ".repeat(depth),
        field.name,
        field.meaning
    ));
    inner.iter().for_each(|field| describe(page, field, depth + 1));
}

/// Which elements repeat inside which. Everything else that appears twice is refused.
pub const ITEMS: &[(&str, &str)] = &[
    ("Attachments", "Attachment"),
    ("Transactions", "Transaction"),
    ("TransactionList", "Transaction"),
    ("Accounts", "Account"),
    ("AccountList", "Account"),
    ("AccountsList", "Accounts"),
    ("Measures", "Measure"),
    ("Priorities", "Priority"),
    ("EntryList", "Entry"),
];

/// Whether `name` repeats inside `parent`. An `Account` inside `Entry` (200501) is a plain text, for example.
pub fn is_item(parent: &str, name: &str) -> bool {
    ITEMS.contains(&(parent, name))
}

const fn field(name: &'static str, kind: Kind, need: Need, chars_max: usize, meaning: &'static str) -> Field {
    Field {
        name,
        kind,
        need,
        chars_max,
        meaning,
    }
}
const fn text(name: &'static str, meaning: &'static str) -> Field {
    field(name, Kind::Text, Need::Optional, 0, meaning)
}
const fn text_max(name: &'static str, chars_max: usize, meaning: &'static str) -> Field {
    field(name, Kind::Text, Need::Optional, chars_max, meaning)
}
const fn amount(name: &'static str, meaning: &'static str) -> Field {
    field(name, Kind::Amount, Need::Optional, 0, meaning)
}
const fn time(name: &'static str, meaning: &'static str) -> Field {
    field(name, Kind::Time, Need::Optional, 0, meaning)
}
const fn day(name: &'static str, meaning: &'static str) -> Field {
    field(name, Kind::Day, Need::Optional, 0, meaning)
}
const fn account(name: &'static str, meaning: &'static str) -> Field {
    field(name, Kind::Account, Need::Optional, 0, meaning)
}
const fn object(name: &'static str, fields: &'static [Field], meaning: &'static str) -> Field {
    field(name, Kind::Object(fields), Need::Optional, 0, meaning)
}
const fn items(name: &'static str, fields: &'static [Field], meaning: &'static str) -> Field {
    field(name, Kind::Items(fields), Need::Optional, 0, meaning)
}
const fn must(f: Field) -> Field {
    Field {
        need: Need::Mandatory,
        ..f
    }
}
const fn expected(f: Field) -> Field {
    Field {
        need: Need::Expected,
        ..f
    }
}

/// Head of every message (1.2). Code and Description stand in the hub's own answers only.
pub const HEAD: &[Field] = &[
    text("Code", "前置机或平台处理码，100000 为受理"),
    text("Description", "处理说明"),
    text("Mode", "01 只签名"),
    text_max("MessageFrom", 12, "发送方节点编号"),
    text_max("To", 12, "接收方节点编号"),
    text_max("FromTGOrganizationId", 12, "托管机构编码"),
    text("TxCode", "交易代码"),
    text_max("TransSerialNumber", 53, "传输报文流水号"),
    text("IsInitialNode", "01 本节点为流程起点"),
    text("IsFeedbackNode", "公安反馈 200402 时填写"),
];

const ATTACHMENT: &[Field] = &[
    text("Filename", "前两位为附件类型，第三位为格式"),
    field(
        "Content",
        Kind::Base64,
        Need::Optional,
        0,
        "Base64，解码后不超过 1 MB",
    ),
];
const ATTACHMENTS: &[Field] = &[object(
    "Attachments",
    &[items("Attachment", ATTACHMENT, "附件")],
    "法律文书等附件",
)];

/// The requester block of every police request (1.4), up to the attachments.
const REQUESTER: &[Field] = &[
    must(text_max("ApplicationID", 36, "业务申请编号")),
    must(text("CaseNumber", "案件编号")),
    must(text("CaseType", "案件类型")),
    must(text("EmergencyLevel", "01 一般 02 紧急")),
    text_max("BankID", 12, "目标银行机构编码"),
    expected(text_max("BankName", 225, "目标银行名称")),
    must(time("ApplicationTime", "申请时间")),
    must(text_max("ApplicationOrgID", 12, "申请机构编码")),
    must(text("ApplicationOrgName", "申请机构名称")),
    must(text_max("OperatorIDType", 2, "经办人证件类型")),
    must(text_max("OperatorIDNumber", 30, "经办人证件号")),
    must(text_max("OperatorName", 60, "经办人姓名")),
    must(text_max("OperatorPhoneNumber", 30, "经办人电话")),
    must(text_max("InvestigatorIDType", 2, "协查人证件类型")),
    must(text_max("InvestigatorIDNumber", 30, "协查人证件号")),
    must(text_max("InvestigatorName", 60, "协查人姓名")),
];

/// The block of every answer (1.6).
const ANSWER: &[Field] = &[
    expected(text_max("ApplicationID", 36, "业务申请编号")),
    expected(text("Result", "结果代码")),
    text("FeedbackOrgName", "反馈机构名称"),
    text("OperatorName", "经办人姓名"),
    text("OperatorPhoneNumber", "经办人电话"),
    text("FeedbackRemark", "反馈说明"),
];

/// 28 fields, in this order (1.6).
const TRANSACTION: &[Field] = &[
    text("TransactionType", "交易类型"),
    text("BorrowingSigns", "借贷标志 0 借 1 贷"),
    text("Currency", "币种"),
    amount("TransactionAmount", "交易金额"),
    amount("AccountBalance", "交易余额"),
    time("TransactionTime", "交易时间"),
    text("TransactionSerial", "交易流水号"),
    text("OpponentName", "对方姓名"),
    account("OpponentAccountNumber", "对方账号"),
    text("OpponentCredentialNumber", "对方证件号"),
    text("OpponentDepositBankID", "对方开户行"),
    text("TransactionRemark", "交易摘要"),
    text("TransactionBranchName", "交易网点名称"),
    text("TransactionBranchCode", "交易网点代码"),
    text("LogNumber", "日志号"),
    text("SummonsNumber", "传票号"),
    text("VoucherType", "凭证种类"),
    text("VoucherCode", "凭证号"),
    text("CashMark", "现金标志 00 其它 01 现金"),
    text("TerminalNumber", "终端号"),
    text("TransactionStatus", "00 成功 01 失败"),
    text("TransactionAddress", "交易发生地"),
    text("MerchantName", "商户名称"),
    text("MerchantCode", "商户号"),
    text("IPAddress", "IP 地址"),
    text("MAC", "MAC 地址"),
    text("TellerCode", "柜员号"),
    text("Remark", "备注"),
];
const TRANSACTIONS: Field = object(
    "Transactions",
    &[items("Transaction", TRANSACTION, "交易")],
    "交易明细",
);

/// An account under a card, as 200302 and 200310 carry it.
const SUB_ACCOUNT: &[Field] = &[
    account("AccountNumber", "定位账户账号"),
    text("AccountSerial", "一般（子）账户序号"),
    text("AccountType", "账户类别"),
    text("AccountStatus", "账户状态 0 正常 1 冻结 2 销户"),
    text("Currency", "币种"),
    text("CashRemit", "钞汇标志"),
    amount("AccountBalance", "账户余额"),
    amount("AvailableBalance", "可用余额"),
    day("LastTransactionTime", "最后交易时间"),
    TRANSACTIONS,
];
const ACCOUNTS: &[Field] = &[
    text("AccountName", "账户名"),
    account("CardNumber", "卡/折号（主账户）"),
    text("DepositBankBranch", "开户网点"),
    text("DepositBankBranchCode", "开户网点代码"),
    day("AccountOpenTime", "开户日期"),
    day("AccountCancellationTime", "销户日期"),
    text("AccountCancellationBranch", "销户网点"),
    text("Remark", "备注"),
    items("Account", SUB_ACCOUNT, "子账户"),
];

/// The accounts of the list reports 100404 and 100405: their transactions stand in a TransactionList.
const REPORTED_ACCOUNT: &[Field] = &[
    account("AccountNumber", "账号"),
    text("AccountSerial", "序号"),
    text("AccountType", "账户类别"),
    text("AccountStatus", "账户状态"),
    text("Currency", "币种"),
    text("CashRemit", "钞汇标志"),
    object(
        "TransactionList",
        &[items("Transaction", REPORTED_TRANSACTION, "交易")],
        "交易列表",
    ),
];
const REPORTED_TRANSACTION: &[Field] = &{
    let mut fields = [text("FeatureCode", "事件特征码（100405）"); 29];
    let mut i = 0;
    while i < TRANSACTION.len() {
        fields[i + 1] = TRANSACTION[i];
        i += 1;
    }
    fields
};

const MEASURE: &[Field] = &[
    text("FreezeSerial", "措施序号"),
    account("AccountNumber", "账号"),
    account("CardNumber", "卡号"),
    time("FreezeStartTime", "措施起始时间"),
    time("FreezeEndTime", "措施截止时间"),
    text("FreezeDeptName", "措施机关名称"),
    text("Currency", "币种"),
    amount("FreezeBalance", "冻结金额"),
    text("Remark", "备注"),
    text("FreezeType", "0001 公安止付 0002 公安冻结 1001 高法冻结"),
];
const PRIORITY: &[Field] = &[
    text("PriortySerial", "权利序号（平台如此拼写）"),
    account("AccountNumber", "账号"),
    account("CardNumber", "卡号"),
    text("CredentialType", "证件类型"),
    text("CredentialNumber", "证件号码"),
    text("RightsType", "01 共有权 02 优先权 03 质押权"),
    text("ObligeeName", "权利人"),
    amount("RightsBalance", "权利金额"),
    text("ObligeeAddress", "权利人地址"),
    text("ObligeeContactInfo", "权利人联系方式"),
];

const CASE_TRANSACTION: &[Field] = &[
    text("ID", "序号"),
    time("Time", "交易时间"),
    text("Type", "交易类型"),
    text("Currency", "币种"),
    amount("TransferAmount", "转出金额"),
    text("TransferOutBankID", "转出行编码"),
    text("TransferOutBankName", "转出行名称"),
    text("TransferOutAccountName", "转出户名"),
    account("TransferOutAccountNumber", "转出账号"),
    text("TransferInBankID", "转入行编码"),
    text("TransferInBankName", "转入行名称"),
    text("TransferInAccountName", "转入户名"),
    account("TransferInAccountNumber", "转入账号"),
    text("IP", "IP"),
    text("MAC", "MAC"),
    text("DeviceID", "设备号"),
    text("Place", "地点"),
    text("Remark", "备注"),
    text("IsCeased", "0 已止付 1 未止付"),
];
const ENTRY: &[Field] = &[
    text("UpdateType", "更新类型"),
    text("CaseType", "案件类型"),
    text("DataType", "数据类型 AccountNumber、IDType_IDNumber"),
    time("VerificationTime", "核实时间"),
    text("OrganizationID", "机构编码"),
    text("AccountType", "账户类别"),
    account("Account", "账号"),
    text("Name", "姓名"),
    text("IDType", "证件类型"),
    text("IDNumber", "证件号"),
    text("PhoneNumber", "电话"),
    text("IPAddress", "IP 地址"),
    text("MAC", "MAC 地址"),
    text("DeviceID", "设备号"),
    text("QQ", "QQ"),
    text("URL", "网址"),
    text("Currency", "币种"),
    amount("Amount", "金额"),
    day("AccountOpenTime", "开户时间"),
    text("ValidationPeriod", "有效期"),
    text("Remark", "备注"),
];

const STOP: &[Field] = &[
    must(text("ApplicationType", "申请类型 00–05")),
    text_max("OriginalApplicationID", 36, "原举报申请编号（类型 02–05 必填）"),
    text("TransferOutBankID", "转出行编码"),
    text("TransferOutBankName", "转出行名称"),
    text("TransferOutAccountName", "转出户名"),
    account("TransferOutAccountNumber", "转出账号"),
    must(text("Currency", "币种")),
    must(amount("TransferAmount", "转出金额")),
    must(time("TransferTime", "受害人转出时间")),
    must(text("AccountType", "01 个人 02 对公")),
    must(text("AccountName", "止付账户名")),
    must(account("AccountNumber", "止付账号")),
    text("Reason", "止付事由"),
    text("Remark", "止付说明"),
    must(time("StartTime", "止付起始时间")),
    must(time("ExpireTime", "止付截止时间")),
];
const STOP_RELIEVE: &[Field] = &[
    must(text_max("OriginalApplicationID", 36, "原止付申请编号")),
    expected(text("AccountType", "账户类别")),
    expected(text("AccountName", "账户名")),
    expected(account("AccountNumber", "账号")),
    text("WithdrawalRemark", "解除说明"),
];
const STOP_PROLONG: &[Field] = &[
    must(text_max("OriginalApplicationID", 36, "原止付申请编号")),
    expected(text("AccountType", "账户类别")),
    expected(text("AccountName", "账户名")),
    expected(account("AccountNumber", "账号")),
    expected(time("PostponeStartTime", "延期起始时间")),
    expected(time("ExpireTime", "延期截止时间")),
    text("ExtendRemark", "延期说明"),
];
const FREEZE: &[Field] = &[
    text("ApplicationType", "申请类型"),
    text("Reason", "冻结事由"),
    text("Remark", "冻结说明"),
    must(text("AccountType", "账户类别")),
    must(text("AccountName", "账户名")),
    must(account("AccountNumber", "账号（主账户_子账户）")),
    must(text("IDType", "证件类型")),
    must(text("IDNumber", "证件号")),
    must(text("FreezeType", "01 限额 02 全额")),
    must(amount("Balance", "冻结金额")),
    must(text("Currency", "币种")),
    must(time("FreezeStartTime", "冻结起始时间")),
    must(time("ExpireTime", "冻结截止时间")),
];
const FREEZE_RELIEVE: &[Field] = &[
    text("ApplicationType", "申请类型"),
    must(text_max("OriginalApplicationID", 36, "原冻结申请编号")),
    expected(text("AccountType", "账户类别")),
    expected(text("AccountName", "账户名")),
    expected(account("AccountNumber", "账号")),
    text("IDType", "证件类型"),
    text("IDNumber", "证件号"),
    text("WithdrawalRemark", "解除说明"),
];
const FREEZE_PROLONG: &[Field] = &[
    text("ApplicationType", "申请类型"),
    must(text_max("OriginalApplicationID", 36, "原冻结申请编号")),
    expected(text("AccountType", "账户类别")),
    expected(text("AccountName", "账户名")),
    expected(account("AccountNumber", "账号")),
    text("IDType", "证件类型"),
    text("IDNumber", "证件号"),
    text("FreezeType", "01 限额 02 全额"),
    amount("Balance", "冻结金额"),
    text("Currency", "币种"),
    expected(time("PostponeStartTime", "续冻起始时间")),
    expected(time("ExpireTime", "续冻截止时间")),
    text("ExtendRemark", "续冻说明"),
];
const TRANSACTION_QUERY: &[Field] = &[
    expected(text("SubjectType", "1 自然人 2 法人")),
    text("AccountName", "账户名"),
    expected(account("CardNumber", "卡/折号")),
    expected(text("InquiryMode", "01 基本 02 明细 03 基本加明细 04 快速")),
    time("InquiryPeriodStart", "查询起始时间（01 以外必填）"),
    time("InquiryPeriodEnd", "查询截止时间（01 以外必填）"),
    text("Reason", "查询事由"),
    text("Remark", "查询说明"),
];
const HOLDER_QUERY: &[Field] = &[
    expected(text("SubjectType", "1 自然人 2 法人")),
    text("AccountName", "账户名"),
    expected(account("CardNumber", "卡/折号")),
    text("Reason", "查询事由"),
    text("Remark", "查询说明"),
];
const WATCH: &[Field] = &[
    expected(text("SubjectType", "1 自然人 2 法人")),
    text("AccountName", "账户名"),
    expected(account("CardNumber", "卡/折号")),
    must(text("InterceptionOrderID", "1 执行 0 解除")),
    must(time("InterceptionStartTime", "动态查询起始时间")),
    time("InterceptionEndTime", "动态查询截止时间"),
    text("Reason", "查询事由"),
    text("Remark", "查询说明"),
];
const WATCH_END: &[Field] = &[
    expected(text("SubjectType", "1 自然人 2 法人")),
    must(text_max("OriginalApplicationID", 36, "原动态查询申请编号")),
    text("AccountName", "账户名"),
    expected(account("CardNumber", "卡/折号")),
    time("InterceptionEndTime", "解除时间"),
    text("Reason", "事由"),
    text("Remark", "说明"),
];
const ALL_ACCOUNTS_QUERY: &[Field] = &[
    expected(text("SubjectType", "1 自然人 2 法人")),
    must(text("AccountCredentialType", "证照类型")),
    must(text("AccountCredentialNumber", "证照号码")),
    text("AccountSubjectName", "主体名称"),
    must(text("InquiryMode", "01 基本 02 账户")),
    text("Reason", "查询事由"),
    text("Remark", "查询说明"),
];

const STOPPED_ACCOUNT: &[Field] = &[
    text("AccountType", "账户类别"),
    account("AccountNumber", "账号"),
    account("CardNumber", "卡号"),
];
const STOP_ANSWER: &[Field] = &[
    amount("AccountBalance", "账户余额"),
    time("StartTime", "执行起始时间"),
    time("ExpireTime", "执行截止时间"),
    text("FailureCause", "失败原因"),
];
const STOP_RELIEVE_ANSWER: &[Field] = &[
    time("WithdrawalTime", "解除时间"),
    text("FailureCause", "失败原因"),
];
const STOP_PROLONG_ANSWER: &[Field] = &[
    text("Currency", "币种"),
    amount("AccountBalance", "账户余额"),
    time("StartTime", "延期起始时间"),
    time("ExpireTime", "延期截止时间"),
    text("FailureCause", "失败原因"),
];
const FREEZE_PROLONG_ANSWER: &[Field] = &[
    amount("AppliedBalance", "申请冻结限额"),
    amount("FrozedBalance", "执行冻结金额（平台如此拼写）"),
    text("Currency", "币种"),
    amount("AccountBalance", "账户余额"),
    time("StartTime", "执行起始时间"),
    time("ExpireTime", "执行截止时间"),
    text("FailureCause", "失败原因"),
];
const FORMER_FREEZE: &[Field] = &[
    text("FormerApplicationDepartment", "在先冻结机关"),
    text("FormerFrozenCurrency", "在先冻结币种"),
    amount("FormerFrozenBalance", "在先冻结金额"),
    day("FormerFrozenExpireTime", "在先冻结到期日"),
    amount("AccountAvailableBalance", "账户可用余额"),
];
const FREEZE_RELIEVE_ANSWER: &[Field] = &[
    amount("AppliedBalance", "申请冻结限额"),
    amount("UnfreezeBalance", "解除冻结金额"),
    amount("AccountBalance", "账户余额"),
    time("WithdrawalTime", "解除时间"),
    text("FailureCause", "失败原因"),
];
const TRANSACTION_ANSWER: &[Field] = &[object("Accounts", ACCOUNTS, "账户与交易明细")];
const HOLDER_ANSWER: &[Field] = &[
    text("AccountCredentialType", "证照类型"),
    text("AccountCredentialNumber", "证照号码"),
    text("AccountSubjectName", "主体名称"),
    text("TelNumber", "联系手机"),
    text("CardOperatorName", "代办人姓名"),
    text("CardOperatorCredentialType", "代办人证件类型"),
    text("CardOperatorCredentialNumber", "代办人证件号码"),
    text("ResidentAddress", "住宅地址"),
    text("ResidentTelNumber", "住宅电话"),
    text("WorkCompanyName", "工作单位"),
    text("WorkAddress", "单位地址"),
    text("WorkTelNumber", "单位电话"),
    text("EmailAddress", "邮箱"),
    text("ArtificialPersonRep", "法人代表"),
    text("ArtificialPersonRepCredentialType", "法人代表证件类型"),
    text("ArtificialPersonRepCredentialNumber", "法人代表证件号码"),
    text("BusinessLicenseNumber", "营业执照号"),
    text("StateTaxSerial", "国税号"),
    text("LocalTaxSerial", "地税号"),
    text("CredentialExpiryDate", "证件有效期"),
    text("Remark", "备注"),
];
const WATCH_ANSWER: &[Field] = &[
    text("AccountName", "账户名"),
    account("AccountNumber", "账号"),
    account("CardNumber", "卡号"),
    TRANSACTIONS,
];
const WATCH_END_ANSWER: &[Field] = &[
    text("CaseNumber", "案件编号"),
    text("ApplicationOrgID", "申请机构编码"),
    text("ApplicationOrgName", "申请机构名称"),
    time("ApplicationTime", "申请时间"),
    text("BankID", "银行编码"),
    text("BankName", "银行名称"),
    text("AccountName", "账户名"),
    account("CardNumber", "卡号"),
    text("WithdrawalRemark", "解除说明"),
];
const ALL_ACCOUNTS_ANSWER: &[Field] = &[
    object("AccountsList", &[items("Accounts", ACCOUNTS, "账户")], "全部账户"),
    object("Measures", &[items("Measure", MEASURE, "强制措施")], "强制措施"),
    object(
        "Priorities",
        &[items("Priority", PRIORITY, "共有权/优先权")],
        "共有权/优先权",
    ),
];

const CASE_REPORT: &[Field] = &[
    expected(text_max("ApplicationID", 36, "举报申请编号")),
    text("ApplicationType", "01 报案 02 止付后补流程"),
    time("ReportEndTime", "举报时间"),
    text("VictimName", "受害人姓名"),
    text("VictimPhoneNumber", "受害人电话"),
    text("VictimIDType", "受害人证件类型（银行上报表）"),
    text("VictimIDNumber", "受害人证件号"),
    text_max("AccidentDescription", 450, "事件描述"),
    text("ReportOrgName", "上报机构"),
    text("OperatorName", "经办人姓名"),
    text("OperatorPhoneNumber", "经办人电话"),
    object(
        "TransactionList",
        &[items("Transaction", CASE_TRANSACTION, "转账")],
        "转账列表",
    ),
];
const CASE_ANSWER: &[Field] = &[
    expected(text_max("ApplicationID", 36, "举报申请编号")),
    text("ApplicationType", "01 报案 02 止付后补流程"),
    time("ReportEndTime", "举报时间"),
    expected(text("Result", "结果代码")),
    text("OperatorName", "经办人姓名"),
    text("OperatorPhoneNumber", "经办人电话"),
    text("FeedbackOrgName", "反馈机构名称"),
    text("FeedbackRemark", "反馈说明"),
];
const ODD_OPENING: &[Field] = &[
    expected(text_max("ApplicationID", 36, "申请编号")),
    text("FeatureCode", "事件特征码"),
    text("BankID", "银行编码"),
    text("IDType", "证件类型（银行上报表）"),
    text("IDNumber", "证件号"),
    text("IDName", "姓名"),
    text("OperatorName", "经办人姓名"),
    text("OperatorPhoneNumber", "经办人电话"),
    object(
        "AccountsList",
        &[items("Accounts", OPENED_ACCOUNT, "开户")],
        "开户列表",
    ),
];
const OPENED_ACCOUNT: &[Field] = &[
    account("CardNumber", "卡/折号"),
    day("AccountOpenTime", "开户时间"),
    text("AccountOpenPlace", "开户地点"),
];
const INVOLVED_ACCOUNT: &[Field] = &[
    expected(text_max("ApplicationID", 36, "申请编号")),
    text("FeatureCode", "事件特征码"),
    text("BankID", "银行编码"),
    account("CardNumber", "卡/折号"),
    text("AccountName", "账户名"),
    text("IDType", "证件类型（银行上报表）"),
    text("IDNumber", "证件号"),
    text("PhoneNumber", "电话"),
    text("Address", "地址"),
    text("PostCode", "邮编"),
    text("AccountOpenPlace", "开户地点"),
    object(
        "AccountList",
        &[items("Account", REPORTED_ACCOUNT, "账户")],
        "账户列表",
    ),
    text("ReportOrgName", "上报机构"),
    text("OperatorName", "经办人姓名"),
    text("OperatorPhoneNumber", "经办人电话"),
];
const ODD_EVENT: &[Field] = &[
    expected(text_max("ApplicationID", 36, "申请编号")),
    text("BankID", "银行编码"),
    text("OperatorName", "经办人姓名"),
    text("OperatorPhoneNumber", "经办人电话"),
    object(
        "AccountsList",
        &[items("Accounts", ODD_EVENT_ACCOUNTS, "账户")],
        "账户列表",
    ),
];
const ODD_EVENT_ACCOUNTS: &[Field] = &[
    text("AccountName", "账户名"),
    account("CardNumber", "卡/折号"),
    text("Remark", "备注"),
    items("Account", REPORTED_ACCOUNT, "子账户"),
];
const PUSH: &[Field] = &[
    must(text_max("ApplicationID", 36, "申请编号")),
    text("ListType", "名单类型"),
    text("ApplicationOrgID", "申请机构编码"),
    time("ApplicationTime", "申请时间"),
    text("OperatorIDType", "经办人证件类型"),
    text("OperatorIDNumber", "经办人证件号"),
    text("OperatorName", "经办人姓名"),
    text("OperatorPhoneNumber", "经办人电话"),
    text("InvestigatorIDType", "协查人证件类型"),
    text("InvestigatorIDNumber", "协查人证件号"),
    text("InvestigatorName", "协查人姓名"),
    object("EntryList", &[items("Entry", ENTRY, "名单条目")], "名单"),
];
const ONE_ELEMENT_CHECK: &[Field] = &[
    text("ListSource", "名单来源 200501"),
    text("DataType", "数据类型"),
    text("OrganizationID", "机构编码"),
    text("Data", "数据"),
    text("AccountName", "户名"),
    text("Status", "状态"),
    text("Message", "说明"),
];
const TWO_ELEMENT_CHECK: &[Field] = &[
    text("ListSource1", "付方名单来源"),
    text("DataType1", "付方数据类型"),
    text("OrganizationID1", "付方机构编码"),
    text("Data1", "付方数据"),
    text("AccountName1", "付方户名"),
    text("ListSource2", "收方名单来源"),
    text("DataType2", "收方数据类型"),
    text("OrganizationID2", "收方机构编码"),
    text("Data2", "收方数据"),
    text("AccountName2", "收方户名"),
    text("Status", "状态"),
    text("Message1", "付方说明"),
    text("Message2", "收方说明"),
];

const fn request(
    police: &'static str,
    bank: &'static str,
    zh: &'static str,
    en: &'static str,
    groups: &'static [&'static [Field]],
) -> MessageSpec {
    MessageSpec {
        police_code: Some(police),
        bank_code: Some(bank),
        role: Role::PoliceRequest,
        zh,
        en,
        groups,
    }
}
const fn answer(
    police: &'static str,
    bank: &'static str,
    zh: &'static str,
    en: &'static str,
    groups: &'static [&'static [Field]],
) -> MessageSpec {
    MessageSpec {
        police_code: Some(police),
        bank_code: Some(bank),
        role: Role::BankAnswer,
        zh,
        en,
        groups,
    }
}
const fn bank_only(
    bank: &'static str,
    role: Role,
    zh: &'static str,
    en: &'static str,
    groups: &'static [&'static [Field]],
) -> MessageSpec {
    MessageSpec {
        police_code: None,
        bank_code: Some(bank),
        role,
        zh,
        en,
        groups,
    }
}

/// Every message of DOMAIN 1.3.
#[rustfmt::skip]
pub const MESSAGES: &[MessageSpec] = &[
    bank_only("000000", Role::Poll, "取报文", "poll any message", &[]),
    bank_only("000001", Role::Poll, "按托管机构取报文", "poll for a hosted organisation", &[&[text("TGOrganizationID", "托管机构编码")]]),
    bank_only("000002", Role::Poll, "取某申请的反馈", "poll the feedback of an application", &[&[text_max("ApplicationID", 36, "业务申请编号")]]),
    request("200101", "100101", "止付", "stop payment", &[REQUESTER, STOP, ATTACHMENTS]),
    answer("200102", "100102", "止付反馈", "stop payment, answer", &[ANSWER, STOPPED_ACCOUNT, STOP_ANSWER, ATTACHMENTS]),
    request("200103", "100103", "止付解除", "relieve a stop", &[REQUESTER, STOP_RELIEVE, ATTACHMENTS]),
    answer("200104", "100104", "止付解除反馈", "relieve a stop, answer", &[ANSWER, STOPPED_ACCOUNT, STOP_RELIEVE_ANSWER, ATTACHMENTS]),
    request("200105", "100105", "止付延期", "prolong a stop", &[REQUESTER, STOP_PROLONG, ATTACHMENTS]),
    answer("200106", "100106", "止付延期反馈", "prolong a stop, answer", &[ANSWER, STOPPED_ACCOUNT, STOP_PROLONG_ANSWER, ATTACHMENTS]),
    request("200201", "100201", "冻结", "freeze", &[REQUESTER, FREEZE, ATTACHMENTS]),
    answer("200202", "100202", "冻结反馈", "freeze, answer", &[ANSWER, STOPPED_ACCOUNT, FREEZE_PROLONG_ANSWER, FORMER_FREEZE, ATTACHMENTS]),
    request("200203", "100203", "冻结解除", "relieve a freeze", &[REQUESTER, FREEZE_RELIEVE, ATTACHMENTS]),
    answer("200204", "100204", "冻结解除反馈", "relieve a freeze, answer", &[ANSWER, STOPPED_ACCOUNT, FREEZE_RELIEVE_ANSWER, ATTACHMENTS]),
    request("200205", "100205", "冻结延期", "prolong a freeze", &[REQUESTER, FREEZE_PROLONG, ATTACHMENTS]),
    answer("200206", "100206", "冻结延期反馈", "prolong a freeze, answer", &[ANSWER, STOPPED_ACCOUNT, FREEZE_PROLONG_ANSWER, ATTACHMENTS]),
    request("200301", "100301", "账户交易明细查询", "transactions of an account", &[REQUESTER, TRANSACTION_QUERY, ATTACHMENTS]),
    answer("200302", "100302", "账户交易明细查询反馈", "transactions, answer", &[ANSWER, TRANSACTION_ANSWER, ATTACHMENTS]),
    request("200303", "100303", "账户持卡主体查询", "holder of an account", &[REQUESTER, HOLDER_QUERY, ATTACHMENTS]),
    answer("200304", "100304", "账户持卡主体查询反馈", "holder, answer", &[ANSWER, HOLDER_ANSWER, ATTACHMENTS]),
    request("200305", "100305", "账户动态查询", "watch an account", &[REQUESTER, WATCH, ATTACHMENTS]),
    answer("200306", "100306", "账户动态查询反馈", "watch, answer", &[ANSWER, WATCH_ANSWER, ATTACHMENTS]),
    request("200307", "100307", "账户动态查询解除", "end a watch", &[REQUESTER, WATCH_END, ATTACHMENTS]),
    answer("200308", "100308", "账户动态查询解除反馈", "end of a watch, answer", &[ANSWER, WATCH_END_ANSWER, ATTACHMENTS]),
    request("200309", "100309", "客户全账户查询", "all accounts of a customer", &[REQUESTER, ALL_ACCOUNTS_QUERY, ATTACHMENTS]),
    answer("200310", "100310", "客户全账户查询反馈", "all accounts, answer", &[ANSWER, ALL_ACCOUNTS_ANSWER, ATTACHMENTS]),
    MessageSpec {
        police_code: Some("200401"),
        bank_code: Some("100401"),
        role: Role::BankReport,
        zh: "案件举报",
        en: "case report by a bank",
        groups: &[CASE_REPORT, ATTACHMENTS],
    },
    MessageSpec {
        police_code: Some("200402"),
        bank_code: Some("100402"),
        role: Role::PoliceAnswer,
        zh: "案件举报反馈",
        en: "case report, answer",
        groups: &[CASE_ANSWER, ATTACHMENTS],
    },
    bank_only("100403", Role::BankReport, "可疑名单上报-异常开卡", "abnormal card opening", &[ODD_OPENING, ATTACHMENTS]),
    bank_only("100404", Role::BankReport, "可疑名单上报-涉案账户", "involved account", &[INVOLVED_ACCOUNT, ATTACHMENTS]),
    bank_only("100405", Role::BankReport, "可疑名单上报-异常事件", "exceptional event", &[ODD_EVENT, ATTACHMENTS]),
    MessageSpec {
        police_code: Some("200501"),
        bank_code: None,
        role: Role::PoliceRequest,
        zh: "涉案信息推送",
        en: "push of case entities to the list",
        groups: &[PUSH, ATTACHMENTS],
    },
    bank_only("100501", Role::BankReport, "名单单要素验证", "one-element list check", &[ONE_ELEMENT_CHECK, ATTACHMENTS]),
    bank_only("100503", Role::BankReport, "名单双要素验证", "two-element list check", &[TWO_ELEMENT_CHECK, ATTACHMENTS]),
];
