//! Cases and papers on the wire.

use super::golden::{TimelineEntry, timeline_entry};
use super::orders::{DocumentRow, OrderRow};
use super::report::{area_name, iso};
use super::words;
use app::golden::Golden as Read;
use app::orders::board::Shown;
use app::shapes::{DeadlineState, ReportRow};
use domain::access::{Action, Actor, ApproverLevel, level_check, permit};
use domain::case::{Case, CaseSource, CaseState};
use domain::deadline::DeadlineKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Serialize, ToSchema)]
pub struct CaseRow {
    pub id: Uuid,
    pub number: String,
    pub report_id: Uuid,
    pub report_number: String,
    /// With the victim's name masked.
    pub name: String,
    pub category: String,
    pub area: String,
    pub area_name: String,
    pub state: String,
    pub state_text_zh: String,
    pub state_text_en: String,
    pub amount: String,
    pub accepted_at: String,
    pub filed_at: Option<String>,
    pub due_at: Option<String>,
    pub due_kind: Option<String>,
    pub officers: Vec<String>,
    /// file, approve, reject, send_back, extend.
    pub can: Vec<String>,
}

/// What the actor may do to the case now. A screen shows it; the use case decides again.
pub fn can(case: &Case, actor: &Actor) -> Vec<String> {
    let may = |action| permit(actor, action, Some(case.area)).is_ok();
    let own = case.proposed_by == Some(actor.id) || case.accepted_by == actor.id;
    let mut can = Vec::new();
    if case.state == CaseState::Accepted && may(Action::CaseFilingPropose) {
        can.extend(["file".to_owned(), "extend".to_owned()]);
    }
    let head = level_check(actor, ApproverLevel::County).is_ok();
    if case.state == CaseState::FilingProposed && may(Action::CaseFilingDecide) && head && !own {
        can.extend(["approve".to_owned(), "reject".to_owned(), "send_back".to_owned()]);
    }
    can
}

/// 王某被诈骗案 → 王**被诈骗案: the name of a case holds the victim's.
pub fn masked_name(case: &Case, report: Option<&ReportRow>) -> String {
    match (report, case.name.strip_suffix("被诈骗案")) {
        (Some(report), Some(_)) => format!("{}被诈骗案", report.victim_masked),
        _ => case.name.clone(),
    }
}

