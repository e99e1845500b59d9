//! The snapshots that papers are printed from: everything on the page, fixed when the paper is issued. Their shape is
//! the one `paper` reads (DOCUMENTS 2.1 to 2.7).

use crate::{AppResult, Work};
use domain::access::ApproverLevel;
use domain::audit::AuditAction;
use domain::case::{Case, CaseSource};
use domain::document::{DocumentKind, DocumentNumber, register_key};
use domain::order::{FreezeType, Order, OrderKind, OrderState};
use domain::subject::SubjectKind;
use kernel::{CaseId, DocumentId, Instant, OrderId, RefusalCode, UserId};
use serde_json::{Value, json};
use store::accounts::{Account, account_load};
use store::cases::{Document, case_of_report, document_insert, documents_of_report};
use store::counter::next_serial;
use store::intake::{Payment, Person, PersonRole, ReportRow, payments, people, report_load};
use store::people::User;

/// A number taken from its register.
pub(super) struct Taken {
    number: DocumentNumber,
    register: String,
}

async fn take_number(work: &Work<'_>, kind: DocumentKind) -> AppResult<Option<Taken>> {
    let Some(word) = kind.register_word() else {
        return Ok(None);
    };
    let config = &work.centre.config;
    let year = work.now().civil().year();
    let register = register_key(config.area, kind, year);
    let serial = next_serial(&work.tx, &register).await?;
    let number = DocumentNumber {
        agency: config.agency.clone(),
        word: word.into(),
        year,
        serial,
    };
    Ok(Some(Taken { number, register }))
}

/// Splits 黄公（反诈） into agency and department, as the paper keeps them apart.
fn number_json(taken: &Taken) -> Value {
    let n = &taken.number;
    let (agency, unit) = match n.agency.split_once('（') {
        Some((agency, rest)) => (agency, rest.trim_end_matches('）')),
        None => (n.agency.as_str(), ""),
    };
    json!({ "agency": agency, "unit": unit, "kind": n.word, "year": n.year, "serial": n.serial })
}

pub(super) struct About {
    pub report: ReportRow,
    pub order: Option<OrderId>,
    pub case: Option<CaseId>,
}

pub(super) async fn keep(
    work: &mut Work<'_>,
    kind: DocumentKind,
    about: About,
    taken: Option<Taken>,
    shared_number: Option<String>,
    snapshot: Value,
) -> AppResult<Document> {
    let id = DocumentId::new(work.now(), work.random10());
    let document = Document {
        id,
        kind,
        number: taken.as_ref().map(|t| t.number.render()).or(shared_number),
        // Without a register of its own the paper is known by itself.
        register: taken
            .as_ref()
            .map_or_else(|| format!("document/{id}"), |t| t.register.clone()),
        serial: taken.as_ref().map(|t| t.number.serial),
        report: about.report.report.id,
        order: about.order,
        case: about.case,
        area: about.report.report.area,
        snapshot,
        made_by: work.ctx.user().ok(),
        made_at: work.now(),
        prints: 0,
    };
    document_insert(&work.tx, &document).await?;
    work.also(
        AuditAction::DocumentIssue,
        SubjectKind::Document,
        id,
        json!({
            "kind": kind.slug(), "number": document.number.clone().unwrap_or_default(),
        }),
    );
    Ok(document)
}

