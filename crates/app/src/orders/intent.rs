//! What the bytes of a message are made from, fixed in the transaction that clears its order: the request without its
//! attachments, the two officers' cards and the paper to attach. The bytes are built once from it, before the first
//! send and outside any transaction, because rendering a paper takes longer than a writer may hold the others.

use crate::orders::unsent::{HeldUpBy, NotBuilt};
use crate::ports::{PrintJob, PrintProblem, PrintPurpose, Printer};
use crate::{AppResult, Work};
use bankwire::Message;
use bankwire::codes::{
    AccountInquiryMode, AccountType, AttachmentFormat, AttachmentType, EmergencyLevel, FreezeType,
    InterceptionOrder, RequestIdType, StopApplicationType, SubjectType, TransactionInquiryMode,
};
use bankwire::typed::{self, Attachment, Envelope, PoliceRequest, RequestBody, Requester};
use domain::order::{self as rules, Cleared, Order, OrderKind};
use kernel::{Fen, IdNumber, Instant, PersonName, Phone, Refusal, RefusalCode, Span};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::accounts::Account;
use store::intake::{Payment, ReportRow};
use store::people::User;

/// The JSON in `outbox.intent`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Intent {
    /// The message in its JSON form, without attachments.
    pub message: Value,
    pub officers: Vec<Card>,
    /// The paper that goes along.
    pub paper: Option<PaperRef>,
}

/// What an officer's card shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Card {
    pub name: String,
    pub police_number: String,
    pub org: String,
}

/// A paper by its frozen snapshot.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PaperRef {
    pub kind: String,
    pub attachment_type: String,
    pub snapshot: Value,
}

/// The request of a cleared order, as a message without attachments.
pub async fn request(
    work: &Work<'_>,
    cleared: Cleared<'_>,
    account: &Account,
    serial: &str,
) -> AppResult<Message> {
    let order = cleared.order();
    let report = work.report(order.report).await?;
    let officers = work
        .users_named(&[order.requested_by, order.second_officer])
        .await?;
    let find = |id| {
        officers
            .iter()
            .find(|u| u.id == id)
            .ok_or(RefusalCode::TwoOfficersNeeded)
    };
    let (first, second) = (find(order.requested_by)?, find(order.second_officer)?);
    let body = match order.kind {
        OrderKind::Stop => stop(work, cleared, account).await?,
        OrderKind::StopRelieve | OrderKind::StopProlong => follow_up_of_stop(work, cleared, account).await?,
        OrderKind::Freeze | OrderKind::FreezeRelieve | OrderKind::FreezeRenew => {
            freeze(work, cleared, account).await?
        }
        _ => query(work, cleared, account).await?,
    };
    let request = PoliceRequest {
        envelope: Envelope {
            message_from: String::new(),
            to: account.bank_code.clone(),
            hosted_org: String::new(),
            trans_serial_number: serial.to_owned(),
        },
        requester: requester(work, cleared, account, &report, first, second),
        body,
        attachments: Vec::new(),
    };
    Ok(request.to_message())
}

fn requester(
    work: &Work<'_>,
    cleared: Cleared<'_>,
    account: &Account,
    report: &ReportRow,
    first: &User,
    second: &User,
) -> Requester {
    let config = &work.centre.config;
    let phone = if first.phone.is_empty() {
        Phone::new(config.phone.clone())
    } else {
        first.phone.clone()
    };
    Requester {
        application_id: cleared.order().application_id.clone(),
        case_number: report.report.platform_case_number.clone(),
        case_type: config.case_type.clone(),
        emergency: EmergencyLevel::Urgent.into(),
        bank_id: account.bank_code.clone(),
        bank_name: account.bank_name.clone(),
        application_time: work.now(),
        org_id: config.org_code.clone(),
        org_name: config.agency_full.clone(),
        operator_id_type: RequestIdType::Police.into(),
        operator_id_number: IdNumber::new(first.police_number.clone()),
        operator_name: first.name.as_str().into(),
        operator_phone: phone,
        investigator_id_type: RequestIdType::Police.into(),
        investigator_id_number: IdNumber::new(second.police_number.clone()),
        investigator_name: second.name.as_str().into(),
    }
}

