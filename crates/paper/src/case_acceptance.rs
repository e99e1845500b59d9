//! 受案登记表 and 受案回执 (DOCUMENTS 2.5, 2.6). Basis: 刑诉法 110; 程序规定 171. Both carry the same number. Fraud details
//! go on an attached 电信网络诈骗接报补充表, never into the official table.

use crate::laid::Laid;
use crate::pieces::{boxes, person_view};
use crate::printer::Purpose;
use forms::day::{Day, clock};
use forms::parts::{number_line, officer_lines, total};
use forms::{CaseAcceptanceForm, CaseAcceptanceReceipt, FraudSupplement, Opinion, Source};
use serde_json::{Value, json};

const SOURCES: [(Source, &str); 7] = [
    (Source::Command110, "110指令"),
    (Source::FoundAtWork, "工作中发现"),
    (Source::Report, "报案"),
    (Source::Surrender, "投案"),
    (Source::Transferred, "移送"),
    (Source::CitizenArrest, "扭送"),
    (Source::Other, "其他"),
];

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

impl Laid<'_, CaseAcceptanceForm> {
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
            "officers": officer_lines(&self.officers), "accepting": officer_lines(&self.accepting_officers),
            "received_at": self.received_at.map(clock).unwrap_or_default(), "received_place": self.received_place,
            "facts": self.facts, "evidence": self.evidence,
            "opinions": boxes(OPINIONS.map(|(o, zh)| (zh, Some(o) == self.opinion))), "opinion_other": self.opinion_other,
            "opinion_on": self.opinion_on.map(Day::arabic).unwrap_or_default(),
            "head": self.approval.as_ref().map(|a| a.name.reveal()).unwrap_or_default(),
            "head_on": self.approval.as_ref().map(|a| a.on.arabic()).unwrap_or_default(),
        })];
        if let Some(supplement) = &self.supplement {
            sheets.push(Laid(supplement).sheet(&self.agency, &number));
        }
        sheets
    }
}

impl Laid<'_, FraudSupplement> {
    fn sheet(&self, agency: &str, number: &str) -> Value {
        let rows: Vec<Value> = self.transfers.iter().map(|t| Laid(t).view()).collect();
        json!({
            "template": "fraud_supplement", "agency": agency, "title": "电信网络诈骗接报补充表", "number": number,
            "foot": "本表附于受案登记表后", "kind": self.kind, "rows": rows, "leads": Laid(&self.leads).view(),
            "devices": self.devices.join("；"),
            "closing": format!("合计{}笔，{}", rows.len(), total(self.transfers.iter().map(|t| t.sum.clone()))),
        })
    }
}

impl Laid<'_, CaseAcceptanceReceipt> {
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
