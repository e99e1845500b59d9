//! 草稿: every keystroke of a form, kept so that it survives a crash. A draft belongs to one person; what is in it is
//! not looked at until the report is registered.

use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{DraftId, Refusal, RefusalCode};
use store::intake::{Draft, draft_delete, draft_insert, draft_load, draft_update, drafts_of};

/// A draft's text, as large as the largest form.
const BODY_MAX: usize = 400_000;

pub async fn draft_make(centre: &Centre, ctx: &Context, body: String) -> AppResult<Draft> {
    let mut work = centre
        .work(ctx, AuditAction::DraftMake, SubjectKind::Draft, "")
        .await?;
    let outcome = make(&mut work, body).await;
    work.finish(outcome).await
}

async fn make(work: &mut Work<'_>, body: String) -> AppResult<Draft> {
    let actor = work.ctx.person()?.actor.clone();
    permit(&actor, Action::ReportCreate, None)?;
    check(&body)?;
    let id = DraftId::new(work.now(), work.random10());
    let draft = Draft {
        id,
        owner: actor.id,
        body,
        version: 1,
        updated_at: work.now(),
    };
    draft_insert(&work.tx, &draft).await?;
    work.subject(id);
    Ok(draft)
}

fn check(body: &str) -> Result<(), Refusal> {
    if body.len() > BODY_MAX {
        Err(Refusal::field("body", RefusalCode::FieldTooLong))
    } else {
        Ok(())
    }
}

/// Saves the text over version `version`. When another window saved in between, this one is told and keeps its text.
pub async fn draft_save(
    centre: &Centre,
    ctx: &Context,
    id: DraftId,
    body: String,
    version: i64,
) -> AppResult<Draft> {
    let mut work = centre
        .work(ctx, AuditAction::DraftSave, SubjectKind::Draft, id)
        .await?;
    let outcome = save(&mut work, id, body, version).await;
    work.finish(outcome).await
}

async fn save(work: &mut Work<'_>, id: DraftId, body: String, version: i64) -> AppResult<Draft> {
    check(&body)?;
    let known = own(work, id).await?;
    let draft = Draft {
        body,
        version: version + 1,
        updated_at: work.now(),
        ..known.clone()
    };
    if !draft_update(&work.tx, &draft).await? {
        return Err(Refusal::with(RefusalCode::DraftChanged, known.version.to_string()).into());
    }
    Ok(draft)
}

async fn own(work: &Work<'_>, id: DraftId) -> AppResult<Draft> {
    let owner = work.ctx.user()?;
    let draft = draft_load(work.tx.conn(), id).await?.filter(|d| d.owner == owner);
    Ok(draft.ok_or(RefusalCode::NotFound)?)
}

pub async fn draft_discard(centre: &Centre, ctx: &Context, id: DraftId) -> AppResult<()> {
    let work = centre
        .work(ctx, AuditAction::DraftDiscard, SubjectKind::Draft, id)
        .await?;
    let outcome = discard(&work, id).await;
    work.finish(outcome).await
}

async fn discard(work: &Work<'_>, id: DraftId) -> AppResult<()> {
    own(work, id).await?;
    Ok(draft_delete(&work.tx, id).await?)
}

/// The actor's own drafts, newest first.
pub async fn drafts_list(centre: &Centre, ctx: &Context) -> AppResult<Vec<Draft>> {
    Ok(drafts_of(centre.store.reader(), ctx.user()?).await?)
}

pub async fn draft_read(centre: &Centre, ctx: &Context, id: DraftId) -> AppResult<Draft> {
    let owner = ctx.user()?;
    let draft = draft_load(centre.store.reader(), id)
        .await?
        .filter(|d| d.owner == owner);
    Ok(draft.ok_or(RefusalCode::NotFound)?)
}