fn account_type(account: &Account) -> bankwire::codes::Coded<AccountType> {
    match account.account_type.as_str() {
        "02" | "corporate" => AccountType::Corporate.into(),
        _ => AccountType::Personal.into(),
    }
}

fn subject_type(account: &Account) -> bankwire::codes::Coded<SubjectType> {
    match account.account_type.as_str() {
        "02" | "corporate" => SubjectType::Legal.into(),
        _ => SubjectType::Natural.into(),
    }
}

fn number(account: &Account) -> kernel::AccountNumber {
    account.number.as_str().into()
}

/// 200101. TransferAmount and TransferTime are the victim's payment (DOMAIN 1.5).
async fn stop(work: &Work<'_>, cleared: Cleared<'_>, account: &Account) -> AppResult<RequestBody> {
    let order = cleared.order();
    let payer = match payment_of(work, cleared).await? {
        Some(paid) => payer(work, &paid).await?,
        None => Payer::default(),
    };
    let paid_at = order.terms.paid_at;
    let transfer_time = paid_at.ok_or_else(|| Refusal::field("paid_at", RefusalCode::FieldMissing))?;
    let start = work.now();
    // A stop that answers a bank's report names it (DOMAIN 1.5).
    let reported = work.bank_report_of(order.report).await?;
    let kind = match &reported {
        Some(_) => StopApplicationType::BankReported,
        None => StopApplicationType::First,
    };
    Ok(typed::Stop {
        application_type: kind.into(),
        original_application_id: reported.map(|r| r.application_id).unwrap_or_default(),
        transfer_out_bank_id: payer.bank_code,
        transfer_out_bank_name: payer.bank_name,
        transfer_out_account_name: payer.holder,
        transfer_out_account_number: payer.number,
        currency: "CNY".into(),
        transfer_amount: order.terms.amount,
        transfer_time,
        account_type: account_type(account),
        account_name: account.holder.clone(),
        account_number: number(account),
        reason: reason(&order.terms.reason),
        remark: String::new(),
        start_time: start,
        expire_time: start + rules::STOP_TERM,
    }
    .into())
}

/// TransferOut…: all of it is optional in 200101. A tail is never sent as a number.
#[derive(Default)]
struct Payer {
    bank_code: String,
    bank_name: String,
    holder: PersonName,
    number: kernel::AccountNumber,
}

async fn payer(work: &Work<'_>, paid: &Payment) -> AppResult<Payer> {
    let known = match paid.from {
        Some(id) => work.account_named(id).await?,
        None => None,
    };
    Ok(match known {
        Some(account) => Payer {
            number: number(&account),
            bank_code: account.bank_code,
            bank_name: account.bank_name,
            holder: account.holder,
        },
        None => Payer {
            bank_code: paid.payer.bank_code.clone(),
            bank_name: paid.payer.bank_name.clone(),
            holder: paid.payer.holder.clone(),
            number: kernel::AccountNumber::default(),
        },
    })
}

fn reason(given: &str) -> String {
    if given.is_empty() {
        "电信网络诈骗".into()
    } else {
        given.to_owned()
    }
}

async fn payment_of(work: &Work<'_>, cleared: Cleared<'_>) -> AppResult<Option<Payment>> {
    let all = work.payments_of(cleared.order().report).await?;
    let wanted = cleared.order().terms.payment;
    Ok(all.into_iter().find(|p| Some(p.id) == wanted))
}

async fn original_application(work: &Work<'_>, cleared: Cleared<'_>) -> AppResult<String> {
    let id = cleared
        .order()
        .original
        .ok_or_else(|| Refusal::field("original_id", RefusalCode::FieldMissing))?;
    let original = store::orders::order_load(work.tx.conn(), id)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    Ok(original.application_id)
}

