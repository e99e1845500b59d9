//! 案件举报: reports that banks begin, from their arrival to the report that a call-taker makes of them. Leaves out what a
//! bank's message says (`bankwire`) and who may take one (`app`).

use crate::rows::bank_report;
use crate::{StoreError, Tx};
use kernel::{BankReportId, DraftId, Fen, Instant, ReportId, UserId};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
};
use sea_orm::{QueryOrder, QuerySelect};
use uuid::Uuid;

/// Where a bank's report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankReportState {
    Waiting,
    /// A call-taker has it in his form.
    Taken,
    /// It became a report of ours.
    Registered,
    /// Told to the bank to be none.
    Declined,
}

impl BankReportState {
    pub const fn slug(self) -> &'static str {
        match self {
            BankReportState::Waiting => "waiting",
            BankReportState::Taken => "taken",
            BankReportState::Registered => "registered",
            BankReportState::Declined => "declined",
        }
    }

    fn from_slug(slug: &str) -> Option<BankReportState> {
        [Self::Waiting, Self::Taken, Self::Registered, Self::Declined]
            .into_iter()
            .find(|s| s.slug() == slug)
    }
}

/// A report that a bank began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankReport {
    pub id: BankReportId,
    /// The bank's number of it: our answer carries it, and our stops name it.
    pub application_id: String,
    pub application_type: String,
    /// The node it came from, where the answer goes.
    pub from_node: String,
    pub org_name: String,
    pub victim_masked: String,
    pub loss: Fen,
    /// The form a call-taker opens, filled with what the bank says, as JSON.
    pub form: String,
    pub state: BankReportState,
    pub received_at: Instant,
    pub taken: Option<(UserId, Instant)>,
    pub draft: Option<DraftId>,
    pub report: Option<ReportId>,
}

pub async fn bank_report_insert(tx: &Tx, report: &BankReport) -> Result<(), StoreError> {
    bank_report::Entity::insert(model_of(report).into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Saves where it stands. Writers stand in line, so what was loaded in the same transaction is what is stored.
pub async fn bank_report_update(tx: &Tx, report: &BankReport) -> Result<(), StoreError> {
    let mut active = model_of(report).into_active_model().reset_all();
    active.id = ActiveValue::NotSet;
    bank_report::Entity::update_many()
        .set(active)
        .filter(bank_report::Column::Id.eq(Uuid::from(report.id)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

pub async fn bank_report_load(
    conn: &impl ConnectionTrait,
    id: BankReportId,
) -> Result<Option<BankReport>, StoreError> {
    let found = bank_report::Entity::find_by_id(Uuid::from(id)).one(conn).await?;
    found.map(report_of).transpose()
}

pub async fn bank_report_by_application(
    conn: &impl ConnectionTrait,
    application: &str,
) -> Result<Option<BankReport>, StoreError> {
    let find = bank_report::Entity::find().filter(bank_report::Column::ApplicationId.eq(application));
    find.one(conn).await?.map(report_of).transpose()
}

/// The bank's report that a report of ours was made from.
pub async fn bank_report_of(
    conn: &impl ConnectionTrait,
    report: ReportId,
) -> Result<Option<BankReport>, StoreError> {
    let find = bank_report::Entity::find().filter(bank_report::Column::ReportId.eq(Uuid::from(report)));
    find.one(conn).await?.map(report_of).transpose()
}

/// What waits or is being typed, oldest first, at most `limit`.
pub async fn bank_reports_open(
    conn: &impl ConnectionTrait,
    limit: u64,
) -> Result<Vec<BankReport>, StoreError> {
    let open = [BankReportState::Waiting.slug(), BankReportState::Taken.slug()];
    let rows = bank_report::Entity::find()
        .filter(bank_report::Column::State.is_in(open))
        .order_by_asc(bank_report::Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    rows.into_iter().map(report_of).collect()
}

fn model_of(r: &BankReport) -> bank_report::Model {
    bank_report::Model {
        id: r.id.into(),
        application_id: r.application_id.clone(),
        application_type: r.application_type.clone(),
        from_node: r.from_node.clone(),
        org_name: r.org_name.clone(),
        victim_masked: r.victim_masked.clone(),
        loss_fen: r.loss.0,
        form: r.form.clone(),
        state: r.state.slug().into(),
        received_at_ms: r.received_at.ms(),
        taken_by: r.taken.map(|(by, _)| by.into()),
        taken_at_ms: r.taken.map(|(_, at)| at.ms()),
        draft_id: r.draft.map(Into::into),
        report_id: r.report.map(Into::into),
    }
}

fn report_of(m: bank_report::Model) -> Result<BankReport, StoreError> {
    Ok(BankReport {
        id: m.id.into(),
        state: BankReportState::from_slug(&m.state)
            .ok_or_else(|| StoreError::Corrupt(format!("bank report {}: state", m.id)))?,
        application_id: m.application_id,
        application_type: m.application_type,
        from_node: m.from_node,
        org_name: m.org_name,
        victim_masked: m.victim_masked,
        loss: Fen(m.loss_fen),
        form: m.form,
        received_at: Instant::from_ms(m.received_at_ms),
        taken: m
            .taken_by
            .zip(m.taken_at_ms)
            .map(|(by, at)| (by.into(), Instant::from_ms(at))),
        draft: m.draft_id.map(Into::into),
        report: m.report_id.map(Into::into),
    })
}
