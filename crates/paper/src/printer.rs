//! The front desk of this room: a frozen snapshot and a purpose in, PDF bytes out.

use crate::case_acceptance::{CaseAcceptanceForm, CaseAcceptanceReceipt};
use crate::case_filing::CaseFilingDecision;
use crate::flow_table::FlowTable;
use crate::fonts::Fonts;
use crate::freeze_notice::FreezeNotice;
use crate::numerals::clock;
use crate::press::{Press, Printed, unknown_characters, without_silent};
use crate::problem::{FaultCode, Faults, PaperProblem};
use crate::query_notice::QueryNotice;
use crate::stop_application::StopApplication;
use kernel::{Instant, PersonName};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// A paper with everything it shows. The centre stores this JSON and prints from it again years later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "snapshot", rename_all = "snake_case")]
pub enum Paper {
    /// 紧急止付申请表.
    StopApplication(StopApplication),
    /// 协助查询财产通知书.
    QueryNotice(QueryNotice),
    /// 协助冻结财产通知书.
    FreezeNotice(FreezeNotice),
    /// 受案登记表.
    CaseAcceptanceForm(CaseAcceptanceForm),
    /// 受案回执.
    CaseAcceptanceReceipt(CaseAcceptanceReceipt),
    /// 立案决定书.
    CaseFilingDecision(CaseFilingDecision),
    /// 涉案资金流向表.
    FlowTable(FlowTable),
}

/// The words `render_json` takes for a kind, in the order of [`Paper`].
pub const KINDS: [&str; 7] = [
    "stop_application",
    "query_notice",
    "freeze_notice",
    "case_acceptance_form",
    "case_acceptance_receipt",
    "case_filing_decision",
    "flow_table",
];

/// What the print is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// 草稿 across the page, no number; may still have holes.
    Draft,
    Original,
    /// The original once more with `mark` at the foot (which reprint, when, by whom).
    Reprint {
        mark: String,
    },
    /// 正本 and attachments alone, as the bank's upload takes them.
    BankUpload,
}

impl Purpose {
    /// `draft`, `original`, `bank_upload`, or `reprint:` and the mark.
    pub fn parse(word: &str) -> Result<Purpose, PaperProblem> {
        match word {
            "draft" => Ok(Self::Draft),
            "original" => Ok(Self::Original),
            "bank_upload" => Ok(Self::BankUpload),
            _ => match word.strip_prefix("reprint:") {
                Some(mark) if !mark.trim().is_empty() => Ok(Self::Reprint {
                    mark: mark.trim().to_owned(),
                }),
                _ => Err(PaperProblem::UnknownPurpose(word.to_owned())),
            },
        }
    }

    pub(crate) fn is_draft(&self) -> bool {
        *self == Self::Draft
    }

    pub(crate) fn is_bank_upload(&self) -> bool {
        *self == Self::BankUpload
    }

    fn mark(&self) -> &str {
        if let Self::Reprint { mark } = self {
            mark
        } else {
            ""
        }
    }
}

impl Paper {
    /// # Errors
    /// `UnknownKind`, or `Snapshot` naming the field that does not fit.
    pub fn from_json(kind: &str, snapshot: &Value) -> Result<Paper, PaperProblem> {
        fn read<T: DeserializeOwned>(snapshot: &Value) -> Result<T, PaperProblem> {
            T::deserialize(snapshot).map_err(|e| PaperProblem::Snapshot(e.to_string()))
        }
        match kind {
            "stop_application" => read(snapshot).map(Self::StopApplication),
            "query_notice" => read(snapshot).map(Self::QueryNotice),
            "freeze_notice" => read(snapshot).map(Self::FreezeNotice),
            "case_acceptance_form" => read(snapshot).map(Self::CaseAcceptanceForm),
            "case_acceptance_receipt" => read(snapshot).map(Self::CaseAcceptanceReceipt),
            "case_filing_decision" => read(snapshot).map(Self::CaseFilingDecision),
            "flow_table" => read(snapshot).map(Self::FlowTable),
            other => Err(PaperProblem::UnknownKind(other.to_owned())),
        }
    }

