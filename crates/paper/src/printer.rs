//! The front desk of this room: a frozen snapshot and a purpose in, PDF bytes out.

use crate::fonts::Fonts;
use crate::laid::Laid;
use crate::press::{Press, Printed, unknown_characters, without_silent};
use crate::problem::PaperProblem;
use domain::document::DocumentKind;
use forms::day::clock;
use forms::{FaultCode, Faults, Paper};
use kernel::{Instant, PersonName};
use serde_json::{Value, json};

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

/// Reads a stored snapshot of one of the kinds of `domain::document::DocumentKind`, by its slug.
///
/// # Errors
/// `UnknownKind`, or `Snapshot` naming the field that does not fit.
pub fn paper_of(kind: &str, snapshot: &Value) -> Result<Paper, PaperProblem> {
    let known = DocumentKind::from_slug(kind).ok_or_else(|| PaperProblem::UnknownKind(kind.to_owned()))?;
    Paper::read(known, snapshot).map_err(|unread| PaperProblem::Snapshot(unread.to_string()))
}

/// A draft may have holes, but a sum that contradicts itself is refused even there.
fn check_for(paper: &Paper, purpose: &Purpose) -> Result<(), PaperProblem> {
    let checked = if purpose.is_draft() {
        paper.check_sums()
    } else if purpose.is_bank_upload() && !goes_to_bank(paper) {
        let mut faults = Faults::default();
        let en = "this paper is not for a bank";
        let zh = format!("{}不交银行", paper.kind().title());
        faults.add("purpose", FaultCode::NotForBank, zh, en);
        faults.finish()
    } else {
        paper.check()
    };
    checked.map_err(PaperProblem::Refused)
}

const fn goes_to_bank(paper: &Paper) -> bool {
    match paper {
        Paper::StopApplication(_)
        | Paper::QueryNotice(_)
        | Paper::FreezeNotice(_)
        | Paper::FreezeRelieveNotice(_)
        | Paper::CaseFilingDecision(_) => true,
        Paper::CaseAcceptanceForm(_)
        | Paper::CaseAcceptanceReceipt(_)
        | Paper::CaseFilingReport(_)
        | Paper::FlowTable(_) => false,
    }
}

fn lay_out(paper: &Paper, purpose: &Purpose) -> Vec<Value> {
    match paper {
        Paper::StopApplication(form) => Laid(form).sheets(purpose),
        Paper::QueryNotice(form) => Laid(form).sheets(purpose),
        Paper::FreezeNotice(form) => Laid(form).sheets(purpose),
        Paper::FreezeRelieveNotice(form) => Laid(form).sheets(purpose),
        Paper::CaseAcceptanceForm(form) => Laid(form).sheets(purpose),
        Paper::CaseAcceptanceReceipt(form) => Laid(form).sheets(purpose),
        Paper::CaseFilingReport(form) => Laid(form).sheets(purpose),
        Paper::CaseFilingDecision(form) => Laid(form).sheets(purpose),
        Paper::FlowTable(form) => Laid(form).sheets(purpose),
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
        self.press.print(paper.kind().title(), Value::Array(sheets))
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

    /// For callers that hold the stored snapshot: `kind` see [`paper_of`], `purpose` see [`Purpose::parse`].
    pub fn render_json(&self, kind: &str, snapshot: &Value, purpose: &str) -> Result<Printed, PaperProblem> {
        self.render(&paper_of(kind, snapshot)?, Purpose::parse(purpose)?)
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

    /// What stands on each page, for checks that read a paper as a clerk does.
    pub fn texts(&self, paper: &Paper, purpose: &Purpose) -> Result<Vec<String>, PaperProblem> {
        let sheets = self.sheets(paper, purpose, "")?;
        self.press.texts(Value::Array(sheets))
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
        check_for(paper, purpose)?;
        let snapshot = paper.snapshot();
        unknown_characters(self.press.fonts(), &snapshot)?;
        unknown_characters(self.press.fonts(), &json!({"mark": purpose.mark()}))?;
        let sheets = lay_out(paper, purpose).into_iter().map(|mut sheet| {
            sheet["draft"] = purpose.is_draft().into();
            sheet["mark"] = purpose.mark().into();
            sheet["printed"] = printed.into();
            without_silent(sheet)
        });
        Ok(sheets.collect())
    }
}
