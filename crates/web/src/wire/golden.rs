//! The golden minutes of a report on the wire.

use super::figures::{AccountFigures, Counted};
use super::report::{
    BankShown, DispatchShown, DuplicateItem, EntityShown, PaymentShown, PersonMasked, ReportRow, area_name,
    iso,
};
use super::words::{self, Names};
use app::golden::{Golden as Read, TimelineItem};
use app::money::{AccountMoney, Assumption, Sums};
use app::shapes::{BinTable, DeadlineState};
use kernel::{AccountId, Area, Fen, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Serialize, ToSchema)]
pub struct GoldenClock {
    pub latest_payment_at: Option<String>,
    pub reported_at: String,
    /// When the caller reached us, and by what that is known: ring, typing or registration.
    pub started_at: String,
    pub started_by: String,
    pub answered_at: Option<String>,
    /// From `started_at` to the first stop that left.
    pub first_order_seconds: Option<i64>,
    pub first_order_from_answer_seconds: Option<i64>,
    pub shift_median_seconds: Option<i64>,
    pub goal_seconds: i64,
}

/// Where the money of a report, or of one victim, is: `held + reachable + unseen + gone = total`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct GoldenMoney {
    /// 被骗合计.
    pub total: String,
    /// 已控资金.
    pub held: String,
    /// 仍可追回.
    pub reachable: String,
    /// 去向待查.
    pub unseen: String,
    /// 已流失.
    pub gone: String,
    pub held_percent: i64,
    pub reachable_percent: i64,
    pub unseen_percent: i64,
    pub gone_percent: i64,
}

#[derive(Serialize, ToSchema)]
pub struct TreeRow {
    pub account_id: Uuid,
    /// 1 is the account the victim paid.
    pub hop: u8,
    pub depth_path: Vec<Uuid>,
    pub holder_masked: String,
    pub number_tail: String,
    pub bank_name: String,
    pub note_zh: String,
    pub note_en: String,
    #[serde(flatten)]
    pub figures: AccountFigures,
    pub order_id: Option<Uuid>,
    pub due_at: Option<String>,
    pub due_approx: bool,
    pub proposable: bool,
}

