//! 流水导入: statement files and other systems' transfers become movements of the store.
//!
//! **What it is for.** A file is announced, its bytes come in ([`receive`]), a person looks at what was recognised and
//! corrects it ([`look`]), and starts the import; a job does it in batches ([`run`]) so that it survives the process. Other
//! systems hand over transfers as JSON ([`api`]) under the same rules.
//!
//! **What it promises.** Every movement keeps the file and line that told of it. A batch, its counts and how far it goes
//! are saved in one transaction: nothing is half imported, and nothing is imported twice. Good rows are kept, bad ones
//! listed. Movements that a victim paid are matched in the same transaction; the reports whose money they may carry hear of it from
//! `flow::announce_run`.
//!
//! **What it leaves out.** What a file's bytes mean (room `statement`) and what the movements mean (`flow`, `golden`).

pub mod api;
mod convert;
mod folder;
pub mod look;
pub mod receive;
pub mod run;

pub use folder::StatementFolder;
pub use statement::{
    Bounds, Direction, Field, FileProblem, Mapping, Place, Recognised, RowCode, RowProblem, Said, Sign,
    Statement, header_key, known_layouts,
};
pub use store::statements::{Counts, FileState, KeptLayout, LineProblem, StatementFile, ToldIn, place_parts};

use crate::{AppResult, Centre, Context};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{RefusalCode, StatementId, TransferId};
use store::page::{PAGE_MAX, Page};
use store::statements::{file_load, files_page, files_with_digest, layouts_list, problems_list, told_in};

/// A file of the asker's reach; somebody else's county's does not exist.
pub async fn statement_one(centre: &Centre, ctx: &Context, id: StatementId) -> AppResult<StatementFile> {
    let actor = &ctx.person()?.actor;
    let file = file_load(centre.store.reader(), id).await?;
    permit(actor, Action::StatementImport, file.as_ref().map(|f| f.area))?;
    Ok(file.ok_or(RefusalCode::NotFound)?)
}

/// The files of the asker's reach, newest first.
pub async fn statements_page(
    centre: &Centre,
    ctx: &Context,
    after: Option<StatementId>,
    limit: u64,
) -> AppResult<Page<StatementFile>> {
    let area = ctx.person()?.actor.area_filter(Action::StatementImport)?;
    let limit = limit.clamp(1, PAGE_MAX);
    Ok(files_page(centre.store.reader(), area, after, limit).await?)
}

/// Imports of the very same bytes, this file apart.
pub async fn same_bytes(centre: &Centre, file: &StatementFile) -> AppResult<Vec<StatementFile>> {
    if file.digest.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = files_with_digest(centre.store.reader(), &file.digest).await?;
    found.retain(|f| f.id != file.id);
    Ok(found)
}

/// Layouts that people kept.
pub async fn layouts(centre: &Centre, ctx: &Context) -> AppResult<Vec<KeptLayout>> {
    permit(&ctx.person()?.actor, Action::StatementImport, None)?;
    Ok(layouts_list(centre.store.reader()).await?)
}

/// What was wrong with the lines of a file, behind number `after`. Reading it is an entry of the log.
pub async fn statement_problems(
    centre: &Centre,
    ctx: &Context,
    id: StatementId,
    after: u64,
    limit: u64,
) -> AppResult<(StatementFile, Vec<LineProblem>)> {
    let mut work = centre
        .work(ctx, AuditAction::StatementRead, SubjectKind::Statement, id)
        .await?;
    let outcome = async {
        let file = statement_one(centre, ctx, id).await?;
        work.note("area", file.area.to_string());
        let problems = problems_list(work.tx.conn(), file.file_no, after, limit).await?;
        Ok((file, problems))
    };
    let outcome = outcome.await;
    work.finish(outcome).await
}

/// A file as it stands now, for the command line.
pub async fn file_of(centre: &Centre, id: StatementId) -> AppResult<StatementFile> {
    let file = file_load(centre.store.reader(), id).await?;
    Ok(file.ok_or(RefusalCode::NotFound)?)
}

/// The listed problems of a file, for the command line.
pub async fn problems_of(centre: &Centre, file: &StatementFile) -> AppResult<Vec<LineProblem>> {
    Ok(problems_list(centre.store.reader(), file.file_no, 0, 10_000).await?)
}

/// The files and lines that told of a movement: its provenance.
pub async fn provenance(centre: &Centre, transfer: TransferId) -> AppResult<Vec<ToldIn>> {
    Ok(told_in(centre.store.reader(), transfer, 20).await?)
}
