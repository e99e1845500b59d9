//! The pieces snapshots are made of: number, officers, approval, case, person, sums, the common head of notices.
//!
//! A snapshot is frozen: it holds everything the paper shows, so that the same JSON gives the same bytes years later.
//! Personal data sits in masking types, so a snapshot in a log line shows nothing.

use crate::day::Day;
use crate::fault::{FaultCode, Faults};
use kernel::{AccountNumber, Address, Fen, IdNumber, PersonName, Phone};
use serde::{Deserialize, Serialize};

/// The newest edition of templates and article numbers. What was issued under an earlier one keeps printing as it was.
///
/// 2: 接报民警 is who took the call, and the officers who act stand apart; a receipt names how to follow the case.
pub const EDITION: u32 = 2;

pub fn first_edition() -> u32 {
    1
}

pub fn check_edition(edition: u32, faults: &mut Faults) {
    if !(1..=EDITION).contains(&edition) {
        faults.add(
            "edition",
            FaultCode::Invalid,
            "不认识的文书版本",
            "unknown edition of the form",
        );
    }
}

/// 文号, kept in parts and joined last (DOCUMENTS 1.2). Numbering itself belongs to the register, not to this room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// 机关代字, such as 黄公.
    pub agency: String,
    /// 部门简称, such as 反诈; may be empty.
    #[serde(default)]
    pub unit: String,
    /// 文种 before 字, such as 冻财.
    pub kind: String,
    pub year: i16,
    /// From 1, printed without leading zeros.
    pub serial: u64,
}

impl Number {
    /// `黄公（反诈）冻财字〔2026〕12号`.
    pub fn line(&self) -> String {
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!("（{}）", self.unit)
        };
        format!(
            "{}{unit}{}字〔{}〕{}号",
            self.agency, self.kind, self.year, self.serial
        )
    }

    pub fn check(&self, field: &str, faults: &mut Faults) {
        faults.blank(format!("{field}.agency"), &self.agency, "机关代字");
        faults.blank(format!("{field}.kind"), &self.kind, "文种");
        if self.serial == 0 || !(1949..=9999).contains(&self.year) {
            faults.add(
                field,
                FaultCode::Invalid,
                "文号的年份或顺序号不对",
                "year or serial of the number is not valid",
            );
        }
    }
}

/// An original has its number; a draft shows none even if the snapshot holds one.
pub fn check_number(number: Option<&Number>, field: &str, faults: &mut Faults) {
    match number {
        Some(number) => number.check(field, faults),
        None => faults.missing(field, "文号"),
    }
}

/// 办案人 / 接报民警.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officer {
    pub name: PersonName,
    /// 警号.
    pub police_number: String,
    #[serde(default)]
    pub phone: Phone,
}

impl Officer {
    pub fn line(&self) -> String {
        format!("{}（警号{}）", self.name.reveal(), self.police_number)
    }
}

/// `张三（警号040101）、李四（警号040102）`.
pub fn officer_lines(officers: &[Officer]) -> String {
    officers.iter().map(Officer::line).collect::<Vec<_>>().join("、")
}

/// The first telephone number any of them gave.
pub fn officer_phone(officers: &[Officer]) -> String {
    officers
        .iter()
        .map(|o| o.phone.reveal())
        .find(|p| !p.is_empty())
        .unwrap_or_default()
        .to_owned()
}

pub fn officer_names(officers: &[Officer]) -> String {
    officers
        .iter()
        .map(|o| o.name.reveal())
        .collect::<Vec<_>>()
        .join("、")
}

/// Somebody is named, with a police number.
pub fn check_officers(officers: &[Officer], field: &str, what: &str, faults: &mut Faults) {
    if officers.is_empty() {
        faults.missing(field, what);
    }
    check_named(officers, field, faults);
}

fn check_named(officers: &[Officer], field: &str, faults: &mut Faults) {
    for (i, officer) in officers.iter().enumerate() {
        faults.blank(format!("{field}[{i}].name"), officer.name.reveal(), "民警姓名");
        faults.blank(
            format!("{field}[{i}].police_number"),
            &officer.police_number,
            "警号",
        );
    }
}

