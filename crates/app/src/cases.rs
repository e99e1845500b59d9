//! 受案, 呈请立案, 立案: from a report to a filed case, with the papers each step issues and the review clock.

use crate::papers::snapshot;
use crate::reading::{Look, read_entered};
use crate::{AppResult, Centre, Context, Work, golden};
use domain::access::{Action, ApproverLevel, level_check, not_own_request, permit};
use domain::audit::AuditAction;
use domain::case::{Case, CaseEvent, CaseSource, CaseState, Proposal, ReviewTerm, decide};
use domain::deadline::DeadlineKind;
use domain::report::ReportState;
use domain::subject::SubjectKind;
use kernel::{Area, CaseId, DeadlineId, Refusal, RefusalCode, ReportId, UserId};
use serde_json::json;
use store::cases::{case_insert, case_load, case_of_report, case_update, cases_total};
use store::counter::next_serial;
use store::deadlines::{Deadline, deadline_insert, deadlines_cancel, deadlines_of_reports};
use store::intake::{PersonRole, ReportRow, people, report_load, report_update, reports_load};
use store::page::Page;
use store::sea_orm::prelude::Uuid;

pub(crate) const FILING: [DeadlineKind; 3] = [
    DeadlineKind::Filing3d,
    DeadlineKind::Filing7d,
    DeadlineKind::Filing30d,
];

/// 受案: accepts the report as a case, issues the form and the receipt, and starts the review clock from the report.
pub async fn case_accept(
    centre: &Centre,
    ctx: &Context,
    report: ReportId,
    second: Option<UserId>,
) -> AppResult<Case> {
    let mut work = centre
        .work(ctx, AuditAction::CaseAccept, SubjectKind::Report, report)
        .await?;
    let outcome = accept(&mut work, report, second).await;
    work.finish(outcome).await
}

async fn accept(work: &mut Work<'_>, id: ReportId, second: Option<UserId>) -> AppResult<Case> {
    let actor = work.ctx.person()?.actor.clone();
    let before = report_load(work.tx.conn(), id).await?;
    permit(&actor, Action::CaseAccept, before.as_ref().map(|r| r.report.area))?;
    let before = before.ok_or(RefusalCode::NotFound)?;
    if case_of_report(work.tx.conn(), id).await?.is_some() {
        return Err(RefusalCode::CaseExists.into());
    }
    let (first, second) = crate::officers::two_officers(work, second).await?;
    let area = before.report.area;
    let now = work.now();
    let month = &now.to_wire14()[..6];
    let serial = next_serial(&work.tx, &format!("case/{area}/{month}")).await?;
    let victims = people(work.tx.conn(), id).await?;
    let victim = victims
        .iter()
        .find(|p| p.role == PersonRole::Victim)
        .map(|p| p.name.reveal().to_owned());
    let case = Case {
        id: CaseId::new(now, work.random10()),
        number: format!("A{}{month}{serial:04}", area.bureau_code()),
        report: id,
        area,
        // Unknown suspect: 被害人 + 被…案 (DOCUMENTS 1.3).
        name: format!("{}被诈骗案", victim.unwrap_or_default()),
        state: CaseState::Accepted,
        source: CaseSource::Reported,
        review: ReviewTerm::Normal,
        accepted_by: first.id,
        accepted_at: now,
        second_officer: second.id,
        proposed_by: None,
        proposed_at: None,
        decided_by: None,
        decided_at: None,
        decider_level: ApproverLevel::None,
        opinion: String::new(),
        proposal: Proposal::default(),
        version: 1,
    };
    case_insert(&work.tx, &case).await?;
    work.also(
        AuditAction::CaseAccept,
        SubjectKind::Case,
        case.id,
        json!({ "number": case.number, "report": id.to_string() }),
    );
    let mut after = before.clone();
    after.report.state = ReportState::Accepted;
    if !report_update(&work.tx, &before, &after).await? {
        return Err(RefusalCode::RecordChanged.into());
    }
    snapshot::acceptance(work, &case).await?;
    Ok(case)
}