/// 紧急止付申请表 (DOCUMENTS 2.1). The follow-ups of a stop send the form again with their own number.
pub async fn stop_application(work: &mut Work<'_>, order: &Order, account: &Account) -> AppResult<Document> {
    let report = report(work, order).await?;
    let people = work.people_of(order.report).await?;
    let paid = work.payments_of(order.report).await?;
    let of_account: Vec<&Payment> = paid.iter().filter(|p| p.to == account.id).collect();
    let shown = if of_account.is_empty() {
        paid.iter()
            .filter(|p| Some(p.id) == order.terms.payment)
            .collect()
    } else {
        of_account
    };
    let victim = victim(&people, shown.first().copied());
    let agent = people
        .iter()
        .find(|p| p.role == PersonRole::Caller && Some(&p.name) != victim.map(|v| &v.name));
    let taken = take_number(work, DocumentKind::StopApplication).await?;
    let snapshot = json!({
        "agency": work.centre.config.name,
        "business_number": order.application_id,
        "call_number": report.report.number,
        "applied_at": report.report.reported_at,
        "accepting_unit": work.centre.config.name,
        "applicant": victim.map_or_else(|| json!({"name": ""}), person_json),
        "agent": agent.filter(|a| !a.name.is_empty()).map(person_json),
        "agent_relation": agent.filter(|a| !a.name.is_empty()).map(|a| relation(&a.relation)).unwrap_or_default(),
        "transfers": transfers_json(work, &shown, account).await?,
        "leads": leads_json(&report),
        "story": report.report.narrative.chars().take(450).collect::<String>(),
        "identity_checked": victim.is_some_and(|v| !v.id_number.is_empty()),
        "officers": officers_json(work, &[order.requested_by, order.second_officer]).await?,
        "opinion": order.approval.as_ref().map(|a| opinion(&a.opinion)).unwrap_or_default(),
        "stop_from": Value::Null,
        "decided_on": day(work.now()),
    });
    let about = About {
        report,
        order: Some(order.id),
        case: order.case,
    };
    keep(work, DocumentKind::StopApplication, about, taken, None, snapshot).await
}

fn opinion(given: &str) -> String {
    if given.is_empty() {
        "同意止付".into()
    } else {
        given.to_owned()
    }
}

/// 协助查询财产通知书 (DOCUMENTS 2.2): by account, because the suspect is not known yet.
pub async fn query_notice(work: &mut Work<'_>, order: &Order, account: &Account) -> AppResult<Document> {
    let report = report(work, order).await?;
    let case = case_of_report(work.tx.conn(), order.report).await?;
    let taken = take_number(work, DocumentKind::QueryNotice).await?;
    let contents: &[&str] = match order.kind {
        OrderKind::QueryTransactions => &["开户资料", "账户交易明细"],
        OrderKind::QueryHolder => &["账户持卡主体信息"],
        OrderKind::Watch | OrderKind::WatchEnd => &["账户交易动态"],
        _ => &["名下全部账户"],
    };
    let from = work
        .payments_of(order.report)
        .await?
        .iter()
        .map(|p| p.paid_at)
        .min();
    let snapshot = json!({
        "issue": issue(work, order, case.as_ref(), &report, taken.as_ref()).await?,
        "addressee": addressee(account),
        "property": "存款、汇款",
        "contents": contents,
        "accounts": [{ "holder": account.holder.reveal(), "account": account.number.as_str(), "institution": account.bank_name }],
        "period_from": order.terms.from.or(from).map(day),
        "period_to": order.terms.until.map_or_else(|| day(work.now()), day),
        "reason": "电信网络诈骗案件查询资金流向",
        "account_pages": true,
    });
    let about = About {
        report,
        order: Some(order.id),
        case: order.case,
    };
    keep(work, DocumentKind::QueryNotice, about, taken, None, snapshot).await
}

/// 协助冻结财产通知书, first freeze and 继续冻结 (DOCUMENTS 2.3). A relief sends the notice it relieves.
pub async fn freeze_notice(work: &mut Work<'_>, order: &Order, account: &Account) -> AppResult<Document> {
    let report = report(work, order).await?;
    let case = case_of_report(work.tx.conn(), order.report).await?;
    if order.kind == OrderKind::FreezeRelieve {
        let earlier = documents_of_report(work.tx.conn(), order.report).await?;
        let found = earlier
            .into_iter()
            .find(|d| d.order == order.original && d.kind == DocumentKind::FreezeNotice);
        return found.ok_or_else(|| RefusalCode::AttachmentMissing.into());
    }
    let taken = take_number(work, DocumentKind::FreezeNotice).await?;
    let whole = order.terms.freeze_type == Some(FreezeType::Whole);
    let from = order.terms.from.unwrap_or(work.now());
    let until = order.terms.until.unwrap_or(from);
    let sum = json!({ "fen": order.terms.amount });
    let snapshot = json!({
        "issue": issue(work, order, case.as_ref(), &report, taken.as_ref()).await?,
        "addressee": addressee(account),
        "property": "deposit",
        "accounts": [{
            "holder": account.holder.reveal(), "account": account.number.as_str(),
            "institution": account.bank_name, "sum": sum,
        }],
        "total": sum,
        "case_sum": { "fen": report.report.loss.max(order.terms.amount) },
        "begin": day(from),
        "end": day(until),
        "scope": if whole { "whole" } else { "limited" },
        "fruits": order.terms.interest_covered,
        "queued": !account.prior_holds.is_empty(),
        "renewal": renewal(work, order).await?,
        "reason": "电信网络诈骗案件冻结涉案资金",
        "account_pages": false,
    });
    let about = About {
        report,
        order: Some(order.id),
        case: order.case,
    };
    keep(work, DocumentKind::FreezeNotice, about, taken, None, snapshot).await
}