/// Two different people with police numbers, as every measure here asks (DOCUMENTS 5.2).
pub fn check_two_officers(officers: &[Officer], field: &str, faults: &mut Faults) {
    check_named(officers, field, faults);
    let mut numbers: Vec<&str> = officers
        .iter()
        .map(|o| o.police_number.trim())
        .filter(|n| !n.is_empty())
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() < 2 {
        faults.add(
            field,
            FaultCode::TwoOfficers,
            "须写明两名办案民警",
            "two different officers must be named",
        );
    }
}

/// How high the approver stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Below the head of a county-level police: station, squad, desk.
    Department,
    /// Head of county-level police.
    County,
    /// Head of the police of a districted city.
    City,
    Province,
}

impl Level {
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Department => "办案部门负责人",
            Self::County => "县级以上公安机关负责人",
            Self::City => "设区的市一级以上公安机关负责人",
            Self::Province => "省级以上公安机关负责人",
        }
    }
    const fn en(self) -> &'static str {
        match self {
            Self::Department => "the head of the handling department",
            Self::County => "the head of a county-level police or above",
            Self::City => "the head of a city-level police or above",
            Self::Province => "the head of a provincial police or above",
        }
    }
}

/// 批准人, 批准时间.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub name: PersonName,
    /// 职务.
    #[serde(default)]
    pub post: String,
    pub level: Level,
    pub on: Day,
}

impl Approval {
    pub fn who(&self) -> String {
        let post = if self.post.is_empty() {
            String::new()
        } else {
            format!("（{}）", self.post)
        };
        format!("{}{post}", self.name.reveal())
    }
}

pub fn check_approval(approval: Option<&Approval>, least: Level, field: &str, faults: &mut Faults) {
    let Some(approval) = approval else {
        return faults.missing(field, "批准人");
    };
    faults.blank(format!("{field}.name"), approval.name.reveal(), "批准人");
    if approval.level < least {
        faults.add(
            format!("{field}.level"),
            FaultCode::ApproverLevel,
            format!("须经{}批准", least.zh()),
            format!("must be approved by {}", least.en()),
        );
    }
}

/// 案件名称, 案件编号, 立案决定书文号.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseHead {
    /// As it stands before 案: "李某某被诈骗案" whole, with its 案.
    pub name: String,
    #[serde(default)]
    pub number: String,
    /// Number line of the 立案决定书; empty when no case is filed.
    #[serde(default)]
    pub filing_number: String,
}

impl CaseHead {
    /// The name for sentences that go on with 一案 or 案: without its own 案.
    pub fn name_before_an(&self) -> &str {
        self.name.strip_suffix('案').unwrap_or(&self.name)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

impl Sex {
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Male => "男",
            Self::Female => "女",
        }
    }
}

/// A person or a unit: suspect, applicant, agent, reporter. Only the name is always there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub name: PersonName,
    #[serde(default)]
    pub sex: Option<Sex>,
    #[serde(default)]
    pub birth: Option<Day>,
    /// 身份证件种类, such as 居民身份证.
    #[serde(default)]
    pub id_kind: String,
    #[serde(default)]
    pub id_number: IdNumber,
    #[serde(default)]
    pub address: Address,
    /// 单位及职业.
    #[serde(default)]
    pub employer: String,
    #[serde(default)]
    pub phone: Phone,
}

impl Person {
    pub fn sex_word(&self) -> &'static str {
        self.sex.map_or("", Sex::zh)
    }
    pub fn birth_words(&self) -> String {
        self.birth.map(Day::arabic).unwrap_or_default()
    }
    /// `（性别男，出生日期1900年1月1日，居民身份证4211…）` from what is known; nothing known, nothing printed.
    pub fn bracket(&self, with_id: bool) -> String {
        let mut known = Vec::new();
        if let Some(sex) = self.sex {
            known.push(format!("性别{}", sex.zh()));
        }
        if let Some(birth) = self.birth {
            known.push(format!("出生日期{}", birth.arabic()));
        }
        if with_id && !self.id_number.is_empty() {
            let kind = if self.id_kind.is_empty() {
                "身份证件"
            } else {
                &self.id_kind
            };
            known.push(format!("{kind}{}", self.id_number.reveal()));
        }
        if known.is_empty() {
            String::new()
        } else {
            format!("（{}）", known.join("，"))
        }
    }
}

/// A sum of money, in digits and in capitals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// Whole fen (for foreign money: 1/100 of its unit).
    pub fen: Fen,
    /// Without 人民币. When it is absent the canonical wording is printed; when it is there it must say the same sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capitals: Option<String>,
    /// ISO 4217.
    #[serde(default = "cny", skip_serializing_if = "is_cny")]
    pub currency: String,
}

