//! Calls, drafts, the form of a report, duplicates, search and counts on the wire, and the form's way into the domain.

use crate::problem::FieldProblem;
use crate::wire::golden::GOAL_SECONDS;
use crate::wire::orders::OrderRow;
use crate::wire::report::{DuplicateItem, EntityShown, ReportRow};
use crate::wire::told::{PaidHow, ToldRows};
use crate::wire::words;
use app::intake::figures::{FirstOrders, Pace, SeatPace};
use app::shapes::DirectoryBank;
use domain::report::{self, AccountType, Channel};
use kernel::{Fen, Instant, Problem, Refusal, RefusalCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What the telephone system announces.
#[derive(Deserialize, ToSchema)]
pub struct CallNew {
    pub seat: String,
    #[serde(default)]
    pub line: String,
    pub number: String,
    /// When it rang; now when it is left out.
    pub time: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct CallTaken {
    pub id: Uuid,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SeatAsked {
    pub seat: String,
}

#[derive(Serialize, ToSchema)]
pub struct CallShown {
    pub id: Uuid,
    pub seat: String,
    pub line: String,
    /// The number itself: the seat answers it, so it is shown in full there.
    pub number: String,
    pub rang_at: String,
    pub answered_at: Option<String>,
    pub earlier_reports: Vec<DuplicateItem>,
}

#[derive(Serialize, ToSchema)]
pub struct CurrentCall {
    pub call: Option<CallShown>,
}

#[derive(Serialize, ToSchema)]
pub struct CallAnswered {
    pub id: Uuid,
    pub rang_at: String,
    pub answered_at: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BanksAsked {
    /// Name, short name, pinyin initials or the beginning of the code; the first banks when it is empty.
    #[serde(default)]
    pub q: String,
    /// The first digits of an account, ten at most: the bank that the card table names. No whole number comes into an address.
    pub card: Option<String>,
}

/// A bank or payment firm to be chosen.
#[derive(Serialize, ToSchema)]
pub struct BankChoice {
    /// The payment-system code, twelve digits.
    pub code: String,
    pub name: String,
    pub short_names: Vec<String>,
    /// Of the name and the short names.
    pub initials: Vec<String>,
}

impl BankChoice {
    pub fn of(bank: &DirectoryBank) -> BankChoice {
        BankChoice {
            code: bank.code.clone(),
            name: bank.name.clone(),
            short_names: bank.short_names.clone(),
            initials: bank.initials.clone(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct BankList {
    pub items: Vec<BankChoice>,
}

/// The middle and the slowest of several reports.
#[derive(Serialize, ToSchema)]
pub struct PaceShown {
    pub median_seconds: i64,
    pub worst_seconds: i64,
}

/// 接警至首条止付 of the reports of one seat in one shift.
#[derive(Serialize, ToSchema)]
pub struct SeatPaceShown {
    /// Empty where the reports have no seat.
    pub seat: String,
    /// night, day or evening.
    pub shift: String,
    pub reports: usize,
    pub without_order: usize,
    /// From the ring; from the first words typed where no call was announced.
    pub from_start: Option<PaceShown>,
    pub from_answer: Option<PaceShown>,
    /// How many were counted from the first words typed.
    pub typed: usize,
    pub slowest_id: Option<Uuid>,
    pub slowest_number: Option<String>,
}

impl SeatPaceShown {
    fn of(seat: &SeatPace) -> SeatPaceShown {
        let pace = |p: Pace| PaceShown {
            median_seconds: p.median.ms() / 1_000,
            worst_seconds: p.worst.ms() / 1_000,
        };
        SeatPaceShown {
            seat: seat.seat.clone(),
            shift: seat.shift.slug().into(),
            reports: seat.reports,
            without_order: seat.without_order,
            from_start: seat.from_start.map(pace),
            from_answer: seat.from_answer.map(pace),
            typed: seat.typed,
            slowest_id: seat.slowest.as_ref().map(|(id, _)| (*id).into()),
            slowest_number: seat.slowest.as_ref().map(|(_, number)| number.clone()),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct FirstOrdersShown {
    /// The midnight that the figures begin at.
    pub since: String,
    pub goal_seconds: i64,
    pub all: SeatPaceShown,
    pub rows: Vec<SeatPaceShown>,
    /// There are more reports than were looked at.
    pub cut: bool,
}

impl FirstOrdersShown {
    pub fn of(found: &FirstOrders) -> FirstOrdersShown {
        FirstOrdersShown {
            since: found.since.to_iso_cst(),
            goal_seconds: GOAL_SECONDS,
            all: SeatPaceShown::of(&found.all),
            rows: found.rows.iter().map(SeatPaceShown::of).collect(),
            cut: found.cut,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtractAsked {
    pub text: String,
    /// What 昨天 is counted from; now when it is left out.
    pub at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Extracted {
    pub entities: Vec<EntityShown>,
    pub rows: ToldRows,
}

#[derive(Deserialize, ToSchema)]
pub struct DraftNew {
    pub body: serde_json::Value,
}

#[derive(Deserialize, ToSchema)]
pub struct DraftSave {
    pub body: serde_json::Value,
    /// The version this one was made from.
    pub version: i64,
}

#[derive(Serialize, ToSchema)]
pub struct DraftShown {
    pub id: Uuid,
    pub body: serde_json::Value,
    pub version: i64,
    pub updated_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct DraftPage {
    pub items: Vec<DraftShown>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

#[derive(Default, Deserialize, ToSchema)]
pub struct PartyAccount {
    #[serde(default)]
    pub bank_code: String,
    #[serde(default)]
    pub bank_name: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub number: String,
    /// The last digits, where the caller does not have the number before them. No order is made from a payee's.
    #[serde(default)]
    pub tail: String,
    /// 01 personal, 02 corporate.
    pub account_type: Option<String>,
    /// An odd number was read back to the caller and it stands.
    #[serde(default)]
    pub number_confirmed: bool,
}

#[derive(Deserialize, ToSchema)]
pub struct Victim {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub id_type: String,
    #[serde(default)]
    pub id_number: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub sex: String,
    pub age: Option<u8>,
    #[serde(default)]
    pub address: String,
    /// 身份证件已核对: the call-taker has looked at the papers. An entry of the log.
    #[serde(default)]
    pub identity_checked: bool,
}

/// Which victim's papers were looked at.
#[derive(Deserialize, ToSchema)]
pub struct IdentityAsked {
    /// In the order of the report, from 0.
    pub victim_index: usize,
}

/// A victim and who looked at his papers, and when.
#[derive(Serialize, ToSchema)]
pub struct IdentityShown {
    pub victim_index: usize,
    pub name_masked: String,
    /// Without a number there is nothing to check.
    pub has_number: bool,
    pub checked_by: Option<String>,
    pub checked_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct IdentityPage {
    pub items: Vec<IdentityShown>,
}

#[derive(Default, Deserialize, ToSchema)]
pub struct Caller {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub relation: String,
}

#[derive(Deserialize, ToSchema)]
pub struct PaymentNew {
    #[serde(default)]
    pub paid_at: String,
    pub amount_fen: Option<i64>,
    pub from: Option<PartyAccount>,
    /// May be left empty where no account is known: the payment counts as loss and makes no order.
    #[serde(default)]
    pub to: PartyAccount,
    #[serde(default)]
    pub how: PaidHow,
    /// The caller does not know to whom he transferred; a transfer without anything of the payee is refused without it.
    #[serde(default)]
    pub payee_unknown: bool,
    #[serde(default)]
    pub channel: String,
    #[serde(default)]
    pub serial: String,
    #[serde(default)]
    pub victim_index: usize,
}

#[derive(Deserialize, ToSchema)]
pub struct ReportNew {
    pub draft_id: Option<Uuid>,
    pub call_id: Option<Uuid>,
    /// The bank's report that the form was filled from.
    pub bank_report_id: Option<Uuid>,
    #[serde(default)]
    pub narrative: String,
    /// hotline96110, alarm110, walk_in, bank or transfer.
    #[serde(default)]
    pub channel: String,
    #[serde(default)]
    pub seat: String,
    #[serde(default)]
    pub line: String,
    /// Everything that is missing is told at once by the form's own check, so nothing is required here.
    #[serde(default)]
    pub caller: Caller,
    #[serde(default)]
    pub victims: Vec<Victim>,
    #[serde(default)]
    pub payments: Vec<PaymentNew>,
    #[serde(default)]
    pub category: String,
    #[serde(default)]
    pub offence_area: String,
    #[serde(default)]
    pub send_stops: bool,
    pub second_officer_id: Option<Uuid>,
    /// A person saw that the rows do not add up to the total of the narrative, and confirmed these two sums.
    pub sum_confirmed: Option<SumSeen>,
}

/// The two sums that a person saw to differ.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SumSeen {
    pub rows_fen: i64,
    pub stated_fen: i64,
}

/// 案件举报: a report that a bank began and nobody has registered yet.
#[derive(Serialize, ToSchema)]
pub struct BankReportRow {
    pub id: Uuid,
    /// The bank's number of it.
    pub number: String,
    pub org_name: String,
    pub victim_masked: String,
    pub amount: String,
    /// waiting, taken, registered or declined.
    pub state: String,
    pub received_at: String,
    pub taken_by: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct BankReportPage {
    pub items: Vec<BankReportRow>,
    pub total: i64,
}

#[derive(Deserialize, ToSchema)]
pub struct BankReportDecline {
    pub reason: String,
}

/// A payment that was remembered later.
#[derive(Deserialize, ToSchema)]
pub struct PaymentAdd {
    pub payment: PaymentNew,
    #[serde(default)]
    pub send_stop: bool,
}

#[derive(Serialize, ToSchema)]
pub struct ReportAccepted {
    pub report: ReportRow,
    pub orders: Vec<OrderRow>,
    /// Stops that were refused; the report is registered all the same.
    pub refused: Vec<StopRefused>,
}

/// A stop that was refused, or that cannot be because the payment's payee has no account that anybody knows.
#[derive(Serialize, ToSchema)]
pub struct StopRefused {
    pub payment_id: Uuid,
    pub paid_at: String,
    pub amount: String,
    pub how: PaidHow,
    /// Nothing where no account is known; then name, tail and bank are what the caller knows.
    pub account_id: Option<Uuid>,
    pub holder_masked: String,
    pub number_tail: String,
    pub bank_name: String,
    pub code: String,
    /// The reason in words, with everything that is missing.
    pub detail_zh: String,
    pub detail_en: String,
    /// The act that mends it: correct_report, add_account, choose_officer, query_holder, ask_administrator, wait, file_case, freeze,
    /// none_needed; nothing where no act does.
    pub mend: Option<String>,
    pub mend_zh: Option<String>,
    pub mend_en: Option<String>,
    pub problems: Vec<FieldProblem>,
}

impl StopRefused {
    pub fn of(refused: &app::intake::accept::StopRefused) -> StopRefused {
        let (account, refusal, payment) = (refused.account.as_ref(), &refused.refusal, &refused.payment);
        let payee = &payment.payee;
        let problem = crate::problem::Problem::from(refusal.clone());
        let said = words::refused_stop(refusal, (&problem.detail_zh, &problem.detail_en));
        let mend = refused.mend.map(words::mend);
        StopRefused {
            payment_id: payment.id.into(),
            paid_at: payment.paid_at.to_iso_cst(),
            amount: payment.amount.to_yuan(),
            how: payment.how.into(),
            account_id: account.map(|a| a.id.into()),
            holder_masked: account.map_or(&payee.holder, |a| &a.holder).masked(),
            number_tail: account.map_or_else(|| payee.tail.clone(), |a| a.number.tail()),
            bank_name: account.map_or(&payee.bank_name, |a| &a.bank_name).clone(),
            code: refusal.code.slug().into(),
            detail_zh: said.zh,
            detail_en: said.en,
            mend: refused.mend.map(|m| m.slug().to_owned()),
            mend_zh: mend.as_ref().map(|m| m.zh.clone()),
            mend_en: mend.map(|m| m.en),
            problems: problem.problems,
        }
    }
}

pub(super) fn account(form: &PartyAccount) -> report::AccountForm {
    report::AccountForm {
        bank_code: form.bank_code.clone(),
        bank_name: form.bank_name.clone(),
        name: form.name.clone(),
        number: form.number.clone(),
        tail: form.tail.clone(),
        account_type: match form.account_type.as_deref() {
            Some("02" | "corporate") => AccountType::Corporate,
            _ => AccountType::Personal,
        },
        number_confirmed: form.number_confirmed,
    }
}

/// A time that cannot be read is a problem here; everything else is judged by the domain.
pub fn payment(nth: usize, form: &PaymentNew, problems: &mut Vec<Problem>) -> report::PaymentForm {
    let text = form.paid_at.trim();
    let paid_at = Instant::parse_iso(text);
    if paid_at.is_none() && !text.is_empty() {
        let field = format!("payments[{nth}].paid_at");
        problems.push(Problem {
            field,
            code: RefusalCode::TimeUnreadable,
            detail: None,
        });
    }
    report::PaymentForm {
        paid_at,
        amount: form.amount_fen.map(Fen),
        from: form.from.as_ref().map(account).unwrap_or_default(),
        to: account(&form.to),
        how: form.how.into(),
        payee_unknown: form.payee_unknown,
        channel: form.channel.clone(),
        serial: form.serial.clone(),
        victim: form.victim_index,
    }
}

/// The domain's form, and what of the wire's could not be read.
pub fn form_of(new: &ReportNew) -> (report::ReportForm, Vec<Problem>) {
    let mut problems = Vec::new();
    let channel = Channel::from_slug(&new.channel);
    if channel.is_none() && !new.channel.is_empty() {
        problems.push(Problem {
            field: "channel".into(),
            code: RefusalCode::FieldMalformed,
            detail: None,
        });
    }
    let payments = new
        .payments
        .iter()
        .enumerate()
        .map(|(nth, one)| payment(nth, one, &mut problems))
        .collect();
    let caller = report::PersonForm {
        name: new.caller.name.clone(),
        phone: new.caller.phone.clone(),
        relation: new.caller.relation.clone(),
        ..report::PersonForm::default()
    };
    let form = report::ReportForm {
        channel: channel.unwrap_or_default(),
        seat: new.seat.clone(),
        line: new.line.clone(),
        narrative: new.narrative.clone(),
        category: new.category.clone(),
        area: new.offence_area.clone(),
        caller,
        victims: new.victims.iter().map(victim).collect(),
        payments,
        send_stops: new.send_stops,
    };
    (form, problems)
}

fn victim(form: &Victim) -> report::PersonForm {
    report::PersonForm {
        name: form.name.clone(),
        id_type: form.id_type.clone(),
        id_number: form.id_number.clone(),
        phone: form.phone.clone(),
        sex: form.sex.clone(),
        age: form.age,
        address: form.address.clone(),
        relation: String::new(),
        identity_checked: form.identity_checked,
    }
}

/// The domain's names of fields as the wire spells them, so that the form finds its own.
pub fn rename(mut refusal: Refusal) -> Refusal {
    for problem in &mut refusal.problems {
        if problem.field == "area" {
            problem.field = "offence_area".into();
        }
        for (ours, wire) in [(".amount", ".amount_fen"), (".victim", ".victim_index")] {
            if problem.field.starts_with("payments[") && problem.field.ends_with(ours) {
                let stem = problem.field.len() - ours.len();
                problem.field.replace_range(stem.., wire);
            }
        }
    }
    refusal
}

#[derive(Deserialize, ToSchema)]
pub struct DuplicatesAsked {
    #[serde(default)]
    pub phones: Vec<String>,
    #[serde(default)]
    pub accounts: Vec<String>,
    #[serde(default)]
    pub id_numbers: Vec<String>,
    #[serde(default)]
    pub narrative: String,
}

#[derive(Serialize, ToSchema)]
pub struct Duplicates {
    pub items: Vec<DuplicateItem>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportsAsked {
    pub cursor: Option<String>,
    pub limit: Option<u64>,
    /// open, dispatched, acknowledged, accepted or closed.
    pub state: Option<String>,
    /// A county, or a city with its counties.
    pub area: Option<String>,
    pub category: Option<String>,
    /// Only `newest` is known.
    pub sort: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealAsked {
    pub fields: Vec<String>,
    pub purpose: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountRevealAsked {
    pub purpose: String,
}

#[derive(Serialize, ToSchema)]
pub struct Revealed {
    pub fields: Vec<RevealedField>,
}

#[derive(Serialize, ToSchema)]
pub struct RevealedField {
    pub field: String,
    pub value: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DispatchAsked {
    pub area: String,
}

#[derive(Serialize, ToSchema)]
pub struct Taken {
    pub report: Option<ReportRow>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchAsked {
    pub q: String,
    /// Why somebody is looked up; without it the search is refused.
    #[serde(default)]
    pub purpose: String,
}

#[derive(Serialize, ToSchema)]
pub struct SearchHits {
    pub items: Vec<SearchHit>,
}

#[derive(Serialize, ToSchema)]
pub struct SearchHit {
    /// report, order, case or account.
    pub kind: String,
    pub id: Uuid,
    pub label: String,
    pub detail_zh: String,
    pub detail_en: String,
}

#[derive(Serialize, ToSchema)]
pub struct CountsShown {
    pub desk: i64,
    pub approvals: i64,
    pub orders_open: i64,
    pub cases_due: i64,
}