async fn renewal(work: &Work<'_>, order: &Order) -> AppResult<Option<Value>> {
    let (OrderKind::FreezeRenew, Some(original)) = (order.kind, order.original) else {
        return Ok(None);
    };
    let earlier = documents_of_report(work.tx.conn(), order.report).await?;
    let number = earlier
        .iter()
        .find(|d| d.order == Some(original))
        .and_then(|d| d.number.clone());
    let freeze = store::orders::order_load(work.tx.conn(), original).await?;
    let end = freeze
        .filter(|o| o.state == OrderState::Executed)
        .and_then(|o| o.answer?.expire_at);
    Ok(number
        .zip(end)
        .map(|(number, end)| json!({ "earlier_number": number, "earlier_end": day(end) })))
}

/// 受案登记表 and 受案回执 (DOCUMENTS 2.5, 2.6), both under one number.
pub async fn acceptance(work: &mut Work<'_>, case: &Case) -> AppResult<Vec<Document>> {
    let report = report_load(work.tx.conn(), case.report)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    let people = people(work.tx.conn(), case.report).await?;
    let paid = payments(work.tx.conn(), case.report).await?;
    let reporter = people
        .iter()
        .find(|p| p.role == PersonRole::Caller && !p.name.is_empty());
    let reporter = reporter.or_else(|| victim(&people, None));
    let shown: Vec<&Payment> = paid.iter().collect();
    let taken = take_number(work, DocumentKind::CaseAcceptanceForm).await?;
    let number = taken.as_ref().map(number_json);
    let org = work.ctx.person()?.org_name.clone();
    let mut transfers = Vec::new();
    for payment in &shown {
        if let Some(account) = account_load(work.tx.conn(), payment.to).await? {
            transfers.extend(transfers_json(work, &[payment], &account).await?);
        }
    }
    let form = json!({
        "agency": org,
        "number": number,
        "source": "report",
        "reporter": reporter.map(person_json),
        "officers": officers_json(work, &[case.accepted_by, case.second_officer]).await?,
        "received_at": report.report.reported_at,
        "received_place": work.centre.config.name,
        "facts": facts(&report, paid.len()),
        "evidence": "",
        "opinion": "criminal",
        "opinion_on": day(work.now()),
        "supplement": {
            "kind": category_name(report.report.category.as_deref()),
            "transfers": transfers,
            "leads": leads_json(&report),
        },
    });
    let receipt = json!({
        "agency": org,
        "number": number,
        "reporter": reporter.map(|r| r.name.reveal().to_owned()).unwrap_or_default(),
        "reported_on": day(report.report.reported_at),
        "case_name": case.name,
        "progress_channel": format!("96110 或 {}", work.centre.config.phone),
        "query_code": report.report.number,
    });
    let about = |report: &ReportRow| About {
        report: report.clone(),
        order: None,
        case: Some(case.id),
    };
    let rendered = taken.as_ref().map(|t| t.number.render());
    let first = keep(
        work,
        DocumentKind::CaseAcceptanceForm,
        about(&report),
        taken,
        None,
        form,
    )
    .await?;
    let second = keep(
        work,
        DocumentKind::CaseAcceptanceReceipt,
        about(&report),
        None,
        rendered,
        receipt,
    )
    .await?;
    Ok(vec![first, second])
}

fn facts(report: &ReportRow, payments: usize) -> String {
    let loss = report.report.loss.to_grouped();
    if report.report.narrative.trim().is_empty() {
        return format!("报案人称被电信网络诈骗，共转账{payments}笔，合计{loss}元。");
    }
    report.report.narrative.clone()
}

