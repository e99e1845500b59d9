//! The papers of a case: 受案登记表 and 受案回执 when it is accepted, 呈请立案报告书 when its filing is asked for, 立案决定书 when it is filed
//! (DOCUMENTS 2.5, 2.6, 2.7, 2.9). They are the papers of the organ that acts.

use super::issue::{About, issue, issue_under};
use super::leads::leads;
use super::organ::{Organ, Setting, organ_of};
use super::people::{
    approval, category_name, institution, officers, person, reporter, transfers, unit_of, user,
};
use crate::{AppResult, Work};
use domain::case::{Case, CaseSource};
use domain::document::DocumentKind;
use domain::order::{OrderKind, OrderState};
use domain::report::Channel;
use forms::day::clock;
use forms::{
    CaseAcceptanceForm, CaseAcceptanceReceipt, CaseFilingDecision, CaseFilingReport, CaseHead, Day, EDITION,
    FraudSupplement, Ground, Issue, Opinion, Paper, Source, Sum,
};
use kernel::RefusalCode;
use store::accounts::account_load;
use store::cases::{Document, documents_of_report};
use store::intake::{Payment, Person, PersonRole, ReportRow};

/// 受案登记表 and 受案回执, both under one number. What either lacks refuses both.
pub async fn acceptance(work: &mut Work<'_>, case: &Case) -> AppResult<Vec<Document>> {
    let report = work.report(case.report).await?;
    let organ = organ_of(work, case.accepted_by).await?;
    organ.need(&[
        Setting::NumberAgency,
        Setting::SupervisionPhone,
        Setting::ProgressChannel,
    ])?;
    let form = Paper::CaseAcceptanceForm(acceptance_form(work, case, &report, &organ).await?);
    let receipt = Paper::CaseAcceptanceReceipt(receipt(work, case, &report, &organ).await?);
    super::issue::check(&receipt)?;
    let (first, number) = issue(work, about(&report, case), form, &organ).await?;
    let number = number.ok_or(RefusalCode::PaperIncomplete)?;
    let second = issue_under(work, about(&report, case), receipt, &number).await?;
    Ok(vec![first, second])
}

fn about(report: &ReportRow, case: &Case) -> About {
    About {
        report: report.clone(),
        order: None,
        case: Some(case.id),
    }
}

async fn acceptance_form(
    work: &Work<'_>,
    case: &Case,
    report: &ReportRow,
    organ: &Organ,
) -> AppResult<CaseAcceptanceForm> {
    let people = work.people_of(case.report).await?;
    let paid = work.payments_of(case.report).await?;
    let receiver = organ_of(work, report.report.received_by).await?;
    let (source, source_other) = source(report.report.channel);
    let shown: Vec<_> = paid.iter().collect();
    Ok(CaseAcceptanceForm {
        edition: EDITION,
        agency: organ.name.clone(),
        number: None,
        source,
        source_other: source_other.to_owned(),
        reporter: reporter(&people),
        handed_over_by: None,
        officers: officers(work, &[report.report.received_by]).await?,
        accepting_officers: officers(work, &[case.accepted_by, case.second_officer]).await?,
        // 接报时间 is when the call came, not when it was written down.
        received_at: Some(report.report.started().0),
        received_place: receiver.desk(work),
        facts: facts(report, paid.len()),
        evidence: String::new(),
        opinion: Some(Opinion::Criminal),
        opinion_other: String::new(),
        opinion_on: Some(Day::of(case.accepted_at)),
        approval: None,
        supplement: Some(FraudSupplement {
            kind: category_name(report.report.category.as_deref()),
            transfers: transfers(work, &people, &shown).await?,
            leads: leads(report, &people, &report.report.line),
            devices: Vec::new(),
        }),
    })
}

/// 案件来源, by the way the report came in.
const fn source(channel: Channel) -> (Source, &'static str) {
    match channel {
        Channel::Hotline96110 | Channel::WalkIn => (Source::Report, ""),
        Channel::Alarm110 => (Source::Command110, ""),
        Channel::Bank => (Source::Other, "银行报送"),
        Channel::Transfer => (Source::Transferred, ""),
    }
}

async fn receipt(
    work: &Work<'_>,
    case: &Case,
    report: &ReportRow,
    organ: &Organ,
) -> AppResult<CaseAcceptanceReceipt> {
    let people = work.people_of(case.report).await?;
    let contact = user(work, case.accepted_by).await?;
    let phone = if contact.phone.is_empty() {
        organ.contact()
    } else {
        contact.phone.clone()
    };
    Ok(CaseAcceptanceReceipt {
        edition: EDITION,
        agency: organ.name.clone(),
        number: None,
        reporter: reporter(&people).map(|r| r.name).unwrap_or_default(),
        reported_on: Some(Day::of(report.report.started().0)),
        case_name: case.name.clone(),
        progress_channel: organ.progress_channel.clone(),
        query_code: report.report.number.clone(),
        supervision_phone: organ.supervision_phone.clone(),
        contact: contact.name.as_str().into(),
        contact_phone: phone,
        issued_on: Some(Day::of(case.accepted_at)),
        not_signed: String::new(),
    })
}

fn facts(report: &ReportRow, payments: usize) -> String {
    let loss = report.report.loss.to_grouped();
    if report.report.narrative.trim().is_empty() {
        return format!("报案人称被电信网络诈骗，共付款{payments}笔，合计{loss}元。");
    }
    report.report.narrative.clone()
}

