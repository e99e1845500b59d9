//! 可办事项 on the wire: what may be asked for, why not, and the figures of a freeze.

use super::report::iso;
use super::words;
use crate::problem::Problem;
use app::orders::acts::{Figures, Offer, Offers};
use app::orders::bound::CaseMoney;
use domain::order::OrderKind;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ActsAsked {
    pub account_id: Option<Uuid>,
    /// Only what follows this order.
    pub order_id: Option<Uuid>,
}

/// What a report may ask for on one account.
#[derive(Serialize, ToSchema)]
pub struct Acts {
    pub report_id: Uuid,
    pub report_number: String,
    pub account_id: Uuid,
    pub holder_masked: String,
    pub number_tail: String,
    pub bank_name: String,
    pub items: Vec<ActShown>,
    /// Where a freeze is among them.
    pub figures: Option<FreezeFigures>,
}

/// This report's money on an account: still there = received − sent.
#[derive(Serialize, ToSchema)]
pub struct CaseMoneyShown {
    pub received: String,
    pub sent: String,
    pub still: String,
    pub still_fen: i64,
    /// Up to when the account's bank has told of its rows; nothing when it has told of none.
    pub told_until: Option<String>,
}

impl From<&CaseMoney> for CaseMoneyShown {
    fn from(money: &CaseMoney) -> CaseMoneyShown {
        CaseMoneyShown {
            received: money.received.to_yuan(),
            sent: money.sent.to_yuan(),
            still: money.still.to_yuan(),
            still_fen: money.still.0,
            told_until: iso(money.told_until),
        }
    }
}

/// What a freeze may ask for, and what it would let go.
#[derive(Serialize, ToSchema)]
pub struct FreezeFigures {
    pub money: CaseMoneyShown,
    /// Whether a stop of the whole account runs.
    pub stopped: bool,
    /// What its bank said it holds.
    pub stop_holds: Option<String>,
    pub stop_holds_fen: Option<i64>,
    /// What a freeze of all of the report's money lets go; nothing when nobody can know.
    pub lets_go: Option<String>,
    pub lets_go_fen: Option<i64>,
    pub frozen_for_others: String,
    pub frozen_for_others_fen: i64,
    /// Other victims' money there, by report.
    pub others: Vec<OtherMoney>,
    /// The same of reports that the asker may not read, in one sum.
    pub others_hidden: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct OtherMoney {
    pub report_id: Uuid,
    pub report_number: String,
    pub still: String,
}

impl From<&Figures> for FreezeFigures {
    fn from(f: &Figures) -> FreezeFigures {
        let holds = f.stopped.flatten();
        FreezeFigures {
            money: (&f.money).into(),
            stopped: f.stopped.is_some(),
            stop_holds: holds.map(kernel::Fen::to_yuan),
            stop_holds_fen: holds.map(|fen| fen.0),
            lets_go: f.lets_go.map(kernel::Fen::to_yuan),
            lets_go_fen: f.lets_go.map(|fen| fen.0),
            frozen_for_others: f.frozen_for_others.to_yuan(),
            frozen_for_others_fen: f.frozen_for_others.0,
            others: f
                .others
                .iter()
                .map(|(id, number, still)| OtherMoney {
                    report_id: (*id).into(),
                    report_number: number.clone(),
                    still: still.to_yuan(),
                })
                .collect(),
            others_hidden: Some(f.others_hidden)
                .filter(|fen| fen.is_positive())
                .map(kernel::Fen::to_yuan),
        }
    }
}

/// One act, possible or greyed with its reason.
#[derive(Serialize, ToSchema)]
pub struct ActShown {
    pub kind: String,
    pub label_zh: String,
    pub label_en: String,
    /// The order that it follows up.
    pub order_id: Option<Uuid>,
    pub allowed: bool,
    pub reason_code: Option<String>,
    pub reason_zh: Option<String>,
    pub reason_en: Option<String>,
    /// The term it asks for when nobody names another.
    pub from: Option<String>,
    pub until: Option<String>,
    /// What the order that it follows asked for.
    pub amount: Option<String>,
    /// A relief must say why.
    pub needs_reason: bool,
}

impl Acts {
    pub fn of(found: &Offers) -> Acts {
        Acts {
            report_id: found.report.into(),
            report_number: found.report_number.clone(),
            account_id: found.account.id.into(),
            holder_masked: found.account.holder.masked(),
            number_tail: found.account.number.tail(),
            bank_name: found.account.bank_name.clone(),
            items: found.offers.iter().map(ActShown::of).collect(),
            figures: found.figures.as_ref().map(Into::into),
        }
    }
}

impl ActShown {
    fn of(offer: &Offer) -> ActShown {
        let kind = offer.act.kind;
        let label = words::order_kind(kind);
        let reason = offer.act.refusal.clone().map(Problem::from);
        ActShown {
            kind: kind.slug().into(),
            label_zh: label.zh,
            label_en: label.en,
            order_id: offer.act.original.map(Into::into),
            allowed: reason.is_none(),
            reason_code: reason.as_ref().map(|p| p.code.clone()),
            reason_zh: reason.as_ref().map(|p| p.detail_zh.clone()),
            reason_en: reason.map(|p| p.detail_en),
            from: iso(offer.term.map(|(from, _)| from)),
            until: iso(offer.term.map(|(_, until)| until)),
            amount: offer.amount.map(kernel::Fen::to_yuan),
            needs_reason: matches!(kind, OrderKind::StopRelieve | OrderKind::FreezeRelieve),
        }
    }
}
