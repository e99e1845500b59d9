//! Live updates: the log, followed. An event says what changed; the screen asks for the facts with its own rights.
//!
//! Promises: events come in the order of the log and carry its number, so a browser that lost the stream resumes
//! behind the last one it saw; an actor hears only of kinds of things he may see, and hears the id only when the thing
//! lies in his area. One reader follows the log for all streams. A stream ends with its session. Leaves out content.

use crate::door::{Colleague, Seat};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use app::logbook::{AuditLine, Outcome};
use app::{Centre, logbook, people};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, Sse};
use domain::access::{Action, Actor, Reach};
use domain::audit::AuditAction;
use futures::Stream;
use futures::stream::unfold;
use kernel::{Area, RefusalCode};
use serde::Serialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, watch};

/// Something that was done.
#[derive(Debug)]
struct Done {
    seq: u64,
    action: String,
    kind: String,
    id: String,
    area: Option<Area>,
}

/// What the screen is told.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Change {
    pub seq: u64,
    pub action: String,
    pub subject_kind: String,
    /// Empty where the actor may not know which one.
    pub subject_id: String,
}

/// The last part of the log, in memory, for all streams.
pub(crate) struct Tail {
    recent: Mutex<VecDeque<Arc<Done>>>,
    /// How far it has come.
    newest: watch::Sender<u64>,
    followed: AtomicBool,
}

/// Events kept for streams that resume; a stream that was away longer is told to read everything again.
const KEPT_MAX: usize = 4_096;
const BATCH: u64 = 500;
/// Other processes write to the same log without ringing here.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Tail {
    pub(crate) fn new() -> Tail {
        Tail {
            recent: Mutex::new(VecDeque::new()),
            newest: watch::Sender::new(0),
            followed: AtomicBool::new(false),
        }
    }

    /// Starts the one reader, with the first stream.
    async fn follow(self: &Arc<Self>, centre: &Centre) -> Result<(), Problem> {
        if self.followed.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let here = logbook::length(centre)
            .await
            .inspect_err(|_| self.followed.store(false, Ordering::Release))?;
        self.newest.send_replace(here);
        tokio::spawn(read_on(self.clone(), centre.clone()));
        Ok(())
    }

    fn add(&self, lines: Vec<AuditLine>) {
        let mut recent = self.recent.lock().expect("nobody panics while holding it");
        let last = lines.last().map(|line| line.sealed.entry.seq);
        recent.extend(lines.into_iter().filter_map(done_of).map(Arc::new));
        while recent.len() > KEPT_MAX {
            recent.pop_front();
        }
        drop(recent);
        if let Some(last) = last {
            self.newest.send_replace(last);
        }
    }

    /// What happened behind `seq`, as far as it is kept; `None` when it reaches further back.
    fn behind(&self, seq: u64) -> Option<Vec<Arc<Done>>> {
        let recent = self.recent.lock().expect("nobody panics while holding it");
        let first = recent.front().map(|done| done.seq);
        if first.is_some_and(|first| first > seq + 1 && recent.len() == KEPT_MAX) {
            return None;
        }
        Some(recent.iter().filter(|done| done.seq > seq).cloned().collect())
    }
}

