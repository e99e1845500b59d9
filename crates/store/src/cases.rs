//! Cases and legal papers as kept. A paper is its frozen snapshot: printing it again gives the same bytes. Leaves out
//! the rules (`domain::case`, `domain::document`) and the layout (`paper`).

use crate::intake::{area_number, area_of, area_range};
use crate::page::Page;
use crate::rows::{document, police_case};
use crate::tally::{self, Cell, Counted};
use crate::{StoreError, Tx};
use domain::access::ApproverLevel;
use domain::case::{Case, CaseSource, CaseState, Proposal, ReviewTerm};
use domain::document::DocumentKind;
use kernel::{Area, CaseId, DocumentId, Instant, OrderId, ReportId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    Statement,
};
use sea_orm::{QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

/// 文书 as kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    pub id: DocumentId,
    pub kind: DocumentKind,
    /// Rendered number; `None` while it is a draft.
    pub number: Option<String>,
    /// Register key, with the serial in it.
    pub register: String,
    pub serial: Option<i64>,
    pub report: ReportId,
    pub order: Option<OrderId>,
    pub case: Option<CaseId>,
    pub area: Area,
    pub snapshot: Value,
    pub made_by: Option<UserId>,
    pub made_at: Instant,
    pub prints: u32,
}

impl Document {
    pub fn is_draft(&self) -> bool {
        self.number.is_none()
    }
}

pub async fn case_insert(tx: &Tx, case: &Case) -> Result<(), StoreError> {
    police_case::Entity::insert(case_model(case).into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    tally::add(tx, Counted::Cases, cell(case), 1);
    Ok(())
}

fn cell(case: &Case) -> Cell<'_> {
    Cell {
        area: case.area,
        state: case.state.slug(),
        sort: "",
    }
}

/// Saves a changed case; `false` when it was changed since it was loaded.
pub async fn case_update(tx: &Tx, before: &Case, after: &Case) -> Result<bool, StoreError> {
    let mut model = case_model(after);
    model.version = before.version + 1;
    let mut active = model.into_active_model().reset_all();
    active.id = ActiveValue::NotSet;
    let done = police_case::Entity::update_many()
        .set(active)
        .filter(police_case::Column::Id.eq(Uuid::from(before.id)))
        .filter(police_case::Column::Version.eq(before.version))
        .exec(tx.conn())
        .await?;
    if done.rows_affected == 1 {
        tally::moved(tx, Counted::Cases, cell(before), cell(after));
    }
    Ok(done.rows_affected == 1)
}

pub async fn case_load(conn: &impl ConnectionTrait, id: CaseId) -> Result<Option<Case>, StoreError> {
    police_case::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(case_of)
        .transpose()
}

/// The case of this number (案号), exactly.
pub async fn case_by_number(conn: &impl ConnectionTrait, number: &str) -> Result<Option<Case>, StoreError> {
    let find = police_case::Entity::find().filter(police_case::Column::Number.eq(number));
    find.one(conn).await?.map(case_of).transpose()
}

pub async fn case_of_report(
    conn: &impl ConnectionTrait,
    report: ReportId,
) -> Result<Option<Case>, StoreError> {
    let find = police_case::Entity::find().filter(police_case::Column::ReportId.eq(Uuid::from(report)));
    find.one(conn).await?.map(case_of).transpose()
}

