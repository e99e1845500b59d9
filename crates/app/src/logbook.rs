//! The log as people read it: pages, the export, the tail that screens follow, and the signed head that is written to
//! the second place.
//!
//! Promises: reading and exporting the log are entries themselves. Leaves out verification, which needs neither the
//! server nor the database (`auditchain::verify`).

mod subjects;

use crate::{AppError, AppResult, Centre, Context};
use auditchain::{Head, HeadSigner, Header};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use std::collections::BTreeMap;
use std::io::Seek;
use store::audit::{self, AuditQuery};

pub use auditchain::Outcome;
pub use store::audit::AuditLine;
pub use subjects::{SubjectKey, SubjectName, subject_find};

/// What the viewer asks for; every filter narrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// A user's id, or the name of a job.
    pub actor: Option<String>,
    pub action: Option<AuditAction>,
    /// A report stands for everything that belongs to it, an account also for its orders.
    pub subject: Option<SubjectKey>,
    pub outcome: Option<Outcome>,
    pub from_ms: Option<i64>,
    /// Before this instant.
    pub until_ms: Option<i64>,
    /// Behind this entry, where the page before ended.
    pub after: Option<u64>,
    pub limit: u64,
}

impl Query {
    fn narrows(&self) -> bool {
        self.actor.is_some() || self.action.is_some() || self.subject.is_some()
    }
}

/// A page of the log with the names of what it is about.
#[derive(Clone, Debug)]
pub struct Page {
    pub lines: Vec<AuditLine>,
    pub next: Option<u64>,
    pub names: BTreeMap<SubjectKey, SubjectName>,
}

/// One page, newest first. Asking for the first page is an entry; turning pages is not.
pub async fn page(centre: &Centre, ctx: &Context, query: &Query) -> AppResult<Page> {
    if query.after.is_none() {
        let mut work = centre
            .work(ctx, AuditAction::AuditRead, SubjectKind::Audit, "")
            .await?;
        work.note("filtered", query.narrows());
        work.finish(audit_permit(ctx)).await?;
    }
    audit_permit(ctx)?;
    let subjects = match &query.subject {
        Some(subject) => subjects::with_belongings(centre, subject).await?,
        None => Vec::new(),
    };
    let asked = AuditQuery {
        actors: query.actor.clone().into_iter().collect(),
        action: query.action.map(|action| action.slug().to_owned()),
        subjects,
        outcome: query.outcome,
        from_ms: query.from_ms,
        until_ms: query.until_ms,
        after: query.after,
        limit: query.limit,
    };
    let found = audit::page(centre.store.reader(), &asked).await?;
    let keys = found.lines.iter().filter_map(key_of);
    Ok(Page {
        names: subjects::subject_names(centre, keys).await?,
        lines: found.lines,
        next: found.next,
    })
}

/// The subject of an entry, where this program knows its kind.
pub fn key_of(line: &AuditLine) -> Option<SubjectKey> {
    let entry = &line.sealed.entry;
    SubjectKind::parse(&entry.subject_kind).map(|kind| (kind, entry.subject_id.clone()))
}

fn audit_permit(ctx: &Context) -> AppResult<()> {
    Ok(permit(&ctx.person()?.actor, Action::AuditRead, None)?)
}

/// The entry of a search in the log by a number or a name; what was typed stays out of it.
async fn looked_up(centre: &Centre, ctx: &Context, found: usize) -> AppResult<()> {
    let mut work = centre
        .work(ctx, AuditAction::AuditSearch, SubjectKind::Audit, "")
        .await?;
    work.note("found", found);
    work.finish(Ok(())).await
}

/// How many entries there are.
pub async fn length(centre: &Centre) -> AppResult<u64> {
    Ok(audit::tip(centre.store.reader()).await?.seq)
}

/// The head that was signed last, as everybody who may read the log may see it.
pub async fn last_head(centre: &Centre) -> AppResult<Option<Head>> {
    Ok(audit::last_head(centre.store.reader()).await?)
}

/// Entries behind `seq`, oldest first, at most `limit`. Not filtered: the caller shows each actor what is his.
pub async fn tail(centre: &Centre, seq: u64, limit: u64) -> AppResult<Vec<AuditLine>> {
    Ok(audit::after(centre.store.reader(), seq, limit).await?)
}

/// Writes the whole log with its signed heads; the entry of the export itself is the last line.
pub async fn export<W: std::io::Write>(centre: &Centre, ctx: &Context, out: W) -> AppResult<W> {
    let work = centre
        .work(ctx, AuditAction::AuditExport, SubjectKind::Audit, "")
        .await?;
    let outcome = permit(&ctx.person()?.actor, Action::AuditExport, None).map_err(AppError::from);
    work.finish(outcome).await?;
    let signer: &(dyn HeadSigner + Send + Sync) = centre.signer.as_ref();
    let name = centre.store.centre().id.clone();
    let header = Header {
        centre: name.clone(),
        public_key: signer.public_key(),
    };
    let at_ms = ctx.at.ms();
    Ok(audit::export(&centre.store, &header, out, |tip| {
        Head::sign(signer, &name, tip.seq, tip.digest, at_ms)
    })
    .await?)
}

/// The export in a file without a name, at its beginning, for an answer over the network: the log is read at the pace
/// of the disk, not of the slowest listener.
pub async fn export_spooled(centre: &Centre, ctx: &Context) -> AppResult<std::fs::File> {
    let failed = |e: std::io::Error| AppError::Failed {
        attempted: "spool the export of the log",
        source: Box::new(e),
    };
    let file = tempfile::tempfile().map_err(failed)?;
    let out = export(centre, ctx, std::io::BufWriter::with_capacity(1 << 20, file)).await?;
    let mut file = out.into_inner().map_err(|e| failed(e.into_error()))?;
    file.rewind().map_err(failed)?;
    Ok(file)
}

/// Signs where the log stands, keeps the head beside it and appends it to the second place. Nothing happens when the
/// last head says the same; safe to run twice.
pub async fn seal(centre: &Centre) -> AppResult<Option<Head>> {
    let tip = audit::tip(centre.store.reader()).await?;
    let last = audit::last_head(centre.store.reader()).await?;
    if last.is_some_and(|head| head.seq == tip.seq) {
        return Ok(None);
    }
    let name = &centre.store.centre().id;
    let head = Head::sign(
        centre.signer.as_ref(),
        name,
        tip.seq,
        tip.digest,
        centre.now().ms(),
    )
    .map_err(|e| AppError::Failed {
        attempted: "sign the head of the log",
        source: Box::new(e),
    })?;
    // The second place first: a head that only the database knows proves nothing.
    centre
        .head_file
        .append(&head.to_line())
        .map_err(|e| AppError::Failed {
            attempted: "write the head of the log to the second place",
            source: Box::new(e),
        })?;
    audit::keep_head(&centre.store, &head).await?;
    Ok(Some(head))
}