/// What the officer wrote in 呈请立案. What he left out stays as the case has it; what he wrote is what is filed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FilingProposal {
    /// 案件名称.
    pub name: String,
    /// 简要案情.
    pub summary: String,
    /// 办案人, each by name, police number or login.
    pub officers: Vec<String>,
    /// 办案单位意见.
    pub opinion: String,
    /// How the facts came to the police; decides the article.
    pub source: Option<CaseSource>,
}

/// 呈请立案: fixes what was written and issues the report that those who decide read.
pub async fn case_propose(
    centre: &Centre,
    ctx: &Context,
    id: CaseId,
    written: &FilingProposal,
) -> AppResult<Case> {
    let mut work = centre
        .work(ctx, AuditAction::CaseFilingPropose, SubjectKind::Case, id)
        .await?;
    let outcome = propose(&mut work, id, written).await;
    work.finish(outcome).await
}

async fn propose(work: &mut Work<'_>, id: CaseId, written: &FilingProposal) -> AppResult<Case> {
    let before = load(work, id, Action::CaseFilingPropose).await?;
    let mut after = before.clone();
    after.state = decide(before.state, before.review, CaseEvent::ProposeFiling)?;
    check_written(written)?;
    if !written.name.trim().is_empty() {
        written.name.trim().clone_into(&mut after.name);
    }
    if let Some(source) = written.source {
        after.source = source;
    }
    after.proposal = Proposal {
        summary: written.summary.trim().to_owned(),
        opinion: written.opinion.trim().to_owned(),
        officers: officers_written(work, &written.officers).await?,
    };
    after.proposed_by = Some(work.ctx.user()?);
    after.proposed_at = Some(work.now());
    note_written(work, written, &after);
    save(work, &before, &mut after).await?;
    snapshot::filing_report(work, &after).await?;
    Ok(after)
}

const NAME_MAX: usize = 100;
const SUMMARY_MAX: usize = 20_000;
const OPINION_MAX: usize = 500;

/// Nothing is cut or left out in silence: what cannot be filed as it was written is refused by its field.
fn check_written(written: &FilingProposal) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, code, detail: Option<&str>| {
        problems.push(kernel::Problem {
            field: field.to_owned(),
            code,
            detail: detail.map(str::to_owned),
        });
    };
    for (field, text, most) in [
        ("name", &written.name, NAME_MAX),
        ("summary", &written.summary, SUMMARY_MAX),
        ("opinion", &written.opinion, OPINION_MAX),
    ] {
        if text.trim().chars().count() > most {
            problem(field, RefusalCode::FieldTooLong, None);
        }
    }
    // A screen shows names masked; a mask is no name.
    if written.name.contains(['*', '＊']) {
        problem(
            "name",
            RefusalCode::FieldMalformed,
            Some("案件名称不能含有掩码 * / a mask is no name"),
        );
    }
    Refusal::of(problems).map_or(Ok(()), Err)
}

/// The people behind what was typed: each exactly one of the centre, with a police number.
async fn officers_written(work: &Work<'_>, typed: &[String]) -> AppResult<Vec<UserId>> {
    let typed: Vec<&str> = typed.iter().map(|t| t.trim()).filter(|t| !t.is_empty()).collect();
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let known = store::people::users(work.tx.conn(), "", USERS_MAX).await?;
    let mut officers = Vec::new();
    for word in &typed {
        let mut found = known.iter().filter(|u| {
            !u.disabled
                && !u.police_number.is_empty()
                && [u.name.as_str(), u.police_number.as_str(), u.login.as_str()].contains(word)
        });
        let (Some(officer), None) = (found.next(), found.next()) else {
            return Err(Refusal::field("officers", RefusalCode::OfficerUnknown).into());
        };
        if !officers.contains(&officer.id) {
            officers.push(officer.id);
        }
    }
    if officers.len() < 2 {
        return Err(Refusal::field("officers", RefusalCode::TwoOfficersNeeded).into());
    }
    Ok(officers)
}

/// A centre has some hundreds of people.
const USERS_MAX: u64 = 10_000;

