//! One unit of work: the transaction, and the entry of the log that goes with it. There is no other way to save.
//!
//! Two times: the rules and the facts get the instant of the request (`Context::at`), the entry gets the instant at which
//! its transaction had its turn, so that the times of the log follow its numbers however long a request waited.

use crate::known::Known;
use crate::{AppError, AppResult, Centre, Context};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Instant, Refusal, RefusalCode, Span};
use serde_json::{Map, Value, json};
use store::{NewEntry, Tx};

/// An open unit of work. It ends in [`Work::finish`]; dropped without it, the transaction rolls back.
pub struct Work<'a> {
    pub centre: &'a Centre,
    pub ctx: &'a Context,
    pub tx: Tx,
    /// When the transaction had its turn: the time of its entries.
    entered_at: Instant,
    main: NewEntry,
    detail: Map<String, Value>,
    more: Vec<NewEntry>,
    ring_outbox: bool,
    pub(crate) known: Known,
}

impl Centre {
    /// Opens the transaction of one use case on one thing. `action` and subject name it in the log.
    pub async fn work<'a>(
        &'a self,
        ctx: &'a Context,
        action: AuditAction,
        subject_kind: SubjectKind,
        subject_id: impl ToString,
    ) -> AppResult<Work<'a>> {
        let tx = self.store.begin_ranked(ctx.rank()).await?;
        if let Some(lease) = &self.fence {
            store::lease::still_mine(&tx, lease).await?;
        }
        if let Some(command) = &ctx.command {
            command.check(&tx).await?;
        }
        let entered_at = self.now();
        let main = entry(ctx, entered_at, action, subject_kind, subject_id.to_string());
        Ok(Work {
            centre: self,
            ctx,
            tx,
            entered_at,
            main,
            detail: Map::new(),
            more: Vec::new(),
            ring_outbox: false,
            known: Known::default(),
        })
    }
}

fn entry(
    ctx: &Context,
    entered_at: Instant,
    action: AuditAction,
    subject_kind: SubjectKind,
    subject_id: String,
) -> NewEntry {
    NewEntry {
        at: entered_at,
        actor: ctx.actor_id(),
        actor_name: ctx.actor_name(),
        org: ctx.org(),
        action: action.slug().to_owned(),
        subject_kind: subject_kind.slug().to_owned(),
        subject_id,
        purpose: ctx.purpose.clone(),
        done: true,
        refusal: None,
        detail: json!({}),
        request_id: ctx.request_id.clone(),
    }
}

/// Where a part of the work began.
pub(crate) struct Part {
    entries: usize,
    ring_outbox: bool,
}

impl Work<'_> {
    pub fn now(&self) -> Instant {
        self.ctx.at
    }

    /// Names the thing once its id is known.
    pub fn subject(&mut self, id: impl ToString) {
        self.main.subject_id = id.to_string();
    }

    /// Adds a fact to the entry. Never personal data: the log is read by people who may not see it.
    pub fn note(&mut self, key: &str, value: impl Into<Value>) {
        self.detail.insert(key.to_owned(), value.into());
    }

    /// A further entry for another thing that the same act changed.
    pub fn also(
        &mut self,
        action: AuditAction,
        subject_kind: SubjectKind,
        subject_id: impl ToString,
        detail: Value,
    ) {
        let mut more = entry(
            self.ctx,
            self.entered_at,
            action,
            subject_kind,
            subject_id.to_string(),
        );
        more.detail = detail;
        self.more.push(more);
    }

    /// Begins a part that may be refused alone: what it has written is undone, and the rest of the work goes on.
    pub(crate) fn part_begin(&self) -> Part {
        self.tx.part_begin();
        Part {
            entries: self.more.len(),
            ring_outbox: self.ring_outbox,
        }
    }

    /// Ends a part: what it did stands, or nothing of it. A lost race for the store is no refusal of the part, it ends the work.
    pub(crate) async fn part_end<T>(
        &mut self,
        part: Part,
        outcome: AppResult<T>,
    ) -> AppResult<Result<T, Refusal>> {
        match outcome {
            Ok(value) => {
                self.tx.part_keep();
                Ok(Ok(value))
            }
            Err(AppError::Refused(refusal)) if refusal.code != RefusalCode::Busy => {
                self.tx.part_undo().await?;
                self.more.truncate(part.entries);
                self.ring_outbox = part.ring_outbox;
                // What the part has read may be what it wrote.
                self.known = Known::default();
                Ok(Err(refusal))
            }
            Err(other) => Err(other),
        }
    }

    /// A message was put into the outbox.
    pub fn ring_outbox(&mut self) {
        self.ring_outbox = true;
    }

    /// Ten random bytes for an id.
    pub fn random10(&self) -> [u8; 10] {
        self.centre.random10()
    }

    /// Ends a look that was no act: nothing is saved, and nothing is an entry.
    pub(crate) async fn abandon(self) {
        self.tx.roll_back().await;
    }

    /// Commits with the entry, or rolls back and records the refusal. A failure of the world is not an entry: nothing
    /// is known to have been decided.
    pub async fn finish<T>(self, outcome: AppResult<T>) -> AppResult<T> {
        match outcome {
            Ok(value) => {
                self.save().await?;
                Ok(value)
            }
            Err(AppError::Refused(refusal)) => Err(self.refuse(refusal).await),
            Err(failed) => {
                self.tx.roll_back().await;
                Err(failed)
            }
        }
    }

    async fn save(mut self) -> AppResult<()> {
        note_wait(&mut self.detail, self.ctx, self.entered_at);
        self.main.detail = Value::Object(std::mem::take(&mut self.detail));
        let mut entries = vec![self.main];
        entries.append(&mut self.more);
        if let Some(command) = &self.ctx.command {
            command.claim(&self.tx, self.ctx.at).await?;
        }
        let seqs = self.tx.commit(entries).await?;
        if let Some(command) = &self.ctx.command {
            command.saved();
        }
        if let Some(last) = seqs.last() {
            self.centre.log_tail.send_replace(*last);
        }
        if self.ring_outbox {
            self.centre.outbox_bell.notify_one();
        }
        Ok(())
    }

    /// Rolls back what was begun and writes the refused attempt in a transaction of its own. When even that fails,
    /// the failure is the answer: no audit, no answer.
    async fn refuse(self, refusal: Refusal) -> AppError {
        let Work {
            centre,
            tx,
            mut main,
            mut detail,
            ctx,
            entered_at,
            ..
        } = self;
        note_wait(&mut detail, ctx, entered_at);
        main.done = false;
        main.refusal = Some(refusal.code.slug().to_owned());
        main.detail = Value::Object(detail);
        tx.roll_back().await;
        match record(centre, main).await {
            Ok(()) => AppError::Refused(refusal),
            Err(e) => e,
        }
    }
}

/// The shortest wait between a request and its turn that the entry mentions.
const WAIT_TOLD: Span = Span::seconds(1);

/// Keeps when it was asked, where the turn came noticeably later.
fn note_wait(detail: &mut Map<String, Value>, ctx: &Context, entered_at: Instant) {
    if entered_at.since(ctx.at) >= WAIT_TOLD {
        detail.insert("asked_at".to_owned(), ctx.at.to_iso_cst().into());
    }
}

async fn record(centre: &Centre, mut entry: NewEntry) -> AppResult<()> {
    let tx = centre.store.begin().await?;
    entry.at = centre.now();
    let seqs = tx.commit(vec![entry]).await?;
    if let Some(last) = seqs.last() {
        centre.log_tail.send_replace(*last);
    }
    Ok(())
}
