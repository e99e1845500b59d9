//! Reading a citizen's data: the entry that somebody looked, written once for a look and not for each time that the
//! open page asks again by itself (`domain::reading`, docs/adr/0013).
//!
//! Open pages are remembered in memory. A restart, or another process, forgets them, and the next request is an entry:
//! forgetting can only add entries.

use crate::{AppResult, Centre, Context};
use domain::audit::AuditAction;
use domain::reading::{OpenPage, Reading, reading};
use domain::subject::SubjectKind;
use kernel::{Instant, SessionId};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Pages remembered at once: two hundred seats with a hundred pages each. Beyond it the oldest are forgotten.
const PAGES_MAX: usize = 20_000;

/// One question of one session about one thing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Page {
    session: SessionId,
    action: AuditAction,
    subject: String,
    question: String,
}

/// The pages that sessions have open.
#[derive(Debug, Default)]
pub struct OpenPages(Mutex<HashMap<Page, OpenPage>>);

impl OpenPages {
    /// What this request is, and the page as it was known before it.
    fn ask(&self, page: &Page, again: bool, now: Instant) -> (Reading, Option<OpenPage>) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = pages.get(page).copied();
        let is = reading(known.as_ref(), again, now);
        if let (Reading::Refreshed, Some(open)) = (is, pages.get_mut(page)) {
            open.refreshes = open.refreshes.saturating_add(1);
            open.refreshed_at = now;
        }
        (is, known)
    }

    fn entered(&self, page: Page, at: Instant) {
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= PAGES_MAX {
            pages.retain(|_, open| open.covers(at));
        }
        if pages.len() >= PAGES_MAX {
            pages.clear();
        }
        pages.insert(page, OpenPage::entered(at));
    }
}

/// A look at one thing, as its entry names it.
pub(crate) struct Look {
    action: AuditAction,
    kind: SubjectKind,
    subject: String,
    question: String,
    notes: Vec<(&'static str, Value)>,
}

impl Look {
    pub fn at(action: AuditAction, kind: SubjectKind, subject: impl ToString) -> Look {
        Look {
            action,
            kind,
            subject: subject.to_string(),
            question: String::new(),
            notes: Vec::new(),
        }
    }

    /// What exactly is asked: another question about the same thing is another look.
    pub fn question(mut self, question: impl ToString) -> Look {
        self.question = question.to_string();
        self
    }

    /// A fact of the entry. Never personal data.
    pub fn note(mut self, key: &'static str, value: impl Into<Value>) -> Look {
        self.notes.push((key, value.into()));
        self
    }

    fn page(&self, session: SessionId) -> Page {
        Page {
            session,
            action: self.action,
            subject: self.subject.clone(),
            question: self.question.clone(),
        }
    }
}

/// Writes the entry of a look whose right was decided (`outcome`), unless an open page only asked again. A refused look
/// is always an entry. Without the entry there is no answer.
pub(crate) async fn read_entered<T>(
    centre: &Centre,
    ctx: &Context,
    look: Look,
    outcome: AppResult<T>,
) -> AppResult<T> {
    let page = ctx
        .browser
        .map(|browser| (look.page(browser.session), browser.again));
    let asked = page
        .as_ref()
        .map(|(page, again)| centre.open_pages.ask(page, *again, ctx.at));
    if outcome.is_ok() && matches!(asked, Some((Reading::Refreshed, _))) {
        return outcome;
    }
    let mut work = centre.work(ctx, look.action, look.kind, &look.subject).await?;
    for (key, value) in look.notes {
        work.note(key, value);
    }
    if let Some((is, before)) = asked {
        note_page(&mut work, is, before);
    }
    let answer = work.finish(outcome).await?;
    if let Some((page, _)) = page {
        centre.open_pages.entered(page, ctx.at);
    }
    Ok(answer)
}

/// Says that no person asked, and how the page was used since its entry before this one.
fn note_page(work: &mut crate::Work<'_>, is: Reading, before: Option<OpenPage>) {
    if is == Reading::KeptOpen {
        work.note("page_kept_open", true);
    }
    if let Some(before) = before.filter(|page| page.refreshes > 0) {
        work.note("page_opened_at", before.entered_at.to_iso_cst());
        work.note("page_refreshed_at", before.refreshed_at.to_iso_cst());
        work.note("page_refreshes", before.refreshes);
    }
}
