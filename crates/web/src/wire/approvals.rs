//! 审批 on the wire: the rows of the inbox with what an approver must know, and decisions on several of them.

use super::cases::masked_name;
use super::orders::OrderRow;
use super::report::area_name;
use super::words::{self, Said, said};
use crate::problem::Problem;
use app::orders::basis::Basis;
use app::orders::board::Shown;
use app::shapes::{Account, ReportRow};
use domain::case::Case;
use domain::order::{FreezeType, Order, OrderKind};
use kernel::{AccountId, Fen, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Serialize, ToSchema)]
pub struct Evidence {
    pub label_zh: String,
    pub label_en: String,
    pub value_zh: String,
    pub value_en: String,
    /// `warn`: what an approver must not overlook.
    pub tone: String,
}

/// One order of a row with what it rests on.
#[derive(Serialize, ToSchema)]
pub struct ApprovalOrder {
    #[serde(flatten)]
    pub row: OrderRow,
    pub evidence: Vec<Evidence>,
}

#[derive(Serialize, ToSchema)]
pub struct ApprovalItem {
    pub id: Uuid,
    /// order, batch, case, confirmation.
    pub subject: String,
    /// Goes back with a decision on several rows: what was seen.
    pub stamp: i64,
    pub title_zh: String,
    pub title_en: String,
    pub report_id: Uuid,
    pub report_number: String,
    pub requested_by: String,
    pub requested_at: String,
    pub due_at: Option<String>,
    pub late: bool,
    pub amount: Option<String>,
    pub orders: Vec<ApprovalOrder>,
    pub evidence: Vec<Evidence>,
    pub narrative: String,
    pub can: Vec<String>,
    pub blocked_zh: Option<String>,
    pub blocked_en: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ApprovalPage {
    pub items: Vec<ApprovalItem>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

fn row(zh: &str, en: &str, value: String) -> Evidence {
    both(zh, en, said(value.clone(), value))
}

fn both(zh: &str, en: &str, value: Said) -> Evidence {
    Evidence {
        label_zh: zh.into(),
        label_en: en.into(),
        value_zh: value.zh,
        value_en: value.en,
        tone: String::new(),
    }
}

fn warn(evidence: Evidence) -> Evidence {
    Evidence {
        tone: "warn".into(),
        ..evidence
    }
}

/// The evidence beside a case to be filed: whose, for what, who handles it and what he says.
pub fn case_evidence(c: &Case, report: Option<&ReportRow>, officers: Vec<String>) -> Vec<Evidence> {
    let mut rows = vec![
        row("案件", "Case", format!("{} {}", c.number, masked_name(c, report))),
        row("案发地", "Area", area_name(c.area)),
    ];
    if let Some(report) = report {
        rows.push(row("被骗金额", "Lost", report.report.loss.to_grouped()));
        rows.push(row(
            "接警",
            "Reported",
            report.report.reported_at.to_chinese_minute(),
        ));
    }
    rows.push(row("受案", "Accepted", c.accepted_at.to_chinese_minute()));
    rows.push(row("办案人", "Officers", officers.join("、")));
    if !c.opinion.is_empty() {
        rows.push(row("意见", "Opinion", c.opinion.clone()));
    }
    rows
}

/// Several rows of the inbox in one act.
#[derive(Deserialize, ToSchema)]
pub struct DecideMany {
    /// `approve` (also: confirm, file) or `reject` (also: refuse the confirmation, do not file), which needs an opinion.
    pub verb: String,
    #[serde(default)]
    pub opinion: String,
    pub items: Vec<DecideRow>,
}

#[derive(Deserialize, ToSchema)]
pub struct DecideRow {
    /// order, batch, confirmation, case.
    pub subject: String,
    pub id: Uuid,
    /// Of the row as it was seen.
    pub stamp: i64,
}

#[derive(Serialize, ToSchema)]
pub struct DecidedMany {
    /// In the order of the rows.
    pub items: Vec<Decided>,
}

/// What became of one row.
#[derive(Serialize, ToSchema)]
pub struct Decided {
    pub id: Uuid,
    pub done: bool,
    /// The refusal's code and words.
    pub code: Option<String>,
    pub detail_zh: Option<String>,
    pub detail_en: Option<String>,
}

impl Decided {
    pub fn of(id: Uuid, said: Option<kernel::Refusal>) -> Decided {
        let problem = said.map(Problem::from);
        Decided {
            id,
            done: problem.is_none(),
            code: problem.as_ref().map(|p| p.code.clone()),
            detail_zh: problem.as_ref().map(|p| p.detail_zh.clone()),
            detail_en: problem.map(|p| p.detail_en),
        }
    }
}

/// What an approver must know of one order: whose account, how much of this report's money is there and by which row, for how
/// long, in which case, and what is in force already.
pub fn evidence(o: &Order, shown: &Shown, basis: &Basis) -> Vec<Evidence> {
    let account = shown.accounts.get(&o.account);
    let report = shown.reports.get(&o.report);
    let mut rows = vec![row(
        "账户",
        "Account",
        account.map(account_words).unwrap_or_default(),
    )];
    if o.kind != OrderKind::QueryAllAccounts && (basis.money.received.is_positive() || asks_sum(o.kind)) {
        rows.push(case_money(basis));
    }
    if asks_sum(o.kind) {
        rows.push(asked(o, basis));
    }
    rows.extend(rests_on(basis));
    rows.extend(all_paid(basis));
    rows.extend(term(o));
    if o.kind.needs_filed_case() {
        rows.push(case_row(basis, report));
    }
    rows.extend(in_force(o, basis));
    rows.extend(lets_go(basis));
    if let Some(report) = report {
        rows.push(row("案发地", "Area", area_name(report.report.area)));
    }
    let layer = o.layer;
    rows.push(both(
        "层级",
        "Layer",
        said(format!("{layer} 级账户"), format!("layer {layer}")),
    ));
    if let Some(account) = account.filter(|_| o.kind == OrderKind::Stop) {
        rows.push(row(
            "已止付次数",
            "Stops so far",
            format!("{}/{}", account.stops_executed, domain::hold::STOPS_MAX),
        ));
    }
    if !o.terms.reason.is_empty() {
        rows.push(row("申请理由", "Reason", o.terms.reason.clone()));
    }
    rows
}

fn asks_sum(kind: OrderKind) -> bool {
    matches!(kind, OrderKind::Stop | OrderKind::Freeze | OrderKind::FreezeRenew)
}

fn account_words(a: &Account) -> String {
    format!("{} …{} {}", a.holder.masked(), a.number.tail(), a.bank_name)
}

fn yuan(fen: Fen) -> String {
    fen.to_grouped()
}

/// `06-10 21:03:40` with its year, as bank rows are compared by it.
fn second(at: Instant) -> String {
    let w = at.to_wire14();
    format!(
        "{}-{}-{} {}:{}:{}",
        &w[..4],
        &w[4..6],
        &w[6..8],
        &w[8..10],
        &w[10..12],
        &w[12..14]
    )
}

fn case_money(basis: &Basis) -> Evidence {
    let m = &basis.money;
    let (still, came, went) = (yuan(m.still), yuan(m.received), yuan(m.sent));
    let told = match m.told_until {
        Some(at) => said(
            format!("银行流水截至 {}", second(at)),
            format!("the bank's rows until {}", second(at)),
        ),
        None => said(
            "该行尚未反馈流水，按转入计",
            "no rows from its bank yet: what came in",
        ),
    };
    both(
        "本案在该账户的资金",
        "The case's money there",
        said(
            format!("{still} 元（转入 {came} − 转出 {went}；{}）", told.zh),
            format!("{still} (received {came} − sent {went}; {})", told.en),
        ),
    )
}

fn asked(o: &Order, basis: &Basis) -> Evidence {
    let amount = yuan(o.terms.amount);
    let bounded = o.kind == OrderKind::Freeze;
    let more = o.terms.amount > basis.money.still && bounded;
    let evidence = both(
        "申请金额",
        "Asked for",
        match more {
            false => said(format!("{amount} 元"), amount),
            true => said(
                format!("{amount} 元，多于现在应有的 {} 元", yuan(basis.money.still)),
                format!(
                    "{amount}, more than the {} that should be there now",
                    yuan(basis.money.still)
                ),
            ),
        },
    );
    if more { warn(evidence) } else { evidence }
}

/// The transfer that it rests on: who paid whom, how much, when, and by which row.
fn rests_on(basis: &Basis) -> Option<Evidence> {
    let end = |id: AccountId| basis.accounts.get(&id).map_or_else(|| "?".into(), account_words);
    if let Some(t) = &basis.row {
        let serial = t.dst_serial.as_deref().or(t.src_serial.as_deref());
        let (from, to, amount, at) = (end(t.src), end(t.dst), yuan(t.amount), second(t.at));
        let (zh, en) = match serial {
            Some(serial) => (format!("银行流水号 {serial}"), format!("bank's serial {serial}")),
            None => (
                "银行流水，无流水号".to_owned(),
                "a bank's row without serial".to_owned(),
            ),
        };
        return Some(both(
            "依据的转账",
            "Rests on",
            said(
                format!("{from} → {to} {amount} 元 {at}（{zh}）"),
                format!("{from} → {to} {amount} {at} ({en})"),
            ),
        ));
    }
    let p = basis.payment.as_ref()?;
    let from = p.from.map_or_else(|| "被害人".to_owned(), end);
    let from_en = p.from.map_or_else(|| "victim".to_owned(), end);
    let (to, amount, at) = (end(p.to?), yuan(p.amount), second(p.paid_at));
    Some(both(
        "依据的转账",
        "Rests on",
        said(
            format!("{from} → {to} {amount} 元 {at}（报案人陈述，尚无银行流水）"),
            format!("{from_en} → {to} {amount} {at} (as the caller said; no bank's row yet)"),
        ),
    ))
}

/// Where the victims paid the account several times, the message names the last payment and the paper all of them: how many, the
/// first and the last, and each with its row.
fn all_paid(basis: &Basis) -> Vec<Evidence> {
    let paid = &basis.direct;
    let (Some((first, _)), Some((last, _)), true) = (paid.first(), paid.last(), paid.len() > 1) else {
        return Vec::new();
    };
    let count = paid.len();
    let sum = yuan(paid.iter().map(|(p, _)| p.amount).sum());
    let mut rows = vec![both(
        "付款合计",
        "All payments",
        said(
            format!(
                "{count} 笔共 {sum} 元，首笔 {}，末笔 {}；报文按末笔，申请表列全部",
                second(first.paid_at),
                second(last.paid_at)
            ),
            format!(
                "{count} payments, {sum} in all, first {}, last {}; the message names the last, the application lists all",
                second(first.paid_at),
                second(last.paid_at)
            ),
        ),
    )];
    for (n, (payment, row)) in (1..).zip(paid) {
        let (amount, at) = (yuan(payment.amount), second(payment.paid_at));
        let serial = row
            .as_ref()
            .and_then(|t| t.dst_serial.as_deref().or(t.src_serial.as_deref()));
        let by = match (row, serial) {
            (Some(_), Some(serial)) => {
                said(format!("银行流水号 {serial}"), format!("bank's serial {serial}"))
            }
            (Some(_), None) => said("银行流水，无流水号", "a bank's row without serial"),
            (None, _) => said(
                "报案人陈述，尚无银行流水",
                "as the caller said; no bank's row yet",
            ),
        };
        rows.push(both(
            "其中",
            "Of these",
            said(
                format!("第 {n} 笔 {amount} 元 {at}（{}）", by.zh),
                format!("{n}. {amount} {at} ({})", by.en),
            ),
        ));
    }
    rows
}

/// Scope and term of a freeze, the new end of a follow-up.
fn term(o: &Order) -> Vec<Evidence> {
    let mut rows = Vec::new();
    if matches!(o.kind, OrderKind::Freeze | OrderKind::FreezeRenew) {
        let scope = match o.terms.freeze_type {
            Some(FreezeType::Whole) => said(
                "全额冻结（整个账户，只收不付）",
                "whole account, nothing may leave",
            ),
            _ => said("限额冻结", "up to the amount"),
        };
        let interest = match o.terms.interest_covered {
            true => said("及于孳息", "interest included"),
            false => said("不及于孳息", "interest not included"),
        };
        rows.push(both(
            "冻结范围",
            "Scope",
            said(
                format!("{}，{}", scope.zh, interest.zh),
                format!("{}, {}", scope.en, interest.en),
            ),
        ));
    }
    let (Some(from), Some(until)) = (o.terms.from, o.terms.until) else {
        return rows;
    };
    if matches!(
        o.kind,
        OrderKind::Freeze | OrderKind::FreezeRenew | OrderKind::StopProlong
    ) {
        let (from, until) = (second(from), second(until));
        rows.push(both(
            "期限",
            "Term",
            said(format!("{from} 至 {until}"), format!("{from} until {until}")),
        ));
    }
    if app::orders::approve::long_term(o) {
        rows.push(warn(both(
            "审批层级",
            "Level",
            said(
                "超过六个月，须设区的市级以上批准",
                "longer than six months: city level",
            ),
        )));
    }
    rows
}

fn case_row(basis: &Basis, report: Option<&ReportRow>) -> Evidence {
    match &basis.case {
        None => warn(both("案件", "Case", said("尚未受案", "no case yet"))),
        Some(case) => {
            let state = words::case_state(case.state);
            let number = match basis.filing_number.as_str() {
                "" => String::new(),
                number => format!(" {number}"),
            };
            let name = masked_name(case, report);
            both(
                "案件",
                "Case",
                said(
                    format!("{name} {}（{}{number}）", case.number, state.zh),
                    format!("{name} {} ({}{number})", case.number, state.en),
                ),
            )
        }
    }
}

/// What runs on the account already, and the order that this one follows.
fn in_force(o: &Order, basis: &Basis) -> Vec<Evidence> {
    let mut rows = Vec::new();
    if let Some(original) = &basis.original {
        let kind = words::order_kind(original.kind);
        let end = original.answer.as_ref().and_then(|a| a.expire_at);
        let end = end.map_or_else(String::new, second);
        let amount = yuan(original.terms.amount);
        rows.push(both(
            "原指令",
            "Follows",
            said(
                format!("{} {amount} 元，至 {end}（{}）", kind.zh, original.application_id),
                format!(
                    "{} of {amount} until {end} ({})",
                    kind.en, original.application_id
                ),
            ),
        ));
    }
    if let Some(stop) = basis.holds.stop.filter(|_| o.kind == OrderKind::Freeze) {
        let held = stop.held.map_or_else(
            || said("银行控制金额未报", "the bank did not say how much it holds"),
            |held| {
                said(
                    format!("银行控制金额 {} 元", yuan(held)),
                    format!("the bank holds {}", yuan(held)),
                )
            },
        );
        rows.push(both(
            "止付到期",
            "Stop ends",
            said(
                format!("{}（{}）", second(stop.until), held.zh),
                format!("{} ({})", second(stop.until), held.en),
            ),
        ));
    }
    for freeze in basis.holds.freezes.iter().filter(|f| f.report != o.report) {
        rows.push(both(
            "其他警情的冻结",
            "Frozen for others",
            said(
                format!("{} 元，至 {}", yuan(freeze.asked), second(freeze.until)),
                format!("{} until {}", yuan(freeze.asked), second(freeze.until)),
            ),
        ));
    }
    rows
}

fn lets_go(basis: &Basis) -> Option<Evidence> {
    let words = match basis.lets_go? {
        Some(free) if !free.is_positive() => return None,
        Some(free) => said(
            format!("冻结后 {} 元将解控（申请人已确认）", yuan(free)),
            format!("{} becomes free (the requester agreed)", yuan(free)),
        ),
        None => said(
            "冻结后其余资金将解控，银行未报余额",
            "the rest becomes free; the bank did not say how much",
        ),
    };
    Some(warn(both("将解控", "Becomes free", words)))
}
