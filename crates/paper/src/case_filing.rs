//! 立案决定书: 存根 and 正本 (DOCUMENTS 2.7). Basis: 刑诉法 109 or 112, by where the case came from; 程序规定 178.

use crate::articles::{Article, PROCEDURE_LAW};
use crate::laid::Laid;
use crate::printer::Purpose;
use forms::{CaseFilingDecision, Ground};
use serde_json::{Value, json};

/// 109 or 112, by where the case came from.
pub(crate) const fn article(ground: Ground) -> Article {
    match ground {
        Ground::FoundByPolice => Article::FilingFoundByPolice,
        Ground::Reported => Article::FilingAfterReport,
    }
}

impl Laid<'_, CaseFilingDecision> {
    pub(crate) fn sheets(&self, purpose: &Purpose) -> Vec<Value> {
        let number = self.issue.number_line(purpose.is_draft());
        let decision = json!({
            "template": "case_filing_decision", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第二联 正本　此联附卷", "date": self.issue.date(),
            "sentence": [
                format!("根据{PROCEDURE_LAW}"), {"fill": article(self.ground).cited()}, "之规定，决定对",
                {"fill": self.issue.case.name_before_an()}, "案立案侦查。",
            ],
        });
        if purpose.is_bank_upload() {
            return vec![decision];
        }
        let stub = json!({
            "template": "stub", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第一联 存根　此联由填发单位存查", "rows": Laid(&self.issue).stub_rows(Vec::new()),
        });
        vec![stub, decision]
    }
}

const TITLE: &str = "立案决定书";
