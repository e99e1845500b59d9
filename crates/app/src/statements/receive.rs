//! A file is announced, then its bytes come: counted, bounded, digested while they are written.

use crate::{AppError, AppResult, Centre, Context};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Problem, Refusal, RefusalCode, StatementId};
use sm3::{Digest, Sm3};
use statement::{FileProblem, Recognised, Rules, SavedLayout};
use std::fs::File;
use std::io::{BufReader, Write};
use store::statements::{
    Counts, FileState, StatementFile, file_insert, file_load, file_update, layouts_list,
};

/// What is said of a file before its bytes come.
#[derive(Clone, Debug)]
pub struct Announced {
    pub name: String,
    pub size: u64,
    pub purpose: String,
    /// upload or command.
    pub source: &'static str,
}

/// Records that a file is coming. Its area is the area of who brings it.
pub async fn statement_announce(centre: &Centre, ctx: &Context, said: Announced) -> AppResult<StatementFile> {
    let mut ctx = ctx.clone();
    ctx.purpose = said.purpose.trim().to_owned();
    let mut work = centre
        .work(&ctx, AuditAction::StatementAnnounce, SubjectKind::Statement, "")
        .await?;
    let outcome = async {
        let person = ctx.person().ok();
        if let Some(person) = person {
            permit(&person.actor, Action::StatementImport, None)?;
        }
        check(centre, &said)?;
        let mut file = StatementFile {
            id: StatementId::new(ctx.at, centre.random10()),
            file_no: 0,
            digest: String::new(),
            name: said.name.trim().to_owned(),
            size: said.size,
            source: said.source.to_owned(),
            caller: String::new(),
            state: FileState::Receiving,
            problem: String::new(),
            kind: String::new(),
            layout: String::new(),
            mapping: None,
            purpose: ctx.purpose.clone(),
            area: ctx.area().unwrap_or(centre.config.area),
            imported_by: person.map(|p| p.actor.id),
            imported_by_name: ctx.actor_name(),
            made_at: ctx.at,
            began_at: None,
            done_at: None,
            cursor: 0,
            position: 0,
            total: 0,
            counts: Counts::default(),
            version: 1,
        };
        file_insert(&work.tx, &mut file).await?;
        work.subject(file.id);
        work.note("area", file.area.to_string());
        work.note("size", file.size);
        Ok(file)
    };
    let outcome = outcome.await;
    work.finish(outcome).await
}

fn check(centre: &Centre, said: &Announced) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, code, detail: Option<String>| {
        problems.push(Problem {
            field: field.into(),
            code,
            detail,
        })
    };
    let name = said.name.trim();
    if name.is_empty() {
        problem("name", RefusalCode::FieldMissing, None);
    } else if name.chars().count() > 200 {
        problem("name", RefusalCode::FieldTooLong, Some("200".into()));
    } else if name.chars().any(char::is_control) {
        problem("name", RefusalCode::ControlCharacter, None);
    }
    if said.purpose.trim().chars().count() < 2 {
        problem("purpose", RefusalCode::PurposeMissing, None);
    } else if said.purpose.chars().count() > 200 {
        problem("purpose", RefusalCode::FieldTooLong, Some("200".into()));
    }
    let max = centre.statements.bounds.text_bytes_max;
    if said.size > max {
        problem("size", RefusalCode::BodyTooLarge, Some(max.to_string()));
    }
    Refusal::of(problems).map_or(Ok(()), Err)
}

/// The bytes of one file on their way.
pub struct Receiving {
    file: StatementFile,
    out: File,
    hasher: Sm3,
    bytes: u64,
    max: u64,
}

impl Receiving {
    /// For the person who announced the file, while its bytes are not here.
    pub async fn begin(centre: &Centre, ctx: &Context, id: StatementId) -> AppResult<Receiving> {
        let file = file_load(centre.store.reader(), id)
            .await?
            .ok_or(RefusalCode::NotFound)?;
        if let Ok(person) = ctx.person() {
            permit(&person.actor, Action::StatementImport, Some(file.area))?;
            if file.imported_by != Some(person.actor.id) {
                return Err(RefusalCode::NotFound.into());
            }
        }
        if file.state != FileState::Receiving {
            return Err(Refusal::with(RefusalCode::StatementWrongState, file.state.slug()).into());
        }
        let out = centre.statements.part(id).map_err(failed)?;
        centre.statements.note(id, Some(0));
        Ok(Receiving {
            max: centre.statements.bounds.text_bytes_max,
            file,
            out,
            hasher: Sm3::new(),
            bytes: 0,
        })
    }

