//! 案件举报: a bank whose customer stands at the counter reports a fraud (100401). It waits on the desk; a call-taker takes
//! it, which opens a form filled with what the bank says; registering that form answers the bank (200402) and makes our
//! stops name the bank's report (DOMAIN 1.5). One that is no case is declined, with the reason, in the same answer.
//!
//! Leaves out the other things banks begin (100403 and the like), which are kept whole in the inbox.

use crate::orders::queue::{Leaving, queue, trans_serial};
use crate::{AppResult, Centre, Context, Work};
use bankwire::codes::CodeTable;
use bankwire::typed::{CaseAnswer, CaseAnswerBody, CaseReport, CaseTransaction, Envelope};
use bankwire::{ApplicationId, Message, ResultCode};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{BankReportId, DraftId, Fen, Instant, Phone, Refusal, RefusalCode, ReportId, Span};
use serde_json::{Value, json};
use store::bank_reports::{
    BankReport, BankReportState, bank_report_by_application, bank_report_insert, bank_report_load,
    bank_report_update, bank_reports_open,
};
use store::intake::{Draft, draft_insert, draft_load};
use store::messages::Subject;

/// Payments of one message that a form takes over; more are in the message, which stays in the inbox.
const PAYMENTS_MAX: usize = 50;

/// A bank's message has come; returns what became of it, for the inbox.
pub(crate) async fn receive(work: &mut Work<'_>, message: &Message) -> AppResult<&'static str> {
    let Ok(report) = CaseReport::from_message(message) else {
        return Ok("kept");
    };
    let application = &report.body.application_id;
    if application.is_empty() {
        return Ok("kept");
    }
    if bank_report_by_application(work.tx.conn(), application)
        .await?
        .is_some()
    {
        return Ok("known");
    }
    let id = BankReportId::new(work.now(), work.random10());
    let kept = BankReport {
        id,
        application_id: application.clone(),
        application_type: report.body.application_type.raw().to_owned(),
        from_node: report.envelope.message_from.clone(),
        org_name: report.body.report_org_name.clone(),
        victim_masked: report.body.victim_name.masked(),
        loss: amounts(&report).sum(),
        form: form(&report, id).to_string(),
        state: BankReportState::Waiting,
        received_at: work.now(),
        taken: None,
        draft: None,
        report: None,
    };
    bank_report_insert(&work.tx, &kept).await?;
    work.also(
        AuditAction::BankReportReceive,
        SubjectKind::BankReport,
        id,
        json!({ "application_id": application }),
    );
    Ok("bank_report")
}

fn amounts(report: &CaseReport) -> impl Iterator<Item = Fen> {
    report.body.transactions.iter().filter_map(|t| t.amount.value())
}

/// The form of the console, with the bank as the caller. What the bank does not say stays empty for the call-taker.
fn form(report: &CaseReport, id: BankReportId) -> Value {
    let b = &report.body;
    let payments: Vec<Value> = b.transactions.iter().take(PAYMENTS_MAX).map(payment).collect();
    json!({
        "narrative": b.accident_description,
        "channel": "bank",
        "line": "",
        "call_id": "",
        "bank_report_id": id.to_string(),
        "caller": {
            "name": b.operator_name.reveal(), "phone": b.operator_phone.reveal(), "relation": "bank",
        },
        "victims": [{
            "name": b.victim_name.reveal(), "id_type": id_type(b.victim_id_type.raw()),
            "id_number": b.victim_id_number.reveal(), "phone": b.victim_phone.reveal(),
            "sex": "", "age": "", "address": "",
        }],
        "payments": payments,
        "category": "",
        "offence_area": "",
        "settled": {},
    })
}

fn payment(t: &CaseTransaction) -> Value {
    let end = |code: &str, bank: &str, name: &str, number: &str| {
        json!({
            "bank_code": code, "bank_name": bank, "name": name, "number": number,
            "account_type": "personal", "number_confirmed": true,
        })
    };
    json!({
        "paid_at": t.time.value().map(typed_time).unwrap_or_default(),
        "amount": t.amount.value().map(Fen::to_yuan).unwrap_or_default(),
        "from": end(&t.out_bank_id, &t.out_bank_name, t.out_account_name.reveal(), t.out_account_number.reveal()),
        "to": end(&t.in_bank_id, &t.in_bank_name, t.in_account_name.reveal(), t.in_account_number.reveal()),
        "channel": "mobile_bank",
        "serial": t.id,
        "victim_index": 0,
    })
}

/// As a call-taker would type it.
fn typed_time(at: Instant) -> String {
    let iso = at.to_iso_cst();
    iso.chars()
        .take(19)
        .map(|c| if c == 'T' { ' ' } else { c })
        .collect()
}

/// Bank reports number documents by another table than requests do (DOMAIN 1.7).
fn id_type(code: &str) -> &'static str {
    use bankwire::codes::ReportIdType as R;
    match R::from_code(code) {
        Some(R::IdCard) | None => "01",
        Some(R::Household) => "06",
        Some(R::Officer) => "04",
        Some(R::Police) => "08",
        Some(R::Soldier) => "05",
        Some(R::Passport) => "03",
        Some(R::HomeReturn) => "07",
        Some(R::Other) => "99",
    }
}