async fn read_on(tail: Arc<Tail>, centre: Centre) {
    let mut rung = centre.log_tail.subscribe();
    loop {
        let seq = *tail.newest.borrow();
        match logbook::tail(&centre, seq, BATCH).await {
            Ok(lines) if lines.is_empty() => {
                let _ = tokio::time::timeout(LOOK_EVERY, rung.changed()).await;
            }
            Ok(lines) => tail.add(lines),
            Err(error) => {
                tracing::warn!(%error, "the log could not be followed");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

fn done_of(line: AuditLine) -> Option<Done> {
    let entry = line.sealed.entry;
    // Reading changes nothing: a screen that heard of its own reading would read for ever.
    let looked = AuditAction::parse(&entry.action).is_some_and(AuditAction::looks);
    if entry.outcome != Outcome::Done || looked {
        return None;
    }
    let detail: serde_json::Value = serde_json::from_str(entry.detail.as_str()).unwrap_or_default();
    let area = detail
        .get("area")
        .and_then(|area| area.as_str())
        .and_then(|code| Area::try_from(code.to_owned()).ok());
    Some(Done {
        seq: entry.seq,
        action: entry.action,
        kind: entry.subject_kind,
        id: entry.subject_id,
        area,
    })
}

/// The name the console listens to, and the right to hear of it.
fn topic(kind: &str) -> (&'static str, Action) {
    match kind {
        "report" | "dispatch" => ("report", Action::ReportRead),
        "case" | "document" => ("report", Action::CaseRead),
        "order" | "batch" | "account" | "hold" | "message" => ("order", Action::OrderRead),
        "call" | "bank_report" => ("call", Action::ReportCreate),
        "deadline" => ("deadline", Action::BoardRead),
        "statement" => ("statement", Action::StatementImport),
        "policy" => ("approvals", Action::PolicyRead),
        "user" | "org" => ("people", Action::UserRead),
        "setting" => ("people", Action::SettingRead),
        _ => ("log", Action::AuditRead),
    }
}

fn shown_to(actor: &Actor, done: &Done) -> Option<(&'static str, Change)> {
    let (name, action) = topic(&done.kind);
    let here = match (actor.reach(action), done.area) {
        (Reach::Nowhere, _) => return None,
        (Reach::OwnArea, Some(area)) if !area.within(actor.area) => return None,
        (Reach::OwnArea, None) => false,
        _ => true,
    };
    let subject_id = if here { done.id.clone() } else { String::new() };
    Some((
        name,
        Change {
            seq: done.seq,
            action: done.action.clone(),
            subject_kind: done.kind.clone(),
            subject_id,
        },
    ))
}

/// One browser.
struct Listener {
    web: Web,
    seat: Arc<Seat>,
    seen: u64,
    waiting: VecDeque<Event>,
    newest: watch::Receiver<u64>,
    ended: bool,
    _place: OwnedSemaphorePermit,
}

/// Follow what changes. Each event: `id` is the number of the log entry, `event` one of report, order, call, deadline,
/// approvals, people, log, reset (read everything again) or session_ended, `data` a `Change`.
#[utoipa::path(get, path = "/api/events", tag = "events",
    params(("Last-Event-ID" = Option<u64>, Header, description = "Resume behind this entry")),
    responses((status = 200, content_type = "text/event-stream", body = Change)))]
pub(crate) async fn events(
    State(web): State<Web>,
    who: Colleague,
    headers: HeaderMap,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let place = web
        .streams()
        .clone()
        .try_acquire_owned()
        .map_err(|_| Problem::from(RefusalCode::Busy))?;
    web.tail().follow(web.centre()).await?;
    let newest = web.tail().newest.subscribe();
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok())
        .and_then(|id| id.parse().ok());
    let here = *newest.borrow();
    let listener = Listener {
        seen: last.filter(|seq| *seq <= here).unwrap_or(here),
        // The first line tells the browser how soon to come back, and that the stream is open.
        waiting: VecDeque::from([Event::default().retry(Duration::from_secs(2)).comment("open")]),
        seat: who.seat,
        newest,
        ended: false,
        web,
        _place: place,
    };
    Ok(Sse::new(unfold(listener, next)))
}

async fn next(mut listener: Listener) -> Option<(Result<Event, Infallible>, Listener)> {
    loop {
        if let Some(event) = listener.waiting.pop_front() {
            return Some((Ok(event), listener));
        }
        if listener.ended {
            return None;
        }
        listener.gather();
        if listener.waiting.is_empty() {
            listener.wait().await;
        }
    }
}

impl Listener {
    fn gather(&mut self) {
        let newest = *self.newest.borrow_and_update();
        match self.web.tail().behind(self.seen) {
            Some(news) => {
                let actor = &self.seat.signed_in.person.actor;
                let shown = news.iter().filter_map(|done| shown_to(actor, done));
                self.waiting
                    .extend(shown.filter_map(|(name, change)| event(name, &change)));
            }
            None => self
                .waiting
                .push_back(Event::default().event("reset").id(newest.to_string()).data("{}")),
        }
        self.seen = self.seen.max(newest);
    }

    /// Until something happens, or it is time for a sign of life; then the session is looked at again.
    async fn wait(&mut self) {
        let beat = Duration::from_secs(self.web.config().heartbeat_seconds.max(1));
        if tokio::time::timeout(beat, self.newest.changed()).await.is_ok() {
            return;
        }
        let open = people::person_of(self.web.centre(), &self.seat.token, false).await;
        if open.is_ok() {
            self.waiting.push_back(Event::default().comment("beat"));
        } else {
            self.waiting
                .push_back(Event::default().event("session_ended").data("{}"));
            self.ended = true;
        }
    }
}

fn event(name: &str, change: &Change) -> Option<Event> {
    Event::default()
        .event(name)
        .id(change.seq.to_string())
        .json_data(change)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::{ApproverLevel, Role};
    use kernel::area::{HUANGGANG, HUANGGANG_AREAS};
    use kernel::{Instant, UserId};

    #[test]
    fn an_actor_hears_of_what_he_may_see() {
        let (here, there) = (HUANGGANG_AREAS[1].0, HUANGGANG_AREAS[2].0);
        for (role, home, kind, area, heard) in [
            (Role::CallTaker, HUANGGANG, "report", None, Some("x")),
            (Role::CallTaker, HUANGGANG, "user", None, None),
            (Role::CountyOfficer, here, "report", Some(here), Some("x")),
            (Role::CountyOfficer, here, "report", Some(there), None),
            (Role::CountyOfficer, here, "report", None, Some("")),
            (Role::SystemAdmin, HUANGGANG, "order", None, None),
            (Role::SystemAdmin, HUANGGANG, "user", None, Some("x")),
            (Role::Auditor, HUANGGANG, "door", None, Some("x")),
        ] {
            let id = UserId::new(Instant::from_ms(0), [1; 10]);
            let actor = Actor {
                id,
                roles: vec![role],
                area: home,
                level: ApproverLevel::None,
            };
            let done = Done {
                seq: 1,
                action: "a".into(),
                kind: kind.into(),
                id: "x".into(),
                area,
            };
            let told = shown_to(&actor, &done).map(|(_, change)| change.subject_id);
            assert_eq!(told.as_deref(), heard, "{role:?} {kind} {area:?}");
        }
    }
}
