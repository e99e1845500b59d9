//! 受案登记表 and 受案回执 (DOCUMENTS 2.5, 2.6). Basis: 刑诉法 110; 程序规定 171. Both carry the same number. Fraud details
//! go on an attached 电信网络诈骗接报补充表, never into the official table.

use crate::day::Day;
use crate::fault::Faults;
use crate::parts::{
    Approval, Leads, Number, Officer, Person, Transfer, check_edition, check_number, check_officers,
    check_sums_of, check_two_officers, first_edition,
};
use kernel::{Instant, PersonName, Phone};
use serde::{Deserialize, Serialize};

/// 受案登记表.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseAcceptanceForm {
    #[serde(default = "first_edition")]
    pub edition: u32,
    /// 受案单位.
    pub agency: String,
    #[serde(default)]
    pub number: Option<Number>,
    pub source: Source,
    /// Said beside 其他.
    #[serde(default)]
    pub source_other: String,
    #[serde(default)]
    pub reporter: Option<Person>,
    #[serde(default)]
    pub handed_over_by: Option<HandedOverBy>,
    /// 接报民警: who took the report. Forms of the first edition named the two who accepted the case.
    #[serde(default)]
    pub officers: Vec<Officer>,
    /// 受案民警.
    #[serde(default)]
    pub accepting_officers: Vec<Officer>,
    #[serde(default)]
    pub received_at: Option<Instant>,
    #[serde(default)]
    pub received_place: String,
    /// 简要案情或者报案记录.
    #[serde(default)]
    pub facts: String,
    /// 是否接收证据.
    #[serde(default)]
    pub evidence: String,
    #[serde(default)]
    pub opinion: Option<Opinion>,
    #[serde(default)]
    pub opinion_other: String,
    /// Day beside 受案民警.
    #[serde(default)]
    pub opinion_on: Option<Day>,
    /// 受案部门负责人.
    #[serde(default)]
    pub approval: Option<Approval>,
    #[serde(default)]
    pub supplement: Option<FraudSupplement>,
}

/// 案件来源.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// 110指令.
    Command110,
    /// 工作中发现.
    FoundAtWork,
    /// 报案.
    Report,
    /// 投案.
    Surrender,
    /// 移送.
    Transferred,
    /// 扭送.
    CitizenArrest,
    Other,
}

/// 受案意见.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opinion {
    Administrative,
    Criminal,
    NotOurs,
    NotPolice,
    Other,
}

/// 移送单位, 移送人, 联系方式.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandedOverBy {
    pub unit: String,
    #[serde(default)]
    pub person: PersonName,
    #[serde(default)]
    pub phone: Phone,
}

/// 电信网络诈骗接报补充表.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FraudSupplement {
    /// 诈骗类型.
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub transfers: Vec<Transfer>,
    #[serde(default)]
    pub leads: Leads,
    /// 涉案设备.
    #[serde(default)]
    pub devices: Vec<String>,
}

impl CaseAcceptanceForm {
    pub fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        faults.blank("agency", &self.agency, "受案单位");
        check_number(self.number.as_ref(), "number", faults);
        if self.reporter.is_none() && self.handed_over_by.is_none() && self.source == Source::Report {
            faults.missing("reporter", "报案人");
        }
        if self.edition < 2 {
            check_two_officers(&self.officers, "officers", faults);
        } else {
            check_officers(&self.officers, "officers", "接报民警", faults);
            check_two_officers(&self.accepting_officers, "accepting_officers", faults);
        }
        if self.received_at.is_none() {
            faults.missing("received_at", "接报时间");
        }
        faults.blank("facts", &self.facts, "简要案情或者报案记录");
        if self.opinion.is_none() {
            faults.missing("opinion", "受案意见");
        }
    }

    /// Checked on drafts too.
    pub fn check_sums(&self, faults: &mut Faults) {
        if let Some(supplement) = &self.supplement {
            check_sums_of(&supplement.transfers, "supplement.transfers", faults);
        }
    }
}

/// 受案回执: one copy to the reporter, one to the file with the reporter's signature. No sums, no suspect, no other
/// victim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseAcceptanceReceipt {
    #[serde(default = "first_edition")]
    pub edition: u32,
    /// 受案单位.
    pub agency: String,
    /// That of the 受案登记表.
    #[serde(default)]
    pub number: Option<Number>,
    pub reporter: PersonName,
    /// The day the reporter reported.
    #[serde(default)]
    pub reported_on: Option<Day>,
    /// Stands before 一案; a trailing 案 is dropped.
    pub case_name: String,
    /// 你（单位）可通过…查询案件进展情况: site or telephone.
    #[serde(default)]
    pub progress_channel: String,
    /// 案件查询码.
    #[serde(default)]
    pub query_code: String,
    /// 监督电话.
    #[serde(default)]
    pub supervision_phone: String,
    /// 联系人.
    #[serde(default)]
    pub contact: PersonName,
    #[serde(default)]
    pub contact_phone: Phone,
    #[serde(default)]
    pub issued_on: Option<Day>,
    /// Why the reporter did not sign: cannot be reached, refused. Noted on the receipt itself (程序规定 171).
    #[serde(default)]
    pub not_signed: String,
}

impl CaseAcceptanceReceipt {
    pub fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        faults.blank("agency", &self.agency, "受案单位");
        check_number(self.number.as_ref(), "number", faults);
        faults.blank("reporter", self.reporter.reveal(), "报案人");
        faults.blank("case_name", &self.case_name, "案件名称");
        // The first edition was issued without these, so what is stored of it prints with a slash there.
        if self.edition < 2 {
            return;
        }
        faults.blank("progress_channel", &self.progress_channel, "案件进展查询方式");
        faults.blank("supervision_phone", &self.supervision_phone, "监督电话");
        for (day, field, what) in [
            (self.reported_on, "reported_on", "报案日期"),
            (self.issued_on, "issued_on", "填发日期"),
        ] {
            if day.is_none() {
                faults.missing(field, what);
            }
        }
    }
}
