//! 紧急止付申请表, filled in by the victim (DOCUMENTS 2.1). Basis: 反电信网络诈骗法 20; 银发〔2016〕86号. It has no 文号 of
//! its own; it shows the platform's 业务申请编号 and the number of the call. The bank compares name, account, sum and
//! time, so everything is printed as typed and unmasked.

use crate::laid::Laid;
use crate::pieces::{boxes, person_view};
use crate::printer::Purpose;
use forms::StopApplication;
use forms::day::{Day, clock};
use forms::parts::{officer_lines, total};
use forms::stop_application::ChainStep;
use kernel::{Instant, Span};
use serde_json::{Value, json};

/// More transfers than this go to an attached list.
const TRANSFERS_ON_FORM: usize = 4;

impl Laid<'_, StopApplication> {
    pub(crate) fn sheets(&self, _purpose: &Purpose) -> Vec<Value> {
        let sum = total(self.transfers.iter().map(|t| t.sum.clone()));
        let rows: Vec<Value> = self.transfers.iter().map(|t| Laid(t).view()).collect();
        let listed = rows.len() > TRANSFERS_ON_FORM;
        let shown = if listed { Vec::new() } else { rows.clone() };
        let chain_in = if listed { 2 } else { 1 };
        let mut sheets = vec![json!({
            "template": "stop_application", "attachments": [], "agency": self.agency, "title": "紧急止付申请表",
            "foot": "本表一式一份，附卷；扫描件报平台",
            "business_number": self.business_number, "call_number": self.call_number,
            "applied_at": self.applied_at.map(|at| at.to_chinese_minute()).unwrap_or_default(),
            "accepting_unit": self.accepting_unit, "matter": self.matter,
            "applicant": Laid(&self.applicant).view(),
            "has_agent": self.agent.is_some(), "agent": person_view(self.agent.as_ref()), "agent_relation": self.agent_relation,
            "transfers": shown, "count": rows.len(), "total": sum,
            "chain": self.chain_words(chain_in),
            "leads": Laid(&self.leads).view(), "story": self.story,
            "identity": boxes([("身份证件已核对", self.identity_checked), ("未核对", !self.identity_checked)]),
            "officers": officer_lines(&self.officers), "handling": officer_lines(&self.handling_officers),
            "opinion": self.opinion,
            "term": self.term(),
            "date": self.decided_on.map(Day::chinese).unwrap_or_default(),
        })];
        if listed {
            sheets.push(transfer_list(1, &rows, &sum, &self.business_number));
        }
        if !self.chain.is_empty() {
            sheets.push(self.chain_list(chain_in));
        }
        sheets
    }

    /// `自…起至…止（48小时）`; the first edition left the field to a slash until the bank had answered.
    fn term(&self) -> String {
        match (self.stop_from, self.stop_until) {
            (Some(from), Some(until)) => term(from, until),
            (Some(from), None) => term(from, from + Span::hours(48)),
            (None, _) if self.edition >= 2 => "自银行执行止付时起48小时".to_owned(),
            (None, _) => String::new(),
        }
    }

    /// Where the page says how the money came here.
    fn chain_words(&self, n: usize) -> String {
        match self.chain.len() {
            0 => String::new(),
            steps => format!("被害人资金经{steps}笔转账到达申请止付账户，详见附件{n}资金链路表"),
        }
    }

    fn chain_list(&self, n: usize) -> Value {
        let rows: Vec<Value> = self.chain.iter().map(|step| Laid(step).view()).collect();
        json!({
            "template": "chain_list", "attachment": n, "title": "资金链路表", "number": self.business_number, "foot": "",
            "closing": format!("自被害人付款至申请止付账户，共{}笔", rows.len()), "rows": rows,
        })
    }
}

impl Laid<'_, ChainStep> {
    fn view(&self) -> Value {
        let mut view = Laid(&self.transfer).view();
        view["layer"] = self.layer.to_string().into();
        view["traced"] = self
            .traced
            .as_ref()
            .map(|sum| sum.digits())
            .unwrap_or_default()
            .into();
        view
    }
}

fn term(from: Instant, until: Instant) -> String {
    let hours = until.since(from).ms() / 3_600_000;
    format!("自{}起至{}止（{hours}小时）", clock(from), clock(until))
}

/// Several transfers as a list of their own: one row, one stop.
fn transfer_list(n: usize, rows: &[Value], total: &str, number: &str) -> Value {
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
