//! What was recognised, before anything is imported; and the start of the import, with the mapping that a person approved.

use super::receive::{failed, recognise};
use super::same_bytes;
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{LayoutId, Problem, Refusal, RefusalCode, StatementId};
use statement::{FileProblem, Mapping, Met, Recognised, RowProblem, Rules, Statement};
use std::collections::HashSet;
use std::io::BufReader;
use std::ops::ControlFlow;
use store::statements::{FileState, KeptLayout, StatementFile, file_load, file_update, layout_keep};

/// What a person sees before the import.
pub struct Look {
    pub file: StatementFile,
    pub found: Recognised,
    /// The mapping that the rows below were read with.
    pub mapping: Mapping,
    pub rows: Vec<Statement>,
    pub problems: Vec<RowProblem>,
    /// Why no row can be read with this mapping.
    pub unfit: Option<FileProblem>,
    /// Earlier imports of the same bytes.
    pub earlier: Vec<StatementFile>,
}

const ROWS: usize = 12;
const PROBLEMS: usize = 12;

/// The first rows, read with the recognised mapping or with the given one. Reading them is an entry of the log.
pub async fn statement_look(
    centre: &Centre,
    ctx: &Context,
    id: StatementId,
    mapping: Option<Mapping>,
) -> AppResult<Look> {
    let mut work = centre
        .work(ctx, AuditAction::StatementRead, SubjectKind::Statement, id)
        .await?;
    let file = loaded(&mut work, id).await;
    let file = work.finish(file).await?;
    if file.state != FileState::Ready {
        return Err(Refusal::with(RefusalCode::StatementWrongState, file.state.slug()).into());
    }
    let found = match recognise(centre, &file).await? {
        Ok((_, _, found)) => found,
        Err(problem) => return Err(Refusal::with(RefusalCode::StatementRefused, problem.slug()).into()),
    };
    let mapping = mapping.unwrap_or_else(|| found.mapping.clone());
    let (rows, problems, unfit) = if mapping.missing().is_empty() {
        first_rows(centre, &file, &mapping).await?
    } else {
        (Vec::new(), Vec::new(), Some(FileProblem::MappingDoesNotFit))
    };
    Ok(Look {
        earlier: same_bytes(centre, &file).await?,
        file,
        found,
        mapping,
        rows,
        problems,
        unfit,
    })
}

async fn loaded(work: &mut Work<'_>, id: StatementId) -> AppResult<StatementFile> {
    let file = file_load(work.tx.conn(), id).await?;
    // The command line is run by who administers the machine; it has no right to be asked for.
    if let Ok(person) = work.ctx.person() {
        permit(
            &person.actor,
            Action::StatementImport,
            file.as_ref().map(|f| f.area),
        )?;
    }
    let file = file.ok_or(RefusalCode::NotFound)?;
    work.note("area", file.area.to_string());
    Ok(file)
}

type First = (Vec<Statement>, Vec<RowProblem>, Option<FileProblem>);

