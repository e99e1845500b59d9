//! 受案登记表 and 受案回执 (DOCUMENTS 2.5, 2.6). Basis: 刑诉法 110; 程序规定 171. Both carry the same number. Fraud details
//! go on an attached 电信网络诈骗接报补充表, never into the official table.

use crate::numerals::{Day, clock};
use crate::parts::{
    Approval, Leads, Number, Officer, Person, Transfer, boxes, check_edition, check_number, check_transfers,
    check_two_officers, first_edition, number_line, officer_lines, person_view, total,
};
use crate::printer::Purpose;
use crate::problem::Faults;
use kernel::{Instant, PersonName, Phone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// 接报民警.
    #[serde(default)]
    pub officers: Vec<Officer>,
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

const SOURCES: [(Source, &str); 7] = [
    (Source::Command110, "110指令"),
    (Source::FoundAtWork, "工作中发现"),
    (Source::Report, "报案"),
    (Source::Surrender, "投案"),
    (Source::Transferred, "移送"),
    (Source::CitizenArrest, "扭送"),
    (Source::Other, "其他"),
];

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

const OPINIONS: [(Opinion, &str); 5] = [
    (
        Opinion::Administrative,
        "属本单位管辖的行政案件，建议及时调查处理",
    ),
    (Opinion::Criminal, "属本单位管辖的刑事案件，建议及时立案侦查"),
    (Opinion::NotOurs, "不属于本单位管辖，建议移送处理"),
    (
        Opinion::NotPolice,
        "不属于公安机关职责范围，不予调查处理并当场书面告知当事人",
    ),
    (Opinion::Other, "其他"),
];

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
    pub(crate) fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        faults.blank("agency", &self.agency, "受案单位");
        check_number(self.number.as_ref(), "number", faults);
        if self.reporter.is_none() && self.handed_over_by.is_none() && self.source == Source::Report {
            faults.missing("reporter", "报案人");
        }
        check_two_officers(&self.officers, "officers", faults);
        if self.received_at.is_none() {
            faults.missing("received_at", "接报时间");
        }
        faults.blank("facts", &self.facts, "简要案情或者报案记录");
        if self.opinion.is_none() {
            faults.missing("opinion", "受案意见");
        }
    }

    /// Checked on drafts too.
    pub(crate) fn check_sums(&self, faults: &mut Faults) {
        if let Some(supplement) = &self.supplement {
            check_transfers(&supplement.transfers, "supplement.transfers", faults);
        }
    }

    pub(crate) fn sheets(&self, purpose: &Purpose) -> Vec<Value> {
        let number = number_line(self.number.as_ref(), purpose.is_draft());
        let hander = self.handed_over_by.as_ref();
        let mut sheets = vec![json!({
            "template": "case_acceptance_form", "agency": self.agency, "title": "受案登记表", "number": number,
            "foot": "一式两份，一份附卷，一份存根",
            "sources": boxes(SOURCES.map(|(s, zh)| (zh, s == self.source))), "source_other": self.source_other,
            "reporter": person_view(self.reporter.as_ref()),
            "hander": {
                "unit": hander.map(|h| h.unit.as_str()).unwrap_or_default(),
                "person": hander.map(|h| h.person.reveal()).unwrap_or_default(),
                "phone": hander.map(|h| h.phone.reveal()).unwrap_or_default(),
            },
            "officers": officer_lines(&self.officers),
            "received_at": self.received_at.map(clock).unwrap_or_default(), "received_place": self.received_place,
            "facts": self.facts, "evidence": self.evidence,
            "opinions": boxes(OPINIONS.map(|(o, zh)| (zh, Some(o) == self.opinion))), "opinion_other": self.opinion_other,
            "opinion_on": self.opinion_on.map(Day::arabic).unwrap_or_default(),
            "head": self.approval.as_ref().map(|a| a.name.reveal()).unwrap_or_default(),
            "head_on": self.approval.as_ref().map(|a| a.on.arabic()).unwrap_or_default(),
        })];
        if let Some(supplement) = &self.supplement {
            sheets.push(supplement.sheet(&self.agency, &number));
        }
        sheets
    }
}

impl FraudSupplement {
    fn sheet(&self, agency: &str, number: &str) -> Value {
        let rows: Vec<Value> = self.transfers.iter().map(Transfer::view).collect();
        json!({
            "template": "fraud_supplement", "agency": agency, "title": "电信网络诈骗接报补充表", "number": number,
            "foot": "本表附于受案登记表后", "kind": self.kind, "rows": rows, "leads": self.leads.view(),
            "devices": self.devices.join("；"),
            "closing": format!("合计{}笔，{}", rows.len(), total(self.transfers.iter().map(|t| t.sum.clone()))),
        })
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
    pub(crate) fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        faults.blank("agency", &self.agency, "受案单位");
        check_number(self.number.as_ref(), "number", faults);
        faults.blank("reporter", self.reporter.reveal(), "报案人");
        faults.blank("case_name", &self.case_name, "案件名称");
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

    pub(crate) fn sheets(&self, purpose: &Purpose) -> Vec<Value> {
        let number = number_line(self.number.as_ref(), purpose.is_draft());
        let copy = |foot: &str, to_file: bool| {
            json!({
                "template": "case_acceptance_receipt", "agency": self.agency, "title": "受案回执", "number": number,
                "foot": foot, "to_file": to_file, "reporter": self.reporter.reveal(),
                "told": [
                    "你（单位）于", {"fill": self.reported_on.map(Day::arabic).unwrap_or_default()}, "报称的",
                    {"fill": self.case_name.strip_suffix('案').unwrap_or(&self.case_name)},
                    "一案我单位已受理（受案登记表文号为", {"fill": number}, "）。",
                ],
                "follow": ["你（单位）可通过", {"fill": self.progress_channel}, "查询案件进展情况。案件查询码：", {"fill": self.query_code}, "。"],
                "contact": ["联系人：", {"fill": self.contact.reveal()}, "　联系方式：", {"fill": self.contact_phone.reveal()}, "。"],
                "supervision": ["监督电话：", {"fill": self.supervision_phone}, "。"],
                "not_signed": self.not_signed, "date": self.issued_on.map(Day::chinese).unwrap_or_default(),
            })
        };
        vec![
            copy("第一联　此联交报案人、控告人、举报人、扭送人", false),
            copy("第二联　此联附卷", true),
        ]
    }
}
