//! 补正 on the wire: what is corrected, what stood there before (veiled), and the orders that rest on a row which changed.

use super::intake::{PartyAccount, ReportAccepted, StopRefused, account};
use super::orders::OrderRow;
use super::told::PaidHow;
use super::words::{self, Said};
use app::intake::correct::{History, PaymentCorrection, PersonCorrection, ReportCorrection};
use app::orders::board::Shown;
use domain::access::Actor;
use domain::order::Order;
use domain::report::correct::{Change, Corrected, Fact, Relief, Secret};
use kernel::{
    Address, CallId, Fen, IdNumber, Instant, PaymentId, PersonId, PersonName, Phone, Problem, RefusalCode,
    UserId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What of one payment is corrected. What is left out stays; without an id it is a payment that was not told before.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PaymentCorrected {
    pub id: Option<Uuid>,
    pub paid_at: Option<String>,
    pub amount_fen: Option<i64>,
    /// With a number or a tail it is another account; without, its name and bank are corrected.
    pub from: Option<PartyAccount>,
    pub to: Option<PartyAccount>,
    /// The money went to no account that the caller knows: the account that stands there is taken out.
    #[serde(default)]
    pub payee_unknown: bool,
    pub how: Option<PaidHow>,
    pub channel: Option<String>,
    pub serial: Option<String>,
    /// Which of the report's victims paid.
    pub victim_index: Option<usize>,
}

/// What of one person is corrected. Without an id it is a victim who was not named before.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonCorrected {
    pub id: Option<Uuid>,
    pub name: Option<String>,
    pub id_type: Option<String>,
    pub id_number: Option<String>,
    pub phone: Option<String>,
    pub sex: Option<String>,
    pub age: Option<u8>,
    pub address: Option<String>,
    pub relation: Option<String>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportCorrectionNew {
    /// The revision that the history showed; another one means that somebody corrected the report meanwhile.
    pub revision: i64,
    /// Why, in words: 来电人更正.
    pub reason: String,
    #[serde(default)]
    pub payments: Vec<PaymentCorrected>,
    /// Rows that were no payments.
    #[serde(default)]
    pub removed_payment_ids: Vec<Uuid>,
    #[serde(default)]
    pub people: Vec<PersonCorrected>,
    pub category: Option<String>,
    /// What the caller says in addition.
    #[serde(default)]
    pub narrative: String,
    /// A further call of the same victim.
    pub call_id: Option<Uuid>,
    /// Draft the stops on the payees of added and corrected payments.
    #[serde(default)]
    pub send_stops: bool,
    pub second_officer_id: Option<Uuid>,
}

impl ReportCorrectionNew {
    /// What is asked for, and what of it could not be read.
    pub fn asked(self) -> (ReportCorrection, Vec<Problem>) {
        let mut problems = Vec::new();
        let payments = self
            .payments
            .into_iter()
            .enumerate()
            .map(|(i, p)| p.asked(i, &mut problems))
            .collect();
        let asked = ReportCorrection {
            revision: Some(self.revision),
            reason: self.reason,
            payments,
            removed: self.removed_payment_ids.into_iter().map(PaymentId).collect(),
            people: self.people.into_iter().map(PersonCorrected::asked).collect(),
            category: self.category,
            narrative: self.narrative,
            call: self.call_id.map(CallId),
            send_stops: self.send_stops,
            second_officer: self.second_officer_id.map(UserId),
        };
        (asked, problems)
    }
}

impl PaymentCorrected {
    fn asked(self, nth: usize, problems: &mut Vec<Problem>) -> PaymentCorrection {
        let text = self.paid_at.as_deref().map(str::trim).filter(|t| !t.is_empty());
        let paid_at = text.and_then(Instant::parse_iso);
        if text.is_some() && paid_at.is_none() {
            problems.push(Problem {
                field: format!("payments[{nth}].paid_at"),
                code: RefusalCode::FieldMalformed,
                detail: None,
            });
        }
        PaymentCorrection {
            id: self.id.map(PaymentId),
            paid_at,
            amount: self.amount_fen.map(Fen),
            from: self.from.as_ref().map(account),
            to: self.to.as_ref().map(account),
            payee_unknown: self.payee_unknown,
            how: self.how.map(Into::into),
            channel: self.channel,
            serial: self.serial,
            victim: self.victim_index,
        }
    }
}

impl PersonCorrected {
    fn asked(self) -> PersonCorrection {
        PersonCorrection {
            id: self.id.map(PersonId),
            name: self.name,
            id_type: self.id_type,
            id_number: self.id_number,
            phone: self.phone,
            sex: self.sex,
            age: self.age,
            address: self.address,
            relation: self.relation,
        }
    }
}

/// One fact that was changed: what stood there, and what stands there now. Personal data is veiled.
#[derive(Serialize, ToSchema)]
pub struct ChangeShown {
    /// report, payment or person.
    pub subject_kind: String,
    pub subject_id: Option<Uuid>,
    /// The row as a person counts it, from 1; nothing when it is there no longer.
    pub row: Option<usize>,
    pub fact: String,
    pub fact_zh: String,
    pub fact_en: String,
    pub before: String,
    pub after: String,
}

/// One act of correcting.
#[derive(Serialize, ToSchema)]
pub struct CorrectionShown {
    pub revision: i64,
    pub at: String,
    pub by: String,
    pub reason: String,
    pub changes: Vec<ChangeShown>,
}

/// An order that rests on a row which was corrected, and the act that puts it right.
#[derive(Serialize, ToSchema)]
pub struct WrongOrder {
    pub order: OrderRow,
    /// withdraw, relieve, relieve_when_answered or stands.
    pub relief: String,
    /// The kind of order that relieves it.
    pub relief_kind: Option<String>,
    pub relief_zh: String,
    pub relief_en: String,
}

#[derive(Serialize, ToSchema)]
pub struct CorrectionList {
    /// To be sent back with a correction.
    pub revision: i64,
    pub items: Vec<CorrectionShown>,
    pub wrong_orders: Vec<WrongOrder>,
    /// Payees without a stop, whose stop would be refused for what the report does not say yet.
    pub lacking: Vec<StopRefused>,
}

#[derive(Serialize, ToSchema)]
pub struct ReportCorrectedShown {
    pub accepted: ReportAccepted,
    pub revision: i64,
    pub wrong_orders: Vec<WrongOrder>,
}

pub fn wrong_orders(wrong: &[(Order, Relief)], shown: &Shown, actor: &Actor) -> Vec<WrongOrder> {
    let one = |(order, relief): &(Order, Relief)| {
        let said = words::relief(*relief);
        WrongOrder {
            order: OrderRow::of(order, shown, actor),
            relief: relief.slug().into(),
            relief_kind: relief.kind().map(|k| k.slug().to_owned()),
            relief_zh: said.zh,
            relief_en: said.en,
        }
    };
    wrong.iter().map(one).collect()
}

impl CorrectionList {
    pub fn of(history: &History, shown: &Shown, actor: &Actor) -> CorrectionList {
        let mut items: Vec<CorrectionShown> = Vec::new();
        for one in &history.corrections {
            if items.last().is_none_or(|last| last.revision != one.revision) {
                items.push(CorrectionShown {
                    revision: one.revision,
                    at: one.at.to_iso_cst(),
                    by: history
                        .users
                        .get(&one.by)
                        .map(|u| u.name.clone())
                        .unwrap_or_default(),
                    reason: one.reason.clone(),
                    changes: Vec::new(),
                });
            }
            if let Some(act) = items.last_mut() {
                act.changes.push(change(&one.change, history));
            }
        }
        CorrectionList {
            revision: history.revision,
            items,
            wrong_orders: wrong_orders(&history.wrong, shown, actor),
            lacking: history.lacking.iter().map(StopRefused::of).collect(),
        }
    }
}

fn change(change: &Change, history: &History) -> ChangeShown {
    let (kind, id, row) = match change.of {
        Corrected::Report => ("report", None, None),
        Corrected::Payment(id) => {
            let row = history.payments.iter().position(|p| p.id == id);
            ("payment", Some(id.into()), row)
        }
        Corrected::Person(id) => {
            let row = history.people.iter().position(|p| p.id == id);
            ("person", Some(id.into()), row)
        }
    };
    let said: Said = words::fact(change.fact);
    ChangeShown {
        subject_kind: kind.into(),
        subject_id: id,
        row: row.map(|r| r + 1),
        fact: change.fact.slug().into(),
        fact_zh: said.zh,
        fact_en: said.en,
        before: veiled(change, &change.before),
        after: veiled(change, &change.after),
    }
}

/// The value as people may see it who may not see personal data whole.
fn veiled(change: &Change, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    match change.fact.secret() {
        // A payment's row is said by its time and sum, a person's by the name.
        Secret::Open if change.fact == Fact::Row && matches!(change.of, Corrected::Person(_)) => {
            PersonName::new(value).masked()
        }
        Secret::Open if change.fact == Fact::Amount => yuan(value),
        Secret::Open if change.fact == Fact::Row => match value.rsplit_once(' ') {
            Some((at, fen)) => format!("{at} {}", yuan(fen)),
            None => value.to_owned(),
        },
        Secret::Open => value.to_owned(),
        Secret::Name => PersonName::new(value).masked(),
        Secret::Document => IdNumber::new(value).masked(),
        Secret::Phone => Phone::new(value).masked(),
        Secret::Address => Address::new(value).masked(),
        Secret::Account => {
            let skip = value.chars().count().saturating_sub(4);
            format!("…{}", value.chars().skip(skip).collect::<String>())
        }
        Secret::Hidden => "…".to_owned(),
    }
}

fn yuan(fen: &str) -> String {
    fen.parse()
        .map_or_else(|_| fen.to_owned(), |fen| Fen(fen).to_yuan())
}
