//! 紧急止付申请表, filled in by the victim (DOCUMENTS 2.1). Basis: 反电信网络诈骗法 20; 银发〔2016〕86号. It has no 文号 of
//! its own; it shows the platform's 业务申请编号 and the number of the call. The bank compares name, account, sum and
//! time, so everything is printed as typed and unmasked.

use crate::numerals::{Day, clock};
use crate::parts::{
    Leads, Officer, Person, Transfer, boxes, check_edition, check_transfers, check_two_officers,
    first_edition, officer_lines, person_view, total,
};
use crate::printer::Purpose;
use crate::problem::Faults;
use kernel::{Instant, Span};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// More transfers than this go to an attached list.
const TRANSFERS_ON_FORM: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopApplication {
    #[serde(default = "first_edition")]
    pub edition: u32,
    /// Heading, such as 黄冈市公安局反电信网络诈骗中心.
    pub agency: String,
    /// 业务申请编号, 36 characters.
    #[serde(default)]
    pub business_number: String,
    /// 接警编号.
    #[serde(default)]
    pub call_number: String,
    /// 申请时间.
    #[serde(default)]
    pub applied_at: Option<Instant>,
    /// 受理单位.
    #[serde(default)]
    pub accepting_unit: String,
    pub applicant: Person,
    #[serde(default)]
    pub agent: Option<Person>,
    /// 与被害人关系.
    #[serde(default)]
    pub agent_relation: String,
    pub transfers: Vec<Transfer>,
    #[serde(default)]
    pub leads: Leads,
    /// 简要经过.
    #[serde(default)]
    pub story: String,
    /// 身份证件已核对.
    #[serde(default)]
    pub identity_checked: bool,
    /// 接报民警.
    #[serde(default)]
    pub officers: Vec<Officer>,
    /// 审核意见.
    #[serde(default)]
    pub opinion: String,
    /// Start of the 48 hours; absent while the bank has not answered.
    #[serde(default)]
    pub stop_from: Option<Instant>,
    /// Day beside the unit's seal.
    #[serde(default)]
    pub decided_on: Option<Day>,
}

impl StopApplication {
    /// A stop needs no filed case and no chief (DOCUMENTS 2.1), but it needs the applicant, the money's way and two
    /// officers.
    pub(crate) fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        faults.blank("agency", &self.agency, "受理机关");
        faults.blank("applicant.name", self.applicant.name.reveal(), "申请人");
        faults.blank(
            "applicant.id_number",
            self.applicant.id_number.reveal(),
            "申请人证件号码",
        );
        if self.applied_at.is_none() {
            faults.missing("applied_at", "申请时间");
        }
        if self.transfers.is_empty() {
            faults.missing("transfers", "转账");
        }
        for (i, transfer) in self.transfers.iter().enumerate() {
            faults.blank(
                format!("transfers[{i}].to_name"),
                transfer.to_name.reveal(),
                "收款人户名",
            );
            if transfer.at.is_none() {
                faults.missing(format!("transfers[{i}].at"), "汇出时间");
            }
        }
        check_two_officers(&self.officers, "officers", faults);
    }

    /// Checked on drafts too.
    pub(crate) fn check_sums(&self, faults: &mut Faults) {
        check_transfers(&self.transfers, "transfers", faults);
    }

    pub(crate) fn sheets(&self, _purpose: &Purpose) -> Vec<Value> {
        let sum = total(self.transfers.iter().map(|t| t.sum.clone()));
        let rows: Vec<Value> = self.transfers.iter().map(Transfer::view).collect();
        let shown = if rows.len() > TRANSFERS_ON_FORM {
            Vec::new()
        } else {
            rows.clone()
        };
        let mut sheets = vec![json!({
            "template": "stop_application", "attachments": [], "agency": self.agency, "title": "紧急止付申请表", "foot": "本表一式一份，附卷；扫描件报平台",
            "business_number": self.business_number, "call_number": self.call_number,
            "applied_at": self.applied_at.map(|at| at.to_chinese_minute()).unwrap_or_default(),
            "accepting_unit": self.accepting_unit,
            "applicant": self.applicant.view(),
            "has_agent": self.agent.is_some(), "agent": person_view(self.agent.as_ref()), "agent_relation": self.agent_relation,
            "transfers": shown, "count": rows.len(), "total": sum,
            "leads": self.leads.view(), "story": self.story,
            "identity": boxes([("身份证件已核对", self.identity_checked), ("未核对", !self.identity_checked)]),
            "officers": officer_lines(&self.officers), "opinion": self.opinion,
            "term": self.stop_from.map(term).unwrap_or_default(),
            "date": self.decided_on.map(Day::chinese).unwrap_or_default(),
        })];
        if rows.len() > TRANSFERS_ON_FORM {
            sheets.push(transfer_list(1, &rows, &sum, &self.business_number));
        }
        sheets
    }
}

/// `自…起至…止（48小时）`.
fn term(from: Instant) -> String {
    format!(
        "自{}起至{}止（48小时）",
        clock(from),
        clock(from + Span::hours(48))
    )
}

/// Several transfers as a list of their own: one row, one stop.
pub(crate) fn transfer_list(n: usize, rows: &[Value], total: &str, number: &str) -> Value {
    let closing = if total.is_empty() {
        format!("合计{}笔", rows.len())
    } else {
        format!("合计{}笔，{total}", rows.len())
    };
    json!({
        "template": "transfer_list", "attachment": n, "title": "转账明细表", "number": number, "foot": "", "rows": rows,
        "closing": closing,
    })
}