const fn ground(case: &Case) -> Ground {
    match case.source {
        CaseSource::Reported => Ground::Reported,
        CaseSource::FoundByPolice => Ground::FoundByPolice,
    }
}

/// 证据 that the centre has: the victim's words, what banks answered, and the rows that show the payments.
async fn evidence(
    work: &Work<'_>,
    report: &ReportRow,
    people: &[Person],
    paid: &[Payment],
) -> AppResult<Vec<String>> {
    let names: Vec<&str> = people
        .iter()
        .filter(|p| p.role == PersonRole::Victim)
        .map(|p| p.name.reveal())
        .filter(|name| !name.is_empty())
        .collect();
    let who = if names.is_empty() {
        "报案人".to_owned()
    } else {
        format!("被害人{}", names.join("、"))
    };
    let (number, called) = (&report.report.number, report.report.started().0);
    let mut lines = vec![format!("{who}陈述（接警编号{number}，{}）", clock(called))];
    let shown = paid.iter().filter(|p| p.transfer.is_some()).count();
    if shown > 0 {
        lines.push(format!("银行交易明细，其中被害人付款{shown}笔"));
    }
    for order in store::orders::orders_of_report(work.tx.conn(), report.report.id).await? {
        // What undoes or lengthens another order shows nothing of its own.
        let shows = order.state != OrderState::Failed && order.kind.original().is_none();
        let Some(answer) = order.answer.as_ref().filter(|a| shows && a.at.is_some()) else {
            continue;
        };
        let account = account_load(work.tx.conn(), order.account)
            .await?
            .ok_or(RefusalCode::NotFound)?;
        let held = answer
            .held
            .map(|held| format!("，控制金额{}元", held.to_grouped()));
        lines.push(format!(
            "{}{}反馈：账号{}{}（业务申请编号{}）",
            institution(&account),
            answered(order.kind),
            account.number.as_str(),
            held.unwrap_or_default(),
            order.application_id,
        ));
    }
    Ok(lines)
}

const fn answered(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Stop | OrderKind::StopRelieve | OrderKind::StopProlong => "止付",
        OrderKind::Freeze | OrderKind::FreezeRelieve | OrderKind::FreezeRenew => "冻结",
        OrderKind::QueryTransactions => "账户交易明细查询",
        OrderKind::QueryHolder => "账户持卡主体查询",
        OrderKind::Watch | OrderKind::WatchEnd => "账户动态查询",
        OrderKind::QueryAllAccounts => "客户全账户查询",
    }
}

/// 呈请立案报告书: what the officer wrote, as he wrote it.
pub async fn filing_report(work: &mut Work<'_>, case: &Case) -> AppResult<Document> {
    let report = work.report(case.report).await?;
    let people = work.people_of(case.report).await?;
    let paid = work.payments_of(case.report).await?;
    let proposer = case.proposed_by.ok_or(RefusalCode::CaseWrongState)?;
    let organ = organ_of(work, proposer).await?;
    let accepted = documents_of_report(work.tx.conn(), case.report)
        .await?
        .into_iter()
        .find(|d| d.case == Some(case.id) && d.kind == DocumentKind::CaseAcceptanceForm);
    let form = CaseFilingReport {
        edition: EDITION,
        agency: organ.name.clone(),
        case_name: case.name.clone(),
        case_number: case.number.clone(),
        acceptance_number: accepted.and_then(|d| d.number).unwrap_or_default(),
        victims: people
            .iter()
            .filter(|p| p.role == PersonRole::Victim)
            .map(person)
            .collect(),
        facts: if case.proposal.summary.trim().is_empty() {
            facts(&report, paid.len())
        } else {
            case.proposal.summary.clone()
        },
        loss: Some(Sum::of(report.report.loss)).filter(|s| s.fen.is_positive()),
        evidence: evidence(work, &report, &people, &paid).await?,
        ground: ground(case),
        opinion: case.proposal.opinion.clone(),
        unit: unit_of(work, proposer).await?,
        officers: officers(work, &case.handlers()).await?,
        proposed_on: case.proposed_at.map(Day::of),
    };
    let (document, _) = issue(work, about(&report, case), Paper::CaseFilingReport(form), &organ).await?;
    Ok(document)
}

/// 立案决定书: issued when the head of a county-level organ has decided. 填发人 is who asked for it.
pub async fn filing_decision(work: &mut Work<'_>, case: &Case) -> AppResult<Document> {
    let report = work.report(case.report).await?;
    let approver = case.decided_by.ok_or(RefusalCode::PaperNotApproved)?;
    let organ = organ_of(work, approver).await?;
    let at = case.decided_at.unwrap_or(work.now());
    let proposer = case.proposed_by.unwrap_or(case.accepted_by);
    let form = CaseFilingDecision {
        edition: EDITION,
        issue: Issue {
            agency: organ.name.clone(),
            number: None,
            case: CaseHead {
                name: case.name.clone(),
                number: case.number.clone(),
                filing_number: String::new(),
            },
            suspect: None,
            approval: Some(approval(work, approver, case.decider_level, at).await?),
            officers: officers(work, &case.handlers()).await?,
            handling_unit: unit_of(work, case.accepted_by).await?,
            issued_on: Some(Day::of(work.now())),
            issued_by: user(work, proposer).await?.name.as_str().into(),
            phone: organ.contact(),
        },
        ground: ground(case),
    };
    let (document, _) = issue(
        work,
        about(&report, case),
        Paper::CaseFilingDecision(form),
        &organ,
    )
    .await?;
    Ok(document)
}