// ── the desk ─────────────────────────────────────────────────────────────────────────────────

const DESK_MAX: u64 = 100;

/// What banks have reported and nobody has registered, oldest first.
pub async fn bank_reports(centre: &Centre, ctx: &Context) -> AppResult<Vec<BankReport>> {
    permit(&ctx.person()?.actor, Action::ReportCreate, None)?;
    Ok(bank_reports_open(centre.store.reader(), DESK_MAX).await?)
}

/// Takes it into a form of the taker's own. Refused with the other's name while somebody else has it in his form.
pub async fn bank_report_take(centre: &Centre, ctx: &Context, id: BankReportId) -> AppResult<Draft> {
    let work = centre
        .work(ctx, AuditAction::BankReportTake, SubjectKind::BankReport, id)
        .await?;
    let outcome = take(&work, id).await;
    work.finish(outcome).await
}

async fn take(work: &Work<'_>, id: BankReportId) -> AppResult<Draft> {
    let me = work.ctx.user()?;
    permit(&work.ctx.person()?.actor, Action::ReportCreate, None)?;
    let mut report = load(work, id).await?;
    held_by_other(work, &report).await?;
    if let (Some((by, _)), Some(draft)) = (report.taken, report.draft)
        && by == me
        && let Some(draft) = draft_load(work.tx.conn(), draft).await?
    {
        return Ok(draft);
    }
    let draft = Draft {
        id: DraftId::new(work.now(), work.random10()),
        owner: me,
        body: report.form.clone(),
        version: 1,
        updated_at: work.now(),
    };
    draft_insert(&work.tx, &draft).await?;
    report.state = BankReportState::Taken;
    report.taken = Some((me, work.now()));
    report.draft = Some(draft.id);
    bank_report_update(&work.tx, &report).await?;
    Ok(draft)
}

/// An open one; what is decided already stays decided.
async fn load(work: &Work<'_>, id: BankReportId) -> AppResult<BankReport> {
    let report = bank_report_load(work.tx.conn(), id).await?;
    let report = report.ok_or(RefusalCode::NotFound)?;
    match report.state {
        BankReportState::Waiting | BankReportState::Taken => Ok(report),
        BankReportState::Registered | BankReportState::Declined => Err(RefusalCode::AlreadyDecided.into()),
    }
}

