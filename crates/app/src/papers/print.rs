//! Printing: a paper, or several in one file. Every print is one entry, whatever the number of papers; the second print of the same paper is a reprint
//! and says so.

use crate::ports::{PrintJob, PrintProblem, PrintPurpose, Printed, PrintedBy};
use crate::{AppError, AppResult, Centre, Context};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{CaseId, DocumentId, OrderId, Problem, Refusal, RefusalCode, ReportId};
use store::cases::{Document, case_load, document_load, document_printed, documents_of_report};
use store::intake::report_load;
use store::orders::order_load;
use store::sea_orm::prelude::Uuid;

/// Papers in one batch.
const BATCH_MAX: usize = 100;

/// Several papers in one file, and those that could not be printed, each with its reason: one does not hold back the others.
#[derive(Debug)]
pub struct Batch {
    pub printed: Printed,
    pub documents: Vec<Document>,
    pub failed: Vec<(Document, Refusal)>,
}

/// Prints papers into one PDF, in the given order. Refused only when none of them can be printed.
pub async fn documents_print(centre: &Centre, ctx: &Context, ids: &[DocumentId]) -> AppResult<Batch> {
    if ids.is_empty() || ids.len() > BATCH_MAX {
        return Err(Refusal::field("ids", RefusalCode::TooMany).into());
    }
    let mut documents = Vec::new();
    for id in ids {
        let document = document_load(centre.store.reader(), *id).await?;
        permit(
            &ctx.person()?.actor,
            Action::DocumentPrint,
            document.as_ref().map(|d| d.area),
        )?;
        documents.push(document.ok_or(RefusalCode::NotFound)?);
    }
    let person = ctx.person()?;
    let by = PrintedBy {
        name: person.name.clone(),
        police_number: person.police_number.clone(),
        at: ctx.at,
    };
    let batch = match render(centre, &documents, by.clone()).await {
        Ok(printed) => Batch {
            printed,
            documents,
            failed: Vec::new(),
        },
        Err(AppError::Refused(refusal)) => without_failing(centre, documents, by, refusal).await?,
        Err(failed) => return Err(failed),
    };
    record(centre, ctx, &batch).await?;
    Ok(batch)
}

/// Tries each paper alone, then prints those that can be printed together.
async fn without_failing(
    centre: &Centre,
    documents: Vec<Document>,
    by: PrintedBy,
    first: Refusal,
) -> AppResult<Batch> {
    let (mut sound, mut failed) = (Vec::new(), Vec::new());
    if documents.len() == 1 {
        return Err(first.into());
    }
    for document in documents {
        match render(centre, std::slice::from_ref(&document), by.clone()).await {
            Ok(_) => sound.push(document),
            Err(AppError::Refused(refusal)) => failed.push((document, refusal)),
            Err(other) => return Err(other),
        }
    }
    if sound.is_empty() {
        return Err(Refusal {
            problems: failed
                .into_iter()
                .flat_map(|(_, refusal)| refusal.problems)
                .collect(),
            ..first
        }
        .into());
    }
    Ok(Batch {
        printed: render(centre, &sound, by).await?,
        documents: sound,
        failed,
    })
}

/// The papers of a report, or those of one order or case.
pub async fn documents_about(centre: &Centre, ctx: &Context, subject: Uuid) -> AppResult<Vec<Document>> {
    let conn = centre.store.reader();
    let report = match report_load(conn, ReportId(subject)).await? {
        Some(row) => Some(row),
        None => {
            let of_order = order_load(conn, OrderId(subject)).await?.map(|o| o.report);
            let of_case = case_load(conn, CaseId(subject)).await?.map(|c| c.report);
            match of_order.or(of_case) {
                Some(id) => report_load(conn, id).await?,
                None => None,
            }
        }
    };
    permit(
        &ctx.person()?.actor,
        Action::DocumentPrint,
        report.as_ref().map(|r| r.report.area),
    )?;
    let report = report.ok_or(RefusalCode::NotFound)?;
    let mut found = documents_of_report(conn, report.report.id).await?;
    if Uuid::from(report.report.id) != subject {
        found.retain(|d| d.order == Some(OrderId(subject)) || d.case == Some(CaseId(subject)));
    }
    Ok(found)
}

async fn render(centre: &Centre, documents: &[Document], by: PrintedBy) -> AppResult<Printed> {
    let jobs: Vec<PrintJob> = documents
        .iter()
        .map(|d| PrintJob {
            kind: d.kind.slug().into(),
            snapshot: d.snapshot.clone(),
            purpose: if d.prints > 0 {
                PrintPurpose::Reprint
            } else {
                PrintPurpose::Original
            },
        })
        .collect();
    let printer = centre.printer.clone();
    let printed = tokio::task::spawn_blocking(move || printer.print(&jobs, Some(&by))).await;
    let printed = printed.map_err(|e| AppError::failed("print")(Box::new(e)))?;
    printed.map_err(refusal)
}

fn refusal(problem: PrintProblem) -> AppError {
    let detail = Some(format!("{} / {}", problem.zh, problem.en));
    let one = Problem {
        field: problem.field,
        code: RefusalCode::PaperIncomplete,
        detail: detail.clone(),
    };
    AppError::Refused(Refusal {
        code: RefusalCode::PaperIncomplete,
        detail,
        problems: vec![one],
    })
}

/// No entry, no paper: the bytes are handed out only after this. One print is one entry, which names each paper.
async fn record(centre: &Centre, ctx: &Context, batch: &Batch) -> AppResult<()> {
    let (kind, subject) = about(&batch.documents);
    let mut work = centre
        .work(ctx, AuditAction::DocumentPrint, kind, subject)
        .await?;
    work.note("pages", batch.printed.pages);
    if !batch.failed.is_empty() {
        let failed: Vec<String> = batch.failed.iter().map(|(d, _)| d.id.to_string()).collect();
        work.note("not_printed", failed);
    }
    let mut printed = Vec::new();
    let mut outcome = Ok(());
    for document in &batch.documents {
        match document_printed(&work.tx, document.id).await {
            Ok(nth) => printed.push(paper_named(document, nth)),
            Err(e) => outcome = Err(AppError::from(e)),
        }
    }
    work.note("papers", printed);
    work.finish(outcome).await
}

/// One paper is the subject itself; several in one file are named one by one in the entry of their report.
fn about(documents: &[Document]) -> (SubjectKind, String) {
    match documents {
        [one] => (SubjectKind::Document, one.id.to_string()),
        several => {
            let report = several.first().map(|d| d.report.to_string());
            (SubjectKind::Report, report.unwrap_or_default())
        }
    }
}

/// Which paper, by its number or, for one that has none, by its kind, and which print of it this is.
fn paper_named(document: &Document, nth: u32) -> String {
    let name = document.number.as_deref().unwrap_or(document.kind.slug());
    format!("{name} #{nth}")
}
