//! 紧急止付申请表 (DOCUMENTS 2.1): the first stop on what a victim paid, the extended stop on what came of it, and the follow-ups,
//! which send the form again.

use super::chain::{Chain, chain_to};
use super::issue::{About, issue};
use super::leads::leads;
use super::organ::organ_of;
use super::people::{identity_checked, officers, other_caller, person, relation, transfers, user, victim};
use crate::{AppResult, Work};
use domain::order::{Order, OrderKind};
use forms::{Day, EDITION, Paper, StopApplication};
use kernel::{Instant, Span};
use store::accounts::Account;
use store::cases::Document;
use store::intake::Payment;

/// Characters of the story that reach the bank.
const STORY_MAX: usize = 450;

/// Issues the form of a cleared order.
pub async fn stop_application(work: &mut Work<'_>, order: &Order, account: &Account) -> AppResult<Document> {
    let form = form(work, order, account).await?;
    let decider = order.approval.as_ref().map_or(order.requested_by, |a| a.by);
    let organ = organ_of(work, decider).await?;
    let about = About {
        report: work.report(order.report).await?,
        order: Some(order.id),
        case: order.case,
    };
    let (document, _) = issue(work, about, Paper::StopApplication(form), &organ).await?;
    Ok(document)
}

/// The form as it would stand on paper.
pub(super) async fn form(work: &Work<'_>, order: &Order, account: &Account) -> AppResult<StopApplication> {
    let report = work.report(order.report).await?;
    let people = work.people_of(order.report).await?;
    let paid = work.payments_of(order.report).await?;
    let direct: Vec<&Payment> = paid.iter().filter(|p| p.to == Some(account.id)).collect();
    let chain = if direct.is_empty() {
        let known = work.flow_of(order.report, &paid).await?;
        chain_to(&known, &people, &paid, account.id)
    } else {
        Chain::default()
    };
    let shown = if direct.is_empty() {
        chain.last.clone()
    } else {
        transfers(work, &people, &direct).await?
    };
    let first = paid.iter().find(|p| chain.payments.contains(&p.id));
    let victim = victim(&people, direct.first().copied().or(first));
    let agent = other_caller(&people, victim);
    let decider = order.approval.as_ref().map_or(order.requested_by, |a| a.by);
    let organ = organ_of(work, decider).await?;
    let receiver = organ_of(work, report.report.received_by).await?;
    let term = term(work, order).await?;
    Ok(StopApplication {
        edition: EDITION,
        agency: organ.desk(work),
        business_number: order.application_id.clone(),
        call_number: report.report.number.clone(),
        applied_at: Some(order.requested_at),
        accepting_unit: receiver.desk(work),
        applicant: victim.map(person).unwrap_or_default(),
        agent: agent.map(person),
        agent_relation: agent
            .map(|a| relation(&a.relation).to_owned())
            .unwrap_or_default(),
        transfers: shown,
        leads: leads(&report, &people, &report.report.line),
        story: report.report.narrative.chars().take(STORY_MAX).collect(),
        identity_checked: match victim {
            Some(victim) => identity_checked(work, victim).await?,
            None => false,
        },
        officers: officers(work, &[report.report.received_by]).await?,
        handling_officers: officers(work, &[order.requested_by, order.second_officer]).await?,
        matter: matter(order, direct.is_empty()),
        chain: chain.steps,
        opinion: opinion(work, order).await?,
        stop_from: term.map(|(from, _)| from),
        stop_until: term.and_then(|(_, until)| until),
        decided_on: order.approval.as_ref().map(|a| Day::of(a.at)),
    })
}

/// 申请事项, where it is not a first stop.
fn matter(order: &Order, moved_on: bool) -> String {
    match order.kind {
        OrderKind::StopProlong => "延长止付".to_owned(),
        OrderKind::StopRelieve => "解除止付".to_owned(),
        _ if moved_on => format!("延伸止付（第{}层账户）", order.layer),
        _ => String::new(),
    }
}

/// What was decided, in the words of who decided it.
async fn opinion(work: &Work<'_>, order: &Order) -> AppResult<String> {
    let Some(approval) = &order.approval else {
        return Ok(String::new());
    };
    if !approval.opinion.trim().is_empty() {
        return Ok(approval.opinion.clone());
    }
    if approval.policy.is_some() {
        let leader = user(work, approval.by).await?.name;
        return Ok(format!("按{leader}签发的应急授权先行止付，事后确认"));
    }
    Ok(match order.kind {
        OrderKind::StopRelieve => "同意解除止付",
        OrderKind::StopProlong => "同意延长止付",
        _ => "同意止付",
    }
    .to_owned())
}

/// 止付期限, as far as a bank has said when the stop began; of a first stop nobody knows yet.
async fn term(work: &Work<'_>, order: &Order) -> AppResult<Option<(Instant, Option<Instant>)>> {
    if order.kind == OrderKind::StopProlong {
        let until = |from: Instant| order.terms.until.unwrap_or(from + Span::hours(48));
        return Ok(order.terms.from.map(|from| (from, Some(until(from)))));
    }
    let Some(original) = order.original else {
        return Ok(None);
    };
    let answer = store::orders::order_load(work.tx.conn(), original)
        .await?
        .and_then(|o| o.answer);
    Ok(answer.and_then(|a| Some((a.began()?, a.expire_at))))
}