async fn first_rows(centre: &Centre, file: &StatementFile, mapping: &Mapping) -> AppResult<First> {
    let (folder, id, mapping) = (centre.statements.clone(), file.id, mapping.clone());
    let rules = Rules { latest: centre.now() };
    let read = tokio::task::spawn_blocking(move || {
        let (mut rows, mut problems, mut bad) = (Vec::new(), Vec::new(), HashSet::new());
        let outcome = folder
            .read(id)
            .map_err(|_| FileProblem::Unreadable)
            .and_then(|bytes| statement::open(BufReader::new(bytes), &folder.bounds))
            .and_then(|mut source| {
                statement::read(&mut source, &mapping, &rules, &mut |met| {
                    match met {
                        Met::Row(row) => rows.push(*row),
                        Met::Problem(problem) => {
                            bad.insert(problem.place);
                            if problems.len() < PROBLEMS {
                                problems.push(problem);
                            }
                        }
                        Met::Progress(_) => {}
                    }
                    if rows.len() >= ROWS || bad.len() >= 200 {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                })
            });
        (rows, problems, outcome.err())
    });
    read.await.map_err(failed)
}

/// How a file is to be imported.
#[derive(Clone, Debug)]
pub struct Start {
    pub mapping: Mapping,
    /// The name under which to keep the mapping for the next file with this header.
    pub keep_as: Option<String>,
}

/// Starts the import. A job does it.
pub async fn statement_import(
    centre: &Centre,
    ctx: &Context,
    id: StatementId,
    start: Start,
) -> AppResult<StatementFile> {
    check(&start)?;
    let fingerprint = match &start.keep_as {
        Some(_) => fingerprint(centre, ctx, id).await?,
        None => None,
    };
    let mut work = centre
        .work(ctx, AuditAction::StatementImport, SubjectKind::Statement, id)
        .await?;
    let outcome = begin(&mut work, id, &start, fingerprint).await;
    let file = work.finish(outcome).await?;
    centre.statements.bell.notify_one();
    Ok(file)
}

/// The fields that are missing, all at once.
fn check(start: &Start) -> Result<(), Refusal> {
    let missing = start.mapping.missing();
    let problem = |field: String, code, detail| Problem { field, code, detail };
    let mut problems: Vec<Problem> = missing
        .iter()
        .map(|f| problem(format!("columns.{}", f.slug()), RefusalCode::FieldMissing, None))
        .collect();
    if let Some(own) = &start.mapping.own
        && kernel::AccountNo::parse(own).is_none()
    {
        problems.push(problem("own".into(), RefusalCode::AccountMalformed, None));
    }
    if let Some(name) = &start.keep_as
        && !(1..=60).contains(&name.trim().chars().count())
    {
        problems.push(problem(
            "keep_as".into(),
            RefusalCode::FieldTooLong,
            Some("60".into()),
        ));
    }
    Refusal::of(problems).map_or(Ok(()), Err)
}

/// The same for a program that has no person to ask: the job of the command line.
pub async fn statement_import_unattended(
    centre: &Centre,
    ctx: &Context,
    id: StatementId,
    start: &Start,
) -> AppResult<StatementFile> {
    check(start)?;
    let mut work = centre
        .work(ctx, AuditAction::StatementImport, SubjectKind::Statement, id)
        .await?;
    let outcome = begin(&mut work, id, start, None).await;
    work.finish(outcome).await
}

/// What a received file looks like.
pub async fn recognised(centre: &Centre, file: &StatementFile) -> AppResult<Result<Recognised, FileProblem>> {
    Ok(recognise(centre, file).await?.map(|(_, _, found)| found))
}

async fn fingerprint(centre: &Centre, ctx: &Context, id: StatementId) -> AppResult<Option<String>> {
    let file = super::statement_one(centre, ctx, id).await?;
    Ok(recognise(centre, &file)
        .await?
        .ok()
        .map(|(_, _, found)| found.fingerprint))
}

async fn begin(
    work: &mut Work<'_>,
    id: StatementId,
    start: &Start,
    fingerprint: Option<String>,
) -> AppResult<StatementFile> {
    let mut file = loaded(work, id).await?;
    if file.state != FileState::Ready {
        return Err(Refusal::with(RefusalCode::StatementWrongState, file.state.slug()).into());
    }
    file.mapping = serde_json::to_string(&start.mapping).ok();
    if let (Some(name), Some(fingerprint)) = (&start.keep_as, fingerprint) {
        let person = work.ctx.person()?;
        let kept = KeptLayout {
            id: LayoutId::new(work.now(), work.random10()),
            name: name.trim().to_owned(),
            fingerprint,
            // The own account belongs to this file, not to the layout.
            mapping: serde_json::to_string(&Mapping {
                own: None,
                ..start.mapping.clone()
            })
            .unwrap_or_default(),
            made_by: person.actor.id,
            made_by_name: person.name.clone(),
            made_at: work.now(),
        };
        layout_keep(&work.tx, &kept).await?;
        file.layout.clone_from(&kept.name);
        work.note("kept_as", kept.name);
    }
    file.state = FileState::Importing;
    file.began_at = Some(work.now());
    work.note("layout", file.layout.clone());
    file_update(&work.tx, &mut file).await?;
    Ok(file)
}