impl CaseRow {
    pub fn of(
        c: &Case,
        report: Option<&ReportRow>,
        due: Option<(String, DeadlineKind)>,
        officers: Vec<String>,
        actor: &Actor,
    ) -> CaseRow {
        let text = words::case_state(c.state);
        CaseRow {
            id: c.id.into(),
            number: c.number.clone(),
            report_id: c.report.into(),
            report_number: report.map(|r| r.report.number.clone()).unwrap_or_default(),
            name: masked_name(c, report),
            category: report.and_then(|r| r.report.category.clone()).unwrap_or_default(),
            area: c.area.to_string(),
            area_name: area_name(c.area),
            state: c.state.slug().into(),
            state_text_zh: text.zh,
            state_text_en: text.en,
            amount: report.map(|r| r.report.loss.to_yuan()).unwrap_or_default(),
            accepted_at: c.accepted_at.to_iso_cst(),
            filed_at: iso(c.decided_at.filter(|_| c.state == CaseState::Filed)),
            due_at: due.as_ref().map(|(at, _)| at.clone()),
            due_kind: due.map(|(_, kind)| kind.slug().to_owned()),
            officers,
            can: can(c, actor),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct CasePage {
    pub items: Vec<CaseRow>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

#[derive(Serialize, ToSchema)]
pub struct CaseDetail {
    #[serde(flatten)]
    pub row: CaseRow,
    /// The story of the report, with the people's own data veiled.
    pub summary: String,
    /// What was written in 呈请立案, once it was.
    pub proposal: Option<ProposalShown>,
    /// What was said in the decision.
    pub opinion: String,
    pub orders: Vec<OrderRow>,
    pub documents: Vec<DocumentRow>,
    pub timeline: Vec<TimelineEntry>,
}

/// 呈请立案 as it was written.
#[derive(Serialize, ToSchema)]
pub struct ProposalShown {
    pub by: String,
    pub at: String,
    /// 简要案情; empty where the report's own story stands.
    pub summary: String,
    pub opinion: String,
    pub officers: Vec<String>,
    /// reported or found_by_police: decides the article.
    pub source: String,
}

/// The review clock of a case among the deadlines of its report.
pub fn review_due(deadlines: &[app::shapes::Deadline]) -> Option<(String, DeadlineKind)> {
    let filing = [
        DeadlineKind::Filing3d,
        DeadlineKind::Filing7d,
        DeadlineKind::Filing30d,
    ];
    let due = deadlines
        .iter()
        .find(|d| d.state == DeadlineState::Pending && filing.contains(&d.kind))?;
    Some((due.due_at.to_iso_cst(), due.kind))
}

impl CaseDetail {
    pub fn of(c: &Case, g: &Read, actor: &Actor) -> CaseDetail {
        use words::Names;
        let officers = c.handlers().into_iter().map(|id| g.user(id)).collect();
        let shown = Shown {
            accounts: g.accounts.clone(),
            reports: [(g.report.report.id, g.report.clone())].into(),
            users: g.users.clone(),
            unsent: g.unsent.clone(),
        };
        CaseDetail {
            row: CaseRow::of(c, Some(&g.report), review_due(&g.deadlines), officers, actor),
            summary: g.narrative.clone(),
            proposal: proposal(c, g),
            opinion: c.opinion.clone(),
            orders: g
                .orders
                .iter()
                .rev()
                .map(|o| OrderRow::of(o, &shown, actor))
                .collect(),
            documents: g.documents.iter().map(DocumentRow::from).collect(),
            timeline: g.timeline.iter().map(|t| timeline_entry(t, g)).collect(),
        }
    }
}

fn proposal(c: &Case, g: &Read) -> Option<ProposalShown> {
    use words::Names;
    Some(ProposalShown {
        by: g.user(c.proposed_by?),
        at: c.proposed_at?.to_iso_cst(),
        summary: c.proposal.summary.clone(),
        opinion: c.proposal.opinion.clone(),
        officers: c.handlers().into_iter().map(|id| g.user(id)).collect(),
        source: source_slug(c.source).to_owned(),
    })
}

pub const fn source_slug(source: CaseSource) -> &'static str {
    match source {
        CaseSource::Reported => "reported",
        CaseSource::FoundByPolice => "found_by_police",
    }
}

#[derive(Deserialize, ToSchema)]
pub struct CaseNew {
    pub report_id: Uuid,
    pub second_officer_id: Option<Uuid>,
}

/// 呈请立案. What is left empty stays as the case has it; what is written is what is filed.
#[derive(Deserialize, ToSchema)]
pub struct CaseFile {
    /// 案件名称. A name with a mask (*) is refused.
    #[serde(default)]
    pub name: String,
    /// 简要案情.
    #[serde(default)]
    pub summary: String,
    /// 办案人: two or more, each by name, police number or login.
    #[serde(default)]
    pub officers: Vec<String>,
    /// 办案单位意见.
    #[serde(default)]
    pub opinion: String,
    /// reported or found_by_police.
    pub source: Option<String>,
}

#[derive(Deserialize, ToSchema)]
pub struct CaseExtend {
    /// checking (7 days) or major (30 days).
    pub review: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CasesAsked {
    pub cursor: Option<String>,
    pub limit: Option<u64>,
    pub state: Option<String>,
    pub area: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DocumentsAsked {
    /// A report, an order or a case.
    pub subject: Option<Uuid>,
}

#[derive(Deserialize, ToSchema)]
pub struct PrintBatch {
    pub ids: Vec<Uuid>,
}

/// A paper of a batch that could not be printed, and why.
#[derive(Serialize, ToSchema)]
pub struct NotPrinted {
    pub id: Uuid,
    pub kind_zh: String,
    pub kind_en: String,
    pub number: String,
    pub detail_zh: String,
    pub detail_en: String,
}

impl NotPrinted {
    pub fn of(document: &app::shapes::Document, why: &kernel::Refusal) -> NotPrinted {
        let kind = words::document_kind(document.kind);
        let (detail_zh, detail_en) = crate::problem::sentence(why.code, why.detail.as_deref());
        NotPrinted {
            id: document.id.into(),
            kind_zh: kind.zh,
            kind_en: kind.en,
            number: document.number.clone().unwrap_or_default(),
            detail_zh,
            detail_en,
        }
    }
}
