//! 呈请立案报告书 (DOCUMENTS 2.9): the box for those who decide, the victims, the facts as the officer wrote them, what is asked
//! for and by which rule.

use crate::articles::PROCEDURE_LAW;
use crate::case_filing::article;
use crate::laid::Laid;
use crate::printer::Purpose;
use forms::CaseFilingReport;
use forms::day::Day;
use forms::parts::officer_lines;
use serde_json::{Value, json};

impl Laid<'_, CaseFilingReport> {
    pub(crate) fn sheets(&self, _purpose: &Purpose) -> Vec<Value> {
        let victims: Vec<String> = self
            .victims
            .iter()
            .map(|v| format!("{}{}", v.name.reveal(), v.bracket(true)))
            .collect();
        let loss = match &self.loss {
            Some(loss) => format!("损失{}。", loss.both()),
            None => String::new(),
        };
        vec![json!({
            "template": "case_filing_report", "agency": self.agency, "title": "呈请立案报告书", "number": "", "foot": "",
            "opinion": self.opinion, "proposed_on": self.proposed_on.map(Day::arabic).unwrap_or_default(),
            "officers": officer_lines(&self.officers), "unit": self.unit,
            "case": [
                {"label": "案件名称", "value": self.case_name}, {"label": "案件编号", "value": self.case_number},
                {"label": "受案登记表文号", "value": self.acceptance_number},
            ],
            "victims": victims.join("；"),
            "facts": self.facts, "loss": loss,
            "evidence": self.evidence.iter().enumerate().map(|(i, line)| format!("{}. {line}", i + 1)).collect::<Vec<_>>(),
            "request": [
                format!("综上所述，根据{PROCEDURE_LAW}{}之规定，呈请对", article(self.ground).cited()),
                {"fill": self.case_name.strip_suffix('案').unwrap_or(&self.case_name)},
                "案立案侦查。妥否，请批示。",
            ],
            "date": self.proposed_on.map(Day::chinese).unwrap_or_default(),
        })]
    }
}