#[derive(Serialize, ToSchema)]
pub struct NextAction {
    pub key: String,
    pub kind: String,
    pub label_zh: String,
    pub label_en: String,
    pub detail_zh: String,
    pub detail_en: String,
    pub target: Vec<Uuid>,
    pub due_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct TimelineEntry {
    pub happened_at: String,
    pub recorded_at: String,
    pub kind: String,
    /// ok, bad, info, warn.
    pub tone: String,
    pub text_zh: String,
    pub text_en: String,
    pub detail_zh: Option<String>,
    pub detail_en: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct AssumptionShown {
    pub text_zh: String,
    pub text_en: String,
}

/// 谁接警谁负责, 谁录入谁负责, 谁审批谁负责.
#[derive(Serialize, ToSchema)]
pub struct Duty {
    pub receiver: String,
    pub recorder: String,
    pub approver: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Golden {
    pub report: ReportRow,
    pub clock: GoldenClock,
    pub money: GoldenMoney,
    /// By which rule mixed money is shared out: fifo, haircut, lifo or lowest_balance, as the centre's settings say.
    pub doctrine: String,
    pub doctrine_zh: String,
    pub doctrine_en: String,
    pub tree: Vec<TreeRow>,
    pub tree_updated_at: Option<String>,
    pub next_actions: Vec<NextAction>,
    pub timeline: Vec<TimelineEntry>,
    pub assumptions: Vec<AssumptionShown>,
    pub narrative: String,
    pub entities: Vec<EntityShown>,
    pub payments: Vec<PaymentShown>,
    pub people: Vec<PersonMasked>,
    pub duty: Duty,
    pub dispatch: Option<DispatchShown>,
    pub related_reports: Vec<DuplicateItem>,
    pub case_id: Option<Uuid>,
    pub server_time: String,
}

/// The city promises itself five minutes from call to stop (DESIGN section 0).
pub(crate) const GOAL_SECONDS: i64 = 300;

impl Names for Read {
    fn user(&self, id: UserId) -> String {
        self.users.get(&id).map(|u| u.name.clone()).unwrap_or_default()
    }
    fn account(&self, id: AccountId) -> String {
        self.accounts
            .get(&id)
            .map(|a| format!("{} …{}", a.holder.masked(), a.number.tail()))
            .unwrap_or_default()
    }
    fn bank(&self, id: AccountId) -> String {
        self.accounts
            .get(&id)
            .map(|a| a.bank_name.clone())
            .unwrap_or_default()
    }
    fn area(&self, area: Area) -> String {
        area_name(area)
    }
}

/// One event with its words.
pub fn timeline_entry(item: &TimelineItem, names: &impl Names) -> TimelineEntry {
    let (kind, tone, text, detail) = words::event(item, names);
    TimelineEntry {
        happened_at: item.happened_at.to_iso_cst(),
        recorded_at: item.recorded_at.to_iso_cst(),
        kind: kind.into(),
        tone: tone.into(),
        text_zh: text.zh,
        text_en: text.en,
        detail_zh: detail.as_ref().map(|d| d.zh.clone()),
        detail_en: detail.map(|d| d.en),
    }
}

/// Whole percents of the four parts that add up to a hundred: the last fen go to the largest remainders.
fn percents(parts: [Fen; 4]) -> [i64; 4] {
    let labelled: Vec<(u32, i64)> = (0u32..).zip(parts.map(|p| p.0.max(0))).collect();
    let whole: i64 = labelled.iter().map(|(_, fen)| fen).sum();
    // Of less than a yuan a hundredth is no whole fen: then the parts themselves are shown as they are.
    let shares = app::money::share_out(Fen(100), &labelled);
    let mut percents = [0; 4];
    for ((at, share), (_, fen)) in shares.iter().zip(&labelled) {
        let share = if whole <= 100 && whole > 0 {
            fen * 100 / whole
        } else {
            *share
        };
        percents[*at as usize] = share;
    }
    percents
}

impl GoldenMoney {
    pub fn of(m: Sums) -> GoldenMoney {
        let [held_percent, reachable_percent, unseen_percent, gone_percent] =
            percents([m.held, m.reachable, m.unseen, m.gone]);
        GoldenMoney {
            total: m.total.to_yuan(),
            held: m.held.to_yuan(),
            reachable: m.reachable.to_yuan(),
            unseen: m.unseen.to_yuan(),
            gone: m.gone.to_yuan(),
            held_percent,
            reachable_percent,
            unseen_percent,
            gone_percent,
        }
    }
}

fn tree_row(node: &AccountMoney, g: &Read) -> TreeRow {
    let account = g.accounts.get(&node.account);
    let exit = account.map(|a| a.exit_kind.clone()).unwrap_or_default();
    let note = words::node_note(node, &exit);
    TreeRow {
        account_id: node.account.into(),
        hop: node.layer,
        depth_path: node.path.iter().map(|id| (*id).into()).collect(),
        holder_masked: account.map(|a| a.holder.masked()).unwrap_or_default(),
        number_tail: account.map(|a| a.number.tail()).unwrap_or_default(),
        bank_name: account.map(|a| a.bank_name.clone()).unwrap_or_default(),
        note_zh: note.zh,
        note_en: note.en,
        figures: AccountFigures::of(&Counted::from(node)),
        order_id: node.order.map(Into::into),
        due_at: iso(node.due_at),
        due_approx: node.due_is_estimate,
        proposable: node.proposable,
    }
}

fn next_action(action: &app::golden::NextAction, g: &Read) -> NextAction {
    let account = action.account.and_then(|id| g.accounts.get(&id));
    let holder = account.map(|a| a.holder.masked()).unwrap_or_default();
    let bank = account.map(|a| a.bank_name.clone()).unwrap_or_default();
    let (key, kind, label, detail) = words::next_action(action, &holder, &bank);
    NextAction {
        key: key.into(),
        kind: kind.into(),
        label_zh: label.zh,
        label_en: label.en,
        detail_zh: detail.zh,
        detail_en: detail.en,
        target: action.target.iter().filter_map(|t| t.parse().ok()).collect(),
        due_at: iso(action.due_at),
    }
}

impl Golden {
    pub fn of(g: &Read, banks: &BinTable) -> Golden {
        let due = g.deadlines.iter().find(|d| d.state == DeadlineState::Pending);
        let r = &g.report.report;
        Golden {
            report: ReportRow::of(&g.report, &g.user(r.received_by), due, g.now),
            clock: GoldenClock {
                latest_payment_at: iso(r.latest_payment_at),
                reported_at: r.reported_at.to_iso_cst(),
                started_at: r.started().0.to_iso_cst(),
                started_by: r.started().1.slug().into(),
                answered_at: iso(r.start.answered_at),
                first_order_seconds: g.first_order_seconds,
                first_order_from_answer_seconds: g.first_order_from_answer_seconds,
                shift_median_seconds: g.shift_median_seconds,
                goal_seconds: GOAL_SECONDS,
            },
            money: GoldenMoney::of(g.whereabouts.sums),
            doctrine: g.doctrine.slug().into(),
            doctrine_zh: super::flow_words::doctrine(g.doctrine).zh,
            doctrine_en: super::flow_words::doctrine(g.doctrine).en,
            tree: g.whereabouts.accounts.iter().map(|n| tree_row(n, g)).collect(),
            tree_updated_at: iso(g.updated_at),
            next_actions: g.next.iter().map(|a| next_action(a, g)).collect(),
            timeline: g.timeline.iter().map(|t| timeline_entry(t, g)).collect(),
            assumptions: g
                .whereabouts
                .assumptions
                .iter()
                .map(|a| assumption(a, g))
                .collect(),
            narrative: g.narrative.clone(),
            entities: g
                .entities
                .iter()
                .map(|e| EntityShown::of(e, bank_of(&e.value, banks)))
                .collect(),
            payments: g
                .payments
                .iter()
                .map(|p| PaymentShown::of(p, &g.accounts))
                .collect(),
            people: g.people.iter().map(PersonMasked::from).collect(),
            duty: Duty {
                receiver: g.user(r.received_by),
                recorder: g.user(r.recorded_by),
                approver: r.approved_by.map(|id| g.user(id)),
            },
            dispatch: g.dispatch.as_ref().map(|d| DispatchShown::of(d, |id| g.user(id))),
            related_reports: g.related.iter().map(related).collect(),
            case_id: g.case.as_ref().map(|c| c.id.into()),
            server_time: g.now.to_iso_cst(),
        }
    }
}

/// The bank of a card by its first digits.
pub fn bank_of(value: &str, banks: &BinTable) -> Option<BankShown> {
    banks.find(value).map(|b| BankShown {
        code: b.bank_code12.clone(),
        name: b.bank_name.clone(),
    })
}

fn assumption(a: &Assumption, g: &Read) -> AssumptionShown {
    let holder = a.account().map(|id| g.account(id)).unwrap_or_default();
    let text = words::assumption(a, &holder);
    AssumptionShown {
        text_zh: text.zh,
        text_en: text.en,
    }
}

fn related(row: &app::shapes::ReportRow) -> DuplicateItem {
    DuplicateItem::of(row, words::said("付款至同一账户", "paid the same account"), 90)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_add_up_and_each_stands_for_its_own_part() {
        for (parts, want) in [
            ([7_326_000, 3_114_000, 0, 2_420_000], [57, 24, 0, 19]),
            ([1, 1, 1, 0], [33, 33, 33, 0]),
            ([100, 0, 0, 0], [100, 0, 0, 0]),
            ([0, 30_000, 0, 0], [0, 100, 0, 0]),
            ([0, 0, 30_000, 10_000], [0, 0, 75, 25]),
            ([33_333, 33_333, 33_334, 0], [33, 33, 34, 0]),
            ([0, 0, 0, 0], [0, 0, 0, 0]),
        ] {
            assert_eq!(percents(parts.map(Fen)), want);
        }
    }

    #[test]
    fn no_two_sums_are_exchanged_and_odd_fen_stay() {
        let shown = GoldenMoney::of(Sums {
            total: Fen(1_111),
            held: Fen(1),
            reachable: Fen(10),
            unseen: Fen(100),
            gone: Fen(1_000),
        });
        let parts = [
            &shown.held,
            &shown.reachable,
            &shown.unseen,
            &shown.gone,
            &shown.total,
        ];
        assert_eq!(
            parts.map(String::as_str),
            ["0.01", "0.10", "1.00", "10.00", "11.11"]
        );
    }
}