fn cny() -> String {
    "CNY".to_owned()
}

pub fn is_cny(currency: &str) -> bool {
    currency == "CNY"
}

/// Names of foreign money in Chinese; anything else prints its ISO code alone.
pub const CURRENCIES: &[(&str, &str)] = &[
    ("HKD", "港元"),
    ("MOP", "澳门元"),
    ("TWD", "新台币"),
    ("USD", "美元"),
    ("EUR", "欧元"),
    ("GBP", "英镑"),
    ("JPY", "日元"),
];

impl Sum {
    /// Yuan, with the canonical capitals.
    pub fn of(fen: Fen) -> Sum {
        Sum {
            fen,
            capitals: kernel::capitals(fen).ok(),
            currency: cny(),
        }
    }

    fn words(&self) -> String {
        match &self.capitals {
            Some(words) => words.clone(),
            None => kernel::capitals(self.fen).unwrap_or_default(),
        }
    }

    /// `人民币壹拾万柒仟元伍角叁分（¥107,000.53）`; foreign money without capitals: `美元1,234.00（USD）`.
    pub fn both(&self) -> String {
        if is_cny(&self.currency) {
            return format!("人民币{}（¥{}）", self.words(), self.fen.to_grouped());
        }
        let name = CURRENCIES
            .iter()
            .find(|(code, _)| *code == self.currency)
            .map_or("", |(_, name)| name);
        format!("{name}{}（{}）", self.digits(), self.currency)
    }

    /// `107,000.53`, for table cells.
    pub fn digits(&self) -> String {
        let grouped = self.fen.to_grouped();
        if self.currency == "JPY" {
            grouped.trim_end_matches(".00").to_owned()
        } else {
            grouped
        }
    }

    /// Digits and capitals must agree, on drafts too: a wrong sum is never worth previewing.
    pub fn check(&self, field: &str, faults: &mut Faults) {
        if !is_cny(&self.currency) {
            return;
        }
        if kernel::capitals(self.fen).is_err() {
            return faults.add(
                field,
                FaultCode::Invalid,
                "金额不能用大写表示",
                "the sum cannot be written in capitals",
            );
        }
        let Some(words) = &self.capitals else { return };
        if kernel::parse_capitals(words) != Ok(self.fen) {
            let digits = self.fen.to_grouped();
            faults.add(
                field,
                FaultCode::SumsDiffer,
                format!("大写“{words}”与小写 {digits} 不一致"),
                format!("capitals “{words}” and digits {digits} are not the same sum"),
            );
        }
    }
}

/// What 查询, 冻结 and 立案 papers share, stub included (DOCUMENTS 1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// Agency over the title and in the seal, such as 黄冈市公安局.
    pub agency: String,
    #[serde(default)]
    pub number: Option<Number>,
    pub case: CaseHead,
    /// Absent when the suspect is not known.
    #[serde(default)]
    pub suspect: Option<Person>,
    #[serde(default)]
    pub approval: Option<Approval>,
    #[serde(default)]
    pub officers: Vec<Officer>,
    /// 办案单位.
    #[serde(default)]
    pub handling_unit: String,
    /// 填发时间, also the date under the seal.
    #[serde(default)]
    pub issued_on: Option<Day>,
    /// 填发人: who filled it out, which is not who approved it.
    #[serde(default)]
    pub issued_by: PersonName,
    /// 联系电话 of the handling unit, where none of the officers has one of his own.
    #[serde(default)]
    pub phone: Phone,
}

impl Issue {
    pub fn check(&self, least: Level, faults: &mut Faults) {
        faults.blank("issue.agency", &self.agency, "发文机关");
        check_number(self.number.as_ref(), "issue.number", faults);
        faults.blank("issue.case.name", &self.case.name, "案件名称");
        check_approval(self.approval.as_ref(), least, "issue.approval", faults);
        check_two_officers(&self.officers, "issue.officers", faults);
        faults.blank("issue.handling_unit", &self.handling_unit, "办案单位");
        if self.issued_on.is_none() {
            faults.missing("issue.issued_on", "填发时间");
        }
    }

    /// 联系电话: an officer's own, or that of the unit.
    pub fn contact_phone(&self) -> String {
        let own = officer_phone(&self.officers);
        if own.is_empty() {
            self.phone.reveal().to_owned()
        } else {
            own
        }
    }

