//! 涉案资金流向表 (DOCUMENTS 2.4 b; the layout is ours): every step with both banks' serial numbers, times and balances, the sums, the
//! method, and what the amounts rest on. One sheet across, as many pages as it takes; at the foot of each who made it and who
//! printed it.

use crate::laid::Laid;
use crate::printer::Purpose;
use forms::day::{clock, clock_short};
use forms::{FlowSide, FlowStep, FlowTable, Sum};
use kernel::{Fen, PersonName};
use serde_json::{Value, json};

impl Laid<'_, FlowTable> {
    pub(crate) fn sheets(&self, _purpose: &Purpose) -> Vec<Value> {
        let names: Vec<&str> = self.victims.iter().map(PersonName::reveal).collect();
        let case = [self.case_name.as_str(), self.case_number.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("　");
        let mut notes = self.cuts.clone();
        if self.steps_left_out > 0 {
            notes.push(format!(
                "本表列出前{}笔，另有{}笔因篇幅未列，见电子表格。",
                self.steps.len(),
                self.steps_left_out
            ));
        }
        vec![json!({
            "template": "flow_table", "agency": self.agency, "title": "涉案资金流向表", "foot": "",
            "report_number": self.report_number, "case": case, "victims": names.join("、"),
            "method": self.method, "until": clock(self.until),
            "sums": self.sums(),
            "steps": self.steps.iter().map(|step| Laid(step).view()).collect::<Vec<_>>(),
            "closing": format!("合计{}笔", self.steps.len() as u64 + self.steps_left_out),
            "assumptions": self.assumptions, "cuts": notes,
            "maker": format!("{}（警号{}）", self.maker.name.reveal(), self.maker.police_number),
            "unit": self.unit, "made_at": clock(self.made_at),
        })]
    }
}

impl Laid<'_, FlowTable> {
    fn sums(&self) -> Vec<Value> {
        let unseen = self.unseen.map(|fen| ("去向待查", Sum::of(fen).digits()));
        let before = [
            ("被骗合计", Sum::of(self.total).both()),
            ("已控资金", Sum::of(self.held).digits()),
            ("仍可追回", Sum::of(self.reachable).digits()),
        ];
        let sums = before.into_iter().chain(unseen);
        sums.chain([("已流失", Sum::of(self.gone).digits())])
            .map(|(label, value)| json!({"label": label, "value": value}))
            .collect()
    }
}

impl Laid<'_, FlowStep> {
    fn view(&self) -> Value {
        let side = |s: &FlowSide| json!({"name": s.name.reveal(), "account": s.account.reveal(), "institution": s.institution});
        // Without a bank's own time the one time that is known stands on the paying side.
        let from_at = self.from_at.or(self.to_at.is_none().then_some(self.at));
        let basis = match (self.told, &self.from_serial, &self.to_serial) {
            (false, _, _) if self.word => "被害人陈述",
            (false, _, _) => "推定",
            (true, Some(_), Some(_)) => "双方流水",
            _ => "单方流水",
        };
        json!({
            "layer": self.layer.to_string(), "from": side(&self.from), "to": side(&self.to),
            "amount": self.amount.to_grouped(), "traced": self.traced.to_grouped(), "parts": self.parts,
            "from_at": from_at.map(clock_short).unwrap_or_default(),
            "from_serial": self.from_serial.clone().unwrap_or_default(),
            "to_at": self.to_at.map(clock_short).unwrap_or_default(),
            "to_serial": self.to_serial.clone().unwrap_or_default(),
            "from_balance": self.from_balance.map(Fen::to_grouped).unwrap_or_default(),
            "to_balance": self.to_balance.map(Fen::to_grouped).unwrap_or_default(),
            "basis": basis, "summary": self.summary,
        })
    }
}