/// 立案决定书 (DOCUMENTS 2.7): issued when the head of a county-level organ has decided.
pub async fn filing_decision(work: &mut Work<'_>, case: &Case) -> AppResult<Document> {
    let report = report_load(work.tx.conn(), case.report)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    let taken = take_number(work, DocumentKind::CaseFilingDecision).await?;
    let approver = case.decided_by.ok_or(RefusalCode::PaperNotApproved)?;
    let officers = [case.accepted_by, case.second_officer];
    let snapshot = json!({
        "issue": {
            "agency": work.centre.config.agency_full,
            "number": taken.as_ref().map(number_json),
            "case": { "name": case.name, "number": case.number },
            "approval": approval_json(work, approver, case.decider_level, case.decided_at.unwrap_or(work.now())).await?,
            "officers": officers_json(work, &officers).await?,
            "handling_unit": unit_of(work, case.accepted_by).await?,
            "issued_on": day(work.now()),
            "issued_by": work.ctx.actor_name(),
        },
        "ground": if case.source == CaseSource::Reported { "reported" } else { "found_by_police" },
    });
    let about = About {
        report,
        order: None,
        case: Some(case.id),
    };
    keep(
        work,
        DocumentKind::CaseFilingDecision,
        about,
        taken,
        None,
        snapshot,
    )
    .await
}

// ── pieces ───────────────────────────────────────────────────────────────────────────────────

async fn report(work: &Work<'_>, order: &Order) -> AppResult<ReportRow> {
    work.report(order.report).await
}

async fn issue(
    work: &Work<'_>,
    order: &Order,
    case: Option<&Case>,
    report: &ReportRow,
    taken: Option<&Taken>,
) -> AppResult<Value> {
    let approval = order.approval.as_ref().ok_or(RefusalCode::PaperNotApproved)?;
    let case_head = match case {
        Some(case) => json!({
            "name": case.name, "number": case.number, "filing_number": filing_number(work, case).await?,
        }),
        None => json!({ "name": format!("{}被诈骗案", report.victim_masked.trim_end_matches('*')),
                        "number": report.report.platform_case_number }),
    };
    Ok(json!({
        "agency": work.centre.config.agency_full,
        "number": taken.map(number_json),
        "case": case_head,
        "approval": approval_json(work, approval.by, approval.level, approval.at).await?,
        "officers": officers_json(work, &[order.requested_by, order.second_officer]).await?,
        "handling_unit": unit_of(work, order.requested_by).await?,
        "issued_on": day(work.now()),
        "issued_by": work.ctx.actor_name(),
    }))
}

async fn filing_number(work: &Work<'_>, case: &Case) -> AppResult<String> {
    let documents = documents_of_report(work.tx.conn(), case.report).await?;
    let filed = documents
        .into_iter()
        .find(|d| d.kind == DocumentKind::CaseFilingDecision);
    Ok(filed.and_then(|d| d.number).unwrap_or_default())
}

async fn approval_json(work: &Work<'_>, by: UserId, level: ApproverLevel, at: Instant) -> AppResult<Value> {
    let user = user(work, by).await?;
    let level = match level {
        ApproverLevel::City => "city",
        ApproverLevel::County => "county",
        _ => "department",
    };
    Ok(json!({ "name": user.name, "post": "", "level": level, "on": day(at) }))
}

async fn officers_json(work: &Work<'_>, ids: &[UserId]) -> AppResult<Value> {
    let mut officers = Vec::new();
    for id in ids {
        let user = user(work, *id).await?;
        officers.push(
            json!({ "name": user.name, "police_number": user.police_number, "phone": user.phone.reveal() }),
        );
    }
    Ok(Value::Array(officers))
}

pub(super) async fn user(work: &Work<'_>, id: UserId) -> AppResult<User> {
    let found = work.users_named(&[id]).await?;
    Ok(found.into_iter().next().ok_or(RefusalCode::TwoOfficersNeeded)?)
}

pub(super) async fn unit_of(work: &Work<'_>, id: UserId) -> AppResult<String> {
    Ok(user(work, id).await?.org.name)
}