/// Newest first.
pub async fn cases(
    conn: &impl ConnectionTrait,
    state: Option<CaseState>,
    area: Option<Area>,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Page<Case>, StoreError> {
    let mut find = police_case::Entity::find()
        .order_by_desc(police_case::Column::Id)
        .limit(limit + 1);
    if let Some(state) = state {
        find = find.filter(police_case::Column::State.eq(state.slug()));
    }
    if let Some((low, high)) = area.map(area_range) {
        find = find.filter(police_case::Column::Area.between(low, high));
    }
    if let Some(after) = after {
        find = find.filter(police_case::Column::Id.lt(after));
    }
    let rows: Result<Vec<Case>, StoreError> = find.all(conn).await?.into_iter().map(case_of).collect();
    Ok(Page::cut(rows?, limit, |c| c.id.into()))
}

/// How many cases are in this state (in any, when none is named).
pub async fn cases_total(
    conn: &impl ConnectionTrait,
    state: Option<CaseState>,
    area: Option<Area>,
) -> Result<i64, StoreError> {
    let state: Vec<&str> = state.iter().map(|s| s.slug()).collect();
    tally::total(conn, Counted::Cases, &state, None, area).await
}

/// Cases not decided yet whose review ends before `until`, or has ended.
pub async fn cases_due(
    conn: &impl ConnectionTrait,
    area: Option<Area>,
    until: Instant,
) -> Result<i64, StoreError> {
    let (low, high) = area.map_or((0, i32::MAX), area_range);
    let open = [CaseState::Accepted.slug(), CaseState::FilingProposed.slug()];
    // The term that counts is the longest: an extension starts another clock.
    let sql = "SELECT COUNT(*) FROM police_case c WHERE c.state IN ($1, $2) AND c.area BETWEEN $3 AND $4 AND $5 > \
               (SELECT MAX(d.due_at_ms) FROM deadline d WHERE d.report_id = c.report_id \
                AND d.kind IN ('filing_3d', 'filing_7d', 'filing_30d'))";
    let values = [
        open[0].into(),
        open[1].into(),
        low.into(),
        high.into(),
        until.ms().into(),
    ];
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), sql, values);
    let row = conn
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| StoreError::Corrupt("police_case".into()))?;
    Ok(row.try_get_by_index(0)?)
}

// ── papers ───────────────────────────────────────────────────────────────────────────────────

pub async fn document_insert(tx: &Tx, document: &Document) -> Result<(), StoreError> {
    let row = document::Model {
        id: document.id.into(),
        kind: document.kind.slug().into(),
        state: if document.is_draft() {
            "draft".into()
        } else {
            "issued".into()
        },
        number: document.number.clone(),
        register: document.register.clone(),
        serial: document.serial,
        report_id: document.report.into(),
        order_id: document.order.map(Into::into),
        case_id: document.case.map(Into::into),
        area: area_number(document.area),
        snapshot: document.snapshot.to_string(),
        made_by: document.made_by.map(Into::into),
        made_at_ms: document.made_at.ms(),
        prints: 0,
    };
    tx.insert_later(&document::Entity::insert(row.into_active_model()));
    Ok(())
}

pub async fn document_load(
    conn: &impl ConnectionTrait,
    id: DocumentId,
) -> Result<Option<Document>, StoreError> {
    document::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(document_of)
        .transpose()
}

/// The paper of this number (文号), exactly.
pub async fn document_by_number(
    conn: &impl ConnectionTrait,
    number: &str,
) -> Result<Option<Document>, StoreError> {
    let find = document::Entity::find().filter(document::Column::Number.eq(number));
    find.one(conn).await?.map(document_of).transpose()
}

/// The papers of a report (with those of its orders and case), oldest first.
pub async fn documents_of_report(
    conn: &impl ConnectionTrait,
    report: ReportId,
) -> Result<Vec<Document>, StoreError> {
    let rows = document::Entity::find()
        .filter(document::Column::ReportId.eq(Uuid::from(report)))
        .order_by_asc(document::Column::Id)
        .limit(500)
        .all(conn)
        .await?;
    rows.into_iter().map(document_of).collect()
}

