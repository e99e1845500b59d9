//! 文书: which legal papers there are, when one may get its number, and how a number reads.
//!
//! Numbers run without gaps per register (agency × kind × year); the serial is taken inside the transaction that issues
//! the paper. Layout and rendering are in `paper`.

use crate::access::ApproverLevel;
use serde::{Deserialize, Serialize};

/// The papers this centre prints (DOCUMENTS section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 紧急止付申请表
    StopApplication,
    /// 协助查询财产通知书
    QueryNotice,
    /// 协助冻结财产通知书
    FreezeNotice,
    /// 协助解除冻结财产通知书
    FreezeRelieveNotice,
    /// 受案登记表
    CaseAcceptanceForm,
    /// 受案回执
    CaseAcceptanceReceipt,
    /// 呈请立案报告书
    CaseFilingReport,
    /// 立案决定书
    CaseFilingDecision,
    /// 涉案资金流向表
    FlowTable,
}

impl DocumentKind {
    pub const ALL: [DocumentKind; 9] = [
        DocumentKind::StopApplication,
        DocumentKind::QueryNotice,
        DocumentKind::FreezeNotice,
        DocumentKind::FreezeRelieveNotice,
        DocumentKind::CaseAcceptanceForm,
        DocumentKind::CaseAcceptanceReceipt,
        DocumentKind::CaseFilingReport,
        DocumentKind::CaseFilingDecision,
        DocumentKind::FlowTable,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            DocumentKind::StopApplication => "stop_application",
            DocumentKind::QueryNotice => "query_notice",
            DocumentKind::FreezeNotice => "freeze_notice",
            DocumentKind::FreezeRelieveNotice => "freeze_relieve_notice",
            DocumentKind::CaseAcceptanceForm => "case_acceptance_form",
            DocumentKind::CaseAcceptanceReceipt => "case_acceptance_receipt",
            DocumentKind::CaseFilingReport => "case_filing_report",
            DocumentKind::CaseFilingDecision => "case_filing_decision",
            DocumentKind::FlowTable => "flow_table",
        }
    }

    pub fn from_slug(slug: &str) -> Option<DocumentKind> {
        DocumentKind::ALL.into_iter().find(|k| k.slug() == slug)
    }

    pub const fn title(self) -> &'static str {
        match self {
            DocumentKind::StopApplication => "紧急止付申请表",
            DocumentKind::QueryNotice => "协助查询财产通知书",
            DocumentKind::FreezeNotice => "协助冻结财产通知书",
            DocumentKind::FreezeRelieveNotice => "协助解除冻结财产通知书",
            DocumentKind::CaseAcceptanceForm => "受案登记表",
            DocumentKind::CaseAcceptanceReceipt => "受案回执",
            DocumentKind::CaseFilingReport => "呈请立案报告书",
            DocumentKind::CaseFilingDecision => "立案决定书",
            DocumentKind::FlowTable => "涉案资金流向表",
        }
    }

    /// 文种 before 字 (DOCUMENTS 1.2). The receipt carries the number of the acceptance form, so it has no register; a flow
    /// table is an annex and a 呈请报告书 is internal, and neither has a number of its own.
    pub const fn register_word(self) -> Option<&'static str> {
        match self {
            DocumentKind::StopApplication => Some("止"),
            DocumentKind::QueryNotice => Some("查财"),
            DocumentKind::FreezeNotice => Some("冻财"),
            DocumentKind::FreezeRelieveNotice => Some("解冻财"),
            DocumentKind::CaseAcceptanceForm => Some("受案"),
            DocumentKind::CaseAcceptanceReceipt
            | DocumentKind::CaseFilingReport
            | DocumentKind::FlowTable => None,
            DocumentKind::CaseFilingDecision => Some("立"),
        }
    }

    /// The approver a numbered paper needs.
    pub const fn level(self) -> ApproverLevel {
        match self {
            DocumentKind::QueryNotice
            | DocumentKind::FreezeNotice
            | DocumentKind::FreezeRelieveNotice
            | DocumentKind::CaseFilingDecision => ApproverLevel::County,
            DocumentKind::StopApplication => ApproverLevel::Duty,
            DocumentKind::CaseAcceptanceForm
            | DocumentKind::CaseAcceptanceReceipt
            | DocumentKind::CaseFilingReport
            | DocumentKind::FlowTable => ApproverLevel::None,
        }
    }

    /// File type of the platform's attachment (DOMAIN 1.7), when the paper travels with a message.
    pub const fn attachment_type(self) -> Option<&'static str> {
        match self {
            DocumentKind::StopApplication => Some("03"),
            DocumentKind::FreezeNotice | DocumentKind::FreezeRelieveNotice => Some("02"),
            DocumentKind::QueryNotice => Some("05"),
            _ => None,
        }
    }
}

/// The key of the gap-free counter of an organ's register.
pub fn register_key(organ: &str, kind: DocumentKind, year: i16) -> String {
    format!("document/{organ}/{}/{year}", kind.slug())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_read_back() {
        for kind in DocumentKind::ALL {
            assert_eq!(DocumentKind::from_slug(kind.slug()), Some(kind));
        }
    }
}