/// Which parts were written, and who handles it; the words themselves stand on the paper, which the log names.
fn note_written(work: &mut Work<'_>, written: &FilingProposal, after: &Case) {
    let parts = [
        ("name", !written.name.trim().is_empty()),
        ("summary", !after.proposal.summary.is_empty()),
        ("officers", !after.proposal.officers.is_empty()),
        ("opinion", !after.proposal.opinion.is_empty()),
        ("source", written.source.is_some()),
    ];
    let parts: Vec<&str> = parts
        .into_iter()
        .filter(|(_, set)| *set)
        .map(|(name, _)| name)
        .collect();
    work.note("written", parts);
    let handlers: Vec<String> = after.handlers().iter().map(ToString::to_string).collect();
    work.note("handlers", handlers);
}

/// What the head of a county-level organ says to a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilingDecision {
    File,
    DoNotFile,
    SendBack,
}

/// 立案审批 (程序规定 178: head of county-level police or above). Filing ends the review clock and issues the decision.
pub async fn case_decide(
    centre: &Centre,
    ctx: &Context,
    id: CaseId,
    decision: FilingDecision,
    opinion: &str,
) -> AppResult<Case> {
    let mut work = centre
        .work(ctx, AuditAction::CaseFilingDecide, SubjectKind::Case, id)
        .await?;
    let outcome = decide_filing(&mut work, id, decision, opinion).await;
    work.finish(outcome).await
}

async fn decide_filing(
    work: &mut Work<'_>,
    id: CaseId,
    decision: FilingDecision,
    opinion: &str,
) -> AppResult<Case> {
    let actor = work.ctx.person()?.actor.clone();
    let before = load(work, id, Action::CaseFilingDecide).await?;
    let event = match decision {
        FilingDecision::File => CaseEvent::File,
        FilingDecision::DoNotFile => CaseEvent::RefuseFiling,
        FilingDecision::SendBack => CaseEvent::SendBack,
    };
    let state = decide(before.state, before.review, event)?;
    if let Some(by) = before.proposed_by {
        not_own_request(actor.id, by)?;
    }
    not_own_request(actor.id, before.accepted_by)?;
    level_check(&actor, ApproverLevel::County)?;
    let mut after = before.clone();
    after.state = state;
    opinion.clone_into(&mut after.opinion);
    if decision == FilingDecision::SendBack {
        after.proposed_by = None;
        after.proposed_at = None;
    } else {
        after.decided_by = Some(actor.id);
        after.decided_at = Some(work.now());
        after.decider_level = actor.level;
    }
    work.note("decision", after.state.slug());
    save(work, &before, &mut after).await?;
    if decision != FilingDecision::SendBack {
        deadlines_cancel(&work.tx, after.report.into(), &FILING, work.now()).await?;
    }
    if after.state == CaseState::Filed {
        snapshot::filing_decision(work, &after).await?;
    }
    Ok(after)
}

/// A longer review: 7 days by the officer, 30 by the head of a county-level organ.
pub async fn case_extend(centre: &Centre, ctx: &Context, id: CaseId, review: ReviewTerm) -> AppResult<Case> {
    let mut work = centre
        .work(ctx, AuditAction::CaseExtend, SubjectKind::Case, id)
        .await?;
    work.note("review", review.slug());
    let outcome = extend(&mut work, id, review).await;
    work.finish(outcome).await
}

async fn extend(work: &mut Work<'_>, id: CaseId, review: ReviewTerm) -> AppResult<Case> {
    let action = if review == ReviewTerm::Major {
        Action::CaseFilingDecide
    } else {
        Action::CaseFilingPropose
    };
    let before = load(work, id, action).await?;
    if review == ReviewTerm::Major {
        level_check(&work.ctx.person()?.actor, ApproverLevel::County)?;
    }
    let mut after = before.clone();
    after.state = decide(before.state, before.review, CaseEvent::Extend(review))?;
    after.review = review;
    save(work, &before, &mut after).await?;
    let report = report_load(work.tx.conn(), after.report)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    deadlines_cancel(&work.tx, after.report.into(), &FILING, work.now()).await?;
    let due = review.due(report.report.reported_at);
    let deadline = Deadline::pending(
        DeadlineId::new(work.now(), work.random10()),
        due.kind,
        (SubjectKind::Report, after.report.into()),
        (after.report, after.area),
        due.at,
        work.now(),
    );
    deadline_insert(&work.tx, &deadline).await?;
    Ok(after)
}