    pub fn number_line(&self, draft: bool) -> String {
        number_line(self.number.as_ref(), draft)
    }

    pub fn date(&self) -> String {
        self.issued_on.map(Day::chinese).unwrap_or_default()
    }
}

pub fn number_line(number: Option<&Number>, draft: bool) -> String {
    if draft {
        String::new()
    } else {
        number.map(Number::line).unwrap_or_default()
    }
}

/// One transfer of the victim's money, as typed, unmasked: the bank compares every field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// 汇出户名.
    #[serde(default)]
    pub from_name: PersonName,
    #[serde(default)]
    pub from_institution: String,
    /// Empty where the victim does not know it: a bank can stop the payee without it.
    #[serde(default)]
    pub from_account: AccountNumber,
    /// 收款人户名.
    #[serde(default)]
    pub to_name: PersonName,
    #[serde(default)]
    pub to_institution: String,
    /// A stop names it; 接报补充表 lists payments without one too (cash, a scanned code), a tail as 尾号.
    #[serde(default)]
    pub to_account: AccountNumber,
    /// 付款方式, such as 现金交付; empty for a transfer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub how: String,
    /// 账户类型, such as 个人银行卡.
    #[serde(default)]
    pub to_kind: String,
    pub sum: Sum,
    /// 汇出时间; seconds are printed when known.
    #[serde(default)]
    pub at: Option<kernel::Instant>,
    #[serde(default)]
    pub channel: Option<Channel>,
    /// 交易流水号.
    #[serde(default)]
    pub serial_number: String,
    /// 依据: what the row rests on, such as a bank's statement or the victim's word.
    #[serde(default)]
    pub basis: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Counter,
    Atm,
    OnlineBank,
    MobileBank,
    ThirdParty,
    Other,
}

impl Channel {
    pub const ALL: [Channel; 6] = [
        Self::Counter,
        Self::Atm,
        Self::OnlineBank,
        Self::MobileBank,
        Self::ThirdParty,
        Self::Other,
    ];
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Counter => "柜台",
            Self::Atm => "ATM",
            Self::OnlineBank => "网银",
            Self::MobileBank => "手机银行",
            Self::ThirdParty => "第三方支付",
            Self::Other => "其他",
        }
    }
}

/// Payments as a report tells them; not each has an account.
pub fn check_sums_of(transfers: &[Transfer], field: &str, faults: &mut Faults) {
    for (i, transfer) in transfers.iter().enumerate() {
        transfer.sum.check(&format!("{field}[{i}].sum"), faults);
    }
}

/// Transfers whose account is to be stopped.
pub fn check_transfers(transfers: &[Transfer], field: &str, faults: &mut Faults) {
    check_sums_of(transfers, field, faults);
    for (i, transfer) in transfers.iter().enumerate() {
        faults.blank(
            format!("{field}[{i}].to_account"),
            transfer.to_account.reveal(),
            "收款人账号",
        );
    }
}

/// The sum of yuan over rows, in digits and capitals; empty when there is foreign money among them.
pub fn total(sums: impl Iterator<Item = Sum>) -> String {
    let sums: Vec<Sum> = sums.collect();
    if sums.iter().all(|s| is_cny(&s.currency)) {
        Sum::of(sums.iter().map(|s| s.fen).sum()).both()
    } else {
        String::new()
    }
}

/// 涉诈线索.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leads {
    #[serde(default)]
    pub phones: Vec<Phone>,
    /// 短信内容.
    #[serde(default)]
    pub messages: Vec<String>,
    #[serde(default)]
    pub urls: Vec<String>,
    #[serde(default)]
    pub apps: Vec<String>,
    /// 社交账号.
    #[serde(default)]
    pub social: Vec<String>,
}

/// 程序规定 242: never two measures of ours on one account.
pub fn check_twice<'a>(accounts: impl Iterator<Item = &'a str>, faults: &mut Faults) {
    let mut seen: Vec<&str> = Vec::new();
    for (i, account) in accounts.enumerate() {
        if !account.is_empty() && seen.contains(&account) {
            faults.add(
                format!("accounts[{i}].account"),
                FaultCode::AccountTwice,
                "同一账户重复列出",
                "the same account is listed twice",
            );
        }
        seen.push(account);
    }
}
