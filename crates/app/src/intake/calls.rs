//! 来电: the telephone system announces a call; the seat's screen opens on it with the earlier reports of that number.

use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::identifier::normalise;
use kernel::{CallId, Instant, Phone, Problem, Refusal, RefusalCode, Span};
use store::calls::{Call, call_answer, call_current, call_insert, call_load};
use store::intake::{ReportRow, identifier_find, reports_load};

/// What the telephone system says.
#[derive(Clone, Debug)]
pub struct Ring {
    pub seat: String,
    pub line: String,
    pub number: String,
    pub rang_at: Option<Instant>,
}

/// Calls older than this are not put on a seat's screen any more.
const FRESH: Span = Span::minutes(30);

/// Records a call. The caller of this use case is a machine with its own token; `web` checks it.
pub async fn call_ring(centre: &Centre, ctx: &Context, ring: Ring) -> AppResult<Call> {
    let mut work = centre
        .work(ctx, AuditAction::CallRing, SubjectKind::Call, "")
        .await?;
    work.note("seat", ring.seat.clone());
    work.note("line", ring.line.clone());
    let outcome = match check(&ring, ctx.at) {
        Ok(number) => {
            let call = Call {
                id: CallId::new(ctx.at, centre.random10()),
                seat: ring.seat,
                line: ring.line,
                number: Phone::new(number),
                rang_at: ring.rang_at.unwrap_or(ctx.at),
                answered: None,
                report: None,
            };
            work.subject(call.id);
            call_insert(&work.tx, &call)
                .await
                .map(|()| call)
                .map_err(Into::into)
        }
        Err(refusal) => Err(refusal.into()),
    };
    work.finish(outcome).await
}

fn check(ring: &Ring, now: Instant) -> Result<String, Refusal> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, code| {
        problems.push(Problem {
            field: field.into(),
            code,
            detail: None,
        })
    };
    let number = normalise(&ring.number);
    if number.is_empty() {
        problem("number", RefusalCode::FieldMissing);
    } else if !domain::report::phone_ok(&number) {
        problem("number", RefusalCode::PhoneMalformed);
    }
    for (field, value) in [("seat", &ring.seat), ("line", &ring.line)] {
        if value.chars().count() > 20 || value.chars().any(char::is_control) {
            problem(field, RefusalCode::FieldMalformed);
        }
    }
    if ring.seat.trim().is_empty() {
        problem("seat", RefusalCode::FieldMissing);
    }
    if ring.rang_at.is_some_and(|at| at > now + Span::minutes(5)) {
        problem("time", RefusalCode::TimeInFuture);
    }
    Refusal::of(problems).map_or(Ok(number), Err)
}

/// A call-taker answers the call. Who answers second (a colleague who goes on with the form) changes nothing.
pub async fn call_take(centre: &Centre, ctx: &Context, id: CallId) -> AppResult<Call> {
    let work = centre
        .work(ctx, AuditAction::CallAnswer, SubjectKind::Call, id)
        .await?;
    let outcome = take(&work, id).await;
    work.finish(outcome).await
}

async fn take(work: &Work<'_>, id: CallId) -> AppResult<Call> {
    let actor = work.ctx.person()?.actor.clone();
    permit(&actor, Action::ReportCreate, None)?;
    call_answer(&work.tx, id, actor.id, work.now()).await?;
    Ok(call_load(work.tx.conn(), id)
        .await?
        .ok_or(RefusalCode::NotFound)?)
}

/// The call that rings at the seat and has no report yet, with the earlier reports of its number.
pub async fn call_at_seat(
    centre: &Centre,
    ctx: &Context,
    seat: &str,
) -> AppResult<Option<(Call, Vec<ReportRow>)>> {
    let actor = &ctx.person()?.actor;
    permit(actor, Action::ReportCreate, None)?;
    let conn = centre.store.reader();
    let Some(call) = call_current(conn, seat, ctx.at - FRESH).await? else {
        return Ok(None);
    };
    let found = identifier_find(conn, call.number.reveal(), 20).await?;
    let ids: Vec<_> = found
        .iter()
        .filter(|i| i.subject_kind == "report")
        .map(|i| i.subject)
        .collect();
    let mut earlier = reports_load(conn, &ids).await?;
    earlier.sort_by_key(|r| std::cmp::Reverse(r.report.id));
    Ok(Some((call, earlier)))
}