    pub fn id(&self) -> StatementId {
        self.file.id
    }

    /// A piece of the file. More than the bound is refused at once.
    pub fn write(&mut self, centre: &Centre, piece: &[u8]) -> AppResult<()> {
        self.bytes += piece.len() as u64;
        if self.bytes > self.max {
            centre.statements.note(self.file.id, None);
            centre.statements.drop_file(self.file.id);
            return Err(Refusal::with(RefusalCode::BodyTooLarge, self.max.to_string()).into());
        }
        self.hasher.update(piece);
        self.out.write_all(piece).map_err(failed)?;
        centre.statements.note(self.file.id, Some(self.bytes));
        Ok(())
    }

    /// All bytes are here: they are made durable, looked at, and the file is ready or refused with its reason.
    pub async fn finish(self, centre: &Centre, ctx: &Context) -> AppResult<StatementFile> {
        let Receiving {
            mut file,
            out,
            hasher,
            bytes,
            ..
        } = self;
        let (id, folder) = (file.id, centre.statements.clone());
        let settled = tokio::task::spawn_blocking(move || {
            out.sync_all()?;
            folder.settle(id)
        });
        settled.await.map_err(failed)?.map_err(failed)?;
        centre.statements.note(id, None);
        file.size = bytes;
        file.digest = hasher.finalize().iter().map(|b| format!("{b:02x}")).collect();
        match recognise(centre, &file).await? {
            Ok((kind, total, found)) => {
                file.state = FileState::Ready;
                file.kind = kind;
                file.total = total;
                file.layout = found.layout.clone();
                file.mapping = serde_json::to_string(&found.mapping).ok();
            }
            Err(problem) => refuse(centre, &mut file, problem),
        }
        let mut work = centre
            .work(ctx, AuditAction::StatementReceive, SubjectKind::Statement, id)
            .await?;
        work.note("area", file.area.to_string());
        work.note("digest", file.digest.clone());
        work.note("size", file.size);
        work.note("state", file.state.slug());
        work.note("problem", file.problem.clone());
        let outcome = file_update(&work.tx, &mut file).await.map_err(AppError::from);
        work.finish(outcome).await?;
        Ok(file)
    }
}

/// A refused file's bytes are not kept.
fn refuse(centre: &Centre, file: &mut StatementFile, problem: FileProblem) {
    file.state = FileState::Failed;
    file.problem = problem.slug().to_owned();
    centre.statements.drop_file(file.id);
}

/// What a file is, how long, and what it looks like.
type Known = Result<(String, u64, Recognised), FileProblem>;

/// Looks at the file in a thread of its own.
pub(super) async fn recognise(centre: &Centre, file: &StatementFile) -> AppResult<Known> {
    let saved: Vec<SavedLayout> = layouts_list(centre.store.reader())
        .await?
        .into_iter()
        .filter_map(|kept| {
            Some(SavedLayout {
                mapping: serde_json::from_str(&kept.mapping).ok()?,
                name: kept.name,
                fingerprint: kept.fingerprint,
            })
        })
        .collect();
    let (folder, id) = (centre.statements.clone(), file.id);
    let rules = Rules { latest: centre.now() };
    let looked = tokio::task::spawn_blocking(move || {
        let bytes = folder.read(id).map_err(|_| FileProblem::Unreadable)?;
        let mut source = statement::open(BufReader::new(bytes), &folder.bounds)?;
        let found = statement::recognise(&mut source, &saved, &rules)?;
        Ok((source.kind().slug().to_owned(), source.total(), found))
    });
    looked.await.map_err(failed)
}

pub(super) fn failed(source: impl std::error::Error + Send + Sync + 'static) -> AppError {
    AppError::Failed {
        attempted: "keeping a statement file",
        source: Box::new(source),
    }
}
