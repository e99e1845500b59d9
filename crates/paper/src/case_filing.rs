//! 立案决定书: 存根 and 正本 (DOCUMENTS 2.7). Basis: 刑诉法 109 or 112, by where the case came from; 程序规定 178.

use crate::articles::{Article, PROCEDURE_LAW};
use crate::parts::{Issue, Level, check_edition, first_edition};
use crate::printer::Purpose;
use crate::problem::{FaultCode, Faults};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFilingDecision {
    #[serde(default = "first_edition")]
    pub edition: u32,
    pub issue: Issue,
    pub ground: Ground,
}

/// Where the case came from; decides the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    FoundByPolice,
    /// Report, accusation, tip or self-surrender.
    Reported,
}

impl Ground {
    const fn article(self) -> Article {
        match self {
            Self::FoundByPolice => Article::FilingFoundByPolice,
            Self::Reported => Article::FilingAfterReport,
        }
    }
}

impl CaseFilingDecision {
    pub(crate) fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        self.issue.check(Level::County, faults);
        if let (Some(approval), Some(issued)) = (&self.issue.approval, self.issue.issued_on)
            && issued < approval.on
        {
            faults.add(
                "issue.issued_on",
                FaultCode::EndBeforeBegin,
                "填发时间早于批准时间",
                "issued before it was approved",
            );
        }
    }

    pub(crate) fn sheets(&self, purpose: &Purpose) -> Vec<Value> {
        let number = self.issue.number_line(purpose.is_draft());
        let decision = json!({
            "template": "case_filing_decision", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第二联 正本　此联附卷", "date": self.issue.date(),
            "sentence": [
                format!("根据{PROCEDURE_LAW}"), {"fill": self.ground.article().cited()}, "之规定，决定对",
                {"fill": self.issue.case.name_before_an()}, "案立案侦查。",
            ],
        });
        if purpose.is_bank_upload() {
            return vec![decision];
        }
        let stub = json!({
            "template": "stub", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第一联 存根　此联由填发单位存查", "rows": self.issue.stub_rows(Vec::new()),
        });
        vec![stub, decision]
    }
}

const TITLE: &str = "立案决定书";
