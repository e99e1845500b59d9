//! A report on the wire, and the pieces that several pages share.

use crate::wire::told::PaidHow;
use crate::wire::words::Said;
use kernel::area::AreaTable;
use kernel::{Area, Instant};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use store_shapes::*;
use utoipa::ToSchema;
use uuid::Uuid;

/// The names of `app`'s and `store`'s shapes used here. `web` never names `store` itself.
mod store_shapes {
    pub use app::shapes::{Account, Deadline, Dispatch, Payment, Person, PersonRole, ReportRow as Row};
}

/// Who works on a report at the moment.
#[derive(Serialize, ToSchema)]
pub struct LockShown {
    pub owner_id: Uuid,
    pub owner_name: String,
    pub expires_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct ReportRow {
    pub id: Uuid,
    pub number: String,
    pub reported_at: String,
    pub latest_payment_at: Option<String>,
    /// Two-digit code of the taxonomy; empty until somebody says.
    pub category: String,
    pub state: String,
    pub area: String,
    pub area_name: String,
    pub victim_masked: String,
    pub amount: String,
    pub held: String,
    pub seat: String,
    pub receiver_name: String,
    /// From the ring (or the first words typed) to the first stop that left.
    pub first_order_seconds: Option<i64>,
    pub lock: Option<LockShown>,
    pub next_due_at: Option<String>,
    pub next_due_kind: Option<String>,
    pub late: bool,
}

/// The table of the centre that this process serves. One process serves one centre, so its names need not be carried
/// through every shape that shows a place.
static AREAS: OnceLock<AreaTable> = OnceLock::new();

/// The first centre's table holds; a second router of the same process (tests) serves the same.
pub(crate) fn name_areas(table: &AreaTable) {
    AREAS.get_or_init(|| table.clone());
}

/// Name of an area of the centre; its code when it is not one of them.
pub fn area_name(area: Area) -> String {
    AREAS
        .get()
        .map_or_else(|| area.to_string(), |table| table.name(area))
}

pub fn iso(at: Option<Instant>) -> Option<String> {
    at.map(Instant::to_iso_cst)
}

impl ReportRow {
    pub fn of(row: &Row, receiver: &str, due: Option<&Deadline>, now: Instant) -> ReportRow {
        let r = &row.report;
        let lock = row.lock.as_ref().filter(|l| l.until > now).map(|l| LockShown {
            owner_id: l.owner.into(),
            owner_name: l.owner_name.clone(),
            expires_at: l.until.to_iso_cst(),
        });
        ReportRow {
            id: r.id.into(),
            number: r.number.clone(),
            reported_at: r.reported_at.to_iso_cst(),
            latest_payment_at: iso(r.latest_payment_at),
            category: r.category.clone().unwrap_or_default(),
            state: r.state.slug().into(),
            area: r.area.to_string(),
            area_name: area_name(r.area),
            victim_masked: row.victim_masked.clone(),
            amount: r.loss.to_yuan(),
            held: row.held.to_yuan(),
            seat: r.seat.clone(),
            receiver_name: receiver.to_owned(),
            first_order_seconds: row.first_order_at.map(|at| r.span_to(at).ms() / 1_000),
            lock,
            next_due_at: due.map(|d| d.due_at.to_iso_cst()),
            next_due_kind: due.map(|d| d.kind.slug().to_owned()),
            late: due.is_some_and(|d| d.due_at <= now),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct ReportPage {
    pub items: Vec<ReportRow>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

/// Another report that looks like this one, with the reason.
#[derive(Serialize, ToSchema)]
pub struct DuplicateItem {
    pub report_id: Uuid,
    pub number: String,
    pub reported_at: String,
    pub category: String,
    pub area_name: String,
    pub amount: String,
    pub why_zh: String,
    pub why_en: String,
    /// 0 to 100.
    pub score: u8,
}

impl DuplicateItem {
    pub fn of(row: &Row, why: Said, score: u8) -> DuplicateItem {
        DuplicateItem {
            report_id: row.report.id.into(),
            number: row.report.number.clone(),
            reported_at: row.report.reported_at.to_iso_cst(),
            category: row.report.category.clone().unwrap_or_default(),
            area_name: area_name(row.report.area),
            amount: row.report.loss.to_yuan(),
            why_zh: why.zh,
            why_en: why.en,
            score,
        }
    }
}

/// Something recognised in a narrative, with its place.
#[derive(Serialize, ToSchema)]
pub struct EntityShown {
    pub kind: String,
    /// Unicode code points from the beginning.
    pub start: usize,
    pub text: String,
    pub value: String,
    pub check: String,
    pub approx: bool,
    pub bank: Option<BankShown>,
}

#[derive(Serialize, ToSchema)]
pub struct BankShown {
    pub code: String,
    pub name: String,
}

impl EntityShown {
    /// Through the entity's own JSON, so that both interfaces say the same.
    pub fn of(entity: &app::shapes::Entity, bank: Option<BankShown>) -> EntityShown {
        let json = serde_json::to_value(entity).unwrap_or_default();
        let text = |key: &str| {
            json.get(key)
                .and_then(serde_json::Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        EntityShown {
            kind: text("kind"),
            start: entity.start,
            text: text("text"),
            value: text("value"),
            check: text("check"),
            approx: entity.approx,
            bank,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct PersonMasked {
    pub id: Uuid,
    /// `caller` or `victim`.
    pub role: String,
    pub name_masked: String,
    pub phone_masked: String,
    pub id_number_masked: String,
    pub relation: String,
    pub sex: String,
    pub age: Option<u8>,
    pub address_masked: String,
}

impl From<&Person> for PersonMasked {
    fn from(p: &Person) -> PersonMasked {
        PersonMasked {
            id: p.id.into(),
            role: if p.role == PersonRole::Caller {
                "caller".into()
            } else {
                "victim".into()
            },
            name_masked: p.name.masked(),
            phone_masked: p.phone.masked(),
            id_number_masked: p.id_number.masked(),
            relation: p.relation.clone(),
            sex: p.sex.clone(),
            age: p.age,
            address_masked: p.address.masked(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct PaymentShown {
    pub id: Uuid,
    pub paid_at: String,
    pub amount: String,
    /// The payer as far as the caller knows it; empty where it is not known.
    pub from_name_masked: String,
    pub from_number_tail: String,
    pub from_bank_name: String,
    pub to_name_masked: String,
    pub to_number_tail: String,
    pub to_bank_name: String,
    pub channel: String,
    pub how: PaidHow,
    /// Nothing where no account of the payee is known: then name, tail and bank are what the caller knows.
    pub account_id: Option<Uuid>,
}

impl PaymentShown {
    pub fn of(p: &Payment, accounts: &BTreeMap<kernel::AccountId, Account>) -> PaymentShown {
        let to = p.to.and_then(|id| accounts.get(&id));
        let from = p.from.and_then(|id| accounts.get(&id));
        PaymentShown {
            id: p.id.into(),
            paid_at: p.paid_at.to_iso_cst(),
            amount: p.amount.to_yuan(),
            from_name_masked: from.map_or(&p.payer.holder, |a| &a.holder).masked(),
            from_number_tail: from.map_or_else(|| p.payer.tail.clone(), |a| a.number.tail()),
            from_bank_name: from.map_or(&p.payer.bank_name, |a| &a.bank_name).clone(),
            to_name_masked: to.map_or(&p.payee.holder, |a| &a.holder).masked(),
            to_number_tail: to.map_or_else(|| p.payee.tail.clone(), |a| a.number.tail()),
            to_bank_name: to.map_or(&p.payee.bank_name, |a| &a.bank_name).clone(),
            channel: p.channel.clone(),
            how: p.how.into(),
            account_id: p.to.map(Into::into),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct DispatchShown {
    pub id: Uuid,
    pub area: String,
    pub area_name: String,
    pub dispatched_at: String,
    pub due_at: String,
    pub acknowledged_at: Option<String>,
    pub acknowledged_by: Option<String>,
}

impl DispatchShown {
    pub fn of(d: &Dispatch, user: impl Fn(kernel::UserId) -> String) -> DispatchShown {
        DispatchShown {
            id: d.id.into(),
            area: d.area.to_string(),
            area_name: area_name(d.area),
            dispatched_at: d.dispatched_at.to_iso_cst(),
            due_at: d.due_at.to_iso_cst(),
            acknowledged_at: d.acknowledged.map(|(_, at)| at.to_iso_cst()),
            acknowledged_by: d.acknowledged.map(|(by, _)| user(by)),
        }
    }
}
