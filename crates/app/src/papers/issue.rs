//! Issuing: a form that would not print takes no number.

use super::organ::{Organ, Setting};
use crate::{AppResult, Work};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use forms::{Fault, Number, Paper};
use kernel::{CaseId, DocumentId, OrderId, Problem, Refusal, RefusalCode};
use serde_json::json;
use store::cases::{Document, document_insert};
use store::counter::next_serial;
use store::intake::ReportRow;

/// What a paper is about.
pub(super) struct About {
    pub report: ReportRow,
    pub order: Option<OrderId>,
    pub case: Option<CaseId>,
}

/// Checks the paper, gives it the next number of its organ's register where its kind has one, and keeps it.
pub(super) async fn issue(
    work: &mut Work<'_>,
    about: About,
    mut paper: Paper,
    organ: &Organ,
) -> AppResult<(Document, Option<Number>)> {
    check(&paper)?;
    let kind = paper.kind();
    let mut taken = None;
    if kind.register_word().is_some() {
        organ.need(&[Setting::NumberAgency])?;
        let year = work.now().civil().year();
        let register = organ.register_key(kind, year);
        let serial = next_serial(&work.tx, &register).await?;
        let number = organ.number(kind, year, serial);
        paper.set_number(number.clone());
        taken = Some((register, serial, number));
    }
    let line = taken.as_ref().map(|(_, _, number)| number.line());
    let register = taken
        .as_ref()
        .map(|(register, serial, _)| (register.clone(), *serial));
    let document = keep(work, about, paper, line, register).await?;
    Ok((document, taken.map(|(_, _, number)| number)))
}

/// Keeps a paper that carries the number of another one.
pub(super) async fn issue_under(
    work: &mut Work<'_>,
    about: About,
    mut paper: Paper,
    number: &Number,
) -> AppResult<Document> {
    check(&paper)?;
    paper.set_number(number.clone());
    keep(work, about, paper, Some(number.line()), None).await
}

/// Everything but the number.
pub(super) fn check(paper: &Paper) -> Result<(), Refusal> {
    paper.check_unnumbered().map_err(|faults| refusal(paper, &faults))
}

pub(super) fn refusal(paper: &Paper, faults: &[Fault]) -> Refusal {
    let join = |of: fn(&Fault) -> &String, between: &str| {
        faults
            .iter()
            .map(|f| of(f).as_str())
            .collect::<Vec<_>>()
            .join(between)
    };
    let title = paper.kind().title();
    let detail = format!("{title}：{} / {}", join(|f| &f.zh, "；"), join(|f| &f.en, "; "));
    let problem = |fault: &Fault| Problem {
        field: format!("{}.{}", paper.kind().slug(), fault.field),
        code: RefusalCode::PaperIncomplete,
        detail: Some(format!("{} / {}", fault.zh, fault.en)),
    };
    Refusal {
        code: RefusalCode::PaperIncomplete,
        detail: Some(detail),
        problems: faults.iter().map(problem).collect(),
    }
}

async fn keep(
    work: &mut Work<'_>,
    about: About,
    paper: Paper,
    number: Option<String>,
    register: Option<(String, i64)>,
) -> AppResult<Document> {
    // A number that the form cannot hold is a fault of ours, found before it is stored.
    paper.check().map_err(|faults| refusal(&paper, &faults))?;
    let id = DocumentId::new(work.now(), work.random10());
    let kind = paper.kind();
    let document = Document {
        id,
        kind,
        number,
        serial: register.as_ref().map(|(_, serial)| *serial),
        // Without a register of its own the paper is known by itself.
        register: register.map_or_else(|| format!("document/{id}"), |(register, _)| register),
        report: about.report.report.id,
        order: about.order,
        case: about.case,
        area: about.report.report.area,
        snapshot: paper.snapshot(),
        made_by: work.ctx.user().ok(),
        made_at: work.now(),
        prints: 0,
    };
    document_insert(&work.tx, &document).await?;
    work.also(
        AuditAction::DocumentIssue,
        SubjectKind::Document,
        id,
        json!({
            "kind": kind.slug(), "number": document.number.clone().unwrap_or_default(),
        }),
    );
    Ok(document)
}
