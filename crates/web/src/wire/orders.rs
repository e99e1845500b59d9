//! Orders, batches, approvals and holds on the wire.

use super::figures::{AccountFigures, Counted};
use super::golden::{TimelineEntry, timeline_entry};
use super::report::{area_name, iso};
use super::words::{self, Names, said};
use app::orders::board::Shown;
use app::orders::unsent::{HeldUpBy, Unsent};
use app::shapes::{Account, Document};
use domain::access::{Action, Actor, level_check, not_own_request, permit};
use domain::order::{Order, OrderState};
use kernel::{Instant, RefusalCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

impl Names for Shown {
    fn user(&self, id: kernel::UserId) -> String {
        self.users.get(&id).map(|u| u.name.clone()).unwrap_or_default()
    }
    fn account(&self, id: kernel::AccountId) -> String {
        let account = self.accounts.get(&id);
        account
            .map(|a| format!("{} …{}", a.holder.masked(), a.number.tail()))
            .unwrap_or_default()
    }
    fn bank(&self, id: kernel::AccountId) -> String {
        let account = self.accounts.get(&id);
        account.map(|a| a.bank_name.clone()).unwrap_or_default()
    }
    fn area(&self, area: kernel::Area) -> String {
        area_name(area)
    }
}

#[derive(Serialize, ToSchema)]
pub struct OrderRow {
    pub id: Uuid,
    /// 业务申请编号.
    pub number: String,
    pub kind: String,
    pub state: String,
    pub state_text_zh: String,
    pub state_text_en: String,
    pub tone: String,
    pub report_id: Uuid,
    pub report_number: String,
    pub account_id: Option<Uuid>,
    pub holder_masked: String,
    pub number_tail: String,
    pub bank_name: String,
    pub amount: Option<String>,
    pub held: Option<String>,
    pub requested_by: String,
    pub approved_by: Option<String>,
    pub under_policy: bool,
    pub awaits_confirmation: bool,
    /// A leader refused to confirm it afterwards, and why.
    pub confirmation_refused: Option<String>,
    pub layer: u8,
    pub created_at: String,
    pub sent_at: Option<String>,
    pub answered_at: Option<String>,
    pub due_at: Option<String>,
    pub due_kind: Option<String>,
    pub result_code: Option<String>,
    pub result_text: Option<String>,
    pub result_text_en: Option<String>,
    pub hub_code: String,
    pub attempts: u8,
    /// What the person at the screen may do now: approve, reject, withdraw, confirm, confirm_refuse, resend.
    pub can: Vec<String>,
    /// Why it did not leave, when it should have.
    pub unsent: Option<UnsentShown>,
}

/// 未发出: the reason in words, and the act that mends it.
#[derive(Serialize, ToSchema)]
pub struct UnsentShown {
    /// content, printer, directory, hub_unreachable or hub_refused.
    pub by: String,
    pub reason_zh: String,
    pub reason_en: String,
    /// resend, order_anew, correct_report or ask_administrator.
    pub mend: String,
    pub mend_zh: String,
    pub mend_en: String,
    /// Whether the same bytes, sent again, can be taken.
    pub resend_helps: bool,
}

impl UnsentShown {
    fn of(unsent: &Unsent) -> UnsentShown {
        let mend = words::mend(unsent.mend);
        UnsentShown {
            by: unsent.by.slug().into(),
            reason_zh: unsent.zh.clone(),
            reason_en: unsent.en.clone(),
            mend: unsent.mend.slug().into(),
            mend_zh: mend.zh,
            mend_en: mend.en,
            resend_helps: unsent.resend_helps(),
        }
    }
}

/// What the actor may do to the order now. A screen shows it; the use case decides again.
pub fn can(order: &Order, unsent: Option<&Unsent>, actor: &Actor) -> Vec<String> {
    let may = |action| permit(actor, action, Some(order.area)).is_ok();
    let mut can = Vec::new();
    match order.state {
        OrderState::Drafted => {
            if may(Action::OrderApprove) && blocked(order, actor).is_none() && order.batch.is_none() {
                can.extend(["approve".to_owned(), "reject".to_owned()]);
            }
            if may(Action::OrderWithdraw) {
                can.push("withdraw".into());
            }
        }
        OrderState::Stuck | OrderState::HubRefused => {
            if unsent.is_some_and(Unsent::resend_helps) && may(Action::OrderResend) {
                can.push("resend".into());
            }
            let never_built = unsent.is_some_and(|u| matches!(u.by, HeldUpBy::Content | HeldUpBy::Printer));
            if never_built && order.sent_at.is_none() && may(Action::OrderWithdraw) {
                can.push("withdraw".into());
            }
        }
        _ => {}
    }
    if order.awaits_confirmation() && may(Action::OrderConfirm) && blocked(order, actor).is_none() {
        can.extend(["confirm".to_owned(), "confirm_refuse".to_owned()]);
    }
    can
}

/// Why this person may not approve the order.
pub fn blocked(order: &Order, actor: &Actor) -> Option<RefusalCode> {
    let needed = order.kind.approver_level(app::orders::approve::long_term(order));
    not_own_request(actor.id, order.requested_by)
        .and_then(|()| not_own_request(actor.id, order.second_officer))
        .and_then(|()| level_check(actor, needed))
        .err()
        .map(|r| r.code)
}

impl OrderRow {
    pub fn of(o: &Order, shown: &Shown, actor: &Actor) -> OrderRow {
        let account = shown.accounts.get(&o.account);
        let user = |id| shown.users.get(&id).map(|u| u.name.clone()).unwrap_or_default();
        let answer = o.answer.as_ref();
        let unsent = shown.unsent.get(&o.id);
        let text = unsent.map_or_else(|| words::order_state(o), words::unsent);
        let result = answer.map(|a| words::result(&a.result));
        let due_at = answer
            .and_then(|a| a.expire_at)
            .filter(|_| o.state == OrderState::Executed);
        OrderRow {
            id: o.id.into(),
            number: o.application_id.clone(),
            kind: o.kind.slug().into(),
            state: o.state.slug().into(),
            state_text_zh: text.zh,
            state_text_en: text.en,
            tone: words::order_tone(o.state).into(),
            report_id: o.report.into(),
            report_number: shown
                .reports
                .get(&o.report)
                .map(|r| r.report.number.clone())
                .unwrap_or_default(),
            account_id: Some(o.account.into()),
            holder_masked: account.map(|a| a.holder.masked()).unwrap_or_default(),
            number_tail: account.map(|a| a.number.tail()).unwrap_or_default(),
            bank_name: account.map(|a| a.bank_name.clone()).unwrap_or_default(),
            amount: Some(o.terms.amount)
                .filter(|a| a.is_positive())
                .map(kernel::Fen::to_yuan),
            held: answer.and_then(|a| a.held).map(kernel::Fen::to_yuan),
            requested_by: user(o.requested_by),
            approved_by: o.approval.as_ref().map(|a| user(a.by)),
            under_policy: o.approval.as_ref().is_some_and(|a| a.policy.is_some()),
            awaits_confirmation: o.awaits_confirmation(),
            confirmation_refused: o
                .confirmation
                .as_ref()
                .filter(|c| c.refused)
                .map(|c| c.opinion.clone()),
            layer: o.layer,
            created_at: o.requested_at.to_iso_cst(),
            sent_at: iso(o.sent_at),
            answered_at: iso(answer.and_then(|a| a.at)),
            due_at: iso(due_at),
            due_kind: due_at.map(|_| format!("{}_lapse", o.kind.slug())),
            result_code: answer.map(|a| a.result.clone()),
            result_text: result.as_ref().map(|r| r.zh.clone()),
            result_text_en: result.map(|r| r.en),
            hub_code: o.hub_code.clone(),
            attempts: o.sends,
            can: can(o, unsent, actor),
            unsent: unsent.map(UnsentShown::of),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct OrderPage {
    pub items: Vec<OrderRow>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

#[derive(Serialize, ToSchema)]
pub struct DocumentRow {
    pub id: Uuid,
    pub kind: String,
    pub kind_zh: String,
    pub kind_en: String,
    pub number: String,
    pub subject_id: Uuid,
    pub created_at: String,
    pub pages: u32,
    pub printed_count: u32,
}

impl From<&Document> for DocumentRow {
    fn from(d: &Document) -> DocumentRow {
        let kind = words::document_kind(d.kind);
        let subject: Uuid = d
            .order
            .map(Uuid::from)
            .or(d.case.map(Uuid::from))
            .unwrap_or(d.report.into());
        DocumentRow {
            id: d.id.into(),
            kind: d.kind.slug().into(),
            kind_zh: kind.zh,
            kind_en: kind.en,
            number: d.number.clone().unwrap_or_default(),
            subject_id: subject,
            created_at: d.made_at.to_iso_cst(),
            pages: 0,
            printed_count: d.prints,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct DocumentPage {
    pub items: Vec<DocumentRow>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

/// One message to or from the platform, by its addresses only: bodies hold citizens' data.
#[derive(Serialize, ToSchema)]
pub struct MessageShown {
    /// `out` or `in`.
    pub direction: String,
    pub tx_code: String,
    pub trans_serial: String,
    pub digest: String,
    pub at: String,
    pub note: String,
}

#[derive(Serialize, ToSchema)]
pub struct OrderDetail {
    #[serde(flatten)]
    pub row: OrderRow,
    pub application_id: String,
    pub reason: String,
    pub timeline: Vec<TimelineEntry>,
    pub documents: Vec<DocumentRow>,
    pub messages: Vec<MessageShown>,
}

/// An account as somebody types it.
#[derive(Deserialize, ToSchema)]
pub struct AccountTyped {
    #[serde(default)]
    pub bank_code: String,
    #[serde(default)]
    pub bank_name: String,
    #[serde(default)]
    pub name: String,
    pub number: String,
    /// `personal` or `corporate`.
    #[serde(default)]
    pub account_type: String,
}

#[derive(Deserialize, ToSchema)]
pub struct OrderNew {
    pub report_id: Uuid,
    pub kind: String,
    pub account_id: Option<Uuid>,
    pub account: Option<AccountTyped>,
    /// The order that this one follows up.
    pub order_id: Option<Uuid>,
    pub amount_fen: Option<i64>,
    #[serde(default)]
    pub reason: String,
    pub from: Option<String>,
    pub until: Option<String>,
    /// `limited` or `whole`.
    pub freeze_type: Option<String>,
    #[serde(default)]
    pub interest_covered: bool,
    pub second_officer_id: Option<Uuid>,
    /// The sum that a freeze in the place of a stop lets go, as the person was shown it and agreed to it; any number where the
    /// bank did not say what it holds.
    pub lets_go_fen: Option<i64>,
    /// Of the account's holder, where the officer knows it before the bank has said it.
    pub holder_document: Option<DocumentTyped>,
    /// What the page showed from which it is ordered.
    #[serde(default)]
    pub view: ViewNamed,
}

/// A document of an account's holder, and where the officer has it from.
#[derive(Deserialize, ToSchema)]
pub struct DocumentTyped {
    /// By the platform's table: 01 identity card, 03 passport, …
    pub id_type: String,
    pub id_number: String,
    pub source: String,
}

#[derive(Deserialize, ToSchema)]
pub struct Decision {
    #[serde(default)]
    pub opinion: String,
}

#[derive(Deserialize, ToSchema)]
pub struct ExtendAsked {
    pub account_ids: Vec<Uuid>,
    pub second_officer_id: Option<Uuid>,
    /// What the page showed from which it is ordered.
    #[serde(default)]
    pub view: ViewNamed,
}

/// The address of a flow page. Anything but now, without a what-if, by the centre's doctrine, is refused.
#[derive(Default, Deserialize, ToSchema)]
pub struct ViewNamed {
    #[serde(default)]
    pub until: String,
    #[serde(default)]
    pub stops: String,
    #[serde(default)]
    pub doctrine: String,
}

impl From<ViewNamed> for app::flow::ViewedFrom {
    fn from(view: ViewNamed) -> app::flow::ViewedFrom {
        app::flow::ViewedFrom {
            until: view.until,
            stops: view.stops,
            doctrine: view.doctrine,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrdersAsked {
    pub cursor: Option<String>,
    pub limit: Option<u64>,
    /// A state, or a group: waiting_approval, waiting_bank, held, failed, needs_person, ended, not_confirmed.
    pub state: Option<String>,
    pub kind: Option<String>,
    pub area: Option<String>,
}

/// The group of orders whose confirmation afterwards a leader refused, in whatever state they are.
pub const NOT_CONFIRMED: &str = "not_confirmed";

/// The states of a group of the board.
pub fn states_of(group: &str) -> Option<Vec<OrderState>> {
    use OrderState as S;
    Some(match group {
        "waiting_approval" => vec![S::Drafted],
        "waiting_bank" => vec![S::Approved, S::Sent, S::HubAccepted],
        "held" => vec![S::Executed],
        "failed" => vec![S::Failed],
        "needs_person" => vec![S::Stuck, S::HubRefused],
        "ended" => vec![
            S::Done,
            S::Frozen,
            S::Relieved,
            S::Lapsed,
            S::Rejected,
            S::Withdrawn,
        ],
        one => vec![S::from_slug(one)?],
    })
}

#[derive(Serialize, ToSchema)]
pub struct BatchShown {
    pub id: Uuid,
    pub report_id: Uuid,
    pub report_number: String,
    pub requested_by: String,
    pub requested_at: String,
    pub due_at: Option<String>,
    pub amount: String,
    pub orders: Vec<OrderRow>,
    pub can: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct PriorFreezer {
    pub organisation: String,
    pub amount: Option<String>,
    pub until: Option<String>,
    pub basis: String,
}

#[derive(Serialize, ToSchema)]
pub struct HoldReport {
    pub id: Uuid,
    pub number: String,
    pub reported_at: String,
    /// What the report's victims lost in all.
    pub amount: String,
    /// Of it, on this account; nothing when the report's money never came here by the rows.
    pub money: Option<AccountFigures>,
}

#[derive(Serialize, ToSchema)]
pub struct Hold {
    pub account_id: Uuid,
    pub holder_masked: String,
    pub number_masked: String,
    pub bank_name: String,
    pub state: String,
    pub state_text_zh: String,
    pub state_text_en: String,
    pub tone: String,
    /// 银行控制金额 of the measure in force; nothing when none is, or when the bank did not say how much.
    pub held: Option<String>,
    /// A measure is in force and the bank did not say how much it holds.
    pub held_unknown: bool,
    pub balance: Option<String>,
    pub balance_at: Option<String>,
    pub expires_at: Option<String>,
    pub stops_used: u32,
    pub stops_max: u32,
    pub prior_freezers: Vec<PriorFreezer>,
    pub measures: Vec<OrderRow>,
    pub reports: Vec<HoldReport>,
    pub timeline: Vec<TimelineEntry>,
}

/// The reports that measures were ordered for, then the others whose money came to the account.
fn reports(page: &app::orders::board::HoldPage) -> Vec<HoldReport> {
    let money = |id| page.money.iter().find(|(row, _)| row.report.id == id);
    let ordered = page.shown.reports.values();
    let others = page.money.iter().map(|(row, _)| row);
    let others = others.filter(|row| !page.shown.reports.contains_key(&row.report.id));
    ordered
        .chain(others)
        .map(|row| HoldReport {
            id: row.report.id.into(),
            number: row.report.number.clone(),
            reported_at: row.report.reported_at.to_iso_cst(),
            amount: row.report.loss.to_yuan(),
            money: money(row.report.id).map(|(_, m)| AccountFigures::of(&Counted::from(m))),
        })
        .collect()
}

impl Hold {
    pub fn of(page: &app::orders::board::HoldPage, actor: &Actor, now: Instant) -> Hold {
        let a: &Account = &page.account;
        let live = |f: &domain::hold::InForce| f.until > now;
        let freeze = page
            .holds
            .freezes
            .iter()
            .copied()
            .filter(live)
            .max_by_key(|f| f.until);
        let stop = page.holds.stop.filter(live);
        let (state, text, tone) = match (freeze, stop) {
            (Some(_), _) => ("frozen", said("已冻结", "frozen"), "ok"),
            (None, Some(_)) => ("held", said("已止付", "stopped"), "ok"),
            (None, None) if page.holds.stops_open > 0 || !page.holds.freezes_open.is_empty() => {
                ("ordered", said("指令在途", "order on its way"), "info")
            }
            (None, None) => ("free", said("未控制", "not held"), "warn"),
        };
        let in_force = freeze.or(stop);
        // Freezes of several reports hold beside each other; a stop holds the whole.
        let held = match freeze {
            // One that did not say how much makes the sum unknown, and not smaller.
            Some(_) => page
                .holds
                .frozen(now)
                .map(|f| f.held)
                .reduce(|a, b| Some(kernel::Fen(a?.0.saturating_add(b?.0))))
                .flatten(),
            None => stop.and_then(|s| s.held),
        };
        Hold {
            account_id: a.id.into(),
            holder_masked: a.holder.masked(),
            number_masked: kernel::AccountNumber::from(a.number.as_str()).masked(),
            bank_name: a.bank_name.clone(),
            state: state.into(),
            state_text_zh: text.zh,
            state_text_en: text.en,
            tone: tone.into(),
            held: held.map(kernel::Fen::to_yuan),
            held_unknown: in_force.is_some() && held.is_none(),
            balance: a.balance.map(|(b, _)| b.to_yuan()),
            balance_at: iso(a.balance.map(|(_, at)| at)),
            expires_at: iso(in_force.map(|f| f.until)),
            stops_used: a.stops_executed,
            stops_max: domain::hold::STOPS_MAX,
            prior_freezers: a
                .prior_holds
                .iter()
                .map(|p| PriorFreezer {
                    organisation: p.department.clone(),
                    amount: p.amount.map(kernel::Fen::to_yuan),
                    until: iso(p.until),
                    basis: p.kind.clone(),
                })
                .collect(),
            measures: page
                .orders
                .iter()
                .map(|o| OrderRow::of(o, &page.shown, actor))
                .collect(),
            reports: reports(page),
            timeline: page
                .timeline
                .iter()
                .map(|t| timeline_entry(t, &page.shown))
                .collect(),
        }
    }
}
