//! The clock job: fires every deadline whose time has come, once. It reads the wall clock each time it wakes and never
//! trusts a sleep, so a jump of the clock either way only changes what is due.

use crate::flow::account_changed;
use crate::orders::clear::save;
use crate::orders::settle::{refresh_report, state_changed};
use crate::{AppResult, Centre, Work};
use domain::audit::AuditAction;
use domain::deadline::is_due;
use domain::order::{Event, Step, decide};
use domain::subject::SubjectKind;
use kernel::OrderId;
use serde_json::json;
use store::deadlines::{Deadline, deadline_fire, deadlines_due};
use store::orders::order_load;

const ROUND_MAX: u64 = 500;

/// Fires what is due; returns how many fired.
pub async fn clocks_run(centre: &Centre) -> AppResult<usize> {
    let due = deadlines_due(centre.store.reader(), centre.now(), ROUND_MAX).await?;
    let count = due.len();
    for part in due.chunks(50) {
        fire(centre, part).await?;
    }
    Ok(count)
}

/// Fifty at a time in one transaction: after a long night there may be thousands.
async fn fire(centre: &Centre, due: &[Deadline]) -> AppResult<()> {
    let ctx = centre.job(crate::Job::Clocks);
    let mut work = centre
        .work(&ctx, AuditAction::DeadlineRound, SubjectKind::Deadline, "")
        .await?;
    work.note("due", due.len());
    let outcome = fire_each(&mut work, due).await;
    work.finish(outcome).await
}

async fn fire_each(work: &mut Work<'_>, due: &[Deadline]) -> AppResult<()> {
    for deadline in due {
        // The clock may have been set back since the row was read.
        if !is_due(deadline.due_at, work.now()) {
            continue;
        }
        if deadline_fire(&work.tx, deadline.id, work.now()).await? {
            work.also(AuditAction::DeadlineFire, deadline.subject_kind, deadline.subject, json!({
                "kind": deadline.kind.slug(), "due_at": deadline.due_at.to_iso_cst(), "deadline": deadline.id.to_string(),
                "report": deadline.report.to_string(),
            }));
            if deadline.kind.ends_a_measure() {
                end_measure(work, deadline).await?;
            }
        }
    }
    Ok(())
}

/// The term of a stop, freeze or watch is over: it ends by itself.
async fn end_measure(work: &mut Work<'_>, deadline: &Deadline) -> AppResult<()> {
    let Some(before) = order_load(work.tx.conn(), OrderId(deadline.subject)).await? else {
        return Ok(());
    };
    let mut after = before.clone();
    if let Step::Move(state) = decide(before.kind, before.state, Event::TermOver)? {
        after.state = state;
        save(work, &before, &mut after).await?;
        state_changed(work, &after).await?;
        refresh_report(work, after.report).await?;
        work.also(
            AuditAction::OrderEnd,
            SubjectKind::Order,
            after.id,
            json!({ "state": state.slug() }),
        );
        account_changed(work, after.account).await?;
    }
    Ok(())
}