async fn held_by_other(work: &Work<'_>, report: &BankReport) -> AppResult<()> {
    let me = work.ctx.user()?;
    let patience = Span::minutes(work.centre.config.lock_minutes);
    let Some((by, _)) = report
        .taken
        .filter(|(by, at)| *by != me && *at + patience > work.now())
    else {
        return Ok(());
    };
    let users = store::people::users_by_id(work.tx.conn(), &[by]).await?;
    let name = users.into_iter().next().map(|u| u.name).unwrap_or_default();
    Err(Refusal::with(RefusalCode::RecordLocked, name).into())
}

/// It is no case, or a case already known: the bank is told why.
pub async fn bank_report_decline(
    centre: &Centre,
    ctx: &Context,
    id: BankReportId,
    reason: &str,
) -> AppResult<BankReport> {
    let mut work = centre
        .work(ctx, AuditAction::BankReportDecline, SubjectKind::BankReport, id)
        .await?;
    work.note("reason", reason.chars().take(200).collect::<String>());
    let outcome = decline(&mut work, id, reason.trim()).await;
    work.finish(outcome).await
}

/// The longest remark an answer carries.
const REASON_MAX: usize = 200;

async fn decline(work: &mut Work<'_>, id: BankReportId, reason: &str) -> AppResult<BankReport> {
    permit(&work.ctx.person()?.actor, Action::ReportCreate, None)?;
    if reason.is_empty() {
        return Err(Refusal::field("reason", RefusalCode::FieldMissing).into());
    }
    if reason.chars().count() > REASON_MAX {
        return Err(Refusal::field("reason", RefusalCode::FieldTooLong).into());
    }
    let mut report = load(work, id).await?;
    held_by_other(work, &report).await?;
    report.state = BankReportState::Declined;
    report.taken = Some((work.ctx.user()?, work.now()));
    bank_report_update(&work.tx, &report).await?;
    answer(work, &report, "0999", reason).await?;
    Ok(report)
}

/// The form became a report of ours: the bank is told so, in the same transaction.
pub(crate) async fn registered(work: &mut Work<'_>, id: BankReportId, made: ReportId) -> AppResult<()> {
    let mut report = load(work, id).await?;
    report.state = BankReportState::Registered;
    report.report = Some(made);
    report.taken = Some((work.ctx.user()?, work.now()));
    bank_report_update(&work.tx, &report).await?;
    work.know_bank_report(made, &report);
    work.also(
        AuditAction::BankReportRegister,
        SubjectKind::BankReport,
        id,
        json!({ "report": made.to_string() }),
    );
    answer(work, &report, "0000", "已受理").await
}

/// 200402. A bank whose number has not the platform's form cannot be answered by file; the log says so.
async fn answer(work: &mut Work<'_>, report: &BankReport, result: &str, remark: &str) -> AppResult<()> {
    let Some(application) = ApplicationId::parse(&report.application_id) else {
        work.also(
            AuditAction::BankReportUnanswerable,
            SubjectKind::BankReport,
            report.id,
            json!({}),
        );
        return Ok(());
    };
    let serial = trans_serial(work)?;
    let person = work.ctx.person()?;
    let body = CaseAnswerBody {
        application_id: report.application_id.clone(),
        application_type: bankwire::codes::Coded::read(&report.application_type),
        report_end_time: work.now().into(),
        result: ResultCode::new(result),
        operator_name: person.name.as_str().into(),
        operator_phone: Phone::new(work.centre.config.phone.clone()),
        feedback_org_name: work.centre.config.agency_full.clone(),
        feedback_remark: remark.to_owned(),
    };
    let answer = CaseAnswer {
        envelope: Envelope {
            message_from: String::new(),
            to: report.from_node.clone(),
            hosted_org: String::new(),
            trans_serial_number: serial.clone(),
        },
        body,
        attachments: Vec::new(),
    };
    let leaving = Leaving {
        subject: Subject::BankReport(report.id),
        bank_code: report.from_node.clone(),
        tx_code: "200402",
        application,
        trans_serial: serial,
        message: answer.to_message(),
        officers: Vec::new(),
        paper: None,
    };
    queue(work, leaving).await
}
