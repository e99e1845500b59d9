//! 身份证件已核对: somebody looked at a victim's identity papers and says so. A number that was typed is no check; papers say that
//! it was checked only after this act.

use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Instant, PersonId, Refusal, RefusalCode, ReportId, UserId};
use serde_json::json;
use store::intake::{
    IdentityCheck, Person, PersonRole, identity_check_insert, identity_checks, people, report_load,
};

/// A victim and, once they were checked, by whom and when.
#[derive(Clone, Debug)]
pub struct VictimIdentity {
    pub person: PersonId,
    pub name_masked: String,
    /// Without a number there is nothing to check.
    pub has_number: bool,
    pub checked: Option<(UserId, Instant)>,
}

/// The victims of a report in their order, with their checks.
pub async fn identities(centre: &Centre, ctx: &Context, id: ReportId) -> AppResult<Vec<VictimIdentity>> {
    let conn = centre.store.reader();
    let report = report_load(conn, id).await?;
    permit(
        &ctx.person()?.actor,
        Action::ReportRead,
        report.as_ref().map(|r| r.report.area),
    )?;
    report.ok_or(RefusalCode::NotFound)?;
    let checks = identity_checks(conn, id).await?;
    Ok(victims(&people(conn, id).await?)
        .map(|v| VictimIdentity {
            person: v.id,
            name_masked: v.name.masked(),
            has_number: !v.id_number.is_empty(),
            checked: checks.iter().find(|c| c.person == v.id).map(|c| (c.by, c.at)),
        })
        .collect())
}

fn victims(people: &[Person]) -> impl Iterator<Item = &Person> {
    people.iter().filter(|p| p.role == PersonRole::Victim)
}

/// Records that the actor has looked at this victim's papers. The first check stands.
pub async fn identity_check(centre: &Centre, ctx: &Context, id: ReportId, victim: usize) -> AppResult<()> {
    let mut work = centre
        .work(ctx, AuditAction::ReportIdentityCheck, SubjectKind::Report, id)
        .await?;
    work.note("victim", victim);
    let outcome = check(&mut work, id, victim).await;
    work.finish(outcome).await
}

async fn check(work: &mut Work<'_>, id: ReportId, victim: usize) -> AppResult<()> {
    let report = report_load(work.tx.conn(), id).await?;
    permit(
        &work.ctx.person()?.actor,
        Action::ReportEdit,
        report.as_ref().map(|r| r.report.area),
    )?;
    report.ok_or(RefusalCode::NotFound)?;
    let people = people(work.tx.conn(), id).await?;
    let person = victims(&people)
        .nth(victim)
        .ok_or_else(|| Refusal::field("victim_index", RefusalCode::FieldMalformed))?;
    if person.id_number.is_empty() {
        return Err(Refusal::field("victim_index", RefusalCode::FieldMissing).into());
    }
    record(work, person).await
}

/// In the transaction of the act, which is the entry.
async fn record(work: &Work<'_>, person: &Person) -> AppResult<()> {
    let check = IdentityCheck {
        person: person.id,
        report: person.report,
        by: work.ctx.user()?,
        at: work.now(),
    };
    identity_check_insert(&work.tx, &check).await?;
    Ok(())
}

/// The ticks of a form that is being registered.
pub(super) async fn checked_at_intake(
    work: &mut Work<'_>,
    people: &[Person],
    ticks: impl Iterator<Item = bool>,
) -> AppResult<()> {
    for (nth, (person, ticked)) in victims(people).zip(ticks).enumerate() {
        if ticked && !person.id_number.is_empty() {
            record(work, person).await?;
            work.also(
                AuditAction::ReportIdentityCheck,
                SubjectKind::Report,
                person.report,
                json!({ "victim": nth }),
            );
        }
    }
    Ok(())
}
