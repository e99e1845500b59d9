//! 立案决定书: 存根 and 正本 (DOCUMENTS 2.7). Basis: 刑诉法 109 or 112, by where the case came from; 程序规定 178.

use crate::fault::{FaultCode, Faults};
use crate::parts::{Issue, Level, check_edition, first_edition};
use serde::{Deserialize, Serialize};

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

impl CaseFilingDecision {
    pub fn check(&self, faults: &mut Faults) {
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
}