fn addressee(account: &Account) -> String {
    if account.bank_name.is_empty() {
        account.bank_code.clone()
    } else {
        account.bank_name.clone()
    }
}

/// A calendar day in China.
fn day(at: Instant) -> String {
    at.civil().date().to_string()
}

fn victim<'a>(people: &'a [Person], payment: Option<&Payment>) -> Option<&'a Person> {
    let named = payment
        .and_then(|p| p.victim)
        .and_then(|id| people.iter().find(|p| p.id == id));
    named.or_else(|| people.iter().find(|p| p.role == PersonRole::Victim))
}

fn person_json(person: &Person) -> Value {
    let sex = match person.sex.as_str() {
        "male" | "男" => Some("male"),
        "female" | "女" => Some("female"),
        _ => None,
    };
    json!({
        "name": person.name.reveal(), "sex": sex, "id_kind": id_kind(&person.id_type),
        "id_number": person.id_number.reveal(), "address": person.address.reveal(), "phone": person.phone.reveal(),
    })
}

/// The form's code of a relation as a paper says it; words that somebody typed stay.
fn relation(typed: &str) -> &str {
    match typed {
        "self" => "本人",
        "spouse" => "配偶",
        "parent" => "父母",
        "child" => "子女",
        "friend" => "朋友",
        "colleague" => "同事",
        "bank" => "银行工作人员",
        "other" => "其他",
        words => words,
    }
}

fn id_kind(code: &str) -> &'static str {
    use bankwire::codes::{CodeTable, RequestIdType};
    match RequestIdType::from_code(code) {
        Some(RequestIdType::IdCard) => "居民身份证",
        Some(kind) => kind.zh(),
        None => "其他证件",
    }
}

async fn transfers_json(work: &Work<'_>, paid: &[&Payment], to: &Account) -> AppResult<Vec<Value>> {
    let mut rows = Vec::new();
    for payment in paid {
        let from = match payment.from {
            Some(id) => work.account_named(id).await?,
            None => None,
        };
        rows.push(json!({
            "from_name": from.as_ref().map_or(payment.payer.holder.reveal(), |a| a.holder.reveal()),
            "from_institution": from.as_ref().map_or(payment.payer.bank_name.as_str(), |a| a.bank_name.as_str()),
            "from_account": from.as_ref().map_or_else(|| tail(&payment.payer.tail), |a| a.number.as_str().to_owned()),
            "to_name": to.holder.reveal(),
            "to_institution": to.bank_name,
            "to_account": to.number.as_str(),
            "to_kind": if to.account_type == "02" { "对公账户" } else { "个人银行卡" },
            "sum": { "fen": payment.amount },
            "at": payment.paid_at,
            "channel": channel(&payment.channel),
            "serial_number": payment.serial,
        }));
    }
    Ok(rows)
}

/// A payer that is known by its last digits alone, as a paper says it.
fn tail(digits: &str) -> String {
    if digits.is_empty() {
        return String::new();
    }
    format!("尾号{digits}")
}

fn channel(typed: &str) -> Option<&'static str> {
    Some(match typed {
        "counter" | "柜台" => "counter",
        "atm" | "ATM" => "atm",
        "online_bank" | "网银" => "online_bank",
        "mobile_bank" | "手机银行" => "mobile_bank",
        "third_party" | "第三方支付" => "third_party",
        "" => return None,
        _ => "other",
    })
}

/// What the caller's words hold of the other side: phones, addresses, apps, accounts of social networks.
fn leads_json(report: &ReportRow) -> Value {
    let entities = text::extract(&report.report.narrative, report.report.reported_at);
    let of = |kind: text::Kind| -> Vec<String> {
        entities
            .iter()
            .filter(|e| e.kind == kind)
            .map(|e| e.text.clone())
            .take(20)
            .collect()
    };
    json!({
        "phones": of(text::Kind::Phone), "messages": [], "urls": of(text::Kind::Url),
        "apps": of(text::Kind::App), "social": of(text::Kind::SocialId),
    })
}

fn category_name(code: Option<&str>) -> String {
    let found = domain::report::CATEGORIES.iter().find(|(c, _)| Some(*c) == code);
    found.map(|(_, name)| (*name).to_owned()).unwrap_or_default()
}