    /// Chinese title, also the title of the PDF.
    pub fn title(&self) -> &'static str {
        match self {
            Self::StopApplication(_) => "紧急止付申请表",
            Self::QueryNotice(_) => "协助查询财产通知书",
            Self::FreezeNotice(_) => "协助冻结财产通知书",
            Self::CaseAcceptanceForm(_) => "受案登记表",
            Self::CaseAcceptanceReceipt(_) => "受案回执",
            Self::CaseFilingDecision(_) => "立案决定书",
            Self::FlowTable(_) => "涉案资金流向表",
        }
    }

    /// Everything that must hold before an original leaves (DOCUMENTS 5.2), all faults at once.
    pub fn check(&self) -> Result<(), PaperProblem> {
        let mut faults = Faults::default();
        match self {
            Self::StopApplication(paper) => paper.check(&mut faults),
            Self::QueryNotice(paper) => paper.check(&mut faults),
            Self::FreezeNotice(paper) => paper.check(&mut faults),
            Self::CaseAcceptanceForm(paper) => paper.check(&mut faults),
            Self::CaseAcceptanceReceipt(paper) => paper.check(&mut faults),
            Self::CaseFilingDecision(paper) => paper.check(&mut faults),
            Self::FlowTable(paper) => paper.check(&mut faults),
        }
        self.check_sums(&mut faults);
        faults.finish()
    }

    fn check_sums(&self, faults: &mut Faults) {
        match self {
            Self::StopApplication(paper) => paper.check_sums(faults),
            Self::FreezeNotice(paper) => paper.check_sums(faults),
            Self::CaseAcceptanceForm(paper) => paper.check_sums(faults),
            Self::FlowTable(paper) => paper.check_sums(faults),
            Self::QueryNotice(_) | Self::CaseAcceptanceReceipt(_) | Self::CaseFilingDecision(_) => {}
        }
    }

    /// A draft may have holes, but a sum that contradicts itself is refused even there.
    fn check_for(&self, purpose: &Purpose) -> Result<(), PaperProblem> {
        if purpose.is_draft() {
            let mut faults = Faults::default();
            self.check_sums(&mut faults);
            return faults.finish();
        }
        if purpose.is_bank_upload()
            && matches!(
                self,
                Self::CaseAcceptanceForm(_) | Self::CaseAcceptanceReceipt(_) | Self::FlowTable(_)
            )
        {
            let mut faults = Faults::default();
            let en = "this paper is not for a bank";
            faults.add(
                "purpose",
                FaultCode::NotForBank,
                format!("{}不交银行", self.title()),
                en,
            );
            return faults.finish();
        }
        self.check()
    }

    fn sheets(&self, purpose: &Purpose) -> Vec<Value> {
        match self {
            Self::StopApplication(paper) => paper.sheets(purpose),
            Self::QueryNotice(paper) => paper.sheets(purpose),
            Self::FreezeNotice(paper) => paper.sheets(purpose),
            Self::CaseAcceptanceForm(paper) => paper.sheets(purpose),
            Self::CaseAcceptanceReceipt(paper) => paper.sheets(purpose),
            Self::CaseFilingDecision(paper) => paper.sheets(purpose),
            Self::FlowTable(paper) => paper.sheets(purpose),
        }
    }
}

/// 打印人 and 打印时间, as the foot of a paper says them.
pub fn printed_by(name: &PersonName, police_number: &str, at: Instant) -> String {
    let number = match police_number {
        "" => String::new(),
        number => format!("（警号{number}）"),
    };
    format!("打印：{}{number}　{}", name.reveal(), clock(at))
}

/// Prints papers. Made once; each print reads the font files anew and lets go of them after it.
pub struct Printer {
    press: Press,
}

impl Printer {
    pub fn new(fonts: Fonts) -> Result<Printer, PaperProblem> {
        Press::new(fonts).map(|press| Printer { press })
    }

    /// The fonts in use, for the settings page.
    pub fn fonts(&self) -> &Fonts {
        self.press.fonts()
    }

    pub fn render(&self, paper: &Paper, purpose: Purpose) -> Result<Printed, PaperProblem> {
        let sheets = self.sheets(paper, &purpose, "")?;
        self.press.print(paper.title(), Value::Array(sheets))
    }

    /// Several papers in one PDF, in this order. One paper that may not be printed stops them all. `printed`: who prints them
    /// and when ([`printed_by`]), for papers that say so at their foot; empty for nobody's print.
    pub fn render_batch(&self, papers: &[(Paper, Purpose)], printed: &str) -> Result<Printed, PaperProblem> {
        unknown_characters(self.press.fonts(), &json!({"printed": printed}))?;
        let mut sheets = Vec::new();
        for (paper, purpose) in papers {
            sheets.extend(self.sheets(paper, purpose, printed)?);
        }
        self.press.print("批量打印", Value::Array(sheets))
    }

    /// For callers that hold the stored snapshot: `kind` is one of [`KINDS`], `purpose` see [`Purpose::parse`].
    pub fn render_json(&self, kind: &str, snapshot: &Value, purpose: &str) -> Result<Printed, PaperProblem> {
        self.render(&Paper::from_json(kind, snapshot)?, Purpose::parse(purpose)?)
    }

    /// A stand-in for the scanned police card that goes with every instruction (attachment type 01).
    pub fn officer_card_pdf(
        &self,
        name: &PersonName,
        police_number: &str,
        org: &str,
    ) -> Result<Printed, PaperProblem> {
        let card = json!({
            "template": "officer_card", "name": name.reveal(), "police_number": police_number, "org": org, "foot": "",
            "draft": false, "mark": "",
        });
        unknown_characters(self.press.fonts(), &card)?;
        self.press
            .print("警官证复印件", without_silent(Value::Array(vec![card])))
    }

    #[cfg(test)]
    pub(crate) fn press(&self) -> &Press {
        &self.press
    }

    #[cfg(test)]
    pub(crate) fn sheets_of(&self, paper: &Paper, purpose: &Purpose) -> Result<Value, PaperProblem> {
        self.sheets(paper, purpose, "").map(Value::Array)
    }

    fn sheets(&self, paper: &Paper, purpose: &Purpose, printed: &str) -> Result<Vec<Value>, PaperProblem> {
        paper.check_for(purpose)?;
        let snapshot = match serde_json::to_value(paper) {
            Ok(Value::Object(mut fields)) => fields.remove("snapshot").unwrap_or_default(),
            Ok(_) | Err(_) => return Err(PaperProblem::Snapshot("not an object".to_owned())),
        };
        unknown_characters(self.press.fonts(), &snapshot)?;
        unknown_characters(self.press.fonts(), &json!({"mark": purpose.mark()}))?;
        let sheets = paper.sheets(purpose).into_iter().map(|mut sheet| {
            sheet["draft"] = purpose.is_draft().into();
            sheet["mark"] = purpose.mark().into();
            sheet["printed"] = printed.into();
            without_silent(sheet)
        });
        Ok(sheets.collect())
    }
}