/// The paper that travels with an order.
pub async fn document_of_order(
    conn: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Option<Document>, StoreError> {
    let find = document::Entity::find().filter(document::Column::OrderId.eq(Uuid::from(order)));
    find.one(conn).await?.map(document_of).transpose()
}

/// Counts a print; returns how many there have been, this one included.
pub async fn document_printed(tx: &Tx, id: DocumentId) -> Result<u32, StoreError> {
    document::Entity::update_many()
        .col_expr(
            document::Column::Prints,
            Expr::col(document::Column::Prints).add(1),
        )
        .filter(document::Column::Id.eq(Uuid::from(id)))
        .exec(tx.conn())
        .await?;
    let row = document_load(tx.conn(), id).await?;
    Ok(row.map_or(0, |d| d.prints))
}

fn case_model(c: &Case) -> police_case::Model {
    police_case::Model {
        id: c.id.into(),
        number: c.number.clone(),
        report_id: c.report.into(),
        area: area_number(c.area),
        name: c.name.clone(),
        state: c.state.slug().into(),
        source: if c.source == CaseSource::Reported {
            "reported".into()
        } else {
            "found_by_police".into()
        },
        review: c.review.slug().into(),
        accepted_by: c.accepted_by.into(),
        accepted_at_ms: c.accepted_at.ms(),
        second_officer: c.second_officer.into(),
        proposed_by: c.proposed_by.map(Into::into),
        proposed_at_ms: c.proposed_at.map(Instant::ms),
        decided_by: c.decided_by.map(Into::into),
        decided_at_ms: c.decided_at.map(Instant::ms),
        decider_level: c.decider_level.slug().into(),
        opinion: c.opinion.clone(),
        proposal_summary: c.proposal.summary.clone(),
        proposal_opinion: c.proposal.opinion.clone(),
        proposal_officers: officers_text(&c.proposal.officers),
        version: c.version,
    }
}

/// The ids as a JSON list.
fn officers_text(officers: &[UserId]) -> String {
    let ids: Vec<String> = officers.iter().map(ToString::to_string).collect();
    serde_json::Value::from(ids).to_string()
}

fn officers_of(text: &str) -> Option<Vec<UserId>> {
    let ids: Vec<Uuid> = serde_json::from_str(text).ok()?;
    Some(ids.into_iter().map(UserId).collect())
}

fn case_of(m: police_case::Model) -> Result<Case, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("case {}: {what}", m.id));
    let officers_corrupt = corrupt("proposal_officers");
    Ok(Case {
        id: m.id.into(),
        state: CaseState::from_slug(&m.state).ok_or_else(|| corrupt("state"))?,
        source: if m.source == "reported" {
            CaseSource::Reported
        } else {
            CaseSource::FoundByPolice
        },
        review: ReviewTerm::from_slug(&m.review).ok_or_else(|| corrupt("review"))?,
        decider_level: ApproverLevel::from_slug(&m.decider_level).ok_or_else(|| corrupt("decider_level"))?,
        number: m.number,
        report: m.report_id.into(),
        area: area_of(m.area)?,
        name: m.name,
        accepted_by: m.accepted_by.into(),
        accepted_at: Instant::from_ms(m.accepted_at_ms),
        second_officer: m.second_officer.into(),
        proposed_by: m.proposed_by.map(Into::into),
        proposed_at: m.proposed_at_ms.map(Instant::from_ms),
        decided_by: m.decided_by.map(Into::into),
        decided_at: m.decided_at_ms.map(Instant::from_ms),
        opinion: m.opinion,
        proposal: Proposal {
            summary: m.proposal_summary,
            opinion: m.proposal_opinion,
            officers: officers_of(&m.proposal_officers).ok_or(officers_corrupt)?,
        },
        version: m.version,
    })
}

fn document_of(m: document::Model) -> Result<Document, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("document {}: {what}", m.id));
    Ok(Document {
        id: m.id.into(),
        kind: DocumentKind::from_slug(&m.kind).ok_or_else(|| corrupt("kind"))?,
        snapshot: serde_json::from_str(&m.snapshot).map_err(|_| corrupt("snapshot"))?,
        area: area_of(m.area)?,
        number: m.number,
        register: m.register,
        serial: m.serial,
        report: m.report_id.into(),
        order: m.order_id.map(Into::into),
        case: m.case_id.map(Into::into),
        made_by: m.made_by.map(Into::into),
        made_at: Instant::from_ms(m.made_at_ms),
        prints: u32::try_from(m.prints).unwrap_or(0),
    })
}