async fn follow_up_of_stop(
    work: &Work<'_>,
    cleared: Cleared<'_>,
    account: &Account,
) -> AppResult<RequestBody> {
    let order = cleared.order();
    let original = original_application(work, cleared).await?;
    if order.kind == OrderKind::StopRelieve {
        return Ok(typed::StopRelieve {
            original_application_id: original,
            account_type: account_type(account),
            account_name: account.holder.clone(),
            account_number: number(account),
            withdrawal_remark: order.terms.reason.clone(),
        }
        .into());
    }
    let from = order.terms.from.unwrap_or(order.requested_at);
    Ok(typed::StopProlong {
        original_application_id: original,
        account_type: account_type(account),
        account_name: account.holder.clone(),
        account_number: number(account),
        postpone_start_time: from,
        expire_time: order.terms.until.unwrap_or(from + rules::STOP_TERM),
        extend_remark: order.terms.reason.clone(),
    }
    .into())
}

pub fn holder_document_known(account: &Account) -> bool {
    !holder_document(account).1.is_empty()
}

/// The holder's document as far as a bank told us (200304); the message needs one.
pub fn holder_document(account: &Account) -> (bankwire::codes::Coded<RequestIdType>, IdNumber) {
    let facts: Value = account
        .holder_facts
        .as_deref()
        .and_then(|t| serde_json::from_str(t).ok())
        .unwrap_or_default();
    let text = |key: &str| {
        facts
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let kind = text("credential_type");
    let kind = if kind.is_empty() { "01".to_owned() } else { kind };
    (
        bankwire::codes::Coded::read(&kind),
        IdNumber::new(text("credential_number")),
    )
}

async fn freeze(work: &Work<'_>, cleared: Cleared<'_>, account: &Account) -> AppResult<RequestBody> {
    let order = cleared.order();
    let (id_type, id_number) = holder_document(account);
    let from = order.terms.from.unwrap_or(order.requested_at);
    let until = order
        .terms
        .until
        .unwrap_or_else(|| rules::freeze_until_max(from, false));
    let freeze_type = match order.terms.freeze_type {
        Some(rules::FreezeType::Whole) => FreezeType::Whole,
        _ => FreezeType::Limited,
    };
    if order.kind == OrderKind::Freeze {
        // 冻结 always names main account and sub-account (DOMAIN 1.5); the demand sub-account is 1.
        let numbered = format!("{}_1", account.number.main());
        return Ok(typed::Freeze {
            application_type: "00".into(),
            reason: reason(&order.terms.reason),
            remark: String::new(),
            account_type: account_type(account),
            account_name: account.holder.clone(),
            account_number: numbered.into(),
            id_type,
            id_number,
            freeze_type: freeze_type.into(),
            balance: order.terms.amount,
            currency: "CNY".into(),
            freeze_start_time: from,
            expire_time: until,
        }
        .into());
    }
    let original_application_id = original_application(work, cleared).await?;
    let account_number: kernel::AccountNumber = format!("{}_1", account.number.main()).into();
    if order.kind == OrderKind::FreezeRelieve {
        return Ok(typed::FreezeRelieve {
            application_type: "00".into(),
            original_application_id,
            account_type: account_type(account),
            account_name: account.holder.clone(),
            account_number,
            id_type,
            id_number,
            withdrawal_remark: order.terms.reason.clone(),
        }
        .into());
    }
    Ok(typed::FreezeProlong {
        application_type: "00".into(),
        original_application_id,
        account_type: account_type(account),
        account_name: account.holder.clone(),
        account_number,
        id_type,
        id_number,
        freeze_type: freeze_type.into(),
        balance: Some(order.terms.amount).filter(|a| *a > Fen::ZERO),
        currency: "CNY".into(),
        postpone_start_time: from,
        expire_time: until,
        extend_remark: order.terms.reason.clone(),
    }
    .into())
}

/// How far back a query of transactions looks when nobody says: a week before the first payment.
const QUERY_BACK: Span = Span::days(7);

/// The period of a query of transactions, the same in its message and on its paper.
pub(crate) async fn query_period(work: &Work<'_>, order: &Order) -> AppResult<(Instant, Instant)> {
    let payments = work.payments_of(order.report).await?;
    let first: Option<Instant> = payments.iter().map(|p| p.paid_at).min();
    let back = first.unwrap_or(order.requested_at) - QUERY_BACK;
    let until = order.terms.until.unwrap_or(work.now());
    Ok((order.terms.from.unwrap_or(back), until))
}

async fn query(work: &Work<'_>, cleared: Cleared<'_>, account: &Account) -> AppResult<RequestBody> {
    let order = cleared.order();
    let subject_type = subject_type(account);
    let (account_name, card_number) = (account.holder.clone(), number(account));
    let (reason, remark) = (reason(&order.terms.reason), String::new());
    Ok(match order.kind {
        OrderKind::QueryTransactions => {
            let (from, until) = query_period(work, order).await?;
            typed::TransactionQuery {
                subject_type,
                account_name,
                card_number,
                inquiry_mode: TransactionInquiryMode::BasicAndDetail.into(),
                period_start: Some(from),
                period_end: Some(until),
                reason,
                remark,
            }
            .into()
        }
        OrderKind::QueryHolder => typed::HolderQuery {
            subject_type,
            account_name,
            card_number,
            reason,
            remark,
        }
        .into(),
        OrderKind::Watch => typed::Watch {
            subject_type,
            account_name,
            card_number,
            order: InterceptionOrder::Execute.into(),
            start_time: order.terms.from.unwrap_or(work.now()),
            end_time: order.terms.until,
            reason,
            remark,
        }
        .into(),
        OrderKind::WatchEnd => typed::WatchEnd {
            subject_type,
            original_application_id: original_application(work, cleared).await?,
            account_name,
            card_number,
            end_time: Some(work.now()),
            reason,
            remark,
        }
        .into(),
        _ => {
            let (credential_type, credential_number) = holder_document(account);
            typed::AllAccountsQuery {
                subject_type,
                credential_type,
                credential_number,
                subject_name: account_name,
                inquiry_mode: AccountInquiryMode::Accounts.into(),
                reason,
                remark,
            }
            .into()
        }
    })
}

/// Builds the bytes of a message from its intent. Slow: renders two cards and a paper.
///
/// # Errors
/// The reason, for the log and the person who is asked, when a paper cannot be printed or the message not be written.
pub fn build(intent: &Intent, serial: &str, printer: &dyn Printer) -> Result<Vec<u8>, NotBuilt> {
    let mut attachments = Vec::new();
    for card in &intent.officers {
        let pdf = printer
            .officer_card(&card.name, &card.police_number, &card.org)
            .map_err(not_printed)?
            .pdf;
        let kind = AttachmentType::OfficerId;
        attachments.push(Attachment::named(
            kind,
            AttachmentFormat::Pdf,
            serial,
            &card.police_number,
            pdf,
        ));
    }
    if let Some(paper) = &intent.paper {
        let job = PrintJob {
            kind: paper.kind.clone(),
            snapshot: paper.snapshot.clone(),
            purpose: PrintPurpose::BankUpload,
        };
        let pdf = printer.print(&[job], None).map_err(not_printed)?.pdf;
        let kind = <AttachmentType as bankwire::codes::CodeTable>::from_code(&paper.attachment_type)
            .ok_or_else(|| not_written("attachment type"))?;
        let of = intent
            .officers
            .first()
            .map(|c| c.police_number.as_str())
            .unwrap_or_default();
        attachments.push(Attachment::named(kind, AttachmentFormat::Pdf, serial, of, pdf));
    }
    let message = Message::from_json(&intent.message.to_string()).map_err(not_written)?;
    if attachments.is_empty() {
        return message.encode().map_err(not_written);
    }
    let mut request = PoliceRequest::from_message(&message).map_err(not_written)?;
    request.attachments = attachments;
    request.to_message().encode().map_err(not_written)
}

/// A fault of a field is of the order's own content; any other is the printer's.
fn not_printed(problem: PrintProblem) -> NotBuilt {
    NotBuilt {
        by: if problem.field.is_empty() {
            HeldUpBy::Printer
        } else {
            HeldUpBy::Content
        },
        zh: problem.zh,
        en: problem.en,
    }
}

fn not_written(problem: impl std::fmt::Display) -> NotBuilt {
    NotBuilt {
        by: HeldUpBy::Content,
        zh: format!("报文无法生成（{problem}）"),
        en: format!("the message cannot be written ({problem})"),
    }
}