async fn readable(centre: &Centre, ctx: &Context, id: CaseId) -> AppResult<Case> {
    let case = case_load(centre.store.reader(), id).await?;
    permit(
        &ctx.person()?.actor,
        Action::CaseRead,
        case.as_ref().map(|c| c.area),
    )?;
    Ok(case.ok_or(RefusalCode::NotFound)?)
}

async fn load(work: &Work<'_>, id: CaseId, action: Action) -> AppResult<Case> {
    let case = case_load(work.tx.conn(), id).await?;
    permit(&work.ctx.person()?.actor, action, case.as_ref().map(|c| c.area))?;
    Ok(case.ok_or(RefusalCode::NotFound)?)
}

async fn save(work: &Work<'_>, before: &Case, after: &mut Case) -> AppResult<()> {
    if !case_update(&work.tx, before, after).await? {
        return Err(RefusalCode::RecordChanged.into());
    }
    after.version = before.version + 1;
    Ok(())
}

/// A case with what a list shows beside it.
#[derive(Clone, Debug)]
pub struct CaseLine {
    pub case: Case,
    pub report: Option<ReportRow>,
    /// The review clock, while it runs.
    pub due: Option<Deadline>,
    pub officers: Vec<String>,
}

/// A page of cases.
#[derive(Clone, Debug)]
pub struct CaseList {
    pub lines: Vec<CaseLine>,
    pub next: Option<Uuid>,
    /// On all pages; from the tally.
    pub total: i64,
}

/// A page of cases, newest first, of the areas the actor may see.
pub async fn cases_list(
    centre: &Centre,
    ctx: &Context,
    state: Option<CaseState>,
    area: Option<Area>,
    after: Option<Uuid>,
    limit: u64,
) -> AppResult<CaseList> {
    let own = ctx.person()?.actor.area_filter(Action::CaseRead)?;
    let conn = centre.store.reader();
    let page: Page<Case> = store::cases::cases(conn, state, own.or(area), after, limit).await?;
    let reports: Vec<Uuid> = page.items.iter().map(|c| c.report.into()).collect();
    let rows = reports_load(conn, &reports).await?;
    let deadlines = deadlines_of_reports(conn, &reports).await?;
    let ids: Vec<UserId> = page
        .items
        .iter()
        .flat_map(|c| [c.accepted_by, c.second_officer])
        .collect();
    let users = crate::people::users_by_id(centre, &ids).await?;
    let name = |id: UserId| users.get(&id).map(|u| u.name.clone());
    let lines = page
        .items
        .into_iter()
        .map(|case| CaseLine {
            report: rows.iter().find(|r| r.report.id == case.report).cloned(),
            due: deadlines
                .iter()
                .find(|d| d.report == case.report && FILING.contains(&d.kind))
                .cloned(),
            officers: [case.accepted_by, case.second_officer]
                .into_iter()
                .filter_map(name)
                .collect(),
            case,
        })
        .collect();
    Ok(CaseList {
        lines,
        next: page.next,
        total: cases_total(conn, state, own.or(area)).await?,
    })
}

/// One case with everything of its report. Reading it is an entry.
pub async fn case_detail(centre: &Centre, ctx: &Context, id: CaseId) -> AppResult<(Case, golden::Golden)> {
    let outcome = readable(centre, ctx, id).await;
    let look = Look::at(AuditAction::CaseRead, SubjectKind::Case, id);
    let case = read_entered(centre, ctx, look, outcome).await?;
    let golden = golden::read(centre, ctx, case.report).await?;
    Ok((case, golden))
}
