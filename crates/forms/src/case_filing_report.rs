//! 呈请立案报告书 (DOCUMENTS 2.9): what the officer asks for, with his opinion, and room for those who decide. Internal: no stub,
//! no outside seal, no number.

use crate::case_filing::Ground;
use crate::day::Day;
use crate::fault::Faults;
use crate::parts::{Officer, Person, Sum, check_edition, check_two_officers, first_edition};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFilingReport {
    #[serde(default = "first_edition")]
    pub edition: u32,
    pub agency: String,
    pub case_name: String,
    pub case_number: String,
    /// 受案登记表文号.
    #[serde(default)]
    pub acceptance_number: String,
    #[serde(default)]
    pub victims: Vec<Person>,
    /// 简要案情, as the officer wrote it.
    pub facts: String,
    /// 损失.
    #[serde(default)]
    pub loss: Option<Sum>,
    /// 证据, one line each; what the centre has at the time of the proposal.
    #[serde(default)]
    pub evidence: Vec<String>,
    pub ground: Ground,
    /// 办案单位意见, as the officer wrote it.
    #[serde(default)]
    pub opinion: String,
    /// 承办单位.
    pub unit: String,
    /// 承办人.
    #[serde(default)]
    pub officers: Vec<Officer>,
    #[serde(default)]
    pub proposed_on: Option<Day>,
}

impl CaseFilingReport {
    pub fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        faults.blank("agency", &self.agency, "呈请机关");
        faults.blank("case_name", &self.case_name, "案件名称");
        faults.blank("case_number", &self.case_number, "案件编号");
        faults.blank("facts", &self.facts, "简要案情");
        faults.blank("unit", &self.unit, "承办单位");
        check_two_officers(&self.officers, "officers", faults);
        if self.proposed_on.is_none() {
            faults.missing("proposed_on", "呈请日期");
        }
    }

    /// Checked on drafts too.
    pub fn check_sums(&self, faults: &mut Faults) {
        if let Some(loss) = &self.loss {
            loss.check("loss", faults);
        }
    }
}
