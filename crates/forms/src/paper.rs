//! Any paper: which kind it is, how it is stored and read back, and what must hold before an original leaves.

use crate::fault::{Fault, Faults};
use crate::{
    Approval, CaseAcceptanceForm, CaseAcceptanceReceipt, CaseFilingDecision, CaseFilingReport, FlowTable,
    FreezeNotice, FreezeRelieveNotice, Level, Number, QueryNotice, StopApplication,
};
use domain::document::DocumentKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// A paper with everything it shows. The centre stores [`Paper::snapshot`] and prints from it again years later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "snapshot", rename_all = "snake_case")]
pub enum Paper {
    /// 紧急止付申请表.
    StopApplication(StopApplication),
    /// 协助查询财产通知书.
    QueryNotice(QueryNotice),
    /// 协助冻结财产通知书.
    FreezeNotice(FreezeNotice),
    /// 协助解除冻结财产通知书.
    FreezeRelieveNotice(FreezeRelieveNotice),
    /// 受案登记表.
    CaseAcceptanceForm(CaseAcceptanceForm),
    /// 受案回执.
    CaseAcceptanceReceipt(CaseAcceptanceReceipt),
    /// 呈请立案报告书.
    CaseFilingReport(CaseFilingReport),
    /// 立案决定书.
    CaseFilingDecision(CaseFilingDecision),
    /// 涉案资金流向表.
    FlowTable(FlowTable),
}

/// A stored snapshot that is no form of its kind; the reason names the field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread(pub String);

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unread {}

/// The same act on the form inside, whichever kind it is.
macro_rules! each {
    ($paper:expr, $form:ident => $act:expr) => {
        match $paper {
            Paper::StopApplication($form) => $act,
            Paper::QueryNotice($form) => $act,
            Paper::FreezeNotice($form) => $act,
            Paper::FreezeRelieveNotice($form) => $act,
            Paper::CaseAcceptanceForm($form) => $act,
            Paper::CaseAcceptanceReceipt($form) => $act,
            Paper::CaseFilingReport($form) => $act,
            Paper::CaseFilingDecision($form) => $act,
            Paper::FlowTable($form) => $act,
        }
    };
}

impl Paper {
    /// # Errors
    /// The field that does not fit.
    pub fn read(kind: DocumentKind, snapshot: &Value) -> Result<Paper, Unread> {
        fn form<T: for<'de> Deserialize<'de>>(snapshot: &Value) -> Result<T, Unread> {
            T::deserialize(snapshot).map_err(|e| Unread(e.to_string()))
        }
        Ok(match kind {
            DocumentKind::StopApplication => Self::StopApplication(form(snapshot)?),
            DocumentKind::QueryNotice => Self::QueryNotice(form(snapshot)?),
            DocumentKind::FreezeNotice => Self::FreezeNotice(form(snapshot)?),
            DocumentKind::FreezeRelieveNotice => Self::FreezeRelieveNotice(form(snapshot)?),
            DocumentKind::CaseAcceptanceForm => Self::CaseAcceptanceForm(form(snapshot)?),
            DocumentKind::CaseAcceptanceReceipt => Self::CaseAcceptanceReceipt(form(snapshot)?),
            DocumentKind::CaseFilingReport => Self::CaseFilingReport(form(snapshot)?),
            DocumentKind::CaseFilingDecision => Self::CaseFilingDecision(form(snapshot)?),
            DocumentKind::FlowTable => Self::FlowTable(form(snapshot)?),
        })
    }

    pub const fn kind(&self) -> DocumentKind {
        match self {
            Self::StopApplication(_) => DocumentKind::StopApplication,
            Self::QueryNotice(_) => DocumentKind::QueryNotice,
            Self::FreezeNotice(_) => DocumentKind::FreezeNotice,
            Self::FreezeRelieveNotice(_) => DocumentKind::FreezeRelieveNotice,
            Self::CaseAcceptanceForm(_) => DocumentKind::CaseAcceptanceForm,
            Self::CaseAcceptanceReceipt(_) => DocumentKind::CaseAcceptanceReceipt,
            Self::CaseFilingReport(_) => DocumentKind::CaseFilingReport,
            Self::CaseFilingDecision(_) => DocumentKind::CaseFilingDecision,
            Self::FlowTable(_) => DocumentKind::FlowTable,
        }
    }

    /// What is stored and read back.
    pub fn snapshot(&self) -> Value {
        let plain = each!(self, form => serde_json::to_value(form));
        plain.expect("a form is plain values with text keys")
    }

    /// Everything that must hold before an original leaves (DOCUMENTS 5.2).
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(&self) -> Result<(), Vec<Fault>> {
        let mut faults = Faults::default();
        each!(self, form => form.check(&mut faults));
        self.sums(&mut faults);
        faults.finish()
    }

    /// Sums that contradict themselves, which are refused on drafts too.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check_sums(&self) -> Result<(), Vec<Fault>> {
        let mut faults = Faults::default();
        self.sums(&mut faults);
        faults.finish()
    }

    /// What must hold before the paper may take a number: everything but the number itself. A paper that would not print takes
    /// none.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check_unnumbered(&self) -> Result<(), Vec<Fault>> {
        let Err(mut faults) = self.check() else {
            return Ok(());
        };
        faults.retain(|fault| !matches!(fault.field.as_str(), "number" | "issue.number"));
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// The same paper with a stand-in for the approval that is still to come, so that all else can be checked.
    pub fn before_approval(mut self) -> Paper {
        let issue = match &mut self {
            Self::QueryNotice(paper) => &mut paper.issue,
            Self::FreezeNotice(paper) => &mut paper.issue,
            Self::FreezeRelieveNotice(paper) => &mut paper.issue,
            Self::CaseFilingDecision(paper) => &mut paper.issue,
            _ => return self,
        };
        if let (None, Some(on)) = (&issue.approval, issue.issued_on) {
            issue.approval = Some(Approval {
                name: "—".into(),
                post: String::new(),
                level: Level::Province,
                on,
            });
        }
        self
    }

    /// Writes the number on the paper, where its form shows one.
    pub fn set_number(&mut self, number: Number) {
        match self {
            Self::QueryNotice(paper) => paper.issue.number = Some(number),
            Self::FreezeNotice(paper) => paper.issue.number = Some(number),
            Self::FreezeRelieveNotice(paper) => paper.issue.number = Some(number),
            Self::CaseFilingDecision(paper) => paper.issue.number = Some(number),
            Self::CaseAcceptanceForm(paper) => paper.number = Some(number),
            Self::CaseAcceptanceReceipt(paper) => paper.number = Some(number),
            Self::StopApplication(_) | Self::CaseFilingReport(_) | Self::FlowTable(_) => {}
        }
    }

    fn sums(&self, faults: &mut Faults) {
        match self {
            Self::StopApplication(paper) => paper.check_sums(faults),
            Self::FreezeNotice(paper) => paper.check_sums(faults),
            Self::FreezeRelieveNotice(paper) => paper.check_sums(faults),
            Self::CaseFilingReport(paper) => paper.check_sums(faults),
            Self::CaseAcceptanceForm(paper) => paper.check_sums(faults),
            Self::FlowTable(paper) => paper.check_sums(faults),
            Self::QueryNotice(_) | Self::CaseAcceptanceReceipt(_) | Self::CaseFilingDecision(_) => {}
        }
    }
}
